#!/usr/bin/env python3
"""Permissions on PostgreSQL: matrix.csv as a pgTAP suite, the findings of lints.sql, and that both detect missing policies.

Usage: rls_test.py CONTEXTPACK
"""
import harness
import matrix
from harness import FOLDER, PostgresTest, VERBS, live_sql, main, read_matrix

DOCUMENT = harness.PROJECT.parent / "shared/DATABASE_SCHEMA.md"


class RlsTest(PostgresTest):
    def tap(self, database):
        """The failures of the suite."""
        lines = database.run_as_superuser("DROP SCHEMA IF EXISTS tap CASCADE;\n" + matrix.write())
        done = [line for line in lines if line.startswith(("ok ", "not ok "))]
        self.assertGreater(len(done), 200)
        self.assertIn(f"1..{len(done)}", lines)
        return [line for line in lines if line.startswith("not ok ")]

    def lints(self, database):
        return database.run_as_superuser((FOLDER / "lints.sql").read_text(encoding="utf-8"))

    def test_new_database(self):
        database = self.database().migrated()
        self.assertEqual(self.lints(database), [])
        self.assertEqual(self.tap(database), [])

    def test_database_in_use(self):
        database = self.database(live_sql()).migrated()
        self.assertEqual(self.lints(database), [])
        self.assertEqual(self.tap(database), [])

    def test_missing_policies_are_detected(self):
        """What a live database is open to, one hole after the other."""
        holes = {
            "GRANT UPDATE (credits_balance) ON user_profiles TO authenticated": "credits_balance",
            "GRANT UPDATE ON user_profiles TO authenticated": "payment_plan",
            "GRANT SELECT ON webhook_logs TO authenticated": "another user may not SELECT webhook_logs",
            "GRANT ALL ON admin_actions TO anon": "anon may not DELETE admin_actions",
            "ALTER POLICY pack_sources_insert ON pack_sources WITH CHECK ((SELECT auth.uid()) = user_id)":
                "INSERT into pack_sources of others' packs",
            "ALTER POLICY pack_exports_insert ON pack_exports WITH CHECK ((SELECT auth.uid()) = user_id)":
                "INSERT into pack_exports of others' packs",
            "CREATE POLICY more ON jobs FOR SELECT TO authenticated USING (true)": "another user may not SELECT jobs",
            "GRANT TRUNCATE ON credit_transactions TO authenticated": "owner may not TRUNCATE credit_transactions",
            "GRANT INSERT ON credit_transactions TO authenticated; CREATE POLICY more ON credit_transactions FOR INSERT "
            "TO authenticated WITH CHECK (true)": "owner may not INSERT credit_transactions",
            "REVOKE INSERT ON pack_exports FROM authenticated": "owner may INSERT pack_exports",
            "REVOKE DELETE ON jobs FROM service_role": "service_role may DELETE jobs",
            "GRANT UPDATE ON contextpack.holds TO authenticated": "clients change nothing",
            "ALTER TABLE contextpack.work DISABLE ROW LEVEL SECURITY": "not what it keeps of others",
            "CREATE POLICY more ON contextpack.attempts FOR SELECT TO authenticated USING (user_id IS NULL)":
                "not what it keeps of others",
            "GRANT SELECT ON contextpack.gates TO authenticated": "users don't reach the gates",
        }
        database = self.database().migrated()
        suite = matrix.write()
        for hole, noticed in holes.items():
            with self.subTest(hole=hole):
                lines = database.run_as_superuser("DROP SCHEMA IF EXISTS tap CASCADE;\n" +
                                                  suite.replace("BEGIN;\n", f"BEGIN;\n{hole};\n", 1))
                self.assertTrue(any(line.startswith("not ok") and noticed in line for line in lines), hole)

    def test_lints_notice_a_live_database(self):
        database = self.database(live_sql() + "CREATE SCHEMA contextpack;")
        found = {line.split("|")[0] for line in self.lints(database)}
        self.assertLessEqual({"auth_rls_initplan", "rls_disabled_in_public", "unindexed_foreign_keys"}, found)

    def test_matrix_equals_the_documentation(self):
        """matrix.csv is made to be compared by eye; where the page is at hand a machine compares, too."""
        rights = read_matrix()
        self.assertEqual(len(rights), 10)
        for table, roles in rights.items():
            self.assertEqual(roles["anon"] | roles["another user"], set(), table)
            self.assertEqual(roles["service_role"], set(VERBS), table)
        if not DOCUMENT.exists():
            return
        granted = {}
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
            if line.startswith("- `") and "Users can " in line:
                verbs = line.partition("Users can ")[2].split()[0]
                granted[line.split("`")[1]] = set(verbs.split("/"))
        self.assertEqual(len(granted), 8)
        self.assertEqual({table: roles["owner"] for table, roles in rights.items() if roles["owner"]}, granted)


if __name__ == "__main__":
    main()
