"""Bad inputs and failing surroundings: a clear error with cause and place, the documented exit code, no partial output; and
when the cause is removed, the same command makes the same pack.

Usage: failure_test.py PROGRAM MAKE_EXPORT [--calls LIBRARY] [--moments N] [--slow] [--only NAME...]
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import inputs  # noqa: E402
from command import Failure, Home, check_no_temporary_files, check_whole, need  # noqa: E402

DOCUMENTS = [f"{name}.{form}" for name in ("compact", "standard", "complete") for form in ("md", "json")]
IN_PART, UNUSABLE, NOT_FOUND, PERMISSION, BUSY, FAILURE, LIMIT, CANCELLED = 3, 4, 5, 6, 7, 8, 10, 130
CHUNK_TOKENS = 30000
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class Room:
    """What a test uses: the programs, an export with the documents of an undisturbed build, and a folder for its homes."""

    def __init__(self, arguments, folder, shared=None):
        self.arguments = arguments
        self.folder = folder
        self.count = 0
        self.other = self.file("other/notes.md", "# Me\n\nI am a gardener in Lyon.\n")
        if shared is not None:  # made once for all tests
            self.export, self.reference = shared.export, shared.reference
            return
        self.export = folder / "made" / "conversations.json"
        self.export.parent.mkdir()
        with self.export.open("wb") as file:
            subprocess.run([pathlib.Path(arguments.make_export).resolve(), "800K", "7"], stdout=file, check=True)
        home = self.home()
        build(home, self.export)
        self.reference = documents(home)

    def home(self, **environment):
        self.count += 1
        return Home(self.arguments.program, self.folder / f"home-{self.count}", **environment)

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


def build_arguments(home, *files):
    return ["build", *files, "-o", home.out, "--type", "all", "--name", "Me", "--no-progress", "--set",
            f"chunk.max_tokens={CHUNK_TOKENS}"]


def build(home, *files, **options):
    return home.run(*build_arguments(home, *files), **options)


def documents(home):
    return {name: (home.out / name).read_bytes() for name in DOCUMENTS}


def need_same(room, home):
    for name, content in documents(home).items():
        need(content == room.reference[name], f"{name} differs from an undisturbed build's")
    check_whole(home)


def errors(text):
    """The JSON errors on standard error."""
    lines = [json.loads(line)["error"] for line in text.splitlines()]
    for error in lines:
        need(error["code"] and error["message"], f"an error without code or message: {error}")
    return lines


def need_says(text, *parts):
    for part in parts:
        need(part in text, f"the message does not say \"{part}\": {text}")


def need_failure(home, arguments, code, *parts):
    """The command fails with the code and the given parts of the message, as text and as JSON."""
    _, text = home.run(*arguments, code=code)
    need_says(text, *parts)
    _, text = home.run(*arguments, "--json", code=code)
    need_says(" ".join(error["message"] + " " + error.get("subject", "") for error in errors(text)), *parts)


def need_nothing_kept(home):
    need(home.rows("SELECT (SELECT count(*) FROM packs_v2), (SELECT count(*) FROM pack_sources)") == [(0, 0)],
         "an input that can't be used left rows")
    need(home.blob_keys() == [], f"blobs are left: {home.blob_keys()}")
    need(not home.out.exists(), "an output folder was made for nothing")
    check_whole(home)


# --- inputs


def test_unusable_inputs(room):
    home = room.home()
    for name, content, code, says in inputs.UNUSABLE:
        path = room.file("unusable/" + name, content)
        need_failure(home, build_arguments(home, path), UNUSABLE, path.name, says)
        need_failure(home, ["extract", path], code, path.name, says)
    need_nothing_kept(home)


def test_encrypted_with_password(room):
    if shutil.which("zip") is None:
        return "no zip command"
    path = room.folder / "secret.zip"
    subprocess.run(["zip", "-q", "-j", "-P", "secret", path, room.export], check=True)
    home = room.home()
    need_failure(home, build_arguments(home, path), UNUSABLE, "secret.zip", "encrypted", "password")
    need_nothing_kept(home)
    return None


def test_missing_file(room):
    home = room.home()
    need_failure(home, build_arguments(home, "nowhere.json"), UNUSABLE, "nowhere.json", "No such file")
    need_failure(home, ["extract", "nowhere.json"], NOT_FOUND, "nowhere.json", "No such file")
    need_nothing_kept(home)


def test_folder_without_inputs(room):
    home = room.home()
    folder = room.file("nothing/picture.png", b"\x89PNG\r\n\x1a\n").parent
    need_failure(home, build_arguments(home, folder), UNUSABLE, "no input has usable content")
    need_nothing_kept(home)


def test_unreadable_file(room):
    path = room.file("unreadable.json", inputs.export(2))
    path.chmod(0)
    home = room.home()
    if not as_somebody_else(room, home):
        return "needs setpriv"
    need_failure(home, build_arguments(home, path), UNUSABLE, "unreadable.json", "Permission denied")
    need_failure(home, ["extract", path], PERMISSION, "unreadable.json", "Permission denied")
    need_nothing_kept(home)
    return None


def test_good_beside_bad(room):
    home = room.home()
    bad = room.file("bad.zip", b"PK\x03\x04 and no more")
    _, text = build(home, bad, room.export, "nowhere.json", code=3)
    need_says(text, "bad.zip", "nowhere.json")
    need_same(room, home)


def test_truncated_export(room):
    """Complete data is kept, lost data is reported."""
    whole = inputs.export(5)
    path = room.file("truncated.json", whole[:whole.rindex('"title"') + 100])
    home = room.home()
    _, text = build(home, path, code=IN_PART)
    need_says(text, "truncated.json", "the file is truncated", "conversation 5", "the 4 before it were read")
    need(home.rows("SELECT conversations FROM contextpack_work") == [(4,)], "not 4 conversations were kept")
    check_whole(home)


def test_large_conversation(room):
    conversations = [inputs.conversation(0), inputs.conversation(1, "I like tea. " * 20000), inputs.conversation(2)]
    path = room.file("large.json", json.dumps(conversations))
    home = room.home()
    limit = ["--set", "import.max_conversation_bytes=100000"]
    _, text = home.run(*build_arguments(home, path), *limit, code=IN_PART)
    need_says(text, "large.json", "import.max_conversation_bytes", "conversation 2")
    need(home.rows("SELECT conversations FROM contextpack_work") == [(2,)], "not 2 conversations were kept")
    alone = room.file("alone.json", json.dumps(conversations[1:2]))
    need_failure(home, ["extract", alone, *limit], UNUSABLE, "alone.json", "import.max_conversation_bytes")
    check_whole(home)


def test_bomb(room):
    """10 GB of zeros in 10 MB, in one conversation, in none, in an archive inside: bounded time and memory."""
    inside = inputs.bomb(b'[{"title": "x", "mapping": {"a": {"message": "')
    bombs = [room.file("inside.zip", inside), room.file("plain.zip", inputs.bomb(b"")),
             room.file("nested.zip", inputs.archive({"inner.zip": inside}))]
    for file in bombs:
        home = room.home()
        started = time.monotonic()
        process = home.start(*build_arguments(home, file))
        text = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        print(f"  {file.name}: {seconds:.1f} s, {usage.ru_maxrss / 1024:.0f} MB: {text.strip()}")
        need(process.returncode == UNUSABLE, f"exit code {process.returncode}: {text}")
        need_says(text, file.name)
        need(seconds < 60, f"took {seconds:.0f} s")
        if not room.arguments.slow:
            need(usage.ru_maxrss < 400_000, f"took {usage.ru_maxrss} KB of memory")
        need_nothing_kept(home)


# --- surroundings


def as_somebody_else(room, home):
    """Runs the command as a user without root's permissions; returns False if impossible."""
    if os.geteuid() != 0:
        return True
    if shutil.which("setpriv") is None:
        return False
    reachable = subprocess.run([*NOBODY, room.arguments.program, "version"], capture_output=True, check=False)
    if reachable.returncode != 0:
        return False
    room.folder.chmod(0o755)
    for path in [home.folder, *home.folder.rglob("*")]:
        os.chown(path, 65534, 65534)
    home.prefix = NOBODY
    return True


