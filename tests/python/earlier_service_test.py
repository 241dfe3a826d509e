"""Packs and sources that another service made, on SQLite and, where the environment names one, on PostgreSQL."""
import os
import pathlib
import sqlite3
import subprocess
import uuid

import contextpack
from contextpack import SourceStatus
from support import SAMPLE, PackageTest, unittest

URI = os.environ.get("CONTEXTPACK_TEST_POSTGRES")
#: What other services may have written where no constraint forbids it.
DONE = ("completed", "Completed", "COMPLETED") if URI else ("completed",)
UNFINISHED = ("pending", "processing", "ready_for_analysis", "analyzing", "failed", "extracting", None)
UNFINISHED = UNFINISHED if URI else UNFINISHED[:5]
ANALYSIS = "# About the person\n\nWorks as a nurse in Lyon.\n\nPlans to move to Oslo with two cats.\n"


class EarlierServiceTest(PackageTest):
    def setUp(self):
        super().setUp()
        if URI:
            database = f"earlier_{uuid.uuid4().hex}"
            subprocess.run(["psql", "-X", "-q", URI, "-c", f"CREATE DATABASE {database} TEMPLATE contextpack_template"],
                           check=True)
            self.uri = f"{URI.rpartition('/')[0]}/{database}"
        else:
            self.uri = f"sqlite:{self.folder}/packs.db"
        self.engine = self.open(self.uri, f"file:{self.folder}/blobs", log=False)
        with self.engine.service() as service:
            self.user = service.users.create("me@example.com")
        self.me = self.closing(self.engine.session(self.user))
        if URI:  # that service had no such constraint
            self.sql("ALTER TABLE pack_sources DROP CONSTRAINT pack_sources_status_check")

    def sql(self, statement):
        if URI:
            done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", self.uri, "-c", statement],
                                  check=True, capture_output=True, text=True)
            return done.stdout.strip()
        with sqlite3.connect(self.folder / "packs.db", timeout=10) as database:
            row = database.execute(statement).fetchone()
        database.close()
        return "|".join(map(str, row)) if row else ""

    def blob(self, key, data):
        path = pathlib.Path(f"{self.folder}/blobs/{key.replace('/', '+/')}")  # as the storage names folders
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def key(self, name):
        return f"{self.user.storage_directory}/{name}"

    def old_pack(self, sources=2, tokens=4000):
        """A pack as that service left it, without rows of this library for its sources."""
        pack = self.me.packs.create(f"Old {uuid.uuid4()}")
        for number in range(sources):
            self.old_source(pack, f"{pack.id}-{number}")
        self.sql(f"UPDATE packs_v2 SET total_sources = {sources}, total_tokens = {tokens} WHERE pack_id = '{pack.id}'")
        return pack

    def old_source(self, pack, source_id, status="completed", raw=None, analyzed=None, extracted="'old/text'"):
        def text(value):
            return "NULL" if value is None else f"'{value}'"

        self.sql("INSERT INTO pack_sources (id, pack_id, user_id, source_id, source_name, source_type, status, total_chunks,"
                 " processed_chunks, r2_raw_path, r2_extracted_path, r2_analyzed_path) VALUES "
                 f"('{uuid.uuid4()}', '{pack.id}', '{self.user.id}', '{source_id}', 'conversations.json', 'chat_export',"
                 f" {text(status)}, 5, 5, {text(raw)}, {extracted}, {text(analyzed)})")
        return source_id

    def totals(self, pack):
        found = self.me.packs.get(pack)
        return found.total_sources, found.total_tokens

    # --- running

    def test_unfinished_source_is_run_from_its_file(self):
        pack = self.me.packs.create("Unfinished")
        for number, status in enumerate(UNFINISHED):
            with self.subTest(status=status):
                raw = self.key(f"raw/{number}")
                self.blob(raw, SAMPLE.read_bytes().rstrip() + b" " * number + b"\n")
                source = self.me.sources.run(self.old_source(pack, f"unfinished-{number}", status, raw))
                self.assertEqual(source.status, SourceStatus.COMPLETED)
                self.assertEqual(source.processed_chunks, source.total_chunks)
        self.assertEqual(self.me.exports.create(pack).status, contextpack.ExportStatus.READY)

    def test_unrunnable_source_reports_why_and_is_unchanged(self):
        pack = self.me.packs.create("Unfinished")
        stranger = str(uuid.uuid4())
        self.blob(f"{stranger}/raw", SAMPLE.read_bytes())
        for number, (raw, words) in enumerate([(None, "no stored file of it is on record"), ("", "on record"),
                                               (self.key("raw/gone"), "is not in the storage"),
                                               (f"{stranger}/raw", "not in the user's own folder")]):
            with self.subTest(raw=raw):
                source_id = self.old_source(pack, f"stays-{number}", "analyzing", raw)
                with self.assertRaisesRegex(contextpack.ContextPackError, words):
                    self.me.sources.run(source_id)
                self.assertEqual(self.me.sources.get(source_id).status, SourceStatus.ANALYZING)

    def test_completed_source_is_not_run_again(self):
        pack = self.me.packs.create("Completed")
        for status in DONE:
            raw = self.key(f"raw/{status}")
            self.blob(raw, SAMPLE.read_bytes())
            source_id = self.old_source(pack, f"done-{status}", status, raw)
            self.me.sources.run(source_id)
            self.assertEqual(self.sql(f"SELECT status FROM pack_sources WHERE source_id = '{source_id}'"), status)
        self.assertEqual(self.sql("SELECT count(*) FROM credit_transactions WHERE transaction_type = 'usage'"), "0")

    # --- exporting

    def test_document_includes_findings_of_the_other_service(self):
        for folder in (False, True):
            for type in ("compact", "standard", "complete"):
                with self.subTest(folder=folder, type=type):
                    pack = self.me.packs.create(f"Found {folder} {type}")
                    analyzed = self.key(f"analyzed/{pack.id}")
                    self.blob(f"{analyzed}/0.txt" if folder else analyzed, ANALYSIS.encode())
                    self.old_source(pack, f"found-{pack.id}", DONE[-1], analyzed=analyzed)
                    text = self.me.exports.read_text(self.me.exports.create(pack, type))
                    self.assertIn("nurse in Lyon", text)
                    self.assertIn("two cats", text)

    def test_a_document_without_content_is_refused(self):
        stranger = str(uuid.uuid4())
        self.blob(f"{stranger}/analyzed", ANALYSIS.encode())
        self.blob(self.key("analyzed/empty"), b" \n\n")
        for number, analyzed in enumerate([None, "", self.key("analyzed/gone"), self.key("analyzed/empty"),
                                           f"{stranger}/analyzed"]):
            with self.subTest(analyzed=analyzed):
                pack = self.me.packs.create(f"Refused {number}")
                self.old_source(pack, f"refused-{number}", analyzed=analyzed)
                with self.assertRaisesRegex(contextpack.ContextPackError, "completed by another service"):
                    self.me.exports.create(pack)
                self.assertNotIn(contextpack.ExportStatus.READY, [item.status for item in self.me.exports.all(pack)])

    # --- totals

    def test_totals_include_sources_of_the_other_service(self):
        pack = self.old_pack(sources=2, tokens=4000)
        source = self.me.sources.add(pack, SAMPLE)
        self.assertEqual(self.totals(pack), (3, 4000))
        source = self.me.sources.run(source)
        tokens = int(self.sql("SELECT text_tokens FROM "
                              f"{'contextpack.work' if URI else 'contextpack_work'} "
                              f"WHERE source_id = '{source.id}'"))
        self.assertGreater(tokens, 0)
        self.assertEqual(self.totals(pack), (3, 4000 + tokens))
        self.me.sources.delete(source)
        self.assertEqual(self.totals(pack), (2, 4000))

    def test_totals_come_from_old_rows_where_the_pack_has_none(self):
        pack = self.old_pack(sources=2, tokens=0)
        self.sql("UPDATE pack_sources SET total_input_tokens = 100, total_output_tokens = 20 "
                 f"WHERE pack_id = '{pack.id}'")
        self.sql(f"UPDATE packs_v2 SET total_sources = NULL, total_tokens = NULL WHERE pack_id = '{pack.id}'")
        source = self.me.sources.add(pack, SAMPLE)
        self.assertEqual(self.totals(pack), (3, 240))
        self.me.sources.delete(f"{pack.id}-0")
        self.assertEqual(self.totals(pack), (2, 120))
        self.me.sources.delete(source)
        self.assertEqual(self.totals(pack), (1, 120))


if __name__ == "__main__":
    unittest.main()
