"""PDF documents: every outcome has its own words, limits are named, and nothing hurts the next document."""
import os
import pathlib
import random
import sys
import zipfile

import harness

sys.path.insert(0, str(harness.PROJECT / "tests" / "support"))
import pdf_maker  # noqa: E402

PDFIUM = os.environ.get("CONTEXTPACK_PDFIUM") or str(harness.PROJECT / "build" / "pdfium" / "libpdfium.so")
MUTANTS = int(os.environ.get("CONTEXTPACK_PDF_MUTANTS", "24"))


class PdfCase(harness.CliTest):
    def setUp(self):
        super().setUp()
        if not pathlib.Path(PDFIUM).exists():
            self.skipTest("PDFium is not installed: scripts/install-pdfium build/pdfium")


class SourceTest(PdfCase):
    """The outcome of a document is kept with its source: on PostgreSQL too."""

    def outcome(self, name, data):
        added = self.ok("source", "add", "Documents", self.write(name, data), "--json").json()
        self.run_cli("source", "run", added["id"], "--set", f"pdf.library={PDFIUM}")
        return self.ok("source", "show", added["id"], "--json").json()

    def unlock(self, identifier):
        """A failed source is run again, with its password, which is kept nowhere."""
        self.run_cli("source", "run", identifier, "--set", f"pdf.library={PDFIUM}", "--password-file", self.write("wrong", "x\n"))
        source = self.ok("source", "show", identifier, "--json").json()
        self.assertEqual(source["error_message"], "locked.pdf is encrypted, and the password that was given does not open it")
        self.ok("source", "run", identifier, "--set", f"pdf.library={PDFIUM}", "--password-file", self.write("right", "secret\r\n"))
        source = self.ok("source", "show", identifier, "--json").json()
        self.assertEqual((source["status"], source["error_message"]), ("completed", None))

    def test_outcomes_are_kept(self):
        self.ok("pack", "create", "Documents")
        source = self.outcome("cv.pdf", pdf_maker.cv().bytes())
        self.assertEqual((source["status"], source["type"], source["format"], source["error_message"]),
                         ("completed", "document", "pdf", None))
        source = self.outcome("locked.pdf", pdf_maker.cv().bytes(password="secret"))
        self.assertEqual(source["status"], "failed")
        self.assertEqual(source["error_message"], "locked.pdf is encrypted: give its password with the call (--password-file of "
                         "the command), or set pdf.password")
        self.unlock(source["id"])
        source = self.outcome("scan.pdf", pdf_maker.image_only())
        self.assertEqual(source["status"], "failed")
        self.assertRegex(source["error_message"], "has no text layer")
        source = self.outcome("broken.pdf", b"%PDF-1.4 nothing")
        self.assertEqual(source["status"], "failed")
        self.assertRegex(source["error_message"], "too damaged to be read")
        part = pdf_maker.with_image_page().replace(b"sourdough", b"croissant")
        source = self.outcome("part.pdf", part)
        self.assertEqual((source["status"], source["is_partial"]), ("completed", True))
        self.assertEqual(source["losses"]["unread_pages"], 1)
        self.assertEqual(source["loss_summary"], "pages unread in 1 place")


