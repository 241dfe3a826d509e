"""Accounts, administrators, V1 and maintenance: each command with text and JSON output, and its errors."""

import gzip
import hashlib
import json
import os
import pathlib
import time

import harness

MISSING = "00000000-0000-4000-8000-00000000dead"
ADMIN = "99999999-9999-4999-8999-999999999999"
DAY_US = 86400 * 1000000


class AccountsTest(harness.CliTest):
    def blob(self, key):
        """The file of a key: folders end with a plus sign, so that a blob may be called like a folder."""
        *folders, name = key.split("/")
        return pathlib.Path(self.folder / "data/contextpack/blobs", *(folder + "+" for folder in folders), name)

    def blobs(self, prefix=""):
        """Keys in the storage."""
        root = self.folder / "data/contextpack/blobs"
        keys = ["/".join(part.rstrip("+") for part in path.relative_to(root).parts)
                for path in root.rglob("*") if path.is_file()]
        return sorted(key for key in keys if key.startswith(prefix))

    def put(self, key, text):
        path = self.blob(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def create(self, email="ada@example.org", *options):
        return self.ok("user", "create", "--email", email, "--name", "Ada", "--json", *options).json()


class UserTest(AccountsTest):
    def test_plan_and_email(self):
        ada = self.create()
        self.assertEqual(self.ok("user", "plan", "ada@example.org", "unlimited", "--json").json()["payment_plan"],
                         "unlimited")
        self.fails(2, "user", "plan", "ada@example.org", "gold")
        changed = self.ok("user", "update", ada["id"], "--email", "ada@example.com", "--name", "", "--json").json()
        self.assertEqual((changed["email"], changed["full_name"]), ("ada@example.com", None))
        self.fails(2, "user", "update", ada["id"])
        self.create("bob@example.org")
        self.fails(2, "user", "update", ada["id"], "--email", "bob@example.org")

    def test_suspension(self):
        self.create()
        note = self.write("note.txt", "I live in Lisbon.")
        self.fails(2, "user", "suspend", "ada@example.org")
        self.ok("user", "suspend", "ada@example.org", "--reason", "chargeback")
        shown = self.ok("user", "show", "ada@example.org", "--json").json()
        self.assertEqual(shown["suspension_reason"], "chargeback")
        self.assertIn("chargeback", self.ok("user", "show", "ada@example.org").out)
        failure = self.fails(6, "build", note, "--user", "ada@example.org", "-o", "out")
        self.assertIn("suspended since", failure.err)
        self.assertIn("chargeback", failure.err)
        self.ok("pack", "list", "--user", "ada@example.org")
        self.ok("user", "unsuspend", "ada@example.org", "--reason", "paid")
        self.ok("build", note, "--user", "ada@example.org", "-o", "out")

    def test_delete(self):
        ada = self.create()
        self.ok("build", self.write("note.txt", "I live in Lisbon."), "--user", ada["id"], "-o", "out")
        self.assertGreater(len(self.blobs(f"users/{ada['id']}/")), 4)
        report = self.ok("user", "delete", ada["id"], "--yes", "--json").json()
        self.assertEqual((report["deleted"], report["packs"], report["sources"]), (ada["id"], 1, 1))
        self.assertGreater(report["blobs"], 4)
        self.assertEqual(report["kept_transactions"], 2)
        self.assertEqual(self.blobs(), [])
        self.assertIn("deleted", self.fails(6, "pack", "list", "--user", ada["id"]).err)
        self.assertEqual(self.ok("user", "delete", ada["id"], "--yes", "--json").json(), report)
        self.fails(5, "user", "delete", "nobody@example.org", "--yes")
        self.ok("doctor")
        with self.database() as rows:
            text = " ".join(str(row) for table in ("user_profiles", "credit_transactions", "admin_actions")
                            for row in rows.execute(f"SELECT * FROM {table}"))
        self.assertNotIn("ada@", text)
        self.assertNotIn("Ada", text)


    def test_interrupted_deletion_continues(self):
        ada = self.create()
        self.ok("build", self.write("note.txt", "I live in Lisbon."), "--user", ada["id"], "-o", "out")
        blobs = self.blobs()
        size = sum(self.blob(key).stat().st_size for key in blobs)
        with self.database() as rows:  # as a process leaves it that died after it had removed the first blob
            rows.execute("INSERT INTO contextpack_deletions (user_id, started_at, blobs, blob_bytes) VALUES (?, 1, ?, ?)",
                         (ada["id"], len(blobs), size))
        self.blob(blobs[0]).unlink()
        self.fails(6, "pack", "list", "--user", ada["id"])
        self.assertIn("was interrupted: delete it again", self.run_cli("doctor").out)
        report = self.ok("user", "delete", ada["id"], "--yes", "--json").json()
        self.assertEqual((report["packs"], report["blobs"], report["blob_bytes"]), (1, len(blobs), size))
        self.assertEqual(self.blobs(), [])
        self.assertNotIn("not ended", self.ok("doctor").out)


class AdminTest(AccountsTest):
    def test_actions_and_their_log(self):
        ada = self.create()
        self.create("root@example.org")
        done = self.ok("admin", "adjust", "ada@example.org", "--credits", "-5", "--reason", "given twice", "--details",
                       '{"ticket": 7}', "--admin", ADMIN, "--json").json()
        self.assertEqual((done["type"], done["credits"], done["admin_user_id"], done["details"]),
                         ("credit_adjustment", -5, ADMIN, {"ticket": 7}))
        self.fails(9, "admin", "adjust", ada["id"], "--credits", "-6", "--reason", "too much")
        self.ok("admin", "adjust", ada["id"], "--credits=-6", "--may-owe", "--reason", "debt")
        self.ok("admin", "support", ada["id"], "--credits", "9", "--reason", "ticket", "--admin", "root@example.org")
        refund = self.ok("admin", "refund", ada["id"], "--amount-cents", "125", "--credits", "3", "--payment", "pi_1",
                         "--reason", "twice", "--json").json()
        self.assertEqual((refund["credits"], refund["amount_micros"]), (-3, 1250000))
        self.assertEqual(self.ok("credits", "balance", "--user", ada["id"], "--json").json()["credits_balance"], 5)
        self.ok("admin", "plan", ada["id"], "unlimited", "--reason", "partner")
        self.fails(2, "admin", "plan", ada["id"], "gold", "--reason", "no")
        self.fails(2, "admin", "adjust", ada["id"], "--reason", "no credits")
        log = self.ok("admin", "log", "--json").json()["items"]
        self.assertEqual([item["type"] for item in log], ["plan_override", "refund_issued", "support_credit",
                                                          "credit_adjustment", "credit_adjustment"])
        self.assertEqual(len(self.ok("admin", "log", "ada@example.org", "--admin", ADMIN, "--json").json()["items"]), 1)
        self.assertIn("given twice", self.ok("admin", "log", ada["id"]).out)
        self.assertEqual(self.ok("admin", "log", "root@example.org", "--json").json()["items"], [])
        self.ok("doctor")


class JobTest(AccountsTest):
    def test_life_of_a_job(self):
        path = self.write("notes.txt", "I live in Lisbon. I work as a marine biologist.")
        job = self.ok("job", "create", path, "--json").json()
        self.assertEqual((job["status"], job["file_name"], job["failed_chunks"]), ("created", "notes.txt", []))
        done = self.ok("job", "run", job["id"], "--json").json()
        self.assertEqual((done["status"], done["progress"], done["total_chunks"]), ("completed", 100, 1))
        self.assertIn("completed", self.ok("job", "list").out)
        self.assertIn("notes.txt", self.ok("job", "show", job["id"]).out)
        (pack,) = self.ok("job", "packs", "--json").json()["items"]
        self.assertEqual((pack["job_id"], pack["chunk_stats"]["total_chunks"]), (job["id"], 1))
        self.assertIn("marine biologist", self.ok("job", "read", job["id"]).out)
        self.ok("job", "read", pack["id"], "-o", "pack.md")
        self.assertEqual((self.folder / "pack.md").stat().st_size, pack["file_size"])
        copy = self.ok("job", "copy", pack["id"], "--json").json()
        self.assertEqual((copy["name"], copy["total_sources"]), ("notes.txt", 1))
        self.assertIn(copy["id"], self.ok("job", "packs").out)
        for command, name in (("uncopy", pack["id"]), ("delete", job["id"])):  # no terminal to ask on: nothing happens
            self.assertIn("--yes", self.fails(2, "job", command, name).err)
            self.assertIn("--yes", self.fails(2, "job", command, name, "--json").error()["message"])
        self.ok("pack", "show", copy["id"])
        self.ok("job", "show", job["id"])
        self.ok("job", "uncopy", pack["id"], "--yes")
        self.fails(5, "pack", "show", copy["id"])
        self.fails(5, "job", "uncopy", pack["id"], "--yes")
        self.ok("doctor")
        self.assertEqual(self.ok("job", "delete", job["id"], "--yes", "--json").json(), {"deleted": job["id"]})
        self.fails(5, "job", "show", job["id"])
        self.fails(5, "job", "read", pack["id"])
        self.fails(4, "job", "create", self.write("bad.json", {"a": 1}), "--run")
        self.ok("job", "create", "-", "--run", stdin=b"I like tea.")
        self.ok("doctor")

    def old_rows(self, user_id, status, path, pack_path, stats):
        with self.database() as rows:
            rows.execute("INSERT INTO jobs (id, user_id, job_id, status, file_name, file_size, r2_path, failed_chunks) "
                         "VALUES ('00000000-0000-4000-8000-000000000001', ?, 'old-job', ?, 'export.txt', 9, ?, ?)",
                         (user_id, status, path, "{2}" if harness.IS_POSTGRES else "[2]"))
            if pack_path is not None:
                rows.execute("INSERT INTO packs_legacy (id, user_id, job_id, pack_name, r2_pack_path, extraction_stats) "
                             "VALUES ('00000000-0000-4000-8000-000000000002', ?, 'old-job', 'Mine', ?, ?)",
                             (user_id, pack_path, stats))

    def test_packs_of_the_earlier_service_are_listed(self):
        self.ok("migrate")
        user = self.ok("user", "show", "--json").json()
        self.old_rows(user["id"], "completed", "elsewhere/raw.txt", "elsewhere/pack.txt", '[1, {"odd": true}]')
        (pack,) = self.ok("job", "packs", "--json").json()["items"]
        self.assertEqual((pack["extraction_stats"], pack["chunk_stats"], pack["file_size"]), ([1, {"odd": True}], None, None))
        self.assertIn("elsewhere/pack.txt", self.fails(8, "job", "read", pack["id"]).err)
        self.fails(5, "job", "copy", pack["id"])
        blob = self.put("elsewhere/pack.txt", "Ada lives in Lisbon.\n")
        self.assertEqual(self.ok("job", "read", "old-job").out, "Ada lives in Lisbon.\n")
        self.ok("job", "run", "old-job")  # completed by others: it stays as it is
        self.assertEqual(self.ok("job", "show", "old-job", "--json").json()["failed_chunks"], [2])
        self.assertEqual(self.ok("job", "copy", "old-job", "--json").json()["total_sources"], 1)
        self.ok("user", "delete", user["id"], "--yes")
        self.assertFalse(blob.exists())

    def test_job_of_the_earlier_service_is_finished(self):
        self.ok("migrate")
        user = self.ok("user", "show", "--json").json()
        path = f"elsewhere/{user['id']}/raw.txt"
        self.old_rows(user["id"], "chunking", path, None, None)
        self.assertEqual(self.ok("job", "list", "--json").json()["items"][0]["status"], "chunking")
        self.fails(5, "job", "run", "old-job")  # its bytes are not there
        blob = self.put(path, "I live in Lisbon. I work as a marine biologist.\n")
        done = self.ok("job", "run", "old-job", "--json").json()
        self.assertEqual((done["status"], done["total_chunks"]), ("completed", 1))
        self.assertIn("Lisbon", self.ok("job", "read", "old-job").out)
        self.ok("doctor")
        self.ok("job", "delete", "old-job", "--yes")
        self.assertFalse(blob.exists())


class MaintenanceTest(AccountsTest):
    def age(self, table, days):
        with self.database() as rows:
            by = f"interval '{days} days'" if harness.IS_POSTGRES else days * DAY_US
            rows.execute(f"UPDATE {table} SET created_at = created_at - {by}")

    def fill(self):
        ada = self.create()
        for number in range(3):
            self.ok("admin", "support", ada["id"], "--credits", "1", "--reason", f"ticket {number}", "--details", '{"n":1.50}')
        true = "true" if harness.IS_POSTGRES else 1
        with self.database() as rows:
            for number in range(1200):
                rows.execute("INSERT INTO webhook_logs (id, webhook_id, event_type, signature_present, processed_data, "
                             f"created_at, updated_at) VALUES (?, ?, 'checkout', {true}, "
                             f"'{{\"a\":[1,null]}}', {harness.time_sql('?')}, {harness.time_sql('?')})",
                             (f"00000000-0000-4000-8000-{number:012d}", f"evt_{number}",
                              int(time.time()) * 1000000 - (100 if number < 1100 else 10) * DAY_US + number, number))
        return ada

    def dump(self, table):
        with self.database() as rows:
            return sorted(rows.execute(f"SELECT * FROM {table}"))

    def test_archive_and_restore(self):
        self.fill()
        self.age("credit_transactions", 70)
        self.age("admin_actions", 70)
        before = {table: self.dump(table) for table in ("webhook_logs", "credit_transactions", "admin_actions")}
        report = self.ok("maintenance", "archive", "--json").json()
        self.assertEqual((report["rows"], report["deleted_rows"]), (1100 + 4 + 3, 1100))
        self.assertEqual(len(self.dump("webhook_logs")), 100)
        self.assertEqual(self.dump("credit_transactions"), before["credit_transactions"])
        again = self.ok("maintenance", "archive", "--json").json()
        self.assertEqual((again["files"], again["rows"]), (0, 0))
        self.assertGreaterEqual(again["known_files"], 2)
        files = [key for key in self.blobs("archive/") if key.endswith(".jsonl.gz")]
        self.assertEqual(len(files), report["files"])
        for key in files:
            content = self.blob(key).read_bytes()
            manifest = json.loads(self.blob(key[:-len(".jsonl.gz")] + ".json").read_text())
            self.assertEqual(hashlib.sha256(content).hexdigest(), manifest["sha256"])
            lines = [json.loads(line) for line in gzip.decompress(content).splitlines()]
            self.assertEqual((len(lines), key.split("/")[1:3]), (manifest["rows"], [manifest["table"], manifest["month"]]))
        with self.database() as rows:
            rows.execute("DELETE FROM credit_transactions WHERE credits = 1")
            rows.execute("DELETE FROM admin_actions")
        self.assertEqual(self.run_cli("doctor").code, 8)  # the ledger has lost its rows
        dry = self.ok("maintenance", "restore", "--dry-run", "--json").json()
        self.assertEqual(dry["restored_rows"], 1100 + 3 + 3)
        self.assertEqual(len(self.dump("webhook_logs")), 100)
        self.assertEqual(self.ok("maintenance", "restore", "admin_actions", "--json").json()["restored_rows"], 3)
        self.assertEqual(self.ok("maintenance", "restore", "--json").json()["restored_rows"], 1100 + 3)
        for table, rows in before.items():
            self.assertEqual(self.dump(table), rows)
        self.ok("doctor")
        self.fails(2, "maintenance", "restore", "jobs")

    def test_damaged_archives_are_reported(self):
        self.fill()
        self.age("admin_actions", 70)
        self.ok("maintenance", "archive")
        (key,) = [key for key in self.blobs("archive/admin_actions/") if key.endswith(".jsonl.gz")]
        path = self.blob(key)
        path.write_bytes(path.read_bytes()[:-3])
        with self.database() as rows:
            rows.execute("DELETE FROM admin_actions")
        self.assertIn("SHA-256", self.fails(8, "maintenance", "restore").err)
        self.assertEqual(self.dump("admin_actions"), [])
        path.unlink()
        result = self.run_cli("maintenance", "restore", "admin_actions", "--json")
        self.assertEqual((result.code, result.json()["damaged_files"]), (8, 1))

    def test_sweep(self):
        self.ok("migrate")
        user = self.ok("user", "show", "--json").json()
        self.ok("build", self.write("note.txt", "I live in Lisbon."), "-o", "out")
        self.ok("job", "create", self.folder / "note.txt", "--run")
        kept = self.blobs()
        orphans = [f"users/{user['id']}/{name}" for name in ("gone/source/text.md", "gone/exports/x/compact.md",
                                                             f"jobs/{MISSING}/raw")]
        for key in orphans:
            self.put(key, "left over")
        young = self.ok("maintenance", "sweep", "--json").json()
        self.assertEqual((young["orphans"], young["young_orphans"], young["removed"]), (0, 3, 0))
        old = time.time() - 2 * 86400
        for key in self.blobs():
            os.utime(self.blob(key), (old, old))
        dry = self.ok("maintenance", "sweep", "--dry-run")
        self.assertIn("gone/source/text.md", dry.out)
        self.assertTrue(self.blob(orphans[0]).exists())
        self.assertEqual(self.run_cli("doctor").code, 8)
        swept = self.ok("maintenance", "sweep", "--json").json()
        self.assertEqual((swept["orphans"], swept["removed"], swept["orphan_bytes"]), (3, 3, 27))
        self.assertEqual(self.blobs(), kept)
        self.ok("doctor")


if __name__ == "__main__":
    harness.main()
