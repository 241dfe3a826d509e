-- least: 3
-- raw_check: a fast hash of the raw bytes, by which damage is found while they are read.
ALTER TABLE contextpack_work ADD COLUMN raw_check TEXT;
