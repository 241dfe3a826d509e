"""Acting with a token: it determines the user and the permissions."""

import base64
import hashlib
import hmac
import json
import time

import harness

SECRET = "a secret of this test, longer than 32 bytes"
ADA = "33333333-3333-4333-8333-333333333333"
BOB = "44444444-4444-4444-8444-444444444444"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(secret=SECRET, **claims):
    claims = {"aud": "authenticated", "role": "authenticated", "exp": int(time.time()) + 600, **claims}
    text = b".".join(encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return (text + b"." + encode(hmac.new(secret.encode(), text, hashlib.sha256).digest())).decode()


class TokenTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.env["CONTEXTPACK_AUTH_JWT_SECRET"] = SECRET

    def by(self, **claims):
        return {"CONTEXTPACK_TOKEN": token(**claims)}

    def test_user_token_acts_for_that_user(self):
        ada = self.by(sub=ADA, email="ada@example.org", user_metadata={"full_name": "Ada"})
        bob = self.by(sub=BOB, email="bob@example.org")
        self.ok("pack", "create", "Work", env=ada)
        self.assertEqual(len(self.ok("pack", "list", "--json", env=ada).json()["items"]), 1)
        self.assertEqual(self.ok("pack", "list", "--json", env=bob).json()["items"], [])
        self.fails(5, "pack", "show", "Work", env=bob)
        shown = self.ok("user", "show", "--json", env=ada).json()
        self.assertEqual((shown["id"], shown["email"]), (ADA, "ada@example.org"))
        self.assertEqual(self.ok("credits", "balance", "--json", env=ada).json()["credits_balance"], 10)
        self.ok("pack", "list", "--user", "ADA@example.org", env=ada)
        self.assertIn("ada@example.org", self.fails(6, "pack", "list", "--user", BOB, env=ada).err)
        self.fails(6, "user", "list", env=ada)

    def test_service_token_acts_for_any_user(self):
        self.ok("pack", "create", "Work", env=self.by(sub=ADA, email="ada@example.org"))
        service = self.by(role="service_role")
        self.assertEqual(len(self.ok("user", "list", "--json", env=service).json()["items"]), 1)
        self.ok("pack", "show", "Work", "--user", "ada@example.org", env=service)

    def test_bad_tokens(self):
        self.ok("migrate")
        for env, said in ((self.by(sub=ADA, exp=1), "expired"), (self.by(sub=ADA, aud="x"), "audience"),
                          (self.by(sub=ADA, secret=SECRET + "x"), "not valid"), (self.by(role="anon"), "role"),
                          ({"CONTEXTPACK_TOKEN": "hunter2"}, "not valid")):
            result = self.fails(6, "pack", "list", "--verbose", env=env)
            self.assertIn(said, result.err)
            self.assertNotIn(env["CONTEXTPACK_TOKEN"], result.err)
        del self.env["CONTEXTPACK_AUTH_JWT_SECRET"]
        self.assertIn("auth.jwt_secret", self.fails(2, "pack", "list", env=self.by(sub=ADA)).err)


if __name__ == "__main__":
    harness.main()
