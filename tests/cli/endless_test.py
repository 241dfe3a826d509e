"""Inputs that never end, or are far larger than the disk: refused by a setting that the message names, and nothing is
left behind."""

import os
import pathlib
import socket
import subprocess
import threading
import time

import harness

MIB = 1 << 20


class EndlessTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.env["TMPDIR"] = str(self.folder / "tmp")
        (self.folder / "tmp").mkdir()
        self.ok("pack", "create", "Work")
        self.before = self.blobs()

    def blobs(self):
        return sorted(path for path in (self.folder / "data/contextpack/blobs").rglob("*") if path.is_file())

    def check_nothing_is_left(self):
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])
        self.assertEqual(self.blobs(), self.before)
        self.assertEqual(self.ok("source", "list", "Work", "--json").json()["items"], [])
        self.assertEqual(self.ok("doctor", "--json").json()["failures"], 0)

    def doors(self, path):
        return (["build", path, "--name", "Work"], ["source", "add", "Work", path], ["job", "create", path], ["extract", path],
                ["chunk", path], ["tokens", path])

    def test_endless_devices(self):
        limits = ("--set", f"import.max_file_bytes={3 * MIB}", "--set", f"import.max_document_bytes={3 * MIB}")
        for device in ("/dev/zero", "/dev/urandom"):
            for door in self.doors(device):
                err = self.fails(4 if door[0] == "build" else 10, *door, *limits).err
                self.assertRegex(err, "import.max_(file|document)_bytes", door)
        self.check_nothing_is_left()

    def test_endless_standard_input_and_fifos(self):
        limits = ("--set", f"import.max_file_bytes={3 * MIB}", "--set", f"import.max_document_bytes={3 * MIB}")
        os.mkfifo(self.folder / "fifo")
        for path in ("-", "fifo"):
            for door in self.doors(path):
                program = subprocess.Popen([harness.PROGRAM, *door, *limits], env=self.env, cwd=self.folder,
                                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                writer = program.stdin if path == "-" else open(self.folder / "fifo", "wb", buffering=0)
                try:
                    while program.poll() is None:
                        writer.write(b"I like tea. " * 5000)
                except BrokenPipeError:
                    pass
                err = program.stderr.read().decode()
                program.stderr.close()
                for open_file in {writer, program.stdin}:
                    try:
                        open_file.close()
                    except BrokenPipeError:
                        pass
                self.assertEqual(program.wait(), 4 if door[0] == "build" else 10, err)
                self.assertRegex(err, "import.max_(file|document)_bytes", door)
        self.check_nothing_is_left()

    def test_import_keeps_free_disk_space(self):
        """A stream in TMPDIR, and a file in the storage."""
        large = self.folder / "large.txt"
        large.write_bytes(b"I like tea.\n" * (20 * MIB // 12))
        for door in (["source", "add", "Work", "-"], ["source", "add", "Work", large], ["job", "create", large]):
            with open(large, "rb") as stdin:
                done = subprocess.run([harness.PROGRAM, *map(str, door), "--set", f"storage.min_free_bytes={1 << 61}"],
                                      env=self.env, cwd=self.folder, stdin=stdin, capture_output=True, check=False)
            self.assertEqual(done.returncode, 8, done.stderr)
            self.assertIn("storage.min_free_bytes", done.stderr.decode())
            self.check_nothing_is_left()
        self.ok("source", "add", "Work", self.write("small.txt", "I like tea."), "--set", f"storage.min_free_bytes={1 << 61}")

    def test_sparse_files(self):
        path = self.folder / "sparse.txt"
        with open(path, "wb") as file:
            file.truncate(20 << 30)
        for door in self.doors(path):
            started = time.monotonic()
            self.assertRegex(self.fails(4 if door[0] == "build" else 10, *door).err, "import.max_(file|document)_bytes", door)
            self.assertLess(time.monotonic() - started, 5)
        self.check_nothing_is_left()

    def test_a_file_that_grows_while_it_is_read(self):
        path = self.folder / "grows.txt"
        path.write_bytes(b"I like tea.\n" * (4 * MIB // 12))
        stop = threading.Event()

        def grow():
            with open(path, "ab") as file:
                while not stop.is_set() and file.tell() < 600 * MIB:
                    file.write(b"I like tea.\n" * 50000)

        writer = threading.Thread(target=grow)
        writer.start()
        try:
            err = self.fails(7, "source", "add", "Work", path).err
        finally:
            stop.set()
            writer.join()
        self.assertIn("changed while it was read", err)
        self.check_nothing_is_left()

    def test_non_files_are_rejected(self):
        (self.folder / "folder").mkdir()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(pathlib.Path(self.folder / "socket")))
            for door in self.doors("socket"):
                self.assertIn("socket", self.fails(4 if door[0] != "tokens" else 8, *door).err)
        for door in (["source", "add", "Work", "folder"], ["job", "create", "folder"], ["tokens", "folder"]):
            self.assertIn("folder", self.fails(4 if door[0] != "tokens" else 8, *door).err)
        self.check_nothing_is_left()


if __name__ == "__main__":
    harness.main()
