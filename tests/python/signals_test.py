#!/usr/bin/env python3
"""Ctrl-C: a real SIGINT stops long calls, whatever they are doing, and arrives as KeyboardInterrupt."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from support import SANITIZED

HERE = pathlib.Path(__file__).resolve().parent

HEAD = """
import faulthandler, gc, os, pathlib, signal, sys, threading, time
sys.path.insert(0, sys.argv[1])
import contextpack
from contextpack import Cancel, Engine
from contextpack.drivers import Analyzer
from drivers_test import LineAnalyzer, SqliteDatabase
from support import rounds

folder = pathlib.Path(sys.argv[2])
big = pathlib.Path(sys.argv[3])
engine = Engine("sqlite::memory:", "memory:")
with engine.service() as service:
    user = service.users.create("me@example.com", payment_plan=contextpack.Plan.UNLIMITED)
me = engine.session(user)
pack = me.packs.create()

def interrupt_after(seconds):
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.daemon = True
    timer.start()

lost = []

def interrupt_round(number, seconds, ended):
    # The signal is sent once more where nothing came of it. One in all rounds may get lost: Python itself drops what is
    # raised in some of its C functions.
    def send():
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            time.sleep(15)
            if ended() > number:
                return
            lost.append(number)
            os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(seconds, send)
    timer.daemon = True
    timer.start()

def on_unraisable(unraisable):
    # What is raised in a finalizer is printed and lost, as everywhere in Python. The callbacks of its own weak sets
    # (threading has one) are finalizers: a signal that came in one of them is sent once more.
    trace = unraisable.exc_traceback
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    is_of_python = trace is not None and trace.tb_frame.f_code.co_filename.endswith(("_weakrefset.py", "weakref.py"))
    if is_of_python and isinstance(unraisable.exc_value, KeyboardInterrupt):
        interrupt_after(0.001)
    else:
        sys.__unraisablehook__(unraisable)

sys.unraisablehook = on_unraisable
faulthandler.dump_traceback_later(230, exit=True)

def expect(call, *, after, within):
    while True:
        is_begun = False
        try:
            interrupt_after(after)
            is_begun = True
            began = time.monotonic()
            call()
        except KeyboardInterrupt:
            if not is_begun:
                continue  # on a busy machine it may come before the call
            took = time.monotonic() - began
            assert took < within, f"took {took:.2f} s"
            print("interrupted")
            return
        raise SystemExit(f"was not interrupted in {time.monotonic() - began:.2f} s")
"""

CASES = {
    "a call without progress": """
expect(lambda: engine.extract(big), after=0.03, within=20)
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
engine.extract(b"still works")
""",
    "a call without progress, stored": """
source = me.sources.add(pack, big)
expect(lambda: me.sources.run(source), after=0.3, within=20)
expect(lambda: me.sources.run(source), after=0.3, within=20)
""",
    "a call with progress": """
expect(lambda: engine.extract(big, progress=lambda progress: None), after=0.03, within=20)
""",
    "a message callback": """
expect(lambda: engine.extract(big, lambda message: time.sleep(0.01)), after=0.03, within=20)
""",
    "a callback that sleeps": """
send = interrupt_after
interrupt_after = lambda seconds: None  # it comes when the callback sleeps
def sleep(progress):
    send(0.05)
    time.sleep(60)

expect(lambda: engine.extract(big, progress=sleep), after=0, within=20)
""",
    "an analyzer that sleeps": """
class Slow(LineAnalyzer):
    def analyze(self, request):
        time.sleep(60)

slow = Engine("sqlite::memory:", "memory:", Slow())
with slow.service() as service:
    session = slow.session(service.users.create("me@example.com"))
source = session.sources.add(session.packs.create(), b"I live in Porto.")
expect(lambda: session.sources.run(source), after=0.3, within=20)
session.close(), slow.close()
""",
    "a token of the host's own is not used up": """
cancel = Cancel()
expect(lambda: engine.extract(big, cancel=cancel), after=0.03, within=20)
assert not cancel.requested
""",
    "a handler of the host's own": """
seen = []
signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
interrupt_after(0.03)
try:
    engine.extract(big)
except contextpack.CancelledError:
    assert seen == [signal.SIGINT]
    print("interrupted")
signal.signal(signal.SIGINT, signal.default_int_handler)
""",
    "an ignored signal": """
signal.signal(signal.SIGINT, signal.SIG_IGN)
interrupt_after(0.1)
engine.extract(b"I live in Porto." * 10000)
print("interrupted")
""",
    "a thread works while the main thread waits": """
result = []
thread = threading.Thread(target=lambda: result.append(engine.extract(b"I live in Porto.")))
thread.start()
thread.join()
assert result
expect(lambda: time.sleep(60), after=0.2, within=20)
""",
    "an interrupt while the collector runs in a callback": """
