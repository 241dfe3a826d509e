// Runs every snippet of the guide and the package's page, each in a folder with the sample.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { packageFolder, project, sample, scratch } from './support.mjs';

// What a snippet must print, by what stands in it.
const prints = {
    "build('conversations.json'": /nurse/,
    "exports.create(pack, 'compact')": /nurse/,
    'page.next': /\[ 'Music', 'Home' \] true[\s\S]*Work[\s\S]*10 0/,
    'engine.messages': /user \d+[\s\S]*nurse/,
    AbortController: /CPK_ERROR_CANCELLED that is enough\ncompleted/,
    'no/such/file': /true CPK_ERROR_NOT_FOUND false/,
    MapStorage: /I LIVE IN PORTO/,
    'x.lines': /one\ntwo\nlines 2/,
};

const snippetsOf = (page) => [...readFileSync(join(project, page), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

test('every snippet works', (t) => {
    const folder = scratch(t);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(packageFolder, join(folder, 'node_modules/contextpack'));
    const missing = new Set(Object.keys(prints));
    for (const page of ['docs/node.md', 'bindings/node/README.md']) {
        const snippets = snippetsOf(page);
        assert.ok(snippets.length > 0);
        assert.ok(snippets[0].trim().split('\n').length <= 10, 'the first one is ten lines');
        for (const snippet of snippets) {
            const own = mkdtempSync(join(folder, 'snippet-'));
            copyFileSync(sample, join(own, 'conversations.json'));
            writeFileSync(join(own, 'snippet.mjs'), snippet);
            const { status, stdout, stderr } = spawnSync(process.execPath, ['snippet.mjs'], { cwd: own, encoding: 'utf8', timeout: 60000, env: { ...process.env, XDG_DATA_HOME: join(own, 'data') } });
            assert.deepEqual([status, stderr], [0, ''], snippet);
            for (const [mark, expected] of Object.entries(prints).filter(([item]) => snippet.includes(item))) {
                assert.match(stdout, expected);
                missing.delete(mark);
            }
        }
    }
    assert.deepEqual([...missing], []);
});
