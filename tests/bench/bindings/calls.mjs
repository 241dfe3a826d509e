// What the Node package costs over bare calls: prints medians and ratios, and fails when one is over its limit.
//
//     calls.mjs WORK_FOLDER [--rounds N]
//
// - a getter (a snapshot's property, a name by its number) against a bare Node-API call: at most 1.5 times the time;
// - listing 10,000 packs against the same rows through better-sqlite3: at least half the speed.
//
// Measurements are interleaved, so that whatever else the machine does meets both alike. WORK_FOLDER gets better-sqlite3
// from npm the first time, and a bare addon.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { betterSqlite3 } from './better_sqlite3.mjs';

const packageFolder = process.env.CONTEXTPACK_PACKAGE;
const { Engine, constants } = await import(pathToFileURL(join(packageFolder, 'index.mjs')));
const raw = createRequire(import.meta.url)(join(packageFolder, 'lib/raw.js'));
const work = process.argv[2];
const rounds = process.argv[3] === '--rounds' ? Number(process.argv[4]) : 15;
const PACKS = 10000;
const CALLS = 200000;
// What a pack's snapshot says; total_sources is counted when it is read.
const SAME_ROWS = `SELECT pack_id, pack_name, description, custom_system_prompt,
    (SELECT count(*) FROM pack_sources s WHERE s.pack_id = p.pack_id AND s.user_id = p.user_id), total_tokens,
    created_at, updated_at FROM packs_v2 p WHERE user_id = ? ORDER BY updated_at DESC, pack_id DESC`;

// A call that takes a number and gives a text, with nothing around it.
const BARE = `#define NAPI_VERSION 8
#include <node_api.h>
static const char *const names[] = {"unknown", "user", "assistant", "system", "tool"};
static napi_value name(napi_env env, napi_callback_info info)
{
    napi_value value, result;
    size_t count = 1;
    int32_t role;
    if (napi_get_cb_info(env, info, &count, &value, NULL, NULL) != napi_ok ||
        napi_get_value_int32(env, value, &role) != napi_ok ||
        napi_create_string_utf8(env, names[role], NAPI_AUTO_LENGTH, &result) != napi_ok) {
        return NULL;
    }
    return result;
}
NAPI_MODULE_INIT()
{
    napi_value made;
    napi_create_function(env, "name", NAPI_AUTO_LENGTH, name, NULL, &made);
    napi_set_named_property(env, exports, "name", made);
    return exports;
}
`;

async function prepare() {
    const Database = await betterSqlite3(work);
    writeFileSync(join(work, 'bare.c'), BARE);
    execFileSync(process.env.CC ?? 'cc', ['-O2', '-fPIC', '-shared', `-I${process.env.NODE_API_HEADERS}`, join(work, 'bare.c'), '-o', join(work, 'bare.node')]);
    return { Database, bare: createRequire(join(work, 'package.json'))('./bare.node') };
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Milliseconds of the processors, on all threads: other programs on a busy machine do not add to them.
async function timed(work) {
    globalThis.gc?.();
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
}

async function interleaved(first, second) {
    const times = [[], []];
    for (let round = 0; round <= rounds; round++) {
        const pair = [await timed(first), await timed(second)];
        if (round > 0) { // the first one warms up
            times[0].push(pair[0]);
            times[1].push(pair[1]);
        }
    }
    return times.map(median);
}

let failed = 0;
function report(what, [ours, theirs], unit, limit) {
    const ratio = ours / theirs;
    const isOver = ratio > limit;
    failed |= isOver ? 1 : 0;
    console.log(`${what}: ${ours.toFixed(2)} against ${theirs.toFixed(2)} ${unit}, ratio ${ratio.toFixed(2)} (at most ${limit})${isOver ? ' FAILED' : ''}`);
}

const { Database, bare } = await prepare();
const folder = mkdtempSync(join(tmpdir(), 'contextpack-bench-'));
const path = join(folder, 'packs.db');
const engine = await Engine.open({ database: `sqlite:${path}` });
const service = await engine.openService();
const user = await service.users.create({ email: 'me@example.com' });
const me = await engine.openUser(user);
const pack = await me.packs.create({ name: 'Pack', description: 'What it is about' });

let sink = 0;
const calls = (body) => () => {
    for (let i = 0; i < CALLS; i++) {
        sink += body(i);
    }
};
const perCall = (times) => times.map((time) => (time * 1e6) / CALLS);
const bareCall = calls((i) => bare.name(i % 5).length);
report('a property of a snapshot', perCall(await interleaved(calls(() => pack.name.length), bareCall)), 'ns', 1.5);
report('a name by its number', perCall(await interleaved(calls((i) => raw.cpk_role_name(i % 5).length), bareCall)), 'ns', 1.5);

const insert = new Database(path);
insert.exec('BEGIN');
const copy = insert.prepare(`INSERT INTO packs_v2 (id, pack_id, user_id, pack_name, description, total_tokens, created_at, updated_at, r2_pack_directory)
    SELECT id || ?, pack_id || ?, user_id, pack_name || ?, description, total_tokens, created_at + ?, updated_at + ?, r2_pack_directory || ? FROM packs_v2 WHERE pack_id = ?`);
try {
    for (let i = 1; i < PACKS; i++) {
        copy.run(`-${i}`, `-${i}`, ` ${i}`, i, i, `-${i}`, pack.id);
    }
    insert.exec('COMMIT');
} catch (error) { // another schema than this page knows: the slow way
    insert.exec('ROLLBACK');
    console.log(`(${error.message}: made one by one)`);
    for (let i = 1; i < PACKS; i++) {
        await me.packs.create({ name: `Pack ${i}`, description: 'What it is about' });
    }
}
insert.close();

const database = new Database(path, { readonly: true });
const rows = database.prepare(SAME_ROWS);
async function ours() {
    let count = 0;
    for await (const { name } of me.packs.all({ limit: 1000 })) {
        count += name ? 1 : 0;
    }
    if (count !== PACKS) {
        throw new Error(`${count} packs`);
    }
}
function theirs() {
    if (rows.all(user.id).length !== PACKS) {
        throw new Error('other rows');
    }
}
report('10,000 packs', await interleaved(ours, theirs), 'ms', 2);
database.close();
await me.close();
await service.close();
await engine.close();
rmSync(folder, { recursive: true });
console.log(constants.CPK_OK + (sink > 0 ? 0 : 1) === 0 ? '' : 'nothing was measured');
process.exitCode = failed;