class PdfTest(PdfCase):
    def extract(self, data, *options, password=None):
        path = self.write("document.pdf", data)
        return self.run_cli("extract", "--set", f"pdf.library={PDFIUM}", *options, path,
                            env={"CONTEXTPACK_PDF_PASSWORD": password} if password else None)

    def texts(self, result):
        return "\n\n".join(line["text"] for line in result.lines())

    def assert_fails(self, data, words, *options, password=None):
        result = self.extract(data, *options, password=password)
        self.assertNotEqual(result.code, 0, result.out)
        self.assertRegex(result.err, words)
        self.assertEqual(self.extract(pdf_maker.cv().bytes()).code, 0)

    def test_a_document_is_read(self):
        result = self.extract(pdf_maker.cv().bytes())
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(self.texts(result).strip(), """# Jane Doe

## Experience

I have worked as a baker in Ghent since 2019, where I bake bread and cakes every day of the week, and where I teach apprentices.

## Skills

- sourdough
- French pastry

<!-- p2 -->

## Education

Bakery school of Bruges, 2016 to 2019.

## Comments in the document

- page 1, Ann: Ask about the oven""")
        for line in result.lines():
            self.assertEqual((line["provider"], line["kind"], line["conversation_title"]),
                             ("pdf", "document", "Jane Doe - Curriculum Vitae"))

    def test_encrypted(self):
        data = pdf_maker.cv().bytes(password="open sesame")
        self.assert_fails(data, "is encrypted: give its password .*--password-file")
        self.assert_fails(data, "the password that was given does not open it", password="wrong")
        result = self.extract(data, password="open sesame")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("sourdough", self.texts(result))
        secret = self.write("secret", "open sesame\nsecond line")
        result = self.extract(data, "--password-file", secret, password="wrong")  # the call's goes first
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("sourdough", self.texts(result))

    def test_password_files(self):
        data = pdf_maker.cv().bytes(password="x" * 32)
        self.assertEqual(self.extract(data, "--password-file", self.write("long", "x" * 32)).code, 0)
        self.assert_fails(data, "can't read the password file: No such file", "--password-file", self.folder / "none")
        self.assert_fails(data, "the first line of the password file is empty", "--password-file", self.write("empty", "\nx"))
        self.assert_fails(data, "the password is longer than 1024 bytes", "--password-file", self.write("longer", "x" * 1025))
        self.assert_fails(data, "pdf.password .*command line", "--set", "pdf.password=" + "x" * 32)

    def test_a_password_opens_every_document_of_a_build_and_is_kept_nowhere(self):
        locked = self.folder / "documents"
        locked.mkdir()
        (locked / "locked.pdf").write_bytes(pdf_maker.cv().bytes(password="open sesame"))
        with zipfile.ZipFile(locked / "more.zip", "w") as archive:
            archive.writestr("inside.pdf", pdf_maker.cv().bytes(password="open sesame").replace(b"Jane", b"John"))
        result = self.run_cli("build", "--set", f"pdf.library={PDFIUM}", "--password-file", self.write("secret", "open sesame"),
                              locked, "-o", self.folder / "out")
        self.assertEqual(result.code, 0, result.err)
        self.assertRegex(result.out, "2 sources")
        holders = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "secret"
                   and b"open sesame" in path.read_bytes()]
        self.assertEqual(holders, [])

    def test_without_a_text_layer(self):
        self.assert_fails(pdf_maker.image_only(), "has no text layer.*OCR")
        result = self.extract(pdf_maker.with_image_page())
        self.assertIn("sourdough", self.texts(result))
        self.assertRegex(result.err, "pages without a text layer, which need OCR: 3")

    def test_damaged(self):
        data = pdf_maker.cv().bytes()
        result = self.extract(data[:data.rindex(b"xref\n0")])
        self.assertIn("sourdough", self.texts(result))
        self.assertRegex(result.err, "the end of the file is missing")
        broken = data.replace(b"/Root 1 0 R", b"/Rood 1 0 R")
        result = self.extract(broken)
        self.assertIn("sourdough", self.texts(result))
        self.assertRegex(result.err, "the end of the file is missing or damaged")
        broken = pdf_maker.cv().bytes(password="").replace(b"/Root 1 0 R", b"/Rood 1 0 R")
        self.assert_fails(broken, "is not a PDF document, or too damaged")
        self.assert_fails(b"%PDF-1.4\nnothing of a document", "is not a PDF document, or too damaged")
        self.assert_fails(b"Plain words with a wrong name", "is not a PDF document")

    def test_a_lost_header_is_replaced(self):
        data = pdf_maker.cv().bytes()
        result = self.extract(data[data.index(b"1 0 obj"):])
        self.assertIn("sourdough", self.texts(result))

    def test_running_lines_are_kept_when_asked_for(self):
        data = pdf_maker.cv().bytes()
        self.assertNotIn("of 2", self.texts(self.extract(data)))
        self.assertRegex(self.texts(self.extract(data, "--set", "pdf.running_lines=1")), "(?s)Page 1 of 2.*Page 2 of 2")

    def test_fonts_without_characters_need_ocr(self):
        self.assert_fails(pdf_maker.unmapped(), "has no text that can be read: its fonts .*OCR")

    def test_ligatures_from_right_to_left_keep_the_order_of_their_letters(self):
        """Drawn from left to right: meem, the ligature of lam and alef, seen, lam, alef."""
        for ligature in ("\u0644\u0627", "\ufefb"):
            with self.subTest(ligature=ligature):
                data = pdf_maker.mapped({1: "\u0645", 2: ligature, 3: "\u0633", 4: "\u0644", 5: "\u0627"}, [1, 2, 3, 4, 5])
                self.assertIn("\u0627\u0644\u0633\u0644\u0627\u0645", self.texts(self.extract(data)))

    def test_latin_words_stand_apart_from_words_written_from_right_to_left(self):
        data = pdf_maker.mapped({1: "\u05d1", 2: "\u05d2", 3: "P", 4: "y"}, [3, 4, 2, 1])
        self.assertRegex(self.texts(self.extract(data)), "\u05d1\u05d2 Py|Py \u05d1\u05d2")

    def test_limits_are_named(self):
        data = pdf_maker.cv().bytes()
        self.assert_fails(data, r"pdf.max_file_bytes \(1024\)", "--set", "pdf.max_file_bytes=1024")
        self.assert_fails(data, r"pdf.max_pages \(1\)", "--set", "pdf.max_pages=1")
        many = pdf_maker.Pdf()
        many.text_page([(50, 20 + 10 * i, 9, "words " * 20) for i in range(70)])
        self.assert_fails(many.bytes(), r"pdf.max_text_bytes \(1024\)", "--set", "pdf.max_text_bytes=1024")

    def test_what_is_missing_is_named(self):
        path = self.write("document.pdf", pdf_maker.cv().bytes())
        result = self.run_cli("extract", "--set", "pdf.library=/missing/libpdfium.so", path)
        self.assertNotEqual(result.code, 0)
        self.assertRegex(result.err, "document.pdf can't be read: PDFium .* is not installed. Run scripts/install-pdfium")

    def test_hostile_documents_end(self):
        """Each within its limits; a good document beside it is read by the same process of the command."""
        good = self.write("good.pdf", pdf_maker.cv().bytes())
        for name, data in pdf_maker.hostile():
            with self.subTest(name):
                path = self.write("hostile.pdf", data)
                result = self.run_cli("extract", "--set", f"pdf.library={PDFIUM}", "--set", "pdf.max_cpu_ms=600", path, good)
                self.assertGreaterEqual(result.code, 0, result.err)
                self.assertIn("sourdough", result.out, name)

    def test_mutants_do_not_crash_the_host(self):
        """Bytes changed at random: CONTEXTPACK_PDF_MUTANTS=1000 for all, of the fixtures too where they are."""
        chance = random.Random(16)
        seeds = [pdf_maker.cv().bytes(), pdf_maker.with_image_page()]
        folder = harness.PROJECT.parent / "shared" / "fixtures" / "documents"
        seeds += [path.read_bytes() for path in sorted(folder.glob("**/*.pdf")) if path.stat().st_size < 300000]
        paths = []
        for number in range(MUTANTS):
            data = bytearray(chance.choice(seeds))
            for _ in range(chance.randint(1, 40)):
                kind, at = chance.randrange(3), chance.randrange(len(data))
                if kind == 0:
                    data[at] = chance.randrange(256)
                elif kind == 1:
                    del data[at:at + chance.randint(1, 64)]
                else:
                    data[at:at] = data[at // 2:at // 2 + chance.randint(1, 64)]
            paths.append(self.write(f"mutant{number}.pdf", bytes(data)))
        for start in range(0, len(paths), 50):
            good = self.write("good.pdf", pdf_maker.cv().bytes())
            result = self.run_cli("extract", "--set", f"pdf.library={PDFIUM}", "--set", "pdf.max_cpu_ms=3000",
                                      *paths[start:start + 50], good)
            self.assertGreaterEqual(result.code, 0, result.err)
            self.assertIn("sourdough", result.out)

    def test_a_pack_is_made(self):
        path = self.write("my-cv.pdf", pdf_maker.cv().bytes())
        result = self.run_cli("build", "--set", f"pdf.library={PDFIUM}", path, "--type", "all", "-o", self.folder / "out")
        self.assertEqual(result.code, 0, result.err)
        self.assertTrue((self.folder / "out" / "compact.md").exists())


if __name__ == "__main__":
    harness.main()
