"""Fails where a table of src/records says something else than the statement that its records are read by, the public
header that declares its getters, the guide that explains a report, or the constants and words of a coded column."""
import pathlib
import re
import sys

# What a row is read by where that is no fragment `<resource>_columns`.
STATEMENTS = {"payment": "payment_list_unclaimed", "payment_velocity": "payment_velocity_by_user"}
# Records that no row is read into.
NO_ROWS = {"worker_report", "archive_report", "backup_report", "build_result", "inspection", "key_report", "package", "quote", "reconcile_report", "redact_report",
           "storage_copy_report", "stripe_object", "sweep_report", "webhook_result"}
# Reports whose rows are computed from other columns.
COMPUTED_REPORTS = {"report_revenue", "report_statement"}
REPORT_LINE = re.compile(r"^REPORT_(COLUMN|COLUMN_AS|MEMBER)\((.*)\)$", re.M)
LINE = re.compile(r"^(FIELD|FIELD_AS|COLUMN|CODE|COMPUTED|INDEXED|INDEXED_NULLABLE|MEMBER)\((.*)\)$", re.M)


def split(text):
    """The parts of a list that is separated by commas outside of brackets and quotes."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        quoted ^= character == '"'
        depth += (character in "(") - (character in ")") if not quoted else 0
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def read_table(path):
    """Two lists: the members that columns are read into, and the names of the getters, both in order."""
    members, getters = [], []
    for macro, arguments in LINE.findall(path.read_text(encoding="utf-8")):
        cells = split(arguments)
        if macro in ("FIELD", "FIELD_AS"):
            members.append(cells[macro == "FIELD_AS"])
        elif macro in ("COLUMN", "MEMBER"):
            members.append(cells[0])
        if macro in ("INDEXED", "INDEXED_NULLABLE"):
            getters.append("_".join(cells[:2]))
        elif macro not in ("COLUMN", "MEMBER"):
            getters.append(cells[0])
    return members, getters


def read_report(path):
    """Two lists: the members of a report's rows, and the headings of its CSV, both in order."""
    members, headings = [], []
    for macro, arguments in REPORT_LINE.findall(path.read_text(encoding="utf-8")):
        cells = split(arguments)
        members.append(cells[0])
        headings += {"COLUMN": cells[:1], "COLUMN_AS": [cells[1].strip('"')], "MEMBER": []}[macro]
    return members, headings


def read_catalogue(path):
    """Name of a fragment or statement -> its text."""
    parts = re.split(r"^-- (?:fragment|name): (\w+)\n", path.read_text(encoding="utf-8"), flags=re.M)
    return {name: re.sub(r"--.*", "", text) for name, text in zip(parts[1::2], parts[2::2])}


def columns_of(statement, catalogue):
    """What each column of a statement or a fragment is called."""
    text = re.sub(r"@include\((\w+)\)", lambda match: catalogue[match.group(1)], statement).strip()
    if text.startswith("SELECT "):
        text = re.split(r"\n  FROM ", text)[0][len("SELECT "):]
    for column in split(text):
        alias = re.search(r"\sAS (\w+)$", column)
        plain = re.fullmatch(r"(?:@\w+\()?(?:\w\.)?(\w+)\)?", column)
        yield alias.group(1) if alias else plain.group(1) if plain else column


def is_named(column, member, resource):
    """created_at is read into created_us, pack_name into name, id into row_id."""
    names = {member, re.sub("_us$", "_at", member), re.sub("_(us|micro|bytes)$", "", member)}
    names |= {f"{word}_{member}" for word in resource.split("_")}
    return column in names or (column == "id" and member in ("row_id", f"{resource}_id"))


def check_columns(resource, members, catalogue):
    name = STATEMENTS.get(resource, f"{resource}_columns")
    columns = list(columns_of(catalogue[name], catalogue))
    if len(columns) != len(members):
        yield f"{resource}.def has {len(members)} columns, {name} in queries.sql {len(columns)}"
    for place, (column, member) in enumerate(zip(columns, members), 1):
        if not is_named(column, member, resource):
            yield f"{resource}.def: column {place} is {member}, in {name} of queries.sql it is {column}"
            return


def check_getters(resource, getters, headers):
    declared = re.findall(rf"\bcpk_{resource}_(\w+)\(\s*const cpk_{resource} \*\w+(?:,\s+int32_t \w+)?\);", headers)
    if declared != getters:
        yield f"{resource}.def lists the getters {', '.join(getters)}; its header {', '.join(declared)}"


def check_report(report, members, headings, catalogue, guide):
    if report not in COMPUTED_REPORTS:
        yield from check_columns(report, members[1:], catalogue)  # the first is the day
    for heading in headings:
        if f"`{heading}`" not in guide:
            yield f"{report}.def: docs/guide/report.md does not explain `{heading}`"


def check_enums(records, words, headers):
    for enum, prefix, constants in re.findall(r"^ENUM\((\w+), (\w+), ([\w ]+), \".*\"\)$",
                                              (records / "enums.def").read_text(encoding="utf-8"), re.M):
        constants = constants.split()
        values = [re.search(rf"#define {prefix}{constant}[ \\\n]+(\d+)\b", headers) for constant in constants]
        if [value and int(value.group(1)) for value in values] != list(range(1, len(constants) + 1)):
            yield f"enums.def: the constants of {enum} should count from 1 in their header"
        listed = re.search(rf"#define {enum}_WORDS\s((?:.*\\\n)*.*)", words)
        if listed and re.findall(r'"(\w+)"', listed.group(1)) != [constant.lower() for constant in constants]:
            yield f"enums.def: {enum} is not what {enum}_WORDS in model/words.h lists"


def main(root):
    records = root / "src/records"
    headers = "\n".join(path.read_text(encoding="utf-8") for path in (root / "include").rglob("*.h"))
    catalogue = read_catalogue(root / "src/database/queries.sql")
    tables = [path for path in sorted(records.glob("*.def")) if LINE.search(path.read_text(encoding="utf-8"))]
    problems = list(check_enums(records, (root / "src/model/words.h").read_text(encoding="utf-8"), headers))
    for path in tables:
        members, getters = read_table(path)
        problems += check_getters(path.stem, getters, headers)
        problems += check_columns(path.stem, members, catalogue) if path.stem not in NO_ROWS else []
    reports = sorted(records.glob("report_*.def"))
    guide = (root / "docs/guide/report.md").read_text(encoding="utf-8")
    for path in reports:
        problems += check_report(path.stem, *read_report(path), catalogue, guide)
    tables += reports
    print("\n".join(problems) or f"{len(tables)} tables of fields agree with statements and headers")
    return 1 if problems or not tables else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
