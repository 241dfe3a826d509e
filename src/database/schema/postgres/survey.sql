-- A look at a database that this library did not make: read before its first migration, and by the dry run. Rows (kind,
-- line) are told as those of migrations are; the line of a row ('query', line) is a statement that is run in the same
-- way. Nothing is changed, and no lock is held that anybody waits for.
--
-- Each statement runs in a read-only transaction of its own; those that are not "always" are left out where no table of
-- the service is there. What a statement needs may be missing: then it is skipped. Counts go with at most
-- three examples, which are ids: addresses and names of users stay out of reports.

-- about: the tables of the service
-- Prepares each transaction; the number of the service's tables.
SELECT (SELECT count(*)
          FROM pg_catalog.pg_class c
         WHERE c.relnamespace = to_regnamespace('public')
           AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                             'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs',
                             'payment_attempts', 'admin_actions')),
       set_config('statement_timeout', '120s', true), set_config('lock_timeout', '2s', true),
       set_config('row_security', 'off', true), set_config('search_path', 'pg_catalog', true);

-- What the migration would fail on, with what to do about it.

-- always about: rights in the database
SELECT 'denied', format('permission denied to create schemas in the database %s: run `contextpack migrate` as the role '
                        'that owns the database (%s)', d.datname, d.datdba::regrole)
  FROM pg_database d
 WHERE d.datname = current_database() AND to_regnamespace('contextpack') IS NULL
   AND NOT has_database_privilege(d.oid, 'CREATE');

-- always about: the roles of clients
SELECT 'denied', format('the database has no %s, which %s may not create: create the roles first, as a superuser: '
                        'CREATE ROLE anon NOLOGIN NOINHERIT; CREATE ROLE authenticated NOLOGIN NOINHERIT; CREATE ROLE '
                        'service_role NOLOGIN NOINHERIT BYPASSRLS; GRANT anon, authenticated, service_role TO %I',
                        string_agg('role ' || w.name, ', ' ORDER BY w.name), me.rolname, me.rolname)
  FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) w (name)
  JOIN pg_roles me ON me.rolname = current_user
 WHERE NOT me.rolsuper AND NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = w.name)
   AND NOT (me.rolcreaterole AND (w.name <> 'service_role'
                                  OR me.rolbypassrls AND current_setting('server_version_num')::integer >= 160000))
 GROUP BY me.rolname;

-- always about: memberships in the roles of clients
SELECT 'denied', format('%s is no member of %s, and may not make itself one: as a superuser, or who created the roles, '
                        'run: GRANT anon, authenticated, service_role TO %I', me.rolname,
                        string_agg(r.rolname, ', ' ORDER BY r.rolname), me.rolname)
  FROM pg_roles r
  JOIN pg_roles me ON me.rolname = session_user
 WHERE r.rolname IN ('anon', 'authenticated', 'service_role') AND NOT me.rolsuper
   AND NOT pg_has_role(me.oid, r.oid, CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET'
                                           ELSE 'MEMBER' END)
   AND NOT pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION')
   AND NOT (me.rolcreaterole AND current_setting('server_version_num')::integer < 160000)
 GROUP BY me.rolname;

-- always about: the schema auth
-- Supabase makes these; elsewhere the migration does.
SELECT 'denied', format('%s is missing, and %s may not create it in the schema auth: as the owner of that schema (%s) '
                        'run: %s', m.name, current_user, n.nspowner::regrole, m.making)
  FROM pg_namespace n
 CROSS JOIN (VALUES
    (to_regclass('auth.users') IS NULL, 'the table auth.users',
     'CREATE TABLE auth.users (id uuid NOT NULL PRIMARY KEY, email text)'),
    (to_regprocedure('auth.uid()') IS NULL, 'the function auth.uid()',
     'CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT (nullif(current_setting('
     '''request.jwt.claims'', true), '''')::jsonb ->> ''sub'')::uuid $f$'),
    (to_regprocedure('auth.role()') IS NULL, 'the function auth.role()',
     'CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $f$ SELECT nullif(current_setting('
     '''request.jwt.claims'', true), '''')::jsonb ->> ''role'' $f$'),
    (to_regprocedure('auth.jwt()') IS NULL, 'the function auth.jwt()',
     'CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $f$ SELECT nullif(current_setting('
     '''request.jwt.claims'', true), '''')::jsonb $f$')) m (is_missing, name, making)
 WHERE n.nspname = 'auth' AND m.is_missing AND NOT has_schema_privilege(n.oid, 'CREATE');

