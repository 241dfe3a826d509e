"""What the tests of row-level security share: databases of their own on the tests' PostgreSQL, and psql."""
import csv
import functools
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import uuid

FOLDER = pathlib.Path(__file__).resolve().parent
PROJECT = FOLDER.parents[1]
PROGRAM = None
COMMAND_TIMEOUT_S = int(os.environ.get("CONTEXTPACK_TEST_TIMEOUT_S", "120"))  # of one command
OWNER_URI = os.environ.get("CONTEXTPACK_TEST_POSTGRES", "")
SUPERUSER_URI = os.environ.get("CONTEXTPACK_TEST_POSTGRES_SUPERUSER", "")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def uri_of(database, base=OWNER_URI):
    return base.rpartition("/")[0] + "/" + database


def psql(uri, sql, check=True):
    """The rows of the last statement, as text; without check the whole outcome."""
    done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", uri, "-f", "-"], input=sql,
                          capture_output=True, text=True, check=False)
    if not check:
        return done
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout.splitlines()


class Database:
    """A database of its own; `prepare` is SQL that the owner runs in it."""

    def __init__(self, prepare=None):
        self.name = "contextpack_" + uuid.uuid4().hex[:16]
        self.uri = uri_of(self.name)
        source = ""
        if prepare is not None and prepare.startswith(live_sql()):
            source = f" TEMPLATE {live_template()} STRATEGY file_copy"
            prepare = prepare.removeprefix(live_sql())
        psql(OWNER_URI, f"CREATE DATABASE {self.name}{source}")
        if prepare:
            self.run("BEGIN;\n" + prepare + "\nCOMMIT;")

    def run(self, sql, check=True):
        return psql(self.uri, sql, check)

    def run_as_superuser(self, sql, check=True):
        return psql(uri_of(self.name, SUPERUSER_URI), sql, check)

    def migrate(self, *arguments, uri=None):
        return self.command("migrate", *arguments, uri=uri)

    def command(self, *arguments, uri=None):
        folder = tempfile.mkdtemp(prefix="contextpack-rls-")
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": folder, "LANG": "C.UTF-8",
                       "CONTEXTPACK_DATABASE": uri or self.uri}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        try:
            return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environment,
                                  timeout=COMMAND_TIMEOUT_S, check=False)
        finally:
            subprocess.run(["rm", "-rf", folder], check=False)

    def migrated(self):
        done = self.migrate()
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        return self

    def drop(self):
        psql(SUPERUSER_URI, f"DROP DATABASE {self.name} WITH (FORCE)")


@functools.cache
def live_sql():
    return (FOLDER / "live.sql").read_text(encoding="utf-8")


@functools.cache
def live_template():
    """A database in which live.sql has run, which others are copies of. It is dropped with the server."""
    name = "contextpack_live_" + uuid.uuid4().hex[:12]
    psql(OWNER_URI, f"CREATE DATABASE {name}")
    psql(uri_of(name), "BEGIN;\n" + live_sql() + "\nCOMMIT;")
    return name


def read_matrix():
    """{table: {role: set of verbs}}, as matrix.csv grants it."""
    with open(FOLDER / "matrix.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["table"]: {role: set(filter(None, row[role].split("/"))) for role in row if role != "table"}
            for row in rows}


class PostgresTest(unittest.TestCase):
    def database(self, prepare=None):
        made = Database(prepare)
        self.addCleanup(made.drop)
        return made


def main():
    global PROGRAM
    if not OWNER_URI:
        sys.exit("CONTEXTPACK_TEST_POSTGRES is not set: run this through tests/postgres/server.py run -- ...")
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__", verbosity=1)
