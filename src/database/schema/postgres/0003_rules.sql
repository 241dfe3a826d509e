-- Who may do what, as the service's page grants it, and what changes by SQL take along. anon may do nothing; users do what
-- the policies below say, on rows of their own; the service does everything and passes by the policies.

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
SELECT 'change', 'public.user_profiles, packs_v2, pack_sources, pack_exports, jobs: what clients write is checked';

-- Users keep the verbs that the contract grants, but not on identifiers, nor on what processing of sources and jobs counted
-- and cost. Where blobs are is believed only within the user's own folder (storage_is_of_user), whoever wrote it. Columns of
-- the host's own stay as they were granted.
WITH wanted (place, table_name, verb, kept_back) AS (VALUES
    (1, 'packs_v2', 'UPDATE', ARRAY['id', 'user_id', 'pack_id', 'created_at']),
    (2, 'pack_sources', 'INSERT', ARRAY['extracted_count', 'total_chunks', 'processed_chunks', 'total_input_tokens',
                                        'total_output_tokens', 'total_cost', 'completed_at']),
    (3, 'pack_sources', 'UPDATE', ARRAY['id', 'pack_id', 'user_id', 'source_id', 'extracted_count', 'total_chunks',
                                        'processed_chunks', 'total_input_tokens', 'total_output_tokens', 'total_cost',
                                        'created_at', 'completed_at']),
    (4, 'jobs', 'UPDATE', ARRAY['id', 'user_id', 'job_id', 'file_size', 'extracted_count', 'total_chunks',
                                'processed_chunks', 'failed_chunks', 'total_input_tokens', 'total_output_tokens',
                                'total_cost', 'created_at', 'completed_at'])
)
SELECT 'change', format('public.%s: users may not %s %s', w.table_name, w.verb, array_to_string(w.kept_back, ', ')), NULL,
       'locked', format('GRANT %2$s (%3$s) ON public.%1$I TO authenticated',
                        w.table_name, w.verb, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
  FROM wanted w
  JOIN pg_attribute a ON a.attrelid = coalesce(to_regclass('public.' || w.table_name),
                                               to_regclass('contextpack_draft.' || w.table_name))
                     AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (w.kept_back)
 GROUP BY w.place, w.table_name, w.verb, w.kept_back
 ORDER BY w.place;

-- Row-level security is for clients, who own nothing. An owner that it is forced upon sees no rows unless its role has
-- BYPASSRLS: sign-up triggers of such an owner fail, and so do pg_dump and its own statements. It is forced upon none.
SELECT 'change', format('row-level security is not forced upon the owner of the tables (%s): %s',
                        coalesce((SELECT c.relowner::regrole::text FROM pg_class c
                                   WHERE c.oid = to_regclass('public.user_profiles')), current_user),
                        'its triggers, pg_dump and its own statements see all rows');
SELECT 'step', NULL, format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.found), 'locked',
       format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', t.found)
  FROM contextpack_draft.service_tables() t JOIN pg_class c ON c.oid = t.found
 WHERE c.relforcerowsecurity
 ORDER BY t.name;

-- What is deleted by SQL.
SELECT 'change', 'a source or job that is deleted gives back the credits that are held for it';
SELECT 'change', 'a login whose deletion takes its profile along (ON DELETE CASCADE) takes the library''s rows of the user '
                 'along; payments and subscriptions stay without the user'
 WHERE EXISTS (SELECT 1 FROM pg_constraint k
                WHERE k.conrelid = to_regclass('public.user_profiles') AND k.confrelid = to_regclass('auth.users')
                  AND k.contype = 'f' AND k.confdeltype = 'c');
-- A foreign key of the deployment's own that keeps a login goes on doing so.
SELECT 'note', format('foreign key %s of public.%s keeps a login from being deleted while rows name it, although profiles go '
                      'with their logins (it has no ON DELETE CASCADE)', k.conname, t.name)
  FROM contextpack_draft.service_tables() t
  JOIN pg_constraint k ON k.conrelid = t.found AND k.contype = 'f' AND k.confrelid = to_regclass('auth.users')
                      AND k.confdeltype IN ('a', 'r') AND cardinality(k.conkey) = 1
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND a.attname IN ('user_id', 'target_user_id')
 WHERE EXISTS (SELECT 1 FROM pg_constraint p
                WHERE p.conrelid = to_regclass('public.user_profiles') AND p.confrelid = to_regclass('auth.users')
                  AND p.contype = 'f' AND p.confdeltype = 'c')
 ORDER BY t.name, k.conname;
