#!/usr/bin/env python3
"""A PostgreSQL cluster and a pgbouncer (transaction mode) for the tests, on free ports of 127.0.0.1.

Usage: server.py run [OPTIONS] -- COMMAND...    starts both, runs COMMAND, stops both; for use by hand
       server.py start [OPTIONS] STATE          starts both and writes the file STATE; ends what an older STATE names
       server.py stop STATE                     stops what STATE names and removes it
       server.py check                          whether the programs are there

tests/support/use_server.py runs a command with the environment of the servers that STATE names.

COMMAND finds in its environment:
    PATH                                 with the programs of this PostgreSQL first; Debian's /usr/bin/psql is a script
                                         that takes ten times as long to start
    CONTEXTPACK_TEST_POSTGRES            URI of the database "postgres" as a role that may make databases and roles and
                                         bypasses row security, but is no superuser (as Supabase's "postgres")
    CONTEXTPACK_TEST_PGBOUNCER           the same through pgbouncer; any other database's name works, too
    CONTEXTPACK_TEST_POSTGRES_SUPERUSER  the same database as the superuser, straight
    CONTEXTPACK_TEST_POSTGRES_CA         the certificate that the server shows, for sslmode=verify-full; it is for
                                         localhost and 127.0.0.1
    CONTEXTPACK_TEST_POSTGRES_LOG        the server's log
The roles anon, authenticated and service_role are there; --bare leaves them to a migration. --set NAME=VALUE, also
several times, is a setting of the server's.

PostgreSQL and pgbouncer don't run as root: root starts them as the user postgres. Nothing is shared with a cluster that
the machine may have. Data is not flushed to disk: these servers are for tests only.
"""
import argparse
import base64
import glob
import hashlib
import hmac
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from servers import end, free_port, read_state, run_command  # noqa: E402

