'use strict';

const { pipeline } = require('node:stream/promises');
const raw = require('./raw.js');
const { constants } = raw;
const { enums } = require('./generated.js');
const { ContextPackError } = require('./errors.js');
const { toInput } = require('./input.js');
const { toControl } = require('./control.js');
const { build } = require('./build.js');
const { pick } = require('./messages.js');
const { ByteStream } = require('./streams.js');
const { asyncDispose, dispose } = require('./symbols.js');

const PLANS = new Map(Object.entries(enums.PAYMENT_PLAN));
const UNTIL = new Map([
    ['ready_for_analysis', constants.CPK_SOURCE_READY_FOR_ANALYSIS],
    ['completed', constants.CPK_SOURCE_COMPLETED],
]);
const PARTS = new Map(Object.entries(enums.PART));
const FORMATS = new Map(Object.entries(enums.FORMAT));

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

// Returns the id of a record; an id is returned unchanged.
function idOf(what) {
    return typeof what === 'object' && what !== null ? what.id : what;
}

// Iterates over the items of all pages, read page by page.
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

// The limits of a run.
function partOf({ partial = false, maxChunks }) {
    if (maxChunks !== undefined && !(Number.isSafeInteger(maxChunks) && maxChunks > 0)) {
        throw new ContextPackError('INVALID_ARGUMENT', 'maxChunks must be 1 or more');
    }
    return { partial, maxChunks };
}

function toQuote({ canProceed, isUnlimited, ...rest }) {
    return Object.freeze({ canProceed: canProceed === 1, isUnlimited: isUnlimited === 1, ...rest });
}

// The base of a session's resources: its handle, as long as it is open.
class Noun {
    #handle;

    constructor(handle) {
        this.#handle = handle;
    }

    get handle() {
        return this.#handle();
    }

