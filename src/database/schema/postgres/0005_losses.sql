-- least: 3
-- What of an input was not read: counts by reason, the same in words, and 1 if content was lost.
ALTER TABLE contextpack.work ADD COLUMN losses jsonb;
ALTER TABLE contextpack.work ADD COLUMN loss_summary text;
ALTER TABLE contextpack.work ADD COLUMN is_partial integer NOT NULL DEFAULT 0;
SELECT 'change', 'added contextpack.work.losses, loss_summary and is_partial';
