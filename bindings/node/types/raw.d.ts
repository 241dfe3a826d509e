// Made by bindings/node/generate.mjs from bindings/api.json: do not edit.
/// <reference types="node" />
import type { Control, EngineHandle, Page, RawEngineOptions, RawInput, SessionHandle } from './base';

/** One entry of the audit log: what an administrator did to an account, and why. Entries are never changed.
 * An immutable snapshot: any thread may read it; its texts live until cpk_admin_action_free(). */
export interface AdminAction {
    /** a UUID in lower case */
    readonly id: string;
    /** NULL: the service itself */
    readonly adminUserId: string | null;
    /** CPK_ADMIN_*; 0: another one */
    readonly typeCode: number;
    /** "credit_adjustment", ... */
    readonly type: string;
    /** whose account it was */
    readonly targetUserId: string;
    /** negative: taken; 0 if none */
    readonly credits: number;
    /** US dollars / 1,000,000; 0 if none */
    readonly amountMicros: bigint;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly reason: string;
    /** JSON; NULL if none */
    readonly details: string | null;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
}

/** What Stripe made: a checkout session, a customer, a session of the billing portal, a refund.
 * An immutable snapshot: any thread may read it; its texts live until cpk_stripe_object_free(). */
export interface StripeObject {
    /** "cs_...", "cus_...", "re_..." */
    readonly id: string;
    /** "checkout.session", ... */
    readonly type: string;
    /** where the browser goes, or NULL */
    readonly url: string | null;
    /** as Stripe spells it, or NULL */
    readonly status: string | null;
    /** three letters, or NULL */
    readonly currency: string | null;
    /** smallest units; 0 if none */
    readonly amount: number;
    /** or CPK_TIME_UNKNOWN */
    readonly expiresAt: Date | null;
    /** or CPK_TIME_UNKNOWN */
    readonly expiresAtMicros: number | null;
    /** 0: made in Stripe's test mode */
    readonly isLive: boolean;
    /** of a checkout, else NULL */
    readonly attemptId: string | null;
    /** "cus_...", or NULL */
    readonly customerId: string | null;
}

/** Credits that are set aside for work that may come to nothing. They are out of the balance until they are committed
 * (the ledger gets a `usage` entry) or given back.
 * An immutable snapshot: any thread may read it; its texts live until cpk_hold_free(). */
export interface Hold {
    /** What the snapshot holds; texts are borrowed from it. */
    readonly key: string;
    /** the source, the job or what the host named */
    readonly reference: string;
    /** CPK_HOLD_* */
    readonly status: 'open' | 'closed';
    /** CPK_HOLD_* */
    readonly statusCode: number;
    /** 1: on the unlimited plan, costs nothing */
    readonly isUnlimited: boolean;
    /** set aside at first */
    readonly credits: number;
    /** of them, neither committed nor given back */
    readonly remaining: number;
    /** spent */
    readonly committed: number;
    /** microseconds since 1970 UTC, or CPK_TIME_UNKNOWN */
    readonly expiresAt: Date | null;
    /** microseconds since 1970 UTC, or CPK_TIME_UNKNOWN */
    readonly expiresAtMicros: number | null;
}

/** A document made from a pack, in Markdown and JSON.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_export_free(). */
export interface Export {
    /** a UUID in lower case */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly packId: string;
    /** CPK_EXPORT_COMPACT, ... */
    readonly typeCode: number;
    /** "compact", ... */
    readonly type: string;
    /** CPK_EXPORT_READY, ... */
    readonly statusCode: number;
    /** "ready", ... */
    readonly status: string;
    /** NULL unless failed */
    readonly errorMessage: string | null;
    /** exact o200k_base tokens of the Markdown; -1 until ready */
    readonly tokenCount: number | null;
    /** bytes of the Markdown; -1 until ready */
    readonly fileSize: number | null;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAt: Date;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAtMicros: number;
}

/** A V1 job: one file on its way to one V1 pack. Kept for what was built on V1; new work takes packs and sources.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_job_free(). */
export interface Job {
    /** the public identifier that every call takes */
    readonly id: string;
    /** CPK_JOB_*; 0: another program's word */
    readonly statusCode: number;
    /** "created", ... */
    readonly status: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly fileName: string;
    /** bytes; -1 for NULL */
    readonly fileSize: number | null;
    /** 0 to 100; never goes back */
    readonly progress: number;
    /** NULL unless failed */
    readonly errorMessage: string | null;
    /** messages */
    readonly extractedCount: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly totalChunks: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly processedChunks: number;
    /** a JSON array of indexes from 0: "[3,7]" */
    readonly failedChunks: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly inputTokens: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly outputTokens: number;
    /** millionths of a US dollar */
    readonly costMicros: bigint;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAt: Date;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAtMicros: number;
    /** CPK_TIME_UNKNOWN until completed */
    readonly completedAt: Date | null;
    /** CPK_TIME_UNKNOWN until completed */
    readonly completedAtMicros: number | null;
}

/** A V1 pack: the one document that came of a job. Those that the old service made are read as they are.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_legacy_pack_free(). */
export interface LegacyPack {
    /** a UUID in lower case */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly jobId: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly name: string;
    /** JSON as stored; NULL if none */
    readonly extractionStats: string | null;
    /** JSON as stored; NULL if none */
    readonly chunkStats: string | null;
    /** JSON as stored; NULL if none */
    readonly analysisStats: string | null;
    /** bytes; -1 when not known */
    readonly fileSize: number | null;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** its V2 pack; NULL if none */
    readonly copyId: string | null;
}

/** A context pack: a named set of sources and the documents made from them.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_pack_free(). */
export interface Pack {
    /** the public identifier that every call takes */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly name: string;
    /** NULL when unset */
    readonly description: string | null;
    /** NULL when unset */
    readonly customSystemPrompt: string | null;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly totalSources: number;
    /** exact o200k_base tokens of all extracted text */
    readonly totalTokens: number;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAt: Date;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAtMicros: number;
}

/** Something that can be bought, from the setting billing.packages: a number of credits, credits by the piece with
 * volume tiers, or the unlimited plan.
 * An immutable snapshot: any thread may read it; its texts live until cpk_package_free(). */
export interface Package {
    /** What the snapshot holds; texts are borrowed from it. */
    readonly id: string;
    /** what the buyer reads */
    readonly name: string;
    /** lower case, three letters */
    readonly currency: string;
    /** of the currency: 2 for usd, 0 for jpy */
    readonly decimals: number;
    /** 0: by the piece, or a plan */
    readonly credits: number;
    /** in the currency's smallest unit; 0: see its tiers, or Stripe knows it */
    readonly amount: number;
    /** "month", "year"; NULL: paid once */
    readonly interval: string | null;
    /** 1: gives the unlimited plan */
    readonly isUnlimited: boolean;
    /** a price made at Stripe; NULL if none */
    readonly priceId: string | null;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly tierCount: number;
    /** fromCredits: tiers count from 0. unitMicros: price of a credit, millionths of the currency's unit */
    readonly tiers: readonly { readonly fromCredits: number; readonly unitMicros: bigint }[];
}

/** One attempt to pay: a checkout, whatever came of it, or the renewal of a subscription that failed. Checkouts that
 * were refused (a limit was met, the account is suspended) are attempts, too.
 * An immutable snapshot: any thread may read it; its texts live until cpk_payment_attempt_free(). */
export interface PaymentAttempt {
    /** a UUID in lower case */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly userId: string;
    /** "credits", "unlimited", "subscription", "renewal"; other programs may write others */
    readonly type: string;
    /** 0 if none */
    readonly creditsRequested: number;
    /** millionths of the currency's unit; 0 if not known */
    readonly amountMicros: bigint;
    /** NULL: not told, or erased */
    readonly ipAddress: string | null;
    /** NULL: not told, or erased */
    readonly userAgent: string | null;
    /** CPK_ATTEMPT_* */
    readonly statusCode: number;
    /** "succeeded", ... */
    readonly status: string;
    /** NULL if none */
    readonly errorMessage: string | null;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** the checkout session ("cs_...") or the renewal's invoice; NULL if none */
    readonly stripeId: string | null;
}

/** How often somebody tried to pay in a span of time, for the review of fraud: a user, or an address.
 * An immutable snapshot, borrowed from its list. */
export interface PaymentVelocity {
    /** a user's id, or an address */
    readonly subject: string;
    /** addresses of the user, or users of the address */
    readonly others: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly attempts: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly succeeded: number;
    /** with those that were refused */
    readonly failed: number;
    /** by this library */
    readonly refused: number;
    /** of all attempts */
    readonly creditsRequested: number;
    /** of all attempts, whatever the currency */
    readonly amountMicros: bigint;
    /** microseconds since 1970 UTC */
    readonly firstAt: Date;
    /** microseconds since 1970 UTC */
    readonly firstAtMicros: number;
    /** microseconds since 1970 UTC */
    readonly lastAt: Date;
    /** microseconds since 1970 UTC */
    readonly lastAtMicros: number;
}

/** A source: one export, document, link or paste inside a pack.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_source_free(). */
export interface Source {
    /** the public identifier that every call takes */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly packId: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly name: string;
    /** CPK_SOURCE_CHAT_EXPORT ... */
    readonly typeCode: number;
    /** CPK_SOURCE_PENDING ... */
    readonly statusCode: number;
    /** "ready_for_analysis", ... */
    readonly status: string;
    /** "chat_export", ... */
    readonly type: string;
    /** 0 to 100; never goes back */
    readonly progress: number;
    /** NULL unless failed */
    readonly errorMessage: string | null;
    /** NULL for a paste */
    readonly fileName: string | null;
    /** bytes; -1 until stored */
    readonly fileSize: number | null;
    /** "chatgpt", ...; "" until extracted */
    readonly format: string;
    /** of the raw bytes, hex */
    readonly sha256: string;
    /** messages that this source brought */
    readonly messageCount: number;
    /** conversations that this source brought or grew */
    readonly conversationCount: number;
    /** messages that the pack had already */
    readonly knownMessages: number;
    /** exact o200k_base tokens of the new text */
    readonly textTokens: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly totalChunks: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly processedChunks: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly inputTokens: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly outputTokens: number;
    /** millionths of a US dollar */
    readonly costMicros: bigint;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAt: Date;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAtMicros: number;
    /** CPK_TIME_UNKNOWN until completed */
    readonly completedAt: Date | null;
    /** CPK_TIME_UNKNOWN until completed */
    readonly completedAtMicros: number | null;
}

/** What a webhook came to. An immutable snapshot: any thread may read it; its texts live until
 * cpk_webhook_result_free(). */
