-- What the library needs beside the service's tables. Times are microseconds since 1970 UTC, money is millionths.

-- What a user's balance was before the first transaction on record.
CREATE TABLE contextpack.openings (
    user_id uuid NOT NULL PRIMARY KEY,
    credits bigint NOT NULL,
    created_at bigint NOT NULL
);

-- One row beside each source (pack_sources) and each V1 job (jobs) that the library made or works on: where it came from, what
-- was found, who works on it. It owns the rows of chunks, conversations and holds below. source_id and job_id are owner_id
-- under the name of its kind, for their foreign keys. A job's text and index are at text_key and index_key; a source's are in
-- pack_sources.
CREATE TABLE contextpack.work (
    user_id uuid NOT NULL,
    owner_kind text NOT NULL CHECK (owner_kind IN ('source', 'job')),
    owner_id text NOT NULL,
    source_id text GENERATED ALWAYS AS (CASE WHEN owner_kind = 'source' THEN owner_id END) STORED UNIQUE,
    job_id text GENERATED ALWAYS AS (CASE WHEN owner_kind = 'job' THEN owner_id END) STORED UNIQUE,
    pack_id text,
    sha256 text CHECK (length(sha256) = 64),
    format text,
    lease_owner text,
    lease_expires_at bigint,
    text_key text,
    index_key text,
    conversations bigint NOT NULL DEFAULT 0,
    messages bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    new_messages bigint NOT NULL DEFAULT 0,
    known_messages bigint NOT NULL DEFAULT 0,
    text_bytes bigint NOT NULL DEFAULT 0,
    text_tokens bigint NOT NULL DEFAULT 0,
    first_message_at bigint,
    last_message_at bigint,
    settings_fingerprint text,
    analyzer text,
    notes jsonb,
    PRIMARY KEY (user_id, owner_kind, owner_id),
    CHECK ((owner_kind = 'source') = (pack_id IS NOT NULL))
);
CREATE UNIQUE INDEX work_sha256 ON contextpack.work (user_id, pack_id, sha256) WHERE pack_id IS NOT NULL;

-- A chunk is a byte range of its owner's extracted text; its messages are a byte range of the message index.
-- content_sha256: of the chunk's bytes of the extracted text, then those of the message index; result_sha256: of its findings;
-- lower-case hex. withheld: secrets that the analyzer was not shown, by kind: {"api_key":1}; NULL: not counted.
CREATE TABLE contextpack.chunks (
    user_id uuid NOT NULL,
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    chunk_index bigint NOT NULL,
    text_offset bigint NOT NULL,
    text_length bigint NOT NULL,
    tokens bigint NOT NULL,
    index_offset bigint NOT NULL DEFAULT 0,
    index_length bigint NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'failed')),
    attempts bigint NOT NULL DEFAULT 0,
    analyzer text,
    result_key text,
    input_tokens bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    error_message text,
    content_sha256 text,
    result_sha256 text,
    withheld text,
    PRIMARY KEY (user_id, owner_kind, owner_id, chunk_index),
    FOREIGN KEY (user_id, owner_kind, owner_id)
        REFERENCES contextpack.work (user_id, owner_kind, owner_id) ON DELETE CASCADE
);

-- What each source or job brought to a conversation; pack_id is the source's. message_hashes: 8 bytes for each message, of
-- identity and content.
CREATE TABLE contextpack.conversations (
    user_id uuid NOT NULL,
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    provider text NOT NULL,
    conversation_id text NOT NULL,
    pack_id text,
    title text NOT NULL DEFAULT '',
    content_hash text,
    message_hashes bytea NOT NULL DEFAULT '' CHECK (length(message_hashes) % 8 = 0),
    messages bigint NOT NULL DEFAULT 0,
    tokens bigint NOT NULL DEFAULT 0,
    first_message_at bigint,
    last_message_at bigint,
    PRIMARY KEY (user_id, owner_kind, owner_id, provider, conversation_id),
    FOREIGN KEY (user_id, owner_kind, owner_id)
        REFERENCES contextpack.work (user_id, owner_kind, owner_id) ON DELETE CASCADE
);
CREATE INDEX conversations_pack_id ON contextpack.conversations (user_id, pack_id, provider, conversation_id, owner_id)
    WHERE pack_id IS NOT NULL;

