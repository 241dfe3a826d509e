#!/usr/bin/env python3
"""Each public header begins with an example that compiles as C99 without warnings.

Usage: header_examples_test.py COMPILER

An example is in the comment before the header's first include, indented by four spaces. It is inserted into the frame of
docs/guide/README.md, where `session` is the user's session.
"""
import re
import subprocess
import sys

from guide_test import ROOT, framed

INTRODUCTION = re.compile(r"#ifndef \w+\n#define \w+\n\n/\*\*\n(.*?) \*/\n\n#include", flags=re.S)


def example(header):
    """The header's example; "" if it has none."""
    found = INTRODUCTION.search(header.read_text(encoding="utf-8"))
    text = found.group(1) if found else ""
    lines = [re.sub(r"^ \* ?", "", line) for line in text.split("\n")]
    before_tables = "\n".join(lines).partition("\n@errors ")[0].split("\n")
    code = [line for line in before_tables if line.startswith("    ") or not line]
    text = "\n".join(line[4:] for line in code).strip("\n")
    return text + "\n" if text else ""


def program(header):
    """A program with the example. `session` may be unused."""
    text = framed("c", example(header)).replace(" *me = NULL;", " *me = NULL, *session = NULL;")
    return text.replace("cpk_user_free(user);", "(void)session;\n    cpk_user_free(user);")


def main(compiler):
    failures = []
    headers = sorted((ROOT / "include").rglob("*.h"))
    for header in headers:
        name = str(header.relative_to(ROOT / "include"))
        if not example(header):
            failures.append(f"{name} begins without an example")
            continue
        done = subprocess.run([compiler, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function",
                               "-Wno-unused-but-set-variable", "-fsyntax-only", "-I", str(ROOT / "include"), "-x", "c", "-"],
                              input=program(header), text=True, capture_output=True)
        if done.returncode != 0:
            failures.append(f"{name}:\n{done.stderr}")
    print("\n".join(failures) or f"{len(headers)} examples compile")
    return 1 if failures or not headers else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
