// Storage, analyzers, extractors, a clock, randomness and a log that are written in JavaScript.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdir, open as openFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { analysed, contextpack, failure, open, sample, scratch } from './support.mjs';

const { ContextPackError } = contextpack;

// Blobs in a Map; every answer comes later.
class MapStorage {
    blobs = new Map();
    calls = 0;
    destroyed = 0;

    async openWrite(key, size) {
        assert.ok(size === null || size >= 0);
        const pieces = [];
        return {
            write: async (bytes) => void pieces.push(Buffer.from(bytes)),
            close: async (commit) => {
                await sleep(0);
                if (commit) {
                    this.blobs.set(key, { bytes: Buffer.concat(pieces), modified: new Date() });
                }
            },
        };
    }

    async openRead(key, offset, length) {
        const blob = this.blobs.get(key);
        return blob ? blob.bytes.subarray(offset, length === null ? undefined : offset + length) : null;
    }

    async stat(key) {
        this.calls++;
        const blob = this.blobs.get(key);
        return blob ? { size: blob.bytes.length, modified: blob.modified } : null;
    }

    remove(key) {
        this.blobs.delete(key);
    }

    *list(prefix) {
        for (const [key, { bytes, modified }] of this.blobs) {
            if (key.startsWith(prefix)) {
                yield { key, size: bytes.length, modified };
            }
        }
    }

    destroy() {
        this.destroyed++;
    }
}

// Blobs in files, through Node's own streams: its thread pool serves them while ours waits.
class FileStorage {
    constructor(folder) {
        this.folder = folder;
    }

    async openWrite(key) {
        const path = join(this.folder, key);
        await mkdir(dirname(path), { recursive: true });
        const file = await openFile(`${path}.part`, 'w');
        return {
            write: (bytes) => file.write(bytes),
            close: async (commit) => {
                await file.close();
                await (commit ? rename(`${path}.part`, path) : rm(`${path}.part`));
            },
        };
    }

    async openRead(key, offset, length) {
        const path = join(this.folder, key);
        await this.stat(key, true);
        return length === 0 ? [] : createReadStream(path, { start: offset, end: length === null ? Infinity : offset + length - 1 });
    }

    async stat(key) {
        try {
            const { size, mtime } = await stat(join(this.folder, key));
            return { size, modified: mtime };
        } catch (error) {
            if (error.code !== 'ENOENT') {
                throw error;
            }
            throw new ContextPackError('NOT_FOUND', `no ${key}`, { domain: 'files' });
        }
    }

    async remove(key) {
        await rm(join(this.folder, key), { force: true });
    }

    async *list(prefix) {
        for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true })) {
            const key = join(entry.path ?? entry.parentPath, entry.name).slice(this.folder.length + 1);
            if (entry.isFile() && key.startsWith(prefix)) {
                yield key;
            }
        }
    }
}

test('a storage in JavaScript runs the whole pipeline', async (t) => {
    const reference = await open(t);
    const { pack: plainPack } = await analysed(reference.me);
    const plain = await reference.me.exports.create(plainPack.id, 'complete');
    for (const storage of [new MapStorage(), new FileStorage(scratch(t))]) {
        const { engine, me } = await open(t, { storage });
        const { pack, source } = await analysed(me);
        const { export: made } = await me.exports.create(pack.id, 'complete');
        assert.equal(await me.exports.text(made.id), await reference.me.exports.text(plain.export.id));
        assert.equal((await engine.check()).failures, 0);
        await me.sources.delete(source.id);
        await me.packs.delete(pack.id);
    }
});

test('storage is destroyed once, with the last session', async () => {
    const storage = new MapStorage();
    const engine = await contextpack.Engine.open({ database: 'sqlite::memory:', storage });
    const service = await engine.openService();
    await engine.close();
    assert.equal(storage.destroyed, 0);
    await service.close();
    assert.equal(storage.destroyed, 1);
});

