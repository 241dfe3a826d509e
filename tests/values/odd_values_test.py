#!/usr/bin/env python3
"""Whatever value a column's type allows: every row stays readable, nobody else is kept from anything, and the health
report names it.

Usage: odd_values_test.py CONTEXTPACK sqlite|postgres"""
import csv
import datetime
import decimal
import io
import os

import contextpack

import service
from service import TABLES

LONG = "repeat('x', 1000000)"
SQLITE_LONG = "printf('%.*c', 1000000, 'x')"
# The columns are of these types; each list is worked through in rounds.
POSTGRES_VALUES = {
    "timestamp with time zone": ["'infinity'", "'-infinity'", "'294276-12-31 23:59:59+00'", "NULL",
                                 "'4713-01-01 00:00:00+00 BC'"],
    "numeric": ["'NaN'", "1e30", "'-Infinity'", "NULL", "'Infinity'", "-1e30", "0.00000000049"],
    "integer": ["2147483647", "-2147483648", "0", "NULL"],
    "bigint": ["9223372036854775807", "-9223372036854775808", "-1", "NULL"],
    "text": ["''", LONG, "'../../x/'", "NULL", "E'\\x01\\n\\x7f'"],
    "jsonb": ["'[]'", "'\"x\"'", "'1e400'", "NULL", "'null'", "'{\"currency\": [1]}'",
              "CAST(repeat('[', 900) || repeat(']', 900) AS jsonb)"],
    "integer[]": ["'{NULL}'", "'{{1,2},{3,4}}'", "'[5:6]={1,2}'", "NULL"],
    "boolean": ["true", "NULL"],
    "inet": ["'::1/64'", "NULL"],
    "uuid": ["gen_random_uuid()"],
}
SQLITE_VALUES = {
    "INTEGER": ["9223372036854775807", "(-9223372036854775807 - 1)", "253402300800000000", "NULL", "-1", "0"],
    "TEXT": ["''", SQLITE_LONG, "'[]'", "NULL", "'../../x/'", "char(1, 10, 127)", "'\"x\"'", "'{\"a\": [null]}'"],
}
# What rows are found by: setting these makes other rows of them.
KEYS = {"id", "user_id", "pack_id", "source_id", "job_id", "target_user_id", "webhook_id"}
YEAR_1 = datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)


