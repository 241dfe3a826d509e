-- What the library needs beside the service's tables. Times are microseconds since 1970 UTC, money is millionths.

-- What a user's balance was before the first transaction on record.
CREATE TABLE contextpack_openings (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES user_profiles (id),
    credits INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- One row beside each source (pack_sources) and each V1 job (jobs) that the library made or works on: where it came from, what
-- was found, who works on it. It owns the rows of chunks, conversations and holds below. source_id and job_id are owner_id
-- under the name of its kind, for their foreign keys. A job's text and index are at text_key and index_key; a source's are in
-- pack_sources.
CREATE TABLE contextpack_work (
    user_id TEXT NOT NULL,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('source', 'job')),
    owner_id TEXT NOT NULL,
    source_id TEXT GENERATED ALWAYS AS (CASE WHEN owner_kind = 'source' THEN owner_id END) STORED UNIQUE
        REFERENCES pack_sources (source_id) ON DELETE CASCADE,
    job_id TEXT GENERATED ALWAYS AS (CASE WHEN owner_kind = 'job' THEN owner_id END) STORED UNIQUE
        REFERENCES jobs (job_id) ON DELETE CASCADE,
    pack_id TEXT,
    sha256 TEXT CHECK (length(sha256) = 64),
    format TEXT,
    lease_owner TEXT,
    lease_expires_at INTEGER,
    text_key TEXT,
    index_key TEXT,
    conversations INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    new_messages INTEGER NOT NULL DEFAULT 0,
    known_messages INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0,
    text_tokens INTEGER NOT NULL DEFAULT 0,
    first_message_at INTEGER,
    last_message_at INTEGER,
    settings_fingerprint TEXT,
    analyzer TEXT,
    notes TEXT CHECK (notes IS NULL OR json_valid(notes)),
    PRIMARY KEY (user_id, owner_kind, owner_id),
    CHECK ((owner_kind = 'source') = (pack_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX contextpack_work_sha256 ON contextpack_work (user_id, pack_id, sha256) WHERE pack_id IS NOT NULL;

-- A chunk is a byte range of its owner's extracted text; its messages are a byte range of the message index.
-- content_sha256: of the chunk's bytes of the extracted text, then those of the message index; result_sha256: of its findings;
-- lower-case hex. withheld: secrets that the analyzer was not shown, by kind: {"api_key":1}; NULL: not counted.
CREATE TABLE contextpack_chunks (
    user_id TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    chunk_index INTEGER NOT NULL,
    text_offset INTEGER NOT NULL,
    text_length INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    index_offset INTEGER NOT NULL DEFAULT 0,
    index_length INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    analyzer TEXT,
    result_key TEXT,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_micros INTEGER NOT NULL DEFAULT 0,
    error_message TEXT,
    content_sha256 TEXT,
    result_sha256 TEXT,
    withheld TEXT,
    PRIMARY KEY (user_id, owner_kind, owner_id, chunk_index),
    FOREIGN KEY (user_id, owner_kind, owner_id)
        REFERENCES contextpack_work (user_id, owner_kind, owner_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What each source or job brought to a conversation; pack_id is the source's. message_hashes: 8 bytes for each message, of
-- identity and content.
CREATE TABLE contextpack_conversations (
    user_id TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    pack_id TEXT,
    title TEXT NOT NULL DEFAULT '',
    content_hash TEXT,
    message_hashes BLOB NOT NULL DEFAULT (x'') CHECK (length(message_hashes) % 8 = 0),
    messages INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    first_message_at INTEGER,
    last_message_at INTEGER,
    PRIMARY KEY (user_id, owner_kind, owner_id, provider, conversation_id),
    FOREIGN KEY (user_id, owner_kind, owner_id)
        REFERENCES contextpack_work (user_id, owner_kind, owner_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX contextpack_conversations_pack_id ON contextpack_conversations (user_id, pack_id, provider, conversation_id, owner_id)
    WHERE pack_id IS NOT NULL;

-- One row while an account is suspended; the history is in admin_actions.
CREATE TABLE contextpack_suspensions (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES user_profiles (id),
    reason TEXT NOT NULL,
    suspended_at INTEGER NOT NULL
) STRICT;

-- One row once an account's deletion has begun. What it erased stands here, so that a deletion that was broken off
-- tells all of it in the end. notes: what it left, and why: a JSON array of {"where","text"}.
CREATE TABLE contextpack_deletions (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES user_profiles (id),
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    packs INTEGER NOT NULL DEFAULT 0,
    sources INTEGER NOT NULL DEFAULT 0,
    exports INTEGER NOT NULL DEFAULT 0,
    jobs INTEGER NOT NULL DEFAULT 0,
    legacy_packs INTEGER NOT NULL DEFAULT 0,
    blobs INTEGER NOT NULL DEFAULT 0,
    blob_bytes INTEGER NOT NULL DEFAULT 0,
    kept_blobs INTEGER NOT NULL DEFAULT 0,
    notes TEXT
) STRICT;

-- Credits set aside for work on a source or on a job, or, with a reference, for what a host sells. An owner that is deleted
-- gives them back (release_holds).
CREATE TABLE contextpack_holds (
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    hold_id TEXT NOT NULL,
    owner_kind TEXT,
    owner_id TEXT,
    payment_plan TEXT NOT NULL CHECK (payment_plan IN ('credits', 'unlimited')),
    credits INTEGER NOT NULL CHECK (credits >= 0),
    remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND credits),
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    committed INTEGER NOT NULL DEFAULT 0 CHECK (committed >= 0),
    reference TEXT,
    PRIMARY KEY (user_id, hold_id),
    FOREIGN KEY (user_id, owner_kind, owner_id) REFERENCES contextpack_work (user_id, owner_kind, owner_id),
    CHECK (status = 'open' OR remaining = 0),
    CHECK ((owner_id IS NOT NULL) + (reference IS NOT NULL) = 1),
    CHECK ((owner_kind IS NULL) = (owner_id IS NULL))
) STRICT;
CREATE INDEX contextpack_holds_owner ON contextpack_holds (user_id, owner_kind, owner_id);
CREATE UNIQUE INDEX contextpack_holds_open ON contextpack_holds (user_id, owner_kind, owner_id) WHERE status = 'open';
CREATE INDEX contextpack_holds_expires_at ON contextpack_holds (expires_at) WHERE status = 'open';

-- Requests to the ledger bear keys, each of which has one effect.
CREATE TABLE contextpack_ledger_keys (
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    request_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    result_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, request_key)
) STRICT, WITHOUT ROWID;

-- One row beside each row of pack_exports: what it was made from, its second file, who makes it.
CREATE TABLE contextpack_exports (
    user_id TEXT NOT NULL,
    export_id TEXT NOT NULL UNIQUE REFERENCES pack_exports (id) ON DELETE CASCADE,
    pack_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    json_key TEXT,
    lease_owner TEXT,
    lease_expires_at INTEGER,
    PRIMARY KEY (user_id, export_id)
) STRICT;
CREATE INDEX contextpack_exports_pack_id ON contextpack_exports (user_id, pack_id, fingerprint);

-- Which V2 pack was made of which V1 pack.
CREATE TABLE contextpack_legacy_copies (
    user_id TEXT NOT NULL,
    legacy_pack_id TEXT NOT NULL REFERENCES packs_legacy (id) ON DELETE CASCADE,
    pack_id TEXT NOT NULL REFERENCES packs_v2 (pack_id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, legacy_pack_id)
) STRICT;
CREATE INDEX contextpack_legacy_copies_pack_id ON contextpack_legacy_copies (pack_id);

-- Payments and subscriptions as facts that events told, in any order.

-- Each event that had its effect. The row is written in the effect's transaction: that is what "once" rests on. payment_id: the
-- payment that the event left without a user.
CREATE TABLE contextpack_stripe_events (
    event_id TEXT NOT NULL PRIMARY KEY,
    event_type TEXT NOT NULL,
    event_created_at INTEGER,
    processed_at INTEGER NOT NULL,
    payment_id TEXT
) STRICT;
CREATE INDEX contextpack_stripe_events_payment_id ON contextpack_stripe_events (payment_id)
    WHERE payment_id IS NOT NULL;

-- One payment: a checkout paid once, or an invoice of a subscription. What the ledger shows of it is `applied_*`.
CREATE TABLE contextpack_payments (
    payment_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    stripe_payment_id TEXT,
    package_id TEXT,
    currency TEXT,
    credits INTEGER CHECK (credits >= 0),
    amount INTEGER,
    is_unlimited INTEGER NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_paid INTEGER NOT NULL CHECK (is_paid IN (0, 1)),
    is_failed INTEGER NOT NULL CHECK (is_failed IN (0, 1)),
    amount_refunded INTEGER NOT NULL,
    applied_purchase INTEGER NOT NULL CHECK (applied_purchase >= 0),
    applied_refund INTEGER NOT NULL CHECK (applied_refund <= 0),
    applied_dispute INTEGER NOT NULL CHECK (applied_dispute <= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    customer_id TEXT,
    amount_due INTEGER,
    amount_parts INTEGER NOT NULL DEFAULT 0,
    amount_disputed INTEGER NOT NULL DEFAULT 0,
    gives_plan INTEGER NOT NULL DEFAULT 0,
    is_unclaimed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX contextpack_payments_user_id ON contextpack_payments (user_id);
CREATE INDEX contextpack_payments_customer_id ON contextpack_payments (customer_id) WHERE user_id IS NULL;
CREATE INDEX contextpack_payments_unclaimed ON contextpack_payments (created_at, payment_id) WHERE is_unclaimed = 1;
-- For reports on what was paid for plans, by day.
CREATE INDEX contextpack_payments_created_at ON contextpack_payments (created_at) WHERE is_paid = 1;

-- By which of Stripe's ids a payment is known: sessions, payment intents, charges, invoices.
CREATE TABLE contextpack_payment_keys (
    stripe_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES contextpack_payments (payment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_payment_keys_payment_id ON contextpack_payment_keys (payment_id);

-- Refunds, disputes and parts of a payment, as one row for what an event tells of money that moved: sums are recounted
-- from them, so that a refund that fails and a dispute that is lost later are right in any order.
CREATE TABLE contextpack_movements (
    event_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    payment_id TEXT NOT NULL REFERENCES contextpack_payments (payment_id),
    kind TEXT NOT NULL,
    charge_id TEXT,
    payment_intent_id TEXT,
    amount INTEGER NOT NULL,
    total INTEGER,
    created_at INTEGER,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_movements_payment_id ON contextpack_movements (payment_id);

-- paid_end: until when its invoices are paid: one that is late has its grace from there on. plan_rank and plan_at: the newest
-- event that said which plan it bills. checkout_end: the end of its first period, by the checkout.
CREATE TABLE contextpack_subscriptions (
    subscription_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    customer_id TEXT,
    status TEXT,
    status_at INTEGER,
    is_unlimited INTEGER NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_checked_out INTEGER NOT NULL CHECK (is_checked_out IN (0, 1)),
    is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
    period_start INTEGER,
    period_end INTEGER,
    ended_at INTEGER,
    cancel_at_period_end INTEGER NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    updated_at INTEGER NOT NULL,
    paid_end INTEGER,
    plan_rank INTEGER NOT NULL DEFAULT 0,
    plan_at INTEGER,
    checkout_end INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_subscriptions_user_id ON contextpack_subscriptions (user_id);
CREATE INDEX contextpack_subscriptions_customer_id ON contextpack_subscriptions (customer_id);

-- Which of Stripe's customers is which user.
CREATE TABLE contextpack_customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_customers_user_id ON contextpack_customers (user_id, created_at);

-- Beside payment_attempts. An attempt whose user is not known yet (a renewal that failed before anything told whose
-- customer it is) waits here with what its row will say.
CREATE TABLE contextpack_attempts (
    attempt_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    network TEXT,
    stripe_id TEXT UNIQUE,
    customer_id TEXT,
    is_counted INTEGER NOT NULL CHECK (is_counted IN (0, 1)),
    is_refused INTEGER NOT NULL CHECK (is_refused IN (0, 1)),
    amount_micros INTEGER,
    status TEXT,
    error_message TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contextpack_attempts_user_id ON contextpack_attempts (user_id, created_at);
CREATE INDEX contextpack_attempts_network ON contextpack_attempts (network, created_at) WHERE network IS NOT NULL;
CREATE INDEX contextpack_attempts_customer_id ON contextpack_attempts (customer_id) WHERE user_id IS NULL;

-- Rows that are there to be locked.
CREATE TABLE contextpack_gates (
    gate TEXT NOT NULL PRIMARY KEY,
    taken_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Random values of the library's own.
CREATE TABLE contextpack_secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Addresses that accounts had and have no more, as keyed hashes: a new account with one of them gets no second bonus.
CREATE TABLE contextpack_former_addresses (
    address_hash TEXT NOT NULL PRIMARY KEY CHECK (length(address_hash) = 64),
    created_at INTEGER NOT NULL
) STRICT;

-- Work that only one process at a time does: archiving.
CREATE TABLE contextpack_tasks (
    name TEXT NOT NULL PRIMARY KEY,
    lease_owner TEXT,
    lease_expires_at INTEGER
) STRICT;

-- What each migration told when it was applied, with the way back.
CREATE TABLE contextpack_migration_report (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (number, position)
) STRICT;
