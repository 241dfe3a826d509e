SELECT count(*)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'contextpack' AND c.relname = 'migrations' AND c.relkind = 'r';
