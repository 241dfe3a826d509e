-- The statement catalogue: one name, one purpose, the owner in every predicate on a user-owned table.
--
-- Portable SQL for SQLite 3.40 and PostgreSQL 15; a statement of the same name in queries.postgresql.sql replaces one here
-- on PostgreSQL. Parameters are $1, $2, ... Words with @ are macros that expand for
-- each engine (src/database/tools/catalogue.c): @uuid @time @money @json @inet convert a bound value, @time_us
-- @money_micro @json_text convert a column, clamping invalid values, @time_key is a time column to sort by, @own is a
-- table of the library, @include inserts a fragment.
-- A guarded change returns a row if it was applied. The columns of a record have the order and names of
-- src/records/<resource>.def (tests/headers/records_test.py); AS renames where a column's own name differs.

-- ------------------------------------------------------------------------------------------------ migrations

-- name: migration_list
SELECT number, name, checksum FROM @own(migrations) ORDER BY number;

-- name: migration_newer
SELECT number, name, least_known, library FROM @own(migrations) WHERE number > $1 ORDER BY number;

-- name: migration_insert
INSERT INTO @own(migrations) (number, name, checksum, applied_at, least_known, library) VALUES ($1, $2, $3, $4, $5, $6);

-- name: migration_report_clear
DELETE FROM @own(migration_report) WHERE number > $1;

-- name: migration_report_insert
INSERT INTO @own(migration_report) (number, position, kind, line) VALUES ($1, $2, $3, $4);

-- name: migration_report_list
SELECT m.number, m.name, r.kind, r.line
  FROM @own(migrations) m LEFT JOIN @own(migration_report) r ON r.number = m.number AND r.kind <> 'pending'
 ORDER BY m.number, r.position;

-- name: migration_pending
-- The first pending step after number $1 and position $2.
SELECT number, position, line
  FROM @own(migration_report)
 WHERE kind = 'pending' AND (number, position) > ($1, $2)
 ORDER BY number, position
 LIMIT 1;

-- name: migration_pending_delete
DELETE FROM @own(migration_report) WHERE number = $1 AND position = $2;

-- name: migration_pending_note
UPDATE @own(migration_report) SET kind = 'note', line = $3 WHERE number = $1 AND position = $2;

-- ----------------------------------------------------------------------------------------------------- users

-- fragment: user_columns
u.id, u.email, u.full_name, u.avatar_url, u.payment_plan, u.credits_balance, u.chunks_analyzed,
(SELECT x.suspended_at FROM @own(suspensions) x WHERE x.user_id = u.id) AS suspended_us,
(SELECT x.reason FROM @own(suspensions) x WHERE x.user_id = u.id) AS suspension_reason,
(SELECT x.started_at FROM @own(deletions) x WHERE x.user_id = u.id) AS deleted_us,
u.subscription_id, u.subscription_status, @time_us(u.plan_start_date) AS plan_start_us,
@time_us(u.plan_end_date) AS plan_end_us, u.r2_user_directory, @time_us(u.created_at), @time_us(u.updated_at)

-- name: user_insert
INSERT INTO user_profiles (id, email, full_name, avatar_url, r2_user_directory, payment_plan, chunks_analyzed,
                           credits_balance, created_at, updated_at)
VALUES (@uuid($1), $2, $3, $4, $5, $6, 0, $7, @time($8), @time($8));

-- name: user_get
SELECT @include(user_columns) FROM user_profiles u WHERE u.id = @uuid($1);

-- name: user_find_by_email
-- Other programs may have inserted duplicate addresses: the caller must not choose one of several.
SELECT @include(user_columns)
  FROM user_profiles u
 WHERE lower(u.email) = lower($1)
 ORDER BY @time_key(u.created_at), u.id
 LIMIT $2;

-- name: user_list_page
-- Newest first; $1 and $2 are the last row's created_at and id, or nulls for the first page.
SELECT @include(user_columns)
  FROM user_profiles u
 WHERE @time($1) IS NULL OR (@time_key(u.created_at), u.id) < (@time($1), @uuid($2))
 ORDER BY @time_key(u.created_at) DESC, u.id DESC
 LIMIT $3;

-- name: user_update
-- The fields that users may change. A null leaves a field unchanged, an empty text clears it.
UPDATE user_profiles
   SET full_name = NULLIF(COALESCE($2, full_name), ''), avatar_url = NULLIF(COALESCE($3, avatar_url), ''),
       updated_at = @time($4)
 WHERE id = @uuid($1)
RETURNING id;

-- name: user_set_email
UPDATE user_profiles SET email = $2, updated_at = @time($3) WHERE id = @uuid($1) RETURNING id;

-- name: user_set_plan
UPDATE user_profiles
   SET payment_plan = $2, plan_start_date = @time($3), plan_end_date = @time($4), updated_at = @time($5)
 WHERE id = @uuid($1)
RETURNING id;

-- name: user_credits_take
-- No row if the balance would fall below $3.
UPDATE user_profiles
   SET credits_balance = COALESCE(credits_balance, 0) - $2, updated_at = @time($4)
 WHERE id = @uuid($1) AND COALESCE(credits_balance, 0) - $2 >= $3
RETURNING id;

-- name: user_anonymize
-- Clears personal data. The row stays, because the ledger refers to it.
UPDATE user_profiles
   SET email = $2, full_name = NULL, avatar_url = NULL, payment_plan = 'credits', subscription_id = NULL,
       subscription_status = NULL, plan_start_date = NULL, plan_end_date = NULL, updated_at = @time($3)
 WHERE id = @uuid($1)
RETURNING id;

-- name: suspension_insert
INSERT INTO @own(suspensions) (user_id, reason, suspended_at) VALUES (@uuid($1), $2, $3);

-- name: suspension_delete
DELETE FROM @own(suspensions) WHERE user_id = @uuid($1) RETURNING user_id;

-- name: deletion_insert
INSERT INTO @own(deletions) (user_id, started_at) VALUES (@uuid($1), $2)
ON CONFLICT (user_id) DO NOTHING
RETURNING user_id;

-- name: deletion_stop_queue
-- Submitted work of a user ends, running work is asked to stop.
UPDATE @own(queue)
   SET is_cancelled = 1, state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END, reason = 'cancelled',
       message = NULL
 WHERE user_id = @uuid($1);

-- name: deletion_stop_work
-- Takes the leases away from whoever works on a user's sources and jobs.
UPDATE @own(work)
   SET lease_owner = NULL, lease_expires_at = NULL
 WHERE user_id = @uuid($1) AND lease_owner IS NOT NULL;

-- name: deletion_stop_exports
UPDATE @own(exports)
   SET lease_owner = NULL, lease_expires_at = NULL
 WHERE user_id = @uuid($1) AND lease_owner IS NOT NULL;

-- fragment: user_deletion_columns
d.packs, d.sources, d.exports, d.jobs, d.legacy_packs, d.blobs, d.blob_bytes,
(SELECT count(*) FROM credit_transactions t WHERE t.user_id = d.user_id) AS kept_transactions,
(SELECT count(*) FROM payment_attempts a WHERE a.user_id = d.user_id) AS kept_payment_attempts,
(SELECT count(*) FROM admin_actions a WHERE a.target_user_id = d.user_id) AS kept_admin_actions, d.kept_blobs

-- name: deletion_get
SELECT d.started_at, d.finished_at, @include(user_deletion_columns), d.notes
  FROM @own(deletions) d
 WHERE d.user_id = @uuid($1);

-- name: deletion_add_blobs
-- Runs before the blobs are removed, so that they are counted even if the process dies meanwhile.
UPDATE @own(deletions) SET blobs = blobs + $2, blob_bytes = blob_bytes + $3 WHERE user_id = @uuid($1)
RETURNING user_id;

-- name: deletion_set_kept
UPDATE @own(deletions) SET kept_blobs = $2, notes = $3 WHERE user_id = @uuid($1) RETURNING user_id;

-- name: deletion_add_rows
UPDATE @own(deletions)
   SET packs = packs + (SELECT count(*) FROM packs_v2 p WHERE p.user_id = @uuid($1)),
       sources = sources + (SELECT count(*) FROM pack_sources s WHERE s.user_id = @uuid($1)),
       exports = exports + (SELECT count(*) FROM pack_exports e WHERE e.user_id = @uuid($1)),
       jobs = jobs + (SELECT count(*) FROM jobs j WHERE j.user_id = @uuid($1)),
       legacy_packs = legacy_packs + (SELECT count(*) FROM packs_legacy l WHERE l.user_id = @uuid($1)),
       finished_at = COALESCE(finished_at, $2)
 WHERE user_id = @uuid($1)
RETURNING user_id;

-- name: deletion_holds
DELETE FROM @own(holds) WHERE user_id = @uuid($1) AND status = 'closed';

-- name: deletion_exports
DELETE FROM pack_exports WHERE user_id = @uuid($1);

-- name: deletion_sources
DELETE FROM pack_sources WHERE user_id = @uuid($1);

-- name: deletion_legacy_packs
DELETE FROM packs_legacy WHERE user_id = @uuid($1);

-- name: deletion_packs
DELETE FROM packs_v2 WHERE user_id = @uuid($1);

-- name: deletion_jobs
DELETE FROM jobs WHERE user_id = @uuid($1);

-- name: deletion_attempts
-- Keeps the attempts for accounting, without IP address and user agent.
UPDATE payment_attempts SET ip_address = NULL, user_agent = NULL WHERE user_id = @uuid($1);

-- name: deletion_customers
DELETE FROM @own(customers) WHERE user_id = @uuid($1);

-- name: deletion_subscriptions
-- Keeps the subscriptions for accounting, without the Stripe customer.
UPDATE @own(subscriptions) SET customer_id = NULL WHERE user_id = @uuid($1);

-- name: user_keys
-- Every storage key or folder that rows of a user name; 1 if only the service can write the row.
SELECT s.r2_raw_path, 0 FROM pack_sources s WHERE s.user_id = @uuid($1)
UNION ALL
SELECT s.r2_extracted_path, 0 FROM pack_sources s WHERE s.user_id = @uuid($1)
UNION ALL
SELECT s.r2_chunked_path, 0 FROM pack_sources s WHERE s.user_id = @uuid($1)
UNION ALL
SELECT s.r2_analyzed_path, 0 FROM pack_sources s WHERE s.user_id = @uuid($1)
UNION ALL
SELECT p.r2_pack_directory, 0 FROM packs_v2 p WHERE p.user_id = @uuid($1)
UNION ALL
SELECT e.r2_path, 0 FROM pack_exports e WHERE e.user_id = @uuid($1)
UNION ALL
SELECT o.json_key, 0 FROM @own(exports) o WHERE o.user_id = @uuid($1)
UNION ALL
SELECT j.r2_path, 0 FROM jobs j WHERE j.user_id = @uuid($1)
UNION ALL
SELECT rtrim(u.r2_user_directory, '/') || '/jobs/' || j.job_id, 0
  FROM jobs j
  JOIN user_profiles u ON u.id = j.user_id
 WHERE j.user_id = @uuid($1)
UNION ALL
SELECT l.r2_pack_path, 1 FROM packs_legacy l WHERE l.user_id = @uuid($1);

-- name: claim_list
-- Finds rows of all users that name one of the paths $1, or whose identifier is one of the path parts $2 (uuids: $3), so
-- that their blobs are in a folder of that name. Columns: kind, text, 1 if a row of user $4 (in pack $5) names it,
-- another user, 1 if only the service can write the row. Kinds: u folder of a profile, p folder of a pack, k key or
-- prefix, i identifier. The conditions with @position match partial indexes; paths outside them contain the row's
-- identifier as a part.
SELECT 'u', u.r2_user_directory, max(CASE WHEN u.id = @uuid($4) THEN 1 ELSE 0 END),
       min(CASE WHEN u.id = @uuid($4) THEN NULL ELSE CAST(u.id AS text) END), 1
  FROM user_profiles u
 WHERE @folder_key(u.r2_user_directory) IN @texts($1) AND u.r2_user_directory IN @texts($1)
 GROUP BY u.r2_user_directory
UNION ALL
SELECT 'p', p.r2_pack_directory, @include(is_claimed_by_pack)
  FROM packs_v2 p
 WHERE p.r2_pack_directory IN @texts($1)
 GROUP BY p.r2_pack_directory
UNION ALL
SELECT 'k', p.r2_raw_path, @include(is_claimed_by_pack)
  FROM pack_sources p
 WHERE p.r2_raw_path IN @texts($1) AND @position(p.r2_raw_path, '/' || p.source_id || '/') = 0
 GROUP BY p.r2_raw_path
UNION ALL
SELECT 'k', p.r2_extracted_path, @include(is_claimed_by_pack)
  FROM pack_sources p
 WHERE p.r2_extracted_path IN @texts($1) AND @position(p.r2_extracted_path, '/' || p.source_id || '/') = 0
 GROUP BY p.r2_extracted_path
UNION ALL
SELECT 'k', p.r2_chunked_path, @include(is_claimed_by_pack)
  FROM pack_sources p
 WHERE p.r2_chunked_path IN @texts($1) AND @position(p.r2_chunked_path, '/' || p.source_id || '/') = 0
 GROUP BY p.r2_chunked_path
UNION ALL
SELECT 'k', p.r2_analyzed_path, @include(is_claimed_by_pack)
  FROM pack_sources p
 WHERE p.r2_analyzed_path IN @texts($1) AND @position(p.r2_analyzed_path, '/' || p.source_id || '/') = 0
 GROUP BY p.r2_analyzed_path
UNION ALL
SELECT 'k', p.r2_path, @include(is_claimed_by_pack)
  FROM pack_exports p
 WHERE p.r2_path IN @texts($1) AND @position(p.r2_path, '/' || CAST(p.id AS text) || '/') = 0
 GROUP BY p.r2_path
UNION ALL
SELECT 'k', j.r2_path, @include(is_claimed_by_job), 0
  FROM jobs j
 WHERE j.r2_path IN @texts($1) AND @position(j.r2_path, '/' || j.job_id || '/') = 0
 GROUP BY j.r2_path
UNION ALL
SELECT 'k', j.r2_pack_path, @include(is_claimed_by_job), 1
  FROM packs_legacy j
 WHERE j.r2_pack_path IN @texts($1) AND @position(j.r2_pack_path, '/' || j.job_id || '/') = 0
 GROUP BY j.r2_pack_path
UNION ALL
SELECT 'i', p.source_id, @include(is_claimed_by_pack)
  FROM pack_sources p
 WHERE p.source_id IN @texts($2)
 GROUP BY p.source_id
UNION ALL
SELECT 'i', j.job_id, @include(is_claimed_by_job), 0
  FROM jobs j
 WHERE j.job_id IN @texts($2)
 GROUP BY j.job_id
UNION ALL
SELECT 'i', CAST(p.id AS text), @include(is_claimed_by_pack)
  FROM pack_exports p
 WHERE p.id IN @uuids($3)
 GROUP BY p.id;

-- fragment: is_claimed_by_pack
max(CASE WHEN p.user_id = @uuid($4) AND ($5 IS NULL OR p.pack_id = $5) THEN 1 ELSE 0 END),
min(CASE WHEN p.user_id = @uuid($4) AND ($5 IS NULL OR p.pack_id = $5) THEN NULL ELSE CAST(p.user_id AS text) END), 0

-- fragment: is_claimed_by_job
max(CASE WHEN j.user_id = @uuid($4) AND ($5 IS NULL OR j.job_id = $5) THEN 1 ELSE 0 END),
min(CASE WHEN j.user_id = @uuid($4) AND ($5 IS NULL OR j.job_id = $5) THEN NULL ELSE CAST(j.user_id AS text) END)