    // A Readable of what `start(handle, control)` writes, which ends with the session. It uses a session of its own, so that
    // other calls continue while it waits for its consumer.
    openStream(start, signal) {
        const run = async (control) => {
            const own = await raw.cpk_session_duplicate(this.handle);
            try {
                return await start(own, control);
            } finally {
                await raw.cpk_session_close(own);
            }
        };
        return new ByteStream(run, { signal, owner: this.#handle.streams });
    }
}

class Users extends Noun {
    async create({ id, email, fullName, avatarUrl, plan } = {}) {
        const params = { id, email, fullName, avatarUrl, paymentPlan: choose(PLANS, plan, 'plan', 0) };
        return raw.cpk_user_create(this.handle, params);
    }

    // By default the session's own user.
    async get(userId = null) {
        return raw.cpk_user_get(this.handle, idOf(userId));
    }

    async find(email) {
        return raw.cpk_user_find(this.handle, email);
    }

    async update(userId, { fullName = null, avatarUrl = null } = {}) {
        return raw.cpk_user_update(this.handle, idOf(userId), fullName, avatarUrl);
    }

    async setEmail(userId, email) {
        return raw.cpk_user_set_email(this.handle, idOf(userId), email);
    }

    async setPlan(userId, plan) {
        return raw.cpk_user_set_plan(this.handle, idOf(userId), choose(PLANS, plan, 'plan'));
    }

    // Deletes an account with its data; resolves to the numbers of deleted items. onNote receives what is kept, and why.
    async delete(userId, options = {}) {
        return raw.cpk_user_delete_watched(this.handle, idOf(userId), toControl(options));
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

    // The pack of that name, created if there is none.
    async ensure(params) {
        const { created, pack } = await raw.cpk_pack_ensure(this.handle, params);
        return { pack, created: created === 1 };
    }

    async get(packId) {
        return raw.cpk_pack_get(this.handle, idOf(packId));
    }

    async find(name) {
        return raw.cpk_pack_find(this.handle, name);
    }

    async update(packId, changes) {
        return raw.cpk_pack_update(this.handle, idOf(packId), changes);
    }

    async delete(packId) {
        await raw.cpk_pack_delete(this.handle, idOf(packId));
    }

    // The cost of analysing all of the pack's sources, and the balance.
    async quote(packId) {
        return toQuote(await raw.cpk_quote_pack(this.handle, idOf(packId)));
    }

    async progress(packId) {
        return raw.cpk_pack_get_progress(this.handle, idOf(packId));
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
        const { added, source } = await raw.cpk_source_add(this.handle, idOf(packId), rawInput, control);
        return { source, added: added === 1 };
    }

    // The cost of analysing the source, and the balance.
    async quote(sourceId) {
        return toQuote(await raw.cpk_quote_source(this.handle, idOf(sourceId)));
    }

    // Processes a source up to `until`; on failure the error's `source` is the source after the call.
    async run(sourceId, options = {}) {
        const until = choose(UNTIL, options.until, 'until', constants.CPK_SOURCE_COMPLETED);
        try {
            return await raw.cpk_source_run(this.handle, idOf(sourceId), until, toControl(options, partOf(options)));
        } catch (error) {
            error.source = error.partial ?? null;
            throw error;
        }
    }

    async get(sourceId) {
        return raw.cpk_source_get(this.handle, idOf(sourceId));
    }

    async delete(sourceId) {
        await raw.cpk_source_delete(this.handle, idOf(sourceId));
    }

    // Asks whoever works on the source to stop, in any process.
    async requestCancel(sourceId) {
        await raw.cpk_source_request_cancel(this.handle, idOf(sourceId));
    }

    async list(packId, page) {
        return raw.cpk_source_list_get(this.handle, idOf(packId), pageOf(page), { signal: page?.signal });
    }

    all(packId, options) {
        return pages((page) => this.list(packId, page), options);
    }

    // The bytes of a part: "extracted", "raw", or "withheld" (JSON: counts of secrets withheld from analyzers).
    async read(sourceId, { part = 'extracted', signal } = {}) {
        return raw.cpk_source_read(this.handle, idOf(sourceId), choose(PARTS, part, 'part'), { signal });
    }

    stream(sourceId, { part = 'extracted', signal } = {}) {
        const code = choose(PARTS, part, 'part');
        return this.openStream((handle, control) => raw.cpk_source_read(handle, idOf(sourceId), code, control), signal);
    }
}

class Exports extends Noun {
    async create(packId, type = 'compact', options = {}) {
        const control = toControl(options, { maxTokens: options.maxTokens });
        const result = await raw.cpk_export_create(this.handle, idOf(packId), exportType(type), control);
        return { export: result.export, made: result.made === 1 };
    }

    async get(exportId) {
        return raw.cpk_export_get(this.handle, idOf(exportId));
    }

    async delete(exportId) {
        await raw.cpk_export_delete(this.handle, idOf(exportId));
    }

    async list(packId, page) {
        return raw.cpk_export_list_get(this.handle, idOf(packId), pageOf(page), { signal: page?.signal });
    }

    all(packId, options) {
        return pages((page) => this.list(packId, page), options);
    }

    // The document as bytes, "markdown" or "json".
    async read(exportId, { format = 'markdown', signal } = {}) {
        return raw.cpk_export_read(this.handle, idOf(exportId), choose(FORMATS, format, 'format'), { signal });
    }

    async text(exportId, options) {
        return (await this.read(exportId, options)).toString('utf8');
    }

    stream(exportId, { format = 'markdown', signal } = {}) {
        const code = choose(FORMATS, format, 'format');
        return this.openStream((handle, control) => raw.cpk_export_read(handle, idOf(exportId), code, control), signal);
    }

    // Writes the document to a Writable and ends it.
    async writeTo(exportId, writable, options) {
        await pipeline(this.stream(exportId, options), writable);
    }
}

const GRANTS = new Map([
    ['purchase', constants.CPK_TRANSACTION_PURCHASE],
    ['refund', constants.CPK_TRANSACTION_REFUND],
    ['bonus', constants.CPK_TRANSACTION_BONUS],
]);

const toJson = (value) => (value === undefined || value === null || typeof value === 'string' ? value : JSON.stringify(value));

function creditParams({ type, metadata, ...params }) {
    return { ...params, type: choose(GRANTS, type, 'type', 0), metadata: toJson(metadata) };
}

class Credits extends Noun {
    // The free and the held credits, by default of the session's own user.
    async balance(userId = null) {
        const { balance, held } = await raw.cpk_credits_balance(this.handle, idOf(userId));
        return Object.freeze({ balance, held });
    }

    // The balance with the latest transactions, as of one moment.
    async overview({ userId = null, limit = 0 } = {}) {
        const { balance, held, latest } = await raw.cpk_credits_overview(this.handle, idOf(userId), limit);
        return Object.freeze({ balance, held, latest: latest.items });
    }

    async grant(userId, params) {
        return raw.cpk_credits_grant(this.handle, idOf(userId), creditParams(params));
    }

    async clawback(userId, params) {
        return raw.cpk_credits_clawback(this.handle, idOf(userId), creditParams(params));
    }

    // The users whose balance differs from the ledger.
    async audit() {
        const found = [];
        const items = (batch) => {
            for (const [userId, balance, opening, transactions, holds] of batch) {
                found.push(Object.freeze({ userId, balance, opening, transactions, holds }));
            }
            return null;
        };
        const drifted = await raw.cpk_credits_audit(this.handle, { items });
        return Object.freeze({ drifted, users: Object.freeze(found) });
    }
}

// Credits that are reserved before they are spent.
class Holds extends Noun {
    async reserve(userId, params) {
        return raw.cpk_hold_reserve(this.handle, idOf(userId), params);
    }

    async commit(userId, holdKey, { key, credits, releaseRest = false }) {
        const flags = releaseRest ? constants.CPK_HOLD_RELEASE_REST : 0;
        return raw.cpk_hold_commit(this.handle, idOf(userId), holdKey, key, credits, flags);
    }

    async release(userId, holdKey) {
        return raw.cpk_hold_release(this.handle, idOf(userId), holdKey);
    }

    async get(userId, holdKey) {
        return raw.cpk_hold_get(this.handle, idOf(userId), holdKey);
    }

    async expire({ limit = 1000 } = {}) {
        return raw.cpk_holds_expire(this.handle, limit);
    }
}

class Transactions extends Noun {
    async list({ userId = null, ...page } = {}) {
        return raw.cpk_transaction_list_get(this.handle, idOf(userId), pageOf(page), { signal: page.signal });
    }

    all({ userId = null, ...options } = {}) {
        return pages((page) => this.list({ userId, ...page }), options);
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

// V1 jobs: each makes a V1 pack from one input.
class Jobs extends Noun {
    async create(input, options = {}) {
        const { raw: rawInput, reader } = toInput(input);
        return raw.cpk_job_create(this.handle, rawInput, toControl(options, { reader }));
    }

    // The cost of finishing the job, and the balance.
    async quote(jobId) {
        return toQuote(await raw.cpk_quote_job(this.handle, idOf(jobId)));
    }

    // On failure the error's `job` is the job after the call.
    async run(jobId, options = {}) {
        try {
            return await raw.cpk_job_run(this.handle, idOf(jobId), toControl(options, partOf(options)));
        } catch (error) {
            error.job = error.partial ?? null;
            throw error;
        }
    }

    async get(jobId) {
        return raw.cpk_job_get(this.handle, idOf(jobId));
    }

    async delete(jobId) {
        await raw.cpk_job_delete(this.handle, idOf(jobId));
    }

    async list(page) {
        return raw.cpk_job_list_get(this.handle, pageOf(page), { signal: page?.signal });
    }

    all(options) {
        return pages((page) => this.list(page), options);
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

// V1 packs.
class LegacyPacks extends Noun {
    async get(legacyPackId) {
        return raw.cpk_legacy_pack_get(this.handle, idOf(legacyPackId));
    }

    // The V1 pack of a job.
    async find(jobId) {
        return raw.cpk_legacy_pack_find(this.handle, idOf(jobId));
    }

    async read(legacyPackId, { signal } = {}) {
        return raw.cpk_legacy_pack_read(this.handle, idOf(legacyPackId), { signal });
    }

    async text(legacyPackId, options) {
        return (await this.read(legacyPackId, options)).toString('utf8');
    }

    stream(legacyPackId, { signal } = {}) {
        return this.openStream((handle, control) => raw.cpk_legacy_pack_read(handle, idOf(legacyPackId), control), signal);
    }

    async delete(legacyPackId) {
        await raw.cpk_legacy_pack_delete(this.handle, idOf(legacyPackId));
    }

    // Copies a V1 pack to a new pack.
    async copy(legacyPackId, options = {}) {
        const { copied, pack } = await raw.cpk_legacy_pack_copy(this.handle, idOf(legacyPackId), toControl(options));
        return { pack, copied: copied === 1 };
    }

    async undoCopy(legacyPackId) {
        await raw.cpk_legacy_pack_undo_copy(this.handle, idOf(legacyPackId));
    }

    async list(page) {
        return raw.cpk_legacy_pack_list_get(this.handle, pageOf(page), { signal: page?.signal });
    }

    all(options) {
        return pages((page) => this.list(page), options);
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

function adminParams({ reason, details, mayOwe = false } = {}) {
    return { reason, details: toJson(details), flags: mayOwe ? constants.CPK_ADMIN_MAY_OWE : 0 };
}

// Actions of administrators, each with a reason for the audit log.
class Admin extends Noun {
    async adjustCredits(userId, credits, why) {
        return raw.cpk_admin_adjust_credits(this.handle, idOf(userId), credits, adminParams(why));
    }

    async supportCredit(userId, credits, why) {
        return raw.cpk_admin_support_credit(this.handle, idOf(userId), credits, adminParams(why));
    }

    async recordRefund(userId, { credits, amountMicros, stripePaymentId = null }, why) {
        const params = adminParams(why);
        return raw.cpk_admin_record_refund(this.handle, idOf(userId), credits, amountMicros, stripePaymentId, params);
    }

    // Assigns a payment of stripe.unclaimedPayments() to the user.
    async assignPayment(userId, paymentId, why) {
        return raw.cpk_admin_assign_payment(this.handle, idOf(userId), idOf(paymentId), adminParams(why));
    }

    async suspend(userId, why) {
        return raw.cpk_admin_suspend(this.handle, idOf(userId), adminParams(why));
    }

    async unsuspend(userId, why) {
        return raw.cpk_admin_unsuspend(this.handle, idOf(userId), adminParams(why));
    }

    async overridePlan(userId, plan, why) {
        return raw.cpk_admin_override_plan(this.handle, idOf(userId), choose(PLANS, plan, 'plan'), adminParams(why));
    }

    async listActions({ adminUserId = null, userId = null, ...page } = {}) {
        const control = { signal: page.signal };
        return raw.cpk_admin_action_list_get(this.handle, idOf(adminUserId), idOf(userId), pageOf(page), control);
    }

    allActions({ adminUserId = null, userId = null, ...options } = {}) {
        return pages((page) => this.listActions({ adminUserId, userId, ...page }), options);
    }
}

const REPORT_FORMATS = new Map(Object.entries(enums.REPORT_FORMAT));

function timeOf(time, name) {
    if (time === undefined || time === null) {
        return 0;
    }
    if (!(time instanceof Date) || Number.isNaN(time.getTime())) {
        throw new ContextPackError('INVALID_ARGUMENT', `${name} must be a Date`);
    }
    return time.getTime() * 1000;
}

function reportParams({ format, from, until, utcOffsetMinutes = 0 }) {
    return {
        format: choose(REPORT_FORMATS, format, 'format', constants.CPK_REPORT_CSV),
        fromUs: timeOf(from, 'from'),
        untilUs: timeOf(until, 'until'),
        utcOffsetMinutes,
    };
}

// Statements, revenue and usage as CSV or JSON: as a whole, or as streams of bytes.
class Reports extends Noun {
    // By default of the session's own user.
    async statement({ userId = null, signal, ...options } = {}) {
        return raw.cpk_report_statement(this.handle, idOf(userId), reportParams(options), { signal });
    }

    async revenue({ signal, ...options } = {}) {
        return raw.cpk_report_revenue(this.handle, reportParams(options), { signal });
    }

    async usage({ signal, ...options } = {}) {
        return raw.cpk_report_usage(this.handle, reportParams(options), { signal });
    }

    statementStream({ userId = null, signal, ...options } = {}) {
        const params = reportParams(options);
        return this.openStream((handle, control) => raw.cpk_report_statement(handle, idOf(userId), params, control), signal);
    }

    revenueStream({ signal, ...options } = {}) {
        const params = reportParams(options);
        return this.openStream((handle, control) => raw.cpk_report_revenue(handle, params, control), signal);
    }

    usageStream({ signal, ...options } = {}) {
        const params = reportParams(options);
        return this.openStream((handle, control) => raw.cpk_report_usage(handle, params, control), signal);
    }
}

// Packages that can be bought, from the setting billing.packages.
class Packages extends Noun {
    async get(packageId) {
        return raw.cpk_package_get(this.handle, packageId);
    }

    // The price of a number of credits; `credits` is for a package with tiers.
    async price(packageId, credits = 0) {
        const { granted, price } = await raw.cpk_package_price(this.handle, idOf(packageId), credits);
        return Object.freeze({ credits: granted, amount: price });
    }

    async list() {
        return (await raw.cpk_package_list_get(this.handle)).items;
    }

    async *[Symbol.asyncIterator]() {
        yield* await this.list();
    }
}

class Checkouts extends Noun {
    // Creates a checkout: Stripe's page where the user pays; by default for the session's own user.
    async create(packageId, { userId = null, signal, ...params } = {}) {
        const given = { ...params, packageId: idOf(packageId) };
        return raw.cpk_checkout_create(this.handle, idOf(userId), given, toControl({ signal }));
    }
}

// Requests to Stripe; by default for the session's own user.
class Stripe extends Noun {
    // The user's customer, created if there is none.
    async customer({ userId = null, signal } = {}) {
        return raw.cpk_stripe_customer(this.handle, idOf(userId), toControl({ signal }));
    }

    async portal({ userId = null, returnUrl = null, signal } = {}) {
        return raw.cpk_stripe_portal(this.handle, idOf(userId), returnUrl, toControl({ signal }));
    }

    // Refunds a payment, by default completely.
    async refund({ signal, ...params } = {}) {
        return raw.cpk_stripe_refund(this.handle, params, toControl({ signal }));
    }

    // Processes one Stripe webhook: the unchanged body, and the Stripe-Signature header.
    async webhook(body, signature) {
        return raw.cpk_stripe_webhook(this.handle, body, signature);
    }

    // Processes events that no webhook delivered; to be called from a timer.
    async reconcile({ since, ...options } = {}) {
        const sinceUs = timeOf(since, 'since') || (since instanceof Date ? 1 : 0); // 0 means the default, not 1970
        return raw.cpk_stripe_reconcile(this.handle, sinceUs, toControl(options));
    }

    // A page of the payments that no user is credited for, newest first.
    async unclaimedPayments(page = {}) {
        return raw.cpk_payment_list_unclaimed(this.handle, pageOf(page), { signal: page.signal });
    }

    // Ends expired plans; to be called from a timer.
    async expirePlans({ limit = 1000 } = {}) {
        return raw.cpk_plans_expire(this.handle, limit);
    }
}

const VELOCITY_BY = new Map(Object.entries(enums.VELOCITY_BY));

class PaymentAttempts extends Noun {
    async get(attemptId, { userId = null } = {}) {
        return raw.cpk_payment_attempt_get(this.handle, idOf(userId), idOf(attemptId));
    }

    // In sessions of the service and administrators, no user means all users.
    async list({ userId = null, ipAddress = null, ...page } = {}) {
        const control = { signal: page.signal };
        return raw.cpk_payment_attempt_list_get(this.handle, idOf(userId), ipAddress, pageOf(page), control);
    }

    all({ userId = null, ipAddress = null, ...options } = {}) {
        return pages((page) => this.list({ userId, ipAddress, ...page }), options);
    }

    // The users or addresses with the most payment attempts.
    async velocity({ by, since, minimumAttempts = 0, limit = 100, signal } = {}) {
        const code = choose(VELOCITY_BY, by, 'by', constants.CPK_VELOCITY_BY_USER);
        const params = { by: code, sinceUs: timeOf(since, 'since'), minimumAttempts, limit };
        return (await raw.cpk_payment_velocity_list_get(this.handle, params, { signal })).items;
    }

    [Symbol.asyncIterator]() {
        return this.all();
    }
}

// Maintenance of a service.
class Maintenance extends Noun {
    async archive(options = {}) {
        return raw.cpk_maintenance_archive(this.handle, toControl(options));
    }

    async restore(table, { dryRun = false, ...options } = {}) {
        return raw.cpk_maintenance_restore(this.handle, table, dryRun ? 1 : 0, toControl(options));
    }

    // Removes blobs that no row refers to; onOrphan is called for each.
    async sweep({ dryRun = false, onOrphan, ...options } = {}) {
        const items = async (batch) => {
            for (const [key, size, micros] of onOrphan ? batch : []) {
                await onOrphan(Object.freeze({ key, size, modifiedAt: micros === null ? null : new Date(micros / 1000) }));
            }
        };
        return raw.cpk_maintenance_sweep(this.handle, dryRun ? 1 : 0, toControl(options, { items }));
    }
}

const STATES = new Map(Object.entries(enums.WORK_STATE));
const STATE_NAMES = new Map([...STATES].map(([name, code]) => [code, name]));

// Work for workers: users submit sources; the service and admins claim and run them.
class Work extends Noun {
    async submit(sourceId, { until, priority = 0 } = {}) {
        const params = { until: choose(UNTIL, until, 'until', constants.CPK_SOURCE_COMPLETED), priority };
        return raw.cpk_work_submit(this.handle, idOf(sourceId), params);
    }

    async get(sourceId) {
        return raw.cpk_work_get(this.handle, idOf(sourceId));
    }

    // Work that is not done, oldest first: the user's, or with the service that of all users.
    async list({ state, ...page } = {}) {
        return raw.cpk_work_list_get(this.handle, choose(STATES, state, 'state', 0), pageOf(page), { signal: page.signal });
    }

    all({ state, ...options } = {}) {
        return pages((page) => this.list({ state, ...page }), options);
    }

    unfinished(options) {
        return this.all(options);
    }

    // Makes dead work ready again, of one source or all; resolves to how much.
    async redrive(sourceId = null) {
        return raw.cpk_work_redrive(this.handle, idOf(sourceId));
    }

    // Claims ready work, users in turn, for run() or release().
    async claim(limit = 1) {
        return (await raw.cpk_work_claim(this.handle, limit)).items;
    }

    // Runs claimed work and ends the claim; resolves to its state then, null when it is done.
    async run(work, options = {}) {
        const state = await raw.cpk_work_run(this.handle, work.id, work.claimNumber, toControl(options));
        return STATE_NAMES.get(state) ?? null;
    }

    async release(work) {
        await raw.cpk_work_release(this.handle, work.id, work.claimNumber);
    }

    // Runs a worker until its signal is aborted, or with untilEmpty until there is no more work; resolves to its counters.
    async runWorker({ concurrency = 1, untilEmpty = false, ...options } = {}) {
        const params = { concurrency, flags: untilEmpty ? constants.CPK_WORKER_UNTIL_EMPTY : 0 };
        const { signal } = options;
        try {
            return await raw.cpk_worker_run(this.handle, params, toControl(options));
        } catch (error) {
            if (signal?.aborted && error.partial) {
                return error.partial;
            }
            throw error;
        }
    }

    // The queue's metrics in Prometheus' text format.
    async metrics() {
        return (await raw.cpk_work_metrics(this.handle, null)).toString('utf8');
    }
}

const KINDS = new Map([
    [constants.CPK_ACTOR_USER, 'user'],
    [constants.CPK_ACTOR_SERVICE, 'service'],
    [constants.CPK_ACTOR_ADMIN, 'admin'],
]);

// A session of one principal. Calls may overlap: each waits for those before it.
class Session {
    #handle;
    #closing = null;
    #streams = new Set(); // functions that end unfinished streams

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
        open.streams = this.#streams;
        this.#handle = handle;
        this.kind = KINDS.get(raw.cpk_session_kind(handle));
        this.principalId = raw.cpk_session_principal_id(handle);
        const claims = raw.cpk_session_claims(handle);
        this.claims = claims === null ? null : JSON.parse(claims);
        this.users = new Users(open);
        this.packs = new Packs(open);
        this.sources = new Sources(open);
        this.exports = new Exports(open);
        this.credits = new Credits(open);
        this.transactions = new Transactions(open);
        this.holds = new Holds(open);
        this.jobs = new Jobs(open);
        this.legacyPacks = new LegacyPacks(open);
        this.admin = new Admin(open);
        this.maintenance = new Maintenance(open);
        this.reports = new Reports(open);
        this.packages = new Packages(open);
        this.checkouts = new Checkouts(open);
        this.stripe = new Stripe(open);
        this.paymentAttempts = new PaymentAttempts(open);
        this.work = new Work(open);
        Object.freeze(this);
    }

    // Builds a pack of files and folders, and writes its documents; see build() of the package.
    async build(paths, options) {
        if (this.#closing) {
            throw new ContextPackError('CONFLICT', 'the session is closed');
        }
        return build(this.#handle, paths, options);
    }

    // Another session of the same principal, for concurrent work.
    async duplicate() {
        if (this.#closing) {
            throw new ContextPackError('CONFLICT', 'the session is closed');
        }
        return new Session(await raw.cpk_session_duplicate(this.#handle));
    }

    // Closes the session after its running calls, and ends its streams. Records stay valid.
    close() {
        for (const end of this.#streams) {
            end();
        }
        this.#closing ??= raw.cpk_session_close(this.#handle).then(
            () => undefined,
            (error) => { // rejected inside a callback of its own call
                this.#closing = null;
                throw error;
            },
        );
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
