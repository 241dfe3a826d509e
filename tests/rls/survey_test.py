#!/usr/bin/env python3
"""What `contextpack migrate` notes about a database that it did not make.

Usage: survey_test.py CONTEXTPACK"""
import json

from harness import PostgresTest, live_sql, main

FIRST = "00000001-1111-4111-8111-111111111111"  # profiles without anything else, made by `profile`
SECOND = "00000002-2222-4222-8222-222222222222"
THIRD = "00000003-3333-4333-8333-333333333333"
FOURTH = "00000004-4444-4444-8444-444444444444"


def profile(user_id, folder, email=None, balance="10"):
    """SQL that makes a user; live.sql's trigger on auth.users makes the profile."""
    return (f"INSERT INTO auth.users (id, email) VALUES ('{user_id}', '{email or user_id + '@example.org'}');\n"
            f"UPDATE user_profiles SET r2_user_directory = '{folder}', credits_balance = {balance} "
            f"WHERE id = '{user_id}';\n")


# What live.sql itself has.
LIVE_NOTES = [
    "public.user_profiles.payment_plan: 1 rows have values that the library does not know: NULL (1); they count as the "
    "plan credits",
    "public.user_profiles: 1 profiles have a balance of NULL, which counts as 0, such as "
    "00000001-0000-4000-8000-0000000001f4"]


