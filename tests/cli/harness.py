"""What the tests of the program share: a private home, the program's path, and inputs made on the spot."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = None


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

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

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
