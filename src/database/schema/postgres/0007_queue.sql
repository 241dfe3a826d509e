-- least: 3
-- Work that was submitted for workers: a row for each source, until it is done. claims counts the claims of a row and fences
-- each; processed: chunks that were analysed when it was claimed, so that an attempt that got further is not one more failure.
CREATE TABLE contextpack.queue (
    user_id uuid NOT NULL,
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'waiting', 'running', 'dead', 'cancelled')),
    priority bigint NOT NULL DEFAULT 0,
    attempts bigint NOT NULL DEFAULT 0,
    claims bigint NOT NULL DEFAULT 0,
    processed bigint NOT NULL DEFAULT 0,
    reason text,
    message text,
    submitted_at bigint NOT NULL,
    run_at bigint NOT NULL,
    is_cancelled integer NOT NULL DEFAULT 0,
    lease_owner text,
    lease_expires_at bigint,
    PRIMARY KEY (user_id, owner_kind, owner_id),
    FOREIGN KEY (user_id, owner_kind, owner_id)
        REFERENCES contextpack.work (user_id, owner_kind, owner_id) ON DELETE CASCADE
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX queue_ready ON contextpack.queue (user_id, priority DESC, submitted_at, owner_id) WHERE state = 'ready';
CREATE INDEX queue_waiting ON contextpack.queue (run_at) WHERE state = 'waiting';
CREATE INDEX queue_running ON contextpack.queue (user_id, owner_kind, owner_id) WHERE state = 'running';
CREATE INDEX queue_dead ON contextpack.queue (user_id, owner_id) WHERE state = 'dead';
CREATE INDEX queue_submitted ON contextpack.queue (submitted_at, owner_id);

REVOKE ALL ON contextpack.queue FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.queue TO service_role;
ALTER TABLE contextpack.queue ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.queue TO authenticated;
CREATE POLICY queue_select ON contextpack.queue FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
SELECT 'change', 'created contextpack.queue: work that was submitted for workers';
