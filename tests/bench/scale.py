"""Peak memory and time of `extract` and `build` on made exports: memory must not grow with the file.

Usage: scale.py PROGRAM MAKE_EXPORT [MEGABYTES...]      default: 200 1000
Fails when a peak is above 96 MB plus the largest conversation.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

LIMIT_MB = 96
BLOCK_BYTES = 1 << 20
CONVERSATION = b'{"title": "'  # how make_export begins one, and nothing else


def largest_conversation_mb(export):
    """The longest stretch between the beginnings of two conversations, read in blocks: what this process takes would
    count as its children's peak."""
    starts = []
    offset = 0
    rest = b""
    with export.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            text = rest + block
            at = text.find(CONVERSATION)
            while at >= 0:
                starts.append(offset - len(rest) + at)
                at = text.find(CONVERSATION, at + 1)
            offset += len(block)
            rest = text[-len(CONVERSATION) + 1:]
    return max(after - before for before, after in zip(starts, starts[1:] + [offset])) / 1e6


def measure(arguments, environment):
    started = time.monotonic()
    process = subprocess.Popen([str(part) for part in arguments], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.monotonic() - started, usage.ru_maxrss / 1024 * 1.048576


def main(program, make_export, sizes_mb):
    failed = 0
    print("| export | command | seconds | MB/s | peak MB | largest conversation MB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        environment = dict(os.environ, XDG_DATA_HOME=str(folder / "data"), XDG_CONFIG_HOME=str(folder / "config"))
        for size_mb in sizes_mb:
            export = folder / f"export-{size_mb}.json"
            with export.open("wb") as file:
                subprocess.run([make_export, str(size_mb * 1000000), "1"], stdout=file, check=True)
            largest_mb = largest_conversation_mb(export)
            for name, arguments in (("extract", ["extract", export]),
                                    ("build", ["build", export, "-o", folder / f"out-{size_mb}", "--type", "all",
                                               "--no-progress", "--quiet"])):
                code, seconds, peak_mb = measure([program, *arguments], environment)
                print(f"| {size_mb} MB | {name} | {seconds:.1f} | {size_mb / seconds:.0f} | {peak_mb:.0f} | "
                      f"{largest_mb:.1f} |", flush=True)
                failed |= code != 0 or peak_mb > LIMIT_MB + largest_mb
            export.unlink()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], [int(size) for size in sys.argv[3:]] or [200, 1000]))
