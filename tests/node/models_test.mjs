// A language model as analyzer, by its URI.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { analysed, contextpack, failure, open, project, sample, scratch } from './support.mjs';

delete process.env.OPENAI_API_KEY;

// The server that can fail; resolves to the URL before its paths.
async function serve(t, folder) {
    const server = spawn('python3', ['-B', join(project, 'tests/models/fault_server.py'), folder], {
        stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => server.stdin.end());
    const [port] = await new Promise((resolve) => server.stdout.once('data', (data) => resolve(String(data).split('\n'))));
    return `http://127.0.0.1:${port}`;
}

test('a model analyses chunks', async (t) => {
    const url = await serve(t, scratch(t));
    const { me } = await open(t, { analyzer: `anthropic:m?base_url=${url}/ok&price_input=1&price_output=2` });
    const { source } = await analysed(me);
    assert.equal(source.processedChunks, source.totalChunks);
    assert.ok(source.inputTokens >= 1000 * source.totalChunks && source.costMicros > 0n);
});

test('what the server says reaches the caller and the row', async (t) => {
    const folder = scratch(t);
    const url = await serve(t, folder);
    writeFileSync(join(folder, 'error'), '{"error": {"message": "no tea"}}');
    const { me } = await open(t, { analyzer: `openai:m?base_url=${url}/status/418` });
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, sample);
    const error = await failure(me.sources.run(source.id));
    assert.deepEqual([error.codeName, error.native], ['CPK_ERROR_ANALYZER', 'HTTP 418']);
    assert.match(error.message, /no tea/);
    assert.match((await me.sources.get(source.id)).errorMessage, /HTTP 418/);
});

test('a URI with a key is refused without repeating it', async () => {
    const error = await failure(contextpack.Engine.open({ database: 'sqlite::memory:', analyzer: 'openai:m?api_key=sk-hunter2' }));
    assert.equal(error.codeName, 'CPK_ERROR_INVALID_ARGUMENT');
    assert.doesNotMatch(error.message, /hunter2/);
});