-- always about: auth.uid()
-- Whatever its definition: policies rest on it. Older ones read request.jwt.claim.sub alone.
SELECT 'difference', 'auth.uid() does not return the user whom request.jwt.claims and request.jwt.claim.sub name, so '
                     'that users would not see their rows: give it the definition that Supabase has (coalesce(nullif('
                     'current_setting(''request.jwt.claim.sub'', true), ''''), nullif(current_setting('
                     '''request.jwt.claims'', true), '''')::jsonb ->> ''sub'')::uuid)'
  FROM (SELECT set_config('request.jwt.claim.sub', '00000000-0000-4000-8000-000000000001', true) AS sub,
               set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-000000000001",'
                                                '"role":"authenticated"}', true) AS claims
        OFFSET 0) s
 WHERE auth.uid()::text IS DISTINCT FROM (s.claims::jsonb ->> 'sub') OR auth.uid()::text IS DISTINCT FROM s.sub;

-- What is odd, and can be lived with.

-- about: statuses, types and plans
WITH known (of_table, of_column, may_be_null, words, meaning) AS (
    VALUES ('user_profiles', 'payment_plan', false, ARRAY[@words(payment_plan)], 'they count as the plan credits'),
           ('user_profiles', 'subscription_status', true, ARRAY[@words(subscription_status)],
            'such a subscription counts as not paid'),
           ('pack_sources', 'status', false, ARRAY[@words(source_status)], 'such sources count as unfinished'),
           ('pack_sources', 'source_type', false, ARRAY[@words(source_type)], 'they are shown as unknown'),
           ('pack_exports', 'status', false, ARRAY[@words(export_status)], 'they are shown as unknown'),
           ('pack_exports', 'export_type', false, ARRAY[@words(export_type)], 'they are shown as unknown'),
           ('jobs', 'status', false, ARRAY[@words(job_status)], 'such jobs count as unfinished'),
           ('credit_transactions', 'transaction_type', false, ARRAY[@words(transaction_type)],
            'their credits count in the balance as those of other types do'),
           ('webhook_logs', 'status', false, ARRAY[@words(webhook_log_status)], 'they are shown as they are'),
           ('payment_attempts', 'status', false, ARRAY[@words(payment_attempt_status)], 'they are shown as unknown'),
           ('admin_actions', 'action_type', false, ARRAY[@words(admin_action_type)], 'they are shown as unknown')
)
SELECT 'query', format($$
    WITH odd AS MATERIALIZED (
        SELECT coalesce(quote_literal(translate(left(x.%2$I::text, 60), E'\r\n\t', '   ')), 'NULL') AS word,
               count(*) AS times
          FROM public.%1$I x
         WHERE (x.%2$I::text = ANY (%4$L::text[])) IS NOT TRUE AND (x.%2$I IS NOT NULL OR NOT %3$L::boolean)
         GROUP BY 1
    )
    SELECT 'note', format('public.%%s.%%s: %%s rows have values that the library does not know: %%s%%s; %%s', %1$L,
                          %2$L, sum(o.times), (SELECT string_agg(format('%%s (%%s)', e.word, e.times), ', ')
                                           FROM (SELECT word, times FROM odd ORDER BY times DESC, word LIMIT 3) e),
                          CASE WHEN count(*) > 3 THEN format(' and %%s more', count(*) - 3) END, %5$L)
      FROM odd o HAVING count(*) > 0 $$, k.of_table, k.of_column, k.may_be_null, k.words, k.meaning)
  FROM known k
  JOIN pg_attribute a ON a.attrelid = to_regclass(format('public.%I', k.of_table)) AND a.attname = k.of_column
                     AND a.attnum > 0 AND NOT a.attisdropped;

-- about: webhook ids
WITH found AS MATERIALIZED (
    SELECT webhook_id::text AS id, count(*) AS times
      FROM public.webhook_logs GROUP BY webhook_id HAVING count(*) > 1
)
SELECT 'note', format('public.webhook_logs: %s webhook ids are in more than one row (%s rows), such as %s', count(*),
                      sum(f.times),
                      (SELECT string_agg(e.id, ', ') FROM (SELECT id FROM found ORDER BY times DESC, id LIMIT 3) e))
  FROM found f HAVING count(*) > 0;

-- about: payments that are entered twice
WITH found AS MATERIALIZED (
    SELECT stripe_payment_id::text AS id, count(*) AS times
      FROM public.credit_transactions
     WHERE transaction_type = 'purchase' AND stripe_payment_id <> ''
     GROUP BY stripe_payment_id HAVING count(*) > 1
)
SELECT 'note', format('public.credit_transactions: %s Stripe payments were entered as purchases more than once (%s '
                      'rows), such as %s', count(*), sum(f.times),
                      (SELECT string_agg(e.id, ', ') FROM (SELECT id FROM found ORDER BY times DESC, id LIMIT 3) e))
  FROM found f HAVING count(*) > 0;

-- about: balances
WITH odd AS MATERIALIZED (
    SELECT id::text AS id, credits_balance AS credits
      FROM public.user_profiles WHERE credits_balance IS NULL OR credits_balance < 0
)
SELECT 'note', format('public.user_profiles: %s profiles have a balance of NULL, which counts as 0, such as %s',
                      count(*), (SELECT string_agg(e.id, ', ')
                                   FROM (SELECT id FROM odd WHERE credits IS NULL ORDER BY id LIMIT 3) e))
  FROM odd WHERE credits IS NULL HAVING count(*) > 0
UNION ALL
SELECT 'note', format('public.user_profiles: %s profiles have a balance below 0 (together %s), such as %s', count(*),
                      sum(credits), (SELECT string_agg(format('%s (%s)', e.id, e.credits), ', ')
                                       FROM (SELECT id, credits FROM odd WHERE credits < 0
                                              ORDER BY credits, id LIMIT 3) e))
  FROM odd WHERE credits < 0 HAVING count(*) > 0;

-- about: users without a profile
WITH odd AS MATERIALIZED (
    SELECT a.id::text AS id
      FROM auth.users a WHERE NOT EXISTS (SELECT 1 FROM public.user_profiles u WHERE u.id = a.id)
)
SELECT 'note', format('auth.users: %s users have no row in public.user_profiles, such as %s: the library does not know '
                      'them', count(*), (SELECT string_agg(e.id, ', ') FROM (SELECT id FROM odd ORDER BY id LIMIT 3) e))
  FROM odd HAVING count(*) > 0;

-- about: profiles without a user
WITH odd AS MATERIALIZED (
    SELECT u.id::text AS id
      FROM public.user_profiles u WHERE NOT EXISTS (SELECT 1 FROM auth.users a WHERE a.id = u.id)
)
SELECT 'note', format('public.user_profiles: %s profiles have no row in auth.users, such as %s: nobody can sign in to '
                      'them', count(*), (SELECT string_agg(e.id, ', ') FROM (SELECT id FROM odd ORDER BY id LIMIT 3) e))
  FROM odd HAVING count(*) > 0;

-- about: e-mail addresses
WITH found AS MATERIALIZED (
    SELECT min(id::text) AS id, count(*) AS times
      FROM public.user_profiles GROUP BY lower(btrim(email)) HAVING count(*) > 1
)
SELECT 'note', format('public.user_profiles: %s profiles share %s e-mail addresses, such as that of %s: who is meant '
                      'by such an address is not known', sum(f.times), count(*),
                      (SELECT string_agg(e.id, ', ') FROM (SELECT id FROM found ORDER BY times DESC, id LIMIT 3) e))
  FROM found f HAVING count(*) > 0;

-- about: rows whose parent is gone
WITH known (of_table, of_column, parent, parent_column) AS (
    VALUES ('packs_v2', 'user_id', 'user_profiles', 'id'),
           ('pack_sources', 'pack_id', 'packs_v2', 'pack_id'),
           ('pack_sources', 'user_id', 'user_profiles', 'id'),
           ('pack_exports', 'pack_id', 'packs_v2', 'pack_id'),
           ('pack_exports', 'user_id', 'user_profiles', 'id'),
           ('credit_transactions', 'user_id', 'user_profiles', 'id'),
           ('jobs', 'user_id', 'user_profiles', 'id'),
           ('packs_legacy', 'job_id', 'jobs', 'job_id'),
           ('packs_legacy', 'user_id', 'user_profiles', 'id'),
           ('payment_attempts', 'user_id', 'user_profiles', 'id'),
           ('admin_actions', 'target_user_id', 'user_profiles', 'id')
)
SELECT 'query', format($$
    WITH odd AS MATERIALIZED (
        SELECT x.%2$I::text AS id, count(*) AS times
          FROM public.%1$I x
         WHERE x.%2$I IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.%3$I p WHERE p.%4$I = x.%2$I)
         GROUP BY 1
    )
    SELECT 'note', format('public.%%s: %%s rows have a %%s that is not in public.%%s, such as %%s', %1$L, sum(o.times),
                          %2$L, %3$L,
                          (SELECT string_agg(left(e.id, 60), ', ')
                             FROM (SELECT id FROM odd ORDER BY times DESC, id LIMIT 3) e))
      FROM odd o HAVING count(*) > 0 $$, k.of_table, k.of_column, k.parent, k.parent_column)
  FROM known k
 WHERE to_regclass(format('public.%I', k.of_table)) IS NOT NULL
   AND to_regclass(format('public.%I', k.parent)) IS NOT NULL;

-- about: rows of one user under those of another
WITH known (of_table, of_column, parent) AS (
    VALUES ('pack_sources', 'pack_id', 'packs_v2'),
           ('pack_exports', 'pack_id', 'packs_v2'),
           ('packs_legacy', 'job_id', 'jobs')
)
SELECT 'query', format($$
    WITH odd AS MATERIALIZED (
        SELECT x.id::text AS id
          FROM public.%1$I x JOIN public.%3$I p ON p.%2$I = x.%2$I WHERE p.user_id <> x.user_id
    )
    SELECT 'note', format('public.%%s: %%s rows belong to another user than their row of public.%%s, such as %%s', %1$L,
                          count(*), %3$L, (SELECT string_agg(e.id, ', ')
                                             FROM (SELECT id FROM odd ORDER BY id LIMIT 3) e))
      FROM odd HAVING count(*) > 0 $$, k.of_table, k.of_column, k.parent)
  FROM known k
 WHERE to_regclass(format('public.%I', k.of_table)) IS NOT NULL
   AND to_regclass(format('public.%I', k.parent)) IS NOT NULL;

-- about: storage folders
WITH folder AS MATERIALIZED (
    SELECT u.id::text AS id, coalesce(u.r2_user_directory::text, '') AS given,
           btrim(regexp_replace(coalesce(u.r2_user_directory::text, ''), '/+', '/', 'g'), '/') AS clean
      FROM public.user_profiles u
), odd (place, id, given, problem) AS (
    SELECT 1, f.id, f.given, 'an empty storage folder' FROM folder f WHERE f.clean = ''
    UNION ALL
    SELECT 2, f.id, f.given, 'a storage folder with a slash at its start' FROM folder f
     WHERE f.given LIKE '/%' AND f.clean <> ''
    UNION ALL
    SELECT 3, f.id, f.given, 'a storage folder with a slash at its end' FROM folder f
     WHERE f.given LIKE '%/' AND f.clean <> ''
    UNION ALL
    SELECT 4, f.id, f.given, 'a storage folder with a part that is empty, "." or ".."' FROM folder f
     WHERE f.clean <> '' AND (btrim(f.given, '/') LIKE '%//%' OR f.clean ~ '(^|/)[.][.]?(/|$)')
    UNION ALL
    SELECT 5, f.id, f.given, 'a storage folder that is the library''s own' FROM folder f
     WHERE split_part(f.clean, '/', 1) = ANY (ARRAY[@words(storage_reserved)])
    UNION ALL
    SELECT 6, f.id, f.given, 'a storage folder in which those of new users will lie' FROM folder f
     WHERE f.clean = @words(storage_users)
)
SELECT 'note', format('public.user_profiles: %s profiles have %s, such as %s', count(*), o.problem,
                      (SELECT string_agg(format('%s ("%s")', e.id, left(e.given, 60)), ', ')
                         FROM (SELECT id, given FROM odd WHERE place = o.place ORDER BY id LIMIT 3) e))
  FROM odd o GROUP BY o.place, o.problem ORDER BY o.place;

-- about: storage folders of several profiles
WITH found AS MATERIALIZED (
    SELECT f.clean, min(f.id) AS id, max(f.id) AS other, count(*) AS times
      FROM (SELECT u.id::text AS id, btrim(regexp_replace(u.r2_user_directory::text, '/+', '/', 'g'), '/') AS clean
              FROM public.user_profiles u) f
     WHERE f.clean <> ''
     GROUP BY f.clean HAVING count(*) > 1
)
SELECT 'note', format('public.user_profiles: %s profiles share %s storage folders, such as %s: what one of them stores '
                      'can''t be told from the other''s', sum(f.times), count(*),
                      (SELECT string_agg(format('"%s" (%s and %s)', left(e.clean, 60), e.id, e.other), ', ')
                         FROM (SELECT clean, id, other FROM found ORDER BY times DESC, clean LIMIT 3) e))
  FROM found f HAVING count(*) > 0;

-- about: storage folders within others
-- In the order of bytes a folder stands right before those within it.
WITH folder AS MATERIALIZED (
    SELECT (f.clean || '/') COLLATE "C" AS clean, min(f.id) AS id
      FROM (SELECT u.id::text AS id, btrim(regexp_replace(u.r2_user_directory::text, '/+', '/', 'g'), '/') AS clean
              FROM public.user_profiles u) f
     WHERE f.clean <> ''
     GROUP BY f.clean
), found AS MATERIALIZED (
    SELECT n.clean, n.id, n.next, n.next_id
      FROM (SELECT f.clean, f.id, lead(f.clean) OVER w AS next, lead(f.id) OVER w AS next_id
              FROM folder f WINDOW w AS (ORDER BY f.clean)) n
     WHERE starts_with(n.next, n.clean)
)
SELECT 'note', format('public.user_profiles: %s storage folders contain those of other profiles, such as %s: what is '
                      'within can''t be told from the others''', count(*),
                      (SELECT string_agg(format('"%s" (%s) with "%s" (%s)', left(e.clean, 60), e.id, left(e.next, 60),
                                                e.next_id), ', ')
                         FROM (SELECT clean, id, next, next_id FROM found ORDER BY clean LIMIT 3) e))
  FROM found HAVING count(*) > 0;

