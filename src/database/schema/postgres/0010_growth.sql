-- replaces: 4890278433b4678c56c75a8af44060ea56b034c8f5bf9a5fbba0d30326c6ed3d
-- Where auth.uid() is our own (Supabase's has a text for a body): as a function that is called it costs less than as
-- one that becomes part of every policy of every statement, whose plan is made anew each time.
-- part: plan
SELECT 'change', 'replaced function auth.uid() by one that is called', NULL, 'open',
       'CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE AS
            ''BEGIN
                 RETURN coalesce(nullif(pg_catalog.current_setting(''''request.jwt.claim.sub'''', true), ''''''''),
                                 nullif(pg_catalog.current_setting(''''request.jwt.claims'''', true), '''''''')::pg_catalog.jsonb
                                     OPERATOR(pg_catalog.->>) ''''sub'''')::pg_catalog.uuid;
             END'''
  FROM pg_proc p
 WHERE p.oid = to_regprocedure('auth.uid()') AND p.prosqlbody IS NOT NULL AND pg_has_role(p.proowner, 'USAGE');
