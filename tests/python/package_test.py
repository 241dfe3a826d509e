#!/usr/bin/env python3
"""The public interface of the package: every resource, every call."""
import base64
import datetime
import hmac
import io
import json
import logging
import mmap
import pathlib
import pickle
import tempfile
import time
import unittest
from decimal import Decimal

import contextpack
from contextpack import (Cancel, CheckOutcome, Encoding, Engine, ErrorCode, ExportType, Format, Input, Kind, NoteKind,
                         Part, Plan, Role, SourceStatus, SourceType, Stage, Text, TransactionType)
from support import DATA, SAMPLE, SMALL_CHUNKS, PackageTest

UTC = datetime.timezone.utc


class Nouns(PackageTest):
    def test_users(self):
        engine = self.open()
        with engine.service() as service:
            made = service.users.create("Ann@Example.com", full_name="Ann Ünal", avatar_url="https://a.example/x.png",
                                        id="00000000-0000-4000-8000-00000000000a", payment_plan=Plan.UNLIMITED)
            self.assertEqual(made.id, "00000000-0000-4000-8000-00000000000a")
            self.assertEqual((made.full_name, made.payment_plan), ("Ann Ünal", Plan.UNLIMITED))
            self.assertEqual(service.users.find("ann@example.COM"), made)
            self.assertEqual(service.users.get(made), made)
            other = service.users.create("bo@example.com")
            self.assertEqual([user.id for user in service.users], [other.id, made.id])
            self.assertEqual([user.email for user in service.users.list(limit=1)], ["bo@example.com"])
            self.assertIsNone(other.full_name)
            self.assertTrue(made.storage_directory)
            self.assertEqual(made.chunks_analyzed, 0)
            self.assertAlmostEqual((datetime.datetime.now(UTC) - made.created_at).total_seconds(), 0, delta=60)
            self.assertEqual(made.updated_at.tzinfo, UTC)
            with self.assertRaises(contextpack.AlreadyExistsError):
                service.users.create("BO@example.com")
        with engine.session(made) as me:
            self.assertEqual(me.users.get(), made)
            self.assertEqual(me.users.update(full_name="").full_name, None)
            self.assertEqual(me.users.update(made, avatar_url="https://b.example").avatar_url, "https://b.example")
            with self.assertRaises(PermissionError) as raised:
                me.users.list()
            self.assertIsInstance(raised.exception, contextpack.PermissionDeniedError)

    def test_accounts(self):
        engine = self.open()
        me = self.person(engine)
        self.analysed(me)
        with engine.service() as service:
            user = service.users.set_email(me.users.get(), "new@example.com")
            self.assertEqual((user.email, user.suspended_at, user.suspension_reason), ("new@example.com", None, None))
            self.assertEqual(service.users.set_plan(user, Plan.UNLIMITED).payment_plan, Plan.UNLIMITED)
            me.close()
            gone = service.users.delete(user)
            self.assertEqual((gone.packs, gone.sources), (1, 1))
            self.assertIsNotNone(service.users.get(user).deleted_at)

    def test_tokens_open_sessions(self):
        with self.assertRaises(contextpack.InvalidArgumentError):
            self.open().session_of_token("no key is set")
        engine = self.open(settings={"auth.jwt_secret": "s" * 40})
        with self.assertRaises(PermissionError) as raised:
            engine.session_of_token("a.b.c")
        self.assertIsInstance(raised.exception, contextpack.UnauthenticatedError)
        header = {"alg": "HS256", "typ": "JWT"}
        claims = {"sub": "00000000-0000-4000-8000-00000000000c", "role": "authenticated", "aud": "authenticated",
                  "email": "token@example.com", "exp": int(time.time()) + 600}
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
        mark = hmac.new(b"s" * 40, b".".join(parts), "sha256").digest()
        token = b".".join([*parts, base64.urlsafe_b64encode(mark).rstrip(b"=")]).decode()
        with engine.session_of_token(token) as me:
            self.assertEqual(me.users.get().email, "token@example.com")
            self.assertEqual((me.kind, me.principal_id, me.claims), ("user", claims["sub"], claims))
        for allow in (("service",), "service"):
            with self.assertRaisesRegex(contextpack.PermissionDeniedError, "users"):
                engine.session_of_token(token, allow=allow)
        claims = {"role": "service_role", "exp": claims["exp"]}
        parts[1] = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
        mark = hmac.new(b"s" * 40, b".".join(parts), "sha256").digest()
        token = b".".join([*parts, base64.urlsafe_b64encode(mark).rstrip(b"=")]).decode()
        with self.assertRaisesRegex(contextpack.PermissionDeniedError, "service"):
            engine.session_of_token(token)
        with engine.session_of_token(token, allow=("user", "service")) as service:
            self.assertEqual((service.kind, service.principal_id, service.claims), ("service", None, claims))
        for allow in ((), ("anon",), "anon"):
            with self.assertRaisesRegex(ValueError, "allow"):
                engine.session_of_token(token, allow=allow)
        with engine.service() as service, engine.admin("00000000-0000-4000-8000-00000000000d") as admin:
            self.assertEqual((service.kind, service.principal_id, service.claims), ("service", None, None))
            self.assertEqual((admin.kind, admin.principal_id), ("admin", "00000000-0000-4000-8000-00000000000d"))

    def test_packs(self):
        me = self.person(self.open())
        first = me.packs.create("First", description="Was 日本", custom_system_prompt="Be brief.")
        self.assertEqual((first.description, first.custom_system_prompt), ("Was 日本", "Be brief."))
        self.assertEqual(me.packs.create().name, "Untitled pack")
        self.assertEqual(me.packs.ensure("First"), (first, False))
        second, made = me.packs.ensure("Second", description="d")
        self.assertTrue(made)
        self.assertEqual(me.packs.get(second.id), second)
        self.assertEqual(me.packs.find("Second"), second)
        changed = me.packs.update(second, name="Third", description="")
        self.assertEqual((changed.name, changed.description), ("Third", None))
        self.assertNotEqual(changed, second)
        self.assertEqual(changed.id, second.id)
        self.assertEqual({pack.name for pack in me.packs}, {"First", "Untitled pack", "Third"})
        me.packs.delete(changed)
        with self.assertRaises(LookupError) as raised:
            me.packs.get(changed)
        self.assertEqual(raised.exception.code, ErrorCode.NOT_FOUND)
        self.assertEqual(me.packs.progress(first), (0, 0, 0, 0))

    def test_pages(self):
        me = self.person(self.open())
        names = [f"Pack {number}" for number in range(25)]
        for name in names:
            me.packs.create(name, description=name if name.endswith("3") else None)
        page = me.packs.list(limit=10)
        self.assertEqual((len(page), page[0].name, page[-1].name), (10, "Pack 24", "Pack 15"))
        self.assertEqual([pack.name for pack in page[2:4]], ["Pack 22", "Pack 21"])
        self.assertIn(page[3], page)
        self.assertIn("next=", repr(page))
        rest = me.packs.list(limit=100, after=page.next)
        self.assertEqual((len(rest), rest.next), (15, None))
        for size in (1, 7, 25, 1000):
            self.assertEqual([pack.name for pack in me.packs.all(page_size=size)], names[::-1])
        self.assertEqual(sum(pack.description is not None for pack in me.packs), 3)
        with self.assertRaises(ValueError):
            me.packs.list(after="nonsense")
        with self.assertRaises(contextpack.InvalidArgumentError):
            me.packs.list(limit=1001)

    def test_sources_exports_and_credits(self):
        me = self.person(self.open(settings=SMALL_CHUNKS))
        pack = me.packs.create("Life")
        seen = []
        source = me.sources.add(pack, SAMPLE, progress=seen.append)
        self.assertEqual((source.status, source.status_name), (SourceStatus.PENDING, "pending"))
        self.assertEqual((seen[-1].stage, seen[-1].done, seen[-1].total), (Stage.STORE, *[SAMPLE.stat().st_size] * 2))
        self.assertEqual(source.file_size, SAMPLE.stat().st_size)
        self.assertIsNone(source.completed_at)
        self.assertEqual(me.sources.add_new(pack, SAMPLE), (source, False))
        ready = me.sources.run(source, until=SourceStatus.READY_FOR_ANALYSIS)
        self.assertEqual((str(ready.status), ready.type), ("ready_for_analysis", SourceType.CHAT_EXPORT))
        done = me.sources.run(source)
        self.assertEqual((done.status_name, done.progress, done.cost), ("completed", 100, Decimal(0)))
        self.assertGreaterEqual(done.completed_at, done.created_at)
        self.assertEqual(me.sources.get(source.id), done)
        self.assertEqual(list(me.sources.all(pack)), [done])
        self.assertEqual(list(me.sources.list(pack)), [done])
        self.assertEqual(me.sources.read(source, Part.RAW), SAMPLE.read_bytes())
        text = self.folder / "text.md"
        me.sources.write(source, text)
        self.assertEqual(text.read_bytes(), me.sources.read(source))

        export, made = me.exports.create_new(pack, "compact")
        self.assertTrue(made)
        self.assertEqual((export.type, export.status_name), (ExportType.COMPACT, "ready"))
        self.assertEqual(me.exports.create(pack, ExportType.COMPACT), export)
        self.assertEqual(me.exports.get(export), export)
        self.assertEqual(list(me.exports.all(pack)), [export])
        self.assertEqual(me.exports.list(pack)[0], export)
        markdown = me.exports.read(export)
        self.assertEqual(len(markdown), export.file_size)
        self.assertEqual(contextpack.count_tokens(markdown), export.token_count)
        self.assertEqual(me.exports.read_text(export), markdown.decode())
        self.assertTrue(me.exports.read(export, Format.JSON).startswith(b"{"))
        kept = io.BytesIO()
        me.exports.write(export, kept)
        self.assertEqual(kept.getvalue(), markdown)
        me.exports.delete(export)
        with self.assertRaises(contextpack.NotFoundError):
            me.exports.read(export)
        with self.assertRaises(ValueError):
            me.exports.create(pack, "huge")

        balance = me.credits.balance()
        self.assertEqual(balance, (10 - done.total_chunks, 0))
        entries = list(me.credits.all())
        self.assertEqual(sum(entry.credits for entry in entries), balance.free)
        self.assertEqual(entries[-1].type, TransactionType.BONUS)
        self.assertEqual(entries[0].amount, Decimal(0))
        self.assertEqual(me.credits.list(limit=1)[0], entries[0])
        me.sources.delete(source)
        self.assertEqual(list(me.sources.all(pack)), [])

    def test_lost_content_is_recorded(self):
        me = self.person(self.open())
        pack = me.packs.create("Life")
        source = me.sources.run(me.sources.add(pack, SAMPLE.read_bytes()[:-200], name="cut.json"))
        self.assertTrue(source.is_partial)
        self.assertIn("truncated or damaged in 1 place", source.loss_summary)
        self.assertEqual(source.losses["damaged_places"], 1)
        whole = me.sources.run(me.sources.add(me.packs.create("Whole"), SAMPLE))
        self.assertEqual((whole.is_partial, whole.losses["damaged_places"]), (False, 0))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "cut.json")
            path.write_bytes(SAMPLE.read_bytes()[:-200])
            built = contextpack.build(path, output=pathlib.Path(folder, "out"), session=me, name="Built")
            self.assertEqual((built.partial_count, built.inputs[0].is_partial), (1, True))
            self.assertEqual(built.inputs[0].loss_summary, source.loss_summary)

    def test_snapshots_are_values(self):
        me = self.person(self.open())
        pack = me.packs.create("A", description="d")
        self.assertEqual(hash(pack), hash(me.packs.get(pack)))
        self.assertEqual(pickle.loads(pickle.dumps(pack)), pack)
        self.assertEqual(pack.as_dict()["name"], "A")
        self.assertIn("name='A'", repr(pack))
        self.assertNotEqual(pack, tuple.__getitem__(pack, slice(None)))
        with self.assertRaises(AttributeError):
            pack.name = "B"
        with self.assertRaises(AttributeError):
            pack.other = 1
        with self.assertRaises(TypeError):
            iter(pack)
        with self.assertRaises(TypeError):
            sorted([pack, me.packs.create("B")])

    def test_page_block_equals_the_getters(self):
        """Compares cpk_*_list_copy with cpk_*_get for every resource."""
        me = self.person(self.open(settings=SMALL_CHUNKS))
        pack = self.analysed(me)
        me.exports.create(pack)
        with me._engine.service() as service:
            self.assertEqual([service.users.get(user) for user in service.users], list(service.users))
        self.assertEqual([me.packs.get(found) for found in me.packs], list(me.packs))
        self.assertEqual([me.sources.get(found) for found in me.sources.all(pack)], list(me.sources.all(pack)))
        self.assertEqual([me.exports.get(found) for found in me.exports.all(pack)], list(me.exports.all(pack)))


