'use strict';
// What JavaScript lends to an engine: drivers, a clock, randomness, a log. The numbers are those of src/bridge.h.

const { randomBytes } = require('node:crypto');
const { constants } = require('./generated.js');
const { ContextPackError } = require('./errors.js');
const { ByteReader, toBuffer } = require('./reader.js');
const { toMessage, fromMessage, pick } = require('./messages.js');

const hosts = new Map(); // a host's number -> Host
const waiting = new Map(); // a request's number -> AbortController
let lastHost = 0;

const ROWS_BATCH = 256;
const STEPS_BATCH = 64;
const STEPS_BATCH_BYTES = 262144;

// A worker does not wait for that answer any more.
function abandon(request) {
    waiting.get(request)?.abort();
    waiting.delete(request);
}

// Objects of a driver that the library knows by number.
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

const microsOf = (time) => (time === undefined || time === null ? null : Math.round(Number(time) * 1000));

/* ---- storage ---- */

function byteOrder([a], [b]) {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function describe(item) {
    return typeof item === 'string' ? [item, 0, null] : [item.key, item.size ?? 0, microsOf(item.modified)];
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
            return [info.size, microsOf(info.modified)];
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
        const changes = () => Number(result.changes ?? 0);
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
        return [number, Number(cursor.result.changes ?? 0), isDone ? 1 : 0, rows];
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

function usageOf(usage = {}) {
    return [
        usage.inputTokens ?? 0,
        usage.outputTokens ?? 0,
        usage.cachedInputTokens ?? 0,
        usage.costMicros ?? 0n,
    ];
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
    yield* answer;
}

function analyzerAnswers(driver) {
    const answers = new Table();

    function begin([systemPrompt, text, textTokens, messages, maxOutputTokens], request) {
        const controller = new AbortController();
        const frozen = Object.freeze({
            systemPrompt,
            text,
            textTokens,
            messages: Object.freeze(messages.map(toMessage)),
            maxOutputTokens: maxOutputTokens === 0 ? null : maxOutputTokens,
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
            if (done || typeof value?.usage === 'object') {
                return usageOf(value?.usage);
            }
            return typeof value === 'string' || Buffer.isBuffer(value) ? value : value?.usage === undefined ? value : usageOf();
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
    #wake = null; // a step is there
    #finished = null; // the generator's pending step
    #name;
    #count = 0;

    constructor(driver, name, size, canReadAt) {
        this.#name = driver.name;
        const reader = {
            name,
            size: size < 0 ? null : size,
            read: (length = 65536) => this.#ask([STEP.READ, length]),
            readAt: canReadAt ? (offset, length) => this.#ask([STEP.READ_AT, length, offset]) : null,
            async *[Symbol.asyncIterator]() {
                for (let piece = await this.read(); piece.length > 0; piece = await this.read()) {
                    yield piece;
                }
            },
        };
        this.#items = piecesOfExtractor(driver.extract(reader));
    }

    #ask(step) {
        return new Promise((resolve) => {
            this.#wish = { step, resolve };
            this.#wake?.();
        });
    }

    #stepOf(item) {
        if (item?.note !== undefined) {
            return [STEP.NOTE, pick(NOTES, item.note, 'note'), item.where ?? '', item.text ?? ''];
        }
        if (item?.progress !== undefined) {
            return [STEP.PROGRESS, item.progress];
        }
        return [STEP.MESSAGE, ...fromMessage(item, this.#name, this.#count++)];
    }

    // Up to a batch of steps; ends early where the generator wants bytes.
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
        this.#wish?.resolve(Buffer.alloc(0));
        this.#finished?.catch?.(() => {});
        Promise.resolve(this.#items.return?.()).catch(() => {});
    }
}

async function* piecesOfExtractor(items) {
    yield* await items;
}

const NOTES = new Map(
    Object.keys(constants)
        .filter((name) => name.startsWith('CPK_NOTE_'))
        .map((name) => [name.slice('CPK_NOTE_'.length).toLowerCase(), constants[name]]),
);

function extractorAnswers(drivers) {
    const running = new Table();
    return {
        80: ([index]) => drivers[index].destroy?.(),
        81: async ([index, head, name]) => {
            const sure = await drivers[index].sniff(head, name);
            return sure === true ? 100 : Math.round(Number(sure) || 0);
        },
        82: ([index, name, size, canReadAt]) => running.add(new Extraction(drivers[index], name, size, canReadAt !== 0)),
        83: ([number, bytes]) => running.get(number).next(bytes),
        84: ([number]) => running.take(number)?.end() ?? null,
    };
}

/* ---- a host ---- */

const LEVELS = { 1: 'error', 2: 'warning', 3: 'info', 4: 'debug' };

function microsNow(time) {
    return typeof time === 'bigint' ? time : Math.round(Number(time) * 1000);
}

class Host {
    #callbacks; // weak: see the companions in raw.js

    constructor({ storage, database, analyzer, extractors }, callbacks) {
        this.#callbacks = new WeakRef(callbacks);
        this.answers = {
            10: () => microsNow((this.#callbacks.deref()?.clock ?? Date.now)()),
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
        this.#callbacks.deref()?.log?.({ level: LEVELS[level] ?? 'debug', domain, message });
    }
}

function need(driver, kind, methods) {
    for (const method of methods) {
        if (typeof driver[method] !== 'function') {
            throw new ContextPackError('INVALID_ARGUMENT', `the ${kind} driver has no ${method}()`);
        }
    }
}

const DIALECTS = { sqlite: constants.CPK_DIALECT_SQLITE, postgresql: constants.CPK_DIALECT_POSTGRESQL };

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

// Registers what an engine is lent and gives what the addon needs to know of it; null when nothing is lent.
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
        analyzer: analyzer?.identity,
        extractors: extractors?.map((extractor) => extractor.name),
        clock: clock && true,
        random: random && true,
        log: log ? logLevel : 0,
    };
}

module.exports = { hosts, lend, abandon };
