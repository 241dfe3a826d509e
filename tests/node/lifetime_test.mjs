// What ends before its time: environments, processes, handles that the garbage collector finds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { analysed, contextpack, isSanitized, open, packageFolder, residentBytes, rounds, sample } from './support.mjs';

const entry = JSON.stringify(String(pathToFileURL(join(packageFolder, 'index.mjs'))));
const SAMPLE = JSON.stringify(sample);
const prepare = `
    const { Engine } = await import(${entry});
    const options = { database: 'sqlite::memory:', storage: 'memory:', settings: { 'chunk.max_tokens': 100 } };
    async function person(more = {}) {
        const engine = await Engine.open({ ...options, ...more });
        const service = await engine.openService();
        const user = await service.users.create({ email: 'me@example.com', plan: 'unlimited' });
        const me = await engine.openUser(user.id);
        const pack = await me.packs.create();
        return { engine, service, me, pack };
    }
    const long = { text: Array.from({ length: 20000 }, (_, index) => \`I like the number \${index}.\\n\\n\`).join('') };
`;

function run(code, ...flags) {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', prepare + code], {
        encoding: 'utf8',
        timeout: 60000,
        // A process that ends in the middle of its work has not freed everything.
        env: isSanitized ? { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } : process.env,
    });
    return { status, signal, stdout, stderr };
}

test('worker threads', async () => {
    const code = `${prepare}
        const { parentPort } = await import('node:worker_threads');
        const { me, pack, engine, service } = await person();
        const { source } = await me.sources.add(pack.id, ${SAMPLE});
        const done = await me.sources.run(source.id);
        parentPort.postMessage(done.status);
        await me.close(); await service.close(); await engine.close();`;
    const workers = Array.from({ length: 4 }, () => new Worker(`(async () => { ${code} })()`, { eval: true }));
    const statuses = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    assert.deepEqual(statuses, ['completed', 'completed', 'completed', 'completed']);
    await Promise.all(workers.map((worker) => worker.terminate()));
});

test('workers that are terminated while the library works for them', async () => {
    const code = `${prepare}
        const { parentPort } = await import('node:worker_threads');
        const analyzer = { identity: 'slow/1', analyze: () => new Promise((resolve) => setTimeout(() => resolve('x'), 5)) };
        const { me, pack } = await person({ analyzer });
        const { source } = await me.sources.add(pack.id, long);
        me.sources.run(source.id, { onProgress: () => parentPort.postMessage('busy') });
        for (let i = 0; i < 50; i++) me.packs.list();`;
    for (let round = 0; round < 5; round++) {
        const worker = new Worker(`(async () => { ${code} })()`, { eval: true });
        await once(worker, 'message');
        await sleep(round * 3);
        await worker.terminate();
    }
});

test('process exit during work', () => {
    const works = {
        'a run': 'me.sources.run(source.id, { onProgress: ({ stage }) => stage === "analyze" && leave() });',
        'many calls': 'for (let i = 0; i < 500; i++) me.packs.create(); setTimeout(leave, 5);',
        'a slow analyzer': 'me.sources.run(source.id); setTimeout(leave, 300);',
        'a stream': 'for await (const chunk of me.sources.stream(source.id, { part: "raw" })) leave();',
        'an input': 'async function* forever() { for (;;) yield "again and again "; } me.sources.add(pack.id, forever()); setTimeout(leave, 50);',
    };
    const ways = { exit: 'process.exit(7)', throw: 'queueMicrotask(() => { throw new Error("gone"); })', kill: 'process.kill(process.pid, "SIGTERM")' };
    const expected = { exit: [7, null], throw: [1, null], kill: [null, 'SIGTERM'] };
    for (const [work, code] of Object.entries(works)) {
        for (const [way, leave] of Object.entries(ways).slice(0, isSanitized ? 1 : undefined)) {
            const analyzer = work === 'a slow analyzer' ? '{ analyzer: { identity: "never/1", analyze: () => new Promise(() => {}) } }' : '{}';
            const { status, signal, stderr } = run(`
                const leave = () => { ${leave}; };
                const { me, pack } = await person(${analyzer});
                const { source } = await me.sources.add(pack.id, long);
                ${code}
                await new Promise(() => setInterval(() => {}, 1000));`);
            assert.deepEqual([status, signal], expected[way], `${work}, ${way}: ${stderr}`);
        }
    }
});

test('a process that closes nothing ends by itself', () => {
    const { status, stdout, stderr } = run(`
        const { me, pack } = await person();
        const { source } = await me.sources.add(pack.id, ${SAMPLE});
        me.sources.run(source.id).then(({ status }) => console.log(status));`);
    assert.deepEqual([status, stdout], [0, 'completed\n'], stderr);
});

