-- A database as the service leaves it after years on Supabase, before this library sees it: the ten tables with columns,
-- indexes, policies and values of its own. Run as a superuser; the role :owner owns what Supabase's "postgres" would. psql's
-- variable `users` says how many there are.
CREATE SCHEMA auth;
CREATE TABLE auth.users (
    id uuid PRIMARY KEY,
    email varchar(255),
    raw_user_meta_data jsonb,
    encrypted_password text,
    created_at timestamptz DEFAULT now()
);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
    'SELECT (nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb ->> ''sub'')::uuid';
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS
    'SELECT nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb ->> ''role''';
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
    'SELECT nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb';
GRANT USAGE ON SCHEMA auth TO :owner, anon, authenticated, service_role;
GRANT ALL ON auth.users TO :owner WITH GRANT OPTION;
GRANT ALL ON SCHEMA public TO :owner;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE :owner IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
GRANT CREATE ON DATABASE :"DBNAME" TO :owner;
SET ROLE :owner;

CREATE TABLE public.user_profiles (
    id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
    email text NOT NULL, full_name text, avatar_url text, r2_user_directory text NOT NULL,
    payment_plan text DEFAULT 'credits', chunks_analyzed integer DEFAULT 0, credits_balance integer DEFAULT 10,
    subscription_id text, subscription_status text, plan_start_date timestamptz, plan_end_date timestamptz,
    created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
    newsletter boolean NOT NULL DEFAULT false, referred_by uuid);
CREATE TABLE public.packs_v2 (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    pack_id text UNIQUE NOT NULL, pack_name text NOT NULL, description text, total_sources integer DEFAULT 0,
    total_tokens bigint DEFAULT 0, last_updated timestamptz DEFAULT now(), r2_pack_directory text NOT NULL,
    custom_system_prompt text, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
    archived_at timestamptz);
CREATE TABLE public.pack_sources (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), pack_id text NOT NULL, user_id uuid NOT NULL REFERENCES auth.users (id),
    source_id text UNIQUE NOT NULL, source_name text NOT NULL, source_type text NOT NULL, status text DEFAULT 'pending',
    progress integer DEFAULT 0, error_message text, file_name text, file_size bigint, mime_type text,
    extracted_count integer DEFAULT 0, total_chunks integer DEFAULT 0, processed_chunks integer DEFAULT 0,
    total_input_tokens bigint DEFAULT 0, total_output_tokens bigint DEFAULT 0, total_cost numeric DEFAULT 0.0000,
    r2_raw_path text, r2_extracted_path text, r2_chunked_path text, r2_analyzed_path text,
    created_at timestamptz DEFAULT now(), completed_at timestamptz, updated_at timestamptz DEFAULT now(), retries smallint);
CREATE TABLE public.pack_exports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), pack_id text NOT NULL REFERENCES public.packs_v2 (pack_id),
    user_id uuid NOT NULL REFERENCES auth.users (id), export_type text NOT NULL, export_version integer DEFAULT 1,
    file_size bigint, token_count bigint, r2_path text NOT NULL, status text DEFAULT 'generating', error_message text,
    created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE public.credit_transactions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users (id),
    transaction_type text NOT NULL, credits integer NOT NULL, amount numeric, package_id text, job_id text,
    stripe_payment_id text, description text, metadata jsonb, created_at timestamptz DEFAULT now());
CREATE TABLE public.jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users (id), job_id text UNIQUE NOT NULL,
    status text DEFAULT 'created', file_name text NOT NULL, file_size bigint NOT NULL, r2_path text NOT NULL,
    extracted_count integer DEFAULT 0, total_chunks integer DEFAULT 0, processed_chunks integer DEFAULT 0,
    failed_chunks integer[] DEFAULT '{}', total_input_tokens bigint DEFAULT 0, total_output_tokens bigint DEFAULT 0,
    total_cost numeric DEFAULT 0.0000, progress integer DEFAULT 0, error_message text, created_at timestamptz DEFAULT now(),
    completed_at timestamptz, updated_at timestamptz DEFAULT now());
CREATE TABLE public.packs_legacy (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users (id),
    job_id text NOT NULL REFERENCES public.jobs (job_id), pack_name text NOT NULL, r2_pack_path text NOT NULL,
    extraction_stats jsonb, chunk_stats jsonb, analysis_stats jsonb, file_size bigint, created_at timestamptz DEFAULT now());
CREATE TABLE public.webhook_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), webhook_id text NOT NULL, event_type text NOT NULL, stripe_event_type text,
    payload_size integer, signature_present boolean DEFAULT false, status text DEFAULT 'processing', error_message text,
    processed_data jsonb, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
CREATE TABLE public.payment_attempts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users (id), attempt_type text NOT NULL,
    credits_requested integer, amount_requested numeric, ip_address inet, user_agent text, status text NOT NULL,
    error_message text, created_at timestamptz DEFAULT now());
CREATE TABLE public.admin_actions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), admin_user_id uuid, action_type text NOT NULL,
    target_user_id uuid NOT NULL REFERENCES auth.users (id), credits_affected integer, amount_affected numeric,
    reason text NOT NULL, details jsonb, created_at timestamptz DEFAULT now());
CREATE INDEX ON public.packs_v2 (user_id);
CREATE INDEX ON public.pack_sources (pack_id);
CREATE INDEX ON public.pack_sources (user_id);
CREATE INDEX ON public.credit_transactions (user_id);
CREATE INDEX recent_hooks ON public.webhook_logs (created_at DESC) WHERE status <> 'completed';
DO $$
DECLARE
    of_table text;