-- name: folder_neighbour_list
-- Other profiles whose folder equals or contains that of $1 ($2: its spellings and those of its parents), and one whose
-- folder is inside it (bounds $3 to $4 and $5 to $6).
SELECT x.id, x.r2_user_directory
  FROM (SELECT CAST(u.id AS text) AS id, u.r2_user_directory
          FROM user_profiles u
         WHERE @folder_key(u.r2_user_directory) IN @texts($2) AND u.id <> @uuid($1)
         LIMIT 4) x
UNION ALL
SELECT y.id, y.r2_user_directory
  FROM (SELECT CAST(u.id AS text) AS id, u.r2_user_directory
          FROM user_profiles u
         WHERE @folder_key(u.r2_user_directory) >= $3 AND @folder_key(u.r2_user_directory) < $4 AND u.id <> @uuid($1)
         LIMIT 1) y
UNION ALL
SELECT z.id, z.r2_user_directory
  FROM (SELECT CAST(u.id AS text) AS id, u.r2_user_directory
          FROM user_profiles u
         WHERE @folder_key(u.r2_user_directory) >= $5 AND @folder_key(u.r2_user_directory) < $6 AND u.id <> @uuid($1)
         LIMIT 1) z;

-- name: folder_list
-- Every profile's folder, sorted so that folders inside another one directly follow it.
SELECT CAST(u.id AS text), u.r2_user_directory
  FROM user_profiles u
 ORDER BY @byte_order(trim(u.r2_user_directory, '/') || '/'), u.id;

-- name: user_is_active
SELECT u.id FROM user_profiles u
 WHERE u.id = @uuid($1) AND NOT EXISTS (SELECT 1 FROM @own(suspensions) x WHERE x.user_id = u.id)
   AND NOT EXISTS (SELECT 1 FROM @own(deletions) x WHERE x.user_id = u.id);

-- name: user_credits_reserve
UPDATE user_profiles
   SET credits_balance = credits_balance - $2, updated_at = @time($3)
 WHERE id = @uuid($1) AND credits_balance >= $2
RETURNING id;

-- name: user_credits_lock
-- Locks the row and returns the balance.
UPDATE user_profiles SET updated_at = @time($2) WHERE id = @uuid($1) RETURNING COALESCE(credits_balance, 0);

-- name: user_credits_add
-- No row if the result does not fit 32 bits, the column's type on PostgreSQL.
UPDATE user_profiles
   SET credits_balance = COALESCE(credits_balance, 0) + $2, updated_at = @time($3)
 WHERE id = @uuid($1) AND COALESCE(credits_balance, 0) + $2 BETWEEN -2147483647 AND 2147483647
RETURNING id;

-- name: user_count_chunk
UPDATE user_profiles
   SET chunks_analyzed = @chunks(chunks_analyzed) + 1, updated_at = @time($2)
 WHERE id = @uuid($1)
RETURNING id;

-- ---------------------------------------------------------------------------------------------- transactions

-- fragment: transaction_columns
t.id, t.user_id, t.transaction_type, t.credits, @money_micro(t.amount), t.package_id, t.job_id, t.stripe_payment_id,
t.description, @json_text(t.metadata), @time_us(t.created_at)

-- name: transaction_insert
INSERT INTO credit_transactions (id, user_id, transaction_type, credits, amount, package_id, job_id,
                                 stripe_payment_id, description, metadata, created_at)
VALUES (@uuid($1), @uuid($2), $3, $4, @money($5), $6, $7, $8, $9, @json($10), @time($11));

-- name: transaction_list_by_stripe_id
-- A payment's transactions, oldest first.
SELECT t.user_id, t.transaction_type, t.credits, @money_micro(t.amount), t.package_id
  FROM credit_transactions t
 WHERE t.stripe_payment_id = $1
 ORDER BY @time_key(t.created_at), t.id
 LIMIT 1000;

-- name: transaction_insert_of_hold
-- Records one used credit, or an unlimited_usage entry if the open hold of source or job $3 is of the unlimited plan.
INSERT INTO credit_transactions (id, user_id, transaction_type, credits, job_id, description, metadata, created_at)
SELECT @uuid($4), h.user_id, CASE WHEN h.payment_plan = 'unlimited' THEN 'unlimited_usage' ELSE 'usage' END,
       CASE WHEN h.payment_plan = 'unlimited' THEN 1 ELSE -1 END, h.owner_id, $5, @json($6), @time($7)
  FROM @own(holds) h
 WHERE h.user_id = @uuid($1) AND h.owner_kind = $2 AND h.owner_id = $3 AND h.status = 'open'
RETURNING id;

-- name: transaction_list_page
SELECT @include(transaction_columns)
  FROM credit_transactions t
 WHERE t.user_id = @uuid($1) AND (@time($2) IS NULL OR (@time_key(t.created_at), t.id) < (@time($2), @uuid($3)))
 ORDER BY @time_key(t.created_at) DESC, t.id DESC
 LIMIT $4;

-- name: transaction_overview
-- Balance, held credits and latest transactions in one statement. Without transactions one row with nulls; balance null
-- if the user does not exist. Subqueries instead of joins, because they are planned faster.
SELECT (SELECT COALESCE(u.credits_balance, 0) FROM user_profiles u WHERE u.id = @uuid($1)),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = @uuid($1) AND h.status = 'open'), 0),
       @include(transaction_columns)
  FROM (SELECT 1 AS one) o
  LEFT JOIN (SELECT l.* FROM credit_transactions l
              WHERE l.user_id = @uuid($1)
              ORDER BY @time_key(l.created_at) DESC, l.id DESC
              LIMIT $2) t ON 1 = 1
 ORDER BY @time_key(t.created_at) DESC, t.id DESC;

-- name: user_balance
-- Balance and held credits, without reading the ledger.
SELECT COALESCE(u.credits_balance, 0),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = @uuid($1) AND h.status = 'open'), 0)
  FROM user_profiles u
 WHERE u.id = @uuid($1);

-- name: opening_insert
INSERT INTO @own(openings) (user_id, credits, created_at) VALUES (@uuid($1), $2, $3);

-- name: ledger_balance
-- The user's balance as stored, and its parts: opening entry, transactions, open holds.
SELECT COALESCE(u.credits_balance, 0),
       COALESCE((SELECT o.credits FROM @own(openings) o WHERE o.user_id = u.id), 0),
       COALESCE((SELECT CAST(sum(@credits(t.credits)) AS bigint) FROM credit_transactions t
                  WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = u.id AND h.status = 'open'), 0)
  FROM user_profiles u
 WHERE u.id = @uuid($1);

-- name: ledger_drift
-- All users whose balance differs from the sum of its parts.
SELECT d.id, d.balance, d.opening, d.transactions, d.holds
  FROM (SELECT u.id, COALESCE(u.credits_balance, 0) AS balance,
               COALESCE((SELECT o.credits FROM @own(openings) o WHERE o.user_id = u.id), 0) AS opening,
               COALESCE((SELECT CAST(sum(@credits(t.credits)) AS bigint) FROM credit_transactions t
                          WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0) AS transactions,
               COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                          WHERE h.user_id = u.id AND h.status = 'open'), 0) AS holds
          FROM user_profiles u) d
 WHERE d.balance <> d.opening + d.transactions - d.holds
 ORDER BY d.id;

-- --------------------------------------------------------------------------------------------- admin actions

-- fragment: admin_action_columns
a.id, a.admin_user_id, a.action_type, a.target_user_id, a.credits_affected AS credits,
@money_micro(a.amount_affected) AS amount_micro, a.reason, @json_text(a.details), @time_us(a.created_at)

-- name: admin_action_insert
INSERT INTO admin_actions (id, admin_user_id, action_type, target_user_id, credits_affected, amount_affected, reason,
                           details, created_at)
VALUES (@uuid($1), @uuid($2), $3, @uuid($4), $5, @money($6), $7, @json($8), @time($9));

-- name: admin_action_get
SELECT @include(admin_action_columns) FROM admin_actions a WHERE a.id = @uuid($1);

-- name: admin_action_list_page
-- Newest first; $1 and $2 are the last row's created_at and id, or nulls for the first page.
SELECT @include(admin_action_columns)
  FROM admin_actions a
 WHERE @time($1) IS NULL OR (@time_key(a.created_at), a.id) < (@time($1), @uuid($2))
 ORDER BY @time_key(a.created_at) DESC, a.id DESC
 LIMIT $3;

-- name: admin_action_list_by_admin
SELECT @include(admin_action_columns)
  FROM admin_actions a
 WHERE a.admin_user_id = @uuid($4) AND (@time($1) IS NULL OR (@time_key(a.created_at), a.id) < (@time($1), @uuid($2)))
 ORDER BY @time_key(a.created_at) DESC, a.id DESC
 LIMIT $3;

-- name: admin_action_list_by_target
-- $5: only actions of this admin; null: of all.
SELECT @include(admin_action_columns)
  FROM admin_actions a
 WHERE a.target_user_id = @uuid($4) AND (@uuid($5) IS NULL OR a.admin_user_id = @uuid($5))
   AND (@time($1) IS NULL OR (@time_key(a.created_at), a.id) < (@time($1), @uuid($2)))
 ORDER BY @time_key(a.created_at) DESC, a.id DESC
 LIMIT $3;

-- ----------------------------------------------------------------------------------------------------- packs

-- fragment: pack_columns
p.id, p.user_id, p.pack_id, p.pack_name, p.description, p.custom_system_prompt,
(SELECT count(*) FROM pack_sources s WHERE s.pack_id = p.pack_id AND s.user_id = p.user_id) AS source_count,
p.total_sources, p.total_tokens, @time_us(p.last_updated), p.r2_pack_directory, @time_us(p.created_at),
@time_us(p.updated_at)

-- name: pack_insert
-- Creates a pack; its storage folder is below the owner's.
INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, description, total_sources, total_tokens, r2_pack_directory,
                      custom_system_prompt, created_at, updated_at, last_updated)
SELECT @uuid($1), u.id, $3, $4, $5, 0, 0, rtrim(u.r2_user_directory, '/') || '/' || $3, $6, @time($7), @time($7), @time($7)
  FROM user_profiles u
 WHERE u.id = @uuid($2) AND NOT EXISTS (SELECT 1 FROM @own(deletions) d WHERE d.user_id = u.id)
RETURNING pack_id, r2_pack_directory;

-- name: pack_ensure_lock
-- Locks the profile while a pack is looked up by name. Sets a column that users may change.
UPDATE user_profiles SET updated_at = updated_at WHERE id = @uuid($1) RETURNING id;

-- name: pack_lock
-- Locks the pack while a document of it is looked up.
UPDATE packs_v2 SET updated_at = updated_at WHERE user_id = @uuid($1) AND pack_id = $2 RETURNING pack_id;

-- name: pack_count_source
-- Counts a source that is about to be inserted, which locks the pack. Totals are changed by difference, because a count
-- of all sources for each one would be quadratic; a pack without totals, which another service made, is counted once.
UPDATE packs_v2
   SET total_sources = 1 + CASE WHEN total_sources > 0 THEN total_sources ELSE @include(pack_sources_counted) END,
       total_tokens = CASE WHEN total_sources IS NULL OR total_tokens IS NULL THEN @include(pack_tokens)
                           ELSE total_tokens END,
       last_updated = @time($3), updated_at = @time($3)
 WHERE user_id = @uuid($1) AND pack_id = $2
RETURNING total_sources;

-- name: pack_get
SELECT @include(pack_columns) FROM packs_v2 p WHERE p.user_id = @uuid($1) AND p.pack_id = $2;

-- name: pack_find_by_name
-- The most recently changed pack of this name.
SELECT @include(pack_columns)
  FROM packs_v2 p
 WHERE p.user_id = @uuid($1) AND p.pack_name = $2
 ORDER BY @time_key(p.updated_at) DESC, p.pack_id DESC
 LIMIT 1;

-- name: pack_list_page
-- Most recently changed first; $2 and $3 are the last row's updated_at and pack_id, or nulls for the first page.
SELECT @include(pack_columns)
  FROM packs_v2 p
 WHERE p.user_id = @uuid($1) AND (@time($2) IS NULL OR (@time_key(p.updated_at), p.pack_id) < (@time($2), $3))
 ORDER BY @time_key(p.updated_at) DESC, p.pack_id DESC
 LIMIT $4;

-- name: pack_update
-- A null leaves a field unchanged; an empty description or prompt clears it.
UPDATE packs_v2
   SET pack_name = COALESCE($3, pack_name), description = NULLIF(COALESCE($4, description), ''),
       custom_system_prompt = NULLIF(COALESCE($5, custom_system_prompt), ''), updated_at = @time($6)
 WHERE user_id = @uuid($1) AND pack_id = $2
RETURNING pack_id;

-- fragment: pack_sources_counted
(SELECT count(*) FROM pack_sources s WHERE s.pack_id = packs_v2.pack_id AND s.user_id = packs_v2.user_id)

-- fragment: pack_totals
total_sources = @include(pack_sources_counted),
total_tokens = CASE WHEN EXISTS (SELECT 1 FROM @include(source_tables)
                                  WHERE s.pack_id = packs_v2.pack_id AND s.user_id = packs_v2.user_id
                                    AND o.source_id IS NULL)
                     AND COALESCE(total_tokens, 0) > @include(pack_tokens)
                    THEN total_tokens ELSE @include(pack_tokens) END

-- fragment: pack_tokens
-- Tokens of sources of another service may be missing in their rows but be included in the pack's sum: see
-- pack_tokens_add.
COALESCE((SELECT CAST(sum(CASE WHEN o.source_id IS NULL THEN @count(s.total_input_tokens) + @count(s.total_output_tokens)
                               ELSE o.text_tokens END) AS bigint)
            FROM @include(source_tables)
           WHERE s.pack_id = packs_v2.pack_id AND s.user_id = packs_v2.user_id), 0)

-- name: pack_tokens_add
-- Runs before source $2 gets $3 tokens or is deleted: replaces its share of the pack's sum.
UPDATE packs_v2
   SET total_tokens = CASE WHEN total_tokens > 0 THEN total_tokens ELSE @include(pack_tokens) END + $3
       - (SELECT CASE WHEN o.source_id IS NULL THEN @count(s.total_input_tokens) + @count(s.total_output_tokens)
                      ELSE o.text_tokens END
            FROM @include(source_tables) WHERE s.user_id = @uuid($1) AND s.source_id = $2),
       last_updated = @time($4), updated_at = @time($4)
 WHERE user_id = @uuid($1)
   AND pack_id = (SELECT s.pack_id FROM pack_sources s WHERE s.user_id = @uuid($1) AND s.source_id = $2)
RETURNING pack_id;

-- name: pack_recount
UPDATE packs_v2
   SET @include(pack_totals), last_updated = @time($3), updated_at = @time($3)
 WHERE user_id = @uuid($1) AND pack_id = $2
RETURNING pack_id;

-- name: pack_touch_of_source
-- The pack of the source $2 was changed.
UPDATE packs_v2
   SET last_updated = @time($3), updated_at = @time($3)
 WHERE user_id = @uuid($1)
   AND pack_id = (SELECT s.pack_id FROM pack_sources s WHERE s.user_id = @uuid($1) AND s.source_id = $2)
RETURNING pack_id;

-- name: pack_list_miscounted
-- Packs of all users, for the health report, whose totals are not those of their sources: user, pack, its totals beside
-- the counted ones. Tokens of a pack with sources of another service, whose rows may lack them, count as right. At most
-- $1.
SELECT x.user_id, x.pack_id, x.sources, x.counted, x.tokens, x.summed
  FROM (SELECT CAST(p.user_id AS text) AS user_id, p.pack_id, @count(p.total_sources) AS sources,
               COALESCE(c.counted, 0) AS counted, @count(p.total_tokens) AS tokens,
               CASE WHEN c.others > 0 THEN @count(p.total_tokens) ELSE COALESCE(c.summed, 0) END AS summed
          FROM packs_v2 p
          LEFT JOIN (SELECT s.user_id, s.pack_id, count(*) AS counted, CAST(sum(o.text_tokens) AS bigint) AS summed,
                            count(*) - count(o.source_id) AS others
                       FROM @include(source_tables)
                      GROUP BY s.user_id, s.pack_id) c
            ON c.user_id = p.user_id AND c.pack_id = p.pack_id) x
 WHERE x.sources <> x.counted OR x.tokens <> x.summed
 ORDER BY x.user_id, x.pack_id
 LIMIT $1;

