'use strict';

const raw = require('./lib/raw.js');
const { ContextPackError } = require('./lib/errors.js');
const engine = require('./lib/engine.js');
const { Session } = require('./lib/session.js');

module.exports = {
    Engine: engine.Engine,
    Session,
    ContextPackError,
    open: engine.Engine.open,
    build: engine.build,
    version: raw.cpk_version(),
    constants: raw.constants,
    countTokens: engine.countTokens,
    countTokensAsync: engine.countTokensAsync,
    encodeTokens: engine.encodeTokens,
    redact: engine.redact,
    listSettings: engine.listSettings,
    listTextSettings: engine.listTextSettings,
    names: engine.names,
};
