"""A command creates the database and the storage folder only when it is one that puts something new there: a mistyped
path is an error that names the path, and leaves nothing behind. Every command of the table is tried."""

import os
import pathlib
import re
import sqlite3

import commands
import harness


class ReadonlyTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write("note.txt", "I live in Lisbon.\n")

    def everything(self):
        return sorted(str(path) for path in self.folder.rglob("*"))

    def test_every_command_is_classified(self):
        names = commands.names(self)
        self.assertGreater(len(names), 50)
        self.assertLessEqual(commands.CREATING | commands.WITHOUT | commands.PLACES, set(names))

    def test_a_mistyped_path_is_an_error_and_leaves_nothing(self):
        before = self.everything()
        for command in commands.names(self):
            if command in commands.CREATING | commands.WITHOUT | commands.PLACES:
                continue
            line = commands.line(self, command)
            places = ("--database", "sqlite:mistyped/x.db", "--storage", "file:blobz/b", "-q")
            result = self.fails(5, *line, *places, stdin=b"{}")
            self.assertIn("mistyped/x.db", result.err, command)
            self.assertEqual(self.everything(), before, command)

    def test_a_mistyped_storage_to_copy_is_an_error_and_leaves_nothing(self):
        before = self.everything()
        for options in ((), ("--mirror",), ("--verify",)):
            self.assertIn("no storage folder at blobz", self.fails(5, "storage", "copy", "file:blobz", "file:copy", *options).err)
            self.assertEqual(self.everything(), before, options)

    def test_missing_default_location_is_an_error_too(self):
        self.env.pop("CONTEXTPACK_DATABASE", None)
        before = self.everything()
        for command in ("pack list", "doctor", "user list", "credits balance"):
            self.assertIn("data/contextpack/contextpack.db", self.fails(5, *command.split()).err)
            self.assertEqual(self.everything(), before, command)

    def test_a_mistyped_storage_is_an_error_too(self):
        self.ok("migrate", "--database", "sqlite:x.db", "--storage", "file:blobs")
        before = self.everything()
        for command, code in (("pack list", 5), ("doctor", 8), ("source list Work", 5), ("export list Work", 5)):
            result = self.run_cli(*command.split(), "--database", "sqlite:x.db", "--storage", "file:blobz")
            self.assertEqual(result.code, code, command)
            self.assertIn("no storage folder at blobz", result.out if command == "doctor" else result.err)
            self.assertEqual([path for path in self.everything() if not re.search("x.db-(wal|shm)$", path)], before)

    def test_a_dry_run_of_migrate_needs_no_storage(self):
        self.ok("migrate", "--database", "sqlite:x.db", "--storage", "file:blobs")
        before = self.everything()
        for flag in ("--dry-run", "--report"):
            self.ok("migrate", flag, "--database", "sqlite:x.db", "--storage", "file:blobz")
            self.assertEqual([path for path in self.everything() if not re.search("x.db-(wal|shm)$", path)], before)

    def test_a_database_without_tables_gets_none(self):
        self.write("empty.db", b"")
        with sqlite3.connect(self.folder / "other.db") as other:
            other.execute("CREATE TABLE notes (text TEXT)")
        other.close()
        (self.folder / "blobs").mkdir()
        for name in ("empty.db", "other.db"):
            before = (self.folder / name).stat().st_size
            for command in ("pack list", "doctor", "user list"):
                result = self.fails(5, *command.split(), "--database", f"sqlite:{name}", "--storage", "file:blobs")
                self.assertIn(name, result.err)
            with sqlite3.connect(self.folder / name) as rows:
                tables = {row[0] for row in rows.execute("SELECT name FROM sqlite_master")}
            rows.close()
            self.assertLessEqual(tables, {"notes"}, before)

    def test_creating_commands_create_the_database(self):
        for number, command in enumerate(sorted(commands.CREATING)):
            self.ok(*commands.line(self, command), "--database", f"sqlite:new{number}/x.db", "--storage", f"file:new{number}/b", "-q")
            self.assertTrue((self.folder / f"new{number}/x.db").exists(), command)

    def test_commands_without_a_database_create_nothing(self):
        before = self.everything()
        for command in sorted(commands.WITHOUT):
            self.ok(*commands.line(self, command))
            self.assertEqual(self.everything(), before, command)


class FileNameTest(harness.CliTest):
    """What follows sqlite: is the name of a file, whatever is in it."""

    NAMES = ("file:a.db", "file:b.db?mode=memory", "file:///tmp/c.db", "file::memory:", "d.db?mode=ro&cache=shared", "e%20f.db",
             "g#h.db", "file:i.db?vfs=none", ":memory:x", "FILE:j.db", "k/file:l.db?immutable=1")

    def test_path_is_not_a_uri(self):
        self.write("a.txt", "I live in Porto.\n")
        os.umask(0o022)
        for name in self.NAMES:
            place = ("--database", f"sqlite:{name}")
            self.ok("build", "a.txt", "-q", "-o", "o", "--name", "Me", *place)
            path = pathlib.Path(os.path.normpath(self.folder / name))
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, name)
            self.assertEqual(len(self.ok("pack", "list", "--json", *place).json()["items"]), 1, name)
            self.assertGreater(path.stat().st_size, 0, name)
        self.assertFalse((self.folder / "a.db").exists())
        self.assertFalse(os.path.exists("/tmp/c.db"))

    def test_absolute_paths_too(self):
        path = self.folder / "file:x?mode=memory"
        self.ok("pack", "create", "Me", "--database", f"sqlite:{path}")
        self.assertTrue(path.exists())


if __name__ == "__main__":
    harness.main()
