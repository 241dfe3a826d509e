"""Credits: quotes, builds of a part, grants, statements, the audit and reports."""

import csv
import io
import json
import re
import time

import harness

LINES = "\n\n".join(f"Town number {number} is where I lived in year {number} of my life." for number in range(60))
SMALL = ("--set", "chunk.max_tokens=20")


class CreditsTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.ada = self.ok("user", "create", "--email", "ada@example.org", "--json").json()["id"]
        self.user = ("--user", "ada@example.org")

    def balance(self):
        told = self.ok("credits", "balance", *self.user, "--json").json()
        return told["credits_balance"], told["held"]

    def add(self, name="towns.txt"):
        self.ok("pack", "create", "Towns", *self.user)
        source = self.ok("source", "add", "Towns", self.write(name, LINES), *self.user, "--json").json()["id"]
        self.ok("source", "run", source, "--until", "ready", *self.user, *SMALL)
        return source

    def statement(self, *options):
        text = self.ok("credits", "statement", *self.user, "--format", "csv", *options).out
        return list(csv.DictReader(io.StringIO(text, newline="")))


class QuoteTest(CreditsTest):
    def test_quotes(self):
        source = self.add()
        price = ("--set", "billing.credit_price_micros=90000", *self.user)
        quote = self.ok("source", "quote", source, "--json", *price).json()
        self.assertGreater(quote["chunks_total"], 20)
        self.assertEqual((quote["chunks_left"], quote["chunks_covered"], quote["credits_balance"], quote["can_proceed"]),
                         (quote["chunks_total"], 10, 10, False))
        self.assertEqual((quote["cost_micros"], quote["currency"]), (quote["chunks_total"] * 90000, "usd"))
        pack = self.ok("pack", "quote", "Towns", "--json", *price).json()
        self.assertEqual(pack, quote)
        text = self.ok("pack", "quote", "Towns", *price).out
        self.assertRegex(text, r"Can proceed +no")
        self.assertRegex(text, r"Cost +\d+\.\d\d usd")
        self.fails(5, "source", "quote", "none", *self.user)
        job = self.ok("job", "create", self.write("job.txt", LINES), *self.user, "--json").json()["id"]
        self.assertEqual(self.ok("job", "quote", job, *self.user, "--json").json()["unknown_sources"], 1)

    def test_partial_run(self):
        source = self.add()
        total = self.ok("source", "quote", source, "--json", *self.user).json()["chunks_total"]
        self.fails(9, "source", "run", source, *self.user)
        self.assertEqual(self.balance(), (10, 0))
        done = self.ok("source", "run", source, "--max-chunks", "3", "--json", *self.user).json()
        self.assertEqual((done["processed_chunks"], done["status"]), (3, "analyzing"))
        done = self.ok("source", "run", source, "--partial", "--json", *self.user).json()
        self.assertEqual((done["processed_chunks"], done["status"], self.balance()), (10, "analyzing", (0, 0)))
        self.fails(9, "source", "run", source, "--partial", *self.user)
        self.ok("export", "create", "Towns", *self.user)
        self.ok("credits", "grant", *self.user, "--credits", str(total - 10))
        done = self.ok("source", "run", source, "--json", *self.user).json()
        self.assertEqual((done["status"], self.balance()), ("completed", (0, 0)))
        self.fails(2, "source", "run", source, "--max-chunks", "0", *self.user)

    def test_job_can_be_run_in_part(self):
        job = self.ok("job", "create", self.write("job.txt", LINES), *self.user, "--json").json()["id"]
        done = self.ok("job", "run", job, "--partial", "--json", *self.user, *SMALL).json()
        self.assertEqual((done["processed_chunks"], done["status"]), (10, "analyzing"))
        self.ok("credits", "grant", *self.user, "--credits", "100")
        self.assertEqual(self.ok("job", "run", job, "--json", *self.user).json()["status"], "completed")

    def test_build_reports_the_cost_and_runs_a_part(self):
        path = self.write("towns.txt", LINES)
        build = ("build", path, "-o", self.folder / "out", "--name", "Towns", *self.user, *SMALL)
        result = self.fails(9, *build)
        self.assertRegex(result.err, r"towns.txt: \d+ chunks are left, \d+ credits; the balance covers 10: --partial")
        failed = self.run_cli(*build, "--json").json()["inputs"][0]
        self.assertEqual((failed["outcome"], failed["quote"]["chunks_covered"]), ("failed", 10))
        done = self.ok(*build, "--partial", "--json").json()
        self.assertEqual([item["outcome"] for item in done["inputs"]], ["partial", "partial"])
        self.assertEqual(done["inputs"][0]["source"]["processed_chunks"], 10)
        self.assertEqual(self.balance(), (0, 0))
        self.assertTrue((self.folder / "out/standard.md").exists())
        self.fails(9, *build, "--partial")
        self.ok("credits", "grant", *self.user, "--credits", "100")
        limited = self.ok(*build, "--max-chunks", "5")
        self.assertIn("15 analysed", limited.out)
        self.assertEqual(self.balance(), (95, 0))
        self.assertIn("towns.txt: resumed", self.ok(*build).out)
        self.assertIn("nothing to do", self.ok(*build).out)

    def test_max_chunks_applies_to_all_inputs(self):
        paths = [self.write(f"{word}.txt", LINES.replace("Town", word)) for word in ("City", "Village")]
        done = self.ok("build", *paths, "-o", self.folder / "out", "--max-chunks", "7", "--json", *self.user, *SMALL).json()
        self.assertEqual([item["source"]["processed_chunks"] for item in done["inputs"]], [7, 0])
        self.assertEqual(self.balance(), (3, 0))


