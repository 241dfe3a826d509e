-- Who may do what, as the service's page grants it. anon may do nothing; users do what the policies below say, on
-- rows of their own; the service does everything and passes by the policies.

-- Takes away what is there: privileges of clients on the ten tables, and permissive policies that apply to clients.
-- Each policy that goes is told as the statement that made it.
CREATE FUNCTION contextpack.clear_rights() RETURNS TABLE (kind text, line text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    of_table name;
    old record;
BEGIN
    FOREACH of_table IN ARRAY ARRAY['user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                                    'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs', 'payment_attempts',
                                    'admin_actions']::name[] LOOP
        FOR old IN
            SELECT p.policyname,
                   concat(format('CREATE POLICY %I ON public.%I FOR %s TO %s', p.policyname, p.tablename, p.cmd,
                                 array_to_string(p.roles, ', ')),
                          ' USING (' || p.qual || ')', ' WITH CHECK (' || p.with_check || ')') AS statement
              FROM pg_policies p
             WHERE p.schemaname = 'public' AND p.tablename = of_table AND p.permissive = 'PERMISSIVE'
               AND p.roles && ARRAY['public', 'anon', 'authenticated']::name[]
             ORDER BY p.policyname
        LOOP
            EXECUTE format('DROP POLICY %I ON public.%I', old.policyname, of_table);
            RETURN QUERY SELECT 'change', format('replaced a policy on public.%s: %s', of_table, old.statement);
        END LOOP;
        FOR old IN
            SELECT g.grantee, string_agg(DISTINCT g.privilege_type, ', ' ORDER BY g.privilege_type) AS privileges
              FROM (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee,
                           a.privilege_type
                      FROM pg_class c, aclexplode(c.relacl) a
                     WHERE c.oid = to_regclass(format('public.%I', of_table))
                    UNION ALL
                    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, a.privilege_type
                      FROM pg_attribute t, aclexplode(t.attacl) a
                     WHERE t.attrelid = to_regclass(format('public.%I', of_table))) g
             WHERE g.grantee IN ('PUBLIC', 'anon', 'authenticated')
             GROUP BY g.grantee
             ORDER BY g.grantee
        LOOP
            EXECUTE format('REVOKE ALL ON public.%I FROM %s', of_table,
                           CASE old.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(old.grantee) END);
            RETURN QUERY SELECT 'change', format('revoked from %s on public.%s: %s', old.grantee, of_table,
                                                 old.privileges);
        END LOOP;
        IF has_any_column_privilege('anon', format('public.%I', of_table), 'SELECT, INSERT, UPDATE')
           OR has_any_column_privilege('authenticated', format('public.%I', of_table), 'SELECT, INSERT, UPDATE')
           OR has_table_privilege('anon', format('public.%I', of_table), 'DELETE, TRUNCATE, TRIGGER')
           OR has_table_privilege('authenticated', format('public.%I', of_table), 'DELETE, TRUNCATE, TRIGGER') THEN
            RETURN QUERY SELECT 'difference', format('anon or authenticated has privileges on public.%s that %s may '
                                                     'not revoke: migrate as the role that granted them', of_table,
                                                     current_user);
        END IF;
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO service_role', of_table);
    END LOOP;
END
$$;
SELECT kind, line FROM contextpack.clear_rights();
DROP FUNCTION contextpack.clear_rights();

-- Forced, so that the tables' owner does not pass by either. webhook_logs and admin_actions have no policies and no
-- row-level security, as the contract says: no client has any privilege on them.
ALTER TABLE public.user_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_profiles FORCE ROW LEVEL SECURITY;
ALTER TABLE public.packs_v2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.packs_v2 FORCE ROW LEVEL SECURITY;
ALTER TABLE public.pack_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.pack_sources FORCE ROW LEVEL SECURITY;
ALTER TABLE public.pack_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.pack_exports FORCE ROW LEVEL SECURITY;
ALTER TABLE public.credit_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.credit_transactions FORCE ROW LEVEL SECURITY;
ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.jobs FORCE ROW LEVEL SECURITY;
ALTER TABLE public.packs_legacy ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.packs_legacy FORCE ROW LEVEL SECURITY;
ALTER TABLE public.payment_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payment_attempts FORCE ROW LEVEL SECURITY;

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

SELECT 'change', format('public.%s: users may %s rows of their own%s', p.tablename,
                        string_agg(p.cmd, ', ' ORDER BY p.cmd),
                        CASE WHEN p.tablename = 'user_profiles' THEN ' (UPDATE: full_name, avatar_url and updated_at)' END)
  FROM pg_policies p
 WHERE p.schemaname = 'public' AND p.policyname = p.tablename || '_' || lower(p.cmd)
   AND p.roles = ARRAY['authenticated']::name[]
 GROUP BY p.tablename
 ORDER BY p.tablename;
SELECT 'change', 'public.webhook_logs, public.admin_actions: only the service may use them';

-- The library's own tables: users' sessions read what belongs to them, the service writes.
GRANT USAGE ON SCHEMA contextpack TO authenticated, service_role;
REVOKE ALL ON ALL TABLES IN SCHEMA contextpack FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA contextpack TO service_role;
REVOKE INSERT, UPDATE, DELETE ON contextpack.migrations FROM service_role;

ALTER TABLE contextpack.openings ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.openings FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.openings TO authenticated;
CREATE POLICY openings_select ON contextpack.openings FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.suspensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.suspensions FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.suspensions TO authenticated;
CREATE POLICY suspensions_select ON contextpack.suspensions FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.deletions ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.deletions FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.deletions TO authenticated;
CREATE POLICY deletions_select ON contextpack.deletions FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.sources FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.sources TO authenticated;
CREATE POLICY sources_select ON contextpack.sources FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.chunks FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.chunks TO authenticated;
CREATE POLICY chunks_select ON contextpack.chunks FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.conversations FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.conversations TO authenticated;
CREATE POLICY conversations_select ON contextpack.conversations FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.jobs FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.jobs TO authenticated;
CREATE POLICY jobs_select ON contextpack.jobs FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.job_chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.job_chunks FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.job_chunks TO authenticated;
CREATE POLICY job_chunks_select ON contextpack.job_chunks FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.job_conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.job_conversations FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.job_conversations TO authenticated;
CREATE POLICY job_conversations_select ON contextpack.job_conversations FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.holds ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.holds FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.holds TO authenticated;
CREATE POLICY holds_select ON contextpack.holds FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.exports FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.exports TO authenticated;
CREATE POLICY exports_select ON contextpack.exports FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.legacy_copies ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.legacy_copies FORCE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.legacy_copies TO authenticated;
CREATE POLICY legacy_copies_select ON contextpack.legacy_copies FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
