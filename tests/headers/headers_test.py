"""Each public header alone compiles as C99, C11 and C++17 under -pedantic -Werror. Every function that the headers
declare, and nothing else, is in the version script and in the built library; its comment names the version that added
it, and if it can fail, its parameters and errors; a test calls it with NULL. Every struct that a caller fills has an INIT
macro.

Usage: headers_test.py PROJECT LIBRARY
"""
import json
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
    """Every function has a doc comment with "Since": its own, or that of its group of declarations (lines without an empty
    line between them).
    """
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


#: Parameters that need no explanation.
PLAIN_PARAMETERS = {"error"}
#: Structs with a struct_size that only the library fills.
FILLED_BY_LIBRARY = {"cpk_build_event", "cpk_chunk", "cpk_actor", "cpk_sink", "cpk_analyzer_request", "cpk_analyzer_usage"}


def incomplete_comments(api):
    """Every function that can fail documents each of its parameters and lists its errors."""
    failures = []
    for function in api["functions"]:
        if function["returns"] != "cpk_status" or function["params"][-1]["type"] != "cpk_error **":
            continue
        documented = set(re.findall(r"^@param (\w+)  ", function["doc"], flags=re.M))
        parameters = {param["name"] for param in function["params"]} - PLAIN_PARAMETERS
        failures += [f"{function['name']}: no @param {name}" for name in sorted(parameters - documented)]
        failures += [f"{function['name']}: @param {name} is not a parameter" for name in sorted(documented - parameters)]
        returned = function["doc"].partition("@return")[2]
        if not re.match(r" CPK_OK\n +CPK_ERROR_[A-Z_]+  +\S", returned):
            failures.append(f"{function['name']}: @return lists no errors")
    return failures


def without_init_macro(api):
    return [f"{described['name']} has no INIT macro" for described in api["types"]
            if described.get("sized") and "init_macro" not in described and described["name"] not in FILLED_BY_LIBRARY]


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
    api = json.loads((project / "bindings/api.json").read_text(encoding="utf-8"))
    failures += incomplete_comments(api) + without_init_macro(api)
    print("\n".join(failures) or f"{len(headers)} headers, {len(declared)} symbols: ok")
    return 1 if failures or not declared or not headers else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
