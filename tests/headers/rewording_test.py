"""What a comment says must not change a binding: the comments of all public headers and of the tables of fields are
reworded, the generators run on them, and all that is code must come out as it is.

Usage: rewording_test.py PROJECT
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

COPIED = ["CMakeLists.txt", "bindings", "include", "scripts", "src/contextpack.map",
          "src/base/struct_bounds.h", "src/records", "tests/abi/symbols.txt"]
GENERATORS = ["scripts/list-symbols --write", "scripts/describe-api", "scripts/update-abi",
              "scripts/write-struct-bounds", "scripts/write-reference", "python3 bindings/python/generate.py", "node bindings/node/generate.mjs"]
COMMENT = re.compile(r"/\*.*?\*/", re.S)
# What stays: tags with the name that they are about, and the version.
KEPT = re.compile(r"@param \w+|@errors [^\n]+|@[a-z{}]+|\b[Ss]ince[\s*]+\d+\.\d+")


def other(character):
    """Another letter or digit: no word is left, and every line stays as long as it was."""
    if character.islower():
        return chr((ord(character) - ord("a") + 7) % 26 + ord("a"))
    if character.isupper():
        return chr((ord(character) - ord("A") + 7) % 26 + ord("A"))
    return str((int(character) + 3) % 10) if character.isdigit() else character


def reworded(comment):
    pieces, place = [], 0
    for kept in KEPT.finditer(comment):
        pieces += ["".join(map(other, comment[place:kept.start()])), kept.group()]
        place = kept.end()
    return "".join(pieces) + "".join(map(other, comment[place:]))


def reword_folder(folder, pattern):
    changed = 0
    for path in folder.rglob(pattern):
        text = path.read_text(encoding="utf-8")
        new = COMMENT.sub(lambda match: reworded(match.group()), text)
        changed += new != text
        path.write_text(new, encoding="utf-8")
    return changed


def without_words(value):
    """A description without its texts."""
    if isinstance(value, dict):
        return {key: without_words(part) for key, part in value.items() if key not in ("doc", "group", "title")}
    return [without_words(part) for part in value] if isinstance(value, list) else value


def same(text):
    return text


# What is compared, and what of it is code.
COMPARED = {
    "bindings/api.json": lambda text: without_words(json.loads(text)),
    "bindings/python/contextpack/_raw.py": same,
    "bindings/python/contextpack/_records.py": same,
    "bindings/node/src/generated.c": same,
    "bindings/node/src/generated.h": same,
    "bindings/node/lib/generated.js": same,
    "bindings/node/not-yet.txt": same,
    "bindings/node/types/raw.d.ts": lambda text: re.sub(r"\s*/\*\*.*?\*/", "", text, flags=re.S),
    "src/contextpack.map": same,
    "src/base/struct_bounds.h": same,
    "tests/abi/symbols.txt": same,
}


def main(project):
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in COPIED:
            target = folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if (project / part).is_dir():
                shutil.copytree(project / part, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
            else:
                shutil.copy(project / part, target)
        (folder / "docs/reference").mkdir(parents=True)
        changed = reword_folder(folder / "include", "*.h") + reword_folder(folder / "src/records", "*.def")
        if changed < 40:
            failures.append(f"only {changed} files were reworded")
        for command in GENERATORS:
            done = subprocess.run(command, shell=True, cwd=folder, text=True, capture_output=True)
            if done.returncode != 0:
                failures.append(f"{command}: {done.stderr.strip()[-500:]}")
        for path, code in COMPARED.items():
            before = (project / path).read_text(encoding="utf-8")
            after = (folder / path).read_text(encoding="utf-8")
            if code(before) != code(after):
                failures.append(f"{path} says something else when comments are worded otherwise")
        if (folder / "bindings/api.json").read_bytes() == (project / "bindings/api.json").read_bytes():
            failures.append("nothing was reworded in bindings/api.json")
    print("\n".join(failures) or f"{changed} files were reworded, {len(COMPARED)} generated files are the same code")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
