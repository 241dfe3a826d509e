-- Who holds the tables that a migration changes, the longest transaction first; what another role does is hidden from some.
SELECT format('process %s (role %s%s%s) holds %s', l.pid, coalesce(a.usename::text, '?'),
              ', application ' || nullif(a.application_name, ''),
              ', in a transaction for ' || EXTRACT(epoch FROM clock_timestamp() - a.xact_start)::bigint || ' s',
              string_agg(DISTINCT l.relation::regclass::text, ', '))
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND n.nspname IN ('public', 'auth', 'contextpack')
 GROUP BY l.pid, a.usename, a.application_name, a.xact_start
 ORDER BY a.xact_start NULLS LAST, l.pid
 LIMIT 3;