-- name: pack_processing_status
-- Sums input and output tokens; the column in the service's documented query does not exist in pack_sources.
SELECT count(*), CAST(COALESCE(sum(CASE WHEN s.status = 'completed' THEN 1 ELSE 0 END), 0) AS bigint),
       CAST(COALESCE(sum(CASE WHEN s.status = 'failed' THEN 1 ELSE 0 END), 0) AS bigint),
       CAST(COALESCE(sum(@count(s.total_input_tokens) + @count(s.total_output_tokens)), 0) AS bigint)
  FROM pack_sources s
 WHERE s.user_id = @uuid($1) AND s.pack_id = $2;

-- name: pack_delete
DELETE FROM packs_v2 WHERE user_id = @uuid($1) AND pack_id = $2 RETURNING pack_id;

-- name: pack_delete_holds
DELETE FROM @own(holds)
 WHERE user_id = @uuid($1) AND status = 'closed'
   AND owner_kind = 'source'
   AND owner_id IN (SELECT s.source_id FROM pack_sources s WHERE s.user_id = @uuid($1) AND s.pack_id = $2);

-- name: pack_delete_sources
DELETE FROM pack_sources WHERE user_id = @uuid($1) AND pack_id = $2;

-- name: pack_delete_exports
DELETE FROM pack_exports WHERE user_id = @uuid($1) AND pack_id = $2;

-- --------------------------------------------------------------------------------------------------- sources

-- fragment: source_columns
s.id, s.source_id, s.pack_id, s.source_name, s.source_type, s.status, s.progress, s.error_message,
s.file_name, s.file_size, s.mime_type, s.extracted_count, o.format, o.sha256, o.conversations, o.new_messages,
o.known_messages, o.text_tokens, s.total_chunks, s.processed_chunks, s.total_input_tokens, s.total_output_tokens,
@money_micro(s.total_cost), s.r2_raw_path, s.r2_extracted_path, s.r2_chunked_path, s.r2_analyzed_path,
@time_us(s.created_at), @time_us(s.updated_at), @time_us(s.completed_at), o.lease_owner,
o.messages, o.skipped, o.text_bytes, o.first_message_at, o.last_message_at, o.settings_fingerprint, o.analyzer,
o.notes, CASE WHEN o.source_id IS NULL THEN 0 ELSE 1 END AS is_ours, o.extractor,
@json_text(o.losses), o.loss_summary, o.is_partial, s.user_id,
CASE WHEN s.status = 'completed' OR w.state = 'running' THEN NULL
     WHEN w.reason IS NOT NULL THEN w.reason
     WHEN s.status = 'failed' THEN 'error'
     WHEN EXISTS (SELECT 1 FROM @own(suspensions) x WHERE x.user_id = s.user_id) THEN 'suspended' END AS stalled_reason,
o.lease_expires_at, w.attempts,
o.deletions, o.deletions_seen, o.additions, o.raw_check

-- fragment: source_tables
-- Without a condition on the owner, which is the same in both rows, the statement is planned faster.
pack_sources s LEFT JOIN @own(work) o ON o.source_id = s.source_id

-- fragment: source_rows
@include(source_tables)
     LEFT JOIN @own(queue) w ON w.user_id = s.user_id AND w.owner_kind = 'source' AND w.owner_id = s.source_id

-- name: source_insert
-- No row unless the pack has the same owner.
INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type, status, progress, file_name,
                          file_size, mime_type, extracted_count, total_chunks, processed_chunks, total_input_tokens,
                          total_output_tokens, total_cost, r2_raw_path, created_at, updated_at)
SELECT @uuid($1), p.pack_id, p.user_id, $4, $5, $6, 'pending', 0, $7, $8, $9, 0, 0, 0, 0, 0, 0, $10, @time($11),
       @time($11)
  FROM packs_v2 p
 WHERE p.user_id = @uuid($2) AND p.pack_id = $3
   AND NOT EXISTS (SELECT 1 FROM @own(deletions) d WHERE d.user_id = p.user_id)
RETURNING source_id;

-- name: source_get
SELECT @include(source_columns) FROM @include(source_rows) WHERE s.user_id = @uuid($1) AND s.source_id = $2;

-- name: source_status
SELECT COALESCE(s.status, 'pending') FROM pack_sources s WHERE s.user_id = @uuid($1) AND s.source_id = $2;

-- name: source_find_by_sha256
SELECT @include(source_columns)
  FROM @include(source_rows)
 WHERE s.user_id = @uuid($1) AND s.pack_id = $2 AND o.user_id = @uuid($1) AND o.pack_id = $2 AND o.sha256 = $3;

-- name: source_count_of_size
SELECT count(*) FROM pack_sources s WHERE s.user_id = @uuid($1) AND s.pack_id = $2 AND s.file_size = $3;

-- name: source_list_page
-- Newest first; $3 and $4 are the last row's created_at and source_id, or nulls for the first page.
SELECT @include(source_columns)
  FROM @include(source_rows)
 WHERE s.user_id = @uuid($1) AND s.pack_id = $2
   AND (@time($3) IS NULL OR (@time_key(s.created_at), s.source_id) < (@time($3), $4))
 ORDER BY @time_key(s.created_at) DESC, s.source_id DESC
 LIMIT $5;

-- name: source_list_unfinished
-- Sources for a worker to continue, oldest first. $2 null: of all packs.
SELECT @include(source_columns)
  FROM @include(source_rows)
 WHERE s.user_id = @uuid($1) AND ($2 IS NULL OR s.pack_id = $2)
   AND lower(COALESCE(s.status, 'pending')) NOT IN ('completed', 'failed', 'cancelled', 'canceled')
 ORDER BY @time_key(s.created_at), s.source_id
 LIMIT $3;

-- name: source_count
SELECT count(*) FROM pack_sources s WHERE s.user_id = @uuid($1) AND s.pack_id = $2;

-- name: source_set_status
-- Progress never decreases; a completed source stays completed.
UPDATE pack_sources
   SET status = $3, progress = CASE WHEN COALESCE(progress, 0) < $4 THEN $4 ELSE progress END, error_message = NULL,
       updated_at = @time($5)
 WHERE user_id = @uuid($1) AND source_id = $2 AND COALESCE(status, 'pending') <> 'completed'
RETURNING source_id;

-- name: source_set_failed
UPDATE pack_sources
   SET status = 'failed', error_message = $3, updated_at = @time($4)
 WHERE user_id = @uuid($1) AND source_id = $2 AND COALESCE(status, 'pending') <> 'completed'
RETURNING source_id;

-- name: source_set_extracted
UPDATE pack_sources
   SET status = 'ready_for_analysis', progress = CASE WHEN COALESCE(progress, 0) < $3 THEN $3 ELSE progress END,
       error_message = NULL, extracted_count = $4, total_chunks = $5, processed_chunks = 0, updated_at = @time($6),
       r2_extracted_path = $7, r2_chunked_path = $8, source_type = COALESCE($9, source_type)
 WHERE user_id = @uuid($1) AND source_id = $2 AND COALESCE(status, 'pending') <> 'completed'
RETURNING source_id;

-- name: source_add_chunk
-- Counts one analysed chunk. Progress goes from $6 to $7.
UPDATE pack_sources
   SET processed_chunks = @chunks(processed_chunks) + 1,
       total_input_tokens = @count(total_input_tokens) + $3,
       total_output_tokens = @count(total_output_tokens) + $4,
       total_cost = @cost(total_cost) + @money($5),
       progress = CASE WHEN total_chunks > 0
                        AND COALESCE(progress, 0) < $6 + ($7 - $6) * (@chunks(processed_chunks) + 1) / total_chunks
                        AND $6 + ($7 - $6) * (@chunks(processed_chunks) + 1) / total_chunks <= 100
                       THEN $6 + ($7 - $6) * (@chunks(processed_chunks) + 1) / total_chunks
                       ELSE progress END,
       updated_at = @time($8)
 WHERE user_id = @uuid($1) AND source_id = $2
RETURNING source_id;

-- name: source_complete
-- No row while a chunk is left. A source that has to be read again after a deletion is not completed.
UPDATE pack_sources
   SET status = CASE WHEN EXISTS (SELECT 1 FROM @own(work) o
                                   WHERE o.user_id = @uuid($1) AND o.owner_kind = 'source' AND o.owner_id = $2
                                     AND o.deletions > o.deletions_seen)
                     THEN 'ready_for_analysis' ELSE 'completed' END,
       progress = 100, error_message = NULL, completed_at = @time($4), updated_at = @time($4),
       r2_analyzed_path = $3
 WHERE user_id = @uuid($1) AND source_id = $2 AND COALESCE(status, 'pending') <> 'completed'
   AND NOT EXISTS (SELECT 1 FROM @own(chunks) c
                    WHERE c.user_id = @uuid($1) AND c.owner_kind = 'source' AND c.owner_id = $2 AND c.status <> 'done')
RETURNING source_id;

-- name: source_set_added
-- Chunks were added to it.
UPDATE pack_sources
   SET status = 'ready_for_analysis', error_message = NULL, total_chunks = @chunks(total_chunks) + $3,
       updated_at = @time($4)
 WHERE user_id = @uuid($1) AND source_id = $2
RETURNING source_id;

-- name: source_count_deletion
-- Source $3 is about to be deleted: others may have left messages to it.
UPDATE @own(work)
   SET deletions = deletions + 1
 WHERE user_id = @uuid($1) AND owner_kind = 'source' AND pack_id = $2 AND owner_id <> $3
   AND (known_messages > 0 OR settings_fingerprint IS NULL)
   AND EXISTS (SELECT 1 FROM @own(conversations) c
                WHERE c.user_id = @uuid($1) AND c.owner_kind = 'source' AND c.owner_id = $3);

-- name: source_reopen
-- The sources of the pack that have to be read again are not completed any more.
UPDATE pack_sources
   SET status = 'ready_for_analysis', updated_at = @time($4)
 WHERE user_id = @uuid($1) AND pack_id = $2 AND source_id <> $3 AND status = 'completed'
   AND source_id IN (SELECT o.owner_id FROM @own(work) o
                      WHERE o.user_id = @uuid($1) AND o.owner_kind = 'source' AND o.pack_id = $2
                        AND o.deletions > o.deletions_seen);

-- name: source_delete
DELETE FROM pack_sources WHERE user_id = @uuid($1) AND source_id = $2 RETURNING source_id;

-- ------------------------------------------------------------------------------------------------------ work
-- What the library keeps beside a source or a V1 job: owner_kind is 'source' or 'job', owner_id the source_id or job_id.

-- name: work_insert
INSERT INTO @own(work) (user_id, owner_kind, owner_id, pack_id, sha256, format, settings_fingerprint, lease_owner,
                        lease_expires_at, raw_check)
