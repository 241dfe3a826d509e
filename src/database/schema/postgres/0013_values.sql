-- replaces: 2f784fd4e8484c251eb86152dfa0819a53a290e2ae4876bdac9992d0b353a3fe
-- Rows with odd times: lists of them end all the same. What clients may write. What a DELETE by SQL leaves of the
-- library's own rows.

-- Lists go by times within the years 1 to 9999: a row with another time, or none, has its place, too. These expressions
-- are those of @time_key in queries.sql.
-- part: plan
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

-- part: open
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
SELECT 'change', 'public.user_profiles, packs_v2, pack_sources, pack_exports, jobs: what clients write is checked';

-- Users keep the verbs that the contract grants, but not on identifiers, nor on what processing of sources and jobs counted and cost. Where
-- blobs are is believed only within the user's own folder (storage_is_of_user), whoever wrote it. Columns of the host's own stay as they were granted.
-- part: plan
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
       'locked', format('REVOKE %2$s ON public.%1$I FROM authenticated; GRANT %2$s (%3$s) ON public.%1$I TO authenticated',
                        w.table_name, w.verb, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
  FROM wanted w
  JOIN pg_attribute a ON a.attrelid = coalesce(to_regclass('public.' || w.table_name),
                                               to_regclass('contextpack_draft.' || w.table_name))
                     AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (w.kept_back)
 GROUP BY w.place, w.table_name, w.verb, w.kept_back
 ORDER BY w.place;

-- part: open
-- A source or a job that is deleted by SQL: its closed holds go with it, and open ones give their credits back. What
-- does not fit the balance stays a hold of its own, which ends by its time (cpk_holds_expire).
CREATE FUNCTION contextpack.release_holds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    held record;
    is_source boolean := TG_TABLE_NAME = 'sources';
    deleted text;
BEGIN
    IF is_source THEN
        deleted := OLD.source_id;
    ELSE
        deleted := OLD.job_id;
    END IF;
    FOR held IN
        SELECT h.hold_id, h.remaining, h.status
          FROM contextpack.holds h
         WHERE h.user_id = OLD.user_id AND CASE WHEN is_source THEN h.source_id ELSE h.job_id END = deleted
           FOR UPDATE
    LOOP
        IF held.status = 'open' AND held.remaining > 0 THEN
            UPDATE public.user_profiles u
               SET credits_balance = coalesce(u.credits_balance, 0) + held.remaining
             WHERE u.id = OLD.user_id AND coalesce(u.credits_balance, 0) + held.remaining <= 2147483647;
            IF NOT FOUND THEN
                UPDATE contextpack.holds h
                   SET source_id = NULL, job_id = NULL, reference = deleted,
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
CREATE TRIGGER contextpack_release_holds BEFORE DELETE ON contextpack.sources
    FOR EACH ROW EXECUTE FUNCTION contextpack.release_holds();
CREATE TRIGGER contextpack_release_holds BEFORE DELETE ON contextpack.jobs
    FOR EACH ROW EXECUTE FUNCTION contextpack.release_holds();

-- A profile that the service deletes by SQL takes along what the library keeps beside it. Payments, subscriptions and
-- attempts to pay keep it: accounts with these are deleted by cpk_user_delete().
CREATE FUNCTION contextpack.delete_beside_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM contextpack.holds h WHERE h.user_id = OLD.id;
    DELETE FROM contextpack.ledger_keys k WHERE k.user_id = OLD.id;
    DELETE FROM contextpack.openings o WHERE o.user_id = OLD.id;
    DELETE FROM contextpack.suspensions s WHERE s.user_id = OLD.id;
    DELETE FROM contextpack.deletions d WHERE d.user_id = OLD.id;
    DELETE FROM contextpack.customers c WHERE c.user_id = OLD.id;
    RETURN OLD;
END
$$;
REVOKE ALL ON FUNCTION contextpack.delete_beside_profile() FROM PUBLIC;
GRANT CREATE ON SCHEMA contextpack TO service_role;
ALTER FUNCTION contextpack.release_holds() OWNER TO service_role;
ALTER FUNCTION contextpack.delete_beside_profile() OWNER TO service_role;
REVOKE CREATE ON SCHEMA contextpack FROM service_role;
SELECT 'change', 'holds no longer keep sources and jobs from being deleted';

-- Users may delete their packs, but not the exports in them: those go with their pack, as sources do.
-- part: plan
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
SELECT 'undo', NULL, format('DROP TRIGGER %I ON %s', w.trigger_name, w.table_name)
  FROM (VALUES ('contextpack_check_client_row', 'public.user_profiles'), ('contextpack_check_client_row', 'public.packs_v2'),
               ('contextpack_check_client_row', 'public.pack_sources'), ('contextpack_check_client_row', 'public.pack_exports'),
               ('contextpack_check_client_row', 'public.jobs'),
               ('contextpack_delete_beside_profile', 'public.user_profiles')) w (trigger_name, table_name)
 WHERE to_regclass(w.table_name) IS NOT NULL;
SELECT 'lock', format('public.%I', t.name)
  FROM contextpack_draft.service_tables() t
 WHERE t.found IS NOT NULL AND t.name IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'jobs')
 ORDER BY t.place;

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
