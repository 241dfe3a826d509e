#!/usr/bin/env python3
"""Drivers written in Python: the whole pipeline runs on them, and their exceptions are raised to the caller."""
import contextlib
import io
import json
import sqlite3
import threading
import unittest
from decimal import Decimal

import contextpack
from contextpack import Engine, Message, Role, Text
from contextpack.drivers import (Analysis, Analyzer, AnswerOutcome, BlobInfo, BlobWriter, Database, DatabaseSession,
                                 Extractor, Storage, Usage)
from support import SAMPLE, SMALL_CHUNKS, PackageTest


class MemoryStorage(Storage):
    def __init__(self):
        self.blobs = {}
        self.closed = 0

    def open_writer(self, key, size_hint):
        blobs = self.blobs

        class Writer(BlobWriter):
            def __init__(self):
                self.data = bytearray()

            def write(self, data):
                self.data += data

            def commit(self):
                blobs[key] = bytes(self.data)

            def abort(self):
                self.data.clear()

        return Writer()

    def open_reader(self, key, offset, length):
        if key not in self.blobs:
            raise contextpack.NotFoundError(f"no blob {key}")
        data = self.blobs[key]
        return io.BytesIO(data[offset:] if length is None else data[offset:offset + length])

    def stat(self, key):
        if key not in self.blobs:
            raise FileNotFoundError(key)
        return BlobInfo(len(self.blobs[key]))

    def remove(self, key):
        self.blobs.pop(key, None)

    def list(self, prefix):
        for key in sorted(self.blobs, key=str.encode):
            if key.startswith(prefix):
                yield key, BlobInfo(len(self.blobs[key]))

    def close(self):
        self.closed += 1


class Session(DatabaseSession):
    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self.connection.execute("PRAGMA foreign_keys = ON")

    def begin(self, write):
        self.connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")

    def commit(self):
        self.connection.execute("COMMIT")

    def rollback(self):
        self.connection.execute("ROLLBACK")

    def execute(self, statement_id, sql, values, types):
        # "$1" is a parameter's name for SQLite; Python's module knows it as "1".
        return self.connection.execute(sql, {str(number): value for number, value in enumerate(values, 1)})

    def close(self):
        self.connection.close()


class SqliteDatabase(Database):
    def __init__(self, path):
        self.path = path
        self.actors = []
        self.closed = 0

    def open_session(self, actor):
        self.actors.append(actor)
        return Session(self.path)

    def close(self):
        self.closed += 1


class LineAnalyzer(Analyzer):
    identity = "lines/1"

    def __init__(self, answer=None):
        self.requests = []
        self.answer = answer
        self.closed = 0

    def analyze(self, request):
        self.requests.append((request.text, request.messages, request.cancelled))
        if self.answer is not None:
            return self.answer(request)
        return Analysis("They keep bees and speak Finnish.",
                        Usage(input_tokens=request.text_tokens, output_tokens=7, cost=Decimal("0.000123")))

    def close(self):
        self.closed += 1


class PipeExtractor(Extractor):
    """Lines of "who|text"."""

    name = "pipes"

    def __init__(self):
        self.passwords = []

    def sniff(self, head, name):
        return 100 if name.endswith(".pipes") and b"|" in head else 0

    def extract(self, reader, sink):
        self.passwords.append(reader.password)
        lines = io.TextIOWrapper(io.BufferedReader(reader), encoding="utf-8")
        for number, line in enumerate(lines):
            who, _, text = line.rstrip("\n").partition("|")
            sink.message(Message(text, role=Role[who.upper()], provider="pipes", conversation_id="c",
                                 conversation_title="Pipes", message_id=str(number)))
        sink.note(contextpack.NoteKind.SKIPPED_FILE, reader.name, "nothing was skipped, really")
        sink.progress(reader.size_bytes or 0)


