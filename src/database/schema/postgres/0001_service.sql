-- The ten tables of the service. A database that has none gets them; in one that has them no column is changed: they
-- are compared with the drafts below, and what is missing around them (keys, indexes) is added. Where PostgreSQL is
-- not Supabase's, the schema auth and the roles of clients are made, too.
--
-- Rows (kind, line) of a statement tell what it changed: a "change", a "note", or a "difference" that ends the run.

CREATE FUNCTION contextpack.make_auth() RETURNS TABLE (kind text, line text) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    wanted text;
    is_own boolean := false;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname = wanted) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOINHERIT %s', wanted,
                                      CASE wanted WHEN 'service_role' THEN 'BYPASSRLS' ELSE '' END);
            RETURN QUERY SELECT 'change', 'created role ' || wanted;
        END IF;
        IF NOT pg_catalog.pg_has_role(session_user, wanted,
                                      CASE WHEN pg_catalog.current_setting('server_version_num')::integer >= 160000
                                           THEN 'SET' ELSE 'MEMBER' END) THEN
            EXECUTE pg_catalog.format('GRANT %I TO %I', wanted, session_user);
            RETURN QUERY SELECT 'change', pg_catalog.format('granted role %s to %s', wanted, session_user);
        END IF;
        IF NOT pg_catalog.has_schema_privilege(wanted, 'public', 'USAGE') THEN
            EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA public TO %I', wanted);
            RETURN QUERY SELECT 'change', 'granted USAGE on schema public to ' || wanted;
        END IF;
    END LOOP;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname = 'service_role' AND NOT r.rolbypassrls
                  AND NOT r.rolsuper) THEN
        RETURN QUERY SELECT 'difference', 'the role service_role is held back by row-level security (a superuser can '
                                          'change that: ALTER ROLE service_role BYPASSRLS)';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname IN ('anon', 'authenticated')
                  AND (r.rolbypassrls OR r.rolsuper)) THEN
        RETURN QUERY SELECT 'difference', 'the role anon or authenticated passes by row-level security (a superuser '
                                          'can change that: ALTER ROLE ... NOBYPASSRLS NOSUPERUSER)';
    END IF;

    IF pg_catalog.to_regnamespace('auth') IS NULL THEN
        CREATE SCHEMA auth;
        GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
        RETURN QUERY SELECT 'change', 'created schema auth';
    END IF;
    IF pg_catalog.to_regclass('auth.users') IS NULL THEN
        CREATE TABLE auth.users (
            id uuid NOT NULL PRIMARY KEY,
            email text,
            created_at timestamptz DEFAULT now(),
            updated_at timestamptz DEFAULT now()
        );
        COMMENT ON TABLE auth.users IS 'Users; libcontextpack adds the row of each new profile.';
        GRANT SELECT, INSERT, UPDATE, DELETE ON auth.users TO service_role;
        is_own := true;
        RETURN QUERY SELECT 'change', 'created table auth.users';
    ELSIF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = 'auth.users'::regclass
                         AND a.attname = 'id' AND a.atttypid = 'uuid'::regtype) THEN
        RETURN QUERY SELECT 'difference', 'auth.users has no column id of type uuid';
    END IF;
    -- Their bodies are bound now, so that no search_path matters, and they become part of the statement that calls them.
    IF pg_catalog.to_regprocedure('auth.jwt()') IS NULL THEN
        CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
            RETURN coalesce(nullif(pg_catalog.current_setting('request.jwt.claim', true), ''),
                            nullif(pg_catalog.current_setting('request.jwt.claims', true), ''))::pg_catalog.jsonb;
        RETURN QUERY SELECT 'change', 'created function auth.jwt()';
    END IF;
    IF pg_catalog.to_regprocedure('auth.uid()') IS NULL THEN
        CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
            RETURN coalesce(nullif(pg_catalog.current_setting('request.jwt.claim.sub', true), ''),
                            nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb
                                OPERATOR(pg_catalog.->>) 'sub')::pg_catalog.uuid;
        RETURN QUERY SELECT 'change', 'created function auth.uid()';
    END IF;
    IF pg_catalog.to_regprocedure('auth.role()') IS NULL THEN
        CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE
            RETURN coalesce(nullif(pg_catalog.current_setting('request.jwt.claim.role', true), ''),
                            nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb
                                OPERATOR(pg_catalog.->>) 'role');
        RETURN QUERY SELECT 'change', 'created function auth.role()';
    END IF;

    -- Nobody else makes users here, so that the profile does.
    IF is_own THEN
        CREATE FUNCTION contextpack.register_user() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS
            'BEGIN
                 INSERT INTO auth.users (id, email) VALUES (NEW.id, NEW.email) ON CONFLICT (id) DO NOTHING;
                 RETURN NEW;
             END';
        REVOKE ALL ON FUNCTION contextpack.register_user() FROM PUBLIC;
    END IF;
