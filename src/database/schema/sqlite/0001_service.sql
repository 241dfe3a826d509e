-- The ten tables of the service, as SQLite can say them: uuid, jsonb, inet and integer[] are TEXT, timestamptz is
-- INTEGER microseconds since 1970 UTC, numeric is INTEGER millionths, boolean is INTEGER 0 or 1. The profile stands
-- for the row of auth.users that every user_id refers to.
--
-- Lists go by times within the years 1 to 9999: a row with another time, or none, has its place, too. The expressions of
-- the indexes *_newest, *_by_* are those of @time_key in queries.sql. The indexes *_path, *_folder and *_directory tell which
-- rows name a blob, or a folder that it lies in, which is asked before one is removed: paths that hold the row's identifier as
-- a part, which are those that this library makes, are found by the identifier and left out.

CREATE TABLE user_profiles (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    full_name TEXT,
    avatar_url TEXT,
    r2_user_directory TEXT NOT NULL,
    payment_plan TEXT DEFAULT 'credits' CHECK (payment_plan IN ('credits', 'unlimited')),
    chunks_analyzed INTEGER DEFAULT 0,
    credits_balance INTEGER DEFAULT 10,
    subscription_id TEXT,
    subscription_status TEXT,
    plan_start_date INTEGER,
    plan_end_date INTEGER,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    updated_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE UNIQUE INDEX user_profiles_email ON user_profiles (lower(email));
CREATE INDEX user_profiles_plan_end_date ON user_profiles (plan_end_date) WHERE payment_plan = 'unlimited';
CREATE INDEX user_profiles_newest ON user_profiles
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX user_profiles_folder ON user_profiles (r2_user_directory);

CREATE TABLE packs_v2 (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    pack_id TEXT NOT NULL UNIQUE,
    pack_name TEXT NOT NULL,
    description TEXT,
    total_sources INTEGER DEFAULT 0,
    total_tokens INTEGER DEFAULT 0,
    last_updated INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    r2_pack_directory TEXT NOT NULL,
    custom_system_prompt TEXT,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    updated_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX packs_v2_user_id_pack_name ON packs_v2 (user_id, pack_name);
CREATE INDEX packs_v2_newest ON packs_v2
    (user_id, max(min(COALESCE(updated_at, -62135596800000000), 253402300799999999), -62135596800000000), pack_id);
CREATE INDEX packs_v2_directory ON packs_v2 (r2_pack_directory);

CREATE TABLE pack_sources (
    id TEXT NOT NULL PRIMARY KEY,
    pack_id TEXT NOT NULL REFERENCES packs_v2 (pack_id),
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    source_id TEXT NOT NULL UNIQUE,
    source_name TEXT NOT NULL,
    source_type TEXT NOT NULL CHECK (source_type IN ('chat_export', 'document', 'url', 'text')),
    status TEXT DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'ready_for_analysis', 'analyzing', 'completed', 'failed')),
    progress INTEGER DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    error_message TEXT,
    file_name TEXT,
    file_size INTEGER,
    mime_type TEXT,
    extracted_count INTEGER DEFAULT 0,
    total_chunks INTEGER DEFAULT 0,
    processed_chunks INTEGER DEFAULT 0,
    total_input_tokens INTEGER DEFAULT 0,
    total_output_tokens INTEGER DEFAULT 0,
    total_cost INTEGER DEFAULT 0,
    r2_raw_path TEXT,
    r2_extracted_path TEXT,
    r2_chunked_path TEXT,
    r2_analyzed_path TEXT,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    completed_at INTEGER,
    updated_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX pack_sources_pack_id ON pack_sources (pack_id);
CREATE INDEX pack_sources_status ON pack_sources (status, updated_at);
CREATE INDEX pack_sources_newest ON pack_sources
    (user_id, pack_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000),
     source_id);
