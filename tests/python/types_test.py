#!/usr/bin/env python3
"""mypy --strict over the package and over a typed host.

Usage: types_test.py WORK_DIR      mypy comes from the package registry the first time
"""
import pathlib
import re
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[1] / "bindings" / "python"
SAMPLE = HERE / "typed_sample.py"


def mypy(folder):
    program = folder / "venv" / "bin" / "mypy"
    if not program.exists():
        venv.create(folder / "venv", with_pip=True, clear=True)
        subprocess.run([folder / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "mypy"], check=True)
    return program


def checked(program, folder, path):
    done = subprocess.run([program, "--strict", "--no-error-summary", "--cache-dir", folder / "cache", path],
                          capture_output=True, text=True, cwd=PACKAGE)
    return (done.stdout + done.stderr).splitlines()


def main():
    folder = pathlib.Path(sys.argv[1])
    program = mypy(folder)
    failed = False
    for line in checked(program, folder, "contextpack"):
        print(line)
        failed = True
    wrong = [number for number, line in enumerate(SAMPLE.read_text().splitlines(), 1) if line.endswith("# wrong")]
    found = [line for line in checked(program, folder, SAMPLE) if ": error:" in line]
    if sorted({int(re.search(r":(\d+): error:", line).group(1)) for line in found}) != wrong:
        print(f"errors at lines {wrong} were expected, but these were found:", *found, sep="\n")
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
