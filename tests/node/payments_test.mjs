// Packages, checkouts, customers, refunds and attempts to pay, against the fake of Stripe in tests/stripe.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { failure, open, project, scratch } from './support.mjs';

const PACKAGES = [
    { id: 'small', name: '100 credits', currency: 'usd', credits: 100, price: 999 },
    {
        id: 'bulk', currency: 'jpy',
        tiers: [{ from_credits: 10, unit_price_micros: 12500000 }, { from_credits: 100, unit_price_micros: 9000000 }],
    },
    { id: 'pro', name: 'Unlimited', currency: 'usd', unlimited: true, interval: 'month', price: 2000 },
    { id: 'team', currency: 'eur', credits: 5000, interval: 'year', price_id: 'price_1' },
];
const successUrl = 'https://example.org/done?session={CHECKOUT_SESSION_ID}';

// What open() gives, with the fake beside it. `instead` says what happens to the next requests.
async function openWithStripe(t, settings = {}) {
    const folder = scratch(t);
    const fake = spawn(process.env.CONTEXTPACK_PYTHON, ['-B', join(project, 'tests/stripe/fake_stripe.py'), folder], {
        stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(async () => {
        fake.stdin.end();
        await once(fake, 'close');
    });
    const [port] = await once(fake.stdout, 'data');
    const all = {
        'stripe.secret_key': 'sk_test_fake', 'billing.packages': JSON.stringify(PACKAGES),
        'stripe.api_base': `http://127.0.0.1:${Number(port)}`, ...settings,
    };
    const instead = (...lines) => writeFileSync(join(folder, 'next'), lines.map((line) => `${line}\n`).join(''));
    const requests = () => {
        const path = join(folder, 'requests');
        return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
    };
    const stripeHas = (...events) =>
        writeFileSync(join(folder, 'events'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return { ...(await open(t, { settings: all })), instead, requests, stripeHas };
}

async function collect(items) {
    const found = [];
    for await (const item of items) {
        found.push(item);
    }
    return found;
}

const codeOf = async (promise) => (await failure(promise)).codeName.slice('CPK_ERROR_'.length);

test('packages and prices', async (t) => {
    const { me, service } = await open(t, { settings: { 'billing.packages': JSON.stringify(PACKAGES) } });
    const [small, bulk, pro, team] = await me.packages.list();
    assert.deepEqual(
        [small.id, small.name, small.currency, small.decimals, small.credits, small.amount, small.interval, small.isUnlimited],
        ['small', '100 credits', 'usd', 2, 100, 999, null, false],
    );
    assert.deepEqual([small.priceId, small.tiers], [null, []]);
    assert.deepEqual(bulk.tiers, [{ fromCredits: 10, unitMicros: 12500000n }, { fromCredits: 100, unitMicros: 9000000n }]);
    assert.ok(Object.isFrozen(bulk) && Object.isFrozen(bulk.tiers) && Object.isFrozen(bulk.tiers[0]));
    assert.deepEqual([bulk.decimals, bulk.amount, pro.isUnlimited, pro.interval, team.priceId], [0, 0, true, 'month', 'price_1']);
    assert.deepEqual(await collect(service.packages), [small, bulk, pro, team]);
    assert.deepEqual(await me.packages.get('bulk'), bulk);
    assert.deepEqual(await me.packages.price('small'), { credits: 100, amount: 999 });
    assert.deepEqual(await me.packages.price(bulk, 99), { credits: 99, amount: 1238 }); // 1237.5, half of a yen is up
    assert.deepEqual(await me.packages.price('bulk', 100), { credits: 100, amount: 900 });
    assert.deepEqual(await me.packages.price('pro'), { credits: 0, amount: 2000 });
    assert.deepEqual(await me.packages.price(team), { credits: 5000, amount: 0 });
    assert.equal(await codeOf(me.packages.price('bulk', 9)), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(me.packages.price('small', 7)), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(me.packages.price('huge')), 'NOT_FOUND');
    assert.equal(await codeOf(me.packages.get('huge')), 'NOT_FOUND');
});

test('an invalid setting is reported', async (t) => {
    const { me } = await open(t, { settings: { 'billing.packages': '[{"id": "a", "price": 1.5}]' } });
    for (const promise of [me.packages.list(), me.packages.get('a'), me.packages.price('a')]) {
        const error = await failure(promise);
        assert.deepEqual([error.codeName, /billing\.packages/.test(error.message)], ['CPK_ERROR_INVALID_ARGUMENT', true]);
    }
});

test('a checkout is recorded', async (t) => {
    const { me, service, user, requests } = await openWithStripe(t);
    const made = await me.checkouts.create('small', {
        successUrl, cancelUrl: 'https://example.org/no', ipAddress: '192.0.2.7', userAgent: 'Browser/1',
    });
    assert.deepEqual([made.type, made.status, made.amount, made.currency, made.isLive], ['checkout.session', 'open', 999, 'usd', false]);
    assert.ok(made.url.startsWith('https://checkout.stripe.com/') && made.expiresAt > new Date() && Object.isFrozen(made));
    const [attempt] = await collect(me.paymentAttempts);
    assert.deepEqual([attempt.id, attempt.stripeId, attempt.userId], [made.attemptId, made.id, user.id]);
    assert.deepEqual([attempt.type, attempt.status, attempt.errorMessage], ['credits', 'initiated', null]);
    assert.deepEqual([attempt.creditsRequested, attempt.amountMicros, attempt.ipAddress, attempt.userAgent], [100, 9990000n, '192.0.2.7', 'Browser/1']);
    assert.deepEqual(await me.paymentAttempts.get(attempt), attempt);
    assert.deepEqual(await service.paymentAttempts.get(attempt.id, { userId: user }), attempt);
    const bulk = await service.checkouts.create(await me.packages.get('bulk'), { credits: 12, successUrl, userId: user });
    assert.equal(bulk.amount, 150);
    assert.deepEqual(requests().map(({ form }) => form.success_url), [successUrl, successUrl]);
});

test('requests rejected by the library and by Stripe', async (t) => {
    const { me, service, user, instead, requests } = await openWithStripe(t);
    for (const [id, options] of [
        ['bulk', { successUrl }], ['small', { successUrl: 'done' }], ['small', {}], ['small', { successUrl, ipAddress: 'there' }],
    ]) {
        assert.equal(await codeOf(me.checkouts.create(id, options)), 'INVALID_ARGUMENT');
    }
    assert.equal(await codeOf(me.checkouts.create('small')), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(me.checkouts.create('small', { successUrl, signal: 1 })), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(me.checkouts.create('huge', { successUrl })), 'NOT_FOUND');
    assert.equal(requests().length, 0);
    instead('402 code=card_declined message=No_money');
    const declined = await failure(me.checkouts.create('small', { successUrl }));
    assert.deepEqual([declined.codeName, declined.domain, declined.native], ['CPK_ERROR_CONFLICT', 'stripe', 'HTTP 402']);
    instead('500', 'DROP'); // the third is answered
    assert.equal((await me.checkouts.create('small', { successUrl })).status, 'open');
    assert.equal(new Set(requests().slice(-3).map(({ headers }) => headers['Idempotency-Key'])).size, 1);
    await service.admin.suspend(user, { reason: 'A stolen card' });
    assert.equal(await codeOf(me.checkouts.create('small', { successUrl })), 'PERMISSION_DENIED');
    const [latest] = (await me.paymentAttempts.list({ limit: 1 })).items;
    assert.deepEqual([latest.status, latest.errorMessage.startsWith('refused: ')], ['failed', true]);
    const { me: wrong } = await openWithStripe(t, { 'stripe.secret_key': 'sk_test_of_somebody' });
    const denied = await failure(wrong.checkouts.create('small', { successUrl }));
    assert.deepEqual([denied.codeName, denied.message.includes('sk_test')], ['CPK_ERROR_PERMISSION_DENIED', false]);
});

test('a request blocks nothing, and an AbortSignal stops it', async (t) => {
    const { engine, me, user, instead } = await openWithStripe(t);
    instead('500 retry_after=50');
    const controller = new AbortController();
    const reason = new Error('the buyer left');
    let ticks = 0;
    const clock = setInterval(() => ++ticks, 5);
    t.after(() => clearInterval(clock));
    const begun = performance.now();
    const waiting = failure(me.checkouts.create('small', { successUrl, signal: controller.signal }));
    const beside = await engine.openUser(user);
    assert.equal((await beside.packs.create({ name: 'Beside' })).name, 'Beside');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = ticks;
    controller.abort(reason);
    const error = await waiting;
    assert.deepEqual([error.codeName, error.cause], ['CPK_ERROR_CANCELLED', reason]);
    assert.ok(before > 20, `the event loop ran ${before} times`);
    assert.ok(performance.now() - begun < 10000);
    assert.deepEqual((await collect(beside.paymentAttempts)).map(({ status }) => status), ['cancelled']);
    await beside.close();
    for (const stopped of [me.stripe.customer({ signal: controller.signal }), me.stripe.portal({ signal: controller.signal })]) {
        assert.equal(await codeOf(stopped), 'CANCELLED');
    }
});

test('customers, the portal, refunds', async (t) => {
    const { me, service, user, requests } = await openWithStripe(t);
    assert.equal(await codeOf(me.stripe.portal()), 'NOT_FOUND');
    const made = await me.stripe.customer();
    assert.deepEqual([made.type, made.url, made.expiresAt], ['customer', null, null]);
    assert.equal((await service.stripe.customer({ userId: user })).id, made.id);
    const portal = await me.stripe.portal({ returnUrl: 'https://example.org/account' });
    assert.ok(portal.url.startsWith('https://billing.stripe.com/'));
    assert.deepEqual(requests().map(({ path }) => path), ['/v1/customers', '/v1/billing_portal/sessions']);
    const order = { key: 'r1', paymentIntentId: 'pi_1', amount: 500, reason: 'requested_by_customer' };
    assert.equal(await codeOf(me.stripe.refund(order)), 'PERMISSION_DENIED');
    const back = await service.stripe.refund(order);
    assert.deepEqual([back.type, back.amount, back.status], ['refund', 500, 'succeeded']);
    assert.deepEqual(await service.stripe.refund(order), back);
    assert.equal(await codeOf(service.stripe.refund({ key: 'r2', paymentIntentId: 'pi_unknown' })), 'NOT_FOUND');
    assert.equal(await codeOf(service.stripe.refund()), 'INVALID_ARGUMENT');
});

test('missed events are fetched from Stripe', async (t) => {
    const { me, service, user, stripeHas, instead } = await openWithStripe(t);
    const paid = (name, userId, ageSeconds = 0) => ({
        id: `evt_${name}`, object: 'event', created: Math.floor(Date.now() / 1000) - ageSeconds, livemode: false,
        type: 'checkout.session.completed',
        data: { object: {
            id: `cs_${name}`, object: 'checkout.session', mode: 'payment', payment_status: 'paid',
            payment_intent: `pi_${name}`, amount_total: 999, currency: 'usd', metadata: { user_id: userId, credits: '5' },
        } },
    });
    const before = (await me.credits.balance()).balance;
    const stranger = paid('stranger', '00000000-0000-4000-8000-00000000dead');
    stripeHas(paid('old', user.id, 100 * 3600), stranger, paid('new', user.id));
    const steps = [];
    const first = await service.stripe.reconcile({ onProgress: (step) => steps.push(step) });
    assert.deepEqual([first.seen, first.known, first.processed, first.failed], [2, 0, 1, 1]);
    assert.match(first.firstFailure, /evt_stranger/);
    assert.equal(steps.at(-1).stage, 'store');
    const since = new Date(Date.now() - 5 * 86400 * 1000);
    const second = await service.stripe.reconcile({ since });
    assert.deepEqual([second.startsAt.getTime(), second.known, second.processed], [since.getTime(), 1, 1]);
    assert.equal((await me.credits.balance()).balance, before + 10);

    assert.equal(await codeOf(me.stripe.reconcile()), 'PERMISSION_DENIED');
    assert.equal(await codeOf(service.stripe.reconcile({ since: new Date(0) })), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(service.stripe.reconcile({ since: 5 })), 'INVALID_ARGUMENT');
    instead('401');
    assert.match((await failure(service.stripe.reconcile())).message, /stripe\.secret_key/);
    assert.equal(await codeOf(service.stripe.reconcile({ signal: AbortSignal.abort() })), 'CANCELLED');
});

test('payment attempts, in pages and counted', async (t) => {
    const { engine, me, service, user } = await openWithStripe(t);
    for (let number = 0; number < 5; number++) {
        await me.checkouts.create('small', { successUrl, ipAddress: `192.0.2.${1 + (number % 2)}` });
    }
    const limit = await failure(me.checkouts.create('pro', { successUrl, ipAddress: '192.0.2.1' }));
    assert.deepEqual([limit.codeName, limit.retryable], ['CPK_ERROR_LIMIT_EXCEEDED', true]);
    const somebody = await service.users.create({ email: 'other@example.com' });
    const other = await engine.openUser(somebody);
    await other.checkouts.create('small', { successUrl, ipAddress: '192.0.2.1' });
    const all = await collect(me.paymentAttempts);
    assert.deepEqual([all.length, all[0].status, all[0].type], [6, 'failed', 'subscription']);
    assert.deepEqual(await collect(me.paymentAttempts.all({ limit: 1 })), all);
    const page = await me.paymentAttempts.list({ limit: 4 });
    assert.deepEqual([...page.items, ...(await me.paymentAttempts.list({ limit: 4, after: page.next })).items], all);
    assert.equal((await collect(service.paymentAttempts)).length, 7);
    assert.equal((await service.paymentAttempts.list({ ipAddress: '192.0.2.1' })).items.length, 5);
    assert.deepEqual(await collect(service.paymentAttempts.all({ userId: somebody, ipAddress: '192.0.2.2' })), []);
    assert.equal(await codeOf(other.paymentAttempts.get(all[0])), 'NOT_FOUND');
    assert.equal(await codeOf(other.paymentAttempts.list({ userId: user })), 'PERMISSION_DENIED');
    assert.equal(await codeOf(me.paymentAttempts.list({ ipAddress: 'nowhere' })), 'INVALID_ARGUMENT');

    const [mine, theirs] = await service.paymentAttempts.velocity();
    assert.deepEqual([mine.subject, mine.others, mine.attempts, mine.succeeded, mine.failed, mine.refused], [user.id, 2, 6, 0, 1, 1]);
    assert.deepEqual([mine.creditsRequested, mine.amountMicros, theirs.attempts], [500, 69950000n, 1]);
    assert.ok(mine.firstAt <= mine.lastAt && Object.isFrozen(mine));
    const [first, second] = await service.paymentAttempts.velocity({ by: 'ip' });
    assert.deepEqual([first.subject, first.others, first.attempts, second.attempts], ['192.0.2.1', 2, 5, 2]);
    assert.equal((await service.paymentAttempts.velocity({ minimumAttempts: 2 })).length, 1);
    assert.deepEqual(await service.paymentAttempts.velocity({ since: new Date(Date.now() + 3600000) }), []);
    assert.equal(await codeOf(service.paymentAttempts.velocity({ by: 'moon' })), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(service.paymentAttempts.velocity({ limit: 1001 })), 'INVALID_ARGUMENT');
    assert.equal(await codeOf(me.paymentAttempts.velocity()), 'PERMISSION_DENIED');
    await other.close();
});
