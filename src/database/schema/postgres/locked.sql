-- Runs the statements of a migration that need locks which keep everybody from the tables. The locks are taken at once:
-- whoever waits behind them waits a quarter of a second, after which they are given up and tried again later. Autovacuum,
-- which leaves a table only after a while, is asked first by a lock that holds up nobody else.
CREATE FUNCTION contextpack.run_locked(tables jsonb, steps jsonb, wait_ms bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    -- Given up before the server looks for deadlocks: it might end the service's transaction instead of this one.
    patience_ms CONSTANT integer := least(250, (SELECT setting::integer / 2 FROM pg_settings
                                                 WHERE name = 'deadlock_timeout'));
    give_up_at CONSTANT timestamptz := clock_timestamp() + wait_ms * interval '1 millisecond';
    pause_s double precision := 0.25;
    started timestamptz;
    one text;
BEGIN
    FOR one IN SELECT jsonb_array_elements_text(tables) LOOP
        BEGIN
            PERFORM set_config('lock_timeout', '3s', true);
            EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', one);
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            NULL;
        END;
    END LOOP;
    LOOP
        BEGIN
            started := clock_timestamp();
            FOR one IN SELECT jsonb_array_elements_text(tables) LOOP
                PERFORM set_config('lock_timeout', greatest(10, patience_ms - (EXTRACT(epoch FROM clock_timestamp() - started)
                                                                               * 1000)::integer) || 'ms', true);
                EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', one);
            END LOOP;
            PERFORM set_config('lock_timeout', '100ms', true);
            FOR one IN SELECT jsonb_array_elements_text(steps) LOOP
                EXECUTE one;
            END LOOP;
            RETURN 1;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            IF clock_timestamp() >= give_up_at THEN
                RAISE;
            END IF;
        END;
        PERFORM pg_sleep(pause_s);
        pause_s := least(2, pause_s * 1.5);
    END LOOP;
END
$$;
SELECT contextpack.run_locked($1::jsonb, $2::jsonb, $3);
DROP FUNCTION contextpack.run_locked(jsonb, jsonb, bigint);
