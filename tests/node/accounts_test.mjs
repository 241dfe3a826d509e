// Tokens, accounts, administrators, holds, V1, maintenance and webhooks.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import { analysed, failure, open, sample, scratch } from './support.mjs';

const SECRET = 's'.repeat(40);
const ADMIN = '00000000-0000-4000-8000-0000000000ad';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenFor(claims) {
    const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}

test('keys of an encrypted storage', async (t) => {
    const settings = { 'storage.master_key': 'ab'.repeat(32) };
    const { engine, me } = await open(t, { storage: 'encrypted+memory:', settings });
    await analysed(me);
    const report = await engine.rotateKeys({ olderThanMs: 0 });
    assert.deepEqual([report.dataKeys, report.rewrappedKeys, report.newKeys], [1, 0, 1]);
    assert.ok(report.blobs > 3);
    assert.equal((await engine.rotateKeys()).newKeys, 0);
    assert.equal((await failure(open(t, { storage: 'encrypted+memory:', settings: { 'storage.master_key': 'x' } }))).codeName, 'CPK_ERROR_INVALID_ARGUMENT');
});

test('a storage is copied', async (t) => {
    const { engine, me } = await open(t, { storage: 'encrypted+memory:', settings: { 'storage.master_key': 'ab'.repeat(32) } });
    await analysed(me);
    const report = await engine.copyStorage('memory:', { verify: true });
    assert.ok(report.blobs > 3);
    assert.deepEqual([report.verifiedBlobs, report.knownBlobs], [report.blobs, 0]);
    assert.equal((await engine.copyStorage('memory:', { source: 'memory:', mirror: true })).blobs, 0);
});

test('tokens open sessions', async (t) => {
    const { engine } = await open(t, { settings: { 'auth.jwt_secret': SECRET } });
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims = { sub: '00000000-0000-4000-8000-00000000000c', role: 'authenticated', aud: 'authenticated', email: 'token@example.com', exp };
    const session = await engine.openToken(tokenFor(claims));
    assert.equal((await session.users.get()).email, 'token@example.com');
    assert.deepEqual([session.kind, session.principalId, session.claims], ['user', claims.sub, claims]);
    await session.close();
    const denied = await failure(engine.openToken(tokenFor(claims), { allow: 'service' }));
    assert.equal(denied.codeName, 'CPK_ERROR_PERMISSION_DENIED');
    const key = tokenFor({ role: 'service_role', exp });
    assert.match((await failure(engine.openToken(key))).message, /service/);
    const service = await engine.openToken(key, { allow: ['user', 'service'] });
    assert.deepEqual([service.kind, service.principalId, service.claims], ['service', null, { role: 'service_role', exp }]);
    await service.close();
    assert.equal((await failure(engine.openToken(key, { allow: [] }))).codeName, 'CPK_ERROR_INVALID_ARGUMENT');
    await assert.rejects(engine.openToken(key, { allow: 'anon' }), TypeError);
    const admin = await engine.openAdmin(ADMIN);
    assert.deepEqual([admin.kind, admin.principalId, admin.claims], ['admin', ADMIN, null]);
    await admin.close();
    const error = await failure(engine.openToken(tokenFor({ ...claims, exp: 1 })));
    assert.equal(error.codeName, 'CPK_ERROR_UNAUTHENTICATED');
});

test('accounts and administrators', async (t) => {
    const { engine, service, user, me } = await open(t, { plan: 'credits' });
    assert.equal((await service.users.setEmail(user.id, 'new@example.com')).email, 'new@example.com');
    assert.equal((await service.users.setPlan(user.id, 'unlimited')).paymentPlan, 'unlimited');
    const boss = await engine.openAdmin(ADMIN);
    const why = { reason: 'a case', details: { ticket: 7 } };
    const given = await boss.admin.adjustCredits(user.id, 5, why);
    assert.deepEqual([given.credits, given.type, given.adminUserId, JSON.parse(given.details)], [5, 'credit_adjustment', ADMIN, { ticket: 7 }]);
    assert.equal((await boss.admin.supportCredit(user.id, 2, why)).type, 'support_credit');
    const refund = await boss.admin.recordRefund(user.id, { credits: 1, amountMicros: 500000n, stripePaymentId: 'pi_1' }, why);
    assert.equal(refund.amountMicros, 500000n);
    assert.equal((await boss.admin.overridePlan(user.id, 'credits', why)).type, 'plan_override');
    await boss.admin.suspend(user.id, why);
    assert.ok((await service.users.get(user.id)).suspendedAt instanceof Date);
    await boss.admin.unsuspend(user.id, why);
    const actions = await boss.admin.listActions({ userId: user.id });
    assert.equal(actions.items.length, 6);
    let seen = 0;
    for await (const action of boss.admin.allActions({ adminUserId: ADMIN, limit: 2 })) {
        assert.ok(action.reason);
        seen++;
    }
    assert.equal(seen, 6);
    assert.equal((await failure(me.admin.suspend(user.id, why))).codeName, 'CPK_ERROR_PERMISSION_DENIED');
    await boss.close();
    await analysed(me);
    await me.close();
    const gone = await service.users.delete(user.id);
    assert.deepEqual([gone.packs, gone.sources], [1, 1]);
});

