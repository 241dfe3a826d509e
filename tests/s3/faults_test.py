"""The command with a bucket behind a proxy that makes faults: nothing is lost, half visible or left behind, or an error says so."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import harness  # noqa: E402

from bucket import Bucket  # noqa: E402
from proxy import Fault, Proxy, error_answer  # noqa: E402

PART_BYTES = 5 << 20
LARGE = b"".join(b"line %d of a large document\n" % number for number in range(240000))  # two parts
SLOW_DOWN = error_answer(503, "SlowDown")
PART = "^PUT .*partNumber="
COMPLETE = "^POST .*uploadId="


class FaultsTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
            self.env[name] = os.environ[name]
        self.bucket = Bucket()
        self.proxy = Proxy(self.bucket.server)
        self.addCleanup(self.proxy.close)
        self.number = 0
        self.attempts = 4
        self.timeout_ms = 10000

    def command(self, *arguments):
        return ("--storage", f"s3://{self.bucket.name}?endpoint={self.proxy.url}", "--database",
                f"sqlite:{self.folder}/{self.number}.db", "--set", f"s3.part_bytes={PART_BYTES}", "--set",
                f"s3.timeout_ms={self.timeout_ms}", "--set", f"s3.max_attempts={self.attempts}", *arguments)

    def add(self, content, *faults):
        """Stores a file with faults in a pack of its own. Returns the result."""
        self.number += 1
        for key in self.bucket.keys():
            self.bucket.request("DELETE", key)
        self.proxy.faults = []
        self.ok(*self.command("pack", "create", "Me"))
        self.proxy.faults = list(faults)
        self.timeout_ms = 500 if any(fault.kind == "stall" for fault in faults) else 10000
        return self.run_cli(*self.command("source", "add", "Me", self.write("document.txt", content), "--json"))

    def assert_stored(self, content):
        (key,) = self.bucket.keys()
        self.assertTrue(self.bucket.get(key) == content, "other bytes were stored")
        self.assertEqual(self.bucket.uploads(), 0)

    def test_transient_faults_are_overcome(self):
        for content, fault in (
                (b"small", Fault("^PUT", SLOW_DOWN, times=3)),
                (b"small", Fault("^PUT", error_answer(429, "TooManyRequests"))),
                (b"small", Fault("^PUT", error_answer(500, "InternalError"))),
                (b"small", Fault("^PUT", error_answer(400, "IncompleteBody"))),
                (b"small", Fault("^PUT", "reset")),
                (b"small", Fault("^PUT", "lost")),
                (b"small", Fault("^PUT", "stall")),
                (b"small", Fault("^PUT", "twice")),
                (b"small", Fault("^PUT", error_answer(400, "ExpiredToken"))),
                (LARGE, Fault(PART, SLOW_DOWN)),
                (LARGE, Fault(PART, "lost")),
                (LARGE, Fault(PART, "twice")),
                (LARGE, Fault(COMPLETE, error_answer(200, "InternalError"))),
                (LARGE, Fault(COMPLETE, "lost")),
                (LARGE, Fault(COMPLETE, "half"))):
            with self.subTest(fault=fault.pattern.pattern, kind=fault.kind, large=content is LARGE):
                result = self.add(content, fault)
                self.assertEqual(result.code, 0, result.err)
                self.assertEqual(fault.left, 0)
                self.assert_stored(content)

    def test_lasting_faults_are_errors_that_leave_nothing(self):
        self.attempts = 2
        for content, fault, native in (
                (b"small", Fault("^PUT", SLOW_DOWN, times=-1), "HTTP 503 SlowDown"),
                (b"small", Fault("^PUT", error_answer(400, "ExpiredToken"), times=-1), "HTTP 400 ExpiredToken"),
                (b"small", Fault("^PUT", error_answer(403, "AccessDenied"), times=-1), "HTTP 403 AccessDenied"),
                (LARGE, Fault(PART, SLOW_DOWN, times=-1, after=1), "HTTP 503 SlowDown"),
                (LARGE, Fault(PART, "reset", times=-1, after=1), "curl"),
                (LARGE, Fault(PART, "etag", times=-1, after=1), ""),
                (LARGE, Fault(COMPLETE, error_answer(200, "InternalError"), times=-1), "HTTP 200 InternalError")):
            with self.subTest(fault=fault.pattern.pattern, kind=fault.kind, large=content is LARGE):
                result = self.add(content, fault)
                self.assertNotEqual(result.code, 0, result.out)
                self.assertIn(native, result.err)
                self.assertGreater(fault.seen, 0)
                self.assertEqual(self.bucket.keys(), [])
                self.assertEqual(self.bucket.uploads(), 0)

    def test_faults_in_what_is_read(self):
        sample = harness.PROJECT / "tests/data/sample/conversations.json"
        build = ("build", sample, "--name", "Me", "-o", "out")
        self.ok(*self.command(*build))
        expected = (self.folder / "out/standard.md").read_bytes()
        for kind, good in (("half", True), ("reset", True), ("stall", True), (SLOW_DOWN, True), ("flip", False)):
            with self.subTest(kind):
                self.number += 1
                fault = Fault("^GET /[^ ?]*/[^ ?]+ ", kind, times=1 if good else -1)
                self.proxy.faults = [fault]
                self.timeout_ms = 500 if kind == "stall" else 10000
                result = self.run_cli(*self.command(*build))
                self.assertGreater(fault.seen, 0)
                self.assertEqual(result.code == 0, good, result.err + result.out)
                if good:
                    self.assertEqual((self.folder / "out/standard.md").read_bytes(), expected)
                else:
                    self.assertIn("damaged", result.err + result.out)

    def test_attempts_are_limited(self):
        self.proxy.faults = [Fault("^PUT", SLOW_DOWN, times=-1)]
        self.attempts = 3
        self.run_cli(*self.command("build", harness.PROJECT / "tests/data/sample", "-o", "out"))
        self.assertEqual(sum(line.startswith("PUT") for line in self.proxy.lines), 3)


if __name__ == "__main__":
    harness.main()
