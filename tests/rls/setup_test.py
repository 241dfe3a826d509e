#!/usr/bin/env python3
"""A PostgreSQL server without setup: each error says what to do. Uses a separate server without roles.

Usage: setup_test.py CONTEXTPACK
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "postgres"))
import server  # noqa: E402

PROGRAM = os.path.abspath(sys.argv.pop(1))
USER = "00000001-0000-4000-8000-000000000005"
ROLES = "anon, authenticated, service_role"


class SetupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.Server(bare=True).start()
        cls.addClassCleanup(cls.server.stop)
        cls.sql("CREATE ROLE owner LOGIN PASSWORD 'x'; CREATE ROLE app LOGIN NOINHERIT PASSWORD 'x'; "
                "CREATE ROLE closed NOLOGIN PASSWORD 'x';")
        cls.sql("CREATE DATABASE live OWNER owner;")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "notes.md").write_text("# Notes\n\nI live in Lisbon.\n", encoding="utf-8")
        (cls.folder / "storage").mkdir()

    @classmethod
    def sql(cls, sql, database="postgres"):
        return cls.server.psql(sql, database)

    def command(self, *arguments, user="owner", password="x", database="live"):
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder), "LANG": "C.UTF-8",
                       "CONTEXTPACK_DATABASE": f"postgresql://{user}:{password}@127.0.0.1:{self.server.port}/{database}",
                       "CONTEXTPACK_STORAGE": f"file:{self.folder}/storage"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environment, timeout=120,
                              check=False)

    def refused(self, *arguments, texts, **connection):
        done = self.command(*arguments, **connection)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        for text in texts:
            self.assertIn(text, done.stderr)

    def ok(self, *arguments, **connection):
        done = self.command(*arguments, **connection)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_step_by_step(self):
        """Following the errors step by step leads to a working service."""
        # The connection
        login = "create the login first: CREATE ROLE \"nobody\" LOGIN"
        self.refused("migrate", user="nobody", texts=[login, f"IN ROLE {ROLES}"])
        self.refused("migrate", user="nobody.project", texts=[login])
        self.refused("migrate", password="y", texts=["check the password"])
        self.refused("migrate", user="closed", texts=["ALTER ROLE \"closed\" LOGIN"])
        self.refused("migrate", database="gone", texts=["create the database first"])
        # The roles of clients
        for arguments in (("migrate",), ("migrate", "--dry-run")):
            self.refused(*arguments, texts=["create the roles first", "CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS",
                                            f"GRANT {ROLES} TO owner"])
        self.sql("CREATE ROLE anon NOLOGIN NOINHERIT; CREATE ROLE authenticated NOLOGIN NOINHERIT; "
                 "CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;")
        self.refused("migrate", texts=[f"owner is no member of {ROLES}", f"GRANT {ROLES} TO owner"])
        self.sql(f"GRANT {ROLES} TO owner;")
        self.refused("migrate", user="app", texts=["run `contextpack migrate` as the role that owns the database (owner)"])
        # Supabase's schema, which the owner of the tables may not change
        self.sql("CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY, email text); "
                 "GRANT USAGE ON SCHEMA auth TO owner, " + ROLES + "; GRANT SELECT, REFERENCES ON auth.users TO owner;", "live")
        self.refused("migrate", texts=[f"the function auth.{name}() is missing, and owner may not create it in the schema "
                                       f"auth: as the owner of that schema (postgres) run: CREATE FUNCTION auth.{name}()"
                                       for name in ("uid", "role", "jwt")])
        self.sql("CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'; "
                 "CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'; "
                 "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';", "live")
        self.refused("migrate", texts=["auth.uid() does not return the user whom request.jwt.claims"])
        # An older definition will do.
        self.sql("CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif("
                 "current_setting('request.jwt.claim.sub', true), '')::uuid $$;", "live")
        self.ok("migrate")
        # The service's login
        self.refused("user", "list", user="app", texts=[f"GRANT {ROLES} TO <login>"])
        self.sql(f"GRANT {ROLES} TO app;")
        create = ("user", "create", "--email", "a@example.org", "--id", USER)
        self.refused(*create, user="app", texts=["create the login first", "auth.users"])
        self.refused("build", str(self.folder / "notes.md"), "--name", "P", "--output", str(self.folder / "out"),
                     user="app", texts=["create the login first"])
        self.sql(f"INSERT INTO auth.users VALUES ('{USER}', 'a@example.org');", "live")
        self.ok(*create, user="app")
        self.ok("build", str(self.folder / "notes.md"), "--name", "P", "--output", str(self.folder / "out"), "--user", USER,
                "--quiet", user="app")
        listed = self.command("pack", "list", "--user", USER, user="app")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("\nP ", listed.stdout)


if __name__ == "__main__":
    unittest.main()
