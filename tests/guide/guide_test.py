#!/usr/bin/env python3
"""Runs the snippets of docs/guide in one language, and those in C of other pages, each in a folder of its own with the sample:
it must succeed, print nothing on standard error, and print the `text` block of its section.

Usage: guide_test.py LANGUAGE [PAGE...]     LANGUAGE: c, python, js or sh; PAGE: only these, "pack"

Incomplete programs are inserted into the frame of docs/guide/README.md. CONTEXTPACK_CFLAGS has the flags to compile and link
C, NODE names node, CONTEXTPACK_PACKAGE the Node package, CONTEXTPACK_COMMAND the command.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
PAGES = [*sorted(GUIDE.glob("*.md")), ROOT / "docs/errors.md", ROOT / "docs/drivers.md"]
SAMPLES = (ROOT / "tests/data/sample/conversations.json", ROOT / "docs/examples/stripe_event.json",
           ROOT / "docs/examples/own_database.c")
#: The place of a snippet in its frame, and a pattern of complete programs.
PLACES = {"c": "/* the snippet */", "python": "# the snippet", "js": "// the snippet"}
WHOLE = {"c": r"^int main\(", "python": r"^import contextpack$", "js": r"^import .* from 'contextpack'", "sh": ""}


def sections(page):
    """The sections of a page: each heading with the fenced blocks below it, as (language, text)."""
    found = []
    for heading, language, text in re.findall(r"^#+ ([^\n]*)$|^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"),
                                              flags=re.S | re.M):
        if language:
            found[-1][1].append((language, text))
        else:
            found.append((heading, []))
    return found


def frames():
    return dict(block for heading, blocks in sections(GUIDE / "README.md") if heading == "The frame" for block in blocks)


def framed(language, snippet):
    """The complete program of a snippet."""
    if re.search(WHOLE[language], snippet, flags=re.M):
        return snippet
    frame = frames()[language]
    place = PLACES[language]
    assert frame.count(place) == 1, f"the frame has not one place for a snippet: {place}"
    if language == "c":
        functions = re.match(r"(?:(?:static|typedef) .*?^\}\n\n*)*", snippet, flags=re.S | re.M).group()
        before, after = frame.split("int main(void)")
        frame = f"{before}{functions}\nint main(void){after}"
        snippet = snippet[len(functions):]
    line = next(line for line in frame.split("\n") if place in line)
    indent = line[:len(line) - len(line.lstrip())]
    return frame.replace(line, "".join(f"{indent}{row}".rstrip() + "\n" for row in snippet.splitlines()).rstrip("\n"))


def command(language, folder, program):
    """What runs the program."""
    if language == "c":
        (folder / "contextpack/backend").mkdir(parents=True)
        (folder / "contextpack/backend/conformance.h").symlink_to(ROOT / "src/conformance/conformance.h")
        (folder / "snippet.c").write_text(program)
        subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-pedantic", "-Wall", "-Wextra", "-Werror",
                        "-I.", "snippet.c", "-o", "snippet", *shlex.split(os.environ["CONTEXTPACK_CFLAGS"])], cwd=folder, check=True)
        return ["./snippet"]
    if language == "python":
        (folder / "snippet.py").write_text(program)
        return [sys.executable, "-W", "error", "snippet.py"]
    if language == "js":
        (folder / "node_modules").mkdir()
        (folder / "node_modules/contextpack").symlink_to(os.environ["CONTEXTPACK_PACKAGE"])
        (folder / "snippet.mjs").write_text(program)
        return [os.environ.get("NODE", "node"), "snippet.mjs"]
    (folder / "bin").mkdir()
    (folder / "bin/contextpack").symlink_to(os.environ["CONTEXTPACK_COMMAND"])
    return ["bash", "-e", "-c", program]


def is_short(snippet):
    """Whether it is ten lines, those that are empty or only a brace aside."""
    return len([line for line in snippet.splitlines() if line.strip(" {};")]) <= 10


def failure(language, snippet, expected):
    """Why a snippet does not work, or None."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for sample in SAMPLES:
            shutil.copy(sample, folder)
        environment = {**os.environ, "HOME": name, "XDG_DATA_HOME": f"{name}/data", "XDG_CONFIG_HOME": f"{name}/config",
                       "PATH": f"{name}/bin:{os.environ['PATH']}"}
        try:
            run = command(language, folder, framed(language, snippet))
        except subprocess.CalledProcessError:
            return "it does not compile"
        done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
        if done.returncode != 0 or (done.stderr and language != "sh"):
            return f"it ended with {done.returncode}\n{done.stdout}{done.stderr}"
        if not done.stdout.strip():
            return "it prints nothing"
        if expected is not None and done.stdout != expected:
            return f"it prints\n{done.stdout}instead of\n{expected}"
    return None


def main(language, *chosen):
    count, failures = 0, []
    for page in PAGES:
        if chosen and page.stem not in chosen:
            continue
        here = 0
        for heading, blocks in sections(page):
            if heading == "The frame":
                continue
            expected = next((text for kind, text in blocks if kind == "text" and language != "sh"), None)
            for kind, snippet in blocks:
                if kind == language:
                    here += 1
                    why = failure(language, snippet, expected)
                    if heading.startswith("Ten lines") and not is_short(snippet):
                        why = "it is longer than ten lines"
                    if why is not None:
                        failures.append(f"{page.name}, {heading}, {language}: {why}")
        if here == 0 and language != "sh" and page.parent == GUIDE:
            failures.append(f"{page.name} has no snippet in {language}")
        count += here
    print("\n".join(failures) or f"{count} snippets work")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
