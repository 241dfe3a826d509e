"""Fails on an include that points up or sideways: which room may use which is docs/architecture.md's table."""
import pathlib
import re
import sys

BELOW = {
    "base": set(),
    "model": {"base"},
    "text": {"base"},
    "net": {"base"},
    "auth": {"base", "net"},
    "billing": {"base", "model", "net"},
    "extract": {"base", "model", "text"},
    "chunk": {"base", "model", "text"},
    "analyze": {"base", "model", "text"},
    "export": {"base", "model", "text"},
    "database": {"base"},
    "storage": {"base"},
    "store": {"base", "model", "database"},
}
BELOW["pipeline"] = set(BELOW) - {"pipeline"}
BELOW["api"] = set(BELOW)
BELOW["cli"] = set()
BELOW["conformance"] = set()


def main(source):
    problems = []
    checked = 0
    for path in sorted(source.rglob("*.[ch]")):
        room = path.relative_to(source).parts[0]
        if "tools" in path.parts:
            continue  # programs that run at build time
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r'#include "([^"/]+)/', line)
            if match is None:
                continue
            checked += 1
            other = match.group(1)
            if other != room and other not in BELOW[room]:
                problems.append(f"{path}:{number}: {room} must not include {other}")
    print("\n".join(problems) or f"{checked} includes: all point down")
    return 1 if problems or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
