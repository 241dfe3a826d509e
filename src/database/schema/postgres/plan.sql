-- Before the plans of migrations, which only read; the transaction is rolled back. Helpers of the plans, in a schema that
-- nobody else sees.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog;
CREATE SCHEMA contextpack_draft;

-- Whether a query has rows: for tables that need not be there.
CREATE FUNCTION contextpack_draft.finds(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (' || query || ')' INTO found;
    RETURN found;
END
$$;

-- The rows about an index: in the transaction for a table that is made there (and for a partitioned one, which PostgreSQL
-- can't index in any other way), else while everybody goes on.
CREATE FUNCTION contextpack_draft.index_steps(index_name text, table_name text, is_unique boolean, columns text, condition text,
                                               method text DEFAULT 'btree')
RETURNS TABLE (kind text, line text, undo text, part text, step text, place integer) LANGUAGE sql STABLE AS $$
    SELECT 'step', NULL, NULL, 'concurrent', format('DROP INDEX CONCURRENTLY public.%I', index_name), 1
      FROM pg_index i
     WHERE i.indexrelid = to_regclass(format('public.%I', index_name)) AND NOT i.indisvalid
       AND i.indrelid = to_regclass(format('public.%I', table_name))
    UNION ALL
    SELECT 'change',
           format('created %sindex %s on public.%s (%s)', CASE WHEN is_unique THEN 'unique ' ELSE '' END, index_name,
                  table_name, columns),
           CASE WHEN f.found IS NOT NULL THEN format('DROP INDEX public.%I', index_name) END,
           CASE WHEN f.in_use THEN 'concurrent' ELSE 'locked' END,
           format('CREATE %s INDEX %s %I ON public.%I USING %s (%s)%s', CASE WHEN is_unique THEN 'UNIQUE' ELSE '' END,
                  CASE WHEN f.in_use THEN 'CONCURRENTLY IF NOT EXISTS' ELSE '' END, index_name, table_name, method,
                  columns, ' WHERE ' || condition), 2
      FROM (SELECT t.found, EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.found AND c.relkind = 'r') AS in_use
              FROM (SELECT to_regclass(format('public.%I', table_name)) AS found) t) f
     WHERE NOT EXISTS (SELECT 1 FROM pg_index i
                        WHERE i.indexrelid = to_regclass(format('public.%I', index_name)) AND i.indisvalid)
$$;

-- The rows about a foreign key of a table in public. Rows that refer to nothing stay, and it is not validated then.
CREATE FUNCTION contextpack_draft.validation_steps(table_name text, column_name text, constraint_name text, target text,
                                                   target_column text)
RETURNS TABLE (kind text, line text, undo text, part text, step text, place integer) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF row_security_active(format('public.%I', table_name)) OR row_security_active(target) THEN
        RETURN QUERY SELECT 'note', format('rows of public.%s whose %s is not in %s could not be looked for, because '
                                           'row-level security holds the tables'' owner back: they stay, new ones are '
                                           'refused', table_name, column_name, target), NULL, NULL, NULL, 2;
    ELSIF contextpack_draft.finds(format('SELECT 1 FROM public.%I t WHERE t.%2$I IS NOT NULL AND NOT EXISTS (SELECT 1 '
                                         'FROM %3$s r WHERE r.%4$I = t.%2$I)', table_name, column_name, target,
                                         target_column)) THEN
        RETURN QUERY SELECT 'note', format('public.%s has rows whose %s is not in %s: they stay, new ones are refused',
                                           table_name, column_name, target), NULL, NULL, NULL, 2;
    ELSE
        RETURN QUERY SELECT 'step', NULL, NULL, 'after', format('ALTER TABLE public.%I VALIDATE CONSTRAINT %I', table_name,
                                                                constraint_name), 2;
    END IF;
END
$$;

CREATE FUNCTION contextpack_draft.reference_steps(table_name text, column_name text, target text, target_column text,
                                                  rule text)
RETURNS TABLE (kind text, line text, undo text, part text, step text, place integer) LANGUAGE plpgsql STABLE AS $$
DECLARE
    constraint_name text := table_name || '_' || column_name || '_fkey';
    is_there boolean := to_regclass(format('public.%I', table_name)) IS NOT NULL;
BEGIN
    RETURN QUERY
    SELECT 'change',
           format('created foreign key %s of public.%s to %s (%s)%s', constraint_name, table_name, target, target_column,
                  rule),
           CASE WHEN is_there THEN format('ALTER TABLE public.%I DROP CONSTRAINT %I', table_name, constraint_name) END,
           'locked',
           format('ALTER TABLE public.%I ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s (%I)%s%s', table_name,
                  constraint_name, column_name, target, target_column, rule,
                  CASE WHEN is_there THEN ' NOT VALID' ELSE '' END), 1;
    IF is_there AND to_regclass(target) IS NOT NULL THEN
        RETURN QUERY SELECT * FROM contextpack_draft.validation_steps(table_name, column_name, constraint_name, target,
                                                                      target_column);
    ELSIF is_there THEN
        RETURN QUERY SELECT 'step', NULL, NULL, 'after', format('ALTER TABLE public.%I VALIDATE CONSTRAINT %I', table_name,
                                                                constraint_name), 2;
    END IF;
END
$$;

-- The ten tables of the service; `found` is NULL where public lacks one.
CREATE FUNCTION contextpack_draft.service_tables() RETURNS TABLE (place bigint, name name, found regclass) LANGUAGE sql STABLE
AS $$
    SELECT t.place, t.name, to_regclass(format('public.%I', t.name))
      FROM unnest(ARRAY['user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions', 'jobs',
                        'packs_legacy', 'webhook_logs', 'payment_attempts', 'admin_actions']::name[])
           WITH ORDINALITY t (name, place)
$$;
