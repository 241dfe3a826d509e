'use strict';

const raw = require('./raw.js');
const { constants } = raw;
const { ContextPackError } = require('./errors.js');
const { lend, hosts } = require('./hosts.js');
const { toInput } = require('./input.js');
const { toControl, NOTES } = require('./control.js');
const { enums } = require('./generated.js');
const { toMessage, pick } = require('./messages.js');
const { ByteStream, ItemStream } = require('./streams.js');
const { Session } = require('./session.js');
const { asyncDispose, dispose } = require('./symbols.js');

const TOKEN_KINDS = new Map([['user', constants.CPK_TOKEN_USER], ['service', constants.CPK_TOKEN_SERVICE]]);
const LEVELS = new Map(Object.entries(enums.LOG_LEVEL));
const OUTCOMES = ['passed', 'warning', 'failed'];
const SOURCE_TYPES = { 1: 'chat_export', 2: 'document', 3: 'url', 4: 'text' };
const FORMER = 'the engine is closed';

// Splits settings into numbers and texts.
function splitSettings(settings = {}) {
    const entries = Object.entries(settings);
    const isText = ([, value]) => typeof value === 'string' || value === null;
    return { settings: entries.filter((entry) => !isText(entry)), textSettings: entries.filter(isText) };
}

const uriOrDriver = (value) => (typeof value === 'object' && value !== null ? { driver: value } : { uri: value });

// The library rejects unknown names.
function encodingCode(name) {
    return name === undefined ? 0 : raw.cpk_encoding_from_name(String(name)) || -1;
}

function toReport({ sourceType, isPartial, ...rest }) {
    return Object.freeze({ ...rest, isPartial: isPartial !== 0, type: SOURCE_TYPES[sourceType] ?? 'unknown' });
}

// The counts of rows are the lengths of the lists.
function toInspection({ providers, notes, providerCount: _providers, noteCount: _notes, ...rest }) {
    return Object.freeze({
        ...rest,
        providers: Object.freeze(providers.map((provider) => Object.freeze(provider))),
        notes: Object.freeze(notes.map(({ kind, place, text }) => Object.freeze({ kind: NOTES[kind] ?? 'unknown', where: place, text }))),
    });
}

function toChunk([index, offset, length, tokens, text]) {
    return Object.freeze({ index, offset, length, tokens, text });
}

async function migrations(run) {
    const found = new Map();
    await run((batch) => {
        for (const [number, ...rest] of batch) {
            const entry = found.get(number) ?? { number, name: null, applied: false, changes: [] };
            found.set(number, entry);
            if (rest.length === 1) {
                entry.changes.push(rest[0]);
            } else {
                entry.name = rest[0];
                entry.applied = rest[1] === 1;
            }
        }
        return null;
    });
    return [...found.values()];
}

class Engine {
    #handle;
    #closing = null;
    #streams = new Set(); // functions that end unfinished iterators and streams

    constructor(handle) {
        if (typeof handle !== 'object' || handle === null) {
            throw new ContextPackError('INVALID_ARGUMENT', 'an engine is opened with Engine.open()');
        }
        this.#handle = handle;
    }

    static open(options = {}) {
        return Engine.#opened(options, 0);
    }

