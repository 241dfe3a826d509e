"""What the tests of odd values share: a service with users who have a row in every table, on either engine, and SQL past
the library."""
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import contextpack
import harness

TEXT = b"I live in Porto and work as a baker. I prefer short answers."
SECRET = b"whsec_values"
TABLES = ("user_profiles", "packs_v2", "pack_sources", "pack_exports", "credit_transactions", "jobs", "packs_legacy",
          "webhook_logs", "payment_attempts", "admin_actions")
# SQL of another process: two SQLites in one process take each other's locks away.
SQLITE_PROGRAM = """
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
database.execute("PRAGMA foreign_keys = ON")
for line in sys.stdin:
    answers = []
    for statement in json.loads(line):
        try:
            answers.append(["rows", [list(row) for row in database.execute(statement)]])
        except sqlite3.Error as problem:
            answers.append(["error", str(problem)])
    print(json.dumps(answers), flush=True)
"""


class Sqlite:
    name = "sqlite"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="contextpack-values-")
        self.path = os.path.join(self.folder, "packs.db")
        self.uri = "sqlite:" + self.path
        self.process = None

    def run_each(self, statements):
        """("rows", rows) or ("error", message) of each; what fails does not keep the others from running."""
        if self.process is None:
            self.process = subprocess.Popen([sys.executable, "-c", SQLITE_PROGRAM, self.path], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps(statements) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def run(self, statement):
        (kind, answer), = self.run_each([statement])
        if kind == "error":
            raise AssertionError(answer)
        return answer

    def own(self, table):
        return "contextpack_" + table

    def drop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres:
    name = "postgres"

    def __init__(self):
        self.database = harness.Database()
        self.uri = self.database.uri

    def run_each(self, statements, role=None, user=None):
        """Each statement in a transaction of its own, as the superuser or as a client's role; ("rows", lines) or
        ("error", message)."""
        script = ["\\set ON_ERROR_STOP off"]
        for statement in statements:
            script.append("\\echo next-statement")
            script.append("BEGIN;")
            if role is not None:
                claims = json.dumps({"sub": user, "role": role})
                script.append(f"SET LOCAL ROLE {role}; SET LOCAL request.jwt.claims = '{claims}';")
            script.append(statement + ";")
            script.append("COMMIT;")
        uri = harness.uri_of(self.database.name, harness.SUPERUSER_URI)
        done = subprocess.run(["psql", "-X", "-q", "-At", "-d", uri, "-f", "-"], input="\n".join(script),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        answers = []
        for part in done.stdout.split("next-statement\n")[1:]:
            lines = part.splitlines()
            failed = [line for line in lines if "ERROR:" in line]
            answers.append(("error", failed[0]) if failed else ("rows", lines))
        assert len(answers) == len(statements), done.stdout[:2000]
        return answers

    def run(self, statement):
        (kind, answer), = self.run_each([statement])
        if kind == "error":
            raise AssertionError(answer)
        return [line.split("|") for line in answer]

    def own(self, table):
        return "contextpack." + table

    def drop(self):
        self.database.drop()


BACKEND = Sqlite


class ServiceTest(unittest.TestCase):
    """A service of its own, closed when the test ends."""

    def setUp(self):
        self.database = BACKEND()
        self.addCleanup(self.database.drop)
        self.blobs = tempfile.mkdtemp(prefix="contextpack-values-")
        self.addCleanup(shutil.rmtree, self.blobs, True)
        os.environ["CONTEXTPACK_DATABASE"] = self.database.uri  # for commands: a password is not for command lines
        self.engine = contextpack.Engine(self.database.uri, "file:" + self.blobs, log=False, settings={
            "stripe.webhook_secrets": SECRET.decode(), "chunk.max_tokens": 4000})
        self.addCleanup(self.engine.close)
        self.service = self.engine.service()
        self.addCleanup(self.service.close)
        self.number = 0

    def event(self, kind, thing):
        self.number += 1
        body = json.dumps({"id": f"evt_{self.number}", "object": "event", "type": kind, "created": int(time.time()),
                           "livemode": True, "data": {"object": thing}}).encode()
        at = int(time.time())
        mac = hmac.new(SECRET, b"%d." % at + body, hashlib.sha256).hexdigest()
        return self.service.stripe.webhook(body, f"t={at},v1={mac}")

    def buy(self, user, name):
        return self.event("checkout.session.completed", {
            "id": "cs_" + name, "object": "checkout.session", "mode": "payment", "payment_intent": "pi_" + name,
            "payment_status": "paid", "amount_total": 1000, "currency": "usd",
            "metadata": {"user_id": user.id, "credits": "100"}})

    def refund(self, name):
        return self.event("charge.refunded", {"id": "ch_" + name, "object": "charge", "payment_intent": "pi_" + name,
                                              "amount": 1000, "amount_refunded": 500, "currency": "usd"})

    def dispute(self, name):
        return self.event("charge.dispute.funds_withdrawn", {
            "id": "dp_" + name, "object": "dispute", "charge": "ch_" + name, "payment_intent": "pi_" + name,
            "amount": 500, "currency": "usd"})

    def person(self, name):
        """A user with a row in each table that users have rows in."""
        user = self.service.users.create(name + "@example.com")
        self.buy(user, name)
        with self.engine.session(user) as me:
            pack = me.packs.create("Pack of " + name)
            source = me.sources.run(me.sources.add(pack, TEXT))
            export = me.exports.create(pack)
            job = me.jobs.run(me.jobs.create(TEXT))
        self.service.admin_actions.support_credit(user, 5, "asked for it")
        self.database.run("INSERT INTO payment_attempts (id, user_id, attempt_type, credits_requested, "
                          f"amount_requested, status) VALUES ('{user.id}', '{user.id}', 'credits', 1, 1, 'initiated')")
        return user, pack, source, export, job


def main():
    global BACKEND
    backend = {"sqlite": Sqlite, "postgres": Postgres}[sys.argv.pop(2)]
    sys.modules["service"].BACKEND = backend
    if backend is Sqlite:
        sys.argv.pop(1)
        unittest.main(module="__main__", verbosity=1)
    else:
        harness.main()
