-- Of several processes one works and the others wait here, however long; the lock ends with the transaction. Nobody waits
-- long behind a lock that this one waits for: it gives up, and the whole is tried again.
SET LOCAL lock_timeout = 0;
SET LOCAL statement_timeout = 0;
SELECT pg_advisory_xact_lock(7161703921418375504);
SET LOCAL lock_timeout = '250ms';
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog;

DO $$
BEGIN
    IF to_regnamespace('contextpack') IS NULL THEN
        CREATE SCHEMA contextpack;
    END IF;
END
$$;

-- least_known: the last migration that a library must know to read and write what this one left; library: the version that
-- applied it.
CREATE TABLE IF NOT EXISTS contextpack.migrations (
    number bigint NOT NULL PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at bigint NOT NULL,
    least_known bigint,
    library text
);
