-- The ten tables of the service. A database that has none gets them; in one that has them no column is changed: they
-- are compared with the drafts below, and what is missing around them (keys, indexes) is added. Where PostgreSQL is
-- not Supabase's, the schema auth and the roles of clients are made, too.
--
-- A migration is made in parts (database/migrate.h): a "plan" only reads, in a dry run, too; its rows tell what will be
-- changed, with the statements that do it, so that both runs tell the same.

-- part: draft
-- Drafts of the tables; those that public lacks are moved there.
CREATE SCHEMA IF NOT EXISTS contextpack_draft;

CREATE TABLE contextpack_draft.user_profiles (
    id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL,
    full_name text,
    avatar_url text,
    r2_user_directory text NOT NULL,
    payment_plan text DEFAULT 'credits' CHECK (payment_plan IN ('credits', 'unlimited')),
    chunks_analyzed integer DEFAULT 0,
    credits_balance integer DEFAULT 10,
    subscription_id text,
    subscription_status text,
    plan_start_date timestamptz,
    plan_end_date timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.packs_v2 (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    pack_id text NOT NULL UNIQUE,
    pack_name text NOT NULL,
    description text,
    total_sources integer DEFAULT 0,
    total_tokens bigint DEFAULT 0,
    last_updated timestamptz DEFAULT now(),
    r2_pack_directory text NOT NULL,
    custom_system_prompt text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.pack_sources (
    id uuid NOT NULL PRIMARY KEY,
    pack_id text NOT NULL,
    user_id uuid NOT NULL,
    source_id text NOT NULL UNIQUE,
    source_name text NOT NULL,
    source_type text NOT NULL CHECK (source_type IN ('chat_export', 'document', 'url', 'text')),
    status text DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'ready_for_analysis', 'analyzing', 'completed', 'failed')),
    progress integer DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    error_message text,
    file_name text,
    file_size bigint,
    mime_type text,
    extracted_count integer DEFAULT 0,
    total_chunks integer DEFAULT 0,
    processed_chunks integer DEFAULT 0,
    total_input_tokens bigint DEFAULT 0,
    total_output_tokens bigint DEFAULT 0,
    total_cost numeric DEFAULT 0.0000,
    r2_raw_path text,
    r2_extracted_path text,
    r2_chunked_path text,
    r2_analyzed_path text,
    created_at timestamptz DEFAULT now(),
    completed_at timestamptz,
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.pack_exports (
    id uuid NOT NULL PRIMARY KEY,
    pack_id text NOT NULL,
    user_id uuid NOT NULL,
    export_type text NOT NULL CHECK (export_type IN ('compact', 'standard', 'complete')),
    export_version integer DEFAULT 1,
    file_size bigint,
    token_count bigint,
    r2_path text NOT NULL,
    status text DEFAULT 'generating' CHECK (status IN ('generating', 'ready', 'failed')),
    error_message text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.credit_transactions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    transaction_type text NOT NULL
        CHECK (transaction_type IN ('purchase', 'usage', 'refund', 'bonus', 'unlimited_usage')),
    credits integer NOT NULL,
    amount numeric,
    package_id text,
    job_id text,
    stripe_payment_id text,
    description text,
    metadata jsonb,
    created_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.jobs (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    job_id text NOT NULL UNIQUE,
    status text DEFAULT 'created',
    file_name text NOT NULL,
    file_size bigint NOT NULL,
    r2_path text NOT NULL,
    extracted_count integer DEFAULT 0,
    total_chunks integer DEFAULT 0,
    processed_chunks integer DEFAULT 0,
    failed_chunks integer[] DEFAULT '{}',
    total_input_tokens bigint DEFAULT 0,
    total_output_tokens bigint DEFAULT 0,
    total_cost numeric DEFAULT 0.0000,
    progress integer DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    error_message text,
    created_at timestamptz DEFAULT now(),
    completed_at timestamptz,
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.packs_legacy (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    job_id text NOT NULL,
    pack_name text NOT NULL,
    r2_pack_path text NOT NULL,
    extraction_stats jsonb,
    chunk_stats jsonb,
    analysis_stats jsonb,
    file_size bigint,
    created_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.webhook_logs (
    id uuid NOT NULL PRIMARY KEY,
    webhook_id text NOT NULL,
    event_type text NOT NULL,
    stripe_event_type text,
    payload_size integer,
    signature_present boolean DEFAULT false,
    status text DEFAULT 'processing',
    error_message text,
    processed_data jsonb,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.payment_attempts (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    attempt_type text NOT NULL,
    credits_requested integer,
    amount_requested numeric,
    ip_address inet,
    user_agent text,
    status text NOT NULL CHECK (status IN ('initiated', 'processing', 'succeeded', 'failed', 'cancelled')),
    error_message text,
    created_at timestamptz DEFAULT now()
);

CREATE TABLE contextpack_draft.admin_actions (
    id uuid NOT NULL PRIMARY KEY,
    admin_user_id uuid,
    action_type text NOT NULL,
    target_user_id uuid NOT NULL,
    credits_affected integer,
    amount_affected numeric,
    reason text NOT NULL,
    details jsonb,
    created_at timestamptz DEFAULT now()
);
-- part: plan
-- The roles of clients.
SELECT 'denied', format('the role %s is missing, and %s may not create it', w.name, current_user)
  FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) w (name), pg_roles me
 WHERE me.rolname = current_user AND NOT me.rolsuper
   AND NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = w.name)
   AND NOT (me.rolcreaterole AND (w.name <> 'service_role' OR me.rolbypassrls
                                  AND current_setting('server_version_num')::integer >= 160000));
SELECT 'change', 'created role ' || w.name, NULL, 'open',
       format('CREATE ROLE %I NOLOGIN NOINHERIT %s', w.name, CASE w.name WHEN 'service_role' THEN 'BYPASSRLS' END)
  FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) w (name)
 WHERE NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = w.name);
SELECT 'change', format('granted role %s to %s', w.name, session_user), NULL, 'open',
       format('GRANT %I TO %I', w.name, session_user)
  FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) w (name)
  LEFT JOIN pg_roles r ON r.rolname = w.name
 WHERE CASE WHEN r.oid IS NULL THEN NOT (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = session_user)
            ELSE NOT pg_has_role(session_user, r.oid,
                                 CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET'
                                      ELSE 'MEMBER' END) END;
