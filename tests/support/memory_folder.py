#!/usr/bin/env python3
"""Prints a folder in memory for the temporary files of the tests, or nothing: a set TMPDIR is the user's choice, and the
tests need room and must be able to run programs there (containers often allow neither in /dev/shm)."""
import os
import shutil
import subprocess
import tempfile

FOLDER = "/dev/shm"
FREE_BYTES_MIN = 3 << 30


def runs_programs(folder):
    try:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            program = os.path.join(place, "program")
            with open(program, "w", encoding="ascii") as file:
                file.write("#!/bin/sh\n")
            os.chmod(program, 0o700)
            return subprocess.run([program], check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    if not os.environ.get("TMPDIR") and os.path.isdir(FOLDER) and shutil.disk_usage(FOLDER).free >= FREE_BYTES_MIN \
            and runs_programs(FOLDER):
        print(FOLDER)