class LedgerTest(CreditsTest):
    def test_grants(self):
        grant = ("credits", "grant", *self.user, "--credits", "5")
        first = self.ok(*grant, "--key", "welcome", "--description", "Hello", "--json").json()
        self.assertEqual((first["credits"], first["type"]), (5, "bonus"))
        self.assertEqual(self.ok(*grant, "--key", "welcome", "--description", "Hello", "--json").json()["id"], first["id"])
        self.fails(2, *grant, "--key", "welcome", "--description", "Bye")
        self.ok(*grant, "--type", "purchase", "--package", "small")
        self.assertRegex(self.ok(*grant).out, r"Credits +5")
        self.assertEqual(self.balance(), (25, 0))
        self.fails(2, "credits", "grant", *self.user)
        self.fails(2, "credits", "grant", *self.user, "--credits", "-1")
        self.fails(5, "credits", "grant", "--user", "nobody@example.org", "--credits", "1")

    def test_statement(self):
        self.ok("credits", "grant", *self.user, "--credits", "5", "--type", "purchase", "--description", '=1+1, "quoted"')
        rows = self.statement()
        self.assertEqual([row["type"] for row in rows], ["opening", "bonus", "purchase", "closing", "available"])
        self.assertEqual([row["balance"] for row in rows], ["0", "10", "15", "15", "15"])
        self.assertEqual(rows[2]["description"], '\'=1+1, "quoted"')
        told = self.ok("credits", "statement", *self.user, "--format", "json").json()
        self.assertEqual((told["opening_balance"], told["closing_balance"], told["balance"]), (0, 15, 15))
        self.assertEqual(told["entries"][1]["description"], '=1+1, "quoted"')
        table = self.ok("credits", "statement", *self.user, "--from", "2020-01-01")
        self.assertRegex(table.out, r"purchase +5 +15 .*=1\+1, \"quoted\"")
        self.assertRegex(table.out, r"- +available +15")
        today = time.strftime("%Y-%m-%d", time.gmtime())
        before = self.statement("--until", today)
        self.assertEqual([row["type"] for row in before], ["opening", "closing"])
        out = self.folder / "statement.csv"
        self.ok("credits", "statement", *self.user, "--format", "csv", "-o", out)
        self.assertIn(b"\r\n", out.read_bytes())
        self.assertEqual(len(self.ok("credits", "statement", *self.user, "--json").json()["items"]), 2)
        self.fails(2, "credits", "statement", *self.user, "--from", "yesterday")
        self.fails(2, "credits", "statement", *self.user, "--from", "2026-02-01", "--until", "2026-01-01")
        self.fails(2, "credits", "statement", *self.user, "--format", "csv", "--limit", "5")

    def test_audit(self):
        self.assertEqual(self.ok("credits", "audit", "--json").json(), {"users": [], "drifted": 0})
        self.ok("credits", "audit")
        with self.database() as rows:
            rows.execute("UPDATE user_profiles SET credits_balance = 12 WHERE id = ?", (self.ada,))
        result = self.run_cli("credits", "audit", "--json")
        self.assertEqual((result.code, result.json()["drifted"]), (8, 1))
        (user,) = result.json()["users"]
        self.assertEqual((user["user_id"], user["balance"], user["difference"]), (self.ada, 12, 2))
        result = self.run_cli("credits", "audit")
        self.assertEqual(result.code, 8)
        self.assertTrue(re.search(rf"{self.ada} +12 +0 +10 +0 +2", result.out), result.out)


class ReportTest(CreditsTest):
    def test_revenue(self):
        self.ok("credits", "grant", *self.user, "--credits", "5", "--type", "purchase", "--package", "small")
        today = time.strftime("%Y-%m-%d", time.gmtime())
        (row,) = csv.DictReader(io.StringIO(self.ok("report", "revenue").out, newline=""))
        self.assertEqual((row["day"], row["package_id"], row["purchases"], row["gross"], row["without_amount"]),
                         (today, "small", "1", "0.00", "1"))
        told = self.ok("report", "revenue", "--format", "json", "--from", "2020-01-01").json()
        self.assertEqual((told["from"], told["days"][0]["credits"]), ("2020-01-01T00:00:00.000000Z", 5))
        self.assertEqual(self.ok("report", "revenue", "--json", "--until", "2020-01-01").json()["days"], [])
        self.fails(2, "report", "revenue", "--utc-offset", "900")

    def test_usage(self):
        source = self.add()
        self.ok("source", "run", source, "--max-chunks", "4", *self.user)
        out = self.folder / "usage.json"
        self.ok("report", "usage", "--format", "json", "-o", out)
        (day,) = json.loads(out.read_text())["days"]
        self.assertEqual((day["users"], day["credits"], day["chunks"], day["metered_chunks"]), (1, 4, 4, 4))


if __name__ == "__main__":
    harness.main()
