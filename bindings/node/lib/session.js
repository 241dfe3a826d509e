'use strict';

const { pipeline } = require('node:stream/promises');
const raw = require('./raw.js');
const { constants } = raw;
const { ContextPackError } = require('./errors.js');
const { toInput } = require('./input.js');
const { toControl } = require('./control.js');
const { pick } = require('./messages.js');
const { ByteStream } = require('./streams.js');
const { asyncDispose, dispose } = require('./symbols.js');

const PLANS = new Map([['credits', constants.CPK_PLAN_CREDITS], ['unlimited', constants.CPK_PLAN_UNLIMITED]]);
const UNTIL = new Map([
    ['ready_for_analysis', constants.CPK_SOURCE_READY_FOR_ANALYSIS],
    ['completed', constants.CPK_SOURCE_COMPLETED],
]);
const PARTS = new Map([['raw', constants.CPK_PART_RAW], ['extracted', constants.CPK_PART_EXTRACTED]]);
const FORMATS = new Map([['markdown', constants.CPK_FORMAT_MARKDOWN], ['json', constants.CPK_FORMAT_JSON]]);

function choose(table, name, what, fallback) {
    try {
        return pick(table, name, what, fallback);
    } catch (error) {
        throw new ContextPackError('INVALID_ARGUMENT', error.message);
    }
}

function exportType(name) {
    const type = raw.cpk_export_type_from_name(name);
    if (type === 0) {
        throw new ContextPackError('INVALID_ARGUMENT', `type must be compact, standard or complete, not ${name}`);
    }
    return type;
}

// Every item of all pages, asked for page by page.
async function* pages(list, { limit, signal } = {}) {
    let after = null;
    do {
        const page = await list({ limit, after, signal });
        yield* page.items;
        after = page.next;
    } while (after !== null);
}

function pageOf({ limit, after } = {}) {
    return { limit, after };
}

// What the nouns of a session share: its handle, as long as it is open.
class Noun {
    #handle;

    constructor(handle) {
        this.#handle = handle;
    }

    get handle() {
        return this.#handle();
    }
}

class Users extends Noun {
    async create({ id, email, fullName, avatarUrl, plan } = {}) {
        const params = { id, email, fullName, avatarUrl, paymentPlan: choose(PLANS, plan, 'plan', 0) };
        return raw.cpk_user_create(this.handle, params);
    }

    // The session's own user, unless an id is given.
    async get(userId = null) {
        return raw.cpk_user_get(this.handle, userId);
    }

    async find(email) {
        return raw.cpk_user_find(this.handle, email);
    }

    async update(userId, { fullName = null, avatarUrl = null } = {}) {
        return raw.cpk_user_update(this.handle, userId, fullName, avatarUrl);
    }

    async list(page) {
        return raw.cpk_user_list_get(this.handle, pageOf(page), { signal: page?.signal });
    }

