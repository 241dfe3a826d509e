#!/usr/bin/env python3
"""What crosses between Python and C: wrong types, integers out of range, NULs, results of callbacks, kept objects. The
functions, structs and methods are taken from the API description and from the package, so that none is left out."""
import copy
import datetime
import inspect
import io
import json
import os
import pathlib
import pickle
import time
import unittest
from ctypes import byref, c_void_p
from decimal import Decimal

import contextpack
from contextpack import Cancel, Engine, InvalidArgumentError, Text, _raw
from contextpack._library import lib
from contextpack.drivers import (Analysis, Analyzer, BlobInfo, BlobWriter, Database, DatabaseSession, Extractor, Storage,
                                 Usage)
from contextpack._resource import Resource
from drivers_test import MemoryStorage, SqliteDatabase
from support import SAMPLE, PackageTest

API = json.loads((pathlib.Path(__file__).resolve().parents[2] / "bindings" / "api.json").read_text(encoding="utf-8"))
INTEGERS = {"int32_t": 32, "int64_t": 64, "uint32_t": 32, "uint64_t": 64, "size_t": 64, "int": 32, "cpk_status": 32}


def wrong_values(kind):
    """Values that a parameter of a C type must refuse; none for a type that ctypes itself guards."""
    if kind in INTEGERS:
        return [1 << INTEGERS[kind], (1 << 64) + 5000, -(1 << 70), 1.5, "1", b"1", None, Decimal(1)]
    if kind == "const char *":
        return [b"a\0b", b"\0", "text", 5, bytearray(b"x")]
    return []


class Boundary(unittest.TestCase):
    def assert_refused(self, call, what):
        with self.subTest(what), self.assertRaises((TypeError, InvalidArgumentError)) as raised:
            call()
        self.assertNotEqual(type(raised.exception).__name__, "ArgumentError", "ctypes saw it first")

    def test_every_parameter_of_every_function(self):
        tried = 0
        for function in API["functions"]:
            fine = [0 if param["type"] in INTEGERS else None for param in function["params"]]
            for index, param in enumerate(function["params"]):
                if param.get("kind") == "data":  # a text with its length, which may contain any bytes
                    continue
                for wrong in wrong_values(param["type"]):
                    args = [*fine[:index], wrong, *fine[index + 1:]]
                    self.assert_refused(lambda: getattr(lib, function["name"])(*args),
                                        f"{function['name']}({param['name']}={wrong!r})")
                    tried += 1
        self.assertGreater(tried, 900)

    def test_every_field_of_every_struct(self):
        tried = 0
        for struct in API["types"]:
            for field in struct.get("fields", []):
                if field.get("kind") == "data":
                    continue
                for wrong in wrong_values(field["type"]):
                    made = _raw.STRUCTS[struct["name"]]()
                    self.assert_refused(lambda: setattr(made, field["name"], wrong),
                                        f"{struct['name']}.{field['name']} = {wrong!r}")
                    tried += 1
        self.assertGreater(tried, 500)

    def test_a_struct_made_in_one_step_is_checked(self):
        with self.assertRaises(InvalidArgumentError):
            _raw.cpk_setting(b"chunk.max_tokens", (1 << 64) + 5000)
        with self.assertRaises(InvalidArgumentError):
            _raw.cpk_setting(name=b"chunk.max_tokens\0", value=5000)


class Handles(PackageTest):
    def handles(self):
        engine = self.open()
        return [engine, self.closing(engine.service()), self.person(engine), Cancel()]

    def test_no_copies(self):
        for handle in self.handles():
            for attempt in (copy.copy, copy.deepcopy, pickle.dumps, lambda handle: copy.deepcopy([handle])):
                with self.assertRaises(TypeError):
                    attempt(handle)

    def test_an_object_without_init_is_harmless(self):
        for kind in (Engine, contextpack.Session, Cancel):
            made = kind.__new__(kind)
            repr(made)
            for name in ("close", "service", "request", "reset", "_borrow"):
                method = getattr(made, name, None)
                if method is not None:
                    try:
                        method()
                    except InvalidArgumentError:
                        pass
            del made

    def test_init_runs_once(self):
        engine = self.open()
        with self.assertRaises(contextpack.ConflictError):
            engine.__init__("sqlite::memory:", "memory:")
        engine.service().close()

    def test_closed_handles_refuse(self):
        engine = self.open()
        me = self.person(engine)
        me.close()
        engine.close()
        for call in (me.packs.list, lambda: me.packs.create("x"), engine.service, lambda: engine.extract(b"x")):
            with self.assertRaises(InvalidArgumentError):
                call()


