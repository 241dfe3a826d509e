"""A command creates the database and the storage folder only when it is one that puts something new there: a mistyped
path is an error that names the path, and leaves nothing behind. Every command of the table is tried."""

import os
import pathlib
import re
import sqlite3

import harness

ID = "00000000-0000-4000-8000-000000000001"

# These create the database and the storage where they are missing.
CREATING = {"build", "pack create", "user create", "job create", "migrate"}
# These need neither.
WITHOUT = {"extract", "chunk", "tokens", "settings", "completion", "version", "help"}
ARGUMENTS = {"INPUT": "note.txt", "INPUT...": "note.txt", "[INPUT...]": "note.txt", "PACK": "Work", "[NAME]": "Work", "NAME": "Work",
             "SHELL": "bash", "USER": "ada@example.org", "PLAN": "credits", "PACKAGE": "small", "PAYMENT": "pi_1"}
OPTIONS = {
    "user create": ["--email", "ada@example.org"],
    "user suspend": ["--reason", "x"],
    "user unsuspend": ["--reason", "x"],
    "user update": ["--name", "Ada"],
    "credits grant": ["--credits", "1", "--key", "k"],
    "checkout create": ["--success-url", "https://example.org/"],
    "webhook stripe": ["--signature", "t=1,v1=00"],
    "report revenue": [],
}
ADMIN = ["--reason", "x", "--admin", ID]


class ReadonlyTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write("note.txt", "I live in Lisbon.\n")

    def commands(self):
        section = self.ok("help").out.split("Commands\n")[1].split("\n\n")[0]
        return [line[2:].split("  ")[0] for line in section.splitlines()]

    def line_of(self, command):
        """The command with arguments and options that are well-formed."""
        text = self.ok("help", *command.split()).out
        usage = re.search(rf"contextpack {command} ?(?:\[OPTION\.\.\.\])? ?(.*)", text).group(1)
        words = [ARGUMENTS.get(word, ID) for word in usage.split() if not word.startswith("[")]
        options = list(OPTIONS.get(command, []))
        if command.startswith("admin "):
            options = ADMIN[2:] if command == "admin log" else list(ADMIN)
            options += ["--credits", "1"] if "--credits" in text else []
            options += ["--key", "k"] if "--key" in text else []
            options += ["--amount-cents", "1"] if "--amount-cents" in text else []
        if command == "pack rename":
            words = ["Work", "Play"]
        return [*command.split(), *words, *options, *(["--yes"] if "--yes" in text else [])]

    def everything(self):
        return sorted(str(path) for path in self.folder.rglob("*"))

    def test_every_command_is_decided(self):
        commands = self.commands()
        self.assertGreater(len(commands), 50)
        self.assertLessEqual(CREATING | WITHOUT, set(commands))

    def test_a_mistyped_path_is_an_error_and_leaves_nothing(self):
        before = self.everything()
        for command in self.commands():
            if command in CREATING | WITHOUT:
                continue
            line = self.line_of(command)
            places = ("--database", "sqlite:mistyped/x.db", "--storage", "file:blobz/b", "-q")
            result = self.fails(5, *line, *places, stdin=b"{}")
            self.assertIn("mistyped/x.db", result.err, command)
            self.assertEqual(self.everything(), before, command)

    def test_the_default_place_is_no_exception(self):
        self.env.pop("CONTEXTPACK_DATABASE", None)
        before = self.everything()
        for command in ("pack list", "doctor", "user list", "credits balance"):
            self.assertIn("data/contextpack/contextpack.db", self.fails(5, *command.split()).err)
            self.assertEqual(self.everything(), before, command)

    def test_a_mistyped_storage_is_an_error_too(self):
        self.ok("migrate", "--database", "sqlite:x.db", "--storage", "file:blobs")
        before = self.everything()
        for command in ("pack list", "doctor", "source list Work", "export list Work"):
            result = self.fails(5, *command.split(), "--database", "sqlite:x.db", "--storage", "file:blobz")
            self.assertIn("blobz", result.err)
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

    def test_commands_that_create_do(self):
        for number, command in enumerate(sorted(CREATING)):
            self.ok(*self.line_of(command), "--database", f"sqlite:new{number}/x.db", "--storage", f"file:new{number}/b", "-q")
            self.assertTrue((self.folder / f"new{number}/x.db").exists(), command)

    def test_commands_without_a_database_create_nothing(self):
        before = self.everything()
        for command in sorted(WITHOUT):
            self.ok(*self.line_of(command))
            self.assertEqual(self.everything(), before, command)


class FileNameTest(harness.CliTest):
    """What follows sqlite: is the name of a file, whatever is in it."""

    NAMES = ("file:a.db", "file:b.db?mode=memory", "file:///tmp/c.db", "file::memory:", "d.db?mode=ro&cache=shared", "e%20f.db",
             "g#h.db", "file:i.db?vfs=none", ":memory:x", "FILE:j.db", "k/file:l.db?immutable=1")

    def test_a_path_is_no_uri(self):
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
