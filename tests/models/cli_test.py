"""The program with a language model as analyzer: answers, failures and keys, from the server that can fail."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import harness  # noqa: E402
import fault_server  # noqa: E402

KEY = "sk-hunter2hunter2hunter2"


class ModelTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.server = fault_server.start(self.folder)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.export = self.write("conversations.json", harness.chatgpt())

    def uri(self, path, scheme="openai", more=""):
        return f"{scheme}:m?base_url=http://127.0.0.1:{self.server.server_address[1]}/{path}{more}"

    def test_a_pack_is_built_by_either_protocol(self):
        for scheme in ("openai", "anthropic"):
            name = f"built-{scheme}"
            export = self.write(f"{scheme}.txt", f"I keep bees. I know {scheme}.")
            self.ok("--analyzer", self.uri(f"flaky/{name}/0/500", scheme), "build", export, "--output", self.folder / name)
            self.assertGreater(fault_server.HITS[name], 0)

    def test_analyzer_may_be_in_the_environment(self):
        self.ok("build", self.export, "--output", self.folder / "out",
                env={"CONTEXTPACK_ANALYZER": self.uri("flaky/environment/0/500")})
        self.assertGreater(fault_server.HITS["environment"], 0)

    def test_what_the_server_says_is_told(self):
        self.write("error", {"error": {"message": f"{KEY} is out of tea", "type": "tea"}})
        result = self.run_cli("--analyzer", self.uri("status/418"), "build", self.export, "--output", self.folder / "out",
                              env={"OPENAI_API_KEY": KEY})
        self.assertNotEqual(result.code, 0)
        self.assertIn("HTTP 418", result.err)
        self.assertIn("out of tea", result.err)
        self.assertNotIn("hunter2", result.err + result.out)
        with self.database() as rows:
            self.assertTrue(any("HTTP 418" in (message or "")
                                for (message,) in rows.execute("SELECT error_message FROM pack_sources")))

    def test_a_key_that_is_not_accepted_ends_the_run_at_once(self):
        self.write("error", {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}})
        result = self.run_cli("--analyzer", self.uri("flaky/denied/99/401"), "build", self.export, "--output",
                              self.folder / "out", env={"OPENAI_API_KEY": KEY})
        self.assertNotEqual(result.code, 0)
        self.assertIn("does not accept the key", result.err)
        self.assertNotIn("hunter2", result.err + result.out)
        self.assertEqual(fault_server.HITS["denied"], 1)

    def test_wrong_uris_are_explained(self):
        for uri, word in (("openai:", "model's name"), ("openai:m?api_key=hunter2", "OPENAI_API_KEY"),
                          ("openai:m?base_url=http://example.com/v1", "https://"), ("gemini:m", "openai:MODEL")):
            result = self.run_cli("--analyzer", uri, "build", self.export)
            self.assertNotEqual(result.code, 0)
            self.assertIn(word, result.err)
            self.assertNotIn("hunter2", result.err)


if __name__ == "__main__":
    harness.main()
