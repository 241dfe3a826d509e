"""Each public header alone compiles as C99, C11 and C++17 under -pedantic -Werror; every function that the headers
declare is in the version script and in the built library, and nothing else is; every one of them says since when it
is there, and is called with NULL in a test.

Usage: headers_test.py PROJECT LIBRARY
"""
import pathlib
import re
import subprocess
import sys

MODES = [("gcc", "c99", "c"), ("gcc", "c11", "c"), ("g++", "c++17", "c++"), ("clang", "c99", "c"), ("clang", "c11", "c"),
         ("clang++", "c++17", "c++")]


def compile_alone(project, header):
    include = header.relative_to(project / "include")
    failures = []
    for compiler, standard, language in MODES:
        command = [compiler, f"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                   "-I", str(project / "include"), "-x", language, "-"]
        result = subprocess.run(command, input=f"#include <{include}>\n", text=True, capture_output=True)
        if result.returncode != 0:
            failures.append(f"{include} as {standard}:\n{result.stderr}")
    return failures


def not_in_umbrella(project):
    """<contextpack/contextpack.h> alone brings every header."""
    result = subprocess.run(["gcc", "-std=c11", "-M", "-I", str(project / "include"), "-x", "c", "-"], check=True,
                            input="#include <contextpack/contextpack.h>\n", text=True, capture_output=True)
    return [f"{header.relative_to(project)} is not included by contextpack.h"
            for header in sorted((project / "include").rglob("*.h")) if str(header) not in result.stdout]


def undocumented(project, header):
    """Every function has a doc comment that says since when it is there: its own, or that of the run of declarations
    (lines without an empty one between them) that it stands in."""
    failures = []
    text = header.read_text()
    for paragraph in re.split(r"\n\s*\n", text):
        if "CPK_API" not in paragraph or "#define CPK_API" in paragraph:
            continue
        comment = re.search(r"/\*\*.*?\*/", paragraph, flags=re.S)
        first = paragraph.index("CPK_API")
        if comment is None or comment.start() > first or not re.search(r"\bSince[\s*]+\d", comment.group()):
            name = re.search(r"\bcpk_\w+(?=\()", paragraph[first:]).group()
            failures.append(f"{header.relative_to(project)}: {name} has no doc comment with \"Since\"")
    return failures


def main(project, library):
    failures = []
    headers = sorted((project / "include").rglob("*.h"))
    failures += not_in_umbrella(project)
    for header in headers:
        failures += compile_alone(project, header)
    declared = set(subprocess.run([str(project / "scripts/list-symbols")], text=True, capture_output=True,
                                  check=True).stdout.split())
    script = set(re.findall(r"^\s+(cpk_\w+);", (project / "src/contextpack.map").read_text(), flags=re.M))
    dynamic = subprocess.run(["nm", "-D", "--defined-only", str(library)], text=True, capture_output=True,
                             check=True).stdout
    exported = {line.split()[-1].split("@")[0] for line in dynamic.splitlines() if " A " not in line}
    for name, have in (("version script", script), ("library", exported)):
        failures += [f"{symbol} is declared, but not in the {name}" for symbol in sorted(declared - have)]
        failures += [f"{symbol} is in the {name}, but no header declares it" for symbol in sorted(have - declared)]
    nulls = (project / "tests/api/null_test.c").read_text()
    failures += [f"{symbol} is not called with NULL in tests/api/null_test.c" for symbol in sorted(declared)
                 if not re.search(rf"\b{symbol}\(", nulls)]
    for header in headers:
        failures += undocumented(project, header)
    print("\n".join(failures) or f"{len(headers)} headers, {len(declared)} symbols: ok")
    return 1 if failures or not declared or not headers else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
