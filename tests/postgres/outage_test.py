"""Eight processes build while backends end, PostgreSQL and pgbouncer restart or crash, and the network drops, refuses
and stalls (relay.py): what a build acknowledged is there, nothing is charged twice, no process crashes, and every error
may be tried again. Half of the processes come through pgbouncer.

Usage: outage_test.py PROGRAM
CONTEXTPACK_OUTAGE_SECONDS says how long; a short time otherwise. It starts servers of its own.
"""
import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server  # noqa: E402
from command import Failure, Home, need  # noqa: E402
from kill_test import STUCK, TWICE, UNPAID  # noqa: E402
from relay import Relay  # noqa: E402

PROCESSES = 8
SECONDS = 5
LAST_TRY_S = 60  # for work that is pending when the faults end
SETTINGS = {"chunk.max_tokens": 400, "database.connect_timeout_ms": 1500, "database.statement_timeout_ms": 2500,
            "database.busy_timeout_ms": 1500}


def work(uri, storage, user, seconds):
    """Builds texts one after another, each until it is acknowledged, and prints the results."""
    import contextpack  # noqa: PLC0415, of the build
    end = time.monotonic() + seconds
    errors, acknowledged, number, engine, longest = collections.Counter(), [], 0, None, 0
    failed = False
    while time.monotonic() < end or (failed and time.monotonic() < end + LAST_TRY_S):
        number += not failed
        started = time.monotonic()
        try:
            if engine is None:
                engine = contextpack.Engine(uri, storage, settings=SETTINGS)
            with engine.session(user) as me:
                pack, _ = me.packs.ensure(f"Pack {number % 5}")
                source = me.sources.add(pack, contextpack.Text(f"I work in job {number}. I like thing {number}.\n"))
                me.sources.run(source)
                me.exports.create(pack, "compact")
            acknowledged.append(source.id)
            failed = False
        except contextpack.ContextPackError as error:
            errors[json.dumps([type(error).__name__, error.native, error.retryable, str(error)[:160]])] += 1
            failed = True
            time.sleep(0.05)
        longest = max(longest, time.monotonic() - started)
    if engine is not None:
        engine.close()
    print(json.dumps({"acknowledged": acknowledged, "errors": errors, "pending": failed, "longest": longest}))


class Outages:
    """The faults, and how they are ended."""

    def __init__(self, own, relays, chance):
        self.own, self.relays, self.chance = own, relays, chance
        self.postgres, self.pooler = own.pids
        self.counts = collections.Counter()
        self.kinds = (self.end_backends, self.end_backends, self.restart_postgres, self.crash_postgres,
                      self.restart_pooler, self.refuse, self.stall, self.drop)

    def end_backends(self):
        try:
            self.own.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                          "AND backend_type = 'client backend'")
        except server.ServerError:
            pass  # it ended its own

    def again(self, pid, signals, start, port, log):
        server.end(pid, self.own.folder, signals)
        self.own.pids.remove(pid)
        time.sleep(self.chance.uniform(0, 0.4))
        process = start(port)
        need(self.own.wait_for(process, port, log), f"{log}: the port is taken")
        return process.pid

    def restart_postgres(self, number=signal.SIGINT):
        self.postgres = self.again(self.postgres, (number, signal.SIGQUIT, signal.SIGKILL), self.own.start_cluster,
                                   self.own.port, "postgres.log")

    def crash_postgres(self):
        self.restart_postgres(signal.SIGQUIT)

    def restart_pooler(self):
        self.pooler = self.again(self.pooler, (signal.SIGTERM, signal.SIGKILL), self.own.start_pooler,
                                 self.own.pooler_port, "pgbouncer.out")

    def refuse(self):
        self.chance.choice(self.relays).refuse(self.chance.uniform(0.1, 0.8))

    def stall(self):
        relay = self.chance.choice(self.relays)
        relay.is_stalled.set()
        time.sleep(self.chance.uniform(0.1, 2))
        relay.heal()

    def drop(self):
        relay = self.chance.choice(self.relays)
        for link in list(relay.links):
            link.is_silent.set()

    def go_on_for(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            kind = self.chance.choice(self.kinds)
            self.counts[kind.__name__] += 1
            kind()
            time.sleep(self.chance.uniform(0.05, 0.6))
        for relay in self.relays:
            relay.heal()


def check(own, told):
    done = set(own.psql("SELECT source_id FROM pack_sources WHERE status = 'completed'").split())
    acknowledged = [source for one in told for source in one["acknowledged"]]
    lost = [source for source in acknowledged if source not in done]
    need(not lost, f"{len(lost)} of {len(acknowledged)} acknowledged builds are lost: {lost[:3]}")
    need(not any(one["pending"] for one in told), "a build did not come to an end after the outages")
    for what, statement in (("stuck", STUCK), ("charged twice", TWICE), ("not charged once a chunk", UNPAID)):
        rows = own.psql(statement).strip()
        need(rows == "", f"{what}: {rows}")
    errors = collections.Counter()
    for one in told:
        for text, count in one["errors"].items():
            kind, native, retryable, message = json.loads(text)
            need(retryable, f"not to be tried again: {kind} {native}: {message}")
            errors[f"{native} {kind}"] += count
    return len(acknowledged), errors


def run(program, folder, seconds):
    own = server.Server().start()
    relays = [Relay(own.port), Relay(own.pooler_port)]
    processes = []
    try:
        home = Home(program, folder / "home")
        own.psql(f"ALTER DATABASE postgres OWNER TO {server.OWNER}")
        home.environment["CONTEXTPACK_DATABASE"] = own.uri()
        home.json("migrate")
        for number in range(PROCESSES):
            user = home.json("user", "create", "--email", f"user{number}@example.com", "--plan", "unlimited")["id"]
            uri = own.uri(port=relays[number % 2].port) + "?sslmode=disable&gssencmode=disable"
            processes.append(subprocess.Popen([sys.executable, __file__, "--work", uri, f"file:{folder}/blobs", user,
                                               str(seconds)], stdout=subprocess.PIPE, text=True))
        outages = Outages(own, relays, random.Random())
        outages.go_on_for(seconds)
        told = []
        for process in processes:
            out, _ = process.communicate(timeout=LAST_TRY_S + 60)
            need(process.returncode == 0, f"a process ended with {process.returncode}")
            told.append(json.loads(out))
        acknowledged, errors = check(own, told)
        longest = max(one["longest"] for one in told)
        print(f"{seconds} s, {PROCESSES} processes: {acknowledged} builds acknowledged, none lost, none charged twice; "
              f"{sum(errors.values())} errors, all to be tried again; the longest call took {longest:.1f} s\n"
              f"outages: {dict(outages.counts)}\nerrors: {dict(errors)}")
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for relay in relays:
            relay.close()
        own.stop()


def main():
    if sys.argv[1] == "--work":
        work(*sys.argv[2:5], float(sys.argv[5]))
        return
    with tempfile.TemporaryDirectory(prefix="contextpack-outage-") as name:
        run(sys.argv[1], pathlib.Path(name), float(os.environ.get("CONTEXTPACK_OUTAGE_SECONDS", SECONDS)))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"outage_test: {failure}")