test('handles are collected in any order', async () => {
    assert.ok(globalThis.gc, 'run with --expose-gc');
    async function round(index) {
        const engine = await contextpack.Engine.open({ database: 'sqlite::memory:', storage: 'memory:', log() {} });
        const service = await engine.openService();
        const user = await service.users.create({ email: 'me@example.com' });
        const sessions = await Promise.all(Array.from({ length: 3 }, () => engine.openUser(user.id)));
        const lost = [engine, service, ...sessions];
        lost[index % 2]?.close();
        sessions[0].packs.list(); // in flight while its session is forgotten
        const kept = index % 3 === 0 ? sessions[1] : null;
        return kept;
    }
    const settle = async () => {
        for (let i = 0; i < 5; i++) {
            globalThis.gc();
            await sleep(2);
        }
    };
    const repeat = async (count) => {
        for (let index = 0; index < rounds(count); index++) {
            const kept = await round(index);
            globalThis.gc();
            await kept?.packs.list();
        }
        await settle();
    };
    await repeat(60);
    const before = residentBytes();
    await repeat(240);
    const grown = residentBytes() - before;
    assert.ok(grown < 40e6, `${grown} bytes more after 240 engines`);
});

test('snapshots and errors leak nothing', async (t) => {
    const { me } = await open(t);
    const { pack } = await analysed(me);
    const repeat = async (count) => {
        for (let i = 0; i < rounds(count); i++) {
            await Promise.all([me.packs.get(pack.id), me.packs.get('none').catch(() => {}), me.packs.list(), contextpack.countTokens('x y')]);
        }
        globalThis.gc();
        await sleep(5);
        globalThis.gc();
    };
    await repeat(2000);
    const before = { rss: residentBytes(), heapUsed: process.memoryUsage().heapUsed };
    await repeat(8000);
    const after = { rss: residentBytes(), heapUsed: process.memoryUsage().heapUsed };
    assert.ok(after.rss - before.rss < 24e6, `${after.rss - before.rss} bytes more RSS`);
    assert.ok(after.heapUsed - before.heapUsed < 4e6, `${after.heapUsed - before.heapUsed} bytes more heap`);
});

test('calls that are aborted at any moment leave nothing behind', async (t) => {
    const { engine, me } = await open(t, { settings: { 'chunk.max_tokens': 200 } });
    const long = { text: Array.from({ length: 4000 }, (_, index) => `I like the number ${index}.\n\n`).join('') };
    const works = [
        (signal) => engine.extract(long, { signal, onMessage: () => {} }),
        (signal) => engine.chunk(long, { signal }),
        async (signal) => {
            for await (const message of engine.messages(long, { signal })) {
                assert.ok(message.text);
            }
        },
        async (signal) => {
            for await (const bytes of engine.textStream(long, { signal })) {
                assert.ok(bytes.length > 0);
            }
        },
        async (signal) => {
            const pack = await me.packs.create();
            const { source } = await me.sources.add(pack, long, { signal });
            await me.sources.run(source, { signal });
        },
        (signal) => me.packs.list({ signal }),
    ];
    const repeat = async (count) => {
        for (let index = 0; index < rounds(count); index++) {
            const controller = new AbortController();
            const timer = setTimeout(() => controller.abort(), (index % 17) * 1.5);
            await Promise.all(works.map((work) => work(controller.signal).catch((error) => {
                assert.ok(controller.signal.aborted && /CANCELLED|ABORT/.test(error.codeName ?? error.code), String(error));
            })));
            clearTimeout(timer);
        }
        for (let i = 0; i < 3; i++) {
            globalThis.gc();
            await sleep(5);
        }
    };
    await repeat(40);
    const before = residentBytes();
    await repeat(100);
    // The sources that were stored in time stay in memory, up to 20 MB; how much the allocator keeps varies with the load.
    assert.ok(residentBytes() - before < 64e6, `${residentBytes() - before} bytes more RSS`);
    assert.ok((await me.packs.list()).items.length > 0);
});

test('a worker with a small stack reads what is nested as deep as the settings allow', async () => {
    const code = `
        const { parentPort } = require('node:worker_threads');
        (async () => {
            const { Engine, countTokens } = await import(${entry});
            const deep = (depth) => '[{"title":"t","mapping":{"a":{"id":"a","children":[],"message":{"id":"a","author":{"role":' +
                '"user"},"content":{"content_type":"text","parts":["I live in Porto."]},"metadata":{"x":' +
                '['.repeat(depth) + ']'.repeat(depth) + '}}}}}]';
            const engine = await Engine.open({ settings: { 'import.max_json_depth': 4096 } });
            const { messages } = await engine.extract({ text: deep(4080), name: 'conversations.json' });
            const refused = await engine.extract({ text: deep(5000), name: 'conversations.json' }).catch((error) => error.codeName);
            await engine.close();
            parentPort.postMessage([messages, refused, countTokens('('.repeat(100000)) > 0]);
        })();`;
    const worker = new Worker(code, { eval: true, resourceLimits: { stackSizeMb: 0.5 } });
    const [answer] = await once(worker, 'message');
    assert.deepEqual(answer, [1, 'CPK_ERROR_NO_CONTENT', true]);
    await worker.terminate();
});
