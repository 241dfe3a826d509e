#!/usr/bin/env python3
"""`contextpack migrate` on PostgreSQL: an empty database, one in use, several processes, kills, refusals.

Usage: migrate_test.py CONTEXTPACK"""
import json
import os
import signal
import subprocess
import threading
import time
import uuid

import harness
from harness import OWNER_URI, PostgresTest, live_sql, main, psql, uri_of

# Everything about a database that a migration could change, but for the rows.
# Without indexes: those are built concurrently before the transaction that makes all else, and may be left behind.
CATALOGUE = """
SELECT 'table ' || c.oid::regclass, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl::text FROM pg_class c
 WHERE c.relkind <> 'i' AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
UNION ALL SELECT 'column ' || a.attrelid::regclass || a.attname, '', a.attnotnull, a.atthasdef, concat(a.atttypid, a.attacl)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relkind <> 'i' AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
UNION ALL SELECT 'policy ' || p.polname, p.polcmd, p.polpermissive, true, pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
UNION ALL SELECT 'constraint ' || k.conname, k.contype, true, true, pg_get_constraintdef(k.oid) FROM pg_constraint k
UNION ALL SELECT 'schema ' || n.nspname, '', true, true, n.nspacl::text FROM pg_namespace n WHERE n.nspname !~ '^pg_t'
UNION ALL SELECT 'function ' || p.oid::regprocedure, '', true, true, p.proacl::text FROM pg_proc p
 WHERE p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
UNION ALL SELECT 'trigger ' || t.tgname, '', true, true, t.tgrelid::regclass::text FROM pg_trigger t
ORDER BY 1, 5;
"""
PUBLIC_TABLES = ("user_profiles", "packs_v2", "pack_sources", "pack_exports", "credit_transactions", "jobs",
                 "packs_legacy", "webhook_logs", "payment_attempts", "admin_actions")


