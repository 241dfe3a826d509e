"""What the scripts that start servers for the tests share: free ports, ends of processes, the state between calls."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

STOP_TIMEOUT_S = 20


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_alive(pid, folder):
    """Whether the process is there and is ours: its command line names our folder. A zombie is gone."""
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        state = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return str(folder).encode() in command and state.rpartition(")")[2].split()[0] != "Z"


def end(pid, folder, signals):
    """Sends one signal after the other until the process is gone."""
    for number in signals:
        if not is_alive(pid, folder):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while is_alive(pid, folder) and time.monotonic() < deadline:
            time.sleep(0.02)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def read_state(path):
    try:
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def run_command(command, environment):
    """The command's exit code; signals meant to end us reach it, too, so that the servers are stopped after it."""
    process = subprocess.Popen(command, env={**os.environ, **environment})
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: process.send_signal(got))
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            code = process.wait()
            return code if code >= 0 else 128 - code