class Pipeline(PackageTest):
    def test_the_outcome_of_an_analyzer_decides_about_its_answer(self):
        analyzer = LineAnalyzer(lambda request: Analysis("They li", Usage(
            outcome=AnswerOutcome.LENGTH, request_count=2, reasoning_output_tokens=3)))
        analyzer.is_model = analyzer.is_remote = True
        me = self.person(Engine("sqlite::memory:", MemoryStorage(), analyzer))
        source = me.sources.add(me.packs.create("x"), Text("I live in Lisbon."))
        with self.assertRaises(contextpack.AnalyzerError) as caught:
            me.sources.run(source)
        self.assertEqual(caught.exception.native, "length")
        self.assertIn("cut off", me.sources.get(source).error_message)

    def test_of_a_model_what_the_person_said_is_kept(self):
        def finding(quote, value, text):
            return {"message": 1, "quote": quote, "category": "identity", "subject": "home", "value": value, "text": text,
                    "ended": False, "until": None, "confidence": 900}

        def answer(request):
            self.assertIn(" message 1 | the person\n", request.text)
            self.assertIn("findings", request.response_schema)
            return "```\n" + json.dumps({"findings": [
                finding("our house in Porto", "Porto", "Lives in Porto"),
                finding("our house in Lisbon", "Lisbon", "Lives in Lisbon"),
                finding("You live in Madrid", "Madrid", "Lives in Madrid"),
            ]}) + "\n```"

        path = self.folder / "talk.pipes"
        path.write_text("user|The roof of our house in Porto leaks again.\nassistant|You live in Madrid, I think.\n")
        analyzer = LineAnalyzer(answer)
        analyzer.is_model = True
        me = self.person(Engine("sqlite::memory:", MemoryStorage(), analyzer, extractors=[PipeExtractor()]))
        pack = me.packs.create("x")
        me.sources.run(me.sources.add(pack, path))
        text = me.exports.read_text(me.exports.create(pack, "complete"))
        self.assertIn("Lives in Porto", text)
        self.assertNotIn("Lives in Lisbon", text)
        self.assertNotIn("Lives in Madrid", text)
        self.assertEqual(me.credits.balance()[0], 9)

    def test_everything_runs_on_drivers_in_python(self):
        database, storage = SqliteDatabase(str(self.folder / "packs.db")), MemoryStorage()
        analyzer = LineAnalyzer()
        engine = Engine(database, storage, analyzer, settings=SMALL_CHUNKS)
        me = self.person(engine)
        pack = me.packs.create("Über")
        source = me.sources.run(me.sources.add(pack, SAMPLE))
        self.assertEqual(source.processed_chunks, source.total_chunks)
        self.assertEqual(source.cost, Decimal("0.000123") * source.total_chunks)
        self.assertEqual(source.output_tokens, 7 * source.total_chunks)
        self.assertEqual(len(analyzer.requests), source.total_chunks)
        text, messages, cancelled = analyzer.requests[0]
        self.assertTrue(text and messages)
        self.assertFalse(cancelled)
        self.assertIn("bees", me.exports.read_text(me.exports.create(pack)))
        self.assertIn(b"".join(storage.blobs[key] for key in storage.blobs if key.endswith("raw")),
                      SAMPLE.read_bytes())
        self.assertFalse([check for check in engine.check() if check.outcome == contextpack.CheckOutcome.FAILED])
        self.assertIn(me.users.get().id, {actor.user_id for actor in database.actors})
        me.sources.delete(source)
        me.packs.delete(pack)
        self.assertEqual(storage.blobs, {})
        me.close()
        engine.close()
        self.assertEqual((database.closed, storage.closed, analyzer.closed), (1, 1, 1))

    def test_the_same_documents_as_with_the_drivers_in_c(self):
        texts = []
        for database, storage in (("sqlite::memory:", "memory:"),
                                  (SqliteDatabase(str(self.folder / "packs.db")), MemoryStorage())):
            me = self.person(self.open(database, storage, settings=SMALL_CHUNKS))
            texts.append(me.exports.read(me.exports.create(self.analysed(me), "complete"), contextpack.Format.JSON))
        self.assertEqual(*texts)

    def test_an_answer_in_pieces(self):
        def pieces(request):
            yield "They keep "
            yield b"bees."
            return Usage(output_tokens=3)

        me = self.person(self.open(analyzer=LineAnalyzer(pieces)))
        source = me.sources.run(me.sources.add(me.packs.create(), Text("I keep bees.")))
        self.assertEqual(source.output_tokens, 3)

    def test_an_extractor(self):
        engine = self.open(extractors=[PipeExtractor()])
        path = self.folder / "talk.pipes"
        path.write_text("user|I live in Porto.\nassistant|Noted, Zoë.\n", encoding="utf-8")
        notes = []
        messages = []
        report = engine.extract(path, messages.append, note=notes.append)
        self.assertEqual((report.format, report.messages), ("pipes", 2))
        self.assertEqual([(message.role, message.text) for message in messages],
                         [(Role.USER, "I live in Porto."), (Role.ASSISTANT, "Noted, Zoë.")])
        self.assertEqual(notes[0].where, "talk.pipes")
        me = self.person(engine)
        self.assertEqual(me.sources.run(me.sources.add(me.packs.create(), path)).format, "pipes")

    def test_an_extractor_gets_the_password_of_the_call(self):
        extractor = PipeExtractor()
        engine = self.open(extractors=[extractor])
        path = self.folder / "talk.pipes"
        path.write_text("user|I live in Porto.\n", encoding="utf-8")
        me = self.person(engine)
        source = me.sources.add(me.packs.create(), path)
        calls = [lambda **more: engine.extract(path, **more), lambda **more: engine.messages(path, **more),
                 lambda **more: engine.text(path, **more), lambda **more: engine.extract_text(path, io.BytesIO(), **more),
                 lambda **more: engine.chunks(path, **more), lambda **more: engine.inspect(path, **more),
                 lambda **more: me.sources.run(source, **more), lambda **more: me.jobs.run(me.jobs.create(path), **more)]
        for number, call in enumerate(calls):
            del extractor.passwords[:]
            call(password=f"geheim {number} \u00eb")
            self.assertEqual(set(extractor.passwords), {f"geheim {number} \u00eb"}, number)
        del extractor.passwords[:]
        contextpack.build(path, session=me, output=self.folder / "out", password="built", name="Built")
        self.assertEqual(set(extractor.passwords), {"built"})
        del extractor.passwords[:]
        engine.extract(path)
        self.assertEqual(extractor.passwords, [None])
        with self.assertRaises(TypeError):
            engine.extract(path, password=b"bytes")

    def test_handles_of_failed_engines_are_released(self):
        storage = MemoryStorage()
        with self.assertRaises(contextpack.ContextPackError):
            Engine("nonsense:", storage)
        self.assertEqual(storage.closed, 0)  # the host keeps it
        Engine(None, storage).close()
        self.assertEqual(storage.closed, 1)

    def test_threads(self):
        engine = self.open(SqliteDatabase(str(self.folder / "packs.db")), MemoryStorage(), analyzer=LineAnalyzer())
        with engine.service() as service:
            user = service.users.create("me@example.com", payment_plan=contextpack.Plan.UNLIMITED)
        failures = []

        def work(number):
            try:
                with engine.session(user) as me:
                    pack = me.packs.create(f"Pack {number}")
                    me.sources.run(me.sources.add(pack, Text(f"I live in town {number}.")))
                    assert "bees" in me.exports.read_text(me.exports.create(pack))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Boom(Exception):
    pass