def test_read_only_database(room):
    home = room.home()
    if not as_somebody_else(room, home):
        return "needs setpriv"
    build(home, room.export)
    home.database.chmod(0o400)
    home.database.parent.chmod(0o500)
    need_failure(home, build_arguments(home, room.other), PERMISSION, "contextpack.db")
    home.database.parent.chmod(0o700)
    home.database.chmod(0o600)
    build(home, room.export)
    need_same(room, home)
    return None


def test_read_only_folder(room):
    home = room.home()
    home.data.mkdir()
    if not as_somebody_else(room, home):
        return "needs setpriv"
    home.data.chmod(0o500)
    need_failure(home, build_arguments(home, room.export), PERMISSION, str(home.data), "Permission denied")
    home.data.chmod(0o700)
    home.folder.chmod(0o500)
    _, text = build(home, room.export, code=PERMISSION)
    need_says(text, str(home.out), "Permission denied")
    home.folder.chmod(0o700)
    build(home, room.export)
    need_same(room, home)
    return None


def test_not_a_database(room):
    home = room.home()
    home.database.parent.mkdir(parents=True)
    home.database.write_text("This is a diary, not a database. " * 100)
    need_failure(home, build_arguments(home, room.export), FAILURE, "contextpack.db", "not a")
    need("diary" in home.database.read_text(), "the file was changed")


