-- least: 18
-- Which library may use a database that a newer one migrated; what each migration changed.

-- least_known: the last migration that a library must know to read and write what this one left; NULL: this one.
ALTER TABLE contextpack_migrations ADD COLUMN least_known INTEGER;
ALTER TABLE contextpack_migrations ADD COLUMN library TEXT;

CREATE TABLE contextpack_migration_report (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (number, position)
) STRICT;