VALUES (@uuid($1), $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (user_id, owner_kind, owner_id) DO NOTHING;

-- name: work_insert_of_source
-- Adds the library's row to a source that another service created.
INSERT INTO @own(work) (user_id, owner_kind, owner_id, pack_id, text_tokens)
SELECT s.user_id, 'source', s.source_id, s.pack_id, @count(s.total_input_tokens) + @count(s.total_output_tokens)
  FROM pack_sources s
 WHERE s.user_id = @uuid($1) AND s.source_id = $2
ON CONFLICT DO NOTHING;

-- name: work_set_extracted
UPDATE @own(work)
   SET format = COALESCE($4, format), conversations = $5, messages = $6, skipped = $7, new_messages = $8,
       known_messages = $9, text_bytes = $10, text_tokens = $11, first_message_at = $12, last_message_at = $13,
       settings_fingerprint = COALESCE($14, settings_fingerprint), notes = @json($15), text_key = $16, index_key = $17,
       extractor = $18, losses = @json($19), loss_summary = $20, is_partial = $21, deletions_seen = $22, additions = 0
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3
RETURNING owner_id;

-- name: work_set_added
-- Messages of a deleted source were added. $4: of how many deletions that takes account.
UPDATE @own(work) AS o
   SET deletions_seen = $4, additions = additions + CASE WHEN $5 > 0 THEN 1 ELSE 0 END,
       new_messages = new_messages + $5,
       known_messages = CASE WHEN known_messages > $5 THEN known_messages - $5 ELSE 0 END,
       text_bytes = text_bytes + $6, text_tokens = $7,
       first_message_at = CASE WHEN first_message_at < $8 THEN first_message_at ELSE COALESCE($8, first_message_at) END,
       last_message_at = CASE WHEN last_message_at > $9 THEN last_message_at ELSE COALESCE($9, last_message_at) END,
       conversations = (SELECT count(*) FROM @own(conversations) c
                         WHERE c.user_id = o.user_id AND c.owner_kind = o.owner_kind AND c.owner_id = o.owner_id)
 WHERE o.user_id = @uuid($1) AND o.owner_kind = $2 AND o.owner_id = $3
RETURNING owner_id;

-- name: work_check_unanalyzed
UPDATE @own(work) SET analyzer = analyzer
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3
   AND NOT EXISTS (SELECT 1 FROM @own(chunks) c
                    WHERE c.user_id = @uuid($1) AND c.owner_kind = $2 AND c.owner_id = $3 AND c.status = 'done')
RETURNING owner_id;

-- name: work_set_analyzer
UPDATE @own(work) SET analyzer = $4 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 RETURNING owner_id;

-- ---------------------------------------------------------------------------------------------------- chunks

-- fragment: chunk_columns
c.owner_id, c.chunk_index, c.text_offset, c.text_length, c.tokens, c.index_offset, c.index_length, c.status,
c.attempts, c.analyzer, c.result_key, c.input_tokens, c.output_tokens, c.cost_micros, c.error_message,
c.content_sha256, c.result_sha256, c.withheld

-- name: chunk_insert
INSERT INTO @own(chunks) (user_id, owner_kind, owner_id, chunk_index, text_offset, text_length, tokens, index_offset,
                          index_length, content_sha256)
VALUES (@uuid($1), $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: chunk_delete_all
DELETE FROM @own(chunks) WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3;

-- name: chunk_list
SELECT @include(chunk_columns)
  FROM @own(chunks) c
 WHERE c.user_id = @uuid($1) AND c.owner_kind = $2 AND c.owner_id = $3
 ORDER BY c.chunk_index;

-- name: chunk_list_open
-- The first chunks after $4 that are not done.
SELECT @include(chunk_columns)
  FROM @own(chunks) c
 WHERE c.user_id = @uuid($1) AND c.owner_kind = $2 AND c.owner_id = $3 AND c.chunk_index > $4
   AND c.status <> 'done'
 ORDER BY c.chunk_index
 LIMIT $5;

-- name: chunk_count
SELECT count(*), CAST(COALESCE(sum(CASE WHEN c.status = 'done' THEN 1 ELSE 0 END), 0) AS bigint),
       CAST(COALESCE(sum(CASE WHEN c.status = 'failed' THEN 1 ELSE 0 END), 0) AS bigint)
  FROM @own(chunks) c
 WHERE c.user_id = @uuid($1) AND c.owner_kind = $2 AND c.owner_id = $3;

-- name: chunk_set_done
UPDATE @own(chunks)
   SET status = 'done', attempts = attempts + 1, analyzer = $5, result_key = $6, input_tokens = $7,
       output_tokens = $8, cost_micros = $9, result_sha256 = $10, withheld = $11, error_message = NULL
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND chunk_index = $4 AND status <> 'done'
RETURNING chunk_index;

-- name: chunk_set_restored
-- The answer was created again: the chunk stays done and is not charged.
UPDATE @own(chunks)
   SET analyzer = $5, result_sha256 = $6
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND chunk_index = $4 AND status = 'done'
RETURNING chunk_index;

-- name: chunk_set_failed
UPDATE @own(chunks)
   SET status = 'failed', attempts = attempts + 1, error_message = $5
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND chunk_index = $4 AND status <> 'done'
RETURNING chunk_index;

-- --------------------------------------------------------------------------------------------- conversations

-- name: conversation_insert
INSERT INTO @own(conversations) (user_id, owner_kind, owner_id, provider, conversation_id, pack_id, title, content_hash,
                                 message_hashes, messages, tokens, first_message_at, last_message_at)
SELECT o.user_id, o.owner_kind, o.owner_id, $4, $5, o.pack_id, $6, $7, $8, $9, $10, $11, $12
  FROM @own(work) o
 WHERE o.user_id = @uuid($1) AND o.owner_kind = $2 AND o.owner_id = $3
RETURNING owner_id;

-- name: conversation_add
-- Adds messages to a source's part of a conversation, or makes that part.
INSERT INTO @own(conversations) AS a (user_id, owner_kind, owner_id, provider, conversation_id, pack_id, title,
                                      content_hash, message_hashes, messages, tokens, first_message_at,
                                      last_message_at)
SELECT o.user_id, o.owner_kind, o.owner_id, $4, $5, o.pack_id, $6, $7, $8, $9, $10, $11, $12
  FROM @own(work) o
 WHERE o.user_id = @uuid($1) AND o.owner_kind = $2 AND o.owner_id = $3
ON CONFLICT (user_id, owner_kind, owner_id, provider, conversation_id) DO UPDATE
   SET title = excluded.title, content_hash = excluded.content_hash,
       message_hashes = @append(a.message_hashes || excluded.message_hashes),
       messages = a.messages + excluded.messages, tokens = a.tokens + excluded.tokens,
       first_message_at = CASE WHEN a.first_message_at < excluded.first_message_at THEN a.first_message_at
                               ELSE COALESCE(excluded.first_message_at, a.first_message_at) END,
       last_message_at = CASE WHEN a.last_message_at > excluded.last_message_at THEN a.last_message_at
                              ELSE COALESCE(excluded.last_message_at, a.last_message_at) END
RETURNING owner_id;

-- name: conversation_delete_all
DELETE FROM @own(conversations) WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3;

-- name: conversation_find
SELECT c.owner_id, c.provider, c.conversation_id, c.title, c.content_hash, c.message_hashes, c.messages, c.tokens,
       c.first_message_at, c.last_message_at
  FROM @own(conversations) c
 WHERE c.user_id = @uuid($1) AND c.pack_id = $2 AND c.provider = $3 AND c.conversation_id = $4
 ORDER BY c.owner_id;

-- fragment: conversation_known
  FROM @own(conversations) c
 WHERE c.user_id = @uuid($1) AND c.pack_id = $2 AND ($4 = 2 OR CASE WHEN c.owner_id = $3 THEN 1 ELSE 0 END = $4)

-- name: conversation_measure
-- What source $3 ($4 = 1), all other sources of the pack ($4 = 0) or all sources ($4 = 2) contributed.
SELECT count(*), CAST(COALESCE(sum(length(c.message_hashes)), 0) AS bigint) @include(conversation_known);

-- name: conversation_list_known
SELECT c.owner_id, c.provider, c.conversation_id, c.content_hash, c.message_hashes @include(conversation_known);

-- name: conversation_list
-- One row for each conversation of the pack, even if several sources contain parts of it: the newest title, and the
-- source with the first part. Ordered by first time, then identity; those without a time last.
SELECT (SELECT x.owner_id FROM @own(conversations) x JOIN pack_sources s ON s.source_id = x.owner_id
         WHERE x.user_id = @uuid($1) AND x.pack_id = $2 AND x.provider = c.provider
           AND x.conversation_id = c.conversation_id
         ORDER BY s.created_at, x.owner_id LIMIT 1),
       c.provider, c.conversation_id,
       (SELECT x.title FROM @own(conversations) x JOIN pack_sources s ON s.source_id = x.owner_id
         WHERE x.user_id = @uuid($1) AND x.pack_id = $2 AND x.provider = c.provider
           AND x.conversation_id = c.conversation_id
         ORDER BY s.created_at DESC, x.owner_id DESC LIMIT 1),
       CAST(sum(c.messages) AS bigint), CAST(sum(c.tokens) AS bigint), min(c.first_message_at),
       max(c.last_message_at)
  FROM @own(conversations) c
 WHERE c.user_id = @uuid($1) AND c.pack_id = $2
 GROUP BY c.provider, c.conversation_id
 ORDER BY COALESCE(min(c.first_message_at), 9223372036854775807), c.provider, c.conversation_id;

-- name: conversation_list_of_owner
-- Of one source or job. Ordered by first time, then identity; those without a time last.
SELECT c.owner_id, c.provider, c.conversation_id, c.title, c.messages, c.tokens, c.first_message_at, c.last_message_at
  FROM @own(conversations) c
 WHERE c.user_id = @uuid($1) AND c.owner_kind = $2 AND c.owner_id = $3
 ORDER BY COALESCE(c.first_message_at, 9223372036854775807), c.provider, c.conversation_id;

-- ---------------------------------------------------------------------------------------------------- leases

-- Each is of a kind ($2): 'source', 'job', 'export' or 'task'.

-- name: lease_work_acquire
-- If it is free, expired or already owned by $4.
UPDATE @own(work)
   SET lease_owner = $4, lease_expires_at = $6
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3
   AND (lease_owner IS NULL OR lease_owner = $4 OR lease_expires_at IS NULL OR lease_expires_at <= $5)
RETURNING owner_id;

-- name: lease_work_take
-- Takes the lease over from an owner that is known to be dead.
UPDATE @own(work)
   SET lease_owner = $4, lease_expires_at = $6
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND lease_owner = $5
RETURNING owner_id;

-- name: lease_work_get
SELECT lease_owner, lease_expires_at FROM @own(work)
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3;

-- name: lease_work_renew
UPDATE @own(work)
   SET lease_expires_at = $5
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND lease_owner = $4
RETURNING owner_id;

-- name: lease_work_release
UPDATE @own(work)
   SET lease_owner = NULL, lease_expires_at = NULL
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND lease_owner = $4
RETURNING owner_id;

-- name: lease_work_revoke
-- Takes the lease away from whoever holds it.
UPDATE @own(work)
   SET lease_owner = NULL, lease_expires_at = NULL
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND lease_owner IS NOT NULL
RETURNING owner_id;

-- name: lease_work_guard
-- Locks the row; returns it if the lease is still held. The first statement of every fenced change.
UPDATE @own(work)
   SET lease_owner = lease_owner
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND lease_owner = $4
RETURNING owner_id;

-- name: lease_export_acquire
UPDATE @own(exports)
   SET lease_owner = $4, lease_expires_at = $6
 WHERE user_id = @uuid($1) AND $2 = 'export' AND export_id = @uuid($3)
   AND (lease_owner IS NULL OR lease_owner = $4 OR lease_expires_at IS NULL OR lease_expires_at <= $5)
RETURNING export_id;

-- name: lease_export_take
UPDATE @own(exports)
   SET lease_owner = $4, lease_expires_at = $6
 WHERE user_id = @uuid($1) AND $2 = 'export' AND export_id = @uuid($3) AND lease_owner = $5
RETURNING export_id;

-- name: lease_export_get
SELECT lease_owner, lease_expires_at FROM @own(exports)
 WHERE user_id = @uuid($1) AND $2 = 'export' AND export_id = @uuid($3);

-- name: lease_export_renew
UPDATE @own(exports)
   SET lease_expires_at = $5
 WHERE user_id = @uuid($1) AND $2 = 'export' AND export_id = @uuid($3) AND lease_owner = $4
RETURNING export_id;

-- name: lease_export_release
UPDATE @own(exports)
   SET lease_owner = NULL, lease_expires_at = NULL
 WHERE user_id = @uuid($1) AND $2 = 'export' AND export_id = @uuid($3) AND lease_owner = $4
RETURNING export_id;

-- name: lease_export_guard
UPDATE @own(exports)
   SET lease_owner = lease_owner
 WHERE user_id = @uuid($1) AND $2 = 'export' AND export_id = @uuid($3) AND lease_owner = $4
RETURNING export_id;

-- ----------------------------------------------------------------------------------------------------- queue

-- Work for workers, in states: ready to be claimed, waiting until run_at, running under a lease, dead after its last
-- attempt, cancelled. What is done has no row. queries.postgresql.sql has forms of some for PostgreSQL alone.

-- fragment: work_columns
owner_id, user_id, kind, state, priority, attempts, reason, message, submitted_at, run_at, lease_expires_at,
is_cancelled, claims, owner_kind, lease_owner

-- fragment: queue_processed
-- Chunks of the row q that are analysed.
COALESCE((SELECT @count(s.processed_chunks) FROM pack_sources s
           WHERE s.user_id = q.user_id AND s.source_id = q.owner_id AND q.owner_kind = 'source'), 0)

-- fragment: queue_claimed
state = 'running', lease_owner = $3, lease_expires_at = $4, claims = claims + 1,
attempts = CASE WHEN @include(queue_processed) > processed THEN 1 ELSE attempts + 1 END,
processed = @include(queue_processed), reason = NULL, message = NULL

-- name: queue_submit
-- What is running stays with its worker; everything else is ready again.
INSERT INTO @own(queue) AS q (user_id, owner_kind, owner_id, kind, state, priority, submitted_at, run_at)
SELECT o.user_id, o.owner_kind, o.owner_id, $4, 'ready', $5, $6, $6
  FROM @own(work) o
 WHERE o.user_id = @uuid($1) AND o.owner_kind = $2 AND o.owner_id = $3
ON CONFLICT (user_id, owner_kind, owner_id) DO UPDATE
   SET kind = excluded.kind, priority = excluded.priority, run_at = excluded.run_at, is_cancelled = 0,
       state = CASE WHEN q.state = 'running' THEN q.state ELSE 'ready' END,
       attempts = CASE WHEN q.state = 'running' THEN q.attempts ELSE 0 END,
       submitted_at = CASE WHEN q.state IN ('dead', 'cancelled') THEN excluded.submitted_at ELSE q.submitted_at END,
       reason = NULL, message = NULL
RETURNING owner_id;

-- name: queue_get
SELECT @include(work_columns) FROM @own(queue) WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3;

-- name: queue_list_page
-- Oldest first. $1 null: of all users; $2 null: in any state; $3 and $4 are the last row's submitted_at and owner_id.
SELECT @include(work_columns)
  FROM @own(queue)
 WHERE (@uuid($1) IS NULL OR user_id = @uuid($1)) AND ($2 IS NULL OR state = $2)
   AND (CAST($3 AS bigint) IS NULL OR (submitted_at, owner_id) > (CAST($3 AS bigint), $4))
 ORDER BY submitted_at, owner_id
 LIMIT $5;

-- fragment: queue_first_user
(SELECT n.user_id FROM @own(queue) n WHERE n.state = 'ready' ORDER BY n.user_id LIMIT 1)

-- fragment: queue_ring
-- Users with work that is ready, in a ring: those after user $1, then the others.
ring (user_id) AS (
    SELECT COALESCE((SELECT n.user_id FROM @own(queue) n WHERE n.state = 'ready' AND n.user_id > @uuid($1)
                      ORDER BY n.user_id LIMIT 1),
                    @include(queue_first_user))
    UNION
    SELECT COALESCE((SELECT n.user_id FROM @own(queue) n WHERE n.state = 'ready' AND n.user_id > r.user_id
                      ORDER BY n.user_id LIMIT 1),
                    @include(queue_first_user))
      FROM ring r
     WHERE r.user_id IS NOT NULL
)

-- fragment: queue_ready_order
ORDER BY p.priority DESC, p.submitted_at, p.owner_id

-- name: queue_user_list
-- At most $2 users of the ring.
WITH RECURSIVE @include(queue_ring)
SELECT r.user_id FROM ring r WHERE r.user_id IS NOT NULL LIMIT $2;

-- name: queue_count_running
SELECT count(*) FROM @own(queue) q WHERE q.user_id = @uuid($1) AND q.state = 'running';

-- name: queue_claim
-- The first work of user $1 that is ready, at most $2.
UPDATE @own(queue) AS q
   SET @include(queue_claimed)
 WHERE q.user_id = @uuid($1)
   AND (q.owner_kind, q.owner_id) IN (SELECT p.owner_kind, p.owner_id FROM @own(queue) p
                                       WHERE p.user_id = @uuid($1) AND p.state = 'ready'
                                       @include(queue_ready_order)
                                       LIMIT $2)
RETURNING @include(work_columns);

-- name: queue_claim_in_turn
-- At most $2 of the next $5 users in the ring, an equal share of each. A function of rows sees the columns of the table
-- before it, which a subquery in FROM does not.
WITH RECURSIVE @include(queue_ring),
turns (user_id) AS MATERIALIZED (SELECT r.user_id FROM ring r WHERE r.user_id IS NOT NULL LIMIT $5)
UPDATE @own(queue) AS q
   SET @include(queue_claimed)
 WHERE (q.user_id, q.owner_kind, q.owner_id) IN (
           SELECT t.user_id, json_extract(v.value, '$[0]'), json_extract(v.value, '$[1]')
             FROM turns t,
                  json_each((SELECT json_group_array(json_array(f.owner_kind, f.owner_id))
                               FROM (SELECT p.owner_kind, p.owner_id FROM @own(queue) p
                                      WHERE p.user_id = t.user_id AND p.state = 'ready'
                                      @include(queue_ready_order)
                                      LIMIT (SELECT ($2 + count(*) - 1) / count(*) FROM turns)) f)) v
            LIMIT $2)
RETURNING @include(work_columns);

-- name: queue_renew
UPDATE @own(queue) SET lease_expires_at = $2 WHERE state = 'running' AND lease_owner = $1;

-- name: queue_list_claims
SELECT @include(work_columns) FROM @own(queue) WHERE state = 'running' AND lease_owner = $1;

-- name: queue_done
-- $2 claims as @claims has them. No row for a claim that was lost. COALESCE keeps the planner from reading the index of all
-- that is running, with the entries of what was done since the last vacuum.
DELETE FROM @own(queue)
 WHERE COALESCE(state, '') = 'running' AND (user_id, owner_kind, owner_id, lease_owner, claims) IN (@claims($1) LIMIT $2)
RETURNING owner_id;

-- name: queue_settle
-- Ends a claim that is not done: it waits until $7 ($6 'waiting'), or is ready again. After $11 attempts without progress
-- it is dead; $10 gives back an attempt. $12 not null: only if the lease ended before. No row if the claim was lost.
UPDATE @own(queue) AS q
   SET state = CASE WHEN is_cancelled = 1 THEN 'cancelled'
                    WHEN attempts >= $11 AND ($11 = 0 OR @include(queue_processed) <= processed) THEN 'dead'
                    ELSE $6 END,
       reason = CASE WHEN is_cancelled = 1 THEN 'cancelled' ELSE $8 END,
       message = CASE WHEN is_cancelled = 1 THEN NULL ELSE $9 END,
       attempts = CASE WHEN @include(queue_processed) > processed THEN 1 ELSE attempts END - $10,
       run_at = $7, lease_owner = NULL, lease_expires_at = NULL
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND state = 'running' AND lease_owner = $4
   AND claims = $5 AND (CAST($12 AS bigint) IS NULL OR lease_expires_at <= CAST($12 AS bigint))
RETURNING state;

-- name: queue_promote
-- What waited long enough is ready, at most $2.
UPDATE @own(queue) AS q
   SET state = 'ready'
 WHERE (q.user_id, q.owner_kind, q.owner_id) IN (
           SELECT p.user_id, p.owner_kind, p.owner_id FROM @own(queue) p
            WHERE p.state = 'waiting' AND p.run_at <= $1
            ORDER BY p.run_at
            LIMIT $2)
RETURNING owner_id;

-- name: queue_list_running
-- A page after the row $1, $2, $3; $1 null: the first.
SELECT @include(work_columns)
  FROM @own(queue)
 WHERE state = 'running' AND (@uuid($1) IS NULL OR (user_id, owner_kind, owner_id) > (@uuid($1), $2, $3))
 ORDER BY user_id, owner_kind, owner_id
 LIMIT $4;

-- name: queue_cancel
INSERT INTO @own(queue) AS q (user_id, owner_kind, owner_id, kind, state, reason, submitted_at, run_at)
SELECT o.user_id, o.owner_kind, o.owner_id, 'analyze', 'cancelled', 'cancelled', $4, $4
  FROM @own(work) o
 WHERE o.user_id = @uuid($1) AND o.owner_kind = $2 AND o.owner_id = $3
ON CONFLICT (user_id, owner_kind, owner_id) DO UPDATE
   SET is_cancelled = 1, state = CASE WHEN q.state = 'running' THEN q.state ELSE 'cancelled' END, reason = 'cancelled',
       message = NULL
RETURNING owner_id;

-- name: queue_redrive
-- Dead work is ready again. $1 null: of all users; $2 null: all of it.
UPDATE @own(queue)
   SET state = 'ready', attempts = 0, reason = NULL, message = NULL, run_at = $3
 WHERE state = 'dead' AND (@uuid($1) IS NULL OR user_id = @uuid($1)) AND ($2 IS NULL OR owner_id = $2)
RETURNING owner_id;

-- name: queue_clear
-- What nobody is working on.
DELETE FROM @own(queue) WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND state <> 'running';

-- name: queue_measure
-- Counts by state, with the first submission; ready also counts what is due.
SELECT state, count(*), min(submitted_at), CAST(COALESCE(sum(CASE WHEN reason IN ('error', 'lease') THEN 1 ELSE 0 END), 0) AS bigint)
  FROM @own(queue)
 GROUP BY state;

-- name: source_find_user
SELECT user_id FROM pack_sources WHERE source_id = $1;

-- ------------------------------------------------------------------------------------------------------ jobs

-- fragment: job_columns
j.id, j.user_id, j.job_id, j.status, j.progress, j.error_message, j.file_name, j.file_size, j.r2_path,
j.extracted_count, j.total_chunks, j.processed_chunks, @int_array_text(j.failed_chunks), j.total_input_tokens,
j.total_output_tokens, @money_micro(j.total_cost), @time_us(j.created_at), @time_us(j.updated_at),
@time_us(j.completed_at), CASE WHEN o.job_id IS NULL THEN 0 ELSE 1 END AS is_ours, o.sha256, o.format,
o.lease_owner, o.lease_expires_at, o.text_key, o.index_key, o.conversations, o.messages, o.skipped, o.text_bytes,
o.text_tokens, o.first_message_at, o.last_message_at, o.analyzer, @json_text(o.notes),
@json_text(o.losses)

-- fragment: job_tables
jobs j LEFT JOIN @own(work) o ON o.job_id = j.job_id

-- name: job_insert
INSERT INTO jobs (id, user_id, job_id, status, file_name, file_size, r2_path, extracted_count, total_chunks,
                  processed_chunks, total_input_tokens, total_output_tokens, total_cost, progress, created_at,
                  updated_at)
SELECT @uuid($1), u.id, $3, 'created', $4, $5, rtrim(u.r2_user_directory, '/') || '/jobs/' || $3 || '/raw', 0, 0, 0, 0, 0, 0, 0,
       @time($6), @time($6)
  FROM user_profiles u
 WHERE u.id = @uuid($2) AND NOT EXISTS (SELECT 1 FROM @own(deletions) d WHERE d.user_id = u.id)
RETURNING job_id, r2_path;

-- name: job_get
SELECT @include(job_columns) FROM @include(job_tables) WHERE j.user_id = @uuid($1) AND j.job_id = $2;

-- name: job_status
SELECT COALESCE(j.status, 'created') FROM jobs j WHERE j.user_id = @uuid($1) AND j.job_id = $2;

-- name: job_list_page
-- Newest first; $2 and $3 are the last row's created_at and job_id, or nulls for the first page.
SELECT @include(job_columns)
  FROM @include(job_tables)
 WHERE j.user_id = @uuid($1) AND (@time($2) IS NULL OR (@time_key(j.created_at), j.job_id) < (@time($2), $3))
 ORDER BY @time_key(j.created_at) DESC, j.job_id DESC
 LIMIT $4;

-- name: job_set_status
-- Progress never decreases; a completed job stays completed while none of its chunks has failed.
UPDATE jobs
   SET status = $3, progress = CASE WHEN COALESCE(progress, 0) < $4 THEN $4 ELSE progress END, error_message = NULL,
       updated_at = @time($5)
 WHERE user_id = @uuid($1) AND job_id = $2
   AND (COALESCE(status, 'created') <> 'completed'
        OR EXISTS (SELECT 1 FROM @own(chunks) c
                    WHERE c.user_id = @uuid($1) AND c.owner_kind = 'job' AND c.owner_id = $2 AND c.status = 'failed'))
RETURNING job_id;

-- name: job_set_failed
UPDATE jobs
   SET status = 'failed', error_message = $3, updated_at = @time($4)
 WHERE user_id = @uuid($1) AND job_id = $2 AND COALESCE(status, 'created') <> 'completed'
RETURNING job_id;

-- name: job_set_extracted
UPDATE jobs
   SET status = 'ready_for_analysis', progress = CASE WHEN COALESCE(progress, 0) < $3 THEN $3 ELSE progress END,
       error_message = NULL, extracted_count = $4, total_chunks = $5, processed_chunks = 0, updated_at = @time($6)
 WHERE user_id = @uuid($1) AND job_id = $2 AND COALESCE(status, 'created') <> 'completed'
RETURNING job_id;

-- name: job_add_chunk
-- Counts one analysed chunk. Progress goes from $6 to $7.
UPDATE jobs
   SET processed_chunks = @chunks(processed_chunks) + 1,
       total_input_tokens = @count(total_input_tokens) + $3,
       total_output_tokens = @count(total_output_tokens) + $4,
       total_cost = @cost(total_cost) + @money($5),
       progress = CASE WHEN total_chunks > 0
                        AND COALESCE(progress, 0) < $6 + ($7 - $6) * (@chunks(processed_chunks) + 1) / total_chunks
                        AND $6 + ($7 - $6) * (@chunks(processed_chunks) + 1) / total_chunks <= 100
                       THEN $6 + ($7 - $6) * (@chunks(processed_chunks) + 1) / total_chunks
                       ELSE progress END,
       updated_at = @time($8)
 WHERE user_id = @uuid($1) AND job_id = $2
RETURNING job_id;

-- name: job_list_failed
SELECT c.chunk_index FROM @own(chunks) c
 WHERE c.user_id = @uuid($1) AND c.owner_kind = 'job' AND c.owner_id = $2 AND c.status = 'failed'
 ORDER BY c.chunk_index;

-- name: job_set_failed_chunks
UPDATE jobs SET failed_chunks = @int_array($3), updated_at = @time($4) WHERE user_id = @uuid($1) AND job_id = $2
RETURNING job_id;

-- name: job_complete
-- No row while a chunk was not tried yet.
UPDATE jobs
   SET status = 'completed', progress = 100, error_message = NULL, completed_at = @time($3), updated_at = @time($3)
 WHERE user_id = @uuid($1) AND job_id = $2
   AND NOT EXISTS (SELECT 1 FROM @own(chunks) c
                    WHERE c.user_id = @uuid($1) AND c.owner_kind = 'job' AND c.owner_id = $2 AND c.status = 'pending')
RETURNING job_id;

-- name: job_delete_packs
DELETE FROM packs_legacy WHERE user_id = @uuid($1) AND job_id = $2;

-- name: job_delete
DELETE FROM jobs WHERE user_id = @uuid($1) AND job_id = $2 RETURNING job_id;

-- ---------------------------------------------------------------------------------------------- legacy packs

-- fragment: legacy_pack_columns
l.id, l.user_id, l.job_id, l.pack_name, l.r2_pack_path, @json_text(l.extraction_stats), @json_text(l.chunk_stats),
@json_text(l.analysis_stats), l.file_size, @time_us(l.created_at),
(SELECT y.pack_id FROM @own(legacy_copies) y WHERE y.user_id = l.user_id AND y.legacy_pack_id = l.id)
AS copy_pack_id

-- name: legacy_pack_insert
INSERT INTO packs_legacy (id, user_id, job_id, pack_name, r2_pack_path, extraction_stats, chunk_stats, analysis_stats,
                          file_size, created_at)
VALUES (@uuid($1), @uuid($2), $3, $4, $5, @json($6), @json($7), @json($8), $9, @time($10));

-- name: legacy_pack_remake
-- Replaces the content of a job's pack after failed chunks were retried.
UPDATE packs_legacy
   SET analysis_stats = @json($3), file_size = $4
 WHERE user_id = @uuid($1) AND job_id = $2
RETURNING id;

-- name: legacy_pack_get
SELECT @include(legacy_pack_columns) FROM packs_legacy l WHERE l.user_id = @uuid($1) AND l.id = @uuid($2);

-- name: legacy_pack_find_by_job
-- The newest pack of the job.
SELECT @include(legacy_pack_columns)
  FROM packs_legacy l
 WHERE l.user_id = @uuid($1) AND l.job_id = $2
 ORDER BY @time_key(l.created_at) DESC, l.id DESC
 LIMIT 1;

-- name: legacy_pack_list_page
-- Newest first; $2 and $3 are the last row's created_at and id, or nulls for the first page.
SELECT @include(legacy_pack_columns)
  FROM packs_legacy l
 WHERE l.user_id = @uuid($1) AND (@time($2) IS NULL OR (@time_key(l.created_at), l.id) < (@time($2), @uuid($3)))
 ORDER BY @time_key(l.created_at) DESC, l.id DESC
 LIMIT $4;

-- name: legacy_pack_delete
DELETE FROM packs_legacy WHERE user_id = @uuid($1) AND id = @uuid($2) RETURNING id;

-- name: legacy_copy_insert
INSERT INTO @own(legacy_copies) (user_id, legacy_pack_id, pack_id, created_at)
VALUES (@uuid($1), @uuid($2), $3, $4)
ON CONFLICT (user_id, legacy_pack_id) DO NOTHING
RETURNING pack_id;

-- -------------------------------------------------------------------------------------------------- archives
-- 'archive line' is replaced in src/store/archive.c by an expression for the whole row as a line of JSON, with all
-- columns of the table, including those that this library does not know.

-- name: archive_webhook_logs_list
-- Rows of a time span, oldest first; $3 and $4 are the last row's created_at and id, or nulls at the start.
SELECT CAST(a.id AS text), @time_us(a.created_at), 'archive line'
  FROM webhook_logs a
 WHERE a.created_at >= @time($1) AND a.created_at < @time($2)
   AND (@time($3) IS NULL OR (a.created_at, a.id) > (@time($3), @uuid($4)))
 ORDER BY a.created_at, a.id
 LIMIT $5;

-- name: archive_webhook_logs_next
-- The first time >= $1 and < $2.
SELECT @time_us(min(a.created_at)) FROM webhook_logs a WHERE a.created_at >= @time($1) AND a.created_at < @time($2);

-- name: archive_webhook_logs_count
SELECT count(*) FROM webhook_logs a WHERE a.created_at >= @time($1) AND a.created_at < @time($2);

-- name: archive_credit_transactions_list
-- Rows of a time span, oldest first; $3 and $4 are the last row's created_at and id, or nulls at the start.
SELECT CAST(a.id AS text), @time_us(a.created_at), 'archive line'
  FROM credit_transactions a
 WHERE a.created_at >= @time($1) AND a.created_at < @time($2)
   AND (@time($3) IS NULL OR (a.created_at, a.id) > (@time($3), @uuid($4)))
 ORDER BY a.created_at, a.id
 LIMIT $5;

-- name: archive_credit_transactions_next
-- The first time >= $1 and < $2.
SELECT @time_us(min(a.created_at)) FROM credit_transactions a WHERE a.created_at >= @time($1) AND a.created_at < @time($2);

-- name: archive_credit_transactions_count
SELECT count(*) FROM credit_transactions a WHERE a.created_at >= @time($1) AND a.created_at < @time($2);

-- name: archive_admin_actions_list
-- Rows of a time span, oldest first; $3 and $4 are the last row's created_at and id, or nulls at the start.
SELECT CAST(a.id AS text), @time_us(a.created_at), 'archive line'
  FROM admin_actions a
 WHERE a.created_at >= @time($1) AND a.created_at < @time($2)
   AND (@time($3) IS NULL OR (a.created_at, a.id) > (@time($3), @uuid($4)))
 ORDER BY a.created_at, a.id
 LIMIT $5;

-- name: archive_admin_actions_next
-- The first time >= $1 and < $2.
SELECT @time_us(min(a.created_at)) FROM admin_actions a WHERE a.created_at >= @time($1) AND a.created_at < @time($2);

-- name: archive_admin_actions_count
SELECT count(*) FROM admin_actions a WHERE a.created_at >= @time($1) AND a.created_at < @time($2);

-- name: archive_webhook_logs_delete
-- Deletes those of the rows $1 whose columns all equal the archived ones ($2).
DELETE FROM webhook_logs WHERE id IN @uuids($1) AND 'archive line' IN @texts($2) RETURNING id;

-- name: archive_missing_user_list
-- The users in $1 that have no profile.
SELECT v.value FROM @text_rows($1) WHERE NOT EXISTS (SELECT 1 FROM user_profiles u WHERE u.id = @uuid(v.value));

-- name: archive_format
-- Sets the text format of values until the end of the transaction, independent of settings of role, database and server.
SELECT @archive_format('');

-- name: task_insert
INSERT INTO @own(tasks) (name) VALUES ($1) ON CONFLICT (name) DO NOTHING;

-- name: lease_task_acquire
-- A task has no user: $1 is null.
UPDATE @own(tasks)
   SET lease_owner = $4, lease_expires_at = $6
 WHERE $1 IS NULL AND $2 = 'task' AND name = $3
   AND (lease_owner IS NULL OR lease_owner = $4 OR lease_expires_at IS NULL OR lease_expires_at <= $5)
RETURNING name;

-- name: lease_task_take
UPDATE @own(tasks)
   SET lease_owner = $4, lease_expires_at = $6
 WHERE $1 IS NULL AND $2 = 'task' AND name = $3 AND lease_owner = $5
RETURNING name;

-- name: lease_task_get
SELECT lease_owner, lease_expires_at FROM @own(tasks)
 WHERE $1 IS NULL AND $2 = 'task' AND name = $3;

-- name: lease_task_renew
UPDATE @own(tasks)
   SET lease_expires_at = $5
 WHERE $1 IS NULL AND $2 = 'task' AND name = $3 AND lease_owner = $4
RETURNING name;

-- name: lease_task_release
UPDATE @own(tasks)
   SET lease_owner = NULL, lease_expires_at = NULL
 WHERE $1 IS NULL AND $2 = 'task' AND name = $3 AND lease_owner = $4
RETURNING name;

-- name: lease_task_guard
UPDATE @own(tasks)
   SET lease_owner = lease_owner
 WHERE $1 IS NULL AND $2 = 'task' AND name = $3 AND lease_owner = $4
RETURNING name;

-- ----------------------------------------------------------------------------------------------------- holds

-- fragment: hold_columns
hold_id, COALESCE(owner_id, reference) AS reference, status,
CASE WHEN payment_plan = 'unlimited' THEN 1 ELSE 0 END AS is_unlimited, credits, remaining, committed, expires_at

-- name: hold_insert
INSERT INTO @own(holds) (user_id, owner_kind, owner_id, hold_id, payment_plan, credits, remaining, status, expires_at,
                         created_at, updated_at)
VALUES (@uuid($1), $2, $3, $4, $5, $6, $6, 'open', $7, $8, $8);

-- name: hold_find_open
SELECT @include(hold_columns)
  FROM @own(holds) h
 WHERE h.user_id = @uuid($1) AND h.owner_kind = $2 AND h.owner_id = $3 AND h.status = 'open';

-- name: hold_none_open
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM @own(holds) h
                            WHERE h.user_id = @uuid($1) AND h.owner_kind = $2 AND h.owner_id = $3
                              AND h.status = 'open');

-- name: hold_list_open
-- Of pack $2; null: of all.
SELECT @include(hold_columns)
  FROM @own(holds) h
 WHERE h.user_id = @uuid($1) AND h.status = 'open'
   AND ($2 IS NULL OR h.owner_kind = 'source'
                      AND h.owner_id IN (SELECT s.source_id FROM pack_sources s
                                          WHERE s.user_id = @uuid($1) AND s.pack_id = $2))
 ORDER BY h.hold_id
 LIMIT $3;

-- name: hold_settle
-- Charges one chunk of source or job $3. On the unlimited plan a hold is empty and does not change.
UPDATE @own(holds)
   SET remaining = CASE WHEN payment_plan = 'unlimited' THEN remaining ELSE remaining - 1 END,
       committed = CASE WHEN payment_plan = 'unlimited' THEN committed ELSE committed + 1 END, updated_at = $4
 WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND status = 'open'
   AND (payment_plan = 'unlimited' OR remaining >= 1)
RETURNING hold_id;

-- name: hold_insert_free
-- A hold of the host, for no source or job: $6 or the key identifies its purpose.
INSERT INTO @own(holds) (user_id, hold_id, payment_plan, credits, remaining, status, expires_at, reference, created_at,
                         updated_at)
VALUES (@uuid($1), $2, $3, $4, $4, 'open', $5, COALESCE($6, $2), $7, $7);

-- name: hold_get
SELECT @include(hold_columns) FROM @own(holds) h WHERE h.user_id = @uuid($1) AND h.hold_id = $2;

-- name: hold_lock
-- Locks the hold and returns it.
UPDATE @own(holds) SET updated_at = $3 WHERE user_id = @uuid($1) AND hold_id = $2 RETURNING @include(hold_columns);

-- name: hold_lock_expired
-- Locks a hold that is still expired and open.
UPDATE @own(holds) SET updated_at = $3 WHERE user_id = @uuid($1) AND hold_id = $2 AND status = 'open' AND expires_at < $3
RETURNING @include(hold_columns);

-- name: hold_commit
-- On the unlimited plan a hold is empty and the commit is only counted.
UPDATE @own(holds)
   SET remaining = CASE WHEN payment_plan = 'unlimited' THEN 0 ELSE remaining - $3 END, committed = committed + $3,
       status = CASE WHEN payment_plan = 'credits' AND remaining = $3 THEN 'closed' ELSE status END, updated_at = $4
 WHERE user_id = @uuid($1) AND hold_id = $2 AND status = 'open' AND (payment_plan = 'unlimited' OR remaining >= $3)
RETURNING @include(hold_columns);

-- name: hold_list_expired
-- Open holds that expired before $1, oldest first, skipping $3; not those of work with a valid lease.
SELECT h.user_id, h.hold_id
  FROM @own(holds) h
  LEFT JOIN @own(work) o ON o.user_id = h.user_id AND o.owner_kind = h.owner_kind AND o.owner_id = h.owner_id
 WHERE h.status = 'open' AND h.expires_at < $1 AND (o.lease_owner IS NULL OR o.lease_expires_at < $1)
 ORDER BY h.expires_at, h.user_id, h.hold_id
 LIMIT $2 OFFSET $3;

-- name: ledger_key_insert
INSERT INTO @own(ledger_keys) (user_id, request_key, operation, fingerprint, result_id, created_at)
VALUES (@uuid($1), $2, $3, $4, $5, $6)
    ON CONFLICT (user_id, request_key) DO NOTHING
RETURNING request_key;

-- name: ledger_key_insert_for_hold
-- The same for a request about hold $7; no row if it does not exist.
INSERT INTO @own(ledger_keys) (user_id, request_key, operation, fingerprint, result_id, created_at)
SELECT h.user_id, $2, $3, $4, $5, $6 FROM @own(holds) h WHERE h.user_id = @uuid($1) AND h.hold_id = $7
    ON CONFLICT (user_id, request_key) DO NOTHING
RETURNING request_key;

-- name: ledger_key_get
SELECT operation, fingerprint, result_id FROM @own(ledger_keys) WHERE user_id = @uuid($1) AND request_key = $2;

-- name: transaction_get
SELECT @include(transaction_columns) FROM credit_transactions t WHERE t.user_id = @uuid($1) AND t.id = @uuid($2);

-- name: hold_close
UPDATE @own(holds)
   SET status = 'closed', remaining = 0, updated_at = $4
 WHERE user_id = @uuid($1) AND hold_id = $2 AND status = 'open' AND remaining = $3
RETURNING hold_id;

-- name: hold_delete_closed
DELETE FROM @own(holds) WHERE user_id = @uuid($1) AND owner_kind = $2 AND owner_id = $3 AND status = 'closed';

-- --------------------------------------------------------------------------------------------------- reports

-- name: report_statement_head
-- Balance, held credits, and the balance including holds before $2 (null: before all entries). Entries without a time
-- count as before all others.
SELECT COALESCE(u.credits_balance, 0),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = u.id AND h.status = 'open'), 0),
       COALESCE((SELECT o.credits FROM @own(openings) o WHERE o.user_id = u.id), 0)
       + COALESCE((SELECT CAST(sum(@credits(t.credits)) AS bigint) FROM credit_transactions t
                    WHERE t.user_id = @uuid($1) AND t.transaction_type <> 'unlimited_usage'
                      AND @time($2) IS NOT NULL AND (t.created_at IS NULL OR t.created_at < @time($2))), 0)
  FROM user_profiles u
 WHERE u.id = @uuid($1);