    all(options) {
        return pages((page) => this.list(page), options);
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

class Packs extends Noun {
    async create(params = {}) {
        return raw.cpk_pack_create(this.handle, params);
    }

    // The pack of that name, made when there is none.
    async ensure(params) {
        const { created, pack } = await raw.cpk_pack_ensure(this.handle, params);
        return { pack, created: created === 1 };
    }

    async get(packId) {
        return raw.cpk_pack_get(this.handle, packId);
    }

    async find(name) {
        return raw.cpk_pack_find(this.handle, name);
    }

    async update(packId, changes) {
        return raw.cpk_pack_update(this.handle, packId, changes);
    }

    async delete(packId) {
        await raw.cpk_pack_delete(this.handle, packId);
    }

    async progress(packId) {
        return raw.cpk_pack_get_progress(this.handle, packId);
    }

    async list(page) {
        return raw.cpk_pack_list_get(this.handle, pageOf(page), { signal: page?.signal });
    }

    all(options) {
        return pages((page) => this.list(page), options);
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

class Sources extends Noun {
    async add(packId, input, options = {}) {
        const { raw: rawInput, reader } = toInput(input);
        const control = toControl(options, { reader });
        const { added, source } = await raw.cpk_source_add(this.handle, packId, rawInput, control);
        return { source, added: added === 1 };
    }

    // Takes a source as far as `until`; a failure's `source` is the source as it is then.
    async run(sourceId, options = {}) {
        const until = choose(UNTIL, options.until, 'until', constants.CPK_SOURCE_COMPLETED);
        try {
            return await raw.cpk_source_run(this.handle, sourceId, until, toControl(options));
        } catch (error) {
            error.source = error.partial ?? null;
            throw error;
        }
    }

    async get(sourceId) {
        return raw.cpk_source_get(this.handle, sourceId);
    }

    async delete(sourceId) {
        await raw.cpk_source_delete(this.handle, sourceId);
    }

    async list(packId, page) {
        return raw.cpk_source_list_get(this.handle, packId, pageOf(page), { signal: page?.signal });
    }

    all(packId, options) {
        return pages((page) => this.list(packId, page), options);
    }

    // The bytes of a source's part, "extracted" or "raw".
    async read(sourceId, { part = 'extracted', signal } = {}) {
        return raw.cpk_source_read(this.handle, sourceId, choose(PARTS, part, 'part'), { signal });
    }

    stream(sourceId, { part = 'extracted', signal } = {}) {
        const code = choose(PARTS, part, 'part');
        return new ByteStream((control) => raw.cpk_source_read(this.handle, sourceId, code, control), { signal });
    }
}

class Exports extends Noun {
    async create(packId, type = 'compact', options = {}) {
        const control = toControl(options);
        const result = await raw.cpk_export_create(this.handle, packId, exportType(type), control);
        return { export: result.export, made: result.made === 1 };
    }

    async get(exportId) {
        return raw.cpk_export_get(this.handle, exportId);
    }

    async delete(exportId) {
        await raw.cpk_export_delete(this.handle, exportId);
    }

    async list(packId, page) {
        return raw.cpk_export_list_get(this.handle, packId, pageOf(page), { signal: page?.signal });
    }

    all(packId, options) {
        return pages((page) => this.list(packId, page), options);
    }

    // The document as bytes, "markdown" or "json".
    async read(exportId, { format = 'markdown', signal } = {}) {
        return raw.cpk_export_read(this.handle, exportId, choose(FORMATS, format, 'format'), { signal });
    }

    async text(exportId, options) {
        return (await this.read(exportId, options)).toString('utf8');
    }

    stream(exportId, { format = 'markdown', signal } = {}) {
        const code = choose(FORMATS, format, 'format');
        return new ByteStream((control) => raw.cpk_export_read(this.handle, exportId, code, control), { signal });
    }

    // Writes the document to a Writable and ends it.
    async writeTo(exportId, writable, options) {
        await pipeline(this.stream(exportId, options), writable);
    }
}

class Credits extends Noun {
    // What is free to use, and what running work holds; of the session's own user, unless an id is given.
    async balance(userId = null) {
        const { balance, held } = await raw.cpk_credits_balance(this.handle, userId);
        return Object.freeze({ balance, held });
    }
}

class Transactions extends Noun {
    async list({ userId = null, ...page } = {}) {
        return raw.cpk_transaction_list_get(this.handle, userId, pageOf(page), { signal: page.signal });
    }

    all({ userId = null, ...options } = {}) {
        return pages((page) => this.list({ userId, ...page }), options);
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

// The engine as one principal sees it. Calls may overlap: each waits for those before it.
class Session {
    #handle;
    #closing = null;

    constructor(handle) {
        if (typeof handle !== 'object' || handle === null) {
            throw new ContextPackError('INVALID_ARGUMENT', 'a session is opened with Engine.openUser() or one of its kind');
        }
        const open = () => {
            if (this.#closing) {
                throw new ContextPackError('CONFLICT', 'the session is closed');
            }
            return this.#handle;
        };
        this.#handle = handle;
        this.users = new Users(open);
        this.packs = new Packs(open);
        this.sources = new Sources(open);
        this.exports = new Exports(open);
        this.credits = new Credits(open);
        this.transactions = new Transactions(open);
        Object.freeze(this);
    }

    // Closes the session after the calls that are under way. Snapshots made through it stay valid.
    close() {
        this.#closing ??= raw.cpk_session_close(this.#handle).then(() => undefined);
        return this.#closing;
    }

    [asyncDispose]() {
        return this.close();
    }

    [dispose]() {
        this.close().catch(() => {});
    }
}

module.exports = { Session };
