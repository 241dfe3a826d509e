'use strict';
// Symbols that Node has from 18.18 on; older versions use the same names.
module.exports = {
    dispose: Symbol.dispose ?? Symbol.for('nodejs.dispose'),
    asyncDispose: Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose'),
};
