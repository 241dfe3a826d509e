/// <reference types="node" />
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import type { Page } from './types/base';
import type {
    AdminAction,
    ArchiveReport,
    BackupReport,
    Export,
    Hold,
    Job,
    LegacyPack,
    Pack,
    PackProgress,
    Package,
    Payment,
    PaymentAttempt,
    PaymentVelocity,
    ReconcileReport,
    Source,
    Statistics,
    StripeObject,
    SweepReport,
    Transaction,
    User,
    UserDeletion,
    WebhookResult,
    constants as rawConstants,
} from './types/raw';

export type {
    AdminAction, ArchiveReport, BackupReport, Export, Hold, Job, LegacyPack, Pack, PackProgress, Package, Page, Payment,
    PaymentAttempt, PaymentVelocity, ReconcileReport, Source, Statistics, StripeObject, SweepReport, Transaction, User, UserDeletion,
    WebhookResult,
};

declare global {
    interface SymbolConstructor {
        readonly dispose: unique symbol;
        readonly asyncDispose: unique symbol;
    }
}

/** An identifier, or the snapshot that has it. */
export type Reference = string | { readonly id: string };

/** The library's version, "major.minor.patch". */
export const version: string;

/** Every constant of the C headers, by its name. */
export const constants: typeof rawConstants;

export type ErrorName =
    | 'INVALID_ARGUMENT' | 'OUT_OF_MEMORY' | 'CANCELLED' | 'NOT_FOUND' | 'ALREADY_EXISTS' | 'PERMISSION_DENIED'
    | 'CONFLICT' | 'BUSY' | 'LIMIT_EXCEEDED' | 'UNSUPPORTED' | 'INVALID_DATA' | 'NO_CONTENT' | 'ENCRYPTED' | 'IO'
    | 'NO_SPACE' | 'DATABASE' | 'STORAGE' | 'NETWORK' | 'ANALYZER' | 'INSUFFICIENT_CREDITS' | 'TIMEOUT' | 'INTERNAL' | 'UNAUTHENTICATED';

/** What every call fails with. Drivers throw it to say which code they mean; any other error gets their kind's code. */
export class ContextPackError extends Error {
    constructor(
        code: number | ErrorName | `CPK_ERROR_${ErrorName}`,
        message: string,
        options?: { domain?: string; native?: string; retryable?: boolean; cause?: unknown },
    );
    /** One of constants.CPK_ERROR_*. */
    readonly code: number;
    /** The code's name, "CPK_ERROR_NOT_FOUND". */
    readonly codeName: `CPK_ERROR_${ErrorName | 'UNKNOWN'}` | 'CPK_OK';
    /** The part that failed: "argument", "database", "storage", ..., "node" for this package itself. */
    readonly domain: string;
    /** The foreign code behind it (SQLSTATE, "errno 28", "HTTP 503"), or "". */
    readonly native: string;
    /** The same call may succeed later without a change. */
    readonly retryable: boolean;
    /** What a callback or a driver threw, or the signal's reason: the same object. */
    readonly cause?: unknown;
    /** Of sources.run(): the source as it is after the failure. */
    readonly source?: Source | null;
    /** Of jobs.run(): the job as it is after the failure. */
    readonly job?: Job | null;
}

export interface Progress {
    readonly stage: 'store' | 'extract' | 'chunk' | 'analyze' | 'export';
    /** Bytes, chunks or documents, by the stage. */
    readonly done: number;
    /** null when it can't be known. */
    readonly total: number | null;
}

export interface Note {
    readonly kind:
        | 'skipped_message' | 'skipped_conversation' | 'damaged' | 'missing_file' | 'skipped_file' | 'repaired'
        | 'over_limit' | 'kept' | 'unknown';
    readonly where: string;
    readonly text: string;
}

export interface Abortable {
    /** Stops the call at the next safe point; it then fails with CPK_ERROR_CANCELLED and the signal's reason as cause. */
    signal?: AbortSignal;
}

export interface RunOptions extends Abortable {
    /** The latest progress, at most once a turn of the event loop; each stage is told at least once. */
    onProgress?: (progress: Progress) => unknown;
    onNote?: (note: Note) => unknown;
    /** Gets the same as events named "progress" and "note". */
    events?: EventEmitter;
}

