// The package as its users see it: every noun, every call.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { analysed, contextpack, failure, open, packageFolder, raw, sample, scratch } from './support.mjs';

const { Engine, countTokens, countTokensAsync, encodeTokens } = contextpack;

test('users', async (t) => {
    const { service, me, user, engine } = await open(t);
    const id = '00000000-0000-4000-8000-00000000000a';
    const made = await service.users.create({ id, email: 'Ann@Example.com', fullName: 'Ann Ünal', avatarUrl: 'https://a.example' });
    assert.equal(made.id, id);
    assert.deepEqual([made.fullName, made.paymentPlan, made.paymentPlanCode], ['Ann Ünal', 'credits', 1]);
    assert.deepEqual([user.paymentPlan, user.fullName, user.creditsBalance], ['unlimited', null, 10]);
    assert.ok(made.createdAt instanceof Date && Math.abs(made.createdAt - Date.now()) < 60000);
    assert.equal(Math.floor(made.createdAtMicros / 1000), made.createdAt.getTime());
    assert.deepEqual(await service.users.find('ann@EXAMPLE.com'), made);
    assert.deepEqual(await service.users.get(id), made);
    assert.deepEqual((await me.users.get()).id, user.id);
    assert.equal((await me.users.update(null, { fullName: 'Me' })).fullName, 'Me');
    assert.equal((await me.users.update(user.id, { fullName: '' })).fullName, null);
    const all = [];
    for await (const one of service.users) {
        all.push(one.id);
    }
    assert.deepEqual(all, [id, user.id]);
    const first = await service.users.list({ limit: 1 });
    assert.equal(first.items.length, 1);
    const second = await service.users.list({ limit: 1, after: first.next });
    assert.equal(second.items[0].id, user.id);
    assert.equal((await service.users.list()).next, null);
    assert.equal((await failure(me.users.list())).codeName, 'CPK_ERROR_PERMISSION_DENIED');
    const admin = await engine.openAdmin('00000000-0000-4000-8000-0000000000ad');
    assert.equal((await admin.users.list()).items.length, 2);
    await admin.close();
});

test('packs', async (t) => {
    const { me } = await open(t);
    const first = await me.packs.create({ name: '  First  ', description: 'Was 日本', customSystemPrompt: 'Be brief.' });
    assert.deepEqual([first.name, first.description, first.customSystemPrompt], ['First', 'Was 日本', 'Be brief.']);
    assert.ok(Object.isFrozen(first));
    assert.equal((await me.packs.create()).name, 'Untitled pack');
    assert.deepEqual(await me.packs.ensure({ name: 'First' }), { pack: first, created: false });
    const { pack: second, created } = await me.packs.ensure({ name: 'Second' });
    assert.equal(created, true);
    assert.deepEqual(await me.packs.get(second.id), second);
    assert.deepEqual(await me.packs.find('Second'), second);
    const changed = await me.packs.update(first.id, { name: 'Third', description: '' });
    assert.deepEqual([changed.name, changed.description, changed.customSystemPrompt], ['Third', null, 'Be brief.']);
    assert.deepEqual(await me.packs.progress(first.id), { sources: 0, completedSources: 0, failedSources: 0, analysisTokens: 0 });
    await me.packs.delete(second.id);
    const names = [];
    for await (const { name } of me.packs.all({ limit: 1 })) {
        names.push(name);
    }
    assert.deepEqual(names, ['Third', 'Untitled pack']);
    const page = await me.packs.list({ limit: 10 });
    assert.ok(Object.isFrozen(page) && Object.isFrozen(page.items));
});

test('sources and exports', async (t) => {
    const { me } = await open(t);
    const pack = await me.packs.create({ name: 'Me' });
    const seen = new Set();
    const events = new EventEmitter();
    events.on('progress', ({ stage }) => seen.add(`event ${stage}`));
    const onProgress = ({ stage, done, total }) => {
        assert.ok(Number.isInteger(done) && (total === null || total >= done));
        seen.add(stage);
    };
    const { source, added } = await me.sources.add(pack.id, sample, { onProgress, events });
    assert.deepEqual([source.status, source.fileName, added], ['pending', 'conversations.json', true]);
    assert.equal((await me.sources.add(pack.id, sample)).added, false);
    const ready = await me.sources.run(source.id, { until: 'ready_for_analysis', onProgress, events });
    assert.deepEqual([ready.status, ready.type, ready.completedAt], ['ready_for_analysis', 'chat_export', null]);
    const done = await me.sources.run(source.id, { onProgress });
    assert.deepEqual([done.status, done.progress, done.costMicros], ['completed', 100, 0n]);
    assert.deepEqual(await me.sources.get(source.id), done);
    assert.deepEqual([...seen].sort(), ['analyze', 'event extract', 'event store', 'extract', 'store']);
    assert.deepEqual(await me.sources.read(source.id, { part: 'raw' }), readFileSync(sample));
    assert.match((await me.sources.read(source.id)).toString(), /nurse/);
    assert.deepEqual((await me.sources.list(pack.id)).items, [done]);
    for await (const one of me.sources.all(pack.id)) {
        assert.deepEqual(one, done);
    }

    const { export: made, made: isNew } = await me.exports.create(pack.id, 'standard');
    assert.deepEqual([made.status, made.type, isNew], ['ready', 'standard', true]);
    assert.equal((await me.exports.create(pack.id, 'standard')).made, false);
    assert.deepEqual(await me.exports.get(made.id), made);
    const text = await me.exports.text(made.id);
    assert.equal(countTokens(text), made.tokenCount);
    assert.match(JSON.stringify(JSON.parse(await me.exports.read(made.id, { format: 'json' }))), /nurse/);
    assert.equal((await me.exports.list(pack.id)).items.length, 1);
    for await (const one of me.exports.all(pack.id)) {
        assert.deepEqual(one, made);
    }
    await me.exports.delete(made.id);
    await me.sources.delete(source.id);
    assert.equal((await failure(me.sources.get(source.id))).codeName, 'CPK_ERROR_NOT_FOUND');
});

