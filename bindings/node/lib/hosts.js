'use strict';
// Objects that JavaScript provides to an engine: drivers, a clock, a random source, a log. The numbers are those of
// src/bridge.h.

const { randomBytes } = require('node:crypto');
const { constants, enums } = require('./generated.js');
const { ContextPackError, messageOf } = require('./errors.js');
const { ByteReader, toBuffer } = require('./reader.js');
const { toMessage, fromMessage, pick } = require('./messages.js');

const hosts = new Map(); // a host's number -> Host
const waiting = new Map(); // a request's number -> AbortController
let lastHost = 0;

const ROWS_BATCH = 256;
const STEPS_BATCH = 64;
const STEPS_BATCH_BYTES = 262144;

// A worker no longer waits for that answer.
function abandon(request) {
    waiting.get(request)?.abort();
    waiting.delete(request);
}

const READ_BYTES_MAX = 16 << 20; // as in src/extractor.c

function lengthOf(length) {
    if (!(Number.isInteger(length) && length >= 1 && length <= READ_BYTES_MAX)) {
        throw new TypeError(`a reader reads 1 to ${READ_BYTES_MAX} bytes at once, not ${String(length)}`);
    }
    return length;
}

// Objects of a driver that the library refers to by number.
class Table {
    #items = new Map();
    #last = 0;

    add(item) {
        this.#last = (this.#last % 0x7fffffff) + 1;
        this.#items.set(this.#last, item);
        return this.#last;
    }

    get(number) {
        return this.#items.get(number);
    }

    take(number) {
        const item = this.#items.get(number);
        this.#items.delete(number);
        return item;
    }
}

function typeOf(value) {
    return value === null ? 'null' : typeof value;
}

// Checks a count that a driver or callback returned: an integer of 64 bits, never rounded or truncated.
function integerOf(value, what, fallback) {
    if (value === undefined && fallback !== undefined) {
        return fallback;
    }
    const isInteger = typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
    if (!isInteger) {
        throw new TypeError(`${what} must be an integer, not ${typeof value === 'number' ? value : typeOf(value)}`);
    }
    return value;
}

// A time as Date, milliseconds, or microseconds in a bigint.
function microsOf(time, what) {
    if (typeof time === 'bigint') {
        return integerOf(time, what);
    }
    const milliseconds = time instanceof Date ? time.getTime() : time;
    if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds)) {
        throw new TypeError(`${what} must be a Date, milliseconds, or microseconds in a bigint`);
    }
    return integerOf(Math.round(milliseconds * 1000), what);
}

const microsOrNull = (time, what) => (time === undefined || time === null ? null : microsOf(time, what));

function textOf(value, what) {
    if (typeof value !== 'string' || value.includes('\0')) {
        throw new TypeError(`${what} must be a string without NUL characters`);
    }
    return value;
}

/* ---- storage ---- */