SELECT 'change', 'granted USAGE on schema public to ' || w.name,
       format('REVOKE USAGE ON SCHEMA public FROM %I', w.name), 'open',
       format('GRANT USAGE ON SCHEMA public TO %I', w.name)
  FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) w (name)
  LEFT JOIN pg_roles r ON r.rolname = w.name
 WHERE CASE WHEN r.oid IS NOT NULL THEN NOT has_schema_privilege(r.oid, 'public', 'USAGE')
            ELSE NOT EXISTS (SELECT 1 FROM pg_namespace n, aclexplode(n.nspacl) a
                              WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'USAGE') END;
SELECT 'difference', 'the role service_role is held back by row-level security (a superuser can change that: ALTER ROLE '
                     'service_role BYPASSRLS)'
  FROM pg_roles r
 WHERE r.rolname = 'service_role' AND NOT r.rolbypassrls AND NOT r.rolsuper;
SELECT 'difference', 'the role anon or authenticated passes by row-level security (a superuser can change that: ALTER ROLE '
                     '... NOBYPASSRLS NOSUPERUSER)'
 WHERE EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname IN ('anon', 'authenticated') AND (r.rolbypassrls OR r.rolsuper));

-- The schema auth. Bodies of functions are bound when they are made, so that no search_path matters. auth.uid() is called
-- and is no part of the statement that calls it: it would make the plan of every policy of every statement dearer.
SELECT 'change', 'created schema auth', NULL, 'open', 'CREATE SCHEMA auth' WHERE to_regnamespace('auth') IS NULL;
SELECT 'step', NULL, NULL, 'open', 'GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role'
 WHERE to_regnamespace('auth') IS NULL;
