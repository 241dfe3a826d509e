"""Packages, checkouts, payment attempts and webhooks: each command with text and JSON output, and its errors."""

import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import time

import harness

FAKE = pathlib.Path(__file__).resolve().parents[1] / "stripe/fake_stripe.py"
SECRET = "whsec_of_this_test"
KEY = "sk_test_fake"
PACKAGES = [
    {"id": "small", "name": "100 credits", "currency": "usd", "credits": 100, "price": 999},
    {"id": "bulk", "currency": "jpy", "tiers": [{"from_credits": 10, "unit_price_micros": 12500000}]},
    {"id": "pro", "name": "Unlimited", "currency": "usd", "unlimited": True, "interval": "month", "price": 2000},
]
DONE = ("--success-url", "https://example.org/done")


class PaymentsTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.stripe = subprocess.Popen([sys.executable, "-B", FAKE, self.folder], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        port = int(self.stripe.stdout.readline())
        self.env.update(CONTEXTPACK_STRIPE_SECRET_KEY=KEY, CONTEXTPACK_STRIPE_API_BASE=f"http://127.0.0.1:{port}",
                        CONTEXTPACK_STRIPE_WEBHOOK_SECRET=f"whsec_old,{SECRET}",
                        CONTEXTPACK_BILLING_PACKAGES=json.dumps(PACKAGES))
        self.ada = self.ok("user", "create", "--email", "ada@example.org", "--json").json()

    def tearDown(self):
        self.stripe.communicate("")
        super().tearDown()

    def check_out(self, *arguments):
        return self.ok("checkout", "create", *arguments, "--user", "ada@example.org", *DONE, "--json").json()

    def event(self, name, kind, thing):
        return json.dumps({"id": f"evt_{name}", "object": "event", "created": int(time.time()), "type": kind,
                           "data": {"object": thing}}, indent=2).encode()

    def sign(self, body, secret=SECRET):
        now = int(time.time())
        digest = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        return f"t={now},v1={digest}"

    def deliver(self, body, **options):
        return self.ok("webhook", "stripe", "--signature", self.sign(body), stdin=body, **options).json()

    def paid(self, checkout, name="1"):
        return self.event(name, "checkout.session.completed", {
            "id": checkout["id"], "mode": "payment", "payment_status": "paid", "payment_intent": "pi_" + name,
            "customer": "cus_1", "amount_total": 999, "currency": "usd",
            "metadata": {"user_id": self.ada["id"], "credits": "100", "package_id": "small",
                         "attempt_id": checkout["attempt_id"]}})


class PackageTest(PaymentsTest):
    def test_list(self):
        small, bulk, pro = self.ok("package", "list", "--json").json()["items"]
        self.assertEqual((small["amount"], small["decimals"], small["credits"]), (999, 2, 100))
        self.assertEqual((bulk["decimals"], bulk["tiers"]), (0, PACKAGES[1]["tiers"]))
        self.assertEqual((pro["is_unlimited"], pro["interval"]), (True, "month"))
        shown = self.ok("package", "list").out
        self.assertIn("9.99 usd", shown)
        self.assertIn("by number", shown)
        self.assertIn("there are no packages", self.ok("package", "list", env={"CONTEXTPACK_BILLING_PACKAGES": "[]"}).err)
        wrong = self.fails(2, "package", "list", env={"CONTEXTPACK_BILLING_PACKAGES": '[{"id":"a","price":1.5}]'})
        self.assertIn("billing.packages", wrong.err)


class CheckoutTest(PaymentsTest):
    def test_from_checkout_to_credits(self):
        made = self.check_out("small", "--ip", "192.0.2.7", "--user-agent", "curl", "--cancel-url",
                              "https://example.org/no")
        self.assertTrue(made["url"].startswith("https://checkout.stripe.com/"))
        self.assertEqual((made["amount"], made["currency"], made["is_live"]), (999, "usd", False))
        (attempt,) = self.ok("payment", "list", "--json").json()["items"]
        self.assertEqual((attempt["id"], attempt["stripe_id"]), (made["attempt_id"], made["id"]))
        self.assertEqual((attempt["status"], attempt["ip_address"], attempt["user_agent"]),
                         ("initiated", "192.0.2.7", "curl"))
        self.assertEqual((attempt["credits_requested"], attempt["amount_micros"]), (100, 9990000))

        body = self.paid(made)
        done = self.deliver(body)
        self.assertEqual((done["outcome"], done["event_id"], done["credits"], done["user_id"]),
                         ("processed", "evt_1", 100, self.ada["id"]))
        self.assertEqual((done["attempt_id"], done["attempt_status"]), (made["attempt_id"], "succeeded"))
        self.assertEqual(self.deliver(body)["outcome"], "repeated")
        balance = self.ok("credits", "balance", "--user", "ada@example.org", "--json").json()
        self.assertEqual(balance["credits_balance"], 110)
        (attempt,) = self.ok("payment", "list", "ada@example.org", "--ip", "192.0.2.7", "--json").json()["items"]
        self.assertEqual(attempt["status"], "succeeded")
        self.assertEqual(self.ok("payment", "list", "--ip", "192.0.2.8", "--json").json()["items"], [])
        self.assertIn("succeeded", self.ok("payment", "list").out)

    def test_url_alone(self):
        shown = self.ok("checkout", "create", "bulk", "--credits", "12", "--user", self.ada["id"], *DONE)
        self.assertRegex(shown.out, r"^https://checkout\.stripe\.com/\S+\n$")
        sent = json.loads((self.folder / "requests").read_text())["form"]
        self.assertEqual(sent["line_items[0][price_data][unit_amount]"], "150")

    def test_mistakes(self):
        self.fails(2, "checkout", "create", "small", "--user", "ada@example.org")
        self.fails(2, "checkout", "create", "small", "--user", "ada@example.org", "--success-url", "done")
        self.fails(2, "checkout", "create", "bulk", "--user", "ada@example.org", *DONE)
        self.fails(2, "checkout", "create", "small", "--ip", "there", "--user", "ada@example.org", *DONE)
        self.fails(5, "checkout", "create", "huge", "--user", "ada@example.org", *DONE)
        secret = self.fails(2, "checkout", "create", "small", "--set", "stripe.secret_key=sk_live_shown", *DONE)
        self.assertNotIn("sk_live_shown", secret.err)
        no_key = self.fails(2, "checkout", "create", "small", "--user", "ada@example.org", *DONE,
                            env={"CONTEXTPACK_STRIPE_SECRET_KEY": ""})
        self.assertIn("stripe.secret_key", no_key.err)
        wrong_key = self.fails(6, "checkout", "create", "small", "--user", "ada@example.org", *DONE, "--verbose",
                               env={"CONTEXTPACK_STRIPE_SECRET_KEY": "sk_test_of_somebody"})
        self.assertNotIn("sk_test", wrong_key.err)
        self.assertNotIn(KEY, self.ok("settings", "--json").out)

    def test_limit_of_all_processes_together(self):
        environment = dict(self.env)
        running = [subprocess.Popen([harness.PROGRAM, "checkout", "create", "small", "--user", "ada@example.org", *DONE],
                                    env=environment, cwd=self.folder, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL) for _ in range(8)]
        codes = sorted(process.wait(120) for process in running)
        self.assertEqual(codes, [0] * 5 + [10] * 3)
        (row,) = self.ok("payment", "velocity", "--json").json()["items"]
        self.assertEqual((row["user_id"], row["attempts"], row["refused"], row["failed"]),
                         (self.ada["id"], 8, 3, 3))
        self.assertIn("ATTEMPTS", self.ok("payment", "velocity", "--hours", "2").out)
        self.assertEqual(self.ok("payment", "velocity", "--minimum", "9", "--json").json()["items"], [])
        self.assertEqual(self.ok("payment", "velocity", "--by", "ip", "--json").json()["items"], [])
        self.fails(2, "payment", "velocity", "--by", "moon")
        self.fails(2, "payment", "velocity", "--hours", "0")


class ReconcileTest(PaymentsTest):
    def stripe_has(self, *events):
        (self.folder / "events").write_bytes(b"".join(json.dumps(json.loads(event)).encode() + b"\n" for event in events))

    def balance(self):
        return self.ok("credits", "balance", "--user", "ada@example.org", "--json").json()["credits_balance"]

    def test_missed_webhooks(self):
        delivered, missed = (self.paid({"id": f"cs_{name}", "attempt_id": ""}, name) for name in "12")
        self.stripe_has(delivered, missed)
        self.deliver(delivered)
        done = self.ok("payment", "reconcile", "--json").json()
        self.assertEqual((done["seen"], done["known"], done["processed"], done["failed"], done["first_failure"]),
                         (2, 1, 1, 0, None))
        self.assertEqual(self.balance(), 210)
        shown = self.ok("payment", "reconcile").out
        self.assertRegex(shown, r"Known +2\n")
        self.assertRegex(shown, r"Processed +0\n")
        self.assertEqual(self.deliver(missed)["outcome"], "repeated")
        self.assertEqual(self.balance(), 210)

    def test_what_fails(self):
        stranger = json.loads(self.paid({"id": "cs_1", "attempt_id": ""}, "1"))
        stranger["data"]["object"]["metadata"]["user_id"] = "00000000-0000-4000-8000-00000000dead"
        self.stripe_has(json.dumps(stranger), self.paid({"id": "cs_2", "attempt_id": ""}, "2"))
        failed = self.fails(3, "payment", "reconcile", "--json").json()
        self.assertEqual((failed["processed"], failed["failed"]), (1, 1))
        self.assertIn("evt_1", failed["first_failure"])
        self.assertIn("evt_1", self.fails(3, "payment", "reconcile").out)
        self.assertEqual(self.balance(), 110)

    def test_since(self):
        day = 86400
        old = json.loads(self.paid({"id": "cs_1", "attempt_id": ""}, "1"))
        old["created"] -= 5 * day
        self.stripe_has(json.dumps(old))
        self.assertEqual(self.ok("payment", "reconcile", "--json").json()["seen"], 0)
        since = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 6 * day))
        done = self.ok("payment", "reconcile", "--since", since, "--json").json()
        self.assertEqual((done["since"], done["processed"]), (f"{since}T00:00:00Z", 1))
        month = self.fails(2, "payment", "reconcile", "--since", "2026-01-01")
        self.assertIn("30 days", month.err)
        self.fails(2, "payment", "reconcile", "--since", "1970-01-01")
        self.fails(2, "payment", "reconcile", "--since", "yesterday")
        self.fails(2, "payment", "reconcile", "--since", "2999-01-01")

    def test_a_wrong_key(self):
        wrong = self.fails(6, "payment", "reconcile", env={"CONTEXTPACK_STRIPE_SECRET_KEY": "sk_test_of_somebody"})
        self.assertIn("is stripe.secret_key right?", wrong.err)
        self.assertNotIn("sk_test", wrong.err)
        self.assertIn("stripe.secret_key", self.fails(2, "payment", "reconcile",
                                                      env={"CONTEXTPACK_STRIPE_SECRET_KEY": ""}).err)


