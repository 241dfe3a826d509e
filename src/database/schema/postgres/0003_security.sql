-- replaces: b4748023c35c99fda395471ebae70640808ca9355b3b51731a3873fe820bc66c
-- Who may do what, as the service's page grants it. anon may do nothing; users do what the policies below say, on
-- rows of their own; the service does everything and passes by the policies.

-- part: plan
-- Takes away what is there: privileges of clients on the ten tables, and permissive policies that apply to clients.
-- Each that goes is told as the statement that brings it back.
SELECT 'change', format('replaced a policy on public.%s: %s', p.tablename, p.statement), p.statement, 'locked',
       format('DROP POLICY %I ON public.%I', p.policyname, p.tablename)
  FROM (SELECT q.policyname, q.tablename, t.place,
               concat(format('CREATE POLICY %I ON public.%I FOR %s TO %s', q.policyname, q.tablename, q.cmd,
                             (SELECT string_agg(CASE r WHEN 'public' THEN 'public' ELSE quote_ident(r) END, ', ')
                                FROM unnest(q.roles) r)),
                      ' USING (' || q.qual || ')', ' WITH CHECK (' || q.with_check || ')') AS statement
          FROM contextpack_draft.service_tables() t JOIN pg_policies q ON q.tablename = t.name
         WHERE q.schemaname = 'public' AND q.permissive = 'PERMISSIVE'
           AND q.roles && ARRAY['public', 'anon', 'authenticated']::name[]) p
 ORDER BY p.place, p.policyname;
WITH grants AS (
    SELECT t.place, t.name, g.grantee, g.columns, g.is_grantable,
           string_agg(DISTINCT g.privilege_type || coalesce(' (' || quote_ident(g.columns) || ')', ''), ', ') AS privileges
      FROM contextpack_draft.service_tables() t,
           LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee,
                           NULL::name AS columns, a.is_grantable, a.privilege_type
                      FROM pg_class c, aclexplode(c.relacl) a
                     WHERE c.oid = t.found AND a.grantor = c.relowner
                    UNION ALL
                    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                           x.attname, a.is_grantable, a.privilege_type
                      FROM pg_attribute x JOIN pg_class c ON c.oid = x.attrelid, aclexplode(x.attacl) a
                     WHERE x.attrelid = t.found AND NOT x.attisdropped AND a.grantor = c.relowner) g
     WHERE g.grantee IN ('PUBLIC', 'anon', 'authenticated')
     GROUP BY t.place, t.name, g.grantee, g.columns, g.is_grantable
), told AS (
    SELECT g.place, g.name, g.grantee, string_agg(g.privileges, ', ' ORDER BY g.columns NULLS FIRST, g.is_grantable) AS privileges
      FROM grants g
     GROUP BY g.place, g.name, g.grantee
)
SELECT x.kind, x.line, x.undo, x.part, x.step
  FROM (SELECT t.place, t.grantee, 1 AS turn, 'change' AS kind,
               format('revoked from %s on public.%s: %s', t.grantee, t.name, t.privileges) AS line, NULL AS undo,
               'locked' AS part, format('REVOKE ALL ON public.%I FROM %s', t.name, t.grantee) AS step
          FROM told t
        UNION ALL
        SELECT g.place, g.grantee, 2, 'undo', NULL,
               format('GRANT %s ON public.%I TO %s%s', g.privileges, g.name, g.grantee,
                      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), NULL, NULL
          FROM grants g) x
 ORDER BY x.place, x.grantee, x.turn;
SELECT 'difference', format('anon or authenticated has privileges on public.%s that %s may not revoke: migrate as the role '
                            'that granted them', t.name, current_user)
  FROM contextpack_draft.service_tables() t JOIN pg_class c ON c.oid = t.found
 WHERE EXISTS (
           SELECT 1
             FROM (SELECT a.grantee, a.grantor FROM aclexplode(c.relacl) a
                    WHERE a.privilege_type <> 'REFERENCES'
                   UNION ALL
                   SELECT a.grantee, a.grantor FROM pg_attribute x, aclexplode(x.attacl) a
                    WHERE x.attrelid = c.oid AND NOT x.attisdropped AND a.privilege_type <> 'REFERENCES') g,
                  pg_roles r
            WHERE r.rolname IN ('anon', 'authenticated')
              AND CASE WHEN g.grantee = 0 OR g.grantee IN (SELECT i.oid FROM pg_roles i
                                                            WHERE i.rolname IN ('anon', 'authenticated'))
                       THEN g.grantor <> c.relowner
                       ELSE pg_has_role(r.oid, g.grantee, 'USAGE') END)
 ORDER BY t.place;
