"""Fails on an include that src/modules.txt does not allow, on a circle among modules, and on a table or a README that
says something else."""
import pathlib
import re
import sys

DOCUMENT = "docs/architecture.md"
ON_PUBLIC_HEADERS = ("cli", "conformance")


def read_modules(source):
    """Module -> (modules it may include, what it does), in the table's order, lowest first."""
    modules = {}
    for line in (source / "modules.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, allowed, purpose = (cell.strip() for cell in line.split("|"))
            modules[name] = (allowed.split(), purpose)
    return modules


def module_of(path, modules):
    """The module with the longest name that the path lies in."""
    return max((name for name in modules if path.startswith(name + "/")), key=len, default=None)


def may_include(name, allowed, otherwise):
    return ", ".join([*(["the public headers"] if name in ON_PUBLIC_HEADERS else []), *allowed]) or otherwise


def table_of(modules):
    rows = ["| Module | What it does | May include |", "|---|---|---|"]
    rows += [f"| `{name}/` | {purpose} | {may_include(name, allowed, '-')} |"
             for name, (allowed, purpose) in modules.items()]
    return "\n".join(rows)


def check_order(modules):
    """Each module may include only modules above it in the file: there can be no circle."""
    seen = set()
    for name, (allowed, _) in modules.items():
        for other in allowed:
            if other not in seen:
                yield f"modules.txt: {name} may not include {other}, which comes later or does not exist"
        seen.add(name)


def check_includes(source, modules):
    for path in sorted(source.rglob("*.[ch]")):
        if "tools" in path.parts:
            continue  # programs that run at build time
        relative = path.relative_to(source).as_posix()
        module = module_of(relative, modules)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r'#include "([^"]+/[^"]+)"', line)
            other = module_of(match.group(1), modules) if match else None
            if other is not None and other != module and other not in modules[module][0]:
                yield f"{path}:{number}: {module} must not include {other}"


def read_files(source):
    """File without its suffix -> files that its .c and .h include."""
    files = {}
    for path in source.rglob("*.[ch]"):
        if "tools" not in path.parts:
            name = path.relative_to(source).with_suffix("").as_posix()
            included = re.findall(r'^#include "([^"]+)\.h"', path.read_text(encoding="utf-8"), re.MULTILINE)
            files.setdefault(name, set()).update(included)
    return {name: {other for other in included if other in files and other != name} for name, included in files.items()}


def reach(files, name):
    """What a file includes, also through others."""
    found, pending = set(), [name]
    while pending:
        for other in files[pending.pop()] - found:
            found.add(other)
            pending.append(other)
    return found


def check_circles(source):
    """Inside a module, too, no file includes itself through others."""
    files = read_files(source)
    reached = {name: reach(files, name) for name in files}
    for name in sorted(files):
        circle = sorted(other for other in reached[name] if name in reached[other])
        if circle:
            yield f"{source}/{name}: includes itself through {', '.join(circle)}"


def check_documents(source, modules):
    if table_of(modules) not in (source.parent / DOCUMENT).read_text(encoding="utf-8"):
        yield f"{DOCUMENT}: the table of modules is not what src/modules.txt says; it should be\n{table_of(modules)}"
    for name, (allowed, _) in modules.items():
        readme = source / name / "README.md"
        line = f"May include: {may_include(name, allowed, 'nothing else of src')}."
        if not readme.exists() or line not in readme.read_text(encoding="utf-8").splitlines():
            yield f"src/{name}/README.md should say what the module does, where to begin, and: {line}"


def check_functions(source):
    """Each function that the document names exists."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in source.rglob("*.[ch]"))
    for name in sorted(set(re.findall(r"`(\w+)\(\)`", (source.parent / DOCUMENT).read_text(encoding="utf-8")))):
        if not re.search(rf"\b{name}\(", code):
            yield f"{DOCUMENT}: there is no function {name}()"


def main(source):
    modules = read_modules(source)
    problems = [*check_order(modules), *check_includes(source, modules), *check_circles(source),
                *check_documents(source, modules), *check_functions(source)]
    print("\n".join(problems) or f"{len(modules)} modules: all includes point down")
    return 1 if problems or not modules else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
