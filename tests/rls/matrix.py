"""Writes the pgTAP suite of row-level security from matrix.csv: every table, principal and verb, tried on a row."""
from harness import VERBS, read_matrix

OWNER = "00000001-1111-4111-8111-111111111111"
OTHER = "00000002-2222-4222-8222-222222222222"
SPARE = "00000003-3333-4333-8333-333333333333"  # has a profile that nothing refers to, so that it can be deleted
FRESH = "00000004-4444-4444-8444-444444444444"  # has no profile yet

# principal of the matrix: database role, user in the token
PRINCIPALS = {"anon": ("anon", None), "owner": ("authenticated", OWNER), "another user": ("authenticated", OTHER),
              "service_role": ("service_role", None)}

# table: the columns of a new row of a user, and a column that an UPDATE sets. {0} is the user, {1} makes it unique.
ROWS = {
    "user_profiles": ("id, email, r2_user_directory", "'{0}', '{1}@example.org', 'users/{0}'", "full_name = 'x'"),
    "packs_v2": ("id, user_id, pack_id, pack_name, r2_pack_directory",
                 "gen_random_uuid(), '{0}', 'pack-{1}', 'Pack', 'users/{0}/pack-{1}'", "pack_name = 'x'"),
    "pack_sources": ("id, pack_id, user_id, source_id, source_name, source_type",
                     "gen_random_uuid(), 'pack-{0}', '{0}', 'source-{1}', 'Source', 'text'", "source_name = 'x'"),
    "pack_exports": ("id, pack_id, user_id, export_type, r2_path",
                     "gen_random_uuid(), 'pack-{0}', '{0}', 'standard', 'users/{0}/x.md'", "r2_path = 'x'"),
    "credit_transactions": ("id, user_id, transaction_type, credits", "gen_random_uuid(), '{0}', 'bonus', 1000",
                            "credits = 1000"),
    "payment_attempts": ("id, user_id, attempt_type, status", "gen_random_uuid(), '{0}', 'credits', 'initiated'",
                         "status = 'failed'"),
    "jobs": ("id, user_id, job_id, file_name, file_size, r2_path",
             "gen_random_uuid(), '{0}', 'job-{1}', 'a.json', 1, 'users/{0}/job-{1}'", "status = 'x'"),
    "packs_legacy": ("id, user_id, job_id, pack_name, r2_pack_path",
                     "gen_random_uuid(), '{0}', 'job-{0}', 'Pack', 'users/{0}/old'", "pack_name = 'x'"),
    "webhook_logs": ("id, webhook_id, event_type", "'{0}', 'evt-{1}', 'payment'", "status = 'x'"),
    "admin_actions": ("id, action_type, target_user_id, reason", "gen_random_uuid(), 'refund_issued', '{0}', 'asked'",
                      "reason = 'x'"),
}
OWNER_COLUMN = {"user_profiles": "id", "webhook_logs": "id", "admin_actions": "target_user_id"}

# What users must not set in their own profile.
PROTECTED = {"id": f"'{OTHER}'", "email": "'x@example.org'", "r2_user_directory": "'users/other'",
             "payment_plan": "'unlimited'", "chunks_analyzed": "0", "credits_balance": "1000000",
             "subscription_id": "'sub_1'", "subscription_status": "'active'", "plan_start_date": "now()",
             "plan_end_date": "now() + interval '99 years'", "created_at": "now()"}

