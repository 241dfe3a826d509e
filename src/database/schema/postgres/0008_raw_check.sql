-- least: 3
-- raw_check: a fast hash of the raw bytes, by which damage is found while they are read.
ALTER TABLE contextpack.work ADD COLUMN raw_check text;
SELECT 'change', 'added contextpack.work.raw_check';
