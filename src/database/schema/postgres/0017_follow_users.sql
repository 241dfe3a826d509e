-- replaces: aa8b6228fe0d777d8bb30fc474a2b790150feb456a92c42e551efc1fe1be6154
-- The owner of the tables, and logins that are deleted.

-- Row-level security is for clients, who own nothing. An owner that it is forced upon sees no rows unless its role has
-- BYPASSRLS: sign-up triggers of such an owner fail, and so do pg_dump and its own statements. It is forced upon none.
-- part: plan
SELECT 'change', format('row-level security is not forced upon the owner of the tables (%s): %s',
                        coalesce((SELECT c.relowner::regrole::text FROM pg_class c
                                   WHERE c.oid = to_regclass('public.user_profiles')), current_user),
                        'its triggers, pg_dump and its own statements see all rows')
 WHERE to_regclass('contextpack.migrations') IS NULL;
SELECT 'change', 'row-level security is no longer forced upon the owner of ' || concat_ws(', ',
           string_agg('public.' || c.relname, ', ' ORDER BY c.relname) FILTER (WHERE n.nspname = 'public'),
           nullif(count(*) FILTER (WHERE n.nspname = 'contextpack'), 0) || ' tables of contextpack')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relforcerowsecurity AND c.relkind IN ('r', 'p') AND to_regclass('contextpack.migrations') IS NOT NULL
   AND (n.nspname = 'contextpack'
        OR n.nspname = 'public' AND c.relname IN (SELECT t.name FROM contextpack_draft.service_tables() t))
HAVING count(*) > 0;
SELECT 'step', NULL, CASE n.nspname WHEN 'public' THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', c.oid::regclass) END,
       'locked', format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', c.oid::regclass)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relforcerowsecurity AND c.relkind IN ('r', 'p')
   AND (n.nspname = 'contextpack'
        OR n.nspname = 'public' AND c.relname IN (SELECT t.name FROM contextpack_draft.service_tables() t))
 ORDER BY n.nspname DESC, c.relname;
SELECT 'lock', c.oid::regclass::text
  FROM contextpack_draft.service_tables() t JOIN pg_class c ON c.oid = t.found
 WHERE c.relforcerowsecurity
 ORDER BY t.place;

-- part: open
-- Where a profile goes with its login (ON DELETE CASCADE), the library's rows go with the profile. Payments and
-- subscriptions are accounts: they stay, without the user. A profile that is deleted by itself still keeps them and is
-- kept by them, as before. The function is the service's own.
GRANT CREATE ON SCHEMA contextpack TO service_role;
SET LOCAL ROLE service_role;
CREATE OR REPLACE FUNCTION contextpack.delete_beside_profile() RETURNS trigger
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
RESET ROLE;
REVOKE CREATE ON SCHEMA contextpack FROM service_role;

-- part: plan
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
