"""Copies of a storage. Encrypted storage: what the folder holds, keys and their rotation, the deletion of an account."""

import os
import pathlib

import harness

NEW, OLD = "ab" * 32, "cd" * 32
SECRET = "the marine biologist lives by the lighthouse of Cabo Espichel"
TEXT = f"I know that {SECRET}. I work as a marine biologist in Lisbon and count the seagrass meadows every spring.\n"


class EncryptionTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.blobs = self.folder / "blobs"
        self.env["CONTEXTPACK_STORAGE"] = f"encrypted+file:{self.blobs}"
        self.env["CONTEXTPACK_MASTER_KEY"] = OLD

    def files(self):
        return [path for path in self.blobs.rglob("*") if path.is_file()]

    def build(self):
        return self.ok("build", self.write("note.txt", TEXT), "-o", self.folder / "out", "--name", "Note", "--type", "standard")

    def export(self):
        (found,) = self.ok("export", "list", "Note", "--json").json()["items"]
        return self.ok("export", "read", found["id"]).out

    def test_nothing_is_stored_in_plain(self):
        self.build()
        found = self.files()
        self.assertGreater(len(found), 4)
        for path in found:
            self.assertNotIn(b"biologist", path.read_bytes(), path)
        self.assertIn("marine biologist", self.export())
        self.ok("doctor")
        self.assertNotIn(OLD, "".join(str(path) for path in found))

    def test_keys(self):
        self.build()
        document = self.export()
        self.fails(8, "storage", "rotate-keys", env={"CONTEXTPACK_MASTER_KEY": NEW})
        error = self.run_cli("doctor", env={"CONTEXTPACK_MASTER_KEY": NEW})
        self.assertEqual(error.code, 8, error.out)
        self.assertNotIn(NEW, error.err + error.out)
        self.env["CONTEXTPACK_MASTER_KEY"] = f"{NEW},{OLD}"
        told = self.ok("storage", "rotate-keys", "--json").json()
        self.assertEqual((told["rewrapped_keys"], told["data_keys"]), (1, 2))  # doctor's own was made with the new one
        self.env["CONTEXTPACK_MASTER_KEY"] = NEW
        self.assertEqual(self.export(), document)
        told = self.ok("storage", "rotate-keys", "--older-than", "0", "--json").json()
        self.assertEqual((told["rewrapped_keys"], told["new_keys"]), (0, 2))
        self.assertGreater(told["blobs"], 3)
        self.assertEqual(self.export(), document)
        del self.env["CONTEXTPACK_MASTER_KEY"]
        missing = self.run_cli("doctor")
        self.assertIn("master key", missing.err + missing.out)
        file = self.write("keys", NEW + "\n")
        os.chmod(file, 0o644)
        refused = self.run_cli("storage", "rotate-keys", "--set", f"storage.master_key_file={file}")
        self.assertIn("chmod 600", refused.err)
        os.chmod(file, 0o600)
        self.env["CONTEXTPACK_MASTER_KEY_FILE"] = str(file)
        self.assertEqual(self.export(), document)
        self.env["CONTEXTPACK_STORAGE"] = f"file:{self.blobs}"
        self.assertIn("not encrypted", self.run_cli("storage", "rotate-keys").err)

    def test_a_changed_file_is_refused(self):
        self.build()
        (found,) = self.ok("export", "list", "Note", "--json").json()["items"]
        for path in self.files():
            if "contextpack.keys" not in str(path):
                content = bytearray(path.read_bytes())
                content[-1] ^= 1
                pathlib.Path(path).write_bytes(content)
        self.assertIn("not authentic", self.fails(8, "export", "read", found["id"]).err)

    def test_the_deletion_of_an_account_deletes_its_keys(self):
        user = self.ok("user", "create", "--email", "ada@example.org", "--json").json()["id"]
        for name in ("ada@example.org", None):
            options = ("--user", name) if name else ()
            pack = self.ok("pack", "create", "Note", *options, "--json").json()["id"]
            self.ok("source", "add", pack, self.write("note.txt", TEXT), *options)
        keys = [path for path in self.files() if "contextpack.keys" in str(path)]
        self.assertEqual(len(keys), 2)
        self.ok("user", "delete", user, "--yes")
        left = [path for path in self.files() if "contextpack.keys" in str(path)]
        self.assertEqual(len(left), 1)

    def test_an_encrypted_storage_is_copied_as_it_is_or_decrypted(self):
        self.build()
        document = self.export()
        told = self.ok("storage", "copy", f"file:{self.blobs}", f"file:{self.folder}/raw", "--verify", "--json",
                       env={"CONTEXTPACK_MASTER_KEY": ""}).json()
        self.assertEqual(told["blobs"], len(self.files()))
        self.assertEqual(told["verified_blobs"], told["blobs"])
        self.env["CONTEXTPACK_STORAGE"] = f"encrypted+file:{self.folder}/raw"
        self.assertEqual(self.export(), document)
        self.ok("storage", "copy", f"encrypted+file:{self.blobs}", f"file:{self.folder}/plain")
        self.env["CONTEXTPACK_STORAGE"] = f"file:{self.folder}/plain"
        self.assertEqual(self.export(), document)


class CopyTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.source, self.target = self.folder / "blobs", self.folder / "copy"
        self.env["CONTEXTPACK_STORAGE"] = f"file:{self.source}"
        self.ok("build", self.write("note.txt", TEXT), "-o", self.folder / "out", "--name", "Note", "--type", "standard")

    def copy(self, *options):
        return self.ok("storage", "copy", f"file:{self.source}", f"file:{self.target}", "--json", *options).json()

    def files(self, folder):
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_a_copy_is_incremental(self):
        first = self.copy()
        self.assertEqual(self.files(self.target), self.files(self.source))
        self.assertEqual(first["blobs"], len(self.files(self.source)))
        self.assertEqual(first["blob_bytes"], sum(map(len, self.files(self.source).values())))
        again = self.copy()
        self.assertEqual((again["blobs"], again["known_blobs"]), (0, first["blobs"]))

    def test_a_blob_that_was_replaced_by_one_of_its_size_is_copied_again(self):
        self.copy()
        name, content = max(self.files(self.source).items(), key=lambda found: len(found[1]))
        (self.source / name).write_bytes(bytes(len(content)))
        os.utime(self.target / name, ns=(10**18, 10**18))  # older
        self.assertEqual(self.copy()["blobs"], 1)
        self.assertEqual(self.files(self.target), self.files(self.source))
        os.utime(self.target / name, ns=(10**18, 10**18))  # only touched: not copied again
        self.assertEqual(self.copy()["blobs"], 0)

    def test_verify_finds_damage_and_copies_again(self):
        self.copy()
        name, content = max(self.files(self.source).items(), key=lambda found: len(found[1]))
        (self.target / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        self.assertEqual(self.copy()["blobs"], 0)
        told = self.copy("--verify")
        self.assertEqual((told["blobs"], told["verified_blobs"]), (1, len(self.files(self.source))))
        self.assertEqual(self.files(self.target), self.files(self.source))

    def test_removed_blobs_stay_without_mirror(self):
        self.copy()
        before = self.files(self.target)
        self.ok("pack", "delete", "Note", "--yes")
        kept = self.files(self.source)
        self.assertLess(len(kept), len(before))
        self.assertEqual(self.copy()["removed_blobs"], 0)
        self.assertEqual(self.files(self.target), before)
        self.assertEqual(self.copy("--mirror")["removed_blobs"], len(before) - len(kept))
        self.assertEqual(self.files(self.target), kept)

    def test_wrong_places_are_refused_before_anything_is_written(self):
        missing = self.run_cli("storage", "copy", f"file:{self.folder}/none", f"file:{self.target}", "--mirror")
        self.assertNotEqual(missing.code, 0)
        self.assertFalse(self.target.exists())
        for target in (f"file:{self.source}", f"file:{self.source}/", f"encrypted+file:{self.source}",
                       f"file:{self.source}/inside", f"file:{self.folder}"):
            refused = self.run_cli("storage", "copy", f"file:{self.source}", target)
            self.assertIn("the same, or one is inside the other", refused.err)
        self.ok("storage", "copy", f"file:{self.source}", f"file:{self.source}-2")


if __name__ == "__main__":
    harness.main()
