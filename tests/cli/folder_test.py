"""An unpacked export: the folder gives what its ZIP gives."""

import io
import json
import os
import shutil
import subprocess
import zipfile

import harness


def export(missing=True):
    """An export in two shards with what else is in one, of which the second of three may be missing."""
    shards = [0, 2] if missing else [0, 1]
    files = {f"conversations-{number:03}.json": [harness.chatgpt_conversation(number, 1, f"I grow figs {number}.")]
             for number in shards}
    files["export_manifest.json"] = {"version": 1, "logical_files": {"conversations.json": {
        "sharded": True, "files": [f"conversations-{number:03}.json" for number in range(shards[-1] + 1)]}}}
    files["user.json"] = {"id": "u"}
    files["message_feedback.json"] = []
    files["file-1-novel.txt"] = "My name is Ishmael. I live on a whaling ship."
    files["user-1/file-2-notes.md"] = "# Notes of a friend\n\nI work as a pilot."
    files["user-1/picture.png"] = b"\x89PNG\r\n\x1a\n" + bytes(64)
    return files


class FolderTest(harness.CliTest):
    def write_both(self, files):
        """The folder and the ZIP of the same files."""
        data = io.BytesIO()
        folder = self.folder / "both" / "export"
        for name, content in files.items():
            self.write(f"both/export/{name}", content)
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in files:
                archive.write(folder / name, name)
        return folder, self.write("both/export.zip", data.getvalue())

    def notes(self, result):
        return {line.split(": ", 2)[2] for line in result.err.splitlines() if "extracted" not in line}

    def test_messages_and_losses_are_those_of_the_zip(self):
        for missing in (True, False):
            folder, packed = self.write_both(export(missing))
            code = 3 if missing else 0
            of_folder = self.run_cli("extract", folder)
            of_zip = self.run_cli("extract", packed)
            self.assertEqual((of_folder.code, of_zip.code), (code, code), of_folder.err)
            self.assertEqual(of_folder.out, of_zip.out)
            self.assertNotIn("whaling", of_folder.out)
            self.assertEqual(self.notes(of_folder), self.notes(of_zip))
            self.assertEqual("conversations-001.json" in of_folder.err, missing)
            self.assertIn("not read: 2 files attached in chats, 1 picture, 2 side files of the export", of_folder.err)
            self.assertNotIn("user.json", of_folder.err)
            shutil.rmtree(self.folder / "both")

    def test_documents_beside_the_chats_are_told(self):
        files = export(False)
        files["diary.md"] = "# Diary\n\nI sail every summer."
        told = "2 files attached in chats, 1 text or archive beside the chats (import it by itself to read it), 1 picture"
        for path in self.write_both(files):
            result = self.run_cli("build", path, "--name", path.name, "--output", self.folder / f"of_{path.name}")
            self.assertEqual(result.code, 0, result.err)
            self.assertIn(told, result.err)
            found = self.run_cli("inspect", path)
            self.assertIn(told, found.out)
            self.assertRegex(found.out, "Not read +files that the notes count\n")

    def test_packs_are_the_same(self):
        folder, packed = self.write_both(export())
        packs = []
        for number, path in enumerate((folder, packed)):
            result = self.run_cli("build", path, "--name", f"P{number}", "--output", self.folder / f"out{number}")
            self.assertEqual(result.code, 3, result.err)
            text = (self.folder / f"out{number}" / "standard.md").read_text()
            packs.append(text.replace(f"P{number}", "P").replace("export.zip", "export"))
        self.assertEqual(packs[0], packs[1])
        self.assertIn("2 conversations", packs[0])

    def test_a_source_and_a_second_build(self):
        folder, _ = self.write_both(export(False))
        self.ok("pack", "create", "P")
        source = self.ok("source", "add", "P", folder, "--json").json()
        self.assertEqual(source["name"], "export")
        again = self.ok("build", folder, "--name", "P", "--output", folder / "documents")
        third = self.ok("build", folder, "--name", "P", "--output", folder / "documents")
        self.assertIn("already in the pack", third.out, again.out)
        self.write("both/export/conversations-002.json", [harness.chatgpt_conversation(7, 1, "I grow plums.")])
        self.assertIn("grown", self.ok("build", folder, "--name", "P", "--output", folder / "documents").out)

    def test_exports_in_a_folder_of_other_files(self):
        self.write("in/gpt/conversations.json", harness.chatgpt(1))
        self.write("in/gpt/notes.txt", "I live on a whaling ship.")
        self.write("in/diary.txt", "I live in Ghent.")
        for name in ("a.json", "b.json", "c.json"):
            self.write(f"in/{name}", {"theme": name})
        result = self.ok("extract", self.folder / "in")
        texts = {line["text"] for line in result.lines()}
        self.assertIn("I live in Ghent.", texts)
        self.assertNotIn("I live on a whaling ship.", texts)
        self.assertIn("skipped: 3 files: each is JSON of an unknown format: a.json, b.json, c.json\n", result.err)

    def test_a_picture_that_cannot_be_read_stops_nothing(self):
        folder, packed = self.write_both(export(missing=False))
        (folder / "user-1/picture.png").unlink()
        (folder / "user-1/picture.png").symlink_to("gone")
        of_folder = self.ok("extract", folder)
        self.assertEqual(of_folder.out, self.ok("extract", packed).out)
        self.assertIn("1 picture", of_folder.err)

    def test_an_empty_folder(self):
        (self.folder / "empty").mkdir()
        self.fails(4, "extract", self.folder / "empty")

    def write_links(self, folder):
        """Links of all kinds, to files outside that say where somebody else lives."""
        self.write("outside/other.md", "I live in Rome.")
        self.write("outside/more/other.json", harness.chatgpt(1))
        for name, target in {"out.md": "../outside/other.md", "out.json": "../outside/more/other.json", "more": "../outside",
                             "gone.md": "nowhere.md", "self.md": "self.md", "again.txt": "diary.txt", "loop": ".",
                             "up": "..", "real": str(self.folder / "outside/more")}.items():
            (self.folder / folder / name).symlink_to(target)
        os.mkfifo(self.folder / folder / "pipe.json")

    def test_links_of_a_folder_are_named_and_not_followed(self):
        self.write("in/diary.txt", "I live in Ghent.")
        self.write_links("in")
        for command in (["extract"], ["inspect"], ["build", "--output", self.folder / "out"]):
            with self.subTest(command=command[0]):
                result = self.ok(*command, self.folder / "in")
                self.assertNotIn("Rome", result.out)
                self.assertIn("skipped: 5 files: each is a link that leads out of the folder: give what it leads to as an input "
                              "of its own: ", result.err)
                self.assertIn("skipped: 2 files: each is a link to a file that does not exist: gone.md, self.md\n", result.err)
                self.assertRegex(result.err, r"skipped: .*pipe.json is a pipe, a socket or a device, not a file\n")
                self.assertNotIn("again.txt", result.err)
                self.assertNotIn("loop", result.err)
        self.assertEqual([line["text"] for line in self.ok("extract", self.folder / "in").lines()], ["I live in Ghent."])
        self.assertNotIn("Rome", (self.folder / "out/standard.md").read_text())

    def test_links_of_an_export_are_named_and_not_followed(self):
        folder, packed = self.write_both(export(missing=False))
        expected = self.ok("extract", packed).out
        (folder / "diary.txt").write_text("")
        self.write_links("both/export")
        result = self.ok("extract", folder)
        self.assertEqual(result.out, expected)
        for name in ("out.md", "out.json", "more", "gone.md", "self.md", "up", "real"):
            self.assertRegex(result.err, rf"export: {name}: not read: a link to another file or folder\n")
        self.assertIn("export: pipe.json: not read: a pipe, a socket or a device\n", result.err)
        self.assertNotIn("loop", result.err)
        self.assertIn('"real"', json.dumps(self.ok("inspect", folder, "--json").json()["notes"]))

    def test_a_part_that_is_a_link_out_of_the_export_is_missing(self):
        folder, _ = self.write_both(export(missing=False))
        (folder / "conversations-001.json").rename(self.folder / "elsewhere.json")
        (folder / "conversations-001.json").symlink_to(self.folder / "elsewhere.json")
        result = self.fails(3, "extract", folder)
        self.assertEqual(len(result.lines()), len(self.ok("extract", self.folder / "elsewhere.json").lines()))
        self.assertIn("conversations-001.json", result.err)
        self.assertIn("1 file missing", result.err)
        self.fails(4, "build", folder, "--strict", "--output", self.folder / "out")

    def test_links_in_a_zip_are_not_content(self):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("diary.txt", "I live in Ghent.")
            link = zipfile.ZipInfo("link.txt")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "I live in Rome, and this is the name of a file")
        result = self.ok("extract", self.write("linked.zip", data.getvalue()))
        self.assertEqual([line["text"] for line in result.lines()], ["I live in Ghent."])
        self.assertIn("link.txt: not read: a link", result.err)

    def as_a_person(self, *arguments):
        """Runs the program as a user who may not read everything."""
        owner = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        if owner:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, 65534, 65534, follow_symlinks=False)
        try:
            done = subprocess.run([harness.PROGRAM, *map(str, arguments)], capture_output=True, env=self.env, cwd=self.folder,
                                  timeout=120, check=False, **owner)
        except PermissionError:
            self.skipTest("other users may not run the program")
        return harness.Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def test_what_cannot_be_read_makes_nothing_else_unusable(self):
        folder, packed = self.write_both(export(missing=False))
        self.write("both/export/locked.json", {"a": 1})
        self.write("both/export/hidden/notes.json", {"a": 1})
        self.write("other/diary.txt", "I live in Ghent.")
        self.write("other/hidden/notes.txt", "I live in Rome.")
        self.write("other/locked.txt", "I live in Rome.")
        for path in (folder, self.folder / "other"):
            (path / "hidden").chmod(0)
            next(path.glob("locked.*")).chmod(0)
        of_export = self.as_a_person("extract", folder)
        self.assertEqual((of_export.code, of_export.out), (3, self.ok("extract", packed).out), of_export.err)
        self.assertIn("export: locked.json: could not be read", of_export.err)
        self.assertIn("export: hidden/: could not be read", of_export.err)
        self.assertIn("2 files unreadable", of_export.err)
        built = self.as_a_person("build", folder, "--output", self.folder / "out", "--json")
        self.assertEqual(built.code, 3, built.err)
        self.assertEqual(built.json()["inputs"][0]["source"]["losses"]["unreadable_files"], 2)
        for command in ("extract", "build"):
            result = self.as_a_person(command, self.folder / "other")
            self.assertEqual(result.code, 3, result.err)
            self.assertIn("can't open", result.err)
            self.assertRegex(result.err, "can't read the folder .*hidden")
            self.assertIn("diary.txt" if command == "build" else "Ghent", result.out)
        (self.folder / "other/locked.txt").unlink()
        self.assertEqual(self.as_a_person("extract", self.folder / "other").code, 3)

    def test_earlier_packs_are_no_sources(self):
        folder, packed = self.write_both(export(missing=False))
        expected = self.ok("extract", packed).out
        self.write("in/diary.txt", "I live in Ghent.")
        self.ok("build", self.folder / "in", "--type", "all", "--output", self.folder / "in/packs/first")
        nothing = self.write("nothing.txt", "The weather was fine.")
        self.ok("build", nothing, "--output", self.folder / "empty")
        shutil.copy(self.folder / "empty/standard.md", self.folder / "in/renamed.txt")
        compact = json.loads((self.folder / "in/packs/first/compact.json").read_text())
        self.write("in/pretty.json", json.dumps(compact, indent=4, sort_keys=True))
        shutil.copytree(self.folder / "in/packs", folder / "packs")
        of_folder = self.ok("extract", self.folder / "in")
        self.assertEqual([line["text"] for line in of_folder.lines()], ["I live in Ghent."])
        self.assertIn("skipped: 8 files: each is a context pack of this library: ", of_folder.err)
        self.assertEqual(of_folder.err.count("context pack"), 1)
        of_export = self.ok("extract", folder)
        self.assertEqual(of_export.out, expected)
        self.assertIn("export: not read: 6 context packs of this library\n", of_export.err)
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for path in sorted((self.folder / "in").rglob("*.*")):
                archive.write(path, path.relative_to(self.folder))
        of_zip = self.ok("extract", self.write("in.zip", data.getvalue()))
        self.assertEqual([line["text"] for line in of_zip.lines()], ["I live in Ghent."])
        self.assertIn("in.zip: not read: 8 context packs of this library\n", of_zip.err)
        self.assertIn("give the chats and documents", self.fails(4, "extract", self.folder / "in/renamed.txt").err)
        self.write("about.md", "# Context pack: the idea\n\nI write about context packs of my own.")
        self.assertEqual(len(self.ok("extract", self.folder / "about.md").lines()), 1)


if __name__ == "__main__":
    harness.main()
