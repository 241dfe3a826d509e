'use strict';
// Run by npm after installing: builds from source if the prebuilt binary does not work.

try {
    require('./lib/load.js');
} catch (reason) {
    console.log(`contextpack: no prebuilt binary works here (${reason.message.split('\n')[0]}); building from source`);
    import('./build.mjs')
        .then(({ build }) => build(require('node:path').join(__dirname, 'build', 'Release', 'contextpack.node')))
        .then(() => {
            delete require.cache[require.resolve('./lib/load.js')];
            require('./lib/load.js');
        })
        .catch((error) => {
            console.error(`contextpack: ${error.message}`);
            process.exitCode = 1;
        });
}
