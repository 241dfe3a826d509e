"""How many round trips an import costs on PostgreSQL, through a relay that counts them, at several latencies.

Usage: use_server.py STATE trips_test.py, with the Python package and its library in the environment.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest
from urllib.parse import urlsplit

from contextpack import Engine, ExportStatus, SourceStatus

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from trips_relay import Relay  # noqa: E402

URI = os.environ["CONTEXTPACK_TEST_POSTGRES"]
CONVERSATIONS = 204
CHUNKS = 10  # as many as a new user has credits for
TRIPS_MAX = 40
DELAYS_MS = (0, 5, 20)
WORDS = "I work as a nurse in Lyon and my sister Anna lives in Oslo with two cats ; we plan a trip by bicycle".split()


def words(random_source, count):
    return " ".join(random_source.choice(WORDS) for _ in range(count))


def conversation(number, messages):
    """One of a ChatGPT export; the same numbers give the same words."""
    random_source = random.Random(number)
    mapping = {}
    for i in range(messages):
        node = f"n{number}-{i}"
        mapping[node] = {
            "id": node, "parent": f"n{number}-{i - 1}" if i else None,
            "children": [f"n{number}-{i + 1}"] if i + 1 < messages else [],
            "message": {"id": node, "author": {"role": "assistant" if i % 2 else "user"},
                        "create_time": 1.7e9 + number * 1000 + i,
                        "content": {"content_type": "text", "parts": [words(random_source, 40)]}}}
    return {"id": f"c{number}", "conversation_id": f"c{number}", "title": f"Talk {number}",
            "create_time": 1.7e9 + number * 1000, "update_time": 1.7e9 + number * 1000 + messages, "mapping": mapping,
            "current_node": f"n{number}-{messages - 1}"}


def export(messages):
    return json.dumps([conversation(number, messages) for number in range(CONVERSATIONS)]).encode()


class TripsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = f"trips_{os.getpid()}"
        subprocess.run(["psql", "-X", "-q", URI, "-c", f"CREATE DATABASE {cls.database} TEMPLATE contextpack_template"],
                       check=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="contextpack-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def open(self, delay_ms, settings=None):
        """A session of a new user with open connections, and their relay."""
        parts = urlsplit(URI)
        relay = Relay(parts.port, delay_ms)
        user, host = parts.netloc.rsplit("@", 1)
        engine = Engine(f"postgresql://{user}@127.0.0.1:{relay.port}/{self.database}?sslmode=disable",
                        f"file:{self.folder}/{delay_ms}", settings={"chunk.max_tokens": 7600, **(settings or {})},
                        log=False)
        self.addCleanup(engine.close)
        with engine.service() as service:
            someone = service.users.create(f"{delay_ms}.{time.monotonic_ns()}@example.com")
        me = engine.session(someone)
        self.addCleanup(me.close)
        me.packs.create("so that the session's own connection stands")
        return relay, me

    def job(self, relay, me, pack, data):
        """Adds, runs and exports; gives the source, the round trips and the seconds."""
        relay.trips = 0
        began = time.monotonic()
        source = me.sources.run(me.sources.add(pack, data), partial=True)
        document = me.exports.create(pack)
        seconds = time.monotonic() - began
        self.assertEqual(document.status, ExportStatus.READY)
        return source, relay.trips, seconds

    def test_an_import_costs_few_round_trips_at_any_latency(self):
        data = export(8)
        took = {}
        for delay_ms in DELAYS_MS:
            relay, me = self.open(delay_ms)
            source, trips, took[delay_ms] = self.job(relay, me, me.packs.create("trips"), data)
            self.assertEqual(source.conversation_count, CONVERSATIONS)
            self.assertEqual(source.processed_chunks, CHUNKS)
            print(f"{delay_ms} ms: {trips} round trips, {took[delay_ms]:.2f} s", file=sys.stderr)
            self.assertLessEqual(trips, TRIPS_MAX)
        for delay_ms in DELAYS_MS[1:]:  # generous: the machine may be busy
            self.assertLess(took[delay_ms], took[0] + TRIPS_MAX * 2 * delay_ms / 1000 + 3)

    def test_a_grown_export_costs_no_more(self):
        relay, me = self.open(0)
        pack = me.packs.create("grown")
        self.job(relay, me, pack, export(4))
        source, trips, _ = self.job(relay, me, pack, export(6))
        self.assertEqual(source.message_count, CONVERSATIONS * 2)
        self.assertLessEqual(trips, TRIPS_MAX)

    def test_one_transaction_holds_many_rows(self):
        """More rows than wait at once: they leave in batches, and come whole."""
        relay, me = self.open(0, {"chunk.max_tokens": 100})
        pack = me.packs.create("many")
        relay.trips = 0
        source = me.sources.run(me.sources.add(pack, export(4)), until=SourceStatus.READY_FOR_ANALYSIS)
        self.assertGreater(source.total_chunks, 400)
        self.assertLessEqual(relay.trips, TRIPS_MAX)
        self.assertEqual(len(list(me.sources.all(pack))), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
