"""What the tests of the Python package share."""
import contextlib
import ctypes
import gc
import os
import pathlib
import resource
import sys
import tempfile
import unittest
import warnings

import contextpack
from contextpack import Engine

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
SAMPLE = DATA / "sample" / "conversations.json"
SMALL_CHUNKS = {"chunk.max_tokens": 400}

#: Whether AddressSanitizer is loaded, with which everything takes several times as long.
SANITIZED = hasattr(ctypes.CDLL(None), "__sanitizer_get_current_allocated_bytes")


#: What the number of a test's rounds is divided by: with AddressSanitizer, and in interpreters beside the machine's own.
ROUNDS_DIVISOR = int(os.environ.get("CONTEXTPACK_TEST_ROUNDS_DIVISOR", "20" if SANITIZED else "1"))


def rounds(count):
    """How often a test repeats something."""
    return max(count // ROUNDS_DIVISOR, 1)


def used_kilobytes():
    """Memory of the process: resident; with AddressSanitizer, which keeps freed memory, allocated."""
    if SANITIZED:
        count = ctypes.CDLL(None).__sanitizer_get_current_allocated_bytes
        count.restype = ctypes.c_size_t
        return count() // 1024
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


class PackageTest(unittest.TestCase):
    """A test with a temporary folder, whose handles are closed at the end. A warning about an unclosed handle fails it."""

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        lost = []
        stack.callback(self._assert_nothing_was_lost, sys.unraisablehook, lost)
        sys.unraisablehook = lambda unraisable: lost.append(repr(unraisable.exc_value))
        stack.callback(gc.collect)
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error", ResourceWarning)
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="contextpack-test-")))

    def _assert_nothing_was_lost(self, hook, lost):
        sys.unraisablehook = hook
        self.assertEqual(lost, [])

    def closing(self, handle):
        self.addCleanup(handle.close)
        return handle

    def open(self, database="sqlite::memory:", storage="memory:", **options):
        return self.closing(Engine(database, storage, **options))

    def person(self, engine, email="me@example.com", **params):
        """A session of a new user."""
        with engine.service() as service:
            user = service.users.create(email, **params)
        return self.closing(engine.session(user))

    def analysed(self, me, pack=None):
        """A pack with the sample, analysed."""
        pack = pack if pack is not None else me.packs.create("Sample")
        source = me.sources.run(me.sources.add(pack, SAMPLE))
        self.assertEqual(source.status, contextpack.SourceStatus.COMPLETED)
        return pack