export interface WebhookResult {
    /** CPK_WEBHOOK_* */
    readonly outcome: 'processed' | 'repeated' | 'ignored' | 'unclaimed' | 'refused';
    /** CPK_WEBHOOK_* */
    readonly outcomeCode: number;
    /** "evt_..." */
    readonly eventId: string;
    /** as Stripe spells it */
    readonly eventType: string;
    /** NULL: nobody's, or not known */
    readonly userId: string | null;
    /** added by it; negative: taken back */
    readonly credits: number;
    /** all of it, as the webhook log keeps it */
    readonly json: string;
}

/** What a reconciliation came to. An immutable snapshot: any thread may read it; its text lives until
 * cpk_reconcile_report_free(). */
export interface ReconcileReport {
    /** the time it went back to */
    readonly startsAt: Date;
    /** the time it went back to */
    readonly startsAtMicros: number;
    /** the sum of those below */
    readonly seen: number;
    /** had their effect before */
    readonly known: number;
    /** had their effect now */
    readonly processed: number;
    /** mean nothing here */
    readonly ignored: number;
    /** paid, and nobody to credit */
    readonly unclaimed: number;
    /** of test mode, beside a live key */
    readonly refused: number;
    /** What the snapshot holds; the text is borrowed from it. */
    readonly failed: number;
    /** an event and why it failed; NULL: none */
    readonly firstFailure: string | null;
}

/** A payment that was made at Stripe and that nobody is credited for, since no event says whose it is.
 * An immutable snapshot: any thread may read it; its texts live as long as it, or as its list. */
export interface Payment {
    /** a UUID in lower case */
    readonly id: string;
    /** "cus_..."; NULL: not known */
    readonly customerId: string | null;
    /** "pi_..."; NULL: not known */
    readonly stripePaymentId: string | null;
    /** NULL: not known */
    readonly packageId: string | null;
    /** "usd"; NULL: not known */
    readonly currency: string | null;
    /** paid, in the currency's smallest unit */
    readonly amount: number;
    /** refunded and disputed so far, of that amount */
    readonly amountBack: number;
    /** bought; 0 of a plan */
    readonly credits: number;
    /** 1: bought the unlimited plan */
    readonly isUnlimited: boolean;
    /** microseconds since 1970 UTC: first heard of */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC: first heard of */
    readonly createdAtMicros: number;
}

/** One entry of the credit ledger. Entries are never changed. At every moment a user's credits_balance is the sum of
 * the entries (without unlimited_usage) less what running work holds.
 * An immutable snapshot: any thread may read it; its texts live until cpk_transaction_free(). */
export interface Transaction {
    /** a UUID in lower case */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly userId: string;
    /** CPK_TRANSACTION_PURCHASE ... */
    readonly typeCode: number;
    /** "usage", ... */
    readonly type: string;
    /** negative: taken */
    readonly credits: number;
    /** US dollars / 1,000,000; 0 if none */
    readonly amountMicros: bigint;
    /** NULL if none */
    readonly packageId: string | null;
    /** the source or job; NULL if none */
    readonly jobId: string | null;
    /** NULL if none */
    readonly description: string | null;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
}

/** A user's profile. An immutable snapshot: any thread may read it; its texts live until cpk_user_free(). */
export interface User {
    /** a UUID in lower case */
    readonly id: string;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly email: string;
    /** NULL when unset */
    readonly fullName: string | null;
    /** NULL when unset */
    readonly avatarUrl: string | null;
    /** the prefix of the user's blobs */
    readonly storageDirectory: string;
    /** CPK_PLAN_* */
    readonly paymentPlan: 'credits' | 'unlimited';
    /** CPK_PLAN_* */
    readonly paymentPlanCode: number;
    /** credits that are free to use */
    readonly creditsBalance: number;
    /** in the user's lifetime */
    readonly chunksAnalyzed: number;
    /** microseconds since 1970 UTC */
    readonly createdAt: Date;
    /** microseconds since 1970 UTC */
    readonly createdAtMicros: number;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAt: Date;
    /** What the snapshot holds; texts are borrowed from it. */
    readonly updatedAtMicros: number;
    /** CPK_TIME_UNKNOWN: it is not */
    readonly suspendedAt: Date | null;
    /** CPK_TIME_UNKNOWN: it is not */
    readonly suspendedAtMicros: number | null;
    /** NULL unless suspended */
    readonly suspensionReason: string | null;
    /** CPK_TIME_UNKNOWN: it is not */
    readonly deletedAt: Date | null;
    /** CPK_TIME_UNKNOWN: it is not */
    readonly deletedAtMicros: number | null;
    /** "sub_..."; NULL: none */
    readonly subscriptionId: string | null;
    /** as Stripe spells it; NULL: none */
    readonly subscriptionStatus: string | null;
    /** CPK_TIME_UNKNOWN: no plan has a start */
    readonly planStartsAt: Date | null;
    /** CPK_TIME_UNKNOWN: no plan has a start */
    readonly planStartsAtMicros: number | null;
    /** CPK_TIME_UNKNOWN: until further notice; work goes on for the setting plan.grace_ms after it */
    readonly planEndsAt: Date | null;
    /** CPK_TIME_UNKNOWN: until further notice; work goes on for the setting plan.grace_ms after it */
    readonly planEndsAtMicros: number | null;
}

/** Why something is done to an account. Start from CPK_ADMIN_PARAMS_INIT. Grows only at its end. */
export interface AdminParams {
    /** CPK_ADMIN_MAY_OWE, in the calls that take credits */
    flags?: number;
    /** required: UTF-8, 1 to 2,000 bytes */
    reason?: string | null;
    /** a JSON object of up to 16,000 bytes, or NULL */
    details?: string | null;
}

/** One page of a list: newest first. Grows only at its end. */
export interface PageParams {
    /** items, 1 to 1,000; 0: 100 */
    limit?: number;
    /** what the last page's `_list_next` gave; NULL: the first page */
    after?: string | null;
}

/** What is bought. Start from CPK_CHECKOUT_PARAMS_INIT. Grows only at its end. */
export interface CheckoutParams {
    /** 0 */
    flags?: number;
    /** required: see cpk_package */
    packageId?: string | null;
    /** how many, of a package with tiers; else 0 */
    credits?: number;
    /** required: where the browser goes when it is paid; may hold {CHECKOUT_SESSION_ID} */
    successUrl?: string | null;
    /** where it goes when the buyer gives up, or NULL */
    cancelUrl?: string | null;
    /** the buyer's, IPv4 or IPv6; NULL: not known, and no limit by address */
    ipAddress?: string | null;
    /** the buyer's; the first 512 bytes are kept; or NULL */
    userAgent?: string | null;
}

/** What is given back. Start from CPK_REFUND_PARAMS_INIT. Grows only at its end. */
export interface RefundParams {
    /** 0 */
    flags?: number;
    /** required: names the request, 1 to 200 bytes; the same again refunds once */
    key?: string | null;
    /** required: "pi_...", the stripe_payment_id of the purchase's transaction */
    paymentIntentId?: string | null;
    /** in the currency's smallest unit; 0: all that is left */
    amount?: number;
    /** "duplicate", "fraudulent", "requested_by_customer", or NULL */
    reason?: string | null;
}

/** How to cut. Start from CPK_CHUNK_OPTIONS_INIT. */
export interface ChunkOptions {
    /** CPK_ENCODING_*; 0: o200k_base */
    encoding?: number;
    /** 0: the setting chunk.max_tokens (100,000); at least 16 */
    maxTokens?: number;
    /** -1: none; 0: the setting chunk.overlap_tokens (none); at most half of max_tokens */
    overlapTokens?: number;
}

/** What was found in an input. Grows only at its end. */
export interface ExtractReport {
    /** CPK_SOURCE_* that the input is */
    readonly sourceType: number;
    /** "chatgpt", "claude", "text", "markdown", ... */
    readonly format: string;
    readonly conversations: number;
    readonly messages: number;
    /** messages and conversations that held nothing usable */
    readonly skipped: number;
    /** places that could not be read; what is whole was kept */
    readonly damaged: number;
    /** files that the export promises and does not hold */
    readonly missingFiles: number;
}

/** One change of a balance. Start from CPK_CREDIT_PARAMS_INIT. Grows only at its end. */
export interface CreditParams {
    /** for cpk_credits_grant(): CPK_TRANSACTION_PURCHASE, _REFUND or _BONUS; 0: bonus */
    type?: number;
    /** required: names the request, 1 to 200 bytes of UTF-8 */
    key?: string | null;
    /** 1 to CPK_CREDITS_MAX */
    credits?: number;
    /** money that belongs to it, millionths of a unit; 0: none */
    amountMicros?: number | bigint;
    /** up to 200 bytes, or NULL, as are the two below */
    packageId?: string | null;
    jobId?: string | null;
    stripePaymentId?: string | null;
    /** up to 2,000 bytes, or NULL */
    description?: string | null;
    /** a JSON object of up to 16,000 bytes, or NULL */
    metadata?: string | null;
}

/** What is set aside. Start from CPK_HOLD_PARAMS_INIT. Grows only at its end. */
export interface HoldParams {
    /** 0 */
    flags?: number;
    /** required: names the hold and the request, 1 to 200 bytes of UTF-8 */
    key?: string | null;
    /** 1 to CPK_CREDITS_MAX */
    credits?: number;
    /** after it the hold is given back; 0: the setting credits.hold_lifetime_ms */
    lifetimeMs?: number;
    /** what it is for, the job_id of its transactions: up to 200 bytes; NULL: the key */
    reference?: string | null;
}

/** What a setting is; texts are static. Grows only at its end. */
export interface SettingDetails {
    readonly name: string | null;
    /** with its unit */
    readonly summary: string | null;
    readonly defaultValue: number | bigint;
    readonly minimum: number | bigint;
    readonly maximum: number | bigint;
}

/** What a text setting is; texts are static. Values are never told. Grows only at its end. */
export interface TextSettingDetails {
    /** 1: keep it out of command lines, logs and lists */
    readonly isSecret: number;
    readonly name: string | null;
    readonly summary: string | null;
}

/** What a database holds, and its size. Grows only at its end. */
export interface Statistics {
    readonly users: number;
    readonly packs: number;
    readonly sources: number;
    /** neither completed nor failed */
    readonly unfinishedSources: number;
    readonly exports: number;
    /** V1 */
    readonly jobs: number;
    /** of sources */
    readonly chunks: number;
    readonly transactions: number;
    /** number of the last migration */
    readonly schemaVersion: number;
    /** without the write-ahead log */
    readonly databaseBytes: number;
    /** of them, of deleted rows; SQLite only */
    readonly freeBytes: number;
}

