-- Fills a migrated database to the size that the service's page calls its upper growth, for psql as the superuser:
--     psql -v users=100000 -f load.sql
-- For each user 5 packs, 20 sources, 50 transactions, 10 webhook logs and what hangs on them. Rows of one user lie
-- apart, as they do when many users work at the same time. Indexes that no constraint needs are made after the rows.
\set ON_ERROR_STOP on
\pset tuples_only on
SET session_replication_role = replica; -- no triggers: rows are made whole here
SET maintenance_work_mem = '512MB';
SET max_parallel_maintenance_workers = 0;
SET synchronous_commit = off;

-- Users are numbered in order; all other keys begin with what looks like chance, as those of a service do.
CREATE FUNCTION pg_temp.user_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN
    ('00000001-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
CREATE FUNCTION pg_temp.row_id(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN
    (lpad(to_hex(n * 2654435761 % 4294967296), 8, '0') || '-' || lpad(to_hex(kind), 4, '0') || '-4000-8000-' ||
     lpad(to_hex(n), 12, '0'))::uuid;

CREATE TEMP TABLE growth AS
SELECT :users::bigint AS users, 5 * :users::bigint AS packs, 20 * :users::bigint AS sources,
       50 * :users::bigint AS transactions, 10 * :users::bigint AS webhook_logs;

CREATE TEMP TABLE later AS
SELECT format('DROP INDEX %I.%I', n.nspname, c.relname) AS drop_sql, pg_get_indexdef(i.indexrelid) AS create_sql
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('public', 'contextpack') AND NOT i.indisprimary
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid);
DO $$
DECLARE
    old record;
BEGIN
    FOR old IN SELECT l.drop_sql FROM later l LOOP
        EXECUTE old.drop_sql;
    END LOOP;
END
$$;

INSERT INTO auth.users (id, email)
SELECT pg_temp.user_id(n), format('user%s@example.com', n) FROM growth g, generate_series(1, g.users) n;
INSERT INTO user_profiles (id, email, full_name, r2_user_directory, payment_plan, credits_balance, plan_end_date,
                           created_at)
SELECT pg_temp.user_id(n), format('user%s@example.com', n), format('User %s', n), format('users/%s', n),
       CASE n % 20 WHEN 0 THEN 'unlimited' ELSE 'credits' END, 59,
       CASE n % 20 WHEN 0 THEN timestamptz '2027-01-01' + n * interval '1 minute' END,
       timestamptz '2025-01-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.users) n;
INSERT INTO contextpack.openings (user_id, credits, created_at)
SELECT pg_temp.user_id(n), 110, 0 FROM growth g, generate_series(1, g.users) n;

INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, description, total_sources, total_tokens, r2_pack_directory,
                      created_at, updated_at)
SELECT pg_temp.row_id(2, n), pg_temp.user_id(1 + n % g.users), format('pack-%s', n), format('Pack %s', n % 7),
       'What was talked about', 4, 200000, format('users/%s/pack-%s', 1 + n % g.users, n),
       timestamptz '2025-02-01' + n * interval '1 minute', timestamptz '2025-02-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.packs) n;
INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type, status, progress, file_name,
                          file_size, mime_type, extracted_count, total_chunks, processed_chunks, total_input_tokens,
                          total_output_tokens, r2_raw_path, r2_extracted_path, created_at, updated_at)
SELECT pg_temp.row_id(3, n), format('pack-%s', 1 + n % g.packs), pg_temp.user_id(1 + (1 + n % g.packs) % g.users),
       format('source-%s', n), 'conversations.json', 'chat_export',
       CASE n % 50 WHEN 0 THEN 'pending' WHEN 1 THEN 'failed' ELSE 'completed' END, 100, 'conversations.json', 1000000,
       'application/json', 400, 1, 1, 10000, 1000,
       format('users/%s/pack-%s/source-%s/raw', 1 + (1 + n % g.packs) % g.users, 1 + n % g.packs, n),
       format('users/%s/pack-%s/source-%s/extracted', 1 + (1 + n % g.packs) % g.users, 1 + n % g.packs, n),
       timestamptz '2025-03-01' + n * interval '10 seconds', timestamptz '2025-03-01' + n * interval '10 seconds'
  FROM growth g, generate_series(1, g.sources) n;
INSERT INTO contextpack.work (user_id, owner_kind, owner_id, pack_id, sha256, format, text_tokens)
SELECT pg_temp.user_id(1 + (1 + n % g.packs) % g.users), 'source', format('source-%s', n), format('pack-%s', 1 + n % g.packs),
       encode(sha256(n::text::bytea), 'hex'), 'chatgpt', 50000
  FROM growth g, generate_series(1, g.sources) n;
INSERT INTO contextpack.chunks (user_id, owner_kind, owner_id, chunk_index, text_offset, text_length, tokens, status)
SELECT pg_temp.user_id(1 + (1 + n % g.packs) % g.users), 'source', format('source-%s', n), 0, 0, 200000, 50000,
       CASE n % 50 WHEN 0 THEN 'pending' WHEN 1 THEN 'failed' ELSE 'done' END
  FROM growth g, generate_series(1, g.sources) n;
