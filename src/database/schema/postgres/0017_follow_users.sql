-- The owner of the tables, and logins that are deleted.

-- Row-level security is for clients, who own nothing. An owner that it is forced upon sees no rows unless its role has
-- BYPASSRLS: sign-up triggers of such an owner fail, and so do pg_dump and its own statements. It is forced upon none.
CREATE FUNCTION contextpack.unforce() RETURNS TABLE (kind text, line text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    forced record;
    is_first boolean := EXISTS (SELECT 1 FROM contextpack.migrations m
                                 WHERE m.number = 1 AND m.xmin = pg_current_xact_id()::xid);
    names text[] := '{}';
    own bigint := 0;
BEGIN
    FOR forced IN
        SELECT c.oid, c.relname, n.nspname
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relforcerowsecurity AND c.relkind IN ('r', 'p')
           AND (n.nspname = 'contextpack'
                OR n.nspname = 'public'
                   AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions',
                                     'jobs', 'packs_legacy', 'payment_attempts'))
         ORDER BY n.nspname DESC, c.relname
    LOOP
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', forced.oid::regclass);
        IF forced.nspname = 'public' THEN
            names := names || format('public.%s', forced.relname);
        ELSE
            own := own + 1;
        END IF;
    END LOOP;
    IF is_first THEN
        RETURN QUERY SELECT 'change', format('row-level security is not forced upon the owner of the tables (%s): %s',
                                             (SELECT c.relowner::regrole FROM pg_class c
                                               WHERE c.oid = 'public.user_profiles'::regclass),
                                             'its triggers, pg_dump and its own statements see all rows');
    ELSIF cardinality(names) > 0 OR own > 0 THEN
        RETURN QUERY SELECT 'change', format('row-level security is no longer forced upon the owner of %s',
                                             array_to_string(names || CASE WHEN own > 0 THEN own || ' tables of contextpack'
                                                                      END, ', '));
    END IF;
END
$$;
SELECT kind, line FROM contextpack.unforce();
DROP FUNCTION contextpack.unforce();

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
SELECT 'change', 'a login whose deletion takes its profile along (ON DELETE CASCADE) takes the library''s rows of the user '
                 'along; payments and subscriptions stay without the user'
 WHERE EXISTS (SELECT 1 FROM pg_constraint k
                WHERE k.conrelid = 'public.user_profiles'::regclass AND k.confrelid = to_regclass('auth.users')
                  AND k.contype = 'f' AND k.confdeltype = 'c');

-- There, a foreign key to auth.users that this migration added must not keep a login either: rows of packs and jobs go
-- with the login as the profile does, and those of money and administrators, which stayed before, stay.
CREATE FUNCTION contextpack.follow_logins() RETURNS TABLE (kind text, line text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    added record;
    is_first boolean := EXISTS (SELECT 1 FROM contextpack.migrations m
                                 WHERE m.number = 1 AND m.xmin = pg_current_xact_id()::xid);
BEGIN
    IF to_regprocedure('contextpack.register_user()') IS NOT NULL
       OR NOT EXISTS (SELECT 1 FROM pg_constraint k
                       WHERE k.conrelid = 'public.user_profiles'::regclass AND k.confrelid = to_regclass('auth.users')
                         AND k.contype = 'f' AND k.confdeltype = 'c') THEN
        RETURN;
    END IF;
    FOR added IN
        SELECT k.conname, c.relname, a.attname, k.convalidated,
               c.relname IN ('credit_transactions', 'payment_attempts', 'admin_actions') AS is_kept,
               k.oid > (SELECT n.oid FROM pg_namespace n WHERE n.nspname = 'contextpack') AS is_new
          FROM pg_constraint k
          JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = 'public'::regnamespace
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         WHERE k.contype = 'f' AND k.confrelid = to_regclass('auth.users') AND k.confdeltype = 'a'
           AND cardinality(k.conkey) = 1 AND a.attname IN ('user_id', 'target_user_id')
           AND k.conname = c.relname || '_' || a.attname || '_fkey'
           AND c.relname IN ('packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions', 'jobs', 'packs_legacy',
                             'payment_attempts', 'admin_actions')
         ORDER BY c.relname
    LOOP
        IF NOT (is_first AND added.is_new) THEN
            RETURN QUERY SELECT 'note', format('foreign key %s of public.%s keeps a login from being deleted while rows '
                                               'name it, although profiles go with their logins (it has no ON DELETE '
                                               'CASCADE)', added.conname, added.relname);
            CONTINUE;
        END IF;
        EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT %I', added.relname, added.conname);
        IF added.is_kept THEN
            RETURN QUERY SELECT 'change', format('took foreign key %s of public.%s away again: its rows stay when a '
                                                 'login is deleted, as before', added.conname, added.relname);
        ELSE
            EXECUTE format('ALTER TABLE public.%I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES auth.users (id) ON '
                           'DELETE CASCADE NOT VALID', added.relname, added.conname, added.attname);
            IF added.convalidated THEN
                EXECUTE format('ALTER TABLE public.%I VALIDATE CONSTRAINT %I', added.relname, added.conname);
            END IF;
            RETURN QUERY SELECT 'change', format('foreign key %s of public.%s: rows go with their login, as profiles do '
                                                 '(ON DELETE CASCADE)', added.conname, added.relname);
        END IF;
    END LOOP;
END
$$;
SELECT kind, line FROM contextpack.follow_logins();
DROP FUNCTION contextpack.follow_logins();