def test_newer_schema(room):
    home = room.home()
    build(home, room.export)
    connection = sqlite3.connect(home.database)
    connection.execute("INSERT INTO contextpack_migrations SELECT max(number) + 1, 'later', checksum, applied_at, "
                       "max(number) + 1, '9.0.0' FROM contextpack_migrations")
    connection.commit()
    connection.close()
    need_failure(home, build_arguments(home, room.other), FAILURE, "contextpack.db", "newer")


def test_many_sources(room):
    """The health check covers all of them, beyond one page of a list."""
    home = room.home()
    build(home, room.export)
    connection = sqlite3.connect(home.database)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(pack_sources)")]
    own = {"id": "printf('%08d', number)", "source_id": "printf('later-%08d', number)", "status": "'failed'",
           "r2_raw_path": "NULL", "r2_extracted_path": "NULL", "r2_chunked_path": "NULL", "r2_analyzed_path": "NULL",
           "total_chunks": "0", "processed_chunks": "0", "created_at": "created_at + number"}
    connection.execute("WITH RECURSIVE numbers(number) AS (VALUES (1) UNION ALL SELECT number + 1 FROM numbers "
                       f"WHERE number < 1500) INSERT INTO pack_sources ({', '.join(columns)}) "
                       f"SELECT {', '.join(own.get(name, name) for name in columns)} FROM pack_sources, numbers")
    connection.commit()
    connection.close()
    out, _ = home.run("doctor")
    need_says(out, "none damaged, missing or orphaned")


def test_storage_removed(room):
    """The blobs are gone: said clearly; the health check finds it."""
    home = room.home()
    build(home, room.export)
    shutil.rmtree(home.blobs)
    _, text = build(home, room.other, code=FAILURE)
    need_says(text, "lost the blob")
    out, _ = home.run("doctor", code=FAILURE)
    need_says(out, "missing")


def build_in_many_chunks(home, room):
    return [*build_arguments(home, room.export), "--set", "chunk.max_tokens=2000"]


def lost_while_analysing(room, home, names):
    """A build killed during the analysis; then the named blobs are removed."""
    process = home.start(*build_in_many_chunks(home, room))
    while process.poll() is None and not (home.blobs.exists() and any(home.blobs.rglob("000003.json"))):
        time.sleep(0.002)
    process.kill()
    process.communicate()
    for path in list(home.blobs.rglob("*")):
        if path.is_file() and path.name in names:
            path.unlink()


def test_blobs_lost_midway(room):
    """The same command with the same input has everything back, and every chunk is charged once."""
    reference = room.home()
    reference.run(*build_in_many_chunks(reference, room))
    for names in (["raw"], ["text.md"], ["index.jsonl"], ["000001.json"],
                  ["raw", "text.md", "index.jsonl", "000000.json", "000002.json"]):
        home = room.home()
        lost_while_analysing(room, home, names)
        home.run(*build_in_many_chunks(home, room))
        need(documents(home) == documents(reference), f"documents differ after the loss of {names}")
        check_whole(home)


