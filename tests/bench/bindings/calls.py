#!/usr/bin/env python3
"""What the Python package costs over bare calls: prints medians and ratios, and fails when one is over its limit.

Usage: calls.py [--rounds N]

- a snapshot's attribute against a bare ctypes call of the same getter: at most 1.5 times the time;
- listing 10,000 packs against the same rows through Python's sqlite3: at least half the speed.

Measurements are interleaved, so that whatever else the machine does meets both alike.
"""
import argparse
import ctypes
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time

import contextpack
from contextpack import Engine, _raw
from contextpack._library import lib

PACKS = 10_000
CALLS = 20_000
#: What a pack's attributes say; total_sources is counted when it is read.
SAME_ROWS = """SELECT pack_id, pack_name, description, custom_system_prompt,
    (SELECT count(*) FROM pack_sources s WHERE s.pack_id = p.pack_id AND s.user_id = p.user_id), total_tokens,
    created_at, updated_at FROM packs_v2 p WHERE user_id = ? ORDER BY updated_at DESC, pack_id DESC"""


def seconds(function):
    """The processor's time, which other programs on a busy machine do not add to."""
    began = time.process_time()
    function()
    return time.process_time() - began


def interleaved(first, second, rounds):
    """The median of each, measured in turn."""
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds + 1)][1:]
    return tuple(statistics.median(column) for column in zip(*pairs))


def repeat(statement, **names):
    """A function that runs a statement CALLS times."""
    scope = {}
    exec(f"def run():\n    for _ in range({CALLS}):\n        {statement}\n", names, scope)
    return scope["run"]


def bare_pack(me, pack):
    """The same pack as C's snapshot."""
    out, error = ctypes.c_void_p(), ctypes.c_void_p()
    if lib.cpk_pack_get(me._pointer, pack.id.encode(), ctypes.byref(out), ctypes.byref(error)):
        raise SystemExit(lib.cpk_error_message(error))
    return out


def getters(me, pack, rounds):
    """Each attribute's worst ratio to its bare call."""
    bare = bare_pack(me, pack)
    worst = 0.0
    for name, function, _ in _raw.SNAPSHOTS["cpk_pack"]:
        ours, theirs = interleaved(repeat(f"pack.{name}", pack=pack),
                                   repeat("get(bare)", get=getattr(lib, function), bare=bare), rounds)
        print(f"pack.{name:22} {ours / CALLS * 1e9:6.0f} ns, bare call {theirs / CALLS * 1e9:6.0f} ns: "
              f"{ours / theirs:.2f}")
        worst = max(worst, ours / theirs)
    lib.cpk_pack_free(bare)
    return worst


def listing(me, database, user, rounds):
    """The speed of listing against sqlite3's."""
    connection = sqlite3.connect(database)
    rows = []
    ours, theirs = interleaved(lambda: rows.append(len(list(me.packs))),
                               lambda: rows.append(len(connection.execute(SAME_ROWS, (user.id,)).fetchall())), rounds)
    connection.close()
    if set(rows) != {PACKS}:
        raise SystemExit(f"{set(rows)} rows instead of {PACKS}")
    print(f"listing {PACKS} packs: {ours * 1e3:.1f} ms, sqlite3 {theirs * 1e3:.1f} ms: {theirs / ours:.2f} of its speed")
    return theirs / ours


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        database = pathlib.Path(folder) / "packs.db"
        with Engine(database, "memory:") as engine, engine.service() as service:
            user = service.users.create("me@example.com")
            with engine.session(user) as me:
                for number in range(PACKS):
                    me.packs.create(f"Pack {number}", description="A description" if number % 3 else None)
                call, _ = interleaved(repeat("get(pack)", get=me.packs.get, pack=me.packs.list(limit=1)[0]), int, 1)
                print(f"me.packs.get(pack): {call / CALLS * 1e6:.1f} us")
                slow = getters(me, me.packs.list(limit=1)[0], rounds)
                fast = listing(me, database, user, rounds)
    if slow > 1.5 or fast < 0.5:
        sys.exit("over the limit")


if __name__ == "__main__":
    main()
