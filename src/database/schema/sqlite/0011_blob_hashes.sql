-- Hashes of what a chunk's rows promise the storage to hold: SHA-256 in lower-case hex; NULL where an earlier version wrote
-- the row. content_sha256: the chunk's bytes of the extracted text, then those of the message index.
ALTER TABLE contextpack_chunks ADD COLUMN content_sha256 TEXT;
ALTER TABLE contextpack_chunks ADD COLUMN result_sha256 TEXT;
ALTER TABLE contextpack_job_chunks ADD COLUMN content_sha256 TEXT;
ALTER TABLE contextpack_job_chunks ADD COLUMN result_sha256 TEXT;
