/// <reference types="node" />
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import type { Page } from './types/base';
import type {
    AdminAction,
    ArchiveReport,
    BackupReport,
    KeyReport,
    Export,
    Hold,
    Inspection as RawInspection,
    Job,
    LegacyPack,
    Pack,
    PackProgress,
    Package,
    Payment,
    PaymentAttempt,
    PaymentVelocity,
    ReconcileReport,
    RedactReport,
    Source,
    Statistics,
    StorageCopyReport,
    StripeObject,
    SweepReport,
    Transaction,
    User,
    UserDeletion,
    WebhookResult,
    Work as WorkItem,
    WorkerReport,
    constants as rawConstants,
} from './types/raw';

export type {
    AdminAction, ArchiveReport, BackupReport, Export, Hold, Job, KeyReport, LegacyPack, Pack, PackProgress, Package, Page, Payment,
    PaymentAttempt, PaymentVelocity, ReconcileReport, RedactReport, Source, Statistics, StorageCopyReport, StripeObject, SweepReport, Transaction, User, UserDeletion,
    WebhookResult, WorkItem, WorkerReport,
};

declare global {
    interface SymbolConstructor {
        readonly dispose: unique symbol;
        readonly asyncDispose: unique symbol;
    }
}

/** An id, or the record that has it. */
export type Reference = string | { readonly id: string };

/** The version of the library, "major.minor.patch". */
export const version: string;

/** Every constant of the C headers, by its name. */
export const constants: typeof rawConstants;

export type ErrorName =
    | 'INVALID_ARGUMENT' | 'OUT_OF_MEMORY' | 'CANCELLED' | 'NOT_FOUND' | 'ALREADY_EXISTS' | 'PERMISSION_DENIED'
    | 'CONFLICT' | 'BUSY' | 'LIMIT_EXCEEDED' | 'UNSUPPORTED' | 'INVALID_DATA' | 'NO_CONTENT' | 'ENCRYPTED' | 'IO'
    | 'NO_SPACE' | 'DATABASE' | 'STORAGE' | 'NETWORK' | 'ANALYZER' | 'INSUFFICIENT_CREDITS' | 'TIMEOUT' | 'INTERNAL' | 'UNAUTHENTICATED';

/** The error of every failing call. Drivers throw it to choose an error code; other errors get the code of the driver's kind. */
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
    /** The code that a database, a server or the operating system reported (SQLSTATE, "errno 28", "HTTP 503"), or "". */
    readonly native: string;
    /** The same call may succeed later without a change. */
    readonly retryable: boolean;
    /** What a callback or a driver threw, or the signal's reason: the same object. */
    readonly cause?: unknown;
    /** Of sources.run(): the source after the failed call. */
    readonly source?: Source | null;
    /** Of jobs.run(): the job after the failed call. */
    readonly job?: Job | null;
    /** Of build(): what came of the inputs all the same; null when it had not begun with them. */
    readonly result?: BuildResult | null;
}

export interface Progress {
    readonly stage: 'store' | 'extract' | 'chunk' | 'analyze' | 'export';
    /** Bytes, chunks or documents, by the stage. */
    readonly done: number;
    /** null if unknown. */
    readonly total: number | null;
}

export interface Note {
    readonly kind:
        | 'skipped_message' | 'skipped_conversation' | 'damaged' | 'missing_file' | 'skipped_file' | 'repaired'
        | 'over_limit' | 'kept' | 'unreadable_conversation' | 'unreadable_file' | 'unknown_file' | 'unknown_speakers'
        | 'unread_pages' | 'not_read' | 'work' | 'redacted'
        | 'unknown';
    readonly where: string;
    readonly text: string;
}

export interface Abortable {
    /** Stops the call at the next safe point; it then fails with CPK_ERROR_CANCELLED and the signal's reason as cause. */
    signal?: AbortSignal;
}

