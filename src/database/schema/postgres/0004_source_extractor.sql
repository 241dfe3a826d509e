-- least: 3
-- The extractor that made a source's text, with its version.
ALTER TABLE contextpack.work ADD COLUMN extractor text;
SELECT 'change', 'added contextpack.work.extractor';
