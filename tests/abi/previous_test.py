"""Runs the program of every released version (tests/abi/X.Y.Z/*.c) with today's library, as a binary of that time
would be: compiled with that version's headers, and linked against a stand-in that has that version's symbols and no
others, each under its symbol version. The program also asks for every function that its version had.

Usage: previous_test.py PROJECT LIBRARY
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def number(version):
    return tuple(int(part) for part in version.split(".")[:2])


def functions(project, version):
    """The functions that a version had, each with the version that brought it."""
    rows = [line.split(" ", 3) for line in (project / "tests/abi/symbols.txt").read_text().splitlines()]
    return {row[2]: row[0] for row in rows if row[1:2] == ["function"] and number(row[0]) <= version}


def stand_in(folder, named):
    """A library with empty functions under the names and symbol versions of that time."""
    versions = sorted(set(named.values()), key=number)
    script = ""
    for index, version in enumerate(versions):
        names = "".join(f" {name};" for name in sorted(named) if named[name] == version)
        tail = " local: *; };" if index == 0 else f" }} CONTEXTPACK_{versions[index - 1]};"
        script += f"CONTEXTPACK_{version} {{ global:{names}{tail}\n"
    (folder / "stand_in.map").write_text(script)
    (folder / "stand_in.c").write_text("".join(f"void {name}(void) {{}}\n" for name in named))
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libcontextpack.so.0",
                    f"-Wl,--version-script={folder / 'stand_in.map'}", "-o", str(folder / "libcontextpack.so"),
                    str(folder / "stand_in.c")], check=True)


def run(project, library, release):
    if not (release / "program.c").exists():
        print(f"{release.name} has no program.c that uses what it brought")
        return False
    named = functions(project, number(release.name))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        stand_in(folder, named)
        table = "".join(f"    (void (*)(void)){function},\n" for function in sorted(named))
        (folder / "all.c").write_text("#include <contextpack/contextpack.h>\n"
                                      f"void (*const all_functions[])(void) = {{\n{table}}};\n")
        binary = folder / "program"
        subprocess.run(["gcc", "-std=c11", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-cast-function-type", "-I",
                        str(release / "include"), *map(str, sorted(release.glob("*.c"))), str(folder / "all.c"), "-o",
                        str(binary), f"-L{folder}", "-lcontextpack", "-lsqlite3"], check=True)
        wanted = subprocess.run(["nm", "-D", "--undefined-only", str(binary)], check=True, text=True,
                                capture_output=True).stdout
        if len(set(re.findall(r"\b(cpk_\w+)@CONTEXTPACK_", wanted))) != len(named):
            print(f"{release.name}: the program does not ask for all {len(named)} functions")
            return False
        environment = dict(os.environ, LD_LIBRARY_PATH=str(library.parent), LD_BIND_NOW="1")
        ran = subprocess.run([str(binary), str(folder / "old.db")], env=environment, text=True, capture_output=True, timeout=60)
        print(f"{release.name}: {ran.stdout}{ran.stderr}", end="")
        return ran.returncode == 0


def main(project, library):
    releases = sorted(path.parent for path in (project / "tests/abi").glob("*/include"))
    results = [run(project, library, release) for release in releases]
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()))