function byteOrder([a], [b]) {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function describe(item) {
    if (typeof item === 'string') {
        return [textOf(item, "a blob's key"), 0, null];
    }
    const modified = microsOrNull(item.modified, "a blob's time");
    return [textOf(item.key, "a blob's key"), integerOf(item.size, "a blob's size", 0), modified];
}

function storageAnswers(driver) {
    const writers = new Table();
    const readers = new Table();
    return {
        20: () => driver.destroy?.(),
        21: async ([key, size]) => writers.add(await driver.openWrite(key, size < 0 ? null : size)),
        22: ([number, bytes]) => Promise.resolve(writers.get(number).write(bytes)).then(() => null),
        23: ([number, commit]) => Promise.resolve(writers.take(number).close(commit !== 0)).then(() => null),
        24: async ([key, offset, length]) => {
            const source = await driver.openRead(key, offset, length < 0 ? null : length);
            if (source === null || source === undefined) {
                throw new ContextPackError('NOT_FOUND', `no blob ${key}`, { domain: 'storage' });
            }
            return readers.add(new ByteReader(source));
        },
        25: ([number, capacity]) => readers.get(number).readFully(capacity),
        26: ([number]) => readers.take(number)?.close() ?? null,
        27: async ([key]) => {
            const info = await driver.stat(key);
            if (!info) {
                throw new ContextPackError('NOT_FOUND', `no blob ${key}`, { domain: 'storage' });
            }
            return [integerOf(info.size, "a blob's size"), microsOrNull(info.modified, "a blob's time")];
        },
        28: ([key]) => Promise.resolve(driver.remove(key)).then(() => null),
        29: async ([prefix]) => {
            const found = [];
            for await (const item of (await driver.list(prefix)) ?? []) {
                found.push(describe(item));
            }
            return found.sort(byteOrder);
        },
    };
}

/* ---- database ---- */

const ACTORS = { 1: 'user', 2: 'service', 3: 'admin', 4: 'migration' };
const VALUE_TYPES = { 1: 'int64', 2: 'double', 3: 'text', 4: 'blob' };

function rowOf(row) {
    return Array.isArray(row) ? row : Object.values(row);
}

async function nextRows(cursor) {
    const rows = [];
    while (rows.length < ROWS_BATCH) {
        const { done, value } = await cursor.iterator.next();
        if (done) {
            return [rows, true];
        }
        rows.push(rowOf(value));
    }
    return [rows, false];
}

function databaseAnswers(driver) {
    const sessions = new Table();
    const cursors = new Table();

    async function execute([number, statementId, sql, values, types]) {
        const result =
            (await sessions.get(number).execute(sql, values, {
                statementId,
                types: types.map((type) => VALUE_TYPES[type]),
            })) ?? {};
        const rows = result.rows ?? [];
        const changes = () => integerOf(result.changes ?? 0, 'changes');
        if (Array.isArray(rows)) {
            return [0, changes(), 1, rows.map(rowOf)];
        }
        const cursor = { result, iterator: (rows[Symbol.asyncIterator] ?? rows[Symbol.iterator]).call(rows) };
        const [first, isDone] = await nextRows(cursor);
        return [isDone ? 0 : cursors.add(cursor), changes(), isDone ? 1 : 0, first];
    }

    async function next([number]) {
        const cursor = cursors.get(number);
        const [rows, isDone] = await nextRows(cursor);
        if (isDone) {
            cursors.take(number);
        }
        return [number, integerOf(cursor.result.changes ?? 0, 'changes'), isDone ? 1 : 0, rows];
    }

    const nothing = (value) => Promise.resolve(value).then(() => null);
    return {
        40: () => driver.destroy?.(),
        41: async ([kind, userId]) => sessions.add(await driver.openSession({ kind: ACTORS[kind] ?? 'service', userId })),
        42: ([number]) => nothing(sessions.take(number)?.close?.()),
        43: ([number, mode]) =>
            nothing(sessions.get(number).begin(mode === constants.CPK_TRANSACTION_WRITE ? 'write' : 'read')),
        44: ([number]) => nothing(sessions.get(number).commit()),
        45: ([number]) => nothing(sessions.get(number).rollback()),
        46: execute,
        47: next,
        48: ([number]) => nothing(cursors.take(number)?.iterator.return?.()),
    };
}

/* ---- analyzer ---- */

function usageOf(usage) {
    if (usage !== undefined && (typeof usage !== 'object' || usage === null)) {
        throw new TypeError(`an analyzer's usage must be an object, not ${typeOf(usage)}`);
    }
    const names = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'costMicros', 'reasoningOutputTokens'];
    const outcome = usage?.outcome ?? 'complete';
    if (!Object.hasOwn(enums.ANSWER, outcome)) {
        throw new TypeError(`an analyzer's outcome is one of ${Object.keys(enums.ANSWER).join(', ')}, not ${outcome}`);
    }
    const requests = integerOf(usage?.requestCount ?? 0, 'requestCount');
    return [...names.map((name) => integerOf(usage?.[name] ?? 0, name)), enums.ANSWER[outcome], requests];
}

// An answer is text, { text, usage }, or pieces of text, of which the last may be { usage }.
async function* piecesOf(answer) {
    if (typeof answer === 'string' || Buffer.isBuffer(answer)) {
        yield answer;
        return;
    }
    if (answer && typeof answer.text === 'string') {
        yield answer.text;
        yield { usage: answer.usage };
        return;
    }
    if (typeof (answer?.[Symbol.asyncIterator] ?? answer?.[Symbol.iterator]) !== 'function') {
        throw new TypeError(`an analyzer's answer must be text, { text, usage } or an iterable of text, not ${typeOf(answer)}`);
    }
    yield* answer;
}