HEAD = """
CREATE SCHEMA tap;
CREATE EXTENSION pgtap SCHEMA tap;
SET search_path = tap, public;
BEGIN;
-- What a principal's statement comes to: "done N" rows, or the SQLSTATE and message. It is undone either way.
CREATE FUNCTION tap.attempt(who text, sub text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    touched bigint;
BEGIN
    PERFORM set_config('request.jwt.claims', json_build_object('sub', sub, 'role', who)::text, true);
    PERFORM set_config('role', who, true);
    EXECUTE statement;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RAISE EXCEPTION USING ERRCODE = 'TAP00', MESSAGE = touched;
EXCEPTION
    WHEN SQLSTATE 'TAP00' THEN
        RETURN 'done ' || SQLERRM;
    WHEN OTHERS THEN
        RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'" if text is not None else "NULL"


def insert(table, user, unique):
    columns, values, _ = ROWS[table]
    return f"INSERT INTO public.{table} ({columns}) VALUES ({values.format(user, unique)})"


def fixture():
    """A row of each table for the owner and the other user; what is referred to bears the user's id."""
    users = (OWNER, OTHER, SPARE, FRESH)
    made = [f"INSERT INTO auth.users (id, email) VALUES ('{user}', '{user}@example.org')" for user in users]
    # Where sign-ups get a profile by themselves, it is there already.
    made += [insert("user_profiles", user, user) + " ON CONFLICT DO NOTHING" for user in users]
    made.append(f"DELETE FROM public.user_profiles WHERE id = '{FRESH}'")
    made += [insert(table, user, user) for user in (OWNER, OTHER) for table in ROWS if table != "user_profiles"]
    # Nothing refers to these two.
    made.append(insert("packs_v2", OWNER, "free"))
    made.append(insert("jobs", OWNER, "free"))
    for kind, owner, pack in (("source", f"source-{OWNER}", f"'pack-{OWNER}'"), ("job", f"job-{OWNER}", "NULL")):
        of = f"'{OWNER}', '{kind}', '{owner}'"
        made.append(f"INSERT INTO contextpack.work (user_id, owner_kind, owner_id, pack_id) VALUES ({of}, {pack})")
        made.append(f"INSERT INTO contextpack.chunks (user_id, owner_kind, owner_id, chunk_index, text_offset, text_length, "
                    f"tokens) VALUES ({of}, 0, 0, 1, 1)")
        made.append(f"INSERT INTO contextpack.conversations (user_id, owner_kind, owner_id, provider, conversation_id, pack_id) "
                    f"VALUES ({of}, 'chatgpt', 'talk', {pack})")
        made.append(f"INSERT INTO contextpack.queue (user_id, owner_kind, owner_id, kind, state, submitted_at, run_at) "
                    f"VALUES ({of}, 'analyze', 'ready', 0, 0)")
        made.append(f"INSERT INTO contextpack.holds (user_id, owner_kind, owner_id, hold_id, payment_plan, credits, remaining, "
                    f"status, created_at, updated_at) VALUES ({of}, 'hold of the {kind}', 'credits', 1, 0, 'closed', 0, 0)")
    made.append(f"INSERT INTO contextpack.attempts (attempt_id, user_id, network, is_counted, is_refused, created_at) "
                f"VALUES (gen_random_uuid(), '{OWNER}', '192.0.2.1', 1, 0, 0)")
    made.append("INSERT INTO contextpack.attempts (attempt_id, customer_id, is_counted, is_refused, created_at) "
                "VALUES (gen_random_uuid(), 'cus_of_nobody_yet', 0, 0, 0)")
    made.append("INSERT INTO contextpack.gates (gate, taken_at) VALUES ('user 1', 0)")
    return ";\n".join(made) + ";\n"


class Suite:
    def __init__(self):
        self.lines = []

    def attempt(self, principal, statement, expected, name):
        """expected: a pattern of the result of attempt()."""
        role, user = PRINCIPALS[principal]
        self.lines.append(f"SELECT matches(attempt('{role}', {quoted(user)}, {quoted(statement)}), {quoted(expected)}, "
                          f"{quoted(name)});")

    def same(self, first, second, name):
        """Two statements of the other user that must have the same result."""
        role, user = PRINCIPALS["another user"]
        shown = [f"attempt('{role}', '{user}', {quoted(one)})" for one in (first, second)]
        self.lines.append(f"SELECT is({shown[0]}, {shown[1]}, {quoted(name)});")
        self.attempt("another user", first, "^42501 ", name + ": refused")


# What a DELETE is tried on where rows refer to the others.
FREE_ROWS = {"user_profiles": f"id = '{SPARE}'", "packs_v2": "pack_id = 'pack-free'", "jobs": "job_id = 'job-free'"}


def statement_of(table, verb):
    rows = f"{OWNER_COLUMN.get(table, 'user_id')} = '{OWNER}'"
    if verb == "SELECT":
        return f"SELECT * FROM public.{table} WHERE {rows}"
    if verb == "INSERT":
        return insert(table, FRESH if table in ("user_profiles", "webhook_logs") else OWNER, "new")
    if verb == "UPDATE":
        return f"UPDATE public.{table} SET {ROWS[table][2]} WHERE {rows}"
    return f"DELETE FROM public.{table} WHERE {FREE_ROWS.get(table, rows)}"


def add_matrix(suite, matrix):
    for table, roles in matrix.items():
        for principal, granted in roles.items():
            for verb in VERBS:
                may = verb in granted
                suite.attempt(principal, statement_of(table, verb), "^done [1-9]" if may else
                              "^(42501 |done 0$)", f"{principal} {'may' if may else 'may not'} {verb} {table}")


