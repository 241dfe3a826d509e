"""Writes the C table of every sized struct: its name, what it is for, its size in every version that grew it, and where
its fields begin after struct_size.

Usage: structs.py PROJECT OUTPUT
"""
import json
import pathlib
import sys


def number(version):
    return tuple(int(part) for part in version.split("."))


def sizes(described):
    """The size after each version that brought fields, oldest first."""
    found = []
    for version in sorted({field["since"] for field in described["fields"]}, key=number):
        end = max(field["offset"] + field["size"] for field in described["fields"]
                  if number(field["since"]) <= number(version))
        found.append(-(-end // described["align"]) * described["align"])
    return found


def main(project, output):
    api = json.loads((project / "bindings/api.json").read_text(encoding="utf-8"))
    lines, rows = ["/* Written by tests/abi/structs.py. */"], []
    for described in api["types"]:
        if described["kind"] != "struct" or not described["sized"]:
            continue
        name, every = described["name"], sizes(described)
        assert every[-1] == described["size"], name
        own_size = next(field["offset"] for field in described["fields"] if field.get("kind") == "size")
        cuts = [field["offset"] for field in described["fields"] if field["offset"] > own_size]
        lines.append(f"static const uint32_t {name}_ages[] = {{{', '.join(map(str, every))}}};")
        lines.append(f"static const uint32_t {name}_cuts[] = {{{', '.join(map(str, cuts))}}};")
        rows.append(f"    {{\"{name}\", {described['role'].upper()}, {own_size}, {name}_ages, {len(every)}, {name}_cuts, "
                    f"{len(cuts)}}},")
    lines += ["static const struct sized_struct sized_structs[] = {", *rows, "};"]
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
