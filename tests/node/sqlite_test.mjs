// Hosts that open the database with an SQLite of their own, better-sqlite3, in the same process, while engines of two
// processes write: nothing is damaged. Needs npm with a registry the first time; without one the test is skipped.
//
//     sqlite_test.mjs WORK_FOLDER
//     CONTEXTPACK_TEST_SECONDS  how long each case runs; 1.5 unless set
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { betterSqlite3 } from '../bench/bindings/better_sqlite3.mjs';
import { contextpack, scratch } from './support.mjs';

const SECONDS = Number(process.env.CONTEXTPACK_TEST_SECONDS ?? 1.5);
const PROCESSES = 2;
const SESSIONS = 3;

const looks = {
    // Opens and closes all the time: each close drops the POSIX locks of the whole process.
    reads(Database, path) {
        const database = new Database(path, { readonly: true, timeout: 2000 });
        database.prepare('SELECT count(*) FROM pack_sources').get();
        database.close();
    },
    writes(Database, path) {
        const database = new Database(path, { timeout: 5000 });
        database.exec("BEGIN IMMEDIATE; UPDATE user_profiles SET full_name = 'seen'; COMMIT");
        database.close();
    },
    opens(_Database, path) {
        for (const suffix of ['', '-wal', '-shm']) {
            try {
                closeSync(openSync(path + suffix, 'r'));
            } catch (error) {
                assert.equal(error.code, 'ENOENT');
            }
        }
    },
};

async function write(engine, user, end, failures) {
    const me = await engine.openUser(user);
    for (let count = 0; Date.now() < end; count++) {
        try {
            const pack = await me.packs.create({ name: `p${count}` });
            await me.sources.add(pack, { text: `I live in Porto ${user.id} ${count}.` });
            if (count % 3 === 0) {
                await me.packs.delete(pack);
            }
        } catch (error) {
            failures.push(String(error));
        }
    }
    await me.close();
}

// One process: sessions that write through the library, and a host that looks at the file.
async function work(Database, folder, look) {
    const path = join(folder, 'packs.db');
    const engine = await contextpack.Engine.open({ database: `sqlite:${path}`, storage: `file:${folder}/blobs` });
    const service = await engine.openService();
    const failures = [];
    const end = Date.now() + SECONDS * 1000;
    const writers = [];
    for (let index = 0; index < SESSIONS; index++) {
        const user = await service.users.create({ email: `${process.pid}.${index}@example.com` });
        writers.push(write(engine, user, end, failures));
    }
    while (Date.now() < end) {
        looks[look](Database, path);
        await sleep(5);
    }
    await Promise.all(writers);
    await service.close();
    await engine.close();
    return failures;
}

if (process.send) {
    const [, , workFolder, folder, look] = process.argv;
    process.send(await work(await betterSqlite3(workFolder), folder, look));
} else {
    const workFolder = process.argv[2];
    let Database = null;
    try {
        Database = await betterSqlite3(workFolder);
    } catch (error) {
        console.error(`better-sqlite3 can't be had: ${error.message}`);
    }
    for (const look of Object.keys(looks)) {
        test(`better-sqlite3 ${look}`, { skip: Database === null && 'no better-sqlite3' }, async (t) => {
            const folder = scratch(t);
            const first = await contextpack.Engine.open({ database: `sqlite:${folder}/packs.db`, storage: `file:${folder}/blobs` });
            await first.close();
            const children = Array.from({ length: PROCESSES }, () =>
                fork(fileURLToPath(import.meta.url), [workFolder, folder, look]));
            const done = await Promise.all(children.map(async (child) => {
                const exited = once(child, 'exit');
                const [failures] = await Promise.race([once(child, 'message'), exited.then(() => [['it ended early']])]);
                return [failures.slice(0, 3), (await exited)[0]];
            }));
            assert.deepEqual(done, Array(PROCESSES).fill([[], 0]));
            const database = new Database(`${folder}/packs.db`, { readonly: true });
            assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }]);
            assert.ok(database.prepare('SELECT count(*) AS rows FROM pack_sources').get().rows > 0);
            database.close();
            const engine = await contextpack.Engine.open({ database: `sqlite:${folder}/packs.db`, storage: `file:${folder}/blobs` });
            const { results } = await engine.check();
            assert.deepEqual(results.filter(({ outcome }) => outcome === 'failed'), []);
            await engine.close();
        });
    }
}