END
$$;
SELECT kind, line FROM contextpack.make_auth();
DROP FUNCTION contextpack.make_auth();

-- Drafts of the tables; those that public lacks are moved there.
CREATE SCHEMA contextpack_draft;

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

-- What of a table in public is not as in its draft. What the library can live with is a note.
CREATE FUNCTION contextpack.compare_table(wanted name) RETURNS TABLE (kind text, line text)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH draft AS (
        SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef
          FROM pg_attribute a
         WHERE a.attrelid = to_regclass(format('contextpack_draft.%I', wanted)) AND a.attnum > 0 AND NOT a.attisdropped
    ), found AS (
        SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef OR a.attidentity <> '' AS has_value
          FROM pg_attribute a
         WHERE a.attrelid = to_regclass(format('public.%I', wanted)) AND a.attnum > 0 AND NOT a.attisdropped
    )
    SELECT 'difference', format('public.%s is not a table', wanted)
      FROM pg_class c
     WHERE c.oid = to_regclass(format('public.%I', wanted)) AND c.relkind NOT IN ('r', 'p')
    UNION ALL
    SELECT 'difference', format('public.%s lacks the column %s (%s)', wanted, d.attname, format_type(d.atttypid, NULL))
      FROM draft d
     WHERE NOT EXISTS (SELECT 1 FROM found f WHERE f.attname = d.attname)
    UNION ALL
    SELECT 'difference', format('public.%s.%s is of type %s, not %s', wanted, d.attname,
                                format_type(f.atttypid, f.atttypmod), format_type(d.atttypid, NULL))
      FROM draft d JOIN found f USING (attname)
     WHERE f.atttypid <> d.atttypid
    UNION ALL
    SELECT 'difference', format('public.%s has a column %s of its own that needs a value (a default would do)', wanted,
                                f.attname)
      FROM found f
     WHERE f.attnotnull AND NOT f.has_value AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.attname = f.attname)
    UNION ALL
    SELECT 'note', format('public.%s.%s is of type %s: money is rounded to its decimals', wanted, d.attname,
                          format_type(f.atttypid, f.atttypmod))
      FROM draft d JOIN found f USING (attname)
     WHERE f.atttypid = 'numeric'::regtype AND d.atttypid = f.atttypid AND f.atttypmod <> -1
       AND ((f.atttypmod - 4) & 65535) < 6
    UNION ALL
    SELECT 'note', format('public.%s.%s may be null', wanted, d.attname)
      FROM draft d JOIN found f USING (attname)
     WHERE d.attnotnull AND NOT f.attnotnull
    UNION ALL
    SELECT 'note', format('public.%s.%s has no default', wanted, d.attname)
      FROM draft d JOIN found f USING (attname)
     WHERE d.atthasdef AND NOT f.has_value
$$;

CREATE FUNCTION contextpack.place_tables() RETURNS TABLE (kind text, line text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    wanted name;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions',
                                  'jobs', 'packs_legacy', 'webhook_logs', 'payment_attempts', 'admin_actions']::name[]
    LOOP
        IF to_regclass(format('public.%I', wanted)) IS NULL THEN
            EXECUTE format('ALTER TABLE contextpack_draft.%I SET SCHEMA public', wanted);
            RETURN QUERY SELECT 'change', format('created table public.%s', wanted);
        ELSE
            RETURN QUERY SELECT * FROM contextpack.compare_table(wanted);
        END IF;
    END LOOP;
END
$$;
SELECT kind, line FROM contextpack.place_tables();
DROP FUNCTION contextpack.place_tables();
DROP FUNCTION contextpack.compare_table(name);
SET LOCAL client_min_messages = error;
DROP SCHEMA contextpack_draft CASCADE;
SET LOCAL client_min_messages = warning;