-- about: rows that name blobs in another user's folder
WITH known (of_table, of_column) AS (
    VALUES ('packs_v2', 'r2_pack_directory'), ('pack_sources', 'r2_raw_path'), ('pack_sources', 'r2_extracted_path'),
           ('pack_sources', 'r2_chunked_path'), ('pack_sources', 'r2_analyzed_path'), ('pack_exports', 'r2_path'),
           ('jobs', 'r2_path'), ('packs_legacy', 'r2_pack_path')
)
SELECT 'query', format($$
    WITH folder AS MATERIALIZED (
        SELECT f.id, f.clean, array_length(string_to_array(f.clean, '/'), 1) AS depth
          FROM (SELECT u.id, btrim(regexp_replace(u.r2_user_directory::text, '/+', '/', 'g'), '/') AS clean
                  FROM public.user_profiles u) f
         WHERE f.clean <> ''
    ), outside AS MATERIALIZED (
        SELECT x.id, x.user_id, ltrim(x.%2$I::text, '/') AS path
          FROM public.%1$I x
          LEFT JOIN folder o ON o.id = x.user_id
         WHERE x.%2$I <> '' AND (o.id IS NULL OR NOT starts_with(ltrim(x.%2$I::text, '/'), o.clean || '/'))
    ), deep AS MATERIALIZED (
        SELECT DISTINCT depth FROM folder ORDER BY depth LIMIT 4
    ), odd AS MATERIALIZED (
        SELECT x.id::text AS id, left(x.path, 60) AS named, f.id::text AS owner
          FROM outside x
         CROSS JOIN deep d
          JOIN folder f ON f.depth = d.depth
                       AND f.clean = array_to_string((string_to_array(x.path, '/'))[1:d.depth], '/')
         WHERE f.id <> x.user_id
    )
    SELECT 'note', format('public.%%s.%%s: %%s rows name what is in another user''s storage folder, such as %%s', %1$L,
                          %2$L, count(*),
                          (SELECT string_agg(format('"%%s" (row %%s, folder of %%s)', e.named, e.id, e.owner), ', ')
                             FROM (SELECT id, named, owner FROM odd ORDER BY id, owner LIMIT 3) e))
      FROM odd HAVING count(*) > 0 $$, k.of_table, k.of_column)
  FROM known k
 WHERE to_regclass(format('public.%I', k.of_table)) IS NOT NULL;