#: What hosts pass by accident, to any parameter of any method.
ACCIDENTS = [None, 1.5, -1, 1 << 31, 1 << 63, (1 << 64) + 1, True, "", "a\0b", "\ud800", "x" * 100_000, b"x", b"\0", [], {},
             object(), Decimal("NaN"), float("inf"), datetime.datetime(1, 1, 1), datetime.datetime.max, lambda *_: 1.5]


class Methods(PackageTest):
    """Every method of every resource, with a typical mistake in each parameter in turn: an exception or a result, and the
    session remains usable.
    """

    def plausible(self, name, annotation):
        given = {"email": "a@example.com", "credits": 1, "reason": "r", "key": "k", "pack": self.pack, "user": self.user,
                 "data": Text("hello"), "source": self.source, "name": "n", "output": io.BytesIO(), "amount": Decimal(1),
                 "limit": 1, "page_size": 1, "plan": contextpack.Plan.CREDITS}
        return given.get(name, "x")

    def resources(self, session):
        return [value for value in (getattr(session, name, None) for name in contextpack.Session.__slots__)
                if isinstance(value, Resource)]

    def begin(self):
        self.engine = self.open("sqlite::memory:", "memory:", settings={"billing.packages": "[]"}, log=False)
        self.service = self.closing(self.engine.service())
        self.user = self.service.users.create("me@example.com")
        self.me = self.closing(self.engine.session(self.user))
        self.pack = self.me.packs.create("p")
        self.source = self.me.sources.add(self.pack, Text("I keep bees."))
        self.requested = Cancel()
        self.requested.request()

    def attempt(self, method, args, keywords):
        try:
            result = method(*args, **keywords)
            if inspect.isgenerator(result) or hasattr(result, "__next__"):
                for _, _ in zip(range(3), result):
                    pass
        except (contextpack.ContextPackError, TypeError, ValueError, OverflowError, AttributeError, LookupError,
                OSError):
            pass

    def test_typical_mistakes_raise(self):
        self.begin()
        for session in (self.me, self.service):
            for resource in self.resources(session):
                for name, method in inspect.getmembers(resource, inspect.ismethod):
                    if not name.startswith("_") and (type(resource).__name__, name) not in {
                            ("Users", "delete"), ("Packs", "delete"), ("Maintenance", "sweep")}:
                        self.try_method(method)
        self.assertIn(self.pack.id, [pack.id for pack in self.me.packs])
        self.assertTrue(all(check.outcome != contextpack.CheckOutcome.FAILED for check in self.engine.check()))

    def try_method(self, method):
        parameters = inspect.signature(method).parameters.values()
        required = [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty
                    and parameter.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)]
        for parameter in parameters:
            for accident in ACCIDENTS:
                keywords = {other.name: self.plausible(other.name, other.annotation) for other in required
                            if other.kind is not inspect.Parameter.POSITIONAL_ONLY}
                keywords[parameter.name] = accident
                if method.__name__ == "run_worker" and keywords.get("cancel") is None:  # runs until it is stopped
                    keywords["cancel"] = self.requested
                self.attempt(method, (), keywords)


