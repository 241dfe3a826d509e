-- Rows with odd times: lists of them end all the same. What clients may write. What a DELETE by SQL leaves of the
-- library's own rows.

-- Lists go by times within the years 1 to 9999: a row with another time, or none, has its place, too. These expressions
-- are those of @time_key in queries.sql.
CREATE INDEX user_profiles_newest ON public.user_profiles
    ((GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX credit_transactions_newest ON public.credit_transactions
    (user_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX admin_actions_newest ON public.admin_actions
    ((GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX admin_actions_by_admin ON public.admin_actions
    (admin_user_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX admin_actions_by_target ON public.admin_actions
    (target_user_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX packs_v2_newest ON public.packs_v2
    (user_id, (GREATEST(LEAST(COALESCE(updated_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), pack_id);
CREATE INDEX pack_sources_newest ON public.pack_sources
    (user_id, pack_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), source_id);
CREATE INDEX pack_exports_newest ON public.pack_exports
    (user_id, pack_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX jobs_newest ON public.jobs
    (user_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), job_id);
CREATE INDEX packs_legacy_newest ON public.packs_legacy
    (user_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX webhook_logs_newest ON public.webhook_logs
    ((GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX webhook_logs_by_status ON public.webhook_logs
    (status, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX payment_attempts_by_time ON public.payment_attempts
    ((GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
CREATE INDEX payment_attempts_by_user ON public.payment_attempts
    (user_id, (GREATEST(LEAST(COALESCE(created_at, timestamptz '0001-01-01 00:00:00+00'),
                    timestamptz '9999-12-31 23:59:59.999999+00'), timestamptz '0001-01-01 00:00:00+00')), id);
DROP INDEX IF EXISTS public.user_profiles_created_at;
DROP INDEX IF EXISTS public.packs_v2_user_id_updated_at;
DROP INDEX IF EXISTS public.pack_sources_user_id_pack_id;
DROP INDEX IF EXISTS public.pack_exports_user_id_pack_id;
DROP INDEX IF EXISTS public.credit_transactions_user_id;
DROP INDEX IF EXISTS public.jobs_user_id;
DROP INDEX IF EXISTS public.packs_legacy_user_id;
DROP INDEX IF EXISTS public.webhook_logs_status;
DROP INDEX IF EXISTS public.payment_attempts_user_id;
DROP INDEX IF EXISTS public.payment_attempts_newest;
DROP INDEX IF EXISTS public.admin_actions_admin_user_id;
DROP INDEX IF EXISTS public.admin_actions_target_user_id;
SELECT 'change', 'created 14 indexes by time on public''s tables, and dropped those that they replace';

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
SELECT 'change', 'public.user_profiles, packs_v2, pack_sources, pack_exports, jobs: what clients write is checked';

-- Users keep the verbs that the contract grants, but not on identifiers, nor on what processing of sources and jobs counted and cost. Where
-- blobs are is believed only within the user's own folder (storage_is_of_user), whoever wrote it. Columns of the host's own stay as they were granted.
CREATE FUNCTION contextpack.narrow_grant(of_table name, verb text, VARIADIC kept_back name[])
RETURNS TABLE (kind text, line text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    granted text;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO granted
      FROM pg_attribute a
     WHERE a.attrelid = to_regclass(format('public.%I', of_table)) AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attname <> ALL (kept_back) AND has_column_privilege('authenticated', a.attrelid, a.attnum, verb);
    IF NOT has_table_privilege('authenticated', to_regclass(format('public.%I', of_table)), verb) THEN
        RETURN QUERY SELECT 'note', format('authenticated has no %s on the whole of public.%s: left as it is', verb,
                                           of_table);
        RETURN;
    END IF;
    EXECUTE format('REVOKE %s ON public.%I FROM authenticated', verb, of_table);
    EXECUTE format('GRANT %s (%s) ON public.%I TO authenticated', verb, granted, of_table);
    RETURN QUERY SELECT 'change', format('revoked from authenticated on public.%s: %s of %s', of_table, verb,
                                         array_to_string(kept_back, ', '));
END
$$;
SELECT kind, line FROM contextpack.narrow_grant('packs_v2', 'UPDATE', 'id', 'user_id', 'pack_id',
    'created_at');
SELECT kind, line FROM contextpack.narrow_grant('pack_sources', 'INSERT', 'extracted_count', 'total_chunks',
    'processed_chunks', 'total_input_tokens', 'total_output_tokens', 'total_cost', 'completed_at');
SELECT kind, line FROM contextpack.narrow_grant('pack_sources', 'UPDATE', 'id', 'pack_id', 'user_id', 'source_id',
    'extracted_count', 'total_chunks', 'processed_chunks', 'total_input_tokens', 'total_output_tokens', 'total_cost',
    'created_at', 'completed_at');
SELECT kind, line FROM contextpack.narrow_grant('jobs', 'UPDATE', 'id', 'user_id', 'job_id', 'file_size',
    'extracted_count', 'total_chunks', 'processed_chunks', 'failed_chunks', 'total_input_tokens',
    'total_output_tokens', 'total_cost', 'created_at', 'completed_at');
DROP FUNCTION contextpack.narrow_grant(name, text, VARIADIC name[]);

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
CREATE TRIGGER contextpack_delete_beside_profile BEFORE DELETE ON public.user_profiles
    FOR EACH ROW EXECUTE FUNCTION contextpack.delete_beside_profile();
GRANT CREATE ON SCHEMA contextpack TO service_role;
ALTER FUNCTION contextpack.release_holds() OWNER TO service_role;
ALTER FUNCTION contextpack.delete_beside_profile() OWNER TO service_role;
REVOKE CREATE ON SCHEMA contextpack FROM service_role;
SELECT 'change', 'holds no longer keep sources and jobs from being deleted';

-- Users may delete their packs, but not the exports in them: those go with their pack, as sources do.
CREATE FUNCTION contextpack.want_cascade(of_table name) RETURNS TABLE (kind text, line text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    old record;
BEGIN
    FOR old IN
        SELECT k.conname
          FROM pg_constraint k
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         WHERE k.conrelid = to_regclass(format('public.%I', of_table)) AND k.contype = 'f'
           AND k.confrelid = 'public.packs_v2'::regclass AND cardinality(k.conkey) = 1 AND a.attname = 'pack_id'
           AND k.confdeltype IN ('a', 'r')
    LOOP
        EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT %I', of_table, old.conname);
        EXECUTE format('ALTER TABLE public.%I ADD CONSTRAINT %I FOREIGN KEY (pack_id) REFERENCES public.packs_v2 '
                       '(pack_id) ON DELETE CASCADE NOT VALID', of_table, old.conname);
        RETURN QUERY SELECT 'change', format('foreign key %s of public.%s: rows go with their pack (ON DELETE CASCADE)',
                                             old.conname, of_table);
        BEGIN
            EXECUTE format('ALTER TABLE public.%I VALIDATE CONSTRAINT %I', of_table, old.conname);
        EXCEPTION WHEN foreign_key_violation THEN
            RETURN QUERY SELECT 'note', format('public.%s has rows whose pack_id is not in public.packs_v2: they stay, '
                                               'new ones are refused', of_table);
        END;
    END LOOP;
END
$$;
SELECT kind, line FROM contextpack.want_cascade('pack_sources');
SELECT kind, line FROM contextpack.want_cascade('pack_exports');
DROP FUNCTION contextpack.want_cascade(name);