-- about: views
-- Views that read with their owner's rights, and those over them. A view with security_invoker reads as who asks, also
-- where another view is between.
WITH RECURSIVE service AS (
    SELECT c.oid, format('%I.%I', 'public', c.relname) AS name
      FROM pg_class c
     WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p')
       AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                         'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs',
                         'payment_attempts', 'admin_actions')
), uses AS (
    SELECT DISTINCT r.ev_class AS oid, d.refobjid AS used
      FROM pg_rewrite r
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
), view AS (
    SELECT c.oid, c.relkind, c.relowner, c.relacl,
           c.relkind = 'v' AND coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(c.reloptions) o
                                          WHERE o.option_name = 'security_invoker'), false) AS asks_caller
      FROM pg_class c WHERE c.relkind IN ('v', 'm')
), reach (oid, as_owner, tables) AS (
    SELECT v.oid, NOT v.asks_caller, s.name FROM view v JOIN uses u USING (oid) JOIN service s ON s.oid = u.used
    UNION
    SELECT v.oid, v.relkind = 'm' OR (r.as_owner AND NOT v.asks_caller), r.tables
      FROM reach r JOIN uses u ON u.used = r.oid JOIN view v ON v.oid = u.oid
), open AS (
    SELECT r.oid, string_agg(DISTINCT r.tables, ', ' ORDER BY r.tables) AS tables
      FROM reach r WHERE r.as_owner GROUP BY r.oid
), may AS (
    SELECT o.oid, string_agg(DISTINCT g.role, ' and ' ORDER BY g.role) AS roles
      FROM open o
     CROSS JOIN (SELECT oid AS role_oid, rolname::text AS role FROM pg_roles
                  WHERE rolname IN ('anon', 'authenticated')) g
     WHERE has_schema_privilege(g.role_oid, (SELECT c.relnamespace FROM pg_class c WHERE c.oid = o.oid), 'USAGE')
       AND (has_any_column_privilege(g.role_oid, o.oid, 'SELECT, INSERT, UPDATE')
            OR has_table_privilege(g.role_oid, o.oid, 'DELETE'))
     GROUP BY o.oid
)
SELECT 'note', format('%s %s over %s passes by row-level security: %s may use it, and it reads with the rights of its '
                      'owner %s (%s)', CASE v.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END,
                      v.oid::regclass, o.tables, m.roles, v.relowner::regrole,
                      CASE v.relkind WHEN 'm' THEN format('REVOKE ALL ON %s FROM anon, authenticated, PUBLIC',
                                                          v.oid::regclass)
                                     ELSE format('ALTER VIEW %s SET (security_invoker = true)', v.oid::regclass) END)
  FROM view v JOIN open o USING (oid) JOIN may m USING (oid)
 ORDER BY v.oid::regclass::text LIMIT 50;

