"""Ctrl-C: the work stops at a safe point, what is done stays, and the same command goes on."""

import os
import signal
import subprocess
import time

import harness


class SignalsTest(harness.CliTest):
    def start(self, *arguments, **options):
        return subprocess.Popen([harness.PROGRAM, *map(str, arguments)], stdin=options.get("stdin"),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env, cwd=self.folder)

    def stop(self, program, number, delay):
        time.sleep(delay)
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
        return program.returncode, out.decode(), err.decode()

    def test_build_stops_and_goes_on(self):
        words = "I work as a marine biologist in Lisbon and I like tide gauges. " * 40
        chats = self.write("chats.json", [harness.chatgpt_conversation(number, 12, f"{number} {words}")
                                          for number in range(700)])
        command = ["build", chats, "-o", "out", "--name", "Me", "--set", "chunk.max_tokens=50000"]
        codes = []
        for delay in (0.05, 0.2, 0.4, 0.7):
            code, _, err = self.stop(self.start(*command), signal.SIGINT, delay)
            codes.append(code)
            self.assertIn(code, (0, 130), err)
            if code == 130:
                self.assertIn("interrupted", err)
                self.assertEqual(err.count("interrupted"), 1)
        self.assertIn(130, codes)
        self.ok(*command)
        after = (self.folder / "out/standard.md").read_bytes()
        entries = self.ok("credits", "statement", "--limit", "1000", "--json").json()["items"]
        (source,) = self.ok("source", "list", "Me", "--json").json()["items"]
        self.assertEqual(source["status"], "completed")
        self.assertEqual(len([entry for entry in entries if entry["type"] == "unlimited_usage"]),
                         len({entry["id"] for entry in entries if entry["type"] == "unlimited_usage"}))
        self.ok("build", chats, "-o", "fresh", "--name", "Me", "--set", "chunk.max_tokens=50000",
                env={"XDG_DATA_HOME": str(self.folder / "other")})
        self.assertEqual(self.without_times(after), self.without_times((self.folder / "fresh/standard.md").read_bytes()))
        self.assertEqual(self.ok("doctor", "--json").json()["failures"], 0)

    @staticmethod
    def without_times(document):
        return [line for line in document.decode().splitlines() if "20" not in line]

    def test_sigterm(self):
        reader, writer = os.pipe()
        program = self.start("build", "-", "--name", "Me", stdin=reader)
        os.close(reader)
        os.write(writer, b"I like tea.\n")
        code, _, err = self.stop(program, signal.SIGTERM, 0.5)
        os.close(writer)
        self.assertEqual(code, 143, err)

    def test_json_document_stays_whole(self):
        reader, writer = os.pipe()
        program = self.start("build", "-", "--name", "Me", "--json", stdin=reader)
        os.close(reader)
        code, out, err = self.stop(program, signal.SIGINT, 0.5)
        os.close(writer)
        self.assertEqual(code, 130, err)
        self.assertEqual(harness.json.loads(out)["exports"], [])

    def test_extract_and_tokens_stop(self):
        for command in (["extract", "-"], ["chunk", "-"], ["tokens"]):
            reader, writer = os.pipe()
            program = self.start(*command, stdin=reader)
            os.close(reader)
            code, _, err = self.stop(program, signal.SIGINT, 0.4)
            os.close(writer)
            self.assertEqual(code, 130, (command, err))

    def test_the_second_signal_ends_it_at_once(self):
        reader, writer = os.pipe()
        program = self.start("tokens", stdin=reader)
        os.close(reader)
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=20)
        os.close(writer)
        self.assertIn(program.returncode, (130, 143))


if __name__ == "__main__":
    harness.main()
