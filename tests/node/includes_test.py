"""Fails on an include of the Node addon that points up the order in bindings/node/src/README.md, on a header that
declares what another file defines, and on a file that the order does not name."""
import pathlib
import re
import sys

# generated.c holds the tables that function.h declares, and the functions that fill them.
MADE_OF = {"generated": ("function", "library", "value")}
DEFINED_IN = {"function": "generated", "library": "library generated"}


def read_order(source):
    return re.findall(r"^- `(\w+)`:", (source / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def check_includes(path, order):
    allowed = {*order[:order.index(path.stem) + 1], *(MADE_OF.get(path.stem, ()) if path.suffix == ".c" else ())}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r'#include "(?:.*/)?(\w+)\.h"', line)
        if match and match.group(1) not in allowed:
            yield f"{path}:{number}: {path.stem} stands before {match.group(1)} and must not include it"


def declared_functions(header):
    """The names of the functions that a header declares, without static ones."""
    text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^#.*(?:\\\n.*)*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", text))
    return [match.group(1) for match in re.finditer(r"^(?!typedef|static)[\w ]+?[ *](\w+)\([^;]*;", text, re.MULTILINE)]


def check_declarations(header, source):
    files = DEFINED_IN.get(header.stem, header.stem).split()
    code = "\n".join((source / f"{name}.c").read_text(encoding="utf-8") for name in files if (source / f"{name}.c").exists())
    for name in declared_functions(header):
        if not re.search(rf"^\w[\w *]*\b{name}\([^;]*?\)\s*\{{", code, re.MULTILINE):
            yield f"{header}: {name}() is declared here, but not defined in {files[0]}.c"


def main(source):
    order = read_order(source)
    files = sorted(source.glob("*.[ch]"))
    problems = [f"{path}: README.md does not name it" for path in files if path.stem not in order]
    problems += [f"README.md: there is no {name}" for name in order if not list(source.glob(f"{name}.[ch]"))]
    declared = 0
    for path in files:
        if path.stem in order:
            problems += check_includes(path, order)
            if path.suffix == ".h":
                declared += len(declared_functions(path))
                problems += check_declarations(path, source)
    print("\n".join(problems) or f"{len(order)} files, {declared} functions: all includes point down")
    return 1 if problems or declared < 50 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
