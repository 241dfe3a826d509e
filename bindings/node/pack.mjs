// Assembles the package: node pack.mjs --addon FILE --library FILE [--stage FOLDER] [--out FOLDER]
//   --stage FOLDER   only copies the package to that folder, with the library unchanged: for tests in the tree
//   --out FOLDER     bundles the library with its dependencies beside the addon and runs `npm pack` into that folder (dist)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findHeaders } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, '../..');
const LIBRARY = 'libcontextpack.so.0';
const PDF_PROGRAM = 'contextpack-pdf'; // reads PDF documents: built beside the library, which looks for it there
const PREBUILD = join('prebuilds', `${process.platform}-${process.arch}`);
const NODE_API = ['js_native_api.h', 'js_native_api_types.h', 'node_api.h', 'node_api_types.h'];

// Libraries that every Linux system has, as in auditwheel's policies; the others are put into the package.
const FROM_SYSTEM = /^(linux-vdso|ld-linux.*|libc|libm|libdl|libpthread|librt|libresolv|libnsl|libutil|libgcc_s)[.\-]/;

function version() {
    return readFileSync(join(project, 'include/contextpack/base.h'), 'utf8').match(/CPK_VERSION +"([^"]+)"/)[1];
}

function copyPackage(target) {
    for (const name of ['index.cjs', 'index.mjs', 'index.d.cts', 'index.d.mts', 'install.cjs', 'build.mjs', 'README.md']) {
        copyFileSync(join(here, name), join(target, name));
    }
    for (const name of ['lib', 'types', 'src']) {
        cpSync(join(here, name), join(target, name), { recursive: true });
    }
    const description = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
    writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...description, version: version() }, null, 4)}\n`);
    mkdirSync(join(target, PREBUILD), { recursive: true });
}

function run(command, ...args) {
    return execFileSync(command, args, { encoding: 'utf8' });
}

// [name, path] of the dependencies of a library that not every system has.
function needs(file) {
    return [...run('ldd', file).matchAll(/^\s*(\S+) => (\S+) \(/gm)]
        .map(([, name, path]) => [name, path])
        .filter(([name]) => !FROM_SYSTEM.test(name));
}

// Libraries that the library loads at run time (src/base/library.h) under these names; SQLite under a separate name
// (src/sqlite/libsqlite.c), so that it is not mistaken for another module's copy.
const OPENED_LATER = ['libcurl.so.4', 'libpq.so.5', 'libsqlite3.so.0'];
const RENAMED = { 'libsqlite3.so.0': 'libsqlite3-contextpack.so.0' };

function systemLibrary(name) {
    const machine = { x64: 'x86-64', arm64: 'AArch64' }[process.arch] ?? '';
    const lines = run('/sbin/ldconfig', '-p').split('\n');
    const line = lines.find((item) => item.trim().startsWith(`${name} `) && item.includes(machine));
    if (!line) {
        throw new Error(`${name} is not installed: see scripts/install-packages`);
    }
    return line.split('=> ')[1].trim();
}

function owner(path) {
    for (const name of [path, realpathSync(path), realpathSync(path).replace(/^\/usr/, '')]) {
        try {
            return execFileSync('dpkg', ['-S', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(':')[0];
        } catch {
            // not under this name
        }
    }
    return null;
}

/*
 * Copies the library and its dependencies beside the addon under unique names, so that none is mistaken for a library of the
 same name in the process.
 */
function bundle(library, folder, licences) {
    const later = OPENED_LATER.map((name) => [name, systemLibrary(name)]);
    const program = join(dirname(realpathSync(library)), PDF_PROGRAM);
    const all = new Map([library, program, ...later.map(([, path]) => path)].flatMap(needs));
    const renamed = new Map();
    for (const [name, path] of all) {
        const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 8);
        renamed.set(name, name.replace(/\.so/, `-${digest}.so`));
    }
    for (const name of OPENED_LATER) {
        all.delete(name);
        renamed.delete(name);
    }
    const files = [
        [library, LIBRARY],
        [program, PDF_PROGRAM],
        ...later.map(([name, path]) => [path, RENAMED[name] ?? name]),
        ...[...all].map(([name, path]) => [path, renamed.get(name)]),
    ];
    for (const [source, name] of files) {
        const target = join(folder, name);
        copyFileSync(realpathSync(source), target);
        chmodSync(target, 0o755);
        run('strip', '--strip-unneeded', target);
        const wanted = run('patchelf', '--print-needed', target).split('\n').filter((item) => renamed.has(item));
        // One change at a time: some versions of patchelf fail with several.
        if (name !== PDF_PROGRAM) {
            run('patchelf', '--set-soname', name, target);
        }
        for (const item of wanted) {
            run('patchelf', '--replace-needed', item, renamed.get(item), target);
        }
        run('patchelf', '--force-rpath', '--set-rpath', '$ORIGIN', target);
    }
    for (const name of new Set([...all.values(), ...later.map(([, path]) => path)].map(owner).filter(Boolean))) {
        const text = `/usr/share/doc/${name}/copyright`;
        if (existsSync(text)) {
            copyFileSync(text, join(licences, `${name}.txt`));
        }
    }
}

const { values } = parseArgs({ options: { addon: { type: 'string' }, library: { type: 'string' }, stage: { type: 'string' }, out: { type: 'string' } } });
if (!values.addon || !values.library) {
    console.error('usage: node pack.mjs --addon FILE --library FILE [--stage FOLDER] [--out FOLDER]');
    process.exit(2);
}
if (values.stage) {
    rmSync(values.stage, { recursive: true, force: true });
    mkdirSync(values.stage, { recursive: true });
    copyPackage(values.stage);
    copyFileSync(values.addon, join(values.stage, PREBUILD, 'contextpack.glibc.node'));
    copyFileSync(values.library, join(values.stage, PREBUILD, LIBRARY));
    copyFileSync(join(dirname(realpathSync(values.library)), PDF_PROGRAM), join(values.stage, PREBUILD, PDF_PROGRAM));
} else {
    const out = resolve(values.out ?? join(project, 'dist'));
    const work = mkdtempSync(join(tmpdir(), 'contextpack-npm-'));
    try {
        copyPackage(work);
        copyFileSync(join(project, 'LICENSE'), join(work, 'LICENSE'));
        mkdirSync(join(work, 'LICENSES'));
        mkdirSync(join(work, 'include', 'node-api'), { recursive: true });
        cpSync(join(project, 'include', 'contextpack'), join(work, 'include', 'contextpack'), { recursive: true });
        const headers = findHeaders();
        for (const name of NODE_API) {
            copyFileSync(join(headers, name), join(work, 'include', 'node-api', name));
        }
        const addon = join(work, PREBUILD, 'contextpack.glibc.node');
        copyFileSync(values.addon, addon);
        run('strip', '--strip-unneeded', addon);
        bundle(values.library, join(work, PREBUILD), join(work, 'LICENSES'));
        mkdirSync(out, { recursive: true });
        run('npm', 'pack', '--silent', '--ignore-scripts', '--offline', '--pack-destination', out, work);
        const made = readdirSync(out).find((name) => name === `contextpack-${version()}.tgz`);
        console.log(join(out, made));
    } finally {
        rmSync(work, { recursive: true, force: true });
    }
}