/** How much of what is left a run may do. */
export interface PartOptions {
    /** When credits are short, analyse as many chunks as they cover. */
    partial?: boolean;
    /** Analyse at most so many chunks in this call. */
    maxChunks?: number;
}

/** What is left to analyse and what it costs, as of one moment; see contextpack/quote.h. */
export interface Quote {
    readonly canProceed: boolean;
    readonly isUnlimited: boolean;
    readonly sources: number;
    /** Not extracted yet: their chunks are in none of the numbers below. */
    readonly unknownSources: number;
    readonly chunksTotal: number;
    readonly chunksDone: number;
    readonly chunksLeft: number;
    readonly creditsNeeded: number;
    readonly balance: number;
    readonly held: number;
    readonly heldHere: number;
    readonly chunksCovered: number;
    /** Of one credit, in millionths of the currency's unit. */
    readonly priceMicros: bigint;
    readonly costMicros: bigint;
    readonly currency: string;
}

export interface ReportOptions extends Abortable {
    format?: 'csv' | 'json';
    /** Included. */
    from?: Date | null;
    /** Not included. */
    until?: Date | null;
}

export interface DayReportOptions extends ReportOptions {
    /** Where days begin: 60 is an hour before midnight UTC. */
    utcOffsetMinutes?: number;
}

/** Statements, revenue and usage, as docs/reports.md has them. */
export interface Reports {
    statement(options?: { userId?: Reference | null } & ReportOptions): Promise<Buffer>;
    statementStream(options?: { userId?: Reference | null } & ReportOptions): Readable;
    revenue(options?: DayReportOptions): Promise<Buffer>;
    revenueStream(options?: DayReportOptions): Readable;
    usage(options?: DayReportOptions): Promise<Buffer>;
    usageStream(options?: DayReportOptions): Readable;
}

export interface PageOptions extends Abortable {
    /** Items of a page, 1 to 1,000; 100 when nothing is said. */
    limit?: number;
    /** What the page before gave as `next`. */
    after?: string | null;
}

export type Bytes = NodeJS.ArrayBufferView | ArrayBuffer;
export type ByteStreamSource = Readable | Blob | Iterable<string | Bytes> | AsyncIterable<string | Bytes>;
export type SourceType = 'chat_export' | 'document' | 'url' | 'text';

/** What to import: a path, a file URL, bytes, a stream, or an object that says which. */
export type Input =
    | string
    | URL
    | Bytes
    | ByteStreamSource
    | ({ name?: string; type?: SourceType } & (
          | { path: string | URL }
          | { data: Bytes }
          | { text: string }
          | { stream: ByteStreamSource }
      ));

export type Encoding = 'o200k_base' | 'cl100k_base';
export type Role = 'user' | 'assistant' | 'system' | 'tool' | 'unknown';
export type Kind =
    | 'text' | 'code' | 'thinking' | 'tool_call' | 'tool_result' | 'attachment' | 'quote' | 'instructions' | 'memory'
    | 'artifact' | 'transcript' | 'document' | 'summary' | 'error' | 'unknown';

export interface Attachment {
    readonly id: string | null;
    readonly name: string | null;
    readonly mediaType: string | null;
    readonly size: number | null;
}

export interface Message {
    readonly role: Role;
    readonly kind: Kind;
    readonly isHidden: boolean;
    readonly isOnActiveBranch: boolean;
    readonly time: Date | null;
    /** Microseconds since 1970 UTC. */
    readonly timeMicros: number | null;
    readonly provider: string;
    readonly conversationId: string;
    readonly conversationTitle: string;
    readonly messageId: string;
    readonly parentId: string | null;
    readonly model: string | null;
    readonly text: string;
    readonly attachments: readonly Attachment[];
}

export interface Chunk {
    readonly index: number;
    /** Bytes from the start of the extracted text. */
    readonly offset: number;
    /** Bytes. */
    readonly length: number;
    readonly tokens: number;
    readonly text: string;
}

