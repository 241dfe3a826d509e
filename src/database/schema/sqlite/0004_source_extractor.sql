-- least: 3
-- The extractor that made a source's text, with its version.
ALTER TABLE contextpack_work ADD COLUMN extractor TEXT;