-- name: report_statement_page
-- Oldest first, entries without a time before all others; after the entry with time $2 and id $3 (null: from the
-- start), before $4 (null: no limit).
SELECT @include(transaction_columns)
  FROM credit_transactions t
 WHERE t.user_id = @uuid($1) AND (@time($2) IS NULL OR (@time_key(t.created_at), t.id) > (@time($2), @uuid($3)))
   AND (@time($4) IS NULL OR t.created_at IS NULL OR t.created_at < @time($4))
 ORDER BY @time_key(t.created_at), t.id
 LIMIT $5;

-- name: report_hold_page
-- Open holds after $2, by id.
SELECT h.hold_id, COALESCE(h.owner_id, h.reference), h.remaining, h.expires_at, h.created_at
  FROM @own(holds) h
 WHERE h.user_id = @uuid($1) AND h.hold_id > $2 AND h.status = 'open'
 ORDER BY h.hold_id
 LIMIT $3;

-- fragment: report_revenue_columns
COALESCE(t.package_id, ''), lower(COALESCE((t.metadata ->> 'currency'), '')),
CAST(sum(CASE WHEN t.transaction_type = 'purchase' THEN 1 ELSE 0 END) AS bigint),
CAST(sum(CASE WHEN t.transaction_type = 'purchase' THEN @credits(t.credits) ELSE 0 END) AS bigint),
@money_micro(sum(CASE WHEN t.transaction_type = 'purchase' THEN @amount(t.amount) ELSE 0 END)),
CAST(sum(CASE WHEN t.transaction_type = 'refund' THEN 1 ELSE 0 END) AS bigint),
CAST(sum(CASE WHEN t.transaction_type = 'refund' THEN @credits(t.credits) ELSE 0 END) AS bigint),
@money_micro(sum(CASE WHEN t.transaction_type <> 'refund' THEN 0 WHEN t.credits > 0 THEN @amount(t.amount)
                      ELSE -abs(@amount(t.amount)) END)),
