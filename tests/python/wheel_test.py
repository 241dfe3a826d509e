#!/usr/bin/env python3
"""The wheel: built by one command, installed offline into a fresh environment, it carries all that it needs.

Usage: wheel_test.py WORK_DIR LIBRARY COMMAND [unittest arguments]
CONTEXTPACK_TEST_PACKAGES is a folder with a wheel that scripts/package made, to be tested instead of a new one.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import venv
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample" / "conversations.json"
WORK, LIBRARY, COMMAND = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])

WORKS = """
import sys, contextpack
assert contextpack.__file__.startswith(sys.prefix), contextpack.__file__
assert contextpack.library_path.startswith(sys.prefix), contextpack.library_path
assert contextpack.__version__ == contextpack.library_version
with contextpack.Engine("sqlite::memory:", "memory:") as engine:
    with engine.service() as service:
        user = service.users.create("me@example.com")
    with engine.session(user) as me:
        pack = me.packs.create("Me")
        me.sources.run(me.sources.add(pack, sys.argv[1]))
        print(me.exports.read_text(me.exports.create(pack, "compact")))
"""

LOADS_ITS_OWN = """
import sys, contextpack
try:
    contextpack.Engine("postgresql://127.0.0.1:1/none?connect_timeout=2")
except contextpack.ContextPackError as error:
    assert "libpq" not in error.message, error.message
sys.modules["_sqlite3"] = None  # a Python without SQLite
contextpack.Engine("sqlite::memory:", "memory:").close()
with open("/proc/self/maps") as maps:
    used = {line.split()[-1] for line in maps if "/" in line}
for name in ("libcontextpack", "libpq", "libssl", "libcrypto", "libsqlite3", "libjson-c", "libzip", "libgumbo", "libuchardet"):
    places = {path for path in used if name + "." in path or name + "-" in path}
    places = {path for path in places if "/lib-dynload/" not in path}
    assert places and all(path.startswith(sys.prefix) for path in places), (name, places)
"""


SHARES_ONE_SQLITE = """
import contextpack, sqlite3
contextpack.Engine("sqlite::memory:", "memory:").close()
sqlite3.connect(":memory:").close()
with open("/proc/self/maps") as maps:
    used = {line.split()[-1] for line in maps if "libsqlite3" in line}
assert len(used) == 1, used
"""


def environment():
    """Nothing of this build's, so that only the wheel is there."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("CONTEXTPACK_", "PYTHON", "LD_"))}


def setUpModule():
    global PYTHON, WHEEL
    made = os.environ.get("CONTEXTPACK_TEST_PACKAGES")
    if made is None:
        made = WORK / "dist"
        subprocess.run([sys.executable, ROOT / "bindings" / "python" / "build_wheel.py", "--output", made, "--library",
                        LIBRARY, "--command", COMMAND], check=True, stdout=subprocess.DEVNULL)
    WHEEL, = pathlib.Path(made).glob("contextpack-*.whl")
    venv.create(WORK / "venv", with_pip=True, clear=True)
    PYTHON = WORK / "venv" / "bin" / "python"
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", WHEEL],
                   check=True, env=environment())


def python(*arguments, **options):
    return subprocess.run([PYTHON, *arguments], capture_output=True, text=True, env=environment(), cwd="/", timeout=120,
                          **options)


class Wheel(unittest.TestCase):
    def test_its_tag_and_contents(self):
        self.assertRegex(WHEEL.name, r"^contextpack-\d+\.\d+\.\d+(\.dev\d+)?-py3-none-manylinux_2_3\d_\w+\.whl$")
        names = zipfile.ZipFile(WHEEL).namelist()
        self.assertIn("contextpack/py.typed", names)
        self.assertFalse([name for name in names if "__pycache__" in name])
        self.assertTrue([name for name in names if "/libssl-" in name])
        self.assertTrue([name for name in names if "licenses/libssl" in name])

    def test_auditwheel_agrees_with_its_tag(self):
        sys.path.insert(0, str(ROOT / "bindings" / "python"))
        from build_wheel import tools
        folder = tools()
        done = subprocess.run([folder / "auditwheel", "show", WHEEL], capture_output=True, text=True,
                              env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
        tag = re.search(r"manylinux_\w+", WHEEL.name).group()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(" ".join(done.stdout.split()), rf'following platform tag: "{tag}"')

    def test_it_works(self):
        done = python("-W", "error", "-c", WORKS, SAMPLE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("nurse", done.stdout)

    def test_package_library_and_command_tell_the_version_of_the_headers(self):
        header = (ROOT / "include" / "contextpack" / "base.h").read_text(encoding="utf-8")
        version = re.search(r'#define CPK_VERSION +"(.+)"', header).group(1)
        done = python("-c", "import contextpack; print(contextpack.__version__, contextpack.library_version)")
        self.assertEqual((done.stdout, done.stderr), (f"{version} {version}\n", ""))
        self.assertIn(version, python("-m", "contextpack", "version").stdout)
        self.assertIn(f"-{version.replace('-dev', '.dev0')}-", WHEEL.name)

    def test_its_program_for_pdf_starts(self):
        program, = (WORK / "venv").rglob("contextpack-pdf")
        done = subprocess.run([program], capture_output=True, text=True, env=environment(), timeout=60)
        self.assertIn("libcontextpack", done.stdout + done.stderr)

    def test_it_uses_its_own_libraries(self):
        done = python("-c", LOADS_ITS_OWN)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_it_shares_the_sqlite_of_python(self):
        done = python("-c", SHARES_ONE_SQLITE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_pip_check(self):
        self.assertEqual(python("-m", "pip", "check").returncode, 0)


class Command(unittest.TestCase):
    """python -m contextpack and the script are the command itself."""

    def test_wheel_behaves_like_the_build(self):
        for arguments in (["--version"], ["tokens", SAMPLE], ["no-such-command"], ["extract", "/no/such/file"],
                          ["--help"], ["settings", "--json"]):
            with self.subTest(arguments):
                expected = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, env=environment(),
                                          cwd="/")
                for done in (python("-m", "contextpack", *arguments),
                             subprocess.run([PYTHON.parent / "contextpack", *arguments], capture_output=True, text=True,
                                            env=environment(), cwd="/")):
                    self.assertEqual((done.returncode, done.stdout, done.stderr),
                                     (expected.returncode, expected.stdout, expected.stderr))

    def test_standard_input_and_broken_pipes(self):
        self.assertEqual(python("-m", "contextpack", "tokens", "-", input="hello, world").stdout.split()[0], "3")
        done = subprocess.run(f"{PYTHON} -m contextpack help --markdown | head -n 1 >/dev/null; echo ${{PIPESTATUS[0]}}",
                              shell=True, executable="/bin/bash", capture_output=True, text=True, env=environment())
        self.assertIn(done.stdout.strip(), ("0", str(128 + signal.SIGPIPE)))
        self.assertEqual(done.stderr, "")

    def test_interrupts(self):
        codes = []
        for command in ([COMMAND], [PYTHON, "-m", "contextpack"]):
            with tempfile.TemporaryDirectory() as folder:
                pipe = os.path.join(folder, "pipe")
                os.mkfifo(pipe)
                process = subprocess.Popen([*command, "extract", pipe], env=environment(), stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                with open(pipe, "wb", buffering=0) as file:
                    file.write(b"I live in Porto.\n")
                    time.sleep(0.5)
                    process.send_signal(signal.SIGINT)
                    time.sleep(0.2)
                codes.append(process.wait(30))
        self.assertEqual(codes[0], codes[1])
        self.assertNotEqual(codes[0], 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
