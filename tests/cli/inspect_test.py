"""inspect: what an input contains, before anything is stored; --strict, here and in build."""

import io
import json
import zipfile

import harness

DATA = harness.PROJECT / "tests/data"


class InspectTest(harness.CliTest):
    def inspect(self, *arguments, **options):
        return self.ok("inspect", "--json", *arguments, **options).json()

    def test_what_was_recognised(self):
        found = self.inspect(DATA / "chats/claude_code.jsonl")
        self.assertEqual(found["format"], "claude-code")
        self.assertEqual(found["providers"], [{"name": "claude-code", "conversations": 1, "messages": 11}])
        self.assertEqual((found["first_time"], found["last_time"]), ("2026-07-01T10:00:00Z", "2026-07-01T10:01:00Z"))
        self.assertEqual([found[f"{role}_messages"] for role in ("user", "assistant", "system", "tool", "unknown")],
                         [1, 5, 4, 1, 0])
        self.assertEqual((found["hidden_messages"], found["other_branches"], found["attachments"]), (5, 2, 0))
        self.assertEqual((found["is_partial"], found["loss_summary"], found["notes"]), (False, None, []))

    def test_counts_are_those_of_extract_and_chunk(self):
        for path in [DATA / "archive/chatgpt_shards.zip", DATA / "chats/deepseek.json", harness.PROJECT / "README.md"]:
            found = self.inspect(path)
            lines = self.run_cli("extract", path).lines()
            chunks = self.ok("chunk", path).lines()
            self.assertEqual(found["messages"], len(lines))
            self.assertEqual(found["conversations"], len({line["conversation_id"] for line in lines}))
            self.assertEqual(found["attachments"], sum(len(line["attachments"]) for line in lines))
            for role in ("user", "assistant", "system", "tool", "unknown"):
                self.assertEqual(found[f"{role}_messages"], sum(line["role"] == role for line in lines), role)
            self.assertEqual(found["chunks"], len(chunks))
            self.assertEqual(found["credits"], len(chunks))
            self.assertGreater(found["tokens"], 0)

    def test_the_estimate_is_what_an_import_takes(self):
        path = DATA / "chats/gemini_activity.json"
        found = self.inspect(path)
        self.ok("build", path, "--name", "Pack", "-o", "out")
        pack = self.ok("pack", "list", "--json").json()["items"][0]
        source = self.ok("source", "list", pack["id"], "--json").json()["items"][0]
        self.assertEqual((source["total_chunks"], source["messages"], source["text_tokens"]),
                         (found["chunks"], found["messages"], found["tokens"]))

    def test_nothing_is_stored(self):
        self.inspect(DATA / "chats/grok.json")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name != "home"], [])

    def test_what_is_missing_and_skipped_is_noted(self):
        conversation = json.dumps(harness.chatgpt(1))
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("conversations-000.json", conversation)
            archive.writestr("conversations-002.json", conversation.replace("Talk 0", "Talk 2"))
            archive.writestr("other.json", '{"unknown": 1}')
        path = self.write("export.zip", data.getvalue())
        found = self.inspect(path)
        self.assertEqual((found["shards"], found["missing_files"], found["is_partial"]), (2, 1, True))
        self.assertIn("2 numbered parts", found["era"])
        self.assertLessEqual({"missing_file", "unknown_file"}, {note["kind"] for note in found["notes"]})
        self.assertTrue(any("conversations-001.json" in note["place"] + note["text"] for note in found["notes"]))
        text = self.ok("inspect", path).out
        self.assertIn("1 file missing", text)
        self.assertIn("conversations-001.json", text)

    def test_a_folder_and_standard_input(self):
        self.write("in/a.json", harness.chatgpt(1))
        self.assertEqual(self.inspect(self.folder / "in")["conversations"], 1)
        stdin = (DATA / "chats/openai.jsonl").read_bytes()
        self.assertEqual(self.inspect("-", stdin=stdin)["conversations"], 2)
        self.fails(4, "inspect", self.write("bad.json", {"not": "an export"}))
        self.fails(5, "inspect", "missing.json")

    def test_strict(self):
        partial = DATA / "chats/cursor.vscdb"
        good = DATA / "chats/grok.json"
        self.ok("inspect", partial)
        refused = self.fails(4, "inspect", "--strict", partial).err
        self.assertIn("unreadable", refused)
        self.assertIn("content would be lost, which --strict refuses: ", refused)
        self.ok("inspect", "--strict", DATA / "chats/deepseek.json")
        self.fails(4, "build", "--strict", partial, "--name", "Pack", "-o", "out")
        self.fails(4, "build", "--strict", "-", "--name", "Pack", "-o", "out", stdin=partial.read_bytes())
        for pack in self.ok("pack", "list", "--json").json()["items"]:
            self.assertEqual(self.ok("source", "list", pack["id"], "--json").json()["items"], [])
        self.assertEqual(self.run_cli("build", partial, "--name", "Pack", "-o", "out").code, 3)
        self.ok("build", "--strict", DATA / "chats/deepseek.json", "--name", "Whole", "-o", "out2")
        self.fails(4, "build", "--strict", good, "--name", "Grok", "-o", "out3")  # one of its conversations is null


if __name__ == "__main__":
    harness.main()
