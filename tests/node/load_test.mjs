// Much at once: small calls by the thousand, and a large import beside an event loop that must not notice.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { contextpack, open, scratch } from './support.mjs';

const IMPORT_SIZE = process.env.CONTEXTPACK_IMPORT_SIZE ?? '200M';
const DELAY_MS_MAX = 20;

test('1,000 concurrent small calls', async (t) => {
    const { me, engine, user } = await open(t);
    const pack = await me.packs.create();
    const one = await Promise.all(Array.from({ length: 1000 }, () => me.packs.get(pack.id)));
    assert.ok(one.every(({ id }) => id === pack.id));
    const sessions = await Promise.all(Array.from({ length: 50 }, () => engine.openUser(user.id)));
    const many = await Promise.all(Array.from({ length: 1000 }, (_, index) => sessions[index % 50].packs.get(pack.id)));
    assert.ok(many.every(({ id }) => id === pack.id));
    await Promise.all(sessions.map((session) => session.close()));
    const counts = await Promise.all(Array.from({ length: 1000 }, (_, index) => contextpack.countTokensAsync('a b '.repeat(20000 + index))));
    assert.equal(counts[999] - counts[0], 999 * 2);
});

test('calls of one session run one after another, in order', async (t) => {
    const { me } = await open(t);
    const order = [];
    await Promise.all(Array.from({ length: 100 }, (_, index) => me.packs.create({ name: `${index}` }).then(() => order.push(index))));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
});

// A process that does nothing: what its timers see in the same time is the machine's doing, not ours.
const IDLE = `const delay = require('perf_hooks').monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    process.stdin.resume().on('end', () => console.log(delay.percentile(99) / 1e6));`;

async function measured(work) {
    const idle = spawn(process.execPath, ['-e', IDLE], { stdio: ['pipe', 'pipe', 'inherit'] });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const elu = performance.eventLoopUtilization();
    delay.enable();
    const result = await work();
    delay.disable();
    const busy = performance.eventLoopUtilization(elu).utilization;
    idle.stdin.end();
    const machine = Number(await text(idle.stdout));
    return { p99: delay.percentile(99) / 1e6, machine, max: delay.max / 1e6, busy, result };
}

test(`a ${IMPORT_SIZE} export beside the event loop`, async (t) => {
    const folder = scratch(t);
    const path = join(folder, 'conversations.json');
    const maker = spawn(process.env.CONTEXTPACK_MAKE_EXPORT, [IMPORT_SIZE], { stdio: ['ignore', 'pipe', 'inherit'] });
    await pipeline(maker.stdout, createWriteStream(path));
    assert.ok(statSync(path).size > 1e6);
    const { me } = await open(t, { database: `sqlite:${folder}/packs.db`, storage: `file:${folder}/blobs` });
    const pack = await me.packs.create();
    let told = 0;
    const work = async () => {
        const { source } = await me.sources.add(pack.id, path, { onProgress: () => told++ });
        return me.sources.run(source.id, { until: 'ready_for_analysis', onProgress: () => told++, onNote: () => {} });
    };
    let best = null;
    for (let round = 0; round < 3; round++) { // a busy machine may spoil one
        const seen = await measured(work);
        const { p99, machine, max, busy } = seen;
        seen.ours = machine > DELAY_MS_MAX / 4 ? p99 - machine : p99; // an idle machine gets nothing off
        best = best === null || seen.ours < best.ours ? seen : best;
        t.diagnostic(
            `delay p99 ${p99.toFixed(1)} ms (a process that does nothing: ${machine.toFixed(1)} ms), max ${max.toFixed(1)} ms, ` +
                `loop busy ${(busy * 100).toFixed(2)} %, ${told} told`,
        );
        if (best.ours <= DELAY_MS_MAX) {
            break;
        }
        await me.sources.delete(seen.result.id);
    }
    assert.equal(best.result.status, 'ready_for_analysis');
    assert.ok(best.ours <= DELAY_MS_MAX, `${best.p99} ms, a process that does nothing: ${best.machine} ms`);
});

test('a large stream beside the event loop', async (t) => {
    const engine = await contextpack.Engine.open();
    t.after(() => engine.close());
    const line = 'All of this is a long text that comes in pieces.\n\n'.repeat(1000);
    async function* pieces() {
        for (let i = 0; i < 400; i++) {
            yield line;
        }
    }
    const { p99, result } = await measured(async () => {
        let count = 0;
        for await (const message of engine.messages({ stream: pieces(), name: 'long.md' })) {
            count += message.text.length;
        }
        return count;
    });
    t.diagnostic(`delay p99 ${p99.toFixed(1)} ms`);
    assert.ok(result > 10e6);
});
