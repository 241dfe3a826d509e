"""Chats of every known format are read as their files say, and what `extract` prints is read back unchanged."""

import contextlib
import json
import os
import sqlite3
import zipfile

import harness

DATA = harness.PROJECT / "tests/data/chats"
SHARED = harness.PROJECT.parent / "shared/fixtures"
FAST = os.environ.get("CONTEXTPACK_TEST_ALL") is None
# Exports whose messages are read back too.
OTHER_DATA = [*sorted((harness.PROJECT / "tests/data/chatgpt").glob("*.json*")),
              *sorted((harness.PROJECT / "tests/data/claude").glob("*.json")),
              *sorted((harness.PROJECT / "tests/data/archive").glob("*.zip"))]


def read_expected(path):
    """File -> [(id, title, [(marks, role, kind, text)])]."""
    files = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            conversations = files[line[3:]] = []
        elif line.startswith("# "):
            name, title = line[2:].split(" |")
            conversations.append((name, title.strip(), []))
        elif line and files:
            head, _, text = line.partition(":")
            marks = "".join(mark for mark in "~!" if mark in head.split(" ")[0])
            words = head.lstrip("~! ").split(" ")
            text = text[1:].replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
            conversations[-1][2].append((marks, words[0], words[1] if len(words) > 1 else "text", text))
    return files


def conversations_of(lines):
    found = []
    for line in lines:
        if not found or found[-1][0] != line["conversation_id"]:
            found.append((line["conversation_id"], line["conversation_title"], []))
        marks = ("" if line["active_branch"] else "~") + ("!" if line["hidden"] else "")
        found[-1][2].append((marks, line["role"], line["kind"], line["text"]))
    return found


class ChatsTest(harness.CliTest):
    def extract(self, path, expected_codes=(0, 3)):
        result = self.run_cli("extract", path)
        self.assertIn(result.code, expected_codes, f"{path}: {result.err}")
        return result.lines()

    def check(self, path, expected):
        found = conversations_of(self.extract(path))
        self.assertEqual([(name, title) for name, title, _ in found],
                         [(real[0] if name == "*" else name, title) for (name, title, _), real in
                          zip(expected, found, strict=True)], path)
        for (name, _, messages), (wanted_name, _, wanted) in zip(found, expected, strict=True):
            self.assertEqual(name.startswith("made-"), wanted_name == "*", path)
            self.assertEqual([message[:3] for message in messages], [message[:3] for message in wanted], path)
            for message, want in zip(messages, wanted, strict=True):
                start = want[3].removesuffix("...")
                if start != want[3] and message[3] != want[3]:
                    self.assertTrue(message[3].startswith(start), f"{path}: {message[3]!r}")
                else:
                    self.assertEqual(message[3], want[3].strip(), path)

    def test_own_files(self):
        expected = read_expected(DATA / "expected.txt")
        files = {path.name for path in DATA.iterdir() if not path.name.startswith("expected")}
        self.assertEqual(set(expected), files)
        for name, conversations in expected.items():
            self.check(DATA / name, conversations)

    def test_shared_files(self):
        expected = read_expected(DATA / "expected_shared.txt")
        self.assertGreater(len(expected), 40)
        for name, conversations in expected.items():
            if (SHARED / name).exists():
                self.check(SHARED / name, conversations)

    def test_all_files_in_one_archive_and_its_folder(self):
        expected = read_expected(DATA / "expected.txt")
        path = self.folder / "all.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in expected:
                archive.write(DATA / name, "chats/" + name)
        found = {name for name, _, _ in conversations_of(self.extract(path))}
        wanted = {name for conversations in expected.values() for name, _, _ in conversations if name != "*"}
        self.assertLessEqual(wanted, found)
        self.assertEqual({line["provider"] for line in self.extract(path)},
                         {line["provider"] for name in expected for line in self.extract(DATA / name)})

    def test_the_schema_describes_what_is_printed(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((harness.PROJECT / "docs/messages.schema.json").read_text(encoding="utf-8"))
        validator = jsonschema.Draft202012Validator(schema)
        for path in DATA.iterdir():
            for line in self.run_cli("extract", path).lines():
                validator.validate(line)
                self.assertLessEqual(set(line), set(schema["properties"]))
        for line in (DATA / "messages.jsonl").read_text(encoding="utf-8").splitlines():
            validator.validate(json.loads(line))

    def test_what_extract_prints_is_read_back(self):
        paths = [*sorted(path for path in DATA.iterdir() if not path.name.startswith("expected")), *OTHER_DATA]
        if SHARED.exists():
            shared = [path for path in sorted(SHARED.glob("chats/*/*")) + sorted(SHARED.glob("field/[0-9]*.*"))
                      if path.suffix in (".json", ".jsonl", ".zip", ".csv", ".vscdb", ".html")]
            paths += shared[::4] if FAST else shared
        count = 0
        for path in paths:
            printed = self.run_cli("extract", path).out
            if not printed:
                continue
            again = self.run_cli("extract", self.write("again.jsonl", printed)).out
            self.assertEqual(again, printed, path)
            count += 1
        self.assertGreater(count, 25)

    def cursor(self, name, table, headers, bubbles):
        path = self.folder / name
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE cursorDiskKV (key TEXT PRIMARY KEY, value BLOB){table}")
            rows = {"composerData:c": {"composerId": "c", "fullConversationHeadersOnly": [{"bubbleId": key} for key in headers]}}
            for key, (kind, text) in bubbles.items():
                rows[f"bubbleId:c:{key}"] = {"bubbleId": key, "type": kind, "text": text}
            rows["bubbleId:cc:other"] = {"bubbleId": "other", "type": 1, "text": "of another chat"}
            database.executemany("INSERT INTO cursorDiskKV VALUES (?, ?)", [(key, json.dumps(row)) for key, row in rows.items()])
        return [(line["text"], line["active_branch"]) for line in self.extract(path)]

    def test_messages_of_cursor_that_no_chat_lists_are_kept(self):
        bubbles = {"b": (1, "I row."), "a": (2, "Noted."), "z": (1, "I cook."), "y": (2, "Well.")}
        for number, table in enumerate(("", " WITHOUT ROWID")):
            self.assertEqual(self.cursor(f"{number}.vscdb", table, "ba", bubbles)[:2], [("I row.", True), ("Noted.", True)])
            self.assertEqual(sorted(self.cursor(f"{number}-some.vscdb", table, "ba", bubbles)[2:]),
                             [("I cook.", False), ("Well.", False)])
        self.assertEqual(self.cursor("none.vscdb", "", "", bubbles),
                         [("I row.", True), ("Noted.", True), ("I cook.", True), ("Well.", True)])


if __name__ == "__main__":
    harness.main()
