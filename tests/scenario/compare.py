#!/usr/bin/env python3
"""Runs the scenario in every language and compares: each transcript with what the scenario expects, then all transcripts
and files with each other.

Usage: compare.py DATA_DIR WORK_DIR NAME=COMMAND...      COMMAND is split like a shell's; see README.md
"""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

SCENARIO = pathlib.Path(__file__).with_name("scenario.json")


def run(command, data, out):
    """The transcript and the files that a runner makes."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    env = dict(os.environ)
    if "CONTEXTPACK_TEST_STORAGE" in env:
        env["CONTEXTPACK_TEST_STORAGE"] = env["CONTEXTPACK_TEST_STORAGE"].replace("RUNNER", out.name)
    subprocess.run([*shlex.split(command), str(SCENARIO), str(data), str(out)], env=env, check=True)
    lines = (out / "transcript.jsonl").read_text(encoding="utf-8").splitlines()
    files = {path.name: path.read_bytes() for path in sorted((out / "files").iterdir())}
    return [json.loads(line) for line in lines], files


def problems(steps, transcript):
    """Differences between a transcript and its scenario."""
    if len(steps) != len(transcript):
        yield f"{len(transcript)} of {len(steps)} steps were carried out"
    for number, (step, line) in enumerate(zip(steps, transcript)):
        where = f"step {number} ({json.dumps(step, ensure_ascii=False)})"
        if line.get("step") != number or line.get("do") != step["do"]:
            yield f"{where}: the transcript has {line}"
        elif "error" in step:
            if line.get("error", {}).get("code") != step["error"]:
                yield f"{where}: came to {line}"
        elif "error" in line:
            yield f"{where}: failed with {line['error']}"
        else:
            for key, value in step.get("expect", {}).items():
                if line["result"].get(key) != value:
                    yield f"{where}: {key} is {line['result'].get(key)!r}"


def differences(steps, ours, theirs):
    for step, line, other in zip(steps, ours[0], theirs[0]):
        if line != other:
            yield f"{step}:\n      {line}\n      {other}"
    made = {step["to"] for step in steps if "to" in step and "error" not in step}
    for name in sorted(made):
        if name not in ours[1] or ours[1][name] != theirs[1].get(name):
            yield f"the file {name} differs"
        elif not ours[1][name]:
            yield f"the file {name} is empty"


def tell(head, texts):
    """Prints the first few; the others are usually consequences."""
    all_texts = list(texts)
    for text in all_texts[:5]:
        print(head + text, file=sys.stderr)
    if len(all_texts) > 5:
        print(f"{head}... and {len(all_texts) - 5} more", file=sys.stderr)
    return bool(all_texts)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    data, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    steps = json.loads(SCENARIO.read_text(encoding="utf-8"))["steps"]
    runs = {}
    failed = False
    for argument in sys.argv[3:]:
        name, command = argument.split("=", 1)
        runs[name] = run(command, data, work / name)
        failed |= tell(f"{name}: ", problems(steps, runs[name][0]))
    first, *others = runs
    for other in others:
        failed |= tell(f"{first} and {other} differ: ", differences(steps, runs[first], runs[other]))
    print(f"{len(steps)} steps, {', '.join(runs)}: {'differences' if failed else 'all alike'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
