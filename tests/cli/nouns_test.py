"""Users, packs, sources, documents and credits: each command with text and JSON output, and its errors."""

import sqlite3
import unittest

import harness

MISSING = "00000000-0000-4000-8000-00000000dead"


class UserTest(harness.CliTest):
    def test_local_user(self):
        self.ok("migrate")
        user = self.ok("user", "show", "--json").json()
        self.assertEqual((user["email"], user["payment_plan"]), ("local@localhost", "unlimited"))
        self.assertEqual(self.ok("user", "show", "--json").json()["id"], user["id"])

    def test_create_show_list_update(self):
        created = self.ok("user", "create", "--email", "ada@example.org", "--name", "Ada", "--json").json()
        self.assertEqual((created["credits_balance"], created["payment_plan"]), (10, "credits"))
        self.assertEqual(self.ok("user", "show", "ADA@example.org", "--json").json()["id"], created["id"])
        self.assertEqual(self.ok("user", "show", created["id"], "--json").json()["email"], "ada@example.org")
        updated = self.ok("user", "update", created["id"], "--name", "Ada L.", "--json").json()
        self.assertEqual(updated["full_name"], "Ada L.")
        self.assertIn("Ada L.", self.ok("user", "show", created["id"]).out)
        self.assertIn("ada@example.org", self.ok("user", "list").out)
        self.assertEqual(len(self.ok("user", "list", "--json").json()["items"]), 1)
        self.fails(2, "user", "create", "--email", "ADA@example.org")
        self.fails(5, "user", "show", "nobody@example.org")
        self.fails(5, "pack", "list", "--user", "nobody@example.org")

    def test_given_id_and_plan(self):
        user_id = "12345678-1234-4234-8234-123456789abc"
        created = self.ok("user", "create", "--email", "b@example.org", "--id", user_id, "--plan", "unlimited",
                          "--json").json()
        self.assertEqual((created["id"], created["payment_plan"]), (user_id, "unlimited"))

    def test_users_do_not_see_each_other(self):
        for email in ("a@example.org", "b@example.org"):
            self.ok("user", "create", "--email", email)
        pack = self.ok("pack", "create", "Mine", "--user", "a@example.org", "--json").json()
        self.ok("pack", "show", pack["id"], "--user", "a@example.org")
        self.fails(5, "pack", "show", pack["id"], "--user", "b@example.org")
        self.fails(5, "pack", "delete", "Mine", "--user", "b@example.org", "--yes")
        self.assertEqual(self.ok("pack", "list", "--json", env={"CONTEXTPACK_USER": "b@example.org"}).json()["items"], [])


class DeleteTest(harness.CliTest):
    def test_deleting_without_terminal_needs_yes(self):
        """Packs, sources, documents and users; V1 jobs are in accounts_test.py."""
        self.write("note.txt", "I work as a botanist in Porto.\n")
        self.ok("user", "create", "--email", "a@example.org")
        pack = self.ok("pack", "create", "Work", "--json").json()
        source = self.ok("source", "add", "Work", "note.txt", "--run", "--json").json()
        made = self.ok("export", "create", "Work", "--json").json()
        for kind, name in (("pack", "Work"), ("pack", pack["id"]), ("source", source["id"]), ("export", made["id"]),
                           ("user", "a@example.org"), ("pack", "no such pack")):
            refusal = self.fails(2, kind, "delete", name)
            self.assertIn("--yes", refusal.err)
            self.assertEqual(refusal.err.splitlines()[-1], f'Try "contextpack {kind} delete --help".')
            error = self.fails(2, kind, "delete", name, "--json").error()
            self.assertEqual((error["code"], error["domain"]), ("CPK_ERROR_INVALID_ARGUMENT", "usage"))
            self.assertIn("--yes", error["message"])
        for arguments in (["pack", "show", "Work"], ["source", "show", source["id"]], ["export", "read", made["id"]],
                          ["user", "show", "--user", "a@example.org"]):
            self.ok(*arguments)


