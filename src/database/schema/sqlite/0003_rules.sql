-- What deletions by SQL take along.

-- A source or a job that is deleted by SQL: its closed holds go with it, and open ones give their credits back. What
-- does not fit the balance stays a hold of its own, which ends by its time (cpk_holds_expire).
CREATE TRIGGER contextpack_work_release_holds BEFORE DELETE ON contextpack_work BEGIN
    UPDATE contextpack_holds
       SET owner_kind = NULL, owner_id = NULL, reference = OLD.owner_id, expires_at = COALESCE(expires_at, created_at)
     WHERE user_id = OLD.user_id AND owner_kind = OLD.owner_kind AND owner_id = OLD.owner_id AND status = 'open'
       AND remaining + (SELECT COALESCE(u.credits_balance, 0) FROM user_profiles u WHERE u.id = OLD.user_id)
           > 2147483647;
    UPDATE user_profiles
       SET credits_balance = COALESCE(credits_balance, 0)
                             + (SELECT h.remaining FROM contextpack_holds h
                                 WHERE h.user_id = OLD.user_id AND h.owner_kind = OLD.owner_kind AND h.owner_id = OLD.owner_id
                                   AND h.status = 'open')
     WHERE id = OLD.user_id
       AND EXISTS (SELECT 1 FROM contextpack_holds h
                    WHERE h.user_id = OLD.user_id AND h.owner_kind = OLD.owner_kind AND h.owner_id = OLD.owner_id AND h.status = 'open');
    DELETE FROM contextpack_holds WHERE user_id = OLD.user_id AND owner_kind = OLD.owner_kind AND owner_id = OLD.owner_id;
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
