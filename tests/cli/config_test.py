"""Where data is kept and how work is done: option, then environment, then file, then default."""

import os
import stat
import unittest

import harness


class ConfigTest(harness.CliTest):
    def place(self, *arguments, env=None):
        self.ok("migrate", *arguments, env=env)
        return self.ok("doctor", "--json", *arguments, env=env).json()["database"]

    def test_defaults_follow_xdg(self):
        self.ok("migrate")
        folder = self.folder / "data/contextpack"
        self.assertTrue((folder / "contextpack.db").exists())
        self.assertTrue((folder / "blobs").is_dir())
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)

    def test_without_xdg_the_home_folder(self):
        del self.env["XDG_DATA_HOME"]
        self.ok("migrate")
        self.assertTrue((self.folder / "home/.local/share/contextpack/contextpack.db").exists())
        self.ok("pack", "list", env={"XDG_DATA_HOME": "relative/is/ignored"})
        self.assertFalse((self.folder / "relative").exists())

    def test_precedence(self):
        names = {name: f"sqlite:{self.folder}/{name}.db" for name in ("file", "environment", "option")}
        self.assertEqual(self.place()["origin"], "default")
        self.write("config/contextpack/config", f"# where rows are\n  database = {names['file']}  \n\n")
        self.assertEqual(self.place()["value"], names["file"])
        env = {"CONTEXTPACK_DATABASE": names["environment"]}
        self.assertEqual(self.place(env=env)["value"], names["environment"])
        self.assertEqual(self.place("--database", names["option"], env=env)["value"], names["option"])

    def test_other_configuration_file(self):
        self.write("other", f"database = sqlite:{self.folder}/other.db\nchunk.max_tokens=4000\n")
        self.assertIn("other.db", self.place("--config", "other")["value"])
        self.assertIn("other.db", self.place(env={"CONTEXTPACK_CONFIG": str(self.folder / "other")})["value"])
        self.fails(5, "doctor", "--config", "missing")

    def test_settings(self):
        def value(*arguments):
            items = self.ok("settings", "--json", *arguments).json()["items"]
            return next((item["value"], item["origin"]) for item in items if item["name"] == "chunk.max_tokens")

        self.assertEqual(value(), (100000, "default"))
        path = self.write("config/contextpack/config", "chunk.max_tokens = 5000\n")
        self.assertEqual(value(), (5000, str(path)))
        self.assertEqual(value("--set", "chunk.max_tokens=6000", "--set", "chunk.max_tokens=7000"),
                         (7000, "command line"))
        table = self.ok("settings").out
        self.assertIn("chunk.max_tokens", table)
        self.assertIn("10000000", table)

    def test_text_settings(self):
        def item(name, *arguments, env=None):
            items = self.ok("settings", "--json", *arguments, env=env).json()["items"]
            return next((item["value"], item["origin"], item.get("is_set")) for item in items if item["name"] == name)

        self.assertEqual(item("auth.issuer"), (None, "default", False))
        path = self.write("config/contextpack/config",
                          "auth.issuer = https://file.example = yes\nauth.jwt_secret = hunter2\n")
        self.assertEqual(item("auth.issuer"), ("https://file.example = yes", str(path), True))
        env = {"CONTEXTPACK_AUTH_ISSUER": "https://environment.example", "CONTEXTPACK_AUTH_JWT_SECRET": "hunter3"}
        self.assertEqual(item("auth.issuer", env=env), ("https://environment.example", "environment", True))
        self.assertEqual(item("auth.issuer", "--set", "auth.issuer=x", env=env), ("x", "command line", True))
        self.assertEqual(item("auth.jwt_secret"), (None, str(path), True))
        self.assertEqual(item("auth.jwt_secret", env=env), (None, "environment", True))
        table = self.ok("settings", "--verbose", env=env)
        self.assertNotIn("hunter", table.out + table.err)
        self.assertIn("(set)", table.out)
        self.assertIn("CONTEXTPACK_AUTH_JWT_SECRET", self.fails(2, "settings", "--set", "auth.jwt_secret=hunter2").err)

    def test_settings_by_environment(self):
        env = {"CONTEXTPACK_CHUNK_MAX_TOKENS": "6000"}
        items = self.ok("settings", "--json", env=env).json()["items"]
        self.assertIn(("chunk.max_tokens", 6000, "environment"),
                      [(item["name"], item["value"], item["origin"]) for item in items])
        self.assertIn("whole number", self.fails(2, "settings", env={"CONTEXTPACK_CHUNK_MAX_TOKENS": "many"}).err)

    def test_mistakes(self):
        self.assertIn("did you mean", self.fails(2, "settings", "--set", "chunk.max_token=5").err)
        self.assertIn("whole number", self.fails(2, "settings", "--set", "chunk.max_tokens=many").err)
        self.assertIn("NAME=VALUE", self.fails(2, "settings", "--set", "chunk.max_tokens").err)
        self.assertIn("chunk.max_tokens", self.fails(2, "settings", "--set", "chunk.max_tokens=1").err)
        self.write("config/contextpack/config", "\n# fine\ndatabas = sqlite:x\n")
        err = self.fails(2, "settings").err
        self.assertIn("config:3: ", err)
        self.assertIn('did you mean "database"', err)

    def test_unknown_database_scheme_is_rejected(self):
        self.assertIn("sqlite:PATH", self.fails(8, "pack", "list", "--database", "mysql://host/db").err)

    @unittest.skipIf(os.getuid() == 0, "root writes everywhere")
    def test_data_folder_cannot_be_created(self):
        (self.folder / "closed").mkdir(mode=0o500)
        self.fails(6, "pack", "list", env={"XDG_DATA_HOME": str(self.folder / "closed")})


if __name__ == "__main__":
    harness.main()
