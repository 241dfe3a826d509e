"""Runs the contextpack command in homes of its own, for the tests beside this file."""
import json
import os
import pathlib
import sqlite3
import subprocess


class Home:
    """A data folder of its own: database, blobs and output of one person."""

    def __init__(self, program, folder):
        self.program = str(program)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "LC_ALL": "C.UTF-8",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    @property
    def database(self):
        return self.data / "contextpack" / "contextpack.db"

    @property
    def blobs(self):
        return self.data / "contextpack" / "blobs"

    def start(self, *arguments, **options):
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([self.program, *map(str, arguments)], env=self.environment, text=True,
                                cwd=self.folder, **options)

    def run(self, *arguments, code=0, stdin=None, **options):
        process = self.start(*arguments, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL, **options)
        out, err = process.communicate(stdin, timeout=300)
        if code is not None and process.returncode != code:
            raise AssertionError(f"{arguments}: exit {process.returncode}, not {code}\n{out}\n{err}")
        return out, err

    def json(self, *arguments, **options):
        out, _ = self.run(*arguments, "--json", **options)
        return json.loads(out)

    def rows(self, sql):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def blob_files(self):
        return sorted(str(path.relative_to(self.blobs)) for path in self.blobs.rglob("*") if path.is_file())