test('a storage that throws, rejects or returns wrong results', async (t) => {
    const mine = new Error('the disk is gone');
    const broken = {
        openWrite: () => { throw mine; },
        openRead: async () => { throw mine; },
        stat: async () => ({ size: 'much' }),
        remove: () => Promise.reject(mine),
        list: () => 7,
    };
    for (const method of Object.keys(broken)) {
        const storage = new MapStorage();
        const { me, engine } = await open(t, { storage });
        const { pack, source } = await analysed(me);
        const old = storage[method];
        storage[method] = broken[method];
        if (method === 'openWrite') {
            const error = await failure(me.sources.add(pack.id, { text: 'hello' }));
            assert.deepEqual([error.codeName, error.cause], ['CPK_ERROR_STORAGE', mine]);
        } else if (method === 'openRead') {
            assert.equal((await failure(me.sources.read(source.id))).cause, mine);
        } else if (method === 'remove') {
            assert.equal((await failure(me.sources.delete(source.id))).cause, mine);
        } else if (method === 'list') {
            assert.notEqual((await engine.check()).failures, 0);
        }
        storage[method] = old;
    }
    const busy = new MapStorage();
    const { me } = await open(t, { storage: busy });
    const pack = await me.packs.create();
    busy.openWrite = async () => {
        throw new ContextPackError('BUSY', 'come back', { retryable: true, native: 'HTTP 503' });
    };
    const error = await failure(me.sources.add(pack.id, { text: 'x' }));
    assert.deepEqual([error.codeName, error.retryable, error.native], ['CPK_ERROR_BUSY', true, 'HTTP 503']);
});

test('the outcome of an analyzer decides about its answer', async (t) => {
    const analyzer = {
        identity: 'cut/1',
        isModel: true,
        isRemote: true,
        analyze: () => ({ text: 'They li', usage: { outcome: 'length', requestCount: 2, reasoningOutputTokens: 3 } }),
    };
    const { me } = await open(t, { analyzer });
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, { text: 'I live in Lisbon.' });
    const error = await failure(me.sources.run(source.id));
    assert.deepEqual([error.codeName, error.native], ['CPK_ERROR_ANALYZER', 'length']);
    assert.match((await me.sources.get(source.id)).errorMessage, /cut off/);
    analyzer.analyze = () => ({ text: 'x', usage: { outcome: 'bored' } });
    assert.match((await failure(me.sources.run(source.id))).message, /outcome is one of/);
});

test('an analyzer in JavaScript', async (t) => {
    const requests = [];
    const answers = [
        () => 'I know that they are a nurse.',
        async () => ({ text: 'They live in Lisbon.', usage: { inputTokens: 7, outputTokens: 5, costMicros: 12n } }),
        async function* () {
            yield 'They run ';
            await sleep(1);
            yield 'marathons.';
            yield { usage: { outputTokens: 3, cachedInputTokens: 1 } };
        },
        () => ['in', ' ', 'pieces'],
    ];
    let turn = 0;
    const analyzer = {
        identity: 'mine/1',
        analyze(request, { signal }) {
            assert.ok(signal instanceof AbortSignal && Object.isFrozen(request));
            requests.push(request);
            return answers[turn++ % answers.length](request);
        },
    };
    const { me } = await open(t, { analyzer, settings: { 'chunk.max_tokens': 300 } });
    const { pack, source } = await analysed(me);
    assert.ok(requests.length >= answers.length);
    assert.ok(requests[0].messages.length > 0 && requests[0].systemPrompt && requests[0].textTokens > 0);
    assert.equal(requests[0].messages[0].role, 'user');
    assert.deepEqual([requests[0].responseSchema, requests[0].responseName], [null, null]);
    assert.ok(source.outputTokens >= 8 && source.costMicros >= 12n);
    const { export: made } = await me.exports.create(pack.id, 'complete');
    const text = await me.exports.text(made.id);
    assert.match(text, /They live in Lisbon/);
    assert.match(text, /They run marathons/);
});

