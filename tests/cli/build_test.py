"""build: inputs in, documents out, nothing twice, and bad inputs named."""

import io
import json
import os
import subprocess
import threading
import unittest
import zipfile

import harness


class BuildTest(harness.CliTest):
    def test_documents(self):
        chats = self.write("in/chats.json", harness.chatgpt())
        talks = self.write("in/talks.json", harness.claude())
        notes = self.write("in/notes.md", "# Notes\n\nI live in Lisbon and I play the cello.\n")
        result = self.ok("build", chats, talks, notes, "-o", "out", "--type", "all", "--name", "Me")
        self.assertIn(f"{chats}: new: 3 conversations, 12 messages, ", result.out)
        self.assertIn('pack "Me": 3 sources', result.out)
        for name in ("compact", "standard", "complete"):
            markdown = (self.folder / f"out/{name}.md").read_text(encoding="utf-8")
            self.assertTrue(markdown.strip())
            json.loads((self.folder / f"out/{name}.json").read_text(encoding="utf-8"))
            tokens = self.ok("tokens", f"out/{name}.md").out.strip()
            self.assertIn(f"out/{name}.md: {int(tokens):,} tokens", result.out)
        self.assertEqual(sorted(path.name for path in (self.folder / "out").iterdir()),
                         ["compact.json", "compact.md", "complete.json", "complete.md", "standard.json", "standard.md"])
        self.assertIn("marine biologist", (self.folder / "out/standard.md").read_text(encoding="utf-8"))

    def test_budget_of_the_documents(self):
        chats = harness.PROJECT / "tests/data/sample/conversations.json"

        def tokens(*arguments):
            self.ok("build", chats, "-o", "out", "--name", "Me", *arguments)
            return int(self.ok("tokens", "out/standard.md").out)

        self.assertLessEqual(tokens("--max-tokens", "450"), 450)
        self.assertGreater(tokens(), 450)
        small = self.ok("export", "create", "Me", "--max-tokens", "450", "--json").json()
        self.assertLessEqual(small["token_count"], 450)
        self.assertGreater(self.ok("export", "create", "Me", "--json").json()["token_count"], 450)
        for command in (["build", chats], ["export", "create", "Me"]):
            self.assertIn("--max-tokens must be 1 or more", self.fails(2, *command, "--max-tokens", "0").err)
            self.assertIn("max_tokens", self.fails(2, *command, "--max-tokens", "10").err)

    def test_custom_instructions_of_many_conversations_are_one_line(self):
        chats = harness.chatgpt(50, 2)
        for number, chat in enumerate(chats):
            style = "Short answers. No emojis." if number >= 20 else "Explain everything at length, with examples."
            chat["mapping"]["root"]["message"] = {
                "id": f"instructions-{number}", "author": {"role": "user", "metadata": {}}, "create_time": None,
                "content": {"content_type": "user_editable_context", "user_profile": "Ich bin Imkerin in Graz.",
                            "user_instructions": style},
                "weight": 0, "recipient": "all", "metadata": {"is_visually_hidden_from_conversation": True}}
        talk = chats[7]["mapping"]["m0"]["message"]["content"]["parts"]
        talk[0] = "Whenever I ask about bees, answer in German."
        self.ok("build", self.write("chats.json", chats), "-o", "out", "--type", "all")
        for name in ("compact", "standard", "complete"):
            document = json.loads((self.folder / f"out/{name}.json").read_text(encoding="utf-8"))
            sections = {section["name"]: section["findings"] for section in document["sections"]}
            self.assertEqual(sorted(finding["text"] for finding in sections["instructions"]),
                             ["Ich bin Imkerin in Graz.", "Please keep answers short and use metric units.",
                              "Short answers. No emojis.", "Whenever I ask about bees, answer in German."])
            told = {finding["text"]: finding for finding in sections["instructions"]}
            for text in ("Ich bin Imkerin in Graz.", "Short answers. No emojis."):
                self.assertEqual((told[text]["mentions"], told[text]["last"][:10]), (1, "2023-11-15"))
            markdown = (self.folder / f"out/{name}.md").read_text(encoding="utf-8")
            self.assertEqual(markdown.split("## Was")[0].count("Short answers. No emojis."), 1)
            self.assertNotIn("at length", markdown.split("## Was")[0])

    def test_identifiers_keep_no_secrets(self):
        messages = [{"provider": "password: hunter2-Abc!9w", "conversation_id": "https://jan:hunter2-Abc!9x@db.example/x",
                     "message_id": "my password is hunter2-Abc!9y", "role": "user", "text": harness.FACTS[0]},
                    {"provider": "notes", "conversation_id": "msg_01ABCDEFGHJKMNPQRSTVWXYZ", "message_id": "4111111111111111",
                     "role": "user", "text": "I have two children and a dog called Rex."}]
        source = self.write("messages.jsonl", "".join(json.dumps(message) + "\n" for message in messages))
        self.ok("build", source, "--type", "all", "--output", self.folder / "out")
        for document in (self.folder / "out").iterdir():
            self.assertNotIn("hunter2", document.read_text(), document)
        complete = json.loads((self.folder / "out/complete.json").read_text())
        self.assertEqual({row["conversation_id"] for row in complete["conversations"]},
                         {"https://jan:[password withheld]@db.example/x", "msg_01ABCDEFGHJKMNPQRSTVWXYZ"})
        text = (self.folder / "out/complete.md").read_text()
        self.assertIn("(#2 my password is", text)  # the row of the conversation is found
        self.assertIn("(#1 4111111111111111)", text)

    def test_defaults(self):
        chats = self.write("My Chats.json", harness.chatgpt(1))
        self.ok("build", chats)
        self.assertEqual(sorted(path.name for path in (self.folder / "my-chats").iterdir()),
                         ["standard.json", "standard.md"])
        self.assertEqual(self.ok("pack", "list", "--json").json()["items"][0]["name"], "My Chats")

    def test_generic_file_names_are_not_used_as_pack_names(self):
        self.write("Ada/conversations.json", harness.chatgpt(1))
        self.ok("build", "Ada/conversations.json", "-o", "out")
        self.ok("build", "-", "-o", "out", stdin=b"I like tea.")
        self.ok("build", ".", "-o", "out", cwd=self.folder / "Ada")
        names = {pack["name"] for pack in self.ok("pack", "list", "--json").json()["items"]}
        self.assertEqual(names, {"Ada", "Context pack"})

    def test_building_twice_repeats_no_work(self):
        chats = self.write("chats.json", harness.chatgpt())
        self.ok("build", chats, "-o", "out")
        before = (self.folder / "out/standard.md").read_bytes()
        used = len(self.ok("credits", "statement", "--json").json()["items"])
        result = self.ok("build", chats, "-o", "out")
        self.assertIn("already in the pack: nothing to do", result.out)
        self.assertIn("(unchanged)", result.out)
        self.assertEqual((self.folder / "out/standard.md").read_bytes(), before)
        self.assertEqual(len(self.ok("credits", "statement", "--json").json()["items"]), used)

    def test_newer_export_adds_new_messages(self):
        first = self.write("january.json", harness.chatgpt(2))
        second = self.write("february.json", harness.chatgpt(3))
        same = self.write("march.json", json.dumps(harness.chatgpt(3), indent=1))
        self.ok("build", first, "--name", "Me", "-o", "out")
        document = self.ok("build", second, same, "--name", "Me", "-o", "out", "--json").json()
        self.assertEqual([item["outcome"] for item in document["inputs"]], ["grown", "known"])
        self.assertEqual(document["inputs"][0]["source"]["messages"], 4)
        self.assertEqual(document["inputs"][0]["source"]["known_messages"], 8)

    def test_a_conversation_that_comes_twice_counts_once(self):
        chats = harness.chatgpt(2)
        folder = self.folder / "export"
        folder.mkdir()
        for name in ("conversations-000.json", "conversations-001.json"):
            (folder / name).write_text(json.dumps(chats))
        twice = self.write("twice.json", json.dumps([*chats, *chats]))
        once = self.ok("inspect", self.write("once.json", json.dumps(chats)), "--json").json()
        for path in (twice, folder):
            found = self.ok("inspect", path, "--json").json()
            self.assertEqual([found[key] for key in ("conversations", "messages", "tokens")],
                             [once[key] for key in ("conversations", "messages", "tokens")])
            document = self.ok("build", path, "--name", path.name, "-o", f"out-{path.name}", "--json").json()
            (item,) = document["inputs"]
            self.assertEqual((item["outcome"], item["source"]["messages"], item["source"]["known_messages"]),
                             ("new", once["messages"], 0))

    def test_json(self):
        chats = self.write("chats.json", harness.chatgpt())
        result = self.ok("build", chats, "-o", "out", "--json", "--type", "compact")
        document = result.json()
        self.assertEqual(result.err, "")
        self.assertEqual(list(document), ["inputs", "pack", "exports"])
        (item,) = document["inputs"]
        self.assertEqual((item["input"], item["outcome"], item["error"]), (str(chats), "new", None))
        self.assertEqual(item["source"]["status"], "completed")
        (export,) = document["exports"]
        self.assertEqual((export["type"], export["status"], export["made"]), ("compact", "ready", True))
        self.assertEqual(export["file_size"], os.path.getsize(self.folder / export["markdown"]))

    def test_unusable_inputs_are_reported_and_others_built(self):
        good = self.write("good.json", harness.chatgpt())
        bad = self.write("bad.json", {"shape": "wrong"})
        empty = self.write("empty.json", "")
        result = self.fails(3, "build", bad, empty, "missing.json", good, "-o", "out")
        for name in ("bad.json", "empty.json", "missing.json"):
            self.assertRegex(result.err, f"contextpack: .*{name}[: ]")
        self.assertTrue((self.folder / "out/standard.md").exists())
        self.assertEqual(self.ok("pack", "list", "--json").json()["items"][0]["total_sources"], 1)
        document = self.fails(3, "build", bad, good, "-o", "out", "--json").json()
        self.assertEqual([item["outcome"] for item in document["inputs"]], ["failed", "unchanged"])
        self.assertTrue(document["inputs"][0]["error"]["code"].startswith("CPK_ERROR_"))

    def lossy(self):
        """Exports that can be read in part, with what the result line says of each."""
        chats = harness.chatgpt(3)
        whole = json.dumps(chats)
        shards = io.BytesIO()
        with zipfile.ZipFile(shards, "w") as archive:
            archive.writestr("conversations-000.json", json.dumps(chats[:1]))
            archive.writestr("conversations-002.json", json.dumps(chats[1:]))
        damaged = io.BytesIO()
        with zipfile.ZipFile(damaged, "w") as archive:  # stored: the text of the second conversation is changed
            archive.writestr("conversations-000.json", json.dumps(chats[:1]))
            archive.writestr("conversations-001.json", json.dumps(chats[1:]))
        bytes_ = damaged.getvalue()
        at = bytes_.index(b"conversations-001.json") + 400
        bytes_ = bytes_[:at] + bytes(byte ^ 1 for byte in bytes_[at:at + 4]) + bytes_[at + 4:]
        broken = [*chats, {"title": "No mapping", "id": "x"}, None, {"title": "Empty", "id": "e", "mapping": {}}]
        return {"cut.json": (whole[:len(whole) * 3 // 4], "truncated or damaged in 1 place"),
                "broken.json": (json.dumps(broken), "3 of 6 conversations skipped: 1 without content, 2 unreadable"),
                "shards.zip": (shards.getvalue(), "1 file missing"),
                "damaged.zip": (bytes_, "truncated or damaged in ")}

    def test_lost_content_is_told_everywhere(self):
        for name, (content, says) in self.lossy().items():
            with self.subTest(name):
                path = self.folder / name
                path.write_bytes(content.encode() if isinstance(content, str) else content)
                result = self.fails(3, "build", path, "--name", name, "-o", "out", "--type", "all")
                line = next(line for line in result.out.splitlines() if line.startswith(f"{path}: new: "))
                self.assertIn(says, line)
                lost = "2 of 6 conversations skipped: 2 unreadable" if name == "broken.json" else says
                for kind in ("compact", "standard", "complete"):
                    markdown = (self.folder / f"out/{kind}.md").read_text(encoding="utf-8")
                    self.assertIn(f"\nNot everything could be read: {lost}", markdown)
                    self.assertEqual(says in markdown, name != "broken.json" or kind != "compact")
                    self.assertTrue(json.loads((self.folder / f"out/{kind}.json").read_text("utf-8"))["is_partial"])
                again = self.run_cli("build", path, "--name", name, "-o", "out", "--json")
                self.assertEqual(again.code, 3)
                again = again.json()["inputs"][0]
                self.assertEqual((again["outcome"], again["source"]["is_partial"]), ("unchanged", True))
                self.assertIn(says, again["source"]["loss_summary"])
                losses = again["source"]["losses"]
                self.assertEqual(losses["found_conversations"], losses["conversations"] + sum(
                    losses[f"{reason}_conversations"] for reason in ("empty", "unreadable", "large")))
                self.ok("pack", "create", f"{name} by hand")
                added = self.fails(3, "source", "add", f"{name} by hand", path, "--run")
                self.assertRegex(added.out, rf"Not read +.*{says}")
                extracted = self.fails(3, "extract", path)
                self.assertIn(says, extracted.err)

    def test_conversations_without_content_are_no_loss(self):
        path = self.write("chats.json", [*harness.chatgpt(1), {"title": "Empty", "id": "e", "mapping": {}}])
        result = self.ok("build", path, "-o", "out")
        self.assertIn("; 1 of 2 conversations skipped: 1 without content\n", result.out)
        self.assertNotIn("Not everything could be read", (self.folder / "out/standard.md").read_text("utf-8"))

    def test_unknown_files_of_an_archive_are_named(self):
        with zipfile.ZipFile(self.folder / "mixed.zip", "w") as archive:
            archive.writestr("conversations.json", json.dumps(harness.chatgpt(1)))
            archive.writestr("other/chats.json", json.dumps([{"speaker": "me", "words": "hello"}]))
        result = self.ok("build", self.folder / "mixed.zip", "-o", "out")
        self.assertIn("1 file of an unknown format", result.out)
        self.assertIn("other/chats.json: chats.json is JSON of an unknown format", result.err)

    def test_unusable_inputs_create_no_pack(self):
        bad = self.write("bad.json", {"shape": "wrong"})
        self.fails(4, "build", bad, "-o", "out")
        self.fails(4, "build", "missing.json", "-o", "out")
        self.fails(4, "build", "-", "-o", "out", stdin=b"")
        result = self.run_cli("build", bad, "-o", "out", "--json")
        self.assertEqual((result.json()["pack"], result.json()["exports"]), (None, []))
        self.assertFalse((self.folder / "out").exists())

    @unittest.skipIf(os.getuid() == 0, "root reads everything")
    def test_unreadable_file(self):
        path = self.write("secret.json", harness.chatgpt())
        path.chmod(0)
        self.assertIn("ermission", self.fails(4, "build", path).err)
        self.fails(6, "extract", path)

    def test_folder(self):
        self.write("in/conversations-000.json", harness.chatgpt(1))
        self.write("in/below/talks.json", harness.claude(1))
        self.write("in/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
        self.write("in/user.json", {"id": "user-1", "email": "ada@example.org"})
        result = self.ok("build", "in", "-o", "in")
        self.assertIn("contextpack: in: not read: 1 picture, 1 side file of the export\n", result.err)
        document = self.ok("build", "in", "-o", "in", "--json").json()
        self.assertEqual([(item["input"], item["outcome"]) for item in document["inputs"]], [("in", "unchanged")])
        self.assertEqual(document["inputs"][0]["source"]["conversations"], 2)

    def test_folder_of_other_files(self):
        self.write("in/talks.json", harness.chatgpt(1))
        self.write("in/below/talks.json", harness.claude(1))
        self.write("in/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
        result = self.ok("build", "in", "-o", "in")
        self.assertRegex(result.err, "contextpack: skipped: .*picture.png ")
        document = self.ok("build", "in", "-o", "in", "--json").json()
        used = [item["input"] for item in document["inputs"] if item["outcome"] == "unchanged"]
        self.assertEqual(sorted(used), ["in/below/talks.json", "in/talks.json"])
        documents = {item["input"]: item for item in document["inputs"] if item["input"].startswith("in/standard")}
        self.assertEqual({name: item["outcome"] for name, item in documents.items()},
                         {"in/standard.md": "skipped", "in/standard.json": "skipped"})
        self.assertIn("context pack of this library", documents["in/standard.md"]["error"]["message"])

    def test_folder_with_nothing_usable(self):
        self.write("in/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
        (self.folder / "none").mkdir()
        self.fails(4, "build", "in")
        self.fails(4, "build", "none")

    def test_documents_of_a_zip_are_sources(self):
        """Each document is a source of its own; what can't be read keeps no other from it."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("notes/cv.txt", "Ann Berg\n\nBaker in Ghent since 2019.\n")
            archive.writestr("notes/plan.md", "# Plan\n\nOpen a second bakery.\n")
            archive.writestr("page.html", "<html><body><p>" + "A saved page about ovens. " * 20 + "</p></body></html>")
            archive.writestr("damaged.docx", b"PK\x03\x04 nothing")
            archive.writestr("empty.txt", "")
            archive.writestr("cat.png", b"\x89PNG")
        path = self.write("documents.zip", packed.getvalue())
        result = self.run_cli("build", path, "--name", "Me", "-o", "out", "--json")
        self.assertIn("documents.zip/damaged.docx", result.out + result.err)
        self.assertNotIn("cat.png", result.out + result.err)
        sources = self.ok("source", "list", "Me", "--json").json()["items"]
        self.assertEqual(sorted((source["name"], source["format"]) for source in sources),
                         [("cv.txt", "text"), ("page.html", "html"), ("plan.md", "markdown")])
        self.assertTrue(all(source["status"] == "completed" for source in sources))
        again = self.run_cli("build", path, "--name", "Me", "-o", "out")
        self.assertIn("documents.zip/notes/cv.txt", again.out + again.err)
        sources = self.ok("source", "list", "Me", "--json").json()["items"]
        self.assertEqual(len(sources), 3)

    def test_nobody_speaks_in_documents(self):
        """What a letter or a message says of its writer is not said of the person."""
        said = "I live in Rome and I work as a pilot. I am allergic to nuts. Please always answer in French."
        mail = self.write("mail.eml", f"From: Bo <bo@b.example>\nSubject: Moving\nMIME-Version: 1.0\n\n{said}\n\n> {said}\n")
        text = self.write("story.txt", f"A story.\n\n{said}\n")
        self.ok("build", mail, text, "--name", "Me", "-o", "out", "--type", "all")
        for name in ("compact.md", "standard.md", "complete.md"):
            pack = (self.folder / "out" / name).read_text("utf-8")
            before, _, _ = pack.partition("## From their documents")
            self.assertNotRegex(before, "Rome|pilot|allergic|French")
            self.assertNotIn("How to answer\n", before)

    def test_an_archive_with_chats_stays_whole(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("export/conversations.json", json.dumps(harness.chatgpt()))
            archive.writestr("cv.txt", "Ann Berg\n\nBaker in Ghent since 2019.\n")
        self.ok("build", self.write("mixed.zip", packed.getvalue()), "--name", "Me", "-o", "out")
        sources = self.ok("source", "list", "Me", "--json").json()["items"]
        self.assertEqual(len(sources), 1)

    def test_zip_and_paste(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("conversations.json", json.dumps(harness.chatgpt()))
            archive.writestr("chat.html", "<html></html>")
        path = self.write("export.zip", packed.getvalue())
        self.ok("build", path, "--name", "Me", "-o", "out")
        result = self.ok("build", "-", "--name", "Me", "-o", "out", stdin=b"I moved to Porto in March 2024.\n")
        self.assertIn("-: new: ", result.out)
        again = self.ok("build", "-", "--name", "Me", "-o", "out", stdin=b"I moved to Porto in March 2024.\n")
        self.assertIn("nothing to do", again.out)

    def test_pipes_are_read_once(self):
        path = self.folder / "pipe"
        os.mkfifo(path)
        content = json.dumps(harness.chatgpt()).encode()
        writer = threading.Thread(target=path.write_bytes, args=(content,))
        writer.start()
        result = self.ok("build", path, "--name", "Me", "-o", "out")
        writer.join()
        self.assertIn("new: 3 conversations, 12 messages", result.out)
        result = self.ok("build", "/dev/stdin", "--name", "Me", "-o", "out", stdin=content)
        self.assertIn("already in the pack", result.out)

    def test_two_builds_at_once(self):
        chats = self.write("chats.json", harness.chatgpt(200, 20))
        programs = [subprocess.Popen([harness.PROGRAM, "build", str(chats), "--name", "Me", "-o", f"out{number}"],
                                     env=self.env, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    for number in range(3)]
        for program in programs:
            _, err = program.communicate(timeout=120)
            self.assertIn(program.returncode, (0, 7), err.decode())
        self.ok("build", chats, "--name", "Me", "-o", "out")
        self.assertEqual(len(self.ok("pack", "list", "--json").json()["items"]), 1)
        self.assertEqual(len(self.ok("source", "list", "Me", "--json").json()["items"]), 1)
        self.assertEqual(self.ok("doctor", "--json").json()["failures"], 0)

    def test_documents_that_cannot_be_written(self):
        chats = self.write("chats.json", harness.chatgpt())
        self.write("out", "a file in the way")
        result = self.fails(8, "build", chats, "-o", "out")
        self.assertIn("out", result.err)
        self.ok("build", chats, "-o", "elsewhere")

    def test_quiet_prints_only_documents(self):
        chats = self.write("chats.json", harness.chatgpt())
        result = self.ok("build", chats, "-o", "out", "--quiet")
        self.assertEqual((result.out, result.err), ("out/standard.md\n", ""))

    def test_progress_in_a_pipe_is_clean_lines(self):
        chats = self.write("chats.json", harness.chatgpt())
        err = self.ok("build", chats, "-o", "out").err
        self.assertNotIn("\r", err)
        self.assertNotIn("\033", err)
        self.assertTrue(all(line.startswith("contextpack: ") for line in err.splitlines()), err)
        self.assertEqual(self.ok("build", chats, "-o", "out", "--no-progress", "--name", "Other").err, "")

    def test_unfinished_source_is_finished_first(self):
        self.ok("pack", "create", "Me")
        first = self.write("first.json", harness.chatgpt())
        second = self.write("second.json", harness.claude())
        self.ok("source", "add", "Me", first)
        result = self.ok("build", second, "--name", "Me", "-o", "out")
        self.assertIn("first.json: resumed: ", result.out)
        states = [source["status"] for source in self.ok("source", "list", "Me", "--json").json()["items"]]
        self.assertEqual(states, ["completed", "completed"])


if __name__ == "__main__":
    harness.main()
