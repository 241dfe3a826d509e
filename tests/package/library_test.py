"""The stripped library's size, and the time from dlopen() to the first call in a fresh process.

Usage: library_test.py LIBRARY STARTUP STRIP"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

SIZE_MAX_BYTES = 9_000_000  # tables of tokens are 5.2 million
STARTUP_MAX_MS = 10.0
RUNS = 41
ROUNDS = 5  # rounds with other load on the processors are discarded


def startup_ms(startup, library):
    """The medians of elapsed time and of processor time."""
    def once():
        return map(float, subprocess.run([startup, library], check=True, stdout=subprocess.PIPE).stdout.split())

    return [statistics.median(column) for column in zip(*(once() for _ in range(RUNS)))]


def is_busy():
    """Other processes use the processors: elapsed time is mostly waiting."""
    return os.getloadavg()[0] > len(os.sched_getaffinity(0))


def main(library, startup, strip):
    with tempfile.TemporaryDirectory() as folder:
        stripped = pathlib.Path(folder) / "libcontextpack.so"
        subprocess.run([strip, "-o", stripped, library], check=True)
        size_bytes = stripped.stat().st_size
        print(f"stripped: {size_bytes:,} bytes")
        if size_bytes > SIZE_MAX_BYTES:
            return f"the stripped library has more than {SIZE_MAX_BYTES:,} bytes"
        for _ in range(ROUNDS):
            passed_ms, worked_ms = startup_ms(startup, stripped)
            print(f"dlopen to first call: {passed_ms:.2f} ms, of them {worked_ms:.2f} ms of work, median of {RUNS} processes")
            if passed_ms <= STARTUP_MAX_MS or (is_busy() and worked_ms <= STARTUP_MAX_MS):
                return None
    return f"dlopen to first call takes more than {STARTUP_MAX_MS} ms"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