export interface Report {
    readonly type: SourceType | 'unknown';
    readonly format: string;
    readonly conversations: number;
    readonly messages: number;
    readonly skipped: number;
    readonly damaged: number;
    readonly missingFiles: number;
}

/** Items one after the other, read as they are taken. */
export interface ItemStream<T> extends AsyncIterableIterator<T> {
    /** What was found, once everything was taken. */
    readonly result: Promise<Report>;
}

export interface ChunkOptions extends RunOptions {
    encoding?: Encoding;
    maxTokens?: number;
    /** -1: none. */
    overlapTokens?: number;
}

type Awaitable<T> = T | Promise<T>;

/** Named blobs, each visible whole or not at all. Every method may be async. */
export interface StorageDriver {
    /** Starts a blob. What has the key now stays until close(true). `size` is null when it is not known. */
    openWrite(key: string, size: number | null): Awaitable<StorageWriter>;
    /** Reads `length` bytes (null: to the end) from `offset`. null, or a NOT_FOUND error: there is no such blob. */
    openRead(key: string, offset: number, length: number | null): Awaitable<Bytes | ByteStreamSource | null>;
    /** null: there is no such blob. */
    stat(key: string): Awaitable<{ size: number; modified?: Date } | null>;
    /** Also when there is none. */
    remove(key: string): Awaitable<unknown>;
    /** Every key that starts with the prefix, in any order. */
    list(prefix: string): Awaitable<
        | Iterable<string | { key: string; size?: number; modified?: Date }>
        | AsyncIterable<string | { key: string; size?: number; modified?: Date }>
    >;
    /** Called once, when the engine ends. */
    destroy?(): unknown;
}

export interface StorageWriter {
    write(bytes: Buffer): Awaitable<unknown>;
    /** true: the blob is whole and visible when this resolves; false: nothing happened. */
    close(commit: boolean): Awaitable<unknown>;
}

export type SqlValue = null | bigint | number | string | Uint8Array;

/** A database that speaks SQLite's or PostgreSQL's SQL. Every method may be async. */
export interface DatabaseDriver {
    readonly dialect: 'sqlite' | 'postgresql';
    /** The database itself enforces row-level security. */
    readonly rowSecurity?: boolean;
    openSession(actor: {
        kind: 'user' | 'service' | 'admin' | 'migration';
        userId: string | null;
    }): Awaitable<DatabaseSession>;
    destroy?(): unknown;
}

/** One session, used by one call at a time. After an error inside a transaction only rollback() comes. */
export interface DatabaseSession {
    begin(mode: 'read' | 'write'): Awaitable<unknown>;
    commit(): Awaitable<unknown>;
    rollback(): Awaitable<unknown>;
    /**
     * Runs one statement. Placeholders are $1, $2, ... in any order. Integers come as bigint, doubles as number; rows
     * may hold integers as either.
     */
    execute(
        sql: string,
        values: SqlValue[],
        info: { statementId: number; types: ('int64' | 'double' | 'text' | 'blob')[] },
    ): Awaitable<{
        rows?: Iterable<SqlValue[] | object> | AsyncIterable<SqlValue[] | object>;
        /** Rows that the statement changed. */
        changes?: number | bigint;
    } | void>;
    /** Rolls back what is open. */
    close?(): unknown;
}

export interface AnalyzerRequest {
    readonly systemPrompt: string;
    /** The chunk as a person would read it. */
    readonly text: string;
    readonly textTokens: number;
    readonly messages: readonly Message[];
    readonly maxOutputTokens: number | null;
}

export interface AnalyzerUsage {
    inputTokens?: number;
    outputTokens?: number;
    cachedInputTokens?: number;
    /** Millionths of a US dollar. */
    costMicros?: number | bigint;
}

export type AnalyzerAnswer =
    | string
    | { text: string; usage?: AnalyzerUsage }
    | AsyncIterable<string | { usage: AnalyzerUsage }>
    | Iterable<string | { usage: AnalyzerUsage }>;

/** A chunk in, what it says about its user out: a findings document, or prose. Several chunks may be asked at once. */
export interface AnalyzerDriver {
    /** Names the analyzer with all that changes its answers, "mine/1". */
    readonly identity: string;
    analyze(request: AnalyzerRequest, context: { signal: AbortSignal }): Awaitable<AnalyzerAnswer>;
    destroy?(): unknown;
}