class Garbage:
    def __del__(self):
        if not collected:
            collected.append(True)
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):  # the handler is called here
                int()

collected = []
interrupt_after = lambda seconds: None  # it comes from the finalizer
expect(lambda: engine.extract(big, progress=lambda progress: Garbage()), after=0, within=20)
assert collected
""",
    "a driver that takes long to close": """
class SlowToClose(LineAnalyzer):
    closed = 0
    def close(self):
        SlowToClose.closed += 1
        for _ in range(20):
            time.sleep(0.02)

slow = Engine("sqlite::memory:", "memory:", SlowToClose())
expect(slow.close, after=0.1, within=20)
assert SlowToClose.closed == 1, "the driver is closed once, whole or interrupted"
assert slow.closed
""",
    "a destructor": """
import warnings
class SlowToClose(LineAnalyzer):
    closed = 0
    def close(self):
        SlowToClose.closed += 1
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            lib.cpk_version()

from contextpack._library import lib
def drop():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        slow = Engine("sqlite::memory:", "memory:", SlowToClose())
        begun.append(time.monotonic())
        del slow
    time.sleep(60)

begun = []
contextpack._call._in_callback = lambda frame: False  # the signal comes while C runs, not the driver
expect(drop, after=0.15, within=20)
assert SlowToClose.closed == 1
""",
    "a finalizer while a call ends that was interrupted": """
import contextpack._call as calls
set_handler = signal.signal

def set_and_finalize(number, handler):
    result = set_handler(number, handler)
    signal.signal = set_handler
    calls.guarded_close(lambda: None, finalizer=True)  # as the garbage collector may do it anywhere
    return result

def close():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):  # the handler is called here
        int()
    signal.signal = set_and_finalize

def run():
    calls.guarded_close(close)
    time.sleep(10)

interrupt_after = lambda seconds: None  # it comes from close()
expect(run, after=0, within=5)
""",
    "many interrupts while engines open and close": """
class Counting(LineAnalyzer):
    opened = closed = 0
    def __init__(self):
        super().__init__()
        Counting.opened += 1
    def close(self):
        Counting.closed += 1

import warnings
warnings.simplefilter("ignore", ResourceWarning)
stopped = 0
held = service = None
for number in range(rounds(150)):
    try:
        interrupt_round(number, 0.002 + 0.0002 * number, lambda: stopped)
        while True:
            held = Engine("sqlite::memory:", "memory:", Counting())
            service = held.service()
            service.close()
            held.close()
    except KeyboardInterrupt:
        stopped += 1
assert stopped == rounds(150), stopped
assert len(lost) <= 1, lost
del held, service
gc.collect()
# An interrupt between Counting() and Engine() leaves a driver that no engine has seen.
assert Counting.opened - Counting.closed <= stopped // 5, (Counting.opened, Counting.closed)
assert list(contextpack.engine._open_engines) == [engine._pointer.value]
print("interrupted")
""",
    "many interrupts of many calls": """
stopped = 0
for number in range(rounds(60)):
    try:
        interrupt_round(number, 0.01 + 0.001 * number, lambda: stopped)
        while True:
            engine.extract(big, progress=lambda progress: None)
    except KeyboardInterrupt:
        stopped += 1
assert stopped == rounds(60), stopped
assert len(lost) <= 1, lost
print("interrupted")
""",
    "many interrupts of calls into Python": """
database = SqliteDatabase(str(folder / "packs.db"))
hosted = Engine(database, "memory:")
with hosted.service() as service:
    session = hosted.session(service.users.create("me@example.com"))
pack = session.packs.create()
gc.collect()  # what a finalizer is interrupted in is lost, as everywhere in Python
stopped = 0
for number in range(rounds(100)):
    try:
        interrupt_round(number, 0.01 + 0.0003 * number, lambda: stopped)
        while True:
            session.packs.get(pack)
    except KeyboardInterrupt:
        stopped += 1
assert stopped == rounds(100), stopped
assert len(lost) <= 1, lost
session.packs.get(pack)
session.close(), hosted.close()
print("interrupted")
""",
}


class Signals(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.big = pathlib.Path(cls.folder.name, "big.txt")
        with cls.big.open("w") as file:
            for number in range(300_000 if SANITIZED else 600_000):
                file.write(f"Line {number}: I live in Porto and work as a nurse in ward {number % 97}.\n\n")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_cases(self):
        for name, case in CASES.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                done = subprocess.run([sys.executable, "-W", "error", "-c", HEAD + case + "\nme.close(), engine.close()",
                                       str(HERE), folder, str(self.big)], capture_output=True, text=True, timeout=240)
                self.assertEqual(done.stderr, "")
                self.assertEqual(done.returncode, 0)
                self.assertTrue(set(done.stdout.split()) == {"interrupted"}, done.stdout)


if __name__ == "__main__":
    unittest.main()
