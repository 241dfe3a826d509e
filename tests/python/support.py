"""What the tests of the Python package share."""
import contextlib
import gc
import pathlib
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


class PackageTest(unittest.TestCase):
    """A test with a folder of its own, and handles that are closed when it ends. A warning about a handle that nobody
    closed fails it."""

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
