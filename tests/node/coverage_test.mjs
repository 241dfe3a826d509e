// Every function of the API is used by the package, or is left out for a reason.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
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
const roles = new Map(api.functions.map(({ name, role }) => [name, role]));
const reasonFor = (name) => Object.keys(leftOut).find((left) => left === name || left === roles.get(name));

test('every function is used', (t) => {
    const calls = new Set(Object.keys(raw));
    for (const { name } of api.functions) {
        if (calls.has(name)) {
            assert.ok(inLayer.has(name) || inLayer.has(`${name}_async`), `nothing in bindings/node/lib calls ${name}`);
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

// What a block of index.d.cts declares, by its name: methods and properties, one to a line of four spaces.
function declared(kind, name) {
    const types = readFileSync(join(source, 'index.d.cts'), 'utf8');
    const block = new RegExp(`^export ${kind} ${name}\\b[^{]*\\{\\n((?:    .*\\n|\\n)*)^\\}`, 'm').exec(types);
    assert.ok(block, `index.d.cts has no ${kind} ${name}`);
    const members = block[1].matchAll(/^ {4}(?:private |static |readonly )*(\[Symbol\.\w+\]|\w+)[?]?[(:<]/gm);
    const inherited = /AsyncIterable</.test(block[0].split('{')[0]) ? ['[Symbol.asyncIterator]'] : [];
    return [...members].map(([, member]) => member).filter((member) => member !== 'constructor').concat(inherited).sort();
}

// What an object has: the members of its class, and its own properties.
function present(...objects) {
    const keys = objects.flatMap((object) => Reflect.ownKeys(object));
    const names = keys.map((key) => (typeof key === 'symbol' ? `[${key.description}]` : key));
    return names.filter((name) => !['constructor', 'length', 'name', 'prototype'].includes(name)).sort();
}

const withoutSymbols = (names) => names.filter((name) => !/dispose/i.test(name)); // Node 18 has none

test('index.d.cts declares what there is', async () => {
    const engine = await contextpack.Engine.open({ database: 'sqlite::memory:', storage: 'memory:' });
    const session = await engine.openService();
    const { Engine, Session } = contextpack;
    assert.deepEqual(withoutSymbols(present(Engine, Engine.prototype)), withoutSymbols(declared('class', 'Engine')));
    assert.deepEqual(withoutSymbols(present(session, Session.prototype)), withoutSymbols(declared('class', 'Session')));
    const nouns = Object.entries(session).filter(([, value]) => value !== null && typeof value === 'object');
    assert.ok(nouns.length > 10);
    for (const [, noun] of nouns) {
        const { name, prototype } = noun.constructor;
        assert.deepEqual(present(prototype), declared('interface', name), name);
    }
    await session.close();
    await engine.close();
});

test('import and require give the same, and both declare it', async () => {
    const types = readFileSync(join(source, 'index.d.cts'), 'utf8');
    const values = [...types.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name);
    const exported = await import(pathToFileURL(join(packageFolder, 'index.mjs')));
    const names = Object.keys(contextpack).filter((name) => name !== 'default').sort();
    assert.deepEqual([...new Set(values)].sort(), names);
    assert.deepEqual(Object.keys(exported).filter((name) => name !== 'default').sort(), names);
    assert.deepEqual(Object.keys(exported.default).sort(), names);
    // Types for import are those for require, all of them.
    assert.match(readFileSync(join(source, 'index.d.mts'), 'utf8'), /^export \* from '\.\/index\.cjs';/);
});