test('an analyzer that throws, and one that is aborted while it works', async (t) => {
    const mine = new TypeError('no model');
    const { me } = await open(t, { analyzer: { identity: 'broken/1', analyze: async () => { throw mine; } } });
    const error = await failure(analysed(me));
    assert.deepEqual([error.codeName, error.cause], ['CPK_ERROR_ANALYZER', mine]);

    const controller = new AbortController();
    let wasTold = false;
    const slow = {
        identity: 'slow/1',
        analyze: (request, { signal }) =>
            new Promise((resolve) => {
                signal.addEventListener('abort', () => { wasTold = true; });
                setTimeout(() => controller.abort(), 20);
                assert.ok(resolve);
            }),
    };
    const other = await open(t, { analyzer: slow });
    const pack = await other.me.packs.create();
    const { source } = await other.me.sources.add(pack.id, sample);
    const cancelled = await failure(other.me.sources.run(source.id, { signal: controller.signal }));
    assert.deepEqual([cancelled.codeName, cancelled.cause], ['CPK_ERROR_CANCELLED', controller.signal.reason]);
    await sleep(10);
    assert.ok(wasTold);
    const wrong = await open(t, { analyzer: { identity: 'wrong/1', analyze: () => [7] } });
    await assert.rejects(analysed(wrong.me));
});

test('an extractor in JavaScript', async (t) => {
    const passwords = [];
    const lines = {
        name: 'lines',
        sniff: (head, name) => (name.endsWith('.lines') && head.includes('LINES') ? 100 : 0),
        async *extract(reader) {
            const head = await reader.read(6);
            passwords.push(reader.password);
            assert.equal(head.toString(), 'LINES\n');
            if (reader.readAt) {
                assert.equal((await reader.readAt(0, 5)).toString(), 'LINES');
            }
            let text = '';
            for await (const piece of reader) {
                text += piece;
            }
            yield { note: 'repaired', where: reader.name, text: 'nothing much' };
            for (const [index, line] of text.trim().split('\n').entries()) {
                yield { role: index % 2 ? 'assistant' : 'user', text: line, conversationId: 'c', time: new Date(86400000 * index) };
            }
        },
    };
    const { engine, me } = await open(t, { extractors: [lines] });
    const given = Array.from({ length: 500 }, (_, index) => `I am line ${index} and work as a nurse.`);
    const input = { text: `LINES\n${given.join('\n')}\n`, name: 'x.lines' };
    const notes = [];
    const messages = [];
    const report = await engine.extract(input, { onMessage: (message) => messages.push(message), onNote: (note) => notes.push(note) });
    assert.deepEqual([report.format, report.messages], ['lines', 500]);
    await engine.extract(input, { password: 'geheim' });
    await engine.inspect(input, { password: 'Zoë' });
    assert.deepEqual([...new Set(passwords)], [null, 'geheim', 'Zoë']);
    await assert.rejects(engine.extract(input, { password: 7 }), { codeName: 'CPK_ERROR_INVALID_ARGUMENT' });
    await assert.rejects(engine.extract(input, { password: 'a\0b' }), { codeName: 'CPK_ERROR_INVALID_ARGUMENT' });
    assert.deepEqual(messages.map(({ text }) => text), given);
    assert.deepEqual([messages[1].role, messages[1].time], ['assistant', new Date(86400000)]);
    assert.ok(notes.some(({ kind, text }) => kind === 'repaired' && text === 'nothing much'));
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, input);
    assert.equal((await me.sources.run(source.id, { password: 'of the run' })).messageCount, 500);
    assert.equal(passwords.at(-1), 'of the run');

    const mine = new Error('not mine after all');
    const broken = { ...lines, name: 'broken', async *extract() { yield { text: 'one' }; throw mine; } };
    const other = await open(t, { extractors: [broken] });
    assert.equal((await failure(other.engine.extract(input))).cause, mine);
    const wrong = { ...lines, name: 'wrong', *extract() { yield { text: 'x', role: 'king' }; } };
    const third = await open(t, { extractors: [wrong] });
    assert.ok((await failure(third.engine.extract(input))).cause instanceof TypeError);
});

test('clock, randomness and log', async (t) => {
    const entries = [];
    let asked = 0;
    const { me } = await open(t, {
        clock: () => new Date(Date.UTC(2030, 0, 1) + asked++),
        random: (length) => Buffer.alloc(length, ++asked % 251),
        log: (entry) => entries.push(entry),
        logLevel: 'debug',
    });
    const pack = await me.packs.create();
    assert.equal(pack.createdAt.getUTCFullYear(), 2030);
    await analysed(me);
    await me.packs.list();
    assert.ok(entries.every(({ level, domain, message }) => level && domain && message));
    assert.ok(asked > 2);
});
