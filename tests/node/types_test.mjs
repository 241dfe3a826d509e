// tsc --strict on programs that use the package. Needs npm with a registry the first time: types_test.mjs WORK_FOLDER
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const work = process.argv[2];
const here = dirname(fileURLToPath(import.meta.url));
mkdirSync(join(work, 'node_modules'), { recursive: true });
if (!existsSync(join(work, 'node_modules/typescript'))) {
    writeFileSync(join(work, 'package.json'), '{ "name": "types", "private": true }');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', 'typescript@5', '@types/node@18'], { cwd: work, stdio: 'inherit' });
}
const link = join(work, 'node_modules/contextpack');
rmSync(link, { force: true, recursive: true });
symlinkSync(process.env.CONTEXTPACK_PACKAGE, link);
for (const name of ['sample.mts', 'sample.cts']) {
    copyFileSync(join(here, 'types', name), join(work, name));
}
const options = {
    strict: true, module: 'node16', moduleResolution: 'node16', target: 'es2022', lib: ['es2022', 'esnext.disposable'], types: ['node'],
    noEmit: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: false, preserveSymlinks: true,
};
writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['sample.mts', 'sample.cts'] }));
execFileSync(process.execPath, [join(work, 'node_modules/typescript/bin/tsc'), '-p', work], { stdio: 'inherit' });
console.log('types: ok');
