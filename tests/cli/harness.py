"""What the tests of the program share: a private home, the program's path, and inputs made on the spot.

With CONTEXTPACK_TEST_BACKEND=postgres each test has a database of its own on the server that tests/postgres/server.py
started, instead of the file in its home."""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import uuid

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = None
IS_POSTGRES = os.environ.get("CONTEXTPACK_TEST_BACKEND") == "postgres"


def psql(database, sql):
    """The output, with the ASCII separators between columns and rows."""
    uri = os.environ["CONTEXTPACK_TEST_POSTGRES_SUPERUSER"].rpartition("/")[0] + "/" + database
    done = subprocess.run(["psql", "-X", "-q", "-At", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1", "-d", uri, "-f", "-"],
                          input=sql, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class PostgresRows:
    """The part of sqlite3's connection that the tests need: SQL with question marks and SQLite's table names. Changes are sent
    together at the end; rows contain texts.
    """

    def __init__(self, database):
        self.database = database
        self.changes = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None and self.changes:
            psql(self.database, "".join(f"{change};\n" for change in ["BEGIN", *self.changes, "COMMIT"]))

    def execute(self, sql, values=()):
        first, *others = sql.replace("contextpack_", "contextpack.").split("?")
        text = first + "".join(self.literal(value) + other for value, other in zip(values, others, strict=True))
        if not text.startswith("SELECT"):
            self.changes.append(text)
            return []
        return [tuple(row.split("\x1f")) for row in psql(self.database, text).rstrip("\n").split("\x1e") if row]

    @staticmethod
    def literal(value):
        return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def time_sql(us):
    """An expression of a time, from one of microseconds."""
    return f"(timestamptz 'epoch' + ({us}) * interval '1 microsecond')" if IS_POSTGRES else us


class Result:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def error(self):
        """The one JSON error on standard error."""
        (line,) = self.err.splitlines()
        return json.loads(line)["error"]


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="contextpack-cli-"))
        self.env = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder / "home"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        (self.folder / "home").mkdir()
        self.database_name = "contextpack_cli_" + uuid.uuid4().hex[:16]
        if IS_POSTGRES:
            psql("postgres", f"CREATE DATABASE {self.database_name} OWNER contextpack_test TEMPLATE contextpack_template "
                             "STRATEGY file_copy")
            self.env["CONTEXTPACK_DATABASE"] = (os.environ["CONTEXTPACK_TEST_POSTGRES"].rpartition("/")[0] + "/" +
                                                self.database_name + "?sslmode=disable")

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if IS_POSTGRES:
            psql("postgres", f"DROP DATABASE {self.database_name} WITH (FORCE)")

    def database(self):
        """The rows behind the program's back."""
        if IS_POSTGRES:
            return PostgresRows(self.database_name)
        connection = sqlite3.connect(self.folder / "data/contextpack/contextpack.db")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def run_cli(self, *arguments, stdin=b"", env=None, cwd=None):
        full = dict(self.env, **(env or {}))
        done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, env=full,
                              cwd=cwd or self.folder, timeout=120, check=False)
        return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def ok(self, *arguments, **options):
        result = self.run_cli(*arguments, **options)
        self.assertEqual(result.code, 0, f"{arguments}: {result.err}\n{result.out}")
        return result

    def fails(self, code, *arguments, **options):
        result = self.run_cli(*arguments, **options)
        self.assertEqual(result.code, code, f"{arguments}: {result.err}\n{result.out}")
        self.assertNotEqual(result.err, "")
        return result

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_text(json.dumps(content), encoding="utf-8")
        return path


FACTS = [
    "I work as a marine biologist in Lisbon.",
    "Please keep answers short and use metric units.",
    "I am building a tide gauge with a Raspberry Pi and Python.",
    "My goal this year is to publish the seagrass survey.",
]


def chatgpt_conversation(number, message_count=4, words=None):
    mapping = {"root": {"id": "root", "parent": None, "children": ["m0"], "message": None}}
    for i in range(message_count):
        role = "user" if i % 2 == 0 else "assistant"
        text = (words or FACTS[(number + i // 2) % len(FACTS)]) if role == "user" else "Understood."
        mapping[f"m{i}"] = {
            "id": f"m{i}",
            "parent": "root" if i == 0 else f"m{i - 1}",
            "children": [f"m{i + 1}"] if i + 1 < message_count else [],
            "message": {
                "id": f"message-{number}-{i}",
                "author": {"role": role, "metadata": {}},
                "create_time": 1700000000.5 + number * 1000 + i,
                "content": {"content_type": "text", "parts": [text]},
                "status": "finished_successfully",
                "metadata": {"model_slug": "gpt-4o"} if role == "assistant" else {},
                "recipient": "all",
            },
        }
    return {
        "id": f"conversation-{number}",
        "conversation_id": f"conversation-{number}",
        "title": f"Talk {number}",
        "create_time": 1700000000.0 + number * 1000,
        "update_time": 1700000100.0 + number * 1000,
        "mapping": mapping,
        "current_node": f"m{message_count - 1}",
    }


def chatgpt(count=3, message_count=4):
    return [chatgpt_conversation(number, message_count) for number in range(count)]


def claude(count=2):
    return [
        {
            "uuid": f"00000000-0000-4000-8000-00000000000{number}",
            "name": f"Claude talk {number}",
            "created_at": "2024-05-01T10:00:00.000000Z",
            "updated_at": "2024-05-01T10:05:00.000000Z",
            "account": {"uuid": "11111111-0000-4000-8000-000000000000"},
            "chat_messages": [
                {
                    "uuid": f"22222222-0000-4000-8000-0000000000{number}{i}",
                    "sender": "human" if i == 0 else "assistant",
                    "text": "I prefer Rust for new tools." if i == 0 else "Noted.",
                    "content": [{"type": "text", "text": "I prefer Rust for new tools." if i == 0 else "Noted."}],
                    "created_at": "2024-05-01T10:00:00.000000Z",
                    "updated_at": "2024-05-01T10:00:00.000000Z",
                    "attachments": [],
                    "files": [],
                }
                for i in range(2)
            ],
        }
        for number in range(count)
    ]


def main():
    global PROGRAM
    if len(sys.argv) < 2:
        sys.exit("usage: TEST PROGRAM [unittest arguments]")
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
