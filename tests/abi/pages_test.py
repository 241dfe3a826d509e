"""The pages on the API are complete: docs/errors.md explains every code, docs/threads.md names every object that is not
immutable, every link between pages of docs/ leads somewhere, and what several functions share in a table of errors stands
with each of them in the reference and in the TypeScript declarations.

Usage: pages_test.py PROJECT
"""
import json
import pathlib
import re
import sys


def anchors(text):
    """What a link may point to: headings as GitHub names them, and <a id>."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.S), flags=re.M)
    names = {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading)).strip().lower().replace(" ", "-")
             for heading in headings}
    return names | set(re.findall(r'<a id="([^"]+)"', text))


def broken_links(project):
    failures, checked = [], 0
    for page in sorted((project / "docs").rglob("*.md")) + [project / "README.md"]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
            if re.match(r"[a-z]+:", target):
                continue
            checked += 1
            path, _, anchor = target.partition("#")
            other = (page.parent / path).resolve() if path else page
            if not other.exists():
                failures.append(f"{page.relative_to(project)}: {target} is not there")
            elif anchor and other.suffix == ".md" and anchor not in anchors(other.read_text(encoding="utf-8")):
                failures.append(f"{page.relative_to(project)}: {target}: no such heading")
    return failures if checked > 100 else [*failures, f"only {checked} links were found"]


def shared_errors(project):
    """Functions that lack a code of the table that their comment names by `@errors NAME`."""
    headers = {path: path.read_text(encoding="utf-8") for path in sorted((project / "include").rglob("*.h"))}
    declarations = (project / "bindings/node/types/raw.d.ts").read_text(encoding="utf-8")
    tables, failures, checked = {}, [], 0
    for text in headers.values():
        for name, lines in re.findall(r"^ \* @errors (.+)\n((?: \*  .*\n)+)", text, flags=re.M):
            tables[name] = re.findall(r"^ \*   (CPK_ERROR_\w+)", lines, flags=re.M)
    for path, text in headers.items():
        users = re.findall(r"^ \* {3,}@errors (.+)$(?:(?!^CPK_API)[\s\S])*?^CPK_API \w+ (\w+)\(", text, flags=re.M)
        for name, function in users:
            page = (project / "docs/reference" / f"{path.stem}.md").read_text(encoding="utf-8")
            section = re.search(rf"^## {function}$([\s\S]*?)(?=^## |\Z)", page, flags=re.M).group(1)
            comment = declarations[:declarations.index(f"export function {function}(")].rsplit("/**", 1)[1]
            failures += [f"{place} of {function} does not name {code}" for code in tables[name]
                         for place, said in (("the reference", section), ("the declaration", comment)) if code not in said]
            checked += 1
    return failures if checked > 10 else [*failures, f"only {checked} functions share a table of errors"]


def main(project):
    api = json.loads((project / "bindings/api.json").read_text(encoding="utf-8"))
    errors = (project / "docs/errors.md").read_text(encoding="utf-8")
    threads = (project / "docs/threads.md").read_text(encoding="utf-8")
    failures = [f"docs/errors.md has no row for {constant['name']} = {constant['value']}"
                for constant in api["constants"] if constant["name"].startswith("CPK_ERROR_")
                and f"| `{constant['name']}` | {constant['value']} |" not in errors]
    rows = {kind: row for kind, row in re.findall(r"^\| \*\*(\w+)\*\* \|(.*)$", threads, flags=re.M)}
    failures += [f"docs/threads.md does not name {described['name']} among what is {described['threads']}"
                 for described in api["types"] if described["kind"] == "opaque" and described["threads"] != "immutable"
                 and f"`{described['name']}`" not in rows.get(described["threads"].capitalize(), "")]
    failures += broken_links(project) + shared_errors(project)
    print("\n".join(failures) or "the pages name everything")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