def add_more(suite):
    for column, value in PROTECTED.items():
        suite.attempt("owner", f"UPDATE public.user_profiles SET {column} = {value} WHERE id = '{OWNER}'", "^42501 ",
                      f"users may not set their own {column}")
    suite.attempt("owner", f"UPDATE public.user_profiles SET full_name = 'A', avatar_url = 'b', updated_at = now() "
                  f"WHERE id = '{OWNER}'", "^done 1$", "users may set their name and picture")
    for table in ROWS:
        for principal in ("anon", "owner"):
            suite.attempt(principal, f"TRUNCATE public.{table} CASCADE", "^42501 ", f"{principal} may not TRUNCATE {table}")
        suite.attempt("anon", f"SELECT 1 FROM public.{table}", "^(42501 |done 0$)", f"anon reads nothing of {table}")
    for table in ("packs_v2", "pack_sources"):
        suite.attempt("owner", f"UPDATE public.{table} SET user_id = '{OTHER}' WHERE user_id = '{OWNER}'", "^42501 ",
                      f"users may not give away rows of {table}")
        suite.attempt("owner", insert(table, OTHER, "gift"), "^42501 ", f"users may not make others' rows of {table}")


def add_silence(suite):
    """No error reveals whether a pack of another user exists."""
    for table in ("pack_sources", "pack_exports"):
        columns, values, _ = ROWS[table]
        row = f"INSERT INTO public.{table} ({columns}) VALUES ({values.format(OTHER, 'probe')})"
        theirs = row.replace(f"'pack-{OTHER}'", f"'pack-{OWNER}'")
        suite.same(theirs, row.replace(f"'pack-{OTHER}'", "'no such pack'"), f"INSERT into {table} of others' packs")
    move = f"UPDATE public.pack_sources SET pack_id = 'pack-{OWNER}' WHERE user_id = '{OTHER}'"
    suite.same(move, move.replace(f"'pack-{OWNER}'", "'no such pack'"), "UPDATE of pack_sources into others' packs")


def add_own_tables(suite):
    suite.lines.append("""
SELECT is_empty($$
    SELECT c.relname, r.rolname, p.verb
      FROM pg_class c, pg_roles r, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p (verb)
     WHERE c.relnamespace = 'contextpack'::regnamespace AND c.relkind = 'r' AND r.rolname IN ('anon', 'authenticated')
       AND has_table_privilege(r.oid, c.oid, p.verb)
$$, 'clients change nothing of the library''s own tables');
SELECT is_empty($$
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'contextpack'::regnamespace AND c.relkind = 'r'
       AND has_table_privilege('authenticated', c.oid, 'SELECT')
       AND NOT c.relrowsecurity
$$, 'what users may read of them is held back by row-level security');
SELECT is_empty($$
    SELECT c.oid::regclass FROM pg_class c
     WHERE c.relnamespace IN ('public'::regnamespace, 'contextpack'::regnamespace) AND c.relforcerowsecurity
$$, 'the owner of the tables sees all rows');
SELECT ok(NOT has_schema_privilege('anon', 'contextpack', 'USAGE'), 'anon does not reach them');
SELECT is_empty($$
    SELECT p.oid::regprocedure, r.rolname FROM pg_proc p, pg_roles r
     WHERE p.pronamespace = 'contextpack'::regnamespace AND r.rolname IN ('anon', 'authenticated')
       AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
$$, 'clients may call none of the library''s functions');
SELECT is_empty($$
    SELECT 1 FROM pg_roles r
     WHERE r.rolname IN ('anon', 'authenticated') AND has_table_privilege(r.oid, 'auth.users', 'SELECT')
$$, 'clients do not read auth.users');
""")
    for table, rows, what in (("work", 2, "sources and jobs"), ("chunks", 2, "chunks"), ("conversations", 2, "conversations"),
                              ("queue", 2, "submitted work"), ("holds", 2, "holds"), ("attempts", 1, "attempts to pay")):
        read = f"SELECT 1 FROM contextpack.{table}"
        suite.attempt("owner", read, f"^done {rows}$", f"users read what the library keeps of their {what}")
        suite.attempt("another user", read, "^done 0$", "and not what it keeps of others'")
        suite.attempt("anon", read, "^42501 ", "and anon nothing")
    suite.attempt("owner", "SELECT 1 FROM contextpack.gates", "^42501 ", "users don't reach the gates")


def write():
    suite = Suite()
    add_matrix(suite, read_matrix())
    add_more(suite)
    add_silence(suite)
    add_own_tables(suite)
    return "\n".join([HEAD, fixture(), "SELECT no_plan();", *suite.lines, "SELECT * FROM finish();", "ROLLBACK;"])