CAST(sum(CASE WHEN t.amount IS NULL THEN 1 ELSE 0 END) AS bigint)

-- fragment: report_undated
-- Rows without a time, or with one outside reports: before 1970 or after 2^53 microseconds.
(t.created_at IS NULL OR t.created_at < @time(0) OR t.created_at >= @time(9007199254740992))

-- name: report_revenue_list
-- Purchases and refunds from $1 to $2 (exclusive), by package and currency. Refunds recorded by administrators have
-- positive amounts, those from webhooks negative ones; a won dispute returns its money together with the credits.
SELECT @include(report_revenue_columns)
  FROM credit_transactions t
 WHERE t.created_at >= @time($1) AND t.created_at < @time($2) AND t.transaction_type IN ('purchase', 'refund')
 GROUP BY 1, 2
 ORDER BY 1, 2;

-- name: report_revenue_undated_list
SELECT @include(report_revenue_columns)
  FROM credit_transactions t
 WHERE @include(report_undated) AND t.transaction_type IN ('purchase', 'refund')
 GROUP BY 1, 2
 ORDER BY 1, 2;

-- name: report_plan_revenue_list
-- Payments of subscriptions and plans, which buy no credits. Amounts in the currency's smallest unit.
SELECT COALESCE(p.package_id, ''), lower(COALESCE(p.currency, '')), count(*),
       CAST(COALESCE(sum(p.amount), 0) AS bigint),
       CAST(sum(CASE WHEN p.amount_refunded > 0 THEN 1 ELSE 0 END) AS bigint),
       CAST(sum(p.amount_refunded + p.amount_disputed) AS bigint),
       CAST(sum(CASE WHEN p.amount IS NULL THEN 1 ELSE 0 END) AS bigint)
  FROM @own(payments) p
 WHERE p.created_at >= $1 AND p.created_at < $2 AND p.is_paid = 1 AND COALESCE(p.credits, 0) = 0
 GROUP BY 1, 2
 ORDER BY 1, 2;

-- name: report_plan_revenue_next
SELECT min(p.created_at)
  FROM @own(payments) p
 WHERE p.created_at >= $1 AND p.created_at < $2 AND p.is_paid = 1 AND COALESCE(p.credits, 0) = 0;

-- fragment: report_usage_input
(t.metadata ->> 'input_tokens')

-- fragment: report_usage_output
(t.metadata ->> 'output_tokens')

-- fragment: report_usage_cost
(t.metadata ->> 'cost_micros')

-- fragment: report_usage_columns
count(DISTINCT t.user_id) AS users,
CAST(COALESCE(sum(CASE WHEN t.transaction_type = 'usage' THEN -@credits(t.credits) ELSE 0 END), 0) AS bigint)
    AS credits,
CAST(COALESCE(sum(CASE WHEN t.transaction_type = 'unlimited_usage' THEN @credits(t.credits) ELSE 0 END), 0)
     AS bigint) AS unlimited_credits,
CAST(COALESCE(sum(CASE WHEN (t.metadata ->> 'chunk_index') IS NOT NULL THEN 1 ELSE 0 END), 0) AS bigint) AS chunks,
CAST(COALESCE(sum(CASE WHEN (t.metadata ->> 'chunk_index') IS NOT NULL
                        AND @include(report_usage_input) IS NOT NULL THEN 1 ELSE 0 END), 0) AS bigint)
    AS metered_chunks,
CAST(COALESCE(sum(CASE WHEN ltrim(@include(report_usage_input), '0123456789') = ''
                        AND length(@include(report_usage_input)) BETWEEN 1 AND 15
                       THEN CAST(@include(report_usage_input) AS bigint) ELSE 0 END), 0) AS bigint) AS input_tokens,
CAST(COALESCE(sum(CASE WHEN ltrim(@include(report_usage_output), '0123456789') = ''
                        AND length(@include(report_usage_output)) BETWEEN 1 AND 15
                       THEN CAST(@include(report_usage_output) AS bigint) ELSE 0 END), 0) AS bigint) AS output_tokens,
CAST(COALESCE(sum(CASE WHEN ltrim(@include(report_usage_cost), '0123456789') = ''
                        AND length(@include(report_usage_cost)) BETWEEN 1 AND 15
                       THEN CAST(@include(report_usage_cost) AS bigint) ELSE 0 END), 0) AS bigint)
    AS analyzer_cost_micros

-- name: report_usage_get
-- Usage from $1 to $2 (exclusive). Metadata members that are not numbers are ignored.
SELECT @include(report_usage_columns)
  FROM credit_transactions t
 WHERE t.created_at >= @time($1) AND t.created_at < @time($2)
   AND t.transaction_type IN ('usage', 'unlimited_usage');

-- name: report_usage_undated
SELECT @include(report_usage_columns)
  FROM credit_transactions t
 WHERE @include(report_undated) AND t.transaction_type IN ('usage', 'unlimited_usage');

-- ---------------------------------------------------------------------------------------------------- quotes
-- Remaining work and available credits in one statement: balance, all held credits, plan and its end, 1 if the account
-- is suspended, credits held for this work; then numbers of sources or jobs, of those not extracted yet, of chunks,
-- chunks done and chunks left.

-- fragment: quote_account
COALESCE(u.credits_balance, 0),
COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
           WHERE h.user_id = u.id AND h.status = 'open'), 0),
u.payment_plan, @time_us(u.plan_end_date),
(SELECT count(*) FROM @own(suspensions) x WHERE x.user_id = u.id)

-- fragment: quote_source_extracted
-- Extracted by this library; sources extracted by another service are extracted again.
(s.r2_extracted_path IS NOT NULL
 AND EXISTS (SELECT 1 FROM @own(work) x WHERE x.source_id = s.source_id AND x.settings_fingerprint IS NOT NULL))

-- fragment: quote_source_unknown
CASE WHEN lower(COALESCE(s.status, '')) = 'completed' OR @include(quote_source_extracted) THEN 0 ELSE 1 END

-- fragment: quote_source_left
CASE WHEN lower(COALESCE(s.status, '')) = 'completed' OR NOT @include(quote_source_extracted) THEN 0
     ELSE @count(s.total_chunks) - @count(s.processed_chunks) END

-- name: quote_source
SELECT @include(quote_account),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = @uuid($1) AND h.owner_kind = 'source' AND h.owner_id = $2
                    AND h.status = 'open'), 0),
       1, @include(quote_source_unknown), COALESCE(s.total_chunks, 0), COALESCE(s.processed_chunks, 0),
       @include(quote_source_left)
  FROM pack_sources s
  JOIN user_profiles u ON u.id = s.user_id
 WHERE s.user_id = @uuid($1) AND s.source_id = $2;

-- name: quote_pack
SELECT @include(quote_account),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = @uuid($1) AND h.status = 'open' AND h.owner_kind = 'source'
                    AND h.owner_id IN (SELECT x.source_id FROM pack_sources x
                                        WHERE x.user_id = @uuid($1) AND x.pack_id = $2)), 0),
       count(s.source_id),
       CAST(COALESCE(sum(CASE WHEN s.source_id IS NULL THEN 0 ELSE @include(quote_source_unknown) END), 0) AS bigint),
       CAST(COALESCE(sum(@count(s.total_chunks)), 0) AS bigint),
       CAST(COALESCE(sum(@count(s.processed_chunks)), 0) AS bigint),
       CAST(COALESCE(sum(@include(quote_source_left)), 0) AS bigint)
  FROM packs_v2 p
  JOIN user_profiles u ON u.id = p.user_id
  LEFT JOIN pack_sources s ON s.user_id = p.user_id AND s.pack_id = p.pack_id
 WHERE p.user_id = @uuid($1) AND p.pack_id = $2
 GROUP BY u.id, u.credits_balance, u.payment_plan, u.plan_end_date;

