"""One version everywhere: headers, pkg-config file, CMake package, wheel, npm package and Debian package have the version of
CMakeLists.txt, and no symbol or "since" is newer than it.

Usage: version_test.py PROJECT BUILD
"""
import json
import pathlib
import re
import sys

SINCE = re.compile(r"\b[Ss]ince (\d+\.\d+)\b")


def number(version):
    return tuple(int(part) for part in re.match(r"\d+(\.\d+)*", version).group().split(".")[:2])


def first(path, pattern):
    found = re.search(pattern, path.read_text(encoding="utf-8"), re.M)
    return found.group(1) if found else f"nothing in {path}"


def reported(project, build):
    """The versions that files report: source -> (version, expected version)."""
    cmake = project / "CMakeLists.txt"
    plain = first(cmake, r"^project\(contextpack VERSION (\S+) ")
    suffix = first(cmake, r'^set\(CONTEXTPACK_VERSION_SUFFIX "(.*)"\)')
    sys.path.insert(0, str(project / "bindings/python"))
    import build_wheel
    return {
        "headers": (first(project / "include/contextpack/base.h", r'^#define CPK_VERSION +"(.*)"'), plain + suffix),
        "pkg-config": (first(build / "pkgconfig/contextpack.pc", r"^Version: (.*)$"), plain + suffix),
        "CMake package": (first(build / "pkgconfig/ContextPackConfigVersion.cmake",
                                r'^set\(PACKAGE_VERSION "(.*)"\)'), plain),
        "wheel": (build_wheel.version(), plain + suffix.replace("-dev", ".dev0")),
        "npm": (json.loads((project / "bindings/node/package.json").read_text(encoding="utf-8"))["version"],
                plain + suffix),
        "Debian": (first(build / "contextpack-debian-version", r"^(.*)$"), plain + suffix.replace("-", "~")),
    }


def dated(project):
    """(where, the version it says) of every symbol and every "since"."""
    api = json.loads((project / "bindings/api.json").read_text(encoding="utf-8"))
    for kind in ("functions", "constants", "types"):
        for described in api[kind]:
            yield described["name"], described["since"]
            yield from ((f"{described['name']}.{field['name']}", field["since"])
                        for field in described.get("fields", []))
    for line in (project / "tests/abi/symbols.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield "symbols.txt: " + line.split()[2], line.split()[0]
    for version in re.findall(r"^CONTEXTPACK_(\S+) \{", (project / "src/contextpack.map").read_text(), re.M):
        yield "contextpack.map", version
    for header in sorted((project / "include").rglob("*.h")):
        yield from ((header.name, version) for version in SINCE.findall(header.read_text(encoding="utf-8")))


def main(project, build):
    versions = reported(project, build)
    failures = [f"{what} reports {version}, not {wanted}" for what, (version, wanted) in versions.items()
                if version != wanted]
    newest = number(versions["headers"][1])
    symbols = list(dated(project))
    failures += [f"{name}: since {version} is newer than {versions['headers'][1]}" for name, version in symbols
                 if number(version) > newest]
    if len(symbols) < 1000:
        failures.append(f"only {len(symbols)} symbols found")
    print("\n".join(failures) or f"{versions['headers'][0]}: {len(symbols)} symbols and dates")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