START_TIMEOUT_S = 60
ATTEMPTS = 3  # another process may take the free port first
PASSWORD = "not-a-secret"
OWNER = "contextpack_test"
SUPERUSER = "postgres"

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 300
shared_buffers = 64MB
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
ssl = on
ssl_cert_file = '{folder}/server.crt'
ssl_key_file = '{folder}/server.key'
password_encryption = 'scram-sha-256'
log_line_prefix = '%m [%p] %u@%d '
timezone = 'UTC'
jit = off
autovacuum = off
"""

ACCESS = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""

POOLER = """
[databases]
* = host=127.0.0.1 port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {pooler_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
admin_users = {superuser}
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 10
server_idle_timeout = 10
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""

ROLES = """
CREATE ROLE {owner} LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD '{secret}';
"""

#: Extensions of every database of the server: checks for damage in tables and indexes, usable by every role.
EXTENSIONS = """
CREATE SCHEMA extensions;
CREATE EXTENSION amcheck SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA extensions TO PUBLIC;
"""
SERVICE_ROLES = """
CREATE ROLE anon NOLOGIN;
CREATE ROLE authenticated NOLOGIN;
CREATE ROLE service_role NOLOGIN BYPASSRLS;
GRANT anon, authenticated, service_role TO {owner};
"""


def scram_secret(password, iterations=1):
    """What a server keeps of a password. The usual 4,096 iterations would take longer than the rest of a login."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    salt, stored, key = (base64.b64encode(part).decode() for part in (salt, stored, hmac.digest(salted, b"Server Key", "sha256")))
    return f"SCRAM-SHA-256${iterations}:{salt}${stored}:{key}"


class ServerError(Exception):
    """Why the servers can't be had."""


def programs():
    """The newest PostgreSQL of this machine, 15 or later."""
    folders = glob.glob("/usr/lib/postgresql/*/bin")
    folders.append(os.path.dirname(os.path.realpath(shutil.which("initdb") or "/usr/bin/initdb")))
    versions = []
    for folder in folders:
        if os.path.exists(os.path.join(folder, "initdb")) and os.path.exists(os.path.join(folder, "pg_isready")):
            shown = subprocess.run([os.path.join(folder, "postgres"), "--version"], capture_output=True, text=True,
                                   check=True).stdout
            versions.append((int(re.search(r"\d+", shown).group()), folder))
    if not versions or max(versions)[0] < 15:
        raise ServerError("PostgreSQL 15 or later is not installed (Debian: postgresql-15)")
    return max(versions)[1]


def pooler_program():
    found = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")
    if found is None:
        raise ServerError("pgbouncer is not installed (Debian: pgbouncer)")
    return found


class Server:
    """One cluster with its pooler in a folder of its own."""

    def __init__(self, bare=False, settings=()):
        self.settings = settings
        self.bin = programs()
        self.pooler = pooler_program()
        self.bare = bare
        self.account = {}
        self.pids = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="contextpack-postgres-"))
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        os.chmod(self.folder, 0o755)  # for the certificate
        self.environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        self.port = 0
        self.pooler_port = 0

    def run(self, *command, stdin=None):
        done = subprocess.run(list(map(str, command)), input=stdin, capture_output=True, text=True, cwd=self.folder,
                              env=self.environment, check=False, **self.account)
        if done.returncode != 0:
            raise ServerError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def write(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])
        path.chmod(mode)

    def begin(self, *command, log):
        with open(self.folder / log, "ab") as output:
            process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       cwd=self.folder, env=self.environment, start_new_session=True, **self.account)
        self.pids.append(process.pid)
        return process

    def psql(self, sql, database="postgres", port=None, user=SUPERUSER):
        return self.run(f"{self.bin}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p",
                        port or self.port, "-U", user, "-d", database, "-At", "-f", "-", stdin=sql)

    def wait_for(self, process, port, log):
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and process.poll() is None:
            ready = subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
            if ready.returncode == 0:
                return True
            time.sleep(0.05)
        text = (self.folder / log).read_text(encoding="utf-8", errors="replace")
        if process.poll() is not None and ("in use" in text or "could not bind" in text):
            return False
        raise ServerError(f"{log} says:\n{text[-4000:]}")

    def start_on_free_port(self, start, log):
        for _ in range(ATTEMPTS):
            port = free_port()
            process = start(port)
            if self.wait_for(process, port, log):
                return port
            self.pids.remove(process.pid)
        raise ServerError("no free port was left")

    def start_cluster(self, port):
        self.write("data/postgresql.conf", SETTINGS.format(port=port, folder=self.folder) +
                   "".join(f"{setting}\n" for setting in self.settings))
        return self.begin(f"{self.bin}/postgres", "-D", self.folder / "data", log="postgres.log")

    def start_pooler(self, port):
        self.write("pgbouncer.ini", POOLER.format(port=self.port, pooler_port=port, folder=self.folder,
                                                  superuser=SUPERUSER))
        return self.begin(self.pooler, "-q", self.folder / "pgbouncer.ini", log="pgbouncer.out")

    def start(self):
        try:
            self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                     "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                     "-keyout", "server.key", "-out", "server.crt")
            (self.folder / "server.key").chmod(0o600)
            (self.folder / "server.crt").chmod(0o644)
            self.run(f"{self.bin}/initdb", "-D", self.folder / "data", "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8",
                     "-A", "trust", "--no-sync")
            self.write("data/pg_hba.conf", ACCESS)
            self.port = self.start_on_free_port(self.start_cluster, "postgres.log")
            secret = scram_secret(PASSWORD)
            self.psql(f"ALTER ROLE {SUPERUSER} PASSWORD '{secret}';" + ROLES.format(owner=OWNER, secret=secret) +
                      ("" if self.bare else SERVICE_ROLES.format(owner=OWNER)))
            self.psql(EXTENSIONS, database="template1")
            self.write("users.txt", f'"{OWNER}" "{secret}"\n"{SUPERUSER}" "{secret}"\n')
            self.pooler_port = self.start_on_free_port(self.start_pooler, "pgbouncer.out")
        except BaseException:
            self.stop()
            raise
        return self

    def uri(self, user=OWNER, port=None, database="postgres"):
        return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{port or self.port}/{database}"

    def variables(self):
        return {
            "CONTEXTPACK_TEST_POSTGRES": self.uri(),
            "CONTEXTPACK_TEST_PGBOUNCER": self.uri(port=self.pooler_port),
            "CONTEXTPACK_TEST_POSTGRES_SUPERUSER": self.uri(user=SUPERUSER),
            "CONTEXTPACK_TEST_POSTGRES_CA": str(self.folder / "server.crt"),
            "CONTEXTPACK_TEST_POSTGRES_LOG": str(self.folder / "postgres.log"),
        }

    def state(self):
        return {"folder": str(self.folder), "pids": self.pids, "programs": self.bin, "environment": self.variables()}

    def stop(self):
        stop(self.state())


def stop(state):
    """The pooler first, then the cluster: a fast shutdown, then harder ones."""
    folder = state["folder"]
    for pid in reversed(state["pids"]):
        end(pid, folder, (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))
    if pathlib.Path(folder).name.startswith("contextpack-postgres-"):
        shutil.rmtree(folder, ignore_errors=True)


def stop_state(path):
    state = read_state(path)
    if state is not None:
        stop(state)
    pathlib.Path(path).unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("verb", choices=("run", "start", "stop", "check"))
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("state", nargs="?")
    arguments, command = sys.argv[1:], []
    if "--" in arguments:
        command = arguments[arguments.index("--") + 1:]
        arguments = arguments[:arguments.index("--")]
    given = parser.parse_intermixed_args(arguments)
    if given.verb == "check":
        programs(), pooler_program()
        return 0
    if (given.verb == "run") != bool(command) or (given.verb != "run") != bool(given.state):
        parser.error("a COMMAND or a STATE is missing or too many")
    if given.verb == "stop":
        stop_state(given.state)
    elif given.verb == "start":
        stop_state(given.state)
        server = Server(given.bare, given.set).start()
        pathlib.Path(given.state).write_text(json.dumps(server.state(), indent=1), encoding="utf-8")
    else:
        server = Server(given.bare, given.set).start()
        try:
            path = f"{server.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
            return run_command(command, {**server.variables(), "PATH": path})
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerError as failure:
        sys.exit(f"server.py: {failure}")
