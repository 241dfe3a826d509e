// Every function of the API is used by the package, or is left out for a reason.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { contextpack, packageFolder, project, raw } from './support.mjs';

const source = join(project, 'bindings/node');
const api = JSON.parse(readFileSync(join(project, 'bindings/api.json'), 'utf8'));
const leftOut = JSON.parse(readFileSync(join(source, 'left-out.json'), 'utf8'));
const notYet = [...readFileSync(join(source, 'not-yet.txt'), 'utf8').matchAll(/^cpk_\w+/gm)].map(([name]) => name);

function named(folder, isWanted) {
    const files = readdirSync(join(source, folder)).filter(isWanted);
    return new Set(files.flatMap((name) => readFileSync(join(source, folder, name), 'utf8').match(/\bcpk_\w+/g) ?? []));
}

const written = (name) => !name.startsWith('generated');
const inLayer = new Set([...named('lib', written), ...named('.', (name) => name === 'index.cjs')]);
const inAddon = named('src', written);
// Getters, pages and frees, which the addon calls for every snapshot.
const inTables = new Set(
    readFileSync(join(source, 'src/generated.c'), 'utf8').match(/(?<=^(?!static void call_).*library\.)cpk_\w+(?=\()/gm),
);
const reasonFor = (name) =>
    Object.keys(leftOut).find((pattern) => (pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern));

test('every function is used', (t) => {
    const calls = new Set(Object.keys(raw));
    for (const { name } of api.functions) {
        if (calls.has(name)) {
            assert.ok(inLayer.has(name), `nothing in bindings/node/lib calls ${name}`);
        } else {
            const isUsed = inAddon.has(name) || inTables.has(name);
            assert.ok(isUsed || reasonFor(name) || notYet.includes(name), `${name} is used nowhere: add it, or a reason`);
        }
    }
    t.diagnostic(`${api.functions.length} functions, ${notYet.length} not yet`);
});

test('nothing is left out that is not there', () => {
    const names = api.functions.map(({ name }) => name);
    for (const [pattern, reason] of Object.entries(leftOut)) {
        assert.ok(reason.length > 10);
        assert.ok(names.some((name) => reasonFor(name) === pattern), pattern);
    }
    assert.ok(notYet.every((name) => names.includes(name)));
});

test('every constant is there', () => {
    for (const { name, value } of api.constants.filter(({ kind }) => kind === 'int')) {
        assert.equal(BigInt(contextpack.constants[name]), BigInt(value), name);
    }
    assert.equal(JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version, contextpack.version);
});