class OddValuesTest(service.ServiceTest):
    def setUp(self):
        super().setUp()
        self.ann = self.person("ann")[0]
        self.is_postgres = self.database.name == "postgres"
        self.values = POSTGRES_VALUES if self.is_postgres else SQLITE_VALUES

    def columns(self, table):
        """(name, type) of every column, as the database tells them."""
        if self.is_postgres:
            return self.database.run("SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = "
                                     f"'public.{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")
        return [(row[1], row[2]) for row in self.database.run(f"PRAGMA table_info({table})")]

    def granted(self, verb):
        """(table, column, type) that clients may write."""
        return self.database.run(
            "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c JOIN pg_attribute a "
            "ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace "
            f"AND c.relkind = 'r' AND has_column_privilege('authenticated', c.oid, a.attnum, '{verb}') ORDER BY 1, a.attnum")

    def read_everything(self, *users, is_swept=True):
        """What the service and every user read, a row at a time where rows are listed."""
        s = self.service
        listed = {user.id for user in s.users.all(page_size=2)}
        self.assertLessEqual({user.id for user in users} | {self.ann.id}, listed)
        list(s.admin_actions.all(page_size=2))
        list(s.payment_attempts.all(page_size=2))
        s.payment_attempts.velocity()
        s.credits.audit()
        # A profile that names no folder is passed by.
        self.assertLessEqual(s.maintenance.sweep(dry_run=True).skipped_users, 0 if is_swept else 1)
        s.stripe.expire_plans()
        s.holds.expire()
        s.reports.revenue()
        s.reports.usage()
        for user in users:
            s.users.get(user)
            s.credits.balance(user)
            s.reports.statement(user)
            with self.engine.session(user.id) as me:
                list(me.credits.all(page_size=2))
                for pack in [pack for pack in me.packs.all(page_size=2) if pack.id != ""]:
                    list(me.sources.all(pack, page_size=2))
                    list(me.exports.all(pack, page_size=2))
                for job in list(me.jobs.all(page_size=2)):
                    self.assertIsInstance(job.failed_chunks, (list, tuple))
                list(me.legacy_packs.all(page_size=2))

    def act_upon(self, user, name):
        """What must not be evaded."""
        self.assertEqual(self.refund(name).credits, -50)
        self.assertEqual(self.dispute(name).credits, -50)
        self.service.admin_actions.suspend(user, "fraud")
        self.service.credits.clawback(user, "clawback", 3)
        self.service.admin_actions.unsuspend(user, "no fraud")
        self.service.users.delete(user)

    def put(self, changes, **who):
        """Tries each change; how many were accepted."""
        return sum(kind == "rows" for kind, _ in self.database.run_each(changes, **who))

    def rounds(self):
        """The first four of each list by default; CONTEXTPACK_TEST_FULL=1 tries them all."""
        count = max(len(values) for values in self.values.values())
        return range(count if os.environ.get("CONTEXTPACK_TEST_FULL") else 4)

    def value(self, kind, number):
        values = self.values.get(kind)
        self.assertIsNotNone(values, f"no odd values are known of the type {kind}")
        return values[number % len(values)]

    def test_clients_cannot_hide_rows(self):
        """What clients write into the columns that are granted to them."""
        if not self.is_postgres:
            self.skipTest("users have no SQL of their own on SQLite")
        updates = self.granted("UPDATE")
        self.assertIn(["user_profiles", "updated_at", "timestamp with time zone"], updates)
        self.assertEqual([column for table, column, _ in updates if table == "pack_sources" and column in
                          ("id", "total_cost", "total_chunks", "created_at", "source_id", "completed_at")], [])
        for number in self.rounds():
            with self.subTest(round=number):
                name = f"client{number}"
                user, pack = self.person(name)[:2]
                accepted = self.put([f"UPDATE {table} SET {column} = {self.value(kind, number)}"
                                     for table, column, kind in updates], role="authenticated", user=user.id)
                self.assertGreater(accepted, 10)
                self.insert_as_client(user, pack, number)
                self.read_everything(user)
                self.assertEqual(self.database.run("SELECT count(*) FROM user_profiles u WHERE NOT isfinite(updated_at)"),
                                 [["0"]])
                self.act_upon(user, name)
                self.read_everything()

    def insert_as_client(self, user, pack, number):
        """A row for each column that may be given, with the odd value there."""
        rows = {"packs_v2": {"id": "gen_random_uuid()", "user_id": f"'{user.id}'", "pack_id": "gen_random_uuid()",
                             "pack_name": "'x'", "r2_pack_directory": "'x'"},
                "pack_sources": {"id": "gen_random_uuid()", "user_id": f"'{user.id}'", "pack_id": f"'{pack.id}'",
                                 "source_id": "gen_random_uuid()", "source_name": "'x'", "source_type": "'text'"},
                "pack_exports": {"id": "gen_random_uuid()", "user_id": f"'{user.id}'", "pack_id": f"'{pack.id}'",
                                 "export_type": "'compact'", "r2_path": "'x'"}}
        statements = []
        for table, column, kind in self.granted("INSERT"):
            row = dict(rows[table], **{column: self.value(kind, number)})
            statements.append(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})")
        self.assertGreater(self.put(statements, role="authenticated", user=user.id), 15)

    def test_rows_of_others(self):
        """What a program beside the library, which may write everything, puts into any column."""
        checked = 0
        for number in self.rounds():
            with self.subTest(round=number):
                name = f"other{number}"
                user = self.person(name)[0]
                changes = []
                for table in TABLES:
                    owner = {"user_profiles": "id", "admin_actions": "target_user_id"}.get(table, "user_id")
                    of_user = f"WHERE {owner} = '{user.id}'" if table != "webhook_logs" else ""
                    changes += [f"UPDATE {table} SET {column} = {self.value(kind, number)} {of_user}"
                                for column, kind in self.columns(table) if column not in KEYS]
                self.database.run_each([change for change in changes if "credits_balance" not in change
                                        and "SET credits " not in change and "transaction_type" not in change])
                self.read_everything(user, is_swept=False)
                checked += self.check_report(user)
                self.act_upon(user, name)
                self.database.run(f"UPDATE user_profiles SET r2_user_directory = 'users/{user.id}' "
                                  f"WHERE id = '{user.id}'")
        self.assertGreater(checked, 20)

    def check_report(self, user):
        """The health report names each time that is not read as it is, and says how to repair it, and the repair does."""
        found = [check for check in self.engine.check() if check.subject == "values"]
        of_user = [check for check in found if user.id in check.text]
        times = self.database.run(f"SELECT count(*) FROM user_profiles WHERE id = '{user.id}' AND created_at NOT BETWEEN "
                                  + ("'0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999999+00'" if self.is_postgres
                                     else "-62135596800000000 AND 253402300799999999"))
        named = [check for check in of_user if "user_profiles" in check.text and ": created_at" in check.text]
        self.assertEqual(len(named), int(times[0][0]))
        repairs = [check.text.partition("to repair it: ")[2] for check in found if "UPDATE" in check.text]
        self.assertEqual([answer for answer in self.database.run_each(repairs) if answer[0] == "error"], [])
        left = [check.text for check in self.engine.check() if check.subject == "values"]
        self.assertEqual(left, ["times, amounts and counts are valid"])
        return len(repairs)

    def test_lists_end(self):
        """Pages go on from row to row, whatever their times are: each row once."""
        users = [self.service.users.create(f"page{number}@example.com") for number in range(6)]
        with self.engine.session(users[0]) as me:
            packs = [me.packs.create(f"Pack {number}") for number in range(6)]
        odd = (["'infinity'", "'infinity'", "'-infinity'", "'-infinity'", "NULL", "NULL"] if self.is_postgres else
               ["9223372036854775807", "9223372036854775806", "-9223372036854775807", "(-9223372036854775807 - 1)",
                "NULL", "NULL"])
        self.database.run_each([f"UPDATE user_profiles SET created_at = {value} WHERE id = '{user.id}'"
                                for user, value in zip(users, odd)] +
                               [f"UPDATE packs_v2 SET updated_at = {value} WHERE pack_id = '{pack.id}'"
                                for pack, value in zip(packs, odd)])
        for size in (1, 2, 3, 100):
            listed = [user.id for user in self.service.users.all(page_size=size)]
            self.assertEqual(sorted(listed), sorted([user.id for user in users] + [self.ann.id]))
            self.assertEqual(sorted(listed[-4:]), sorted(user.id for user in users[2:]))  # without a time: at the end
            with self.engine.session(users[0].id) as me:
                listed = [pack.id for pack in me.packs.all(page_size=size)]
                self.assertEqual(sorted(listed), sorted(pack.id for pack in packs))
        times = [self.service.users.get(user.id).created_at for user in users]
        self.assertEqual([time.year for time in times[:4]], [9999, 9999, 1, 1])
        self.assertEqual(times[2:], [YEAR_1] * 4)

    def test_reports_count_entries_without_a_time(self):
        """Each entry stands in exactly one row of a report, and in one part of a report that is split by time."""
        s = self.service
        users = [s.users.create(f"undated{number}@example.com") for number in range(2)]
        for user, number in ((users[0], 1), (users[0], 2), (users[1], 3)):
            s.credits.grant(user, f"buy{number}", 10, type=contextpack.TransactionType.PURCHASE, amount=decimal.Decimal(5))
            s.holds.reserve(user, f"hold{number}", 2)
            s.holds.commit(user, f"hold{number}", f"all{number}", 2)
        odd = (["NULL", "'infinity'", "'-infinity'"] if self.is_postgres else
               ["NULL", "9223372036854775807", "(-9223372036854775807 - 1)"])
        used = sum(int(row["credits"]) for row in self.rows(s.reports.usage()))
        for time in odd:
            for kind in ("purchase", "usage"):
                self.database.run(f"UPDATE credit_transactions SET created_at = {time} WHERE id IN (SELECT id FROM "
                                  f"credit_transactions WHERE transaction_type = '{kind}' AND user_id = '{users[0].id}' "
                                  "ORDER BY id LIMIT 1)")
            revenue = self.rows(s.reports.revenue())
            self.assertEqual([(row["purchases"], row["gross"]) for row in revenue if row["day"] == "unknown"], [("1", "5.00")])
            self.assertEqual(sum(int(row["purchases"]) for row in revenue), 4)
            usage = self.rows(s.reports.usage())
            self.assertEqual([row["credits"] for row in usage if row["day"] == "unknown"], ["2"])
            self.assertEqual(sum(int(row["credits"]) for row in usage), used)
            self.check_split(users[0])

    def rows(self, report):
        return list(csv.DictReader(io.StringIO(report.decode())))

    def check_split(self, user):
        """Two periods that follow each other tell together what the whole report does; a statement ends in the balance."""
        middle = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=400)
        for report in (self.service.reports.revenue, self.service.reports.usage):
            self.assertEqual(self.rows(report(until=middle)) + self.rows(report(start=middle)), self.rows(report()))
            self.assertEqual([row for row in self.rows(report(start=middle)) if row["day"] == "unknown"], [])
        whole = self.rows(self.service.reports.statement(user))
        self.assertEqual(sum(row["type"] in ("purchase", "usage") for row in whole), 4)
        self.assertEqual(whole[0]["balance"], "0")
        self.assertEqual(int(whole[-1]["balance"]), self.service.credits.balance(user).free)
        later = self.rows(self.service.reports.statement(user, start=middle))
        self.assertEqual(later[-1]["balance"], whole[-1]["balance"])

    def test_a_hold_that_does_not_fit(self):
        """Holds whose credits do not fit the balance any more are passed by, and the others are given back."""
        rich, poor = (self.service.users.create(name + "@example.com") for name in ("rich", "poor"))
        for user in (rich, poor):
            self.service.credits.grant(user, "first", 100)
            self.service.holds.reserve(user, "hold", 50, lifetime=datetime.timedelta(milliseconds=1))
        room = 2147483647 - self.service.users.get(rich).credits_balance
        self.service.credits.grant(rich, "much", room)
        self.database.run(f"UPDATE {self.database.own('holds')} SET expires_at = 1 WHERE user_id = '{rich.id}'")
        self.database.run(f"UPDATE {self.database.own('holds')} SET expires_at = 2 WHERE user_id = '{poor.id}'")
        self.assertEqual(self.service.holds.expire(limit=1), 1)
        self.assertEqual(self.service.credits.balance(poor).held, 0)
        told = [check.text for check in self.engine.check() if check.subject == "values"]
        self.assertEqual(len(told), 1)
        self.assertIn(rich.id, told[0])
        self.service.credits.clawback(rich, "back", 50)
        self.assertEqual(self.service.holds.expire(), 1)
        self.assertEqual(self.service.credits.balance(rich).free, 2147483647)
        self.assertEqual(self.service.credits.audit(), [])


if __name__ == "__main__":
    service.main()
