-- Accounts that are suspended or deleted, V1 jobs, and what the pages of the audit need.

-- One row while an account is suspended; the history is in admin_actions.
CREATE TABLE contextpack_suspensions (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES user_profiles (id),
    reason TEXT NOT NULL,
    suspended_at INTEGER NOT NULL
) STRICT;

-- One row once an account's deletion has begun. What it erased stands here, so that a deletion that was broken off
-- tells all of it in the end.
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
    blob_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One row beside each row of jobs that this library made or took up.
CREATE TABLE contextpack_jobs (
    user_id TEXT NOT NULL,
    job_id TEXT NOT NULL UNIQUE REFERENCES jobs (job_id) ON DELETE CASCADE,
    sha256 TEXT CHECK (length(sha256) = 64),
    format TEXT,
    lease_owner TEXT,
    lease_expires_at INTEGER,
    text_key TEXT,
    index_key TEXT,
    conversations INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0,
    text_tokens INTEGER NOT NULL DEFAULT 0,
    first_message_at INTEGER,
    last_message_at INTEGER,
    analyzer TEXT,
    notes TEXT CHECK (notes IS NULL OR json_valid(notes)),
    PRIMARY KEY (user_id, job_id)
) STRICT;

CREATE TABLE contextpack_job_chunks (
    user_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
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
    PRIMARY KEY (user_id, job_id, chunk_index),
    FOREIGN KEY (user_id, job_id) REFERENCES contextpack_jobs (user_id, job_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE contextpack_job_conversations (
    user_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    messages INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    first_message_at INTEGER,
    last_message_at INTEGER,
    PRIMARY KEY (user_id, job_id, provider, conversation_id),
    FOREIGN KEY (user_id, job_id) REFERENCES contextpack_jobs (user_id, job_id) ON DELETE CASCADE
) STRICT;

-- Holds are for work on a source or on a job. No cascade: an open hold must be resolved before either can go.
CREATE TABLE contextpack_holds_new (
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    hold_id TEXT NOT NULL,
    source_id TEXT,
    job_id TEXT,
    payment_plan TEXT NOT NULL CHECK (payment_plan IN ('credits', 'unlimited')),
    credits INTEGER NOT NULL CHECK (credits >= 0),
    remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND credits),
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, hold_id),
    FOREIGN KEY (user_id, source_id) REFERENCES contextpack_sources (user_id, source_id),
    FOREIGN KEY (user_id, job_id) REFERENCES contextpack_jobs (user_id, job_id),
    CHECK (status = 'open' OR remaining = 0),
    CHECK ((source_id IS NULL) <> (job_id IS NULL))
) STRICT;
INSERT INTO contextpack_holds_new (user_id, hold_id, source_id, payment_plan, credits, remaining, status, expires_at,
                                   created_at, updated_at)
SELECT user_id, hold_id, source_id, payment_plan, credits, remaining, status, expires_at, created_at, updated_at
  FROM contextpack_holds;
DROP TABLE contextpack_holds;
ALTER TABLE contextpack_holds_new RENAME TO contextpack_holds;
CREATE INDEX contextpack_holds_source_id ON contextpack_holds (user_id, source_id);
CREATE INDEX contextpack_holds_job_id ON contextpack_holds (user_id, job_id);
CREATE UNIQUE INDEX contextpack_holds_open ON contextpack_holds (user_id, COALESCE(source_id, job_id))
    WHERE status = 'open';

-- Which V2 pack was made of which V1 pack.
CREATE TABLE contextpack_legacy_copies (
    user_id TEXT NOT NULL,
    legacy_pack_id TEXT NOT NULL REFERENCES packs_legacy (id) ON DELETE CASCADE,
    pack_id TEXT NOT NULL REFERENCES packs_v2 (pack_id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, legacy_pack_id)
) STRICT;
CREATE INDEX contextpack_legacy_copies_pack_id ON contextpack_legacy_copies (pack_id);

CREATE INDEX jobs_user_id_created_at ON jobs (user_id, created_at, job_id);
CREATE INDEX packs_legacy_user_id_created_at ON packs_legacy (user_id, created_at, id);
CREATE INDEX admin_actions_created_at ON admin_actions (created_at, id);
CREATE INDEX admin_actions_admin_user_id_created_at ON admin_actions (admin_user_id, created_at, id);
CREATE INDEX admin_actions_target_user_id_created_at ON admin_actions (target_user_id, created_at, id);