/** What archiving or restoring came to. Grows only at its end. */
export interface ArchiveReport {
    /** written, or read */
    readonly files: number;
    /** in them */
    readonly rows: number;
    /** of them, compressed */
    readonly bytes: number;
    /** of months that were archived before and have not changed */
    readonly knownFiles: number;
    /** webhook logs that were deleted once they were archived */
    readonly deletedRows: number;
    /** rows that were put back */
    readonly restoredRows: number;
    /** not what their manifest says, or without it */
    readonly damagedFiles: number;
}

/** What a sweep saw. Grows only at its end. */
export interface SweepReport {
    /** in the users' folders */
    readonly blobs: number;
    /** that no row names, old enough to go */
    readonly orphans: number;
    readonly orphanBytes: number;
    /** 0 in a dry run */
    readonly removed: number;
    /** left alone: of work in flight, perhaps */
    readonly youngOrphans: number;
    /** whose blobs could not be looked at, or whose folder is not theirs alone; the log says why */
    readonly skippedUsers: number;
    /** that no row names and this library does not make: they stay */
    readonly unknownBlobs: number;
}

/** What a backup copied. Grows only at its end. */
export interface BackupReport {
    readonly databaseBytes: number;
    /** copied now */
    readonly blobs: number;
    readonly blobBytes: number;
    /** that the target held already, with the same size */
    readonly knownBlobs: number;
}

/** What a new pack is made of, or in cpk_pack_update() what changes. Start from CPK_PACK_PARAMS_INIT. */
export interface PackParams {
    /** 1 to 200 bytes after trimming; NULL: "Untitled pack", or unchanged */
    name?: string | null;
    /** up to 4,000 bytes, or NULL */
    description?: string | null;
    /** added to the analyzer's frame, for chunks to come; up to 8,000 bytes, or NULL */
    customSystemPrompt?: string | null;
}

/** How far a pack's sources are. Grows only at its end. */
export interface PackProgress {
    /** in any state */
    readonly sources: number;
    readonly completedSources: number;
    readonly failedSources: number;
    /** input and output of all analyses so far */
    readonly analysisTokens: number;
}

/** Which to tell. Start from CPK_PAYMENT_VELOCITY_PARAMS_INIT. Grows only at its end. */
export interface PaymentVelocityParams {
    /** CPK_VELOCITY_*; 0: by user */
    by?: number;
    /** microseconds since 1970 UTC; 0: the last 24 hours */
    sinceUs?: number | null;
    /** those with fewer are left out; 0: none */
    minimumAttempts?: number;
    /** rows, 1 to 1,000; 0: 100 */
    limit?: number;
}

/** What an analysis that was not started yet, or not finished, will cost: as of one moment. Grows only at its end. */
export interface Quote {
    /** 1: what is known to be left is covered, and the account is not suspended */
    readonly canProceed: number;
    /** 1: on the unlimited plan, costs nothing */
    readonly isUnlimited: number;
    /** that the quote is for: 1, or all of a pack's */
    readonly sources: number;
    /** of them, not extracted yet: their chunks are in none of the numbers below */
    readonly unknownSources: number;
    /** 1 credit each */
    readonly chunksTotal: number;
    /** and paid */
    readonly chunksDone: number;
    /** also those that failed: they were not paid */
    readonly chunksLeft: number;
    /** to finish: chunks_left, or 0 on the unlimited plan */
    readonly creditsNeeded: number;
    /** credits that are free to use */
    readonly balance: number;
    /** set aside for work of this user's, all of it */
    readonly held: number;
    /** of it, by an earlier run of this very work: given back before more is set aside */
    readonly heldHere: number;
    /** that balance and held_here pay: what CPK_RUN_PARTIAL would do; at most chunks_left */
    readonly chunksCovered: number;
    /** of one credit (billing.credit_price_micros), in millionths of the currency's unit */
    readonly priceMicros: bigint;
    /** credits_needed at that price; INT64_MAX where it does not fit */
    readonly costMicros: bigint;
    /** billing.currency, "usd" when it is not set; lives as long as the engine */
    readonly currency: string | null;
}

/** What a report is about. Start from CPK_REPORT_OPTIONS_INIT. Grows only at its end. */
export interface ReportOptions {
    /** CPK_REPORT_CSV or CPK_REPORT_JSON; 0: CSV */
    format?: number;
    /** from this time on, microseconds since 1970 UTC; 0: from the start */
    fromUs?: number | null;
    /** before this time; 0: to the end */
    untilUs?: number | null;
    /** where days begin: 0 at midnight UTC, 60 an hour before it; -840 to 840 */
    utcOffsetMinutes?: number;
}

/** What a token may do. Start from CPK_TOKEN_OPTIONS_INIT. Grows only at its end. */
export interface TokenOptions {
    /** CPK_TOKEN_*; 0: CPK_TOKEN_USER alone */
    allow?: number;
}

/** What a new user is made of. Start from CPK_USER_PARAMS_INIT. */
export interface UserParams {
    /** CPK_PLAN_*; 0: credits */
    paymentPlan?: number;
    /** a UUID in lower case that the host knows the user by; NULL: a random one */
    id?: string | null;
    /** required; 3 to 320 bytes, unique without regard to case */
    email?: string | null;
    /** up to 200 bytes, or NULL */
    fullName?: string | null;
    /** up to 2,000 bytes, or NULL */
    avatarUrl?: string | null;
}

/** What the deletion of an account erased, and what accounting keeps. Grows only at its end. */
export interface UserDeletion {
    /** rows that were erased, each with all that hangs on it */
    readonly packs: number;
    readonly sources: number;
    readonly exports: number;
    readonly jobs: number;
    readonly legacyPacks: number;
    /** blobs that were erased */
    readonly blobs: number;
    /** and their bytes */
    readonly blobBytes: number;
    readonly keptTransactions: number;
    /** without address and user agent */
    readonly keptPaymentAttempts: number;
    readonly keptAdminActions: number;
    /** that stay: somebody else's row names them, or nothing tells that they were this account's */
    readonly keptBlobs: number;
}

