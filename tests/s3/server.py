#!/usr/bin/env python3
"""A Ceph RADOS Gateway, an S3 server that verifies signatures, for the tests; on free ports of 127.0.0.1, in memory.

Usage: server.py run -- COMMAND...          starts it, runs COMMAND, stops it; for use by hand
       server.py start STATE                starts it and writes the file STATE; ends what an older STATE names
       server.py stop STATE                 stops what STATE names and removes it
       server.py check                      whether the programs are there

tests/support/use_server.py runs a command with the environment of the server that STATE names.

COMMAND finds in its environment:
    CONTEXTPACK_TEST_S3                  the server's URL, http://127.0.0.1:PORT; http://localhost:PORT and
                                         http://BUCKET.localhost:PORT are the same
    CONTEXTPACK_TEST_S3_TLS              the same server, https://localhost:PORT
    CONTEXTPACK_TEST_S3_CA               the certificate that it shows, for localhost and 127.0.0.1
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION    the keys of a user who may create buckets
There are no buckets; a test creates its own. Nothing is shared with a cluster that the machine may have.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from servers import end, free_port, read_state, run_command  # noqa: E402

PROGRAMS = ("ceph-mon", "ceph-osd", "ceph", "monmaptool", "radosgw", "radosgw-admin")
START_TIMEOUT_S = 90
PREFIX = "contextpack-s3-"
ACCESS_KEY = "TESTKEY"
SECRET_KEY = "not-a-secret"
MEMORY_BYTES = 3 << 30

CONFIGURATION = """
[global]
fsid = {fsid}
mon host = {monitors}
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = {memory_bytes}
osd class load list = *
osd class default list = *
mon max pg per osd = 1000
mon data avail crit = 1
mon election timeout = 1
paxos propose interval = 0.05
paxos min wait = 0.01
log file = {folder}/$name.log
admin socket = {folder}/$name.asok
pid file = {folder}/$name.pid
mon data = {folder}/mon
osd data = {folder}/osd
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:{port} ssl_endpoint=127.0.0.1:{tls_port} ssl_certificate={folder}/server.crt ssl_private_key={folder}/server.key tcp_nodelay=1
rgw dns name = localhost
rgw thread pool size = 64
"""


class ServerError(Exception):
    """Why the server can't be had."""


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin"


def check():
    for program in PROGRAMS:
        if shutil.which(program, path=search_path()) is None:
            raise ServerError(f"{program} is not installed (Debian: radosgw ceph-mon ceph-osd ceph-common)")


class Server:
    """One gateway with its cluster in a folder of its own."""

    def __init__(self):
        check()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))  # short: sockets are in it
        self.environment = {"PATH": search_path(), "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        self.configuration = self.folder / "ceph.conf"
        self.port = 0
        self.tls_port = 0
        self.pids = []

    def run(self, *command):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=self.folder,
                              stdin=subprocess.DEVNULL, env=self.environment, check=False, timeout=START_TIMEOUT_S)
        if done.returncode != 0:
            raise ServerError(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def begin(self, *command):
        """Starts a program that stays in the foreground."""
        with open(self.folder / f"{command[0]}.out", "ab") as output:
            process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       cwd=self.folder, env=self.environment, start_new_session=True)
        self.pids.append(process.pid)

    def wait_until_ready(self):
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
                    return
            time.sleep(0.1)
        raise ServerError("the gateway does not answer:\n" + (self.folder / "radosgw.out").read_text()[-2000:])

    def start(self):
        try:
            fsid, osd = uuid.uuid4(), uuid.uuid4()
            monitors = f"[v2:127.0.0.1:{free_port()},v1:127.0.0.1:{free_port()}]"
            self.port = free_port()
            self.tls_port = free_port()
            self.configuration.write_text(CONFIGURATION.format(fsid=fsid, monitors=monitors, folder=self.folder,
                                                               port=self.port, tls_port=self.tls_port,
                                                               memory_bytes=MEMORY_BYTES))
            self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                     "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "server.key",
                     "-out", "server.crt")
            (self.folder / "mon").mkdir()
            (self.folder / "osd").mkdir()
            use = ("-c", self.configuration)
            self.run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", monitors, "monmap")
            self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap", *use)
            self.begin("ceph-mon", "-f", "-i", "a", *use)
            self.run("ceph", *use, "osd", "new", osd)
            self.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd, *use)
            self.begin("ceph-osd", "-f", "-i", "0", *use)
            self.run("radosgw-admin", *use, "user", "create", "--uid=test", "--display-name=test",
                     f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}")
            self.begin("radosgw", "-f", *use, "-n", "client.admin")
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def variables(self):
        return {
            "CONTEXTPACK_TEST_S3": f"http://127.0.0.1:{self.port}",
            "CONTEXTPACK_TEST_S3_TLS": f"https://localhost:{self.tls_port}",
            "CONTEXTPACK_TEST_S3_CA": str(self.folder / "server.crt"),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
        }

    def state(self):
        return {"folder": str(self.folder), "pids": self.pids, "environment": self.variables()}

    def stop(self):
        stop(self.state())


def stop(state):
    """Nothing has to be kept: the memory goes with the processes."""
    folder = state["folder"]
    for pid in reversed(state["pids"]):
        end(pid, folder, (signal.SIGKILL,))
    if pathlib.Path(folder).name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def stop_state(path):
    state = read_state(path)
    if state is not None:
        stop(state)
    pathlib.Path(path).unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("verb", choices=("run", "start", "stop", "check"))
    parser.add_argument("state", nargs="?")
    arguments, command = sys.argv[1:], []
    if "--" in arguments:
        command = arguments[arguments.index("--") + 1:]
        arguments = arguments[:arguments.index("--")]
    given = parser.parse_args(arguments)
    if given.verb == "check":
        check()
        return 0
    if (given.verb == "run") != bool(command) or (given.verb != "run") != bool(given.state):
        parser.error("a COMMAND or a STATE is missing or too many")
    if given.verb == "stop":
        stop_state(given.state)
    elif given.verb == "start":
        stop_state(given.state)
        server = Server().start()
        pathlib.Path(given.state).write_text(json.dumps(server.state(), indent=1), encoding="utf-8")
    else:
        server = Server().start()
        try:
            return run_command(command, server.variables())
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerError as failure:
        sys.exit(f"server.py: {failure}")
