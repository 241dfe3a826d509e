"""extract, chunk, redact and tokens: JSON Lines for other programs, in pipes too."""

import subprocess

import harness

FIELDS = ["conversation_id", "conversation_title", "message_id", "parent_id", "role", "kind", "time", "model", "text",
          "hidden", "active_branch", "attachments", "provider"]


class ExtractTest(harness.CliTest):
    def test_every_line_is_a_message(self):
        path = self.write("export.json", harness.chatgpt(2))
        lines = self.ok("extract", path).lines()
        self.assertEqual(len(lines), 8)
        for line in lines:
            self.assertEqual(list(line), FIELDS)
        first = lines[0]
        self.assertEqual(first["provider"], "chatgpt")
        self.assertEqual(first["conversation_title"], "Talk 0")
        self.assertEqual(first["role"], "user")
        self.assertEqual(first["time"], "2023-11-14T22:13:20.500Z")
        self.assertIs(first["active_branch"], True)
        self.assertEqual(lines[1]["model"], "gpt-4o")
        self.assertIsNone(first["model"])

    def test_any_text_is_printed_unchanged(self):
        words = "quote \" backslash \\ slash / tab \t bell \x07 del \x7f line\nbreak \u00e9 \U0001f30a end"
        words += "x" * 9000 + '"' + "y" * 300000 + "\\"
        path = self.write("export.json", [harness.chatgpt_conversation(0, 1, words)])
        self.assertEqual(self.ok("extract", path).lines()[0]["text"].strip(), words)

    def test_several_inputs_and_a_folder(self):
        self.write("in/a.json", harness.chatgpt(1))
        self.write("in/below/b.json", harness.claude(1))
        self.write("in/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
        self.write("in/.hidden", "secret")
        result = self.ok("extract", self.folder / "in")
        self.assertEqual({line["provider"] for line in result.lines()}, {"chatgpt", "claude"})
        self.assertRegex(result.err, "contextpack: skipped: .*picture.png ")
        self.assertNotIn("secret", result.out)

    def test_branches(self):
        """All branches are printed and marked; --active-branch leaves the others out."""
        talk = harness.chatgpt_conversation(0, 4)
        talk["mapping"]["other"] = dict(talk["mapping"]["m3"], id="other", message=dict(talk["mapping"]["m3"]["message"], id="o"))
        path = self.write("export.json", [talk])
        lines = self.ok("extract", path).lines()
        self.assertEqual([line["active_branch"] for line in lines], [True] * 4 + [False])
        self.assertEqual(self.ok("extract", "--active-branch", path).lines(), lines[:4])
        self.fails(2, "extract", "--active-branch", "--text", path)

    def test_bad_inputs(self):
        good = self.write("good.json", harness.chatgpt(1))
        bad = self.write("bad.json", {"not": "an export"})
        result = self.fails(3, "extract", bad, good)
        self.assertEqual(len(result.lines()), 4)
        self.assertIn("bad.json", result.err)
        self.fails(4, "extract", bad)
        self.fails(4, "extract", self.write("empty.json", ""))
        self.fails(5, "extract", "missing.json")
        error = self.fails(5, "extract", "missing.json", "--json").error()
        self.assertEqual(error["code"], "CPK_ERROR_NOT_FOUND")

    def test_standard_input(self):
        path = self.write("export.json", harness.chatgpt(1))
        self.assertEqual(self.ok("extract", "-", stdin=path.read_bytes()).out, self.ok("extract", path).out)
        self.assertIn("tea", self.ok("extract", "-", stdin=b"I like tea.").lines()[0]["text"])

    def test_extract_needs_no_data_folder(self):
        path = self.write("export.json", harness.chatgpt(1))
        self.ok("extract", path, env={"XDG_DATA_HOME": "/nonexistent"})
        self.assertFalse((self.folder / "data").exists())

    def test_closed_pipe_is_not_an_error(self):
        path = self.write("export.json", harness.chatgpt(400, 20))
        for command in (["extract", str(path)], ["extract", "--text", str(path)], ["chunk", "--text", str(path)]):
            program = subprocess.Popen([harness.PROGRAM, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       env=self.env)
            program.stdout.read(10)
            program.stdout.close()
            err = program.stderr.read()
            program.stderr.close()
            self.assertEqual(program.wait(timeout=60), 0, err)
            self.assertNotIn(b"pipe", err.lower())

    def test_a_full_disk_is_an_error(self):
        path = self.write("export.json", harness.chatgpt(1))
        with open("/dev/full", "wb") as full:
            done = subprocess.run([harness.PROGRAM, "extract", str(path)], stdout=full, stderr=subprocess.PIPE,
                                  env=self.env, check=False)
        self.assertEqual(done.returncode, 8)
        self.assertIn(b"standard output", done.stderr)


class ChunkTest(harness.CliTest):
    def test_chunks_are_ranges_of_the_text(self):
        path = self.write("export.json", harness.chatgpt(20))
        text = self.ok("extract", "--text", path).out.encode()
        chunks = self.ok("chunk", "--max-tokens", "64", "--text", path).lines()
        self.assertGreater(len(chunks), 3)
        for number, chunk in enumerate(chunks):
            self.assertEqual(list(chunk), ["index", "offset", "length", "tokens", "text"])
            self.assertEqual(chunk["index"], number)
            self.assertLessEqual(chunk["tokens"], 64)
            self.assertEqual(text[chunk["offset"]:chunk["offset"] + chunk["length"]].decode(), chunk["text"])
        count = self.ok("tokens", stdin=chunks[0]["text"].encode()).out
        self.assertEqual(int(count), chunks[0]["tokens"])
        plain = self.ok("chunk", "--max-tokens", "64", path).lines()
        self.assertEqual([chunk["offset"] for chunk in plain], [chunk["offset"] for chunk in chunks])
        self.assertNotIn("text", plain[0])

    def test_overlap_and_setting(self):
        path = self.write("export.json", harness.chatgpt(20))
        chunks = self.ok("chunk", "--max-tokens", "64", "--overlap-tokens", "20", path).lines()
        self.assertLess(chunks[1]["offset"], chunks[0]["offset"] + chunks[0]["length"])
        by_setting = self.ok("chunk", "--set", "chunk.max_tokens=64", "--set", "chunk.overlap_tokens=20", path)
        self.assertEqual(by_setting.lines(), chunks)
        self.fails(2, "chunk", "--max-tokens", "64", "--overlap-tokens", "60", path)


class RedactTest(harness.CliTest):
    LETTER = "I'm Ana Prado, ana@example.com.\0 password: hunter22xyz"

    def test_text_and_report(self):
        result = self.ok("redact", "--names", "Ana Prado", stdin=self.LETTER.encode())
        self.assertRegex(result.out, r"^I'm \[PERSON_\d{6}\], \[EMAIL_\d{6}\]\.\0 password: \[password withheld\]")
        self.assertIn("replaced: 1 person, 1 email, 1 password", result.err)
        self.assertIn("replaced: nothing", self.ok("redact", stdin=b"").err)

    def test_json_and_key(self):
        path = self.write("letter.txt", self.LETTER)
        key = self.write("key", "a secret\n")
        first = self.ok("redact", "--json", "--key-file", key, path).json()
        self.assertEqual(first, {**self.ok("redact", "--json", "--key-file", key, path).json()})
        self.assertNotEqual(first["text"], self.ok("redact", "--json", path).json()["text"])
        self.assertEqual((first["file"], first["bytes"]), (str(path), len(self.LETTER)))
        self.assertEqual({kind: count for kind, count in first["masked"].items() if count},
                         {"person": 1, "email": 1, "password": 1})
        self.assertIn("\0 password: [password withheld]", first["text"])
        self.assertNotIn("ana@", first["text"])

    def test_what_can_not_be_read(self):
        self.fails(5, "redact", "missing")
        self.assertIn("key file", self.fails(2, "redact", "--key-file", self.write("empty", "\n"), stdin=b"x").err)


class TokensTest(harness.CliTest):
    def test_counts(self):
        self.assertEqual(self.ok("tokens", stdin=b"hello world").out, "2\n")
        self.assertEqual(self.ok("tokens", "--ids", stdin=b"hello world").out, "24912 2375\n")
        self.assertEqual(self.ok("tokens", "--ids", "-e", "cl100k_base", "-", stdin=b"hello world").out, "15339 1917\n")
        self.assertEqual(self.ok("tokens", stdin=b"").out, "0\n")

    def test_files(self):
        self.write("a.txt", "hello world")
        self.write("b.txt", "hello")
        self.assertEqual(self.ok("tokens", "a.txt", "b.txt").out, "2 a.txt\n1 b.txt\n3 total\n")
        document = self.ok("tokens", "--json", "--ids", "a.txt", "b.txt").json()
        self.assertEqual(document["tokens"], 3)
        self.assertEqual(document["encoding"], "o200k_base")
        self.assertEqual(document["items"][0], {"file": "a.txt", "tokens": 2, "bytes": 11, "ids": [24912, 2375]})
        result = self.fails(3, "tokens", "--json", "a.txt", "missing")
        self.assertEqual(len(result.json()["items"]), 1)
        self.assertEqual(result.error()["code"], "CPK_ERROR_NOT_FOUND")
        self.fails(5, "tokens", "missing")

    def test_json_names_that_are_not_utf8(self):
        name = self.folder / "b\udcffd.txt"
        name.write_bytes(b"hello")
        self.assertEqual(self.ok("tokens", "--json", name).json()["items"][0]["file"],
                         str(self.folder / "b\ufffdd.txt"))


if __name__ == "__main__":
    harness.main()
