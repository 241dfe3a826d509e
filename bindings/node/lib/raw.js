'use strict';
// The raw layer: the C functions by name, with plain values as arguments and results. Calls that take an engine or a session
// run on a worker and return promises.

const os = require('node:os');
const { AsyncLocalStorage } = require('node:async_hooks');
const addon = require('./load.js');
const { constants, factories, functions } = require('./generated.js');
const { ContextPackError, fromParts, toParts, messageOf } = require('./errors.js');
const { hosts, abandon } = require('./hosts.js');

const EVENT = { DONE: 0, PROGRESS: 1, NOTE: 2, ASK: 3, LOG: 4, RELEASE: 5, ABANDON: 6 };
const ASK = { READ: 1, WRITE: 2, ITEMS: 3, BARRIER: 4, SNIFF: 81 };
const FLAG = { PROGRESS: 1, NOTE: 2, STREAM: 4, PARTIAL: 8 };
const CAUSES_KEPT = 16;

const pending = new Map(); // a call's number -> Call
let lastId = 0;

// The call whose callback or driver is running: the call waits for what the callback awaits.
const running = new AsyncLocalStorage();
const sessions = new WeakSet(); // handles that make one call at a time

function nextId() {
    do {
        lastId = (lastId % 0xffffffff) + 1;
    } while (pending.has(lastId));
    return lastId;
}

const NESTED =
    "the session is in use: a callback of a call can't use the call's own session; open another one";

const oneLine = (text) => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

/*
 * One call on a worker. `control` may have: signal, progress(stage, done, total), note(note, where, text),
 * stream(bytes), items(batch), reader { read(capacity), close() }, partial, maxChunks, maxTokens,
 * password.
 */
class Call {
    constructor(control, subject) {
        this.id = nextId();
        this.subject = subject; // the session of the call
        this.outer = running.getStore();
        this.control = control;
        this.causes = [];
        this.thrown = null;
        this.told = null; // the promise of the latest callback
        this.promise = new Promise((resolve, reject) => {
            this.resolve = resolve;
            this.reject = reject;
        });
    }

    // A callback threw: stops the call, which fails with that error.
    stop(error) {
        this.thrown ??= { error };
        addon.cancel(this.id);
    }

    remember(error, code) {
        this.causes.push({ error, code });
        if (this.causes.length > CAUSES_KEPT) {
            this.causes.shift();
        }
    }

    // Whether a new call on a session would deadlock with the call that waits for it.
    static isAwaitedBy(subject) {
        for (let call = running.getStore(); call; call = call.outer) {
            if (call.subject === subject && pending.get(call.id) === call) {
                return true;
            }
        }
        return false;
    }

    guard(callback, ...values) {
        try {
            const result = running.run(this, callback, ...values);
            if (typeof result?.then === 'function') {
                this.told = result.then(undefined, (error) => this.stop(error));
            }
        } catch (error) {
            this.stop(error);
        }
    }

    ask(method, values) {
        switch (method) {
            case ASK.READ:
                return this.control.reader.read(values[0]);
            case ASK.WRITE:
                return this.control.stream(values[0]);
            case ASK.ITEMS:
                return this.control.items?.(values[0]);
            default: // earlier data has been taken
                return this.told ?? null;
        }
    }

    causeOf(parts) {
        if (this.thrown) {
            return this.thrown.error;
        }
        const { signal } = this.control;
        if (parts[0] === constants.CPK_ERROR_CANCELLED && signal?.aborted) {
            return signal.reason;
        }
        const text = oneLine(parts[2]);
        const told = this.causes.findLast(({ error }) => text.includes(oneLine(messageOf(error))));
        // If the library summarises several failures: the last one of that kind. A missing blob is rarely the cause.
        const alike = ({ code }) => code === parts[0] && code !== constants.CPK_ERROR_NOT_FOUND;
        return (told ?? this.causes.findLast(alike))?.error;
    }

    settle(error, value, data) {
        pending.delete(this.id);
        this.control.signal?.removeEventListener('abort', this.onAbort);
        this.control.reader?.close();
        if (error) {
            const made = fromParts(error, this.causeOf(error));
            Object.defineProperty(made, 'partial', { value, enumerable: false, writable: true });
            this.reject(made);
        } else {
            this.resolve(data === null ? value : { value, data });
        }
    }
}

function isNothing(value) {
    return value === null || value === undefined;
}

function flagsOf(control) {
    return (
        (control.progress ? FLAG.PROGRESS : 0) |
        (control.note ? FLAG.NOTE : 0) |
        (control.stream ? FLAG.STREAM : 0) |
        (control.partial ? FLAG.PARTIAL : 0)
    );
}

function begin(start, control, subject) {
    const { signal } = control;
    const call = new Call(control, sessions.has(subject) ? subject : undefined);
    if (call.subject && Call.isAwaitedBy(subject)) {
        control.reader?.close();
        call.reject(new ContextPackError('CONFLICT', NESTED));
        return call.promise;
    }
    if (signal?.aborted) {
        call.settle([constants.CPK_ERROR_CANCELLED, 'node', 'the call was aborted before it began', '', 0], null, null);
        return call.promise;
    }
    pending.set(call.id, call);
    try {
        start(call.id, flagsOf(control));
    } catch (error) {
        pending.delete(call.id);
        control.reader?.close();
        const { code, message } = error;
        call.reject(
            new ContextPackError(code === 'ERR_INVALID_STATE' ? 'CONFLICT' : 'INVALID_ARGUMENT', message, { cause: error }),
        );
        return call.promise;
    }
    control.begun?.((isIdle) => addon.idle(call.id, isIdle));
    if (signal) {
        call.onAbort = () => addon.cancel(call.id);
        signal.addEventListener('abort', call.onAbort, { once: true });
    }
    return call.promise;
}

