// What hosts do by accident: abandoned iterators, buffers that go away, wrong results of drivers, hostile errors, wrong
// arguments to every function. A call may fail; the process, other calls and the data go on.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { analysed, contextpack, failure, open, packageFolder, project, raw, sample, scratch } from './support.mjs';

const { ContextPackError, Engine } = contextpack;
const run = promisify(execFile);
const LONG = '\n\nI lived in a town for many years.'.repeat(20000);
const described = JSON.parse(readFileSync(join(project, 'bindings/api.json'), 'utf8'));

// Runs a script in a process of its own, which is to exit by itself.
async function script(body) {
    const text = `import { createRequire } from 'node:module';
        const { Engine } = createRequire(import.meta.url)(${JSON.stringify(packageFolder)});
        const text = '\\n\\nI lived in a town for many years.'.repeat(20000);
        const engine = await Engine.open(); ${body}`;
    const { stdout } = await run(process.execPath, ['--expose-gc', '--input-type=module', '-e', text], { timeout: 60000 });
    return stdout.trim();
}

test('an abandoned iterator or stream does not keep the process alive', async () => {
    assert.equal(await script('const it = engine.messages({ text }); console.log((await it.next()).done);'), 'false');
    assert.equal(await script(`const stream = engine.textStream({ text });
        await new Promise((resolve) => stream.once('readable', resolve)); console.log('read');`), 'read');
    assert.equal(await script(`const it = engine.chunks({ text }, { maxTokens: 100 }); await it.next();
        await engine.close(); console.log('closed');`), 'closed');
});

test('a consumer that continues later gets its data', async (t) => {
    const engine = await Engine.open();
    t.after(() => engine.close());
    const it = engine.messages({ text: LONG });
    let count = 0;
    for (let next = await it.next(); !next.done; next = await it.next()) {
        count++;
        if (count % 50 === 0) {
            await sleep(5); // the worker waits, and does not count for the process
        }
    }
    assert.equal(count, (await it.result).messages);
    const whole = (await engine.extractText({ text: LONG })).text;
    let streamed = '';
    for await (const piece of engine.textStream({ text: LONG })) {
        streamed += piece;
        await sleep(1);
    }
    assert.equal(streamed, whole);
});

test('closing an engine ends its iterators and streams with an error', async () => {
    const engine = await Engine.open();
    const it = engine.chunks({ text: LONG }, { maxTokens: 100 });
    await it.next();
    const stream = engine.textStream({ text: LONG });
    await new Promise((resolve) => stream.once('readable', resolve));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    await engine.close();
    const error = await failure((async () => {
        for await (const chunk of it) {
            assert.ok(chunk);
        }
    })());
    assert.equal(error.codeName, 'CPK_ERROR_CONFLICT');
    await closed;
    assert.equal(stream.readableEnded, false);
});

test('an unreferenced iterator releases its thread', async () => {
    const engine = await Engine.open();
    let ended = 0;
    for (let i = 0; i < 20; i++) {
        const it = engine.chunks({ text: LONG }, { maxTokens: 100 });
        it.result.catch(() => ended++);
        await it.next();
        const stream = engine.textStream({ text: LONG });
        await new Promise((resolve) => stream.once('readable', resolve));
    }
    for (let i = 0; i < 100 && ended < 15; i++) {
        globalThis.gc();
        await sleep(20);
    }
    assert.ok(ended >= 15, `${ended} of 20 iterators have ended`);
    await engine.close();
});

test('a stream that is piped survives collections', async (t) => {
    const engine = await Engine.open();
    t.after(() => engine.close());
    const { Writable } = await import('node:stream');
    let written = 0;
    const done = new Promise((resolve, reject) => {
        engine.textStream({ text: LONG }).pipe(new Writable({
            highWaterMark: 1000,
            write(chunk, _encoding, next) {
                written += chunk.length;
                globalThis.gc();
                setTimeout(next, 1);
            },
        })).on('finish', resolve).on('error', reject);
    });
    await done;
    assert.equal(written, Buffer.byteLength((await engine.extractText({ text: LONG })).text));
});

