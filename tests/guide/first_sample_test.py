#!/usr/bin/env python3
"""Each first sample, of README.md (C), of the wheel and of the npm package, runs twice on an export of two million tokens,
in an empty home: it makes a pack, and the second time there is nothing to do.

Usage: first_sample_test.py LANGUAGE     c, python or js; the environment is that of guide_test.py, and
CONTEXTPACK_MAKE_EXPORT names the program that makes the export; CONTEXTPACK_FIRST_SAMPLE is its size (20M)
"""
import contextlib
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

from guide_test import ROOT, command

PAGES = {"c": "README.md", "python": "bindings/python/README.md", "js": "bindings/node/README.md"}
TOKENS_MIN = 2_000_000


def sample_of(language):
    """The first block of code of the page, which is in that language."""
    found = re.search(r"```(\w+)\n(.*?)^```$", (ROOT / PAGES[language]).read_text(encoding="utf-8"), flags=re.S | re.M)
    if language == "c":  # README.md begins with the shell
        found = re.search(r"```(c)\n(.*?)^```$", (ROOT / PAGES[language]).read_text(encoding="utf-8"), flags=re.S | re.M)
    assert found.group(1) == language, f"{PAGES[language]} begins with {found.group(1)}"
    return found.group(2)


def main(language):
    size = os.environ.get("CONTEXTPACK_FIRST_SAMPLE", "20M")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with open(folder / "conversations.json", "wb") as file:
            subprocess.run([os.environ["CONTEXTPACK_MAKE_EXPORT"], size, "3"], stdout=file, check=True)
        run = command(language, folder, sample_of(language))
        environment = {**os.environ, "HOME": name, "XDG_DATA_HOME": f"{name}/data"}
        documents = []
        for _ in range(2):
            done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
            if (done.returncode, done.stderr) != (0, "") or not done.stdout.strip():
                return f"it ended with {done.returncode}\n{done.stdout}{done.stderr}"
            documents.append((folder / "out/standard.md").read_bytes())
        if documents[0] != documents[1]:
            return "the second run has another document"
        with contextlib.closing(sqlite3.connect(folder / "data/contextpack/contextpack.db")) as rows:  # the person's own
            found = rows.execute("SELECT status, text_tokens FROM pack_sources JOIN contextpack_work "
                                 "USING (user_id, source_id)").fetchall()
        if len(found) != 1 or found[0][0] != "completed" or (size == "20M" and found[0][1] < TOKENS_MIN):
            return f"sources and their tokens: {found}"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