-- name: quote_job
-- Failed chunks of a completed job count as left if this library created the job.
SELECT @include(quote_account),
       COALESCE((SELECT CAST(sum(h.remaining) AS bigint) FROM @own(holds) h
                  WHERE h.user_id = @uuid($1) AND h.owner_kind = 'job' AND h.owner_id = $2
                    AND h.status = 'open'), 0),
       1, CASE WHEN o.text_key IS NULL AND COALESCE(j.status, '') <> 'completed' THEN 1 ELSE 0 END,
       COALESCE(j.total_chunks, 0), COALESCE(j.processed_chunks, 0),
       CASE WHEN o.text_key IS NULL THEN 0
            ELSE @count(j.total_chunks) - @count(j.processed_chunks) END
  FROM @include(job_tables)
  JOIN user_profiles u ON u.id = j.user_id
 WHERE j.user_id = @uuid($1) AND j.job_id = $2;

-- --------------------------------------------------------------------------------------------------- exports

-- fragment: export_columns
e.id, e.pack_id, e.user_id, e.export_type, e.status, e.export_version, e.error_message, e.token_count, e.file_size,
e.r2_path, @time_us(e.created_at), @time_us(e.updated_at), x.fingerprint, x.json_key, x.lease_owner,
x.lease_expires_at

-- fragment: export_tables
pack_exports e LEFT JOIN @own(exports) x ON x.export_id = e.id

-- name: export_insert
INSERT INTO pack_exports (id, pack_id, user_id, export_type, export_version, r2_path, status, created_at, updated_at)
SELECT @uuid($1), p.pack_id, p.user_id, $4, $5, COALESCE($6, rtrim(p.r2_pack_directory, '/') || '/exports/' || $7 || '.md'),
       'generating', @time($8), @time($8)
  FROM packs_v2 p
 WHERE p.user_id = @uuid($2) AND p.pack_id = $3
RETURNING id;

-- name: export_insert_own
INSERT INTO @own(exports) (user_id, export_id, pack_id, fingerprint, json_key, lease_owner, lease_expires_at)
SELECT p.user_id, @uuid($2), p.pack_id, $4, COALESCE($5, p.r2_pack_directory || '/exports/' || $6 || '.json'), $7, $8
  FROM packs_v2 p
 WHERE p.user_id = @uuid($1) AND p.pack_id = $3;

-- name: export_get
SELECT @include(export_columns) FROM @include(export_tables) WHERE e.user_id = @uuid($1) AND e.id = @uuid($2);

-- name: export_find
-- The latest of a type; with fingerprint $4 and status $5 unless null.
SELECT @include(export_columns)
  FROM @include(export_tables)
 WHERE e.user_id = @uuid($1) AND e.pack_id = $2 AND e.export_type = $3 AND ($4 IS NULL OR x.fingerprint = $4)
   AND ($5 IS NULL OR e.status = $5)
 ORDER BY @time_key(e.created_at) DESC, e.id DESC
 LIMIT 1;

-- name: export_list_like
-- Documents of content $4, and unfinished ones, whose process may be dead.
SELECT @include(export_columns)
  FROM @include(export_tables)
 WHERE e.user_id = @uuid($1) AND e.pack_id = $2
   AND (COALESCE(e.status, 'generating') = 'generating' OR (e.export_type = $3 AND x.fingerprint = $4))
 ORDER BY CASE WHEN e.status = 'ready' THEN 0 ELSE 1 END, @time_key(e.created_at) DESC, e.id DESC
 LIMIT $5;

-- name: export_list_page
SELECT @include(export_columns)
  FROM @include(export_tables)
 WHERE e.user_id = @uuid($1) AND e.pack_id = $2
   AND (@time($3) IS NULL OR (@time_key(e.created_at), e.id) < (@time($3), @uuid($4)))
 ORDER BY @time_key(e.created_at) DESC, e.id DESC
 LIMIT $5;

-- name: export_set_ready
UPDATE pack_exports
   SET status = 'ready', token_count = $3, file_size = $4, error_message = NULL, updated_at = @time($5)
 WHERE user_id = @uuid($1) AND id = @uuid($2) AND COALESCE(status, 'generating') <> 'ready'
RETURNING id;

-- name: export_set_failed
UPDATE pack_exports
   SET status = 'failed', error_message = $3, updated_at = @time($4)
 WHERE user_id = @uuid($1) AND id = @uuid($2) AND COALESCE(status, 'generating') <> 'ready'
RETURNING id;

-- name: export_restart
UPDATE pack_exports
   SET status = 'generating', error_message = NULL, updated_at = @time($3)
 WHERE user_id = @uuid($1) AND id = @uuid($2) AND COALESCE(status, 'generating') <> 'ready'
RETURNING id;

-- name: export_delete
DELETE FROM pack_exports WHERE user_id = @uuid($1) AND id = @uuid($2) RETURNING id;

-- -------------------------------------------------------------------------------------------------- payments

-- name: stripe_event_insert
-- No row if the event was already processed.
INSERT INTO @own(stripe_events) (event_id, event_type, event_created_at, processed_at)
VALUES ($1, $2, $3, $4)
    ON CONFLICT (event_id) DO NOTHING
RETURNING event_id;

-- name: stripe_event_delete
DELETE FROM @own(stripe_events) WHERE event_id = $1;

-- name: stripe_event_wait
-- Marks an event whose payment has no user yet.
UPDATE @own(stripe_events) SET payment_id = @uuid($2) WHERE event_id = $1;

-- name: stripe_event_move
UPDATE @own(stripe_events) SET payment_id = @uuid($2) WHERE payment_id = @uuid($1);

-- name: stripe_event_complete_logs
-- Completes the logs of events that waited for the payment's user.
UPDATE webhook_logs
   SET status = 'completed', error_message = NULL, updated_at = @time($2)
 WHERE status = 'processing'
   AND webhook_id IN (SELECT e.event_id FROM @own(stripe_events) e WHERE e.payment_id = @uuid($1));

-- name: stripe_event_end_wait
UPDATE @own(stripe_events) SET payment_id = NULL WHERE payment_id = @uuid($1);

-- fragment: payment_columns
payment_id, user_id, customer_id, stripe_payment_id, package_id, currency, credits, amount, amount_due, is_unlimited,
is_paid, is_failed, amount_parts, amount_refunded, amount_disputed, applied_purchase, applied_refund, applied_dispute,
gives_plan, is_unclaimed

-- name: payment_find
SELECT payment_id FROM @own(payment_keys) WHERE stripe_id = $1;

-- name: payment_insert
INSERT INTO @own(payments) (payment_id, is_unlimited, is_paid, is_failed, amount_refunded, applied_purchase,
                            applied_refund, applied_dispute, created_at, updated_at)
VALUES (@uuid($1), 0, 0, 0, 0, 0, 0, 0, $2, $2);

-- name: payment_lock
-- Locks the payment.
UPDATE @own(payments) SET updated_at = $2 WHERE payment_id = @uuid($1) RETURNING payment_id;

-- name: payment_get
SELECT @include(payment_columns) FROM @own(payments) WHERE payment_id = @uuid($1);

-- name: payment_owner
-- The user of the payment with one of Stripe's ids; takes no lock.
SELECT p.user_id, p.customer_id
  FROM @own(payment_keys) k
  JOIN @own(payments) p ON p.payment_id = k.payment_id
 WHERE k.stripe_id = $1;

-- name: payment_update
UPDATE @own(payments)
   SET user_id = @uuid($2), customer_id = $3, stripe_payment_id = $4, package_id = $5, currency = $6, credits = $7,
       amount = $8, amount_due = $9, is_unlimited = $10, is_paid = $11, is_failed = $12, amount_parts = $13,
       amount_refunded = $14, amount_disputed = $15, applied_purchase = $16, applied_refund = $17,
       applied_dispute = $18, gives_plan = $19, is_unclaimed = $20, updated_at = $21
 WHERE payment_id = @uuid($1)
RETURNING payment_id;

-- name: payment_delete
DELETE FROM @own(payments) WHERE payment_id = @uuid($1);

-- name: payment_unlimited_count
-- Plans bought without a subscription that were not fully refunded.
SELECT count(*) FROM @own(payments) WHERE user_id = @uuid($1) AND gives_plan = 1;

-- name: payment_find_waiting
-- One payment of the customer that has no user yet.
SELECT payment_id FROM @own(payments) WHERE customer_id = $1 AND user_id IS NULL ORDER BY payment_id LIMIT 1;

-- name: payment_list_unclaimed
-- Newest first; $1 and $2 are the last row's created_at and id, or nulls for the first page.
SELECT payment_id, customer_id, stripe_payment_id, package_id, currency, amount, amount_refunded, amount_disputed,
       credits, is_unlimited, created_at
  FROM @own(payments)
 WHERE is_unclaimed = 1
   AND (CAST($1 AS bigint) IS NULL OR (created_at, payment_id) < (CAST($1 AS bigint), @uuid($2)))
 ORDER BY created_at DESC, payment_id DESC
 LIMIT $3;

-- name: payment_key_insert
INSERT INTO @own(payment_keys) (stripe_id, payment_id)
VALUES ($1, @uuid($2))
    ON CONFLICT (stripe_id) DO NOTHING
RETURNING stripe_id;

-- name: payment_key_list
SELECT stripe_id FROM @own(payment_keys) WHERE payment_id = @uuid($1) ORDER BY stripe_id LIMIT 100;

-- name: payment_key_move
UPDATE @own(payment_keys) SET payment_id = @uuid($2) WHERE payment_id = @uuid($1);

-- name: movement_insert
INSERT INTO @own(movements) (event_id, subject_id, payment_id, kind, charge_id, payment_intent_id, amount, total,
                             created_at, told_at)