class PackTest(harness.CliTest):
    def test_life_of_a_pack(self):
        created = self.ok("pack", "create", "Work", "--description", "My job", "--json").json()
        self.assertEqual((created["name"], created["description"]), ("Work", "My job"))
        shown = self.ok("pack", "show", "Work", "--json").json()
        self.assertEqual(shown["id"], created["id"])
        self.assertEqual(shown["progress"]["sources"], 0)
        self.assertEqual(self.ok("pack", "rename", "Work", "Old work", "--json").json()["name"], "Old work")
        self.assertIn("Old work", self.ok("pack", "list").out)
        self.assertEqual(self.ok("pack", "delete", "Old work", "--yes", "--json").json(), {"deleted": created["id"]})
        self.fails(5, "pack", "show", created["id"])
        self.fails(5, "pack", "show", "Old work")
        self.assertEqual(self.ok("pack", "list").out, "")

    def test_lists_have_pages(self):
        for number in range(5):
            self.ok("pack", "create", "--name", f"Pack {number}")
        seen = []
        after = []
        while True:
            page = self.ok("pack", "list", "--limit", "2", "--json", *after).json()
            seen += [pack["name"] for pack in page["items"]]
            if page["next"] is None:
                break
            after = ["--after", page["next"]]
        self.assertEqual(seen, [f"Pack {number}" for number in range(4, -1, -1)])
        self.assertIn("--after", self.ok("pack", "list", "--limit", "2").err)

    def test_control_characters_in_names_are_replaced(self):
        self.ok("pack", "create", "red \033[31m name")
        self.assertNotIn("\033", self.ok("pack", "list").out)
        self.ok("pack", "create", "turned \u202egnp.exe \u2066x\u2069 \u0085 ‰ “é”")
        self.assertIn("turned ?gnp.exe ?x? ? ‰ “é”", self.ok("pack", "list").out)
        self.fails(2, "pack", "create", "x" * 201)


class SourceTest(harness.CliTest):
    def test_life_of_a_source(self):
        path = self.write("notes.md", "# Me\n\nI live in Lisbon.\n")
        self.ok("pack", "create", "Me")
        added = self.ok("source", "add", "Me", path, "--name", "Notes", "--json").json()
        self.assertEqual((added["status"], added["name"]), ("pending", "Notes"))
        ready = self.ok("source", "run", added["id"], "--until", "ready", "--json").json()
        self.assertEqual(ready["status"], "ready_for_analysis")
        done = self.ok("source", "run", added["id"], "--json").json()
        self.assertEqual((done["status"], done["progress"]), ("completed", 100))
        self.assertIn("Lisbon", self.ok("source", "read", added["id"]).out)
        self.assertEqual(self.ok("source", "read", added["id"], "--part", "raw").out, path.read_text())
        self.ok("source", "read", added["id"], "--part", "raw", "-o", "copy.md")
        self.assertEqual((self.folder / "copy.md").read_bytes(), path.read_bytes())
        self.assertIn("completed", self.ok("source", "list", "Me").out)
        self.assertIn("Notes", self.ok("source", "show", added["id"]).out)
        self.assertEqual(self.ok("source", "delete", added["id"], "--yes", "--json").json(), {"deleted": added["id"]})
        self.fails(5, "source", "show", added["id"])

    def test_failures(self):
        self.ok("pack", "create", "Me")
        self.fails(5, "source", "add", "Me", "missing.txt")
        self.fails(5, "source", "add", "Nobody's", self.write("a.txt", "I like tea."))
        self.fails(5, "source", "run", MISSING)
        added = self.ok("source", "add", "Me", self.write("b.txt", "I like coffee."), "--json").json()
        self.fails(2, "source", "read", added["id"])
        self.assertFalse((self.folder / "x").exists())
        self.fails(2, "source", "read", added["id"], "-o", "x")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith(".x")], [])
        bad = self.fails(4, "source", "add", "Me", self.write("bad.json", {"a": 1}), "--run", "--json")
        self.assertEqual(bad.json()["status"], "failed")

    def test_paste(self):
        self.ok("pack", "create", "Me")
        added = self.ok("source", "add", "Me", "-", "--run", "--json", stdin=b"I like tea.").json()
        self.assertEqual((added["status"], added["type"]), ("completed", "text"))


class ExportTest(harness.CliTest):
    def test_life_of_a_document(self):
        self.ok("pack", "create", "Empty")
        self.fails(4, "export", "create", "Empty")
        self.ok("build", self.write("chats.json", harness.chatgpt()), "--name", "Me", "-o", "out")
        made = self.ok("export", "create", "Me", "--type", "compact", "--json").json()
        self.assertEqual((made["type"], made["status"]), ("compact", "ready"))
        text = self.ok("export", "read", made["id"]).out
        self.assertEqual(len(text.encode()), made["file_size"])
        self.assertEqual(int(self.ok("tokens", stdin=text.encode()).out), made["token_count"])
        self.ok("export", "read", made["id"], "--format", "json").json()
        types = {item["type"] for item in self.ok("export", "list", "Me", "--json").json()["items"]}
        self.assertEqual(types, {"compact", "standard"})
        self.assertIn("compact", self.ok("export", "list", "Me").out)
        self.assertIn("ready", self.ok("export", "show", made["id"]).out)
        self.ok("export", "delete", made["id"], "--yes")
        self.fails(5, "export", "read", made["id"])


