-- A look at a database that this library did not make: read before its first migration, and by the dry run. Rows (kind,
-- line) are told as those of migrations are. Nothing is changed, and no lock is held that anybody waits for.
--
-- Each statement runs in a read-only transaction of its own. What it needs may be missing: then it is skipped. Counts
-- go with at most three examples; no statement returns more rows than there are tables, columns, values or objects.

-- about: the tables of the service
-- Prepares each transaction; without a row there is nothing to look at.
SELECT set_config('statement_timeout', '120s', true), set_config('lock_timeout', '2s', true),
       set_config('row_security', 'off', true), set_config('search_path', 'pg_catalog', true)
  FROM pg_catalog.pg_class c
 WHERE c.relnamespace = to_regnamespace('public')
   AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions', 'jobs',
                     'packs_legacy', 'webhook_logs', 'payment_attempts', 'admin_actions')
 LIMIT 1;

-- about: webhook ids
WITH found AS MATERIALIZED (
    SELECT webhook_id::text AS id, count(*) AS times
      FROM public.webhook_logs GROUP BY webhook_id HAVING count(*) > 1
)
SELECT 'note', format('public.webhook_logs: %s webhook ids stand in more than one row (%s rows), such as %s', count(*),
                      sum(f.times),
                      (SELECT string_agg(e.id, ', ') FROM (SELECT id FROM found ORDER BY times DESC, id LIMIT 3) e))
  FROM found f HAVING count(*) > 0;
