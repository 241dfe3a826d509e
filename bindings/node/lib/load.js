'use strict';
// Finds the addon: the one built from source, else the prebuilt one of this platform.

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

function isMusl() {
    return process.platform === 'linux' && !process.report?.getReport().header.glibcVersionRuntime;
}

function candidates() {
    const tag = `${process.platform}-${process.arch}`;
    const names = isMusl() ? ['contextpack.musl.node'] : ['contextpack.glibc.node', 'contextpack.node'];
    return [
        path.join(root, 'build', 'Release', 'contextpack.node'),
        ...names.map((name) => path.join(root, 'prebuilds', tag, name)),
    ];
}

function load() {
    const found = candidates().find((name) => fs.existsSync(name));
    if (!found) {
        throw new Error(
            `contextpack has no binary for ${process.platform}-${process.arch}: ` +
                `install a C compiler and libcontextpack, and run "npm rebuild contextpack"`,
        );
    }
    return require(found);
}

module.exports = load();
