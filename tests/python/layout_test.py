#!/usr/bin/env python3
"""The generated ctypes layer against a compiled C program: sizes and offsets of every struct, and all constants."""
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from contextpack import _library, _raw

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
API = json.loads((ROOT / "bindings" / "api.json").read_text(encoding="utf-8"))


def compiled(source, folder):
    (pathlib.Path(folder) / "layout.inc").write_text(source)
    program = os.path.join(folder, "layout")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", f"-I{ROOT / 'include'}", f"-I{folder}",
                    str(HERE / "layout.c"), "-o", program], check=True)
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


class Layout(unittest.TestCase):
    def test_structs(self):
        lines, expected = [], []
        for name, struct in _raw.STRUCTS.items():
            lines.append(f"STRUCT({name})")
            expected.append(f"{name} {ctypes.sizeof(struct)}")
            for field, _ in struct._fields_:
                place = getattr(struct, field)
                lines.append(f"FIELD({name}, {field})")
                expected.append(f"{name}.{field} {place.offset} {place.size}")
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(compiled("\n".join(lines), folder), expected)
        self.assertGreater(len(_raw.STRUCTS), 20)

    def test_constants(self):
        numbers = {name: value for name, value in vars(_raw).items()
                   if name.startswith("CPK_") and isinstance(value, int)}
        lines = [f'printf("{name} %lld\\n", (long long){name});' for name in numbers]
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(compiled("\n".join(lines), folder), [f"{name} {value}" for name, value in numbers.items()])

    def test_every_function_is_there(self):
        self.assertEqual(sorted(_raw.PROTOTYPES), sorted(entry["name"] for entry in API["functions"]))
        for name, (returns, takes) in _raw.PROTOTYPES.items():
            function = getattr(_library.lib, name)
            self.assertEqual((function.restype, list(function.argtypes)), (returns, takes))

    def test_the_layer_is_current(self):
        done = subprocess.run([sys.executable, str(ROOT / "bindings" / "python" / "generate.py"), "--check"],
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