CREATE INDEX pack_sources_raw_path ON pack_sources (r2_raw_path) WHERE instr(r2_raw_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_sources_extracted_path ON pack_sources (r2_extracted_path)
    WHERE instr(r2_extracted_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_sources_chunked_path ON pack_sources (r2_chunked_path)
    WHERE instr(r2_chunked_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_sources_analyzed_path ON pack_sources (r2_analyzed_path)
    WHERE instr(r2_analyzed_path, '/' || source_id || '/') = 0;

CREATE TABLE pack_exports (
    id TEXT NOT NULL PRIMARY KEY,
    pack_id TEXT NOT NULL REFERENCES packs_v2 (pack_id),
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    export_type TEXT NOT NULL CHECK (export_type IN ('compact', 'standard', 'complete')),
    export_version INTEGER DEFAULT 1,
    file_size INTEGER,
    token_count INTEGER,
    r2_path TEXT NOT NULL,
    status TEXT DEFAULT 'generating' CHECK (status IN ('generating', 'ready', 'failed')),
    error_message TEXT,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    updated_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX pack_exports_pack_id ON pack_exports (pack_id);
CREATE INDEX pack_exports_newest ON pack_exports
    (user_id, pack_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX pack_exports_path ON pack_exports (r2_path) WHERE instr(r2_path, '/' || CAST(id AS text) || '/') = 0;

CREATE TABLE credit_transactions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    transaction_type TEXT NOT NULL CHECK (transaction_type IN ('purchase', 'usage', 'refund', 'bonus', 'unlimited_usage')),
    credits INTEGER NOT NULL,
    amount INTEGER,
    package_id TEXT,
    job_id TEXT,
    stripe_payment_id TEXT,
    description TEXT,
    metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX credit_transactions_created_at ON credit_transactions (created_at);
CREATE INDEX credit_transactions_newest ON credit_transactions
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX credit_transactions_stripe_id ON credit_transactions (stripe_payment_id)
    WHERE stripe_payment_id IS NOT NULL;

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    job_id TEXT NOT NULL UNIQUE,
    status TEXT DEFAULT 'created',
    file_name TEXT NOT NULL,
    file_size INTEGER NOT NULL,
    r2_path TEXT NOT NULL,
    extracted_count INTEGER DEFAULT 0,
    total_chunks INTEGER DEFAULT 0,
    processed_chunks INTEGER DEFAULT 0,
    failed_chunks TEXT DEFAULT '[]' CHECK (failed_chunks IS NULL OR json_valid(failed_chunks)),
    total_input_tokens INTEGER DEFAULT 0,
    total_output_tokens INTEGER DEFAULT 0,
    total_cost INTEGER DEFAULT 0,
    progress INTEGER DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    error_message TEXT,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    completed_at INTEGER,
    updated_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX jobs_status ON jobs (status);
CREATE INDEX jobs_newest ON jobs
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), job_id);
CREATE INDEX jobs_path ON jobs (r2_path) WHERE instr(r2_path, '/' || job_id || '/') = 0;

CREATE TABLE packs_legacy (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    pack_name TEXT NOT NULL,
    r2_pack_path TEXT NOT NULL,
    extraction_stats TEXT CHECK (extraction_stats IS NULL OR json_valid(extraction_stats)),
    chunk_stats TEXT CHECK (chunk_stats IS NULL OR json_valid(chunk_stats)),
    analysis_stats TEXT CHECK (analysis_stats IS NULL OR json_valid(analysis_stats)),
    file_size INTEGER,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX packs_legacy_job_id ON packs_legacy (job_id);
CREATE INDEX packs_legacy_newest ON packs_legacy
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX packs_legacy_path ON packs_legacy (r2_pack_path) WHERE instr(r2_pack_path, '/' || job_id || '/') = 0;

CREATE TABLE webhook_logs (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    stripe_event_type TEXT,
    payload_size INTEGER,
    signature_present INTEGER DEFAULT 0 CHECK (signature_present IN (0, 1)),
    status TEXT DEFAULT 'processing',
    error_message TEXT,
    processed_data TEXT CHECK (processed_data IS NULL OR json_valid(processed_data)),
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000),
    updated_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX webhook_logs_webhook_id ON webhook_logs (webhook_id);
CREATE INDEX webhook_logs_created_at ON webhook_logs (created_at);
CREATE INDEX webhook_logs_newest ON webhook_logs
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX webhook_logs_by_status ON webhook_logs
    (status, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);

CREATE TABLE payment_attempts (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    attempt_type TEXT NOT NULL,
    credits_requested INTEGER,
    amount_requested INTEGER,
    ip_address TEXT,
    user_agent TEXT,
    status TEXT NOT NULL CHECK (status IN ('initiated', 'processing', 'succeeded', 'failed', 'cancelled')),
    error_message TEXT,
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX payment_attempts_ip_address ON payment_attempts (ip_address);
CREATE INDEX payment_attempts_created_at ON payment_attempts (created_at);
CREATE INDEX payment_attempts_by_time ON payment_attempts
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX payment_attempts_by_user ON payment_attempts
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);

CREATE TABLE admin_actions (
    id TEXT NOT NULL PRIMARY KEY,
    admin_user_id TEXT,
    action_type TEXT NOT NULL,
    target_user_id TEXT NOT NULL REFERENCES user_profiles (id),
    credits_affected INTEGER,
    amount_affected INTEGER,
    reason TEXT NOT NULL,
    details TEXT CHECK (details IS NULL OR json_valid(details)),
    created_at INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)
) STRICT;
CREATE INDEX admin_actions_created_at ON admin_actions (created_at, id);
CREATE INDEX admin_actions_newest ON admin_actions
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX admin_actions_by_admin ON admin_actions
    (admin_user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX admin_actions_by_target ON admin_actions
    (target_user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
