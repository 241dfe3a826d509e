// The tarball: installed in a fresh folder, offline, it runs ESM and CommonJS programs on the library that it carries;
// where its binary does not work it is built from source. CONTEXTPACK_TEST_PACKAGES is a folder with a tarball that
// scripts/package made, to be tested instead of a new one.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { project, sample, scratch } from './support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [addon, library] = process.env.CONTEXTPACK_BINARIES.split(':');

function environment(more = {}) {
    const { CONTEXTPACK_LIBRARY, CONTEXTPACK_PACKAGE, NODE_API_HEADERS, ...rest } = process.env;
    assert.ok(CONTEXTPACK_PACKAGE);
    return { ...rest, ...more };
}

function run(folder, command, args, more) {
    return execFileSync(command, args, { cwd: folder, encoding: 'utf8', env: environment(more), stdio: ['ignore', 'pipe', 'pipe'] });
}

const program = `
    const engine = await Engine.open({ database: 'sqlite:packs.db', storage: 'file:blobs' });
    const service = await engine.openService();
    const user = await service.users.create({ email: 'me@example.com' });
    const session = await engine.openUser(user.id);
    const pack = await session.packs.create({ name: 'Me' });
    const { source } = await session.sources.add(pack.id, process.argv[2]);
    await session.sources.run(source.id);
    const made = await session.exports.create(pack.id, 'compact');
    console.log(await session.exports.text(made.export.id));
`;

function pack(folder) {
    const packing = { NODE_API_HEADERS: process.env.NODE_API_HEADERS };
    const args = ['bindings/node/pack.mjs', '--addon', addon, '--library', library, '--out', join(folder, 'dist')];
    return run(project, process.execPath, args, packing).trim();
}

test('the tarball', async (t) => {
    const folder = scratch(t);
    const made = process.env.CONTEXTPACK_TEST_PACKAGES;
    const tarball = made ? join(made, readdirSync(made).find((name) => /^contextpack-.*\.tgz$/.test(name))) : pack(folder);
    const app = join(folder, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{ "name": "app", "version": "1.0.0" }');
    run(app, 'npm', ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'), tarball]);
    const installed = join(app, 'node_modules/contextpack');
    assert.ok(!readdirSync(installed).includes('build'), 'it was built though its binary works');

    const version = readFileSync(join(project, 'include/contextpack/base.h'), 'utf8').match(/CPK_VERSION +"([^"]+)"/)[1];
    const told = 'const { version } = require("contextpack"); `${version} ${require("contextpack/package.json").version}`';
    assert.equal(run(app, process.execPath, ['-p', told]).trim(), `${version} ${version}`);

    writeFileSync(join(app, 'one.mjs'), `import { Engine } from 'contextpack';\n${program}`);
    writeFileSync(join(app, 'two.cjs'), `const { Engine } = require('contextpack');\n(async () => {${program}})();`);
    for (const name of ['one.mjs', 'two.cjs']) {
        assert.match(run(app, process.execPath, [name, sample]), /nurse/);
        rmSync(join(app, 'packs.db'));
        rmSync(join(app, 'blobs'), { recursive: true });
    }
    const show = 'require("contextpack/raw"); const a = require("./node_modules/contextpack/lib/load.js"); console.log(JSON.stringify([a.libraryPath, a.origin("EVP_DigestInit_ex"), a.origin("zip_open_from_source")]))';
    for (const path of JSON.parse(run(app, process.execPath, ['-e', show]))) {
        assert.ok(path.startsWith(join(installed, 'prebuilds')), path);
    }
    const forPdf = readdirSync(join(installed, 'prebuilds'), { recursive: true }).find((name) => name.endsWith('contextpack-pdf'));
    const started = spawnSync(join(installed, 'prebuilds', forPdf), { encoding: 'utf8' });
    assert.match(started.stdout + started.stderr, /libcontextpack/);

    // TLS goes through what the package carries, too.
    const tls = run(here, process.execPath, ['openssl_test.mjs'], { CONTEXTPACK_PACKAGE: installed });
    assert.match(tls, /^# fail 0$/m);
    assert.match(tls, /libpq\.so\.5 is served by \S*node_modules\/contextpack\/prebuilds\/\S*libssl/);

    for (const name of readdirSync(join(installed, 'prebuilds'))) {
        rmSync(join(installed, 'prebuilds', name), { recursive: true });
    }
    run(installed, process.execPath, ['install.cjs'], { CONTEXTPACK_LIBRARY: library });
    assert.ok(readdirSync(join(installed, 'build/Release')).includes('contextpack.node'));
    assert.match(run(app, process.execPath, ['one.mjs', sample], { CONTEXTPACK_LIBRARY: library }), /nurse/);
});
