#!/usr/bin/env python3
"""Archives keep every column, also those that this library does not know, and give it back as it was: types, texts of
numbers, nulls. Rows go only when the archive has them as they are. What can't be restored is told before anything is.

Usage: archive_test.py CONTEXTPACK sqlite|postgres"""
import gzip
import json
import pathlib
import subprocess
import sys
import uuid

import contextpack
import service

COMMAND = sys.argv[1]
TABLES = ("webhook_logs", "credit_transactions", "admin_actions")
# Columns of a host's own: name, type, values as SQL. NULL is always one of them.
POSTGRES_COLUMNS = [
    ("raw_body", "text", ["''", "E'a\\nb\\t\"\\\\ü\\u0001'", "'null'", "'{\"a\":1}'", "repeat('x', 100000)"]),
    ("attempts", "int DEFAULT 7", ["3", "-1"]),
    ("Odd \"Name'", "text", ["'odd'"]),
    ("price", "numeric", ["'NaN'", "'Infinity'", "1.50", "123456789012345678901234567890.0000001"]),
    ("rounded", "numeric(10,2)", ["1.50"]),
    ("ratio", "float8", ["'NaN'", "'-Infinity'", "0.1", "1e-300"]),
    ("single", "float4", ["0.1", "'Infinity'"]),
    ("seen_at", "timestamptz", ["'infinity'", "'-infinity'", "'2024-02-29 12:00:00.123456+05:30'", "'0044-03-15 BC'"]),
    ("day", "date", ["'infinity'", "'2024-02-29'"]),
    ("local", "timestamp", ["'2024-02-29 12:00:00.000001'"]),
    ("span", "interval", ["'1 year 2 mons -3 days 04:05:06.789'"]),
    ("document", "json", ["'null'", "'{\"b\": 1,  \"a\":[1.50, null], \"b\":2}'", "'\"text\"'"]),
    ("binary_document", "jsonb", ["'null'", "'{\"n\": 1.500}'", "'[]'"]),
    ("bytes", "bytea", ["'\\x00ff41'", "''"]),
    ("numbers", "int[]", ["'{}'", "'{{1,2},{3,NULL}}'", "'[0:1]={5,6}'"]),
    ("words", "text[]", ["ARRAY['a,b', '\"', NULL, 'null', '']"]),
    ("address", "inet", ["'10.0.0.1/8'", "'::1'"]),
    ("flag", "boolean", ["true", "false"]),
    ("code", "char(5)", ["'ab'"]),
    ("short", "varchar(3)", ["'ab '"]),
    ("mood", "test_mood", ["'sad'"]),
    ("pair", "test_pair", ["ROW(1, 'x')", "ROW(NULL, NULL)"]),
    ("whole", "int4range", ["'[1,5)'", "'empty'"]),
    ("bits", "bit varying", ["B'0101'"]),
    ("cost", "money", ["12.34"]),
    ("twice", "int GENERATED ALWAYS AS (credits_or_size * 2) STORED", []),
    ("serial_number", "bigint GENERATED ALWAYS AS IDENTITY", []),
]
SQLITE_COLUMNS = [
    ("raw_body", "TEXT", ["''", "'a' || char(10) || 'b\"\\ü' || char(1)", "'null'", "'{\"a\":1}'",
                          "'nul' || char(0) || 'inside'", "CAST(zeroblob(5000) AS TEXT)"]),
    ("attempts", "INTEGER DEFAULT 7", ["3", "-9223372036854775808", "9223372036854775807"]),
    ("Odd \"Name'", "TEXT", ["'odd'"]),
    ("ratio", "REAL", ["0.1", "9e999", "-9e999", "1e-300", "3", "1.7976931348623157e308"]),
    ("bytes", "BLOB", ["x'00ff41'", "x''"]),
    ("anything", "ANY", ["1", "1.0", "'1'", "x'31'", "''"]),
    ("twice", "INTEGER GENERATED ALWAYS AS (credits_or_size * 2) VIRTUAL", []),
]
SIZES = {"webhook_logs": "payload_size", "credit_transactions": "credits", "admin_actions": "credits_affected"}