SELECT 'undo', NULL, format('DROP TRIGGER %I ON %s', w.trigger_name, w.table_name)
  FROM (VALUES ('contextpack_check_client_row', 'public.user_profiles'), ('contextpack_check_client_row', 'public.packs_v2'),
               ('contextpack_check_client_row', 'public.pack_sources'), ('contextpack_check_client_row', 'public.pack_exports'),
               ('contextpack_check_client_row', 'public.jobs'),
               ('contextpack_delete_beside_profile', 'public.user_profiles')) w (trigger_name, table_name)
 WHERE to_regclass(w.table_name) IS NOT NULL;
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
-- webhook_logs and admin_actions have no policies and no row-level security, as the contract says: no client has any
-- privilege on them.
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

GRANT SELECT, INSERT, DELETE ON public.packs_v2 TO authenticated;
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
GRANT SELECT, DELETE ON public.pack_sources TO authenticated;
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

GRANT SELECT ON public.jobs TO authenticated;
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
REVOKE INSERT, UPDATE, DELETE ON contextpack.migrations, contextpack.migration_report FROM service_role;

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

ALTER TABLE contextpack.work ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.work TO authenticated;
CREATE POLICY work_select ON contextpack.work FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.chunks ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.chunks TO authenticated;
CREATE POLICY chunks_select ON contextpack.chunks FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

ALTER TABLE contextpack.conversations ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.conversations TO authenticated;
CREATE POLICY conversations_select ON contextpack.conversations FOR SELECT TO authenticated
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

ALTER TABLE contextpack.attempts ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON contextpack.attempts TO authenticated;
CREATE POLICY attempts_select ON contextpack.attempts FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);

-- Of these users see what the ledger and their profile say; the rows themselves are the service's.
ALTER TABLE contextpack.stripe_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.payment_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.ledger_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.gates ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.movements ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.former_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.migration_report ENABLE ROW LEVEL SECURITY;

-- Values that clients send. Times outside the years 1 to 9999, and missing ones, become the present; a row of more than
-- 4 MiB is refused, because lists of everybody's rows hold it in memory. The service is not checked.
CREATE FUNCTION contextpack.check_client_row() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    first_time CONSTANT timestamptz := '0001-01-01 00:00:00+00';
    last_time CONSTANT timestamptz := '9999-12-31 23:59:59.999999+00';
