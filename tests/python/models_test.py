"""A language model as analyzer, by its URI."""
import os
import sys
import unittest

import contextpack
from contextpack import Engine
from support import ROOT, SAMPLE, PackageTest

sys.path.insert(0, str(ROOT / "tests" / "models"))
import fault_server  # noqa: E402


class ModelsTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.server = fault_server.start(self.folder)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def asker(self, path, **options):
        uri = f"openai:m?base_url=http://127.0.0.1:{self.server.server_address[1]}/{path}&price_input=1&price_output=2"
        return self.person(self.open(analyzer=uri, **options))

    def test_a_model_analyses_chunks(self):
        me = self.asker("flaky/python/0/500")
        source = me.sources.run(me.sources.add(me.packs.create("Me"), SAMPLE))
        self.assertEqual(source.processed_chunks, source.total_chunks)
        self.assertGreaterEqual(source.input_tokens, 1000 * source.total_chunks)
        self.assertGreater(source.cost, 0)
        self.assertGreaterEqual(fault_server.HITS["python"], source.total_chunks)

    def test_what_the_server_says_reaches_the_caller_and_the_row(self):
        (self.folder / "error").write_text('{"error": {"message": "no tea"}}', encoding="utf-8")
        me = self.asker("status/418")
        source = me.sources.add(me.packs.create("Me"), SAMPLE)
        with self.assertRaises(contextpack.AnalyzerError) as caught:
            me.sources.run(source)
        self.assertEqual(caught.exception.native, "HTTP 418")
        self.assertIn("no tea", str(caught.exception))
        self.assertIn("HTTP 418", me.sources.get(source).error_message)

    def test_keys_are_secret_settings(self):
        me = self.asker("echo", settings={"models.openai_api_key": "sk-hunter2hunter2hunter2"})
        self.assertNotIn("hunter2", repr(me))
        with self.assertRaises(contextpack.InvalidArgumentError) as caught:
            Engine("sqlite::memory:", "memory:", "openai:m?api_key=sk-hunter2")
        self.assertNotIn("hunter2", str(caught.exception))


if __name__ == "__main__":
    os.environ.pop("OPENAI_API_KEY", None)
    unittest.main()
