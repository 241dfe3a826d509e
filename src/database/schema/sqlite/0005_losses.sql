-- least: 3
-- What of an input was not read: counts by reason, the same in words, and 1 if content was lost.
ALTER TABLE contextpack_work ADD COLUMN losses TEXT CHECK (losses IS NULL OR json_valid(losses));
ALTER TABLE contextpack_work ADD COLUMN loss_summary TEXT;
ALTER TABLE contextpack_work ADD COLUMN is_partial INTEGER NOT NULL DEFAULT 0;