test('credits and holds', async (t) => {
    const { service, user, me } = await open(t, { plan: 'credits' });
    const bought = await service.credits.grant(user.id, { type: 'purchase', key: 'k1', credits: 100, amountMicros: 9_990_000, packageId: 'p' });
    assert.deepEqual([bought.credits, bought.amountMicros, bought.packageId], [100, 9_990_000n, 'p']);
    await service.credits.grant(user.id, { type: 'purchase', key: 'k1', credits: 100, amountMicros: 9_990_000, packageId: 'p' });
    const hold = await service.holds.reserve(user.id, { key: 'h1', credits: 10, reference: 'work' });
    assert.deepEqual([hold.status, hold.credits, hold.remaining, hold.isUnlimited], ['open', 10, 10, false]);
    assert.deepEqual(await me.credits.balance(), { balance: 100, held: 10 });
    assert.equal((await service.holds.commit(user.id, 'h1', { key: 'c1', credits: 3 })).committed, 3);
    assert.equal((await service.holds.get(user.id, 'h1')).remaining, 7);
    const released = await service.holds.commit(user.id, 'h1', { key: 'c2', credits: 1, releaseRest: true });
    assert.equal(released.status, 'closed');
    assert.equal((await service.holds.release(user.id, 'h1')).status, 'closed');
    assert.equal(await service.holds.expire(), 0);
    const overview = await me.credits.overview({ limit: 2 });
    assert.deepEqual([overview.balance, overview.held, overview.latest.length], [106, 0, 2]);
    await service.credits.clawback(user.id, { key: 'b1', credits: 6 });
    assert.deepEqual(await me.credits.balance(), { balance: 100, held: 0 });
    assert.deepEqual(await service.credits.audit(), { drifted: 0, users: [] });
});

test('jobs and packs of V1', async (t) => {
    const { me } = await open(t);
    const created = await me.jobs.create(sample);
    assert.equal(created.status, 'created');
    const stages = new Set();
    const done = await me.jobs.run(created.id, { onProgress: ({ stage }) => stages.add(stage) });
    assert.equal(done.status, 'completed');
    assert.ok(stages.has('analyze') && done.completedAt instanceof Date);
    assert.deepEqual(await me.jobs.get(done.id), done);
    for await (const job of me.jobs) {
        assert.deepEqual(job, done);
    }
    const pack = await me.legacyPacks.find(done.id);
    assert.deepEqual(await me.legacyPacks.get(pack.id), pack);
    const text = await me.legacyPacks.text(pack.id);
    assert.match(text, /nurse/);
    assert.equal((await buffer(me.legacyPacks.stream(pack.id))).toString(), text);
    assert.equal((await me.legacyPacks.list()).items.length, 1);
    const { pack: copy, copied } = await me.legacyPacks.copy(pack.id);
    assert.equal(copied, true);
    assert.equal((await me.packs.get(copy.id)).id, copy.id);
    await me.legacyPacks.undoCopy(pack.id);
    for await (const one of me.legacyPacks) {
        assert.equal(one.id, pack.id);
    }
    await me.legacyPacks.delete(pack.id);
    await me.jobs.delete(done.id);
    const unusable = await me.jobs.create({ data: Buffer.from('PK\x03\x04 no zip'), name: 'x.zip' });
    const error = await failure(me.jobs.run(unusable.id));
    assert.equal(error.job.status, 'failed');
});

test('maintenance and webhooks', async (t) => {
    const folder = scratch(t);
    const { service, user, engine } = await open(t, {
        storage: `file:${folder}`,
        settings: { 'stripe.webhook_secrets': 'whsec_test' },
    });
    assert.equal((await service.maintenance.archive()).damagedFiles, 0);
    assert.equal((await service.maintenance.restore('credit_transactions', { dryRun: true })).restoredRows, 0);
    const swept = await service.maintenance.sweep({ dryRun: true, onOrphan: () => {} });
    assert.equal(swept.removed, 0);
    assert.equal(await service.stripe.expirePlans(), 0);
    const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'customer.created', created: 1, livemode: false, data: { object: { id: 'cus_1', object: 'customer' } } });
    const time = Math.floor(Date.now() / 1000);
    const mark = createHmac('sha256', 'whsec_test').update(`${time}.${body}`).digest('hex');
    const result = await service.stripe.webhook(body, `t=${time},v1=${mark}`);
    assert.deepEqual([result.outcome, result.eventId], ['ignored', 'evt_1']);
    assert.equal((await failure(service.stripe.webhook(body, `t=${time},v1=00`))).codeName, 'CPK_ERROR_PERMISSION_DENIED');
    assert.ok((await engine.migrate()).every(({ changes }) => Array.isArray(changes)) && user.id);
});