class CreditsTest(harness.CliTest):
    def test_local_user_pays_nothing(self):
        self.ok("build", self.write("chats.json", harness.chatgpt()), "-o", "out")
        balance = self.ok("credits", "balance", "--json").json()
        self.assertEqual((balance["credits_balance"], balance["held"]), (10, 0))
        entries = self.ok("credits", "statement", "--json").json()["items"]
        self.assertEqual([entry["type"] for entry in entries], ["unlimited_usage", "bonus"])

    def test_credits_are_used_and_run_out(self):
        self.ok("user", "create", "--email", "a@example.org")
        user = ["--user", "a@example.org", "-o", "out", "--set", "chunk.max_tokens=64"]
        self.ok("build", self.write("small.txt", "I like tea."), *user)
        balance = self.ok("credits", "balance", "--user", "a@example.org", "--json").json()
        self.assertEqual(balance["credits_balance"], 9)
        big = self.write("big.json", harness.chatgpt(60))
        result = self.fails(9, "build", big, "--name", "small", *user)
        self.assertIn("credits", result.err)
        balance = self.ok("credits", "balance", "--user", "a@example.org", "--json").json()
        self.assertEqual((balance["credits_balance"], balance["held"]), (9, 0))
        self.assertIn("bonus", self.ok("credits", "statement", "--user", "a@example.org").out)


class InstallationTest(harness.CliTest):
    @unittest.skipIf(harness.IS_POSTGRES, "its database is migrated; rls_migrate_test asks for more")
    def test_migrate(self):
        database = self.folder / "data/contextpack/contextpack.db"
        self.assertIn(str(database), self.fails(5, "migrate", "--dry-run").err)
        self.assertFalse(database.exists())
        self.write("data/contextpack/contextpack.db", "")  # a database without tables
        (self.folder / "data/contextpack/blobs").mkdir()
        dry = self.ok("migrate", "--dry-run", "--json").json()
        self.assertTrue(dry["migrations"])
        self.assertTrue(all(not migration["applied"] for migration in dry["migrations"]))
        done = self.ok("migrate", "--json").json()
        self.assertEqual(len(done["migrations"]), len(dry["migrations"]))
        self.assertTrue(all(migration["applied"] for migration in done["migrations"]))
        self.assertEqual(self.ok("migrate", "--json").json()["migrations"], [])
        self.assertIn("nothing to do", self.ok("migrate").out)

    def test_doctor(self):
        self.ok("build", self.write("chats.json", harness.chatgpt()), "-o", "out")
        report = self.ok("doctor", "--json").json()
        self.assertEqual(report["failures"], 0)
        self.assertTrue(report["checks"])
        self.assertIn("passed", self.ok("doctor").out)
        for blob in (self.folder / "data/contextpack/blobs").rglob("*"):
            if blob.is_file():
                blob.unlink()
        self.assertGreater(self.fails_quietly(8, "doctor", "--json").json()["failures"], 0)
        self.assertIn("failed", self.fails_quietly(8, "doctor").out)

    def fails_quietly(self, code, *arguments):
        result = self.run_cli(*arguments)
        self.assertEqual(result.code, code, result.err + result.out)
        return result

    @unittest.skipIf(harness.IS_POSTGRES, "about the file that SQLite has")
    def test_not_a_database(self):
        self.write("data/contextpack/contextpack.db", "this is no database, it only has its name\n" * 100)
        self.assertIn("contextpack.db", self.fails(8, "pack", "list").err)

    @unittest.skipIf(harness.IS_POSTGRES, "about the file that SQLite has")
    def test_another_process_writes(self):
        self.ok("migrate")
        other = sqlite3.connect(self.folder / "data/contextpack/contextpack.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        result = self.fails(7, "pack", "create", "Me", "--set", "database.busy_timeout_ms=100", "--json")
        self.assertEqual(result.error()["code"], "CPK_ERROR_BUSY")
        self.assertIs(result.error()["retryable"], True)
        other.execute("ROLLBACK")
        other.close()
        self.ok("pack", "create", "Me")


if __name__ == "__main__":
    harness.main()
