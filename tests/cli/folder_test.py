"""An unpacked export: the folder gives what its ZIP gives."""

import io
import shutil
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

    def test_an_empty_folder_and_an_unreadable_one(self):
        (self.folder / "empty").mkdir()
        self.fails(4, "extract", self.folder / "empty")


if __name__ == "__main__":
    harness.main()
