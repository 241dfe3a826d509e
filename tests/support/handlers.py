"""Waits for a program that a loaded machine starts late, so that a signal meets its handler and not the default."""
import pathlib
import time


def wait_for_handler(process, number, timeout_s=20):
    """Until a subprocess catches the signal, or has ended. Returns whether it catches it."""
    deadline = time.monotonic() + timeout_s
    while process.poll() is None and time.monotonic() < deadline:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8", errors="replace")
        caught = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")]
        if caught and int(caught[0], 16) >> (number - 1) & 1:
            return True
        time.sleep(0.01)
    return False
