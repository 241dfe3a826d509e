"""Commands on machines whose clocks are an hour off, in both directions: a lease that another machine holds is not
taken, one that has expired is, times that are stored are the server's, and what expires does so by the server's clock.

Usage: use_server.py STATE clock_test.py PROGRAM WRONG_CLOCK
WRONG_CLOCK is the library of wrong_clock.c.
"""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Failure, Home, need  # noqa: E402
from kill_test import Database  # noqa: E402

HOUR_S = 3600
ELSEWHERE = "m/b/pid:[1]/1/1/aa"
NOW_US = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
#: Every time that a run stored, by table and column, that is more than a minute from the server's.
FAR = """
SELECT 'pack_sources', created_at, now() FROM pack_sources WHERE abs(extract(epoch FROM created_at - now())) > 60
UNION ALL SELECT 'packs_v2', created_at, now() FROM packs_v2 WHERE abs(extract(epoch FROM created_at - now())) > 60
UNION ALL SELECT 'transactions', created_at, now() FROM credit_transactions
 WHERE abs(extract(epoch FROM created_at - now())) > 60
UNION ALL SELECT 'holds', to_timestamp(created_at / 1000000), now() FROM contextpack.holds
 WHERE abs(created_at - (extract(epoch FROM now()) * 1000000)::bigint) > 60000000
UNION ALL SELECT 'exports', created_at, now() FROM pack_exports WHERE abs(extract(epoch FROM created_at - now())) > 60
"""


def lease(database, source, seconds):
    database.sql(f"UPDATE contextpack.work SET lease_owner = '{ELSEWHERE}', "
                 f"lease_expires_at = {NOW_US} + {seconds} * 1000000 WHERE source_id = '{source}'")


def try_run(home, source, code):
    out, err = home.run("source", "run", source, "--no-progress", code=None)
    need(home.code == code, f"clock off by {home.environment['WRONG_CLOCK_S']} s: exit code {home.code}, not {code}: "
                            f"{out}{err}")
    return err


def with_clock(home, database, off_s):
    home.environment["WRONG_CLOCK_S"] = str(off_s)
    text = home.folder / f"text{off_s}.txt"
    text.write_text(f"I live in city {off_s} and I work as a baker.\n", encoding="utf-8")
    home.run("pack", "create", f"Pack {off_s}")
    source = home.json("source", "add", f"Pack {off_s}", str(text))
    source = source.get("source", source)["id"]
    lease(database, source, 30)
    need("another process is working" in try_run(home, source, home.busy), "the lease of another machine was taken")
    lease(database, source, -1)
    try_run(home, source, 0)
    home.run("export", "create", f"Pack {off_s}", code=0)
    rows = database.sql(FAR)
    need(rows == "", f"times of a clock that is off by {off_s} s were stored: {rows}")


def own_lease_ends(home, database, off_s):
    """What a machine with such a clock leaves behind does not stay its own for an hour, and is not free at once."""
    held = database.sql(f"SELECT count(*) FROM contextpack.work WHERE lease_owner IS NOT NULL AND "
                        f"abs(lease_expires_at - {NOW_US}) > 120 * 1000000::bigint")
    need(held == "0", f"clock off by {off_s} s: a lease ends far from now")


def main():
    database = Database("CONTEXTPACK_TEST_POSTGRES")
    try:
        with tempfile.TemporaryDirectory(prefix="contextpack-clock-") as name:
            home = Home(sys.argv[1], pathlib.Path(name), LD_PRELOAD=sys.argv[2])
            home.busy = 7
            home.environment["CONTEXTPACK_DATABASE"] = database.uri
            home.json("migrate")
            for off_s in (0, HOUR_S, -HOUR_S):
                with_clock(home, database, off_s)
                own_lease_ends(home, database, off_s)
    finally:
        database.drop()


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"clock_test: {failure}")