class WrongResults(PackageTest):
    """Results of wrong types from every callback and driver slot end the call with an exception of its own."""

    WRONG = [None, 1.5, "x", 1 << 70, -1, -(1 << 70), b"\0\0", [1], object(), Decimal("NaN"), True]

    def run_whole_job(self, **options):
        engine = Engine(options.pop("database", "sqlite::memory:"), options.pop("storage", "memory:"),
                        options.pop("analyzer", None), log=False, **options)
        try:
            with engine.service() as service:
                user = service.users.create("me@example.com")
            with engine.session(user) as me:
                pack = me.packs.create("p")
                source = me.sources.run(me.sources.add(pack, Text("I keep bees and live in Porto.")))
                document = me.exports.create(pack, "compact")
                return source, me.exports.read(document)
        finally:
            engine.close()

    def assert_job_fails(self, **options):
        began = time.monotonic()
        with self.assertRaises((TypeError, ValueError, contextpack.ContextPackError, LookupError, AttributeError,
                                OSError, OverflowError)):
            self.run_whole_job(**options)
        self.assertLess(time.monotonic() - began, 30)

    def test_clocks(self):
        for clock in (time.time, lambda: "now", lambda: None, lambda: float("nan"), time.time_ns, lambda: -5,
                      lambda: int(time.time()), lambda: int(time.time() * 1000),
                      lambda: datetime.datetime(2026, 1, 1), lambda: datetime.datetime.now().isoformat()):
            with self.subTest(clock):
                self.assert_job_fails(clock=clock)

    def test_a_clock_that_fails_later_writes_no_wrong_time(self):
        times = iter([1_800_000_000_000_000] * 12)
        path = str(self.folder / "clock.db")
        self.assert_job_fails(database=f"sqlite:{path}", clock=lambda: next(times, 1.5))
        with self.open(f"sqlite:{path}").service() as service:
            for user in service.users:
                self.assertEqual(user.created_at.year, 2027)

    def test_random(self):
        for wrong in ("x" * 16, None, 16, [0] * 16, b"", "é"):
            with self.subTest(wrong):
                self.assert_job_fails(random=lambda size: wrong)

    def test_storage_slots(self):
        for slot in ("open_writer", "open_reader", "stat"):
            for wrong in self.WRONG:
                storage = MemoryStorage()
                setattr(storage, slot, lambda *_, wrong=wrong: wrong)
                with self.subTest(slot=slot, wrong=wrong):
                    self.assert_job_fails(storage=storage)
        for info in (BlobInfo(1 << 70), BlobInfo("5"), BlobInfo(1.5), BlobInfo(5, "yesterday")):
            storage = MemoryStorage()
            storage.stat = lambda *_, info=info: info
            with self.subTest(info):
                self.assert_job_fails(storage=storage)

    def test_blobs(self):
        class Reader:
            def __init__(self, wrong):
                self.wrong = wrong

            def read(self, size):
                return self.wrong if self.wrong != "long" else b"x" * (size + 1)

        for wrong in (*self.WRONG, "long"):
            storage = MemoryStorage()
            storage.open_reader = lambda *_, wrong=wrong: Reader(wrong)
            with self.subTest(wrong):
                self.assert_job_fails(storage=storage)
        for wrong in (0, -1, 1 << 70, 1.5, "x"):
            storage = MemoryStorage()
            opened = storage.open_writer

            def open_writer(key, hint, wrong=wrong, opened=opened):
                writer = opened(key, hint)
                writer.write = lambda data: wrong
                return writer
            storage.open_writer = open_writer
            with self.subTest(writes=wrong):
                self.assert_job_fails(storage=storage)

    def test_a_writer_that_takes_a_part_is_given_the_rest(self):
        storage = MemoryStorage()
        opened = storage.open_writer

        def open_writer(key, hint):
            writer = opened(key, hint)
            whole = writer.write
            writer.write = lambda data: [whole(bytes(data[:7])), len(data[:7])][1]
            return writer
        storage.open_writer = open_writer
        source, document = self.run_whole_job(storage=storage)
        self.assertEqual(document, self.run_whole_job()[1])
        self.assertEqual(source.status, contextpack.SourceStatus.COMPLETED)

    def test_rows(self):
        class Session(DatabaseSession):
            def __init__(self, inner, wrong):
                self.inner, self.wrong = inner, wrong
                self.begin, self.commit, self.rollback, self.close = (inner.begin, inner.commit, inner.rollback,
                                                                      inner.close)

            def begin(self, write): ...
            def commit(self): ...
            def rollback(self): ...
            def close(self): ...

            def execute(self, statement_id, sql, values, types):
                cursor = self.inner.execute(statement_id, sql, values, types)
                if sql.lstrip().lower().startswith("select"):
                    return [tuple(self.wrong for _ in row) for row in cursor]
                return cursor

        class Wrong(SqliteDatabase):
            def __init__(self, path, wrong):
                super().__init__(path)
                self.wrong = wrong

            def open_session(self, actor):
                return Session(super().open_session(actor), self.wrong)

        for wrong in (1 << 70, -(1 << 64), object(), [1], "\ud800"):
            with self.subTest(wrong):
                self.assert_job_fails(database=Wrong(str(self.folder / f"{id(wrong)}.db"), wrong))

    def test_analyzers(self):
        class Wrong(Analyzer):
            identity = "wrong/1"

            def __init__(self, answer):
                self.answer = answer

            def analyze(self, request):
                return self.answer() if callable(self.answer) else self.answer

        def generator(usage):
            yield "They keep bees."
            return usage

        answers = [None, 5, 1.5, [1], object(), ["\ud800"], Analysis(5), Analysis("x", 5), lambda: generator(5),
                   *[Analysis("x", Usage(**usage)) for usage in (
                       {"input_tokens": 1 << 70}, {"output_tokens": 1.5}, {"cached_input_tokens": "1"}, {"cost": 0.1},
                       {"cost": Decimal("NaN")}, {"cost": Decimal("Infinity")}, {"cost": Decimal(10) ** 30})]]
        for answer in answers:
            with self.subTest(answer):
                self.assert_job_fails(analyzer=Wrong(answer))
        for identity in (None, 5, "a\0b", b"x"):
            analyzer = Wrong("x")
            analyzer.identity = identity
            with self.subTest(identity):
                self.assert_job_fails(analyzer=analyzer)

    def test_extractors(self):
        class Wrong(Extractor):
            name = "wrong"

            def __init__(self, sure, act=None):
                self.sure, self.act = sure, act

            def sniff(self, head, name):
                return self.sure

            def extract(self, reader, sink):
                self.act(reader, sink)

        for sure in (0.9, None, "100", 1 << 40, -1, 101):
            with self.subTest(sure):
                self.assert_job_fails(extractors=[Wrong(sure)])
        message = contextpack.Message
        for act in (lambda reader, sink: sink.message("hello"), lambda reader, sink: sink.message(None),
                    lambda reader, sink: sink.message(message("x", role=1 << 40)),
                    lambda reader, sink: sink.message(message("x", kind="text")),
                    lambda reader, sink: sink.message(message(5)), lambda reader, sink: sink.message(message("x", time=5)),
                    lambda reader, sink: sink.message(message("x", attachments=(contextpack.Attachment(size_bytes=1.5),))),
                    lambda reader, sink: sink.note(1 << 40, "a", "b"), lambda reader, sink: sink.note(1, "a\0", "b"),
                    lambda reader, sink: sink.note(1, None, "b"), lambda reader, sink: sink.progress(1 << 70),
                    lambda reader, sink: sink.progress("1"), lambda reader, sink: reader.read_at(-1, 5),
                    lambda reader, sink: reader.read_at(1 << 70, 5), lambda reader, sink: reader.read_at(0, -5),
                    lambda reader, sink: reader.readinto(b"read-only")):
            with self.subTest(inspect.getsource(act).strip()):
                self.assert_job_fails(extractors=[Wrong(100, act)])