-- An index that a wider one of the same first columns covers is not made.
CREATE FUNCTION contextpack.want_index(wanted name, of_table name, is_unique boolean, VARIADIC columns name[])
RETURNS TABLE (kind text, line text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT 1
                 FROM pg_index i
                WHERE i.indrelid = to_regclass(format('public.%I', of_table)) AND i.indisvalid AND i.indpred IS NULL
                  AND (i.indisunique AND i.indnkeyatts = array_length(columns, 1) OR NOT is_unique)
                  AND (SELECT array_agg(a.attname ORDER BY k.place)
                         FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, place)
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                        WHERE k.place <= array_length(columns, 1)) = columns) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE %s INDEX %I ON public.%I (%s)', CASE WHEN is_unique THEN 'UNIQUE' ELSE '' END, wanted,
                   of_table, (SELECT string_agg(quote_ident(c), ', ') FROM unnest(columns) c));
    RETURN QUERY SELECT 'change', format('created %sindex %s on public.%s (%s)', CASE WHEN is_unique THEN 'unique '
                                         ELSE '' END, wanted, of_table, array_to_string(columns, ', '));
END
$$;
SELECT kind, line FROM contextpack.want_index('packs_v2_pack_id_key', 'packs_v2', true, 'pack_id');
SELECT kind, line FROM contextpack.want_index('pack_sources_source_id_key', 'pack_sources', true, 'source_id');
SELECT kind, line FROM contextpack.want_index('jobs_job_id_key', 'jobs', true, 'job_id');
SELECT kind, line FROM contextpack.want_index('user_profiles_created_at', 'user_profiles', false, 'created_at', 'id');
SELECT kind, line FROM contextpack.want_index('packs_v2_user_id_updated_at', 'packs_v2', false, 'user_id', 'updated_at', 'pack_id');
SELECT kind, line FROM contextpack.want_index('packs_v2_user_id_pack_name', 'packs_v2', false, 'user_id', 'pack_name');
SELECT kind, line FROM contextpack.want_index('pack_sources_pack_id', 'pack_sources', false, 'pack_id');
SELECT kind, line FROM contextpack.want_index('pack_sources_user_id_pack_id', 'pack_sources', false, 'user_id', 'pack_id', 'created_at', 'source_id');
SELECT kind, line FROM contextpack.want_index('pack_sources_status', 'pack_sources', false, 'status', 'updated_at');
SELECT kind, line FROM contextpack.want_index('pack_exports_pack_id', 'pack_exports', false, 'pack_id');
SELECT kind, line FROM contextpack.want_index('pack_exports_user_id_pack_id', 'pack_exports', false, 'user_id', 'pack_id', 'created_at', 'id');
SELECT kind, line FROM contextpack.want_index('credit_transactions_user_id', 'credit_transactions', false, 'user_id', 'created_at', 'id');
SELECT kind, line FROM contextpack.want_index('credit_transactions_created_at', 'credit_transactions', false, 'created_at');
SELECT kind, line FROM contextpack.want_index('jobs_user_id', 'jobs', false, 'user_id', 'created_at', 'job_id');
SELECT kind, line FROM contextpack.want_index('jobs_status', 'jobs', false, 'status');
SELECT kind, line FROM contextpack.want_index('packs_legacy_user_id', 'packs_legacy', false, 'user_id', 'created_at', 'id');
SELECT kind, line FROM contextpack.want_index('packs_legacy_job_id', 'packs_legacy', false, 'job_id');
SELECT kind, line FROM contextpack.want_index('webhook_logs_webhook_id', 'webhook_logs', false, 'webhook_id');
SELECT kind, line FROM contextpack.want_index('webhook_logs_created_at', 'webhook_logs', false, 'created_at');
SELECT kind, line FROM contextpack.want_index('payment_attempts_user_id', 'payment_attempts', false, 'user_id', 'created_at');
SELECT kind, line FROM contextpack.want_index('payment_attempts_ip_address', 'payment_attempts', false, 'ip_address');
SELECT kind, line FROM contextpack.want_index('payment_attempts_created_at', 'payment_attempts', false, 'created_at');
SELECT kind, line FROM contextpack.want_index('admin_actions_created_at', 'admin_actions', false, 'created_at', 'id');
SELECT kind, line FROM contextpack.want_index('admin_actions_admin_user_id', 'admin_actions', false, 'admin_user_id', 'created_at', 'id');
SELECT kind, line FROM contextpack.want_index('admin_actions_target_user_id', 'admin_actions', false, 'target_user_id', 'created_at', 'id');
DROP FUNCTION contextpack.want_index(name, name, boolean, VARIADIC name[]);