-- about: functions
-- SECURITY DEFINER functions that clients may call and whose bodies name a table of the service, a view over one, or a
-- function that names one. Bodies are read as text: what they put together at run time is not seen.
WITH RECURSIVE uses AS (
    SELECT DISTINCT r.ev_class AS oid, d.refobjid AS used
      FROM pg_rewrite r
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                      AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
), relation (oid, name) AS (
    SELECT c.oid, c.relname
      FROM pg_class c
     WHERE c.relnamespace = to_regnamespace('public')
       AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                         'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs',
                         'payment_attempts', 'admin_actions')
    UNION
    SELECT c.oid, c.relname FROM relation r JOIN uses u ON u.used = r.oid JOIN pg_class c ON c.oid = u.oid
), body AS MATERIALIZED (
    SELECT p.oid, p.proname, p.prosecdef, p.proowner, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS source,
           p.pronamespace
      FROM pg_proc p
     WHERE p.pronamespace <> ALL (ARRAY[to_regnamespace('pg_catalog'), to_regnamespace('information_schema')]::oid[])
       AND p.pronamespace IS DISTINCT FROM to_regnamespace('contextpack')
       AND p.prokind IN ('f', 'p', 'w') AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
), named AS MATERIALIZED (
    SELECT b.oid, b.proname
      FROM body b
     WHERE b.source ~* (SELECT '\m(' || string_agg(regexp_replace(r.name, '([^[:alnum:]_])', '\\\1', 'g'), '|') || ')\M'
                          FROM relation r)
), found AS (
    SELECT b.oid, b.proowner, b.pronamespace
      FROM body b
     WHERE b.prosecdef
       AND (b.oid IN (SELECT oid FROM named)
            OR b.source ~* (SELECT '\m(' || string_agg(DISTINCT regexp_replace(n.proname, '([^[:alnum:]_])', '\\\1',
                                                                               'g'), '|') || ')\s*\('
                              FROM named n))
), may AS (
    SELECT f.oid, string_agg(g.role, ' and ' ORDER BY g.role) AS roles
      FROM found f
     CROSS JOIN (SELECT oid AS role_oid, rolname::text AS role FROM pg_roles
                  WHERE rolname IN ('anon', 'authenticated')) g
     WHERE has_function_privilege(g.role_oid, f.oid, 'EXECUTE')
       AND has_schema_privilege(g.role_oid, f.pronamespace, 'USAGE')
     GROUP BY f.oid
)
SELECT 'note', format('function %s may pass by row-level security: %s may call it, it is SECURITY DEFINER of %s, and '
                      'its body names tables of the service (look at it, or REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, '
                      'anon, authenticated)', f.oid::regprocedure, m.roles, f.proowner::regrole, f.oid::regprocedure)
  FROM found f JOIN may m USING (oid)
 ORDER BY f.oid::regprocedure::text LIMIT 50;

