"""Workers in several processes on one queue, one of them killed again and again, and an analyzer that fails a fifth of its
calls at random: in the end every chunk is analysed once and charged once, the pack is that of an undisturbed run, and no
lease outlives its time.

Usage: workers_test.py [--chunks N] [--processes N] [--concurrency N] [--kill-s S] [--backend sqlite|postgres]
       (inside: workers_test.py --work DATABASE STORAGE)

CONTEXTPACK_LIBRARY and PYTHONPATH name the library and the package; postgres needs the servers of tests/postgres/server.py.
"""
import argparse
import contextlib
import hashlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import contextpack
from contextpack.drivers import Analysis, Analyzer, Usage

LEASE_MS = 3000
SLACK_S = 6.0  # a busy machine
CHUNKS_OF_SOURCE = 20
SETTINGS = {"chunk.max_tokens": 120, "pipeline.lease_timeout_ms": LEASE_MS, "worker.retry_ms": 100,
            "worker.poll_ms": 100, "worker.max_attempts": 50}
WORDS = "garden harbour lantern copper willow granite meadow river candle basil orchard saddle violin compass".split()


def need(condition, message):
    if not condition:
        raise SystemExit(f"workers_test: {message}")


class Analyst(Analyzer):
    """The same answer to the same text, after a while; fails as often as told."""

    def __init__(self, failing, pause_s):
        self.failing, self.pause_s = failing, pause_s

    @property
    def identity(self):
        return "test/1"

    def analyze(self, request):
        time.sleep(self.pause_s)
        if random.random() < self.failing:
            raise OSError("the model is not reachable")
        digest = hashlib.sha256(request.text.encode()).hexdigest()[:12]
        return Analysis(f"A note {digest} about {request.text.split()[0]}.", Usage(input_tokens=100, output_tokens=10))


def open_engine(database, storage, analyst):
    return contextpack.Engine(database, storage, analyzer=analyst, settings=SETTINGS)


def work(database, storage, concurrency):
    """A worker process, until SIGTERM."""
    cancel = contextpack.Cancel()
    signal.signal(signal.SIGTERM, lambda *_: cancel.request())
    print(f"ready {os.getpid()}", flush=True)
    with open_engine(database, storage, Analyst(0.2, 0.05)) as engine, engine.service() as service:
        service.work.run_worker(concurrency=concurrency, cancel=cancel)


def text_of(number):
    """A text of about CHUNKS_OF_SOURCE chunks."""
    chance = random.Random(number)
    lines = [" ".join(chance.choice(WORDS) for _ in range(70)) + f", thought {number}-{line}."
             for line in range(CHUNKS_OF_SOURCE)]
    return "\n\n".join(lines)


class Site:
    """A database and a storage with one user's pack."""

    def __init__(self, database, storage, analyst, sources):
        self.engine = open_engine(database, storage, analyst)
        self.service = self.engine.service()
        user = self.service.users.create("someone@example.com")
        self.service.credits.grant(user, key="gift", credits=100000)
        self.me = self.engine.session(user.id)
        self.pack = self.me.packs.create("Me")
        self.sources = [self.me.sources.add(self.pack, contextpack.Text(text_of(number)), name=f"{number}.txt")
                        for number in range(sources)]
        for source in self.sources:
            self.me.work.submit(source)
        self.credits = self.me.credits.balance().free

    def document(self):
        made = self.me.exports.create(self.pack, contextpack.ExportType.COMPLETE)
        return self.me.exports.read_text(made)

    def close(self):
        self.me.close()
        self.service.close()
        self.engine.close()


class Workers:
    def __init__(self, arguments, count, folder):
        self.arguments, self.folder = arguments, folder
        self.processes = [self.start() for _ in range(count)]

    def start(self):
        with open(self.folder / "workers.log", "ab") as log:
            return subprocess.Popen([sys.executable, "-B", __file__, "--work", *self.arguments], stderr=log, stdout=log)

    def kill_one(self):
        at = random.randrange(len(self.processes))
        self.processes[at].kill()
        self.processes[at].wait()
        self.processes[at] = self.start()

    def wait_ready(self):
        """Until all of them take SIGTERM."""
        for _ in range(600):
            told = (self.folder / "workers.log").read_text(encoding="utf-8").split("\n")
            if all(f"ready {process.pid}" in told for process in self.processes):
                return
            time.sleep(0.1)

    def stop(self):
        self.wait_ready()
        for process in self.processes:
            process.terminate()
        codes = [process.wait(timeout=60) for process in self.processes]
        need(codes == [0] * len(codes), f"a worker ended with {codes}: {(self.folder / 'workers.log').read_text()[-2000:]}")


