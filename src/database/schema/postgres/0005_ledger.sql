-- replaces: d9cc4b73feba1725f325f3bc795ee81c48a840395be1b559ac55ba6f86378aa2
-- Holds that are for no source and no job: of hosts that sell other things for credits. Requests to the ledger bear
-- keys, each of which has one effect.

DO $$
DECLARE
    old record;
BEGIN
    FOR old IN
        SELECT c.conname
          FROM pg_constraint c
         WHERE c.conrelid = 'contextpack.holds'::regclass AND c.contype = 'c'
           AND pg_get_constraintdef(c.oid) LIKE '%source_id IS NULL%'
    LOOP
        EXECUTE format('ALTER TABLE contextpack.holds DROP CONSTRAINT %I', old.conname);
    END LOOP;
END
$$;
ALTER TABLE contextpack.holds ADD COLUMN committed bigint NOT NULL DEFAULT 0 CHECK (committed >= 0);
ALTER TABLE contextpack.holds ADD COLUMN reference text;
ALTER TABLE contextpack.holds ADD CHECK (num_nonnulls(source_id, job_id, reference) = 1);
CREATE INDEX holds_expires_at ON contextpack.holds (expires_at) WHERE status = 'open';

CREATE TABLE contextpack.ledger_keys (
    user_id uuid NOT NULL,
    request_key text NOT NULL,
    operation text NOT NULL,
    fingerprint text NOT NULL,
    result_id text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (user_id, request_key)
);
ALTER TABLE contextpack.ledger_keys ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.ledger_keys FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.ledger_keys TO service_role;
SELECT 'change', 'created the table contextpack.ledger_keys, and let holds stand for themselves';

-- part: locked
ALTER TABLE contextpack.ledger_keys ADD CONSTRAINT ledger_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
