"""What a declaration means is said in bindings/kinds.txt and src/records/*.def: scripts/describe-api refuses what is missing
there, and what does not fit the declaration, by name.

Usage: kinds_test.py PROJECT
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

KINDS = "bindings/kinds.txt"
SOURCE = "src/records/source.def"
SWEEP = "src/records/sweep_report.def"
# What is changed in which file, and what the refusal must name.
MISTAKES = [
    (KINDS, "cpk_source_get(source_id: ID)\n", "", "source_id of cpk_source_get"),
    (KINDS, "cpk_source_get(source_id: ID)", "cpk_source_get(source_id: COUNT)", "source_id is a const char *"),
    (KINDS, "cpk_source_get(source_id: ID)", "cpk_source_get(source_id: ID, part: TEXT)", "cpk_source_get has no part"),
    (KINDS, "cpk_source_get(source_id: ID)", "cpk_source_got(source_id: ID)", "cpk_source_g"),
    (KINDS, "cpk_source: SNAPSHOT IMMUTABLE\n", "", "cpk_source"),
    (KINDS, "cpk_source_list: LIST(cpk_source) IMMUTABLE", "cpk_source_list: OBJECT IMMUTABLE", "cpk_source_list"),
    (KINDS, "until: ENUM(SOURCE_STATUS)", "until: ENUM(SOURCE_STATE)", "there is no enum SOURCE_STATE"),
    (KINDS, "ENUM(PART, CPK_PART_, RAW EXTRACTED WITHHELD)", "ENUM(PART, CPK_PART_, RAW EXTRACTED)", "CPK_PART_WITHHELD"),
    (SOURCE, 'FIELD(name, TEXT, NOT_NULL, "0.2", "The name.")\n', "", "cpk_source_name"),
    (SOURCE, 'FIELD(name, TEXT, NOT_NULL, "0.2"', 'FIELD(name, TEXT, NOT_NULL, "0.3"', "cpk_source_name: since 0.2"),
    (SOURCE, "FIELD(name, TEXT,", "FIELD(name, WORDS,", "'WORDS' is not a kind"),
    (SWEEP, "MEMBER(removed, COUNT)\n", "", "removed of cpk_sweep_report"),
    (SWEEP, "MEMBER(removed, COUNT)", "MEMBER(erased, COUNT)", "removed of cpk_sweep_report"),
    (SWEEP, "MEMBER(removed, COUNT)", "MEMBER(removed, COUNT)\nMEMBER(erased, COUNT)", "cpk_sweep_report has no erased"),
    (SWEEP, "MEMBER(removed, COUNT)", "MEMBER(removed, TEXT)", "removed is a int64_t"),
    (SWEEP, "MEMBER(removed, COUNT)", "MEMBER(orphans, COUNT)", "MEMBER(orphans)"),
]


def describe(folder):
    return subprocess.run([sys.executable, "-B", str(folder / "scripts/describe-api")], capture_output=True, text=True)


def main(project):
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ("include", "scripts", "src/records"):
            shutil.copytree(project / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("CMakeLists.txt", KINDS, "bindings/api.json", "tests/abi/symbols.txt"):
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(project / part, folder / part)
        for path, old, new, named in MISTAKES:
            text = (folder / path).read_text(encoding="utf-8")
            if old not in text:
                failures.append(f"{path} has no {old!r}")
                continue
            (folder / path).write_text(text.replace(old, new), encoding="utf-8")
            done = describe(folder)
            if done.returncode == 0 or named not in done.stderr or "Traceback" in done.stderr:
                failures.append(f"{old!r} -> {new!r} is answered by: {done.stderr.strip()[-300:] or 'nothing'}")
            (folder / path).write_text(text, encoding="utf-8")
        if describe(folder).returncode != 0 or (folder / "bindings/api.json").read_bytes() != (
                project / "bindings/api.json").read_bytes():
            failures.append("the tables as they are do not make bindings/api.json")
    print("\n".join(failures) or f"{len(MISTAKES)} mistakes are refused by name")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
