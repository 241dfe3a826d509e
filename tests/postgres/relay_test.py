"""A relay between the library and PostgreSQL that disturbs the connection at each message of a build: see relay.py.

Each build ends right or with an error that may be tried again, and no process crashes. The same process then builds
again at once: it gets its own lease back, completes the same pack, and every chunk is charged once. Two kinds of
clients: an engine that lives on, with its pool of connections (Python), and a command for each build.

Usage: use_server.py STATE relay_test.py PROGRAM [--no-engine]
CONTEXTPACK_RELAY_TEST says how many moments are tried for each fault, spread over the build by chance, or "all".
"""
import json
import os
import pathlib
import random
import select
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Failure, Home, need  # noqa: E402
from kill_test import STUCK, TWICE, UNPAID, Database  # noqa: E402
from relay import FAULTS, TO_CLIENT, TO_SERVER, Relay  # noqa: E402

SAMPLES = 1
SETTINGS = {"chunk.max_tokens": 400, "database.connect_timeout_ms": 800, "database.statement_timeout_ms": 700,
            "database.busy_timeout_ms": 400}
LONGEST_S = 10  # a build with a fault: several waits may end one after the other
CLIENT_S = 60


def text_of(name):
    """Two chunks."""
    return "".join(f"I live in city {i} and I work as a baker. I like thing {i} of {name}.\n" for i in range(40))


def serve(uri, storage):
    """An engine that builds the inputs named on standard input, one per line, and prints the results."""
    import contextpack  # noqa: PLC0415, of the build
    engine = contextpack.Engine(uri, storage, settings=SETTINGS)
    for line in sys.stdin:
        user, name = json.loads(line)
        told = {}
        try:
            with engine.session(user) as me:
                pack, _ = me.packs.ensure(name)
                source = me.sources.run(me.sources.add(pack, contextpack.Text(text_of(name))))
                export = me.exports.create(pack, "compact")
                told = {"pack": pack.id, "source": source.id, "text": me.exports.read_text(export)}
        except contextpack.ContextPackError as error:
            told = {"error": str(error), "retryable": error.retryable, "native": error.native,
                    "kind": type(error).__name__}
        print(json.dumps(told), flush=True)


