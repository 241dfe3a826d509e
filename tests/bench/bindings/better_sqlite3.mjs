// better-sqlite3, which npm puts into a folder the first time.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export async function betterSqlite3(folder) {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, 'node_modules/better-sqlite3'))) {
        writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true }');
        // It is compiled, with Node's own headers where they are installed: looking for a prebuilt binary on the network
        // takes as long. Unoptimised it takes a third of the time; for a figure to publish, set CFLAGS=-O3 and an empty folder.
        const CFLAGS = process.env.CFLAGS ?? '-O0 -g0';
        const env = { ...process.env, npm_config_build_from_source: 'true', CFLAGS, CXXFLAGS: CFLAGS };
        const prefix = join(process.execPath, '../..');
        if (existsSync(join(prefix, 'include/node/node.h'))) {
            env.npm_config_nodedir = prefix;
        }
        execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', 'better-sqlite3@11'], { cwd: folder, env, stdio: 'inherit' });
    }
    return createRequire(join(folder, 'package.json'))('better-sqlite3');
}
