#!/usr/bin/env python3
"""The health report passes nothing that it did not see: what can't be looked at is a failure, and the rest is looked at
all the same.

Usage: doctor_test.py CONTEXTPACK sqlite|postgres"""
import json
import os
import pathlib
import subprocess
import sys

import contextpack
import service

COMMAND = sys.argv[1]


class DoctorTest(service.ServiceTest):
    def setUp(self):
        super().setUp()
        self.is_postgres = self.database.name == "postgres"
        self.people = [self.person(name) for name in ("ann", "bob")]

    def run_all(self, *statements):
        self.assertEqual([answer for kind, answer in self.database.run_each(list(statements)) if kind == "error"], [])

    def checks(self, subject=None, outcome=None):
        return [check.text for check in self.engine.check()
                if subject in (None, check.subject) and outcome in (None, check.outcome.name)]

    def file_of(self, source):
        """The raw file of a source."""
        return next(file for file in pathlib.Path(self.blobs).rglob("raw") if source.id in str(file))

    def leave_unfinished(self, source):
        self.run_all(f"UPDATE pack_sources SET status = 'analyzing' WHERE source_id = '{source.id}'")

    def test_sound(self):
        self.assertEqual(self.checks(outcome="FAILED"), [])
        self.assertEqual(len(self.checks("blobs", "PASSED")), 1)
        self.assertEqual(self.checks("work", "PASSED"), ["no source, export or job was left unfinished"])
        self.assertEqual(len(self.checks("folders", "PASSED")), 1)

    def test_a_blob_that_cannot_be_read(self):
        """Its row is told; the other user's missing file, the unfinished work and the ledger are told as well."""
        _, _, first, _, _ = self.people[0]
        bob, _, second, _, _ = self.people[1]
        path = self.file_of(first)
        path.unlink()
        path.mkdir()  # also root can't read it
        self.file_of(second).unlink()
        self.leave_unfinished(second)
        self.run_all(f"UPDATE user_profiles SET credits_balance = credits_balance + 5 WHERE id = '{bob.id}'")
        failed = self.checks(outcome="FAILED")
        self.assertTrue(any(first.id in text for text in failed), failed)
        self.assertTrue(any(second.id in text and "missing" in text for text in failed), failed)
        self.assertTrue(any(bob.id in text and "the ledger sums to" in text for text in failed), failed)
        self.assertTrue(any("1 sources" in text for text in self.checks("work", "WARNING")))
        self.assertEqual(self.checks("blobs", "PASSED"), [])

    def test_a_row_that_cannot_be_read(self):
        if self.is_postgres:
            self.skipTest("every value of PostgreSQL's types is read")
        ann, _, first, _, job = self.people[0]
        _, _, second, _, _ = self.people[1]
        self.run_all("PRAGMA ignore_check_constraints = ON",
                     f"UPDATE jobs SET failed_chunks = 'no JSON' WHERE job_id = '{job.id}'")
        self.leave_unfinished(second)
        self.file_of(second).unlink()
        failed = self.checks(outcome="FAILED")
        self.assertTrue(any(ann.id in text for text in failed), failed)
        self.assertTrue(any(second.id in text for text in failed), failed)
        self.assertTrue(any("1 sources" in text for text in self.checks("work", "WARNING")))
        self.assertEqual(self.checks("work", "PASSED"), [])
        self.assertEqual(len(self.checks("work", "FAILED")), 1)

    def test_without_the_storage(self):
        _, _, source, _, _ = self.people[0]
        self.leave_unfinished(source)
        with contextpack.Engine(self.database.uri, None, log=False) as engine:
            checks = [(check.subject, check.outcome.name) for check in engine.check()]
            self.assertIn(("storage", "WARNING"), checks)
            self.assertIn(("work", "WARNING"), checks)
            self.assertIn(("ledger", "PASSED"), checks)
            self.assertNotIn(("blobs", "PASSED"), checks)
        # One that was named and is not there is a failure; the other sections run all the same.
        done = subprocess.run([COMMAND, "doctor", "--json", "--storage", "file:" + self.blobs + "/none"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        checks = [(check["subject"], check["outcome"]) for check in json.loads(done.stdout)["checks"]]
        for expected in (("storage", "failed"), ("work", "warning"), ("ledger", "passed"), ("folders", "passed")):
            self.assertIn(expected, checks)

    def test_without_a_permission(self):
        """On one table: the sections that need it fail, each by name; the others pass."""
        if not self.is_postgres:
            self.skipTest("SQLite has no permissions")
        denied = {"pack_sources": "work", "packs_v2": "work", "contextpack.holds": "ledger", "webhook_logs": "values",
                  "jobs": "work", "contextpack.chunks": "blobs"}
        for table, section in denied.items():
            with self.subTest(table=table):
                self.run_all(f"REVOKE ALL ON {table} FROM service_role")
                checks = [(check.subject, check.outcome.name) for check in self.engine.check()]
                self.assertIn((section, "FAILED"), checks, checks)
                self.assertNotIn((section, "PASSED"), checks)
                self.assertIn(("folders", "PASSED"), checks)
                self.run_all(f"GRANT ALL ON {table} TO service_role")
        self.assertEqual(self.checks(outcome="FAILED"), [])


if __name__ == "__main__":
    service.main()
