"""What rows hold, and their enumerations. Made from bindings/api.json by generate.py; do not edit."""
from . import _raw
from ._enums import ExportTypeNames, OpenEnum
from ._snapshot import (Snapshot, converted, known_number, moment, money, number, optional_moment, optional_string,
                        parsed, string)


class SourceType(OpenEnum):
    """Types of sources."""

    CHAT_EXPORT = _raw.CPK_SOURCE_CHAT_EXPORT
    DOCUMENT = _raw.CPK_SOURCE_DOCUMENT
    URL = _raw.CPK_SOURCE_URL
    TEXT = _raw.CPK_SOURCE_TEXT


class SourceStatus(OpenEnum):
    """The status of a source."""

    PENDING = _raw.CPK_SOURCE_PENDING
    PROCESSING = _raw.CPK_SOURCE_PROCESSING
    READY_FOR_ANALYSIS = _raw.CPK_SOURCE_READY_FOR_ANALYSIS
    ANALYZING = _raw.CPK_SOURCE_ANALYZING
    COMPLETED = _raw.CPK_SOURCE_COMPLETED
    FAILED = _raw.CPK_SOURCE_FAILED


class ExportType(ExportTypeNames):
    """Types of documents."""

    COMPACT = _raw.CPK_EXPORT_COMPACT
    STANDARD = _raw.CPK_EXPORT_STANDARD
    COMPLETE = _raw.CPK_EXPORT_COMPLETE


class ExportStatus(OpenEnum):
    """The status of an export."""

    GENERATING = _raw.CPK_EXPORT_GENERATING
    READY = _raw.CPK_EXPORT_READY
    FAILED = _raw.CPK_EXPORT_FAILED


class JobStatus(OpenEnum):
    """The status of a V1 job."""

    CREATED = _raw.CPK_JOB_CREATED
    PROCESSING = _raw.CPK_JOB_PROCESSING
    READY_FOR_ANALYSIS = _raw.CPK_JOB_READY_FOR_ANALYSIS
    ANALYZING = _raw.CPK_JOB_ANALYZING
    COMPLETED = _raw.CPK_JOB_COMPLETED
    FAILED = _raw.CPK_JOB_FAILED


class TransactionType(OpenEnum):
    """Types of transactions."""

    PURCHASE = _raw.CPK_TRANSACTION_PURCHASE
    USAGE = _raw.CPK_TRANSACTION_USAGE
    REFUND = _raw.CPK_TRANSACTION_REFUND
    BONUS = _raw.CPK_TRANSACTION_BONUS
    UNLIMITED_USAGE = _raw.CPK_TRANSACTION_UNLIMITED_USAGE


class Plan(OpenEnum):
    """Payment plans."""

    CREDITS = _raw.CPK_PLAN_CREDITS
    UNLIMITED = _raw.CPK_PLAN_UNLIMITED


class AttemptStatus(OpenEnum):
    """The status of an attempt to pay."""

    INITIATED = _raw.CPK_ATTEMPT_INITIATED
    PROCESSING = _raw.CPK_ATTEMPT_PROCESSING
    SUCCEEDED = _raw.CPK_ATTEMPT_SUCCEEDED
    FAILED = _raw.CPK_ATTEMPT_FAILED
    CANCELLED = _raw.CPK_ATTEMPT_CANCELLED


class HoldStatus(OpenEnum):
    """The status of a hold."""

    OPEN = _raw.CPK_HOLD_OPEN
    CLOSED = _raw.CPK_HOLD_CLOSED


class AdminActionType(OpenEnum):
    """Types of administrators' actions."""

    CREDIT_ADJUSTMENT = _raw.CPK_ADMIN_CREDIT_ADJUSTMENT
    REFUND_ISSUED = _raw.CPK_ADMIN_REFUND_ISSUED
    ACCOUNT_SUSPENDED = _raw.CPK_ADMIN_ACCOUNT_SUSPENDED
    ACCOUNT_UNSUSPENDED = _raw.CPK_ADMIN_ACCOUNT_UNSUSPENDED
    PLAN_OVERRIDE = _raw.CPK_ADMIN_PLAN_OVERRIDE
    SUPPORT_CREDIT = _raw.CPK_ADMIN_SUPPORT_CREDIT
    PAYMENT_ASSIGNED = _raw.CPK_ADMIN_PAYMENT_ASSIGNED