export interface RunOptions extends Abortable {
    /** The latest progress, at most once per turn of the event loop; each stage is reported at least once. */
    onProgress?: (progress: Progress) => unknown;
    onNote?: (note: Note) => unknown;
    /** Emits the same as events "progress" and "note". */
    events?: EventEmitter;
    /** Opens encrypted documents that the call reads; stored nowhere. Default: the setting pdf.password. */
    password?: string;
}

/** The limits of a run. */
export interface PartOptions {
    /** If the balance is too low, analyse as many chunks as it covers. */
    partial?: boolean;
    /** Analyse at most this many chunks in this call. */
    maxChunks?: number;
}

/** The chunks to analyse and their cost, as of one moment; see contextpack/quote.h. */
export interface Quote {
    readonly canProceed: boolean;
    readonly isUnlimited: boolean;
    readonly sources: number;
    /** Not extracted yet: their chunks are not counted below. */
    readonly unknownSources: number;
    readonly chunksTotal: number;
    readonly chunksDone: number;
    readonly chunksLeft: number;
    readonly creditsNeeded: number;
    readonly balance: number;
    readonly held: number;
    readonly heldHere: number;
    readonly chunksCovered: number;
    /** The price of one credit, in millionths of the currency's unit. */
    readonly priceMicros: bigint;
    readonly costMicros: bigint;
    readonly currency: string;
}

export interface ReportOptions extends Abortable {
    format?: 'csv' | 'json';
    /** Start of the period, inclusive. */
    from?: Date | null;
    /** End of the period, exclusive. */
    until?: Date | null;
}

export interface DayReportOptions extends ReportOptions {
    /** The time zone of the days, in minutes east of UTC. */
    utcOffsetMinutes?: number;
}

/** Statements, revenue and usage, see docs/guide/report.md. */
export interface Reports {
    statement(options?: { userId?: Reference | null } & ReportOptions): Promise<Buffer>;
    statementStream(options?: { userId?: Reference | null } & ReportOptions): Readable;
    revenue(options?: DayReportOptions): Promise<Buffer>;
    revenueStream(options?: DayReportOptions): Readable;
    usage(options?: DayReportOptions): Promise<Buffer>;
    usageStream(options?: DayReportOptions): Readable;
}

export interface PageOptions extends Abortable {
    /** Items of a page, 1 to 1,000; 100 by default. */
    limit?: number;
    /** The `next` of the previous page. */
    after?: string | null;
}

export type Bytes = NodeJS.ArrayBufferView | ArrayBuffer;
export type ByteStreamSource = Readable | Blob | Iterable<string | Bytes> | AsyncIterable<string | Bytes>;
export type SourceType = 'chat_export' | 'document' | 'url' | 'text';

