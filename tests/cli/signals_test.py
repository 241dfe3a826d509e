"""Ctrl-C stops the work at a safe point, finished work is kept, and the same command continues."""

import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import commands
import harness

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from handlers import wait_for_handler  # noqa: E402


class SignalsTest(harness.CliTest):
    def start(self, *arguments, **options):
        return subprocess.Popen([harness.PROGRAM, *map(str, arguments)], stdin=options.get("stdin"),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env, cwd=self.folder)

    def stop(self, program, number, delay):
        wait_for_handler(program, number)
        time.sleep(delay)
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
        return program.returncode, out.decode(), err.decode()

    def test_interrupted_build_continues(self):
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

    def test_json_document_stays_valid(self):
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

    def test_second_signal_ends_immediately(self):
        reader, writer = os.pipe()
        program = self.start("tokens", stdin=reader)
        os.close(reader)
        wait_for_handler(program, signal.SIGTERM)
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=20)
        os.close(writer)
        self.assertIn(program.returncode, (130, 143))


class WaitingTest(harness.CliTest):
    """The first signal ends a command that waits for something, within a second and whatever it waits for."""

    LIMIT_S = float(os.environ.get("CONTEXTPACK_TEST_STOP_S", "2"))  # a second, and one for a busy machine

    def start(self, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        program = subprocess.Popen([harness.PROGRAM, *map(str, arguments)], stdin=stdin, stdout=stdout,
                                   stderr=subprocess.DEVNULL, env=self.env, cwd=self.folder)
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        return program

    def check_stops(self, programs, number=signal.SIGTERM):
        """Signals those that are still there; gives how many that were."""
        for _, program in programs:
            wait_for_handler(program, number)
        time.sleep(0.7)
        waiting = [(name, program) for name, program in programs if program.poll() is None]
        for _, program in waiting:
            program.send_signal(number)
        deadline = time.monotonic() + self.LIMIT_S
        for name, program in waiting:
            try:
                program.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.fail(f"{name}: still there {self.LIMIT_S} s after the signal")
            self.assertEqual(program.returncode, 128 + number, name)
        return {name for name, _ in waiting}

    def fifo(self, name="fifo"):
        os.mkfifo(self.folder / name)
        return self.folder / name

    def test_fifo_without_writer(self):
        self.fifo()
        self.ok("pack", "create", "Work")
        commands_of_inputs = (["build", "fifo"], ["extract", "fifo"], ["chunk", "fifo"], ["tokens", "fifo"],
                              ["source", "add", "Work", "fifo"], ["job", "create", "fifo"], ["settings", "--config", "fifo"])
        for number in (signal.SIGTERM, signal.SIGINT):
            programs = [(" ".join(command), self.start(*command)) for command in commands_of_inputs]
            self.assertEqual(len(self.check_stops(programs, number)), len(programs))

    def test_a_fifo_whose_writer_is_silent(self):
        for command in ("build", "extract", "chunk", "tokens", "job create"):
            path = self.fifo(command.replace(" ", "-"))
            program = self.start(*command.split(), path)
            with open(path, "wb", buffering=0) as writer:
                writer.write(b"I like tea.\n")
                self.assertEqual(self.check_stops([(command, program)]), {command})

    def test_a_fifo_is_read_to_its_end(self):
        path = self.fifo()
        program = self.start("tokens", path, stdout=subprocess.PIPE)
        time.sleep(0.3)  # it is open already when the writer comes
        with open(path, "wb") as writer:
            for _ in range(3):
                writer.write(b"I like tea.\n" * 20000)
                writer.flush()
                time.sleep(0.15)
        self.assertEqual(program.communicate(timeout=20)[0], self.ok("tokens", stdin=b"I like tea.\n" * 60000).out.encode())

    def test_standard_input(self):
        self.ok("pack", "create", "Work")
        reader, writer = os.pipe()
        lines = (["build", "-"], ["extract", "-"], ["chunk", "-"], ["tokens"], ["source", "add", "Work", "-"],
                 ["job", "create", "-"], ["webhook", "stripe", "--signature", "t=1,v1=00"])
        programs = [(" ".join(line), self.start(*line, stdin=reader)) for line in lines]
        os.close(reader)
        self.assertEqual(len(self.check_stops(programs)), len(lines))
        os.close(writer)

    def test_pipe_without_reader(self):
        chats = self.write("chats.json", [harness.chatgpt_conversation(number, 12, "I like tide gauges. " * 50)
                                          for number in range(100)])
        self.ok("build", chats, "-q", "-o", "o", "--name", "Me", "-t", "complete")
        (source,) = self.ok("source", "list", "Me", "--json").json()["items"]
        lines = (["extract", chats], ["chunk", "--text", chats], ["tokens", "--ids", chats], ["source", "read", source["id"]],
                 ["help", "--markdown"])
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            while os.write(writer, b"x" * 4096):
                pass
        except BlockingIOError:
            os.set_blocking(writer, True)
        programs = [(" ".join(map(str, line)), self.start(*line, stdout=writer)) for line in lines]
        self.assertEqual(len(self.check_stops(programs)), len(lines))
        os.close(writer)
        os.close(reader)

    @unittest.skipIf(harness.IS_POSTGRES, "about the file that SQLite has")
    def test_every_command_that_waits_for_a_lock(self):
        self.write("note.txt", "I live in Lisbon.")
        self.ok("build", "note.txt", "-q", "-o", "o", "--name", "Work")
        names = [name for name in commands.names(self) if name not in commands.WITHOUT]
        lines = [commands.line(self, name) for name in names]
        other = self.database()
        other.isolation_level = None
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        waited = set()
        for at in range(0, len(names), 16):
            part = zip(names[at:at + 16], lines[at:at + 16])
            waited |= self.check_stops([(name, self.start(*line, "--set", "database.busy_timeout_ms=60000"))
                                        for name, line in part])
        other.execute("ROLLBACK")
        other.close()
        self.assertGreater(len(waited), len(names) * 0.9, set(names) - waited)
        self.assertEqual(self.ok("doctor", "--json").json()["failures"], 0)

    def test_lease_of_a_killed_process_is_taken_over(self):
        """Also while it is a zombie, which does no work."""
        note = self.write("a.txt", "".join(f"I live in city {i} and I work as a baker.\n" for i in range(3000)))
        for number, delay in enumerate((0.4, 0.2, 0.1, 0.05, 0.02)):
            build = ["build", note, "-q", "-o", "o", "--name", f"A{number}", "--set", "chunk.max_tokens=200"]
            program = subprocess.Popen([harness.PROGRAM, *map(str, build)], env=self.env, cwd=self.folder)
            time.sleep(delay)
            os.kill(program.pid, signal.SIGKILL)  # Popen.kill() would wait for one that has ended
            ended = os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)  # it stays a zombie
            if ended.si_code == os.CLD_KILLED:
                break
            program.wait()  # it was faster
        result = self.ok(*build)
        self.assertNotIn("worked on", result.err)
        self.assertEqual(program.wait(), -signal.SIGKILL)


if __name__ == "__main__":
    harness.main()