class WebhookTest(PaymentsTest):
    def test_unsigned_webhooks_are_rejected(self):
        body = self.paid({"id": "cs_1", "attempt_id": ""})
        self.fails(2, "webhook", "stripe", stdin=body)
        for signature in ("", "t=1", self.sign(body, "whsec_else"), self.sign(body + b"\n")):
            refused = self.fails(6, "webhook", "stripe", "--signature", signature, stdin=body)
            self.assertNotIn(SECRET, refused.err)
        self.fails(2, "webhook", "stripe", "--signature", self.sign(body), stdin=body,
                   env={"CONTEXTPACK_STRIPE_WEBHOOK_SECRET": ""})
        self.fails(4, "webhook", "stripe", "--signature", self.sign(b"{}"), stdin=b"{}")
        long = b" " * 5000
        self.fails(10, "webhook", "stripe", "--signature", self.sign(long), "--set", "stripe.max_event_bytes=1024",
                   stdin=long)

    def test_both_names_of_the_secret_work(self):
        body = self.event("other", "radar.early_fraud_warning.created", {"id": "issfr_1"})
        done = self.deliver(body, env={"CONTEXTPACK_STRIPE_WEBHOOK_SECRET": "",
                                       "CONTEXTPACK_STRIPE_WEBHOOK_SECRETS": SECRET})
        self.assertEqual(done["outcome"], "ignored")
        self.assertEqual(self.deliver(body)["outcome"], "repeated")

    def test_unclaimed_payment_is_listed_and_assigned(self):
        self.assertIn("there are no unclaimed payments", self.ok("payment", "unclaimed").err)
        done = self.deliver(self.event("nobody", "checkout.session.completed", {
            "id": "cs_8", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_8", "customer": "cus_8",
            "amount_total": 999, "currency": "usd", "metadata": {"credits": "100"}}))
        self.assertEqual((done["outcome"], done["credits"]), ("unclaimed", 0))
        (payment,) = self.ok("payment", "unclaimed", "--json").json()["items"]
        self.assertEqual((payment["stripe_payment_id"], payment["customer_id"], payment["amount"], payment["credits"]),
                         ("pi_8", "cus_8", 999, 100))
        self.assertIn("cus_8", self.ok("payment", "unclaimed").out)
        self.fails(2, "payment", "assign", "ada@example.org", payment["id"])
        action = self.ok("payment", "assign", "ada@example.org", payment["id"], "--reason", "hers", "--json").json()
        self.assertEqual((action["type"], action["credits"], action["details"]),
                         ("payment_assigned", 100, {"payment_id": payment["id"]}))
        self.assertEqual(self.ok("payment", "unclaimed", "--json").json()["items"], [])
        self.fails(2, "payment", "assign", "ada@example.org", payment["id"], "--reason", "again")

    def test_test_mode_event_is_refused_with_a_live_key(self):
        body = self.event("test", "checkout.session.completed", {
            "id": "cs_7", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_7", "amount_total": 1,
            "currency": "usd", "metadata": {"user_id": self.ada["id"], "credits": "1"}})
        self.assertEqual(self.deliver(body, env={"CONTEXTPACK_STRIPE_MODE": "live"})["outcome"], "refused")
        self.assertEqual(self.deliver(body, env={"CONTEXTPACK_STRIPE_MODE": "live",
                                                 "CONTEXTPACK_STRIPE_ALLOW_TEST_EVENTS": "1"})["outcome"], "processed")

    def test_an_unknown_user_can_be_delivered_again(self):
        body = self.event("early", "checkout.session.completed", {
            "id": "cs_9", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_9", "amount_total": 1,
            "currency": "usd", "metadata": {"user_id": "00000000-0000-4000-8000-00000000dead", "credits": "1"}})
        self.fails(5, "webhook", "stripe", "--signature", self.sign(body), stdin=body)


if __name__ == "__main__":
    harness.main()