function analyzerAnswers(driver) {
    const answers = new Table();

    function begin([systemPrompt, text, textTokens, messages, maxOutputTokens, responseSchema, responseName], request) {
        const controller = new AbortController();
        const frozen = Object.freeze({
            systemPrompt,
            text,
            textTokens,
            messages: Object.freeze(messages.map(toMessage)),
            maxOutputTokens: maxOutputTokens === 0 ? null : maxOutputTokens,
            responseSchema,
            responseName,
        });
        waiting.set(request, controller);
        const answer = Promise.resolve(driver.analyze(frozen, { signal: controller.signal }));
        const started = answer.then((value) => {
            waiting.delete(request);
            return answers.add({ controller, pieces: piecesOf(value) });
        });
        return started.catch((error) => {
            waiting.delete(request);
            throw error;
        });
    }

    async function next([number], request) {
        const answer = answers.get(number);
        waiting.set(request, answer.controller);
        try {
            const { done, value } = await answer.pieces.next();
            if (done) {
                return usageOf(value?.usage);
            }
            if (typeof value === 'string' || Buffer.isBuffer(value)) {
                return value;
            }
            if (typeof value !== 'object' || value === null || !('usage' in value)) {
                throw new TypeError(`an analyzer's answer is pieces of text, not ${typeOf(value)}`);
            }
            return usageOf(value.usage);
        } finally {
            waiting.delete(request);
        }
    }

    return {
        60: () => driver.destroy?.(),
        61: begin,
        62: next,
        63: ([number]) => {
            answers.take(number)?.pieces.return?.().catch(() => {});
            return null;
        },
    };
}

/* ---- extractors ---- */

const STEP = { END: 0, MESSAGE: 1, NOTE: 2, READ: 3, READ_AT: 4, PROGRESS: 5 };

/*
 * Runs an extractor's generator beside the worker that reads for it: each answer to the worker is a list of steps, and
 * a wish for bytes ends that list.
 */
class Extraction {
    #items;
    #wish = null; // the read that the generator waits for
    #wake = null; // a step is available
    #finished = null; // the generator's pending step
    #name;
    #count = 0;

    #isOver = false;

    constructor(driver, name, size, canReadAt, password) {
        this.#name = driver.name;
        const reader = {
            name,
            size: size < 0 ? null : size,
            password: password ?? null,
            read: async (length = 65536) => this.#ask([STEP.READ, lengthOf(length)]),
            readAt: canReadAt
                ? async (offset, length) => this.#ask([STEP.READ_AT, lengthOf(length), integerOf(offset, 'offset')])
                : null,
            async *[Symbol.asyncIterator]() {
                for (let piece = await this.read(); piece.length > 0; piece = await this.read()) {
                    yield piece;
                }
            },
        };
        this.#items = piecesOfExtractor(driver.extract(reader));
    }