test('when every thread waits for JavaScript, calls fail instead of hanging', async () => {
    const engine = await Engine.open();
    const held = [];
    let error = null;
    for (let i = 0; i < 300 && error === null; i++) {
        const it = engine.chunks({ text: LONG }, { maxTokens: 100 });
        it.result.catch(() => {});
        held.push(it);
        await it.next().catch((caught) => (error = caught));
    }
    assert.equal(error?.codeName, 'CPK_ERROR_BUSY');
    assert.equal(error.retryable, true);
    assert.match(error.message, /wait for JavaScript/);
    await Promise.all(held.map((it) => it.return()));
    assert.equal((await engine.extract({ text: 'hello' })).messages, 1);
    await engine.close();
});

test('concurrent next() calls resolve in order', async (t) => {
    const engine = await Engine.open();
    t.after(() => engine.close());
    const expected = (await engine.chunk({ text: LONG }, { maxTokens: 500 })).chunks.map((chunk) => chunk.index);
    const it = engine.chunks({ text: LONG }, { maxTokens: 500 });
    const taken = await Promise.all(Array.from({ length: expected.length + 3 }, () => it.next()));
    assert.deepEqual(taken.slice(0, -3).map((item) => item.value.index), expected);
    assert.deepEqual(taken.slice(-3).map((item) => item.done), [true, true, true]);
    const other = engine.chunks({ text: LONG }, { maxTokens: 100 });
    const waiting = Array.from({ length: 5 }, () => other.next());
    await other.return();
    assert.equal((await Promise.all(waiting)).at(-1).done, true);
});

test('buffers that are transferred, resized or changed during a call', async (t) => {
    const engine = await Engine.open();
    t.after(() => engine.close());
    const expected = (await engine.extractText({ text: LONG })).text;
    for (const times of [1, 30]) { // copied, and read piece by piece
        const bytes = new Uint8Array(Buffer.from(LONG.repeat(times)));
        const extracting = engine.extractText(bytes);
        structuredClone(bytes, { transfer: [bytes.buffer] });
        globalThis.gc();
        const outcome = await extracting.catch((error) => error);
        if (times === 1) {
            assert.equal(outcome.text, expected);
        } else {
            assert.ok(outcome instanceof ContextPackError, String(outcome));
            assert.match(outcome.cause.message, /detached/);
        }
    }
    const large = Buffer.from(LONG.repeat(30));
    assert.equal((await engine.extractText(large)).text.length, (await engine.extractText({ text: LONG.repeat(30) })).text.length);
    const counted = new Uint8Array(Buffer.from(LONG));
    const counting = contextpack.countTokensAsync(counted);
    structuredClone(counted, { transfer: [counted.buffer] });
    globalThis.gc();
    assert.equal(await counting, contextpack.countTokens(LONG));
    const resizable = new ArrayBuffer(1000, { maxByteLength: 4000 });
    for (const given of [resizable, new Uint8Array(resizable), { data: resizable }, new SharedArrayBuffer(10, { maxByteLength: 20 })]) {
        assert.ok(await failure(engine.extract(given)));
    }
    async function* pieces() {
        const piece = new Uint8Array(Buffer.from(LONG));
        setTimeout(() => structuredClone(piece, { transfer: [piece.buffer] }), 0);
        yield piece;
    }
    await engine.extract(pieces()).catch((error) => assert.match(error.cause.message, /detached/));
});

test('awaiting a call on the session of the running call is rejected', async (t) => {
    const { engine, me, user } = await open(t);
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, sample);
    const seen = [];
    const other = await engine.openUser(user.id);
    await me.sources.run(source, {
        onProgress: async () => {
            seen.push((await failure(me.packs.list())).codeName);
            seen.push((await failure(me.close())).codeName);
            assert.equal((await other.packs.list()).items.length, 1);
        },
    });
    assert.ok(seen.length > 1 && seen.every((name) => name === 'CPK_ERROR_CONFLICT'), String(seen));
    assert.equal((await me.packs.list()).items.length, 1);
    await other.close();

    let nested;
    const analyzer = {
        identity: 'nested/1',
        async analyze() {
            nested ??= await failure(mine.me.packs.list());
            return 'They keep bees.';
        },
    };
    const mine = await open(t, { analyzer });
    await analysed(mine.me);
    assert.equal(nested.codeName, 'CPK_ERROR_CONFLICT');
    // Not in a callback of that call: it waits its turn.
    const both = await Promise.all([mine.me.packs.create({ name: 'a' }), mine.me.packs.create({ name: 'b' })]);
    assert.equal(both.length, 2);
});

