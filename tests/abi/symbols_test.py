"""The table of symbols refuses what breaks a released version: each of these changes to the API's description must make
scripts/update-abi fail, and an addition must be listed with its version.

Usage: symbols_test.py PROJECT
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile


def remove_function(api):
    api["functions"] = [function for function in api["functions"] if function["name"] != "cpk_pack_delete"]


def remove_constant(api):
    api["constants"] = [constant for constant in api["constants"] if constant["name"] != "CPK_ROLE_TOOL"]


def change_value(api):
    next(constant for constant in api["constants"] if constant["name"] == "CPK_ERROR_BUSY")["value"] += 1


def change_parameter(api):
    next(function for function in api["functions"] if function["name"] == "cpk_pack_get")["params"][1]["type"] = "int64_t"


def move_field(api):
    page = next(described for described in api["types"] if described["name"] == "cpk_page")
    page["fields"][1]["offset"] += 8


def backdate_function(api):
    api["functions"].append(dict(api["functions"][0], name="cpk_new_call", since="0.2"))


def backdate_known(api):
    next(function for function in api["functions"] if function["name"] == "cpk_version")["since"] = "0.3"


def add_function(api):
    api["functions"].append(dict(api["functions"][0], name="cpk_new_call", since="99.0"))


BREAKS = [remove_function, remove_constant, change_value, change_parameter, move_field, backdate_function,
          backdate_known]


def update(folder, *arguments):
    return subprocess.run([str(folder / "scripts/update-abi"), *arguments], capture_output=True, text=True)


def main(project):
    failures = []
    original = (project / "bindings/api.json").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ("scripts", "bindings", "tests/abi/0.2.0"):
            (folder / part).mkdir(parents=True)
        shutil.copy(project / "scripts/update-abi", folder / "scripts")
        shutil.copy(project / "tests/abi/symbols.txt", folder / "tests/abi")
        description = folder / "bindings/api.json"
        description.write_text(original, encoding="utf-8")
        before = update(folder, "--check")
        if before.returncode != 0:
            failures.append(f"the table is not current: {before.stderr}")
        for change in BREAKS:
            api = json.loads(original)
            change(api)
            description.write_text(json.dumps(api), encoding="utf-8")
            if update(folder).returncode == 0:
                failures.append(f"{change.__name__} is taken")
        api = json.loads(original)
        add_function(api)
        description.write_text(json.dumps(api), encoding="utf-8")
        if update(folder, "--check").returncode == 0:
            failures.append("a new function need not be listed")
        if update(folder).returncode != 0 or update(folder, "--check").returncode != 0:
            failures.append("a new function can't be listed")
        if "99.0 function cpk_new_call " not in (folder / "tests/abi/symbols.txt").read_text(encoding="utf-8"):
            failures.append("a new function is not listed with its version")
    print("\n".join(failures) or f"{len(BREAKS)} breaks are refused")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
