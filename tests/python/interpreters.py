#!/usr/bin/env python3
"""Runs the package's tests on every other CPython from 3.9 on that this machine has."""
import concurrent.futures
import glob
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTS = ("signals", "lifetime", "drivers", "callbacks", "package", "aio", "service")
#: Tests that run at once: most of their time they wait.
AT_ONCE = 2
#: Of the long tests only those that may differ between versions.
CHOSEN = {"lifetime": ["Order", "Forks", "Threads"]}
ENVIRONMENT = {**os.environ, "CONTEXTPACK_TEST_ROUNDS_DIVISOR": os.environ.get("CONTEXTPACK_TEST_ROUNDS_DIVISOR", "20")}


def version_of(program):
    done = subprocess.run([program, "-c", "import sys; print(*sys.version_info[:2], sys.implementation.name)"],
                          capture_output=True, text=True)
    words = done.stdout.split()
    return (int(words[0]), int(words[1])) if done.returncode == 0 and words[2] == "cpython" else None


def interpreters():
    """One program for each version, this one's aside."""
    programs = [path for minor in range(9, 20) if (path := shutil.which(f"python3.{minor}"))]
    programs += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python3")))
    programs += sorted(glob.glob("/usr/bin/python3.[0-9]*") + glob.glob("/usr/local/bin/python3.[0-9]*"))
    found = {}
    for program in programs:
        if "config" not in program:
            version = version_of(program)
            if version and version >= (3, 9) and version != sys.version_info[:2]:
                found.setdefault(version, program)
    return sorted(found.items())


def run(job):
    """What a test prints when it fails in an interpreter."""
    (version, program), test = job
    done = subprocess.run([program, str(HERE / f"{test}_test.py"), *CHOSEN.get(test, [])], capture_output=True, text=True,
                          timeout=600, env=ENVIRONMENT, check=False)
    if done.returncode == 0:
        return ""
    return f"== Python {version[0]}.{version[1]} ({program}), {test}_test.py\n{done.stdout}{done.stderr}"


def main():
    found = interpreters()
    jobs = [(interpreter, test) for test in TESTS for interpreter in found]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        problems = list(filter(None, pool.map(run, jobs)))
    print("\n".join(problems) or "done: " + ", ".join(f"Python {major}.{minor}" for (major, minor), _ in found))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
