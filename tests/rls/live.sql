-- A database as Supabase runs it for the service today, before this library sees it: roles, default privileges,
-- auth.users of its own, the ten tables as their page describes them, its policies, and 1,000 users with what they
-- made. Run as the role that owns the database.

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;

CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
CREATE TABLE auth.users (
    instance_id uuid,
    id uuid NOT NULL PRIMARY KEY,
    aud varchar(255),
    role varchar(255),
    email varchar(255),
    raw_user_meta_data jsonb,
    created_at timestamptz,
    updated_at timestamptz
);
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
$$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))
$$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;

CREATE TABLE user_profiles (
    id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
    email text NOT NULL,
    full_name text,
    avatar_url text,
    r2_user_directory text NOT NULL,
    payment_plan text DEFAULT 'credits',
    chunks_analyzed integer DEFAULT 0,
    credits_balance integer DEFAULT 10,
    subscription_id text,
    subscription_status text,
    plan_start_date timestamptz,
    plan_end_date timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE TABLE packs_v2 (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    pack_id text UNIQUE NOT NULL,
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
CREATE INDEX idx_packs_v2_user_id ON packs_v2 (user_id);
CREATE TABLE pack_sources (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    pack_id text NOT NULL REFERENCES packs_v2 (pack_id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    source_id text UNIQUE NOT NULL,
    source_name text NOT NULL,
    source_type text NOT NULL CHECK (source_type IN ('chat_export', 'document', 'url', 'text')),
    status text DEFAULT 'pending',
    progress integer DEFAULT 0,
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
CREATE INDEX idx_pack_sources_user_id ON pack_sources (user_id);
CREATE INDEX idx_pack_sources_pack_id ON pack_sources (pack_id);
CREATE TABLE pack_exports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    pack_id text NOT NULL REFERENCES packs_v2 (pack_id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    export_type text NOT NULL,
    export_version integer DEFAULT 1,
    file_size bigint,
    token_count bigint,
    r2_path text NOT NULL,
    status text DEFAULT 'generating',
    error_message text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE TABLE credit_transactions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    transaction_type text NOT NULL,
    credits integer NOT NULL,
    amount numeric,
    package_id text,
    job_id text,
    stripe_payment_id text,
    description text,
    metadata jsonb,
    created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_credit_transactions_user_id ON credit_transactions (user_id);
CREATE INDEX idx_credit_transactions_created_at ON credit_transactions (created_at);
CREATE TABLE jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    job_id text UNIQUE NOT NULL,
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
    progress integer DEFAULT 0,
    error_message text,
    created_at timestamptz DEFAULT now(),
    completed_at timestamptz,
    updated_at timestamptz DEFAULT now()
);
CREATE TABLE packs_legacy (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    job_id text NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    pack_name text NOT NULL,
    r2_pack_path text NOT NULL,
    extraction_stats jsonb,
    chunk_stats jsonb,
    analysis_stats jsonb,
    file_size bigint,
    created_at timestamptz DEFAULT now()
);
CREATE TABLE webhook_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
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
CREATE INDEX idx_webhook_logs_webhook_id ON webhook_logs (webhook_id);
CREATE TABLE payment_attempts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    attempt_type text NOT NULL,
    credits_requested integer,
    amount_requested numeric,
    ip_address inet,
    user_agent text,
    status text NOT NULL,
    error_message text,
    created_at timestamptz DEFAULT now()
);
CREATE TABLE admin_actions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    admin_user_id uuid,
    action_type text NOT NULL,
    target_user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    credits_affected integer,
    amount_affected numeric,
    reason text NOT NULL,
    details jsonb,
    created_at timestamptz DEFAULT now()
);

ALTER TABLE user_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE packs_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE pack_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE pack_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE packs_legacy ENABLE ROW LEVEL SECURITY;
ALTER TABLE payment_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users can view own profile" ON user_profiles FOR SELECT USING (auth.uid() = id);
CREATE POLICY "Users can update own profile" ON user_profiles FOR UPDATE USING (auth.uid() = id);
CREATE POLICY "Users can view own packs" ON packs_v2 FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can create packs" ON packs_v2 FOR INSERT WITH CHECK (auth.uid() = user_id);
CREATE POLICY "Users can update own packs" ON packs_v2 FOR UPDATE USING (auth.uid() = user_id);
CREATE POLICY "Users can delete own packs" ON packs_v2 FOR DELETE USING (auth.uid() = user_id);
CREATE POLICY "Users can manage own sources" ON pack_sources FOR ALL USING (auth.uid() = user_id);
CREATE POLICY "Users can view own exports" ON pack_exports FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can create exports" ON pack_exports FOR INSERT WITH CHECK (auth.uid() = user_id);
CREATE POLICY "Users can view own transactions" ON credit_transactions FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can view own jobs" ON jobs FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can update own jobs" ON jobs FOR UPDATE USING (auth.uid() = user_id);
CREATE POLICY "Users can view own legacy packs" ON packs_legacy FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users can view own attempts" ON payment_attempts FOR SELECT USING (auth.uid() = user_id);

-- Every sign-up gets a profile; nobody writes a transaction for the first ten credits.
CREATE FUNCTION handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO public.user_profiles (id, email, r2_user_directory) VALUES (NEW.id, NEW.email, 'user_' || NEW.id);
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION handle_new_user() FROM PUBLIC, anon, authenticated;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION handle_new_user();

CREATE FUNCTION pg_temp.numbered(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT format('%s-0000-4000-8000-%s', lpad(to_hex(kind), 8, '0'), lpad(to_hex(n), 12, '0'))::uuid
$$;

INSERT INTO auth.users (id, email, aud, role, created_at)
SELECT pg_temp.numbered(1, n), format('user%s@example.com', n), 'authenticated', 'authenticated',
       timestamptz '2025-01-01' + n * interval '1 hour'
  FROM generate_series(1, 1000) n;
INSERT INTO packs_v2 (user_id, pack_id, pack_name, total_sources, total_tokens, r2_pack_directory, created_at)
SELECT pg_temp.numbered(1, n), format('pack-%s-%s', n, p), format('Pack %s', p), 2, 2000 * p,
       format('user_%s/pack-%s-%s', pg_temp.numbered(1, n), n, p), timestamptz '2025-02-01' + n * interval '1 minute'
  FROM generate_series(1, 1000) n, generate_series(1, n % 4) p;
INSERT INTO pack_sources (pack_id, user_id, source_id, source_name, source_type, status, progress, extracted_count,
                          total_chunks, processed_chunks, total_cost, created_at)
SELECT p.pack_id, p.user_id, format('%s-%s', p.pack_id, k), 'conversations.json', 'chat_export',
       (ARRAY['completed', 'failed', 'pending', 'ready_for_analysis'])[1 + k], CASE k WHEN 0 THEN 100 ELSE 0 END,
       10 * k, 4, 4, 0.0123 * k, p.created_at
  FROM packs_v2 p, generate_series(0, 3) k;
INSERT INTO pack_exports (pack_id, user_id, export_type, r2_path, status)
SELECT p.pack_id, p.user_id, 'standard', p.r2_pack_directory || '/export.md', 'ready' FROM packs_v2 p;
INSERT INTO credit_transactions (user_id, transaction_type, credits, amount, description, created_at)
SELECT pg_temp.numbered(1, n), 'purchase', 100, 9.99, 'Credits', timestamptz '2025-03-01' + n * interval '1 second'
  FROM generate_series(1, 1000, 5) n;
INSERT INTO credit_transactions (user_id, transaction_type, credits, job_id, created_at)
SELECT pg_temp.numbered(1, n), CASE n % 2 WHEN 0 THEN 'usage' ELSE 'unlimited_usage' END, -1 - n % 3,
       format('pack-%s-1-1', n), timestamptz '2025-04-01' + n * interval '1 second'
  FROM generate_series(1, 1000, 3) n;
UPDATE user_profiles u
   SET credits_balance = 10 + coalesce((SELECT sum(t.credits) FROM credit_transactions t
                                         WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0),
       payment_plan = CASE WHEN substr(u.email, 5, 1) = '9' THEN 'unlimited' ELSE 'credits' END,
       full_name = initcap(split_part(u.email, '@', 1));
UPDATE user_profiles SET credits_balance = NULL, payment_plan = NULL WHERE email = 'user500@example.com';
INSERT INTO jobs (user_id, job_id, status, file_name, file_size, r2_path, failed_chunks)
SELECT pg_temp.numbered(1, n), format('job-%s', n), 'completed', 'conversations.json', 1000 * n,
       format('results/job-%s', n), CASE n % 20 WHEN 0 THEN ARRAY[1, 3] ELSE '{}' END
  FROM generate_series(1, 1000, 10) n;
INSERT INTO packs_legacy (user_id, job_id, pack_name, r2_pack_path, extraction_stats)
SELECT j.user_id, j.job_id, 'Old pack', j.r2_path || '/pack.json', '{"totalMessages": 12}' FROM jobs j;
INSERT INTO webhook_logs (webhook_id, event_type, stripe_event_type, payload_size, processed_data)
SELECT format('evt_%s', n), 'payment', 'checkout.session.completed', 2000, '{"ok": true}'
  FROM generate_series(1, 200) n;
INSERT INTO payment_attempts (user_id, attempt_type, credits_requested, amount_requested, ip_address, status)
SELECT pg_temp.numbered(1, n), 'credits', 100, 9.99, '203.0.113.7', 'succeeded' FROM generate_series(1, 1000, 5) n;
INSERT INTO admin_actions (admin_user_id, action_type, target_user_id, credits_affected, reason)
SELECT pg_temp.numbered(1, 1), 'support_credit', pg_temp.numbered(1, n), 5, 'Support'
  FROM generate_series(1, 1000, 50) n;
