// better-sqlite3, which npm puts into a folder the first time.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export async function betterSqlite3(folder) {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, 'node_modules/better-sqlite3'))) {
        writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true }');
        // Where it has no prebuilt binary it is compiled, for which Node's own headers will do.
        const prefix = join(process.execPath, '../..');
        const env = existsSync(join(prefix, 'include/node/node.h')) ? { ...process.env, npm_config_nodedir: prefix } : process.env;
        execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', 'better-sqlite3@11'], { cwd: folder, env, stdio: 'inherit' });
    }
    return createRequire(join(folder, 'package.json'))('better-sqlite3');
}
