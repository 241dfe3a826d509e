'use strict';

const addon = require('./load.js');
const { constants } = require('./generated.js');

function codeOf(code) {
    if (typeof code === 'number') {
        return code;
    }
    return constants[code] ?? constants[`CPK_ERROR_${code}`] ?? constants.CPK_ERROR_INTERNAL;
}

// Marks errors of this package for other copies of it in the same process.
const BRAND = Symbol.for('contextpack.ContextPackError');

// The error of every failing call. Drivers in JavaScript throw it to choose an error code.
class ContextPackError extends Error {
    constructor(code, message, { domain = 'node', native = '', retryable = false, cause } = {}) {
        super(message, cause === undefined ? undefined : { cause });
        this.code = codeOf(code);
        this.codeName = addon.now.cpk_status_name(this.code);
        this.domain = domain;
        this.native = native;
        this.retryable = Boolean(retryable);
    }

    get name() {
        return 'ContextPackError';
    }

    get [BRAND]() {
        return true;
    }
}

function fromParts([code, domain, message, native, retryable], cause) {
    return new ContextPackError(code, message, { domain, native, retryable: retryable === 1, cause });
}

// Reads a property of a thrown value, which may be anything: a getter or a Proxy may throw too.
function ask(error, name) {
    try {
        return error?.[name];
    } catch {
        return undefined;
    }
}

const textOf = (value) => (typeof value === 'string' ? value : '');

// Converts a thrown value to an error of the library.
function toParts(error, code) {
    const own = ask(error, 'code');
    if (ask(error, BRAND) === true && Number.isInteger(own) && own > 0 && own < 1000) {
        const domain = textOf(ask(error, 'domain')) || 'node';
        return [own, domain, messageOf(error), textOf(ask(error, 'native')), ask(error, 'retryable') === true ? 1 : 0];
    }
    const isAbort = ask(error, 'name') === 'AbortError';
    return [isAbort ? constants.CPK_ERROR_CANCELLED : code, 'node', messageOf(error), textOf(own), 0];
}

function messageOf(error) {
    const message = textOf(ask(error, 'message'));
    if (message) {
        return message;
    }
    try {
        return String(error);
    } catch {
        return 'an error that tells nothing of itself was thrown';
    }
}

module.exports = { ContextPackError, fromParts, toParts, messageOf };
