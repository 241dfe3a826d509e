-- Which rows name a blob, or a folder that it lies in: asked before one is removed. Paths that hold the row's identifier as
-- a part, which are those that this library makes, are found by the identifier and left out.
CREATE INDEX IF NOT EXISTS user_profiles_folder ON public.user_profiles ((left(r2_user_directory, 512) COLLATE "C"));
CREATE INDEX IF NOT EXISTS packs_v2_directory ON public.packs_v2 USING hash (r2_pack_directory);
CREATE INDEX IF NOT EXISTS pack_sources_raw_path ON public.pack_sources USING hash (r2_raw_path)
    WHERE strpos(r2_raw_path, '/' || source_id || '/') = 0;
CREATE INDEX IF NOT EXISTS pack_sources_extracted_path ON public.pack_sources USING hash (r2_extracted_path)
    WHERE strpos(r2_extracted_path, '/' || source_id || '/') = 0;
CREATE INDEX IF NOT EXISTS pack_sources_chunked_path ON public.pack_sources USING hash (r2_chunked_path)
    WHERE strpos(r2_chunked_path, '/' || source_id || '/') = 0;
CREATE INDEX IF NOT EXISTS pack_sources_analyzed_path ON public.pack_sources USING hash (r2_analyzed_path)
    WHERE strpos(r2_analyzed_path, '/' || source_id || '/') = 0;
CREATE INDEX IF NOT EXISTS pack_exports_path ON public.pack_exports USING hash (r2_path)
    WHERE strpos(r2_path, '/' || CAST(id AS text) || '/') = 0;
CREATE INDEX IF NOT EXISTS jobs_path ON public.jobs USING hash (r2_path) WHERE strpos(r2_path, '/' || job_id || '/') = 0;
CREATE INDEX IF NOT EXISTS packs_legacy_path ON public.packs_legacy USING hash (r2_pack_path)
    WHERE strpos(r2_pack_path, '/' || job_id || '/') = 0;
SELECT 'change', 'created 9 indexes by storage folders and paths on public''s tables';

-- What the deletion of an account left, and why: a JSON array of {"where","text"}.
ALTER TABLE contextpack.deletions ADD COLUMN IF NOT EXISTS kept_blobs bigint NOT NULL DEFAULT 0;
ALTER TABLE contextpack.deletions ADD COLUMN IF NOT EXISTS notes text;

-- Work that only one process at a time does: archiving.
CREATE TABLE IF NOT EXISTS contextpack.tasks (
    name text NOT NULL PRIMARY KEY,
    lease_owner text,
    lease_expires_at bigint
);
ALTER TABLE contextpack.tasks ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.tasks FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.tasks TO service_role;
SELECT 'change', 'created contextpack.tasks';
