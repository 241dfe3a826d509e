-- What a linter of PostgreSQL behind an API looks for (the checks that Supabase's database advisor makes), each as a
-- query of findings: (lint, what). Rows that are meant are left out where they would come up, with the reason.
WITH tables AS (
    SELECT c.oid, c.relname, n.nspname, c.relrowsecurity, format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'contextpack')
), functions AS (
    SELECT p.oid, p.proconfig, p.prosecdef, n.nspname, p.oid::regprocedure::text AS name
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname IN ('public', 'contextpack')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
), policies AS (
    SELECT p.*, t.name, t.relrowsecurity, pg_get_expr(p.polqual, p.polrelid) AS rows_seen,
           pg_get_expr(p.polwithcheck, p.polrelid) AS rows_written
      FROM pg_policy p JOIN tables t ON t.oid = p.polrelid
), clients AS (
    SELECT oid, rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
)
SELECT 'unindexed_foreign_keys' AS lint, format('%s (%s)', t.name, k.conname) AS what
  FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid
 WHERE k.contype = 'f'
   AND NOT EXISTS (SELECT 1 FROM pg_index i
                    WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
                      AND (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(k.conkey)] = k.conkey)
UNION ALL
SELECT 'auth_rls_initplan', format('%s: policy %s calls a function for each row', p.name, p.polname)
  FROM policies p
 WHERE replace(lower(concat(p.rows_seen, ' ', p.rows_written)), 'select auth.', '') ~ 'auth\.(uid|jwt|role|email)\(\)|current_setting\('
UNION ALL
SELECT 'no_primary_key', t.name FROM tables t
 WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
UNION ALL
SELECT 'multiple_permissive_policies', format('%s, %s, %s', p.name, r.rolname, v.verb)
  FROM policies p CROSS JOIN (VALUES ('r'), ('a'), ('w'), ('d')) v (verb)
  JOIN clients r ON p.polroles @> ARRAY[r.oid] OR p.polroles = ARRAY[0::oid]
 WHERE p.polpermissive AND p.polcmd::text IN (v.verb, '*')
 GROUP BY p.name, r.rolname, v.verb
HAVING count(*) > 1
UNION ALL
SELECT 'policy_exists_rls_disabled', p.name FROM policies p WHERE NOT p.relrowsecurity
UNION ALL
SELECT 'rls_enabled_no_policy', t.name
  FROM tables t
 WHERE t.relrowsecurity AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid)
   -- Meant where clients have no privilege either: only the service, which policies don't hold back, uses the table.
   AND EXISTS (SELECT 1 FROM clients r WHERE has_any_column_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE')
                                          OR has_table_privilege(r.oid, t.oid, 'DELETE, TRUNCATE'))
UNION ALL
SELECT 'duplicate_index', format('%s: %s', t.name, string_agg(i.indexrelid::regclass::text, ', '))
  FROM pg_index i JOIN tables t ON t.oid = i.indrelid
 GROUP BY t.name, i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text, i.indisunique,
          pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)
HAVING count(*) > 1
UNION ALL
SELECT 'security_definer_view', c.oid::regclass::text
  FROM pg_class c
 WHERE c.relnamespace IN ('public'::regnamespace, 'contextpack'::regnamespace) AND c.relkind = 'v'
   AND NOT coalesce(c.reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1']
   AND EXISTS (SELECT 1 FROM clients r WHERE has_table_privilege(r.oid, c.oid, 'SELECT'))
UNION ALL
SELECT 'function_search_path_mutable', f.name FROM functions f
 WHERE NOT EXISTS (SELECT 1 FROM unnest(f.proconfig) s WHERE s LIKE 'search_path=%')
UNION ALL
SELECT 'security_definer_function_executable', format('%s by %s', f.name, r.rolname)
  FROM functions f, clients r
 WHERE f.prosecdef AND has_function_privilege(r.oid, f.oid, 'EXECUTE')
UNION ALL
SELECT 'rls_disabled_in_public', format('%s can be reached by %s', t.name, r.rolname)
  FROM tables t, clients r
 WHERE NOT t.relrowsecurity AND (has_any_column_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE')
                                 OR has_table_privilege(r.oid, t.oid, 'DELETE, TRUNCATE'))
UNION ALL
SELECT 'rls_policy_always_true', format('%s: policy %s', p.name, p.polname) FROM policies p
 WHERE p.polpermissive AND ('true' IN (p.rows_seen, p.rows_written))
UNION ALL
SELECT 'rls_references_user_metadata', format('%s: policy %s', p.name, p.polname) FROM policies p
 WHERE concat(p.rows_seen, p.rows_written) LIKE '%user_metadata%'
UNION ALL
SELECT 'extension_in_public', e.extname FROM pg_extension e WHERE e.extnamespace = 'public'::regnamespace
UNION ALL
SELECT 'materialized_view_in_api', c.oid::regclass::text FROM pg_class c, clients r
 WHERE c.relkind = 'm' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(r.oid, c.oid, 'SELECT')
UNION ALL
SELECT 'unsupported_reg_types', format('%s.%s', t.name, a.attname)
  FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
 WHERE a.attnum > 0 AND y.typname LIKE 'reg%' AND y.typname NOT IN ('regclass', 'regrole', 'regtype')
UNION ALL
SELECT 'fkey_to_auth_unique', k.conname
  FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
  JOIN pg_index i ON i.indexrelid = k.conindid
 WHERE k.contype = 'f' AND f.relnamespace = 'auth'::regnamespace AND i.indisunique AND NOT i.indisprimary
 ORDER BY 1, 2;
