#!/usr/bin/env python3
"""Runs every Python snippet of the guide and the package's page, each in a folder with the sample."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample" / "conversations.json"
PAGES = (ROOT / "docs" / "python.md", ROOT / "bindings" / "python" / "README.md")
#: What a snippet must print, by a text in it.
PRINTS = {"contextpack.build(": "nurse", "sqlite:packs.db": "nurse", "page.next": "['Music', 'Home'] True", "no/such/file": "NOT_FOUND", "Shouting": "PORTO", "Printing": "message 1 | the person",
          "def watch": "stopped", "asyncio.run": "nurse", "engine.chunks": "chatgpt",
          "order 17": "An unpaid bill"}


class Snippets(unittest.TestCase):
    def test_all(self):
        expected = dict(PRINTS)
        for page in PAGES:
            snippets = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
            self.assertTrue(snippets, page)
            for snippet in snippets:
                with self.subTest(f"{page.name}: {snippet[:60]}"), tempfile.TemporaryDirectory() as folder:
                    shutil.copy(SAMPLE, folder)
                    done = subprocess.run([sys.executable, "-W", "error", "-c", snippet], cwd=folder, env={**os.environ, "XDG_DATA_HOME": f"{folder}/data"},
                                          capture_output=True, text=True, timeout=60)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    for mark, output in PRINTS.items():
                        if mark in snippet:
                            self.assertIn(output, done.stdout)
                            expected.pop(mark, None)
        self.assertEqual(expected, {}, "marks that no snippet has")

    def test_the_first_snippet_is_ten_lines(self):
        for page in PAGES:
            first = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S).group(1)
            self.assertLessEqual(len([line for line in first.splitlines() if line.strip()]), 10)


if __name__ == "__main__":
    unittest.main()