class Builds(PackageTest):
    def test_documents_have_the_budget_that_is_asked_for(self):
        with self.open() as engine, engine.service() as service:
            with engine.session(service.users.create("me@example.com")) as me:
                def tokens(**options):
                    built = contextpack.build(SAMPLE, output=self.folder / "out", session=me, **options)
                    return built.documents[0].token_count

                self.assertLessEqual(tokens(max_tokens=700), 700)
                self.assertGreater(tokens(), 700)
                with self.assertRaises(contextpack.InvalidArgumentError):
                    tokens(max_tokens=-1)


class Inputs(PackageTest):
    def setUp(self):
        super().setUp()
        self.engine = self.open(None, None)
        self.expected = self.engine.text(SAMPLE)

    def test_every_kind_of_input_is_read_alike(self):
        data = SAMPLE.read_bytes()
        with SAMPLE.open("rb") as file, SAMPLE.open("rb") as mapped, SAMPLE.open("rb", buffering=0) as raw:
            kept = mmap.mmap(mapped.fileno(), 0, access=mmap.ACCESS_READ)
            inputs = (str(SAMPLE), SAMPLE, data, bytearray(data), memoryview(data), memoryview(bytearray(data)), kept,
                      file, raw, io.BytesIO(data), Text(data.decode()), Input(data, name="x.json"))
            for given in inputs:
                with self.subTest(type(given).__name__):
                    self.assertEqual(self.engine.text(given), self.expected)
            kept.close()  # nothing holds it any more

    def test_non_inputs_are_rejected(self):
        for given in (None, 3, ["x"], memoryview(b"abcdef")[::2]):
            with self.subTest(repr(given)), self.assertRaises((TypeError, BufferError)):
                self.engine.text(given)
        with self.assertRaisesRegex(TypeError, "binary"):
            self.engine.text(io.StringIO("x"))
        with SAMPLE.open() as file, self.assertRaisesRegex(TypeError, "binary"):
            self.engine.text(file)

    def test_a_bytearray_can_be_resized_afterwards(self):
        data = bytearray(b"I live in Porto.")
        self.engine.text(data)
        data += b" Yes."

    def test_missing_and_empty_inputs(self):
        with self.assertRaises(contextpack.NotFoundError):
            self.engine.text("no/such/file")
        for empty in (b"", Text(""), io.BytesIO(), bytearray()):
            with self.subTest(type(empty).__name__), self.assertRaises(contextpack.NoContentError):
                self.engine.text(empty)

    def test_messages_and_reports(self):
        messages = []
        report = self.engine.extract(SAMPLE, messages.append)
        self.assertEqual((report.format, report.messages), ("chatgpt", len(messages)))
        self.assertEqual(self.engine.messages(SAMPLE), messages)
        self.assertEqual(messages[0].provider, "chatgpt")
        self.assertEqual(str(messages[0].role), messages[0].role.name.lower())
        self.assertEqual({str(kind) for kind in (Kind.TEXT, Kind.TOOL_CALL)}, {"text", "tool_call"})
        self.assertTrue(all(message.time is None or message.time.tzinfo is UTC for message in messages))
        self.assertIn(Role.USER, {message.role for message in messages})
        self.assertEqual(self.engine.extract(SAMPLE).messages, len(messages))
        notes = []
        self.engine.extract(DATA / "chatgpt" / "damaged.json", note=notes.append)
        self.assertIn(NoteKind.DAMAGED, {note.kind for note in notes})

    def test_inspection(self):
        notes = []
        found = self.engine.inspect(DATA / "chats" / "cursor.vscdb", note=notes.append)
        self.assertEqual([(row.name, row.conversations, row.messages) for row in found.providers], [("cursor", 3, 9)])
        self.assertEqual((found.user_messages, found.assistant_messages, found.tool_messages), (3, 5, 1))
        self.assertEqual(found.first_time, datetime.datetime(2026, 1, 1, 10, tzinfo=UTC))
        self.assertEqual((found.is_partial, found.era, found.chunks, found.credits), (True, None, 1, 1))
        self.assertIn("1 unreadable", found.loss_summary)
        self.assertEqual([note.kind for note in found.notes], [NoteKind.UNREADABLE_CONVERSATION, NoteKind.DAMAGED])
        self.assertEqual(list(found.notes), notes)
        self.assertEqual(self.engine.inspect(SAMPLE).tokens, sum(chunk.tokens for chunk in self.engine.chunks(SAMPLE)))
        with self.assertRaises(contextpack.NoContentError):
            self.engine.inspect(b"")

    def test_strict_build(self):
        with contextpack.Engine.local(self.folder / "own.db", self.folder / "files") as session:
            with self.assertRaisesRegex(contextpack.InvalidDataError, "would be lost"):
                contextpack.build(DATA / "chats" / "cursor.vscdb", output=self.folder / "out", session=session, strict=True)
            good = contextpack.build(DATA / "chats" / "deepseek.json", output=self.folder / "out", session=session,
                                     strict=True)
            self.assertEqual(good.good_count, 1)

    def test_lost_content_is_told(self):
        cut = SAMPLE.read_bytes()[:-200]
        report = self.engine.extract(cut)
        self.assertTrue(report.is_partial)
        self.assertIn("truncated or damaged in 1 place", report.loss_summary)
        whole = self.engine.extract(SAMPLE)
        self.assertEqual((whole.is_partial, whole.loss_summary), (False, ""))

    def test_chunks(self):
        chunks = self.engine.chunks(SAMPLE, max_tokens=300, overlap_tokens=-1)
        self.assertEqual("".join(chunk.text for chunk in chunks), self.expected)
        self.assertEqual([chunk.index for chunk in chunks], list(range(len(chunks))))
        self.assertTrue(all(contextpack.count_tokens(chunk.text) == chunk.tokens <= 300 for chunk in chunks))
        coarse = self.engine.chunks(SAMPLE, max_tokens=300, encoding=Encoding.CL100K_BASE)
        self.assertEqual(coarse[0].tokens, contextpack.count_tokens(coarse[0].text, Encoding.CL100K_BASE))

    def test_text_into_files(self):
        path = self.folder / "text.md"
        path.write_text("old")
        with self.assertRaises(contextpack.NotFoundError):
            self.engine.extract_text("no/such/file", path)
        self.assertEqual(path.read_text(), "old")
        self.engine.extract_text(SAMPLE, path)
        self.assertEqual(path.read_text(encoding="utf-8"), self.expected)
        self.assertEqual([found.name for found in self.folder.iterdir()], ["text.md"])
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        with self.assertRaisesRegex(TypeError, "binary"):
            self.engine.extract_text(SAMPLE, io.StringIO())


