-- Secrets that the analyzer of a chunk was not shown, by kind: {"api_key":1}. NULL: not analysed since they are counted.
ALTER TABLE contextpack_chunks ADD COLUMN withheld TEXT;
ALTER TABLE contextpack_job_chunks ADD COLUMN withheld TEXT;
