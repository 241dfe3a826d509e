#!/usr/bin/env python3
"""The owner of the tables without BYPASSRLS, and logins that are deleted by SQL.

Usage: owner_test.py CONTEXTPACK"""
import subprocess
import tempfile
import uuid

from harness import OWNER_URI, PostgresTest, live_sql, main, psql

USER = "00000001-0000-4000-8000-000000000005"
OTHER = "00000001-0000-4000-8000-000000000006"
FORCED = """SELECT c.oid::regclass FROM pg_class c
             WHERE c.relnamespace IN ('public'::regnamespace, to_regnamespace('contextpack')) AND c.relforcerowsecurity;"""


class OwnerTest(PostgresTest):
    def ok(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def owned(self, prepare):
        """A database of an owner that row-level security would hold back, and its URI."""
        name = "contextpack_" + uuid.uuid4().hex[:12]
        psql(OWNER_URI, f"CREATE ROLE {name} LOGIN PASSWORD 'not-a-secret' CREATEROLE IN ROLE anon, authenticated, "
                        "service_role")
        self.addCleanup(psql, OWNER_URI, f"DROP ROLE {name}")
        database = self.database()
        psql(OWNER_URI, f"GRANT {name} TO CURRENT_USER; ALTER DATABASE {database.name} OWNER TO {name};")
        self.addCleanup(database.run_as_superuser,
                        f"ALTER DATABASE {database.name} OWNER TO postgres; REASSIGN OWNED BY {name} TO postgres; "
                        f"DROP OWNED BY {name};")
        uri = database.uri.replace("//" + OWNER_URI.split("//")[1].split("@")[0], f"//{name}:not-a-secret")
        psql(uri, "BEGIN;" + prepare + "COMMIT;")
        return database, uri

    def check_owner(self, database, uri, email, profiles):
        self.assertEqual(database.run_as_superuser(FORCED), [])
        database.run_as_superuser(f"INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), '{email}');")
        self.assertEqual(psql(uri, "SELECT count(*) FROM user_profiles;"), [str(profiles)])
        self.assertEqual(psql(uri, "SELECT count(*) FROM contextpack.openings;"), [str(profiles)])
        self.assertEqual(psql(uri, f"UPDATE user_profiles SET full_name = 'x' WHERE email = '{email}' "
                                   "RETURNING 1;"), ["1"])
        dump = subprocess.run(["pg_dump", "-a", "-t", "public.user_profiles", "-t", "contextpack.openings", "-d", uri],
                              capture_output=True, text=True, check=False)
        self.assertEqual(dump.returncode, 0, dump.stderr)
        self.assertIn(email, dump.stdout)
        # The library works through the same role, and clients see as little as ever.
        self.ok(database.command("user", "show", email, uri=uri))
        self.ok(database.command("doctor", uri=uri))
        seen = database.run_as_superuser("BEGIN; SELECT set_config('request.jwt.claims', '{\"sub\": \"" + USER +
                                         "\"}', true); SET LOCAL ROLE authenticated; "
                                         "SELECT count(*), min(id::text) FROM user_profiles; COMMIT;")
        self.assertEqual(seen[-1], "1|" + USER)
        self.assertEqual(database.run_as_superuser("SET ROLE authenticated; SELECT count(*) FROM packs_v2;"), ["0"])

    def test_row_level_security_is_not_forced_on_owners(self):
        database, uri = self.owned(live_sql())
        line = "row-level security is not forced upon the owner of the tables"
        self.assertIn(line, self.ok(database.migrate("--dry-run", uri=uri)))
        self.assertIn(line, self.ok(database.migrate(uri=uri)))
        self.check_owner(database, uri, "new@example.org", 1001)

    def test_forced_row_level_security_is_reverted(self):
        database, uri = self.owned(live_sql() + "ALTER TABLE user_profiles FORCE ROW LEVEL SECURITY; "
                                                "ALTER TABLE jobs FORCE ROW LEVEL SECURITY;")
        undo = [f"undo: ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY" for table in ("jobs", "user_profiles")]
        for arguments in (("--dry-run",), ()):
            told = self.ok(database.migrate(*arguments, uri=uri))
            for line in undo:
                self.assertIn(line, told)
        self.check_owner(database, uri, "new@example.org", 1001)


class LoginTest(PostgresTest):
    # Rows of the library about a user, except those of a build.
    ROWS = f"""
        INSERT INTO contextpack.customers VALUES ('cus_1', '{USER}', 0);
        INSERT INTO contextpack.suspensions VALUES ('{USER}', 'r', 0);
        INSERT INTO contextpack.deletions (user_id, started_at) VALUES ('{USER}', 0);
        INSERT INTO contextpack.ledger_keys VALUES ('{USER}', 'k', 'o', 'f', 'r', 0);
        INSERT INTO contextpack.holds (user_id, hold_id, reference, payment_plan, credits, remaining, status, created_at,
                                       updated_at) VALUES ('{USER}', 'h', 'x', 'credits', 5, 5, 'open', 0, 0);
        INSERT INTO contextpack.holds (user_id, hold_id, owner_kind, owner_id, payment_plan, credits, remaining, status,
                                       created_at, updated_at)
        SELECT s.user_id, 'h2', s.owner_kind, s.owner_id, 'credits', 5, 5, 'open', 0, 0
          FROM contextpack.work s WHERE s.user_id = '{USER}' LIMIT 1;
        INSERT INTO contextpack.payments (payment_id, user_id, customer_id, stripe_payment_id, credits, amount,
            is_unlimited, is_paid, is_failed, amount_refunded, applied_purchase, applied_refund, applied_dispute,
            created_at, updated_at) VALUES ('{USER}', '{USER}', 'cus_1', 'pi_1', 5, 999, 0, 1, 0, 0, 5, 0, 0, 0, 0);
        INSERT INTO contextpack.payment_keys VALUES ('pi_1', '{USER}');
        INSERT INTO contextpack.subscriptions (subscription_id, user_id, customer_id, is_unlimited, is_checked_out,
            is_deleted, cancel_at_period_end, updated_at) VALUES ('sub_1', '{USER}', 'cus_1', 1, 1, 0, 0, 0);
        INSERT INTO contextpack.attempts (attempt_id, user_id, is_counted, is_refused, created_at)
        VALUES (gen_random_uuid(), '{USER}', 1, 0, 0);
    """
    LEFT = """
        SELECT c.oid::regclass
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('user_id', 'target_user_id')
         WHERE c.relnamespace::regnamespace::text IN ('public', 'contextpack') AND c.relkind = 'r'
           AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s WHERE %I = ''{user}''',
                                                           c.oid::regclass, a.attname), false, true, '')))[1]::text <> '0'
         ORDER BY 1;
    """

    def deploy(self):
        database = self.database(live_sql()).migrated()
        with tempfile.NamedTemporaryFile("w", suffix=".md") as notes, tempfile.TemporaryDirectory() as folder:
            notes.write("# Notes\n\nI live in Lisbon.\n")
            notes.flush()
            made = database.command("build", notes.name, "--name", "P", "--output", folder + "/out", "--user", USER,
                                    "--storage", "file:" + folder, "--quiet")
            self.assertEqual(made.returncode, 0, made.stderr)
        database.run_as_superuser(self.ROWS)
        return database

    def left(self, database, user=USER):
        return database.run_as_superuser(self.LEFT.format(user=user))

    def test_library_rows_are_deleted_with_the_login(self):
        database = self.deploy()
        others = self.left(database, OTHER)
        # A profile that is deleted by itself is kept by its payments.
        done = database.run_as_superuser(f"DELETE FROM user_profiles WHERE id = '{USER}';", check=False)
        self.assertIn("payments_user_id_fkey", done.stderr)
        self.assertIn("contextpack.work", self.left(database))
        database.run_as_superuser(f"DELETE FROM auth.users WHERE id = '{USER}';")
        self.assertEqual(self.left(database), [])
        self.assertEqual(self.left(database, OTHER), others)
        # Accounts stay.
        self.assertEqual(database.run_as_superuser("SELECT user_id, customer_id, stripe_payment_id, amount FROM "
                                                   "contextpack.payments;"), ["||pi_1|999"])
        self.assertEqual(database.run_as_superuser("SELECT count(*) FROM contextpack.payment_keys;"), ["1"])
        self.assertEqual(database.run_as_superuser("SELECT user_id, customer_id FROM contextpack.subscriptions;"), ["|"])
        # So can all of them, at once.
        database.run_as_superuser("DELETE FROM auth.users;")
        self.assertEqual(database.run_as_superuser("SELECT (SELECT count(*) FROM user_profiles), (SELECT count(*) FROM "
                                                   "contextpack.work), (SELECT count(*) FROM contextpack.openings);"),
                         ["0|0|0"])

    def test_foreign_keys_that_were_missing_or_keep_logins(self):
        """Where one was missing, rows of packs go with the login, and those of money stay, as before the migration. One of
        the deployment's own that keeps a login goes on doing so, and is noted."""
        database = self.database(
            live_sql() +
            "ALTER TABLE credit_transactions DROP CONSTRAINT credit_transactions_user_id_fkey;"
            "ALTER TABLE packs_v2 DROP CONSTRAINT packs_v2_user_id_fkey;"
            "ALTER TABLE jobs DROP CONSTRAINT jobs_user_id_fkey;"
            "ALTER TABLE admin_actions DROP CONSTRAINT admin_actions_target_user_id_fkey, ADD CONSTRAINT "
            "admin_actions_target_user_id_fkey FOREIGN KEY (target_user_id) REFERENCES auth.users (id);"
            "INSERT INTO admin_actions (action_type, target_user_id, reason) "
            f"VALUES ('support_credit', '{OTHER}', 'r');"
            "INSERT INTO credit_transactions (user_id, transaction_type, credits) "
            f"VALUES ('{USER}', 'bonus', 0);")
        done = database.migrate()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("note: foreign key admin_actions_target_user_id_fkey of public.admin_actions keeps a login from "
                      "being deleted", done.stdout)
        database.run_as_superuser(f"DELETE FROM admin_actions WHERE target_user_id = '{USER}'; "
                                  f"DELETE FROM auth.users WHERE id = '{USER}';")
        self.assertEqual(self.left(database), ["credit_transactions"])
        done = database.run_as_superuser(f"DELETE FROM auth.users WHERE id = '{OTHER}';", check=False)
        self.assertIn("admin_actions_target_user_id_fkey", done.stderr)


if __name__ == "__main__":
    main()
