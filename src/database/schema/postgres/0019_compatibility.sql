-- least: 18
-- Which library may use a database that a newer one migrated; what each migration changed, and the way back.

-- least_known: the last migration that a library must know to read and write what this one left; NULL: this one.
ALTER TABLE contextpack.migrations ADD COLUMN IF NOT EXISTS least_known bigint,
    ADD COLUMN IF NOT EXISTS library text;

CREATE TABLE IF NOT EXISTS contextpack.migration_report (
    number bigint NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (number, position)
);
ALTER TABLE contextpack.migration_report ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.migration_report FROM PUBLIC, anon, authenticated;
GRANT SELECT ON contextpack.migration_report TO service_role;
SELECT 'change', 'created contextpack.migration_report, and added contextpack.migrations.least_known and library';
