// Errors, and calls that are stopped at each stage.
import assert from 'node:assert/strict';
import test from 'node:test';
import { analysed, contextpack, failure, open, sample } from './support.mjs';

const { ContextPackError, Engine } = contextpack;

test('an error has all details of the library', async (t) => {
    const { me } = await open(t);
    const error = await failure(me.packs.get('no-such-pack'));
    assert.ok(error instanceof ContextPackError && error instanceof Error);
    assert.deepEqual(
        [error.name, error.code, error.codeName, error.domain, error.native, error.retryable, error.cause],
        ['ContextPackError', contextpack.constants.CPK_ERROR_NOT_FOUND, 'CPK_ERROR_NOT_FOUND', 'store', '', false, undefined],
    );
    const missing = await failure(Engine.open({ database: `sqlite:${sample}/packs.db` }));
    assert.match(missing.message, /conversations\.json/);
    const made = new ContextPackError('BUSY', 'later', { retryable: true, native: '40001' });
    assert.deepEqual([made.code, made.codeName, made.retryable, made.native], [8, 'CPK_ERROR_BUSY', true, '40001']);
    assert.equal(new ContextPackError('CPK_ERROR_IO', 'x').codeName, 'CPK_ERROR_IO');
});

test('wrong arguments are rejected before anything runs', async (t) => {
    const { me, engine } = await open(t);
    for (const call of [
        () => me.packs.get(7), () => me.packs.get('a\0b'), () => me.packs.create({ name: 5 }), () => me.packs.list({ limit: 1.5 }),
        () => me.packs.list({ limit: 2 ** 40 }), () => me.sources.run('x', { until: 'never' }), () => me.exports.create('x', 'huge'),
        () => me.sources.add('x', sample, { signal: {} }), () => me.sources.add('x', sample, { onProgress: 1 }),
        () => me.users.create({ email: 'x@example.com', plan: 'gold' }), () => engine.setting(null),
        () => Engine.open({ storage: {} }), () => Engine.open({ database: { openSession() {} } }), () => Engine.open({ analyzer: { analyze() {} } }),
        () => Engine.open({ settings: { 'no.such': 1 } }), () => Engine.open({ logLevel: 'loud', log() {} }),
    ]) {
        const error = await failure(call());
        assert.ok(error instanceof ContextPackError || error instanceof TypeError, String(error));
    }
    assert.throws(() => new Engine(), ContextPackError);
    assert.throws(() => new contextpack.Session(), ContextPackError);
});

test('closed objects reject calls', async () => {
    const engine = await Engine.open({ database: 'sqlite::memory:' });
    const service = await engine.openService();
    await engine.close();
    const user = await service.users.create({ email: 'still@example.com' }); // the session keeps its engine alive
    assert.ok(user.id);
    await service.close();
    await service.close();
    assert.equal((await failure(service.users.list())).codeName, 'CPK_ERROR_CONFLICT');
    assert.equal((await failure(engine.openService())).codeName, 'CPK_ERROR_CONFLICT');
});

test('a callback that throws stops its call and is the cause', async (t) => {
    const { me, engine } = await open(t);
    const pack = await me.packs.create();
    const mine = new Error('enough');
    const fail = () => {
        throw mine;
    };
    const error = await failure(me.sources.add(pack.id, sample, { onProgress: fail }));
    assert.deepEqual([error.codeName, error.cause], ['CPK_ERROR_CANCELLED', mine]);
    for (const onProgress of [fail, async () => fail()]) {
        assert.equal((await failure(engine.extract(sample, { onProgress }))).cause, mine);
    }
    assert.equal((await failure(engine.extract(sample, { onMessage: fail }))).cause, mine);
    async function* broken() {
        yield Buffer.from('[{"title":');
        throw mine;
    }
    assert.equal((await failure(engine.extract(broken()))).cause, mine);
    assert.ok((await failure(engine.extract([{}]))).cause instanceof TypeError);
});

test('abort at each stage', async (t) => {
    const { me } = await open(t, { settings: { 'chunk.max_tokens': 300 } });
    const pack = await me.packs.create();
    const stopAt = (stage) => {
        const controller = new AbortController();
        const onProgress = (progress) => progress.stage === stage && controller.abort(`at ${stage}`);
        return { signal: controller.signal, onProgress };
    };
    const expect = async (promise, stage) => {
        const error = await failure(promise);
        assert.deepEqual([error.codeName, error.cause], ['CPK_ERROR_CANCELLED', `at ${stage}`]);
        return error;
    };
    await expect(me.sources.add(pack.id, sample, stopAt('store')), 'store');
    const { source } = await me.sources.add(pack.id, sample);
    await expect(me.sources.run(source.id, stopAt('extract')), 'extract');
    const late = await expect(me.sources.run(source.id, stopAt('analyze')), 'analyze');
    assert.equal(late.source.id, source.id);
    assert.equal((await me.sources.run(source.id)).status, 'completed');
    await expect(me.exports.create(pack.id, 'standard', stopAt('export')), 'export');
    assert.equal((await me.exports.create(pack.id, 'standard')).made, true);
});

test('abort before the call, and while it waits its turn', async (t) => {
    const { me } = await open(t);
    const before = await failure(me.packs.list({ signal: AbortSignal.abort() }));
    assert.deepEqual([before.codeName, before.cause.name], ['CPK_ERROR_CANCELLED', 'AbortError']);
    const pack = await me.packs.create();
    const controller = new AbortController();
    let openGate = null;
    const gate = new Promise((resolve) => (openGate = resolve));
    async function* slow() {
        await gate;
        yield 'I live in Porto.';
    }
    const first = me.sources.add(pack.id, { stream: slow(), name: 'x.txt' }); // busy until the gate is open
    const waiting = failure(me.sources.add(pack.id, { text: 'never' }, { signal: controller.signal }));
    controller.abort();
    openGate();
    assert.equal((await waiting).codeName, 'CPK_ERROR_CANCELLED');
    await first;
    assert.equal((await me.sources.list(pack.id)).items.length, 1);
});

test('a failed source comes with its error', async (t) => {
    const { me } = await open(t);
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, { data: Buffer.from('PK\x03\x04 not a zip'), name: 'x.zip' });
    const error = await failure(me.sources.run(source.id));
    assert.equal(error.source.status, 'failed');
    assert.ok(error.source.errorMessage);
    await analysed(me, 'after');
});
