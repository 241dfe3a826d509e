#!/usr/bin/env python3
"""Exceptions in callbacks, cancel tokens, callbacks that call the library."""
import io
import threading
import traceback
import unittest

import contextpack
from contextpack import Cancel, CancelledError, SourceStatus, Stage, Text
from support import DATA, SAMPLE, SMALL_CHUNKS, PackageTest


class Boom(Exception):
    pass


def boom(*_arguments):
    raise Boom("boom")


class File:
    """A file object that breaks off."""

    def __init__(self, good=0):
        self.good = good

    def read(self, size):
        if self.good:
            self.good -= 1
            return b"I live in Porto. "
        raise Boom("read")

    def write(self, data):
        raise Boom("write")


class Exceptions(PackageTest):
    def setUp(self):
        super().setUp()
        self.me = self.person(self.open(settings=SMALL_CHUNKS))
        self.engine = self.me._engine

    def test_progress(self):
        pack = self.me.packs.create()
        with self.assertRaises(Boom):
            self.me.sources.add(pack, SAMPLE, progress=boom)
        source = self.me.sources.add(pack, SAMPLE)
        for stage in (Stage.EXTRACT, Stage.ANALYZE):
            def at_stage(progress):
                if progress.stage == stage:
                    raise Boom(str(stage))

            with self.subTest(str(stage)), self.assertRaisesRegex(Boom, str(stage)):
                try:
                    self.me.sources.run(source, progress=at_stage)
                except Boom as error:
                    self.assertIn("at_stage", [frame.name for frame in traceback.extract_tb(error.__traceback__)])
                    raise
        self.assertEqual(self.me.sources.run(source).progress, 100)
        with self.assertRaises(Boom):
            self.me.exports.create(pack, progress=boom)
        self.me.exports.create(pack)

    def test_every_other_callback(self):
        pack = self.me.packs.create()
        export = self.me.exports.create(self.analysed(self.me))
        damaged = DATA / "chatgpt" / "damaged.json"
        calls = {
            "message": lambda: self.engine.extract(SAMPLE, boom),
            "note": lambda: self.engine.extract(damaged, note=boom),
            "chunk": lambda: self.engine.chunk(SAMPLE, boom),
            "read": lambda: self.engine.text(File()),
            "read later": lambda: self.me.sources.add(pack, File(3)),
            "write": lambda: self.engine.extract_text(SAMPLE, File()),
            "write an export": lambda: self.me.exports.write(export, File()),
        }
        for name, call in calls.items():
            with self.subTest(name), self.assertRaises(Boom):
                call()
        self.assertEqual(contextpack.count_tokens("nothing is left over"), 4)

    def test_clock_random_and_log(self):
        with self.assertRaises(Boom):
            self.person(self.open(clock=boom))
        with self.assertRaises(Boom):
            self.person(self.open(random=boom))

    def test_sys_exit_and_interrupts_are_raised(self):
        for kind in (SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError):
            def stop(_message):
                raise kind()

            with self.subTest(kind.__name__), self.assertRaises(kind):
                self.engine.extract(SAMPLE, stop)

    def test_a_callback_may_use_another_session(self):
        pack = self.me.packs.create()
        other = self.closing(self.engine.session(self.me.users.get()))
        seen = []

        def look(_progress):
            seen.append(other.packs.get(pack).total_sources)
            with self.assertRaises(contextpack.NotFoundError):
                other.packs.get("nowhere")

        self.me.sources.run(self.me.sources.add(pack, SAMPLE), progress=look)
        self.assertTrue(seen)

    def test_callback_may_not_use_the_session_of_its_call(self):
        pack = self.me.packs.create()
        with self.assertRaisesRegex(contextpack.ConflictError, "in use"):
            self.me.sources.add(pack, SAMPLE, progress=lambda _progress: self.me.packs.get(pack))
        self.me.packs.get(pack)


class Cancelling(PackageTest):
    def test_a_token_stops_at_each_stage_and_work_goes_on(self):
        me = self.person(self.open(settings=SMALL_CHUNKS))
        pack = me.packs.create()
        cancel = Cancel()

        def at(stage):
            def watch(progress):
                if progress.stage == stage:
                    cancel.request()
            return watch

        source = me.sources.add(pack, Text("I live in Porto."))
        me.sources.run(source)
        for stage, call in ((Stage.STORE, lambda **more: me.sources.add(pack, SAMPLE, **more)),
                            (Stage.EXTRACT, lambda **more: me.sources.run(me.sources.add(pack, SAMPLE), **more,
                                                                      until=SourceStatus.READY_FOR_ANALYSIS)),
                            (Stage.ANALYZE, lambda **more: me.sources.run(me.sources.add(pack, SAMPLE), **more)),
                            (Stage.EXPORT, lambda **more: me.exports.create(pack, **more))):
            with self.subTest(str(stage)):
                with self.assertRaises(CancelledError):
                    call(progress=at(stage), cancel=cancel)
                self.assertTrue(cancel.requested)
                with self.assertRaises(CancelledError):
                    call(cancel=cancel)  # it stays requested
                with self.assertRaises(CancelledError):
                    cancel.raise_if_requested()
                cancel.reset()
                call(cancel=cancel)
        self.assertEqual(repr(cancel), "<contextpack.Cancel>")

    def test_from_another_thread(self):
        engine = self.open(None, None)
        cancel = Cancel()

        class Endless(io.RawIOBase):
            def readinto(self, buffer):
                buffer[:] = b"word " * (len(buffer) // 5) + b" " * (len(buffer) % 5)
                return len(buffer)

        threading.Timer(0.2, cancel.request).start()
        with self.assertRaises((CancelledError, contextpack.LimitExceededError)):
            engine.extract(Endless(), cancel=cancel)


if __name__ == "__main__":
    unittest.main()