/** What to import: a path, a URL of a file or page, bytes, a stream, or an object that names which. */
export type Input =
    | string
    | URL
    | Bytes
    | ByteStreamSource
    | ({ name?: string; type?: SourceType } & (
          | { path: string | URL }
          | { url: string | URL }
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
    /** Offset in the extracted text, in bytes. */
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
    /** What was not read and why, in words; "": all was read. */
    readonly lossSummary: string;
    /** Whether content was lost: damaged, missing, unreadable or over a limit. */
    readonly isPartial: boolean;
}

/** An iterator whose items are read on demand. */
export interface ItemStream<T> extends AsyncIterableIterator<T> {
    /** The report, after all items were taken. */
    readonly result: Promise<Report>;
}

export interface ChunkOptions extends RunOptions {
    encoding?: Encoding;
    maxTokens?: number;
    /** -1: none. */
    overlapTokens?: number;
}

type Awaitable<T> = T | Promise<T>;

/** Named blobs, each visible completely or not at all. Every method may be async. */
export interface StorageDriver {
    /** Starts writing a blob. An existing blob of that key remains until close(true). `size` is in bytes, or null. */
    openWrite(key: string, size: number | null): Awaitable<StorageWriter>;
    /** Reads `length` bytes (null: to the end) from `offset`. Returns null or fails with NOT_FOUND if there is no such blob. */
    openRead(key: string, offset: number, length: number | null): Awaitable<Bytes | ByteStreamSource | null>;
    /** null: there is no such blob. */
    stat(key: string): Awaitable<{ size: number; modified?: Date } | null>;
    /** Succeeds also if there is no such blob. */
    remove(key: string): Awaitable<unknown>;
    /** Every key that starts with the prefix, in any order. */
    list(prefix: string): Awaitable<
        | Iterable<string | { key: string; size?: number; modified?: Date }>
        | AsyncIterable<string | { key: string; size?: number; modified?: Date }>
    >;
    /** Called once, when the engine is freed. */
    destroy?(): unknown;
}

export interface StorageWriter {
    write(bytes: Buffer): Awaitable<unknown>;
    /** true: the blob is complete and visible when this resolves; false: discards it. */
    close(commit: boolean): Awaitable<unknown>;
}

export type SqlValue = null | bigint | number | string | Uint8Array;

/** A database that speaks SQLite's or PostgreSQL's SQL. Every method may be async. */
export interface DatabaseDriver {
    readonly dialect: 'sqlite' | 'postgresql';
    /** The database enforces row-level security. */
    readonly rowSecurity?: boolean;
    openSession(actor: {
        kind: 'user' | 'service' | 'admin' | 'migration';
        userId: string | null;
    }): Awaitable<DatabaseSession>;
    destroy?(): unknown;
}

/** One session, used by one call at a time. After an error inside a transaction only rollback() is called. */
export interface DatabaseSession {
    begin(mode: 'read' | 'write'): Awaitable<unknown>;
    commit(): Awaitable<unknown>;
    rollback(): Awaitable<unknown>;
    /**
     * Runs one statement. Placeholders are $1, $2, ... in any order. Integers are passed as bigint, doubles as number; rows may have
     integers as either.
     */
    execute(
        sql: string,
        values: SqlValue[],
        info: { statementId: number; types: ('int64' | 'double' | 'text' | 'blob')[] },
    ): Awaitable<{
        rows?: Iterable<SqlValue[] | object> | AsyncIterable<SqlValue[] | object>;
        /** Number of rows that the statement changed. */
        changes?: number | bigint;
    } | void>;
    /** Rolls back an open transaction. */
    close?(): unknown;
}

export interface AnalyzerRequest {
    readonly systemPrompt: string;
    /** The text of the chunk; with isModel the messages to send, numbered, between boundaries. */
    readonly text: string;
    readonly textTokens: number;
    readonly messages: readonly Message[];
    readonly maxOutputTokens: number | null;
    /** The JSON schema of the answer, as JSON; null: none, as for every analyzer without isModel. */
    readonly responseSchema: string | null;
    readonly responseName: string | null;
}

/** How an answer ended; anything but "complete" fails the chunk, but "length" and "context_overflow" first cut it in parts. */
export type AnswerOutcome =
    | 'complete'
    | 'length'
    | 'refused'
    | 'filtered'
    | 'context_overflow'
    | 'unauthenticated'
    | 'quota_exhausted'
    | 'rate_limited'
    | 'overloaded'
    | 'unreadable';

export interface AnalyzerUsage {
    inputTokens?: number;
    outputTokens?: number;
    cachedInputTokens?: number;
    /** Millionths of a US dollar. */
    costMicros?: number | bigint;
    /** Those of outputTokens that are hidden reasoning. */
    reasoningOutputTokens?: number;
    outcome?: AnswerOutcome;
    /** Requests sent to a server, with retries. */
    requestCount?: number;
}

export type AnalyzerAnswer =
    | string
    | { text: string; usage?: AnalyzerUsage }
    | AsyncIterable<string | { usage: AnalyzerUsage }>
    | Iterable<string | { usage: AnalyzerUsage }>;

/** Turns a chunk of text into a findings document, or prose. May be called for several chunks at once. */
export interface AnalyzerDriver {
    /** Names the analyzer and everything that changes its answers: "mine/1". */
    readonly identity: string;
    /** It follows the system prompt and the response schema, as a language model does. */
    readonly isModel?: boolean;
    /** What it is given leaves this machine. */
    readonly isRemote?: boolean;
    analyze(request: AnalyzerRequest, context: { signal: AbortSignal }): Awaitable<AnalyzerAnswer>;
    destroy?(): unknown;
}

export interface ExtractorReader extends AsyncIterable<Buffer> {
    readonly name: string;
    readonly size: number | null;
    /** Of an encrypted document, as the caller gave it. */
    readonly password: string | null;
    /** The next bytes; fewer than requested, or none, only at the end. */
    read(length?: number): Promise<Buffer>;
    readonly readAt: ((offset: number, length: number) => Promise<Buffer>) | null;
}

export type ExtractedMessage = Partial<Omit<Message, 'attachments' | 'text'>> & { text: string };
export type ExtractorItem =
    | ExtractedMessage
    | { note: Note['kind']; where?: string; text?: string }
    | { progress: number };

/** Turns the bytes of one input format into messages. */
export interface ExtractorDriver {
    /** Of a-z, 0-9 and -. */
    readonly name: string;
    /** Recognises the format from the first bytes (up to 64 KiB) and the name: a confidence of 0 to 100, or true or false. */
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
    /** "extractive:", the default, "openai:MODEL", "anthropic:MODEL", or a driver. */
    analyzer?: string | AnalyzerDriver;
    /** Tried before the built-in formats. */
    extractors?: ExtractorDriver[];
    /** By name; listSettings() and listTextSettings() describe them. */
    settings?: Record<string, number | bigint | string | null>;
    /** false: fail if the database has not this version's schema. */
    migrate?: boolean;
    /** false: fail with NOT_FOUND if the database or the storage folder does not exist, instead of creating it. */
    create?: boolean;
    log?: (entry: LogEntry) => unknown;
    logLevel?: LogEntry['level'];
    /** The time, as a Date, milliseconds, or microseconds in a bigint. Each call is a round trip to the main thread. */
    clock?: () => Date | number | bigint;
    random?: (length: number) => Uint8Array;
}

export type TokenKind = 'user' | 'service';

export type DocumentType = 'compact' | 'standard' | 'complete';

/** What is built, and how. */
export interface BuildOptions extends RunOptions, PartOptions {
    /** The folder for the documents, made if it is missing; one named after the pack when nothing is said. */
    output?: string | URL;
    /** Of the pack, found or created; else of the first path's file or folder, or "Context pack". */
    name?: string;
    /** Which documents are written: "standard" when nothing is said. */
    types?: DocumentType | readonly DocumentType[];
    /** In which forms: both when nothing is said. */
    formats?: 'markdown' | 'json' | readonly ('markdown' | 'json')[];
    /** Tokens of compact and standard documents, instead of the settings'. */
    maxTokens?: number;
    /** Permissions of the files: 0o600 when nothing is said. */
    fileMode?: number;
    /** An input of which content would be lost fails, and is not added. */
    strict?: boolean;
}

export type InputOutcome =
    | 'new' | 'grown' | 'known' | 'unchanged' | 'partial' | 'resumed' | 'deferred' | 'skipped' | 'failed' | 'unreadable';

/** What came of one input. */
export interface BuiltInput {
    readonly path: string;
    /** "unchanged": the pack had the same bytes; "known": all of its messages; see contextpack/build.h. */
    readonly outcome: InputOutcome;
    readonly sourceId: string | null;
    /** "CPK_ERROR_UNSUPPORTED" ...; null when nothing failed. */
    readonly errorCode: string | null;
    readonly errorMessage: string | null;
    /** What of the input was not read; null if all was. */
    readonly lossSummary: string | null;
    /** Whether content of the input was lost: damaged, missing, unreadable or over a limit. */
    readonly isPartial: boolean;
}

/** A document on the disk. */
export interface BuiltDocument {
    readonly type: DocumentType;
    readonly exportId: string;
    /** null: that form was not asked for. */
    readonly markdownPath: string | null;
    readonly jsonPath: string | null;
    /** Exact o200k_base tokens of the Markdown. */
    readonly tokenCount: number;
    /** false: nothing had changed since it was made. */
    readonly isNew: boolean;
    /** The Markdown, as it is on the disk now. */
    text(): Promise<string>;
}

/** What came of a build. */
export interface BuildResult {
    /** null: nothing was put into a pack. */
    readonly packId: string | null;
    readonly packName: string;
    /** The folder of the documents. */
    readonly output: string;
    /** Inputs that the pack has now. */
    readonly goodCount: number;
    /** Inputs that can't be used. */
    readonly failedCount: number;
    /** Files of folders that hold nothing usable. */
    readonly skippedCount: number;
    /** Inputs of which content was lost. */
    readonly partialCount: number;
    /** By this build. */
    readonly analyzedChunks: number;
    readonly inputs: readonly BuiltInput[];
    readonly documents: readonly BuiltDocument[];
}

/**
 * Builds a pack of files and folders in the person's own installation (see Engine.local()), and writes its documents to a
 * folder. The same call again, also with a newer export, does only what is new. An input that can't be used does not stop
 * the others: `inputs` tells what came of each, and the call fails when none was good. Session.build() does the same for
 * any user.
 */
export function build(
    paths: string | URL | readonly (string | URL)[],
    options?: BuildOptions & Pick<EngineOptions, 'database' | 'storage' | 'analyzer' | 'settings'>,
): Promise<BuildResult>;

/** What an input contains and what importing it would cost. */
export type Inspection = Omit<RawInspection, 'providerCount' | 'noteCount' | 'providers' | 'notes'> & {
    readonly providers: readonly { readonly name: string; readonly conversations: number; readonly messages: number }[];
    /** What would be skipped or repaired, or is missing, and why; at most 1,000 notes. */
    readonly notes: readonly Note[];
};

/** One instance of the library: a database, a storage, an analyzer, and the settings they share. */
export class Engine {
    private constructor();
    static open(options?: EngineOptions): Promise<Engine>;
    /**
     * Opens the user's own installation: resolves to a session of the local user, on the unlimited plan. By default database and storage
     are those of the command, in $XDG_DATA_HOME/contextpack or ~/.local/share/contextpack; both are created if they do not exist. Closing
     the session closes its engine.
     */
    static local(options?: EngineOptions): Promise<Session>;
    /** Drops the host's reference; the engine is freed with its last session. */
    close(): Promise<void>;
    /**
     * A session of the local user, created on first use on the unlimited plan: for an installation of one person. CPK_ERROR_CONFLICT if
     another account has the local user's e-mail address.
     */
    openLocal(): Promise<Session>;
    openUser(userId: Reference): Promise<Session>;
    /** A session of the principal of a token (JWT), which is verified by the settings auth.*. */
    openToken(
        token: string,
        options?: {
            /** "user" (role authenticated) by default; "service" (role service_role) opens a session of the service. */
            allow?: TokenKind | readonly TokenKind[];
        },
    ): Promise<Session>;
    openService(): Promise<Session>;
    openAdmin(adminUserId: Reference): Promise<Session>;
    /** The value of a setting; a bigint if a number would round. */
    setting(name: string): Promise<number | bigint>;
    migrate(options?: { dryRun?: boolean } & Abortable): Promise<
        { number: number; name: string | null; applied: boolean; changes: string[] }[]
    >;
    /** The report of migrate() when the database was migrated; "undo: ..." is the SQL statement that reverts a change. */
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
    /** Numbers of rows of all users, and the size of the database. */
    statistics(): Promise<Statistics>;
    /** Copies an SQLite database to a file while others write; with `storage` ("file:DIR") its blobs too. */
    backup(path: string, options?: { storage?: string | null; replace?: boolean } & RunOptions): Promise<BackupReport>;
    copyStorage(
        target: string,
        options?: { source?: string | null; verify?: boolean; mirror?: boolean } & RunOptions,
    ): Promise<StorageCopyReport>;
    rotateKeys(options?: { olderThanMs?: number } & RunOptions): Promise<KeyReport>;
    /** Tells what an input contains, what would be skipped and why, and what an import would cost. Nothing is stored. */
    inspect(input: Input, options?: RunOptions): Promise<Inspection>;
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
    /** By default the session's own user. */
    get(userId?: Reference | null): Promise<User>;
    find(email: string): Promise<User>;
    setEmail(userId: Reference, email: string): Promise<User>;
    setPlan(userId: Reference, plan: 'credits' | 'unlimited'): Promise<User>;
    /** Deletes an account with its data; notes of the kind "kept" report what is kept, and why. */
    delete(userId: Reference, options?: RunOptions): Promise<UserDeletion>;
    /** null leaves a text unchanged, "" clears it. */
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
    /** Asks whoever works on the source to stop, in any process. */
    requestCancel(sourceId: Reference): Promise<void>;
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
        /** maxTokens: the budget of a compact or standard document, instead of the setting's. */
        options?: RunOptions & { maxTokens?: number },
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
    /** Identifies the request: the same key takes effect once. */
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
    /** For calls that take credits: the balance may become negative. */
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
    /** Assigns a payment of stripe.unclaimedPayments() to the user: its credits or plan, and later events about it. */
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

/** Packages that can be bought, in the order of the setting billing.packages. */
export interface Packages extends AsyncIterable<Package> {
    get(packageId: string): Promise<Package>;
    /**
     * The price of a number of credits; `credits` is for a package with tiers. Resolves to the credits bought (0 for a plan) and the price
     in the currency's smallest unit: cents, yen; 0 if the price is defined at Stripe.
     */
    price(packageId: Reference, credits?: number): Promise<{ readonly credits: number; readonly amount: number }>;
    list(): Promise<readonly Package[]>;
}

export interface CheckoutOptions extends Abortable {
    /** The buyer; by default the session's own user. */
    userId?: Reference | null;
    /** The number to buy, for a package with tiers. */
    credits?: number;
    /** URL Stripe redirects to after payment; may contain {CHECKOUT_SESSION_ID}. */
    successUrl: string;
    /** URL Stripe redirects to if the buyer cancels. */
    cancelUrl?: string | null;
    /** The buyer's IPv4 or IPv6 address; without it no limit by address applies. */
    ipAddress?: string | null;
    /** The buyer's user agent; the first 512 bytes are stored. */
    userAgent?: string | null;
}

export interface Checkouts {
    /**
     * Creates a checkout: open its `url` in the browser. Every call is recorded as a payment attempt, also if it is rejected:
     CPK_ERROR_LIMIT_EXCEEDED if there were too many in an hour, CPK_ERROR_PERMISSION_DENIED for a suspended account.
     */
    create(packageId: Reference, options: CheckoutOptions): Promise<StripeObject>;
}

/** Requests to Stripe; by default for the session's own user. A request takes effect once. */
export interface Stripe {
    /** The user's customer, created if there is none; a customer that is already known has only id and type. */
    customer(options?: { userId?: Reference | null } & Abortable): Promise<StripeObject>;
    /** Stripe's page for subscriptions and invoices: open its `url` in the browser. */
    portal(options?: { userId?: Reference | null; returnUrl?: string | null } & Abortable): Promise<StripeObject>;
    /** Refunds a payment; for the service and administrators. The credits are taken back when the webhook arrives. */
    refund(
        options: {
            /** Identifies the request: the same key refunds once. */
            key: string;
            /** "pi_...", the stripePaymentId of the purchase. */
            paymentIntentId: string;
            /** In the currency's smallest unit; 0: all that was not refunded yet. */
            amount?: number;
            reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
        } & Abortable,
    ): Promise<StripeObject>;
    /** Processes one webhook: the unchanged body, and the Stripe-Signature header. For the service. */
    webhook(body: string | Uint8Array, signature: string): Promise<WebhookResult>;
    /**
     * Processes Stripe's events that no webhook delivered, oldest first, each once, since a time of the last 30 days (default: 72 hours
     ago). An event that fails is counted, and the others are processed. For the service.
     */
    reconcile(options?: { since?: Date | null } & RunOptions): Promise<ReconcileReport>;
    /** A page of the payments that no user is credited for, newest first. For the service and administrators. */
    unclaimedPayments(page?: PageOptions): Promise<Page<Payment>>;
    /** Moves users whose subscription ended more than plan.grace_ms ago to the credits plan; resolves to their number. For the service. */
    expirePlans(options?: { limit?: number }): Promise<number>;
}

export interface AttemptFilter {
    /** The user; in sessions of the service and administrators by default all users. */
    userId?: Reference | null;
    /** Only attempts from this IPv4 or IPv6 address. */
    ipAddress?: string | null;
}

/** Payment attempts, newest first. */
export interface PaymentAttempts extends AsyncIterable<PaymentAttempt> {
    get(attemptId: Reference, options?: { userId?: Reference | null }): Promise<PaymentAttempt>;
    list(options?: AttemptFilter & PageOptions): Promise<Page<PaymentAttempt>>;
    all(options?: AttemptFilter & { limit?: number } & Abortable): AsyncGenerator<PaymentAttempt, void>;
    /** The users or addresses with the most attempts, most first; for the service and administrators. */
    velocity(
        options?: {
            by?: 'user' | 'ip';
            /** Default: 24 hours ago. */
            since?: Date | null;
            minimumAttempts?: number;
            /** 1 to 1,000; 100 by default. */
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

export type WorkState = 'ready' | 'waiting' | 'running' | 'dead' | 'cancelled';

/** Work for workers: users submit sources; the service and admins claim and run them. See docs/guide/work.md. */
export interface Work {
    submit(
        sourceId: Reference,
        options?: { until?: 'ready_for_analysis' | 'completed'; priority?: number },
    ): Promise<WorkItem>;
    get(sourceId: Reference): Promise<WorkItem>;
    /** Work that is not done, oldest first: the user's, or with the service that of all users. */
    list(options?: { state?: WorkState } & PageOptions): Promise<Page<WorkItem>>;
    all(options?: { state?: WorkState; limit?: number } & Abortable): AsyncGenerator<WorkItem, void>;
    unfinished(options?: { limit?: number } & Abortable): AsyncGenerator<WorkItem, void>;
    /** Makes dead work ready again, of one source or all; resolves to how much. */
    redrive(sourceId?: Reference | null): Promise<number>;
    /** Claims ready work, users in turn, for run() or release(). */
    claim(limit?: number): Promise<readonly WorkItem[]>;
    /** Runs claimed work and ends the claim; resolves to its state then, null when it is done. */
    run(work: WorkItem, options?: RunOptions): Promise<WorkState | null>;
    release(work: WorkItem): Promise<void>;
    /** Runs a worker until its signal is aborted, or with untilEmpty until there is no more work. */
    runWorker(options?: { concurrency?: number; untilEmpty?: boolean } & RunOptions): Promise<WorkerReport>;
    /** The queue's metrics in Prometheus' text format. */
    metrics(): Promise<string>;
}

/** A session of one principal. Calls may overlap: each waits for those before it. */
export class Session {
    private constructor();
    /** The kind of principal. */
    readonly kind: 'user' | 'service' | 'admin';
    /** The id of the user or administrator; null for the service. */
    readonly principalId: string | null;
    /** All claims of the token that opened the session. The signature was verified, but users write their own user_metadata. */
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
    readonly work: Work;
    /** Builds a pack of files and folders, and writes its documents; see build(). */
    build(paths: string | URL | readonly (string | URL)[], options?: BuildOptions): Promise<BuildResult>;
    /** Another session of the same principal, with the same rights and claims, for concurrent work. */
    duplicate(): Promise<Session>;
    /** Closes the session after its running calls. Records stay valid. */
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

/** Replaces the secrets of a text by notices and its personal data by placeholders; `report` tells how often by kind. The same value
 * has the same placeholder in all texts that are redacted with the same `key`, a secret of the caller; by default the key is random.
 * `names` are known names, separated by commas. */
export function redact(text: string | Uint8Array, options?: { names?: string; key?: string }):
    Promise<{ readonly text: string; readonly report: RedactReport }>;

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
