"""Hostile documents: each ends within its limits with an outcome that names them, nothing is left behind, and the next
document of the same process is read."""
import os
import resource
import subprocess
import sys
import time

import harness

sys.path.insert(0, str(harness.PROJECT / "tests" / "support"))
import bomb_maker  # noqa: E402

SECONDS_MAX = 30
MEMORY_MAX = 1 << 30
HOOKS = os.environ.get("CONTEXTPACK_PDF_HOOKS")
IS_SANITIZED = bool(os.environ.get("CONTEXTPACK_SANITIZED"))


def limit_memory():
    if not IS_SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX * 2, MEMORY_MAX * 2))


class BombsTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.good = self.write("good.docx", bomb_maker.docx(bomb_maker.document(bomb_maker.paragraph(bomb_maker.GOOD))))
        (self.folder / "tmp").mkdir()

    def extract(self, settings, *paths, stdin=None):
        options = [word for setting in (*settings, *([f"pdf.program={HOOKS}"] if HOOKS else [])) for word in ("--set", setting)]
        start = time.monotonic()
        done = subprocess.run([harness.PROGRAM, "extract", *options, *map(str, paths)], capture_output=True, text=True, stdin=stdin,
                              cwd=self.folder, env={**self.env, "TMPDIR": str(self.folder / "tmp")}, timeout=120,
                              check=False, preexec_fn=limit_memory)
        return harness.Result(done.returncode, done.stdout, done.stderr), time.monotonic() - start

    def test_each_ends_within_its_limit(self):
        for bomb in bomb_maker.make():
            if bomb.name.endswith(".pdf") and not HOOKS:
                continue
            with self.subTest(bomb.name):
                path = self.write(bomb.name, bomb.data)
                result, seconds = self.extract(bomb.settings, path)
                self.assertEqual(result.code, bomb.code, result.err)
                if bomb.words:
                    self.assertRegex(result.err, bomb.words)
                self.assertIn(bomb.text, result.out)
                self.assertLess(seconds, SECONDS_MAX)
                self.assertEqual(list((self.folder / "tmp").iterdir()), [])

    def test_one_process_survives_all(self):
        bombs = [bomb for bomb in bomb_maker.make() if HOOKS or not bomb.name.endswith(".pdf")]
        paths = [self.write(f"all/{number:02} {bomb.name}", bomb.data) for number, bomb in enumerate(bombs)]
        result, _ = self.extract(("pdf.max_cpu_ms=200", "import.max_html_ms=200"), *paths, self.good)
        self.assertEqual(result.code, 3, result.err)  # read in part
        self.assertIn(bomb_maker.GOOD, result.out)
        for path in paths:
            if not path.name.endswith(".rtf"):
                self.assertIn(path.name, result.err)

    def test_a_slow_descriptor_does_not_keep_it(self):
        """A document that comes byte by byte is read; one that never ends can be cancelled."""
        reader, writer = os.pipe()
        data = self.good.read_bytes()
        feeder = os.fork()
        if feeder == 0:
            os.close(reader)
            for at in range(0, len(data), 16):
                os.write(writer, data[at:at + 16])
                time.sleep(0.002)
            os._exit(0)
        os.close(writer)
        result, _ = self.extract((), "-", stdin=reader)
        os.close(reader)
        os.waitpid(feeder, 0)
        self.assertEqual(result.code, 0, result.err)
        self.assertIn(bomb_maker.GOOD, result.out)

        reader, writer = os.pipe()
        process = subprocess.Popen([harness.PROGRAM, "extract", "-"], stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**self.env, "TMPDIR": str(self.folder / "tmp")}, cwd=self.folder)
        os.close(reader)
        os.write(writer, data[:40])
        time.sleep(0.5)
        process.terminate()
        _, error = process.communicate(timeout=30)
        os.close(writer)
        self.assertNotEqual(process.returncode, 0, error)
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])


if __name__ == "__main__":
    harness.main()