-- One row while an account is suspended; the history is in admin_actions.
CREATE TABLE contextpack.suspensions (
    user_id uuid NOT NULL PRIMARY KEY,
    reason text NOT NULL,
    suspended_at bigint NOT NULL
);

-- One row once an account's deletion has begun. What it erased stands here, so that a deletion that was broken off
-- tells all of it in the end. notes: what it left, and why: a JSON array of {"where","text"}.
CREATE TABLE contextpack.deletions (
    user_id uuid NOT NULL PRIMARY KEY,
    started_at bigint NOT NULL,
    finished_at bigint,
    packs bigint NOT NULL DEFAULT 0,
    sources bigint NOT NULL DEFAULT 0,
    exports bigint NOT NULL DEFAULT 0,
    jobs bigint NOT NULL DEFAULT 0,
    legacy_packs bigint NOT NULL DEFAULT 0,
    blobs bigint NOT NULL DEFAULT 0,
    blob_bytes bigint NOT NULL DEFAULT 0,
    kept_blobs bigint NOT NULL DEFAULT 0,
    notes text
);

-- Credits set aside for work on a source or on a job, or, with a reference, for what a host sells. An owner that is deleted
-- gives them back (release_holds).
CREATE TABLE contextpack.holds (
    user_id uuid NOT NULL,
    hold_id text NOT NULL,
    owner_kind text,
    owner_id text,
    payment_plan text NOT NULL CHECK (payment_plan IN ('credits', 'unlimited')),
    credits bigint NOT NULL CHECK (credits >= 0),
    remaining bigint NOT NULL CHECK (remaining BETWEEN 0 AND credits),
    status text NOT NULL CHECK (status IN ('open', 'closed')),
    expires_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    committed bigint NOT NULL DEFAULT 0 CHECK (committed >= 0),
    reference text,
    PRIMARY KEY (user_id, hold_id),
    FOREIGN KEY (user_id, owner_kind, owner_id) REFERENCES contextpack.work (user_id, owner_kind, owner_id),
    CHECK (status = 'open' OR remaining = 0),
    CHECK (num_nonnulls(owner_id, reference) = 1),
    CHECK ((owner_kind IS NULL) = (owner_id IS NULL))
);
CREATE INDEX holds_owner ON contextpack.holds (user_id, owner_kind, owner_id);
CREATE UNIQUE INDEX holds_open ON contextpack.holds (user_id, owner_kind, owner_id) WHERE status = 'open';
CREATE INDEX holds_expires_at ON contextpack.holds (expires_at) WHERE status = 'open';

-- Requests to the ledger bear keys, each of which has one effect.
CREATE TABLE contextpack.ledger_keys (
    user_id uuid NOT NULL,
    request_key text NOT NULL,
    operation text NOT NULL,
    fingerprint text NOT NULL,
    result_id text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (user_id, request_key)
);

-- One row beside each row of pack_exports: what it was made from, its second file, who makes it.
CREATE TABLE contextpack.exports (
    user_id uuid NOT NULL,
    export_id uuid NOT NULL UNIQUE,
    pack_id text NOT NULL,
    fingerprint text NOT NULL,
    json_key text,
    lease_owner text,
    lease_expires_at bigint,
    PRIMARY KEY (user_id, export_id)
);
CREATE INDEX exports_pack_id ON contextpack.exports (user_id, pack_id, fingerprint);

-- Which V2 pack was made of which V1 pack.
CREATE TABLE contextpack.legacy_copies (
    user_id uuid NOT NULL,
    legacy_pack_id uuid NOT NULL,
    pack_id text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (user_id, legacy_pack_id)
);
CREATE INDEX legacy_copies_pack_id ON contextpack.legacy_copies (pack_id);
CREATE INDEX legacy_copies_legacy_pack_id ON contextpack.legacy_copies (legacy_pack_id);