export interface ExtractorReader extends AsyncIterable<Buffer> {
    readonly name: string;
    readonly size: number | null;
    /** The next bytes; fewer than asked, or none, only at the end. */
    read(length?: number): Promise<Buffer>;
    readonly readAt: ((offset: number, length: number) => Promise<Buffer>) | null;
}

export type ExtractedMessage = Partial<Omit<Message, 'attachments' | 'text'>> & { text: string };
export type ExtractorItem =
    | ExtractedMessage
    | { note: Note['kind']; where?: string; text?: string }
    | { progress: number };

/** One format's way from bytes to messages. */
export interface ExtractorDriver {
    /** Of a-z, 0-9 and -. */
    readonly name: string;
    /** How sure it is, 0 to 100, or true or false, from the first bytes (up to 64 KiB) and the name. */
    sniff(head: Buffer, name: string): Awaitable<number | boolean>;
    extract(reader: ExtractorReader): AsyncIterable<ExtractorItem> | Iterable<ExtractorItem>;
    destroy?(): unknown;
}

export interface LogEntry {
    level: 'error' | 'warning' | 'info' | 'debug';
    domain: string;
    message: string;
}

export interface EngineOptions extends Abortable {
    /** "sqlite:PATH", "sqlite::memory:", or a driver; without one there are no users, packs and exports. */
    database?: string | DatabaseDriver;
    /** "file:FOLDER", "memory:", or a driver. */
    storage?: string | StorageDriver;
    /** "extractive:", or a driver. */
    analyzer?: string | AnalyzerDriver;
    /** Asked before the built-in formats. */
    extractors?: ExtractorDriver[];
    /** By name; listSettings() and listTextSettings() describe them. */
    settings?: Record<string, number | bigint | string | null>;
    /** false: refuse a database that is not of this version's schema. */
    migrate?: boolean;
    /** false: refuse a database or a storage folder that does not exist (NOT_FOUND), instead of creating it. */
    create?: boolean;
    log?: (entry: LogEntry) => unknown;
    logLevel?: LogEntry['level'];
    /** The time, as a Date, milliseconds, or microseconds in a bigint. Each look at it is a way to the main thread. */
    clock?: () => Date | number | bigint;
    random?: (length: number) => Uint8Array;
}

export type TokenKind = 'user' | 'service';

/** One library instance: a database, a storage, an analyzer, and the settings they share. */
export class Engine {
    private constructor();
    static open(options?: EngineOptions): Promise<Engine>;
    /**
     * Opens the person's own installation: resolves to a session of the machine's own user, without a limit of credits.
     * Database and storage are those of the command, in $XDG_DATA_HOME/contextpack or ~/.local/share/contextpack, unless
     * they are given; both are made when they are missing. Closing the session ends its engine.
     */
    static local(options?: EngineOptions): Promise<Session>;
    /** Lets go of the engine; it ends with its last session. */
    close(): Promise<void>;
    /**
     * A session of the machine's own user, made on first use: unlimited, for an installation of one person. CPK_ERROR_CONFLICT
     * when somebody signed up with that user's address.
     */
    openLocal(): Promise<Session>;
    openUser(userId: Reference): Promise<Session>;
    /** Whoever a token (JWT) speaks for; the settings auth.* say which are believed. */
    openToken(
        token: string,
        options?: {
            /** "user" (role authenticated) by default; "service" (role service_role) opens a session that sees everybody's. */
            allow?: TokenKind | readonly TokenKind[];
        },
    ): Promise<Session>;
    openService(): Promise<Session>;
    openAdmin(adminUserId: Reference): Promise<Session>;
    /** A setting's value; a bigint where a number would round. */
    setting(name: string): Promise<number | bigint>;
    migrate(options?: { dryRun?: boolean } & Abortable): Promise<
        { number: number; name: string | null; applied: boolean; changes: string[] }[]
    >;
    /** What migrate() told when the database was migrated; "undo: ..." is the SQL statement that takes a change back. */
    migrationHistory(options?: Abortable): Promise<
        { number: number; name: string | null; applied: boolean; changes: string[] }[]
    >;
    check(options?: Abortable): Promise<{
        readonly failures: number;
        readonly results: readonly {
            readonly outcome: 'passed' | 'warning' | 'failed';
            readonly subject: string;
            readonly text: string;
        }[];
    }>;
    /** Rows of all users, and the database's size: no one has to open the file for that. */
    statistics(): Promise<Statistics>;
    /** Copies an SQLite database into a file while others write; with `storage` ("file:DIR") its blobs, too. */
    backup(path: string, options?: { storage?: string | null; replace?: boolean } & RunOptions): Promise<BackupReport>;
    extract(input: Input, options?: RunOptions & { onMessage?: (message: Message) => unknown }): Promise<Report>;
    messages(input: Input, options?: RunOptions): ItemStream<Message>;
    extractText(input: Input, options?: RunOptions): Promise<{ report: Report; text: string }>;
    textStream(input: Input, options?: RunOptions): Readable;
    chunk(input: Input, options?: ChunkOptions): Promise<{ report: Report; chunks: Chunk[] }>;
    chunks(input: Input, options?: ChunkOptions): ItemStream<Chunk>;
    [Symbol.asyncDispose](): Promise<void>;
    [Symbol.dispose](): void;
}

