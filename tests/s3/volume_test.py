"""Blobs of every size through the storage interface, byte for byte, in a memory that does not depend on the size.

Usage: volume_test.py TRANSFER [--large BYTES] [unittest arguments]; 200 MB unless --large says otherwise.
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import unittest

from bucket import Bucket

MIB = 1 << 20
SIZES = (0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 8 * MIB, 8 * MIB + 1, 40 * MIB + 12345)
MEMORY_KIB_MAX = 64_000
BLOCK_BYTES = 4 * MIB
large_bytes = 200_000_000
program = ""


def write_file(path, size):
    """Writes bytes in which no two parts are alike. Returns their hash."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for at in range(0, size, BLOCK_BYTES):
            block = (hashlib.sha256(str(at).encode()).digest() * (BLOCK_BYTES // 32))[:size - at]
            file.write(block)
            digest.update(block)
    return digest.hexdigest()


def hash_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class VolumeTest(unittest.TestCase):
    def setUp(self):
        self.bucket = Bucket()
        folder = tempfile.TemporaryDirectory(prefix="contextpack-volume-")
        self.addCleanup(folder.cleanup)
        self.given = pathlib.Path(folder.name) / "given"
        self.back = pathlib.Path(folder.name) / "back"
        self.given.mkdir()
        self.back.mkdir()

    def transfer(self, verb, folder, *settings, threads=4):
        """Returns the peak of the program's memory in KiB."""
        done = subprocess.run([program, *(word for setting in settings for word in ("--set", setting)), verb, self.bucket.uri(),
                               folder, str(threads)], check=True, capture_output=True, text=True)
        return int(done.stdout)

    def assert_same(self, hashes):
        self.assertEqual({path.name: hash_file(path) for path in self.back.iterdir()}, hashes)
        self.assertEqual(self.bucket.uploads(), 0)

    def test_every_size_round_trips(self):
        hashes = {str(size): write_file(self.given / str(size), size) for size in SIZES}
        for settings in (("s3.part_bytes=5242880",), (), ("s3.parallel=1",), ("s3.parallel=16", "s3.memory_bytes=0"),
                         ("s3.parallel=16", "s3.memory_bytes=1000000000")):
            with self.subTest(settings):
                self.transfer("put", self.given, *settings)
                self.transfer("get", self.back, *settings)
                self.assert_same(hashes)
        # Who reads with other parts than the writer had.
        self.transfer("get", self.back, "s3.part_bytes=5242880")
        self.assert_same(hashes)
        self.transfer("remove", self.back)
        self.assertEqual(self.bucket.keys(), [])

    def test_a_large_blob_needs_little_memory(self):
        hashes = {"large": write_file(self.given / "large", large_bytes)}
        self.assertLess(self.transfer("put", self.given, threads=1), MEMORY_KIB_MAX)
        self.assertLess(self.transfer("get", self.back, threads=1), MEMORY_KIB_MAX)
        self.assert_same(hashes)
        self.transfer("remove", self.back)

    def test_many_blobs_at_once_share_the_memory(self):
        hashes = {str(number): write_file(self.given / str(number), 20 * MIB + number) for number in range(4)}
        parts = 4 * 8 * MIB >> 10  # one for each blob, besides what they share
        self.assertLess(self.transfer("put", self.given), MEMORY_KIB_MAX + parts)
        self.assertLess(self.transfer("get", self.back), MEMORY_KIB_MAX + parts)
        self.assert_same(hashes)


if __name__ == "__main__":
    program = sys.argv.pop(1)
    if "--large" in sys.argv:
        at = sys.argv.index("--large")
        large_bytes = int(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    unittest.main()
