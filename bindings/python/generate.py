#!/usr/bin/env python3
"""Makes contextpack/_raw.py, the ctypes layer, from bindings/api.json.

Usage: generate.py [--check]      --check: changes nothing and fails when the file is out of date
"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
API = HERE.parent / "api.json"
RAW = HERE / "contextpack" / "_raw.py"

SCALARS = {
    "char": "c_char", "double": "c_double", "int": "c_int", "int32_t": "c_int32", "int64_t": "c_int64",
    "size_t": "c_size_t", "uint32_t": "c_uint32", "uint64_t": "c_uint64", "uint8_t": "c_uint8",
}
HEAD = '''"""The C API as ctypes sees it. Made from bindings/api.json by generate.py; do not edit."""
from ctypes import (CFUNCTYPE, POINTER, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64,
                    c_void_p, sizeof)
from typing import Any, Dict, List, Tuple

from ._checked import Check, CheckedStructure, int32, int64, size, text, uint32, uint64

'''
#: The check in contextpack/_checked.py of each integer type.
CHECKS = {"int": "int32", "int32_t": "int32", "int64_t": "int64", "uint32_t": "uint32", "uint64_t": "uint64",
          "size_t": "size"}


class Api:
    def __init__(self, described):
        self.described = described
        self.types = {entry["name"]: entry for entry in described["types"]}

    def python_type(self, spelling):
        """The ctypes expression for a C type; None for void."""
        words = re.sub(r"\bconst\b", " ", spelling)
        pointers = words.count("*")
        name = words.replace("*", " ").strip()
        array = re.match(r"(\w+) ?\[(\d+)\]$", name)
        if array:
            return f"{SCALARS[array.group(1)]} * {array.group(2)}"
        base, pointers = self.base_type(name, pointers)
        for _ in range(pointers):
            base = f"POINTER({base})"
        return base

    def base_type(self, name, pointers):
        """What the pointers of a type end at, and how many are left."""
        entry = self.types.get(name)
        if name in ("char", "void") and pointers:
            return ("c_char_p" if name == "char" else "c_void_p"), pointers - 1
        if name == "void":
            return None, 0
        if name in SCALARS:
            return SCALARS[name], pointers
        if entry is None:
            raise SystemExit(f"{API}: the type {name!r} is not described")
        if entry["kind"] == "alias":
            return self.base_type(entry["type"], pointers)
        if entry["kind"] == "opaque":
            return "c_void_p", pointers - 1
        return name, pointers

    def check(self, parts, index):
        """The check of a parameter or field; None where any value of its ctypes type will do. A text that its length
        follows is data, and may hold NULs.
        """
        kind = parts[index]["type"]
        while kind in self.types and self.types[kind]["kind"] == "alias":
            kind = self.types[kind]["type"]
        if kind == "const char *":
            following = parts[index + 1] if index + 1 < len(parts) else {"type": "", "name": ""}
            is_data = following["type"] == "size_t" and re.search(r"(length|bytes)$|length_bytes$", following["name"])
            return None if is_data else "text"
        return CHECKS.get(kind)

    def checks(self, parts):
        """(index, name, check) of all that have one."""
        found = ((index, part["name"], self.check(parts, index)) for index, part in enumerate(parts))
        return [entry for entry in found if entry[2] is not None]

    def callback_type(self, entry):
        """A text that a callback returns is an address: Python's own would be gone by then."""
        returns = self.python_type(entry["returns"])
        returns = "c_void_p" if returns == "c_char_p" else returns
        return ", ".join([str(returns), *(self.python_type(param["type"]) for param in entry["params"])])

    def structs(self):
        """Structs and callback types, each after what it holds."""
        done = {}

        def visit(name):
            entry = self.types.get(name)
            if entry is None or name in done or entry["kind"] not in ("struct", "callback"):
                return
            done[name] = None  # a struct may point at itself
            for part in entry.get("fields", []) + entry.get("params", []):
                for word in re.findall(r"\w+", part["type"]):
                    visit(word)
                for param in part.get("params", []):
                    visit(re.findall(r"\w+", param["type"])[-1])
            del done[name]
            done[name] = entry

        for name in sorted(self.types):
            visit(name)
        return done.values()

    def snapshots(self):
        """The getters of each noun in the headers' order: {noun: [(field, function, is text)]}. Some have no list."""
        found = {}
        for function in self.described["functions"]:
            params = function["params"]
            match = re.match(r"const (cpk_\w+) \*$", params[0]["type"]) if len(params) == 1 else None
            noun = match.group(1) if match else ""
            if noun and "immutable record" in self.types[noun]["doc"]:
                found.setdefault(noun, []).append(function)
        return {noun: [(entry["name"][len(noun) + 1:], entry["name"], entry["returns"] == "const char *")
                       for entry in sorted(entries, key=lambda entry: self.order(entry["name"]))]
                for noun, entries in sorted(found.items())}

    def order(self, name):
        """Where a header declares a function."""
        for entry in self.described["functions"]:
            if entry["name"] == name:
                text = (HERE.parent.parent / "include" / entry["header"]).read_text(encoding="utf-8")
                return re.search(rf"^CPK_API [^;]*\b{name}\(|^{name}\(", text, flags=re.M).end()
        raise KeyError(name)


