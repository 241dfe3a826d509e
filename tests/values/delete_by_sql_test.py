#!/usr/bin/env python3
"""DELETE statements of the documented schema: the library's rows are deleted too, and held credits are released.

Usage: delete_by_sql_test.py CONTEXTPACK sqlite|postgres
"""
import service


class DeleteBySqlTest(service.ServiceTest):
    def setUp(self):
        super().setUp()
        self.user, self.pack, self.source, _, self.job = self.person("ann")
        self.is_postgres = self.database.name == "postgres"

    def delete(self, statement, role="service_role"):
        (kind, answer), = (self.database.run_each([statement], role=role, user=self.user.id) if self.is_postgres else
                           self.database.run_each([statement]))
        self.assertEqual(kind, "rows", answer)

    def count(self, table, where):
        return int(self.database.run(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def hold(self, kind, of, credits):
        """An open hold of work, as a process that died leaves it."""
        holds = self.database.own("holds")
        self.database.run_each([
            f"INSERT INTO {holds} (user_id, hold_id, owner_kind, owner_id, payment_plan, credits, remaining, status, "
            f"expires_at, created_at, updated_at) VALUES ('{self.user.id}', 'open-{kind}', '{kind}', '{of}', 'credits', "
            f"{credits}, {credits}, 'open', 1, 1, 1)",
            f"UPDATE user_profiles SET credits_balance = credits_balance - {credits} WHERE id = '{self.user.id}'"])
        self.assertEqual(self.count(holds, f"hold_id = 'open-{kind}'"), 1)

    def assert_sound(self, balance):
        self.assertEqual(self.service.credits.audit(), [])
        self.assertEqual(self.service.credits.balance(self.user).free, balance)
        self.assertEqual([check.text for check in self.engine.check() if check.subject in ("ledger", "values")],
                         ["every balance matches the ledger", "times, amounts and counts are valid"])

    def roles(self):
        return ("authenticated", "service_role") if self.is_postgres else ("service_role",)

    def test_sources(self):
        for role in self.roles():
            with self.subTest(role=role), self.engine.session(self.user) as me:
                source = me.sources.run(me.sources.add(me.packs.create(role), service.TEXT + role.encode()))
                holds = self.database.own("holds")
                self.assertEqual(self.count(holds, f"owner_id = '{source.id}' AND status = 'closed'"), 1)
                balance = self.service.credits.balance(self.user).free
                self.hold("source", source.id, 4)
                self.delete(f"DELETE FROM pack_sources WHERE source_id = '{source.id}'", role)
                self.assertEqual(self.count(holds, f"owner_id = '{source.id}'"), 0)
                self.assertEqual(self.count(self.database.own("chunks"), f"owner_id = '{source.id}'"), 0)
                self.assert_sound(balance)

    def test_packs(self):
        for role in self.roles():
            with self.subTest(role=role), self.engine.session(self.user) as me:
                pack = me.packs.create("Another " + role)
                me.sources.run(me.sources.add(pack, service.TEXT))
                me.exports.create(pack)
                balance = self.service.credits.balance(self.user).free
                self.delete(f"DELETE FROM packs_v2 WHERE pack_id = '{pack.id}'", role)
                for table in ("pack_sources", "pack_exports", self.database.own("work"), self.database.own("exports")):
                    self.assertEqual(self.count(table, f"pack_id = '{pack.id}'"), 0, table)
                self.assert_sound(balance)

    def test_jobs(self):
        balance = self.service.credits.balance(self.user).free
        self.hold("job", self.job.id, 3)
        self.delete(f"DELETE FROM packs_legacy WHERE job_id = '{self.job.id}'")
        self.delete(f"DELETE FROM jobs WHERE job_id = '{self.job.id}'")
        self.assertEqual(self.count(self.database.own("holds"), f"owner_id = '{self.job.id}'"), 0)
        self.assert_sound(balance)

    def test_a_hold_that_does_not_fit(self):
        """The row is deleted; the hold stays, and is released when the balance allows it."""
        self.hold("source", self.source.id, 4)
        free = self.service.credits.balance(self.user).free
        self.service.credits.grant(self.user, "much", 2147483647 - free)
        self.delete(f"DELETE FROM pack_sources WHERE source_id = '{self.source.id}'")
        self.assertEqual(self.service.credits.balance(self.user).held, 4)
        self.assertEqual(self.service.credits.audit(), [])
        self.service.credits.clawback(self.user, "back", 10)
        self.assertEqual(self.service.holds.expire(), 1)
        self.assert_sound(2147483647 - 10 + 4)

    def test_a_profile(self):
        """A profile without payments is deleted with all rows of the library."""
        user = self.service.users.create("gone@example.com")
        self.service.credits.grant(user, "key", 5)
        self.service.holds.reserve(user, "hold", 2)
        self.delete(f"DELETE FROM credit_transactions WHERE user_id = '{user.id}'")
        self.delete(f"DELETE FROM user_profiles WHERE id = '{user.id}'")
        for table in ("openings", "holds", "ledger_keys"):
            self.assertEqual(self.count(self.database.own(table), f"user_id = '{user.id}'"), 0, table)
        self.assertEqual(self.service.credits.audit(), [])


if __name__ == "__main__":
    service.main()
