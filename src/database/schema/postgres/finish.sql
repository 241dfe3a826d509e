-- Before each statement that a migration left to be run after its transaction. Its locks hold up neither readers nor writers,
-- and autovacuum gives way after a second.
SET LOCAL lock_timeout = '10s';
SET LOCAL statement_timeout = 0;
SET LOCAL search_path = pg_catalog;
