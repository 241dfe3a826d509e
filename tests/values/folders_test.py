#!/usr/bin/env python3
"""Storage folders as live databases have them: shared, nested, odd. Deletion and sweep remove only what is the account's,
whatever `r2_user_directory` and the other columns with paths say; what stays is told.

Usage: folders_test.py CONTEXTPACK sqlite|postgres"""
import json
import os
import pathlib
import subprocess
import sys
import time
import uuid

import contextpack
import service

OLD = time.time() - 30 * 86400
COMMAND = sys.argv[1]


class FoldersTest(service.ServiceTest):
    # --- helpers ---

    def path(self, key):
        """Where the folder storage keeps a blob: see src/storage/filesystem/path.h."""
        def name(part):
            kept = "abcdefghijklmnopqrstuvwxyz0123456789-_."
            text = "".join(c if c in kept and not (i == 0 and c == ".") else "".join(f"%{b:02x}" for b in c.encode())
                           for i, c in enumerate(part))
            return text
        parts = key.split("/")
        return pathlib.Path(self.blobs, *[name(part) + "+" for part in parts[:-1]], name(parts[-1]))

    def put(self, key, text="somebody's"):
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (OLD, OLD))
        return path

    def files(self):
        root = pathlib.Path(self.blobs)
        return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file() and ".tmp" not in file.parts}

    def age(self):
        for file in pathlib.Path(self.blobs).rglob("*"):
            if file.is_file():
                os.utime(file, (OLD, OLD))

    def user(self, name, folder=None):
        user = self.service.users.create(name + "@example.org")
        if folder is not None:
            self.set_folder(user, folder)
        return user

    def set_folder(self, user, folder):
        folder = folder.replace("'", "''")
        self.database.run(f"UPDATE user_profiles SET r2_user_directory = '{folder}' WHERE id = '{user.id}'")

    def build(self, user):
        with self.engine.session(user) as me:
            pack = me.packs.create("Notes")
            me.sources.run(me.sources.add(pack, service.TEXT + user.id.encode()))
            me.exports.create(pack)
            return pack

    def old_source(self, user, number, **paths):
        """A source as the old service left it, in a pack of its own."""
        pack, row = f"pack_{number}", str(uuid.uuid4())
        directory = paths.pop("directory", f"old/{number}")
        names = "".join(", " + name for name in paths)
        values = "".join(f", '{value}'" for value in paths.values())
        self.run_all("INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, r2_pack_directory) VALUES "
                     f"('{uuid.uuid4()}', '{user.id}', '{pack}', 'Old', '{directory}')",
                     "INSERT INTO pack_sources (id, user_id, pack_id, source_id, source_name, source_type, status"
                     f"{names}) VALUES ('{row}', '{user.id}', '{pack}', 'src_{number}', 'old', 'text', 'completed'"
                     f"{values})")

    def run_all(self, *statements):
        answers = self.database.run_each(list(statements))
        self.assertEqual([answer for kind, answer in answers if kind == "error"], [])
        return [answer for _, answer in answers]

    def delete(self, user):
        notes = []
        return self.service.users.delete(user, note=notes.append), notes

    def sweep(self):
        notes = []
        return self.service.maintenance.sweep(note=notes.append), notes

    def folder_checks(self):
        return [check.text for check in self.engine.check()
                if check.subject == "folders" and check.outcome.name == "FAILED"]

    # --- deletion ---

    def test_folder_that_contains_others(self):
        outer = self.user("outer", "user-data")
        inner = [self.user(f"inner{number}") for number in range(2)]
        for user in inner:
            self.set_folder(user, f"user-data/{user.id}")
            self.build(user)
        self.put(f"user-data/{inner[0].id}/avatar.png")
        before = self.files()
        report, notes = self.delete(outer)
        self.assertEqual((report.blobs, self.files()), (0, before))
        self.assertIn("not this account's alone", " ".join(note.text for note in notes))
        # What rows name goes with an account whose folder lies in another's; the other's stays.
        report, notes = self.delete(inner[0])
        self.assertGreater(report.blobs, 4)
        left = self.files()
        self.assertEqual({file for file in before if inner[1].id in file}, {file for file in left if inner[1].id in file})
        self.assertFalse([file for file in left if inner[0].id in file and "avatar" not in file])

    def test_folder_shared_by_two_profiles(self):
        for folder in ("shared", "shared/"):
            with self.subTest(folder=folder):
                ann, bob = self.user("ann" + folder.replace("/", "s"), folder), self.user("bob" + folder.replace("/", "s"), folder)
                self.build(ann)
                mine = self.files()
                self.build(bob)
                his = self.files() - mine
                stray = self.put("shared/logo.png")
                report, notes = self.delete(ann)
                self.assertGreater(report.blobs, 4)
                self.assertTrue(his <= self.files(), his - self.files())
                self.assertTrue(stray.exists())
                self.assertIn(bob.id, " ".join(note.text for note in notes))
                self.assertFalse(self.files() & mine)
                self.delete(bob)
                stray.unlink()

    def test_reserved_folders_are_rejected(self):
        ann = self.user("ann")
        keys = ["archive/webhook_logs/2020-01/00.jsonl.gz", "archive/webhook_logs/2020-01/00.json",
                "contextpack-check/other", "archive/pack/source/raw"]
        for key in keys:
            self.put(key)
        self.put(f"users/{ann.id}/kept.txt")
        for number, folder in enumerate(["archive", "archive/webhook_logs", "archive/", "contextpack-check", "", "/", "..",
                                         "users/../archive", "users", "users/", "/users"]):
            with self.subTest(folder=folder):
                user = self.user(f"user{number}", folder)
                self.assertTrue(any(user.id in text for text in self.folder_checks()), self.folder_checks())
                self.old_source(user, number, r2_raw_path=keys[0], r2_extracted_path="archive/", r2_analyzed_path="archive")
                before = self.files()
                self.sweep()
                self.delete(user)
                self.assertEqual(self.files(), before)
                self.set_folder(user, f"users/{user.id}")

    def test_blobs_with_rows_of_others_are_kept(self):
        """Each of the columns, as a key and as a folder, with a slash at its end and without."""
        ann, bob = self.user("ann"), self.user("bob")
        folder = f"users/{ann.id}"
        spellings = [("r2_raw_path", "x/raw.bin", "x/raw.bin"), ("r2_extracted_path", "ex", "ex/text/1.txt"),
                     ("r2_chunked_path", "ch/", "ch/0.txt"), ("r2_analyzed_path", "an/lyzed", "an/lyzed/0/0.json")]
        kept = []
        for number, (column, path, blob) in enumerate(spellings):
            kept.append(self.put(f"{folder}/{blob}"))
            self.old_source(bob, number, **{column: f"{folder}/{path}"})
        gone = self.put(f"{folder}/chx/0.txt")
        kept.append(self.put(f"{folder}/exp.pdf"))
        self.database.run("INSERT INTO pack_exports (id, user_id, pack_id, export_type, r2_path, status) VALUES "
                          f"('{uuid.uuid4()}', '{bob.id}', 'pack_0', 'standard', '{folder}/exp.pdf', 'ready')")
        kept.append(self.put(f"{folder}/jobs/old/file"))
        self.database.run("INSERT INTO jobs (id, user_id, job_id, file_name, file_size, r2_path) VALUES "
                          f"('{uuid.uuid4()}', '{bob.id}', 'job_b', 'f', 1, '{folder}/jobs/old')")
        kept.append(self.put(f"{folder}/v1/ultimate.txt"))
        self.database.run("INSERT INTO packs_legacy (id, user_id, job_id, pack_name, r2_pack_path) VALUES "
                          f"('{uuid.uuid4()}', '{bob.id}', 'job_b', 'V1', '{folder}/v1/ultimate.txt')")
        kept.append(self.put(f"{folder}/packed/anything"))
        self.old_source(bob, 77, directory=f"/{folder}/packed/")
        report, notes = self.delete(ann)
        self.assertEqual([path for path in kept if not path.exists()], [])
        self.assertFalse(gone.exists())
        self.assertEqual((report.blobs, report.kept_blobs), (1, len(kept)))
        self.assertIn(bob.id, " ".join(note.text for note in notes))
        again, told = self.delete(ann)
        self.assertEqual((again, told), (report, notes))
        # The rows of the other account go: so do they, with that account's folder or its rows.
        self.delete(bob)

    def test_blobs_of_the_account_in_other_folders(self):
        ann, bob = self.user("ann"), self.user("bob")
        mine = self.put(f"user-data/{ann.id}/raw/1")
        also = self.put(f"user-data/{ann.id}/chunks/9.txt")
        theirs = self.put(f"users/{bob.id}/photo.png")
        nobody = self.put("other/thing")
        self.old_source(ann, 1, r2_raw_path=f"user-data/{ann.id}/raw/1", r2_chunked_path=f"user-data/{ann.id}/chunks/",
                        r2_extracted_path=f"users/{bob.id}", r2_analyzed_path="other")
        report, _ = self.delete(ann)
        self.assertFalse(mine.exists() or also.exists())
        self.assertTrue(theirs.exists() and nobody.exists())
        self.assertEqual((report.blobs, report.kept_blobs), (2, 2))

    def test_profile_created_during_the_deletion(self):
        ann = self.user("ann")
        folder = f"users/{ann.id}"
        blob = self.put(f"{folder}/gone/source/raw")
        bob = self.user("bob")

        def give_folder(_):
            self.set_folder(bob, f"{folder}/gone")

        report = self.service.maintenance.sweep(orphan=give_folder)
        self.assertEqual((report.orphans, report.removed), (1, 0))
        self.assertTrue(blob.exists())

    def test_deleting_a_pack_keeps_blobs_of_others(self):
        ann = self.user("ann")
        keeps, goes = self.build(ann), self.build(ann)
        kept = {file for file in self.files() if keeps.id in file}
        self.database.run(f"UPDATE packs_v2 SET r2_pack_directory = 'users/{ann.id}' WHERE pack_id = '{goes.id}'")
        with self.engine.session(ann) as me:
            me.packs.delete(goes)
        self.assertTrue(kept and kept <= self.files(), kept - self.files())

    # --- sweep ---

    def test_sweep_keeps_blobs_with_rows_and_unknown_blobs(self):
        ann, bob = self.user("ann"), self.user("bob")
        folder = f"users/{ann.id}"
        self.build(ann)
        named = [self.put(f"{folder}/raw/abc"), self.put(f"{folder}/chunks/0/1.txt"), self.put(f"{folder}/p/s/raw"),
                 self.put(f"{folder}/q/s/text.md")]
        self.old_source(ann, 1, r2_raw_path=f"{folder}/raw/abc", r2_chunked_path=f"{folder}/chunks",
                        r2_analyzed_path=f"{folder}/p/s/")
        self.old_source(bob, 2, r2_extracted_path=f"{folder}/q/s/text.md")
        unknown = [self.put(f"{folder}/avatar.png"), self.put(f"{folder}/pack/source/notes.txt")]
        orphans = [self.put(f"{folder}/gone/source/raw"), self.put(f"{folder}/gone/source/analyzed/000000.json"),
                   self.put(f"{folder}/gone/exports/x/standard.json"), self.put(f"{folder}/jobs/gone/pack.md")]
        self.age()
        before = self.files()
        report, notes = self.sweep()
        self.assertEqual([path for path in named + unknown if not path.exists()], [])
        self.assertEqual([path for path in orphans if path.exists()], [])
        self.assertEqual((report.removed, report.unknown_blobs), (len(orphans), len(unknown)))
        self.assertEqual(len(before) - len(self.files()), len(orphans))
        self.assertEqual(sorted(note.where for note in notes), sorted([f"{folder}/avatar.png", f"{folder}/pack/source/notes.txt"]))

    def test_sweep_skips_shared_folders(self):
        outer, inner = self.user("outer", "data"), self.user("inner")
        self.set_folder(inner, "data/inner")
        twins = [self.user("one", "twin"), self.user("two", "twin/")]
        kept = [self.put("data/x/y/raw"), self.put("twin/x/y/raw")]
        goes = self.put("data/inner/x/y/raw")
        report, notes = self.sweep()
        self.assertTrue(all(path.exists() for path in kept))
        self.assertFalse(goes.exists())
        self.assertEqual(report.skipped_users, 3)
        told = " ".join(note.text for note in notes)
        for user in [outer] + twins:
            self.assertIn(user.id, told)
        self.assertFalse([check for check in self.engine.check() if check.subject == "blobs" and check.outcome.name == "PASSED"])
        checks = " ".join(self.folder_checks())
        self.assertIn(inner.id, checks)
        self.assertIn(twins[1].id, checks)

    # --- building ---

    def test_unusual_folders_are_usable_or_rejected_before_storing(self):
        for number, (folder, usable) in enumerate([("odd/", True), ("odder///", True), ("a b/ü", True), ("back\\slash", True),
                                                   ("", False), ("/odd", False), ("odd//x", False), ("odd/../x", False),
                                                   ("archive", False), ("archive/x", False), ("users", False),
                                                   (".", False), ("x" * 600, False)]):
            with self.subTest(folder=folder):
                user = self.user(f"odd{number}", folder)
                rows = lambda: self.run_all(*[f"SELECT count(*) FROM {table} WHERE user_id = '{user.id}'"
                                              for table in ("packs_v2", "pack_sources", "jobs")])
                before, none = self.files(), rows()
                if usable:
                    self.build(user)
                    with self.engine.session(user) as me:
                        me.jobs.run(me.jobs.create(service.TEXT))
                    self.assertGreater(len(self.files()), len(before))
                    self.assertEqual(self.folder_checks(), [])
                    self.delete(user)
                    self.assertEqual(self.files(), before)
                    continue
                with self.assertRaises(contextpack.ContextPackError) as raised:
                    self.build(user)
                self.assertIn(user.id, str(raised.exception))
                with self.assertRaises(contextpack.ContextPackError), self.engine.session(user) as me:
                    me.jobs.create(service.TEXT)
                self.assertEqual((self.files(), rows()), (before, none))
                self.set_folder(user, f"users/{user.id}")

    def test_command_reports_it(self):
        outer, inner = self.user("outer", "data"), self.user("inner", "data/inner")
        run = lambda *words: subprocess.run([COMMAND, *words, "--storage", "file:" + self.blobs], capture_output=True, text=True, check=False)
        self.assertNotEqual(run("doctor").returncode, 0)
        self.assertIn("is inside that of user " + outer.id, run("doctor").stdout)
        answer = json.loads(run("user", "delete", outer.id, "--yes", "--json").stdout)
        self.assertEqual([note["where"] for note in answer["kept"]], ["data"])
        self.assertIn(inner.id, answer["kept"][0]["text"])


if __name__ == "__main__":
    service.main()