test('an unclaimed payment is listed and assigned', async (t) => {
    const { service, me, user } = await open(t, {
        plan: 'credits', settings: { 'stripe.webhook_secrets': 'whsec_test', 'stripe.mode': 'live' },
    });
    const deliver = (livemode) => {
        const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'checkout.session.completed', created: 1, livemode, data: { object: {
            id: 'cs_1', mode: 'payment', payment_status: 'paid', payment_intent: 'pi_1', customer: 'cus_1', amount_total: 1000,
            currency: 'usd', metadata: { credits: '100' } } } });
        const time = Math.floor(Date.now() / 1000);
        const mark = createHmac('sha256', 'whsec_test').update(`${time}.${body}`).digest('hex');
        return service.stripe.webhook(body, `t=${time},v1=${mark}`);
    };
    assert.equal((await deliver(false)).outcome, 'refused');
    assert.equal((await deliver(true)).outcome, 'unclaimed');
    const [payment] = (await service.stripe.unclaimedPayments()).items;
    assert.deepEqual([payment.stripePaymentId, payment.customerId, payment.amount, payment.credits, payment.isUnlimited],
        ['pi_1', 'cus_1', 1000, 100, false]);
    const action = await service.admin.assignPayment(user, payment, { reason: 'hers' });
    assert.equal(action.credits, 100);
    assert.equal((await me.credits.balance()).balance, 110);
    assert.deepEqual((await service.stripe.unclaimedPayments()).items, []);
});

test('quotes, parts and reports', async (t) => {
    const settings = { 'chunk.max_tokens': 20, 'billing.credit_price_micros': 90000, 'billing.currency': 'eur' };
    const { service, user, me } = await open(t, { plan: 'credits', settings });
    const pack = await me.packs.create({ name: 'Towns' });
    const text = Array.from({ length: 30 }, (_, n) => `Town number ${n} is where I lived in year ${n} of my life.`).join('\n\n');
    const { source } = await me.sources.add(pack.id, { data: text, name: 'towns.txt' });
    assert.equal((await me.sources.quote(source)).unknownSources, 1);
    await me.sources.run(source, { until: 'ready_for_analysis' });
    const quote = await me.sources.quote(source);
    assert.ok(quote.chunksTotal > 20 && Object.isFrozen(quote));
    assert.deepEqual([quote.canProceed, quote.chunksCovered, quote.balance, quote.currency], [false, 10, 10, 'eur']);
    assert.equal(quote.costMicros, BigInt(quote.chunksLeft) * 90000n);
    assert.deepEqual(await me.packs.quote(pack), quote);
    assert.equal((await failure(me.sources.run(source))).codeName, 'CPK_ERROR_INSUFFICIENT_CREDITS');
    const some = await me.sources.run(source, { maxChunks: 3 });
    assert.deepEqual([some.processedChunks, some.status], [3, 'analyzing']);
    assert.equal((await me.sources.run(source, { partial: true })).processedChunks, 10);
    assert.deepEqual({ ...(await me.credits.balance()) }, { balance: 0, held: 0 });
    assert.equal((await failure(me.sources.run(source, { partial: true }))).codeName, 'CPK_ERROR_INSUFFICIENT_CREDITS');
    assert.equal((await failure(me.sources.run(source, { maxChunks: 0 }))).codeName, 'CPK_ERROR_INVALID_ARGUMENT');
    await service.credits.grant(user, { key: 'more', credits: 100, type: 'purchase', amountMicros: 4500000n, packageId: 'small' });
    assert.equal((await me.sources.run(source)).status, 'completed');
    const job = await me.jobs.create({ data: text, name: 'towns.txt' });
    assert.equal((await me.jobs.quote(job)).unknownSources, 1);
    assert.equal((await me.jobs.run(job, { maxChunks: 2 })).processedChunks, 2);

    const told = JSON.parse(await me.reports.statement({ format: 'json' }));
    const { balance } = await me.credits.balance();
    assert.deepEqual([told.opening_balance, told.closing_balance, told.balance], [0, balance, balance]);
    const csv = await buffer(service.reports.statementStream({ userId: user }));
    assert.deepEqual(csv, await service.reports.statement({ userId: user.id }));
    assert.match(String(csv), /^time,type,credits,balance,/);
    assert.match(String(await service.reports.revenue()), /"credits","small","eur",1,100,4\.50,/);
    const [day] = JSON.parse(await service.reports.usage({ format: 'json', utcOffsetMinutes: 60 })).days;
    assert.equal(day.chunks, quote.chunksTotal + 2);
    const before = JSON.parse(await service.reports.revenue({ format: 'json', until: new Date('2020-01-01') }));
    assert.deepEqual([before.until, before.days], ['2020-01-01T00:00:00.000000Z', []]);
    assert.deepEqual(await buffer(service.reports.usageStream()), await service.reports.usage());
    assert.deepEqual(await buffer(service.reports.revenueStream()), await service.reports.revenue());
    assert.equal((await failure(me.reports.revenue())).codeName, 'CPK_ERROR_PERMISSION_DENIED');
    assert.equal((await failure(service.reports.usage({ from: 'yesterday' }))).codeName, 'CPK_ERROR_INVALID_ARGUMENT');
});