-- What the statements below add to tables that were there.
SELECT 'undo', NULL, format('REVOKE %s ON public.%I FROM service_role', string_agg(v.verb, ', '), t.name)
  FROM contextpack_draft.service_tables() t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) v (verb)
 WHERE t.found IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = 'service_role' AND has_table_privilege(r.oid, t.found, v.verb))
 GROUP BY t.place, t.name
 ORDER BY t.place;
SELECT 'undo', NULL, format('REVOKE ALL ON public.%I FROM authenticated', t.name)
  FROM contextpack_draft.service_tables() t
 WHERE t.found IS NOT NULL AND t.name NOT IN ('webhook_logs', 'admin_actions')
 ORDER BY t.place;
SELECT 'undo', NULL, format('ALTER TABLE public.%I DISABLE ROW LEVEL SECURITY', t.name)
  FROM contextpack_draft.service_tables() t JOIN pg_class c ON c.oid = t.found
 WHERE t.name NOT IN ('webhook_logs', 'admin_actions') AND NOT c.relrowsecurity
 ORDER BY t.place;
SELECT 'undo', NULL, format('DROP POLICY %I ON public.%I', w.table_name || '_' || lower(w.verb), w.table_name)
  FROM (VALUES
    ('user_profiles', ARRAY['SELECT', 'UPDATE']),
    ('packs_v2', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
    ('pack_sources', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
    ('pack_exports', ARRAY['SELECT', 'INSERT']),
    ('credit_transactions', ARRAY['SELECT']),
    ('jobs', ARRAY['SELECT', 'UPDATE']),
    ('packs_legacy', ARRAY['SELECT']),
    ('payment_attempts', ARRAY['SELECT'])) w0 (table_name, verbs), LATERAL (SELECT w0.table_name, v AS verb FROM unnest(w0.verbs) v) w
 WHERE to_regclass('public.' || w.table_name) IS NOT NULL;
SELECT 'change', 'public.credit_transactions: users may SELECT rows of their own';
SELECT 'change', 'public.jobs: users may SELECT, UPDATE rows of their own';
SELECT 'change', 'public.pack_exports: users may INSERT, SELECT rows of their own';
SELECT 'change', 'public.pack_sources: users may DELETE, INSERT, SELECT, UPDATE rows of their own';
SELECT 'change', 'public.packs_legacy: users may SELECT rows of their own';
SELECT 'change', 'public.packs_v2: users may DELETE, INSERT, SELECT, UPDATE rows of their own';
SELECT 'change', 'public.payment_attempts: users may SELECT rows of their own';
SELECT 'change', 'public.user_profiles: users may SELECT, UPDATE rows of their own (UPDATE: full_name, avatar_url and '
                 'updated_at)';
SELECT 'change', 'public.webhook_logs, public.admin_actions: only the service may use them';
-- All ten are locked at once, for as long as the statements below take.
SELECT 'lock', format('public.%I', t.name)
  FROM contextpack_draft.service_tables() t
 WHERE t.found IS NOT NULL
 ORDER BY t.place;

-- part: open
GRANT SELECT, INSERT, UPDATE, DELETE ON public.user_profiles, public.packs_v2, public.pack_sources, public.pack_exports,
    public.credit_transactions, public.jobs, public.packs_legacy, public.webhook_logs, public.payment_attempts,
    public.admin_actions TO service_role;

-- part: locked
-- Row-level security is forced upon no owner (see 0017). webhook_logs and admin_actions have no policies and no
-- row-level security, as the contract says: no client has any privilege on them.
ALTER TABLE public.user_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.packs_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.pack_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.pack_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.credit_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.packs_legacy ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payment_attempts ENABLE ROW LEVEL SECURITY;

-- The address stands for the login, and all else of a profile for money: users change their name and picture.
GRANT SELECT, UPDATE (full_name, avatar_url, updated_at) ON public.user_profiles TO authenticated;
CREATE POLICY user_profiles_select ON public.user_profiles FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = id);
CREATE POLICY user_profiles_update ON public.user_profiles FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = id)
    WITH CHECK ((SELECT auth.uid()) = id);