INSERT INTO contextpack.conversations (user_id, owner_kind, owner_id, provider, conversation_id, pack_id)
SELECT pg_temp.user_id(1 + (1 + n % g.packs) % g.users), 'source', format('source-%s', n), 'chatgpt', format('talk-%s', n),
       format('pack-%s', 1 + n % g.packs)
  FROM growth g, generate_series(1, g.sources) n;
INSERT INTO contextpack.holds (user_id, hold_id, owner_kind, owner_id, payment_plan, credits, remaining, status, expires_at,
                               created_at, updated_at)
SELECT pg_temp.user_id(1 + (1 + n % g.packs) % g.users), format('hold-%s', n), 'source', format('source-%s', n), 'credits', 2,
       CASE n % 50 WHEN 0 THEN 1 ELSE 0 END, CASE n % 50 WHEN 0 THEN 'open' ELSE 'closed' END, 4000000000000000, 0, 0
  FROM growth g, generate_series(10, g.sources, 10) n;
INSERT INTO pack_exports (id, pack_id, user_id, export_type, file_size, token_count, r2_path, status, created_at)
SELECT pg_temp.row_id(4, n), format('pack-%s', n), pg_temp.user_id(1 + n % g.users), 'standard', 60000, 16000,
       format('users/%s/pack-%s/exports/%s.md', 1 + n % g.users, n, n), 'ready',
       timestamptz '2025-04-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.packs) n;
INSERT INTO contextpack.exports (user_id, export_id, pack_id, fingerprint)
SELECT pg_temp.user_id(1 + n % g.users), pg_temp.row_id(4, n), format('pack-%s', n), md5(n::text)
  FROM growth g, generate_series(1, g.packs) n;

INSERT INTO credit_transactions (id, user_id, transaction_type, credits, job_id, description, created_at)
SELECT pg_temp.row_id(5, n), pg_temp.user_id(1 + n % g.users), 'usage', -1, format('source-%s', 1 + n % g.sources),
       'Analysis of a chunk', timestamptz '2025-03-01' + n * interval '5 seconds'
  FROM growth g, generate_series(1, g.transactions) n;
INSERT INTO payment_attempts (id, user_id, attempt_type, status, ip_address, created_at)
SELECT pg_temp.row_id(9, n), pg_temp.user_id(n), 'credits', 'succeeded', '192.0.2.1'::inet + n % 250,
       timestamptz '2025-03-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.users) n;
INSERT INTO webhook_logs (id, webhook_id, event_type, stripe_event_type, payload_size, signature_present, status,
                          processed_data, created_at)
SELECT pg_temp.row_id(8, n), format('evt_%s', n), 'payment', 'checkout.session.completed', 2500, true,
       CASE n % 1000 WHEN 0 THEN 'failed' ELSE 'processed' END, jsonb_build_object('credits', 100, 'number', n),
       timestamptz '2025-03-01' + n * interval '20 seconds'
  FROM growth g, generate_series(1, g.webhook_logs) n;
INSERT INTO admin_actions (id, admin_user_id, action_type, target_user_id, credits_affected, reason, created_at)
SELECT pg_temp.row_id(10, n), pg_temp.user_id(1 + n % 10), 'support_credit', pg_temp.user_id(n), 5, 'It was our fault',
       timestamptz '2025-03-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.users) n;

INSERT INTO jobs (id, user_id, job_id, status, file_name, file_size, r2_path, created_at)
SELECT pg_temp.row_id(6, n), pg_temp.user_id(n), format('job-%s', n), 'completed', 'chats.json', 1000000,
       format('users/%s/jobs/job-%s/raw', n, n), timestamptz '2024-03-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.users) n;
INSERT INTO contextpack.work (user_id, owner_kind, owner_id) SELECT j.user_id, 'job', j.job_id FROM jobs j;
INSERT INTO contextpack.chunks (user_id, owner_kind, owner_id, chunk_index, text_offset, text_length, tokens)
SELECT j.user_id, 'job', j.job_id, 0, 0, 1000, 250 FROM jobs j;
INSERT INTO packs_legacy (id, user_id, job_id, pack_name, r2_pack_path, created_at)
SELECT pg_temp.row_id(7, n), pg_temp.user_id(n), format('job-%s', n), 'Pack', format('users/%s/jobs/job-%s/pack', n, n),
       timestamptz '2024-03-01' + n * interval '1 minute'
  FROM growth g, generate_series(1, g.users) n;

DO $$
DECLARE
    old record;
BEGIN
    FOR old IN SELECT l.create_sql FROM later l LOOP
        EXECUTE old.create_sql;
    END LOOP;
END
$$;
VACUUM (ANALYZE);
-- All of it into memory, as a server has it that is at work: what is measured is calls, not the disk.
CREATE EXTENSION IF NOT EXISTS pg_prewarm;
SELECT format('%s pages read', sum(pg_prewarm(c.oid, 'read')))
  FROM pg_class c
 WHERE c.relkind IN ('r', 'i') AND c.relnamespace IN ('public'::regnamespace, 'contextpack'::regnamespace);
SELECT format('%s rows in %s tables, %s', (SELECT sum(n_live_tup) FROM pg_stat_user_tables),
              (SELECT count(*) FROM pg_stat_user_tables), pg_size_pretty(pg_database_size(current_database())));
