-- Fills the queue for run, with psql: :jobs rows that are ready, of :users users in turn.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
TRUNCATE contextpack.queue, contextpack.work CASCADE;
DELETE FROM pack_sources;
INSERT INTO user_profiles (id, email, r2_user_directory, payment_plan)
SELECT CAST('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0') AS uuid), format('user%s@example.com', n),
       format('users/%s', n), 'unlimited'
  FROM generate_series(1, :users) n
ON CONFLICT DO NOTHING;
CREATE TEMP TABLE jobs AS
SELECT n, CAST('00000000-0000-4000-9000-' || lpad(to_hex(1 + n % :users), 12, '0') AS uuid) AS user_id,
       CAST(gen_random_uuid() AS text) AS source_id
  FROM generate_series(1, :jobs) n;
INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, r2_pack_directory)
SELECT gen_random_uuid(), j.user_id, 'pack-' || j.user_id, 'Pack', 'users/' || j.user_id || '/pack'
  FROM (SELECT DISTINCT user_id FROM jobs) j
ON CONFLICT DO NOTHING;
INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type, status)
SELECT gen_random_uuid(), 'pack-' || j.user_id, j.user_id, j.source_id, 'note.txt', 'text', 'pending' FROM jobs j;
INSERT INTO contextpack.work (user_id, owner_kind, owner_id, pack_id)
SELECT j.user_id, 'source', j.source_id, 'pack-' || j.user_id FROM jobs j
ON CONFLICT DO NOTHING;
INSERT INTO contextpack.queue (user_id, owner_kind, owner_id, kind, state, submitted_at, run_at)
SELECT j.user_id, 'source', j.source_id, 'analyze', 'ready', j.n, j.n FROM jobs j;
VACUUM (ANALYZE) contextpack.queue, contextpack.work, pack_sources, user_profiles, packs_v2;
