"""On a terminal: a bar on one line that leaves nothing behind, colours, and questions before something is deleted."""

import os
import pty
import re
import select
import subprocess
import time

import harness


class TerminalTest(harness.CliTest):
    def on_terminal(self, *arguments, answer=b"", env=None):
        """Runs with a terminal as all three streams; returns the exit code and the output."""
        master, slave = pty.openpty()
        program = subprocess.Popen([harness.PROGRAM, *map(str, arguments)], stdin=slave, stdout=slave, stderr=slave,
                                   env=dict(self.env, TERM="xterm", **(env or {})), cwd=self.folder)
        os.close(slave)
        if answer:
            os.write(master, answer)
        sent = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            ready, _, _ = select.select([master], [], [], 0.2)
            if ready:
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break
                if not piece:
                    break
                sent += piece
            elif program.poll() is not None:
                break
        code = program.wait(timeout=10)
        os.close(master)
        return code, sent.decode()

    @staticmethod
    def screen(sent):
        """What is left on the screen: a carriage return and an erased line start over."""
        lines = [re.split(r"\r\x1b\[K", line)[-1].rstrip("\r") for line in sent.split("\n")]
        return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]

    def test_bar(self):
        words = "I work as a marine biologist in Lisbon. " * 50
        chats = self.write("chats.json", [harness.chatgpt_conversation(number, 8, f"{number} {words}")
                                          for number in range(600)])
        code, sent = self.on_terminal("build", chats, "-o", "out")
        self.assertEqual(code, 0, sent)
        drawn = re.findall(r"\r\x1b\[K([^\r\n]*)", sent)
        self.assertTrue(any("%" in line for line in drawn), sent)
        for line in drawn:
            if "%" in line:
                self.assertLess(len(line), 80)
        screen = self.screen(sent)
        self.assertFalse(any("%" in line for line in screen), screen)
        self.assertTrue(any("new: 600 conversations" in line for line in screen), screen)

    def test_no_progress_and_colours(self):
        chats = self.write("chats.json", harness.chatgpt())
        code, sent = self.on_terminal("build", chats, "-o", "out", "--no-progress")
        self.assertEqual(code, 0)
        self.assertNotIn("\x1b[K", sent)
        self.assertIn("\x1b[32m", sent)
        _, sent = self.on_terminal("pack", "list", env={"NO_COLOR": "1"})
        self.assertNotIn("\x1b[", sent)
        _, sent = self.on_terminal("pack", "list", "--color", "never")
        self.assertNotIn("\x1b[", sent)
        self.assertIn("\x1b[1m", self.ok("pack", "list", "--color=always").out)
        self.assertNotIn("\x1b[", self.ok("pack", "list").out)

    def test_deleting_asks(self):
        self.ok("pack", "create", "Me")
        code, sent = self.on_terminal("pack", "delete", "Me", answer=b"n\n")
        self.assertEqual(code, 0)
        self.assertIn("Delete Me? [y/N]", sent)
        self.ok("pack", "show", "Me")
        self.on_terminal("pack", "delete", "Me", answer=b"y\n")
        self.fails(5, "pack", "show", "Me")
        self.ok("pack", "create", "Me")
        code, sent = self.on_terminal("pack", "delete", "Me", "--json", answer=b"y\n")
        self.assertEqual(code, 2)
        self.assertIn("--yes", sent)
        self.ok("pack", "show", "Me")
        code, sent = self.on_terminal("pack", "delete", "Me", "--yes")
        self.assertNotIn("[y/N]", sent)
        self.fails(5, "pack", "show", "Me")


if __name__ == "__main__":
    harness.main()
