// The Node package from source, on the library just built: the main job, its errors, and a cancel.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createRequire } from 'node:module';

const { Engine, ContextPackError } = createRequire(import.meta.url)(process.env.PACKAGE);
const sample = process.env.SAMPLE;

async function open() {
    const engine = await Engine.open({ database: 'sqlite::memory:', storage: 'memory:' });
    const service = await engine.openService();
    const user = await service.users.create({ email: 'me@example.com' });
    const session = await engine.openUser(user.id);
    return { engine, service, user, session };
}

test('an export becomes a pack', async () => {
    const { engine, session } = await open();
    const pack = await session.packs.create({ name: 'Me' });
    const { source } = await session.sources.add(pack.id, sample);
    await session.sources.run(source.id);
    const made = await session.exports.create(pack.id, 'compact');
    const text = await session.exports.text(made.export.id);
    assert.match(text, /^# Context pack: Me/);
    assert.match(text, /nurse/);
    await engine.close();
});

test('errors are ContextPackErrors with their code', async () => {
    const { engine, session } = await open();
    await assert.rejects(session.packs.get('pack_missing'), (error) => {
        assert.ok(error instanceof ContextPackError);
        assert.equal(error.codeName, 'CPK_ERROR_NOT_FOUND');
        assert.equal(error.retryable, false);
        return true;
    });
    await engine.close();
});

test('snapshots are frozen', async () => {
    const { engine, user } = await open();
    assert.ok(Object.isFrozen(user));
    await engine.close();
});

test('an aborted signal stops the work', async () => {
    const { engine, session } = await open();
    const pack = await session.packs.create({ name: 'Me' });
    const { source } = await session.sources.add(pack.id, sample);
    await assert.rejects(session.sources.run(source.id, { signal: AbortSignal.abort() }));
    await engine.close();
});

test('a thousand small calls at once finish', async () => {
    const { engine, session } = await open();
    const pack = await session.packs.create({ name: 'Me' });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => session.packs.get(pack.id)));
    assert.ok(answers.every((answer) => answer.id === pack.id));
    await engine.close();
});
