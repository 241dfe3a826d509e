#!/usr/bin/env python3
"""contextpack.aio: calls on executors, cancellation that stops the work."""
import asyncio
import concurrent.futures
import threading
import time
import unittest

import contextpack
from contextpack import aio
from drivers_test import LineAnalyzer
from support import SAMPLE, SMALL_CHUNKS, PackageTest


class Waiting(LineAnalyzer):
    """Takes its time, and looks whether it is to stop."""

    def __init__(self):
        super().__init__()
        self.started = threading.Event()

    def analyze(self, request):
        self.started.set()
        while not request.cancelled:
            time.sleep(0.01)
        raise contextpack.CancelledError("stopped")


class Aio(PackageTest):
    async def person(self, engine):
        async with engine.service() as service:
            return await service.users.create("me@example.com")

    def test_a_pack_from_start_to_end(self):
        async def work():
            seen = []
            loop_thread = threading.get_ident()
            async with aio.Engine("sqlite::memory:", "memory:", settings=SMALL_CHUNKS) as engine:
                user = await self.person(engine)
                async with engine.session(user) as me:
                    pack = await me.packs.create("Life")
                    source = await me.sources.add(pack, SAMPLE)
                    source = await me.sources.run(
                        source, progress=lambda at: seen.append((at.stage, threading.get_ident() == loop_thread)))
                    self.assertEqual(source.progress, 100)
                    export = await me.exports.create(pack, "compact")
                    self.assertIn("nurse", await me.exports.read_text(export))
                    self.assertEqual([found.id async for found in me.packs], [pack.id])
                    self.assertEqual([found async for found in me.sources.all(pack)], [source])
                    self.assertEqual([found async for found in me.exports.all(pack)], [export])
                    self.assertGreater(len([entry async for entry in me.credits.all(page_size=1)]), 1)
                    with self.assertRaises(contextpack.NotFoundError):
                        await me.packs.get("nowhere")
                self.assertTrue(await engine.check())
                self.assertEqual((await engine.extract(SAMPLE)).format, "chatgpt")
            self.assertTrue(seen and all(in_loop for _, in_loop in seen))

        asyncio.run(work())

    def test_many_at_once(self):
        async def work():
            with concurrent.futures.ThreadPoolExecutor(4) as executor:
                async with aio.Engine(self.folder / "packs.db", "memory:", executor=executor) as engine:
                    user = await self.person(engine)

                    async def one(number):
                        async with engine.session(user) as me:
                            return (await me.packs.create(str(number))).name

                    names = await asyncio.gather(*(one(number) for number in range(40)))
                    self.assertEqual(names, [str(number) for number in range(40)])

        asyncio.run(work())

    def test_handles_opened_by_a_cancelled_task_are_closed(self):
        """A task that is cancelled while it opens something gets nothing, and nothing is left open."""

        async def cancelled(opening):
            task = asyncio.ensure_future(opening)
            await asyncio.sleep(0.02)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        def slowly(opened):
            def open_slowly(*args):
                result = opened(*args)
                time.sleep(0.1)
                return result
            return open_slowly

        async def work():
            analyzer = LineAnalyzer()
            engine = aio.Engine("sqlite::memory:", "memory:", analyzer)
            engine._opened = slowly(engine._opened)
            await cancelled(engine.open())
            self.assertEqual(analyzer.closed, 1)
            async with aio.Engine("sqlite::memory:", "memory:") as engine:
                session = engine.service()
                made = []
                opened = session._opened
                session._opened = slowly(lambda: made.append(opened()) or made[-1])
                await cancelled(session.open())
                self.assertTrue(made[0].closed)

        asyncio.run(work())

    def test_cancelling_a_task_stops_its_call(self):
        async def work():
            analyzer = Waiting()
            async with aio.Engine("sqlite::memory:", "memory:", analyzer) as engine:
                user = await self.person(engine)
                async with engine.session(user) as me:
                    source = await me.sources.add(await me.packs.create(), SAMPLE)
                    task = asyncio.ensure_future(me.sources.run(source))
                    while not analyzer.started.is_set():
                        await asyncio.sleep(0.01)
                    task.cancel()
                    with self.assertRaises(asyncio.CancelledError):
                        await task
                    self.assertEqual((await me.sources.get(source)).processed_chunks, 0)
                    self.assertEqual(await me.credits.balance(), (10, 0))

        asyncio.run(asyncio.wait_for(work(), 60))

    def test_a_time_limit(self):
        async def work():
            async with aio.Engine("sqlite::memory:", "memory:", Waiting()) as engine:
                user = await self.person(engine)
                async with engine.session(user) as me:
                    source = await me.sources.add(await me.packs.create(), SAMPLE)
                    with self.assertRaises((asyncio.TimeoutError, TimeoutError)):
                        await asyncio.wait_for(me.sources.run(source), 0.2)

        asyncio.run(work())

    def test_event_loop_runs_during_calls(self):
        async def work():
            async with aio.Engine() as engine:
                task = asyncio.ensure_future(engine.text(b"I live in Porto. " * 300_000))
                turns = 0
                while not task.done():
                    await asyncio.sleep(0)
                    turns += 1
                await task
                self.assertGreater(turns, 20)

        asyncio.run(work())

    def test_not_open(self):
        with self.assertRaisesRegex(RuntimeError, "not open"):
            aio.Engine().service()


if __name__ == "__main__":
    unittest.main()
