#!/usr/bin/env python3
"""Three versions of the library at once, on both engines: this one; one with an additional compatible migration; one with an
incompatible migration.

Usage: versions_test.py CONTEXTPACK FOLDER_OF_LATER FOLDER_OF_APART
"""
import os
import subprocess
import sys
import tempfile
import unittest
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../rls"))
from harness import OWNER_URI, SUPERUSER_URI, psql, uri_of  # noqa: E402

PROGRAM, LATER, APART = (os.path.abspath(path) for path in sys.argv[1:4])
THIS = None  # the folder of the library that the program is run with, or none


class VersionsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_on(self, library, database, *arguments):
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name, "LANG": "C.UTF-8", "CONTEXTPACK_DATABASE": database,
                       "CONTEXTPACK_STORAGE": "file:" + self.folder.name + "/blobs"}
        if library is not None:
            environment["LD_LIBRARY_PATH"] = library
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        return subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False)

    def ok(self, program, database, *arguments):
        done = self.run_on(program, database, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def build(self, program, database):
        """Reads and writes most tables."""
        path = os.path.join(self.folder.name, uuid.uuid4().hex + ".md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"# Notes\n\nI live in Lisbon, at number {uuid.uuid4().int % 1000}.\n")
        self.ok(program, database, "build", path, "--name", uuid.uuid4().hex, "--output", path + ".out", "--quiet")

    def refused(self, program, database, *texts):
        for arguments in (("user", "list"), ("doctor",)):
            done = self.run_on(program, database, *arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            for text in texts:
                self.assertIn(text, done.stdout + done.stderr)

    def beside(self, database, is_own):
        self.build(THIS, database)
        if is_own:
            self.ok(LATER, database, "user", "list")  # brings a file of the library's own to its schema
        else:
            self.refused(LATER, database, "contextpack migrate")
        self.ok(LATER, database, "migrate")
        for program in (THIS, LATER, THIS):
            self.build(program, database)
            self.assertIn("newer than this version" if program == THIS else "up to date", self.ok(program, database, "doctor"))
        self.assertIn("nothing to do", self.ok(THIS, database, "migrate"))
        self.ok(APART, database, "migrate")
        self.build(APART, database)
        self.refused(THIS, database, "apart", "newer version", "upgrade libcontextpack")
        self.refused(LATER, database, "apart", "newer version", "upgrade libcontextpack")
        self.assertIn("upgrade libcontextpack", self.run_on(THIS, database, "migrate").stderr)

    def test_sqlite(self):
        self.beside("sqlite:" + self.folder.name + "/x.db", True)

    def test_postgres(self):
        name = "contextpack_" + uuid.uuid4().hex[:16]
        psql(OWNER_URI, f"CREATE DATABASE {name}")
        self.addCleanup(psql, SUPERUSER_URI, f"DROP DATABASE {name} WITH (FORCE)")
        self.beside(uri_of(name), False)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