/* ---- events of the addon ---- */

const failureCode = (method) =>
    method < 10 ? constants.CPK_ERROR_IO
    : method < 20 ? constants.CPK_ERROR_INTERNAL // the names of the clock and the random source in errors of the library
    : method < 40 ? constants.CPK_ERROR_STORAGE
    : method < 60 ? constants.CPK_ERROR_DATABASE
    : method < 80 ? constants.CPK_ERROR_ANALYZER
    : constants.CPK_ERROR_INVALID_DATA;

function onAsk(id, callId, hostId, method, values) {
    const call = pending.get(callId);
    const fail = (error) => {
        if (call && !hostId) {
            call.thrown ??= { error };
        } else if (call && method === ASK.SNIFF) { // the library does not get an error there
            call.stop(error);
        }
        const parts = toParts(error, failureCode(method));
        call?.remember(error, parts[0]);
        addon.answer(id, parts, null);
    };
    try {
        const ask = () => (hostId ? hosts.get(hostId).ask(method, values, id) : call.ask(method, values));
        const result = call ? running.run(call, ask) : ask();
        if (typeof result?.then === 'function') {
            result.then((value) => addon.answer(id, null, value), fail);
        } else {
            addon.answer(id, null, result);
        }
    } catch (error) {
        fail(error);
    }
}

function dispatch(kind, id, a, b, c, d) {
    const call = pending.get(id);
    switch (kind) {
        case EVENT.DONE:
            call?.settle(a, b, c);
            break;
        case EVENT.PROGRESS:
            call?.guard(call.control.progress, a, b, c);
            break;
        case EVENT.NOTE:
            call?.guard(call.control.note, ...a);
            break;
        case EVENT.ASK:
            onAsk(id, a, b, c, d);
            break;
        case EVENT.LOG:
            hosts.get(id)?.log(...a);
            break;
        case EVENT.RELEASE:
            hosts.delete(id);
            break;
        default:
            abandon(id);
    }
}

addon.setup(dispatch, factories, Math.max(4, os.availableParallelism?.() ?? os.cpus().length));

/* ---- the functions ---- */

function page([items, next]) {
    return Object.freeze({ items: Object.freeze(items), next });
}

function shaper({ outs, page: pageIndex, writes }) {
    const shapeAt = (value, index) => (index === pageIndex && Array.isArray(value) ? page(value) : value);
    const named =
        outs.length > 1
            ? (values) => Object.fromEntries(outs.map((name, index) => [name, shapeAt(values[index], index)]))
            : (value) => shapeAt(value, 0);
    if (!writes) {
        return named;
    }
    return (result) => {
        const hasData = !isNothing(result?.data) && Buffer.isBuffer(result.data);
        const value = hasData ? result.value : result;
        const data = hasData ? result.data : Buffer.alloc(0);
        return outs.length === 0 ? data : { [outs[0]]: value, data };
    };
}

// Objects provided to an engine live as long as its handle, its sessions' handles and their calls. A global list would keep
// engines alive that these objects refer to.
const companions = new WeakMap();

function makeAsync(name, description) {
    const shape = shaper(description);
    const start = addon.start[name];
    const { opens } = description; // an engine, a session or nothing
    return (...values) => {
        const given = values[description.inputs] ?? {};
        const companion = given.companion ?? companions.get(values[0]);
        const control = companion ? { ...given, companion } : given;
        values.length = description.inputs;
        if (control.maxChunks || control.maxTokens || !isNothing(control.password)) {
            values.push(control.maxChunks ?? 0, control.maxTokens ?? 0, control.password);
        }
        const finish = (result) => {
            const shaped = shape(result);
            if (opens && companion) {
                companions.set(shaped, companion);
            }
            if (opens === 'session') {
                sessions.add(shaped);
            }
            return shaped;
        };
        return begin((id, flags) => start(id, flags, ...values), control, values[0]).then(finish, (error) => {
            if (!isNothing(error.partial)) {
                error.partial = shape(error.partial);
            }
            throw error;
        });
    };
}

function makeSync(name) {
    const now = addon.now[name];
    return (...values) => {
        try {
            return now(...values);
        } catch (error) {
            throw error.parts
                ? fromParts(error.parts)
                : new ContextPackError('INVALID_ARGUMENT', error.message, { cause: error });
        }
    };
}

const raw = { constants };
for (const [name, description] of Object.entries(functions)) {
    if (description.isAsync) {
        raw[name] = makeAsync(name, description);
    } else if (description.outs.length > 0) {
        raw[name] = makeSync(name);
        raw[`${name}_async`] = makeAsync(name, description);
    } else {
        raw[name] = addon.now[name];
    }
}
for (const name of ['cpk_engine_close', 'cpk_session_close']) {
    raw[name] = (handle) => begin((id) => addon.close(handle, id), {}, handle);
}

module.exports = Object.freeze(raw);
