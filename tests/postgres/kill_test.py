"""Backends ended in the middle of a build, again and again: each build ends right or with an error that may be tried
again, the next one completes it, and nothing is half-done or charged twice. Then PostgreSQL itself stopped or silent:
a clear error within the connect timeout.

Usage: use_server.py STATE kill_test.py PROGRAM MAKE_EXPORT [--rounds N]
"""
import argparse
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server  # noqa: E402
from command import Failure, Home, need  # noqa: E402

STUCK = """
SELECT 'source', source_id, status FROM pack_sources WHERE status NOT IN ('completed', 'failed')
UNION ALL SELECT 'export', id::text, status FROM pack_exports WHERE status <> 'ready'
UNION ALL SELECT 'hold', hold_id, status FROM contextpack.holds WHERE status <> 'closed'
"""
TWICE = """
SELECT job_id, metadata, count(*) FROM credit_transactions WHERE transaction_type IN ('usage', 'unlimited_usage')
GROUP BY 1, 2 HAVING count(*) <> 1
"""
UNPAID = """
SELECT c.owner_id, count(*) FILTER (WHERE c.status = 'done'),
       (SELECT count(*) FROM credit_transactions t WHERE t.job_id = c.owner_id)
  FROM contextpack.chunks c GROUP BY 1
HAVING count(*) FILTER (WHERE c.status = 'done') <> (SELECT count(*) FROM credit_transactions t
                                                      WHERE t.job_id = c.owner_id)
"""


class Database:
    """A database of the test's own, on the servers in the environment."""

    def __init__(self, variable):
        self.name = f"kill_test_{os.getpid()}_{variable[17:].lower()}"
        self.superuser = os.environ["CONTEXTPACK_TEST_POSTGRES_SUPERUSER"]
        self.uri = f"{os.environ[variable].rpartition('/')[0]}/{self.name}"
        self.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", "postgres")
        self.sql(f"CREATE DATABASE {self.name} OWNER contextpack_test", "postgres")

    def sql(self, statement, database=None):
        uri = f"{self.superuser.rpartition('/')[0]}/{database or self.name}"
        done = subprocess.run(["psql", "-X", "-q", "-At", uri, "-c", statement], capture_output=True, text=True,
                              check=False)
        need(done.returncode == 0, done.stderr)
        return done.stdout.strip()

    def end_backends(self):
        return int(self.sql(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = "
                            f"'{self.name}' AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                            "postgres"))

    def drop(self):
        self.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", "postgres")


def check_whole(home, database):
    report = home.json("doctor")
    worse = [check for check in report["checks"] if check["outcome"] != "passed"]
    need(not worse, f"doctor: {worse}")
    for what, statement in (("stuck", STUCK), ("charged twice", TWICE), ("not charged once a chunk", UNPAID)):
        rows = database.sql(statement)
        need(rows == "", f"{what}: {rows}")


def build(home, export, user):
    return ["build", export, "-o", home.out, "--type", "all", "--name", "Me", "--no-progress", "--user", user,
            "--set", "chunk.max_tokens=30000"]


def kill_during_build(home, database, export, user, seconds, chance):
    """One build while backends end; its exit code and how many were ended."""
    process = home.start(*build(home, export, user), "--json")
    ended = 0
    deadline = time.monotonic() + 120
    pause = chance.uniform(0, seconds)
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(pause)
        ended += database.end_backends()
        pause = chance.uniform(0, seconds / 3)
        if ended >= 4:
            break
    out, err = process.communicate(timeout=120)
    if process.returncode != 0:
        error = json.loads(err.strip().splitlines()[-1])["error"]
        need(error["retryable"] or "may" in error["message"], f"not to be tried again: {error}")
        need("not-a-secret" not in out + err, "the password is shown")
    return process.returncode, ended


def backends_end(program, folder, export, variable, rounds):
    database = Database(variable)
    chance = random.Random(7)
    failed = total = 0
    try:
        home = Home(program, folder / variable)
        home.environment["CONTEXTPACK_DATABASE"] = database.uri
        home.json("migrate")
        started = time.monotonic()
        for number in range(rounds + 1):
            user = home.json("user", "create", "--email", f"user{number}@example.com")["id"]
            if number == 0:
                started = time.monotonic()
                home.run(*build(home, export, user))
                seconds = time.monotonic() - started
                continue
            code, ended = kill_during_build(home, database, export, user, seconds, chance)
            failed += code != 0
            total += ended
            home.run(*build(home, export, user))
            check_whole(home, database)
        need(total > 0, "no backend was ended while a build ran")
        print(f"{variable}: {rounds} builds, {total} backends ended, {failed} builds said so; all complete when rerun")
    finally:
        database.drop()


def away(program, folder):
    """A server that stops while it is used, one that is not there, and one that never answers."""
    home = Home(program, folder / "away")
    own = server.Server().start()
    try:
        home.environment["CONTEXTPACK_DATABASE"] = own.uri(user=server.SUPERUSER)
        home.json("migrate")
        home.json("user", "create", "--email", "a@example.com")
        server.end(own.pids[0], own.folder, (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))
        expect_error(home, "can't connect", 10)
    finally:
        own.stop()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        home.environment["CONTEXTPACK_DATABASE"] = (f"postgresql://someone:not-a-secret@127.0.0.1:"
                                                    f"{silent.getsockname()[1]}/x")
        expect_error(home, "database.connect_timeout_ms", 5, "--set", "database.connect_timeout_ms=700")


def expect_error(home, text, seconds, *more):
    started = time.monotonic()
    process = home.start("user", "list", "--json", *more)
    _, err = process.communicate(timeout=60)
    took = time.monotonic() - started
    need(process.returncode != 0 and text in err, f"\"{text}\" is not in: {err}")
    need("not-a-secret" not in err, f"the password is shown: {err}")
    need(json.loads(err.strip().splitlines()[-1])["error"]["retryable"], f"not retryable: {err}")
    need(took < seconds, f"the error took {took:.1f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("make_export")
    parser.add_argument("--rounds", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="contextpack-kill-") as name:
        folder = pathlib.Path(name)
        export = folder / "export.json"
        with open(export, "wb") as output:
            subprocess.run([given.make_export, "700K", "3"], stdout=output, check=True)
        away(given.program, folder)
        for variable in ("CONTEXTPACK_TEST_POSTGRES", "CONTEXTPACK_TEST_PGBOUNCER"):
            backends_end(given.program, folder, export, variable, given.rounds)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"kill_test: {failure}")