class Tokens(unittest.TestCase):
    def test_counts(self):
        self.assertEqual(contextpack.count_tokens(""), 0)
        self.assertEqual(contextpack.count_tokens("hello, world"), 3)
        self.assertEqual(contextpack.encode_tokens("hello, world", Encoding.CL100K_BASE), [15339, 11, 1917])
        self.assertEqual(contextpack.count_tokens(b"\xff\xff"), len(contextpack.encode_tokens(b"\xff\xff")))
        self.assertEqual(contextpack.encode_tokens("日本"), contextpack.encode_tokens("日本".encode()))
        self.assertGreater(contextpack.count_tokens("nul \0 inside"), 2)
        self.assertEqual(Encoding.from_name("cl100k_base"), Encoding.CL100K_BASE)
        self.assertEqual(str(Encoding.O200K_BASE), "o200k_base")
        with self.assertRaises(ValueError):
            Encoding.from_name("p50k_base")
        with self.assertRaises(contextpack.InvalidArgumentError):
            contextpack.count_tokens("x", 77)


class Redaction(unittest.TestCase):
    def test_text_and_report(self):
        text = "I'm Ana Prado, ana@example.com. password: hunter22xyz"
        found = contextpack.redact(text, names="Ana Prado", key="a key")
        self.assertRegex(found.text, r"^I'm \[PERSON_\d{6}\], \[EMAIL_\d{6}\]\. password: \[password withheld\]$")
        self.assertEqual({kind: count for kind, count in found.report._asdict().items() if count},
                         {"person": 1, "email": 1, "password": 1})
        self.assertEqual(found, contextpack.redact(text.encode(), names="Ana Prado", key="a key"))
        self.assertNotEqual(found.text, contextpack.redact(text, names="Ana Prado").text)
        self.assertEqual(contextpack.redact("").text, "")
        with self.assertRaises(contextpack.InvalidArgumentError):
            contextpack.redact("x", key="")


