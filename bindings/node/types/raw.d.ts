// Made by bindings/node/generate.mjs from bindings/api.json: do not edit.
/// <reference types="node" />
import type { Control, EngineHandle, Page, RawEngineOptions, RawInput, SessionHandle } from './base';

/** One entry of the audit log: what an administrator did to an account, and why. Entries are never changed.
 * An immutable record: any thread may read it. Its texts are valid until cpk_admin_action_free(). */
export interface AdminAction {
    /** A UUID in lower case. */
    readonly id: string;
    /** Who did it; null: the service itself. */
    readonly adminUserId: string | null;
    /** What was done; 0: another word. The number: CPK_ADMIN_CREDIT_ADJUSTMENT ... */
    readonly typeCode: number;
    /** The type as stored. */
    readonly type: string;
    /** Whose account it was. */
    readonly targetUserId: string;
    /** Credits added; negative: taken; 0 if none. */
    readonly credits: number;
    /** The money that it is about, in US dollars; 0 if none. In millionths. */
    readonly amountMicros: bigint;
    /** Why it was done. */
    readonly reason: string;
    /** More about it, a JSON object; null if none. */
    readonly details: string | null;
    /** When it was done. */
    readonly createdAt: Date;
    /** When it was done. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
}

/** What came of a build: a line for each input, and the documents. Immutable: any thread may read it; its texts live
 * until cpk_build_result_free(). */
export interface BuildResult {
    /** The pack; null if nothing was added to one. */
    readonly packId: string | null;
    /** The name of the pack, or the name that it would have got. */
    readonly packName: string;
    /** The folder of the documents. */
    readonly output: string;
    /** Inputs that are in the pack now. */
    readonly goodCount: number;
    /** Inputs that cannot be used. */
    readonly failedCount: number;
    /** Files of folders without usable content. */
    readonly skippedCount: number;
    /** Inputs of which content was lost. */
    readonly partialCount: number;
    /** Chunks that this build analysed. */
    readonly analyzedChunks: number;
    /** Inputs, and sources of earlier builds that this one finished. */
    readonly inputCount: number;
    /** Documents that were written. */
    readonly documentCount: number;
    /** path: The path, or the name of a source of an earlier build. outcome: What happened to the input. outcomeName: The outcome as a word: "new", "unchanged" ... sourceId: The source; null if none was added. errorCode: Why the input failed or was skipped; CPK_OK if it did not. errorMessage: The error; null if there is none. lossSummary: What of the input was not read; null if all was. isPartial: Whether content of the input was lost: damaged, missing, unreadable or over a limit. */
    readonly inputs: readonly { readonly path: string; readonly outcome: number; readonly outcomeName: string; readonly sourceId: string | null; readonly errorCode: number; readonly errorMessage: string | null; readonly lossSummary: string | null; readonly isPartial: number }[];
    /** type: The type of the document. typeName: The type as a word: "standard" ... exportId: The export. markdownPath: The file; null if Markdown was not asked for. jsonPath: The file; null if JSON was not asked for. tokenCount: Exact o200k_base tokens of the Markdown. isNew: 0: nothing had changed since the document was made. */
    readonly documents: readonly { readonly type: number; readonly typeName: string; readonly exportId: string; readonly markdownPath: string | null; readonly jsonPath: string | null; readonly tokenCount: number; readonly isNew: number }[];
}

/** An object that Stripe created: a checkout session, a customer, a session of the billing portal, or a refund.
 * An immutable record: any thread may read it. Its texts are valid until cpk_stripe_object_free(). */
export interface StripeObject {
    /** Stripe's id of the object. */
    readonly id: string;
    /** The object's type as Stripe spells it. */
    readonly type: string;
    /** Where the browser goes, or null. */
    readonly url: string | null;
    /** As Stripe spells it, or null. */
    readonly status: string | null;
    /** Three letters, or null. */
    readonly currency: string | null;
    /** In the currency's smallest unit; 0 if none. */
    readonly amount: number;
    /** When the object expires; null: it does not. */
    readonly expiresAt: Date | null;
    /** When the object expires; null: it does not. Microseconds since 1970 UTC. */
    readonly expiresAtMicros: number | null;
    /** Whether it was made in Stripe's live mode, not its test mode. */
    readonly isLive: boolean;
    /** The attempt to pay of a checkout, else null. */
    readonly attemptId: string | null;
    /** Stripe's id of the customer, or null. */
    readonly customerId: string | null;
}

/** Credits that are reserved for work that may fail. They are subtracted from the balance until they are committed,
 * which writes a `usage` transaction, or released. An immutable record: any thread may read it. Its texts are valid
 * until cpk_hold_free(). */
export interface Hold {
    /** The key that the hold was made with. */
    readonly key: string;
    /** The source, the job or what the host named. */
    readonly reference: string;
    /** Whether credits are still set aside. */
    readonly status: 'open' | 'closed';
    /** Whether credits are still set aside. The number: CPK_HOLD_OPEN ... */
    readonly statusCode: number;
    /** Whether it was made on the unlimited plan, where work costs nothing. */
    readonly isUnlimited: boolean;
    /** Credits set aside at first. */
    readonly credits: number;
    /** Of them, neither committed nor given back. */
    readonly remaining: number;
    /** Credits spent. */
    readonly committed: number;
    /** When the hold ends by itself; null: it does not. */
    readonly expiresAt: Date | null;
    /** When the hold ends by itself; null: it does not. Microseconds since 1970 UTC. */
    readonly expiresAtMicros: number | null;
}

/** A document made from a pack, in Markdown and JSON.
 * An immutable record: any thread may read it. Its texts are valid until cpk_export_free(). */
export interface Export {
    /** A UUID in lower case. */
    readonly id: string;
    /** The pack that the document was made from. */
    readonly packId: string;
    /** The document's extent. The number: CPK_EXPORT_COMPACT ... */
    readonly typeCode: number;
    /** The type as stored. */
    readonly type: string;
    /** How far the export is. The number: CPK_EXPORT_GENERATING ... */
    readonly statusCode: number;
    /** The status as stored. */
    readonly status: string;
    /** Why the export failed; null unless failed. */
    readonly errorMessage: string | null;
    /** Exact o200k_base tokens of the Markdown; null until ready. */
    readonly tokenCount: number | null;
    /** Size of the Markdown in bytes; null until ready. */
    readonly fileSize: number | null;
    /** When the export was created. */
    readonly createdAt: Date;
    /** When the export was created. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
    /** When the export changed last. */
    readonly updatedAt: Date;
    /** When the export changed last. Microseconds since 1970 UTC. */
    readonly updatedAtMicros: number;
}

/** What an input contains. Immutable: any thread may read it; its texts live until cpk_inspection_free(). */
export interface Inspection {
    /** The type that the source would have. */
    readonly sourceType: 'chat_export' | 'document' | 'url' | 'text';
    /** The type that the source would have. The number: CPK_SOURCE_CHAT_EXPORT ... */
    readonly sourceTypeCode: number;
    /** The format of the first file with messages: "chatgpt", "claude" ... */
    readonly format: string;
    /** How the export is divided into files, and since when; null if not known. */
    readonly era: string | null;
    /** Conversations that would be imported. */
    readonly conversations: number;
    /** Messages that would be imported; those by author add up to this. */
    readonly messages: number;
    /** Messages of the user. */
    readonly userMessages: number;
    /** Messages of the assistant. */
    readonly assistantMessages: number;
    /** Instructions of the provider or application. */
    readonly systemMessages: number;
    /** Messages of tools. */
    readonly toolMessages: number;
    /** Messages of an unknown author. */
    readonly unknownMessages: number;
    /** Messages that the provider does not show. */
    readonly hiddenMessages: number;
    /** Messages on branches that were not open; packs do not use them. */
    readonly otherBranches: number;
    /** Files that messages name. */
    readonly attachments: number;
    /** The time of the earliest message; null if no message has one. */
    readonly firstTime: Date | null;
    /** The time of the earliest message; null if no message has one. Microseconds since 1970 UTC. */
    readonly firstTimeMicros: number | null;
    /** The time of the latest message; null if no message has one. */
    readonly lastTime: Date | null;
    /** The time of the latest message; null if no message has one. Microseconds since 1970 UTC. */
    readonly lastTimeMicros: number | null;
    /** Files of an archive that were read; 1 for any other input. */
    readonly files: number;
    /** Of these, the numbered parts of the conversations. */
    readonly shards: number;
    /** Messages and conversations without usable content. */
    readonly skipped: number;
    /** Places that could not be parsed. */
    readonly damaged: number;
    /** Files that the export refers to but does not contain. */
    readonly missingFiles: number;
    /** Exact o200k_base tokens of the extracted text. */
    readonly tokens: number;
    /** Chunks that the text would be cut into by the settings. */
    readonly chunks: number;
    /** What analysing all chunks would cost on the plan credits. */
    readonly credits: number;
    /** What would not be read, and why, in words; null if all is read. */
    readonly lossSummary: string | null;
    /** Whether content would be lost: damaged, missing, unreadable or over a limit. */
    readonly isPartial: boolean;
    /** Providers that were recognised. */
    readonly providerCount: number;
    /** What was noted of the input, at most 1,000 times. */
    readonly noteCount: number;
    /** Notes that are not kept. */
    readonly notesLeftOut: number;
    /** name: The provider: "chatgpt", "grok" ... conversations: Conversations of the provider. messages: Messages of the provider. */
    readonly providers: readonly { readonly name: string; readonly conversations: number; readonly messages: number }[];
    /** kind: What the note is about. kindName: The same as a word: "skipped_message", "missing_file" ... place: The file or conversation. text: What would be skipped or repaired, or is missing, and why. */
    readonly notes: readonly { readonly kind: number; readonly kindName: string; readonly place: string; readonly text: string }[];
}

/** One file that is processed into one V1 pack.
 * An immutable record: any thread may read it. Its texts are valid until cpk_job_free(). */
export interface Job {
    /** The public identifier that every call takes. */
    readonly id: string;
    /** How far the job is; 0: another program's word. The number: CPK_JOB_CREATED ... */
    readonly statusCode: number;
    /** The status as stored. */
    readonly status: string;
    /** 0 to 100; never goes back. */
    readonly progress: number;
    /** Why the job failed; null unless failed. */
    readonly errorMessage: string | null;
    /** The file's name. */
    readonly fileName: string;
    /** Size of the file in bytes; null when not known. */
    readonly fileSize: number | null;
    /** Messages. */
    readonly extractedCount: number;
    /** Chunks of the text. */
    readonly totalChunks: number;
    /** Chunks that are analysed. */
    readonly processedChunks: number;
    /** The chunks that failed: an array of indexes from 0. */
    readonly failedChunks: string;
    /** Tokens that the analyzer read. */
    readonly inputTokens: number;
    /** Tokens that the analyzer wrote. */
    readonly outputTokens: number;
    /** What the analysis cost, in US dollars. In millionths. */
    readonly costMicros: bigint;
    /** When the job was created. */
    readonly createdAt: Date;
    /** When the job was created. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
    /** When the job changed last. */
    readonly updatedAt: Date;
    /** When the job changed last. Microseconds since 1970 UTC. */
    readonly updatedAtMicros: number;
    /** When the job was completed; null until then. */
    readonly completedAt: Date | null;
    /** When the job was completed; null until then. Microseconds since 1970 UTC. */
    readonly completedAtMicros: number | null;
}

/** A V1 pack: the document made by a V1 job or by the V1 service.
 * An immutable record: any thread may read it. Its texts are valid until cpk_legacy_pack_free(). */
export interface LegacyPack {
    /** A UUID in lower case. */
    readonly id: string;
    /** The job that made it. */
    readonly jobId: string;
    /** The name. */
    readonly name: string;
    /** What was extracted, as stored; null if none. */
    readonly extractionStats: string | null;
    /** What was chunked, as stored; null if none. */
    readonly chunkStats: string | null;
    /** What was analysed, as stored; null if none. */
    readonly analysisStats: string | null;
    /** Size of the pack in bytes; null when not known. */
    readonly fileSize: number | null;
    /** When the pack was made. */
    readonly createdAt: Date;
    /** When the pack was made. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
    /** The V2 pack that was made of it; null if none. */
    readonly copyId: string | null;
}

/** A context pack: a named set of sources and the documents made from them.
 * An immutable record: any thread may read it. Its texts are valid until cpk_pack_free(). */
export interface Pack {
    /** The public identifier that every call takes. */
    readonly id: string;
    /** The name. */
    readonly name: string;
    /** What the pack is for; null when unset. */
    readonly description: string | null;
    /** Instructions that are added for the analyzer; null when unset. */
    readonly customSystemPrompt: string | null;
    /** How many sources the pack has now. */
    readonly totalSources: number;
    /** Exact o200k_base tokens of all extracted text, as of the last recount. */
    readonly totalTokens: number;
    /** When the pack was created. */
    readonly createdAt: Date;
    /** When the pack was created. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
    /** When the pack changed last. */
    readonly updatedAt: Date;
    /** When the pack changed last. Microseconds since 1970 UTC. */
    readonly updatedAtMicros: number;
}

/** Something that can be bought: a fixed number of credits, a chosen number of credits with volume tiers, or the
 * unlimited plan.
 * An immutable record: any thread may read it. Its texts are valid until cpk_package_free(). */
export interface Package {
    /** The identifier in the settings. */
    readonly id: string;
    /** What the buyer reads. */
    readonly name: string;
    /** Three letters, lower case. */
    readonly currency: string;
    /** Decimals of the currency: 2 for usd, 0 for jpy. */
    readonly decimals: number;
    /** How many credits it has; 0: by the piece, or a plan. */
    readonly credits: number;
    /** Price in the currency's smallest unit; 0: see its tiers, or Stripe knows it. */
    readonly amount: number;
    /** "month" or "year"; null: paid once. */
    readonly interval: string | null;
    /** Whether it gives the unlimited plan. */
    readonly isUnlimited: boolean;
    /** A price made at Stripe; null if none. */
    readonly priceId: string | null;
    /** How many tiers the price has. */
    readonly tierCount: number;
    /** fromCredits: The first number of credits that the tier is for. unitMicros: Price of a credit, in the currency's unit. In millionths. */
    readonly tiers: readonly { readonly fromCredits: number; readonly unitMicros: bigint }[];
}

/** One attempt to pay: a checkout with its outcome, or a failed renewal of a subscription. Checkouts that this library
 * rejected, because of a limit or a suspended account, are recorded too.
 * An immutable record: any thread may read it. Its texts are valid until cpk_payment_attempt_free(). */
export interface PaymentAttempt {
    /** A UUID in lower case. */
    readonly id: string;
    /** Who tried to pay. */
    readonly userId: string;
    /** "credits", "unlimited", "subscription", "renewal"; other programs may write others. */
    readonly type: string;
    /** How the attempt went. The number: CPK_ATTEMPT_INITIATED ... */
    readonly statusCode: number;
    /** The status as stored. */
    readonly status: string;
    /** Credits that were to be bought; 0 if none. */
    readonly creditsRequested: number;
    /** The amount, in the currency's unit; 0 if not known. In millionths. */
    readonly amountMicros: bigint;
    /** The buyer's IP address; null: not told, or erased. */
    readonly ipAddress: string | null;
    /** The buyer's user agent; null: not told, or erased. */
    readonly userAgent: string | null;
    /** Why it failed or was refused; null if neither. */
    readonly errorMessage: string | null;
    /** The checkout session or the renewal's invoice; null if none. */
    readonly stripeId: string | null;
    /** When the attempt began. */
    readonly createdAt: Date;
    /** When the attempt began. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
}

/** How often a user, or the users of an IP address, tried to pay in a period, for fraud review.
 * An immutable record, borrowed from its list: any thread may read it. */
export interface PaymentVelocity {
    /** A user's id, or an address. */
    readonly subject: string;
    /** All attempts. */
    readonly attempts: number;
    /** Those that were paid. */
    readonly succeeded: number;
    /** Those that failed, with those that were refused. */
    readonly failed: number;
    /** Those that this library refused. */
    readonly refused: number;
    /** Addresses of the user, or users of the address. */
    readonly others: number;
    /** Credits of all attempts. */
    readonly creditsRequested: number;
    /** Money of all attempts, whatever the currency. In millionths. */
    readonly amountMicros: bigint;
    /** When the first attempt began. */
    readonly firstAt: Date;
    /** When the first attempt began. Microseconds since 1970 UTC. */
    readonly firstAtMicros: number;
    /** When the last attempt began. */
    readonly lastAt: Date;
    /** When the last attempt began. Microseconds since 1970 UTC. */
    readonly lastAtMicros: number;
}

/** One export, document, link or pasted text inside a pack.
 * An immutable record: any thread may read it. Its texts are valid until cpk_source_free(). */
export interface Source {
    /** The public identifier that every call takes. */
    readonly id: string;
    /** The source's pack. */
    readonly packId: string;
    /** The name. */
    readonly name: string;
    /** What the source is. The number: CPK_SOURCE_CHAT_EXPORT ... */
    readonly typeCode: number;
    /** The type as stored. */
    readonly type: string;
    /** How far the source is. The number: CPK_SOURCE_PENDING ... */
    readonly statusCode: number;
    /** The status as stored. */
    readonly status: string;
    /** 0 to 100; never goes back. */
    readonly progress: number;
    /** Why the source failed; null unless failed. */
    readonly errorMessage: string | null;
    /** The file's name; null for a paste. */
    readonly fileName: string | null;
    /** Size of the raw input in bytes; null until stored. */
    readonly fileSize: number | null;
    /** "chatgpt", "claude" ...; "" until extracted. */
    readonly format: string;
    /** SHA-256 of the raw bytes, hex. */
    readonly sha256: string;
    /** Conversations that this source brought or grew. */
    readonly conversationCount: number;
    /** Messages that this source brought. */
    readonly messageCount: number;
    /** Messages skipped because the pack already had them. */
    readonly knownMessages: number;
    /** Exact o200k_base tokens of the new text. */
    readonly textTokens: number;
    /** Chunks of the new text. */
    readonly totalChunks: number;
    /** Chunks that are analysed. */
    readonly processedChunks: number;
    /** Tokens that the analyzer read. */
    readonly inputTokens: number;
    /** Tokens that the analyzer wrote. */
    readonly outputTokens: number;
    /** What the analysis cost, in US dollars. In millionths. */
    readonly costMicros: bigint;
    /** When the source was added. */
    readonly createdAt: Date;
    /** When the source was added. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
    /** When the source changed last. */
    readonly updatedAt: Date;
    /** When the source changed last. Microseconds since 1970 UTC. */
    readonly updatedAtMicros: number;
    /** When the last chunk was analysed; null until then. */
    readonly completedAt: Date | null;
    /** When the last chunk was analysed; null until then. Microseconds since 1970 UTC. */
    readonly completedAtMicros: number | null;
    /** The extractor that made the text, with its version; null until then. */
    readonly extractor: string | null;
    /** What of the input was not read: an object of counts by reason. */
    readonly losses: string;
    /** The same in words; null if all was read. */
    readonly lossSummary: string | null;
    /** Whether content of the input was lost: damaged, missing, unreadable or over a limit. */
    readonly isPartial: boolean;
    /** The owner. */
    readonly userId: string;
    /** Why the source stands still: "credits", "suspended", "lease", "error", "kind", "cancelled"; null if it does not. */
    readonly stalledReason: string | null;
    /** When whoever works on it must have renewed the lease; null if nobody does. */
    readonly leaseUntil: Date | null;
    /** When whoever works on it must have renewed the lease; null if nobody does. Microseconds since 1970 UTC. */
    readonly leaseUntilMicros: number | null;
    /** Attempts of workers since the last progress. */
    readonly attempts: number;
}

/** The result of a webhook. An immutable record: any thread may read it. Its texts are valid until
 * cpk_webhook_result_free(). */
export interface WebhookResult {
    /** What was done with the event. */
    readonly outcome: 'processed' | 'repeated' | 'ignored' | 'unclaimed' | 'refused';
    /** What was done with the event. The number: CPK_WEBHOOK_PROCESSED ... */
    readonly outcomeCode: number;
    /** Stripe's id of the event. */
    readonly eventId: string;
    /** The event's type as Stripe spells it. */
    readonly eventType: string;
    /** Whose the event is; null: nobody's, or not known. */
    readonly userId: string | null;
    /** Credits added by it; negative: taken back. */
    readonly credits: number;
    /** All of it, as the webhook log keeps it. */
    readonly json: string;
}

/** The result of a reconciliation. An immutable record: any thread may read it. Its text is valid until
 * cpk_reconcile_report_free(). */
export interface ReconcileReport {
    /** The time it went back to. */
    readonly startsAt: Date;
    /** The time it went back to. Microseconds since 1970 UTC. */
    readonly startsAtMicros: number;
    /** The sum of those below. */
    readonly seen: number;
    /** Events that had their effect before. */
    readonly known: number;
    /** Events that had their effect now. */
    readonly processed: number;
    /** Events that were paid, with nobody to credit. */
    readonly unclaimed: number;
    /** Events that mean nothing here. */
    readonly ignored: number;
    /** Events of test mode, beside a live key. */
    readonly refused: number;
    /** Events that could not be processed. */
    readonly failed: number;
    /** An event and why it failed; null: none. */
    readonly firstFailure: string | null;
}

/** A payment made at Stripe that no user is credited for, because no event says whose it is.
 * An immutable record: any thread may read it. Its texts are valid as long as the record or its list. */
export interface Payment {
    /** A UUID in lower case. */
    readonly id: string;
    /** Stripe's id of the customer; null: not known. */
    readonly customerId: string | null;
    /** Stripe's id of the payment; null: not known. */
    readonly stripePaymentId: string | null;
    /** The package that was bought; null: not known. */
    readonly packageId: string | null;
    /** Three letters; null: not known. */
    readonly currency: string | null;
    /** Paid, in the currency's smallest unit. */
    readonly amount: number;
    /** Refunded and disputed so far, of that amount. */
    readonly amountBack: number;
    /** Credits bought; 0 of a plan. */
    readonly credits: number;
    /** Whether it bought the unlimited plan. */
    readonly isUnlimited: boolean;
    /** When the payment was first heard of. */
    readonly createdAt: Date;
    /** When the payment was first heard of. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
}

/** One entry of the credit ledger. Entries are never changed. A user's balance is always the sum of the entries (without
 * unlimited_usage) minus the credits that are held for running work.
 * An immutable record: any thread may read it. Its texts are valid until cpk_transaction_free(). */
export interface Transaction {
    /** A UUID in lower case. */
    readonly id: string;
    /** Whose credits they are. */
    readonly userId: string;
    /** Why credits were added or taken. The number: CPK_TRANSACTION_PURCHASE ... */
    readonly typeCode: number;
    /** The type as stored. */
    readonly type: string;
    /** Credits added; negative: taken. */
    readonly credits: number;
    /** The money that belongs to it, in US dollars; 0 if none. In millionths. */
    readonly amountMicros: bigint;
    /** The package that was bought; null if none. */
    readonly packageId: string | null;
    /** The source or job; null if none. */
    readonly jobId: string | null;
    /** A sentence about it; null if none. */
    readonly description: string | null;
    /** When the transaction was written. */
    readonly createdAt: Date;
    /** When the transaction was written. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
}

/** A user's profile. An immutable record: any thread may read it. Its texts are valid until cpk_user_free(). */
export interface User {
    /** A UUID in lower case. */
    readonly id: string;
    /** The address; unique without regard to case. */
    readonly email: string;
    /** The name; null when unset. */
    readonly fullName: string | null;
    /** The address of a picture; null when unset. */
    readonly avatarUrl: string | null;
    /** How analysis is paid for. */
    readonly paymentPlan: 'credits' | 'unlimited';
    /** How analysis is paid for. The number: CPK_PLAN_CREDITS ... */
    readonly paymentPlanCode: number;
    /** Credits that are free to use. */
    readonly creditsBalance: number;
    /** Chunks analysed in the user's lifetime. */
    readonly chunksAnalyzed: number;
    /** When the account was suspended; null: it is not. */
    readonly suspendedAt: Date | null;
    /** When the account was suspended; null: it is not. Microseconds since 1970 UTC. */
    readonly suspendedAtMicros: number | null;
    /** Why the account is suspended; null: it is not. */
    readonly suspensionReason: string | null;
    /** When the deletion of the account began; null: it did not. */
    readonly deletedAt: Date | null;
    /** When the deletion of the account began; null: it did not. Microseconds since 1970 UTC. */
    readonly deletedAtMicros: number | null;
    /** Stripe's id of the subscription; null: none. */
    readonly subscriptionId: string | null;
    /** The subscription's status as Stripe spells it; null: none. */
    readonly subscriptionStatus: string | null;
    /** When the paid plan starts; null: no plan has a start. */
    readonly planStartsAt: Date | null;
    /** When the paid plan starts; null: no plan has a start. Microseconds since 1970 UTC. */
    readonly planStartsAtMicros: number | null;
    /** When the paid plan ends; null: until further notice. */
    readonly planEndsAt: Date | null;
    /** When the paid plan ends; null: until further notice. Microseconds since 1970 UTC. */
    readonly planEndsAtMicros: number | null;
    /** The prefix of the user's blobs. */
    readonly storageDirectory: string;
    /** When the user was created. */
    readonly createdAt: Date;
    /** When the user was created. Microseconds since 1970 UTC. */
    readonly createdAtMicros: number;
    /** When the profile changed last. */
    readonly updatedAt: Date;
    /** When the profile changed last. Microseconds since 1970 UTC. */
    readonly updatedAtMicros: number;
}

/** A source that was submitted to workers. There is none any more when its work is done.
 * An immutable record: any thread may read it. Its texts are valid until cpk_work_free(). */
export interface Work {
    /** The identifier of the source. */
    readonly id: string;
    /** The owner of the source. */
    readonly userId: string;
    /** What is to be done: "analyze" or "extract"; another word is work of a newer version. */
    readonly kind: string;
    /** How far the work is. The number: CPK_WORK_READY ... */
    readonly stateCode: number;
    /** The state as stored. */
    readonly state: string;
    /** Work of a higher priority is claimed before other work of the same user. */
    readonly priority: number;
    /** Claims since the last progress; those that a stop or a lack of credits ended do not count. */
    readonly attempts: number;
    /** Why it waits or is dead: "error", "credits", "suspended", "lease", "kind", "cancelled"; null if it does not. */
    readonly reason: string | null;
    /** The message of the last error; null without one. */
    readonly message: string | null;
    /** When it was submitted. */
    readonly submittedAt: Date;
    /** When it was submitted. Microseconds since 1970 UTC. */
    readonly submittedAtMicros: number;
    /** When it may be claimed again; past for what is ready. */
    readonly runAt: Date;
    /** When it may be claimed again; past for what is ready. Microseconds since 1970 UTC. */
    readonly runAtMicros: number;
    /** When its worker must have renewed the lease; null unless running. */
    readonly leaseUntil: Date | null;
    /** When its worker must have renewed the lease; null unless running. Microseconds since 1970 UTC. */
    readonly leaseUntilMicros: number | null;
    /** 1 if it was asked to stop. */
    readonly isCancelled: boolean;
    /** The number of its claim, for running and releasing it. */
    readonly claimNumber: number;
}

/** Why an account is changed. Start from CPK_ADMIN_PARAMS_INIT. Later versions add fields at the end. */
export interface AdminParams {
    /** CPK_ADMIN_MAY_OWE, for calls that take credits; else 0 */
    flags?: number;
    /** required: UTF-8, 1 to 2,000 bytes */
    reason?: string | null;
    /** a JSON object (RFC 8259, without U+0000) of up to 16,000 bytes, or NULL */
    details?: string | null;
}

/** Which page of a list to read. Start from CPK_PAGE_INIT. Later versions add fields at the end. */
export interface PageParams {
    /** items, 1 to 1,000; 0: 100 */
    limit?: number;
    /** the result of `_list_next` on the previous page; NULL: the first page */
    after?: string | null;
}

/** What is built, and how. Start from CPK_BUILD_OPTIONS_INIT. Grows only at its end. */
export interface BuildOptions {
    /** CPK_BUILD_COMPACT | ...; 0: CPK_BUILD_STANDARD */
    types?: number;
    /** CPK_BUILD_MARKDOWN | CPK_BUILD_JSON; 0: both */
    formats?: number;
    /** permissions of the files, 0400 at least; 0: 0600. Folders get the same for looking inside. */
    fileMode?: number;
    /** of the pack, found or created; NULL: of the first path's file or folder, if that tells one pack from another, else "Context pack" */
    name?: string | null;
    /** folder for the documents, made if missing; NULL: one named after the pack */
    output?: string | null;
    /** of compact and standard documents, 400 at least (compact alone: 200); 0: what the settings say */
    maxTokens?: number;
    /** progress, notes, cancel; max_chunks is of all inputs together; may be NULL */
    runOptions?: true;
    /** CPK_BUILD_STRICT or 0 */
    flags?: number;
}

/** What is bought. Start from CPK_CHECKOUT_PARAMS_INIT. Later versions add fields at the end. */
export interface CheckoutParams {
    /** 0 */
    flags?: number;
    /** required: the id of a cpk_package */
    packageId?: string | null;
    /** the number to buy, for a package with tiers; else 0 */
    credits?: number;
    /** required: URL Stripe redirects to after payment; may contain {CHECKOUT_SESSION_ID} */
    successUrl?: string | null;
    /** URL Stripe redirects to if the buyer cancels, or NULL */
    cancelUrl?: string | null;
    /** the buyer's IPv4 or IPv6 address; NULL: unknown, and no limit by address applies */
    ipAddress?: string | null;
    /** the buyer's; the first 512 bytes are stored; or NULL */
    userAgent?: string | null;
}

/** What to refund. Start from CPK_REFUND_PARAMS_INIT. Later versions add fields at the end. */
export interface RefundParams {
    /** 0 */
    flags?: number;
    /** required: identifies the request, 1 to 200 bytes; the same key refunds once */
    key?: string | null;
    /** required: "pi_...", the stripe_payment_id of the purchase's transaction */
    paymentIntentId?: string | null;
    /** in the currency's smallest unit; 0: all that was not refunded yet */
    amount?: number;
    /** "duplicate", "fraudulent", "requested_by_customer", or NULL */
    reason?: string | null;
}

/** The size of chunks. Start from CPK_CHUNK_OPTIONS_INIT. */
export interface ChunkOptions {
    /** CPK_ENCODING_*; 0: o200k_base */
    encoding?: number;
    /** tokens of a chunk, at least 16; 0: the setting chunk.max_tokens (100,000) */
    maxTokens?: number;
    /** tokens repeated from the chunk before, at most half of max_tokens; -1: none; 0: the setting chunk.overlap_tokens (none) */
    overlapTokens?: number;
}

/** What an input contained. Start from CPK_EXTRACT_REPORT_INIT. Later versions add fields at the end. */
export interface ExtractReport {
    /** CPK_SOURCE_*: the type of the input */
    readonly sourceType: number;
    /** "chatgpt", "claude", "text", "markdown", ... */
    readonly format: string;
    /** extracted */
    readonly conversations: number;
    /** extracted */
    readonly messages: number;
    /** messages and conversations without usable content */
    readonly skipped: number;
    /** places that could not be parsed; the rest was extracted */
    readonly damaged: number;
    /** files that the export refers to but does not contain */
    readonly missingFiles: number;
    /** what was not read and why, in words; "": all was read */
    readonly lossSummary: string;
    /** 1: content was lost: damaged, missing, unreadable or over a limit */
    readonly isPartial: number;
}

/** One change of a balance. Start from CPK_CREDIT_PARAMS_INIT. Later versions add fields at the end. */
export interface CreditParams {
    /** for cpk_credits_grant(): CPK_TRANSACTION_PURCHASE, _REFUND or _BONUS; 0: bonus */
    type?: number;
    /** required: identifies the request, 1 to 200 bytes of UTF-8 */
    key?: string | null;
    /** 1 to CPK_CREDITS_MAX */
    credits?: number;
    /** the money paid, in millionths of the currency's unit; 0: none */
    amountMicros?: number | bigint;
    /** the package bought: up to 200 bytes, or NULL */
    packageId?: string | null;
    /** the source or job: up to 200 bytes, or NULL */
    jobId?: string | null;
    /** the payment: up to 200 bytes, or NULL */
    stripePaymentId?: string | null;
    /** up to 2,000 bytes, or NULL */
    description?: string | null;
    /** a JSON object (RFC 8259, without U+0000) of up to 16,000 bytes, or NULL */
    metadata?: string | null;
}

/** What to reserve. Start from CPK_HOLD_PARAMS_INIT. Later versions add fields at the end. */
export interface HoldParams {
    /** 0 */
    flags?: number;
    /** required: identifies the hold and the request, 1 to 200 bytes of UTF-8 */
    key?: string | null;
    /** 1 to CPK_CREDITS_MAX */
    credits?: number;
    /** milliseconds until the hold expires; 0: the setting credits.hold_lifetime_ms */
    lifetimeMs?: number;
    /** what it is for, the job_id of its transactions; up to 200 bytes; NULL: the key */
    reference?: string | null;
}

/** Describes a setting. Start from CPK_SETTING_DETAILS_INIT. Texts are static. Later versions add fields at the end. */
export interface SettingDetails {
    readonly name: string | null;
    /** what it controls, with its unit */
    readonly summary: string | null;
    readonly defaultValue: number | bigint;
    readonly minimum: number | bigint;
    readonly maximum: number | bigint;
}

/** Describes a text setting. Start from CPK_TEXT_SETTING_DETAILS_INIT. Texts are static. Values cannot be read back, as
 * they may be secret. Later versions add fields at the end. */
export interface TextSettingDetails {
    /** 1: do not show the value in command lines, logs and lists */
    readonly isSecret: number;
    readonly name: string | null;
    readonly summary: string | null;
}

/** Numbers of rows in a database, and its size. Later versions add fields at the end. */
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
    /** size of the database without the write-ahead log */
    readonly databaseBytes: number;
    /** of database_bytes: free space left by deleted rows; SQLite only */
    readonly freeBytes: number;
}

/** The result of archiving or restoring. Start from CPK_ARCHIVE_REPORT_INIT. Later versions add fields at the end. */
export interface ArchiveReport {
    /** files written or read */
    readonly files: number;
    /** rows in these files */
    readonly rows: number;
    /** compressed size of these files */
    readonly bytes: number;
    /** files of months that were archived before and have not changed */
    readonly knownFiles: number;
    /** webhook logs deleted after they were archived */
    readonly deletedRows: number;
    /** rows that were restored */
    readonly restoredRows: number;
    /** files without a manifest, or that differ from it */
    readonly damagedFiles: number;
}

/** The result of cpk_maintenance_sweep(). Start from CPK_SWEEP_REPORT_INIT. Later versions add fields at the end. */
export interface SweepReport {
    /** blobs in the users' folders */
    readonly blobs: number;
    /** blobs that no row refers to, old enough to be removed */
    readonly orphans: number;
    /** their size */
    readonly orphanBytes: number;
    /** removed blobs; 0 in a dry run */
    readonly removed: number;
    /** kept: they may belong to running work */
    readonly youngOrphans: number;
    /** users whose blobs could not be read or whose folder is shared; the log says why */
    readonly skippedUsers: number;
    /** kept: no row refers to them, and this library did not create them */
    readonly unknownBlobs: number;
}

/** The result of a backup. Start from CPK_BACKUP_REPORT_INIT. Later versions add fields at the end. */
export interface BackupReport {
    /** size of the copied database */
    readonly databaseBytes: number;
    /** blobs copied by this call */
    readonly blobs: number;
    /** their size */
    readonly blobBytes: number;
    /** blobs that the target already had */
    readonly knownBlobs: number;
}

/** The result of a copy of a storage. Start from CPK_STORAGE_COPY_REPORT_INIT. Later versions add fields at the end. */
export interface StorageCopyReport {
    /** blobs copied by this call */
    readonly blobs: number;
    /** their size */
    readonly blobBytes: number;
    /** blobs that the target already had */
    readonly knownBlobs: number;
    /** blobs of which both sides were compared, because of CPK_STORAGE_COPY_VERIFY */
    readonly verifiedBlobs: number;
    /** blobs of the target that were removed, because of CPK_STORAGE_COPY_MIRROR */
    readonly removedBlobs: number;
}

/** The result of a rotation of keys. Start from CPK_KEY_REPORT_INIT. Later versions add fields at the end. */
export interface KeyReport {
    /** data keys that were found */
    readonly dataKeys: number;
    /** data keys that another master key had wrapped */
    readonly rewrappedKeys: number;
    /** data keys that replace others */
    readonly newKeys: number;
    /** blobs that were encrypted again with the new data key of their user */
    readonly blobs: number;
    /** bytes of these blobs */
    readonly blobBytes: number;
    /** replaced data keys that were removed */
    readonly removedKeys: number;
    /** replaced data keys that stay, because they were replaced less than an hour ago */
    readonly replacedKeys: number;
}

/** The texts of a new pack; for cpk_pack_update() the texts to change. Start from CPK_PACK_PARAMS_INIT. */
export interface PackParams {
    /** 1 to 200 bytes after trimming; NULL: "Untitled pack", or in an update unchanged */
    name?: string | null;
    /** up to 4,000 bytes, or NULL */
    description?: string | null;
    /** added to the analyzer's system prompt, for chunks not yet analysed; up to 8,000 bytes, or NULL */
    customSystemPrompt?: string | null;
}

/** The progress of a pack. Start from CPK_PACK_PROGRESS_INIT. Later versions add fields at the end. */
export interface PackProgress {
    /** number of sources, in any status */
    readonly sources: number;
    readonly completedSources: number;
    readonly failedSources: number;
    /** input and output tokens of all analyses so far */
    readonly analysisTokens: number;
}

/** Grouping, period and limits. Start from CPK_PAYMENT_VELOCITY_PARAMS_INIT. Later versions add fields at the end. */
export interface PaymentVelocityParams {
    /** CPK_VELOCITY_*; 0: by user */
    by?: number;
    /** start of the period, microseconds since 1970 UTC; 0: 24 hours ago */
    sinceUs?: number | null;
    /** omit users or addresses with fewer attempts; 0: omit none */
    minimumAttempts?: number;
    /** number of rows, 1 to 1,000; 0: 100 */
    limit?: number;
}

/** The cost of an analysis that has not started or not finished, as of one moment. Start from CPK_QUOTE_INIT. Later
 * versions add fields at the end. */
export interface Quote {
    /** 1: the balance covers the remaining chunks, and the account is not suspended */
    readonly canProceed: number;
    /** 1: on the unlimited plan, costs nothing */
    readonly isUnlimited: number;
    /** number of sources in the quote */
    readonly sources: number;
    /** sources not extracted yet: their chunks are not counted below */
    readonly unknownSources: number;
    /** all chunks; each costs 1 credit */
    readonly chunksTotal: number;
    /** analysed and charged */
    readonly chunksDone: number;
    /** not analysed yet, or failed; failed chunks were not charged */
    readonly chunksLeft: number;
    /** chunks_left, or 0 on the unlimited plan */
    readonly creditsNeeded: number;
    /** credits that are free to use */
    readonly balance: number;
    /** credits held for all running work of the user */
    readonly held: number;
    /** of these, held by an earlier run of this work: released when it runs again */
    readonly heldHere: number;
    /** chunks that balance and held_here pay for: what CPK_RUN_PARTIAL would analyse */
    readonly chunksCovered: number;
    /** the price of a credit (setting billing.credit_price_micros), millionths of the currency's unit */
    readonly priceMicros: bigint;
    /** credits_needed * price_micros; INT64_MAX on overflow */
    readonly costMicros: bigint;
    /** the setting billing.currency, or "usd"; valid as long as the engine */
    readonly currency: string | null;
}

/** What cpk_redact() is to know. Start from CPK_REDACT_OPTIONS_INIT. */
export interface RedactOptions {
    /** names that are known, separated by commas, semicolons or newlines; NULL: none */
    names?: string | null;
    /** The same value has the same placeholder in all texts that are redacted with the same key, a secret of the caller. NULL: a random key of this call. */
    key?: string | null;
}

/** How often something of a kind was replaced in a text. Start from CPK_REDACT_REPORT_INIT. Later versions add fields
 * at the end. */
export interface RedactReport {
    /** replaced by placeholders such as [PERSON_483201] */
    readonly person: number;
    readonly email: number;
    readonly phone: number;
    readonly address: number;
    readonly ipAddress: number;
    /** with credentials */
    readonly url: number;
    readonly birthDate: number;
    /** these two also by notices */
    readonly cardNumber: number;
    /** licence numbers and the like */
    readonly idNumber: number;
    /** replaced by notices such as [password withheld] */
    readonly apiKey: number;
    readonly privateKey: number;
    readonly password: number;
    readonly authorization: number;
    readonly seedPhrase: number;
    readonly bankAccount: number;
    readonly nationalId: number;
    readonly passport: number;
}

/** Format and period of a report. Start from CPK_REPORT_OPTIONS_INIT. Later versions add fields at the end. */
export interface ReportOptions {
    /** CPK_REPORT_CSV or CPK_REPORT_JSON; 0: CSV */
    format?: number;
    /** start of the period, microseconds since 1970 UTC, inclusive; 0: no start */
    fromUs?: number | null;
    /** end of the period, microseconds since 1970 UTC, exclusive; 0: no end */
    untilUs?: number | null;
    /** time zone of the days, -840 to 840 minutes east of UTC */
    utcOffsetMinutes?: number;
}

/** Which tokens are accepted. Start from CPK_TOKEN_OPTIONS_INIT. Later versions add fields at the end. */
export interface TokenOptions {
    /** CPK_TOKEN_*; 0: CPK_TOKEN_USER only */
    allow?: number;
}

/** The profile of a new user. Start from CPK_USER_PARAMS_INIT. */
export interface UserParams {
    /** CPK_PLAN_*; 0: credits */
    paymentPlan?: number;
    /** a UUID in lower case, if the host has its own ids; NULL: a random one */
    id?: string | null;
    /** required; 3 to 320 bytes, unique regardless of case */
    email?: string | null;
    /** up to 200 bytes, or NULL */
    fullName?: string | null;
    /** up to 2,000 bytes, or NULL */
    avatarUrl?: string | null;
}

/** What the deletion of an account removed, and what is kept for accounting. Start from CPK_USER_DELETION_INIT. Later
 * versions add fields at the end. */
export interface UserDeletion {
    /** deleted rows, here and in the four fields below */
    readonly packs: number;
    readonly sources: number;
    readonly exports: number;
    readonly jobs: number;
    readonly legacyPacks: number;
    /** deleted blobs */
    readonly blobs: number;
    /** size of the deleted blobs in bytes */
    readonly blobBytes: number;
    readonly keptTransactions: number;
    /** without IP address and user agent */
    readonly keptPaymentAttempts: number;
    readonly keptAdminActions: number;
    /** kept blobs: another user's row refers to them, or they may not belong to this account */
    readonly keptBlobs: number;
}

/** What to do with a source. Start from CPK_WORK_OPTIONS_INIT. Later versions add fields at the end. */
export interface WorkOptions {
    /** CPK_SOURCE_READY_FOR_ANALYSIS or CPK_SOURCE_COMPLETED; 0: CPK_SOURCE_COMPLETED */
    until?: number;
    /** work of a higher priority is claimed before other work of the same user */
    priority?: number;
}

/** How a worker works. Start from CPK_WORKER_OPTIONS_INIT. Later versions add fields at the end. */
export interface WorkerOptions {
    /** CPK_WORKER_UNTIL_EMPTY or 0 */
    flags?: number;
    /** sources at the same time, 1 to 256; 0: one */
    concurrency?: number;
}

/** What a worker did since it started. Start from CPK_WORKER_REPORT_INIT. Later versions add fields at the end. */
export interface WorkerReport {
    /** claims of work */
    readonly claimed: number;
    /** work that was done */
    readonly done: number;
    /** attempts that failed and are repeated later */
    readonly failed: number;
    /** work whose last attempt failed */
    readonly dead: number;
    /** waits for credits, a suspension, another process or a newer version */
    readonly deferred: number;
    /** stopped by cpk_source_request_cancel() */
    readonly cancelled: number;
    /** given back when the worker was stopped */
    readonly released: number;
    /** work of dead workers that was made ready again */
    readonly rescued: number;
    /** running now */
    readonly running: number;
    /** chunks analysed */
    readonly chunks: number;
    /** tokens that the analyzer read */
    readonly inputTokens: number;
    /** tokens that the analyzer wrote */
    readonly outputTokens: number;
    /** millionths of a US dollar */
    readonly costMicros: bigint;
    /** microseconds of running work, summed over all of it */
    readonly busyUs: number;
}

/** Adds credits to a user's balance, or takes credits. Writes a `bonus` transaction.
 * 
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param credits  -2,147,483,647 to 2,147,483,647, not 0; negative: taken
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance would become negative, and CPK_ADMIN_MAY_OWE is not set
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_adjust_credits(session: SessionHandle, userId: string | null, credits: number | bigint, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Gives a user credits because of a support case. Writes a `bonus` transaction.
 * 
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param credits  1 to 2,147,483,647
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_support_credit(session: SessionHandle, userId: string | null, credits: number | bigint, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Records a refund that was paid elsewhere, and takes back the credits that the payment bought. Writes a `refund`
 * transaction with the amount. No money is transferred.
 * 
 * @param session            the service's or an administrator's
 * @param user_id            the user's id
 * @param credits            the number to take, 0 or more; 0: only the amount is recorded, whatever the balance is
 * @param amount_micros      the refunded amount in millionths of a US dollar, 1 or more
 * @param stripe_payment_id  the refunded payment, up to 200 bytes, or NULL
 * @param params             the reason and details; copied
 * @param action             out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance would become negative, and CPK_ADMIN_MAY_OWE is not set
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_record_refund(session: SessionHandle, userId: string | null, credits: number | bigint, amountMicros: number | bigint, stripePaymentId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Suspends an account: on any plan, it cannot start work that costs credits. Running work finishes. Reading, making
 * documents from analysed sources, and deleting remain allowed. The user can read the reason.
 * 
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT  the account is already suspended, or was deleted
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_suspend(session: SessionHandle, userId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Lifts a suspension.
 * 
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param params   the reason and details; copied
 * @param action   out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT  the account is not suspended
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_unsuspend(session: SessionHandle, userId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Assigns a payment of cpk_payment_list_unclaimed() to a user: adds its credits or activates its plan; later events
 * about the payment apply to this user too. The details of the log entry name the payment as `payment_id`.
 * 
 * @param session     the service's or an administrator's
 * @param user_id     the user's id
 * @param payment_id  the result of cpk_payment_id()
 * @param params      the reason and details; copied
 * @param action      out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such payment or user
 *         CPK_ERROR_CONFLICT   the payment is already assigned or refunded, or the account was deleted
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_assign_payment(session: SessionHandle, userId: string | null, paymentId: string | null, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Changes a user's payment plan.
 * 
 * @param session       the service's or an administrator's
 * @param user_id       the user's id
 * @param payment_plan  CPK_PLAN_*
 * @param params        the reason and details; copied
 * @param action        out, may be NULL: the log entry; free it with cpk_admin_action_free()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT  the user already has this plan
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   the reason is missing, the details are not a JSON object, or a number is out of range */
export function cpk_admin_override_plan(session: SessionHandle, userId: string | null, paymentPlan: number, params: AdminParams | null, control?: Control): Promise<AdminAction>;
/** Reads a page of the audit log, newest first.
 * 
 * @param session        the service's or an administrator's
 * @param admin_user_id  only actions of this administrator; NULL: of all
 * @param user_id        only actions on this user's account; NULL: on all
 * @param page           may be NULL: the first page with the default limit
 * @param list           out: free it with cpk_admin_action_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list */
export function cpk_admin_action_list_get(session: SessionHandle, adminUserId: string | null, userId: string | null, page: PageParams | null, control?: Control): Promise<Page<AdminAction>>;
/** The version of the linked library, "major.minor.patch"; a static string. */
export function cpk_version(): string | null;
/** The name of a status code, "CPK_ERROR_NOT_FOUND"; a static string, "CPK_ERROR_UNKNOWN" for other values. */
export function cpk_status_name(status: number): string | null;
/** Builds a pack: reads the inputs, analyses what is new in them, and writes the pack's documents to a folder. The same
 * call again, also with a newer export, does only what is new; a build that was killed or cancelled goes on where it
 * was.
 * 
 * A path names a file, or a folder, whose files are taken, those of the folders below it, too: what holds nothing
 * usable there is skipped. An input that can't be used does not stop the others: the call succeeds if one of them was
 * good. A file appears whole or not at all.
 * 
 * @param session     a user's; NULL: the machine's own user in the person's own installation, as
 * cpk_session_open_local() and CPK_ENGINE_LOCAL say
 * @param paths       at least one
 * @param path_count  how many
 * @param options     may be NULL
 * @param result      out, may be NULL: free it with cpk_build_result_free(); also set when the call fails after it has
 *                    begun with the inputs
 * @return CPK_OK
 *         CPK_ERROR_NO_CONTENT            no path led to anything usable
 *         CPK_ERROR_NOT_FOUND, _UNSUPPORTED, _INVALID_DATA, _ENCRYPTED, _LIMIT_EXCEEDED
 *                                         of the first input, when none was good
 *         CPK_ERROR_INSUFFICIENT_CREDITS  an input is not analysed, unless run_options->flags has CPK_RUN_PARTIAL
 *         CPK_ERROR_BUSY                  another process works on an input or a document, for longer than 30 s
 *         CPK_ERROR_CANCELLED             what is done stays; call again to go on
 *         CPK_ERROR_PERMISSION_DENIED, _NO_SPACE, _IO, _STORAGE, _DATABASE, _ANALYZER
 *         Of several failures that are no input's fault, the first; the others' documents are written all the same. */
export function cpk_build(session: SessionHandle, paths: readonly string[], options: BuildOptions | null, control?: Control): Promise<BuildResult>;
/** Creates a checkout: Stripe's page where the user pays. Every call is recorded as a cpk_payment_attempt, also if it
 * is rejected.
 * 
 * @param session   any session; a user's may only buy for its own user
 * @param user_id   the buyer; NULL: the session's own user
 * @param params    what is bought; copied
 * @param cancel    may be NULL
 * @param checkout  out: open its URL in the browser; free it with cpk_stripe_object_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_LIMIT_EXCEEDED     the setting checkout.max_per_user_hour or checkout.max_per_ip_hour, counted
 *                                      over all processes; retryable
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended
 *         CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, also if Stripe says so (HTTP 400)
 *         CPK_ERROR_PERMISSION_DENIED  the session may not do this, the account was deleted, or Stripe rejects the key
 *                                      (401, 403)
 *         CPK_ERROR_NOT_FOUND          there is no such user or package, or Stripe has no object of that id (404)
 *         CPK_ERROR_CONFLICT           another request had the same key, or the card was declined (409, 402)
 *         CPK_ERROR_BUSY               too many requests (429); retryable
 *         CPK_ERROR_NETWORK            no connection, or an HTTP status of 500 or more; retryable
 *         CPK_ERROR_TIMEOUT            no answer in time; retryable
 *         CPK_ERROR_CANCELLED          `cancel` was requested */
export function cpk_checkout_create(session: SessionHandle, userId: string | null, params: CheckoutParams | null, control?: Control): Promise<StripeObject>;
/** Returns the user's customer at Stripe, and creates it if the user has none.
 * 
 * @param session   any session; a user's may only name its own user
 * @param user_id   NULL: the session's own user
 * @param cancel    may be NULL
 * @param customer  out: free it with cpk_stripe_object_free(); NULL on failure. A customer that is already known has
 *                  only an id and a type, as no request is sent
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, also if Stripe says so (HTTP 400)
 *         CPK_ERROR_PERMISSION_DENIED  the session may not do this, the account was deleted, or Stripe rejects the key
 *                                      (401, 403)
 *         CPK_ERROR_NOT_FOUND          there is no such user or package, or Stripe has no object of that id (404)
 *         CPK_ERROR_CONFLICT           another request had the same key, or the card was declined (409, 402)
 *         CPK_ERROR_BUSY               too many requests (429); retryable
 *         CPK_ERROR_NETWORK            no connection, or an HTTP status of 500 or more; retryable
 *         CPK_ERROR_TIMEOUT            no answer in time; retryable
 *         CPK_ERROR_CANCELLED          `cancel` was requested */
export function cpk_stripe_customer(session: SessionHandle, userId: string | null, control?: Control): Promise<StripeObject>;
/** Opens Stripe's billing portal, where a user changes or cancels a subscription and reads invoices. Suspended accounts
 * may use it.
 * 
 * @param session     any session; a user's may only name its own user
 * @param user_id     NULL: the session's own user
 * @param return_url  URL the portal links back to; NULL: the one in the portal's configuration
 * @param cancel      may be NULL
 * @param portal      out: open its URL in the browser; free it with cpk_stripe_object_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  the user is not a customer yet
 *         CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, also if Stripe says so (HTTP 400)
 *         CPK_ERROR_PERMISSION_DENIED  the session may not do this, the account was deleted, or Stripe rejects the key
 *                                      (401, 403)
 *         CPK_ERROR_NOT_FOUND          there is no such user or package, or Stripe has no object of that id (404)
 *         CPK_ERROR_CONFLICT           another request had the same key, or the card was declined (409, 402)
 *         CPK_ERROR_BUSY               too many requests (429); retryable
 *         CPK_ERROR_NETWORK            no connection, or an HTTP status of 500 or more; retryable
 *         CPK_ERROR_TIMEOUT            no answer in time; retryable
 *         CPK_ERROR_CANCELLED          `cancel` was requested */
export function cpk_stripe_portal(session: SessionHandle, userId: string | null, returnUrl: string | null, control?: Control): Promise<StripeObject>;
/** Asks Stripe to refund a payment. The credits that it bought are taken back when the webhook `charge.refunded`
 * arrives.
 * 
 * @param session  the service's or an administrator's
 * @param params   what to refund; copied
 * @param cancel   may be NULL
 * @param refund   out, may be NULL: free it with cpk_stripe_object_free()
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, also if Stripe says so (HTTP 400)
 *         CPK_ERROR_PERMISSION_DENIED  the session may not do this, the account was deleted, or Stripe rejects the key
 *                                      (401, 403)
 *         CPK_ERROR_NOT_FOUND          there is no such user or package, or Stripe has no object of that id (404)
 *         CPK_ERROR_CONFLICT           another request had the same key, or the card was declined (409, 402)
 *         CPK_ERROR_BUSY               too many requests (429); retryable
 *         CPK_ERROR_NETWORK            no connection, or an HTTP status of 500 or more; retryable
 *         CPK_ERROR_TIMEOUT            no answer in time; retryable
 *         CPK_ERROR_CANCELLED          `cancel` was requested */
export function cpk_stripe_refund(session: SessionHandle, params: RefundParams | null, control?: Control): Promise<StripeObject>;
/** Extracts an input and cuts its text into chunks. Each chunk ends at the best boundary that fits: conversation,
 * message, paragraph, sentence, word or code point, in this order.
 * 
 * @param engine         for settings and memory; needs neither database nor storage
 * @param input          the bytes to read
 * @param chunk_options  may be NULL: the settings
 * @param chunk          called for each chunk, in order
 * @param chunk_user     passed to `chunk`
 * @param options        may be NULL
 * @param report         out, may be NULL; start from CPK_EXTRACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call */
export function cpk_chunk_input(engine: EngineHandle, input: RawInput, chunkOptions: ChunkOptions | null, control?: Control): Promise<ExtractReport>;
/** Adds credits to a balance: a purchase, a refund of usage, or a bonus.
 * 
 * @param session      the service's or an administrator's
 * @param user_id      the user's id
 * @param params       the change; copied
 * @param transaction  out, may be NULL: the ledger entry; free it with cpk_transaction_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   a number is out of range, or a text is missing or too long
 *         CPK_ERROR_CONFLICT           the key was used for another request before
 *         CPK_ERROR_LIMIT_EXCEEDED     the balance would exceed 2,147,483,647 in amount */
export function cpk_credits_grant(session: SessionHandle, userId: string | null, params: CreditParams | null, control?: Control): Promise<Transaction>;
/** Takes back credits whose payment was refunded: writes a negative `refund` transaction. The balance may become
 * negative if the credits were already spent.
 * 
 * @param session      the service's or an administrator's
 * @param user_id      the user's id
 * @param params       the change, with a positive number of credits; copied
 * @param transaction  out, may be NULL: the ledger entry; free it with cpk_transaction_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   a number is out of range, or a text is missing or too long
 *         CPK_ERROR_CONFLICT           the key was used for another request before
 *         CPK_ERROR_LIMIT_EXCEEDED     the balance would exceed 2,147,483,647 in amount */
export function cpk_credits_clawback(session: SessionHandle, userId: string | null, params: CreditParams | null, control?: Control): Promise<Transaction>;
/** Reserves credits. For a user on the unlimited plan the hold has 0 credits, and its commits are recorded as
 * `unlimited_usage`. Repeating the request returns the hold as it is now.
 * 
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param params   what to reserve; copied
 * @param hold     out, may be NULL: free it with cpk_hold_free()
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance is too low; the message names both numbers
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended or deleted
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   a number is out of range, or a text is missing or too long
 *         CPK_ERROR_CONFLICT           the key was used for another request before
 *         CPK_ERROR_LIMIT_EXCEEDED     the balance would exceed 2,147,483,647 in amount */
export function cpk_hold_reserve(session: SessionHandle, userId: string | null, params: HoldParams | null, control?: Control): Promise<Hold>;
/** Spends all or some credits of a hold.
 * 
 * @param session   the service's or an administrator's
 * @param user_id   the user's id
 * @param hold_key  the key of the hold
 * @param key       identifies this request, 1 to 200 bytes of UTF-8
 * @param credits   1 to the credits that remain in the hold
 * @param flags     CPK_HOLD_RELEASE_REST or 0
 * @param hold      out, may be NULL: the hold afterwards; free it with cpk_hold_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such hold
 *         CPK_ERROR_CONFLICT   the hold is closed (committed, released or expired), or fewer credits remain in it
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   a number is out of range, or a text is missing or too long
 *         CPK_ERROR_CONFLICT           the key was used for another request before
 *         CPK_ERROR_LIMIT_EXCEEDED     the balance would exceed 2,147,483,647 in amount */
export function cpk_hold_commit(session: SessionHandle, userId: string | null, holdKey: string | null, key: string | null, credits: number | bigint, flags: number, control?: Control): Promise<Hold>;
/** Releases the credits that remain in a hold. A closed hold is left unchanged, with CPK_OK.
 * 
 * @param session   the service's or an administrator's
 * @param user_id   the user's id
 * @param hold_key  the key of the hold
 * @param hold      out, may be NULL: the hold afterwards; free it with cpk_hold_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such hold
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   a number is out of range, or a text is missing or too long
 *         CPK_ERROR_CONFLICT           the key was used for another request before
 *         CPK_ERROR_LIMIT_EXCEEDED     the balance would exceed 2,147,483,647 in amount */
export function cpk_hold_release(session: SessionHandle, userId: string | null, holdKey: string | null, control?: Control): Promise<Hold>;
/** Reads a hold.
 * 
 * @param session   any session; a user's may only read its own user
 * @param user_id   NULL: the session's own user
 * @param hold_key  the key of the hold
 * @param hold      out: free it with cpk_hold_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such hold
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session */
export function cpk_hold_get(session: SessionHandle, userId: string | null, holdKey: string | null, control?: Control): Promise<Hold>;
/** Releases expired holds, which dead processes left. Holds of packs and jobs that a live process works on are skipped.
 * To be called from a timer. A hold that cannot be released, because the balance would exceed 32 bits, is skipped and
 * logged; cpk_engine_check() reports it.
 * 
 * @param session  the service's or an administrator's
 * @param limit    the number of holds to examine, 1 to 1,000, those expired longest first
 * @param expired  out: the number of released holds
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   the limit is out of range
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_holds_expire(session: SessionHandle, limit: number, control?: Control): Promise<number>;
/** Compares the balance of every user with the ledger. Changes nothing.
 * 
 * @param session  the service's or an administrator's
 * @param each     called for each balance that differs; may be NULL
 * @param user     passed to `each`
 * @param drifted  out: the number of balances that differ
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_credits_audit(session: SessionHandle, control?: Control): Promise<number>;
/** Opens an engine. Creates the database file and the storage folder if they do not exist, unless CPK_ENGINE_NO_CREATE
 * is set; only their owner can read them, whatever the umask.
 * 
 * An SQLite database, and a PostgreSQL database without any table, is migrated to this version's schema. Any other
 * PostgreSQL database is left unchanged: if its schema is older, or was never migrated, the call fails with
 * CPK_ERROR_UNSUPPORTED. To migrate it, open it with CPK_ENGINE_NO_MIGRATE and call cpk_engine_migrate_report(). A
 * database that a newer version migrated is opened if that version declared its schema compatible.
 * 
 * @param options  NULL: no database and no storage, which is enough for cpk_extract(), cpk_chunk_input() and the like
 * @param engine   out: close it with cpk_engine_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   an option is wrong; the message names it
 *         CPK_ERROR_NOT_FOUND          with CPK_ENGINE_NO_CREATE: the database file or the storage folder is missing,
 *                                      or the database has no tables of this library; the S3 bucket does not exist;
 *                                      the message names it
 *         CPK_ERROR_UNSUPPORTED        the URI scheme is unknown; the database is of a newer version, or must be
 *                                      migrated first
 *         CPK_ERROR_PERMISSION_DENIED  a file or folder is not accessible; the message names it
 *         CPK_ERROR_NO_SPACE           the disk is full
 *         CPK_ERROR_IO                 a file or folder could not be created or opened
 *         CPK_ERROR_DATABASE           the database cannot be opened or reached
 *         CPK_ERROR_STORAGE            the storage cannot be opened or reached
 *         CPK_ERROR_UNAUTHENTICATED    there is no key for S3, or the server does not know it
 *         CPK_ERROR_NETWORK, _TIMEOUT  the S3 server does not answer */
export function cpk_engine_open(options: RawEngineOptions | null, control?: Control): Promise<EngineHandle>;
/** Reads the value that a setting has in this engine.
 * 
 * @param engine  an open engine
 * @param name    a setting's name: "chunk.max_tokens"
 * @param value   out: the value, in the unit that its summary names
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  no setting has that name */
export function cpk_engine_setting(engine: EngineHandle, name: string | null, control?: Control): Promise<number>;
/** The number of settings. */
export function cpk_setting_count(): number;
/** Describes one setting.
 * 
 * @param index    0 to cpk_setting_count() - 1
 * @param details  out; start from CPK_SETTING_DETAILS_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no setting of that index */
export function cpk_setting_info(index: number): SettingDetails;
/** The same on a worker thread. */
export function cpk_setting_info_async(index: number, control?: Control): Promise<SettingDetails>;
/** The number of text settings. */
export function cpk_text_setting_count(): number;
/** Describes one text setting.
 * 
 * @param index    0 to cpk_text_setting_count() - 1
 * @param details  out; start from CPK_TEXT_SETTING_DETAILS_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no text setting of that index */
export function cpk_text_setting_info(index: number): TextSettingDetails;
/** The same on a worker thread. */
export function cpk_text_setting_info_async(index: number, control?: Control): Promise<TextSettingDetails>;
/** Migrates the database like cpk_engine_migrate() and describes each change: a line for each table that is created,
 * index that is added or privilege that is revoked, so that a dry run can be read before a live database is changed. A
 * line that begins with "note: " describes what was found in the database; one that begins with "undo: " is the SQL
 * statement that reverts a change. The lines of a migration follow the call of `report` for it. SQLite has no such
 * lines.
 * 
 * A PostgreSQL database may be in use meanwhile. A dry run only reads. Otherwise indexes are built concurrently, and
 * everything else happens in one transaction that locks tables for a fraction of a second and waits at most
 * database.migration_wait_ms for the locks.
 * 
 * @param engine   an engine with a database, opened with CPK_ENGINE_NO_MIGRATE
 * @param dry_run  1: report the migrations that are missing, change nothing
 * @param report   called for each migration, or NULL
 * @param change   called for each change, or NULL
 * @param user     passed to both
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        the tables differ from what this version needs; the message lists how
 *         CPK_ERROR_PERMISSION_DENIED  the connection's role may not change the schema
 *         CPK_ERROR_BUSY               other connections lock the tables; the message names them; nothing but indexes
 *                                      was changed; retryable */
export function cpk_engine_migrate_report(engine: EngineHandle, dryRun: number, control?: Control): Promise<void>;
/** Repeats what cpk_engine_migrate_report() reported when the migrations were applied, by this process or another: the
 * report is stored in the database. Migrations that a version before 0.2 applied have no lines.
 * 
 * @param engine  an engine with a database
 * @param report  called for each migration, or NULL
 * @param change  called for each change, or NULL
 * @param user    passed to both
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED  the database was not migrated to this version's schema
 *         CPK_ERROR_NOT_FOUND    the database has no tables of this library */
export function cpk_engine_migration_history(engine: EngineHandle, control?: Control): Promise<void>;
/** Counts the rows of all users and reads the size of the database, in one transaction. Reads indexes only.
 * 
 * @param engine      an engine with a database
 * @param statistics  out; start from CPK_STATISTICS_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the engine has no database
 *         CPK_ERROR_DATABASE          the database reported an error or cannot be reached
 *         CPK_ERROR_BUSY              the database is locked; retryable */
export function cpk_engine_statistics(engine: EngineHandle, control?: Control): Promise<Statistics>;
/** Checks the whole installation. Changes nothing and may run while other processes work.
 * 
 * It checks the database and its schema; every page and index for damage (SQLite, and PostgreSQL with the extension
 * amcheck); the storage, by writing, reading and removing a small blob; balances against the ledger; rows without blobs
 * and blobs without rows; sources and exports that a dead process left unfinished.
 * 
 * @param engine    an engine with a database
 * @param report    called for each result
 * @param user      passed to `report`
 * @param failures  out, may be NULL: the number of results that are CPK_CHECK_FAILED, also counting what could not be
 *                  checked: CPK_OK alone does not mean that all is well
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the engine has no database
 *         CPK_ERROR_DATABASE          the database cannot be reached */
export function cpk_engine_check(engine: EngineHandle, control?: Control): Promise<number>;
/** Makes a document of a pack from what has been analysed so far. If nothing changed since the last document of that
 * type, that one is returned, with *made 0. The whole document, the pack's findings and its list of conversations are
 * in memory meanwhile.
 * 
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param type     CPK_EXPORT_COMPACT, CPK_EXPORT_STANDARD or CPK_EXPORT_COMPLETE
 * @param options  may be NULL; max_tokens is the document's budget
 * @param made     out, may be NULL: 1 if the document is new, 0 if it existed
 * @param result   out: free it with cpk_export_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND   there is no such pack, or it belongs to another user
 *         CPK_ERROR_NO_CONTENT  the pack has no analysed source
 *         CPK_ERROR_BUSY        another process makes the same document; retryable
 *         CPK_ERROR_CONFLICT    this process did not respond for pipeline.lease_timeout_ms, and another one took over
 *         CPK_ERROR_NO_SPACE    the disk or a quota is full
 *         CPK_ERROR_STORAGE     the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED   the call was stopped: call again to make the document */
export function cpk_export_create(session: SessionHandle, packId: string | null, type: number, control?: Control): Promise<{ made: number; export: Export }>;
/** Reads an export's record.
 * 
 * @param session    a session that may see the export
 * @param export_id  the export's id
 * @param result     out: free it with cpk_export_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such export, or it belongs to another user */
export function cpk_export_get(session: SessionHandle, exportId: string | null, control?: Control): Promise<Export>;
/** Streams the document of an export whose status is ready.
 * 
 * @param session     a session that may see the export
 * @param export_id   the export's id
 * @param format      CPK_FORMAT_MARKDOWN or CPK_FORMAT_JSON
 * @param write       receives the bytes in order
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such export, or it belongs to another user
 *         CPK_ERROR_CONFLICT   the document is not ready
 *         CPK_ERROR_CANCELLED  `write` returned non-zero
 *         CPK_ERROR_STORAGE    the storage reported an error or cannot be reached */
export function cpk_export_read(session: SessionHandle, exportId: string | null, format: number, control?: Control): Promise<Buffer>;
/** Deletes an export with its blobs.
 * 
 * @param session    the owner's session
 * @param export_id  the export's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such export, or it belongs to another user
 *         CPK_ERROR_BUSY       another process is making the document; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue */
export function cpk_export_delete(session: SessionHandle, exportId: string | null, control?: Control): Promise<void>;
/** The CPK_EXPORT_* type named "compact", "standard" or "complete"; 0 for other names and NULL. */
export function cpk_export_type_from_name(name: string | null): number;
/** Reads a page of a pack's exports, newest first.
 * 
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_export_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list */
export function cpk_export_list_get(session: SessionHandle, packId: string | null, page: PageParams | null, control?: Control): Promise<Page<Export>>;
/** Reads an input of any known format message by message. Memory use is bounded by the largest conversation, not by the
 * input.
 * 
 * @param engine        for settings and memory; needs neither database nor storage
 * @param input         the bytes to read
 * @param message       called for each message; NULL: only the report is made
 * @param message_user  passed to `message`
 * @param options       may be NULL
 * @param report        out, may be NULL; start from CPK_EXTRACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call */
export function cpk_extract(engine: EngineHandle, input: RawInput, control?: Control): Promise<ExtractReport>;
/** Reads an input into normalised text: the text that chunks are cut from and that cpk_source_read() returns.
 * 
 * @param engine      for settings and memory; needs neither database nor storage
 * @param input       the bytes to read
 * @param write       receives the text in pieces, in order
 * @param write_user  passed to `write`
 * @param options     may be NULL
 * @param report      out, may be NULL; start from CPK_EXTRACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call */
export function cpk_extract_text(engine: EngineHandle, input: RawInput, control?: Control): Promise<{ report: ExtractReport; data: Buffer }>;
/** Reads an input as an import into an empty pack would, and stores nothing. Memory use is bounded by the largest
 * conversation, not by the input.
 * 
 * @param engine      for settings and memory; needs neither database nor storage
 * @param input       the bytes to read
 * @param options     may be NULL; its notes are also kept in the inspection
 * @param inspection  out: free it with cpk_inspection_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call */
export function cpk_inspect(engine: EngineHandle, input: RawInput, control?: Control): Promise<Inspection>;
/** Stores an input and creates a job for it. The same bytes again make another job.
 * 
 * @param session  a user's session
 * @param input    the bytes to import
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param job      out: free it with cpk_job_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_NO_CONTENT         the input is empty
 *         CPK_ERROR_LIMIT_EXCEEDED     the setting import.max_file_bytes
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended
 *         CPK_ERROR_BUSY               the input changed while it was read; retryable
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED          the call was stopped */
export function cpk_job_create(session: SessionHandle, input: RawInput, control?: Control): Promise<Job>;
/** Processes a job into its V1 pack: extraction, chunking, analysis, one document. The call continues where an earlier
 * one stopped, and each chunk is charged once. A chunk that fails is listed in cpk_job_failed_chunks() and the others
 * are analysed; running a completed job tries its failed chunks again and rebuilds the pack. Jobs of other programs
 * continue from their stored file; completed ones are left unchanged.
 * 
 * With options->max_chunks or CPK_RUN_PARTIAL a part is analysed, as in cpk_source_run(): the call returns CPK_OK with
 * the job in the status CPK_JOB_ANALYZING. The V1 pack is made when every chunk was tried. CPK_OK is also returned if
 * some chunks failed.
 * 
 * @param session  a user's session
 * @param job_id   the job's id
 * @param options  may be NULL
 * @param job      out, may be NULL: the job after the call, also if the call fails
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED           the input's format is not supported: the job is now failed
 *         CPK_ERROR_INVALID_DATA          the input is damaged: the job is now failed
 *         CPK_ERROR_NO_CONTENT            the input has no usable content: the job is now failed
 *         CPK_ERROR_ENCRYPTED             the input is encrypted: the job is now failed
 *         CPK_ERROR_LIMIT_EXCEEDED        the input exceeds a limit: the job is now failed
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the remaining chunks, or with CPK_RUN_PARTIAL not
 *                                         even one; nothing was charged
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended
 *         CPK_ERROR_NOT_FOUND             there is no such job, or its file is not stored
 *         CPK_ERROR_BUSY                  another process works on the job; retryable
 *         CPK_ERROR_CONFLICT              this process did not respond for pipeline.lease_timeout_ms, and another one
 *                                         took over
 *         CPK_ERROR_CANCELLED             the call was stopped; what was committed is kept
 *         CPK_ERROR_ANALYZER              every chunk failed: the job is now failed */
export function cpk_job_run(session: SessionHandle, jobId: string | null, control?: Control): Promise<Job>;
/** Reads a job.
 * 
 * @param session  a session that may see the job
 * @param job_id   the job's id
 * @param job      out: free it with cpk_job_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such job, or it belongs to another user */
export function cpk_job_get(session: SessionHandle, jobId: string | null, control?: Control): Promise<Job>;
/** Deletes a job with its V1 pack and its blobs. Credits that were spent on it are not refunded.
 * 
 * @param session  the owner's session
 * @param job_id   the job's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such job, or it belongs to another user
 *         CPK_ERROR_BUSY       another process works on the job; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue */
export function cpk_job_delete(session: SessionHandle, jobId: string | null, control?: Control): Promise<void>;
/** Reads a page of the user's jobs, newest first.
 * 
 * @param session  a user's session
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_job_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list */
export function cpk_job_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<Job>>;
/** Reads a V1 pack.
 * 
 * @param session         a session that may see the V1 pack
 * @param legacy_pack_id  the V1 pack's id
 * @param pack            out: free it with cpk_legacy_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or it belongs to another user */
export function cpk_legacy_pack_get(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<LegacyPack>;
/** Finds the V1 pack of a job.
 * 
 * @param session  a session that may see the V1 pack
 * @param job_id   the job's id
 * @param pack     out: free it with cpk_legacy_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  the job has no V1 pack */
export function cpk_legacy_pack_find(session: SessionHandle, jobId: string | null, control?: Control): Promise<LegacyPack>;
/** Streams the document of a V1 pack.
 * 
 * @param session         a session that may see the V1 pack
 * @param legacy_pack_id  the V1 pack's id
 * @param write           receives the bytes in order
 * @param write_user      passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or it belongs to another user
 *         CPK_ERROR_STORAGE    the storage does not have the document; the message names its key
 *         CPK_ERROR_CANCELLED  `write` returned non-zero */
export function cpk_legacy_pack_read(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<Buffer>;
/** Deletes a V1 pack with its document. Its job, and a pack that was copied from it, are kept.
 * 
 * @param session         the owner's session
 * @param legacy_pack_id  the V1 pack's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or it belongs to another user
 *         CPK_ERROR_STORAGE    the document could not be removed: call again to continue */
export function cpk_legacy_pack_delete(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<void>;
/** Copies a V1 pack to a new pack of the same name, with one source: the file of the job, or the V1 document if that
 * file is not stored any more. The description names the V1 pack. The source is pending: nothing is charged until it
 * is run. The V1 pack is unchanged, and cpk_legacy_pack_undo_copy() deletes the copy.
 * 
 * @param session         the owner's session
 * @param legacy_pack_id  the V1 pack's id
 * @param options         may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param copied          out, may be NULL: 1 if the copy is new, 0 if it existed
 * @param pack            out: the copy; free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or neither of its files is stored
 *         CPK_ERROR_STORAGE    the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED  the call was stopped */
export function cpk_legacy_pack_copy(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<{ copied: number; pack: Pack }>;
/** Deletes the pack that cpk_legacy_pack_copy() made, with everything that was added to it.
 * 
 * @param session         the owner's session
 * @param legacy_pack_id  the V1 pack's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no copy of this V1 pack
 *         CPK_ERROR_BUSY       another process works on the copy; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue */
export function cpk_legacy_pack_undo_copy(session: SessionHandle, legacyPackId: string | null, control?: Control): Promise<void>;
/** Reads a page of the user's V1 packs, newest first.
 * 
 * @param session  a user's session
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_legacy_pack_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list */
export function cpk_legacy_pack_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<LegacyPack>>;
/** Archives the past months of credit_transactions and admin_actions, and webhook_logs older than the setting
 * maintenance.webhook_days, as compressed JSON Lines in the storage. Each file has a manifest with its SHA-256;
 * docs/maintenance.md describes both. Webhook logs are deleted after their file was read back and verified; other rows
 * stay in the database. Unchanged months are skipped.
 * 
 * @param session  the service's or an administrator's
 * @param options  may be NULL; progress in rows, CPK_STAGE_STORE
 * @param report   out, may be NULL; start from CPK_ARCHIVE_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_NO_SPACE           the disk or a quota is full
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue */
export function cpk_maintenance_archive(session: SessionHandle, control?: Control): Promise<ArchiveReport>;
/** Restores archived rows that are missing in the database. Each file is verified against its manifest first; a damaged
 * file is reported in a note, counted and skipped, and the call still returns CPK_OK. Existing rows are left
 * unchanged. Balances are not changed: they already include the restored transactions.
 * 
 * @param session  the service's or an administrator's
 * @param table    "credit_transactions", "admin_actions" or "webhook_logs"; NULL: all
 * @param dry_run  1: verify and count, change nothing
 * @param options  may be NULL; notes report damaged files
 * @param report   out, may be NULL; start from CPK_ARCHIVE_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   there is no such table
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_DATABASE           the user of a row does not exist any more
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue */
export function cpk_maintenance_restore(session: SessionHandle, table: string | null, dryRun: number, control?: Control): Promise<ArchiveReport>;
/** Removes orphaned blobs from the users' folders: blobs that no row of any user refers to, directly or by a folder
 * above them, that are older than the setting maintenance.orphan_age_ms, and that still have no row when checked again
 * before removal. Only blobs whose keys have the form that this library creates are removed; others are kept and
 * reported in notes of CPK_NOTE_KEPT.
 * 
 * A user whose blobs cannot be read, or whose folder is missing, shared with or nested in that of another profile, is
 * skipped, counted and logged as a warning. Rows without blobs are reported by cpk_engine_check().
 * 
 * @param session  the service's or an administrator's
 * @param dry_run  1: report only, remove nothing
 * @param options  may be NULL; progress in blobs, CPK_STAGE_STORE; notes report what is kept
 * @param each     called for each orphaned blob; may be NULL
 * @param user     passed to `each`
 * @param report   out, may be NULL; start from CPK_SWEEP_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue */
export function cpk_maintenance_sweep(session: SessionHandle, dryRun: number, control?: Control): Promise<SweepReport>;
/** Copies an SQLite database to a file, as of one moment, while other processes read and write. (Copying the file
 * itself while it is open does not give a consistent copy.) The copy is readable by its owner only, is checked for
 * damage, and appears complete or not at all. To restore, open an engine on the copies.
 * 
 * The database holds all rows; uploads, texts, answers and documents are blobs, which are copied to `storage` after
 * the database, so that every copied row has its blobs unless they were deleted meanwhile. Blobs that the target
 * already has are skipped, as cpk_engine_copy_storage() tells: a repeated backup copies only new blobs.
 * 
 * @param engine   an engine with an SQLite database
 * @param path     the file to write; its folder must exist
 * @param storage  the storage to copy blobs to, as in cpk_engine_options.storage ("file:DIR"); NULL: the database only
 * @param replace  1: replace an existing file; 0: fail with CPK_ERROR_ALREADY_EXISTS
 * @param options  may be NULL; progress (CPK_STAGE_STORE) in pages of the database, then in bytes of blobs
 * @param report   out, may be NULL; start from CPK_BACKUP_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED       the database is PostgreSQL (use pg_dump), or a driver of the host without
 *                                     backups
 *         CPK_ERROR_INVALID_DATA      the database is damaged: no copy was made
 *         CPK_ERROR_CONFLICT          the path has the write-ahead log of another database
 *         CPK_ERROR_ALREADY_EXISTS    the file exists, and `replace` is 0
 *         CPK_ERROR_INVALID_ARGUMENT  the path or the storage is not valid
 *         CPK_ERROR_NO_SPACE          the disk is full
 *         CPK_ERROR_IO                the file could not be written
 *         CPK_ERROR_STORAGE           the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED         the call was stopped; no copy was made */
export function cpk_engine_backup(engine: EngineHandle, path: string | null, storage: string | null, replace: number, control?: Control): Promise<BackupReport>;
/** Copies the blobs of a storage to another one, from any kind to any kind. Each blob appears in the target complete or
 * not at all. A blob that the target has with the same size is not copied again if it was written there later than in
 * the source; if the times do not tell, its bytes are compared. So a copy that was stopped anywhere continues when it
 * is called again, and a repeated copy only writes what is new.
 * 
 * Without "encrypted+" a URI names the encrypted blobs themselves, with their wrapped keys: so an encrypted storage is
 * copied as it is, without its master key. With "encrypted+" blobs are decrypted or encrypted on the way.
 * 
 * Others may use both storages meanwhile. A blob that is written during the copy may be missing, one that is removed
 * is skipped. A list of the blobs of both storages is held in memory, about 100 bytes for each.
 * 
 * @param engine   whose settings and keys are used; it needs neither a database nor a storage
 * @param source   what to copy, as in cpk_engine_options.storage; it must exist. NULL: the engine's storage
 * @param target   where to, as in cpk_engine_options.storage; a missing folder is created
 * @param flags    0 or CPK_STORAGE_COPY_* joined by |
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param report   out, may be NULL; start from CPK_STORAGE_COPY_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a URI or a flag is not valid, or one place is the other one or inside it
 *         CPK_ERROR_NOT_FOUND         there is no such source, or no such bucket
 *         CPK_ERROR_NO_SPACE          the disk is full: call again to continue
 *         CPK_ERROR_STORAGE           a blob is damaged, or a storage reported an error
 *         CPK_ERROR_CANCELLED         the call was stopped: call again to continue */
export function cpk_engine_copy_storage(engine: EngineHandle, source: string | null, target: string | null, flags: number, control?: Control): Promise<StorageCopyReport>;
/** Rotates the keys of an encrypted storage ("encrypted+..."). Data keys that another than the first master key wrapped
 * are wrapped by the first one; when the call returns CPK_OK, the other master keys are not needed any more. Data keys
 * of data_key_age_ms and more are replaced, and the blobs of their users are encrypted again; a replaced key is removed
 * by a call at least an hour later, so that other processes can finish what they write with it.
 * 
 * Reading, writing and deleting may go on meanwhile. A blob that is replaced in the moment in which its new form is
 * committed may return to its earlier content, so do not replace data keys of users whose blobs are being replaced.
 * 
 * @param engine           an engine with an encrypted storage
 * @param data_key_age_ms  minimum age, in milliseconds, of a data key that is replaced; -1: none is
 * @param options          may be NULL; progress in keys and blobs, CPK_STAGE_STORE
 * @param report           out, may be NULL; start from CPK_KEY_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the storage is not encrypted, or data_key_age_ms is less than -1
 *         CPK_ERROR_STORAGE           a data key or a blob is damaged or its master key is missing, or the storage
 *                                     reported an error
 *         CPK_ERROR_CANCELLED         the call was stopped: call again to continue */
export function cpk_engine_rotate_keys(engine: EngineHandle, dataKeyAgeMs: number | bigint, control?: Control): Promise<KeyReport>;
/** The name of a role: "user", "assistant", "system", "tool" or "unknown"; a static string, never NULL. */
export function cpk_role_name(role: number): string | null;
/** The name of a kind: "text", "tool_call", "attachment", ...; a static string, "unknown" for other values. */
export function cpk_kind_name(kind: number): string | null;
/** Creates an empty pack owned by the session's user.
 * 
 * @param session  a user's session
 * @param params   NULL: the defaults; copied
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED  the session is not a user's
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached */
export function cpk_pack_create(session: SessionHandle, params: PackParams | null, control?: Control): Promise<Pack>;
/** Finds the user's pack named params->name, the newest if there are several, or creates it from `params`. Atomic: if
 * two processes call it at once, one of them creates the pack and both get it.
 * 
 * @param session  a user's session
 * @param params   the name to find, and the texts of a new pack
 * @param created  out, may be NULL: 1 if the pack is new; 0 if it existed, and is unchanged
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED  the session is not a user's
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached */
export function cpk_pack_ensure(session: SessionHandle, params: PackParams | null, control?: Control): Promise<{ created: number; pack: Pack }>;
/** Reads a pack.
 * 
 * @param session  a session that may see the pack
 * @param pack_id  the pack's id
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user */
export function cpk_pack_get(session: SessionHandle, packId: string | null, control?: Control): Promise<Pack>;
/** Finds the user's pack of a name, the newest if there are several.
 * 
 * @param session  a user's session
 * @param name     the exact name
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  the user has no pack of that name */
export function cpk_pack_find(session: SessionHandle, name: string | null, control?: Control): Promise<Pack>;
/** Changes the name, description or prompt of a pack.
 * 
 * @param session  the owner's session
 * @param pack_id  the pack's id
 * @param params   the new texts: NULL leaves a text unchanged, "" clears the description or the prompt
 * @param pack     out, may be NULL: the changed pack; free it with cpk_pack_free()
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_NOT_FOUND         there is no such pack, or it belongs to another user */
export function cpk_pack_update(session: SessionHandle, packId: string | null, params: PackParams | null, control?: Control): Promise<Pack>;
/** Deletes a pack with its sources, exports and blobs. Credits that were spent on it are not refunded.
 * 
 * @param session  the owner's session
 * @param pack_id  the pack's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user
 *         CPK_ERROR_BUSY       another process works on one of its sources or exports; those deleted before are gone;
 *                              retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue */
export function cpk_pack_delete(session: SessionHandle, packId: string | null, control?: Control): Promise<void>;
/** Reads a page of the user's packs, most recently changed first.
 * 
 * @param session  a user's session
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_pack_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list */
export function cpk_pack_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<Pack>>;
/** Counts the sources of a pack by status.
 * 
 * @param session   a session that may see the pack
 * @param pack_id   the pack's id
 * @param progress  out; start from CPK_PACK_PROGRESS_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user */
export function cpk_pack_get_progress(session: SessionHandle, packId: string | null, control?: Control): Promise<PackProgress>;
/** Reads one package.
 * 
 * @param session     any session
 * @param package_id  the package's id in the setting
 * @param package     out: free it with cpk_package_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND         the setting has no such package
 *         CPK_ERROR_INVALID_ARGUMENT  the setting is wrong; the message says what is wrong */
export function cpk_package_get(session: SessionHandle, packageId: string | null, control?: Control): Promise<Package>;
/** Computes the price of a number of credits. In a package with tiers, the unit price of the highest tier reached
 * applies to all credits; the product is rounded half up to the currency's smallest unit.
 * 
 * @param package  the package
 * @param credits  the number to buy, for a package with tiers; 0 for other packages
 * @param granted  out, may be NULL: the credits bought; 0 for a plan
 * @param price    out: in the currency's smallest unit (cents, yen); 0 if the price is defined at Stripe (price_id)
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  this number cannot be bought in this package */
export function cpk_package_price(session: SessionHandle, packageId: string | null, credits: number | bigint, control?: Control): Promise<{ granted: number; price: number }>;
/** Reads all packages.
 * 
 * @param session  any session
 * @param list     out: free it with cpk_package_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the setting is wrong; the message says what is wrong */
export function cpk_package_list_get(session: SessionHandle, control?: Control): Promise<Page<Package>>;
/** Reads one attempt.
 * 
 * @param session     any session; a user's may only read its own user
 * @param user_id     NULL: the session's own user
 * @param attempt_id  the attempt's id
 * @param attempt     out: free it with cpk_payment_attempt_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          the user has no such attempt
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session */
export function cpk_payment_attempt_get(session: SessionHandle, userId: string | null, attemptId: string | null, control?: Control): Promise<PaymentAttempt>;
/** Reads a page of attempts, newest first.
 * 
 * @param session     any session; a user's may only read its own user
 * @param user_id     NULL: the session's own user; in a session of the service or an administrator: all users
 * @param ip_address  only attempts from this IPv4 or IPv6 address; NULL: from any
 * @param page        may be NULL: the first page with the default limit
 * @param list        out: free it with cpk_payment_attempt_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   `ip_address` is not an address, or the page is not valid
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session */
export function cpk_payment_attempt_list_get(session: SessionHandle, userId: string | null, ipAddress: string | null, page: PageParams | null, control?: Control): Promise<Page<PaymentAttempt>>;
/** Reads the users or addresses with the most attempts, most first, in one page.
 * 
 * @param session  the service's or an administrator's
 * @param params   may be NULL: users, of the last 24 hours
 * @param list     out: free it with cpk_payment_velocity_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a parameter is out of range
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_payment_velocity_list_get(session: SessionHandle, params: PaymentVelocityParams | null, control?: Control): Promise<Page<PaymentVelocity>>;
/** Computes the cost of analysing a source. Changes nothing and reserves nothing: the balance may have changed when the
 * work starts.
 * 
 * @param session    a user's session
 * @param source_id  the source's id
 * @param quote      out; start from CPK_QUOTE_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user */
export function cpk_quote_source(session: SessionHandle, sourceId: string | null, control?: Control): Promise<Quote>;
/** Computes the cost of analysing all sources of a pack; see cpk_quote_source().
 * 
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param quote    out; start from CPK_QUOTE_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user */
export function cpk_quote_pack(session: SessionHandle, packId: string | null, control?: Control): Promise<Quote>;
/** Computes the cost of analysing a V1 job; see cpk_quote_source().
 * 
 * @param session  a user's session
 * @param job_id   the job's id
 * @param quote    out; start from CPK_QUOTE_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such job, or it belongs to another user */
export function cpk_quote_job(session: SessionHandle, jobId: string | null, control?: Control): Promise<Quote>;
/** Writes a text with its secrets replaced by notices ("[password withheld]") and its personal data by placeholders
 * ("[EMAIL_120934]"). docs/secrets.md and docs/redaction.md say what is recognised, and how well. Takes time linear in
 * the text's length, and about three times its memory. Any thread may call it.
 * 
 * The text need not be valid UTF-8: other bytes stay as they are. Nothing is stored, and the library can't restore the
 * values.
 * 
 * @param text          may contain NULs; may be NULL if the length is 0
 * @param length_bytes  the length of `text` in bytes
 * @param options       may be NULL: no names are known, and the key is random
 * @param write         receives the redacted text when all of it is known; never called for an empty one
 * @param write_user    passed to `write`
 * @param report        out, may be NULL; start from CPK_REDACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a pointer is missing, a name is not UTF-8, or the key is empty
 *         CPK_ERROR_LIMIT_EXCEEDED    the text has more than 450,000 different personal data
 *         CPK_ERROR_OUT_OF_MEMORY     the copies of the text need more memory than there is
 *         CPK_ERROR_CANCELLED         `write` returned non-zero */
export function cpk_redact(text: string | Uint8Array, options: RedactOptions | null): { report: RedactReport; data: Buffer };
/** The same on a worker thread. */
export function cpk_redact_async(text: string | Uint8Array, options: RedactOptions | null, control?: Control): Promise<{ report: RedactReport; data: Buffer }>;
/** Writes a user's statement: the opening balance, every transaction of the period with the balance after it, and the
 * closing balance. A statement without an end also shows the open holds; what remains is the balance that
 * cpk_credits_balance() returns.
 * 
 * @param session     any session; a user's may only read its own user
 * @param user_id     NULL: the session's own user
 * @param options     may be NULL: CSV of everything
 * @param write       receives the report in pieces of some kilobytes; the session must not be used in it
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached */
export function cpk_report_statement(session: SessionHandle, userId: string | null, options: ReportOptions | null, control?: Control): Promise<Buffer>;
/** Writes revenue by day, package and currency: paid, refunded, net. Days without revenue have no row. Transactions
 * without a time have the day "unknown", in a report without a start.
 * 
 * Purchases of credits are counted by their transactions, on the day of the transaction. Payments that bought no
 * credits (subscriptions, the unlimited plan) have rows of their own, on the day of their first event, together with
 * their refunds.
 * 
 * @param session     the service's or an administrator's
 * @param options     may be NULL: CSV of everything
 * @param write       receives the report in pieces of some kilobytes; the session must not be used in it
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached */
export function cpk_report_revenue(session: SessionHandle, options: ReportOptions | null, control?: Control): Promise<Buffer>;
/** Writes usage by day: users, credits, usage on the unlimited plan, analysed chunks, tokens, and their cost as the
 * analyzer reported it. Days without usage have no row.
 * 
 * @param session     the service's or an administrator's
 * @param options     may be NULL: CSV of everything
 * @param write       receives the report in pieces of some kilobytes; the session must not be used in it
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached */
export function cpk_report_usage(session: SessionHandle, options: ReportOptions | null, control?: Control): Promise<Buffer>;
/** Opens a session of an existing user. The host has authenticated the user.
 * 
 * @param engine   an engine with a database
 * @param user_id  the user's id, a UUID
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  the account was deleted
 *         CPK_ERROR_INVALID_ARGUMENT   the id is not a UUID, or the engine has no database */
export function cpk_session_open_user(engine: EngineHandle, userId: string | null, control?: Control): Promise<SessionHandle>;
/** Opens a session of the local user, who is created on first use: for an installation that one person uses on their own
 * machine, without signing in or paying. The local user is on the unlimited plan. The command acts for the same user if
 * none is named.
 * 
 * The call needs the rights of cpk_session_open_service(). It does not open an account that was signed up with the
 * local user's e-mail address: one whose plan is not unlimited, or is paid for. A database that several machines share
 * (PostgreSQL) has one local user for all of them: create a user for each person instead. Threads and processes may
 * call it at once: one of them creates the user.
 * 
 * @param engine   an engine with a database; CPK_ENGINE_LOCAL opens the user's own
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   the engine has no database
 *         CPK_ERROR_CONFLICT           the account with that address is not the local user; the message names its id
 *         CPK_ERROR_PERMISSION_DENIED  the account is being deleted
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 *         CPK_ERROR_BUSY               the database is locked; retryable */
export function cpk_session_open_local(engine: EngineHandle, control?: Control): Promise<SessionHandle>;
/** Verifies a token (JWT) and opens the session that it entitles to: role "authenticated" opens a session of the user
 * `sub`, role "service_role" one of the service if `options` allows it; cpk_session_kind() returns which. Other roles
 * ("anon") are rejected. A user's first token creates the profile from its claims, with the credits of a new user.
 * 
 * Keys come from the settings auth.jwt_secret (HS256), auth.jwks_file and auth.jwks_url (RS256, ES256, EdDSA; symmetric
 * keys in key sets are ignored). The algorithm is taken from the key, never from the token. The claim exp is required;
 * nbf, iat, aud (setting auth.audience) and iss (auth.issuer) are checked, with a tolerance of auth.clock_skew_ms. A
 * suspended user may still read. The session stays open when the token expires: open one for each request.
 * 
 * @param engine   an engine with a database; any thread
 * @param token    the compact form, without "Bearer "; never logged
 * @param options  NULL: only tokens of users
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_UNAUTHENTICATED    the token is invalid, expired or for another audience
 *         CPK_ERROR_PERMISSION_DENIED  the token's role is not allowed, or the account was deleted
 *         CPK_ERROR_ALREADY_EXISTS     another account has the token's e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   no setting names a key, or a key is unusable
 *         CPK_ERROR_NETWORK            the key set could not be fetched, and none is cached; retryable
 *         CPK_ERROR_TIMEOUT            as CPK_ERROR_NETWORK */
export function cpk_session_open_token(engine: EngineHandle, token: string | null, options: TokenOptions | null, control?: Control): Promise<SessionHandle>;
/** Opens a session of the service, which may read and change everything. The host has checked who is asking.
 * 
 * @param engine   an engine with a database
 * @param session  out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the engine has no database */
export function cpk_session_open_service(engine: EngineHandle, control?: Control): Promise<SessionHandle>;
/** Opens a session of an administrator. What it does to accounts is recorded in the audit log under this id.
 * 
 * @param engine         an engine with a database
 * @param admin_user_id  the administrator's id, a UUID
 * @param session        out: close it with cpk_session_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the id is not a UUID, or the engine has no database */
export function cpk_session_open_admin(engine: EngineHandle, adminUserId: string | null, control?: Control): Promise<SessionHandle>;
/** Opens another session of the same principal, with the same rights and claims, for concurrent work: in another thread,
 * or in a callback of a call on the first session. The principal is not checked again, so this also works after the
 * token has expired or the host has closed the engine.
 * 
 * @param session  the session to duplicate; no call on it may be running
 * @param opened   out: close it with cpk_session_close(), before or after the first; NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_DATABASE  the database reported an error or cannot be reached
 *         CPK_ERROR_BUSY      no connection is free; retryable */
export function cpk_session_duplicate(session: SessionHandle, control?: Control): Promise<SessionHandle>;
/** The kind of principal: CPK_ACTOR_USER, CPK_ACTOR_SERVICE or CPK_ACTOR_ADMIN; 0 for NULL. */
export function cpk_session_kind(session: SessionHandle): number;
/** The id of the user or administrator; NULL for the service. Borrowed from the session. */
export function cpk_session_principal_id(session: SessionHandle): string | null;
/** All claims of the token that opened the session, as a JSON object; NULL if it was opened without a token. The
 * signature was verified, but users write their own user_metadata. Borrowed from the session. */
export function cpk_session_claims(session: SessionHandle): string | null;
/** Adds an input to a pack: stores its bytes with their SHA-256 and creates a source with the status pending.
 * 
 * Adding the same bytes to the same pack again returns the existing source, with *added 0.
 * 
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param input    the bytes to import
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param added    out, may be NULL: 1 if the source is new, 0 if the pack had it
 * @param source   out: free it with cpk_source_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such pack or file
 *         CPK_ERROR_UNSUPPORTED        the path names a directory
 *         CPK_ERROR_NO_CONTENT         the input is empty
 *         CPK_ERROR_LIMIT_EXCEEDED     the setting import.max_file_bytes or pack.max_sources
 *         CPK_ERROR_BUSY               another process stores the same bytes, or the input changed while it was read;
 *                                      retryable
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended, the file is not readable, or the session is not a
 *                                      user's
 *         CPK_ERROR_NO_SPACE           the disk or a quota is full
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue */
export function cpk_source_add(session: SessionHandle, packId: string | null, input: RawInput, control?: Control): Promise<{ added: number; source: Source }>;
/** Processes a source up to the status `until`: extraction and chunking, then analysis of each chunk.
 * 
 * The call continues where an earlier one stopped. After a crash at most the chunk in progress is repeated, and each
 * chunk is charged once. Conversations and messages that earlier sources of the pack contained are not imported again.
 * 
 * Finished work is kept: an extracted source keeps its chunks if chunk.max_tokens changes, and an analysed chunk keeps
 * its answer if the analyzer or the pack's prompt changes. To process everything again, delete the source and add it
 * again.
 * 
 * Credits for all remaining chunks are reserved before the first is analysed; if the balance is too low, nothing is
 * analysed. To analyse a part, set options->max_chunks, which also limits the reservation, or CPK_RUN_PARTIAL, which
 * analyses as many chunks as the balance covers. The call then returns CPK_OK with the source in the status
 * CPK_SOURCE_ANALYZING and at least one more chunk processed. A later call charges only for the chunks that it
 * analyses. cpk_quote_source() returns the price beforehand.
 * 
 * @param session    a user's session
 * @param source_id  the source's id
 * @param until      CPK_SOURCE_READY_FOR_ANALYSIS or CPK_SOURCE_COMPLETED
 * @param options    may be NULL
 * @param source     out, may be NULL: the source after the call, also if the call fails
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED           the input's format is not supported: the source is now failed
 *         CPK_ERROR_INVALID_DATA          the input is damaged: the source is now failed
 *         CPK_ERROR_NO_CONTENT            the input has no usable content: the source is now failed
 *         CPK_ERROR_ENCRYPTED             the input is encrypted: the source is now failed
 *         CPK_ERROR_LIMIT_EXCEEDED        the input exceeds a limit: the source is now failed
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the remaining chunks, or with CPK_RUN_PARTIAL not
 *                                         even one; nothing was charged
 *         CPK_ERROR_NOT_FOUND             there is no such source, or its bytes were not stored completely: add it
 *                                         again
 *         CPK_ERROR_BUSY                  another process works on the source; retryable
 *         CPK_ERROR_CONFLICT              this process did not respond for pipeline.lease_timeout_ms, and another one
 *                                         took over
 *         CPK_ERROR_CANCELLED             the call was stopped; what was committed is kept
 *         CPK_ERROR_ANALYZER              the analysis of a chunk failed; the other chunks are analysed
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended */
export function cpk_source_run(session: SessionHandle, sourceId: string | null, until: number, control?: Control): Promise<Source>;
/** Reads a source.
 * 
 * @param session    a session that may see the source
 * @param source_id  the source's id
 * @param source     out: free it with cpk_source_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user */
export function cpk_source_get(session: SessionHandle, sourceId: string | null, control?: Control): Promise<Source>;
/** Deletes a source with its blobs. Credits that were spent on it are not refunded. Other sources of the pack that may
 * contain the same messages get the status CPK_SOURCE_READY_FOR_ANALYSIS: their next run adds those messages to them.
 * Work on the source ends as cpk_source_request_cancel() says.
 * 
 * @param session    the owner's session
 * @param source_id  the source's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 *         CPK_ERROR_BUSY       another process began to work on the source meanwhile; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue */
export function cpk_source_delete(session: SessionHandle, sourceId: string | null, control?: Control): Promise<void>;
/** Asks whoever works on a source to stop, in any process: a worker stops within about a second, another call at its
 * next chunk. From this call on, nothing more is charged for the source and its reserved credits are back; chunks that
 * were analysed before stay. It also succeeds if nobody works on the source. Work that was submitted is cancelled;
 * submitting or running the source again goes on with it.
 * 
 * @param session    the owner's session, the service's or an administrator's
 * @param source_id  the source's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user */
export function cpk_source_request_cancel(session: SessionHandle, sourceId: string | null, control?: Control): Promise<void>;
/** Streams one part of a source.
 * 
 * @param session     a session that may see the source
 * @param source_id   the source's id
 * @param part        CPK_PART_*
 * @param write       receives the bytes in order
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 *         CPK_ERROR_CONFLICT   the part does not exist yet
 *         CPK_ERROR_CANCELLED  `write` returned non-zero
 *         CPK_ERROR_STORAGE    the storage reported an error or cannot be reached */
export function cpk_source_read(session: SessionHandle, sourceId: string | null, part: number, control?: Control): Promise<Buffer>;
/** Reads a page of a pack's sources, newest first.
 * 
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_source_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list */
export function cpk_source_list_get(session: SessionHandle, packId: string | null, page: PageParams | null, control?: Control): Promise<Page<Source>>;
/** Processes one Stripe webhook: verifies its signature, then applies its effect on the ledger and the plan and writes
 * the webhook log in one transaction. Each event and each payment takes effect once, in whatever order and however
 * often events arrive, at any number of processes.
 * 
 * Answer Stripe with status 200 for CPK_OK, with 400 for CPK_ERROR_PERMISSION_DENIED and CPK_ERROR_INVALID_DATA, and
 * with 500 for anything else: Stripe then delivers the event again, and the webhook log has the status `failed` with
 * the reason. See https://docs.stripe.com/webhooks
 * 
 * @param session     the service's or an administrator's
 * @param body        the request's body, unchanged
 * @param body_bytes  its length in bytes, at most the setting stripe.max_event_bytes
 * @param signature   the value of the Stripe-Signature header; NULL if the request had none: it is then rejected
 * @param result      out, may be NULL: free it with cpk_webhook_result_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's, or the signature is missing, wrong or too old
 *         CPK_ERROR_INVALID_ARGUMENT   the setting stripe.webhook_secrets is missing
 *         CPK_ERROR_INVALID_DATA       the body is signed but not an event, or its currency differs from that of its
 *                                      payment
 *         CPK_ERROR_LIMIT_EXCEEDED     the body is longer than stripe.max_event_bytes
 *         CPK_ERROR_NOT_FOUND          the event names a user that does not exist */
export function cpk_stripe_webhook(session: SessionHandle, body: string | Uint8Array, signature: string | null, control?: Control): Promise<WebhookResult>;
/** Fetches recent events from Stripe and processes those that no webhook delivered, oldest first. To be called from a
 * timer, and after an outage. An event takes effect once, even if a webhook delivers it too; its webhook log says that
 * it had no signature.
 * 
 * Only event types that affect credits and plans are requested, of the account that the setting stripe.secret_key
 * belongs to. A restricted key needs permission to read events. Memory is bounded by one page of at most 100 events,
 * within net.max_response_bytes. An event that fails is logged and counted, the others are processed, and the next
 * call tries it again. If the call itself fails, events that were processed stay processed.
 * 
 * @param session  the service's or an administrator's
 * @param since    microseconds since 1970 UTC, at most 30 days ago: events created in this second or later; 0: those
 *                 of the last 72 hours
 * @param options  may be NULL; progress (CPK_STAGE_STORE) in events, with an unknown total
 * @param report   out, may be NULL: free it with cpk_reconcile_report_free()
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_DATA       Stripe's answer is not a list of events
 *         CPK_ERROR_LIMIT_EXCEEDED     a single event is longer than net.max_response_bytes
 *         CPK_ERROR_INVALID_ARGUMENT   a setting or an argument is missing or wrong, also if Stripe says so (HTTP 400)
 *         CPK_ERROR_PERMISSION_DENIED  the session may not do this, the account was deleted, or Stripe rejects the key
 *                                      (401, 403)
 *         CPK_ERROR_NOT_FOUND          there is no such user or package, or Stripe has no object of that id (404)
 *         CPK_ERROR_CONFLICT           another request had the same key, or the card was declined (409, 402)
 *         CPK_ERROR_BUSY               too many requests (429); retryable
 *         CPK_ERROR_NETWORK            no connection, or an HTTP status of 500 or more; retryable
 *         CPK_ERROR_TIMEOUT            no answer in time; retryable
 *         CPK_ERROR_CANCELLED          `cancel` was requested */
export function cpk_stripe_reconcile(session: SessionHandle, since: number | bigint, control?: Control): Promise<ReconcileReport>;
/** Reads a page of the payments for credits or the unlimited plan that no user is credited for and that were not
 * refunded, newest first. A payment leaves the list when an event identifies the customer, or with
 * cpk_admin_assign_payment().
 * 
 * @param session  the service's or an administrator's
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_payment_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list */
export function cpk_payment_list_unclaimed(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<Payment>>;
/** Moves users whose subscription ended more than the setting plan.grace_ms ago to the credits plan. To be called from
 * a timer, in case Stripe's webhook about the end was lost; new work checks the date in any case. A user whose plan
 * cannot be changed is skipped and logged.
 * 
 * @param session  the service's or an administrator's
 * @param limit    the number of users to examine, 1 to 1,000, those that ended longest ago first
 * @param expired  out: the number of users moved to the credits plan
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   the limit is out of range
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_plans_expire(session: SessionHandle, limit: number, control?: Control): Promise<number>;
/** Counts the tokens of a text. Takes time linear in its length. Any thread may call it.
 * 
 * Special tokens are not recognised: "<|endoftext|>" is counted as ordinary text. Each ill-formed UTF-8 sequence
 * (Unicode's "maximal subpart") is counted as U+FFFD.
 * 
 * @param encoding      CPK_ENCODING_*; 0: o200k_base
 * @param text          may contain NULs; may be NULL if the length is 0
 * @param length_bytes  the length of `text` in bytes
 * @param count         out: the number of tokens
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the encoding is unknown, or a pointer is missing
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for one very long word; other texts need none */
export function cpk_tokens_count(encoding: number, text: string | Uint8Array): number;
/** The same on a worker thread. */
export function cpk_tokens_count_async(encoding: number, text: string | Uint8Array, control?: Control): Promise<number>;
/** Encodes a text into token ids of the encoding's vocabulary.
 * 
 * @param encoding      CPK_ENCODING_*; 0: o200k_base
 * @param text          may contain NULs; may be NULL if the length is 0
 * @param length_bytes  the length of `text` in bytes
 * @param ids           out: the ids; length_bytes of them are enough for valid UTF-8, 3 * length_bytes for any text
 * @param capacity      the number of ids that `ids` has space for
 * @param count         out: the number of tokens, also if they exceed `capacity`
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the encoding is unknown, or a pointer is missing
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for one very long word; other texts need none
 *         CPK_ERROR_LIMIT_EXCEEDED    there are more tokens than `capacity`; `ids` has the first `capacity` of them */
export function cpk_tokens_encode(encoding: number, text: string | Uint8Array): Uint32Array;
/** The same on a worker thread. */
export function cpk_tokens_encode_async(encoding: number, text: string | Uint8Array, control?: Control): Promise<Uint32Array>;
/** The CPK_ENCODING_* named "o200k_base" or "cl100k_base"; 0 for other names and NULL. */
export function cpk_encoding_from_name(name: string | null): number;
/** The name of an encoding; a static string, NULL for an unknown encoding. */
export function cpk_encoding_name(encoding: number): string | null;
/** Reads a user's balance.
 * 
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param balance  out, may be NULL: credits that are free to use
 * @param held     out, may be NULL: credits that are held for running work
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session */
export function cpk_credits_balance(session: SessionHandle, userId: string | null, control?: Control): Promise<{ balance: number; held: number }>;
/** Reads a page of a user's transactions, newest first.
 * 
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_transaction_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list */
export function cpk_transaction_list_get(session: SessionHandle, userId: string | null, page: PageParams | null, control?: Control): Promise<Page<Transaction>>;
/** Reads a user's balance and latest transactions in one query, as of one moment.
 * 
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param limit    the number of transactions, 1 to 1,000; 0: 10
 * @param balance  out, may be NULL: credits that are free to use
 * @param held     out, may be NULL: credits that are held for running work
 * @param latest   out: newest first; free it with cpk_transaction_list_free(). For more, pass
 *                 cpk_transaction_list_next() to cpk_transaction_list_get()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 *         CPK_ERROR_INVALID_ARGUMENT   the limit is out of range */
export function cpk_credits_overview(session: SessionHandle, userId: string | null, limit: number, control?: Control): Promise<{ balance: number; held: number; latest: Page<Transaction> }>;
/** Creates a user with 10 credits, recorded in the ledger as a `bonus` transaction.
 * 
 * @param session  the service's or an administrator's
 * @param params   the profile; copied
 * @param user     out, may be NULL: the new user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_ALREADY_EXISTS     another account has the id or the e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   a text is missing, too long or not valid; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_user_create(session: SessionHandle, params: UserParams | null, control?: Control): Promise<User>;
/** Reads a user.
 * 
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param user     out: free it with cpk_user_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such user, or the session may not see it */
export function cpk_user_get(session: SessionHandle, userId: string | null, control?: Control): Promise<User>;
/** Finds a user by e-mail address, regardless of case.
 * 
 * @param session  the service's or an administrator's
 * @param email    the address
 * @param user     out: free it with cpk_user_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          no user has the address
 *         CPK_ERROR_CONFLICT           another program gave several profiles this address; the message lists their ids
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_user_find(session: SessionHandle, email: string | null, control?: Control): Promise<User>;
/** Changes the name and the picture of a user.
 * 
 * @param session     any session; a user's may only change its own user
 * @param user_id     NULL: the session's own user
 * @param full_name   up to 200 bytes; NULL: unchanged; "": cleared
 * @param avatar_url  up to 2,000 bytes; NULL: unchanged; "": cleared
 * @param user        out, may be NULL: the changed user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND         there is no such user, or the session may not see it
 *         CPK_ERROR_INVALID_ARGUMENT  a text is too long or not UTF-8; the message names it */
export function cpk_user_update(session: SessionHandle, userId: string | null, fullName: string | null, avatarUrl: string | null, control?: Control): Promise<User>;
/** Changes a user's e-mail address.
 * 
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param email    3 to 320 bytes, unique regardless of case
 * @param user     out, may be NULL: the changed user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_ALREADY_EXISTS     another account has the e-mail address
 *         CPK_ERROR_INVALID_ARGUMENT   the address is not valid
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_user_set_email(session: SessionHandle, userId: string | null, email: string | null, control?: Control): Promise<User>;
/** Changes a user's payment plan. Running work is charged by the plan that it began with. Administrators use
 * cpk_admin_override_plan(), which is recorded in the audit log.
 * 
 * @param session       the service's or an administrator's
 * @param user_id       the user's id
 * @param payment_plan  CPK_PLAN_*
 * @param user          out, may be NULL: the changed user; free it with cpk_user_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_INVALID_ARGUMENT   there is no such plan
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_user_set_plan(session: SessionHandle, userId: string | null, paymentPlan: number, control?: Control): Promise<User>;
/** Deletes an account like cpk_user_delete(), with progress, notes and cancellation.
 * 
 * A blob is deleted only if it lies in the profile's storage folder, that folder is used by no other account, and no
 * remaining row of any user refers to the blob or to a folder above it. Notes of CPK_NOTE_KEPT list what is kept and
 * why: blobs (the first 100; all are counted), a folder that is shared with another account, and columns of the
 * service's tables that this library does not know and leaves unchanged.
 * 
 * @param session   the user's, the service's or an administrator's
 * @param user_id   NULL: the session's own user
 * @param options   may be NULL; progress in blobs, CPK_STAGE_STORE
 * @param deletion  out, may be NULL; start from CPK_USER_DELETION_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's account, in a user's session
 *         CPK_ERROR_STORAGE            a blob could not be removed: call again to continue
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue */
export function cpk_user_delete_watched(session: SessionHandle, userId: string | null, control?: Control): Promise<UserDeletion>;
/** Reads a page of all users, newest first.
 * 
 * @param session  the service's or an administrator's
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_user_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list */
export function cpk_user_list_get(session: SessionHandle, page: PageParams | null, control?: Control): Promise<Page<User>>;
/** Submits a source to workers: one of them runs it as cpk_source_run() does, in the name of its user. Submitting again
 * changes priority and goal; work that waits, is dead or was cancelled is ready again.
 * 
 * @param session    a user's session
 * @param source_id  the source's id
 * @param options    may be NULL
 * @param work       out, may be NULL: free it with cpk_work_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such source, or it belongs to another user
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended, or the session is not a user's */
export function cpk_work_submit(session: SessionHandle, sourceId: string | null, options: WorkOptions | null, control?: Control): Promise<Work>;
/** Makes dead work ready again, with all its attempts.
 * 
 * @param session    a user's session: that user's work; otherwise that of all users
 * @param source_id  of one source; NULL: all
 * @param count      out, may be NULL: how much is ready again
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  source_id is not an id */
export function cpk_work_redrive(session: SessionHandle, sourceId: string | null, control?: Control): Promise<number>;
/** Reads the work of a source.
 * 
 * @param session    the owner's session, or one that may see every user
 * @param source_id  the source's id
 * @param work       out: free it with cpk_work_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or its work is done or was never submitted */
export function cpk_work_get(session: SessionHandle, sourceId: string | null, control?: Control): Promise<Work>;
/** Reads a page of the work that is not done, oldest first.
 * 
 * @param session  a user's session: that user's work; otherwise that of all users
 * @param state    CPK_WORK_*; 0: in any state
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_work_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list */
export function cpk_work_list_get(session: SessionHandle, state: number, page: PageParams | null, control?: Control): Promise<Page<Work>>;
/** Claims ready work, users in turn, for a host that decides itself when to run it. Each item must be handed to
 * cpk_work_run() or cpk_work_release() before its lease ends: cpk_work_lease_until().
 * 
 * @param session  the service's or an administrator's; the claims end with it
 * @param limit    at most this many, 1 to 1,000
 * @param list     out: free it with cpk_work_list_free(); empty if nothing is ready; NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_work_claim(session: SessionHandle, limit: number, control?: Control): Promise<Page<Work>>;
/** Runs claimed work in the name of its user, renews the claim meanwhile, and ends it: done, waiting for another
 * attempt, dead or cancelled. A failure of the work is not one of the call: *state says how it ended.
 * 
 * @param session       the service's or an administrator's
 * @param source_id     cpk_work_id()
 * @param claim_number  cpk_work_claim_number()
 * @param options       may be NULL; a cancelled call makes the work ready again and costs it no attempt
 * @param state         out, may be NULL: CPK_WORK_* after the call; 0: it is done
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT           the claim was lost: its lease ended
 *         CPK_ERROR_NOT_FOUND          there is no such source
 *         CPK_ERROR_CANCELLED          the call was stopped
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_work_run(session: SessionHandle, sourceId: string | null, claimNumber: number | bigint, control?: Control): Promise<number>;
/** Gives claimed work back: it is ready, and the attempt does not count.
 * 
 * @param session       the service's or an administrator's
 * @param source_id     cpk_work_id()
 * @param claim_number  cpk_work_claim_number()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT           the claim was lost: its lease ended
 *         CPK_ERROR_NOT_FOUND          there is no such source
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's */
export function cpk_work_release(session: SessionHandle, sourceId: string | null, claimNumber: number | bigint, control?: Control): Promise<void>;
/** Runs a worker until it is stopped: it claims work of all users, runs it on threads of its own, repeats what failed
 * after worker.retry_ms (doubled each time) and gives up after worker.max_attempts without progress. It also makes
 * ready again what dead workers left.
 * 
 * It succeeds when it was stopped, or the queue is empty. When options->cancel is requested, running sources stop at
 * the next safe point, keep what they committed, and are given back; that costs them no attempt. Notes (CPK_NOTE_WORK)
 * tell each change of state, with the source's id.
 * 
 * @param session  the service's or an administrator's; not used for anything else meanwhile
 * @param worker   may be NULL
 * @param options  may be NULL; cancel stops the worker, and so does a progress callback (CPK_STAGE_ANALYZE; called
 * about once a second with what is done) that returns non-zero; notes as said above
 * @param report   out, may be NULL; start from CPK_WORKER_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_DATABASE           the database could not be reached for pipeline.lease_timeout_ms */
export function cpk_worker_run(session: SessionHandle, worker: WorkerOptions | null, control?: Control): Promise<WorkerReport>;
/** Writes the metrics of the queue, and of a worker, in Prometheus' text format (version 0.0.4).
 * 
 * @param session     the service's or an administrator's
 * @param report      a worker's counters; NULL: the queue alone
 * @param write       receives the text
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_CANCELLED          `write` returned non-zero */
export function cpk_work_metrics(session: SessionHandle, report: WorkerReport | null, control?: Control): Promise<Buffer>;

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
    readonly CPK_ANALYZER_IS_MODEL: 1;
    readonly CPK_ANALYZER_IS_REMOTE: 2;
    readonly CPK_ANSWER_COMPLETE: 0;
    readonly CPK_ANSWER_LENGTH: 1;
    readonly CPK_ANSWER_REFUSED: 2;
    readonly CPK_ANSWER_FILTERED: 3;
    readonly CPK_ANSWER_CONTEXT_OVERFLOW: 4;
    readonly CPK_ANSWER_UNAUTHENTICATED: 5;
    readonly CPK_ANSWER_QUOTA_EXHAUSTED: 6;
    readonly CPK_ANSWER_RATE_LIMITED: 7;
    readonly CPK_ANSWER_OVERLOADED: 8;
    readonly CPK_ANSWER_UNREADABLE: 9;
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
    readonly CPK_NOTE_UNREADABLE_CONVERSATION: 9;
    readonly CPK_NOTE_UNREADABLE_FILE: 10;
    readonly CPK_NOTE_UNKNOWN_FILE: 11;
    readonly CPK_NOTE_UNKNOWN_SPEAKERS: 12;
    readonly CPK_NOTE_UNREAD_PAGES: 13;
    readonly CPK_NOTE_NOT_READ: 14;
    readonly CPK_NOTE_WORK: 15;
    readonly CPK_NOTE_REDACTED: 16;
    readonly CPK_STORAGE_ABI: 1;
    readonly CPK_STORAGE_REMOVE_MAX: 1000;
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
    readonly CPK_MASTER_KEY_BYTES: 32;
    readonly CPK_LOG_ERROR: 1;
    readonly CPK_LOG_WARNING: 2;
    readonly CPK_LOG_INFO: 3;
    readonly CPK_LOG_DEBUG: 4;
    readonly CPK_STAGE_STORE: 1;
    readonly CPK_STAGE_EXTRACT: 2;
    readonly CPK_STAGE_CHUNK: 3;
    readonly CPK_STAGE_ANALYZE: 4;
    readonly CPK_STAGE_EXPORT: 5;
    readonly CPK_BUILD_COMPACT: 1;
    readonly CPK_BUILD_STANDARD: 2;
    readonly CPK_BUILD_COMPLETE: 4;
    readonly CPK_BUILD_MARKDOWN: 1;
    readonly CPK_BUILD_JSON: 2;
    readonly CPK_BUILD_STRICT: 1;
    readonly CPK_INPUT_NEW: 1;
    readonly CPK_INPUT_GROWN: 2;
    readonly CPK_INPUT_KNOWN: 3;
    readonly CPK_INPUT_UNCHANGED: 4;
    readonly CPK_INPUT_PARTIAL: 5;
    readonly CPK_INPUT_RESUMED: 6;
    readonly CPK_INPUT_DEFERRED: 7;
    readonly CPK_INPUT_SKIPPED: 8;
    readonly CPK_INPUT_FAILED: 9;
    readonly CPK_INPUT_UNREADABLE: 10;
    readonly CPK_BUILD_STARTED: 1;
    readonly CPK_BUILD_ENDED: 2;
    readonly CPK_BUILD_INPUT: 3;
    readonly CPK_BUILD_PACK: 4;
    readonly CPK_BUILD_DOCUMENT: 5;
    readonly CPK_BUILD_FAILED: 6;
    readonly CPK_BUILD_FROM_EARLIER: 1;
    readonly CPK_BUILD_FINISHED_BEFORE: 2;
    readonly CPK_BUILD_INPUT_IS_BAD: 4;
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
    readonly CPK_STORAGE_COPY_VERIFY: 1;
    readonly CPK_STORAGE_COPY_MIRROR: 2;
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
    readonly CPK_WORK_READY: 1;
    readonly CPK_WORK_WAITING: 2;
    readonly CPK_WORK_RUNNING: 3;
    readonly CPK_WORK_DEAD: 4;
    readonly CPK_WORK_CANCELLED: 5;
    readonly CPK_WORKER_UNTIL_EMPTY: 1;
};