class Inputs(PackageTest):
    """Files that a host gives, to read from and to write to."""

    def extract(self, data):
        return self.open().extract(data)

    def test_wrong_readers(self):
        for wrong in (None, "x", 5.0, 1 << 70, -1, [1], object()):
            class Into:
                def readinto(self, buffer):
                    return wrong

            class Read:
                def read(self, size):
                    return wrong if wrong != -1 else b"x" * (size + 1)

            for kind in (Into, Read):
                with self.subTest(kind=kind.__name__, wrong=wrong), \
                        self.assertRaises((TypeError, ValueError, OSError)):
                    self.extract(kind())

    def test_a_buffer_kept_by_readinto_is_its_own(self):
        kept = []

        class Into:
            def readinto(self, buffer):
                kept.append(memoryview(buffer))
                buffer[:5] = b"hello"
                return 5 if len(kept) == 1 else 0

        self.assertEqual(self.extract(Into()).messages, 1)
        for view in kept:
            view[:] = b"x" * len(view)  # would be freed memory of the library's

    def test_non_blocking_files(self):
        read_end, write_end = os.pipe()
        with open(read_end, "rb", buffering=0) as file, open(write_end, "wb", buffering=0) as output:
            os.set_blocking(read_end, False)
            os.set_blocking(write_end, False)
            with self.assertRaises(BlockingIOError):
                self.extract(file)
            with self.assertRaises(BlockingIOError):
                self.open().extract_text(b"I live in Porto.\n" * 100_000, output)

    def test_wrong_writers(self):
        for wrong in (0, -1, 1.5, "x", 1 << 70):
            class File:
                def write(self, data):
                    return wrong

            with self.subTest(wrong), self.assertRaises((TypeError, ValueError, OSError)):
                self.open().extract_text(b"hello", File())

    def test_kept_pieces_and_short_writes(self):
        class Short:
            def __init__(self):
                self.pieces = []

            def write(self, data):
                self.pieces.append(data[:3])
                return len(data[:3])

        class Whole(Short):
            def write(self, data):
                self.pieces.append(data)

        engine = self.open()
        for kind in (Short, Whole):
            file = kind()
            engine.extract_text(b"I live in Porto.", file)
            self.assertEqual(b"".join(bytes(piece) for piece in file.pieces).decode(), engine.text(b"I live in Porto."))

    def test_numbers_are_no_buffers(self):
        for call in (lambda: contextpack.count_tokens(5), lambda: contextpack.encode_tokens(5), lambda: self.extract(5)):
            with self.assertRaises(TypeError):
                call()