def test_storage_removed_during_build(room):
    home = room.home()
    process = home.start(*build_arguments(home, room.export))
    while process.poll() is None and not (home.blobs.exists() and any(home.blobs.rglob("raw"))):
        time.sleep(0.002)
    shutil.rmtree(home.blobs, ignore_errors=True)
    _, text = process.communicate(timeout=60)
    need(process.returncode in (0, FAILURE, NOT_FOUND), f"exit code {process.returncode}: {text}")
    build(home, room.export, code=None)


@contextlib.contextmanager
def lock(home):
    connection = sqlite3.connect(home.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def hold_lock(home, seconds):
    connection = sqlite3.connect(home.database, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")

    def release():
        connection.execute("ROLLBACK")
        connection.close()

    timer = threading.Timer(seconds, release)
    timer.start()
    return timer


def test_second_writer(room):
    home = room.home()
    home.run("migrate")
    started = time.monotonic()
    with lock(home):  # for as long as both commands take: 2 times .3 s, not 2 times the 10 s that are the default
        need_failure(home, [*build_arguments(home, room.export), "--set", "database.busy_timeout_ms=300"], BUSY,
                     "contextpack.db", "another connection")
    need(time.monotonic() - started < 15, "did not give up in time")
    held = hold_lock(home, 0.5)
    build(home, room.export)
    held.join()
    need_same(room, home)


def run_together(home, commands):
    processes = [home.start(*command) for command in commands]
    texts = [process.communicate(timeout=120) for process in processes]
    return [(process.returncode, out + err) for process, (out, err) in zip(processes, texts)]


def test_same_input_at_once(room):
    """One waits for what another has in hand, and takes its result."""
    for count in (2, 2, 4):
        home = room.home()
        results = run_together(home, [build_arguments(home, room.export)] * count)
        need([code for code, _ in results] == [0] * count, f"{results}")
        build(home, room.export)
        need_same(room, home)
        rows = home.rows("SELECT (SELECT count(*) FROM packs_v2), (SELECT count(*) FROM pack_sources), "
                         "(SELECT count(*) FROM pack_exports), (SELECT count(*) FROM user_profiles)")
        need(rows == [(1, 1, 3, 1)], f"packs, sources, exports, users: {rows}")


def test_different_inputs_at_once(room):
    for _ in range(3):
        home = room.home()
        results = run_together(home, [build_arguments(home, room.export), build_arguments(home, room.other)])
        need({code for code, _ in results} <= {0, BUSY}, f"{results}")
        build(home, room.export, room.other)
        check_whole(home)
        rows = home.rows("SELECT (SELECT count(*) FROM packs_v2), (SELECT count(*) FROM pack_sources)")
        need(rows == [(1, 2)], f"packs, sources: {rows}")


def test_four_at_once(room):
    home = room.home()
    commands = [["build", room.other, "-o", home.folder / f"out-{number}", "--name", f"Pack {number}", "--no-progress"]
                for number in range(4)]
    results = run_together(home, commands)
    need([code for code, _ in results] == [0] * 4, f"{results}")
    check_whole(home)
    rows = home.rows("SELECT (SELECT count(*) FROM packs_v2), (SELECT count(*) FROM pack_sources), "
                     "(SELECT count(*) FROM user_profiles)")
    need(rows == [(4, 4, 1)], f"packs, sources, users: {rows}")


def test_delete_during_build(room):
    """Each fails or reports what happened; afterwards nothing is left over and a build works."""
    for delay in (0.02, 0.1, 0.2, 0.3, 0.5):
        home = room.home()
        build(home, room.other)
        process = home.start(*build_arguments(home, room.export))
        time.sleep(delay)
        _, refusal = home.run("pack", "delete", "Me", "--yes", code=(0, BUSY))
        _, text = process.communicate(timeout=60)
        need(process.returncode in (0, NOT_FOUND, BUSY, CANCELLED, 2) or "has lost the blob" in text,
             f"exit code {process.returncode}: {text}")
        need(home.code == 0 or "another process" in refusal or "another connection" in refusal, refusal)
        check_whole(home)
        build(home, room.export)
        check_whole(home)


def test_full_disk(room):
    """On a disk of its own, at different sizes: storing, text, answers, documents and the database all meet the end."""
    if os.geteuid() != 0:
        return "needs root"
    disk = room.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "none", disk], capture_output=True,
                      check=False).returncode != 0:
        return "can't mount"
    try:
        for kilobytes in (100, 350, 1000, 1400, 1800, 1900, 2000, 2050, 2100, 2150, 2200, 2300, 2400):
            remount(disk, kilobytes)
            full_disk_once(room, disk, kilobytes)
            for path in disk.iterdir():
                shutil.rmtree(path)
    finally:
        subprocess.run(["umount", disk], check=True)
    return None