export interface Users extends AsyncIterable<User> {
    create(params: {
        id?: string;
        email: string;
        fullName?: string;
        avatarUrl?: string;
        plan?: 'credits' | 'unlimited';
    }): Promise<User>;
    /** The session's own user, unless an id is given. */
    get(userId?: Reference | null): Promise<User>;
    find(email: string): Promise<User>;
    setEmail(userId: Reference, email: string): Promise<User>;
    setPlan(userId: Reference, plan: 'credits' | 'unlimited'): Promise<User>;
    /** Deletes an account with all that is the user's; notes of the kind "kept" tell what stays, and why. */
    delete(userId: Reference, options?: RunOptions): Promise<UserDeletion>;
    /** null leaves a field, "" empties it. */
    update(userId: Reference | null, changes: { fullName?: string | null; avatarUrl?: string | null }): Promise<User>;
    list(page?: PageOptions): Promise<Page<User>>;
    all(options?: { limit?: number } & Abortable): AsyncGenerator<User, void>;
}

export interface PackParams {
    name?: string | null;
    description?: string | null;
    customSystemPrompt?: string | null;
}

export interface Packs extends AsyncIterable<Pack> {
    create(params?: PackParams): Promise<Pack>;
    ensure(params: PackParams): Promise<{ pack: Pack; created: boolean }>;
    get(packId: Reference): Promise<Pack>;
    find(name: string): Promise<Pack>;
    update(packId: Reference, changes: PackParams): Promise<Pack>;
    delete(packId: Reference): Promise<void>;
    progress(packId: Reference): Promise<PackProgress>;
    quote(packId: Reference): Promise<Quote>;
    list(page?: PageOptions): Promise<Page<Pack>>;
    all(options?: { limit?: number } & Abortable): AsyncGenerator<Pack, void>;
}

export interface Sources {
    add(packId: Reference, input: Input, options?: RunOptions): Promise<{ source: Source; added: boolean }>;
    run(
        sourceId: Reference,
        options?: RunOptions & PartOptions & { until?: 'ready_for_analysis' | 'completed' },
    ): Promise<Source>;
    quote(sourceId: Reference): Promise<Quote>;
    get(sourceId: Reference): Promise<Source>;
    delete(sourceId: Reference): Promise<void>;
    list(packId: Reference, page?: PageOptions): Promise<Page<Source>>;
    all(packId: Reference, options?: { limit?: number } & Abortable): AsyncGenerator<Source, void>;
    read(sourceId: Reference, options?: { part?: 'raw' | 'extracted' | 'withheld' } & Abortable): Promise<Buffer>;
    stream(sourceId: Reference, options?: { part?: 'raw' | 'extracted' | 'withheld' } & Abortable): Readable;
}

export interface ReadExportOptions extends Abortable {
    format?: 'markdown' | 'json';
}

