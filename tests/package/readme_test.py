"""The README's C program is docs/examples/build_pack.c, which the tests compile and run. Usage: readme_test.py PROJECT"""
import pathlib
import re
import sys

project = pathlib.Path(sys.argv[1])
shown = re.search(r"```c\n(.*?)```", (project / "README.md").read_text(encoding="utf-8"), flags=re.S).group(1)
real = (project / "docs/examples/build_pack.c").read_text(encoding="utf-8")
if shown.strip() != real.strip():
    sys.exit("the C program in README.md differs from docs/examples/build_pack.c")
print("README.md shows docs/examples/build_pack.c")