class Kept(PackageTest):
    """Objects that a driver keeps beyond its call, and their copies."""

    def test_readers_and_sinks(self):
        kept = []

        class Keeper(Extractor):
            name = "keeper"

            def sniff(self, head, name):
                return 100

            def extract(self, reader, sink):
                kept.extend([reader, sink, copy.copy(sink)])

        with self.assertRaises(contextpack.NoContentError):
            self.open(extractors=[Keeper()]).extract(Text("hi"))
        reader, *sinks = kept
        uses = [lambda: reader.read(10), lambda: reader.read_at(0, 10), lambda: reader.readinto(bytearray(5)),
                lambda: reader.can_read_at]
        for sink in sinks:
            uses += [lambda: sink.message(contextpack.Message("x")), lambda: sink.progress(1),
                     lambda: sink.note(contextpack.NoteKind.DAMAGED, "a", "b")]
        for use in uses:
            with self.assertRaises(InvalidArgumentError):
                use()

    def test_requests(self):
        kept = []

        class Keeper(Analyzer):
            identity = "keeper/1"

            def analyze(self, request):
                kept.extend([request, copy.copy(request)])
                return "They keep bees."

        engine = self.open(analyzer=Keeper())
        me = self.person(engine)
        me.sources.run(me.sources.add(me.packs.create(), SAMPLE))
        for request in kept:
            self.assertGreater(request.text_tokens, 0)
            self.assertFalse(request.cancelled)
            with self.assertRaises(InvalidArgumentError):
                request.messages

    def test_memory_given_to_a_storage(self):
        kept = []
        storage = MemoryStorage()
        opened = storage.open_writer

        def open_writer(key, hint):
            writer = opened(key, hint)
            whole = writer.write
            writer.write = lambda data: [kept.append((data, bytes(data))), whole(data)][1]
            return writer
        storage.open_writer = open_writer
        me = self.person(self.open(storage=storage))
        me.sources.add(me.packs.create(), SAMPLE)
        self.assertTrue(kept)
        for data, was in kept:
            self.assertEqual(bytes(data), was)


if __name__ == "__main__":
    unittest.main()
