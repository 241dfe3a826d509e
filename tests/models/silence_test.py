"""Without an analyzer setting nothing leaves the machine, whatever keys are in the environment: the program is killed when
it opens a socket for the internet."""

import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import harness  # noqa: E402

KEYS = {"OPENAI_API_KEY": "sk-a", "ANTHROPIC_API_KEY": "sk-b"}


class SilenceTest(harness.CliTest):
    def watched(self, *arguments, env=None):
        done = subprocess.run([os.environ["CONTEXTPACK_NO_NETWORK"], harness.PROGRAM, *map(str, arguments)],
                              env={**self.env, **(env or {})}, cwd=self.folder, capture_output=True, text=True,
                              timeout=120, check=False)
        return harness.Result(done.returncode, done.stdout, done.stderr)

    def test_building_a_pack_sends_nothing(self):
        export = self.write("conversations.json", harness.chatgpt(10, 20))
        for number, env in enumerate(({}, KEYS)):
            result = self.watched("build", export, "--output", self.folder / f"out{number}", env=env)
            self.assertEqual(result.code, 0, result.err)
        for command in (["doctor"], ["pack", "list"], ["inspect", export]):
            result = self.watched(*command, env=KEYS)
            self.assertEqual(result.code, 0, f"{command}: {result.err}")

    def test_without_a_key_the_vendor_is_not_asked(self):
        export = self.write("conversations.json", harness.chatgpt())
        for uri, variable in (("openai:gpt-4o-mini", "OPENAI_API_KEY"), ("anthropic:claude-x", "ANTHROPIC_API_KEY")):
            result = self.watched("--analyzer", uri, "build", export)
            self.assertGreater(result.code, 0)  # not killed
            self.assertIn(variable, result.err)

    def test_the_watch_sees_what_is_sent(self):
        export = self.write("conversations.json", harness.chatgpt())
        result = self.watched("--analyzer", "openai:m?base_url=http://127.0.0.1:9/v1", "build", export)
        self.assertEqual(result.code, -signal.SIGSYS)


if __name__ == "__main__":
    harness.main()
