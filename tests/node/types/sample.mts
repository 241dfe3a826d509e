// What a strict TypeScript program may write, and what it may not.
import contextpack, { ContextPackError, Engine, countTokens, type AnalyzerDriver, type Message, type Pack, type StorageDriver, type StripeObject } from 'contextpack';
import * as raw from 'contextpack/raw';
import { createReadStream } from 'node:fs';
import { EventEmitter } from 'node:events';

const analyzer: AnalyzerDriver = {
    identity: 'mine/1',
    async analyze({ text, messages }, { signal }) {
        signal.throwIfAborted();
        const first: Message | undefined = messages[0];
        return { text: first?.text ?? text, usage: { outputTokens: 1, costMicros: 3n } };
    },
};

const storage: StorageDriver = {
    openWrite: (key, size) => ({ write: (bytes) => bytes.length, close: (commit) => [key, size, commit] }),
    openRead: async () => null,
    stat: () => null,
    remove: () => undefined,
    list: () => ['a'],
};

export async function main(): Promise<string> {
    const engine = await Engine.open({ database: 'sqlite::memory:', storage, analyzer, settings: { 'chunk.max_tokens': 300, 'auth.issuer': null } });
    await using service = await engine.openService();
    const user = await service.users.create({ email: 'me@example.com', plan: 'unlimited' });
    const me = await engine.openUser(user);
    const pack: Pack = await me.packs.create({ name: 'Me' });
    const { source, added } = await me.sources.add(pack, createReadStream('x'), {
        signal: AbortSignal.timeout(1000),
        onProgress: ({ stage, done, total }) => console.log(stage, done, total ?? '?'),
        events: new EventEmitter(),
    });
    const status: string = (await me.sources.run(source.id, { until: 'completed' })).status;
    const cost: bigint = source.costMicros;
    const finished: Date | null = source.completedAt;
    for await (const { name } of me.packs) {
        const text: string = name;
        console.log(text, added, status, cost, finished);
    }
    try {
        await me.exports.create(pack.id, 'standard');
    } catch (error) {
        if (error instanceof ContextPackError && error.codeName === 'CPK_ERROR_NO_CONTENT') {
            console.log(error.retryable, error.cause);
        }
    }
    const counted: number = countTokens(new Uint8Array(3), { encoding: 'cl100k_base' });
    const name: string | null = raw.cpk_status_name(contextpack.constants.CPK_ERROR_BUSY);
    const hold = await service.holds.reserve(user, { key: 'k', credits: 1 });
    const state: 'open' | 'closed' = hold.status;
    await service.admin.suspend(user, { reason: 'why', details: { a: 1 } });

    const bulk = await me.packages.get('bulk');
    const unit: bigint | undefined = bulk.tiers[0]?.unitMicros;
    const { credits, amount } = await me.packages.price(bulk, 10);
    const checkout: StripeObject = await me.checkouts.create(bulk, { credits, successUrl: 'https://example.org/', signal: AbortSignal.timeout(1000) });
    const url: string | null = (await me.stripe.portal({ returnUrl: checkout.url })).url;
    for await (const attempt of me.paymentAttempts.all({ ipAddress: '192.0.2.1' })) {
        const failed: boolean = attempt.status === 'failed';
        console.log(unit, amount, url, failed);
    }
    console.log((await service.paymentAttempts.velocity({ by: 'ip' }))[0]?.attempts);
    await service.stripe.refund({ key: 'k', paymentIntentId: 'pi_1', reason: 'duplicate' });
    // @ts-expect-error where the browser goes is required
    await me.checkouts.create(bulk, { credits: 10 });
    // @ts-expect-error no such reason
    await service.stripe.refund({ key: 'k', paymentIntentId: 'pi_1', reason: 'because' });
    // @ts-expect-error tiers are read only
    bulk.tiers[0].fromCredits = 1;
    // @ts-expect-error snapshots are read only
    pack.name = 'x';
    // @ts-expect-error no such type
    await me.exports.create(pack.id, 'huge');
    // @ts-expect-error the address is required
    await service.users.create({});
    // @ts-expect-error engines are opened, not made
    new Engine();
    // @ts-expect-error an analyzer has an identity
    await Engine.open({ analyzer: { analyze: () => '' } });
    await engine.close();
    return `${counted} ${name} ${state}`;
}