    static async #opened(options, flags) {
        const database = uriOrDriver(options.database);
        const storage = uriOrDriver(options.storage);
        const analyzer = uriOrDriver(options.analyzer);
        const { extractors, clock, random, log, logLevel = 'warning' } = options;
        const lent = lend(
            { database: database.driver, storage: storage.driver, analyzer: analyzer.driver, extractors, clock, random, log },
            pick(LEVELS, logLevel, 'logLevel'),
        );
        const rawOptions = {
            database: database.uri,
            storage: storage.uri,
            analyzer: analyzer.uri,
            flags: flags |
                (options.migrate === false ? constants.CPK_ENGINE_NO_MIGRATE : 0) |
                (options.create === false ? constants.CPK_ENGINE_NO_CREATE : 0),
            ...splitSettings(options.settings),
            lent,
        };
        try {
            return new Engine(await raw.cpk_engine_open(rawOptions, { signal: options.signal, companion: lent?.callbacks }));
        } catch (error) {
            hosts.delete(lent?.host);
            throw error;
        }
    }

    get #open() {
        if (this.#closing) {
            throw new ContextPackError('CONFLICT', FORMER);
        }
        return this.#handle;
    }

    // Drops the host's reference; the engine is freed with its last session. Its own iterators and streams end now.
    close() {
        for (const end of this.#streams) {
            end();
        }
        this.#closing ??= raw.cpk_engine_close(this.#handle).then(() => undefined);
        return this.#closing;
    }

    // Opens the user's own installation, as the command does: resolves to a session of the local user, which closes the engine
    // when it is closed.
    static async local(options = {}) {
        const engine = await Engine.#opened(options, constants.CPK_ENGINE_LOCAL);
        try {
            return await engine.openLocal();
        } finally {
            await engine.close(); // the session keeps the engine
        }
    }

    // A session of the local user, created on first use on the unlimited plan.
    async openLocal() {
        return new Session(await raw.cpk_session_open_local(this.#open));
    }

    async openUser(userId) {
        return new Session(await raw.cpk_session_open_user(this.#open, userId?.id ?? userId));
    }

    // A session of the principal of a token (JWT).
    async openToken(token, { allow = ['user'] } = {}) {
        const kinds = [allow].flat().map((kind) => pick(TOKEN_KINDS, kind, 'allow'));
        if (kinds.length === 0) {
            throw new ContextPackError('INVALID_ARGUMENT', 'allow names no kind of token');
        }
        const options = { allow: kinds.reduce((bits, kind) => bits | kind, 0) };
        return new Session(await raw.cpk_session_open_token(this.#open, token, options));
    }

    async openService() {
        return new Session(await raw.cpk_session_open_service(this.#open));
    }

    async openAdmin(adminUserId) {
        return new Session(await raw.cpk_session_open_admin(this.#open, adminUserId?.id ?? adminUserId));
    }

    async setting(name) {
        return raw.cpk_engine_setting(this.#open, name);
    }

    // Resolves to one entry for each migration that was applied or, with dryRun, is missing, with descriptions of its changes;
    // lines that begin with "undo: " are the SQL statements that revert a change.
    async migrate({ dryRun = false, signal } = {}) {
        return migrations((items) => raw.cpk_engine_migrate_report(this.#open, dryRun ? 1 : 0, { signal, items }));
    }

    // The report of migrate() when the database was migrated, by any process.
    async migrationHistory({ signal } = {}) {
        return migrations((items) => raw.cpk_engine_migration_history(this.#open, { signal, items }));
    }

    async check({ signal } = {}) {
        const results = [];
        const items = (batch) => {
            results.push(...batch.map(([outcome, subject, text]) => Object.freeze({ outcome: OUTCOMES[outcome], subject, text })));
            return null;
        };
        const failures = await raw.cpk_engine_check(this.#open, { signal, items });
        return Object.freeze({ failures, results: Object.freeze(results) });
    }

    // Numbers of rows of all users, and the size of the database.
    async statistics() {
        return raw.cpk_engine_statistics(this.#open);
    }

    // Copies an SQLite database to a file while others write; with storage: 'file:DIR' its blobs too.
    async backup(path, { storage = null, replace = false, ...options } = {}) {
        return raw.cpk_engine_backup(this.#open, String(path), storage, replace ? 1 : 0, toControl(options));
    }

    // Copies the blobs of the engine's storage, or of `source`, to another storage, except those that it already has.
    async copyStorage(target, { source = null, verify = false, mirror = false, ...options } = {}) {
        const flags = (verify ? constants.CPK_STORAGE_COPY_VERIFY : 0) | (mirror ? constants.CPK_STORAGE_COPY_MIRROR : 0);
        return raw.cpk_engine_copy_storage(this.#open, source, String(target), flags, toControl(options));
    }

    // Rotates the keys of an encrypted storage; olderThanMs: the age of data keys that are replaced too, -1: none.
    async rotateKeys({ olderThanMs = -1, ...options } = {}) {
        return raw.cpk_engine_rotate_keys(this.#open, olderThanMs, toControl(options));
    }

    // Tells what an input contains, what would be skipped and why, and what an import would cost. Nothing is stored.
    async inspect(input, options = {}) {
        const { raw: rawInput, reader } = toInput(input);
        return toInspection(await raw.cpk_inspect(this.#open, rawInput, toControl(options, { reader })));
    }

    // Reads an input message by message; resolves to the report. onMessage may be async: reading waits for it.
    async extract(input, options = {}) {
        const { onMessage } = options;
        return this.#extract(input, options, {
            items: async (batch) => {
                for (const values of onMessage ? batch : []) {
                    await onMessage(toMessage(values));
                }
            },
        });
    }

    async #extract(input, options, more) {
        const { raw: rawInput, reader } = toInput(input);
        const report = await raw.cpk_extract(this.#open, rawInput, { ...toControl(options, { reader }), ...more });
        return toReport(report);
    }

    // Iterates over the messages of an input; `result` resolves to the report.
    messages(input, options = {}) {
        return new ItemStream((more) => this.#extract(input, options, more), toMessage, { signal: options.signal, owner: this.#streams });
    }

    // The normalised text of an input, with the report.
    async extractText(input, options = {}) {
        const { raw: rawInput, reader } = toInput(input);
        const { report, data } = await raw.cpk_extract_text(this.#open, rawInput, toControl(options, { reader }));
        return { report: toReport(report), text: data.toString('utf8') };
    }

    // The normalised text of an input as a Readable of bytes.
    textStream(input, options = {}) {
        const { raw: rawInput, reader } = toInput(input);
        const start = (more) => raw.cpk_extract_text(this.#open, rawInput, { ...toControl(options, { reader }), ...more });
        return new ByteStream(start, { signal: options.signal, owner: this.#streams });
    }

    async #chunk(input, options, more) {
        const { raw: rawInput, reader } = toInput(input);
        const chunkOptions = {
            encoding: encodingCode(options.encoding),
            maxTokens: options.maxTokens,
            overlapTokens: options.overlapTokens,
        };
        const control = { ...toControl(options, { reader }), ...more };
        return toReport(await raw.cpk_chunk_input(this.#open, rawInput, chunkOptions, control));
    }

    // Cuts an input into chunks; resolves to all chunks, with the report.
    async chunk(input, options = {}) {
        const chunks = [];
        const items = (batch) => {
            chunks.push(...batch.map(toChunk));
            return null;
        };
        const report = await this.#chunk(input, options, { items });
        return { report, chunks };
    }

    // Iterates over the chunks of an input; `result` resolves to the report.
    chunks(input, options = {}) {
        return new ItemStream((more) => this.#chunk(input, options, more), toChunk, { signal: options.signal, owner: this.#streams });
    }

    [asyncDispose]() {
        return this.close();
    }

    [dispose]() {
        this.close().catch(() => {});
    }
}

// Builds a pack of files and folders in the person's own installation, and writes its documents to a folder.
async function build(paths, { database, storage, analyzer, settings, ...options } = {}) {
    const session = await Engine.local({ database, storage, analyzer, settings });
    try {
        return await session.build(paths, options);
    } finally {
        await session.close();
    }
}

const BLOCK_BYTES = 65536;

// Exact token counts, on this thread; countTokensAsync() counts long texts on a worker.
function countTokens(text, { encoding } = {}) {
    return raw.cpk_tokens_count(encodingCode(encoding), text);
}

async function countTokensAsync(text, { encoding } = {}) {
    const size = text.length ?? text.byteLength;
    return size < BLOCK_BYTES ? countTokens(text, { encoding }) : raw.cpk_tokens_count_async(encodingCode(encoding), text);
}

function encodeTokens(text, { encoding } = {}) {
    return raw.cpk_tokens_encode(encodingCode(encoding), text);
}

// Replaces the secrets and personal data of a text, on a worker; resolves to the text and how much was replaced by kind.
async function redact(text, { names, key } = {}) {
    const { report, data } = await raw.cpk_redact_async(text, { names, key });
    return Object.freeze({ text: data.toString('utf8'), report });
}

function listSettings() {
    const numbers = Array.from({ length: raw.cpk_setting_count() }, (_, index) => raw.cpk_setting_info(index));
    return numbers.map((setting) => Object.freeze({ kind: 'number', ...setting }));
}

function listTextSettings() {
    const texts = Array.from({ length: raw.cpk_text_setting_count() }, (_, index) => raw.cpk_text_setting_info(index));
    return texts.map(({ isSecret, ...setting }) => Object.freeze({ kind: 'text', ...setting, isSecret: isSecret === 1 }));
}

const names = {
    roles: () => Object.values(enums.ROLE).map((code) => raw.cpk_role_name(code)),
    kinds: () => Object.values(enums.KIND).map((code) => raw.cpk_kind_name(code)),
    encodings: () => Object.values(enums.ENCODING).map((code) => raw.cpk_encoding_name(code)),
};

module.exports = { Engine, build, countTokens, countTokensAsync, encodeTokens, redact, listSettings, listTextSettings, names };