-- Payments and subscriptions as facts that events told, in any order.

-- Each event that had its effect. The row is written in the effect's transaction: that is what "once" rests on. payment_id: the
-- payment that the event left without a user.
CREATE TABLE contextpack.stripe_events (
    event_id text NOT NULL PRIMARY KEY,
    event_type text NOT NULL,
    event_created_at bigint,
    processed_at bigint NOT NULL,
    payment_id uuid
);
CREATE INDEX stripe_events_payment_id ON contextpack.stripe_events (payment_id) WHERE payment_id IS NOT NULL;

-- One payment: a checkout paid once, or an invoice of a subscription. What the ledger shows of it is `applied_*`.
CREATE TABLE contextpack.payments (
    payment_id uuid NOT NULL PRIMARY KEY,
    user_id uuid,
    stripe_payment_id text,
    package_id text,
    currency text,
    credits bigint CHECK (credits >= 0),
    amount bigint,
    is_unlimited bigint NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_paid bigint NOT NULL CHECK (is_paid IN (0, 1)),
    is_failed bigint NOT NULL CHECK (is_failed IN (0, 1)),
    amount_refunded bigint NOT NULL,
    applied_purchase bigint NOT NULL CHECK (applied_purchase >= 0),
    applied_refund bigint NOT NULL CHECK (applied_refund <= 0),
    applied_dispute bigint NOT NULL CHECK (applied_dispute <= 0),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    customer_id text,
    amount_due bigint,
    amount_parts bigint NOT NULL DEFAULT 0,
    amount_disputed bigint NOT NULL DEFAULT 0,
    gives_plan bigint NOT NULL DEFAULT 0,
    is_unclaimed bigint NOT NULL DEFAULT 0
);
CREATE INDEX payments_user_id ON contextpack.payments (user_id);
CREATE INDEX payments_customer_id ON contextpack.payments (customer_id) WHERE user_id IS NULL;
CREATE INDEX payments_unclaimed ON contextpack.payments (created_at, payment_id) WHERE is_unclaimed = 1;
-- For reports on what was paid for plans, by day.
CREATE INDEX payments_created_at ON contextpack.payments (created_at) WHERE is_paid = 1;

-- By which of Stripe's ids a payment is known: sessions, payment intents, charges, invoices.
CREATE TABLE contextpack.payment_keys (
    stripe_id text NOT NULL PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES contextpack.payments (payment_id)
);
CREATE INDEX payment_keys_payment_id ON contextpack.payment_keys (payment_id);

-- Refunds, disputes and parts of a payment, as one row for what an event tells of money that moved: sums are recounted
-- from them, so that a refund that fails and a dispute that is lost later are right in any order.
CREATE TABLE contextpack.movements (
    event_id text NOT NULL,
    subject_id text NOT NULL,
    payment_id uuid NOT NULL REFERENCES contextpack.payments (payment_id),
    kind text NOT NULL,
    charge_id text,
    payment_intent_id text,
    amount bigint NOT NULL,
    total bigint,
    created_at bigint,
    told_at bigint NOT NULL,
    PRIMARY KEY (event_id, subject_id)
);
CREATE INDEX movements_payment_id ON contextpack.movements (payment_id);

-- paid_end: until when its invoices are paid: one that is late has its grace from there on. plan_rank and plan_at: the newest
-- event that said which plan it bills. checkout_end: the end of its first period, by the checkout.
CREATE TABLE contextpack.subscriptions (
    subscription_id text NOT NULL PRIMARY KEY,
    user_id uuid,
    customer_id text,
    status text,
    status_at bigint,
    is_unlimited bigint NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_checked_out bigint NOT NULL CHECK (is_checked_out IN (0, 1)),
    is_deleted bigint NOT NULL CHECK (is_deleted IN (0, 1)),
    period_start bigint,
    period_end bigint,
    ended_at bigint,
    cancel_at_period_end bigint NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    updated_at bigint NOT NULL,
    paid_end bigint,
    plan_rank bigint NOT NULL DEFAULT 0,
    plan_at bigint,
    checkout_end bigint
);
CREATE INDEX subscriptions_user_id ON contextpack.subscriptions (user_id);
CREATE INDEX subscriptions_customer_id ON contextpack.subscriptions (customer_id);

