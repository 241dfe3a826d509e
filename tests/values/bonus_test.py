#!/usr/bin/env python3
"""One bonus for one address, however it is spelled, also after the account was deleted.

Usage: bonus_test.py CONTEXTPACK sqlite|postgres"""
import service


class BonusTest(service.ServiceTest):
    def balance_of_new(self, email):
        user = self.service.users.create(email)
        self.assertEqual(self.service.credits.audit(), [])
        return user, self.service.credits.balance(user).free

    def test_deleted_accounts(self):
        user, balance = self.balance_of_new("Ann.Miller@example.com")
        self.assertEqual(balance, 10)
        self.service.users.delete(user)
        for again in ("ann.miller@example.com", "ANN.MILLER+2@Example.com"):
            user, balance = self.balance_of_new(again)
            self.assertEqual(balance, 0, again)
            self.service.users.delete(user)
            self.service.users.delete(user)
        for other in ("annmiller@example.com", "ann.miller@example.org", "deleted@deleted.invalid"):
            self.assertEqual(self.balance_of_new(other)[1], 10, other)

    def test_dots_in_gmail_addresses_are_ignored(self):
        self.service.users.delete(self.balance_of_new("b.o.b@gmail.com")[0])
        self.assertEqual(self.balance_of_new("bob+x@googlemail.com")[1], 0)

    def test_former_addresses_get_no_second_bonus(self):
        user, _ = self.balance_of_new("first@example.com")
        self.service.users.set_email(user, "second@example.com")
        self.assertEqual(self.balance_of_new("first@example.com")[1], 0)

    def test_address_is_not_stored(self):
        self.service.users.delete(self.balance_of_new("secret@example.com")[0])
        rows = self.database.run(f"SELECT * FROM {self.database.own('former_addresses')}")
        self.assertEqual(len(rows), 1)
        self.assertRegex(rows[0][0], "^[0-9a-f]{64}$")


if __name__ == "__main__":
    service.main()
