-- replaces: 24e42e3577100ff73363774a9e91c06dc24fa1b598377a4a33bef7ccc401b6e7
-- Which rows name a blob, or a folder that it lies in: asked before one is removed. Paths that hold the row's identifier as
-- a part, which are those that this library makes, are found by the identifier and left out.
-- part: plan
WITH wanted (place, index_name, table_name, columns, condition, method) AS (VALUES
    (1, 'user_profiles_folder', 'user_profiles', '(left(r2_user_directory, 512) COLLATE "C")', NULL, 'btree'),
    (2, 'packs_v2_directory', 'packs_v2', 'r2_pack_directory', NULL, 'hash'),
    (3, 'pack_sources_raw_path', 'pack_sources', 'r2_raw_path', 'strpos(r2_raw_path, ''/'' || source_id || ''/'') = 0', 'hash'),
    (4, 'pack_sources_extracted_path', 'pack_sources', 'r2_extracted_path',
     'strpos(r2_extracted_path, ''/'' || source_id || ''/'') = 0', 'hash'),
    (5, 'pack_sources_chunked_path', 'pack_sources', 'r2_chunked_path',
     'strpos(r2_chunked_path, ''/'' || source_id || ''/'') = 0', 'hash'),
    (6, 'pack_sources_analyzed_path', 'pack_sources', 'r2_analyzed_path',
     'strpos(r2_analyzed_path, ''/'' || source_id || ''/'') = 0', 'hash'),
    (7, 'pack_exports_path', 'pack_exports', 'r2_path', 'strpos(r2_path, ''/'' || CAST(id AS text) || ''/'') = 0', 'hash'),
    (8, 'jobs_path', 'jobs', 'r2_path', 'strpos(r2_path, ''/'' || job_id || ''/'') = 0', 'hash'),
    (9, 'packs_legacy_path', 'packs_legacy', 'r2_pack_path', 'strpos(r2_pack_path, ''/'' || job_id || ''/'') = 0', 'hash')
)
SELECT x.*
  FROM wanted w, LATERAL contextpack_draft.index_steps(w.index_name, w.table_name, false, w.columns, w.condition, w.method) x
 ORDER BY w.place, x.place;

-- part: open
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
