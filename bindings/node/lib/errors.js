'use strict';

const addon = require('./load.js');
const { constants } = require('./generated.js');

function codeOf(code) {
    if (typeof code === 'number') {
        return code;
    }
    return constants[code] ?? constants[`CPK_ERROR_${code}`] ?? constants.CPK_ERROR_INTERNAL;
}

// What the library, or a driver, refused with. Drivers in JavaScript throw it to say which code they mean.
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
}

function fromParts([code, domain, message, native, retryable], cause) {
    return new ContextPackError(code, message, { domain, native, retryable: retryable === 1, cause });
}

// What the library is told of an error that JavaScript threw.
function toParts(error, code) {
    if (error instanceof ContextPackError) {
        return [error.code, error.domain, error.message, error.native, error.retryable ? 1 : 0];
    }
    const isAbort = error?.name === 'AbortError';
    const native = typeof error?.code === 'string' ? error.code : '';
    return [isAbort ? constants.CPK_ERROR_CANCELLED : code, 'node', messageOf(error), native, 0];
}

function messageOf(error) {
    return String(error?.message || error);
}

module.exports = { ContextPackError, fromParts, toParts, messageOf };
