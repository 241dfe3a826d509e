"""A server that becomes a standby and is promoted again, as in a failover: what reads works, what writes is an error that
may be tried again, and works once there is a primary again.

Usage: standby_test.py PROGRAM
It starts servers of its own.
"""
import json
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server  # noqa: E402
from command import Failure, Home, need  # noqa: E402


def restart(own, is_standby):
    server.end(own.pids[0], own.folder, (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))
    if is_standby:
        own.write("data/standby.signal", "")
    process = own.start_cluster(own.port)
    need(own.wait_for(process, own.port, "postgres.log"), "the port is taken")
    own.pids.remove(process.pid)
    own.pids[0] = process.pid


def create(home, name):
    out, err = home.run("pack", "create", name, "--json", code=None)
    return None if home.code == 0 else json.loads(err.strip().splitlines()[-1])["error"]


def main():
    own = server.Server(settings=("wal_level = 'replica'",)).start()
    try:
        own.psql(f"ALTER DATABASE postgres OWNER TO {server.OWNER}")
        with tempfile.TemporaryDirectory(prefix="contextpack-standby-") as name:
            home = Home(sys.argv[1], pathlib.Path(name))
            home.environment["CONTEXTPACK_DATABASE"] = own.uri()
            home.json("migrate")
            need(create(home, "Before") is None, "the primary takes no changes")
            restart(own, True)
            need(own.psql("SELECT pg_is_in_recovery()").strip() == "t", "the server is no standby")
            error = create(home, "During")
            need(error is not None and error["retryable"] and "standby" in error["message"], f"on a standby: {error}")
            home.run("pack", "list")
            home.environment["CONTEXTPACK_DATABASE"] = own.uri() + "?target_session_attrs=read-write"
            error = create(home, "During")
            need(error is not None and error["retryable"], f"no primary among the hosts: {error}")
            own.psql("SELECT pg_promote()")
            error = create(home, "After")
            need(error is None, f"after the promotion: {error}")
    finally:
        own.stop()


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"standby_test: {failure}")
