'use strict';
// Node has these from 18.18 on; what it calls them before is what it calls them then.
module.exports = {
    dispose: Symbol.dispose ?? Symbol.for('nodejs.dispose'),
    asyncDispose: Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose'),
};
