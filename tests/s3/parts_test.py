"""Parts on several connections at once, behind a proxy that makes faults in some: what is there in the end is whole, or an error
says why not and nothing is left.

Usage: parts_test.py TRANSFER [unittest arguments]
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from bucket import Bucket
from proxy import Fault, Proxy, error_answer

PART_BYTES = 5 << 20
CONTENT = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range((5 * PART_BYTES + 1000) // 32))
SLOW_DOWN = error_answer(503, "SlowDown")
PART = "^PUT .*partNumber="
RANGE = "^GET /[^ ?]+/large "
program = ""


class PartsTest(unittest.TestCase):
    def setUp(self):
        self.bucket = Bucket()
        self.proxy = Proxy(self.bucket.server)
        self.addCleanup(self.proxy.close)
        folder = tempfile.TemporaryDirectory(prefix="contextpack-parts-")
        self.addCleanup(folder.cleanup)
        self.given = pathlib.Path(folder.name) / "given"
        self.back = pathlib.Path(folder.name) / "back"
        self.given.mkdir()
        self.back.mkdir()
        (self.given / "large").write_bytes(CONTENT)
        self.settings = {"s3.part_bytes": PART_BYTES, "s3.timeout_ms": 10000, "s3.max_attempts": 4}

    def transfer(self, verb, folder, *faults):
        self.proxy.faults = list(faults)
        self.proxy.lines.clear()
        self.settings["s3.timeout_ms"] = 700 if any(fault.kind == "stall" for fault in faults) else 10000
        settings = [word for name, value in self.settings.items() for word in ("--set", f"{name}={value}")]
        uri = f"s3://{self.bucket.name}?endpoint={self.proxy.url}"
        return subprocess.run([program, *settings, verb, uri, folder], capture_output=True, text=True, check=False, timeout=120)

    def clear(self):
        for key in self.bucket.keys():
            self.bucket.request("DELETE", key)

    def test_faults_of_some_parts_are_overcome(self):
        for kind, times in (("late", 2), ("again", 2), ("twice", 2), ("reset", 3), ("lost", 3), ("stall", 2), ("half", 2),
                            (SLOW_DOWN, 3), (error_answer(429, "TooManyRequests"), 3), (error_answer(500, "InternalError"), 3),
                            (error_answer(400, "ExpiredToken"), 1)):
            for verb, pattern in (("put", PART), ("get", RANGE)):
                with self.subTest(kind=kind, verb=verb):
                    if verb == "put":
                        self.clear()
                    (self.back / "large").unlink(missing_ok=True)
                    fault = Fault(pattern, kind, times=times, after=1)
                    done = self.transfer(verb, self.given if verb == "put" else self.back, fault)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(fault.left, 0)
                    stored = self.bucket.get("large") if verb == "put" else (self.back / "large").read_bytes()
                    self.assertTrue(stored == CONTENT, "other bytes")
                    self.assertEqual(self.bucket.uploads(), 0)

    def test_lasting_faults_of_parts_are_errors_that_leave_nothing(self):
        self.settings["s3.max_attempts"] = 2
        for kind, native in ((SLOW_DOWN, "SlowDown"), ("reset", ""), ("stall", "s3.timeout_ms"), ("etag", "other bytes"),
                             (error_answer(403, "AccessDenied"), "AccessDenied")):
            with self.subTest(kind=kind):
                self.clear()
                done = self.transfer("put", self.given, Fault(PART, kind, times=-1, after=2))
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(native, done.stderr)
                self.assertEqual(self.bucket.keys(), [])
                self.assertEqual(self.bucket.uploads(), 0)

    def test_damaged_ranges_are_refused(self):
        self.transfer("put", self.given)
        for kind, text in (("flip", "damaged"), ("etag", ""), ("half", "")):
            with self.subTest(kind=kind):
                done = self.transfer("get", self.back, Fault(RANGE, kind, times=-1, after=1))
                if kind == "etag":  # says nothing about the bytes that were asked for by the first one
                    self.assertEqual(done.returncode, 0, done.stderr)
                else:
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(text, done.stderr)

    def test_a_blob_that_is_replaced_meanwhile_is_not_mixed(self):
        self.transfer("put", self.given)
        precondition = error_answer(412, "PreconditionFailed")
        done = self.transfer("get", self.back, Fault(RANGE, precondition, times=-1, after=3))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("replaced or removed", done.stderr)

    def test_retries_of_all_parts_share_a_budget(self):
        """However many blobs and attempts there are: an outage is not answered with a storm."""
        self.settings["s3.max_attempts"] = 20
        self.settings["s3.total_timeout_ms"] = 20000
        for number in range(40):
            (self.given / f"small{number}").write_bytes(b"x")
        (self.given / "large").unlink()
        start = time.monotonic()
        self.proxy.faults = [Fault("^PUT", SLOW_DOWN, times=-1)]
        settings = [word for name, value in self.settings.items() for word in ("--set", f"{name}={value}")]
        done = subprocess.run([program, *settings, "put", f"s3://{self.bucket.name}?endpoint={self.proxy.url}", self.given,
                               "40"], capture_output=True, text=True, check=False, timeout=120)
        self.assertNotEqual(done.returncode, 0)
        requests = sum(line.startswith("PUT") for line in self.proxy.lines)
        # 100 retries are in a full budget; without it each of 40 blobs would be sent 20 times.
        self.assertLessEqual(requests, 40 + 100)
        self.assertLess(time.monotonic() - start, 60)


if __name__ == "__main__":
    program = sys.argv.pop(1)
    unittest.main()
