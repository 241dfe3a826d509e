#!/usr/bin/env python3
"""Links as inputs."""
import sys
import unittest

import contextpack
from contextpack import InvalidArgumentError, Link, NotFoundError, PermissionDeniedError, SourceStatus, SourceType
from support import DATA, ROOT, PackageTest

sys.path.insert(0, str(ROOT / "tests/support"))
from link_server import Answer, LinkServer  # noqa: E402


class Links(PackageTest):
    def setUp(self):
        super().setUp()
        article = (DATA / "html/article.html").read_bytes()
        self.server = LinkServer({("127.0.0.1", "/tomatoes"): Answer(article),
                                  ("127.0.0.1", "/login"): Answer((DATA / "shares/login.html").read_bytes())})
        self.addCleanup(self.server.close)
        self.link = f"http://127.0.0.1:{self.server.port}/"

    def test_a_page_is_a_source(self):
        me = self.person(self.open(settings={"net.allow_addresses": "127.0.0.1"}))
        pack = me.packs.create()
        source = me.sources.add(pack, Link(self.link + "tomatoes?secret=1"))
        self.assertEqual(source.type, SourceType.URL)
        self.assertEqual(source.name, f"127.0.0.1:{self.server.port}/tomatoes")
        self.assertEqual(me.sources.run(source).status, SourceStatus.COMPLETED)
        self.assertEqual(me.sources.add(pack, contextpack.Input(Link(self.link + "tomatoes"), name="Page")).id, source.id)

    def test_text(self):
        engine = self.open(settings={"net.allow_addresses": "127.0.0.1"})
        self.assertEqual(engine.text(Link(self.link + "tomatoes")).replace("unknown (document)", "user (document)"),
                         engine.text(DATA / "html/article.html"))

    def test_failures(self):
        engine = self.open(settings={"net.allow_addresses": "127.0.0.1"})
        for address, kind, native in (("none", NotFoundError, "deleted"), ("login", PermissionDeniedError, "login")):
            with self.assertRaises(kind) as caught:
                engine.extract(Link(self.link + address))
            self.assertEqual(caught.exception.native, native)
        with self.assertRaises(InvalidArgumentError):
            engine.extract(Link("file:///etc/passwd"))

    def test_loopback_needs_a_setting(self):
        with self.assertRaises(PermissionDeniedError):
            self.open().extract(Link(self.link + "tomatoes"))
        self.assertEqual(self.server.requests, [])


if __name__ == "__main__":
    unittest.main()