class Engine:
    """The process of serve()."""

    def __init__(self, uri, storage):
        self.process = subprocess.Popen([sys.executable, __file__, "--serve", uri, storage], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def build(self, user, name):
        self.process.stdin.write(json.dumps([user, name]) + "\n")
        self.process.stdin.flush()
        need(select.select([self.process.stdout], [], [], CLIENT_S)[0], f"{name}: no end after {CLIENT_S} s")
        line = self.process.stdout.readline()
        need(line, f"the process ended with {self.process.wait(10) if not line else None}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        need(self.process.wait(30) == 0, f"the process ended with {self.process.returncode}")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Command:
    """A process for each build."""

    def __init__(self, home):
        self.home = home

    def build(self, user, name):
        path = self.home.folder / f"{name}.txt"
        path.write_text(text_of(name), encoding="utf-8")
        settings = [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
        process = self.home.start("build", path, "-o", self.home.out, "--type", "compact", "--name", name, "--json",
                                  "--no-progress", "--user", user, *settings)
        try:
            out, err = process.communicate(timeout=CLIENT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"{name}: no end after {CLIENT_S} s") from None
        need(process.returncode >= 0 and process.returncode < 128, f"the command ended with {process.returncode}: {err}")
        if process.returncode == 0:
            return {"pack": json.loads(out)["pack"]["id"]}
        error = json.loads(err.strip().splitlines()[-1])["error"]
        return {"error": error["message"], "retryable": error["retryable"], "native": error.get("native"),
                "kind": error["code"]}

    def close(self):
        pass

    def kill(self):
        pass


class Trial:
    """Builds of one client through one relay."""

    def __init__(self, client, relay, user, database, label):
        self.client, self.relay, self.user, self.database, self.label = client, relay, user, database, label
        self.counts = {}
        self.tried = self.errors = 0
        self.kinds = {}

    def measure(self):
        """How many messages a build has, without a fault; the first one also fills the pool."""
        for name in ("first", "second"):
            self.again(f"{self.label}_{name}", "undisturbed", self.relay.count)
            self.counts = dict(self.relay.counts)

    def moments(self, samples, chance):
        """For each fault so many of both directions' messages, in their order; all of them for None."""
        for fault in FAULTS:
            every = [(fault, direction, number) for direction in (TO_SERVER, TO_CLIENT)
                     for number in range(1, self.counts[direction] + 1)]
            yield from every if samples is None else sorted(chance.sample(every, min(samples, len(every))))

    def disturb(self, fault, direction, number):
        where = f"{self.label}: {fault} at message {number} {direction}"
        name = f"{self.label}_{fault}_{direction[3:]}_{number}"
        self.relay.arm(direction, number, fault)
        started = time.monotonic()
        told = self.client.build(self.user, name)
        took = time.monotonic() - started
        need(took < LONGEST_S, f"{where}: took {took:.1f} s: {told}")
        need("error" not in told or told["retryable"], f"{where}: not to be tried again: {told}")
        if fault == "late" and "error" in told:  # unless the machine had too much else to do
            self.relay.heal()
            name += "_again"
            told = self.again(name, where, lambda: self.relay.arm(direction, number, fault))
        need("not-a-secret" not in json.dumps(told), f"{where}: the password is shown")
        self.relay.heal()
        again = self.again(name, where)
        need("error" in told or told["pack"] == again["pack"], f"{where}: another pack")
        packs = self.database.sql(f"SELECT count(*) FROM packs_v2 WHERE pack_name = '{name}'")
        need(packs == "1", f"{where}: {packs} packs")
        self.tried += 1
        if "error" in told:
            self.errors += 1
            kind = f"{told['native']} {told['kind']}"
            self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def again(self, name, where, prepare=lambda: None):
        """On a machine that has much to do a connection may take longer than the settings here allow."""
        for _ in range(5):
            prepare()
            told = self.client.build(self.user, name)
            need("error" not in told or told["native"] in ("08001", "08006"), f"{where}: the next try: {told}")
            if "error" not in told:
                return told
        raise Failure(f"{where}: the next tries: {told}")

    def check(self):
        for what, statement in (("stuck", STUCK), ("charged twice", TWICE), ("not charged once a chunk", UNPAID)):
            rows = self.database.sql(statement)
            need(rows == "", f"{self.label}: {what}: {rows}")
        sources = self.database.sql("SELECT pack_id, count(*) FROM pack_sources GROUP BY 1 HAVING count(*) <> 1")
        need(sources == "", f"{self.label}: added twice: {sources}")
        kinds = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.kinds.items()))
        print(f"{self.label}: {self.tried} faults over {self.counts[TO_SERVER]} + {self.counts[TO_CLIENT]} messages, "
              f"{self.errors} errors ({kinds}); all complete when tried again")


def samples_wanted():
    wanted = os.environ.get("CONTEXTPACK_RELAY_TEST", str(SAMPLES))
    return None if wanted == "all" else int(wanted)


def run(program, folder, with_engine):
    database = Database("CONTEXTPACK_TEST_POSTGRES")
    relay = Relay(int(database.uri.rpartition(":")[2].partition("/")[0]))
    through = database.uri.replace(f":{relay.server_port}/", f":{relay.port}/") + "?sslmode=disable&gssencmode=disable"
    chance = random.Random(11)
    clients = []
    try:
        home = Home(program, folder / "home")
        home.environment["CONTEXTPACK_DATABASE"] = database.uri
        home.json("migrate")
        user = home.json("user", "create", "--email", "a@example.com", "--plan", "unlimited")["id"]
        home.environment["CONTEXTPACK_DATABASE"] = through
        clients = [("command", Command(home))]
        if with_engine:
            clients.insert(0, ("engine", Engine(through, f"file:{home.data}/contextpack/blobs")))
        for label, client in clients:
            trial = Trial(client, relay, user, database, label)
            trial.measure()
            for moment in trial.moments(samples_wanted(), chance):
                trial.disturb(*moment)
            trial.check()
            client.close()
    finally:
        for _, client in clients:
            client.kill()
        relay.close()
        database.drop()


def main():
    if sys.argv[1] == "--serve":
        serve(*sys.argv[2:])
        return
    with tempfile.TemporaryDirectory(prefix="contextpack-relay-") as name:
        run(sys.argv[1], pathlib.Path(name), "--no-engine" not in sys.argv)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"relay_test: {failure}")
