"""The contextpack command: python -m contextpack."""
import os
import pathlib
import shutil
import signal
import sys
from typing import Iterator, NoReturn, Optional

VARIABLE = "CONTEXTPACK_COMMAND"


def _candidates() -> Iterator[Optional[str]]:
    """The paths to try: the command in the wheel, the one in the environment variable, the one on PATH."""
    own = pathlib.Path(__file__).resolve().parent / "_lib" / "contextpack"
    yield str(own) if own.exists() else None
    yield os.environ.get(VARIABLE)
    # Skip the console script of this package, which has the same name and would call itself.
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    scripts = str(pathlib.Path(sys.executable).parent)
    yield shutil.which("contextpack", path=os.pathsep.join(place for place in places if place != scripts))


def main() -> NoReturn:
    """Replaces this process by the command, so that exit codes, signals and terminals work as usual."""
    command = next((found for found in _candidates() if found), None)
    if command is None:
        sys.exit("contextpack: this installation has no contextpack command: install a wheel that carries it, or set "
                 f"{VARIABLE} to its path")
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # ignored by Python, and inherited by the command
        signal.signal(ignored, signal.SIG_DFL)
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execv(command, ["contextpack", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"contextpack: can't run {command}: {error.strerror}")


if __name__ == "__main__":
    main()