export interface Exports {
    create(
        packId: Reference,
        type?: 'compact' | 'standard' | 'complete',
        options?: RunOptions,
    ): Promise<{ export: Export; made: boolean }>;
    get(exportId: Reference): Promise<Export>;
    delete(exportId: Reference): Promise<void>;
    list(packId: Reference, page?: PageOptions): Promise<Page<Export>>;
    all(packId: Reference, options?: { limit?: number } & Abortable): AsyncGenerator<Export, void>;
    read(exportId: Reference, options?: ReadExportOptions): Promise<Buffer>;
    text(exportId: Reference, options?: ReadExportOptions): Promise<string>;
    stream(exportId: Reference, options?: ReadExportOptions): Readable;
    writeTo(exportId: Reference, writable: Writable, options?: ReadExportOptions): Promise<void>;
}

export interface CreditParams {
    type?: 'purchase' | 'refund' | 'bonus';
    /** Names the request: the same key again changes nothing. */
    key: string;
    credits: number;
    amountMicros?: number | bigint;
    packageId?: string | null;
    jobId?: string | null;
    stripePaymentId?: string | null;
    description?: string | null;
    metadata?: object | string | null;
}

export interface Credits {
    balance(userId?: Reference | null): Promise<{ readonly balance: number; readonly held: number }>;
    overview(options?: { userId?: Reference | null; limit?: number }): Promise<{
        readonly balance: number;
        readonly held: number;
        readonly latest: readonly Transaction[];
    }>;
    grant(userId: Reference, params: CreditParams): Promise<Transaction>;
    clawback(userId: Reference, params: CreditParams): Promise<Transaction>;
    audit(): Promise<{
        readonly drifted: number;
        readonly users: readonly {
            readonly userId: string;
            readonly balance: number;
            readonly opening: number;
            readonly transactions: number;
            readonly holds: number;
        }[];
    }>;
}

export interface Holds {
    reserve(
        userId: Reference | null,
        params: { key: string; credits: number; lifetimeMs?: number; reference?: string | null },
    ): Promise<Hold>;
    commit(
        userId: Reference | null,
        holdKey: string,
        params: { key: string; credits: number; releaseRest?: boolean },
    ): Promise<Hold>;
    release(userId: Reference | null, holdKey: string): Promise<Hold>;
    get(userId: Reference | null, holdKey: string): Promise<Hold>;
    expire(options?: { limit?: number }): Promise<number>;
}

export interface Transactions extends AsyncIterable<Transaction> {
    list(options?: { userId?: Reference | null } & PageOptions): Promise<Page<Transaction>>;
    all(options?: { userId?: Reference | null; limit?: number } & Abortable): AsyncGenerator<Transaction, void>;
}

export interface Jobs extends AsyncIterable<Job> {
    create(input: Input, options?: RunOptions): Promise<Job>;
    run(jobId: Reference, options?: RunOptions & PartOptions): Promise<Job>;
    quote(jobId: Reference): Promise<Quote>;
    get(jobId: Reference): Promise<Job>;
    delete(jobId: Reference): Promise<void>;
    list(page?: PageOptions): Promise<Page<Job>>;
    all(options?: { limit?: number } & Abortable): AsyncGenerator<Job, void>;
}

export interface LegacyPacks extends AsyncIterable<LegacyPack> {
    get(legacyPackId: Reference): Promise<LegacyPack>;
    find(jobId: Reference): Promise<LegacyPack>;
    read(legacyPackId: Reference, options?: Abortable): Promise<Buffer>;
    text(legacyPackId: Reference, options?: Abortable): Promise<string>;
    stream(legacyPackId: Reference, options?: Abortable): Readable;
    delete(legacyPackId: Reference): Promise<void>;
    copy(legacyPackId: Reference, options?: RunOptions): Promise<{ pack: Pack; copied: boolean }>;
    undoCopy(legacyPackId: Reference): Promise<void>;
    list(page?: PageOptions): Promise<Page<LegacyPack>>;
    all(options?: { limit?: number } & Abortable): AsyncGenerator<LegacyPack, void>;
}

export interface AdminReason {
    reason: string;
    details?: object | string | null;
    /** In calls that take credits: the balance may go below zero. */
    mayOwe?: boolean;
}