test('lost content', async (t) => {
    const { me, engine } = await open(t);
    const folder = scratch(t);
    const cut = join(folder, 'cut.json');
    writeFileSync(cut, readFileSync(sample).subarray(0, -200));
    const pack = await me.packs.create({ name: 'Cut' });
    const { source } = await me.sources.add(pack.id, cut);
    const ran = await me.sources.run(source.id);
    assert.ok(ran.isPartial);
    assert.match(ran.lossSummary, /truncated or damaged in 1 place/);
    assert.equal(JSON.parse(ran.losses).damaged_places, 1);
    const built = await me.build([cut], { output: join(folder, 'out'), name: 'Built' });
    assert.equal(built.partialCount, 1);
    assert.deepEqual([built.inputs[0].isPartial, built.inputs[0].lossSummary], [true, ran.lossSummary]);
    const report = await engine.extract(cut, () => {});
    assert.equal(report.isPartial, true);
    assert.equal((await engine.extract(sample)).isPartial, false);
    assert.equal(report.lossSummary, ran.lossSummary);
});

test('credits and transactions', async (t) => {
    const { me, service, user } = await open(t, { plan: 'credits' });
    await analysed(me);
    assert.deepEqual(await me.credits.balance(), { balance: 9, held: 0 });
    assert.deepEqual(await service.credits.balance(user.id), { balance: 9, held: 0 });
    const page = await me.transactions.list();
    assert.deepEqual(page.items.map(({ type, credits }) => [type, credits]), [['usage', -1], ['bonus', 10]]);
    assert.equal(typeof page.items[0].amountMicros, 'bigint');
    const all = [];
    for await (const { type } of service.transactions.all({ userId: user.id, limit: 1 })) {
        all.push(type);
    }
    assert.deepEqual(all, ['usage', 'bonus']);
    for await (const { type } of me.transactions) {
        assert.ok(['usage', 'bonus'].includes(type));
    }
});

test('the engine', async (t) => {
    const folder = scratch(t);
    const engine = await contextpack.open({
        database: `sqlite:${folder}/packs.db`,
        storage: `file:${folder}/blobs`,
        analyzer: 'extractive:',
        settings: { 'chunk.max_tokens': 300, 'import.max_file_bytes': 2n ** 62n },
    });
    assert.equal(await engine.setting('chunk.max_tokens'), 300);
    assert.equal(await engine.setting('import.max_file_bytes'), 2n ** 62n);
    assert.ok((await engine.migrate({ dryRun: true })).every(({ applied }) => applied === false));
    const check = await engine.check();
    assert.equal(check.failures, 0);
    assert.ok(check.results.length > 3 && check.results.every(({ outcome }) => outcome === 'passed'));
    await engine.close();
    await engine.close();
    assert.equal((await failure(engine.setting('chunk.max_tokens'))).codeName, 'CPK_ERROR_CONFLICT');
    for (const places of [
        { database: `sqlite:${folder}/none/x.db` },
        { database: 'sqlite:file:y.db?mode=memory' },
        { database: `sqlite:${folder}/packs.db`, storage: `file:${folder}/none` },
    ]) {
        const error = await failure(Engine.open({ ...places, create: false }));
        assert.equal(error.codeName, 'CPK_ERROR_NOT_FOUND');
        assert.match(error.message, /x\.db|y\.db|none/);
    }
    assert.equal(existsSync(`${folder}/none`) || existsSync('y.db') || existsSync('file:y.db?mode=memory'), false);
    await (await Engine.open({ database: `sqlite:${folder}/packs.db`, storage: `file:${folder}/blobs`, create: false })).close();
    const again = await Engine.open({ database: `sqlite:${folder}/packs.db`, migrate: false });
    await again[Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]();
});

