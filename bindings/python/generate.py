#!/usr/bin/env python3
"""Makes contextpack/_raw.py, the ctypes layer, and contextpack/_records.py, the properties of what rows hold, from
bindings/api.json. It prints what is described there (roles, kinds, what a null means) and reads nothing out of names or
comments.

Usage: generate.py [--check]      --check: changes nothing and fails when a file is out of date
"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
API = HERE.parent / "api.json"
RAW = HERE / "contextpack" / "_raw.py"
RECORDS = HERE / "contextpack" / "_records.py"

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
RECORDS_HEAD = '''"""What rows hold, and their enumerations. Made from bindings/api.json by generate.py; do not edit."""
from . import _raw
from ._enums import ExportTypeNames, OpenEnum
from ._snapshot import (Snapshot, converted, known_number, moment, money, number, optional_moment, optional_string,
                        parsed, string)

'''
#: Enumerations whose Python name is not simply their own.
ENUM_NAMES = {"PAYMENT_PLAN": "Plan", "PAYMENT_ATTEMPT_STATUS": "AttemptStatus"}
#: Enumerations that can do more than any other.
ENUM_BASES = {"EXPORT_TYPE": "ExportTypeNames"}
#: The kinds of texts that C code sees as they are, so that they may hold no NUL.
TEXT_KINDS = ("id", "text", "json", "word", "folder")
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

    def check(self, part):
        """The check of a parameter or field; None where any value of its ctypes type will do."""
        c_type = part["type"]
        while c_type in self.types and self.types[c_type]["kind"] == "alias":
            c_type = self.types[c_type]["type"]
        if c_type == "const char *":
            return "text" if part["kind"] in TEXT_KINDS else None
        return CHECKS.get(c_type)

    def checks(self, parts):
        """(index, name, check) of all that have one."""
        found = ((index, part["name"], self.check(part)) for index, part in enumerate(parts))
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
        """The types that have fields, by name."""
        return {name: entry for name, entry in sorted(self.types.items()) if entry.get("role") == "snapshot"}


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
    for noun, entry in api.snapshots().items():
        lines.append(f"    \"{noun}\": [")
        lines += [f"        (\"{field['name']}\", \"{field['function']}\", {field['kind'] in TEXT_KINDS}),"
                  for field in entry["getters"]]
        lines.append("    ],")
    lines.append("}")
    return HEAD + "\n".join(lines) + "\n"


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def enum_name(name):
    return ENUM_NAMES.get(name, camel(name))


def maker(field):
    """How contextpack/_snapshot.py makes the property of a field."""
    kind, is_nullable = field["kind"], field["null"] == "nullable"
    if kind == "json":
        return "parsed"
    if kind in TEXT_KINDS:
        return "optional_string" if is_nullable else "string"
    if kind == "time":
        return "optional_moment" if is_nullable else "moment"
    if kind == "money":
        return "money"
    return "known_number" if is_nullable else "number"


def property_lines(field):
    doc = re.sub(r"\bNULL\b", "None", field["doc"])
    made_by, more = maker(field), ""
    name = field["name"]
    shown = name.removesuffix("_micros") if field["kind"] == "money" else name  # a Decimal of the unit
    if field["kind"] in ("enum", "flag"):
        made_by, more = "converted", f"{enum_name(field['enum'])}, " if field["kind"] == "enum" else "bool, "
    line = f"    {shown} = {made_by}(\"{name}\", {more}{json.dumps(doc, ensure_ascii=False)})"
    if len(line) <= 120:
        return [line]
    return [f"    {shown} = {made_by}(", f"        \"{name}\", {more}{json.dumps(doc, ensure_ascii=False)})"]


def made_records(api):
    used = {field["enum"] for entry in api.snapshots().values() for field in entry["getters"]
            if field["kind"] == "enum"}
    lines = []
    for entry in api.described["enums"]:
        if entry["name"] not in used:
            continue
        base = ENUM_BASES.get(entry["name"], "OpenEnum")
        lines += ["", f"class {enum_name(entry['name'])}({base}):"]
        lines += [f'    """{entry["doc"]}"""', ""]
        lines += [f"    {name[len(entry['prefix']):]} = _raw.{name}" for name in entry["constants"]] + [""]
    for noun, entry in api.snapshots().items():
        name = camel(noun.removeprefix("cpk_")) + "Fields"
        lines += ["", f"class {name}(Snapshot, noun=\"{noun}\"):", "    __slots__ = ()", ""]
        for field in entry["getters"]:
            lines += property_lines(field)
        lines.append("")
    return RECORDS_HEAD + "\n".join(lines).rstrip() + "\n"


def main():
    api = Api(json.loads(API.read_text(encoding="utf-8")))
    stale = []
    for path, text in ((RAW, made(api)), (RECORDS, made_records(api))):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if sys.argv[1:] == ["--check"]:
            stale.append(str(path))
        elif sys.argv[1:]:
            sys.exit(__doc__)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"{', '.join(stale)}: out of date: run bindings/python/generate.py")


if __name__ == "__main__":
    main()
