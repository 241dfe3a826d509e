"""Each public header alone compiles as C99, C11 and C++17 under -pedantic -Werror; every function that the headers
declare is in the version script and in the built library, and nothing else is.

Usage: headers_test.py PROJECT LIBRARY
"""
import pathlib
import re
import subprocess
import sys

MODES = [("gcc", "c99", "c"), ("gcc", "c11", "c"), ("g++", "c++17", "c++")]


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


def main(project, library):
    failures = []
    headers = sorted((project / "include").rglob("*.h"))
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
    print("\n".join(failures) or f"{len(headers)} headers, {len(declared)} symbols: ok")
    return 1 if failures or not declared or not headers else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
