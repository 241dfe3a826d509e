#!/usr/bin/env python3
"""An e-mail address that several profiles have picks none of them, whoever asks.

Usage: ambiguous_test.py CONTEXTPACK sqlite|postgres"""
import json
import subprocess
import sys
import time

import contextpack
import service

COMMAND = sys.argv[1]


class AmbiguousTest(service.ServiceTest):
    def setUp(self):
        super().setUp()
        self.users = [self.service.users.create(f"user{number}@example.org") for number in range(3)]
        index = "public.user_profiles_email" if self.database.name == "postgres" else "user_profiles_email"
        answers = self.database.run_each([f"DROP INDEX {index}"] + [
            f"UPDATE user_profiles SET email = '{email}' WHERE id = '{user.id}'"
            for user, email in zip(self.users, ("dup@example.org", "Dup@Example.org", "DUP@EXAMPLE.ORG"))])
        self.assertEqual([answer for kind, answer in answers if kind == "error"], [])
        self.ids = [user.id for user in self.users]

    def rows(self):
        return self.database.run("SELECT id, email, credits_balance, payment_plan FROM user_profiles ORDER BY id")

    def test_the_library_names_them(self):
        for email in ("dup@example.org", "DuP@example.ORG"):
            with self.assertRaises(contextpack.ConflictError) as raised:
                self.service.users.find(email)
            for user_id in self.ids:
                self.assertIn(user_id, str(raised.exception))
        self.assertEqual(self.service.users.get(self.ids[1]).id, self.ids[1])
        self.database.run(f"UPDATE user_profiles SET email = 'other@example.org' WHERE id <> '{self.ids[0]}'")
        self.assertEqual(self.service.users.find("DUP@example.org").id, self.ids[0])

    def test_every_command_rejects_ambiguous_addresses(self):
        before = self.rows()
        email = "Dup@Example.org"
        reason = ["--reason", "x"]
        for words in (["user", "show", email], ["user", "update", email, "--name", "X"], ["user", "plan", email, "unlimited"],
                      ["user", "suspend", email, *reason], ["user", "unsuspend", email, *reason],
                      ["user", "delete", email, "--yes"], ["admin", "adjust", email, "--credits", "7", *reason],
                      ["admin", "support", email, "--credits", "7", *reason], ["admin", "suspend", email, *reason],
                      ["admin", "unsuspend", email, *reason], ["admin", "plan", email, "unlimited", *reason],
                      ["admin", "refund", email, "--amount-cents", "100", *reason], ["admin", "log", email],
                      ["admin", "adjust", self.ids[0], "--credits", "7", *reason, "--admin", email],
                      ["credits", "grant", "--credits", "7", "--key", "k", "--user", email],
                      ["credits", "balance", "--user", email], ["credits", "statement", "--user", email],
                      ["payment", "list", email], ["payment", "assign", email, "pi_1", *reason],
                      ["pack", "list", "--user", email], ["job", "list", "--user", email],
                      ["build", __file__, "-o", self.blobs + "/out", "--user", email]):
            with self.subTest(words=words):
                done = subprocess.run([COMMAND, *words, "--storage", "file:" + self.blobs],
                                      capture_output=True, text=True, check=False)
                self.assertNotEqual(done.returncode, 0)
                for user_id in self.ids:
                    self.assertIn(user_id, done.stderr)
        self.assertEqual(self.rows(), before)

    def test_payments_with_only_an_address_stay_unclaimed(self):
        """Stripe's events name users by id or customer; an address alone assigns no credits."""
        for email in ("dup@example.org", "user9@example.org"):
            self.event("checkout.session.completed", {
                "id": "cs_" + email, "object": "checkout.session", "mode": "payment", "payment_intent": "pi_" + email,
                "payment_status": "paid", "amount_total": 1000, "currency": "usd", "customer_email": email,
                "customer_details": {"email": email}, "metadata": {"credits": "100"}})
        self.assertEqual([self.service.credits.balance(user).free for user in self.ids], [10, 10, 10])
        self.assertEqual(self.service.credits.audit(), [])


if __name__ == "__main__":
    service.main()
