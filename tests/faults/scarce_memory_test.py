"""The command without memory: with too little address space, at many sizes, and with single allocations refused from the
first one on. It ends with everything done, or with an error that says "out of memory" and an exit code that is not 0; and
the same command with memory then makes the same pack.

Usage: scarce_memory_test.py PROGRAM [--preload LIBRARY] [--full]
"""
import argparse
import json
import pathlib
import resource
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command import Failure, Home, check_whole, need  # noqa: E402

MIB = 1 << 20
INTERNAL = 1  # the exit code of "out of memory"
VALUES = 200_000
SAMPLES = 15
LARGEST = 1024 * MIB


def conversation(number, values=0):
    """One message, and a list beside it that the importer does not need."""
    message = {"id": f"m{number}", "author": {"role": "user"}, "create_time": 1700000000 + number,
               "content": {"content_type": "text", "parts": [f"I live in town {number} and my name is Ann."]},
               "metadata": {"list": [{}] * values}}
    return {"title": f"Town {number}", "create_time": 1700000000, "update_time": 1700000000,
            "conversation_id": f"c{number}", "current_node": f"m{number}",
            "mapping": {f"m{number}": {"id": f"m{number}", "parent": None, "children": [], "message": message}}}


def limited(limit):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def build(home, path, **options):
    return home.run("build", path, "-o", home.out, "--type", "all", "--name", "Me", "--no-progress",
                    **options)


def result(home):
    documents = {path.name: path.read_bytes() for path in sorted(home.out.iterdir())}
    rows = home.rows("SELECT status, total_chunks FROM pack_sources")
    return documents, rows, home.rows("SELECT count(*), sum(credits) FROM credit_transactions")


def smallest(home):
    """The least limit, in steps of a MiB, with which the command can start at all."""
    low, high = 1, 256
    while low < high:
        middle = (low + high) // 2
        home.run("--version", code=None, preexec_fn=limited(middle * MIB))
        low, high = (low, middle) if home.code == 0 else (middle + 1, high)
    return low * MIB


def try_without(arguments, folder, path, reference, what, **options):
    """Whether the build went well without memory for it."""
    home = Home(arguments.program, folder / what.replace(" ", "-"))
    out, text = build(home, path, code=None, **options)
    went_well = home.code == 0
    if went_well:
        need(result(home) == reference, f"{what}: the result is another one, and nothing told so: {text}")
    else:
        need(home.code > 0, f"{what}: the command died of signal {-home.code}\n{text}")
        need(home.code == INTERNAL and "out of memory" in text.lower(), f"{what}: exit code {home.code}, {out}{text}")
        build(home, path)
        need(result(home) == reference, f"{what}: the same command with memory came to another result")
    check_whole(home)
    shutil.rmtree(home.folder)
    return went_well


def test_address_space(arguments, folder):
    path = folder / "large.json"
    path.write_text(json.dumps([conversation(1), conversation(2, VALUES), conversation(3)]))
    home = Home(arguments.program, folder / "large")
    build(home, path)
    reference = result(home)
    limit = smallest(home)
    failed = 0
    while limit <= LARGEST and not try_without(arguments, folder, path, reference, f"limit {limit}",
                                               preexec_fn=limited(limit)):
        failed += 1
        limit += MIB if arguments.full else limit // 8
    need(failed > 0, "no limit was small enough")
    need(limit <= LARGEST, "no limit was large enough")
    print(f"{failed} limits were too small; {limit // MIB} MiB were enough")


def test_allocations(arguments, folder):
    path = folder / "small.json"
    path.write_text(json.dumps([conversation(1), conversation(2)]))
    home = Home(arguments.program, folder / "small")
    preload = {"LD_PRELOAD": str(pathlib.Path(arguments.preload).resolve())}
    count = folder / "count"
    build(home, path, environment={**preload, "FAULT_ALLOCATION": "-1", "FAULT_COUNT": str(count)})
    reference = result(home)
    allocations = int(count.read_text())
    step = 1 if arguments.full else allocations // SAMPLES
    failed = 0
    for at in range(0, allocations, step):
        for which in (f"{at}", f"{at}+"):
            failed += not try_without(arguments, folder, path, reference, f"allocation {which}",
                                      environment={**preload, "FAULT_ALLOCATION": which})
    need(failed > 0, "no refused allocation mattered")
    print(f"{allocations} allocations; {failed} refusals were reported")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--preload", help="the library that refuses allocations")
    parser.add_argument("--full", action="store_true", help="every allocation, and limits a MiB apart")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="contextpack-") as name:
        test_address_space(arguments, pathlib.Path(name))
        if arguments.preload:
            test_allocations(arguments, pathlib.Path(name))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
