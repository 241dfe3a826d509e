"""SIGKILL at random moments of a build, then the same command again: the same pack, no stuck row, no orphaned blob, nothing
charged twice, no open hold.

Usage: kill_test.py PROGRAM MAKE_EXPORT [--moments N] [--seed N] [--calls LIBRARY]

CONTEXTPACK_FAULT_MOMENTS says how many moments there are; 20 when it does not.

The moments are drawn from the time that a build takes or, with the library of fault_calls.c, from the calls in which it
changes files, so that each of them may be the last; every second one has a user on the credits plan, every fifth is
killed several times in a row, every fifth adds an export that grew to a pack that is there, and every third is killed in
builds of a part (--partial, --max-chunks 2) before the whole one.
"""
import argparse
import collections
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Failure, Home, check_whole, need  # noqa: E402

DOCUMENTS = [f"{name}.{form}" for name in ("compact", "standard", "complete") for form in ("md", "json")]
SIZE = "1500K"  # 5 chunks of the size below, so that 10 credits are enough
EARLIER_SIZE = "500K"
CHUNK_TOKENS = 30000
PHASES = ["before the first row", "storing", "extraction", "analysis", "documents", "after the end"]


class Trial:
    """One data folder that builds `export`, possibly for a user on credits."""

    def __init__(self, program, folder, export, with_credits):
        self.home = Home(program, folder)
        self.export = export
        self.user = None
        self.part = []
        if with_credits:
            self.user = self.home.json("user", "create", "--email", "ledger@example.com")["id"]

    def arguments(self, export):
        given = ["build", export, "-o", self.home.out, "--type", "all", "--name", "Me", "--no-progress",
                 "--set", f"chunk.max_tokens={CHUNK_TOKENS}", *self.part]
        return given + (["--user", self.user] if self.user else [])

    def build(self, export=None, environment=None):
        self.home.run(*self.arguments(export or self.export), environment=environment)

    def kill_in_call(self, library, call):
        process = self.home.start(*self.arguments(self.export),
                                  environment={"LD_PRELOAD": library, "FAULT_KIND": "kill", "FAULT_AT": str(call)})
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def kill_after(self, seconds):
        process = self.home.start(*self.arguments(self.export))
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        process.kill()
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def documents(self):
        return {name: (self.home.out / name).read_bytes() for name in DOCUMENTS}

    def phase(self):
        """What the killed build was at, by the newest source."""
        if not self.home.database.exists():
            return PHASES[0]
        try:
            tables = self.home.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'pack_sources'")
        except sqlite3.OperationalError:  # an incomplete database, which only a writer can open
            return PHASES[0]
        sources = tables != [(0,)] and self.home.rows(
            "SELECT status FROM pack_sources WHERE source_name = 'conversations.json' ORDER BY created_at DESC LIMIT 1")
        if not sources:
            return PHASES[0]
        if sources[0][0] == "completed":
            (ready, wanted), = self.home.rows("SELECT (SELECT count(*) FROM pack_exports WHERE status = 'ready'), "
                                              "(SELECT 3 * count(*) FROM pack_sources)")
            published = (self.home.out / DOCUMENTS[-1]).exists()
            return PHASES[5] if ready == wanted and published else PHASES[4]
        return {"pending": PHASES[1], "processing": PHASES[2]}.get(sources[0][0], PHASES[3])


def make_export(program, size, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        subprocess.run([pathlib.Path(program).resolve(), size, "7"], stdout=file, check=True)
    return path


class References:
    """Results, duration and number of calls of uninterrupted builds."""

    def __init__(self, program, folder, export, earlier, library):
        self.documents = {}
        self.seconds = {}
        self.calls = {}
        for grown in (False, True):
            trial = Trial(program, folder / f"reference-{grown}", export, False)
            if grown:
                trial.build(earlier)
            count = folder / "calls"
            started = time.monotonic()
            trial.build(environment={"LD_PRELOAD": library, "FAULT_COUNT": str(count)} if library else None)
            self.calls[grown] = int(count.read_text()) if library else 0
            self.seconds[grown] = time.monotonic() - started
            self.documents[grown] = trial.documents()
            check_whole(trial.home)


def kill(chance, references, trial, grown, library):
    if library:
        return trial.kill_in_call(library, chance.randint(1, references.calls[grown]))
    killed = trial.kill_after(chance.uniform(0, references.seconds[grown]))
    if not killed:
        references.seconds[grown] *= 0.9  # the machine was busier when the time was taken
    return killed


def run_moment(moment, chance, references, trial, earlier, library):
    """Kills, builds again and looks; returns the phases that were interrupted."""
    grown = moment % 5 == 4
    kills = chance.randint(2, 4) if moment % 5 == 3 else 1
    phases = []
    if grown:
        trial.build(earlier)
    in_part = moment % 3 == 2
    trial.part = ["--partial", "--max-chunks", "2"] if in_part else []
    for _ in range(kills):
        if kill(chance, references, trial, grown, library):
            phases.append(trial.phase())
    trial.part = []
    trial.build()
    for name, content in trial.documents().items():
        need(content == references.documents[grown][name], f"{name} differs from an uninterrupted build's")
    check_whole(trial.home)
    rows = trial.home.rows("SELECT (SELECT count(*) FROM packs_v2), (SELECT count(*) FROM pack_sources), "
                           "(SELECT count(*) FROM pack_exports)")
    (packs, sources, exports), = rows
    wanted = 6 if grown else 3
    need((packs, sources) == (1, 2 if grown else 1), f"packs, sources, exports: {rows}")
    need(exports >= wanted if in_part else exports == wanted, f"packs, sources, exports: {rows}")  # also of the part
    return phases


def main(arguments):
    print(f"seed {arguments.seed}")
    chance = random.Random(arguments.seed)
    phases = collections.Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="contextpack-kill-") as folder:
        folder = pathlib.Path(folder)
        export = make_export(arguments.make_export, SIZE, folder / "now" / "conversations.json")
        earlier = make_export(arguments.make_export, EARLIER_SIZE, folder / "earlier" / "earlier.json")
        references = References(arguments.program, folder, export, earlier, arguments.calls)
        for moment in range(arguments.moments):
            trial = Trial(arguments.program, folder / f"home-{moment}", export, moment % 2 == 1)
            try:
                phases.update(run_moment(moment, chance, references, trial, earlier, arguments.calls))
            except Failure as failure:
                print(f"moment {moment} of seed {arguments.seed}: {failure}")
                return 1
    if arguments.calls:
        print(f"a build changes files in {references.calls[False]} calls")
    print(f"{arguments.moments} moments, {sum(phases.values())} builds killed in {time.monotonic() - started:.0f} s: "
          "the same pack every time")
    for phase in PHASES:
        print(f"  {phases[phase]:3} killed: {phase}")
    return 0 if sum(phases.values()) >= arguments.moments // 2 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("make_export")
    parser.add_argument("--moments", type=int, default=int(os.environ.get("CONTEXTPACK_FAULT_MOMENTS", "20")))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--calls", metavar="LIBRARY", type=lambda path: str(pathlib.Path(path).resolve()))
    sys.exit(main(parser.parse_args()))