    #ask(step) {
        if (this.#isOver) {
            const message = 'the reader was kept beyond the call that it was made for';
            return Promise.reject(new ContextPackError('INVALID_ARGUMENT', message));
        }
        if (this.#wish) {
            return Promise.reject(new ContextPackError('CONFLICT', 'another read of this reader is not answered yet'));
        }
        const read = new Promise((resolve, reject) => {
            this.#wish = { step, resolve, reject };
            this.#wake?.();
        });
        read.catch(() => {}); // an extractor may end without taking it
        return read;
    }

    #stepOf(item) {
        if (item?.note !== undefined) {
            return [STEP.NOTE, pick(NOTES, item.note, 'note'), textOf(item.where ?? '', 'where'), textOf(item.text ?? '', 'text')];
        }
        if (item?.progress !== undefined) {
            return [STEP.PROGRESS, integerOf(item.progress, 'progress')];
        }
        if (typeof item !== 'object' || item === null) {
            throw new TypeError(`an extractor gives messages, notes and progress, not ${typeOf(item)}`);
        }
        return [STEP.MESSAGE, ...fromMessage(item, this.#name, this.#count++)];
    }

    // Collects a batch of steps; ends early if the generator wants bytes.
    async next(bytes) {
        const steps = [];
        let size = 0;
        if (this.#wish) {
            const { resolve } = this.#wish;
            this.#wish = null;
            resolve(bytes ?? Buffer.alloc(0));
        }
        while (steps.length < STEPS_BATCH && size < STEPS_BATCH_BYTES) {
            this.#finished ??= this.#items.next();
            const woken = new Promise((resolve) => {
                this.#wake = () => resolve(null);
            });
            const result = this.#wish ? null : await Promise.race([this.#finished, woken]);
            if (result === null) {
                steps.push(this.#wish.step);
                return steps;
            }
            this.#finished = null;
            if (result.done) {
                steps.push([STEP.END]);
                return steps;
            }
            steps.push(this.#stepOf(result.value));
            size += result.value?.text?.length ?? 0;
        }
        return steps;
    }

    end() {
        this.#isOver = true;
        this.#wish?.reject(new ContextPackError('CANCELLED', 'the call that the reader was made for has ended'));
        this.#wish = null;
        this.#finished?.catch?.(() => {});
        Promise.resolve(this.#items.return?.()).catch(() => {});
    }
}

async function* piecesOfExtractor(items) {
    yield* await items;
}

const NOTES = new Map(Object.entries(enums.NOTE));

function extractorAnswers(drivers) {
    const running = new Table();
    return {
        80: ([index]) => drivers[index].destroy?.(),
        81: async ([index, head, name]) => {
            const sure = await drivers[index].sniff(head, name);
            if (typeof sure === 'boolean' || sure === undefined || sure === null) {
                return sure ? 100 : 0;
            }
            if (!(Number.isInteger(sure) && sure >= 0 && sure <= 100)) {
                throw new TypeError(`sniff() must say how sure it is by a boolean or an integer from 0 to 100, not ${String(sure)}`);
            }
            return sure;
        },
        82: ([index, name, size, canReadAt, password]) =>
            running.add(new Extraction(drivers[index], name, size, canReadAt !== 0, password)),
        83: ([number, bytes]) => running.get(number).next(bytes),
        84: ([number]) => running.take(number)?.end() ?? null,
    };
}

/* ---- a host ---- */

const LEVELS = { 1: 'error', 2: 'warning', 3: 'info', 4: 'debug' };

class Host {
    #callbacks; // weak: see the companions in raw.js

    constructor({ storage, database, analyzer, extractors }, callbacks) {
        this.#callbacks = new WeakRef(callbacks);
        this.answers = {
            10: () => microsOf((this.#callbacks.deref()?.clock ?? Date.now)(), 'what clock() returns'),
            11: ([length]) => toBuffer((this.#callbacks.deref()?.random ?? randomBytes)(length)),
            ...(storage && storageAnswers(storage)),
            ...(database && databaseAnswers(database)),
            ...(analyzer && analyzerAnswers(analyzer)),
            ...(extractors && extractorAnswers(extractors)),
        };
    }

    ask(method, values, request) {
        return this.answers[method](values, request);
    }

    log(level, domain, message) {
        try {
            this.#callbacks.deref()?.log?.({ level: LEVELS[level] ?? 'debug', domain, message });
        } catch (error) { // no call waits for the answer
            process.emitWarning(`the log callback threw: ${messageOf(error)}`, 'ContextPackWarning');
        }
    }
}

function need(driver, kind, methods) {
    for (const method of methods) {
        if (typeof driver[method] !== 'function') {
            throw new ContextPackError('INVALID_ARGUMENT', `the ${kind} driver has no ${method}()`);
        }
    }
}

const DIALECTS = enums.DIALECT;

function checkDrivers({ storage, database, analyzer, extractors = [] }) {
    if (storage) {
        need(storage, 'storage', ['openWrite', 'openRead', 'stat', 'remove', 'list']);
    }
    if (database) {
        need(database, 'database', ['openSession']);
        if (!(database.dialect in DIALECTS)) {
            throw new ContextPackError('INVALID_ARGUMENT', "the database driver's dialect must be sqlite or postgresql");
        }
    }
    if (analyzer) {
        need(analyzer, 'analyzer', ['analyze']);
        if (typeof analyzer.identity !== 'string' || analyzer.identity === '') {
            throw new ContextPackError('INVALID_ARGUMENT', 'the analyzer driver has no identity, like "mine/1"');
        }
    }
    for (const extractor of extractors) {
        need(extractor, 'extractor', ['sniff', 'extract']);
        if (!/^[a-z0-9-]{1,63}$/.test(extractor.name)) {
            throw new ContextPackError('INVALID_ARGUMENT', "an extractor driver's name is of a-z, 0-9 and -");
        }
    }
}

// Registers the objects provided to an engine and returns their description for the addon; null if there are none.
function lend(lent, logLevel) {
    if (Object.values(lent).every((item) => item === undefined)) {
        return null;
    }
    checkDrivers(lent);
    const { storage, database, analyzer, extractors, clock, random, log } = lent;
    const host = ++lastHost;
    const callbacks = { clock, random, log };
    hosts.set(host, new Host(lent, callbacks));
    return {
        host,
        callbacks,
        storage: storage && true,
        database: database && [
            DIALECTS[database.dialect],
            database.rowSecurity ? constants.CPK_DATABASE_CAN_ROW_SECURITY : 0,
        ],
        analyzer: analyzer && [
            analyzer.identity,
            (analyzer.isModel ? constants.CPK_ANALYZER_IS_MODEL : 0) | (analyzer.isRemote ? constants.CPK_ANALYZER_IS_REMOTE : 0),
        ],
        extractors: extractors?.map((extractor) => extractor.name),
        clock: clock && true,
        random: random && true,
        log: log ? logLevel : 0,
    };
}

module.exports = { hosts, lend, abandon };
