// Builds the addon from source with the system's C compiler: node build.mjs [OUTPUT]
// It needs the headers of Node-API, which the package contains; in the source tree they come from Node or npm.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

// The folder with node_api.h, or null.
export function findHeaders() {
    const places = [
        process.env.NODE_API_HEADERS,
        join(here, 'include', 'node-api'),
        join(dirname(process.execPath), '..', 'include', 'node'),
        '/usr/include/node',
        '/usr/include/nodejs/src',
    ];
    try {
        places.push(createRequire(import.meta.url)('node-api-headers').include_dir);
    } catch {
        // not installed
    }
    return places.find((place) => place && existsSync(join(place, 'node_api.h'))) ?? null;
}

export function build(output) {
    const headers = findHeaders();
    const project = join(here, 'include', 'contextpack');
    if (!headers) {
        throw new Error('there is no node_api.h: install the npm package node-api-headers, or set NODE_API_HEADERS');
    }
    const sources = readdirSync(join(here, 'src')).filter((name) => name.endsWith('.c'));
    mkdirSync(dirname(output), { recursive: true });
    const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
    execFileSync(
        process.env.CC ?? 'cc',
        [
            '-std=c11', '-D_GNU_SOURCE', '-O2', '-fPIC', '-fvisibility=hidden', ...shared,
            `-I${existsSync(project) ? join(here, 'include') : join(here, '../../include')}`, `-I${headers}`,
            ...sources.map((name) => join(here, 'src', name)), '-o', output, '-pthread', '-ldl', '-lm',
        ],
        { stdio: 'inherit' },
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    if (process.argv[2] === '--headers') {
        console.log(findHeaders() ?? '');
    } else {
        build(process.argv[2] ?? join(here, 'build', 'Release', 'contextpack.node'));
    }
}
