-- Lists go by times within the years 1 to 9999: a row with another time, or none, has its place, too. These expressions
-- are those of @time_key in queries.sql.
CREATE INDEX user_profiles_newest ON user_profiles
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX credit_transactions_newest ON credit_transactions
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX admin_actions_newest ON admin_actions
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX admin_actions_by_admin ON admin_actions
    (admin_user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX admin_actions_by_target ON admin_actions
    (target_user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX packs_v2_newest ON packs_v2
    (user_id, max(min(COALESCE(updated_at, -62135596800000000), 253402300799999999), -62135596800000000), pack_id);
CREATE INDEX pack_sources_newest ON pack_sources
    (user_id, pack_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000),
     source_id);
CREATE INDEX pack_exports_newest ON pack_exports
    (user_id, pack_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX jobs_newest ON jobs
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), job_id);
CREATE INDEX packs_legacy_newest ON packs_legacy
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX webhook_logs_newest ON webhook_logs
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX webhook_logs_by_status ON webhook_logs
    (status, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX payment_attempts_by_time ON payment_attempts
    (max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
CREATE INDEX payment_attempts_by_user ON payment_attempts
    (user_id, max(min(COALESCE(created_at, -62135596800000000), 253402300799999999), -62135596800000000), id);
DROP INDEX user_profiles_created_at;
DROP INDEX packs_v2_user_id_updated_at;
DROP INDEX pack_sources_user_id_pack_id;
DROP INDEX pack_exports_user_id_pack_id;
DROP INDEX credit_transactions_user_id;
DROP INDEX jobs_user_id;
DROP INDEX jobs_user_id_created_at;
DROP INDEX packs_legacy_user_id;
DROP INDEX packs_legacy_user_id_created_at;
DROP INDEX webhook_logs_status;
DROP INDEX payment_attempts_user_id;
DROP INDEX payment_attempts_newest;
DROP INDEX admin_actions_admin_user_id;
DROP INDEX admin_actions_target_user_id;
DROP INDEX admin_actions_admin_user_id_created_at;
DROP INDEX admin_actions_target_user_id_created_at;

-- A source or a job that is deleted by SQL: its closed holds go with it, and open ones give their credits back. What
-- does not fit the balance stays a hold of its own, which ends by its time (cpk_holds_expire).
CREATE TRIGGER contextpack_sources_release_holds BEFORE DELETE ON contextpack_sources BEGIN
    UPDATE contextpack_holds
       SET source_id = NULL, reference = OLD.source_id, expires_at = COALESCE(expires_at, created_at)
     WHERE user_id = OLD.user_id AND source_id = OLD.source_id AND status = 'open'
       AND remaining + (SELECT COALESCE(u.credits_balance, 0) FROM user_profiles u WHERE u.id = OLD.user_id)
           > 2147483647;
    UPDATE user_profiles
       SET credits_balance = COALESCE(credits_balance, 0)
                             + (SELECT h.remaining FROM contextpack_holds h
                                 WHERE h.user_id = OLD.user_id AND h.source_id = OLD.source_id AND h.status = 'open')
     WHERE id = OLD.user_id
       AND EXISTS (SELECT 1 FROM contextpack_holds h
                    WHERE h.user_id = OLD.user_id AND h.source_id = OLD.source_id AND h.status = 'open');
    DELETE FROM contextpack_holds WHERE user_id = OLD.user_id AND source_id = OLD.source_id;
END;
CREATE TRIGGER contextpack_jobs_release_holds BEFORE DELETE ON contextpack_jobs BEGIN
    UPDATE contextpack_holds
       SET job_id = NULL, reference = OLD.job_id, expires_at = COALESCE(expires_at, created_at)
     WHERE user_id = OLD.user_id AND job_id = OLD.job_id AND status = 'open'
       AND remaining + (SELECT COALESCE(u.credits_balance, 0) FROM user_profiles u WHERE u.id = OLD.user_id)
           > 2147483647;
    UPDATE user_profiles
       SET credits_balance = COALESCE(credits_balance, 0)
                             + (SELECT h.remaining FROM contextpack_holds h
                                 WHERE h.user_id = OLD.user_id AND h.job_id = OLD.job_id AND h.status = 'open')
     WHERE id = OLD.user_id
       AND EXISTS (SELECT 1 FROM contextpack_holds h
                    WHERE h.user_id = OLD.user_id AND h.job_id = OLD.job_id AND h.status = 'open');
    DELETE FROM contextpack_holds WHERE user_id = OLD.user_id AND job_id = OLD.job_id;
END;

-- A profile that is deleted by SQL takes along what the library keeps beside it. Payments, subscriptions and attempts
-- to pay keep it: accounts with these are deleted by cpk_user_delete().
CREATE TRIGGER contextpack_delete_beside_profile BEFORE DELETE ON user_profiles BEGIN
    DELETE FROM contextpack_holds WHERE user_id = OLD.id;
    DELETE FROM contextpack_ledger_keys WHERE user_id = OLD.id;
    DELETE FROM contextpack_openings WHERE user_id = OLD.id;
    DELETE FROM contextpack_suspensions WHERE user_id = OLD.id;
    DELETE FROM contextpack_deletions WHERE user_id = OLD.id;
    DELETE FROM contextpack_customers WHERE user_id = OLD.id;
END;

-- Sources and exports go with their pack, as on PostgreSQL.
CREATE TRIGGER contextpack_delete_with_pack BEFORE DELETE ON packs_v2 BEGIN
    DELETE FROM pack_sources WHERE pack_id = OLD.pack_id;
    DELETE FROM pack_exports WHERE pack_id = OLD.pack_id;
END;