test('without a database', async (t) => {
    const engine = await Engine.open();
    t.after(() => engine.close());
    const messages = [];
    const report = await engine.extract(sample, { onMessage: async (message) => void messages.push(message) });
    assert.deepEqual([report.format, report.type, report.messages], ['chatgpt', 'chat_export', messages.length]);
    assert.ok(Object.isFrozen(messages[0]) && messages[0].time instanceof Date);
    assert.deepEqual([...new Set(messages.map(({ role }) => role))].sort(), ['assistant', 'user']);
    const { text } = await engine.extractText(sample);
    assert.match(text, /^#/);
    const { chunks } = await engine.chunk(sample, { maxTokens: 300, overlapTokens: -1, encoding: 'o200k_base' });
    assert.equal(chunks.map((chunk) => chunk.text).join(''), text);
    assert.equal(chunks[0].tokens, countTokens(chunks[0].text));
});

test('inputs of every kind', async (t) => {
    const engine = await Engine.open();
    t.after(() => engine.close());
    const bytes = readFileSync(sample);
    const { createReadStream } = await import('node:fs');
    async function* pieces() {
        for (let at = 0; at < bytes.length; at += 777) {
            yield bytes.subarray(at, at + 777);
        }
    }
    const inputs = [
        sample, pathToFileURL(sample), bytes, new Uint8Array(bytes), bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
        new Blob([bytes]), createReadStream(sample), pieces(), new Blob([bytes]).stream(),
        { path: sample }, { path: pathToFileURL(sample) }, { data: bytes }, { text: bytes.toString() }, { stream: pieces(), name: 'x.json' },
        { stream: [bytes.toString()] },
    ];
    for (const input of inputs) {
        assert.equal((await engine.extract(input)).messages, 28, String(input));
    }
    for (const input of [undefined, null, 3, {}, { path: 'x', text: 'y' }, { text: 'x', type: 'novel' }]) {
        await assert.rejects(async () => engine.extract(input));
    }
});

test('documents of a build have the budget that is asked for', async (t) => {
    const { me } = await open(t);
    const output = scratch(t);
    const tokens = async (options) => (await me.build(sample, { output, ...options })).documents[0].tokenCount;
    assert.ok(await tokens({ maxTokens: 700 }) <= 700);
    assert.ok(await tokens() > 700);
    assert.equal((await failure(tokens({ maxTokens: -1 }))).codeName, 'CPK_ERROR_INVALID_ARGUMENT');
});

test('redaction', async () => {
    const text = "I'm Ana Prado, ana@example.com. password: hunter22xyz";
    const found = await contextpack.redact(text, { names: 'Ana Prado', key: 'a key' });
    assert.match(found.text, /^I'm \[PERSON_\d{6}\], \[EMAIL_\d{6}\]\. password: \[password withheld\]$/);
    assert.deepEqual(Object.entries(found.report).filter(([, count]) => count > 0), [['person', 1], ['email', 1], ['password', 1]]);
    assert.deepEqual(await contextpack.redact(Buffer.from(text), { names: 'Ana Prado', key: 'a key' }), found);
    assert.notEqual((await contextpack.redact(text)).text, found.text);
    assert.equal((await contextpack.redact('')).text, '');
    await assert.rejects(contextpack.redact('x', { key: '' }), { codeName: 'CPK_ERROR_INVALID_ARGUMENT' });
});

test('tokens and names', async () => {
    assert.equal(countTokens('hello, world'), 3);
    assert.deepEqual([...encodeTokens('hello, world', { encoding: 'cl100k_base' })], [15339, 11, 1917]);
    assert.equal(encodeTokens('').length, 0);
    assert.equal(countTokens(Buffer.from('hello, world')), 3);
    const long = 'the quick brown fox '.repeat(20000);
    assert.equal(await countTokensAsync(long), countTokens(long));
    assert.equal(await countTokensAsync('short'), 1);
    assert.throws(() => countTokens('x', { encoding: 'p50k_base' }), { codeName: 'CPK_ERROR_INVALID_ARGUMENT' });
    assert.throws(() => countTokens(7), { codeName: 'CPK_ERROR_INVALID_ARGUMENT' });
    assert.deepEqual(contextpack.names.encodings(), ['o200k_base', 'cl100k_base']);
    assert.ok(contextpack.names.roles().includes('assistant') && contextpack.names.kinds().includes('tool_call'));
    const settings = contextpack.listSettings();
    assert.equal(settings.find(({ name }) => name === 'chunk.max_tokens').defaultValue, 100000);
    assert.equal(typeof settings.find(({ name }) => name === 'import.max_file_bytes').maximum, 'bigint');
    assert.ok(contextpack.listTextSettings().some(({ name, isSecret }) => name === 'auth.jwt_secret' && isSecret));
});

test('ESM, CommonJS and the raw layer are one', async (t) => {
    const common = createRequire(import.meta.url)(join(packageFolder, 'index.cjs'));
    assert.equal(common.Engine, Engine);
    assert.equal(contextpack.default, common);
    assert.equal(contextpack.version, raw.cpk_version());
    assert.deepEqual(Object.keys(contextpack).filter((name) => name !== 'default').sort(), Object.keys(common).sort());
    assert.equal(contextpack.constants.CPK_ERROR_NOT_FOUND, 4);
    assert.ok((await open(t)).engine instanceof Engine);
});
