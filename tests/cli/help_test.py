"""Every command explains itself, and everything that is made from the command table is in step with it."""

import re
import shutil
import subprocess
import unittest

import commands
import harness


class HelpTest(harness.CliTest):
    def commands(self):
        return commands.names(self)

    def test_every_command_has_help_with_an_example(self):
        commands = self.commands()
        self.assertGreater(len(commands), 30)
        for command in commands:
            for form in ([*command.split(), "--help"], ["help", *command.split()]):
                text = self.ok(*form).out
                self.assertIn(f"contextpack {command}", text)
                self.assertIn("Example\n", text)

    def test_help_needs_no_configuration(self):
        self.write("config/contextpack/config", "nonsense\n")
        self.ok("help", "build")
        self.ok("version")
        self.fails(2, "settings")

    def test_groups_and_topics(self):
        self.assertIn("pack create", self.ok("help", "pack").out)
        self.assertIn("pack create", self.ok("pack", "--help").out)
        self.assertIn("130", self.ok("help", "exit-codes").out)
        self.assertIn("CONTEXTPACK_DATABASE", self.ok("help", "configuration").out)
        self.assertIn('did you mean "build"', self.fails(2, "help", "biuld").err)

    def test_missing_command_is_a_usage_error(self):
        self.assertIn("Start here", self.fails(2).err)

    def test_overview_starts_with_the_main_commands(self):
        overview = self.ok("--help").out
        titles = [line for line in overview.splitlines() if line and line[0] != " "]
        self.assertEqual(titles[:6], ["Usage", "Start here", "Your packs", "Running a service", "Administration", "V1"])
        self.assertEqual(commands.names(self)[0], "build")

    def test_lines_fit_a_terminal(self):
        for command in self.commands():
            for line in self.ok("help", *command.split()).out.splitlines():
                self.assertLessEqual(len(line), 100)

    def test_manual_page_is_up_to_date(self):
        committed = (harness.PROJECT / "docs/contextpack.1").read_text(encoding="utf-8")
        self.assertEqual(self.ok("help", "--man").out, committed,
                         "make it again: contextpack help --man > docs/contextpack.1")

    def test_reference_is_up_to_date(self):
        committed = (harness.PROJECT / "docs/cli.md").read_text(encoding="utf-8")
        self.assertEqual(self.ok("help", "--markdown").out, committed,
                         "make it again: contextpack help --markdown > docs/cli.md")

    @unittest.skipUnless(shutil.which("groff"), "groff is not here")
    def test_manual_page_is_clean(self):
        page = self.ok("help", "--man").out.encode()
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, check=False)
        self.assertEqual(done.stderr.decode(), "")
        self.assertEqual(done.returncode, 0)

    def test_version(self):
        self.assertRegex(self.ok("version").out, r"^contextpack \d+\.\d+\.\d+(-dev)?\n$")
        self.assertEqual(self.ok("--version").out, self.ok("version").out)
        self.assertRegex(self.ok("version", "--json").json()["version"], r"^\d+\.\d+\.\d+(-dev)?$")


class CompletionTest(harness.CliTest):
    def complete(self, *words):
        """What bash offers for the last of the words."""
        script = self.ok("completion", "bash").out
        script += "COMP_WORDS=(" + " ".join(f"'{word}'" for word in ("contextpack", *words)) + ")\n"
        script += f"COMP_CWORD={len(words)}\n_contextpack\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, env=self.env, cwd=self.folder,
                              check=True)
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().split()

    def test_bash_completes_commands(self):
        self.assertEqual(self.complete("bu"), ["build"])
        self.assertIn("pack", self.complete(""))
        self.assertEqual(self.complete("pack", "cr"), ["create"])
        self.assertEqual(self.complete("--json", "pack", "ren"), ["rename"])
        self.assertEqual(self.complete("--user", "someone", "credits", "bal"), ["balance"])

    def test_bash_completes_options_and_values(self):
        self.assertEqual(self.complete("chunk", "--max"), ["--max-tokens"])
        self.assertEqual(self.complete("build", "x", "--type", "st"), ["standard"])
        self.assertEqual(self.complete("build", "--datab"), ["--database"])
        self.assertEqual(self.complete("--color", "al"), ["always"])
        self.assertEqual(self.complete("completion", "z"), ["zsh"])

    def test_bash_completes_files(self):
        self.write("my export.json", "[]")
        self.assertEqual(self.complete("extract", "my"), ["my", "export.json"])

    def test_other_shells_know_every_command(self):
        for shell in ("zsh", "fish"):
            script = self.ok("completion", shell).out
            for word in ("build", "extract", "statement", "max-tokens", "o200k_base"):
                self.assertIn(word, script)
            if shutil.which(shell):
                done = subprocess.run([shell, "-n"], input=script.encode(), capture_output=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_unknown_shell(self):
        self.assertIn("bash|zsh|fish", self.fails(2, "completion", "tcsh").err)


if __name__ == "__main__":
    harness.main()