class SurveyTest(PostgresTest):
    maxDiff = None

    def told(self, database, *arguments):
        done = database.migrate("--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [change for one in json.loads(done.stdout)["migrations"] for change in one["changes"]]

    def notes(self, database, *arguments):
        return [line[6:] for line in self.told(database, *arguments) if line.startswith("note: ")]

    def test_live_database(self):
        """The dry run and the migration print the same."""
        database = self.database(live_sql())
        self.assertEqual(self.notes(database, "--dry-run"), LIVE_NOTES)
        self.assertEqual(self.notes(database), LIVE_NOTES)

    def test_empty_database(self):
        self.assertEqual(self.notes(self.database(), "--dry-run"), [])

    def test_missing_tables(self):
        database = self.database(live_sql() + "DROP TABLE pack_exports, packs_legacy, admin_actions, webhook_logs;")
        self.assertEqual(self.notes(database), LIVE_NOTES)

    def test_rows(self):
        database = self.database(
            live_sql() +
            # Users: FIRST and SECOND share an address, THIRD has no profile, FOURTH no login.
            "ALTER TABLE user_profiles DROP CONSTRAINT user_profiles_id_fkey;"
            "ALTER TABLE pack_sources DROP CONSTRAINT pack_sources_pack_id_fkey;" +
            profile(FIRST, "a", balance="NULL") + profile(SECOND, "b", balance="-25") + profile(THIRD, "c") +
            profile(FOURTH, "d") +
            f"UPDATE user_profiles SET email = 'Shared@Example.org', payment_plan = 'pro', subscription_status = 'gone' "
            f"WHERE id = '{FIRST}';"
            f"UPDATE user_profiles SET email = ' shared@example.org', payment_plan = NULL WHERE id = '{SECOND}';"
            f"DELETE FROM user_profiles WHERE id = '{THIRD}'; DELETE FROM auth.users WHERE id = '{FOURTH}';"
            # Words
            "INSERT INTO packs_v2 (user_id, pack_id, pack_name, r2_pack_directory) VALUES "
            f"('{FIRST}', 'p', 'P', 'a/p');"
            "INSERT INTO pack_sources (user_id, pack_id, source_id, source_name, source_type, status) VALUES "
            + ", ".join(f"('{FIRST}', 'p', 's{i}', 'S', 'text', {status})" for i, status in
                        enumerate(["'Completed'", "'Completed'", "'a'", "'b'", "'c'", "NULL", "'completed'"])) + ";"
            "INSERT INTO jobs (user_id, job_id, status, file_name, file_size, r2_path) VALUES "
            f"('{FIRST}', 'j', 'chunked', 'f', 1, 'a/j');"
            f"INSERT INTO credit_transactions (user_id, transaction_type, credits) VALUES ('{FIRST}', 'promo', 5);"
            f"INSERT INTO payment_attempts (user_id, attempt_type, status) VALUES ('{FIRST}', 'x', 'ok');"
            f"INSERT INTO admin_actions (action_type, target_user_id, reason) VALUES ('chat', '{FIRST}', 'r');"
            # Duplicates
            "INSERT INTO webhook_logs (webhook_id, event_type, status) VALUES ('evt_a', 'x', 'success'), "
            "('evt_a', 'x', 'completed'), ('evt_b', 'x', 'failed'), ('evt_b', 'x', 'failed'), "
            "('evt_b', 'x', 'processing'), ('evt_c', 'x', 'completed');"
            "INSERT INTO credit_transactions (user_id, transaction_type, credits, stripe_payment_id) VALUES "
            f"('{FIRST}', 'purchase', 5, 'pi_twice'), ('{SECOND}', 'purchase', 5, 'pi_twice'), "
            f"('{FIRST}', 'refund', -5, 'pi_twice'), ('{FIRST}', 'purchase', 5, '');"
            # A source of a pack that is gone, and one of another user's pack
            "INSERT INTO pack_sources (id, user_id, pack_id, source_id, source_name, source_type) "
            f"VALUES (gen_random_uuid(), '{FIRST}', 'gone', 's_gone', 'S', 'text'), "
            f"('{THIRD}', '{SECOND}', 'p', 's_other', 'S', 'text');")
        unknown = "rows have values that the library does not know:"
        self.assertEqual(self.notes(database, "--dry-run"), [
            f"public.user_profiles.payment_plan: 3 {unknown} NULL (2), 'pro' (1); they count as the plan credits",
            f"public.user_profiles.subscription_status: 1 {unknown} 'gone' (1); such a subscription counts as not paid",
            f"public.pack_sources.status: 6 {unknown} 'Completed' (2), 'a' (1), 'b' (1) and 2 more; such sources count "
            "as unfinished",
            f"public.jobs.status: 1 {unknown} 'chunked' (1); such jobs count as unfinished",
            f"public.credit_transactions.transaction_type: 1 {unknown} 'promo' (1); their credits count in the balance "
            "as those of other types do",
            f"public.webhook_logs.status: 1 {unknown} 'success' (1); they are shown as they are",
            f"public.payment_attempts.status: 1 {unknown} 'ok' (1); they are shown as unknown",
            f"public.admin_actions.action_type: 1 {unknown} 'chat' (1); they are shown as unknown",
            "public.webhook_logs: 2 webhook ids are in more than one row (5 rows), such as evt_b, evt_a",
            "public.credit_transactions: 1 Stripe payments were entered as purchases more than once (2 rows), such as "
            "pi_twice",
            "public.user_profiles: 2 profiles have a balance of NULL, which counts as 0, such as "
            f"00000001-0000-4000-8000-0000000001f4, {FIRST}",
            f"public.user_profiles: 1 profiles have a balance below 0 (together -25), such as {SECOND} (-25)",
            f"auth.users: 1 users have no row in public.user_profiles, such as {THIRD}: the library does not know them",
            f"public.user_profiles: 1 profiles have no row in auth.users, such as {FOURTH}: nobody can sign in to them",
            f"public.user_profiles: 2 profiles share 1 e-mail addresses, such as that of {FIRST}: who is meant by such "
            "an address is not known",
            "public.pack_sources: 1 rows have a pack_id that is not in public.packs_v2, such as gone",
            f"public.pack_sources: 1 rows belong to another user than their row of public.packs_v2, such as {THIRD}",
            # of the migration's own
            "public.user_profiles has rows whose id is not in auth.users: they stay, new ones are refused",
            "public.pack_sources has rows whose pack_id is not in public.packs_v2: they stay, new ones are refused"])

    def test_storage_folders(self):
        folders = {"00000001": "", "00000002": "team/", "00000003": "team", "00000004": "team/x", "0000000a": "/lead",
                   "0000000b": "a/../b", "0000000c": "archive/x", "0000000d": "users", "0000000e": "double//part"}
        rest = "-5555-4555-8555-555555555555"
        database = self.database(
            live_sql() + "".join(profile(key + rest, folder) for key, folder in folders.items()) +
            "INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, r2_pack_directory) VALUES "
            f"('00000001{rest}', '00000001{rest}', 'p', 'P', 'team/x/p');")
        self.assertEqual([note for note in self.notes(database, "--dry-run") if "folder" in note], [
            "public.user_profiles: " + note for note in (
                f'1 profiles have an empty storage folder, such as 00000001{rest} ("")',
                f'1 profiles have a storage folder with a slash at its start, such as 0000000a{rest} ("/lead")',
                f'1 profiles have a storage folder with a slash at its end, such as 00000002{rest} ("team/")',
                f'2 profiles have a storage folder with a part that is empty, "." or "..", such as 0000000b{rest} '
                f'("a/../b"), 0000000e{rest} ("double//part")',
                f'1 profiles have a storage folder that is the library\'s own, such as 0000000c{rest} ("archive/x")',
                f'1 profiles have a storage folder in which those of new users will lie, such as 0000000d{rest} '
                '("users")',
                f'2 profiles share 1 storage folders, such as "team" (00000002{rest} and 00000003{rest}): what one of '
                "them stores can't be told from the other's",
                f'1 storage folders contain those of other profiles, such as "team/" (00000002{rest}) with "team/x/" '
                f"(00000004{rest}): what is within can't be told from the others'")] + [
            "public.packs_v2.r2_pack_directory: 3 rows name what is in another user's storage folder, such as "
            + ", ".join(f'"team/x/p" (row 00000001{rest}, folder of 0000000{owner}{rest})' for owner in (2, 3, 4))])

    HOLES = {
        "v_owner": "CREATE VIEW v_owner AS SELECT * FROM user_profiles",
        "v_over": "CREATE VIEW v_over AS SELECT id FROM v_owner",
        "m_owner": "CREATE MATERIALIZED VIEW m_owner AS SELECT * FROM v_caller",
        "side.v_side": "CREATE SCHEMA side; GRANT USAGE ON SCHEMA side TO anon, authenticated; "
                       "CREATE VIEW side.v_side AS SELECT * FROM public.jobs; GRANT SELECT ON side.v_side TO anon, "
                       "authenticated",
        "v_cte": "CREATE VIEW v_cte AS WITH x AS (SELECT count(*) AS n FROM credit_transactions) SELECT * FROM x",
        "v_off": "CREATE VIEW v_off WITH (security_invoker = off) AS SELECT * FROM user_profiles",
    }
    SOUND = {
        "v_caller": "CREATE VIEW v_caller WITH (security_invoker = on) AS SELECT * FROM user_profiles",
        "v_over_caller": "CREATE VIEW v_over_caller AS SELECT * FROM v_caller",
        "v_closed": "CREATE VIEW v_closed AS SELECT * FROM user_profiles; REVOKE ALL ON v_closed FROM anon, "
                    "authenticated",
        "shut.v_shut": "CREATE SCHEMA shut; CREATE VIEW shut.v_shut AS SELECT * FROM public.jobs; GRANT SELECT ON "
                       "shut.v_shut TO anon, authenticated",
        "v_other": "CREATE VIEW v_other AS SELECT 1 AS one",
    }
    OPEN_FUNCTIONS = {
        "all_profiles()": "CREATE FUNCTION all_profiles() RETURNS SETOF user_profiles LANGUAGE sql SECURITY DEFINER "
                          "AS 'SELECT * FROM public.user_profiles'",
        "bound()": "CREATE FUNCTION bound() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
                   "RETURN (SELECT count(*) FROM public.jobs)",
        "side.other(integer)": "CREATE FUNCTION "
                               "side.other(integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS "
                               "'BEGIN RETURN (SELECT count(*) FROM public.Packs_V2); END'",
        "through()": "CREATE FUNCTION helper() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM user_profiles'; "
                     "CREATE FUNCTION through() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT helper()'",
        "viewed()": "CREATE VIEW profile_count AS SELECT count(*) FROM user_profiles; REVOKE ALL ON profile_count "
                    "FROM anon, authenticated; CREATE FUNCTION viewed() RETURNS bigint LANGUAGE sql SECURITY "
                    "DEFINER AS 'SELECT * FROM profile_count'",
    }
    SOUND_FUNCTIONS = {
        "caller()": "CREATE FUNCTION caller() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM user_profiles'",
        "closed()": "CREATE FUNCTION closed() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS "
                    "'SELECT count(*) FROM user_profiles'; REVOKE ALL ON FUNCTION closed() FROM PUBLIC, anon, "
                    "authenticated",
        "unrelated()": "CREATE FUNCTION unrelated() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS "
                       "'SELECT count(*) FROM pg_class'",
        "hidden.inside()": "CREATE SCHEMA hidden; CREATE FUNCTION hidden.inside() RETURNS bigint LANGUAGE sql "
                           "SECURITY DEFINER AS 'SELECT count(*) FROM user_profiles'",
    }

    def test_bypasses_of_row_level_security(self):
        database = self.database(live_sql() + ";".join([*self.SOUND.values(), *self.HOLES.values(),
                                                        *self.OPEN_FUNCTIONS.values(), *self.SOUND_FUNCTIONS.values()])
                                 + "; CREATE TABLE jobs_old () INHERITS (jobs);")
        notes = [note for note in self.notes(database) if note not in LIVE_NOTES]
        for name in self.HOLES:
            shown = name if "." in name else "public." + name
            self.assertTrue([note for note in notes if f"view {shown} over public." in note
                             and "anon and authenticated may use it" in note], (shown, notes))
            # It is a bypass: a client reads rows of others.
            seen = database.run_as_superuser(f"SET ROLE authenticated; SELECT count(*) FROM {shown};")
            self.assertNotEqual(seen, ["0"], shown)
        for name in self.OPEN_FUNCTIONS:
            shown = name if "." in name else "public." + name
            self.assertTrue([note for note in notes if note.startswith(f"function {shown} may pass by")], (shown, notes))
        self.assertIn("table public.jobs_old is a part of public.jobs: anon and authenticated may use it by its own "
                      "name, past the policies of the whole", notes)
        self.assertEqual(len(notes), len(self.HOLES) + len(self.OPEN_FUNCTIONS) + 1, notes)
        for name in ("v_caller", "v_over_caller"):
            self.assertEqual(database.run_as_superuser(f"SET ROLE authenticated; SELECT count(*) FROM {name};"), ["0"])
        # Following the note closes it.
        database.run("ALTER VIEW public.v_owner SET (security_invoker = true);")
        self.assertEqual(database.run_as_superuser("SET ROLE authenticated; SELECT count(*) FROM v_owner;"), ["0"])

    def test_failing_query_is_a_note(self):
        """The survey continues, and the migration reports the error."""
        database = self.database(live_sql() + "ALTER TABLE user_profiles ALTER credits_balance DROP DEFAULT, "
                                              "ALTER credits_balance TYPE text;")
        done = database.migrate("--dry-run")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("public.user_profiles.credits_balance is of type text, not integer", done.stderr)


if __name__ == "__main__":
    main()