def contents(database):
    return [database.run_as_superuser(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM public.{table} t;")[0]
            for table in PUBLIC_TABLES]


class MigrateTest(PostgresTest):
    def ok(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def refused(self, database, *texts, uri=None):
        """Wet and dry alike, and nothing is left of it."""
        before = database.run_as_superuser(CATALOGUE)
        for arguments in ((), ("--dry-run",)):
            done = database.migrate(*arguments, uri=uri)
            self.assertNotEqual(done.returncode, 0)
            for text in texts:
                self.assertIn(text, done.stderr)
        self.assertEqual(database.run_as_superuser(CATALOGUE), before)
        return done.stderr

    def test_empty_database(self):
        database = self.database()
        before = database.run_as_superuser(CATALOGUE)
        dry = self.ok(database.migrate("--dry-run"))
        self.assertEqual(database.run_as_superuser(CATALOGUE), before)
        wet = self.ok(database.migrate())
        self.assertEqual(dry.replace("would apply", "applied"), wet)
        for line in ("applied 0001 service", "    created table public.packs_v2", "    created schema auth",
                     "    public.webhook_logs, public.admin_actions: only the service may use them"):
            self.assertIn(line + "\n", wet)
        self.assertEqual(self.ok(database.migrate()), "the database has this version's schema; nothing to do\n")
        # Nothing of the way there stays.
        self.assertEqual(database.run("SELECT proname FROM pg_proc WHERE pronamespace = 'contextpack'::regnamespace "
                                      "ORDER BY 1;"),
                         ["check_client_row", "delete_beside_profile", "enter_opening", "register_user",
                          "release_holds"])
        self.assertEqual(database.run("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'contextpack%';"),
                         ["contextpack"])

    def test_database_in_use(self):
        database = self.database(live_sql())
        before = contents(database)
        catalogue = database.run_as_superuser(CATALOGUE)
        dry = json.loads(self.ok(database.migrate("--dry-run", "--json")))
        self.assertEqual(database.run_as_superuser(CATALOGUE), catalogue)
        wet = json.loads(self.ok(database.migrate("--json")))
        self.assertEqual([one["changes"] for one in dry["migrations"]], [one["changes"] for one in wet["migrations"]])
        self.assertEqual([one["applied"] for one in wet["migrations"]], [True] * len(wet["migrations"]))
        changes = [change for one in wet["migrations"] for change in one["changes"]]
        self.assertFalse([change for change in changes if change.startswith("created table")], changes)
        self.assertIn("entered the opening balance of each user: what the balance is beyond the transactions on record",
                      changes)
        self.assertIn("revoked from anon on public.webhook_logs: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, "
                      "UPDATE", changes)
        self.assertIn('replaced a policy on public.packs_v2: CREATE POLICY "Users can view own packs" ON public.packs_v2 '
                      "FOR SELECT TO public USING ((auth.uid() = user_id))", changes)
        self.assertEqual(contents(database), before)
        self.assertEqual(self.drift(database), ["0"])

    def test_every_change_is_reported(self):
        """Every change of the service's tables is named in the output of the dry run."""
        database = self.database(live_sql() + "ALTER TABLE packs_legacy DISABLE ROW LEVEL SECURITY;"
                                 "ALTER TABLE jobs FORCE ROW LEVEL SECURITY;"
                                 "REVOKE ALL ON admin_actions FROM service_role;")
        objects = """
            SELECT 'index ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'i'
            UNION ALL SELECT 'trigger ' || tgname || ' on public.' || tgrelid::regclass FROM pg_trigger
             WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE '%.%'
            UNION ALL SELECT 'foreign key ' || conname || ' of public.' || conrelid::regclass FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace AND contype = 'f'
            UNION ALL SELECT 'row-level security is turned on for public.' || relname FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relrowsecurity
            UNION ALL SELECT 'row-level security is no longer forced upon the owner of public.' || relname FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relforcerowsecurity
            UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_t'
            UNION ALL SELECT 'CREATE POLICY "' || policyname || '"' FROM pg_policies
             WHERE schemaname = 'public' AND policyname ~ ' '
            ORDER BY 1;"""
        before = set(database.run_as_superuser(objects))
        told = self.ok(database.migrate("--dry-run"))
        self.assertEqual(set(database.run_as_superuser(objects)), before)
        self.ok(database.migrate())
        after = set(database.run_as_superuser(objects))
        self.assertTrue(after - before and before - after)
        for one in before ^ after:
            self.assertIn(one, told)
        self.assertIn("granted SELECT, INSERT, UPDATE, DELETE on public.admin_actions to service_role", told)

    def drift(self, database):
        """The number of balances that differ from the ledger."""
        return database.run_as_superuser("""
            SELECT count(*) FROM user_profiles u
             WHERE coalesce(u.credits_balance, 0) IS DISTINCT FROM
                   (SELECT o.credits FROM contextpack.openings o WHERE o.user_id = u.id)
                   + coalesce((SELECT sum(t.credits) FROM credit_transactions t
                                WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0);""")

    def test_sign_ups_work_during_the_migration(self):
        """The trigger that makes profiles still works, and such a profile has an opening."""
        database = self.database(live_sql()).migrated()
        database.run("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'new@example.com');")
        self.assertEqual(database.run_as_superuser("SELECT o.credits FROM contextpack.openings o JOIN user_profiles u "
                                                   "ON u.id = o.user_id WHERE u.email = 'new@example.com';"), ["10"])
        self.assertEqual(self.drift(database), ["0"])

    def test_service_makes_users_of_a_new_database(self):
        database = self.database().migrated()
        database.run("BEGIN; SET LOCAL ROLE service_role; INSERT INTO user_profiles (id, email, r2_user_directory) "
                     "VALUES ('00000001-1111-4111-8111-111111111111', 'a@example.org', 'users/a'); COMMIT;")
        self.assertEqual(database.run_as_superuser("SELECT u.email, o.credits FROM auth.users u JOIN "
                                                   "contextpack.openings o ON o.user_id = u.id;"), ["a@example.org|10"])

    def test_several_processes(self):
        for prepare in (None, live_sql()):
            database = self.database(prepare)
            outputs = []
            threads = [threading.Thread(target=lambda: outputs.append(database.migrate())) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            texts = [self.ok(done) for done in outputs]
            self.assertEqual(sorted(text.startswith("applied") for text in texts), [False, False, False, True])
            self.assertEqual(texts.count("the database has this version's schema; nothing to do\n"), 3)

    def test_killed_migration_leaves_nothing_incomplete(self):
        """The process, or its backend, dies at some moment of a migration: all of it is there or nothing."""
        rounds = int(os.environ.get("CONTEXTPACK_TEST_KILLS", "12"))
        database = self.database(live_sql())
        before = database.run_as_superuser(CATALOGUE)
        data = contents(database)
        whole = 0
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CONTEXTPACK_DATABASE": database.uri}
        for step in range(rounds):
            process = subprocess.Popen([harness.PROGRAM, "migrate"], env=environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(0.02 + 0.3 * step / rounds)
            if step % 2 == 0:
                process.send_signal(signal.SIGKILL)
            else:
                psql(OWNER_URI, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                f"WHERE datname = '{database.name}' AND backend_type = 'client backend';")
            process.wait()
            # A backend whose client died finishes its statement first.
            for _ in range(200):
                if psql(OWNER_URI, f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.name}';") == ["0"]:
                    break
                time.sleep(0.02)
            after = database.run_as_superuser(CATALOGUE)
            if after != before:
                whole += 1
                self.assertEqual(self.ok(database.migrate()), "the database has this version's schema; nothing to do\n")
                break
        self.ok(database.migrate())
        self.assertEqual(contents(database), data)

    def test_differences_are_listed(self):
        database = self.database(live_sql() + """
            ALTER TABLE packs_v2 DROP COLUMN custom_system_prompt;
            ALTER TABLE pack_sources ALTER COLUMN file_size TYPE numeric;
            ALTER TABLE jobs ADD COLUMN tenant text NOT NULL DEFAULT 'x';
            ALTER TABLE jobs ALTER COLUMN tenant DROP DEFAULT;""")
        self.refused(database, "migration 1 (service)", "public.packs_v2 lacks the column custom_system_prompt (text)",
                     "public.pack_sources.file_size is of type numeric, not bigint",
                     "public.jobs has a column tenant of its own that needs a value", "was not changed")

    def test_harmless_differences_are_noted(self):
        database = self.database(live_sql() + """
            ALTER TABLE pack_sources ALTER COLUMN total_cost TYPE numeric(10, 4);
            ALTER TABLE packs_v2 ADD COLUMN color text;
            ALTER TABLE packs_v2 ALTER COLUMN pack_name DROP NOT NULL;
            INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'USER7@example.com');
            DROP TABLE payment_attempts;
            ALTER TABLE pack_exports DROP CONSTRAINT pack_exports_pack_id_fkey;
            UPDATE pack_exports SET pack_id = 'gone' WHERE pack_id = 'pack-1-1';""")
        shown = self.ok(database.migrate())
        for line in ("note: public.pack_sources.total_cost is of type numeric(10,4): money is rounded to its decimals",
                     "note: public.packs_v2.pack_name may be null", "created table public.payment_attempts",
                     "note: e-mail addresses of public.user_profiles are not unique",
                     "created foreign key pack_exports_pack_id_fkey of public.pack_exports to public.packs_v2 (pack_id) ON "
                     "DELETE CASCADE",
                     "note: public.pack_exports has rows whose pack_id is not in public.packs_v2: they stay, new ones are "
                     "refused"):
            self.assertIn("    " + line + "\n", shown)

    def test_a_changed_migration_is_refused(self):
        database = self.database().migrated()
        database.run("UPDATE contextpack.migrations SET checksum = repeat('0', 64) WHERE number = 2;")
        self.refused(database, "migration 2 (library) of the database differs from this library's migration 2 (library)")

    def test_a_newer_database_is_refused(self):
        database = self.database().migrated()
        database.run("INSERT INTO contextpack.migrations VALUES (9000, 'of_the_future', 'x', 0);")
        self.refused(database, "of_the_future", "newer version")

    def role(self, attributes):
        name = "contextpack_" + uuid.uuid4().hex[:12]
        psql(OWNER_URI, f"CREATE ROLE {name} LOGIN PASSWORD 'not-a-secret' {attributes}")
        self.addCleanup(psql, OWNER_URI, f"DROP ROLE IF EXISTS {name}")
        return name

    def as_role(self, database, name):
        return database.uri.replace("//" + OWNER_URI.split("//")[1].split("@")[0], f"//{name}:not-a-secret")

    def test_a_role_without_rights(self):
        """Reports what to do; may use a migrated database."""
        name = self.role("NOINHERIT IN ROLE anon, authenticated, service_role")
        database = self.database()
        self.refused(database, "contextpack migrate", "permission denied", uri=self.as_role(database, name))
        database.migrated()
        self.assertIn("nothing to do", self.ok(database.migrate(uri=self.as_role(database, name))))

    def test_owner_restricted_by_row_security(self):
        """Neither a superuser nor past row-level security: still every user gets an opening."""
        name = self.role("CREATEROLE IN ROLE anon, authenticated, service_role")
        database = self.database()
        psql(OWNER_URI, f"GRANT {name} TO CURRENT_USER; ALTER DATABASE {database.name} OWNER TO {name};")
        uri = self.as_role(database, name)
        psql(uri, "BEGIN;" + live_sql() + "ALTER TABLE user_profiles FORCE ROW LEVEL SECURITY; COMMIT;")
        self.assertIn("entered the opening balance of each user: what the balance is beyond the transactions on record", self.ok(database.migrate(uri=uri)))
        self.assertEqual(self.drift(database), ["0"])
        psql(OWNER_URI, f"ALTER DATABASE {database.name} OWNER TO CURRENT_USER;")
        database.run_as_superuser(f"REASSIGN OWNED BY {name} TO postgres; DROP OWNED BY {name};")

    def test_privileges_granted_by_others(self):
        """A grant that the migrating role cannot revoke is reported instead of ignored."""
        database = self.database(live_sql())
        name = self.role("")
        database.run_as_superuser(f"GRANT SELECT ON webhook_logs TO {name} WITH GRANT OPTION; SET ROLE {name}; "
                                  "GRANT SELECT ON webhook_logs TO anon;")
        self.refused(database, "anon or authenticated has privileges on public.webhook_logs")
        database.run_as_superuser(f"DROP OWNED BY {name} CASCADE;")

    def test_doctor_shows_no_password(self):
        """What doctor prints is sent to others."""
        database = self.database().migrated()
        password = OWNER_URI.split(":")[2].split("@")[0]
        beside = database.uri.replace(":" + password, "") + "?application_name=x&password=" + password
        for uri in (database.uri, beside):
            shown = self.ok(database.command("doctor", uri=uri))
            self.assertIn("up to date", shown)
            self.assertNotIn(password, shown)
            self.assertIn("***", shown)
            self.assertIn("/" + database.name, shown)

    def test_behind_a_pooler(self):
        database = self.database(live_sql())
        uri = uri_of(database.name, os.environ["CONTEXTPACK_TEST_PGBOUNCER"])
        self.assertIn("entered the opening balance of each user: what the balance is beyond the transactions on record", self.ok(database.migrate(uri=uri)))
        self.assertIn("nothing to do", self.ok(database.migrate(uri=uri)))


if __name__ == "__main__":
    main()
