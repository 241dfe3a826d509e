// Streams and iterators: what is handed over while a call runs, and what stops it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { analysed, contextpack, failure, open, project, sample, scratch } from './support.mjs';

const LONG = Array.from({ length: 40000 }, (_, index) => `Line ${index} of a long text that goes on and on.\n\n`).join('');

test('exports and sources as streams', async (t) => {
    const { me } = await open(t);
    const { pack, source } = await analysed(me);
    const { export: made } = await me.exports.create(pack.id, 'complete');
    const expected = await me.exports.read(made.id);
    assert.deepEqual(await buffer(me.exports.stream(made.id)), expected);
    assert.deepEqual(await buffer(me.sources.stream(source.id, { part: 'raw' })), readFileSync(sample));
    const path = join(scratch(t), 'pack.json');
    await me.exports.writeTo(made.id, createWriteStream(path), { format: 'json' });
    assert.deepEqual(readFileSync(path), await me.exports.read(made.id, { format: 'json' }));
    const error = await failure(buffer(me.exports.stream('00000000-0000-4000-8000-000000000000')));
    assert.equal(error.codeName, 'CPK_ERROR_NOT_FOUND');
});

test('a slow reader delays the worker and uses no memory', async (t) => {
    const { me } = await open(t);
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, { text: LONG });
    let most = 0;
    const stream = me.sources.stream(source.id, { part: 'raw' });
    const chunks = [];
    const slow = new Writable({
        write(chunk, _encoding, done) {
            most = Math.max(most, stream.readableLength);
            chunks.push(chunk);
            setTimeout(done, 1);
        },
    });
    await new Promise((resolve, reject) => stream.pipe(slow).on('finish', resolve).on('error', reject));
    assert.equal(Buffer.concat(chunks).toString(), LONG);
    assert.ok(most < 1024 * 1024, `${most} bytes waited`);
});

test('an unread stream blocks no other call', async (t) => {
    const folder = scratch(t);
    const { engine, service, me, user } = await open(t, { database: `sqlite:${folder}/packs.db` });
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, { text: LONG });
    for (let index = 0; index < 3000; index++) {
        await service.credits.grant(user, { key: `g${index}`, credits: 1, description: 'd'.repeat(100) });
    }
    const unread = [me.sources.stream(source.id, { part: 'raw' }), me.reports.statementStream(),
        service.reports.statementStream({ userId: user })];
    await Promise.all(unread.map((stream) => once(stream, 'readable')));
    await sleep(50); // they are full
    assert.ok(unread.every((stream) => !stream.readableEnded));
    await me.packs.create({ name: 'meanwhile' });
    assert.equal((await me.packs.list()).items.length, 2);
    assert.equal((await me.sources.run(source.id, { until: 'ready_for_analysis' })).status, 'ready_for_analysis');
    await service.credits.grant(user, { key: 'more', credits: 1 });
    await engine.close(); // streams of sessions end with their session
    const pieces = [];
    for await (const bytes of unread[0]) {
        pieces.push(bytes);
        await me.packs.get(pack.id);
    }
    assert.equal(String(Buffer.concat(pieces)), LONG);
    assert.equal((await buffer(unread[1])).includes('more'), false); // of the moment when it began
    const closed = once(unread[2], 'close');
    await service.close();
    await closed;
    assert.ok(unread[2].destroyed && !unread[2].readableEnded);
});

test('a session twice', async (t) => {
    const { service, me } = await open(t);
    const again = await me.duplicate();
    assert.deepEqual([again.kind, again.principalId, again.claims], [me.kind, me.principalId, me.claims]);
    const pack = await me.packs.create({ name: 'Mine' });
    await me.close();
    assert.equal((await again.packs.get(pack)).name, 'Mine');
    assert.equal((await failure(me.duplicate())).codeName, 'CPK_ERROR_CONFLICT');
    const other = await (await service.duplicate()).duplicate();
    assert.equal(other.kind, 'service');
    assert.equal((await failure(again.users.setPlan(again.principalId, 'credits'))).codeName, 'CPK_ERROR_PERMISSION_DENIED');
    await again.close();
});

test('a callback on a duplicate can not wait for its own call', { timeout: 60000 }, async (t) => {
    const { me } = await open(t);
    const again = await me.duplicate();
    const pack = await again.packs.create({ name: 'Mine' });
    const seen = [];
    const input = { data: new TextEncoder().encode(LONG), name: 'long.txt' };
    const onProgress = async () => seen.push((await failure(again.packs.get(pack))).codeName);
    await again.sources.add(pack.id, input, { onProgress });
    assert.deepEqual([...new Set(seen)], ['CPK_ERROR_CONFLICT']);
    await again.close();
});