GRANT SELECT, INSERT, UPDATE, DELETE ON public.packs_v2 TO authenticated;
CREATE POLICY packs_v2_select ON public.packs_v2 FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
CREATE POLICY packs_v2_insert ON public.packs_v2 FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = user_id);
CREATE POLICY packs_v2_update ON public.packs_v2 FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = user_id)
    WITH CHECK ((SELECT auth.uid()) = user_id);
CREATE POLICY packs_v2_delete ON public.packs_v2 FOR DELETE TO authenticated
    USING ((SELECT auth.uid()) = user_id);

-- A pack of others and one that is not there give the same error, before the foreign key is looked at.
GRANT SELECT, INSERT, UPDATE, DELETE ON public.pack_sources TO authenticated;
CREATE POLICY pack_sources_select ON public.pack_sources FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
CREATE POLICY pack_sources_insert ON public.pack_sources FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = user_id
        AND EXISTS (SELECT 1 FROM public.packs_v2 p
                     WHERE p.pack_id = pack_sources.pack_id AND p.user_id = (SELECT auth.uid())));
CREATE POLICY pack_sources_update ON public.pack_sources FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = user_id)
    WITH CHECK ((SELECT auth.uid()) = user_id
        AND EXISTS (SELECT 1 FROM public.packs_v2 p
                     WHERE p.pack_id = pack_sources.pack_id AND p.user_id = (SELECT auth.uid())));
CREATE POLICY pack_sources_delete ON public.pack_sources FOR DELETE TO authenticated
    USING ((SELECT auth.uid()) = user_id);

GRANT SELECT, INSERT ON public.pack_exports TO authenticated;
CREATE POLICY pack_exports_select ON public.pack_exports FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
CREATE POLICY pack_exports_insert ON public.pack_exports FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = user_id
        AND EXISTS (SELECT 1 FROM public.packs_v2 p
                     WHERE p.pack_id = pack_exports.pack_id AND p.user_id = (SELECT auth.uid())));

GRANT SELECT ON public.credit_transactions TO authenticated;
CREATE POLICY credit_transactions_select ON public.credit_transactions FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

GRANT SELECT, UPDATE ON public.jobs TO authenticated;
CREATE POLICY jobs_select ON public.jobs FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
CREATE POLICY jobs_update ON public.jobs FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = user_id)
    WITH CHECK ((SELECT auth.uid()) = user_id);

GRANT SELECT ON public.packs_legacy TO authenticated;
CREATE POLICY packs_legacy_select ON public.packs_legacy FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

GRANT SELECT ON public.payment_attempts TO authenticated;
CREATE POLICY payment_attempts_select ON public.payment_attempts FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

-- part: open
-- The library's own tables: users' sessions read what belongs to them, the service writes.
GRANT USAGE ON SCHEMA contextpack TO authenticated, service_role;
REVOKE ALL ON ALL TABLES IN SCHEMA contextpack FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA contextpack TO service_role;
REVOKE INSERT, UPDATE, DELETE ON contextpack.migrations FROM service_role;

ALTER TABLE contextpack.openings ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.openings TO authenticated;
CREATE POLICY openings_select ON contextpack.openings FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.suspensions ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.suspensions TO authenticated;
CREATE POLICY suspensions_select ON contextpack.suspensions FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.deletions ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.deletions TO authenticated;
CREATE POLICY deletions_select ON contextpack.deletions FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.sources ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.sources TO authenticated;
CREATE POLICY sources_select ON contextpack.sources FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.chunks ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.chunks TO authenticated;
CREATE POLICY chunks_select ON contextpack.chunks FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.conversations ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.conversations TO authenticated;
CREATE POLICY conversations_select ON contextpack.conversations FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.jobs ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.jobs TO authenticated;
CREATE POLICY jobs_select ON contextpack.jobs FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.job_chunks ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.job_chunks TO authenticated;
CREATE POLICY job_chunks_select ON contextpack.job_chunks FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.job_conversations ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.job_conversations TO authenticated;
CREATE POLICY job_conversations_select ON contextpack.job_conversations FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.holds ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.holds TO authenticated;
CREATE POLICY holds_select ON contextpack.holds FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.exports ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.exports TO authenticated;
CREATE POLICY exports_select ON contextpack.exports FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.legacy_copies ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.legacy_copies TO authenticated;
CREATE POLICY legacy_copies_select ON contextpack.legacy_copies FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
