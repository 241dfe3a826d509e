-- Secrets that the analyzer of a chunk was not shown, by kind: {"api_key":1}. NULL: not analysed since they are counted.
ALTER TABLE contextpack.chunks ADD COLUMN withheld text;
ALTER TABLE contextpack.job_chunks ADD COLUMN withheld text;
