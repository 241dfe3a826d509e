"""What poolers say, by a server that speaks their part of the protocol: each refusal ends the command with an error that
is retryable where another try may help and final where it won't, at the login, at an engine's first question and at
BEGIN. Then a pooler that has no server, servers that stop to answer at each step, and SIGTERM while a command waits.

Usage: use_server.py STATE pooler_test.py PROGRAM [SLOW_NAMES]
SLOW_NAMES is the library of slow_names.c.
"""
import json
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Failure, Home, need  # noqa: E402
from handlers import wait_for_handler  # noqa: E402
from kill_test import Database  # noqa: E402

PGBOUNCER, SUPAVISOR, POSTGRES = "pgbouncer", "supavisor", "postgres"
#: Pooler, SQLSTATE, message, whether it is retryable.
REFUSALS = (
    (PGBOUNCER, "08P01", "server login has been failing, try again later (server_login_retry)", True),
    (PGBOUNCER, "08P01", "server login has been failing, cached error: connect failed (server_login_retry)", True),
    (PGBOUNCER, "08P01", "pgbouncer cannot connect to server", True),
    (PGBOUNCER, "08P01", "query_wait_timeout", True),
    (PGBOUNCER, "08P01", "client_login_timeout (server down)", True),
    (PGBOUNCER, "08P01", "no more connections allowed (max_client_conn)", True),
    (PGBOUNCER, "08P01", "client connections exceeded (max_user_client_connections)", True),
    (PGBOUNCER, "08P01", "the database system is starting up", True),
    (PGBOUNCER, "57P03", "the database system is shutting down", True),
    (PGBOUNCER, "08P01", "server conn crashed?", True),
    (PGBOUNCER, "08P01", "server shutting down", True),
    (PGBOUNCER, "08P01", "pooler is shutting down", True),
    (PGBOUNCER, "08P01", "database \"app\" is disabled", True),
    (PGBOUNCER, "08P01", "no such database: app", False),
    (PGBOUNCER, "08P01", "no such user", False),
    (PGBOUNCER, "08P01", "password authentication failed", False),
    (PGBOUNCER, "08P01", "SASL authentication failed", False),
    (PGBOUNCER, "08P01", "bouncer config error", False),
    (PGBOUNCER, "08P01", "SSL required", False),
    (PGBOUNCER, "28P01", "password authentication failed for user \"x\"", False),
    (SUPAVISOR, "XX000", "(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15",
     True),
    (SUPAVISOR, "XX000", "(EMAXCONN) max client connections reached, limit: 200", True),
    (SUPAVISOR, "XX000", "MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size",
     True),
    (SUPAVISOR, "XX000", "(ECHECKOUTTIMEOUT) unable to check out connection from the pool after 60000ms in transaction mode",
     True),
    (SUPAVISOR, "XX000", "(EDBHANDLEREXITED) connection to database closed. Check logs for more information", True),
    (SUPAVISOR, "XX000", "(ECIRCUITBREAKER) circuit breaker open for operation: db_connection", True),
    (SUPAVISOR, "57P01", "terminating connection due to administrator command", True),
    (SUPAVISOR, "08006", "(EAUTHTIMEOUT) timeout while waiting for message", True),
    (SUPAVISOR, "XX000", "(ENOTFOUND) tenant/user postgres.app not found", False),
    (SUPAVISOR, "XX000", "Tenant or user not found", False),
    (SUPAVISOR, "XX000", "(EADDRNOTALLOWED) address not in tenant allow_list: {1, 2, 3, 4}", False),
    (POSTGRES, "57P03", "the database system is starting up", True),
    (POSTGRES, "53300", "sorry, too many clients already", True),
    (POSTGRES, "3D000", "database \"app\" does not exist", False),
    (POSTGRES, "XX000", "could not read block 0 in file \"base/1/2\"", False),
)
TIMESTAMPTZ = 1184


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def refusal(who, sqlstate, text):
    fields = [("S", "FATAL"), ("C", sqlstate), ("M", text)]
    if who != PGBOUNCER:
        fields.insert(1, ("V", "FATAL"))
    if who == POSTGRES:
        fields += [("F", "postinit.c"), ("L", "1"), ("R", "InitPostgres")]
    return message(b"E", b"".join(key.encode() + value.encode() + b"\0" for key, value in fields) + b"\0")


