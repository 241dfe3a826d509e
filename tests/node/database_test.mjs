// A database driver that is written in JavaScript: SQLite in another process, asked over a pipe.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { analysed, contextpack, failure, open, project, scratch } from './support.mjs';

const { ContextPackError } = contextpack;

class RemoteSqlite {
    dialect = 'sqlite';
    actors = [];
    isDestroyed = false;
    #waiting = new Map();
    #last = 0;
    #process;

    constructor(path) {
        const python = process.env.CONTEXTPACK_PYTHON;
        const environment = { ...process.env };
        delete environment.LD_PRELOAD;
        this.#process = spawn(python, [join(project, 'tests/node/sqlite_server.py'), path], {
            stdio: ['pipe', 'pipe', 'inherit'],
            env: environment,
        });
        createInterface({ input: this.#process.stdout }).on('line', (line) => {
            const { id, ...answer } = JSON.parse(line);
            this.#waiting.get(id)(answer);
            this.#waiting.delete(id);
        });
    }

    async ask(request) {
        const id = ++this.#last;
        this.#process.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
        const { error, native, ...answer } = await new Promise((resolve) => this.#waiting.set(id, resolve));
        if (error !== undefined) {
            const code = /UNIQUE/.test(error) ? 'ALREADY_EXISTS' : 'DATABASE';
            throw new ContextPackError(code, error, { domain: 'database', native });
        }
        return answer;
    }

    async openSession(actor) {
        const session = ++this.#last;
        this.actors.push(actor);
        await this.ask({ do: 'open', session });
        const run = (sql) => this.ask({ do: 'execute', session, sql, values: [] });
        return {
            begin: (mode) => run(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN'),
            commit: () => run('COMMIT'),
            rollback: () => run('ROLLBACK'),
            close: () => this.ask({ do: 'close', session }),
            execute: async (sql, values, { types }) => {
                const given = values.map((value, index) =>
                    value === null ? ['null', null]
                    : typeof value === 'bigint' ? ['int64', String(value)]
                    : Buffer.isBuffer(value) ? ['blob', value.toString('base64')]
                    : [types[index], value]);
                const { rows, changes } = await this.ask({ do: 'execute', session, sql, values: given });
                return { rows: this.rows(rows), changes };
            },
        };
    }

    async *rows(rows) {
        for (const row of rows) {
            yield row.map(([kind, value]) =>
                kind === 'int64' ? BigInt(value) : kind === 'blob' ? Buffer.from(value, 'base64') : value);
        }
    }

    async destroy() {
        this.isDestroyed = true;
        this.#process.stdin.end();
        await once(this.#process, 'exit');
    }
}

test('a database in JavaScript runs the whole pipeline', async (t) => {
    const database = new RemoteSqlite(join(scratch(t), 'packs.db'));
    const { me, service, engine, user } = await open(t, { database });
    const { pack, source } = await analysed(me);
    assert.equal(source.status, 'completed');
    const { export: made } = await me.exports.create(pack.id, 'standard');
    assert.match(await me.exports.text(made.id), /nurse/);
    const names = Array.from({ length: 300 }, (_, index) => `Pack ${index}`);
    for (const name of names) {
        await me.packs.create({ name });
    }
    const page = await me.packs.list({ limit: 1000 }); // more rows than one batch
    assert.equal(page.items.length, 301);
    const error = await failure(service.users.create({ email: 'me@example.com' }));
    assert.equal(error.codeName, 'CPK_ERROR_ALREADY_EXISTS');
    assert.equal((await engine.check()).failures, 0);
    assert.ok(database.actors.some(({ kind, userId }) => kind === 'user' && userId === user.id));
    assert.ok(database.actors.some(({ kind }) => kind === 'service'));
});

test('a database that throws', async (t) => {
    const database = new RemoteSqlite(join(scratch(t), 'packs.db'));
    const { me } = await open(t, { database });
    const mine = new Error('the line is dead');
    const ask = database.ask;
    database.ask = async (request) => {
        if (request.do === 'execute' && request.sql.includes('INSERT')) {
            throw mine;
        }
        return ask.call(database, request);
    };
    const error = await failure(me.packs.create({ name: 'x' }));
    assert.deepEqual([error.codeName, error.cause], ['CPK_ERROR_DATABASE', mine]);
    database.ask = ask;
    assert.ok((await me.packs.create({ name: 'x' })).id);
});

test('an engine that fails to open does not destroy its drivers', async (t) => {
    const database = new RemoteSqlite(join(scratch(t), 'packs.db'));
    t.after(() => database.destroy());
    await assert.rejects(contextpack.Engine.open({ database, storage: 'nonsense:' }));
    assert.equal(database.isDestroyed, false);
});