export interface Admin {
    adjustCredits(userId: Reference, credits: number, why: AdminReason): Promise<AdminAction>;
    supportCredit(userId: Reference, credits: number, why: AdminReason): Promise<AdminAction>;
    recordRefund(
        userId: Reference,
        refund: { credits: number; amountMicros: number | bigint; stripePaymentId?: string | null },
        why: AdminReason,
    ): Promise<AdminAction>;
    /** Gives the user a payment of stripe.unclaimedPayments(): its credits or plan, and what Stripe tells of it later. */
    assignPayment(userId: Reference, paymentId: Reference, why: AdminReason): Promise<AdminAction>;
    suspend(userId: Reference, why: AdminReason): Promise<AdminAction>;
    unsuspend(userId: Reference, why: AdminReason): Promise<AdminAction>;
    overridePlan(userId: Reference, plan: 'credits' | 'unlimited', why: AdminReason): Promise<AdminAction>;
    listActions(
        options?: { adminUserId?: Reference | null; userId?: Reference | null } & PageOptions,
    ): Promise<Page<AdminAction>>;
    allActions(
        options?: { adminUserId?: Reference | null; userId?: Reference | null; limit?: number } & Abortable,
    ): AsyncGenerator<AdminAction, void>;
}

/** What can be bought, from the setting billing.packages, in its order. */
export interface Packages extends AsyncIterable<Package> {
    get(packageId: string): Promise<Package>;
    /**
     * What so many credits of a package cost; `credits` is for one with tiers. Resolves to the credits that are bought
     * (0 for a plan) and the price in the currency's smallest unit: cents, yen; 0 where only Stripe knows it.
     */
    price(packageId: Reference, credits?: number): Promise<{ readonly credits: number; readonly amount: number }>;
    list(): Promise<readonly Package[]>;
}

export interface CheckoutOptions extends Abortable {
    /** Who buys; the session's own user, unless an id is given. */
    userId?: Reference | null;
    /** How many, of a package with tiers. */
    credits?: number;
    /** Where the browser goes when it is paid; may hold {CHECKOUT_SESSION_ID}. */
    successUrl: string;
    /** Where it goes when the buyer gives up. */
    cancelUrl?: string | null;
    /** The buyer's, IPv4 or IPv6; without it there is no limit by address. */
    ipAddress?: string | null;
    /** The buyer's browser; the first 512 bytes are kept. */
    userAgent?: string | null;
}

export interface Checkouts {
    /**
     * Begins a checkout: send the browser to its `url`. Every call is recorded as an attempt to pay, also one that is
     * refused: CPK_ERROR_LIMIT_EXCEEDED when too many were begun in an hour, CPK_ERROR_PERMISSION_DENIED for a suspended
     * account.
     */
    create(packageId: Reference, options: CheckoutOptions): Promise<StripeObject>;
}

/** What Stripe is asked for; of the session's own user, unless an id is given. A request has one effect. */
export interface Stripe {
    /** The user's customer, made when there is none yet; of one that was known it holds id and type alone. */
    customer(options?: { userId?: Reference | null } & Abortable): Promise<StripeObject>;
    /** Stripe's page for subscriptions and invoices: send the browser to its `url`. */
    portal(options?: { userId?: Reference | null; returnUrl?: string | null } & Abortable): Promise<StripeObject>;
    /** Gives money back; for the service and admins. The credits go when the webhook comes. */
    refund(
        options: {
            /** Names the request: the same again refunds once. */
            key: string;
            /** "pi_...", the stripePaymentId of the purchase. */
            paymentIntentId: string;
            /** In the currency's smallest unit; 0: all that is left. */
            amount?: number;
            reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
        } & Abortable,
    ): Promise<StripeObject>;
    /** Takes one delivery of a webhook: the body byte for byte, and the Stripe-Signature header. For the service. */
    webhook(body: string | Uint8Array, signature: string): Promise<WebhookResult>;
    /**
     * Processes Stripe's events that no webhook brought, the oldest first and each once, since a moment of the last 30
     * days (without it: 72 hours ago). An event that fails is counted, and the others go on. For the service.
     */
    reconcile(options?: { since?: Date | null } & RunOptions): Promise<ReconcileReport>;
    /** A page of the payments that nobody is credited for, newest first. For the service and admins. */
    unclaimedPayments(page?: PageOptions): Promise<Page<Payment>>;
    /** Ends plans whose time is over by more than plan.grace_ms, for a timer; gives how many. For the service. */
    expirePlans(options?: { limit?: number }): Promise<number>;
}

