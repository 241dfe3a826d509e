-- Which rows name a blob, or a folder that it lies in: asked before one is removed. Paths that hold the row's identifier as
-- a part, which are those that this library makes, are found by the identifier and left out.
CREATE INDEX user_profiles_folder ON user_profiles (r2_user_directory);
CREATE INDEX packs_v2_directory ON packs_v2 (r2_pack_directory);
CREATE INDEX pack_sources_raw_path ON pack_sources (r2_raw_path) WHERE instr(r2_raw_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_sources_extracted_path ON pack_sources (r2_extracted_path)
    WHERE instr(r2_extracted_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_sources_chunked_path ON pack_sources (r2_chunked_path)
    WHERE instr(r2_chunked_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_sources_analyzed_path ON pack_sources (r2_analyzed_path)
    WHERE instr(r2_analyzed_path, '/' || source_id || '/') = 0;
CREATE INDEX pack_exports_path ON pack_exports (r2_path) WHERE instr(r2_path, '/' || CAST(id AS text) || '/') = 0;
CREATE INDEX jobs_path ON jobs (r2_path) WHERE instr(r2_path, '/' || job_id || '/') = 0;
CREATE INDEX packs_legacy_path ON packs_legacy (r2_pack_path) WHERE instr(r2_pack_path, '/' || job_id || '/') = 0;

-- What the deletion of an account left, and why: a JSON array of {"where","text"}.
ALTER TABLE contextpack_deletions ADD COLUMN kept_blobs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_deletions ADD COLUMN notes TEXT;

-- Work that only one process at a time does: archiving.
CREATE TABLE contextpack_tasks (
    name TEXT NOT NULL PRIMARY KEY,
    lease_owner TEXT,
    lease_expires_at INTEGER
) STRICT;