-- Which of Stripe's customers is which user.
CREATE TABLE contextpack.customers (
    customer_id text NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX customers_user_id ON contextpack.customers (user_id, created_at);

-- Beside payment_attempts. An attempt whose user is not known yet (a renewal that failed before anything told whose
-- customer it is) waits here with what its row will say.
CREATE TABLE contextpack.attempts (
    attempt_id uuid NOT NULL PRIMARY KEY,
    user_id uuid,
    network text,
    stripe_id text UNIQUE,
    customer_id text,
    is_counted bigint NOT NULL CHECK (is_counted IN (0, 1)),
    is_refused bigint NOT NULL CHECK (is_refused IN (0, 1)),
    amount_micros bigint,
    status text,
    error_message text,
    created_at bigint NOT NULL
);
CREATE INDEX attempts_user_id ON contextpack.attempts (user_id, created_at);
CREATE INDEX attempts_network ON contextpack.attempts (network, created_at) WHERE network IS NOT NULL;
CREATE INDEX attempts_customer_id ON contextpack.attempts (customer_id) WHERE user_id IS NULL;

-- Rows that are there to be locked.
CREATE TABLE contextpack.gates (
    gate text NOT NULL PRIMARY KEY,
    taken_at bigint NOT NULL
);

-- Random values of the library's own.
CREATE TABLE contextpack.secrets (
    name text NOT NULL PRIMARY KEY,
    value text NOT NULL,
    created_at bigint NOT NULL
);

-- Addresses that accounts had and have no more, as keyed hashes: a new account with one of them gets no second bonus.
CREATE TABLE contextpack.former_addresses (
    address_hash text NOT NULL PRIMARY KEY CHECK (length(address_hash) = 64),
    created_at bigint NOT NULL
);

-- Work that only one process at a time does: archiving.
CREATE TABLE contextpack.tasks (
    name text NOT NULL PRIMARY KEY,
    lease_owner text,
    lease_expires_at bigint
);

-- What each migration told when it was applied, with the way back.
CREATE TABLE contextpack.migration_report (
    number bigint NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (number, position)
);

-- part: plan
SELECT 'change', 'created 22 tables in schema contextpack';
SELECT 'change', 'entered the opening balance of each user: what the balance is beyond the transactions on record'
 WHERE to_regclass('public.user_profiles') IS NOT NULL;
SELECT 'step', NULL, NULL, 'after', 'ALTER TABLE contextpack.openings VALIDATE CONSTRAINT openings_user_id_fkey';
SELECT 'undo', NULL, 'DROP TRIGGER contextpack_enter_opening ON public.user_profiles'
 WHERE to_regclass('public.user_profiles') IS NOT NULL;

-- part: open
-- Users that are there already: what their transactions do not explain is what they came with. Counted as of one moment,
-- before anything is locked. The owner must see all rows, also where row-level security is forced upon it.
GRANT USAGE ON SCHEMA contextpack TO service_role;
GRANT SELECT ON public.user_profiles, public.credit_transactions TO service_role;
GRANT SELECT, INSERT, DELETE ON contextpack.openings TO service_role;
DO $$
BEGIN
    IF row_security_active('public.user_profiles') OR row_security_active('public.credit_transactions') THEN
        SET LOCAL ROLE service_role;
    END IF;
    INSERT INTO contextpack.openings (user_id, credits, created_at)
    SELECT u.id, coalesce(u.credits_balance, 0) - coalesce(t.credits, 0),
           CAST(EXTRACT(epoch FROM clock_timestamp()) * 1000000 AS bigint)
      FROM public.user_profiles u
      LEFT JOIN (SELECT c.user_id, sum(c.credits) AS credits
                   FROM public.credit_transactions c
                  WHERE c.transaction_type <> 'unlimited_usage'
                  GROUP BY c.user_id) t ON t.user_id = u.id;
    RESET ROLE;
END
$$;

-- Profiles that others make (a trigger on auth.users, say) come with a balance, too: it is their opening, unless the
-- transaction that made the profile entered one.
CREATE FUNCTION contextpack.enter_opening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO contextpack.openings (user_id, credits, created_at)
    SELECT u.id, coalesce(u.credits_balance, 0)
                 - coalesce((SELECT sum(t.credits) FROM public.credit_transactions t
                              WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0),
           CAST(EXTRACT(epoch FROM clock_timestamp()) * 1000000 AS bigint)
      FROM public.user_profiles u
     WHERE u.id = NEW.id
    ON CONFLICT (user_id) DO NOTHING;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION contextpack.enter_opening() FROM PUBLIC;
-- The service's rights are enough for it, and row-level security does not hold the service back.
GRANT CREATE ON SCHEMA contextpack TO service_role;
ALTER FUNCTION contextpack.enter_opening() OWNER TO service_role;
REVOKE CREATE ON SCHEMA contextpack FROM service_role;

-- part: locked
-- Who came or went since the opening balances were counted.
DO $$
BEGIN
    IF row_security_active('public.user_profiles') OR row_security_active('public.credit_transactions') THEN
        SET LOCAL ROLE service_role;
    END IF;
    DELETE FROM contextpack.openings o
     WHERE NOT EXISTS (SELECT 1 FROM public.user_profiles u WHERE u.id = o.user_id);
    INSERT INTO contextpack.openings (user_id, credits, created_at)
    SELECT u.id, coalesce(u.credits_balance, 0)
                 - coalesce((SELECT sum(t.credits) FROM public.credit_transactions t
                              WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0),
           CAST(EXTRACT(epoch FROM clock_timestamp()) * 1000000 AS bigint)
      FROM public.user_profiles u
     WHERE NOT EXISTS (SELECT 1 FROM contextpack.openings o WHERE o.user_id = u.id);
    RESET ROLE;
END
$$;
CREATE CONSTRAINT TRIGGER contextpack_enter_opening AFTER INSERT ON public.user_profiles
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contextpack.enter_opening();
ALTER TABLE contextpack.openings ADD CONSTRAINT openings_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id) NOT VALID;
ALTER TABLE contextpack.work ADD CONSTRAINT work_source_id_fkey
    FOREIGN KEY (source_id) REFERENCES public.pack_sources (source_id) ON DELETE CASCADE;
ALTER TABLE contextpack.suspensions ADD CONSTRAINT suspensions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.deletions ADD CONSTRAINT deletions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.work ADD CONSTRAINT work_job_id_fkey
    FOREIGN KEY (job_id) REFERENCES public.jobs (job_id) ON DELETE CASCADE;
ALTER TABLE contextpack.holds ADD CONSTRAINT holds_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.ledger_keys ADD CONSTRAINT ledger_keys_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.exports ADD CONSTRAINT exports_export_id_fkey
    FOREIGN KEY (export_id) REFERENCES public.pack_exports (id) ON DELETE CASCADE;
ALTER TABLE contextpack.legacy_copies ADD CONSTRAINT legacy_copies_legacy_pack_id_fkey
    FOREIGN KEY (legacy_pack_id) REFERENCES public.packs_legacy (id) ON DELETE CASCADE;
ALTER TABLE contextpack.legacy_copies ADD CONSTRAINT legacy_copies_pack_id_fkey
    FOREIGN KEY (pack_id) REFERENCES public.packs_v2 (pack_id) ON DELETE CASCADE;
ALTER TABLE contextpack.payments ADD CONSTRAINT payments_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.subscriptions ADD CONSTRAINT subscriptions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.customers ADD CONSTRAINT customers_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.attempts ADD CONSTRAINT attempts_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