class ArchiveTest(service.ServiceTest):
    def setUp(self):
        super().setUp()
        self.is_postgres = self.database.name == "postgres"
        self.ann = self.service.users.create("ann@example.org")

    def run_all(self, statements):
        errors = [answer for kind, answer in self.database.run_each(statements) if kind == "error"]
        self.assertEqual(errors, [])

    def long_ago(self, number):
        return (f"timestamptz '2020-01-01' + {number} * interval '1 second'" if self.is_postgres else
                str(1577836800000000 + number * 1000001))

    def insert(self, table, number, names=(), values=()):
        required = {
            "webhook_logs": ("webhook_id, event_type, payload_size, signature_present, processed_data",
                             f"'evt_{number}', 'payment', {number}, {'true' if self.is_postgres else 1}, '{{\"a\": [1.50, null]}}'"),
            "credit_transactions": ("user_id, transaction_type, credits, amount, metadata",
                                    f"'{self.ann.id}', 'bonus', 0, 1.25, 'null'" if self.is_postgres else
                                    f"'{self.ann.id}', 'bonus', 0, 1250000, 'null'"),
            "admin_actions": ("target_user_id, action_type, reason, details", f"'{self.ann.id}', 'note', 'r', '{{}}'"),
        }[table]
        quoted = "".join(', "' + name.replace('"', '""') + '"' for name in names)
        return (f"INSERT INTO {table} (id, created_at, {required[0]}{quoted}) VALUES "
                f"('{uuid.uuid4()}', {self.long_ago(number)}, {required[1]}{''.join(', ' + value for value in values)})")

    def drift(self, table):
        """Unknown columns, and a row for each of their values."""
        columns = POSTGRES_COLUMNS if self.is_postgres else SQLITE_COLUMNS
        statements = []
        for name, kind, _ in columns:
            kind = kind.replace("credits_or_size", SIZES[table])
            quoted = name.replace('"', '""')
            statements.append(f'ALTER TABLE {table} ADD COLUMN "{quoted}" {kind}')
        self.run_all(statements)
        statements = [self.insert(table, 0)]
        for number in range(max(len(values) for _, _, values in columns)):
            given = [(name, values[number]) for name, _, values in columns if number < len(values)]
            statements.append(self.insert(table, number + 1, [name for name, _ in given], [value for _, value in given]))
        nulls = [name for name, _, values in columns if values]
        statements.append(self.insert(table, 90, nulls, ["NULL"] * len(nulls)))
        self.run_all(statements)

    def dump(self, table):
        """Every value as its type prints it."""
        if self.is_postgres:
            return sorted(map(tuple, self.database.run(f"SELECT to_json(t::text) FROM {table} t")))
        names = [row[1] for row in self.database.run(f"SELECT * FROM pragma_table_xinfo('{table}')")]
        values = ", ".join("typeof(%s) || ':' || coalesce(hex(CAST(%s AS BLOB)), '') || coalesce(quote(%s), '')" % ((
            '"' + name.replace('"', '""') + '"',) * 3) for name in names)
        return sorted(map(tuple, self.database.run(f"SELECT {values} FROM {table}")))

    def empty(self, table):
        self.run_all([f"DELETE FROM {table} WHERE created_at < {self.long_ago(1000)}"])

    def archives(self, ending):
        root = pathlib.Path(self.blobs)
        return sorted(file for file in root.rglob("*") if file.is_file() and file.name.endswith(ending))

    def command(self, *words):
        return [COMMAND, *words, "--storage", "file:" + self.blobs]

    def test_every_column_is_restored_unchanged(self):
        if self.is_postgres:
            self.run_all(["CREATE TYPE public.test_mood AS ENUM ('sad', 'ok')",
                          "CREATE TYPE public.test_pair AS (a int, b text)",
                          f"ALTER DATABASE {self.database.database.name} SET datestyle = 'SQL, DMY'",
                          f"ALTER DATABASE {self.database.database.name} SET timezone = 'Asia/Kolkata'",
                          f"ALTER DATABASE {self.database.database.name} SET bytea_output = 'escape'",
                          f"ALTER DATABASE {self.database.database.name} SET extra_float_digits = -10"])
        for table in TABLES:
            self.drift(table)
        before = {table: self.dump(table) for table in TABLES}
        report = self.service.maintenance.archive()
        self.assertEqual(report.deleted_rows, len(before["webhook_logs"]))
        self.assertEqual(self.dump("webhook_logs"), [])
        self.assertEqual(self.service.maintenance.archive().files, 0)
        for table in TABLES[1:]:
            self.empty(table)
        self.service.maintenance.restore(dry_run=True)
        self.assertEqual(self.dump("webhook_logs"), [])
        done = self.service.maintenance.restore()
        self.assertEqual((done.restored_rows, done.damaged_files), (report.rows, 0))
        for table in TABLES:
            self.assertEqual(self.dump(table), before[table], table)
        self.assertEqual(self.service.maintenance.restore().restored_rows, 0)
        for file in self.archives(".jsonl.gz"):
            for line in gzip.decompress(file.read_bytes()).splitlines():
                self.assertIn("raw_body", json.loads(line))

    def test_added_and_removed_columns(self):
        self.run_all(["ALTER TABLE webhook_logs ADD COLUMN old_note text", self.insert("webhook_logs", 1, ["old_note"], ["'n'"])])
        self.service.maintenance.archive()
        self.run_all(["ALTER TABLE webhook_logs ADD COLUMN later integer DEFAULT 5"])
        self.assertEqual(self.service.maintenance.restore().restored_rows, 1)
        self.assertEqual([str(row[0]) for row in self.database.run("SELECT later FROM webhook_logs")], ["5"])
        self.service.maintenance.archive()
        self.run_all(["ALTER TABLE webhook_logs DROP COLUMN old_note"])
        with self.assertRaises(contextpack.ConflictError) as raised:
            self.service.maintenance.restore()
        self.assertIn("old_note", str(raised.exception))
        self.assertEqual(self.dump("webhook_logs"), [])

    def test_a_new_column_of_the_ledger_is_archived_too(self):
        self.run_all([self.insert("credit_transactions", 1)])
        self.assertEqual(self.service.maintenance.archive().files, 1)
        self.run_all(["ALTER TABLE credit_transactions ADD COLUMN origin text DEFAULT 'web'"])
        self.assertEqual(self.service.maintenance.archive().files, 1)
        self.assertEqual(self.service.maintenance.archive().files, 0)

    def test_a_type_that_does_not_hold_the_value(self):
        if not self.is_postgres:
            self.skipTest("SQLite's types can't be changed")
        self.run_all(["ALTER TABLE webhook_logs ADD COLUMN price numeric",
                      self.insert("webhook_logs", 1, ["price"], ["1.239"])])
        self.service.maintenance.archive()
        self.run_all(["ALTER TABLE webhook_logs ALTER COLUMN price TYPE numeric(10,2)"])
        with self.assertRaises(contextpack.ConflictError):
            self.service.maintenance.restore()
        self.assertEqual(self.dump("webhook_logs"), [])

    def test_missing_users_are_reported_first(self):
        self.run_all([self.insert("credit_transactions", number) for number in range(3)]
                     + [self.insert("webhook_logs", number) for number in range(3)])
        self.service.maintenance.archive()
        other = type(self.database)()
        self.addCleanup(other.drop)
        with contextpack.Engine(other.uri, "file:" + self.blobs, log=False) as engine, engine.service() as fresh:
            for dry_run in (True, False):
                with self.assertRaises(contextpack.ConflictError) as raised:
                    fresh.maintenance.restore(dry_run=dry_run)
                self.assertIn(self.ann.id, str(raised.exception))
            self.assertEqual(list(map(str, other.run("SELECT count(*) FROM webhook_logs")[0])), ["0"])
            self.assertEqual(fresh.maintenance.restore("webhook_logs").restored_rows, 3)

    def test_changed_rows_are_not_deleted(self):
        """Also where only a column changed that the library does not know, while its archive is read back."""
        self.run_all(["ALTER TABLE webhook_logs ADD COLUMN attempts integer"]
                     + [self.insert("webhook_logs", number, ["attempts"], ["1"]) for number in range(5)])
        calls = []

        def change(progress):
            calls.append(progress)
            if len(calls) == 1:
                self.run_all(["UPDATE webhook_logs SET attempts = 2 WHERE webhook_id = 'evt_3'"])

        self.service.maintenance.archive(progress=change)
        self.run_all(["UPDATE webhook_logs SET attempts = 2 WHERE webhook_id = 'evt_3'"])
        self.service.maintenance.restore()
        self.assertEqual(sorted(str(row[0]) for row in self.database.run("SELECT attempts FROM webhook_logs")),
                         ["1", "1", "1", "1", "2"])

    def test_two_at_once(self):
        self.run_all([self.insert("webhook_logs", number) for number in range(700)])
        before = self.dump("webhook_logs")
        both = [subprocess.Popen(self.command("maintenance", "archive", "--json"), stdout=subprocess.PIPE, text=True)
                for _ in range(2)]
        reports = [json.loads(process.communicate()[0]) for process in both]
        self.assertEqual([process.returncode for process in both], [0, 0])
        self.assertEqual(sum(report["rows"] for report in reports), 700)
        self.assertEqual(sum(report["deleted_rows"] for report in reports), 700)
        lines = [line for file in self.archives(".jsonl.gz") for line in gzip.decompress(file.read_bytes()).splitlines()]
        self.assertEqual(len(lines), 700)
        self.service.maintenance.restore()
        self.assertEqual(self.dump("webhook_logs"), before)


if __name__ == "__main__":
    service.main()
