-- least_known: the last migration that a library must know to read and write what this one left; library: the version that
-- applied it.
CREATE TABLE IF NOT EXISTS contextpack_migrations (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    least_known INTEGER,
    library TEXT
) STRICT;
