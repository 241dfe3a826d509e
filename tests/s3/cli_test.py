"""The command with its files in a bucket: a pack is built, extended and deleted, and is the same as with a folder."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import harness  # noqa: E402

from bucket import Bucket  # noqa: E402

SAMPLE = harness.PROJECT / "tests/data/sample/conversations.json"


class BucketTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.bucket = Bucket()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
            self.env[name] = os.environ[name]

    def build(self, storage, database, out, *inputs):
        return self.ok("--storage", storage, "--database", f"sqlite:{self.folder}/{database}", "build", *inputs, "--name",
                       "Me", "-o", out, "--type", "all")

    def documents(self, out):
        """Without the names and times that differ between two packs."""
        return {path.name: path.read_text(encoding="utf-8") for path in (self.folder / out).iterdir()
                if path.suffix == ".md"}

    def test_pack_is_the_same_as_with_a_folder(self):
        chats = self.write("chats.json", harness.chatgpt(3))
        self.build(f"file:{self.folder}/blobs", "folder.db", "folder", chats, SAMPLE)
        result = self.build(self.bucket.uri("some prefix"), "bucket.db", "bucket", chats, SAMPLE)
        self.assertIn("3 conversations, 12 messages", result.out)
        self.assertEqual(self.documents("folder"), self.documents("bucket"))
        keys = self.bucket.keys()
        self.assertTrue(keys and all(key.startswith("some prefix/") for key in keys), keys)
        (raw,) = (key for key in keys if self.bucket.get(key) == chats.read_bytes())
        self.assertIn("/raw", raw)
        # Nothing is made twice.
        self.assertIn("already", self.build(self.bucket.uri("some prefix"), "bucket.db", "again", chats).out.lower())
        self.assertEqual(sorted(set(self.bucket.keys()) & set(keys)), sorted(keys))
        self.assertEqual(self.bucket.uploads(), 0)
        self.ok("--storage", self.bucket.uri("some prefix"), "--database", f"sqlite:{self.folder}/bucket.db", "pack",
                "delete", "Me", "--yes")
        self.assertEqual(self.bucket.keys(), [])

    def test_a_storage_is_copied_there_and_back(self):
        blobs, back = self.folder / "blobs", self.folder / "back"
        self.build(f"file:{blobs}", "folder.db", "folder", SAMPLE)
        (blobs / "big").write_bytes(os.urandom(20 << 20))
        files = {path.relative_to(blobs): path.read_bytes() for path in blobs.rglob("*") if path.is_file()}
        there = self.ok("storage", "copy", f"file:{blobs}", self.bucket.uri("copy"), "--verify", "--json").json()
        self.assertEqual((there["blobs"], there["verified_blobs"]), (len(files), len(files)))
        again = self.ok("storage", "copy", f"file:{blobs}", self.bucket.uri("copy"), "--json").json()
        self.assertEqual((again["blobs"], again["known_blobs"]), (0, len(files)))
        self.env["CONTEXTPACK_MASTER_KEY"] = "ab" * 32
        hidden = self.bucket.uri("hidden")
        self.ok("storage", "copy", self.bucket.uri("copy"), f"encrypted+{hidden}", "--verify")
        self.assertEqual(self.run_cli("storage", "copy", hidden, self.bucket.uri("hidden/in")).code, 2)
        self.ok("storage", "copy", f"encrypted+{hidden}", f"file:{back}", "--verify")
        self.assertEqual({path.relative_to(back): path.read_bytes() for path in back.rglob("*") if path.is_file()}, files)
        self.assertEqual(self.bucket.uploads(), 0)

    def test_keys_come_from_a_profile(self):
        profile = ("[work]\naws_access_key_id = {AWS_ACCESS_KEY_ID}\naws_secret_access_key = {AWS_SECRET_ACCESS_KEY}\n"
                   .format(**os.environ))
        self.write("home/.aws/credentials", profile)
        del self.env["AWS_ACCESS_KEY_ID"], self.env["AWS_SECRET_ACCESS_KEY"]
        command = ("--storage", self.bucket.uri(), "build", SAMPLE, "-o", "out")
        failed = self.fails(self.run_cli(*command).code, *command)
        self.assertIn("AWS_ACCESS_KEY_ID", failed.err)
        self.env["AWS_PROFILE"] = "work"
        self.ok(*command)
        self.assertTrue(self.bucket.keys())

    def test_what_is_wrong_is_named_and_no_key_is_shown(self):
        secret = "hunter2hunter2"
        for storage, env, text in (
                (self.bucket.uri(), {"AWS_SECRET_ACCESS_KEY": secret}, "SignatureDoesNotMatch"),
                (self.bucket.uri(colour="red"), {}, "endpoint, region, style"),
                (f"s3://key:{secret}@{self.bucket.name}?endpoint={self.bucket.server}", {}, "has a password in it"),
                (f"s3://no-such-bucket?endpoint={self.bucket.server}", {}, 'no bucket "no-such-bucket"'),
                (f"s3://{self.bucket.name}?endpoint=http://127.0.0.1:1", {}, "127.0.0.1:1"),
                (f"s3://{self.bucket.name}?endpoint=http://example.org", {}, "https://")):
            with self.subTest(text):
                result = self.run_cli("--verbose", "--storage", storage, "--set", "s3.max_attempts=1", "build", SAMPLE, "-o",
                                      "out", env=env)
                self.assertNotEqual(result.code, 0)
                self.assertIn(text, result.err)
                self.assertNotIn(secret, result.err + result.out)


if __name__ == "__main__":
    harness.main()
