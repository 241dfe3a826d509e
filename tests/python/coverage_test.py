#!/usr/bin/env python3
"""Every function of the API is used by the package, or listed with the reason why not."""
import ast
import json
import pathlib
import unittest

import contextpack
from contextpack import Snapshot

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGE = pathlib.Path(contextpack.__file__).parent
#: Functions that the package does not offer yet, one a line. To be emptied.
NOT_YET = HERE / "not_yet.txt"

#: What the package has no use for, and why.
NEEDLESS = {
    "cpk_input_init": "ctypes makes structs of zeros; the size is written when the struct is made",
    "cpk_run_options_init": "the same",
    "cpk_message_init": "the same",
    "cpk_input_outcome_name": "InputOutcome has the names",
    "cpk_build_result_input_outcome_name": "the same",
    "cpk_build_result_document_type_name": "ExportType has the names",
    "cpk_inspection_note_kind_name": "NoteKind has the names",
    "cpk_engine_migrate": "cpk_engine_migrate_report tells more",
    "cpk_user_delete": "cpk_user_delete_watched tells more",
}
#: The same for each function of a role.
NEEDLESS_ROLES = {
    "list_count": "the block of _list_copy says how many items it has",
    "list_at": "_list_copy reads the page in one call",
}
USED_SUFFIXES = ("_free", "_list_next", "_list_copy", "_list_free")


def named_functions():
    """The functions that the package's code names: lib.cpk_..."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith("cpk_"):
                if isinstance(node.value, ast.Name) and node.value.id in ("lib", "library"):
                    yield node.attr


def record_functions():
    """What reading snapshots and pages calls by name: the getters that attributes show, and what frees."""
    for kind in Snapshot.__subclasses__():
        fields = {name for name in kind._names if _shown(kind, name)}
        yield from (f"{kind._noun}_{name}" for name in fields)
        yield from (kind._noun + suffix for suffix in USED_SUFFIXES)


def _shown(kind, name):
    return name in kind._attributes or name.replace("_micros", "") in kind._attributes


def functions():
    described = json.loads((ROOT / "bindings" / "api.json").read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in described["functions"]}


class Coverage(unittest.TestCase):
    def setUp(self):
        self.functions = functions()
        self.used = set(named_functions()) | set(record_functions())
        self.not_yet = set(NOT_YET.read_text(encoding="utf-8").split())

    def needless(self, name):
        return name in NEEDLESS or self.functions[name]["role"] in NEEDLESS_ROLES

    def test_every_function_is_used(self):
        missing = {name for name in self.functions if name not in self.used and not self.needless(name)}
        self.assertEqual(sorted(missing - self.not_yet), [])

    def test_the_lists_are_short_and_true(self):
        for name in self.not_yet:
            self.assertIn(name, self.functions, "is no function")
            self.assertNotIn(name, self.used, "is offered")
        for name in NEEDLESS:
            self.assertIn(name, self.functions)
            self.assertNotIn(name, self.used)
        self.assertLess(len(NEEDLESS), 10)


if __name__ == "__main__":
    unittest.main()