BEGIN
    IF current_user NOT IN ('anon', 'authenticated') THEN
        RETURN NEW;
    END IF;
    IF (NEW.created_at BETWEEN first_time AND last_time) IS NOT TRUE THEN
        NEW.created_at := now();
    END IF;
    IF (NEW.updated_at BETWEEN first_time AND last_time) IS NOT TRUE THEN
        NEW.updated_at := now();
    END IF;
    IF TG_TABLE_NAME = 'packs_v2' THEN
        IF (NEW.last_updated BETWEEN first_time AND last_time) IS NOT TRUE THEN
            NEW.last_updated := now();
        END IF;
    END IF;
    IF octet_length(NEW::text) > 4194304 THEN
        RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
            MESSAGE = format('a row of %s has at most 4 MiB', TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION contextpack.check_client_row() FROM PUBLIC;

-- A source or a job that is deleted by SQL: its closed holds go with it, and open ones give their credits back. What
-- does not fit the balance stays a hold of its own, which ends by its time (cpk_holds_expire).
CREATE FUNCTION contextpack.release_holds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT h.hold_id, h.remaining, h.status
          FROM contextpack.holds h
         WHERE h.user_id = OLD.user_id AND h.owner_kind = OLD.owner_kind AND h.owner_id = OLD.owner_id
           FOR UPDATE
    LOOP
        IF held.status = 'open' AND held.remaining > 0 THEN
            UPDATE public.user_profiles u
               SET credits_balance = coalesce(u.credits_balance, 0) + held.remaining
             WHERE u.id = OLD.user_id AND coalesce(u.credits_balance, 0) + held.remaining <= 2147483647;
            IF NOT FOUND THEN
                UPDATE contextpack.holds h
                   SET owner_kind = NULL, owner_id = NULL, reference = OLD.owner_id,
                       expires_at = coalesce(h.expires_at, h.created_at)
                 WHERE h.user_id = OLD.user_id AND h.hold_id = held.hold_id;
                CONTINUE;
            END IF;
        END IF;
        DELETE FROM contextpack.holds h WHERE h.user_id = OLD.user_id AND h.hold_id = held.hold_id;
    END LOOP;
    RETURN OLD;
END
$$;
REVOKE ALL ON FUNCTION contextpack.release_holds() FROM PUBLIC;
CREATE TRIGGER contextpack_release_holds BEFORE DELETE ON contextpack.work
    FOR EACH ROW EXECUTE FUNCTION contextpack.release_holds();

-- A profile that is deleted by SQL takes along what the library keeps beside it. Payments, subscriptions and attempts to pay
-- keep it: accounts with these are deleted by cpk_user_delete(). Where the profile goes with its login (ON DELETE CASCADE),
-- attempts go along; payments and subscriptions are accounts, which stay without the user.
CREATE FUNCTION contextpack.delete_beside_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM contextpack.holds h WHERE h.user_id = OLD.id;
    DELETE FROM contextpack.ledger_keys k WHERE k.user_id = OLD.id;
    DELETE FROM contextpack.openings o WHERE o.user_id = OLD.id;
    DELETE FROM contextpack.suspensions s WHERE s.user_id = OLD.id;
    DELETE FROM contextpack.deletions d WHERE d.user_id = OLD.id;
    DELETE FROM contextpack.customers c WHERE c.user_id = OLD.id;
    IF pg_trigger_depth() > 1 THEN -- by a foreign key, or a trigger of the login's
        DELETE FROM contextpack.attempts a WHERE a.user_id = OLD.id;
        UPDATE contextpack.payments p SET user_id = NULL, customer_id = NULL, is_unclaimed = 0 WHERE p.user_id = OLD.id;
        UPDATE contextpack.subscriptions s SET user_id = NULL, customer_id = NULL WHERE s.user_id = OLD.id;
    END IF;
    RETURN OLD;
END
$$;
REVOKE ALL ON FUNCTION contextpack.delete_beside_profile() FROM PUBLIC;
-- Both act with the service's rights.
GRANT CREATE ON SCHEMA contextpack TO service_role;
ALTER FUNCTION contextpack.release_holds() OWNER TO service_role;
ALTER FUNCTION contextpack.delete_beside_profile() OWNER TO service_role;
REVOKE CREATE ON SCHEMA contextpack FROM service_role;

-- part: locked
CREATE TRIGGER contextpack_check_client_row BEFORE UPDATE ON public.user_profiles
    FOR EACH ROW EXECUTE FUNCTION contextpack.check_client_row();
CREATE TRIGGER contextpack_check_client_row BEFORE INSERT OR UPDATE ON public.packs_v2
    FOR EACH ROW EXECUTE FUNCTION contextpack.check_client_row();
CREATE TRIGGER contextpack_check_client_row BEFORE INSERT OR UPDATE ON public.pack_sources
    FOR EACH ROW EXECUTE FUNCTION contextpack.check_client_row();
CREATE TRIGGER contextpack_check_client_row BEFORE INSERT ON public.pack_exports
    FOR EACH ROW EXECUTE FUNCTION contextpack.check_client_row();
CREATE TRIGGER contextpack_check_client_row BEFORE UPDATE ON public.jobs
    FOR EACH ROW EXECUTE FUNCTION contextpack.check_client_row();
CREATE TRIGGER contextpack_delete_beside_profile BEFORE DELETE ON public.user_profiles
    FOR EACH ROW EXECUTE FUNCTION contextpack.delete_beside_profile();