READY = message(b"Z", b"I")
LOGIN = message(b"R", struct.pack("!I", 0)) + message(b"K", struct.pack("!II", 7, 8)) + READY
#: The answer to the question for the time: the beginning of 2025.
TIME = (message(b"1", b"") + message(b"2", b"") +
        message(b"T", struct.pack("!H", 1) + b"now\0" + struct.pack("!IHIhih", 0, 0, TIMESTAMPTZ, 8, -1, 1)) +
        message(b"D", struct.pack("!HIq", 1, 8, 788918400000000)) + message(b"C", b"SELECT 1\0") + READY)


class Pooler:
    """Answers a login and a number of queries, then sends its final message; without one it stops answering."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.steps = 0
        self.last = None
        self.held = []
        threading.Thread(target=self.accept, daemon=True).start()

    def behave(self, steps, last):
        self.steps, self.last, self.held = steps, last, []

    def accept(self):
        while True:
            peer, _ = self.listener.accept()
            self.held.append(peer)  # a silent one stays open
            threading.Thread(target=self.answer, args=(peer,), daemon=True).start()

    def answer(self, peer):
        try:
            self.take(peer, b"")  # the startup message
            for step in range(self.steps):
                peer.sendall(LOGIN if step == 0 else TIME)
                self.take(peer, b"S")
            if self.last is not None:
                peer.sendall(self.last)
                peer.close()
        except OSError:
            pass

    @staticmethod
    def take(peer, last_kind):
        """Messages up to one of a kind."""
        held = b""
        head = len(last_kind)
        while True:
            got = peer.recv(65536)
            if not got:
                raise OSError
            held += got
            while len(held) >= head + 4:
                length = head + struct.unpack("!I", held[head:head + 4])[0]
                if len(held) < length:
                    break
                kind, held = held[:head], held[length:]
                if kind == last_kind:
                    return


STEPS = ("login", "first question", "first statement")


def run_command(home, *more):
    started = time.monotonic()
    process = home.start("user", "list", "--json", "--set", "database.connect_timeout_ms=700", "--set",
                         "database.statement_timeout_ms=1000", *more)
    out, err = process.communicate(timeout=60)
    need(process.returncode > 0, f"it ended with {process.returncode}: {out}{err}")
    return json.loads(err.strip().splitlines()[-1])["error"], time.monotonic() - started


def refusals(home, pooler):
    for who, sqlstate, text, is_retryable in REFUSALS:
        for step, where in enumerate(STEPS):
            pooler.behave(step, refusal(who, sqlstate, text))
            error, _ = run_command(home)
            need(error["retryable"] == is_retryable and text in error["message"] and error["native"] == sqlstate,
                 f"{who} says \"{text}\" at the {where}: {error}")


def silence(home, pooler):
    for step, where in enumerate(STEPS):
        pooler.behave(step, None)
        error, took = run_command(home)
        need(error["retryable"] and took < 6, f"silent at the {where}, after {took:.1f} s: {error}")


def signals(home, pooler):
    """A command that waits is ended by the first SIGTERM."""
    for step, where in enumerate(STEPS):
        pooler.behave(step, None)
        expect_end(home, where)


def expect_end(home, where, **options):
    """Best of three: the processor may be late once, an end that waits for something else is late always."""
    for _ in range(3):
        process = home.start("user", "list", **options)
        need(wait_for_handler(process, signal.SIGTERM), f"{where}: it does not catch SIGTERM")
        time.sleep(0.6)
        need(process.poll() is None, f"{where}: it did not wait")
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        took = time.monotonic() - started
        need(process.returncode == 128 + signal.SIGTERM, f"{where}: it ended with {process.returncode}: {out}{err}")
        if took < 2:
            return
    need(False, f"{where}: SIGTERM took {took:.1f} s")


def hosts(home, pooler, preload):
    """Of several hosts and addresses the one that works is found, though those before it are silent, refuse or start;
    a resolver that takes long ends with the time for connecting."""
    database = Database("CONTEXTPACK_TEST_POSTGRES")
    home.environment["CONTEXTPACK_DATABASE"] = database.uri
    account, _, place = database.uri.rpartition("@")
    port = place.partition(":")[2].partition("/")[0]
    limit = ("--set", "database.connect_timeout_ms=3000")
    try:
        home.json("migrate")
        for what, last in (("silent", None), ("starting", refusal(POSTGRES, "57P03", "the database system is starting up"))):
            pooler.behave(0, last)
            home.environment["CONTEXTPACK_DATABASE"] = f"{account}@127.0.0.1:{pooler.port},127.0.0.1:1,{place}"
            out, err = home.run("user", "list", *limit, code=None)
            need(home.code == 0, f"the first host is {what}: {out}{err}")
        if preload is None:
            return
        home.environment["LD_PRELOAD"] = preload
        with socket.socket() as silent:
            silent.bind(("127.0.0.2", int(port)))
            silent.listen(8)
            home.environment["CONTEXTPACK_DATABASE"] = f"{account}@two.example:{port}/{database.name}"
            out, err = home.run("user", "list", *limit, code=None)
            need(home.code == 0, f"the first address is silent: {out}{err}")
        home.environment["CONTEXTPACK_DATABASE"] = f"{account}@slow.example,127.0.0.1:{port}/{database.name}"
        out, err = home.run("user", "list", *limit, code=None)
        need(home.code == 0, f"the first name is not resolved: {out}{err}")
        home.environment["CONTEXTPACK_DATABASE"] = f"{account}@slow.example/{database.name}"
        error, took = run_command(home)
        need(error["retryable"] and "resolve" in error["message"] and took < 5,
             f"a resolver that takes long, after {took:.1f} s: {error}")
        expect_end(home, "the resolver")
    finally:
        home.environment.pop("LD_PRELOAD", None)
        database.drop()


def locked(home):
    """The same where it waits for a lock of another session, in the database."""
    database = Database("CONTEXTPACK_TEST_POSTGRES")
    holder = None
    try:
        home.environment["CONTEXTPACK_DATABASE"] = database.uri
        home.json("migrate")
        holder = subprocess.Popen(["psql", "-X", "-q", database.uri, "-c",
                                   "BEGIN; LOCK TABLE user_profiles; SELECT pg_sleep(60)"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while database.sql("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
                           "WHERE c.relname = 'user_profiles' AND l.mode = 'AccessExclusiveLock'") == "0":
            time.sleep(0.05)
        expect_end(home, "a lock")
    finally:
        if holder is not None:
            holder.kill()
            holder.wait()
        database.drop()


def main():
    with tempfile.TemporaryDirectory(prefix="contextpack-pooler-") as name:
        home = Home(sys.argv[1], pathlib.Path(name))
        pooler = Pooler()
        home.environment["CONTEXTPACK_DATABASE"] = (f"postgresql://someone:not-a-secret@127.0.0.1:{pooler.port}/app"
                                                    "?sslmode=disable&gssencmode=disable")
        refusals(home, pooler)
        silence(home, pooler)
        signals(home, pooler)
        hosts(home, pooler, str(pathlib.Path(sys.argv[2]).resolve()) if len(sys.argv) > 2 else None)
        locked(home)
        print(f"{len(REFUSALS)} refusals at {len(STEPS)} steps, silence and SIGTERM at each")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"pooler_test: {failure}")