-- about: tables that inherit
-- Clients that use such a table by its own name meet its own policies, not those of the table above it.
WITH RECURSIVE below (oid, top) AS (
    SELECT c.oid, c.oid
      FROM pg_class c
     WHERE c.relnamespace = to_regnamespace('public')
       AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                         'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs',
                         'payment_attempts', 'admin_actions')
    UNION
    SELECT i.inhrelid, b.top FROM below b JOIN pg_inherits i ON i.inhparent = b.oid
)
SELECT 'note', format('table %s is a part of %s: %s may use it by its own name, past the policies of the whole',
                      b.oid::regclass, b.top::regclass, string_agg(g.role, ' and ' ORDER BY g.role))
  FROM below b
  JOIN pg_class c ON c.oid = b.oid AND NOT c.relrowsecurity
 CROSS JOIN (SELECT oid AS role_oid, rolname::text AS role FROM pg_roles WHERE rolname IN ('anon', 'authenticated')) g
 WHERE b.oid <> b.top
   AND (has_any_column_privilege(g.role_oid, b.oid, 'SELECT, INSERT, UPDATE')
        OR has_table_privilege(g.role_oid, b.oid, 'DELETE'))
 GROUP BY b.oid, b.top ORDER BY b.oid::regclass::text LIMIT 50;

