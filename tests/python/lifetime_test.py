#!/usr/bin/env python3
"""Handles in any order, garbage collection, forks, threads, leaks."""
import gc
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import tracemalloc
import unittest
import warnings

import contextpack
from contextpack import Cancel, Engine, Text
from drivers_test import LineAnalyzer, MemoryStorage, SqliteDatabase
from support import SAMPLE, SANITIZED, PackageTest, rounds, used_kilobytes


class Order(PackageTest):
    def test_handles_close_in_any_order(self):
        for seed in range(max(rounds(40), 8)):
            choose = random.Random(seed)
            driver = seed % 2
            engine = Engine(SqliteDatabase(str(self.folder / f"{seed}.db")) if driver else "sqlite::memory:",
                            MemoryStorage() if driver else "memory:", LineAnalyzer() if driver else None)
            service = engine.service()
            user = service.users.create("me@example.com")
            handles = [engine, service, engine.session(user), engine.session(user)]
            pack = handles[2].packs.create("kept")
            choose.shuffle(handles)
            for handle in handles:
                handle.close()
                self.assertEqual(pack.name, "kept")

    def test_unclosed_handle_is_collected_with_a_warning(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            engine = Engine("sqlite::memory:", MemoryStorage())
            service = engine.service()
            cycle = [service]
            cycle.append(cycle)
            del engine, service, cycle
            gc.collect()
        self.assertEqual(sorted(str(warning.message) for warning in caught if warning.category is ResourceWarning),
                         ["unclosed <contextpack.Engine>", "unclosed <contextpack.Session>"])

    def test_random_collection(self):
        """Handles, tokens and drivers in cycles, dropped in any order while others work."""
        choose = random.Random(7)
        kept = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            for _ in range(max(rounds(300), 60)):
                engine = Engine("sqlite::memory:", MemoryStorage() if choose.random() < 0.5 else "memory:")
                service = engine.service()
                node = {"engine": engine, "service": service, "cancel": Cancel()}
                node["self"] = node
                kept.append(node)
                del engine, service
                if choose.random() < 0.7:
                    kept.pop(choose.randrange(len(kept))).pop(choose.choice(("engine", "service", "cancel")))
                if choose.random() < 0.2:
                    gc.collect()
                choose.choice(kept or [{}]).get("service", _Nothing()).users
            del node
            kept.clear()
            gc.collect()

    def test_at_exit_drivers_are_closed_while_python_is_there(self):
        code = ("import contextpack, drivers_test as d\n"
                "class S(d.MemoryStorage):\n"
                "    def close(self): print('closed', flush=True)\n"
                "engine = contextpack.Engine('sqlite::memory:', S())\n")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              cwd=os.path.dirname(os.path.abspath(__file__)))
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("closed\n", "", 0))


class _Nothing:
    users = None