test('an endless input is rejected by a setting that the error names', async (t) => {
    const block = new Uint8Array(1 << 20).fill(0x78);
    let given = 0;
    let ended = 0;
    async function* endless() {
        try {
            for (;;) {
                given += block.length;
                yield block;
            }
        } finally {
            ended++;
        }
    }
    for (const [name, value] of [['import.max_file_bytes', 1000000], ['storage.min_free_bytes', 2n ** 61n]]) {
        const { engine, me } = await open(t, { settings: { [name]: value } });
        const pack = await me.packs.create({ name: 'P' });
        for (const call of [() => engine.extract({ stream: endless() }), () => me.sources.add(pack.id, { stream: endless() })]) {
            assert.match((await failure(call())).message, new RegExp(name));
        }
        assert.equal((await me.sources.list(pack.id)).items.length, 0);
    }
    assert.equal(ended, 4);
    assert.ok(given < 200 * block.length);
});

test('a stream that is left early ends its call', async (t) => {
    const { me } = await open(t);
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, { text: LONG });
    for await (const chunk of me.sources.stream(source.id, { part: 'raw' })) {
        assert.ok(chunk.length > 0);
        break;
    }
    assert.equal((await me.sources.get(source.id)).id, source.id); // the session is free again
    const controller = new AbortController();
    const stream = me.sources.stream(source.id, { part: 'raw', signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await assert.rejects(async () => {
        for await (const chunk of stream) {
            await sleep(5);
            assert.ok(chunk);
        }
    }, { name: 'AbortError' });
    await me.sources.get(source.id);
});

test('messages and chunks one after the other', async (t) => {
    const engine = await contextpack.Engine.open();
    t.after(() => engine.close());
    const all = [];
    const stream = engine.messages(sample);
    for await (const message of stream) {
        all.push(message.text);
    }
    assert.equal((await stream.result).messages, all.length);
    const texts = [];
    for await (const chunk of engine.chunks({ text: LONG }, { maxTokens: 100 })) {
        texts.push(chunk.text);
    }
    assert.ok(texts.length > 64 && texts.join('').length >= LONG.length);
    const chunks = engine.chunks({ text: LONG }, { maxTokens: 100 });
    for await (const chunk of chunks) {
        assert.equal(chunk.index, 0);
        break;
    }
    assert.equal((await failure(chunks.result)).codeName, 'CPK_ERROR_CANCELLED');
    const controller = new AbortController();
    const error = await failure((async () => {
        for await (const chunk of engine.chunks({ text: LONG }, { maxTokens: 100, signal: controller.signal })) {
            controller.abort('enough');
            assert.ok(chunk);
        }
    })());
    assert.equal(error.codeName, 'CPK_ERROR_CANCELLED');
    const missing = await failure(engine.messages('/no/such/file').next());
    assert.equal(missing.codeName, 'CPK_ERROR_NOT_FOUND');
});

test('text as a stream', async (t) => {
    const engine = await contextpack.Engine.open();
    t.after(() => engine.close());
    const { text } = await engine.extractText({ text: LONG });
    assert.equal((await buffer(engine.textStream({ text: LONG }))).toString(), text);
});

test('an inspection', async (t) => {
    const engine = await contextpack.Engine.open();
    t.after(() => engine.close());
    const notes = [];
    const found = await engine.inspect(join(project, 'tests/data/chats/cursor.vscdb'), { onNote: (note) => notes.push(note) });
    assert.deepEqual(found.providers, [{ name: 'cursor', conversations: 3, messages: 9 }]);
    assert.deepEqual([found.userMessages, found.assistantMessages, found.toolMessages, found.chunks, found.credits], [3, 5, 1, 1, 1]);
    assert.equal(found.firstTime.toISOString(), '2026-01-01T10:00:00.000Z');
    assert.equal(found.isPartial, true);
    assert.match(found.lossSummary, /1 unreadable/);
    assert.deepEqual(found.notes.map((note) => note.kind), ['unreadable_conversation', 'damaged']);
    assert.deepEqual(notes, found.notes);
    assert.equal((await engine.inspect({ text: LONG })).tokens, contextpack.countTokens((await engine.extractText({ text: LONG })).text));
    await assert.rejects(engine.inspect({ text: '' }), { name: 'ContextPackError' });
});