class WebhookOutcome(OpenEnum):
    """Outcomes of a webhook."""

    PROCESSED = _raw.CPK_WEBHOOK_PROCESSED
    REPEATED = _raw.CPK_WEBHOOK_REPEATED
    IGNORED = _raw.CPK_WEBHOOK_IGNORED
    UNCLAIMED = _raw.CPK_WEBHOOK_UNCLAIMED
    REFUSED = _raw.CPK_WEBHOOK_REFUSED


class WorkState(OpenEnum):
    """States of work."""

    READY = _raw.CPK_WORK_READY
    WAITING = _raw.CPK_WORK_WAITING
    RUNNING = _raw.CPK_WORK_RUNNING
    DEAD = _raw.CPK_WORK_DEAD
    CANCELLED = _raw.CPK_WORK_CANCELLED


class AdminActionFields(Snapshot, noun="cpk_admin_action"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    admin_user_id = optional_string("admin_user_id", "Who did it; None: the service itself.")
    type = converted("type", AdminActionType, "What was done; 0: another word.")
    type_name = string("type_name", "The type as stored.")
    target_user_id = string("target_user_id", "Whose account it was.")
    credits = number("credits", "Credits added; negative: taken; 0 if none.")
    amount = money("amount_micros", "The money that it is about, in US dollars; 0 if none.")
    reason = string("reason", "Why it was done.")
    details = parsed("details", "More about it, a JSON object; None if none.")
    created_at = moment("created_at", "When it was done.")


class BuildResultFields(Snapshot, noun="cpk_build_result"):
    __slots__ = ()

    pack_id = optional_string("pack_id", "The pack; None if nothing was added to one.")
    pack_name = string("pack_name", "The name of the pack, or the name that it would have got.")
    output = string("output", "The folder of the documents.")
    good_count = number("good_count", "Inputs that are in the pack now.")
    failed_count = number("failed_count", "Inputs that cannot be used.")
    skipped_count = number("skipped_count", "Files of folders without usable content.")
    partial_count = number("partial_count", "Inputs of which content was lost.")
    analyzed_chunks = number("analyzed_chunks", "Chunks that this build analysed.")
    input_count = number("input_count", "Inputs, and sources of earlier builds that this one finished.")
    document_count = number("document_count", "Documents that were written.")


class ExportFields(Snapshot, noun="cpk_export"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    pack_id = string("pack_id", "The pack that the document was made from.")
    type = converted("type", ExportType, "The document's extent.")
    type_name = string("type_name", "The type as stored.")
    status = converted("status", ExportStatus, "How far the export is.")
    status_name = string("status_name", "The status as stored.")
    error_message = optional_string("error_message", "Why the export failed; None unless failed.")
    token_count = known_number("token_count", "Exact o200k_base tokens of the Markdown; None until ready.")
    file_size = known_number("file_size", "Size of the Markdown in bytes; None until ready.")
    created_at = moment("created_at", "When the export was created.")
    updated_at = moment("updated_at", "When the export changed last.")


class HoldFields(Snapshot, noun="cpk_hold"):
    __slots__ = ()

    key = string("key", "The key that the hold was made with.")
    reference = string("reference", "The source, the job or what the host named.")
    status = converted("status", HoldStatus, "Whether credits are still set aside.")
    is_unlimited = converted(
        "is_unlimited", bool, "Whether it was made on the unlimited plan, where work costs nothing.")
    credits = number("credits", "Credits set aside at first.")
    remaining = number("remaining", "Of them, neither committed nor given back.")
    committed = number("committed", "Credits spent.")
    expires_at = optional_moment("expires_at", "When the hold ends by itself; None: it does not.")


class InspectionFields(Snapshot, noun="cpk_inspection"):
    __slots__ = ()

    source_type = converted("source_type", SourceType, "The type that the source would have.")
    format = string("format", "The format of the first file with messages: \"chatgpt\", \"claude\" ...")
    era = optional_string("era", "How the export is divided into files, and since when; None if not known.")
    conversations = number("conversations", "Conversations that would be imported.")
    messages = number("messages", "Messages that would be imported; those by author add up to this.")
    user_messages = number("user_messages", "Messages of the user.")
    assistant_messages = number("assistant_messages", "Messages of the assistant.")
    system_messages = number("system_messages", "Instructions of the provider or application.")
    tool_messages = number("tool_messages", "Messages of tools.")
    unknown_messages = number("unknown_messages", "Messages of an unknown author.")
    hidden_messages = number("hidden_messages", "Messages that the provider does not show.")
    other_branches = number("other_branches", "Messages on branches that were not open; packs do not use them.")
    attachments = number("attachments", "Files that messages name.")
    first_time = optional_moment("first_time", "The time of the earliest message; None if no message has one.")
    last_time = optional_moment("last_time", "The time of the latest message; None if no message has one.")
    files = number("files", "Files of an archive that were read; 1 for any other input.")
    shards = number("shards", "Of these, the numbered parts of the conversations.")
    skipped = number("skipped", "Messages and conversations without usable content.")
    damaged = number("damaged", "Places that could not be parsed.")
    missing_files = number("missing_files", "Files that the export refers to but does not contain.")
    tokens = number("tokens", "Exact o200k_base tokens of the extracted text.")
    chunks = number("chunks", "Chunks that the text would be cut into by the settings.")
    credits = number("credits", "What analysing all chunks would cost on the plan credits.")
    loss_summary = optional_string("loss_summary", "What would not be read, and why, in words; None if all is read.")
    is_partial = converted(
        "is_partial", bool, "Whether content would be lost: damaged, missing, unreadable or over a limit.")
    provider_count = number("provider_count", "Providers that were recognised.")
    note_count = number("note_count", "What was noted of the input, at most 1,000 times.")
    notes_left_out = number("notes_left_out", "Notes that are not kept.")


class JobFields(Snapshot, noun="cpk_job"):
    __slots__ = ()

    id = string("id", "The public identifier that every call takes.")
    status = converted("status", JobStatus, "How far the job is; 0: another program's word.")
    status_name = string("status_name", "The status as stored.")
    progress = number("progress", "0 to 100; never goes back.")
    error_message = optional_string("error_message", "Why the job failed; None unless failed.")
    file_name = string("file_name", "The file's name.")
    file_size = known_number("file_size", "Size of the file in bytes; None when not known.")
    extracted_count = number("extracted_count", "Messages.")
    total_chunks = number("total_chunks", "Chunks of the text.")
    processed_chunks = number("processed_chunks", "Chunks that are analysed.")
    failed_chunks = parsed("failed_chunks", "The chunks that failed: an array of indexes from 0.")
    input_tokens = number("input_tokens", "Tokens that the analyzer read.")
    output_tokens = number("output_tokens", "Tokens that the analyzer wrote.")
    cost = money("cost_micros", "What the analysis cost, in US dollars.")
    created_at = moment("created_at", "When the job was created.")
    updated_at = moment("updated_at", "When the job changed last.")
    completed_at = optional_moment("completed_at", "When the job was completed; None until then.")


class LegacyPackFields(Snapshot, noun="cpk_legacy_pack"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    job_id = string("job_id", "The job that made it.")
    name = string("name", "The name.")
    extraction_stats = parsed("extraction_stats", "What was extracted, as stored; None if none.")
    chunk_stats = parsed("chunk_stats", "What was chunked, as stored; None if none.")
    analysis_stats = parsed("analysis_stats", "What was analysed, as stored; None if none.")
    file_size = known_number("file_size", "Size of the pack in bytes; None when not known.")
    created_at = moment("created_at", "When the pack was made.")
    copy_id = optional_string("copy_id", "The V2 pack that was made of it; None if none.")


class PackFields(Snapshot, noun="cpk_pack"):
    __slots__ = ()

    id = string("id", "The public identifier that every call takes.")
    name = string("name", "The name.")
    description = optional_string("description", "What the pack is for; None when unset.")
    custom_system_prompt = optional_string(
        "custom_system_prompt", "Instructions that are added for the analyzer; None when unset.")
    total_sources = number("total_sources", "How many sources the pack has now.")
    total_tokens = number("total_tokens", "Exact o200k_base tokens of all extracted text, as of the last recount.")
    created_at = moment("created_at", "When the pack was created.")
    updated_at = moment("updated_at", "When the pack changed last.")


class PackageFields(Snapshot, noun="cpk_package"):
    __slots__ = ()

    id = string("id", "The identifier in the settings.")
    name = string("name", "What the buyer reads.")
    currency = string("currency", "Three letters, lower case.")
    decimals = number("decimals", "Decimals of the currency: 2 for usd, 0 for jpy.")
    credits = number("credits", "How many credits it has; 0: by the piece, or a plan.")
    amount = number("amount", "Price in the currency's smallest unit; 0: see its tiers, or Stripe knows it.")
    interval = optional_string("interval", "\"month\" or \"year\"; None: paid once.")
    is_unlimited = converted("is_unlimited", bool, "Whether it gives the unlimited plan.")
    price_id = optional_string("price_id", "A price made at Stripe; None if none.")
    tier_count = number("tier_count", "How many tiers the price has.")


class PaymentFields(Snapshot, noun="cpk_payment"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    customer_id = optional_string("customer_id", "Stripe's id of the customer; None: not known.")
    stripe_payment_id = optional_string("stripe_payment_id", "Stripe's id of the payment; None: not known.")
    package_id = optional_string("package_id", "The package that was bought; None: not known.")
    currency = optional_string("currency", "Three letters; None: not known.")
    amount = number("amount", "Paid, in the currency's smallest unit.")
    amount_back = number("amount_back", "Refunded and disputed so far, of that amount.")
    credits = number("credits", "Credits bought; 0 of a plan.")
    is_unlimited = converted("is_unlimited", bool, "Whether it bought the unlimited plan.")
    created_at = moment("created_at", "When the payment was first heard of.")


class PaymentAttemptFields(Snapshot, noun="cpk_payment_attempt"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    user_id = string("user_id", "Who tried to pay.")
    type = string("type", "\"credits\", \"unlimited\", \"subscription\", \"renewal\"; other programs may write others.")
    status = converted("status", AttemptStatus, "How the attempt went.")
    status_name = string("status_name", "The status as stored.")
    credits_requested = number("credits_requested", "Credits that were to be bought; 0 if none.")
    amount = money("amount_micros", "The amount, in the currency's unit; 0 if not known.")
    ip_address = optional_string("ip_address", "The buyer's IP address; None: not told, or erased.")
    user_agent = optional_string("user_agent", "The buyer's user agent; None: not told, or erased.")
    error_message = optional_string("error_message", "Why it failed or was refused; None if neither.")
    stripe_id = optional_string("stripe_id", "The checkout session or the renewal's invoice; None if none.")
    created_at = moment("created_at", "When the attempt began.")


class PaymentVelocityFields(Snapshot, noun="cpk_payment_velocity"):
    __slots__ = ()

    subject = string("subject", "A user's id, or an address.")
    attempts = number("attempts", "All attempts.")
    succeeded = number("succeeded", "Those that were paid.")
    failed = number("failed", "Those that failed, with those that were refused.")
    refused = number("refused", "Those that this library refused.")
    others = number("others", "Addresses of the user, or users of the address.")
    credits_requested = number("credits_requested", "Credits of all attempts.")
    amount = money("amount_micros", "Money of all attempts, whatever the currency.")
    first_at = moment("first_at", "When the first attempt began.")
    last_at = moment("last_at", "When the last attempt began.")


class ReconcileReportFields(Snapshot, noun="cpk_reconcile_report"):
    __slots__ = ()

    starts_at = moment("starts_at", "The time it went back to.")
    seen = number("seen", "The sum of those below.")
    known = number("known", "Events that had their effect before.")
    processed = number("processed", "Events that had their effect now.")
    unclaimed = number("unclaimed", "Events that were paid, with nobody to credit.")
    ignored = number("ignored", "Events that mean nothing here.")
    refused = number("refused", "Events of test mode, beside a live key.")
    failed = number("failed", "Events that could not be processed.")
    first_failure = optional_string("first_failure", "An event and why it failed; None: none.")


class SourceFields(Snapshot, noun="cpk_source"):
    __slots__ = ()

    id = string("id", "The public identifier that every call takes.")
    pack_id = string("pack_id", "The source's pack.")
    name = string("name", "The name.")
    type = converted("type", SourceType, "What the source is.")
    type_name = string("type_name", "The type as stored.")
    status = converted("status", SourceStatus, "How far the source is.")
    status_name = string("status_name", "The status as stored.")
    progress = number("progress", "0 to 100; never goes back.")
    error_message = optional_string("error_message", "Why the source failed; None unless failed.")
    file_name = optional_string("file_name", "The file's name; None for a paste.")
    file_size = known_number("file_size", "Size of the raw input in bytes; None until stored.")
    format = string("format", "\"chatgpt\", \"claude\" ...; \"\" until extracted.")
    sha256 = string("sha256", "SHA-256 of the raw bytes, hex.")
    conversation_count = number("conversation_count", "Conversations that this source brought or grew.")
    message_count = number("message_count", "Messages that this source brought.")
    known_messages = number("known_messages", "Messages skipped because the pack already had them.")
    text_tokens = number("text_tokens", "Exact o200k_base tokens of the new text.")
    total_chunks = number("total_chunks", "Chunks of the new text.")
    processed_chunks = number("processed_chunks", "Chunks that are analysed.")
    input_tokens = number("input_tokens", "Tokens that the analyzer read.")
    output_tokens = number("output_tokens", "Tokens that the analyzer wrote.")
    cost = money("cost_micros", "What the analysis cost, in US dollars.")
    created_at = moment("created_at", "When the source was added.")
    updated_at = moment("updated_at", "When the source changed last.")
    completed_at = optional_moment("completed_at", "When the last chunk was analysed; None until then.")
    extractor = optional_string("extractor", "The extractor that made the text, with its version; None until then.")
    losses = parsed("losses", "What of the input was not read: an object of counts by reason.")
    loss_summary = optional_string("loss_summary", "The same in words; None if all was read.")
    is_partial = converted(
        "is_partial", bool, "Whether content of the input was lost: damaged, missing, unreadable or over a limit.")
    user_id = string("user_id", "The owner.")
    stalled_reason = optional_string(
        "stalled_reason", "Why the source stands still: \"credits\", \"suspended\", \"lease\", \"error\", \"kind\", \"cancelled\"; None if it does not.")
    lease_until = optional_moment(
        "lease_until", "When whoever works on it must have renewed the lease; None if nobody does.")
    attempts = number("attempts", "Attempts of workers since the last progress.")


class StripeObjectFields(Snapshot, noun="cpk_stripe_object"):
    __slots__ = ()

    id = string("id", "Stripe's id of the object.")
    type = string("type", "The object's type as Stripe spells it.")
    url = optional_string("url", "Where the browser goes, or None.")
    status = optional_string("status", "As Stripe spells it, or None.")
    currency = optional_string("currency", "Three letters, or None.")
    amount = number("amount", "In the currency's smallest unit; 0 if none.")
    expires_at = optional_moment("expires_at", "When the object expires; None: it does not.")
    is_live = converted("is_live", bool, "Whether it was made in Stripe's live mode, not its test mode.")
    attempt_id = optional_string("attempt_id", "The attempt to pay of a checkout, else None.")
    customer_id = optional_string("customer_id", "Stripe's id of the customer, or None.")


class TransactionFields(Snapshot, noun="cpk_transaction"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    user_id = string("user_id", "Whose credits they are.")
    type = converted("type", TransactionType, "Why credits were added or taken.")
    type_name = string("type_name", "The type as stored.")
    credits = number("credits", "Credits added; negative: taken.")
    amount = money("amount_micros", "The money that belongs to it, in US dollars; 0 if none.")
    package_id = optional_string("package_id", "The package that was bought; None if none.")
    job_id = optional_string("job_id", "The source or job; None if none.")
    description = optional_string("description", "A sentence about it; None if none.")
    created_at = moment("created_at", "When the transaction was written.")


class UserFields(Snapshot, noun="cpk_user"):
    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    email = string("email", "The address; unique without regard to case.")
    full_name = optional_string("full_name", "The name; None when unset.")
    avatar_url = optional_string("avatar_url", "The address of a picture; None when unset.")
    payment_plan = converted("payment_plan", Plan, "How analysis is paid for.")
    credits_balance = number("credits_balance", "Credits that are free to use.")
    chunks_analyzed = number("chunks_analyzed", "Chunks analysed in the user's lifetime.")
    suspended_at = optional_moment("suspended_at", "When the account was suspended; None: it is not.")
    suspension_reason = optional_string("suspension_reason", "Why the account is suspended; None: it is not.")
    deleted_at = optional_moment("deleted_at", "When the deletion of the account began; None: it did not.")
    subscription_id = optional_string("subscription_id", "Stripe's id of the subscription; None: none.")
    subscription_status = optional_string(
        "subscription_status", "The subscription's status as Stripe spells it; None: none.")
    plan_starts_at = optional_moment("plan_starts_at", "When the paid plan starts; None: no plan has a start.")
    plan_ends_at = optional_moment("plan_ends_at", "When the paid plan ends; None: until further notice.")
    storage_directory = string("storage_directory", "The prefix of the user's blobs.")
    created_at = moment("created_at", "When the user was created.")
    updated_at = moment("updated_at", "When the profile changed last.")


class WebhookResultFields(Snapshot, noun="cpk_webhook_result"):
    __slots__ = ()

    outcome = converted("outcome", WebhookOutcome, "What was done with the event.")
    event_id = string("event_id", "Stripe's id of the event.")
    event_type = string("event_type", "The event's type as Stripe spells it.")
    user_id = optional_string("user_id", "Whose the event is; None: nobody's, or not known.")
    credits = number("credits", "Credits added by it; negative: taken back.")
    json = parsed("json", "All of it, as the webhook log keeps it.")


class WorkFields(Snapshot, noun="cpk_work"):
    __slots__ = ()

    id = string("id", "The identifier of the source.")
    user_id = string("user_id", "The owner of the source.")
    kind = string("kind", "What is to be done: \"analyze\" or \"extract\"; another word is work of a newer version.")
    state = converted("state", WorkState, "How far the work is.")
    state_name = string("state_name", "The state as stored.")
    priority = number("priority", "Work of a higher priority is claimed before other work of the same user.")
    attempts = number(
        "attempts", "Claims since the last progress; those that a stop or a lack of credits ended do not count.")
    reason = optional_string(
        "reason", "Why it waits or is dead: \"error\", \"credits\", \"suspended\", \"lease\", \"kind\", \"cancelled\"; None if it does not.")
    message = optional_string("message", "The message of the last error; None without one.")
    submitted_at = moment("submitted_at", "When it was submitted.")
    run_at = moment("run_at", "When it may be claimed again; past for what is ready.")
    lease_until = optional_moment("lease_until", "When its worker must have renewed the lease; None unless running.")
    is_cancelled = converted("is_cancelled", bool, "1 if it was asked to stop.")
    claim_number = number("claim_number", "The number of its claim, for running and releasing it.")