export interface AttemptFilter {
    /** Whose; for the service and admins, without one everybody's. */
    userId?: Reference | null;
    /** Only those from this address, IPv4 or IPv6. */
    ipAddress?: string | null;
}

/** Attempts to pay, newest first. */
export interface PaymentAttempts extends AsyncIterable<PaymentAttempt> {
    get(attemptId: Reference, options?: { userId?: Reference | null }): Promise<PaymentAttempt>;
    list(options?: AttemptFilter & PageOptions): Promise<Page<PaymentAttempt>>;
    all(options?: AttemptFilter & { limit?: number } & Abortable): AsyncGenerator<PaymentAttempt, void>;
    /** Who tried most often, or from which addresses, the most first; for the service and admins. */
    velocity(
        options?: {
            by?: 'user' | 'ip';
            /** Without it the last 24 hours. */
            since?: Date | null;
            minimumAttempts?: number;
            /** 1 to 1,000; 100 when nothing is said. */
            limit?: number;
        } & Abortable,
    ): Promise<readonly PaymentVelocity[]>;
}

export interface Maintenance {
    archive(options?: RunOptions): Promise<ArchiveReport>;
    restore(table: string, options?: { dryRun?: boolean } & RunOptions): Promise<ArchiveReport>;
    sweep(
        options?: {
            dryRun?: boolean;
            onOrphan?: (orphan: { key: string; size: number; modifiedAt: Date | null }) => unknown;
        } & RunOptions,
    ): Promise<SweepReport>;
}

/** The engine as one principal sees it. Calls may overlap: each waits for those before it. */
export class Session {
    private constructor();
    /** Who the session acts as. */
    readonly kind: 'user' | 'service' | 'admin';
    /** The id of the user or the administrator; null for the service. */
    readonly principalId: string | null;
    /** All claims of the token that opened the session, verified; user_metadata is what the user wrote. */
    readonly claims: Readonly<Record<string, unknown>> | null;
    readonly users: Users;
    readonly packs: Packs;
    readonly sources: Sources;
    readonly exports: Exports;
    readonly credits: Credits;
    readonly transactions: Transactions;
    readonly holds: Holds;
    readonly jobs: Jobs;
    readonly legacyPacks: LegacyPacks;
    readonly admin: Admin;
    readonly maintenance: Maintenance;
    readonly reports: Reports;
    readonly packages: Packages;
    readonly checkouts: Checkouts;
    readonly stripe: Stripe;
    readonly paymentAttempts: PaymentAttempts;
    /** Another session of the same principal, with the same rights and claims, for work at the same time. */
    duplicate(): Promise<Session>;
    /** Closes the session after the calls that are under way. Snapshots made through it stay valid. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    [Symbol.dispose](): void;
}

/** The same as Engine.open(). */
export function open(options?: EngineOptions): Promise<Engine>;

/** Exact token counts, on this thread; countTokensAsync() counts long texts on a worker. */
export function countTokens(text: string | Uint8Array, options?: { encoding?: Encoding }): number;
export function countTokensAsync(text: string | Uint8Array, options?: { encoding?: Encoding }): Promise<number>;
export function encodeTokens(text: string | Uint8Array, options?: { encoding?: Encoding }): Uint32Array;

export interface SettingInfo {
    readonly kind: 'number';
    readonly name: string;
    readonly summary: string;
    readonly defaultValue: number | bigint;
    readonly minimum: number | bigint;
    readonly maximum: number | bigint;
}

export interface TextSettingInfo {
    readonly kind: 'text';
    readonly name: string;
    readonly summary: string;
    readonly isSecret: boolean;
}

export function listSettings(): SettingInfo[];
export function listTextSettings(): TextSettingInfo[];

export const names: { roles(): Role[]; kinds(): Kind[]; encodings(): Encoding[] };
