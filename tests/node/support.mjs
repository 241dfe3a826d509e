// What the tests of the Node package share.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const project = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const data = join(project, 'tests/data');
export const sample = join(data, 'sample/conversations.json');
export const packageFolder = process.env.CONTEXTPACK_PACKAGE;
export const contextpack = await import(pathToFileURL(join(packageFolder, 'index.mjs')));
export const raw = createRequire(import.meta.url)(join(packageFolder, 'lib/raw.js'));

// An engine in memory, its service, a user, and the user's session, closed at the test's end.
export async function open(t, options = {}) {
    const engine = await contextpack.Engine.open({ database: 'sqlite::memory:', storage: 'memory:', ...options });
    const service = await engine.openService();
    const user = await service.users.create({ email: 'me@example.com', plan: options.plan ?? 'unlimited' });
    const me = await engine.openUser(user.id);
    t.after(async () => {
        await me.close();
        await service.close();
        await engine.close();
    });
    return { engine, service, user, me };
}

// A pack with the sample in it, analysed.
export async function analysed(me, name = 'Me') {
    const pack = await me.packs.create({ name });
    const { source } = await me.sources.add(pack.id, sample);
    return { pack, source: await me.sources.run(source.id) };
}

export function scratch(t) {
    const folder = mkdtempSync(join(tmpdir(), 'contextpack-node-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

// The error that a promise is rejected with.
export async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    throw new Error('it did not fail');
}

// Whether AddressSanitizer is loaded, with which everything takes several times as long.
export const isSanitized = /libasan/.test(process.env.LD_PRELOAD ?? '');

// How often a test repeats something.
export const rounds = (count) => (isSanitized ? Math.ceil(count / 10) : count);

// Freed memory stays resident with the sanitizer; what is lost there, its leak check tells when the process ends.
export const residentBytes = () => (isSanitized ? 0 : process.memoryUsage().rss);
