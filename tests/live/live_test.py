#!/usr/bin/env python3
"""Migrating a database in use: while others read and write it, interrupted at any moment, rejected by all other commands, and
reverted with the report's statements.

Usage: live_test.py CONTEXTPACK [LiveTest | WaitTest]
"""
import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

import live
from live import LiveDatabase, Load, SUPERUSER_URI, harness, psql, uri_of

INTERRUPTS = int(os.environ.get("CONTEXTPACK_TEST_KILLS", "4"))
LAST = "SELECT coalesce(max(number), 0) FROM contextpack.migrations"
NOTHING = "the database has this version's schema; nothing to do\n"


@contextlib.contextmanager
def session(database, sql, name="forgotten"):
    """A transaction that is left open after `sql`."""
    process = subprocess.Popen(["psql", "-X", "-q", "-At", "-d", uri_of(database.name, SUPERUSER_URI) +
                                f"?application_name={name}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        process.stdin.write(f"BEGIN;\n{sql};\n\\echo begun\n")
        process.stdin.flush()
        while process.stdout.readline() != "begun\n":
            pass
        yield process
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


class LiveCase(unittest.TestCase):
    maxDiff = None

    def database(self):
        made = LiveDatabase()
        self.addCleanup(made.drop)
        return made

    def ok(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def told(self, database, *arguments):
        return [line for one in json.loads(self.ok(database.migrate("--json", *arguments)))["migrations"]
                for line in one["changes"]]


class WaitTest(LiveCase):
    """How long others wait. ctest runs these alone, and the rest beside other tests."""

    def attempts(self, is_slow, times=3):
        """Calls is_slow() until it says no. What waits for the disk or the processor waits once, what waits for a lock
        always."""
        for _ in range(times):
            if not is_slow():
                return
        self.fail(f"too slow {times} times")

    def test_while_others_read_and_write(self):
        self.attempts(self.migrate_beside_others)

    def migrate_beside_others(self):
        database = self.database()
        before = database.checksums()
        with tempfile.TemporaryDirectory() as folder:
            load = Load(database, folder)
            time.sleep(1)
            begun = time.monotonic()
            dry = self.told(database, "--dry-run")
            middle = time.monotonic()
            real = self.told(database)
            ended = time.monotonic()
            time.sleep(1)
            longest_read, longest_write, count, errors = load.stop()
        print(f"{live.USERS} users: dry run {middle - begun:.2f} s, migrate {ended - middle:.2f} s, {count} transactions beside "
              f"it, the longest of a reader {longest_read:.3f} s, of a writer {longest_write:.3f} s", flush=True)
        self.assertEqual(errors, "")
        self.assertGreater(count, 100)
        self.assertEqual(dry, real)
        self.assertEqual(database.checksums(), before)
        self.assertEqual(self.told(database, "--report"), real)
        # Each balance is explained, also of new users; nothing is left incomplete.
        self.assertEqual(database.run_as_superuser("""
            SELECT count(*) FROM user_profiles u LEFT JOIN contextpack.openings o ON o.user_id = u.id
             WHERE o.credits IS DISTINCT FROM coalesce(u.credits_balance, 0)
                   - coalesce((SELECT sum(t.credits) FROM credit_transactions t
                                WHERE t.user_id = u.id AND t.transaction_type <> 'unlimited_usage'), 0);"""), ["0"])
        self.assertEqual(database.run_as_superuser("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"), [])
        self.assertEqual(database.run_as_superuser("SELECT conname FROM pg_constraint WHERE NOT convalidated"),
                         ["pack_sources_pack_id_fkey"])  # of the orphans that are noted
        self.assertIn("note: public.pack_sources has rows whose pack_id is not in public.packs_v2: they stay, new ones are "
                      "refused", real)
        return longest_read >= 1.0 or longest_write >= (1.0 if live.USERS <= 2000 else 3.0)  # a commit may wait for the disk

    def test_a_forgotten_transaction(self):
        """The run fails, names the blocking process and changes nothing; other sessions do not wait long meanwhile."""
        self.attempts(self.migrate_behind_a_forgotten_transaction)

    def migrate_behind_a_forgotten_transaction(self):
        database = self.database()
        old = database.rights()
        with session(database, "SELECT 1 FROM packs_v2 LIMIT 1"), tempfile.TemporaryDirectory() as folder:
            load = Load(database, folder)
            done = database.migrate("--set", "database.migration_wait_ms=3000")
            longest_read, longest_write, count, errors = load.stop()
        self.assertEqual(done.returncode, 7, done.stderr)  # retryable
        self.assertRegex(done.stderr, r"process \d+ \(role \w+, application forgotten.*\) holds .*packs_v2")
        self.assertEqual(errors, "")
        self.assertGreater(count, 100)
        self.assertEqual(database.rights(), old)
        self.ok(database.migrate())
        return max(longest_read, longest_write) >= 2.0  # behind locks of the migration it would be the 3 s


class LiveTest(LiveCase):
    def test_interrupted_at_any_moment(self):
        """Killed, or its backends ended: rights, triggers and tables are all there or none is."""
        database = self.database()
        rows = database.checksums()
        old = database.rights()
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CONTEXTPACK_DATABASE": database.uri}
        span = 0.5
        for step in range(INTERRUPTS):
            process = subprocess.Popen([harness.PROGRAM, "migrate"], env=environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(span * (step + 0.5) / INTERRUPTS)
            if step % 2 == 0:
                process.send_signal(signal.SIGKILL)
            psql(SUPERUSER_URI, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                f"WHERE datname = '{database.name}' AND backend_type = 'client backend';")
            process.wait()
            if database.run_as_superuser("SELECT to_regnamespace('contextpack') IS NULL") == ["t"]:
                self.assertEqual(database.rights(), old)
                span = max(span, 1.5 * span * (step + 1) / INTERRUPTS)
            else:
                self.assertEqual(database.run_as_superuser(LAST), [str(known())])
                self.assertNotEqual(database.rights(), old)
                database = self.database()
                environment["CONTEXTPACK_DATABASE"] = database.uri
        self.ok(database.migrate())
        self.assertEqual(database.checksums(), rows)
        self.assertEqual(self.ok(database.migrate()), NOTHING)
        self.assertEqual(database.run_as_superuser("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"), [])

    def test_an_index_that_was_not_finished(self):
        database = self.database()
        database.run_as_superuser("CREATE INDEX webhook_logs_by_status ON webhook_logs (status);"
                                  "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'webhook_logs_by_status'::regclass;")
        self.ok(database.migrate())
        self.assertIn("GREATEST", database.run("SELECT pg_get_indexdef('webhook_logs_by_status'::regclass)")[0])

    def test_a_dry_run_waits_for_no_writer(self):
        """Writers do not wait for it either: it takes no conflicting lock."""
        database = self.database()
        held = "; ".join(f"LOCK TABLE public.{table} IN ROW EXCLUSIVE MODE" for table in live.TABLES)
        with session(database, held):
            begun = time.monotonic()
            self.told(database, "--dry-run")
            self.assertLess(time.monotonic() - begun, 15)

    def test_only_migrate_migrates(self):
        database = self.database()
        old = database.rights()
        with tempfile.TemporaryDirectory() as folder:
            storage = ("--storage", "file:" + folder)
            for command in (("doctor",), ("user", "list"), ("report", "usage"), ("pack", "create", "x"), ("settings",)):
                done = database.command(*command, *storage)
                if command[0] != "settings":
                    self.assertNotEqual(done.returncode, 0, command)
                    self.assertIn("contextpack migrate", done.stderr, command)
            self.assertEqual(database.rights(), old)
            self.assertEqual(database.run_as_superuser("SELECT to_regnamespace('contextpack') IS NULL"), ["t"])
            self.ok(database.migrate())
            self.assertEqual(database.command("user", "list", *storage).returncode, 0)
            # A database of an older version.
            database.run_as_superuser(f"DELETE FROM contextpack.migrations WHERE number = {known()}")
            done = database.command("user", "list", *storage)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("contextpack migrate", done.stderr)

    def test_undo_statements_revert_the_migration(self):
        """The statements of the report bring every policy, privilege, trigger and constraint back."""
        database = self.database()
        rows = database.checksums()
        old = database.rights()
        self.ok(database.migrate())
        self.assertNotEqual(database.rights(), old)
        undo = [line.partition("undo: ")[2] for line in self.told(database, "--report") if line.startswith("undo: ")]
        database.run("BEGIN;\n" + "".join(statement + ";\n" for statement in reversed(undo)) + "COMMIT;")
        self.assertEqual(database.rights(), old)
        self.assertEqual(database.checksums(), rows)


def known():
    return len(list((harness.PROJECT / "src/database/schema/postgres").glob("0*.sql")))


if __name__ == "__main__":
    harness.main()