def check_leases(site):
    """No claim outlives its lease."""
    now = time.time()
    for item in site.service.work.all(contextpack.WorkState.RUNNING):
        late = now - item.lease_until.timestamp()
        need(late < SLACK_S, f"the lease of {item.id} ended {late:.1f} s ago, and nobody has taken it")


def run_until_done(site, workers, kill_s, deadline_s):
    kills = 0
    started = time.monotonic()
    next_kill = started + kill_s
    while list(site.service.work.list(limit=1)):
        need(time.monotonic() - started < deadline_s, f"not done after {deadline_s} s: "
             f"{[(item.state, item.reason, item.message) for item in site.service.work.all()][:5]}")
        if time.monotonic() >= next_kill:
            workers.kill_one()
            kills += 1
            next_kill = time.monotonic() + kill_s
        check_leases(site)
        time.sleep(0.1)
    return kills, time.monotonic() - started


def check_once(site):
    """Each chunk is done, and charged once."""
    chunks = 0
    for source in site.me.sources.all(site.pack):
        need(source.status == contextpack.SourceStatus.COMPLETED, f"{source.name} is {source.status_name}")
        need(source.processed_chunks == source.total_chunks, f"{source.name}: {source.processed_chunks} of "
             f"{source.total_chunks} chunks")
        need(source.input_tokens == 100 * source.total_chunks, f"{source.name}: {source.input_tokens} tokens")
        need(source.stalled_reason is None and source.lease_until is None, f"{source.name} stands still")
        chunks += source.total_chunks
    balance = site.me.credits.balance()
    need((balance.free, balance.held) == (site.credits - chunks, 0),
         f"{chunks} chunks cost {site.credits - balance.free} credits, {balance.held} are held")
    usage = [item for item in site.me.credits.all() if item.type == contextpack.TransactionType.USAGE]
    need(len(usage) == chunks, f"{len(usage)} charges for {chunks} chunks")
    need(not list(site.service.credits.audit()), "the ledger does not add up")
    return chunks


def new_database(backend, folder, name):
    if backend == "sqlite":
        return f"sqlite:{folder / name}.db"
    superuser = os.environ["CONTEXTPACK_TEST_POSTGRES_SUPERUSER"]
    database = f"workers_{os.getpid()}_{name}"
    subprocess.run(["psql", "-X", "-q", superuser, "-c", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)", "-c",
                    f"CREATE DATABASE {database} OWNER contextpack_test"], check=True, stderr=subprocess.DEVNULL)
    return f"{os.environ['CONTEXTPACK_TEST_POSTGRES'].rpartition('/')[0]}/{database}"


def drop(backend, names):
    if backend == "postgres":
        for name in names:
            subprocess.run(["psql", "-X", "-q", os.environ["CONTEXTPACK_TEST_POSTGRES_SUPERUSER"], "-c",
                            f"DROP DATABASE IF EXISTS workers_{os.getpid()}_{name} WITH (FORCE)"], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=40)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--kill-s", type=float, default=1.0)
    parser.add_argument("--backend", default="sqlite", choices=["sqlite", "postgres"])
    options = parser.parse_args()
    sources = max(2, options.chunks // CHUNKS_OF_SOURCE)
    with tempfile.TemporaryDirectory(prefix="workers") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        stack.callback(drop, options.backend, ("calm", "wild"))
        calm = Site(new_database(options.backend, folder, "calm"), f"file:{folder / 'calm'}", Analyst(0, 0), sources)
        stack.callback(calm.close)
        did = calm.service.work.run_worker(concurrency=1, until_empty=True)
        need(did.done == sources, f"undisturbed: {did}")
        check_once(calm)
        database = new_database(options.backend, folder, "wild")
        storage = f"file:{folder / 'wild'}"
        wild = Site(database, storage, Analyst(0, 0), sources)
        stack.callback(wild.close)
        workers = Workers([database, storage, str(options.concurrency)], options.processes, folder)
        try:
            kills, took_s = run_until_done(wild, workers, options.kill_s, 60 + 5 * options.chunks)
        finally:
            workers.stop()
        chunks = check_once(wild)
        need(wild.document() == calm.document(), "the pack is not that of the undisturbed run")
        print(f"{options.backend}: {chunks} chunks of {sources} sources, {options.processes} processes of "
              f"{options.concurrency}, {kills} killed, {took_s:.1f} s: each analysed and charged once")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