BEGIN
    FOREACH of_table IN ARRAY ARRAY['user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions', 'jobs',
                                    'packs_legacy'] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', of_table);
        EXECUTE format('CREATE POLICY "Own rows" ON public.%I FOR ALL USING (auth.uid() = %I)', of_table,
                       CASE of_table WHEN 'user_profiles' THEN 'id' ELSE 'user_id' END);
    END LOOP;
END
$$;
CREATE POLICY "Shared packs, for everybody" ON public.packs_v2 FOR SELECT TO anon, authenticated USING (description = 'shared');
CREATE POLICY support ON public.packs_v2 FOR ALL TO service_role USING (true) WITH CHECK (true);
GRANT SELECT (id, full_name) ON public.user_profiles TO PUBLIC;
REVOKE DELETE, TRUNCATE ON public.credit_transactions FROM anon;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = now(); RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON public.packs_v2 FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE FUNCTION public.make_profile() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS
    'BEGIN
         INSERT INTO public.user_profiles (id, email, r2_user_directory) VALUES (NEW.id, NEW.email, ''user_'' || NEW.id);
         RETURN NEW;
     END';
RESET ROLE;
CREATE TRIGGER make_profile AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.make_profile();

CREATE FUNCTION pg_temp.user_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    'SELECT (''00000000-0000-4000-a000-'' || lpad(to_hex(n), 12, ''0''))::uuid';
INSERT INTO auth.users (id, email, created_at)
SELECT pg_temp.user_id(n), format('member%s@example.net', n), timestamptz '2023-06-01' + n * interval '11 minutes'
  FROM generate_series(1, :users) n;
INSERT INTO public.packs_v2 (user_id, pack_id, pack_name, description, r2_pack_directory, created_at, updated_at)
SELECT pg_temp.user_id(1 + n % :users), 'p-' || n, 'Pack ' || n, CASE n % 97 WHEN 0 THEN 'shared' END, 'packs/' || n,
       CASE n % 50 WHEN 0 THEN NULL ELSE timestamptz '2024-01-01' + n * interval '1 minute' END, NULL
  FROM generate_series(1, 5 * :users) n;
INSERT INTO public.pack_sources (user_id, pack_id, source_id, source_name, source_type, status, total_cost, created_at)
SELECT pg_temp.user_id(1 + (n / 4) % :users), 'p-' || (1 + (n / 4) % (5 * :users)), 's-' || n, 'conversations.json',
       (ARRAY['chat_export', 'document', 'url', 'text', 'audio'])[1 + n % 5],
       (ARRAY['completed', 'failed', 'pending', 'analyzing', 'Done'])[1 + n % 5], 0.0417, timestamptz '2024-01-01' + n * interval '20 seconds'
  FROM generate_series(1, 20 * :users) n;
INSERT INTO public.pack_sources (user_id, pack_id, source_id, source_name, source_type)
SELECT pg_temp.user_id(n), 'lost-' || n, 'orphan-' || n, 'of a pack that is gone', 'text' FROM generate_series(1, 9) n;
INSERT INTO public.pack_exports (user_id, pack_id, export_type, r2_path, status)
SELECT p.user_id, p.pack_id, 'standard', p.r2_pack_directory || '/standard.md', 'ready' FROM public.packs_v2 p;
INSERT INTO public.credit_transactions (user_id, transaction_type, credits, amount, stripe_payment_id, created_at)
SELECT pg_temp.user_id(1 + n % :users), CASE n % 10 WHEN 0 THEN 'purchase' WHEN 1 THEN 'unlimited_usage' ELSE 'usage' END,
       CASE n % 10 WHEN 0 THEN 100 ELSE -2 END, CASE n % 10 WHEN 0 THEN 9.99 END, CASE n % 10 WHEN 0 THEN 'pi_' || n END,
       timestamptz '2024-01-01' + n * interval '7 seconds'
  FROM generate_series(1, 50 * :users) n;
INSERT INTO public.jobs (user_id, job_id, status, file_name, file_size, r2_path)
SELECT pg_temp.user_id(n), 'j-' || n, 'completed', 'conversations.json', 1000, 'jobs/' || n FROM generate_series(1, :users / 2) n;
INSERT INTO public.packs_legacy (user_id, job_id, pack_name, r2_pack_path)
SELECT j.user_id, j.job_id, 'Old', j.r2_path || '/pack.txt' FROM public.jobs j;
INSERT INTO public.webhook_logs (webhook_id, event_type, status, created_at)
SELECT 'evt_' || n / 2, 'payment', (ARRAY['completed', 'success', 'error'])[1 + n % 3], timestamptz '2024-01-01' + n * interval '1 minute'
  FROM generate_series(1, 10 * :users) n;
INSERT INTO public.payment_attempts (user_id, attempt_type, ip_address, status)
SELECT pg_temp.user_id(n), 'credits', '192.0.2.7', 'succeeded' FROM generate_series(1, :users / 2) n;
INSERT INTO public.admin_actions (action_type, target_user_id, reason)
SELECT 'support_credit', pg_temp.user_id(n), 'Support' FROM generate_series(1, :users / 20) n;
UPDATE public.user_profiles SET credits_balance = NULL WHERE id = pg_temp.user_id(3);
UPDATE public.user_profiles SET credits_balance = -40, payment_plan = 'pro' WHERE id = pg_temp.user_id(5);
UPDATE public.user_profiles SET created_at = NULL, updated_at = NULL WHERE id = pg_temp.user_id(7);
UPDATE public.user_profiles SET email = 'Member9@Example.net' WHERE id = pg_temp.user_id(10);
UPDATE public.user_profiles SET r2_user_directory = 'shared/' WHERE id IN (pg_temp.user_id(11), pg_temp.user_id(12));
DELETE FROM public.user_profiles WHERE id = pg_temp.user_id(:users);
