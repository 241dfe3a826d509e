"""Damage at seeded places of a database, its write-ahead log and its blobs: every command gives the right result or an
error that names what is wrong, none crashes, and doctor finds the damage wherever what is read has changed.

Usage: damage_test.py [unittest arguments]

CONTEXTPACK_DAMAGE_PLACES  places of each kind; 4 unless set, 100 for the full run
"""
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

COMMAND = os.environ.get("CONTEXTPACK_COMMAND", "contextpack")
PLACES = int(os.environ.get("CONTEXTPACK_DAMAGE_PLACES", "4"))
SEED = int(os.environ.get("CONTEXTPACK_DAMAGE_SEED", "20"))
PAGE = 4096
LISTS = (("user", "list"), ("pack", "list"), ("source", "list", "Pack 1"), ("export", "list", "Pack 1"), ("credits", "statement"))
TEXT = "".join(f"I live in city {n} and I work as a baker. My daughter Ana{n} plays the violin.\n" for n in range(300))


class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.good = pathlib.Path(cls.folder.name, "good")
        cls.good.mkdir()
        for number in range(6):
            text = cls.good.parent / f"{number}.txt"
            text.write_text(f"{number} {TEXT}")
            done = cls.run_command(cls.good, "build", text, "-q", "-o", cls.good.parent / "out", "--name",
                                   f"Pack {number}", "--set", "chunk.max_tokens=500")
            assert done.returncode == 0, done.stderr
        cls.expected = {name: cls.run_command(cls.good, *name, "--json").stdout for name in LISTS}
        cls.dump = cls.rows_of(cls.good)
        assert cls.dump is not None

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_command(cls, place, *arguments):
        environment = {**os.environ, "XDG_CONFIG_HOME": str(place / "config"), "XDG_DATA_HOME": str(place / "data")}
        return subprocess.run([COMMAND, *arguments, "--database", f"sqlite:{place}/packs.db", "--storage",
                               f"file:{place}/blobs"], env=environment, capture_output=True, text=True, timeout=120,
                              errors="replace")

    @staticmethod
    def rows_of(place):
        """All that SQLite reads of a database; None when it can't."""
        database = sqlite3.connect(f"file:{place}/packs.db?mode=ro", uri=True)
        database.text_factory = bytes
        try:
            tables = [name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return {table: sorted(map(repr, database.execute(f'SELECT * FROM "{table.decode()}" NOT INDEXED')))
                    for table in tables}
        except sqlite3.Error:
            return None
        finally:
            database.close()

    def copy(self, name):
        place = pathlib.Path(self.folder.name, name)
        shutil.copytree(self.good, place)
        self.addCleanup(shutil.rmtree, place, True)
        return place

    def assert_named(self, done, what):
        """Right, or an error in words; never a crash, never an error of the library's own."""
        self.assertGreaterEqual(done.returncode, 0, f"{what}: signal {signal.Signals(max(-done.returncode, 1)).name}")
        self.assertNotIn("CPK_ERROR_INTERNAL", done.stderr, what)
        if done.returncode != 0:
            self.assertTrue(done.stderr.strip() or done.stdout.strip(), f"{what}: exit code {done.returncode}, no word")

    def look(self, place, what):
        """Runs the lists and doctor. (lists that changed without an error, doctor's exit code, its output)."""
        changed = []
        for name in LISTS:
            done = self.run_command(place, *name, "--json")
            self.assert_named(done, f"{what}: {name}")
            if done.returncode == 0 and done.stdout != self.expected[name]:
                changed.append(name)
        done = self.run_command(place, "doctor")
        self.assert_named(done, f"{what}: doctor")
        return changed, done

    def damage_database(self, place, random_source, kind):
        path = place / "packs.db"
        data = bytearray(path.read_bytes())
        page = random_source.randrange(len(data) // PAGE)
        if kind == "zero":
            data[page * PAGE:(page + 1) * PAGE] = bytes(PAGE)
        elif kind == "noise":
            data[page * PAGE:(page + 1) * PAGE] = random_source.randbytes(PAGE)
        elif kind == "swap":
            other = random_source.randrange(len(data) // PAGE)
            first, second = (data[at * PAGE:(at + 1) * PAGE] for at in (page, other))
            data[page * PAGE:(page + 1) * PAGE], data[other * PAGE:(other + 1) * PAGE] = second, first
        else:
            data[page * PAGE + random_source.randrange(PAGE)] ^= 1 << random_source.randrange(8)
        path.write_bytes(data)
        return f"{kind} of page {page + 1}"

    def test_pages(self):
        random_source = random.Random(SEED)
        found = unseen = 0
        for number in range(PLACES):
            kind = ("zero", "noise", "swap", "bit")[number % 4]
            place = self.copy(f"page{number}")
            what = f"{number}: {self.damage_database(place, random_source, kind)}"
            with self.subTest(what):
                rows = self.rows_of(place)
                changed, doctor = self.look(place, what)
                found += doctor.returncode != 0
                # SQLite has no checksums: a bit inside a text is another text.
                if kind != "bit" and rows != self.dump:
                    self.assertNotEqual(doctor.returncode, 0, f"{what}: rows changed and doctor passed\n{doctor.stdout}")
                elif kind == "bit" and rows != self.dump and doctor.returncode == 0:
                    unseen += 1
                    self.assertEqual({table: len(lines) for table, lines in rows.items()},
                                     {table: len(lines) for table, lines in self.dump.items()}, f"{what}: rows are missing")
                if doctor.returncode == 0 and kind != "bit":
                    self.assertEqual(changed, [], what)
        print(f"pages: doctor found {found} of {PLACES}, {unseen} bits inside texts", file=sys.stderr)

    def leave_log(self, place):
        """The last build's transactions are in the log when its process is killed."""
        script = ("import os, signal, sqlite3, sys\n"
                  "database = sqlite3.connect(sys.argv[1])\n"
                  "database.execute('PRAGMA wal_autocheckpoint = 0')\n"
                  "for number in range(20):\n"
                  "    database.execute(\"UPDATE user_profiles SET full_name = ?\", (f'Name {number}',))\n"
                  "    database.commit()\n"
                  "os.kill(os.getpid(), signal.SIGKILL)\n")
        subprocess.run([sys.executable, "-c", script, str(place / "packs.db")])
        return place / "packs.db-wal"

    def test_log(self):
        random_source = random.Random(SEED + 1)
        for number in range(PLACES):
            place = self.copy(f"log{number}")
            log = self.leave_log(place)
            data = bytearray(log.read_bytes())
            frames = (len(data) - 32) // (PAGE + 24)
            at = random_source.randrange(len(data))
            data[at] ^= 1 << random_source.randrange(8)
            log.write_bytes(data)
            what = f"log {number}: byte {at} of {len(data)}"
            with self.subTest(what):
                done = self.run_command(place, "user", "list", "--json", "--verbose")
                self.assert_named(done, what)
                last = (at - 32) // (PAGE + 24) >= frames - 1
                if done.returncode == 0 and "Name 19" not in done.stdout:
                    self.assertTrue(last, f"{what}: transactions were lost without an error")
                    self.assertIn("cut off", done.stderr, what)
                elif done.returncode != 0:
                    self.assertIn("write-ahead log", done.stderr, what)

    def test_blobs(self):
        random_source = random.Random(SEED + 2)
        blobs = sorted(path for path in (self.good / "blobs").rglob("*") if path.is_file())
        for number in range(PLACES):
            place = self.copy(f"blob{number}")
            blob = place / "blobs" / random_source.choice(blobs).relative_to(self.good / "blobs")
            kind = ("removed", "empty", "cut", "noise")[number % 4]
            data = bytearray(blob.read_bytes())
            if kind == "removed":
                blob.unlink()
            elif kind == "noise":
                for _ in range(8):
                    data[random_source.randrange(len(data))] = random_source.randrange(256)
                blob.write_bytes(data)
            else:
                blob.write_bytes(data[:len(data) // 2] if kind == "cut" else b"")
            what = f"blob {number}: {kind}: {blob.name}"
            with self.subTest(what):
                changed, doctor = self.look(place, what)
                self.assertEqual(changed, [], what)
                if kind != "noise":
                    self.assertNotEqual(doctor.returncode, 0, f"{what}: doctor passed\n{doctor.stdout}")
                for pack in range(6):
                    done = self.run_command(place, "export", "create", f"Pack {pack}", "--type", "complete")
                    self.assert_named(done, f"{what}: export of pack {pack}")


if __name__ == "__main__":
    unittest.main()