-- The contract does not say that addresses are unique: they become so where they are.
CREATE FUNCTION contextpack.index_emails() RETURNS TABLE (kind text, line text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = 'public.user_profiles'::regclass AND i.indisvalid
                  AND i.indpred IS NULL AND pg_get_indexdef(i.indexrelid, 1, true) = 'lower(email)') THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT 1 FROM public.user_profiles u GROUP BY lower(u.email) HAVING count(*) > 1) THEN
        CREATE INDEX user_profiles_email ON public.user_profiles (lower(email));
        RETURN QUERY SELECT 'change', 'created index user_profiles_email on public.user_profiles (lower(email))'
                     UNION ALL
                     SELECT 'note', 'e-mail addresses of public.user_profiles are not unique';
    ELSE
        CREATE UNIQUE INDEX user_profiles_email ON public.user_profiles (lower(email));
        RETURN QUERY SELECT 'change', 'created unique index user_profiles_email on public.user_profiles (lower(email))';
    END IF;
END
$$;
SELECT kind, line FROM contextpack.index_emails();
DROP FUNCTION contextpack.index_emails();

-- A column that already refers to the user in another way (to user_profiles) is left as it is.
CREATE FUNCTION contextpack.want_reference(of_table name, of_column name, target text, target_column name)
RETURNS TABLE (kind text, line text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    wanted name := of_table || '_' || of_column || '_fkey';
BEGIN
    IF EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                WHERE k.conrelid = to_regclass(format('public.%I', of_table)) AND k.contype = 'f'
                  AND cardinality(k.conkey) = 1 AND a.attname = of_column
                  AND k.confrelid IN (to_regclass(target), CASE WHEN target = 'auth.users'
                                                                THEN 'public.user_profiles'::regclass END)) THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE public.%I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s (%I) NOT VALID', of_table,
                   wanted, of_column, target, target_column);
    RETURN QUERY SELECT 'change', format('created foreign key %s of public.%s to %s (%s)', wanted, of_table, target,
                                         target_column);
    BEGIN
        EXECUTE format('ALTER TABLE public.%I VALIDATE CONSTRAINT %I', of_table, wanted);
    EXCEPTION WHEN foreign_key_violation THEN
        RETURN QUERY SELECT 'note', format('public.%s has rows whose %s is not in %s: they stay, new ones are refused',
                                           of_table, of_column, target);
    END;
END
$$;
DO $$
BEGIN
    IF to_regprocedure('contextpack.register_user()') IS NOT NULL THEN
        ALTER TABLE public.user_profiles NO FORCE ROW LEVEL SECURITY;
        INSERT INTO auth.users (id, email) SELECT u.id, u.email FROM public.user_profiles u;
    END IF;
END
$$;
SELECT kind, line FROM contextpack.want_reference('user_profiles', 'id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('packs_v2', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('pack_sources', 'pack_id', 'public.packs_v2', 'pack_id');
SELECT kind, line FROM contextpack.want_reference('pack_sources', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('pack_exports', 'pack_id', 'public.packs_v2', 'pack_id');
SELECT kind, line FROM contextpack.want_reference('pack_exports', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('credit_transactions', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('jobs', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('packs_legacy', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('packs_legacy', 'job_id', 'public.jobs', 'job_id');
SELECT kind, line FROM contextpack.want_reference('payment_attempts', 'user_id', 'auth.users', 'id');
SELECT kind, line FROM contextpack.want_reference('admin_actions', 'target_user_id', 'auth.users', 'id');
DROP FUNCTION contextpack.want_reference(name, name, text, name);

DO $$
BEGIN
    IF to_regprocedure('contextpack.register_user()') IS NOT NULL THEN
        CREATE TRIGGER contextpack_register_user BEFORE INSERT ON public.user_profiles
            FOR EACH ROW EXECUTE FUNCTION contextpack.register_user();
    END IF;
END
$$;
