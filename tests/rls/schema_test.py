#!/usr/bin/env python3
"""The tables on PostgreSQL are what docs/schema.md says, and the service's page where it is at hand: names, order,
types, nullability, defaults; in a new database and in one that was in use before.

Usage: schema_test.py CONTEXTPACK"""
import re
import unittest

import harness
from harness import PROJECT, PostgresTest, live_sql, main

OURS = PROJECT / "docs/schema.md"
THEIRS = PROJECT.parent / "shared/DATABASE_SCHEMA.md"


def read_ours():
    """{table: [(column, type, may be null, default)]}; our own tables with their schema."""
    tables, columns = {}, None
    for line in OURS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            named = re.match(r"### `(\w+)`", line)
            columns = tables.setdefault(re.sub("^contextpack_", "contextpack.", named.group(1)), []) if named else None
        elif columns is not None and line.startswith("| `"):
            name, kind, _, null, default = (cell.strip().strip("`") for cell in line.split("|")[1:6])
            columns.append((name, kind, null == "yes", default))
    return tables


def read_theirs():
    tables, columns = {}, None
    for line in THEIRS.read_text(encoding="utf-8").splitlines():
        named = re.match(r"### \d+\. `(\w+)`", line)
        if named:
            columns = tables.setdefault(named.group(1), [])
        elif line.startswith("#"):
            columns = None
        if columns is None:
            continue
        row = re.match(r"\| `(\w+)` \| ([^|]+) \| ([^|]*) \|", line) or re.match(r"- \*\*(\w+)\*\* \((\w+), (.*)\) - ", line)
        if row:
            name, kind, rules = (text.strip() for text in row.groups())
            default = re.search(r"DEFAULT ([^,]+)", rules)
            columns.append((name, kind, "NOT NULL" not in rules and "PRIMARY KEY" not in rules,
                            default.group(1) if default else ""))
    return tables


def read_database(database):
    rows = database.run("""
        SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, a.attname,
               format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
               CASE a.attgenerated WHEN '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE 'generated' END
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relkind = 'r' AND n.nspname IN ('public', 'contextpack')
         ORDER BY 1, a.attnum;""")
    tables = {}
    for row in rows:
        table, column, kind, null, default = row.split("|")
        kind = {"timestamp with time zone": "timestamptz"}.get(kind, kind)
        default = re.sub(r"::\w+(\[\])?$", "", default)
        default = {"'\\x'": "x''"}.get(default, default)
        tables.setdefault(table, []).append((column, kind, null == "t", default))
    return tables


class SchemaTest(PostgresTest):
    maxDiff = None

    def check(self, found):
        ours = read_ours()
        self.assertEqual(set(found), set(ours))
        for table, columns in ours.items():
            self.assertEqual(found[table], columns, table)
        if THEIRS.exists():
            theirs = read_theirs()
            self.assertEqual(len(theirs), 10)
            self.assertEqual(sum(map(len, theirs.values())), 133)
            self.assertEqual({name: found[name] for name in theirs}, theirs)

    def test_new_database(self):
        self.check(read_database(self.database().migrated()))

    def test_database_in_use(self):
        database = self.database(live_sql())
        before = read_database(database)
        after = read_database(database.migrated())
        self.assertEqual(before, {name: columns for name, columns in after.items() if "." not in name})
        # Its row ids have defaults, which the page doesn't speak of.
        for columns in after.values():
            columns[:] = [(name, kind, null, default.replace("gen_random_uuid()", "")) for name, kind, null, default in columns]
        self.check(after)

    def test_values_are_checked_in_a_new_database(self):
        """Every closed list of values of the page has a CHECK in its table."""
        database = self.database().migrated()
        checks = {}
        for row in database.run("SELECT conrelid::regclass || '|' || pg_get_constraintdef(oid) FROM pg_constraint "
                                "WHERE contype = 'c' AND connamespace = 'public'::regnamespace;"):
            table, check = row.split("|", 1)
            checks[table] = checks.get(table, "") + check
        table, values, seen = None, False, 0
        for line in OURS.read_text(encoding="utf-8").splitlines():
            named = re.match(r"### `(\w+)`", line)
            table = named.group(1) if named else None if line.startswith("#") else table
            values = bool(re.match(r"\*\*\w+ (values|types)\*\*", line)) if line.startswith("**") else values
            listed = re.match(r"- `(\w+)`:", line)
            if named or line.startswith("#"):
                values = False
            elif values and listed and table:
                self.assertIn(f"'{listed.group(1)}'", checks.get(table, ""), table)
                seen += 1
        self.assertGreaterEqual(seen, 23)

    def test_references_and_keys(self):
        for database in (self.database().migrated(), self.database(live_sql()).migrated()):
            shown = database.run("""
                SELECT conrelid::regclass || '.' || a.attname || '>' || confrelid::regclass FROM pg_constraint k
                  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                 WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.convalidated ORDER BY 1;""")
            self.assertEqual(set(shown), {
                "user_profiles.id>auth.users", "packs_v2.user_id>auth.users", "pack_sources.user_id>auth.users",
                "pack_sources.pack_id>packs_v2", "pack_exports.user_id>auth.users", "pack_exports.pack_id>packs_v2",
                "credit_transactions.user_id>auth.users", "jobs.user_id>auth.users", "packs_legacy.user_id>auth.users",
                "packs_legacy.job_id>jobs", "payment_attempts.user_id>auth.users",
                "admin_actions.target_user_id>auth.users"})
            unique = database.run("""
                SELECT indrelid::regclass || '.' || a.attname FROM pg_index i
                  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                 WHERE i.indisunique AND i.indnatts = 1 AND NOT i.indisprimary AND i.indpred IS NULL
                   AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace);""")
            self.assertEqual(set(unique), {"packs_v2.pack_id", "pack_sources.source_id", "jobs.job_id"})


if __name__ == "__main__":
    main()