VALUES ($1, $2, @uuid($3), $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (event_id, subject_id) DO NOTHING;

-- name: movement_list
-- In an order independent of the order of delivery.
SELECT kind, subject_id, charge_id, payment_intent_id, amount, total, created_at, told_at
  FROM @own(movements)
 WHERE payment_id = @uuid($1)
 ORDER BY told_at, event_id, subject_id
 LIMIT 1000;

-- name: movement_move
UPDATE @own(movements) SET payment_id = @uuid($2) WHERE payment_id = @uuid($1);

-- --------------------------------------------------------------------------------------------- subscriptions

-- fragment: subscription_columns
subscription_id, user_id, customer_id, status, status_at, is_unlimited, is_checked_out, is_deleted, period_start,
period_end, ended_at, cancel_at_period_end, paid_end, plan_rank, plan_at, checkout_end

-- name: subscription_insert
INSERT INTO @own(subscriptions) (subscription_id, is_unlimited, is_checked_out, is_deleted, cancel_at_period_end,
                                 updated_at)
VALUES ($1, 0, 0, 0, 0, $2)
    ON CONFLICT (subscription_id) DO NOTHING;

-- name: subscription_lock
UPDATE @own(subscriptions) SET updated_at = $2 WHERE subscription_id = $1 RETURNING @include(subscription_columns);

-- name: subscription_update
UPDATE @own(subscriptions)
   SET user_id = @uuid($2), customer_id = $3, status = $4, status_at = $5, is_unlimited = $6, is_checked_out = $7,
       is_deleted = $8, period_start = $9, period_end = $10, ended_at = $11, cancel_at_period_end = $12,
       paid_end = $13, plan_rank = $14, plan_at = $15, checkout_end = $16, updated_at = $17
 WHERE subscription_id = $1
RETURNING subscription_id;

-- name: subscription_list
-- A user's subscriptions: those of the unlimited plan first, and of these the longest-lasting first.
SELECT @include(subscription_columns)
  FROM @own(subscriptions)
 WHERE user_id = @uuid($1)
 ORDER BY is_unlimited DESC, is_deleted, COALESCE(period_end, 0) DESC, COALESCE(status_at, 0) DESC, subscription_id
 LIMIT 100;

-- name: subscription_list_expired
-- Users whose plan ended by $1, skipping $3.
SELECT u.id
  FROM user_profiles u
 WHERE u.payment_plan = 'unlimited' AND u.plan_end_date < @time($1)
 ORDER BY u.plan_end_date, u.id
 LIMIT $2 OFFSET $3;

-- name: user_lock
-- Locks the profile against concurrent changes of the plan.
UPDATE user_profiles SET updated_at = @time($2) WHERE id = @uuid($1) RETURNING payment_plan, subscription_id;

-- name: user_set_subscription
UPDATE user_profiles
   SET payment_plan = $2, subscription_id = $3, subscription_status = $4, plan_start_date = @time($5),
       plan_end_date = @time($6), updated_at = @time($7)
 WHERE id = @uuid($1)
RETURNING id;

-- name: customer_learn
-- An existing user is not replaced.
INSERT INTO @own(customers) (customer_id, user_id, created_at)
VALUES ($1, @uuid($2), $3)
    ON CONFLICT (customer_id) DO NOTHING;

-- name: customer_get_user
SELECT user_id FROM @own(customers) WHERE customer_id = $1;

-- name: customer_find
-- The user's latest customer.
SELECT customer_id FROM @own(customers) WHERE user_id = @uuid($1) ORDER BY created_at DESC, customer_id LIMIT 1;

-- name: customer_adopt_subscriptions
-- Assigns subscriptions that arrived before the customer's user was known.
UPDATE @own(subscriptions) SET user_id = @uuid($2) WHERE customer_id = $1 AND user_id IS NULL RETURNING subscription_id;

-- ---------------------------------------------------------------------------------------------- webhook logs

-- fragment: webhook_log_columns
w.id, w.webhook_id, w.event_type, w.stripe_event_type, w.payload_size AS payload_bytes,
CASE WHEN w.signature_present THEN 1 ELSE 0 END AS signature_present, w.status, w.error_message,
@json_text(w.processed_data), @time_us(w.created_at), @time_us(w.updated_at)

-- name: webhook_log_insert
INSERT INTO webhook_logs (id, webhook_id, event_type, stripe_event_type, payload_size, signature_present, status,
                          error_message, processed_data, created_at, updated_at)
VALUES (@uuid($1), $2, $3, $4, $5, $6 <> 0, $7, $8, @json($9), @time($10), @time($10));

-- name: webhook_log_update
-- Updates the event's row, if an earlier delivery inserted one.
UPDATE webhook_logs
   SET status = $2, error_message = $3, processed_data = @json($4), updated_at = @time($5)
 WHERE id = (SELECT w.id FROM webhook_logs w WHERE w.webhook_id = $1 ORDER BY w.created_at DESC, w.id LIMIT 1)
RETURNING id;

-- name: webhook_log_statuses
SELECT w.status FROM webhook_logs w WHERE w.webhook_id = $1;

-- name: webhook_log_list_page
-- Newest first; of one event where $1 is not null.
SELECT @include(webhook_log_columns)
  FROM webhook_logs w
 WHERE ($1 IS NULL OR w.webhook_id = $1)
   AND (@time($2) IS NULL OR (@time_key(w.created_at), w.id) < (@time($2), @uuid($3)))
 ORDER BY @time_key(w.created_at) DESC, w.id DESC
 LIMIT $4;

-- name: webhook_log_list_by_status
-- The same for one status, as a separate statement that uses the index on it.
SELECT @include(webhook_log_columns)
  FROM webhook_logs w
 WHERE w.status = $5 AND ($1 IS NULL OR w.webhook_id = $1)
   AND (@time($2) IS NULL OR (@time_key(w.created_at), w.id) < (@time($2), @uuid($3)))
 ORDER BY @time_key(w.created_at) DESC, w.id DESC
 LIMIT $4;

-- ---------------------------------------------------------------------------------------- attempts to pay

-- name: gate_take
-- Locks a name until the end of the transaction.
INSERT INTO @own(gates) (gate, taken_at) VALUES ($1, $2)
    ON CONFLICT (gate) DO UPDATE SET taken_at = excluded.taken_at;

-- name: attempt_count_by_user
-- Number of attempts since $2 that count for the limit, and time of the first.
SELECT count(*), min(a.created_at)
  FROM @own(attempts) a
 WHERE a.user_id = @uuid($1) AND a.created_at > $2 AND a.is_counted = 1;

-- name: attempt_count_by_network
SELECT count(*), min(a.created_at)
  FROM @own(attempts) a
 WHERE a.network = $1 AND a.created_at > $2 AND a.is_counted = 1;

-- name: attempt_insert
INSERT INTO @own(attempts) (attempt_id, user_id, network, stripe_id, customer_id, is_counted, is_refused,
                            amount_micros, status, error_message, created_at)
VALUES (@uuid($1), @uuid($2), $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (stripe_id) DO NOTHING
RETURNING attempt_id;

-- name: payment_attempt_insert
INSERT INTO payment_attempts (id, user_id, attempt_type, credits_requested, amount_requested, ip_address, user_agent,
                              status, error_message, created_at)
VALUES (@uuid($1), @uuid($2), $3, $4, @money($5), @inet($6), $7, $8, $9, @time($10));

-- name: attempt_find
-- By the session or the invoice.
SELECT a.attempt_id, a.user_id FROM @own(attempts) a WHERE a.stripe_id = $1;

-- name: attempt_get
SELECT a.attempt_id, a.user_id FROM @own(attempts) a WHERE a.attempt_id = @uuid($1);

-- name: attempt_set_stripe_id
UPDATE @own(attempts) SET stripe_id = $2 WHERE attempt_id = @uuid($1) AND stripe_id IS NULL RETURNING attempt_id;

-- fragment: attempt_rank
CASE status WHEN 'initiated' THEN 0 WHEN 'processing' THEN 1 WHEN 'cancelled' THEN 2 WHEN 'failed' THEN 3 ELSE 4 END

-- name: payment_attempt_move
-- The status only advances, because events arrive in any order.
UPDATE payment_attempts
   SET status = $3, error_message = $4
 WHERE id = @uuid($1) AND user_id = @uuid($2) AND @include(attempt_rank) < $5
RETURNING id;

-- name: attempt_move_waiting
UPDATE @own(attempts)
   SET status = $2, error_message = $3
 WHERE attempt_id = @uuid($1) AND user_id IS NULL AND @include(attempt_rank) < $4
RETURNING attempt_id;

-- name: payment_attempt_adopt
-- Assigns attempts that waited for their user.
INSERT INTO payment_attempts (id, user_id, attempt_type, amount_requested, status, error_message, created_at)
SELECT a.attempt_id, @uuid($2), 'renewal', @money(a.amount_micros), a.status, a.error_message, @time(a.created_at)
  FROM @own(attempts) a
 WHERE a.customer_id = $1 AND a.user_id IS NULL;

-- name: attempt_adopt
-- Sets the user of these attempts and drops the customer id, which the user's customers now contain.
UPDATE @own(attempts) SET user_id = @uuid($2), customer_id = NULL WHERE customer_id = $1 AND user_id IS NULL;

-- name: deletion_attempt_networks
UPDATE @own(attempts) SET network = NULL WHERE user_id = @uuid($1) AND network IS NOT NULL;

-- fragment: payment_attempt_columns
p.id, p.user_id, p.attempt_type, p.status, p.credits_requested AS credits,
@money_micro(p.amount_requested) AS amount_micro, @inet_text(p.ip_address), p.user_agent, p.error_message,
(SELECT a.stripe_id FROM @own(attempts) a WHERE a.attempt_id = p.id) AS stripe_id, @time_us(p.created_at)

-- name: payment_attempt_get
SELECT @include(payment_attempt_columns) FROM payment_attempts p WHERE p.user_id = @uuid($1) AND p.id = @uuid($2);

-- name: payment_attempt_list_first
-- All users' attempts, newest first. First and later pages are separate statements, so that both use the index.
SELECT @include(payment_attempt_columns) FROM payment_attempts p ORDER BY @time_key(p.created_at) DESC, p.id DESC LIMIT $1;

-- name: payment_attempt_list_after
-- The first condition makes SQLite use the index on expressions, which it does not do for the row value.
SELECT @include(payment_attempt_columns)
  FROM payment_attempts p
 WHERE @time_key(p.created_at) <= @time($1) AND (@time_key(p.created_at), p.id) < (@time($1), @uuid($2))
 ORDER BY @time_key(p.created_at) DESC, p.id DESC
 LIMIT $3;

-- name: payment_attempt_list_by_user
SELECT @include(payment_attempt_columns)
  FROM payment_attempts p
 WHERE p.user_id = @uuid($4) AND (@time($1) IS NULL OR (@time_key(p.created_at), p.id) < (@time($1), @uuid($2)))
 ORDER BY @time_key(p.created_at) DESC, p.id DESC
 LIMIT $3;

-- name: payment_attempt_list_by_ip
SELECT @include(payment_attempt_columns)
  FROM payment_attempts p
 WHERE p.ip_address = @inet($4) AND (@uuid($5) IS NULL OR p.user_id = @uuid($5))
   AND (@time($1) IS NULL OR (@time_key(p.created_at), p.id) < (@time($1), @uuid($2)))
 ORDER BY @time_key(p.created_at) DESC, p.id DESC
 LIMIT $3;

-- fragment: velocity_counts
count(*) AS attempts, sum(CASE WHEN p.status = 'succeeded' THEN 1 ELSE 0 END) AS succeeded,
sum(CASE WHEN p.status = 'failed' THEN 1 ELSE 0 END) AS failed, sum(CASE WHEN a.is_refused = 1 THEN 1 ELSE 0 END) AS refused

-- fragment: velocity_sums
COALESCE(sum(@count(p.credits_requested)), 0) AS credits,
COALESCE(@money_micro(sum(@amount(p.amount_requested))), 0) AS amount_micro, @time_us(min(p.created_at)) AS first_us,
@time_us(max(p.created_at)) AS last_us

-- name: payment_velocity_by_user
-- Grouped by a cast, because SQLite would scan the whole index on the column itself.
SELECT CAST(p.user_id AS text) AS subject, @include(velocity_counts), count(DISTINCT p.ip_address) AS others,
       @include(velocity_sums)
  FROM payment_attempts p
  LEFT JOIN @own(attempts) a ON a.attempt_id = p.id
 WHERE p.created_at >= @time($1)
 GROUP BY CAST(p.user_id AS text)
HAVING count(*) >= $2
 ORDER BY count(*) DESC, CAST(p.user_id AS text)
 LIMIT $3;

-- name: payment_velocity_by_ip
SELECT CAST(@inet_text(p.ip_address) AS text) AS subject, @include(velocity_counts),
       count(DISTINCT p.user_id) AS others, @include(velocity_sums)
  FROM payment_attempts p
  LEFT JOIN @own(attempts) a ON a.attempt_id = p.id
 WHERE p.created_at >= @time($1) AND p.ip_address IS NOT NULL
 GROUP BY CAST(@inet_text(p.ip_address) AS text)
HAVING count(*) >= $2
 ORDER BY count(*) DESC, CAST(@inet_text(p.ip_address) AS text)
 LIMIT $3;

-- ------------------------------------------------------------------------------------------------ statistics

-- name: statistics_get
SELECT (SELECT count(*) FROM user_profiles), (SELECT count(*) FROM packs_v2), (SELECT count(*) FROM pack_sources),
       (SELECT count(*) FROM pack_sources WHERE status NOT IN ('completed', 'failed')),
       (SELECT count(*) FROM pack_exports), (SELECT count(*) FROM jobs),
       (SELECT count(*) FROM @own(chunks) c WHERE c.owner_kind = 'source'), (SELECT count(*) FROM credit_transactions),
       (SELECT max(number) FROM @own(migrations)), @database_bytes(), @free_bytes();

-- --------------------------------------------------------------------------------------------------- values

-- name: odd_value_list
-- Rows of all users with values that are clamped when read, for the health report: table, row's id, and the columns with
-- a letter for their kind (store/odd_value.c). At most $1 of each table.
SELECT * FROM (
        SELECT 'user_profiles', CAST(x.id AS text),
       CASE WHEN @time_odd(x.plan_start_date) THEN 'plan_start_date:t ' ELSE '' END
       || CASE WHEN @time_odd(x.plan_end_date) THEN 'plan_end_date:t ' ELSE '' END
       || CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.updated_at) THEN 'updated_at:t ' ELSE '' END
       || CASE WHEN @count_odd(x.chunks_analyzed) THEN 'chunks_analyzed:n ' ELSE '' END
          FROM user_profiles x
         WHERE @time_odd(x.plan_start_date) OR @time_odd(x.plan_end_date) OR @time_odd(x.created_at)
               OR @time_odd(x.updated_at) OR @count_odd(x.chunks_analyzed)
         LIMIT $1) x_user_profiles
UNION ALL
SELECT * FROM (
        SELECT 'packs_v2', CAST(x.id AS text),
       CASE WHEN @time_odd(x.last_updated) THEN 'last_updated:t ' ELSE '' END
       || CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.updated_at) THEN 'updated_at:t ' ELSE '' END
       || CASE WHEN @count_odd(x.total_sources) THEN 'total_sources:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_tokens) THEN 'total_tokens:n ' ELSE '' END
          FROM packs_v2 x
         WHERE @time_odd(x.last_updated) OR @time_odd(x.created_at) OR @time_odd(x.updated_at)
               OR @count_odd(x.total_sources) OR @count_odd(x.total_tokens)
         LIMIT $1) x_packs_v2
UNION ALL
SELECT * FROM (
        SELECT 'pack_sources', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.completed_at) THEN 'completed_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.updated_at) THEN 'updated_at:t ' ELSE '' END
       || CASE WHEN @money_odd(x.total_cost) THEN 'total_cost:m ' ELSE '' END
       || CASE WHEN @count_odd(x.file_size) THEN 'file_size:n ' ELSE '' END
       || CASE WHEN @count_odd(x.extracted_count) THEN 'extracted_count:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_chunks) THEN 'total_chunks:n ' ELSE '' END
       || CASE WHEN @count_odd(x.processed_chunks) THEN 'processed_chunks:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_input_tokens) THEN 'total_input_tokens:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_output_tokens) THEN 'total_output_tokens:n ' ELSE '' END
          FROM pack_sources x
         WHERE @time_odd(x.created_at) OR @time_odd(x.completed_at) OR @time_odd(x.updated_at)
               OR @money_odd(x.total_cost) OR @count_odd(x.file_size) OR @count_odd(x.extracted_count)
               OR @count_odd(x.total_chunks) OR @count_odd(x.processed_chunks) OR @count_odd(x.total_input_tokens)
               OR @count_odd(x.total_output_tokens)
         LIMIT $1) x_pack_sources
UNION ALL
SELECT * FROM (
        SELECT 'pack_exports', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.updated_at) THEN 'updated_at:t ' ELSE '' END
       || CASE WHEN @count_odd(x.file_size) THEN 'file_size:n ' ELSE '' END
       || CASE WHEN @count_odd(x.token_count) THEN 'token_count:n ' ELSE '' END
       || CASE WHEN @count_odd(x.export_version) THEN 'export_version:n ' ELSE '' END
          FROM pack_exports x
         WHERE @time_odd(x.created_at) OR @time_odd(x.updated_at) OR @count_odd(x.file_size)
               OR @count_odd(x.token_count) OR @count_odd(x.export_version)
         LIMIT $1) x_pack_exports
UNION ALL
SELECT * FROM (
        SELECT 'credit_transactions', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @money_odd(x.amount) THEN 'amount:m ' ELSE '' END
          FROM credit_transactions x
         WHERE @time_odd(x.created_at) OR @money_odd(x.amount)
         LIMIT $1) x_credit_transactions
UNION ALL
SELECT * FROM (
        SELECT 'jobs', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.completed_at) THEN 'completed_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.updated_at) THEN 'updated_at:t ' ELSE '' END
       || CASE WHEN @money_odd(x.total_cost) THEN 'total_cost:m ' ELSE '' END
       || CASE WHEN @count_odd(x.file_size) THEN 'file_size:n ' ELSE '' END
       || CASE WHEN @count_odd(x.extracted_count) THEN 'extracted_count:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_chunks) THEN 'total_chunks:n ' ELSE '' END
       || CASE WHEN @count_odd(x.processed_chunks) THEN 'processed_chunks:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_input_tokens) THEN 'total_input_tokens:n ' ELSE '' END
       || CASE WHEN @count_odd(x.total_output_tokens) THEN 'total_output_tokens:n ' ELSE '' END
          FROM jobs x
         WHERE @time_odd(x.created_at) OR @time_odd(x.completed_at) OR @time_odd(x.updated_at)
               OR @money_odd(x.total_cost) OR @count_odd(x.file_size) OR @count_odd(x.extracted_count)
               OR @count_odd(x.total_chunks) OR @count_odd(x.processed_chunks) OR @count_odd(x.total_input_tokens)
               OR @count_odd(x.total_output_tokens)
         LIMIT $1) x_jobs
UNION ALL
SELECT * FROM (
        SELECT 'packs_legacy', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @count_odd(x.file_size) THEN 'file_size:n ' ELSE '' END
          FROM packs_legacy x
         WHERE @time_odd(x.created_at) OR @count_odd(x.file_size)
         LIMIT $1) x_packs_legacy
UNION ALL
SELECT * FROM (
        SELECT 'webhook_logs', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @time_odd(x.updated_at) THEN 'updated_at:t ' ELSE '' END
       || CASE WHEN @count_odd(x.payload_size) THEN 'payload_size:n ' ELSE '' END
          FROM webhook_logs x
         WHERE @time_odd(x.created_at) OR @time_odd(x.updated_at) OR @count_odd(x.payload_size)
         LIMIT $1) x_webhook_logs
UNION ALL
SELECT * FROM (
        SELECT 'payment_attempts', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @money_odd(x.amount_requested) THEN 'amount_requested:m ' ELSE '' END
       || CASE WHEN @count_odd(x.credits_requested) THEN 'credits_requested:n ' ELSE '' END
          FROM payment_attempts x
         WHERE @time_odd(x.created_at) OR @money_odd(x.amount_requested) OR @count_odd(x.credits_requested)
         LIMIT $1) x_payment_attempts
UNION ALL
SELECT * FROM (
        SELECT 'admin_actions', CAST(x.id AS text),
       CASE WHEN @time_odd(x.created_at) THEN 'created_at:t ' ELSE '' END
       || CASE WHEN @money_odd(x.amount_affected) THEN 'amount_affected:m ' ELSE '' END
          FROM admin_actions x
         WHERE @time_odd(x.created_at) OR @money_odd(x.amount_affected)
         LIMIT $1) x_admin_actions;

-- name: stuck_hold_list
-- Open holds of all users whose release would overflow the balance (user_credits_add).
SELECT h.user_id, h.hold_id, h.remaining, COALESCE(u.credits_balance, 0)
  FROM @own(holds) h
  JOIN user_profiles u ON u.id = h.user_id
 WHERE h.status = 'open' AND COALESCE(u.credits_balance, 0) + h.remaining > 2147483647
 ORDER BY h.user_id, h.hold_id
 LIMIT $1;

-- name: column_list
-- The columns of a table of the service, including those that other programs have added.
SELECT c.name, c.type, c.is_computed FROM @columns($1) c ORDER BY c.place;

-- name: secret_get
SELECT value FROM @own(secrets) WHERE name = $1;

-- name: secret_insert
-- An existing secret is not replaced.
INSERT INTO @own(secrets) (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING;

-- name: former_address_insert
INSERT INTO @own(former_addresses) (address_hash, created_at) VALUES ($1, $2) ON CONFLICT (address_hash) DO NOTHING;

-- name: former_address_count
SELECT count(*) FROM @own(former_addresses) WHERE address_hash = $1;
