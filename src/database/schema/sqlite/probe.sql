SELECT count(*), count(*) FROM sqlite_master WHERE type = 'table' AND name = 'contextpack_migrations';