class Raising(PackageTest):
    """What a driver raises surfaces as itself, wherever it is raised."""

    def raising(self, base, method, error):
        def fail(*_arguments, **_more):
            raise error

        return type(base.__name__, (base,), {method: fail})

    def test_storage(self):
        for method in ("open_writer", "open_reader", "stat", "remove"):
            for error in (Boom("no"), PermissionError("not yours"), contextpack.BusyError("later", retryable=True)):
                with self.subTest(f"{method} {error!r}"):
                    me = self.person(self.open(storage=self.raising(MemoryStorage, method, error)()))
                    pack = me.packs.create()
                    with self.assertRaises(type(error)) as raised:
                        source = me.sources.run(me.sources.add(pack, SAMPLE))
                        me.exports.create(pack)
                        me.sources.delete(source)
                        me._engine.check()
                        raise AssertionError("nothing was raised")
                    self.assertIs(raised.exception, error)

    def test_storage_listing(self):
        me = self.person(self.open(storage=self.raising(MemoryStorage, "list", Boom("no"))()))
        with self.assertRaises(Boom):
            me._engine.check()

    def test_database(self):
        for method in ("begin", "commit", "execute"):
            broken = self.raising(Session, method, Boom(method))
            database = SqliteDatabase(str(self.folder / f"{method}.db"))
            me = self.person(self.open(database))
            me.packs.create()
            database.open_session = lambda actor: broken(database.path)
            with self.subTest(method), self.assertRaisesRegex(Boom, method):
                with me._engine.service() as service:
                    service.users.create("x@example.com")
        database = self.raising(SqliteDatabase, "open_session", Boom("connect"))("x.db")
        with self.assertRaisesRegex(Boom, "connect"):
            self.open(database)

    def test_sqlite_errors_surface_as_themselves(self):
        database = SqliteDatabase(str(self.folder / "no" / "such" / "folder.db"))
        with self.assertRaises(sqlite3.OperationalError):
            self.open(database)

    def test_analyzer_on_several_threads(self):
        def answer(request):
            threads.add(threading.get_native_id())
            met.wait(10)  # two calls at the same time
            return Analysis("They keep bees.")

        threads = set()
        met = threading.Barrier(2)
        for raises in (False, True):
            analyzer = LineAnalyzer(answer if not raises else lambda request: 1 / 0)
            with Engine("sqlite::memory:", "memory:", analyzer,
                        settings={"analyze.threads": 2, "chunk.max_tokens": 16}) as engine:
                with engine.service() as service:
                    user = service.users.create("me@example.com")
                with engine.session(user) as me:
                    source = me.sources.add(me.packs.create(), Text("I keep bees here.\n\n" * 6))
                    if raises:
                        with self.assertRaisesRegex(contextpack.CancelledError, "division by zero"):
                            me.sources.run(source)
                    else:
                        source = me.sources.run(source, max_chunks=2)
                        self.assertEqual(source.processed_chunks, 2)
        self.assertEqual(len(threads), 2)
        self.assertNotIn(threading.get_native_id(), threads)

    def test_analyzers(self):
        for error, kind in ((Boom("no"), Boom), (contextpack.AnalyzerError("nonsense"), contextpack.AnalyzerError),
                            (ConnectionError("away"), (ConnectionError, contextpack.AnalyzerError))):
            with self.subTest(repr(error)):
                me = self.person(self.open(analyzer=self.raising(LineAnalyzer, "analyze", error)()))
                source = me.sources.add(me.packs.create(), SAMPLE)
                with self.assertRaises(kind), contextlib.ExitStack() as stack:
                    if kind is not Boom:  # this chunk's failure; the work went on
                        logs = stack.enter_context(self.assertLogs("contextpack", "WARNING"))
                        stack.callback(lambda: self.assertIn(str(error), logs.output[0]))
                    me.sources.run(source)
                self.assertEqual(me.credits.balance(), (10, 0))

    def test_a_wrong_answer_is_a_type_error(self):
        me = self.person(self.open(analyzer=LineAnalyzer(lambda request: 42)))
        with self.assertRaises(TypeError):
            me.sources.run(me.sources.add(me.packs.create(), SAMPLE))

    def test_extractors(self):
        path = self.folder / "talk.pipes"
        path.write_text("user|I live in Porto.\n")
        for method in ("extract", "sniff"):
            engine = self.open(extractors=[self.raising(PipeExtractor, method, Boom(method))()])
            with self.subTest(method), self.assertRaisesRegex(Boom, method):
                engine.extract(path)

    def test_a_close_that_raises(self):
        storage = self.raising(MemoryStorage, "close", Boom("close"))()
        engine = Engine(None, storage)
        with self.assertRaisesRegex(Boom, "close"):
            engine.close()
        self.open(None, MemoryStorage())



if __name__ == "__main__":
    unittest.main()