-- about: roles of clients
SELECT 'note', format('the role %s is a member of %s, which passes by row-level security (REVOKE %s FROM %s)',
                      g.rolname, r.rolname, quote_ident(r.rolname), g.rolname)
  FROM pg_roles g
  JOIN pg_roles r ON r.oid <> g.oid AND pg_has_role(g.oid, r.oid, 'MEMBER')
 WHERE g.rolname IN ('anon', 'authenticated') AND NOT g.rolsuper
   AND (r.rolsuper OR r.rolbypassrls
        OR r.oid IN (SELECT c.relowner FROM pg_class c
                      WHERE c.relnamespace = to_regnamespace('public')
                        AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                                          'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs',
                                          'payment_attempts', 'admin_actions')))
 ORDER BY g.rolname, r.rolname;

-- What migrations change without a line of their own.

-- about: row-level security
SELECT 'change', format('row-level security is turned on for public.%s', c.relname)
  FROM pg_class c
 WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
   AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions', 'jobs',
                     'packs_legacy', 'payment_attempts')
 ORDER BY c.relname;

-- about: row-level security that is forced
SELECT 'change', format('row-level security is no longer forced upon the owner of public.%s', c.relname)
  FROM pg_class c
 WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p') AND c.relforcerowsecurity
   AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports', 'credit_transactions', 'jobs',
                     'packs_legacy', 'payment_attempts')
 ORDER BY c.relname;

