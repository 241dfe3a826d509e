-- A migrated database with rows enough that a plan without an index shows: 2,000 users, 100,000 sources.
SET session_replication_role = replica; -- no triggers: rows are made whole here

CREATE FUNCTION pg_temp.numbered(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT format('%s-0000-4000-8000-%s', lpad(to_hex(kind), 8, '0'), lpad(to_hex(n), 12, '0'))::uuid
$$;

INSERT INTO auth.users (id, email) SELECT pg_temp.numbered(1, n), format('user%s@example.com', n)
  FROM generate_series(1, 2000) n;
INSERT INTO user_profiles (id, email, r2_user_directory, created_at)
SELECT pg_temp.numbered(1, n), format('user%s@example.com', n), format('users/%s', n),
       timestamptz '2025-01-01' + n * interval '1 minute'
  FROM generate_series(1, 2000) n;
INSERT INTO contextpack.openings (user_id, credits, created_at) SELECT u.id, 10, 0 FROM user_profiles u;
INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, r2_pack_directory, updated_at)
SELECT pg_temp.numbered(2, n), pg_temp.numbered(1, 1 + n % 2000), format('pack-%s', n), format('Pack %s', n % 7),
       format('users/%s/pack-%s', 1 + n % 2000, n), timestamptz '2025-02-01' + n * interval '1 minute'
  FROM generate_series(1, 20000) n;
INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type, status, created_at)
SELECT pg_temp.numbered(3, n), format('pack-%s', 1 + n % 20000), pg_temp.numbered(1, 1 + (1 + n % 20000) % 2000),
       format('source-%s', n), 'chats.json', 'chat_export', (ARRAY['completed', 'pending', 'failed'])[1 + n % 3],
       timestamptz '2025-03-01' + n * interval '1 second'
  FROM generate_series(1, 100000) n;
INSERT INTO contextpack.work (user_id, owner_kind, owner_id, pack_id, sha256, lease_owner)
SELECT s.user_id, 'source', s.source_id, s.pack_id, encode(sha256(s.source_id::bytea), 'hex'),
       CASE WHEN s.status = 'pending' THEN 'somebody' END
  FROM pack_sources s;
INSERT INTO contextpack.chunks (user_id, owner_kind, owner_id, chunk_index, text_offset, text_length, tokens, status)
SELECT s.user_id, 'source', s.source_id, k, 1000 * k, 1000, 250, CASE s.status WHEN 'completed' THEN 'done' ELSE 'pending' END
  FROM pack_sources s, generate_series(0, 0) k;
INSERT INTO contextpack.conversations (user_id, owner_kind, owner_id, provider, conversation_id, pack_id)
SELECT s.user_id, 'source', s.source_id, 'chatgpt', 'conversation-' || s.source_id, s.pack_id FROM pack_sources s;
INSERT INTO contextpack.holds (user_id, hold_id, owner_kind, owner_id, payment_plan, credits, remaining, status, created_at,
                               updated_at)
SELECT s.user_id, 'hold-' || s.source_id, 'source', s.source_id, 'credits', 2, CASE s.status WHEN 'pending' THEN 2 ELSE 0 END,
       CASE s.status WHEN 'pending' THEN 'open' ELSE 'closed' END, 0, 0
  FROM pack_sources s;
INSERT INTO pack_exports (id, pack_id, user_id, export_type, r2_path, status)
SELECT pg_temp.numbered(4, n), format('pack-%s', 1 + n % 20000), pg_temp.numbered(1, 1 + (1 + n % 20000) % 2000),
       'standard', format('users/%s/x.md', n), 'ready'
  FROM generate_series(1, 20000) n;
INSERT INTO contextpack.exports (user_id, export_id, pack_id, fingerprint)
SELECT e.user_id, e.id, e.pack_id, md5(e.id::text) FROM pack_exports e;
INSERT INTO credit_transactions (id, user_id, transaction_type, credits, created_at)
SELECT pg_temp.numbered(5, n), pg_temp.numbered(1, 1 + n % 2000), 'usage', -1,
       timestamptz '2025-03-01' + n * interval '1 second'
  FROM generate_series(1, 100000) n;
INSERT INTO jobs (id, user_id, job_id, file_name, file_size, r2_path)
SELECT pg_temp.numbered(6, n), pg_temp.numbered(1, 1 + n % 2000), format('job-%s', n), 'a.json', 1, format('users/%s/a.json', n)
  FROM generate_series(1, 20000) n;
INSERT INTO contextpack.work (user_id, owner_kind, owner_id) SELECT j.user_id, 'job', j.job_id FROM jobs j;
INSERT INTO contextpack.chunks (user_id, owner_kind, owner_id, chunk_index, text_offset, text_length, tokens)
SELECT j.user_id, 'job', j.job_id, 0, 0, 1000, 250 FROM jobs j;
INSERT INTO packs_legacy (id, user_id, job_id, pack_name, r2_pack_path)
SELECT pg_temp.numbered(7, n), pg_temp.numbered(1, 1 + n % 2000), format('job-%s', n), 'Pack', format('users/%s/pack.json', n)
  FROM generate_series(1, 20000) n;
INSERT INTO webhook_logs (id, webhook_id, event_type)
SELECT pg_temp.numbered(8, n), format('evt_%s', n), 'payment' FROM generate_series(1, 20000) n;
INSERT INTO payment_attempts (id, user_id, attempt_type, status, created_at)
SELECT pg_temp.numbered(9, n), pg_temp.numbered(1, 1 + n % 2000), 'credits', 'succeeded',
       timestamptz '2025-03-01' + n * interval '1 minute'
  FROM generate_series(1, 20000) n;
INSERT INTO admin_actions (id, admin_user_id, action_type, target_user_id, reason)
SELECT pg_temp.numbered(10, n), pg_temp.numbered(1, n % 10), 'support_credit', pg_temp.numbered(1, 1 + n % 2000), 'x'
  FROM generate_series(1, 20000) n;
SET session_replication_role = origin;
ANALYZE;
