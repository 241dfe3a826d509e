"""SIGKILL at random moments of a build, then the same command again: the same pack, no row stuck, no blob that nobody
names, nothing charged twice.

Usage: kill_test.py PROGRAM MAKE_EXPORT [MOMENTS [SEED]]
"""
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Home  # noqa: E402

DOCUMENTS = ["compact.md", "standard.md", "complete.md", "compact.json", "standard.json", "complete.json"]
EXPORT_BYTES = 3_000_000


def build_arguments(home, export, user):
    arguments = ["build", export, "-o", home.folder / "out", "--type", "all", "--name", "Me", "--no-progress",
                 "--set", "chunk.max_tokens=200000"]
    return arguments + (["--user", user] if user else [])


def prepare(program, folder, with_credits):
    home = Home(program, folder)
    user = None
    if with_credits:
        user = home.json("user", "create", "--email", "ledger@example.com")["id"]
    return home, user


def check(home, user, reference):
    for name in DOCUMENTS:
        if (home.folder / "out" / name).read_bytes() != reference[name]:
            return f"{name} differs from the uninterrupted build's"
    stuck = home.rows("SELECT source_id, status FROM pack_sources WHERE status <> 'completed' "
                      "UNION ALL SELECT id, status FROM pack_exports WHERE status <> 'ready'")
    if stuck:
        return f"stuck rows: {stuck}"
    sources, = home.rows("SELECT count(*) FROM pack_sources")[0]
    packs, = home.rows("SELECT count(*) FROM packs_v2")[0]
    if (sources, packs) != (1, 1):
        return f"{packs} packs and {sources} sources, not one of each"
    chunks, = home.rows("SELECT sum(total_chunks) FROM pack_sources")[0]
    kind = "usage" if user else "unlimited_usage"
    used = home.rows(f"SELECT count(*), sum(credits) FROM credit_transactions WHERE transaction_type = '{kind}'")[0]
    if used[0] != chunks:
        return f"{chunks} chunks, but {used[0]} {kind} transactions"
    if user:
        balance = home.json("credits", "balance", "--user", user)
        if balance["credits_balance"] != 10 - chunks or balance["held"] != 0:
            return f"the balance is {balance}, with {chunks} chunks used of 10 credits"
    out, err = home.run("doctor", code=None)
    if "FAIL" in (out + err).upper():
        return f"doctor: {out}{err}"
    leftovers = [name for name in home.blob_files() if ".tmp" in name]
    return f"temporary files stay: {leftovers}" if leftovers else None


def main(program, make_export, moments, seed):
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        export = folder / "conversations.json"
        with export.open("wb") as file:
            subprocess.run([make_export, str(EXPORT_BYTES), "7"], stdout=file, check=True)
        home, user = prepare(program, folder / "reference", False)
        started = time.monotonic()
        home.run(*build_arguments(home, export, user))
        whole_s = time.monotonic() - started
        reference = {name: (home.folder / "out" / name).read_bytes() for name in DOCUMENTS}
        killed = 0
        for moment in range(moments):
            home, user = prepare(program, folder / f"home-{moment}", moment % 2 == 1)
            process = home.start(*build_arguments(home, export, user))
            time.sleep(chance.uniform(0, whole_s))
            killed += process.poll() is None
            process.kill()
            process.communicate()
            home.run(*build_arguments(home, export, user))
            problem = check(home, user, reference)
            if problem:
                print(f"moment {moment} (seed {seed}): {problem}")
                return 1
        print(f"{moments} moments in {whole_s:.2f} s builds, {killed} killed before the end: same pack every time")
        return 0 if killed >= moments // 2 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 50,
                  int(sys.argv[4]) if len(sys.argv) > 4 else int(time.time())))
