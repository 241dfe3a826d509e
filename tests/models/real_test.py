"""The program with a real server and a real small model (real_server.py): the wire, not what so small a model knows."""

import os
import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import harness  # noqa: E402
import real_server  # noqa: E402


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RealTest(harness.CliTest):
    def sources(self):
        with self.database() as rows:
            return list(rows.execute("SELECT status, total_chunks, processed_chunks, total_input_tokens, "
                                     "total_output_tokens, error_message FROM pack_sources"))

    def test_chunks_are_analysed(self):
        with real_server.serving(free_port()) as url:
            for number, more in enumerate(("", "&stream=0")):
                export = self.write(f"{number}.txt", f"I keep {number + 2} bees and live in Porto.")
                uri = f"openai:smollm2?base_url={url}&max_output_tokens=60&seed=1{more}"
                result = self.run_cli("--analyzer", uri, "build", export, "--output", self.folder / "out")
                # So small a model may miss the form that is asked for; whatever it says, the wire has carried it.
                self.assertTrue(result.code == 0 or any(word in result.err for word in ("JSON", "cut off", "length")),
                                result.err)
            for _, total, done, read, written, message in self.sources():
                self.assertTrue(total > 0 and (int(done) < int(total) or (int(read) > 0 and int(written) > 0)), message)


if __name__ == "__main__":
    if not real_server.is_installed():
        print("no server with a model is installed: tests/models/real_server.py install")
        sys.exit(77)
    os.environ.pop("OPENAI_API_KEY", None)
    harness.main()
