-- least: 3
-- deletions: how often a source of the same pack was deleted that may have brought messages which this source contains too;
-- deletions_seen: after how many of them this source was read again; additions: how often that brought messages to it.
ALTER TABLE contextpack_work ADD COLUMN deletions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_work ADD COLUMN deletions_seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_work ADD COLUMN additions INTEGER NOT NULL DEFAULT 0;
