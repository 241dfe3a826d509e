-- Of several processes one migrates: 1 for it, else 0. The lock ends with the transaction.
SELECT CASE WHEN pg_catalog.pg_try_advisory_xact_lock(7161703921418375505) THEN 1 ELSE 0 END;
-- Takes the place of the statement above in the connection, with whose snapshot it stays open: indexes that are built
-- meanwhile would wait for that.
SET LOCAL idle_in_transaction_session_timeout = 0;