class Engines(PackageTest):
    def test_settings(self):
        engine = self.open(settings={"chunk.max_tokens": 77})
        self.assertEqual(engine.setting("chunk.max_tokens"), 77)
        known = contextpack.settings()
        self.assertEqual(known["chunk.max_tokens"].default, 100000)
        self.assertLess(known["chunk.max_tokens"].minimum, known["chunk.max_tokens"].maximum)
        secrets = [setting for setting in contextpack.text_settings().values() if setting.is_secret]
        self.assertIn("auth.jwt_secret", [setting.name for setting in secrets])
        with self.assertRaisesRegex(ValueError, "no.such"):
            Engine(settings={"no.such": 1})
        with self.assertRaisesRegex(ValueError, "no.such"):
            Engine(settings={"no.such": "x"})
        self.open(None, None, settings={"auth.issuer": "https://issuer.example"})

    def test_paths_are_uris(self):
        engine = self.open(self.folder / "packs.db", self.folder / "blobs")
        self.person(engine)
        self.assertTrue((self.folder / "packs.db").exists())
        self.assertTrue((self.folder / "blobs").is_dir())

    def test_inputs_that_never_end(self):
        class Endless(io.RawIOBase):
            def readable(self):
                return True

            def readinto(self, room):
                room[:] = b"x" * len(room)
                return len(room)

        for settings in ({"import.max_file_bytes": 1_000_000}, {"storage.min_free_bytes": 1 << 61}):
            engine = self.open(settings=settings)
            me = self.person(engine)
            (name,) = settings
            for call in (engine.text, lambda data: me.sources.add(me.packs.ensure("P")[0], data)):
                with self.assertRaisesRegex(contextpack.ContextPackError, name):
                    call(Endless())
            self.assertEqual(len(me.sources.list(me.packs.ensure("P")[0])), 0)

    def test_what_must_exist(self):
        for database, storage in ((self.folder / "a/x.db", None), ("sqlite:file:y.db?mode=memory", None),
                                  ("sqlite::memory:", self.folder / "b/blobs")):
            with self.assertRaisesRegex(contextpack.NotFoundError, "x.db|y.db|storage folder at .*b/blobs"):
                self.open(database, storage, create=False)
        self.assertEqual(list(self.folder.iterdir()), [])
        path = self.folder / "file:z.db?mode=memory#%20"
        self.open(path, self.folder / "blobs").close()
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.person(self.open(path, self.folder / "blobs", create=False))

    def test_migrations_and_checks(self):
        path = self.folder / "packs.db"
        self.open(path, None).close()
        engine = self.open(path, "memory:", migrate=False)
        self.assertEqual(engine.migrate(dry_run=True), [])
        self.assertEqual(engine.migrate(), [])
        checks = engine.check()
        self.assertTrue(checks)
        self.assertEqual({check.outcome for check in checks}, {CheckOutcome.PASSED})
        with self.assertRaises(contextpack.ContextPackError):
            self.person(self.open(self.folder / "new.db", migrate=False))

    def test_clock_and_random(self):
        moment = datetime.datetime(2030, 5, 6, 7, 8, 9, 123456, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
        numbers = iter(range(1, 100000))

        def random(length):
            return bytes(next(numbers) % 256 for _ in range(length))

        me = self.person(self.open(clock=lambda: moment, random=random))
        pack = me.packs.create("x")
        self.assertEqual(pack.created_at, moment)
        other = self.person(self.open(clock=lambda: 1_900_000_000_000_000, random=lambda length: b"\1" * length))
        self.assertEqual(other.packs.create("x").created_at.year, 2030)
        with self.assertRaisesRegex(ValueError, "random"):
            self.person(self.open(random=lambda length: b""))

    def test_the_log_goes_to_logging(self):
        """The library logs little, so this calls the log function that it gets."""
        logger = logging.getLogger("contextpack")
        with self.assertLogs(logger, logging.DEBUG) as logs:
            write = contextpack.engine._log(logger)
            write(None, 2, b"storage", b"100% full")
            write(None, 4, b"net", "Zoë".encode())
        self.assertEqual([(record.name, record.levelno, record.getMessage()) for record in logs.records],
                         [("contextpack.storage", logging.WARNING, "100% full"),
                          ("contextpack.net", logging.DEBUG, "Zoë")])
        own = logging.getLogger("host.library")
        with self.assertLogs(own, logging.DEBUG) as logs:
            contextpack.engine._log(own)(None, 1, b"database", b"away")
        self.assertEqual(logs.records[0].name, "host.library.database")

    def test_closed_handles_raise(self):
        engine = Engine("sqlite::memory:", "memory:")
        me = self.person(engine)
        engine.close()
        engine.close()
        self.assertTrue(engine.closed)
        self.assertEqual(me.packs.create("still works").name, "still works")
        with self.assertRaisesRegex(contextpack.InvalidArgumentError, "engine is closed"):
            engine.service()
        me.close()
        with self.assertRaisesRegex(contextpack.InvalidArgumentError, "session is closed"):
            me.packs.list()
        with self.assertRaises(contextpack.InvalidArgumentError), me:
            pass
        self.assertIn("closed", repr(me))

    def test_admin_sessions(self):
        with self.open().admin("00000000-0000-4000-8000-0000000000ad") as admin:
            self.assertEqual(list(admin.users), [])


class Errors(PackageTest):
    def test_all_fields(self):
        me = self.person(self.open())
        with self.assertRaises(contextpack.ContextPackError) as raised:
            me.packs.get("nowhere")
        error = raised.exception
        self.assertEqual((error.code, error.domain, error.native, error.retryable),
                         (ErrorCode.NOT_FOUND, "store", "", False))
        self.assertEqual(str(error), error.message)
        self.assertTrue(error.message)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), repr(again)), (type(error), repr(error)))

    def test_every_code_has_a_class(self):
        known = {value for name, value in vars(contextpack._raw).items() if name.startswith("CPK_ERROR_")}
        self.assertEqual({int(code) for code in ErrorCode}, known)
        for code in ErrorCode:
            kind = contextpack.errors.class_of(code)
            self.assertIsNot(kind, contextpack.ContextPackError, code)
            self.assertEqual(kind("x").code, code)
            self.assertEqual(str(kind("x", native="errno 28", retryable=True)), "x")

    def test_a_code_of_a_newer_library_is_known_by_its_number(self):
        error = contextpack.errors.class_of(99)("x", code=99)
        self.assertEqual((error.code, error.code.name), (99, "UNKNOWN_99"))

    def test_texts_with_nul(self):
        me = self.person(self.open())
        with self.assertRaises(ValueError):
            me.packs.create("a\0b")

    def test_wrong_identifiers(self):
        me = self.person(self.open())
        with self.assertRaises(TypeError):
            me.packs.get(3)
        with self.assertRaises(contextpack.InvalidArgumentError):
            me.exports.get("not-a-uuid")


if __name__ == "__main__":
    unittest.main()