-- about: triggers
SELECT 'change', format('created trigger %s on public.%s', t.name, c.relname)
  FROM (VALUES ('contextpack_enter_opening', 'user_profiles'), ('contextpack_delete_beside_profile', 'user_profiles'),
               ('contextpack_check_client_row', 'user_profiles'), ('contextpack_check_client_row', 'packs_v2'),
               ('contextpack_check_client_row', 'pack_sources'), ('contextpack_check_client_row', 'pack_exports'),
               ('contextpack_check_client_row', 'jobs')) t (name, of_table)
  JOIN pg_class c ON c.oid = to_regclass(format('public.%I', t.of_table))
 ORDER BY c.relname, t.name;

-- about: privileges of the service
SELECT 'change', format('granted %s on public.%s to service_role', string_agg(v.verb, ', ' ORDER BY v.place), c.relname)
  FROM pg_class c
 CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY v (verb, place)
 WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p')
   AND c.relname IN ('user_profiles', 'packs_v2', 'pack_sources', 'pack_exports',
                     'credit_transactions', 'jobs', 'packs_legacy', 'webhook_logs',
                     'payment_attempts', 'admin_actions')
   AND NOT coalesce((SELECT has_table_privilege(r.oid, c.oid, v.verb) FROM pg_roles r WHERE r.rolname = 'service_role'),
                    false)
 GROUP BY c.relname ORDER BY c.relname;

-- about: the library's schema
SELECT 'change', 'created schema contextpack: authenticated reads rows of its own there, service_role all'
 WHERE to_regnamespace('contextpack') IS NULL;