@unittest.skipUnless(hasattr(os, "fork"), "no fork")
class Forks(PackageTest):
    def in_child(self, function):
        """Whether the function was true in a forked child."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # forks of a process with threads
            child = os.fork()
        if child == 0:
            signal.alarm(30)  # a child that hangs has failed
            status = 1
            try:
                status = 0 if function() else 2
            except BaseException as error:
                sys.stderr.write(f"in the child: {error!r}\n")
            finally:
                os._exit(status)
        return os.waitpid(child, 0)[1] == 0

    def test_handles_of_the_parent_are_refused(self):
        engine = self.open(self.folder / "packs.db")
        me = self.person(engine)
        cancel = Cancel()
        pack = me.packs.create("parent's")

        def child():
            for call in (engine.service, lambda: me.packs.get(pack), lambda: engine.extract(b"x", cancel=cancel),
                         lambda: engine.__enter__(), lambda: list(me.packs)):
                try:
                    call()
                except contextpack.ForkedError as error:
                    assert "forked" in str(error)
                else:
                    return False
            me.close(), engine.close()  # only forgotten
            return pack.name == "parent's"

        self.assertTrue(self.in_child(child))
        self.assertEqual(me.packs.get(pack), pack)

    def test_a_new_engine_in_the_child_works(self):
        path = self.folder / "packs.db"
        self.person(self.open(path)).packs.create("parent's")
        self.open(None, None).text(SAMPLE)  # the watcher of signals runs

        def child():
            with Engine(path, "memory:") as engine, engine.service() as service:
                with engine.session(service.users.find("me@example.com")) as me:
                    return (me.packs.find("parent's").name == "parent's"
                            and me.sources.run(me.sources.add(me.packs.create(), SAMPLE)).progress == 100)

        self.assertTrue(self.in_child(child))
        self.assertTrue(self.in_child(lambda: self.in_child(child)))

    def test_a_fork_while_threads_work(self):
        """The child works or reports why it cannot; it never hangs."""
        engine = self.open(self.folder / "packs.db")
        with engine.service() as service:
            user = service.users.create("me@example.com")
        stop = threading.Event()

        def work():
            with engine.session(user) as me:
                while not stop.is_set():
                    me.packs.create()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()

        def child():
            try:
                with Engine("sqlite::memory:", "memory:") as fresh, fresh.service() as service:
                    return service.users.create("x@example.com").email == "x@example.com"
            except contextpack.ForkedError as error:
                return "another thread was inside" in str(error)

        try:
            self.assertEqual([self.in_child(child) for _ in range(10)], [True] * 10)
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def test_multiprocessing(self):
        for method in ("fork", "spawn"):
            with self.subTest(method), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                with multiprocessing.get_context(method).Pool(2) as pool:
                    self.assertEqual(pool.map(contextpack.count_tokens, ["hello, world"] * 4), [3] * 4)


class Threads(PackageTest):
    def test_threads_share_an_engine_and_a_session(self):
        engine = self.open(self.folder / "packs.db", self.folder / "blobs")
        me = self.person(engine)
        user = me.users.get()
        failures = []

        def work(number):
            try:
                for turn in range(10):
                    pack = me.packs.create(f"{number}.{turn}")
                    with engine.session(user) as own:
                        assert own.packs.get(pack) == pack
                        own.sources.add(pack, Text(f"I live in {number}."))
                    contextpack.count_tokens("hello " * 1000)
                    engine.text(SAMPLE)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(list(me.packs)), 60)

    def test_a_session_twice(self):
        """In a callback of a call on the first, in another thread, and after the first and the engine were closed."""
        engine = self.open(self.folder / "packs.db")
        me = self.person(engine)
        pack = me.packs.create("Mine")
        again = self.closing(me.duplicate())
        self.assertEqual((again.kind, again.principal_id, again.claims), (me.kind, me.principal_id, me.claims))
        names = []
        me.sources.run(me.sources.add(pack, SAMPLE), progress=lambda _progress: names.append(again.packs.get(pack).name))
        self.assertEqual(set(names), {"Mine"})
        with self.assertRaises(contextpack.PermissionDeniedError):
            again.users.set_plan(again.principal_id, contextpack.Plan.CREDITS)
        me.close(), engine.close()
        self.assertEqual(again.packs.get(pack).name, "Mine")
        with self.assertRaises(contextpack.InvalidArgumentError):
            me.duplicate()

    def test_abandoned_iterator_holds_no_resources(self):
        me = self.person(self.open())
        for number in range(4):
            me.packs.create(str(number))
        begun = me.packs.all(page_size=1)
        self.assertEqual(next(begun).name, "3")
        made = []
        thread = threading.Thread(target=lambda: made.append(me.packs.create("meanwhile")))
        thread.start()
        thread.join(10)
        self.assertEqual([pack.name for pack in made], ["meanwhile"])
        self.assertEqual([pack.name for pack in begun], ["2", "1", "0"])

    def test_other_threads_run_while_c_works(self):
        engine = self.open(None, None)
        counted = []
        thread = threading.Thread(target=lambda: engine.text(b"I live in Porto. " * 400_000))
        thread.start()
        while thread.is_alive():
            counted.append(1)
        thread.join()
        self.assertGreater(len(counted), 100)

    def test_an_engine_closed_while_it_is_used_ends_afterwards(self):
        storage = MemoryStorage()
        engine = Engine("sqlite::memory:", storage)
        started = threading.Event()
        found = []

        def work():
            found.append(engine.extract(SAMPLE, lambda _message: started.set()).messages)

        thread = threading.Thread(target=work)
        thread.start()
        started.wait(10)
        engine.close()
        thread.join()
        self.assertTrue(found)
        self.assertEqual(storage.closed, 1)


class Leaks(PackageTest):
    def assert_flat(self, work, count, about):
        """Neither Python's memory nor the process's grows over the rounds, once things are warm."""
        count = rounds(count) // (1 if "CONTEXTPACK_TEST_THOROUGH" in os.environ else 4)
        for _ in range(max(count // 10, 20)):
            work()
        gc.collect()
        tracemalloc.start()
        before, used = tracemalloc.take_snapshot(), used_kilobytes()
        for _ in range(count):
            work()
        gc.collect()
        grown = sum(entry.size_diff for entry in tracemalloc.take_snapshot().compare_to(before, "filename")
                    if "tracemalloc" not in entry.traceback[0].filename)
        more = used_kilobytes() - used
        tracemalloc.stop()
        self.assertLess(grown, 64 * 1024, about)
        # With the sanitizer every allocation is counted, tracemalloc's own, too.
        self.assertLess(more, 2048 if SANITIZED else 4096, about)

    def test_snapshots(self):
        me = self.person(self.open())
        pack = me.packs.create("One", description="of many")
        self.assert_flat(lambda: me.packs.get(pack), 100_000, "snapshots")

    def test_pages_errors_inputs_engines_and_drivers(self):
        me = self.person(self.open())
        for number in range(100):
            me.packs.create(str(number))

        def fail():
            try:
                me.packs.get("nowhere")
            except contextpack.NotFoundError:
                pass

        def stop(_message):
            raise ValueError

        def stopped():
            try:
                me._engine.extract(SAMPLE, stop)
            except ValueError:
                pass

        def driven():
            Engine(None, MemoryStorage(), LineAnalyzer()).close()

        self.assert_flat(lambda: list(me.packs), 1000, "pages")
        self.assert_flat(fail, 10_000, "errors")
        self.assert_flat(stopped, 1000, "exceptions in callbacks")
        self.assert_flat(lambda: me._engine.messages(SAMPLE), 200, "messages")
        self.assert_flat(lambda: me._engine.text(bytearray(b"I live in Porto.")), 1000, "buffers")
        self.assert_flat(driven, 1000, "drivers")
        self.assert_flat(Cancel, 10_000, "tokens")


if __name__ == "__main__":
    unittest.main()