def remount(disk, kilobytes):
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", disk], check=True)


def full_disk_once(room, disk, kilobytes):
    home = room.home()
    home.data = disk / "data"
    home.out = disk / "out"
    home.environment["XDG_DATA_HOME"] = str(home.data)
    _, text = build(home, room.export, code=(0, FAILURE))
    if home.code == FAILURE:
        need("o space left" in text, f"{kilobytes} KB: {text}")
        need(str(disk) in text, f"the message does not say where: {text}")
    print(f"  {kilobytes} KB: {text.splitlines()[-1][-60:] if home.code else 'enough'}")
    remount(disk, 50000)
    build(home, room.export)
    need_same(room, home)


def test_full_disk_in_every_call(room):
    """Like a full disk, simulated from a given call on, then with space again."""
    library = room.arguments.calls
    if not library:
        return "needs --calls"
    count = room.folder / "calls"
    build(room.home(), room.export, environment={"LD_PRELOAD": library, "FAULT_COUNT": str(count)})
    calls = int(count.read_text())
    for moment in range(room.arguments.moments):
        call = 1 + moment * calls // room.arguments.moments
        home = room.home()
        full = {"LD_PRELOAD": library, "FAULT_KIND": "full", "FAULT_AT": str(call)}
        _, text = build(home, room.export, environment=full, code=(0, FAILURE))
        if home.code == FAILURE:
            # SQLite does not report why it cannot create a file.
            need("o space left" in text or "unable to open" in text, f"call {call} of {calls}: {text}")
        build(home, room.export)
        need_same(room, home)
    return None


def test_interrupted(room):
    """Ctrl-C: exit code 130, and the same command continues."""
    for delay in (0.05, 0.2, 0.4):
        home = room.home()
        process = home.start(*build_arguments(home, room.export))
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, text = process.communicate(timeout=60)
        need(process.returncode in (0, 130, -signal.SIGINT), f"exit code {process.returncode}: {text}")
        if process.returncode == 130:
            check_no_temporary_files(home)
        build(home, room.export)
        need_same(room, home)


def run_test(test, shared):
    """How it ended, and whether it failed."""
    with tempfile.TemporaryDirectory(prefix="contextpack-failure-") as folder:
        try:
            skipped = test(Room(shared.arguments, pathlib.Path(folder), shared))
            return (f"skipped: {skipped}" if skipped else "passed"), False
        except Failure as failure:
            return f"FAILED: {failure}", True


def main(arguments):
    tests = {name[5:]: test for name, test in globals().items() if name.startswith("test_")}
    failures = 0
    with tempfile.TemporaryDirectory(prefix="contextpack-failure-") as folder:
        pathlib.Path(folder).chmod(0o755)  # tests read the export as another user
        shared = Room(arguments, pathlib.Path(folder))
        for name in arguments.names or tests:
            started = time.monotonic()
            result, is_failed = run_test(tests[name], shared)
            failures += is_failed
            print(f"{name}: {result} ({time.monotonic() - started:.1f} s)", flush=True)
    return failures > 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("make_export")
    parser.add_argument("--only", dest="names", nargs="+", metavar="NAME")
    parser.add_argument("--calls", metavar="LIBRARY", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--moments", type=int, default=int(os.environ.get("CONTEXTPACK_FAULT_MOMENTS", "20")))
    parser.add_argument("--slow", action="store_true", help="under a sanitizer: figures of memory mean nothing")
    sys.exit(main(parser.parse_args()))
