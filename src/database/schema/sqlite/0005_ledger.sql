-- Holds that are for no source and no job: of hosts that sell other things for credits. Requests to the ledger bear
-- keys, each of which has one effect.

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
    committed INTEGER NOT NULL DEFAULT 0 CHECK (committed >= 0),
    reference TEXT,
    PRIMARY KEY (user_id, hold_id),
    FOREIGN KEY (user_id, source_id) REFERENCES contextpack_sources (user_id, source_id),
    FOREIGN KEY (user_id, job_id) REFERENCES contextpack_jobs (user_id, job_id),
    CHECK (status = 'open' OR remaining = 0),
    CHECK ((source_id IS NOT NULL) + (job_id IS NOT NULL) + (reference IS NOT NULL) = 1)
) STRICT;
INSERT INTO contextpack_holds_new (user_id, hold_id, source_id, job_id, payment_plan, credits, remaining, status,
                                   expires_at, created_at, updated_at)
SELECT user_id, hold_id, source_id, job_id, payment_plan, credits, remaining, status, expires_at, created_at, updated_at
  FROM contextpack_holds;
DROP TABLE contextpack_holds;
ALTER TABLE contextpack_holds_new RENAME TO contextpack_holds;
CREATE INDEX contextpack_holds_source_id ON contextpack_holds (user_id, source_id);
CREATE INDEX contextpack_holds_job_id ON contextpack_holds (user_id, job_id);
CREATE UNIQUE INDEX contextpack_holds_open ON contextpack_holds (user_id, COALESCE(source_id, job_id))
    WHERE status = 'open';
CREATE INDEX contextpack_holds_expires_at ON contextpack_holds (expires_at) WHERE status = 'open';

CREATE TABLE contextpack_ledger_keys (
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    request_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    result_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, request_key)
) STRICT, WITHOUT ROWID;
