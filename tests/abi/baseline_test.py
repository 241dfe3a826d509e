"""Compares the library with the baseline of every released version (tests/abi/X.Y.Z/library.abi, made by abidw): any
difference fails, except functions and fields that tests/abi/symbols.txt lists as newer, the fields at their struct's
end. First checks that the baselines and the library contain type information, and last that breaking changes are
detected. Until the first release, the library's own dump is the baseline: only detection is tested.

Usage: baseline_test.py PROJECT LIBRARY [--skip-without-types]    runs the test; exit code 77: skipped
       baseline_test.py PROJECT LIBRARY --write                   freezes a release: its headers and its baseline
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ABIDW = ["abidw", "--exported-interfaces-only", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs",
         "--no-elf-needed", "--type-id-style", "hash"]


SKIPPED = 77


def number(version):
    return tuple(int(part) for part in version.split(".")[:2])


def symbols(project):
    """(since, kind, name, what it is) of every public symbol."""
    text = (project / "tests/abi/symbols.txt").read_text()
    return [line.split(" ", 3) for line in text.splitlines() if line and not line.startswith("#")]


def dump(project, library, output):
    subprocess.run([*ABIDW, "--suppressions", str(project / "tests/abi/private.suppr"), "--out-file", str(output),
                    str(library)], check=True)
    text = re.sub(r"path='[^']*/(?=src/)", "path='", output.read_text())
    output.write_text(text)
    return text


def missing(text, table, version):
    """What a dump should know of and does not. A library without debugging information has symbols and no types. (It
    knows of structs that some call, callback or struct leads to.)"""
    known = [row for row in table if number(row[0]) <= version]
    named = set(re.findall(r"\bcpk_\w+", " ".join(what for _, kind, _, what in known if kind != "constant")))
    fields = [name.split(".") for _, kind, name, _ in known if kind == "field" and name.split(".")[0] in named]
    functions = {name for _, kind, name, _ in known if kind == "function"}
    absent = [f"struct {name}" for name in sorted({struct for struct, _ in fields})
              if not re.search(rf"<class-decl name='{name}' size-in-bits='\d+'", text)]
    absent += [f"function {name}" for name in sorted(functions) if f"<elf-symbol name='{name}' " not in text]
    if text.count("<data-member ") < len(fields):
        absent.append(f"{len(fields) - text.count('<data-member ')} fields")
    return absent


def allowed_functions(table, version):
    """The suppressions for functions that came after a version."""
    names = [name for since, kind, name, _ in table if kind == "function" and number(since) > version]
    return "".join(f"[suppress_function]\n  symbol_name = {name}\n  change_kind = added-function\n" for name in names)


def struct_text(text, struct):
    start = text.index(f"<class-decl name='{struct}' size-in-bits=")
    return text[start:text.index("</class-decl>", start)]


def as_of(text, baseline, table, version):
    """The dump without the fields that came after a version, where they stand behind all that the baseline knows.
    (A suppression would hide every other change of a struct that has grown, and of what only it leads to.)"""
    known = {name for since, kind, name, _ in table if kind == "type" and number(since) <= version}
    newer = [name.split(".") for since, kind, name, _ in table if kind == "field" and number(since) > version]
    for struct in sorted({struct for struct, _ in newer} & known):
        old_size = re.search(r"size-in-bits='(\d+)'", struct_text(baseline, struct)).group(1)
        now = struct_text(text, struct)
        kept = re.sub(r"size-in-bits='\d+'", f"size-in-bits='{old_size}'", now, count=1)
        for field in [field for owner, field in newer if owner == struct]:
            member = re.search(rf" *<data-member [^>]*layout-offset-in-bits='(\d+)'>\s*<var-decl name='{field}' "
                               r"[^>]*/>\s*</data-member>\n", kept)
            if int(member.group(1)) >= int(old_size):
                kept = kept.replace(member.group(), "")
        text = text.replace(now, kept)
    return text


def compare(old, new, suppressions):
    """abidiff's exit status and output. Only status 0 is accepted."""
    result = subprocess.run(["abidiff", "--suppressions", str(suppressions), str(old), str(new)], text=True,
                            capture_output=True)
    return result.returncode, result.stdout + result.stderr


def without_function(text):
    """As if cpk_pack_delete() were gone."""
    text = re.sub(r"<elf-symbol name='cpk_pack_delete'[^>]*/>\n", "", text)
    return re.sub(r"<function-decl name='cpk_pack_delete'.*?</function-decl>\n", "", text, flags=re.S)


