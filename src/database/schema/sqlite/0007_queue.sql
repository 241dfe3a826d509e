-- least: 3
-- Work that was submitted for workers: a row for each source, until it is done. claims counts the claims of a row and fences
-- each; processed: chunks that were analysed when it was claimed, so that an attempt that got further is not one more failure.
CREATE TABLE contextpack_queue (
    user_id TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'waiting', 'running', 'dead', 'cancelled')),
    priority INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    claims INTEGER NOT NULL DEFAULT 0,
    processed INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    message TEXT,
    submitted_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    is_cancelled INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_expires_at INTEGER,
    PRIMARY KEY (user_id, owner_kind, owner_id),
    FOREIGN KEY (user_id, owner_kind, owner_id)
        REFERENCES contextpack_work (user_id, owner_kind, owner_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX contextpack_queue_ready ON contextpack_queue (user_id, priority DESC, submitted_at, owner_id)
    WHERE state = 'ready';
CREATE INDEX contextpack_queue_waiting ON contextpack_queue (run_at) WHERE state = 'waiting';
CREATE INDEX contextpack_queue_running ON contextpack_queue (user_id, owner_kind, owner_id) WHERE state = 'running';
CREATE INDEX contextpack_queue_dead ON contextpack_queue (user_id, owner_id) WHERE state = 'dead';
CREATE INDEX contextpack_queue_submitted ON contextpack_queue (submitted_at, owner_id);