def struct_lines(api, entry):
    yield f"class {entry['name']}(CheckedStructure):"
    yield "    pass"
    yield ""
    yield ""


def fields_lines(api, entry):
    yield f"{entry['name']}._fields_ = ["
    for field in entry["fields"]:
        if "(*)" in field["type"]:
            kind = f"CFUNCTYPE({api.callback_type(field)})"
        else:
            kind = api.python_type(field["type"])
        yield f"    (\"{field['name']}\", {kind}),"
    yield "]"
    checks = ", ".join(f"\"{name}\": {check}" for _, name, check in api.checks(entry["fields"]))
    yield f"{entry['name']}._checks_ = {{{checks}}}"


def made(api):
    constants = sorted(api.described["constants"], key=lambda entry: entry["name"])
    lines = [f"{entry['name']} = {json.dumps(entry['value'])}" for entry in constants]
    lines += ["", ""]
    structs = [entry for entry in api.structs() if entry["kind"] == "struct"]
    for entry in structs:
        lines += struct_lines(api, entry)
    for entry in api.structs():
        if entry["kind"] == "callback":
            lines.append(f"{entry['name']} = CFUNCTYPE({api.callback_type(entry)})")
    for entry in structs:
        lines += fields_lines(api, entry)
    lines += ["", "STRUCTS = {"]
    lines += [f"    \"{entry['name']}\": {entry['name']}," for entry in structs]
    lines += ["}", "STRUCT_SIZES = {name: sizeof(struct) for name, struct in STRUCTS.items()}", "", "#: name: (what it returns, what it takes)", "PROTOTYPES: Dict[str, Tuple[Any, List[Any]]] = {"]
    for entry in sorted(api.described["functions"], key=lambda entry: entry["name"]):
        takes = ", ".join(api.python_type(param["type"]) for param in entry["params"])
        lines.append(f"    \"{entry['name']}\": ({api.python_type(entry['returns'])}, [{takes}]),")
    lines += ["}", "", "#: name: (index, parameter, check)", "CHECKS: Dict[str, Tuple[Tuple[int, str, Check], ...]] = {"]
    for entry in sorted(api.described["functions"], key=lambda entry: entry["name"]):
        checks = ", ".join(f"({index}, \"{name}\", {check})" for index, name, check in api.checks(entry["params"]))
        if checks:
            lines.append(f"    \"{entry['name']}\": ({checks},),")
    lines += ["}", "", "#: noun: (field, getter, is text), in the headers' order",
              "SNAPSHOTS: Dict[str, List[Tuple[str, str, bool]]] = {"]
    for noun, getters in api.snapshots().items():
        lines.append(f"    \"{noun}\": [")
        lines += [f"        (\"{field}\", \"{getter}\", {text})," for field, getter, text in getters]
        lines.append("    ],")
    lines.append("}")
    return HEAD + "\n".join(lines) + "\n"


def main():
    text = made(Api(json.loads(API.read_text(encoding="utf-8"))))
    if sys.argv[1:] == ["--check"]:
        if not RAW.exists() or RAW.read_text(encoding="utf-8") != text:
            sys.exit(f"{RAW} is out of date: run bindings/python/generate.py")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        RAW.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
