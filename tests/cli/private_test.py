"""Written files are accessible to their owner only, with any umask, unless --mode is given; files that others can read or
write are reported.
"""

import os
import stat
import subprocess
import tempfile
import threading
import unittest

import harness


def rights(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


class PrivateTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.umask, os.umask(0o022))
        self.note = self.write("in/note.txt", "I live in Lisbon and I work as a baker.\n")

    def check_private(self, *roots):
        seen = 0
        for root in roots:
            for path in [self.folder / root, *(self.folder / root).rglob("*")]:
                self.assertEqual(oct(rights(path)), oct(0o700 if path.is_dir() else 0o600), path)
                seen += 1
        return seen

    def test_files_are_private_with_any_umask(self):
        for mask in (0, 0o022, 0o027, 0o077, 0o377, 0o777):
            os.umask(mask)
            self.ok("build", self.note, "-q", "-o", f"new{mask}/deep/out", "-t", "all", "--name", "Me",
                    "--database", f"sqlite:db{mask}/x.db" if mask & 0o700 == 0 else f"sqlite:db0/{mask}.db",
                    "--storage", f"file:st{mask}/deep/blobs")
            os.umask(0o022)
            self.assertGreater(self.check_private(f"new{mask}", "db0", f"st{mask}"), 15)

    def test_everything_of_a_working_home(self):
        os.umask(0)
        self.ok("build", self.note, "-q", "-o", "out", "--name", "Me")
        self.ok("job", "create", self.note, "--run", "-q")
        self.ok("maintenance", "archive", "-q")
        self.assertGreater(self.check_private("out", "data"), 10)

    def files(self):
        """A command for each that writes a file."""
        (source,) = self.ok("source", "list", "Me", "--json").json()["items"]
        (export,) = self.ok("export", "list", "Me", "--json").json()["items"]
        job = self.ok("job", "create", self.note, "--run", "--json").json()["id"]
        return (["source", "read", source["id"]], ["export", "read", export["id"]], ["job", "read", job], ["report", "usage"],
                ["report", "revenue"], ["credits", "statement", "--format", "csv"])

    def test_every_command_that_writes_a_file(self):
        os.umask(0)
        self.ok("build", self.note, "-q", "-o", "out", "--name", "Me")
        for command in self.files():
            self.ok(*command, "-o", "file")
            self.assertEqual(oct(rights(self.folder / "file")), oct(0o600), command)
            os.umask(0o077)
            self.ok(*command, "-o", "file", "--mode", "0664")
            self.assertEqual(oct(rights(self.folder / "file")), oct(0o664), command)
            os.umask(0)
            os.chmod(self.folder / "file", 0o666)  # a file that is replaced is as private as a new one
            self.ok(*command, "-o", "file")
            self.assertEqual(oct(rights(self.folder / "file")), oct(0o600), command)
            self.assertEqual([path.name for path in self.folder.glob(".*")], [])

    def test_mode(self):
        os.umask(0o077)
        self.ok("build", self.note, "-q", "-o", "a/b", "--name", "Me", "--mode", "644")
        for path in ("a", "a/b"):
            self.assertEqual(oct(rights(self.folder / path)), oct(0o755))
        for path in ("a/b/standard.md", "a/b/standard.json"):
            self.assertEqual(oct(rights(self.folder / path)), oct(0o644))
        for bad in ("", "6", "64", "rw", "0o644", "4755", "1777", "888", "-644", "066", "6440"):
            self.assertIn("--mode", self.fails(2, "build", self.note, "--mode", bad).err)

    def test_links_are_replaced_and_not_followed(self):
        self.ok("build", self.note, "-q", "-o", "out", "--name", "Me")
        victim = self.write("victim", "mine")
        (self.folder / "out/standard.md").unlink()
        (self.folder / "out/standard.md").symlink_to(victim)
        (self.folder / "out/.standard.json.part").symlink_to(victim)
        self.ok("build", self.note, "-q", "-o", "out", "--name", "Me")
        (self.folder / "link").symlink_to(victim)
        self.ok("report", "usage", "-o", "link")
        for path in ("out/standard.md", "out/standard.json", "link"):
            self.assertTrue(stat.S_ISREG(os.lstat(self.folder / path).st_mode), path)
            self.assertEqual(oct(rights(self.folder / path)), oct(0o600))
        self.assertEqual(victim.read_text(), "mine")

    def test_devices_and_pipes_are_written_to(self):
        self.ok("build", self.note, "-q", "-o", "out", "--name", "Me")
        os.mkfifo(self.folder / "fifo")
        got = []
        reader = threading.Thread(target=lambda: got.append((self.folder / "fifo").read_bytes().decode()))
        reader.start()
        self.ok("report", "usage", "-o", "fifo")
        reader.join()
        self.assertIn("day", got[0])
        self.assertTrue(stat.S_ISFIFO(os.lstat(self.folder / "fifo").st_mode))
        self.ok("report", "usage", "-o", "/dev/null")
        self.assertTrue(stat.S_ISCHR(os.lstat("/dev/null").st_mode))
        self.assertEqual(self.ok("report", "usage", "-o", "/dev/stdout").out, got[0])
        with open(self.folder / "log", "w") as log:
            log.write("before\n")
            log.flush()
            subprocess.run([harness.PROGRAM, "report", "usage", "-o", "/dev/stdout"], env=self.env, cwd=self.folder, stdout=log,
                           check=True)
        self.assertEqual((self.folder / "log").read_bytes().decode(), "before\n" + got[0])

    @unittest.skipUnless(os.access("/dev/shm", os.W_OK | os.X_OK), "no folder for files below /dev")
    def test_folder_below_dev_holds_files(self):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            self.ok("build", self.note, "-q", "-o", f"{folder}/out", "--name", "Me")
            self.assertEqual(sorted(os.listdir(f"{folder}/out")), ["standard.json", "standard.md"])
            self.ok("report", "usage", "-o", f"{folder}/usage.csv")
            self.assertEqual(stat.S_IMODE(os.stat(f"{folder}/usage.csv").st_mode), 0o600)

    @unittest.skipIf(harness.IS_POSTGRES, "about folders of SQLite")
    def test_world_writable_folder_is_reported_once(self):
        self.ok("build", self.note, "-q", "-o", "out", "--name", "Me")
        self.assertEqual(self.ok("pack", "list").err, "")
        data = self.folder / "data/contextpack"
        for folder, mode in ((data, 0o777), (data, 0o1777), (data / "blobs", 0o702)):
            os.chmod(folder, mode)
            for command in (["pack", "list"], ["build", self.note, "-o", "out", "--name", "Me"]):
                err = self.ok(*command).err
                self.assertEqual(err.count("every user of this machine may write"), 1, err)
                self.assertIn(f"{folder} (mode {mode:04o})", err)
            self.assertEqual(self.ok("pack", "list", "-q").err, "")
            os.chmod(folder, 0o700)
        os.chmod(self.folder / "in", 0o777)
        err = self.ok("build", self.note, "-o", "out", "--database", "sqlite:in/x.db", "--storage", "file:in", "--name", "Me").err
        self.assertEqual(err.count("every user of this machine may write"), 1, err)

    def test_readable_configuration_with_a_secret_is_reported(self):
        path = self.folder / "config/contextpack/config"
        secrets = ("stripe.secret_key = sk_test_hunter2", "stripe.webhook_secrets = whsec_hunter2",
                   "auth.jwt_secret = hunter2 hunter2 hunter2 hunter2 hunter2",
                   "database = postgresql://me:hunter2@127.0.0.1:1/x", "database = postgresql://127.0.0.1:1/x?password=hunter2")
        for line in secrets:
            self.write("config/contextpack/config", f"# mine\n{line}\n")
            for mode in (0o644, 0o640, 0o604, 0o666):
                os.chmod(path, mode)
                err = self.ok("settings").err
                self.assertEqual(err.count("holds a secret"), 1, (line, err))
                self.assertIn(f"{path} holds a secret ({line.split(' ')[0]})", err)
                self.assertIn(f"mode {mode:04o}", err)
                self.assertNotIn("hunter2", err)
            os.chmod(path, 0o600)
            self.assertEqual(self.ok("settings").err, "")
        self.write("config/contextpack/config", "chunk.max_tokens = 5000\ndatabase = postgresql://me@127.0.0.1/x\n")
        os.chmod(path, 0o644)
        self.assertEqual(self.ok("settings").err, "")

    def test_password_on_the_command_line_is_rejected(self):
        """Other users can read command lines; every command rejects the password first, and does not print it."""
        refused = ("postgresql://me:hunter2@127.0.0.1:1/x", "postgres://me:hunt%65r2hunter2@h/x", "POSTGRESQL://:hunter2@h/x",
                   "postgresql://me:hunter2/a@h/x", "postgresql://me:12p?hunter2@h/x",
                   "postgresql://127.0.0.1:1/x?password=hunter2", "postgresql:///x?sslmode=disable&password=hunter2",
                   "postgresql:///x?pass%77ord=hunter2", "postgresql:///x?PASSWORD=hunter2", "postgresql:///x?sslpassword=hunter2",
                   "host=127.0.0.1 password=hunter2 dbname=x", "password = 'hunter2' host=h", "mysql://me:hunter2@h/x")
        for uri in refused:
            for arguments in (("--database", uri), (f"--database={uri}",)):
                err = self.fails(2, "pack", "list", *arguments).err
                self.assertIn("CONTEXTPACK_DATABASE", err, uri)
                self.assertIn("PGPASSWORD", err)
                self.assertIn("configuration file", err)
                self.assertNotIn("hunter2", err)
        for command in ("build x", "migrate", "doctor", "user list", "report usage", "settings", "webhook stripe --signature x"):
            err = self.fails(2, *command.split(), "--database", refused[0]).err
            self.assertIn("CONTEXTPACK_DATABASE", err, command)
            self.assertNotIn("hunter2", err)

    def test_uri_without_password_is_accepted(self):
        taken = ("postgresql://me@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x", "postgresql://127.0.0.1:1/a@b",
                 "postgresql://me:@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x?application_name=a:b@c",
                 "postgresql://127.0.0.1:1/x?password=", "postgresql://127.0.0.1:1/x?passfile=/none&connect_timeout=1")
        for uri in taken:
            result = self.run_cli("settings", "--database", uri)
            self.assertEqual(result.code, 0, (uri, result.err))
        os.mkdir(self.folder / "password=me:you@here")
        self.ok("migrate", "--database", "sqlite:password=me:you@here/x.db")
        env = {"CONTEXTPACK_DATABASE": "postgresql://me:hunter2@127.0.0.1:1/x"}
        self.assertNotIn("hunter2", self.ok("settings", env=env).err)


if __name__ == "__main__":
    harness.main()
