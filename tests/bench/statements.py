"""The statements of src/database as PostgreSQL is given them, for programs that run them without the library."""
import pathlib
import re

DATABASE = pathlib.Path(__file__).resolve().parents[2] / "src/database"
WORDS = {"uuid": "CAST(% AS uuid)", "own": "contextpack.%",
         "time": "(timestamptz 'epoch' + CAST(% AS bigint) * interval '1 microsecond')",
         "time_us": "CAST(EXTRACT(epoch FROM %) * 1000000 AS bigint)",
         "money": "round(CAST(% AS numeric) / 1000000, 6)", "money_micro": "CAST(% * 1000000 AS bigint)",
         "json": "CAST(% AS jsonb)", "json_text": "CAST(% AS text)",
         "count": "GREATEST(LEAST(COALESCE(%, 0), 1000000000000), 0)",
         "claims": "SELECT CAST(v.value ->> 0 AS uuid), v.value ->> 1, v.value ->> 2, v.value ->> 3, "
                   "CAST(v.value ->> 4 AS bigint) FROM json_array_elements(CAST(% AS json)) v (value)"}

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
PREFACE = ("SELECT pg_catalog.set_config('role', 'service_role', true), pg_catalog.set_config('request.jwt.claims', "
           "'{\"role\":\"service_role\"}', true), pg_catalog.set_config('lock_timeout', '10000ms', true), "
           "pg_catalog.set_config('statement_timeout', '300000ms', true);")


def catalogue():
    """Statements and fragments by name, those that PostgreSQL alone runs instead of the portable ones."""
    blocks = {}
    for file in ("queries.sql", "queries.postgresql.sql"):
        for block in re.split(r"(?m)^-- (?:name|fragment): ", (DATABASE / file).read_text())[1:]:
            name, _, sql = block.partition("\n")
            lines = (line for line in sql.splitlines() if not line.startswith("--"))
            blocks[name.strip()] = "\n".join(lines).strip(" \n;")
    return blocks


def spell(blocks, name, values):
    """A statement with its words expanded and `values` for $1, $2, ..."""
    sql = blocks[name]
    while found := re.search(r"@(\w+)\(([^()]*)\)", sql):
        word, argument = found.groups()
        spelled = blocks[argument].strip() if word == "include" else WORDS[word].replace("%", argument)
        sql = sql[:found.start()] + spelled + sql[found.end():]
    sql = re.sub(r"\$(\d+)", lambda number: values[int(number.group(1)) - 1], sql)
    return " ".join(sql.split()) + ";"
