"""Every command that writes, killed or with a full disk at each of its calls that change files: running it again gives the
same result as without the fault, and nothing is left over, lost or charged twice.

Usage: write_test.py PROGRAM MAKE_EXPORT LIBRARY [--calls N] [--only NAME...]

LIBRARY is that of fault_calls.c. N calls of each command are tried, spread over all of them; CONTEXTPACK_FAULT_CALLS says
how many when --calls does not (default 1); 0 there, or "all", tries every one.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Failure, Home, check_no_temporary_files, need  # noqa: E402

CONFLICT, NOT_FOUND, FAILURE = 9, 5, 8
CHUNK_TOKENS = 8000
OLD_US = 1600000000000000  # 2020: a month that archives take
SETTINGS = ["--set", f"chunk.max_tokens={CHUNK_TOKENS}", "--no-progress"]
GONE = (0, NOT_FOUND)
HOUSEKEEPING = {"sqlite_sequence", "sqlite_stat1", "contextpack_holds"}  # a broken-off run leaves a hold that is closed


class Operation:
    """A command: its preconditions, its arguments, and the exit codes of a second run."""

    def __init__(self, name, setup, arguments, again=(0,)):
        self.name = name
        self.setup = setup
        self.arguments = arguments
        self.again = again


def one(home, sql):
    (value,), = home.rows(sql)
    return value


def nothing(_home, _files):
    pass


def built(home, files):
    home.run("build", files["small"], "-o", home.folder / "before", "--name", "Me", *SETTINGS)


def built_with_out(home, files):
    built(home, files)
    home.out.mkdir()


def added(home, files):
    home.run("pack", "create", "Me")
    home.run("source", "add", pack(home), files["small"])


def with_user(home, _files):
    home.run("user", "create", "--email", "ada@example.com")


def with_much(home, files):
    """A user on credits with a pack, a document and a job of their own."""
    with_user(home, files)
    home.run("build", files["note"], "-o", home.folder / "before", "--name", "Ada's", "--user", "ada@example.com",
             *SETTINGS)
    home.run("job", "create", files["note"], "--run", "--user", "ada@example.com")


def with_job(home, files):
    home.run("job", "create", files["small"])


def with_job_done(home, files):
    home.run("job", "create", files["small"], "--run")


def execute(home, *statements):
    connection = sqlite3.connect(home.database)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def with_old_rows(home, files):
    """Ledger entries and webhook logs of 2020."""
    built(home, files)
    execute(home, f"UPDATE credit_transactions SET created_at = {OLD_US} + rowid",
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20) "
            "INSERT INTO webhook_logs (id, webhook_id, event_type, status, created_at, updated_at) "
            "SELECT printf('00000000-0000-4000-8000-%012d', i), 'evt_' || i, 'ping', 'completed', "
            f"{OLD_US} + i, {OLD_US} + i FROM n")


def with_archives(home, files):
    with_old_rows(home, files)
    home.run("maintenance", "archive")


def with_orphans(home, files):
    """Stored files that no row names, old enough to be removed."""
    built(home, files)
    raw = home.blobs / one(home, "SELECT r2_raw_path FROM pack_sources").replace("/", "+/")
    for number in range(5):
        shutil.copy2(raw, raw.with_name(f"orphan{number}"))
    for path in raw.parent.iterdir():
        os.utime(path, (OLD_US / 1e6, OLD_US / 1e6))


def pack(home):
    return one(home, "SELECT pack_id FROM packs_v2")


def source(home):
    return one(home, "SELECT source_id FROM pack_sources")


def export(home):
    return one(home, "SELECT export_id FROM contextpack_exports LIMIT 1")


def job(home):
    return one(home, "SELECT job_id FROM jobs")


def legacy_pack(home):
    return one(home, "SELECT id FROM packs_legacy")


def build_of(name):
    return lambda home, files: ["build", files[name], "-o", home.out, "--type", "all", "--name", "Me", *SETTINGS]


OPERATIONS = [
    Operation("migrate", nothing, lambda home, files: ["migrate"]),
    Operation("build", nothing, build_of("small")),
    Operation("build_grown", built, build_of("large")),
    Operation("source_add", lambda home, files: home.run("pack", "create", "Me"),
              lambda home, files: ["source", "add", pack(home), files["small"]]),
    Operation("source_run", added, lambda home, files: ["source", "run", source(home), *SETTINGS]),
    Operation("source_read", built_with_out, lambda home, files: ["source", "read", source(home), "-o", home.out / "text.md"]),
    Operation("source_delete", built, lambda home, files: ["source", "delete", source(home), "--yes"], GONE),
    Operation("export_create", built, lambda home, files: ["export", "create", pack(home), "--type", "complete"]),
    Operation("export_read", built_with_out, lambda home, files: ["export", "read", export(home), "-o", home.out / "pack.md"]),
    Operation("export_delete", built, lambda home, files: ["export", "delete", export(home), "--yes"], GONE),
    Operation("pack_delete", built, lambda home, files: ["pack", "delete", pack(home), "--yes"], GONE),
    Operation("job_run", with_job, lambda home, files: ["job", "run", job(home), *SETTINGS]),
    Operation("job_delete", with_job_done, lambda home, files: ["job", "delete", job(home), "--yes"], GONE),
    Operation("job_copy", with_job_done, lambda home, files: ["job", "copy", legacy_pack(home)]),
    Operation("user_create", nothing, lambda home, files: ["user", "create", "--email", "ada@example.com"], None),
    Operation("user_delete", with_much, lambda home, files: ["user", "delete", "ada@example.com", "--yes"], None),
    Operation("credits_grant", with_user, lambda home, files: [
        "credits", "grant", "--user", "ada@example.com", "--credits", "5", "--key", "welcome"]),
    Operation("maintenance_archive", with_old_rows, lambda home, files: ["maintenance", "archive"]),
    Operation("maintenance_restore", with_archives, lambda home, files: ["maintenance", "restore"]),
    Operation("maintenance_sweep", with_orphans, lambda home, files: ["maintenance", "sweep"]),
    Operation("backup", built_with_out, lambda home, files: ["backup", home.out / "copy.db", "--replace"]),
]


def table_counts(home):
    if not home.database.exists():
        return {}
    names = [name for name, in home.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {name: one(home, f'SELECT count(*) FROM "{name}"') for name in names if name not in HOUSEKEEPING}


def outputs(home):
    """What lies in the output folder. Of a copied database only whether it is one, as its pages differ; a copy that was
    killed leaves its unfinished file beside it, under another name."""
    if not home.out.exists():
        return {}
    return {path.name: path.read_bytes() if path.suffix != ".db" else is_database(path)
            for path in home.out.iterdir() if path.name[0] != "." and not path.name.startswith("copy.db.")}


def is_database(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def blobs(home):
    """How many, by the last part of their keys, and what stands in those that must be the same every time."""
    found = {}
    for key in home.blob_keys():
        part = key.rsplit("/", 1)[-1]
        found[part] = found.get(part, 0) + 1
    return found


def state(home):
    return {"rows": table_counts(home), "outputs": outputs(home), "blobs": blobs(home)}


def need_same(home, wanted, when):
    has = state(home)
    for what, value in wanted.items():
        if has[what] != value:
            different = {name: (has[what].get(name), value.get(name)) for name in {**has[what], **value}
                         if has[what].get(name) != value.get(name)}
            if what == "outputs":
                different = sorted(different)
            raise Failure(f"{when}: {what} differ from an undisturbed run's (found, wanted): {different}")


def check_sound(home):
    """The health check finds nothing, no lease is left except of added sources (which the next run takes), no hold is open, no
    temporary file is left, every balance equals its ledger.
    """
    report = home.json("doctor")
    worse = [check for check in report["checks"] if check["outcome"] == "failed"]
    need(not worse, f"doctor: {worse}")
    stuck = home.rows("SELECT 'export', id FROM pack_exports WHERE status <> 'ready' "
                      "UNION ALL SELECT 'hold', hold_id FROM contextpack_holds WHERE status <> 'closed' "
                      "UNION ALL SELECT 'source', s.source_id FROM contextpack_work o JOIN pack_sources s "
                      "ON s.source_id = o.source_id WHERE o.lease_owner IS NOT NULL AND s.status <> 'pending' "
                      "UNION ALL SELECT 'job', j.job_id FROM contextpack_work o JOIN jobs j ON j.job_id = o.job_id "
                      "WHERE o.lease_owner IS NOT NULL AND j.status <> 'created' "
                      "UNION ALL SELECT 'export', export_id FROM contextpack_exports WHERE lease_owner IS NOT NULL")
    need(not stuck, f"rows are stuck: {stuck}")
    twice = home.rows("SELECT job_id, metadata, count(*) FROM credit_transactions "
                      "WHERE transaction_type IN ('usage', 'unlimited_usage') GROUP BY 1, 2 HAVING count(*) <> 1")
    need(not twice, f"charged more than once (source, chunk, times): {twice}")
    audit = home.json("credits", "audit")
    need(not audit.get("drifted"), f"balances that are not their ledger's: {audit}")
    check_no_temporary_files(home)


class Room:
    """What the operations share: programs, inputs and a folder for each home."""

    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.files = {"small": self.make("40K", "conversations.json"), "large": self.make("90K", "grown.json")}
        self.files["note"] = folder / "note.md"
        self.files["note"].write_text("# Me\n\nI am a gardener in Lyon.\n")

    def make(self, size, name):
        path = self.folder / name
        with path.open("wb") as file:
            subprocess.run([pathlib.Path(self.arguments.make_export).resolve(), size, "7"], stdout=file, check=True)
        return path

    def copy(self, template, name):
        folder = self.folder / name
        shutil.copytree(template.folder, folder)
        return Home(self.arguments.program, folder)


def is_offered(home, operation):
    name = operation.arguments(home, {"small": "", "large": "", "note": ""})[0] if operation.name == "backup" else None
    return name is None or f"  {name} " in home.run("help")[0]


def chosen_calls(calls, wanted, number):
    """Evenly spread; with one for each kind, another part of each command."""
    if wanted == 0 or wanted >= calls:
        return range(1, calls + 1)
    if wanted == 1:
        return [1 + calls * (number % 8) // 8]
    return sorted({1 + i * (calls - 1) // (wanted - 1) for i in range(wanted)})


def disturb(room, operation, template, wanted, kind, call):
    home = room.copy(template, f"{operation.name}-{kind}-{call}")
    arguments = operation.arguments(home, room.files)
    process = home.start(*arguments, environment={"LD_PRELOAD": room.arguments.library, "FAULT_KIND": kind,
                                                  "FAULT_AT": str(call)})
    _, text = process.communicate(timeout=300)
    when = f"{operation.name}, {kind} at call {call}"
    allowed = (0, -signal.SIGKILL) if kind == "kill" else (0, FAILURE)
    need(process.returncode in allowed, f"{when}: exit code {process.returncode}: {text}")
    if kind == "full" and process.returncode == FAILURE:
        need("o space left" in text or "unable to open" in text or "full" in text, f"{when}: {text}")
    if process.returncode == 0:
        need_same(home, wanted, f"{when}, which ended with 0")
    home.run(*arguments, code=operation.again)
    need_same(home, wanted, f"{when}, and once more")
    check_sound(home)
    shutil.rmtree(home.folder)
    return process.returncode != 0


def run_operation(room, operation):
    """Returns how many calls the command has and how many runs were disturbed; None when there is no such command."""
    template = Home(room.arguments.program, room.folder / f"{operation.name}-before")
    if not is_offered(template, operation):
        return None
    operation.setup(template, room.files)
    reference = room.copy(template, f"{operation.name}-reference")
    count = room.folder / "calls"
    reference.run(*operation.arguments(reference, room.files),
                  environment={"LD_PRELOAD": room.arguments.library, "FAULT_COUNT": str(count)})
    wanted = state(reference)
    check_sound(reference)
    calls = int(count.read_text())
    disturbed = 0
    number = OPERATIONS.index(operation)
    for kind in ("kill", "full"):
        for call in chosen_calls(calls, room.arguments.calls, number + 3 * (kind == "full")):
            disturbed += disturb(room, operation, template, wanted, kind, call)
    return calls, disturbed


def main(arguments):
    failed = []
    total = 0
    for operation in OPERATIONS:
        if arguments.names and operation.name not in arguments.names:
            continue
        with tempfile.TemporaryDirectory(prefix="contextpack-write-") as folder:
            started = time.monotonic()
            try:
                done = run_operation(Room(arguments, pathlib.Path(folder)), operation)
                result = f"{done[0]} calls, {done[1]} runs disturbed" if done else "no such command"
                total += done[1] if done else 0
            except (Failure, json.JSONDecodeError) as failure:
                failed.append(operation.name)
                result = f"FAILED: {failure}"
            print(f"{operation.name}: {result} ({time.monotonic() - started:.1f} s)", flush=True)
    print(f"{total} runs disturbed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed or total == 0 else 0


def calls_wanted():
    text = os.environ.get("CONTEXTPACK_FAULT_CALLS", "1")
    return 0 if text == "all" else int(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("make_export")
    parser.add_argument("library", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--calls", type=int, default=calls_wanted())
    parser.add_argument("--only", dest="names", nargs="+", metavar="NAME")
    sys.exit(main(parser.parse_args()))
