// The MCP server with the client of the official SDK: mcp_test.mjs WORK_FOLDER. Needs npm with a registry the first time.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

const work = resolve(process.argv[2]);
const sdk = join(work, 'node_modules/@modelcontextprotocol/sdk/dist/esm');
const command = process.env.CONTEXTPACK_COMMAND;

mkdirSync(work, { recursive: true });
if (!existsSync(sdk)) {
    writeFileSync(join(work, 'package.json'), '{"private": true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', '@modelcontextprotocol/sdk@1'], { cwd: work, stdio: 'inherit' });
}
const { Client } = await import(pathToFileURL(join(sdk, 'client/index.js')));
const { StdioClientTransport } = await import(pathToFileURL(join(sdk, 'client/stdio.js')));
const { LATEST_PROTOCOL_VERSION } = await import(pathToFileURL(join(sdk, 'types.js')));

async function connect(t) {
    const home = mkdtempSync(join(tmpdir(), 'contextpack-mcp-'));
    const env = { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') };
    writeFileSync(join(home, 'notes.md'), '# Notes\n\nI live in Lisbon.\n\nMy cat is called Biscuit.\n');
    execFileSync(command, ['build', join(home, 'notes.md'), '--name', 'Work', '--output', join(home, 'out'), '--quiet'], { env });
    const client = new Client({ name: 'test', version: '1.0.0' });
    const transport = new StdioClientTransport({ command, args: ['mcp'], env });
    await client.connect(transport);
    t.after(async () => {
        await client.close();
        rmSync(home, { recursive: true, force: true });
    });
    return { client, transport };
}

test('the SDK connects', async (t) => {
    const { client } = await connect(t);
    assert.equal(client.getServerVersion().name, 'contextpack');
    assert.deepEqual(client.getServerCapabilities(), { tools: {}, resources: {} });
    assert.match(client.getInstructions(), /data/);
    assert.ok(LATEST_PROTOCOL_VERSION);
    assert.deepEqual(await client.ping(), {});
});

test('the SDK accepts tools and their results', async (t) => {
    const { client } = await connect(t);
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name), ['list_packs', 'get_profile', 'search', 'read_export']);
    const packs = await client.callTool({ name: 'list_packs', arguments: {} });
    assert.equal(packs.structuredContent.packs[0].name, 'Work');
    const profile = await client.callTool({ name: 'get_profile', arguments: {} });
    assert.match(profile.content[1].text, /Lisbon/);
    const found = await client.callTool({ name: 'search', arguments: { query: 'biscuit' } });
    assert.match(found.structuredContent.hits[0].text, /Biscuit/);
    const document = await client.callTool({ name: 'read_export', arguments: { pack: 'Work', format: 'json' } });
    assert.ok(JSON.parse(document.content[1].text));
    const failed = await client.callTool({ name: 'get_profile', arguments: { pack: 'None' } });
    assert.equal(failed.isError, true);
    await assert.rejects(client.callTool({ name: 'none', arguments: {} }), { code: -32602 });
});

test('the SDK accepts resources', async (t) => {
    const { client } = await connect(t);
    const { resources } = await client.listResources();
    assert.equal(resources.length, 2);
    const { contents } = await client.readResource({ uri: resources[0].uri });
    assert.match(contents[0].text, /Lisbon/);
    assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 1);
    await assert.rejects(client.readResource({ uri: 'contextpack://none/complete.md' }), { code: -32002 });
});

test('the SDK cancels, and goes on', async (t) => {
    const { client } = await connect(t);
    const abort = new AbortController();
    const call = client.callTool({ name: 'search', arguments: { query: 'cat' } }, undefined, { signal: abort.signal });
    abort.abort('enough');
    await assert.rejects(call);
    assert.equal((await client.listTools()).tools.length, 4);
});
