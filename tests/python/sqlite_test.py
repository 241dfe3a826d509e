"""Hosts that open the database's files themselves, while engines of several processes write: with Python's sqlite3, with
an SQLite of their own, with open(). None of it damages the database.

CONTEXTPACK_TEST_SECONDS  how long each case runs; 1 unless set
"""
import contextlib
import ctypes
import multiprocessing
import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
import unittest

SECONDS = float(os.environ.get("CONTEXTPACK_TEST_SECONDS", "1"))
PROCESSES = 2
THREADS = 2


def look_with_sqlite3(path, _state):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.execute("SELECT count(*) FROM pack_sources").fetchall()


def look_with_open(path, _state):
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError), open(f"{path}{suffix}", "rb") as file:
            file.read(100)


def sqlite_file():
    """The SQLite of this Python; None when it is not a file of its own."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return next((line.split()[-1] for line in maps if "libsqlite3" in line), None)


def second_copy(folder):
    """Another SQLite in this process, as a wheel or an extension module brings one."""
    copy = pathlib.Path(folder, f"libsqlite3-second-{os.getpid()}.so")
    if not copy.exists():
        shutil.copy(sqlite_file(), copy)
    return ctypes.CDLL(str(copy))


def look_with_second_copy(path, state):
    library = state.setdefault("library", None) or second_copy(path.parent)
    state["library"] = library
    handle = ctypes.c_void_p()
    result = library.sqlite3_open_v2(os.fsencode(path), ctypes.byref(handle), 2, None)
    if result == 0:
        library.sqlite3_busy_timeout(handle, 2000)
        state["seen"] = library.sqlite3_exec(handle, b"SELECT count(*) FROM pack_sources", None, None, None)
        if state.get("writes"):
            library.sqlite3_exec(handle, b"BEGIN IMMEDIATE; UPDATE user_profiles SET full_name = 'x'; COMMIT", None,
                                 None, None)
    library.sqlite3_close(handle)


def write(engine, user, end, failures):
    import contextpack

    with engine.session(user) as me:
        count = 0
        while time.time() < end:
            count += 1
            try:
                pack = me.packs.create(f"p{count}")
                me.sources.add(pack, contextpack.Text(f"I live in Porto {user.id} {count}"))
                if count % 3 == 0:
                    me.packs.delete(pack)
            except contextpack.ContextPackError as error:
                failures.append(str(error))


def work(folder, look, seconds, queue, state):
    """One process: threads that write through the library, and a host that looks at the files."""
    import contextpack

    path = pathlib.Path(folder, "packs.db")
    engine = contextpack.Engine(f"sqlite:{path}", f"file:{folder}/blobs", log=False)
    with engine.service() as service:
        users = [service.users.create(f"{os.getpid()}.{index}@example.com") for index in range(THREADS)]
    failures = []
    end = time.time() + seconds
    threads = [threading.Thread(target=write, args=(engine, user, end, failures)) for user in users]
    for thread in threads:
        thread.start()
    while time.time() < end:
        look(path, state)
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    engine.close()
    queue.put(failures)


class Hosts(unittest.TestCase):
    def run_case(self, look, **state):
        import contextpack

        context = multiprocessing.get_context("spawn")
        with tempfile.TemporaryDirectory() as folder:
            contextpack.Engine(f"sqlite:{folder}/packs.db", f"file:{folder}/blobs", log=False).close()
            queue = context.Queue()
            processes = [context.Process(target=work, args=(folder, look, SECONDS, queue, state))
                         for _ in range(PROCESSES)]
            for process in processes:
                process.start()
            failures = [failure for _ in processes for failure in queue.get(timeout=30 + SECONDS)]
            for process in processes:
                process.join()
            self.assertEqual([process.exitcode for process in processes], [0] * PROCESSES)
            self.assertEqual(failures[:3], [])
            with contextlib.closing(sqlite3.connect(f"{folder}/packs.db")) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                self.assertGreater(database.execute("SELECT count(*) FROM pack_sources").fetchone()[0], 0)
            with contextpack.Engine(f"sqlite:{folder}/packs.db", f"file:{folder}/blobs", log=False) as engine:
                failed = [check for check in engine.check() if check.outcome == contextpack.CheckOutcome.FAILED]
            self.assertEqual(failed, [])

    def test_sqlite3_of_python(self):
        self.run_case(look_with_sqlite3)

    def test_open_read_close(self):
        self.run_case(look_with_open)

    @unittest.skipUnless(sqlite_file(), "this Python has no SQLite of its own")
    def test_second_copy_that_reads(self):
        self.run_case(look_with_second_copy)

    @unittest.skipUnless(sqlite_file(), "this Python has no SQLite of its own")
    def test_second_copy_that_writes(self):
        self.run_case(look_with_second_copy, writes=True)


class OneCopy(unittest.TestCase):
    def test_python_and_the_library_share_one(self):
        import contextpack

        contextpack.Engine("sqlite::memory:", "memory:").close()
        with open("/proc/self/maps", encoding="utf-8") as maps:
            used = {line.split()[-1] for line in maps if "libsqlite3" in line}
        self.assertLessEqual(len(used), 1, used)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