SELECT 'change', 'created table auth.users', NULL, 'open',
       'CREATE TABLE auth.users (id uuid NOT NULL PRIMARY KEY, email text, created_at timestamptz DEFAULT now(), '
       'updated_at timestamptz DEFAULT now())'
 WHERE to_regclass('auth.users') IS NULL;
SELECT 'step', NULL, NULL, 'open', s.step
  FROM unnest(ARRAY['COMMENT ON TABLE auth.users IS ''Users; libcontextpack adds the row of each new profile.''',
                    'GRANT SELECT, INSERT, UPDATE, DELETE ON auth.users TO service_role']) s (step)
 WHERE to_regclass('auth.users') IS NULL;
SELECT 'difference', 'auth.users has no column id of type uuid'
 WHERE to_regclass('auth.users') IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = to_regclass('auth.users') AND a.attname = 'id'
                      AND a.atttypid = 'uuid'::regtype);
SELECT 'change', 'created function auth.jwt()', NULL, 'open',
       'CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
            RETURN coalesce(nullif(pg_catalog.current_setting(''request.jwt.claim'', true), ''''),
                            nullif(pg_catalog.current_setting(''request.jwt.claims'', true), ''''))::pg_catalog.jsonb'
 WHERE to_regprocedure('auth.jwt()') IS NULL;
SELECT 'change', 'created function auth.uid()', NULL, 'open',
       'CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE AS
            ''BEGIN
                 RETURN coalesce(nullif(pg_catalog.current_setting(''''request.jwt.claim.sub'''', true), ''''''''),
                                 nullif(pg_catalog.current_setting(''''request.jwt.claims'''', true), '''''''')::pg_catalog.jsonb
                                     OPERATOR(pg_catalog.->>) ''''sub'''')::pg_catalog.uuid;
             END'''
 WHERE to_regprocedure('auth.uid()') IS NULL;
SELECT 'change', 'created function auth.role()', NULL, 'open',
       'CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE
            RETURN coalesce(nullif(pg_catalog.current_setting(''request.jwt.claim.role'', true), ''''),
                            nullif(pg_catalog.current_setting(''request.jwt.claims'', true), '''')::pg_catalog.jsonb
                                OPERATOR(pg_catalog.->>) ''role'')'
 WHERE to_regprocedure('auth.role()') IS NULL;

-- An auth.uid() whose body becomes part of every policy of every statement (Supabase's is a text) is called instead: that
-- costs less where plans are made anew each time.
SELECT 'change', 'replaced function auth.uid() by one that is called', NULL, 'open',
       'CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE AS
            ''BEGIN
                 RETURN coalesce(nullif(pg_catalog.current_setting(''''request.jwt.claim.sub'''', true), ''''''''),
                                 nullif(pg_catalog.current_setting(''''request.jwt.claims'''', true), '''''''')::pg_catalog.jsonb
                                     OPERATOR(pg_catalog.->>) ''''sub'''')::pg_catalog.uuid;
             END'''
  FROM pg_proc p
 WHERE p.oid = to_regprocedure('auth.uid()') AND p.prosqlbody IS NOT NULL AND pg_has_role(p.proowner, 'USAGE');

-- The tables: made, or compared with their drafts. What the library can live with is a note.
SELECT 'denied', format('public.%s belongs to the role %s', c.relname, c.relowner::regrole)
  FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT pg_has_role(c.relowner, 'USAGE')
   AND c.relname IN (SELECT d.relname FROM pg_class d WHERE d.relnamespace = 'contextpack_draft'::regnamespace)
 ORDER BY c.relname;
SELECT 'change', format('created table public.%s', d.relname), NULL, 'open',
       format('ALTER TABLE contextpack_draft.%I SET SCHEMA public', d.relname)
  FROM pg_class d
 WHERE d.relnamespace = 'contextpack_draft'::regnamespace AND d.relkind = 'r'
   AND to_regclass(format('public.%I', d.relname)) IS NULL
 ORDER BY d.oid;
WITH both_tables AS (
    SELECT d.oid AS draft, d.relname, c.oid AS found, c.relkind
      FROM pg_class d JOIN pg_class c ON c.relname = d.relname AND c.relnamespace = 'public'::regnamespace
     WHERE d.relnamespace = 'contextpack_draft'::regnamespace AND d.relkind = 'r'
), draft AS (
    SELECT t.relname, t.draft, a.attname, a.attnum, a.atttypid, a.attnotnull, a.atthasdef
      FROM both_tables t JOIN pg_attribute a ON a.attrelid = t.draft AND a.attnum > 0 AND NOT a.attisdropped
), found AS (
    SELECT t.relname, t.draft, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull,
           a.atthasdef OR a.attidentity <> '' AS has_value
      FROM both_tables t JOIN pg_attribute a ON a.attrelid = t.found AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT told.kind, told.line FROM (
    SELECT 1 AS place, t.draft::bigint AS draft, 0 AS attnum, 'difference' AS kind,
           format('public.%s is not a table', t.relname) AS line
      FROM both_tables t
     WHERE t.relkind NOT IN ('r', 'p')
    UNION ALL
    SELECT 2, d.draft::bigint, d.attnum, 'difference',
           format('public.%s lacks the column %s (%s)', d.relname, d.attname, format_type(d.atttypid, NULL))
      FROM draft d
     WHERE NOT EXISTS (SELECT 1 FROM found f WHERE f.relname = d.relname AND f.attname = d.attname)
    UNION ALL
    SELECT 3, d.draft::bigint, d.attnum, 'difference',
           format('public.%s.%s is of type %s, not %s', d.relname, d.attname, format_type(f.atttypid, f.atttypmod),
                  format_type(d.atttypid, NULL))
      FROM draft d JOIN found f USING (relname, attname)
     WHERE f.atttypid <> d.atttypid
    UNION ALL
    SELECT 4, f.draft::bigint, f.attnum, 'difference',
           format('public.%s has a column %s of its own that needs a value (a default would do)', f.relname, f.attname)
      FROM found f
     WHERE f.attnotnull AND NOT f.has_value
       AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.relname = f.relname AND d.attname = f.attname)
    UNION ALL
    SELECT 5, d.draft::bigint, d.attnum, 'note',
           format('public.%s.%s is of type %s: money is rounded to its decimals', d.relname, d.attname,
                  format_type(f.atttypid, f.atttypmod))
      FROM draft d JOIN found f USING (relname, attname)
     WHERE f.atttypid = 'numeric'::regtype AND d.atttypid = f.atttypid AND f.atttypmod <> -1
       AND ((f.atttypmod - 4) & 65535) < 6
    UNION ALL
    SELECT 6, d.draft::bigint, d.attnum, 'note', format('public.%s.%s may be null', d.relname, d.attname)
      FROM draft d JOIN found f USING (relname, attname)
     WHERE d.attnotnull AND NOT f.attnotnull
    UNION ALL
    SELECT 7, d.draft::bigint, d.attnum, 'note', format('public.%s.%s has no default', d.relname, d.attname)
      FROM draft d JOIN found f USING (relname, attname)
     WHERE d.atthasdef AND NOT f.has_value) told
 ORDER BY told.place, told.draft, told.attnum;

-- Indexes. One that a wider one of the same first columns covers is not made. A table in use goes on being read and
-- written while its index is built; what an earlier run could not finish is removed first.
WITH wanted (place, index_name, table_name, is_unique, columns) AS (VALUES
    (1, 'packs_v2_pack_id_key', 'packs_v2', true, ARRAY['pack_id']),
    (2, 'pack_sources_source_id_key', 'pack_sources', true, ARRAY['source_id']),
    (3, 'jobs_job_id_key', 'jobs', true, ARRAY['job_id']),
    (4, 'packs_v2_user_id_pack_name', 'packs_v2', false, ARRAY['user_id', 'pack_name']),
    (5, 'pack_sources_pack_id', 'pack_sources', false, ARRAY['pack_id']),
    (6, 'pack_sources_status', 'pack_sources', false, ARRAY['status', 'updated_at']),
    (7, 'pack_exports_pack_id', 'pack_exports', false, ARRAY['pack_id']),
    (8, 'credit_transactions_created_at', 'credit_transactions', false, ARRAY['created_at']),
    (9, 'jobs_status', 'jobs', false, ARRAY['status']),
    (10, 'packs_legacy_job_id', 'packs_legacy', false, ARRAY['job_id']),
    (11, 'webhook_logs_webhook_id', 'webhook_logs', false, ARRAY['webhook_id']),
    (12, 'webhook_logs_created_at', 'webhook_logs', false, ARRAY['created_at']),
    (13, 'payment_attempts_ip_address', 'payment_attempts', false, ARRAY['ip_address']),
    (14, 'payment_attempts_created_at', 'payment_attempts', false, ARRAY['created_at']),
    (15, 'admin_actions_created_at', 'admin_actions', false, ARRAY['created_at', 'id'])
), missing AS (
    SELECT w.*
      FROM wanted w
     WHERE NOT EXISTS (
               SELECT 1
                 FROM pg_index i
                WHERE i.indrelid = coalesce(to_regclass('public.' || w.table_name),
                                            to_regclass('contextpack_draft.' || w.table_name))
                  AND i.indisvalid AND i.indpred IS NULL
                  AND (i.indisunique AND i.indnkeyatts = array_length(w.columns, 1) OR NOT w.is_unique)
                  AND (SELECT array_agg(a.attname::text ORDER BY k.place)
                         FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, place)
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                        WHERE k.place <= array_length(w.columns, 1)) = w.columns)
)
SELECT x.*
  FROM missing m, LATERAL contextpack_draft.index_steps(m.index_name, m.table_name, m.is_unique,
                                                        array_to_string(m.columns, ', '), NULL) x
 ORDER BY m.place, x.place;

-- The contract does not say that addresses are unique: they become so where they are.
SELECT x.*
  FROM (SELECT to_regclass('public.user_profiles') AS found,
               to_regclass('public.user_profiles') IS NOT NULL
               AND contextpack_draft.finds('SELECT 1 FROM public.user_profiles u GROUP BY lower(u.email) '
                                           'HAVING count(*) > 1') AS are_double OFFSET 0) s,
       LATERAL (SELECT * FROM contextpack_draft.index_steps('user_profiles_email', 'user_profiles', NOT s.are_double,
                                                            'lower(email)', NULL)
                UNION ALL
                SELECT 'note', 'e-mail addresses of public.user_profiles are not unique', NULL, NULL, NULL, 9
                 WHERE s.are_double) x
 WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = s.found AND i.indisvalid AND i.indpred IS NULL
                      AND pg_get_indexdef(i.indexrelid, 1, true) = 'lower(email)')
 ORDER BY x.place;

-- Plans by their end, for taking back those that are over; transactions by Stripe's id: what an earlier service credited is
-- not credited again.
SELECT * FROM contextpack_draft.index_steps('user_profiles_plan_end_date', 'user_profiles', false, 'plan_end_date',
                                            'payment_plan = ''unlimited''');
SELECT * FROM contextpack_draft.index_steps('credit_transactions_stripe_id', 'credit_transactions', false,
                                            'stripe_payment_id', 'stripe_payment_id IS NOT NULL');

-- Lists go by times within the years 1 to 9999: a row with another time, or none, has its place, too. These expressions
-- are those of @time_key in queries.sql.
WITH wanted (place, index_name, table_name, columns_before, time_column, column_after) AS (VALUES
    (1, 'user_profiles_newest', 'user_profiles', '', 'created_at', 'id'),
    (2, 'credit_transactions_newest', 'credit_transactions', 'user_id, ', 'created_at', 'id'),
    (3, 'admin_actions_newest', 'admin_actions', '', 'created_at', 'id'),
    (4, 'admin_actions_by_admin', 'admin_actions', 'admin_user_id, ', 'created_at', 'id'),
    (5, 'admin_actions_by_target', 'admin_actions', 'target_user_id, ', 'created_at', 'id'),
    (6, 'packs_v2_newest', 'packs_v2', 'user_id, ', 'updated_at', 'pack_id'),
    (7, 'pack_sources_newest', 'pack_sources', 'user_id, pack_id, ', 'created_at', 'source_id'),
    (8, 'pack_exports_newest', 'pack_exports', 'user_id, pack_id, ', 'created_at', 'id'),
    (9, 'jobs_newest', 'jobs', 'user_id, ', 'created_at', 'job_id'),
    (10, 'packs_legacy_newest', 'packs_legacy', 'user_id, ', 'created_at', 'id'),
    (11, 'webhook_logs_newest', 'webhook_logs', '', 'created_at', 'id'),
    (12, 'webhook_logs_by_status', 'webhook_logs', 'status, ', 'created_at', 'id'),
    (13, 'payment_attempts_by_time', 'payment_attempts', '', 'created_at', 'id'),
    (14, 'payment_attempts_by_user', 'payment_attempts', 'user_id, ', 'created_at', 'id')
)
SELECT x.*
  FROM wanted w,
       LATERAL contextpack_draft.index_steps(w.index_name, w.table_name, false, format(
           '%s(GREATEST(LEAST(COALESCE(%s, timestamptz ''0001-01-01 00:00:00+00''), '
           'timestamptz ''9999-12-31 23:59:59.999999+00''), timestamptz ''0001-01-01 00:00:00+00'')), %s',
           w.columns_before, w.time_column, w.column_after), NULL) x
 ORDER BY w.place, x.place;

-- Which rows name a blob, or a folder that it lies in: asked before one is removed. Paths that hold the row's identifier as
-- a part, which are those that this library makes, are found by the identifier and left out.
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

-- Nobody else makes users where auth.users is ours, so that the profile does.
SELECT 'step', NULL, NULL, s.part, s.step
  FROM (VALUES
    (1, 'open', 'CREATE FUNCTION contextpack.register_user() RETURNS trigger LANGUAGE plpgsql SET search_path = '''' AS
            ''BEGIN
                 INSERT INTO auth.users (id, email) VALUES (NEW.id, NEW.email) ON CONFLICT (id) DO NOTHING;
                 RETURN NEW;
             END'''),
    (2, 'open', 'REVOKE ALL ON FUNCTION contextpack.register_user() FROM PUBLIC'),
    (3, 'open', 'GRANT SELECT ON public.user_profiles TO service_role'),
    (4, 'open', 'DO $do$ BEGIN
                     IF row_security_active(''public.user_profiles'') THEN
                         SET LOCAL ROLE service_role;
                     END IF;
                     INSERT INTO auth.users (id, email) SELECT u.id, u.email FROM public.user_profiles u;
                     RESET ROLE;
                 END $do$'),
    (5, 'locked', 'DO $do$ BEGIN
                       IF row_security_active(''public.user_profiles'') THEN
                           SET LOCAL ROLE service_role;
                       END IF;
                       INSERT INTO auth.users (id, email) SELECT u.id, u.email FROM public.user_profiles u
                        WHERE NOT EXISTS (SELECT 1 FROM auth.users a WHERE a.id = u.id);
                       RESET ROLE;
                   END $do$'),
    (6, 'locked', 'CREATE TRIGGER contextpack_register_user BEFORE INSERT ON public.user_profiles FOR EACH ROW EXECUTE '
                  'FUNCTION contextpack.register_user()')) s (place, part, step)
 WHERE to_regclass('auth.users') IS NULL
 ORDER BY s.place;

-- Foreign keys. A column that already refers to the user in another way (to user_profiles) is left as it is. Rows that
-- are there are looked through later, while everybody goes on. Where a login's deletion takes its profile along, it takes
-- rows of packs and jobs along, too, and is not held up by those of money and administrators, which stayed before.
WITH wanted (place, table_name, column_name, target, target_column, rule) AS (VALUES
    (1, 'user_profiles', 'id', 'auth.users', 'id', ''),
    (2, 'packs_v2', 'user_id', 'auth.users', 'id', ''),
    (3, 'pack_sources', 'pack_id', 'public.packs_v2', 'pack_id', ' ON DELETE CASCADE'),
    (4, 'pack_sources', 'user_id', 'auth.users', 'id', ''),
    (5, 'pack_exports', 'pack_id', 'public.packs_v2', 'pack_id', ' ON DELETE CASCADE'),
    (6, 'pack_exports', 'user_id', 'auth.users', 'id', ''),
    (7, 'credit_transactions', 'user_id', 'auth.users', 'id', ''),
    (8, 'jobs', 'user_id', 'auth.users', 'id', ''),
    (9, 'packs_legacy', 'user_id', 'auth.users', 'id', ''),
    (10, 'packs_legacy', 'job_id', 'public.jobs', 'job_id', ''),
    (11, 'payment_attempts', 'user_id', 'auth.users', 'id', ''),
    (12, 'admin_actions', 'target_user_id', 'auth.users', 'id', '')
)
SELECT x.*
  FROM wanted w,
       LATERAL (SELECT w.target = 'auth.users' AND EXISTS (
                           SELECT 1 FROM pg_constraint k
                            WHERE k.conrelid = to_regclass('public.user_profiles') AND k.contype = 'f'
                              AND k.confrelid = to_regclass('auth.users') AND k.confdeltype = 'c') AS follows) f,
       LATERAL contextpack_draft.reference_steps(w.table_name, w.column_name, w.target, w.target_column,
                                                 CASE WHEN f.follows THEN ' ON DELETE CASCADE' ELSE w.rule END) x
 WHERE NOT (f.follows AND w.table_name IN ('credit_transactions', 'payment_attempts', 'admin_actions'))
   AND NOT EXISTS (
           SELECT 1
             FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            WHERE k.conrelid = to_regclass('public.' || w.table_name) AND k.contype = 'f' AND cardinality(k.conkey) = 1
              AND a.attname = w.column_name
              AND k.confrelid IN (to_regclass(w.target), CASE WHEN w.target = 'auth.users'
                                                              THEN to_regclass('public.user_profiles') END))
 ORDER BY w.place, x.place;

-- Users may delete their packs, but not the exports in them: those go with their pack, as sources do.
SELECT x.kind, x.line, x.undo, x.part, x.step
  FROM (VALUES (1, 'pack_sources'), (2, 'pack_exports')) w (place, table_name)
  JOIN pg_constraint k ON k.conrelid = to_regclass('public.' || w.table_name) AND k.contype = 'f'
                      AND k.confrelid = to_regclass('public.packs_v2') AND cardinality(k.conkey) = 1
                      AND k.confdeltype IN ('a', 'r')
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND a.attname = 'pack_id',
       LATERAL (SELECT 'change' AS kind,
                       format('foreign key %s of public.%s: rows go with their pack (ON DELETE CASCADE)', k.conname,
                              w.table_name) AS line,
                       format('ALTER TABLE public.%1$I DROP CONSTRAINT %2$I; ALTER TABLE public.%1$I ADD CONSTRAINT %2$I %3$s',
                              w.table_name, k.conname, pg_get_constraintdef(k.oid)) AS undo,
                       'locked' AS part,
                       format('ALTER TABLE public.%1$I DROP CONSTRAINT %2$I; ALTER TABLE public.%1$I ADD CONSTRAINT %2$I '
                              'FOREIGN KEY (pack_id) REFERENCES public.packs_v2 (pack_id) ON DELETE CASCADE NOT VALID',
                              w.table_name, k.conname) AS step, 1 AS place
                UNION ALL
                SELECT * FROM contextpack_draft.validation_steps(w.table_name, 'pack_id', k.conname, 'public.packs_v2',
                                                                 'pack_id')) x
 ORDER BY w.place, k.conname, x.place;

-- part: open
DROP SCHEMA contextpack_draft CASCADE;