/** Adds credits to a user's balance, or takes some (a negative number); the ledger gets a `bonus` entry.
 * 
 * @param credits  -2,147,483,647 to 2,147,483,647, not 0
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance would go below zero, and CPK_ADMIN_MAY_OWE is not set */
export function cpk_admin_adjust_credits(session: SessionHandle, userId: string | null, credits: number | bigint, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Gives a user credits because of a support case: 1 or more; the ledger gets a `bonus` entry. */
export function cpk_admin_support_credit(session: SessionHandle, userId: string | null, credits: number | bigint, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Records that money was given back, and takes back the credits that it had bought; the ledger gets a `refund` entry
 * with the amount. Moves no money.
 * 
 * @param credits            how many to take, 0 or more; with 0 only the money is recorded, whatever the balance is
 * @param amount_micros      what was given back, millionths of a US dollar, 1 or more
 * @param stripe_payment_id  the payment it belongs to, up to 200 bytes, or NULL
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  as in cpk_admin_adjust_credits() */
export function cpk_admin_record_refund(session: SessionHandle, userId: string | null, credits: number | bigint, amountMicros: number | bigint, stripePaymentId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Suspends an account: it can't start work that costs credits, on any plan. What runs already ends as it would;
 * reading, making documents of what is analysed, and deleting stay allowed. The user is told the reason.
 * CPK_ERROR_CONFLICT when it is suspended already, or deleted. */
export function cpk_admin_suspend(session: SessionHandle, userId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Lifts a suspension. CPK_ERROR_CONFLICT when there is none. */
export function cpk_admin_unsuspend(session: SessionHandle, userId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Gives a user a payment of cpk_payment_list_unclaimed(): its credits, or its plan, and whatever Stripe tells of it
 * later. The entry's details name it as `payment_id`.
 * 
 * @param payment_id  cpk_payment_id()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  no such payment, or no such user
 *         CPK_ERROR_CONFLICT   the payment is not unclaimed, or the account was deleted */
export function cpk_admin_assign_payment(session: SessionHandle, userId: string | null, paymentId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Puts a user on a plan, CPK_PLAN_*. CPK_ERROR_CONFLICT when they are on it. */
export function cpk_admin_override_plan(session: SessionHandle, userId: string | null, paymentPlan: number, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** A page of the audit log, for admins and the service. admin_user_id NULL: of every admin; user_id NULL: to every
 * account. `page` may be NULL. */
export function cpk_admin_action_list_get(session: SessionHandle, adminUserId: string | null, userId: string | null, page: PageParams | null, control?: Control): Promise<Page<AdminAction>>;
/** The version of the library that is linked, "major.minor.patch"; static. */
export function cpk_version(): string | null;
/** The code's name, "CPK_ERROR_NOT_FOUND"; static, "CPK_ERROR_UNKNOWN" for any other value. */
export function cpk_status_name(status: number): string | null;
/** Begins a checkout: Stripe's page where the user pays. Every call is recorded as an attempt to pay (see
 * cpk_payment_attempt), also one that is refused.
 * 
 * @param user_id   who buys; NULL: the session's own user
 * @param checkout  out: send the browser to its URL
 * @return CPK_OK, what is said at the top of this header, and
 *         CPK_ERROR_LIMIT_EXCEEDED     checkout.max_per_user_hour or checkout.max_per_ip_hour is met; retryable. The
 *                                      limits hold for all processes together.
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended, too */
export function cpk_checkout_create(session: SessionHandle, userId: string | null, params: CheckoutParams | null, control?: Control): Promise<StripeObject>;
/** The user's customer at Stripe, made when the user has none yet.
 * 
 * @param user_id   whose; NULL: the session's own user
 * @param customer  out; of one that was known already it holds the id and type alone: Stripe is not asked */
export function cpk_stripe_customer(session: SessionHandle, userId: string | null, control?: Control): Promise<StripeObject>;
/** Opens Stripe's billing portal for a user, who changes or cancels a subscription there and sees invoices. Suspended
 * accounts may, too.
 * 
 * @param user_id     whose; NULL: the session's own user
 * @param return_url  where the browser goes afterwards; NULL: what the portal's configuration says
 * @param portal      out: send the browser to its URL
 * @return as above; CPK_ERROR_NOT_FOUND when the user is no customer yet */
export function cpk_stripe_portal(session: SessionHandle, userId: string | null, returnUrl: string | null, control?: Control): Promise<StripeObject>;
/** Asks Stripe to give money back. The credits that it had bought are taken back when the webhook `charge.refunded`
 * comes. For the service and admins.
 * 
 * @param refund  out, may be NULL */
export function cpk_stripe_refund(session: SessionHandle, params: RefundParams | null, control?: Control): Promise<StripeObject>;
/** Extracts an input and cuts its text by token budget at the best boundary that fits: conversation, message,
 * paragraph, sentence, word, code point. Without a database.
 * @return as cpk_extract(), and CPK_ERROR_INVALID_ARGUMENT for options out of their bounds */
export function cpk_chunk_input(engine: EngineHandle, input: RawInput, chunkOptions: ChunkOptions | null, control?: Control): Promise<ExtractReport>;
/** Adds credits to a balance: what was bought, given back or given. *transaction may be NULL. */
export function cpk_credits_grant(session: SessionHandle, userId: string | null, params: CreditParams | null, control?: Control): Promise<Transaction>;
/** Takes back credits whose money went back; the ledger gets a `refund` entry below zero. The balance may go below zero
 * by it: what was spent is owed. *transaction may be NULL. */
export function cpk_credits_clawback(session: SessionHandle, userId: string | null, params: CreditParams | null, control?: Control): Promise<Transaction>;
/** Sets credits aside. A user on the unlimited plan gets a hold of none, whose commits are recorded as
 * `unlimited_usage`.
 * 
 * @param hold  out, may be NULL: free it with cpk_hold_free(). The same request again gives the hold as it is now.
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover it; the message names both
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended or deleted, too */
export function cpk_hold_reserve(session: SessionHandle, userId: string | null, params: HoldParams | null, control?: Control): Promise<Hold>;
/** Spends credits of a hold, all or a part.
 * 
 * @param hold_key  the key that the hold was made with
 * @param key       names this request, 1 to 200 bytes of UTF-8
 * @param credits   1 to what is left in the hold
 * @param flags     CPK_HOLD_RELEASE_REST or 0
 * @param hold      out, may be NULL
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  no such hold
 *         CPK_ERROR_CONFLICT   it is closed (committed, given back or expired), or less is left in it */
export function cpk_hold_commit(session: SessionHandle, userId: string | null, holdKey: string | null, key: string | null, credits: number | bigint, flags: number, control?: Control): Promise<Hold>;
/** Gives back what is left of a hold. One that is closed stays as it is, and that is no error. */
export function cpk_hold_release(session: SessionHandle, userId: string | null, holdKey: string | null, control?: Control): Promise<Hold>;
/** A hold by its key. NULL user_id: the session's own user. */
export function cpk_hold_get(session: SessionHandle, userId: string | null, holdKey: string | null, control?: Control): Promise<Hold>;
/** Gives back holds whose time is over: what a process that died left. Holds of packs and jobs that a live process still
 * works on are left alone. For hosts to call now and then. A hold that can't be given back, because the balance has 32
 * bits, is passed by and logged, and cpk_engine_check() names it.
 * 
 * @param limit    holds looked at, 1 to 1,000, the longest over first
 * @param expired  out: how many were given back */
export function cpk_holds_expire(session: SessionHandle, limit: number, control?: Control): Promise<number>;
/** Compares every user's balance with the ledger. Changes nothing.
 * 
 * @param each     called for each that differs, inside the call; may be NULL
 * @param drifted  out: how many differ */
export function cpk_credits_audit(session: SessionHandle, control?: Control): Promise<number>;
/** Opens an engine, creating the database file and the storage folder where they do not exist (unless
 * CPK_ENGINE_NO_CREATE). What is created is readable by its owner only, whatever the umask.
 * 
 * An SQLite database, and a PostgreSQL database that holds no tables at all, is brought to this version's schema. Any
 * other PostgreSQL database is never changed by this call: one whose schema is older, or that was never migrated, is
 * refused with CPK_ERROR_UNSUPPORTED, and cpk_engine_migrate_report() on an engine opened with CPK_ENGINE_NO_MIGRATE
 * migrates it. A database that a newer version migrated is opened if that version lets this one work.
 * 
 * @param options  NULL: no database and no storage, enough for cpk_extract(), cpk_chunk_input() and friends
 * @param engine   out: close it with cpk_engine_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  an option is wrong; the message names it
 *         CPK_ERROR_NOT_FOUND         with CPK_ENGINE_NO_CREATE: the database file or the storage folder is missing, or
 *                                     the database has no tables of this library; the message names it
 *         CPK_ERROR_UNSUPPORTED       a URI scheme; a database of a newer version, or one that must be migrated first
 *         CPK_ERROR_PERMISSION_DENIED, _NO_SPACE, _IO, _DATABASE, _STORAGE  the message names the file */
export function cpk_engine_open(options: RawEngineOptions | null, control?: Control): Promise<EngineHandle>;
/** Reads a setting's value. CPK_ERROR_INVALID_ARGUMENT for an unknown name. */
export function cpk_engine_setting(engine: EngineHandle, name: string | null, control?: Control): Promise<number>;
/** How many settings there are. */
export function cpk_setting_count(): number;
/** Describes setting `index`, from 0. CPK_ERROR_NOT_FOUND past the end. */
export function cpk_setting_info(index: number): SettingDetails;
/** The same on a worker thread. */
export function cpk_setting_info_async(index: number, control?: Control): Promise<SettingDetails>;
/** How many text settings there are. */
export function cpk_text_setting_count(): number;
/** Describes text setting `index`, from 0. CPK_ERROR_NOT_FOUND past the end. */
export function cpk_text_setting_info(index: number): TextSettingDetails;
/** The same on a worker thread. */
export function cpk_text_setting_info_async(index: number, control?: Control): Promise<TextSettingDetails>;
/** The same, and tells what each migration changes in words: a line for each table that is made, index that is added or
 * privilege that is taken away, so that it can be read before it is done to a database in use. A line that begins with
 * "note: " tells what was found; one that begins with "undo: " is the SQL statement that takes a change back. The lines
 * about a migration follow the call of `report` about it; an engine that is made anew each time (SQLite) has none.
 * Either callback may be NULL; both get `user`.
 * 
 * A PostgreSQL database may be in use: a dry run only reads; the other builds indexes while everybody goes on, and
 * makes all else in one transaction, which locks tables for a fraction of a second and tries for
 * database.migration_wait_ms.
 * 
 * CPK_ERROR_UNSUPPORTED        the database's tables differ from what this version needs; the message lists how
 * CPK_ERROR_PERMISSION_DENIED  the connection's role may not change the schema
 * CPK_ERROR_BUSY               others hold the tables (retryable; the message names them); nothing was changed but
 * indexes */
export function cpk_engine_migrate_report(engine: EngineHandle, dryRun: number, control?: Control): Promise<void>;
/** Tells what cpk_engine_migrate_report() told when the database's migrations were applied, by whichever process: it is
 * kept in the database. Migrations that an earlier version applied have no lines.
 * 
 * CPK_ERROR_UNSUPPORTED  the database was not migrated to this version's schema
 * CPK_ERROR_NOT_FOUND    it has no tables */
export function cpk_engine_migration_history(engine: EngineHandle, control?: Control): Promise<void>;
/** Counts the rows of all users and tells the database's size, so that no one has to open the file for that. Reads
 * indexes, not rows, as of one moment.
 * 
 * @param statistics  out; start from CPK_STATISTICS_INIT
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT (an engine without a database), _DATABASE, _BUSY */
export function cpk_engine_statistics(engine: EngineHandle, control?: Control): Promise<Statistics>;
/** Looks at the whole installation: the database, its schema and, on SQLite and where PostgreSQL has the extension
 * amcheck, every page and index for damage; the storage (writes, reads and removes a small
 * blob), balances against the ledger, rows without blobs and blobs without rows, sources and exports that a dead
 * process left. Each finding says what to do. Changes nothing, and may run while others work. *failures gets the number
 * of CPK_CHECK_FAILED; what could not be looked at is one, so that CPK_OK alone does not mean that all is well. */
export function cpk_engine_check(engine: EngineHandle, control?: Control): Promise<number>;
/** Makes a document of a pack from what has been analysed so far. When nothing changed since the last one of that
 * type, that one is returned, with *made 0. The whole document, the pack's findings and its list of conversations are
 * in memory while it is made.
 * 
 * @param session  a user's session
 * @param type     CPK_EXPORT_COMPACT, ...
 * @param options  may be NULL
 * @param made     out, may be NULL: 1 a new document, 0 the one that was there
 * @param result   out: free it with cpk_export_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND   no such pack
 *         CPK_ERROR_NO_CONTENT  the pack has no analysed source
 *         CPK_ERROR_BUSY        another process makes the same document; retryable
 *         CPK_ERROR_CONFLICT    this process was silent for pipeline.lease_timeout_ms and another one took over
 *         CPK_ERROR_NO_SPACE, _IO, _STORAGE, _DATABASE, _CANCELLED */
export function cpk_export_create(session: SessionHandle, packId: string | null, type: number, control?: Control): Promise<{ made: number; export: Export }>;
/** An export by its id. CPK_ERROR_NOT_FOUND also when it is somebody else's. */
export function cpk_export_get(session: SessionHandle, exportId: string | null, control?: Control): Promise<Export>;
/** Streams a ready export's document. CPK_ERROR_CONFLICT when it is not ready. */
export function cpk_export_read(session: SessionHandle, exportId: string | null, format: number, control?: Control): Promise<Buffer>;
/** Deletes an export with its blobs. CPK_ERROR_BUSY while another process makes it. */
export function cpk_export_delete(session: SessionHandle, exportId: string | null, control?: Control): Promise<void>;
/** CPK_EXPORT_* for "compact", "standard" or "complete"; 0 for any other name or NULL. */
export function cpk_export_type_from_name(name: string | null): number;
/** A page of the exports of a pack. CPK_ERROR_INVALID_ARGUMENT for a page.after that no list gave. `page` may be NULL. */
export function cpk_export_list_get(session: SessionHandle, packId: string | null, page: PageParams | null, control?: Control): Promise<Page<Export>>;
/** Reads an input of any known format, message by message, without a database. Memory is bounded by the largest
 * conversation, not by the input.
 * 
 * @param engine   for settings and memory; needs neither database nor storage
 * @param message  NULL: only the report is wanted
 * @param options  may be NULL
 * @param report   out, may be NULL
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED   no format recognises it; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT    empty, or not one message in it
 *         CPK_ERROR_INVALID_DATA  damaged before the first message
 *         CPK_ERROR_ENCRYPTED     an archive with a password
 *         CPK_ERROR_LIMIT_EXCEEDED, _NOT_FOUND, _PERMISSION_DENIED, _IO, _CANCELLED */
export function cpk_extract(engine: EngineHandle, input: RawInput, control?: Control): Promise<ExtractReport>;
/** The same as normalised text, as chunks are cut from it and as cpk_source_read() gives it.
 * 
 * @param write    takes the text in pieces, in order
 * @return as cpk_extract() */
export function cpk_extract_text(engine: EngineHandle, input: RawInput, control?: Control): Promise<{ report: ExtractReport; data: Buffer }>;
/** Creates a job of an input: stores its bytes. The same bytes again are another job.
 * 
 * @param session  a user's session
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param job      out: free it with cpk_job_free(); NULL on failure
 * @return CPK_OK, CPK_ERROR_NOT_FOUND (no such file), _NO_CONTENT (the input is empty), _LIMIT_EXCEEDED
 *         (import.max_file_bytes), _BUSY (the input changed while it was read), _CANCELLED */
export function cpk_job_create(session: SessionHandle, input: RawInput, control?: Control): Promise<Job>;
/** Takes a job to its V1 pack: extraction, chunking, analysis, one document. Does only what is left, also after a
 * process died, and charges each chunk once. A chunk that fails is listed in the job's failed chunks and the others go
 * on; a completed job that has some tries them again and makes its pack anew. Jobs of other programs are taken up as
 * they are: what is completed stays, what is not is done from its stored file.
 * 
 * options->max_chunks and CPK_RUN_PARTIAL do less than all, as in cpk_source_run(): CPK_OK with the job still
 * CPK_JOB_ANALYZING. Its V1 pack is made once no chunk is left that was not tried.
 * 
 * @param options  may be NULL
 * @param job  out, may be NULL: the job as it is afterwards, also when the call fails
 * @return CPK_OK, also when some chunks failed
 *         CPK_ERROR_UNSUPPORTED, _INVALID_DATA, _NO_CONTENT, _ENCRYPTED, _LIMIT_EXCEEDED
 *                                         the input can't be used: the job is failed, with the message
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the chunks that are left, with
 *                                         CPK_RUN_PARTIAL not even one; nothing was charged
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended
 *         CPK_ERROR_NOT_FOUND             no such job, or its bytes are not stored
 *         CPK_ERROR_BUSY, _CONFLICT, _CANCELLED  as in cpk_source_run()
 *         CPK_ERROR_ANALYZER              every chunk failed: the job is failed */
export function cpk_job_run(session: SessionHandle, jobId: string | null, control?: Control): Promise<Job>;
/** A job by its public identifier. CPK_ERROR_NOT_FOUND also when it is somebody else's. */
export function cpk_job_get(session: SessionHandle, jobId: string | null, control?: Control): Promise<Job>;
/** Deletes a job with its V1 pack and its blobs. Credits that were used stay used. CPK_ERROR_BUSY while another process
 * works on it. */
export function cpk_job_delete(session: SessionHandle, jobId: string | null, control?: Control): Promise<void>;
/** A page of the session's own jobs. `page` may be NULL. */
export function cpk_job_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<Job>>;
/** A V1 pack by its id. CPK_ERROR_NOT_FOUND also when it is somebody else's. */
export function cpk_legacy_pack_get(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<LegacyPack>;
/** The V1 pack of a job. CPK_ERROR_NOT_FOUND when it has none. */
export function cpk_legacy_pack_find(session: SessionHandle, jobId: string | null, control?: Control): Promise<LegacyPack>;
/** Streams the document of a V1 pack. CPK_ERROR_STORAGE names the key when the storage does not have it: the row stays,
 * and so does what it tells. */
export function cpk_legacy_pack_read(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<Buffer>;
/** Deletes a V1 pack with its document; its job and a copy in V2 stay. */
export function cpk_legacy_pack_delete(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<void>;
/** Copies a V1 pack into V2: a new pack of the same name, whose description says where it comes from, with one source:
 * the file that the job was made of, or the V1 document where that file is gone. The source is pending: nothing is
 * charged until it is run. V1 stays untouched, and cpk_legacy_pack_undo_copy() takes the copy back.
 * 
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param copied   out, may be NULL: 1 a new copy, 0 the one that was there
 * @param pack     out: the V2 pack; free it with cpk_pack_free()
 * @return CPK_OK, CPK_ERROR_NOT_FOUND (no such V1 pack, or neither of its files is stored), _CANCELLED */
export function cpk_legacy_pack_copy(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<{ copied: number; pack: Pack }>;
/** Deletes the V2 pack that was made of a V1 pack, with all that was added to it. CPK_ERROR_NOT_FOUND when there is
 * none, CPK_ERROR_BUSY while a process works on it. */
export function cpk_legacy_pack_undo_copy(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<void>;
/** A page of the session's own V1 packs. `page` may be NULL. */
export function cpk_legacy_pack_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<LegacyPack>>;
/** Archives every month that is over of credit_transactions and admin_actions, and webhook_logs that are older than
 * maintenance.webhook_days: compressed lines of JSON in the storage, each file with a manifest that holds its SHA-256
 * (docs/maintenance.md says where and what). Webhook logs are deleted once their file was read back and found whole;
 * the other rows stay where they are. A month that was archived and has not changed is passed by.
 * 
 * @param options  may be NULL; progress in rows, CPK_STAGE_STORE
 * @param report   out, may be NULL; start from CPK_ARCHIVE_REPORT_INIT
 * @return CPK_OK, CPK_ERROR_PERMISSION_DENIED, _STORAGE, _DATABASE, _NO_SPACE, _CANCELLED */
export function cpk_maintenance_archive(session: SessionHandle, control?: Control): Promise<ArchiveReport>;
/** Puts rows back that archives hold and the database lacks. Every file is checked against its manifest first; one that
 * is damaged is told in a note, counted, and passed by. Rows that are there stay as they are. A ledger's rows do not
 * touch balances: what they explain is in the balance already.
 * 
 * @param table    "credit_transactions", "admin_actions" or "webhook_logs"; NULL: all
 * @param dry_run  1: verify and count, change nothing
 * @param options  may be NULL; notes tell of damaged files
 * @param report   out, may be NULL
 * @return CPK_OK, also with damaged files; CPK_ERROR_INVALID_ARGUMENT, _PERMISSION_DENIED, _STORAGE, _DATABASE (a row
 *         whose user is gone), _CANCELLED */
export function cpk_maintenance_restore(session: SessionHandle, table: string | null, dryRun: number, control?: Control): Promise<ArchiveReport>;
/** Removes blobs in the users' folders that no row of anyone names, nor a folder that they lie in, when they are older
 * than maintenance.orphan_age_ms and still without a row at a second look. Only what has the form of this library's own
 * keys goes; other blobs stay, and are told in notes of CPK_NOTE_KEPT. Rows without their blobs are
 * cpk_engine_check()'s to tell. A user whose blobs can't be read, or whose folder is also that of another profile,
 * holds one, or can't be used, is skipped, logged as a warning and counted; the others are swept all the same.
 * 
 * @param dry_run  1: tell and remove nothing
 * @param options  may be NULL; progress in blobs, CPK_STAGE_STORE; notes tell what stays
 * @param each     may be NULL
 * @param report   out, may be NULL; start from CPK_SWEEP_REPORT_INIT */
export function cpk_maintenance_sweep(session: SessionHandle, dryRun: number, control?: Control): Promise<SweepReport>;
/** Copies an SQLite database into a file, as of one moment, while others read and write; copying the file itself while
 * an engine has it open does not. The copy is readable by its owner only, checked for damage, and there whole or not at
 * all. It holds every row; what was uploaded, texts, answers and documents are blobs in the storage, which are copied
 * only into `storage`: after the database, so that every row of the copy has its blobs, but for what was deleted
 * meanwhile. A blob that the target holds already, with the same size, is passed by, so that the next backup into the
 * same target copies what is new. To restore, open an engine on the copies.
 * 
 * @param path      of the copy; its folder exists
 * @param storage   a storage as in cpk_engine_options.storage ("file:DIR"); NULL: the database only
 * @param replace   1: an existing file at the path is replaced; 0: it is CPK_ERROR_ALREADY_EXISTS
 * @param options   may be NULL; progress (CPK_STAGE_STORE) in pages of the database, then in bytes of blobs
 * @param report    out, may be NULL; start from CPK_BACKUP_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED   a PostgreSQL database: use pg_dump; or a host's driver that makes no backups
 *         CPK_ERROR_INVALID_DATA  the database is damaged: no copy was made
 *         CPK_ERROR_CONFLICT      the log of another database lies at the path
 *         CPK_ERROR_ALREADY_EXISTS, _INVALID_ARGUMENT, _NO_SPACE, _IO, _STORAGE, _CANCELLED */
export function cpk_engine_backup(engine: EngineHandle, path: string | null, storage: string | null, replace: number, control?: Control): Promise<BackupReport>;
/** "user", "assistant", "system", "tool", "unknown"; static, never NULL. */
export function cpk_role_name(role: number): string | null;
/** "text", "tool_call", "attachment", ...; static, "unknown" for any other value. */
export function cpk_kind_name(kind: number): string | null;
/** Creates an empty pack owned by the session's user.
 * 
 * @param session  a user's session
 * @param params   not kept; NULL: the defaults
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED the session is not a user's
 *         CPK_ERROR_DATABASE          the database refused or is away; cpk_error_retryable() tells */
export function cpk_pack_create(session: SessionHandle, params: PackParams | null, control?: Control): Promise<Pack>;
/** The user's pack of params->name, the newest when there are several, or a new one made of the params when there is
 * none. One transaction: of two processes at once one makes it and both get it.
 * 
 * @param created  out, may be NULL: 1 a new pack, 0 the one that was there, unchanged
 * @return as cpk_pack_create() */
export function cpk_pack_ensure(session: SessionHandle, params: PackParams | null, control?: Control): Promise<{ created: number; pack: Pack }>;
/** A pack by its public identifier. CPK_ERROR_NOT_FOUND also when it is somebody else's. */
export function cpk_pack_get(session: SessionHandle, packId: string | null, control?: Control): Promise<Pack>;
/** The user's pack of that name, the newest when there are several. */
export function cpk_pack_find(session: SessionHandle, name: string | null, control?: Control): Promise<Pack>;
/** Changes name, description or prompt: NULL leaves a field, "" empties description or prompt. *pack may be NULL. */
export function cpk_pack_update(session: SessionHandle, packId: string | null, params: PackParams | null, control?: Control): Promise<Pack>;
/** Deletes a pack with its sources, exports and blobs. Credits that were used stay used. CPK_ERROR_BUSY while another
 * process works on one of them: what was deleted until then is gone. */
export function cpk_pack_delete(session: SessionHandle, packId: string | null, control?: Control): Promise<void>;
/** A page of the session's own packs. CPK_ERROR_INVALID_ARGUMENT for a page.after that no list gave. `page` may be
 * NULL. */
export function cpk_pack_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<Pack>>;
/** Sums up the sources of a pack. */
export function cpk_pack_get_progress(session: SessionHandle, packId: string | null, control?: Control): Promise<PackProgress>;
/** The package of that id. CPK_ERROR_NOT_FOUND; CPK_ERROR_INVALID_ARGUMENT when the setting is wrong. */
export function cpk_package_get(session: SessionHandle, packageId: string | null, control?: Control): Promise<Package>;
/** What so many credits of a package cost. Of a package with tiers, the price of the last tier that is reached counts
 * for all credits; the product is rounded to the currency's smallest unit, half of one up. Nothing else is rounded.
 * 
 * @param credits  how many, of a package with tiers; 0 for one that has its own number
 * @param granted  out, may be NULL: the credits that are bought; 0 for a plan
 * @param price    out: in the currency's smallest unit (cents, yen); 0 where only Stripe knows it (a price_id)
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  that many can't be bought of it */
export function cpk_package_price(session: SessionHandle, packageId: string | null, credits: number | bigint, control?: Control): Promise<{ granted: number; price: number }>;
/** All packages, for every session. CPK_ERROR_INVALID_ARGUMENT tells what is wrong with the setting. */
export function cpk_package_list_get(session: SessionHandle, control?: Control): Promise<Page<Package>>;
/** One attempt. NULL user_id: the session's own user. CPK_ERROR_NOT_FOUND. */
export function cpk_payment_attempt_get(session: SessionHandle, userId: string | null, attemptId: string | null, control?: Control): Promise<PaymentAttempt>;
/** A page of attempts. Users see their own. For the service and admins, NULL user_id means everybody's.
 * 
 * @param ip_address  only those from this address, IPv4 or IPv6; NULL: from any
 * @param page        may be NULL
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT (no address), CPK_ERROR_PERMISSION_DENIED (somebody else's) */
export function cpk_payment_attempt_list_get(session: SessionHandle, userId: string | null, ipAddress: string | null, page: PageParams | null, control?: Control): Promise<Page<PaymentAttempt>>;
/** Who tried to pay most often, or from which addresses, the most first: one page, for the service and admins.
 * 
 * @param params  may be NULL
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED (a user's session) */
export function cpk_payment_velocity_list_get(session: SessionHandle, params: PaymentVelocityParams | null, control?: Control): Promise<Page<PaymentVelocity>>;
/** What analysing a source will cost. Changes nothing and sets nothing aside: by the time the work starts, the balance
 * may be another.
 * 
 * @param session  a user's session
 * @param quote    out; start from CPK_QUOTE_INIT
 * @return CPK_OK, CPK_ERROR_NOT_FOUND (no such source, or somebody else's), _DATABASE */
export function cpk_quote_source(session: SessionHandle, sourceId: string | null, control?: Control): Promise<Quote>;
/** The same of all sources of a pack. */
export function cpk_quote_pack(session: SessionHandle, packId: string | null, control?: Control): Promise<Quote>;
/** The same of a V1 job. */
export function cpk_quote_job(session: SessionHandle, jobId: string | null, control?: Control): Promise<Quote>;
/** A user's statement: the opening balance, every entry of the ledger in the period with the balance after it, the
 * closing balance. A statement that goes to the end then tells the open holds, and what is left is the balance that
 * cpk_credits_balance() gives.
 * 
 * @param session  a user's (their own statement), the service's or an admin's
 * @param user_id  NULL: the session's own user
 * @param options  may be NULL
 * @return CPK_OK, CPK_ERROR_PERMISSION_DENIED (somebody else's), _NOT_FOUND, _INVALID_ARGUMENT, _DATABASE, _CANCELLED */
export function cpk_report_statement(session: SessionHandle, userId: string | null, options: ReportOptions | null, control?: Control): Promise<Buffer>;
/** Money by day, package and currency: bought, gone back, net. Days without any have no row. Entries without a time have
 * the day "unknown", in a report from the start. Credits that were bought
 * count by the ledger's entries, on the days of the entries. Payments that bought no credits (subscriptions, the
 * unlimited plan) have rows of their own, on the day of their first event, together with what went back of them.
 * 
 * @param session  the service's or an admin's
 * @return as cpk_report_statement(); CPK_ERROR_PERMISSION_DENIED for a user's session */
export function cpk_report_revenue(session: SessionHandle, options: ReportOptions | null, control?: Control): Promise<Buffer>;
/** What was used by day: users, credits, use on the unlimited plan, analysed chunks, tokens and what the analyzer said
 * that they cost. Days without any have no row. The session and the answers are as of cpk_report_revenue(). */
export function cpk_report_usage(session: SessionHandle, options: ReportOptions | null, control?: Control): Promise<Buffer>;
/** A session of a user that exists. CPK_ERROR_NOT_FOUND when there is no such user, CPK_ERROR_PERMISSION_DENIED when
 * the account was deleted. */
export function cpk_session_open_user(engine: EngineHandle, userId: string | null, control?: Control): Promise<SessionHandle>;
/** A session of the machine's own user, who is created on first use: for an installation of one person, on their own
 * machine, where there is nobody to sign in and nothing to pay. The plan is unlimited: usage is recorded, nothing is
 * charged. The command acts for the same user when none is named.
 * 
 * It takes the rights of cpk_session_open_service(), and never opens the account of somebody who signed up with that
 * address: one whose plan is not unlimited, or is paid for, is refused. A database that several machines share
 * (PostgreSQL) has one such user for all of them: give each person a user of their own there.
 * 
 * @param engine   with a database; CPK_ENGINE_LOCAL opens the person's own
 * @param session  out: close it with cpk_session_close(), which may be after the engine's; NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   an engine without a database
 *         CPK_ERROR_CONFLICT           the account of that address is somebody else's; the message names its id
 *         CPK_ERROR_PERMISSION_DENIED  the account is being deleted
 *         CPK_ERROR_DATABASE, _BUSY
 * Threads and processes may do this at once: one creates the user. */
export function cpk_session_open_local(engine: EngineHandle, control?: Control): Promise<SessionHandle>;
/** A session of whoever a token (JWT) speaks for: role "authenticated" opens the session of user `sub`, role
 * "service_role" one of the service where `options` allow that; cpk_session_kind() tells which. Other roles ("anon")
 * open none. The first token of a user makes their profile from its claims, once, with the first credits.
 * 
 * Keys come from the settings auth.jwt_secret (HS256), auth.jwks_file and auth.jwks_url (RS256, ES256, EdDSA; secrets
 * in key sets are left out); a key's algorithm is its own and not the token's to choose. exp is required; nbf, iat, aud
 * (setting auth.audience) and iss (auth.issuer) are checked, with auth.clock_skew_ms between clocks. A suspended user
 * may still read. The session does not end when the token does: open one for each piece of work.
 * 
 * @param token    the compact form, without "Bearer "; never logged
 * @param options  NULL: tokens of users alone
 * @return CPK_OK
 *         CPK_ERROR_UNAUTHENTICATED    the token is not valid, expired or for another audience
 *         CPK_ERROR_PERMISSION_DENIED  its role may not open a session or is not allowed, or the account was deleted
 *         CPK_ERROR_ALREADY_EXISTS     another account has the token's e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   no setting names a key, or one is not usable
 *         CPK_ERROR_NETWORK, _TIMEOUT  keys could not be fetched, and none were before (retryable)
 * Threads: several may do this at once on one engine. */
export function cpk_session_open_token(engine: EngineHandle, token: string | null, options: TokenOptions | null, control?: Control): Promise<SessionHandle>;
/** A session of the service itself, for hosts that have checked who is asking. */
export function cpk_session_open_service(engine: EngineHandle, control?: Control): Promise<SessionHandle>;
/** A session of a named administrator (a UUID), whose actions are recorded under that name. */
export function cpk_session_open_admin(engine: EngineHandle, adminUserId: string | null, control?: Control): Promise<SessionHandle>;
/** Another session of the same principal, with the same rights and claims, for work at the same time: in another thread,
 * or in a callback of a call on the first. Nothing is read or checked again, so it also works when the token has
 * expired and when the host has closed the engine. Both are closed, in any order.
 * 
 * @param session  that the caller may use now: no call on it is running
 * @param opened   the other one
 * @return CPK_OK, or what the database says: CPK_ERROR_BUSY, _DATABASE ... */
export function cpk_session_duplicate(session: SessionHandle, control?: Control): Promise<SessionHandle>;
/** Who the session acts as: CPK_ACTOR_USER, CPK_ACTOR_SERVICE or CPK_ACTOR_ADMIN; 0 for NULL. */
export function cpk_session_kind(session: SessionHandle): number;
/** The id of the user or the administrator; NULL for the service. It lives as long as the session. */
export function cpk_session_principal_id(session: SessionHandle): string | null;
/** All claims of the token that opened the session, verified, as a JSON object; NULL when there was none. What stands in
 * user_metadata, the user wrote. It lives as long as the session. */
export function cpk_session_claims(session: SessionHandle): string | null;
/** Adds an input to a pack: stores its bytes under their SHA-256, status pending.
 * 
 * The same bytes added to the same pack again give the source that is there, with *added 0: finish it with
 * cpk_source_run(), which does only what is left.
 * 
 * @param session  a user's session
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param added    out, may be NULL: 1 a new source, 0 the pack had it
 * @param source   out: free it with cpk_source_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND         no such pack, or no such file
 *         CPK_ERROR_UNSUPPORTED       the path is a folder's
 *         CPK_ERROR_NO_CONTENT        the input is empty
 *         CPK_ERROR_LIMIT_EXCEEDED    import.max_file_bytes or pack.max_sources
 *         CPK_ERROR_BUSY              another process stores the same bytes, or the input changed while it was read;
 *                                     retryable
 *         CPK_ERROR_PERMISSION_DENIED, _NO_SPACE, _IO, _STORAGE, _DATABASE, _CANCELLED */
export function cpk_source_add(session: SessionHandle, packId: string | null, input: RawInput, control?: Control): Promise<{ added: number; source: Source }>;
/** Takes a source as far as `until`: extraction and chunking, then analysis. Does only what is left, repeats at most
 * the unit that was in flight when a process died, and charges each chunk once. Conversations and messages that
 * earlier sources of the pack brought are recognised and not imported again.
 * 
 * What is done stays as it was made: a source that is extracted keeps its chunks when chunk.max_tokens changes, a chunk
 * that is analysed keeps its answer when the analyzer or the pack's prompt does. Only what is left is done the new way;
 * to have all of it made anew, delete the source and add it again.
 * 
 * Credits for all chunks that are left are set aside before the first is analysed; when the balance is short, nothing
 * is done. Less than all is done when it is asked for: options->max_chunks bounds how many chunks this call analyses
 * (and so what it sets aside), and CPK_RUN_PARTIAL takes as many as the balance covers when it is short. The call then
 * gives CPK_OK with the source still CPK_SOURCE_ANALYZING, its processed chunks below its total chunks; every CPK_OK of
 * a source that was not completed brought it on by a chunk at least. Going on later pays only for what is left.
 * cpk_quote_source() tells beforehand.
 * 
 * @param until    CPK_SOURCE_READY_FOR_ANALYSIS or CPK_SOURCE_COMPLETED
 * @param options  may be NULL
 * @param source   out, may be NULL: the source as it is afterwards, also when the call fails
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED, _INVALID_DATA, _NO_CONTENT, _ENCRYPTED, _LIMIT_EXCEEDED
 *                                     the input can't be used: the source is failed, with the message
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the chunks that are left, with
 *                                     CPK_RUN_PARTIAL not even one; nothing was charged
 *         CPK_ERROR_NOT_FOUND         no such source, or its bytes were never stored whole: add them again
 *         CPK_ERROR_BUSY              another process works on it; retryable
 *         CPK_ERROR_CONFLICT          this process was silent for pipeline.lease_timeout_ms and another one took over
 *         CPK_ERROR_CANCELLED         what was committed stays; call again to go on
 *         CPK_ERROR_ANALYZER          a chunk failed; the others stay analysed */
export function cpk_source_run(session: SessionHandle, sourceId: string | null, until: number, control?: Control): Promise<Source>;
/** A source by its public identifier. CPK_ERROR_NOT_FOUND also when it is somebody else's. */
export function cpk_source_get(session: SessionHandle, sourceId: string | null, control?: Control): Promise<Source>;
/** Deletes a source with its blobs. Credits that were used stay used. CPK_ERROR_BUSY while another process works on it. */
export function cpk_source_delete(session: SessionHandle, sourceId: string | null, control?: Control): Promise<void>;
/** Streams one part of a source. CPK_ERROR_CONFLICT when it is not made yet. */
export function cpk_source_read(session: SessionHandle, sourceId: string | null, part: number, control?: Control): Promise<Buffer>;
/** A page of the sources of a pack. CPK_ERROR_INVALID_ARGUMENT for a page.after that no list gave. `page` may be NULL. */
export function cpk_source_list_get(session: SessionHandle, packId: string | null, page: PageParams | null, control?: Control): Promise<Page<Source>>;
/** Takes one delivery of a Stripe webhook: verifies its signature, and does its effect on the ledger and the plan, and
 * writes its webhook log, in one transaction. The effect happens once for each event and each payment, in whatever
 * order and however often events arrive, from any number of processes.
 * 
 * Answer Stripe with 200 for CPK_OK, with 400 for CPK_ERROR_PERMISSION_DENIED and CPK_ERROR_INVALID_DATA, and with 500
 * for anything else: Stripe then delivers the event again, and the webhook log says `failed` and why.
 * https://docs.stripe.com/webhooks
 * 
 * @param session     the service's or an admin's
 * @param body        the request's body, byte for byte as it came
 * @param body_bytes  its length, at most the setting stripe.max_event_bytes
 * @param signature   the value of the request's Stripe-Signature header; NULL: it had none, and is refused
 * @param result      out, may be NULL: free it with cpk_webhook_result_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  a user's session; a signature that is missing, wrong or too old
 *         CPK_ERROR_INVALID_ARGUMENT   the setting stripe.webhook_secrets is not there
 *         CPK_ERROR_INVALID_DATA       signed, but no event; or in another currency than its payment
 *         CPK_ERROR_LIMIT_EXCEEDED     longer than stripe.max_event_bytes
 *         CPK_ERROR_NOT_FOUND          it names a user that is not here */
export function cpk_stripe_webhook(session: SessionHandle, body: string | Uint8Array, signature: string | null, control?: Control): Promise<WebhookResult>;
/** Reads the events that Stripe has of the last days and does the effect of those that no webhook brought, the oldest
 * first: for a timer, and after a time in which webhooks could not be received. Each event has its effect once,
 * together with deliveries of the same event, from any number of processes; its webhook log says that it had no
 * signature.
 * 
 * Only the types of events that mean something to credits and plans are asked for, of the account that the setting
 * stripe.secret_key belongs to. The key of a restricted kind needs to read events. Memory holds one page of at most 100
 * events, within net.max_response_bytes. An event that fails is logged and counted, and the others go on; it is tried
 * again by the next call. When the call itself fails, what was done until then stays.
 * 
 * @param session  the service's or an admin's
 * @param since    microseconds since 1970 UTC: events that Stripe made at this second or later; 0: of the last 72
 * hours. Stripe keeps events for 30 days: an earlier time is CPK_ERROR_INVALID_ARGUMENT
 * @param options  may be NULL; progress (CPK_STAGE_STORE) in events, their total is not known
 * @param report   out, may be NULL: free it with cpk_reconcile_report_free()
 * @return CPK_OK, also when events failed: see cpk_reconcile_report_failed(); what is said at the top of
 *         <contextpack/checkout.h> about requests to Stripe, and
 *         CPK_ERROR_PERMISSION_DENIED  a user's session, too
 *         CPK_ERROR_INVALID_DATA       Stripe's answer is no list of events
 *         CPK_ERROR_LIMIT_EXCEEDED     one event alone is longer than net.max_response_bytes */
export function cpk_stripe_reconcile(session: SessionHandle, since: number | bigint, control?: Control): Promise<ReconcileReport>;
/** Payments that nobody is credited for: those that bring credits or the unlimited plan, and were not given back. They
 * go from the list when an event says whose customer paid, or with cpk_admin_assign_payment().
 * 
 * @param page  may be NULL
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED (a user's session) */
export function cpk_payment_list_unclaimed(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<Payment>>;
/** Ends plans whose subscription is over by more than the setting plan.grace_ms, for hosts to call now and then (Stripe
 * tells the end of a subscription, but a message can get lost). New work looks at the date by itself. A user whose plan
 * can't be ended is passed by and logged.
 * 
 * @param session  the service's or an admin's
 * @param limit    users looked at, 1 to 1,000, the longest over first
 * @param expired  out: how many are on credits now
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED */
export function cpk_plans_expire(session: SessionHandle, limit: number, control?: Control): Promise<number>;
/** Counts the tokens of a text. Time is linear in its length; any thread, no state.
 * 
 * The text is ordinary text: "<|endoftext|>" in it is seven characters' worth of tokens, never a special token.
 * Bytes that are not UTF-8 are counted as if each ill-formed sequence (Unicode's "maximal subpart") were U+FFFD.
 * 
 * @param encoding      CPK_ENCODING_*; 0 for o200k_base
 * @param text          `length_bytes` bytes; may hold NULs; may be NULL when the length is 0
 * @param count         out: the number of tokens
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  an unknown encoding, or a missing pointer
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for one long word (others need none) */
export function cpk_tokens_count(encoding: number, text: string | Uint8Array): number;
/** The same on a worker thread. */
export function cpk_tokens_count_async(encoding: number, text: string | Uint8Array, control?: Control): Promise<number>;
/** The tokens of a text, as ids of the encoding's vocabulary.
 * 
 * @param ids           out: room for `capacity` ids; a text never has more tokens than bytes after replacement, so
 *                      3 * length_bytes always suffices, and length_bytes does for valid UTF-8
 * @param capacity      the room, in ids
 * @param count         out: the number of tokens, also when there is not room for all
 * @return as cpk_tokens_count(), and
 *         CPK_ERROR_LIMIT_EXCEEDED    more tokens than room; `ids` holds the first `capacity` of them */
export function cpk_tokens_encode(encoding: number, text: string | Uint8Array): Uint32Array;
/** The same on a worker thread. */
export function cpk_tokens_encode_async(encoding: number, text: string | Uint8Array, control?: Control): Promise<Uint32Array>;
/** CPK_ENCODING_* for "o200k_base" or "cl100k_base"; 0 for any other name or NULL. */
export function cpk_encoding_from_name(name: string | null): number;
/** The encoding's name; static, NULL for an unknown one. */
export function cpk_encoding_name(encoding: number): string | null;
/** A user's free credits and what running work holds of the rest. NULL user_id: the session's own user. */
export function cpk_credits_balance(session: SessionHandle, userId: string | null, control?: Control): Promise<{ balance: number; held: number }>;
/** A page of a user's entries. NULL user_id: the session's own user. `page` may be NULL. */
export function cpk_transaction_list_get(session: SessionHandle, userId: string | null, page: PageParams | null, control?: Control): Promise<Page<Transaction>>;
/** A user's balance together with the latest entries of the ledger, as of one moment: one query.
 * 
 * @param user_id  NULL: the session's own user
 * @param limit    entries, 1 to 1,000; 0: 10
 * @param balance  out, may be NULL: credits that are free to use
 * @param held     out, may be NULL: credits that running work holds
 * @param latest   out: newest first; cpk_transaction_list_next() goes on in cpk_transaction_list_get() */
export function cpk_credits_overview(session: SessionHandle, userId: string | null, limit: number, control?: Control): Promise<{ balance: number; held: number; latest: Page<Transaction> }>;
/** Creates a user with 10 credits, which stand in the ledger as a `bonus` transaction.
 * 
 * @param session  the service's or an admin's
 * @param user     out, may be NULL: the new user; free it with cpk_user_free()
 * @return CPK_OK, CPK_ERROR_ALREADY_EXISTS (id or e-mail), CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED */
export function cpk_user_create(session: SessionHandle, params: UserParams | null, control?: Control): Promise<User>;
/** A user by id; NULL: the session's own. CPK_ERROR_NOT_FOUND also for a user that the session may not see. */
export function cpk_user_get(session: SessionHandle, userId: string | null, control?: Control): Promise<User>;
/** A user by e-mail, without regard to case; for the service and admins. CPK_ERROR_NOT_FOUND when there is none. Where
 * another program has given several profiles one address, none is picked: CPK_ERROR_CONFLICT, whose message lists their
 * ids. */
export function cpk_user_find(session: SessionHandle, email: string | null, control?: Control): Promise<User>;
/** Changes what a user may change; NULL leaves a field, "" empties it. *user may be NULL. */
export function cpk_user_update(session: SessionHandle, userId: string | null, fullName: string | null, avatarUrl: string | null, control?: Control): Promise<User>;
/** Changes a user's e-mail address, for the service and admins; as in cpk_user_create() it must be unique.
 * *user may be NULL. */
export function cpk_user_set_email(session: SessionHandle, userId: string | null, email: string | null, control?: Control): Promise<User>;
/** Puts a user on a plan, CPK_PLAN_*, for the service; an administrator who overrides one takes
 * cpk_admin_override_plan(), which records it. Work that runs ends on the plan it began on. *user may be NULL. */
export function cpk_user_set_plan(session: SessionHandle, userId: string | null, paymentPlan: number, control?: Control): Promise<User>;
/** The same, watched. A blob goes only when no row that stays, of anyone, names it or a folder that it lies in, and when
 * its place says that it was this account's: the profile's storage folder, as long as it is in use by nobody else.
 * Notes of CPK_NOTE_KEPT tell what stays, and why: blobs (the first 100; all are counted), a folder that is not the
 * account's alone, columns of the service's tables that this library does not know and that keep their values. They are
 * told again when it is called again.
 * 
 * @param options  may be NULL; progress in blobs, CPK_STAGE_STORE
 * @return as cpk_user_delete(), and CPK_ERROR_CANCELLED: call it again to go on */
export function cpk_user_delete_watched(session: SessionHandle, userId: string | null, control?: Control): Promise<UserDeletion>;
/** A page of all users. CPK_ERROR_PERMISSION_DENIED for a user's session. `page` may be NULL. */
export function cpk_user_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<User>>;

export const constants: {
    readonly CPK_ADMIN_CREDIT_ADJUSTMENT: 1;
    readonly CPK_ADMIN_REFUND_ISSUED: 2;
    readonly CPK_ADMIN_ACCOUNT_SUSPENDED: 3;
    readonly CPK_ADMIN_ACCOUNT_UNSUSPENDED: 4;
    readonly CPK_ADMIN_PLAN_OVERRIDE: 5;
    readonly CPK_ADMIN_SUPPORT_CREDIT: 6;
    readonly CPK_ADMIN_PAYMENT_ASSIGNED: 7;
    readonly CPK_ADMIN_REASON_BYTES_MAX: 2000;
    readonly CPK_ADMIN_DETAILS_BYTES_MAX: 16000;
    readonly CPK_ADMIN_MAY_OWE: 1;
    readonly CPK_ANALYZER_ABI: 1;
    readonly CPK_DATABASE_ABI: 1;
    readonly CPK_DATABASE_CAN_ROW_SECURITY: 1;
    readonly CPK_DIALECT_SQLITE: 1;
    readonly CPK_DIALECT_POSTGRESQL: 2;
    readonly CPK_VALUE_INT64: 1;
    readonly CPK_VALUE_DOUBLE: 2;
    readonly CPK_VALUE_TEXT: 3;
    readonly CPK_VALUE_BLOB: 4;
    readonly CPK_ACTOR_USER: 1;
    readonly CPK_ACTOR_SERVICE: 2;
    readonly CPK_ACTOR_ADMIN: 3;
    readonly CPK_ACTOR_MIGRATION: 4;
    readonly CPK_TRANSACTION_READ: 0;
    readonly CPK_TRANSACTION_WRITE: 1;
    readonly CPK_EXTRACTOR_ABI: 1;
    readonly CPK_NOTE_SKIPPED_MESSAGE: 1;
    readonly CPK_NOTE_SKIPPED_CONVERSATION: 2;
    readonly CPK_NOTE_DAMAGED: 3;
    readonly CPK_NOTE_MISSING_FILE: 4;
    readonly CPK_NOTE_SKIPPED_FILE: 5;
    readonly CPK_NOTE_REPAIRED: 6;
    readonly CPK_NOTE_OVER_LIMIT: 7;
    readonly CPK_NOTE_KEPT: 8;
    readonly CPK_STORAGE_ABI: 1;
    readonly CPK_STORAGE_KEY_BYTES_MAX: 1024;
    readonly CPK_VERSION_MAJOR: 0;
    readonly CPK_VERSION_MINOR: 2;
    readonly CPK_VERSION_PATCH: 0;
    readonly CPK_VERSION: string;
    readonly CPK_OK: 0;
    readonly CPK_ERROR_INVALID_ARGUMENT: 1;
    readonly CPK_ERROR_OUT_OF_MEMORY: 2;
    readonly CPK_ERROR_CANCELLED: 3;
    readonly CPK_ERROR_NOT_FOUND: 4;
    readonly CPK_ERROR_ALREADY_EXISTS: 5;
    readonly CPK_ERROR_PERMISSION_DENIED: 6;
    readonly CPK_ERROR_CONFLICT: 7;
    readonly CPK_ERROR_BUSY: 8;
    readonly CPK_ERROR_LIMIT_EXCEEDED: 9;
    readonly CPK_ERROR_UNSUPPORTED: 10;
    readonly CPK_ERROR_INVALID_DATA: 11;
    readonly CPK_ERROR_NO_CONTENT: 12;
    readonly CPK_ERROR_ENCRYPTED: 13;
    readonly CPK_ERROR_IO: 14;
    readonly CPK_ERROR_NO_SPACE: 15;
    readonly CPK_ERROR_DATABASE: 16;
    readonly CPK_ERROR_STORAGE: 17;
    readonly CPK_ERROR_NETWORK: 18;
    readonly CPK_ERROR_ANALYZER: 19;
    readonly CPK_ERROR_INSUFFICIENT_CREDITS: 20;
    readonly CPK_ERROR_TIMEOUT: 21;
    readonly CPK_ERROR_INTERNAL: 22;
    readonly CPK_ERROR_UNAUTHENTICATED: 23;
    readonly CPK_TIME_UNKNOWN: bigint;
    readonly CPK_LOG_ERROR: 1;
    readonly CPK_LOG_WARNING: 2;
    readonly CPK_LOG_INFO: 3;
    readonly CPK_LOG_DEBUG: 4;
    readonly CPK_STAGE_STORE: 1;
    readonly CPK_STAGE_EXTRACT: 2;
    readonly CPK_STAGE_CHUNK: 3;
    readonly CPK_STAGE_ANALYZE: 4;
    readonly CPK_STAGE_EXPORT: 5;
    readonly CPK_URL_BYTES_MAX: 2048;
    readonly CPK_CREDITS_MAX: 2147483647;
    readonly CPK_LEDGER_KEY_BYTES_MAX: 200;
    readonly CPK_LEDGER_TEXT_BYTES_MAX: 2000;
    readonly CPK_HOLD_OPEN: 1;
    readonly CPK_HOLD_CLOSED: 2;
    readonly CPK_HOLD_RELEASE_REST: 1;
    readonly CPK_ENGINE_NO_MIGRATE: 1;
    readonly CPK_ENGINE_NO_CREATE: 2;
    readonly CPK_ENGINE_LOCAL: 4;
    readonly CPK_CHECK_PASSED: 0;
    readonly CPK_CHECK_WARNING: 1;
    readonly CPK_CHECK_FAILED: 2;
    readonly CPK_EXPORT_COMPACT: 1;
    readonly CPK_EXPORT_STANDARD: 2;
    readonly CPK_EXPORT_COMPLETE: 3;
    readonly CPK_EXPORT_GENERATING: 1;
    readonly CPK_EXPORT_READY: 2;
    readonly CPK_EXPORT_FAILED: 3;
    readonly CPK_FORMAT_MARKDOWN: 1;
    readonly CPK_FORMAT_JSON: 2;
    readonly CPK_SOURCE_CHAT_EXPORT: 1;
    readonly CPK_SOURCE_DOCUMENT: 2;
    readonly CPK_SOURCE_URL: 3;
    readonly CPK_SOURCE_TEXT: 4;
    readonly CPK_JOB_CREATED: 1;
    readonly CPK_JOB_PROCESSING: 2;
    readonly CPK_JOB_READY_FOR_ANALYSIS: 3;
    readonly CPK_JOB_ANALYZING: 4;
    readonly CPK_JOB_COMPLETED: 5;
    readonly CPK_JOB_FAILED: 6;
    readonly CPK_ROLE_UNKNOWN: 0;
    readonly CPK_ROLE_USER: 1;
    readonly CPK_ROLE_ASSISTANT: 2;
    readonly CPK_ROLE_SYSTEM: 3;
    readonly CPK_ROLE_TOOL: 4;
    readonly CPK_KIND_TEXT: 1;
    readonly CPK_KIND_CODE: 2;
    readonly CPK_KIND_THINKING: 3;
    readonly CPK_KIND_TOOL_CALL: 4;
    readonly CPK_KIND_TOOL_RESULT: 5;
    readonly CPK_KIND_ATTACHMENT: 6;
    readonly CPK_KIND_QUOTE: 7;
    readonly CPK_KIND_INSTRUCTIONS: 8;
    readonly CPK_KIND_MEMORY: 9;
    readonly CPK_KIND_ARTIFACT: 10;
    readonly CPK_KIND_TRANSCRIPT: 11;
    readonly CPK_KIND_DOCUMENT: 12;
    readonly CPK_KIND_SUMMARY: 13;
    readonly CPK_KIND_ERROR: 14;
    readonly CPK_MESSAGE_HIDDEN: 1;
    readonly CPK_MESSAGE_ACTIVE_BRANCH: 2;
    readonly CPK_PACK_NAME_BYTES_MAX: 200;
    readonly CPK_PACK_DESCRIPTION_BYTES_MAX: 4000;
    readonly CPK_PACK_PROMPT_BYTES_MAX: 8000;
    readonly CPK_ATTEMPT_INITIATED: 1;
    readonly CPK_ATTEMPT_PROCESSING: 2;
    readonly CPK_ATTEMPT_SUCCEEDED: 3;
    readonly CPK_ATTEMPT_FAILED: 4;
    readonly CPK_ATTEMPT_CANCELLED: 5;
    readonly CPK_USER_AGENT_BYTES_KEPT: 512;
    readonly CPK_VELOCITY_BY_USER: 1;
    readonly CPK_VELOCITY_BY_IP: 2;
    readonly CPK_REPORT_CSV: 1;
    readonly CPK_REPORT_JSON: 2;
    readonly CPK_LOCAL_USER_EMAIL: string;
    readonly CPK_TOKEN_USER: 1;
    readonly CPK_TOKEN_SERVICE: 2;
    readonly CPK_RUN_PARTIAL: 1;
    readonly CPK_SOURCE_PENDING: 1;
    readonly CPK_SOURCE_PROCESSING: 2;
    readonly CPK_SOURCE_READY_FOR_ANALYSIS: 3;
    readonly CPK_SOURCE_ANALYZING: 4;
    readonly CPK_SOURCE_COMPLETED: 5;
    readonly CPK_SOURCE_FAILED: 6;
    readonly CPK_PART_RAW: 1;
    readonly CPK_PART_EXTRACTED: 2;
    readonly CPK_PART_WITHHELD: 3;
    readonly CPK_WEBHOOK_PROCESSED: 1;
    readonly CPK_WEBHOOK_REPEATED: 2;
    readonly CPK_WEBHOOK_IGNORED: 3;
    readonly CPK_WEBHOOK_UNCLAIMED: 4;
    readonly CPK_WEBHOOK_REFUSED: 5;
    readonly CPK_ENCODING_O200K_BASE: 1;
    readonly CPK_ENCODING_CL100K_BASE: 2;
    readonly CPK_TRANSACTION_PURCHASE: 1;
    readonly CPK_TRANSACTION_USAGE: 2;
    readonly CPK_TRANSACTION_REFUND: 3;
    readonly CPK_TRANSACTION_BONUS: 4;
    readonly CPK_TRANSACTION_UNLIMITED_USAGE: 5;
    readonly CPK_PLAN_CREDITS: 1;
    readonly CPK_PLAN_UNLIMITED: 2;
};
