"""Errors on the command line: exit code 2, one line with the error and a suggestion."""

import harness


class UsageTest(harness.CliTest):
    def test_unknown_commands_are_corrected(self):
        self.assertIn('did you mean "build"?', self.fails(2, "biuld").err)
        self.assertIn('did you mean "pack list"?', self.fails(2, "pack", "lst").err)
        self.assertIn("create, list, show", self.fails(2, "pack").err)
        self.assertIn('unknown command "xyzzyplugh"', self.fails(2, "xyzzyplugh").err)

    def test_unknown_options_are_corrected(self):
        self.assertIn("did you mean --type?", self.fails(2, "build", "--typ", "all", "x").err)
        self.assertIn("did you mean --database?", self.fails(2, "doctor", "--databse", "x").err)
        self.assertIn("unknown option -z", self.fails(2, "build", "-z", "x").err)

    def test_values(self):
        self.assertIn("needs a whole number", self.fails(2, "chunk", "--max-tokens", "many", "x").err)
        self.assertIn("at least 16", self.fails(2, "chunk", "--max-tokens", "0", "x").err)
        self.assertIn("compact|standard|complete|all", self.fails(2, "build", "--type", "big", "x").err)
        self.assertIn("--output needs DIR", self.fails(2, "build", "x", "--output").err)
        self.assertIn("takes no value", self.fails(2, "build", "x", "--json=yes").err)
        self.assertIn("1 to 1000", self.fails(2, "pack", "list", "--limit", "0").err)

    def test_arguments(self):
        self.assertIn("needs INPUT...", self.fails(2, "build").err)
        self.assertIn("unexpected argument", self.fails(2, "chunk", "a", "b").err)
        self.assertIn("must not be empty", self.fails(2, "extract", "").err)
        self.assertIn("only once", self.fails(2, "extract", "-", "-").err)
        self.assertIn("--email", self.fails(2, "user", "create").err)
        self.assertIn("nothing to change", self.fails(2, "user", "update").err)

    def test_error_is_one_line_with_one_prefix(self):
        err = self.fails(2, "build").err.splitlines()
        self.assertEqual(len(err), 2)
        self.assertEqual(err[0].count("contextpack: "), 1)
        self.assertEqual(err[1], 'Try "contextpack build --help".')

    def test_json_errors(self):
        for arguments in (["--json", "build"], ["build", "--json"], ["biuld", "--json"]):
            error = self.fails(2, *arguments).error()
            self.assertEqual(error["code"], "CPK_ERROR_INVALID_ARGUMENT")
            self.assertEqual(error["domain"], "usage")
            self.assertIs(error["retryable"], False)

    def test_short_options_and_dashes(self):
        self.write("-odd name.txt", "I like tea.\n")
        self.assertEqual(len(self.ok("extract", "-qv", "--", "-odd name.txt").lines()), 1)
        self.assertEqual(self.ok("tokens", "-ecl100k_base", "--", "-odd name.txt").out,
                         self.ok("tokens", "--encoding=cl100k_base", "--", "-odd name.txt").out)


if __name__ == "__main__":
    harness.main()