async function analyse(t, analyzer) {
    const { me } = await open(t, { analyzer });
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, { text: 'I keep bees and live in Porto.' });
    return me.sources.run(source);
}

test('hostile errors end the call, not the process', async (t) => {
    const hostile = [
        Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('getter'); } }),
        new Proxy(new Error('x'), { get() { throw new Error('trap'); } }),
        new Proxy({}, { get() { throw null; }, getPrototypeOf() { throw new Error('prototype'); } }),
        Object.create(null), null, undefined, 5, Symbol('s'), { message: { toString() { throw new Error('text'); } } },
        { code: { valueOf() { throw new Error('code'); } }, message: 5 }, 'a\0b', new Error('two\nlines\0'),
    ];
    for (const thrown of hostile) {
        assert.ok(await failure(analyse(t, { identity: 'h/1', analyze() { throw thrown; } })));
        assert.ok(await failure(analyse(t, { identity: 'h/1', async analyze() { throw thrown; } })));
        assert.ok(await failure(analyse(t, { identity: 'h/1', async *analyze() { yield 'x'; throw thrown; } })));
    }
});

test('errors of another copy of the package keep their code and message', async (t) => {
    const copy = join(scratch(t), 'contextpack');
    cpSync(packageFolder, copy, { recursive: true });
    const other = createRequire(import.meta.url)(copy);
    assert.notEqual(other.ContextPackError, ContextPackError);
    const storage = {
        openWrite() { throw new other.ContextPackError('NO_SPACE', 'the bucket is full', { native: 'HTTP 507', retryable: true }); },
        openRead() { throw new other.ContextPackError('NOT_FOUND', 'no blob'); },
        stat() { throw new other.ContextPackError('NOT_FOUND', 'no blob'); },
        remove() {},
        list: () => [],
    };
    const { me } = await open(t, { storage });
    const pack = await me.packs.create();
    const error = await failure(me.sources.add(pack.id, sample));
    assert.deepEqual([error.codeName, error.native, error.retryable], ['CPK_ERROR_NO_SPACE', 'HTTP 507', true]);
    assert.match(error.message, /the bucket is full/);
});

test('a wrong clock or random source fails its call', async (t) => {
    const clocks = [
        () => Date.now() / 1000, () => NaN, () => 'now', async () => Date.now(), () => new Date().toISOString(),
        () => undefined, () => Infinity, () => -5, () => 1n << 70n, () => { throw new Error('clock'); }, () => new Date(NaN),
        () => BigInt(Date.now()),
    ];
    for (const clock of clocks) {
        const error = await failure(Engine.open({ database: 'sqlite::memory:', storage: 'memory:', clock }));
        assert.equal(error.codeName, 'CPK_ERROR_INTERNAL', `${clock}: ${error.message}`);
    }
    for (const random of [() => 'x', () => Buffer.alloc(1), () => null, () => { throw new Error('random'); }, async () => Buffer.alloc(16)]) {
        assert.ok(await failure(open(t, { random })), String(random));
    }
    const { service } = await open(t, { clock: () => new Date(Date.UTC(2031, 0, 1)) });
    assert.equal((await service.users.find('me@example.com')).createdAt?.getUTCFullYear?.() ?? 2031, 2031);
});

const WRONG = [undefined, null, NaN, 1.5, -1, 'x', {}, [], true, 1n << 70n, Symbol('s'), () => 5, new Date(NaN)];