def retyped(struct, field, other):
    """As if a field had the type of another struct's field."""
    def change(text):
        type_id = re.search(rf"<var-decl name='{other}' type-id='(\w+)'", text).group(1)
        start = text.index(f"<class-decl name='{struct}' size-in-bits")
        head, tail = text[:start], text[start:]
        return head + re.sub(rf"(<var-decl name='{field}' type-id=)'\w+'", rf"\1'{type_id}'", tail, count=1)
    return change


def moved(struct, first, second):
    """As if two fields of a struct had changed places."""
    def change(text):
        start = text.index(f"<class-decl name='{struct}' size-in-bits")
        end = text.index("</class-decl>", start)
        body = text[start:end].replace(f"name='{first}'", "name='@'").replace(f"name='{second}'", f"name='{first}'")
        return text[:start] + body.replace("name='@'", f"name='{second}'") + text[end:]
    return change


def inserted(struct, before):
    """As if a struct had got a field between others: from `before` on, each is eight bytes further."""
    def change(text):
        now = struct_text(text, struct)
        place = now.rindex("<data-member ", 0, now.index(f"<var-decl name='{before}'"))
        tail = re.sub(r"layout-offset-in-bits='(\d+)'",
                      lambda match: f"layout-offset-in-bits='{int(match.group(1)) + 64}'", now[place:])
        return text.replace(now, now[:place] + tail)
    return change


BREAKS = {
    "a function is gone": without_function,
    "a field has another type": retyped("cpk_page", "limit", "length"),
    "a field of a struct that grew has another type": retyped("cpk_engine_options", "log_level", "setting_count"),
    "a field was inserted in the middle": inserted("cpk_run_options", "note"),
    "two slots of a driver table changed places": moved("cpk_storage_driver", "read_close", "remove"),
}


class WithoutTypes(Exception):
    """The library was built without -g, or stripped."""


def check(project, library):
    table = symbols(project)
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text = dump(project, library, folder / "new.abi")
        absent = missing(text, table, (1 << 30, 0))
        if absent:
            raise WithoutTypes(f"{library} was built without -g, or stripped: nothing is known of "
                               f"{', '.join(absent[:5])}, ...")
        stripped = folder / "stripped.so"
        subprocess.run(["strip", "-o", str(stripped), str(library)], check=True)
        if not missing(dump(project, stripped, folder / "stripped.abi"), table, (1 << 30, 0)):
            failures.append("a stripped library is not told from one with types")
        baselines = [(path, number(path.parent.name)) for path in (project / "tests/abi").glob("*/library.abi")]
        for baseline, version in sorted(baselines) or [(folder / "new.abi", (1 << 30, 0))]:
            absent = missing(baseline.read_text(), table, version)
            failures += [f"{baseline} knows nothing of {what}" for what in absent]
            suppressions, seen = folder / "allowed.suppr", folder / "seen.abi"
            suppressions.write_text(allowed_functions(table, version))
            seen.write_text(as_of(text, baseline.read_text(), table, version))
            status, said = compare(baseline, seen, suppressions)
            if status != 0:
                failures.append(f"the library breaks the ABI of {baseline.parent.name} (abidiff says {status}):\n{said}")
            for what, change in BREAKS.items():
                seen.write_text(as_of(change(text), baseline.read_text(), table, version))
                if change(text) == text:
                    failures.append(f"the test can't try that {what}")
                elif compare(baseline, seen, suppressions)[0] not in (4, 8, 12):
                    failures.append(f"abidiff does not see that {what}")
    return failures


def write(project, library):
    version = re.search(r'#define CPK_VERSION +"(.*)"', (project / "include/contextpack/base.h").read_text()).group(1)
    folder = project / "tests/abi" / version
    if folder.exists():
        sys.exit(f"{folder} is there: what was released never changes")
    with tempfile.TemporaryDirectory() as name:
        absent = missing(dump(project, library, pathlib.Path(name) / "library.abi"), symbols(project), (1 << 30, 0))
        if absent:
            sys.exit(f"{library} holds no types: build it with -g")
        folder.mkdir()
        shutil.copy(pathlib.Path(name) / "library.abi", folder / "library.abi")
    shutil.copytree(project / "include", folder / "include")


if __name__ == "__main__":
    arguments = [pathlib.Path(argument) for argument in sys.argv[1:3]]
    if "--write" in sys.argv[3:]:
        write(*arguments)
    else:
        try:
            found = check(*arguments)
        except WithoutTypes as problem:
            print(problem)
            sys.exit(SKIPPED if "--skip-without-types" in sys.argv[3:] else 1)
        print("\n".join(found) or "the library keeps every released ABI")
        sys.exit(1 if found else 0)