test('wrong results of drivers fail their calls', async (t) => {
    const counts = [-1, 1.5, '5', NaN, 2 ** 60, 1n << 70n, {}, null];
    for (const inputTokens of counts.slice(0, -1)) {
        assert.ok(await failure(analyse(t, { identity: 'w/1', analyze: () => ({ text: 'x', usage: { inputTokens } }) })), String(inputTokens));
    }
    for (const usage of [5, 'x', null]) {
        assert.ok(await failure(analyse(t, { identity: 'w/1', analyze: () => ({ text: 'x', usage }) })));
    }
    for (const answer of WRONG.filter((value) => typeof value !== 'string')) {
        assert.ok(await failure(analyse(t, { identity: 'w/1', analyze: () => answer })), String(answer));
        assert.ok(await failure(analyse(t, { identity: 'w/1', analyze: () => [answer] })), String(answer));
    }
    for (const sure of [0.5, 101, -1, NaN, 'x', {}]) {
        const extractor = { name: 'wrong', sniff: () => sure, extract: () => [] };
        const engine = await Engine.open({ extractors: [extractor] });
        assert.ok(await failure(engine.extract({ text: 'hello' })), String(sure));
        await engine.close();
    }
    for (const step of [5, 'x', null, { text: 5 }, { text: 'x', role: 'nobody' }, { text: 'x', timeMicros: 1.5 }, { progress: 1.5 },
        { note: 'nothing' }, { text: 'x', conversationId: 5 }, { text: 'x', provider: 'a\0b' }]) {
        const extractor = { name: 'wrong', sniff: () => 100, extract: () => [step] };
        const engine = await Engine.open({ extractors: [extractor] });
        assert.ok(await failure(engine.extract({ text: 'hello' })), JSON.stringify(step));
        await engine.close();
    }
    const whole = { openWrite() {}, openRead() {}, stat() {}, remove() {}, list: () => [] };
    for (const method of ['openWrite', 'openRead', 'stat']) {
        for (const value of WRONG) {
            const { me } = await open(t, { storage: { ...whole, [method]: () => value } });
            const pack = await me.packs.create();
            assert.ok(await failure(me.sources.add(pack.id, sample)), `${method} ${String(value)}`);
        }
    }
});

test("an extractor's reader that is kept rejects", async () => {
    let kept;
    const extractor = { name: 'keeper', sniff: () => 100, extract(reader) { kept = reader; return [{ text: 'hi' }]; } };
    const engine = await Engine.open({ extractors: [extractor] });
    await engine.extract({ text: 'hello' });
    assert.equal((await failure(kept.read())).codeName, 'CPK_ERROR_INVALID_ARGUMENT');
    await engine.close();
});

test('a log callback that throws does not end the process', async (t) => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const { engine } = await open(t, { log() { throw new Error('log'); }, logLevel: 'debug' });
    await engine.check();
    await Promise.race([warned, sleep(500)]);
});

// Every function of the description, each parameter in turn with what does not belong there.
test('wrong arguments to every function', async (t) => {
    const { engine, me } = await open(t);
    const values = [undefined, null, NaN, 1.5, -1, 2 ** 53, 1n << 70n, 'a\0b', '', 'x', Symbol('s'), {}, [], () => {}, new Date(NaN),
        new Proxy({}, { get() { throw new Error('trap'); } }), Buffer.from('x'), engine, me];
    let tried = 0;
    for (const { name, params } of described.functions) {
        const call = raw[name];
        if (typeof call !== 'function' || /_close$/.test(name)) {
            continue;
        }
        for (let index = 0; index < params.length; index++) {
            for (const value of values) {
                const given = Array.from({ length: params.length }, (_, at) => (at === index ? value : 'x'));
                try {
                    const result = await call(...given);
                    if (/_open/.test(name) && result) {
                        await raw.cpk_session_close(result).catch(() => {});
                    }
                } catch (error) {
                    assert.ok(error instanceof Error, `${name}: ${String(error)}`);
                }
                tried++;
            }
        }
    }
    assert.ok(tried > 2000, String(tried));
    assert.equal((await me.packs.list()).items.length, 0);
});
