"""Engines: a database, a storage, an analyzer, and the settings they share."""
import atexit
import datetime
import logging
import os
import threading
import weakref
from ctypes import POINTER, addressof, byref, c_int64, c_void_p, memmove, pointer, string_at
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from . import _raw
from ._arguments import id_of
from ._call import (callback, check_new_engine, check_process, current_generation, finish_close, guarded_call, inside,
                    text)
from ._checked import encode, integer
from ._enums import OpenEnum
from ._handle import Handle
from ._library import lib
from ._snapshot import microseconds_of
from ._stream import OutputLike, collector, opened, writer
from .cancel import Cancel
from .chunk import Chunk
from .drivers import Analyzer, Database, Extractor, Storage
from .drivers._tables import Table, table_of
from .errors import ConflictError
from ._inspect import Inspection
from ._inspect import from_c as inspection_from_c
from .extract import ExtractReport
from .extract import from_c as report_from_c
from .input import GivenInput, InputLike, SourceType
from .message import Message
from .message import from_c as message_from_c
from .run import NoteFunction, ProgressFunction, Run
from .session import Session
from .tokens import Encoding
from .user import User

__all__ = ["BackupReport", "Check", "CheckOutcome", "Engine", "KeyReport", "Migration", "Statistics", "StorageCopyReport"]

#: Logging levels by levels of the library, and back.
_LEVELS = {_raw.CPK_LOG_ERROR: logging.ERROR, _raw.CPK_LOG_WARNING: logging.WARNING, _raw.CPK_LOG_INFO: logging.INFO,
           _raw.CPK_LOG_DEBUG: logging.DEBUG}

# Nothing is printed unless the host configures logging.
logging.getLogger("contextpack").addHandler(logging.NullHandler())

#: By the address of the C handle. Not a weak set, which runs Python code when a member is collected, where an
#: interrupt would be lost.
_open_engines: "Dict[int, weakref.ref[Engine]]" = {}


class Migration(NamedTuple):
    """One migration of the database: applied, or in a dry run missing."""

    number: int
    name: str
    applied: bool
    #: Descriptions of its changes; empty for SQLite.
    changes: Sequence[str] = ()


class CheckOutcome(OpenEnum):
    """Results of a health check."""

    PASSED = _raw.CPK_CHECK_PASSED
    WARNING = _raw.CPK_CHECK_WARNING
    FAILED = _raw.CPK_CHECK_FAILED


_TOKEN_KINDS = {"user": _raw.CPK_TOKEN_USER, "service": _raw.CPK_TOKEN_SERVICE}


class Check(NamedTuple):
    """One result of a health check."""

    outcome: CheckOutcome
    subject: str
    text: str


class Statistics(NamedTuple):
    """Numbers of rows of all users, and the size of the database."""

    users: int
    packs: int
    sources: int
    #: Neither completed nor failed.
    unfinished_sources: int
    exports: int
    #: Of V1.
    jobs: int
    #: Of sources.
    chunks: int
    transactions: int
    #: The number of the last migration.
    schema_version: int
    #: Size of the database without the write-ahead log.
    database_bytes: int
    #: Part of database_bytes that deleted rows left free; SQLite only.
    free_bytes: int


class BackupReport(NamedTuple):
    """The result of a backup."""

    database_bytes: int
    #: Blobs copied by this call.
    blobs: int
    blob_bytes: int
    #: Blobs that the target already had.
    known_blobs: int


class StorageCopyReport(NamedTuple):
    """The result of a copy of a storage."""

    #: Blobs copied by this call.
    blobs: int
    blob_bytes: int
    #: Blobs that the target already had.
    known_blobs: int
    #: Blobs of which both sides were compared.
    verified_blobs: int
    #: Blobs of the target that the source does not have, and that were removed.
    removed_blobs: int


class KeyReport(NamedTuple):
    """The result of a rotation of keys."""

    data_keys: int
    #: Data keys that another master key had wrapped.
    rewrapped_keys: int
    #: Data keys that replace others.
    new_keys: int
    #: Blobs that were encrypted again.
    blobs: int
    blob_bytes: int
    #: Replaced data keys that were removed.
    removed_keys: int
    #: Replaced data keys that stay, because they were replaced less than an hour ago.
    replaced_keys: int


def _share_sqlite() -> None:
    """Loads Python's SQLite first: the library then uses the same copy."""
    try:
        import _sqlite3  # noqa: F401
    except ImportError:
        pass  # the library finds another copy


class Engine(Handle):
    """One instance of the library. Any thread may use it. Sessions keep it alive, so it may be closed before them.

    :param database: a URI, "sqlite:PATH" or "sqlite::memory:"; a path of an SQLite file; or a Database of the host
    :param storage: a URI, "file:DIR", "s3://BUCKET/PREFIX" or "memory:"; a path of a folder; or a Storage of the host;
        "encrypted+" before a URI encrypts what is stored, see docs/storage.md
    :param analyzer: a URI, "extractive:" by default, "openai:MODEL" or "anthropic:MODEL"; or an Analyzer of the host
    :param extractors: Extractors of the host, tried before the built-in ones
    :param settings: integers and texts by name; see contextpack.settings() and text_settings()
    :param migrate: False: fail if the database has not this version's schema
    :param create: False: raise NotFoundError if the database or the storage folder does not exist, instead of creating
        it
    :param clock: returns the time, aware or in microseconds since 1970 UTC, of the years 2000 to 9999; default: the
        system clock, with PostgreSQL the server's clock
    :param random: returns that many secure random bytes; default: the source of the operating system
    :param log: a logger; its children, named after the subsystems of the library, get the log messages, from the level
        that the logger has when the engine is opened. False: no log
    """

    __slots__ = ("_closing", "_keep", "_lock", "_uses")

    _keep: List[Any]
    _lock: Any
    _uses: int
    _closing: Any

    _close_function = staticmethod(lib.cpk_engine_close)
    _flags = 0  # of a subclass

    def __new__(cls, *_args: Any, **_more: Any) -> "Engine":
        made = super().__new__(cls)
        made._keep = []
        made._lock = threading.Lock()
        made._uses = 0  # running calls in all threads
        made._closing = None  # cleanup that close() left to the last of them
        return made

    def __init__(self, database: Union[str, "os.PathLike[str]", Database, None] = None,
                 storage: Union[str, "os.PathLike[str]", Storage, None] = None,
                 analyzer: Union[str, Analyzer, None] = None, *, extractors: Sequence[Extractor] = (),
                 settings: Optional[Mapping[str, Union[int, str]]] = None, migrate: bool = True,
                 create: bool = True,
                 clock: Optional[Callable[[], Union[int, datetime.datetime]]] = None,
                 random: Optional[Callable[[int], bytes]] = None,
                 log: Union[logging.Logger, bool] = True) -> None:
        check_new_engine()
        if self._pointer is not None:
            raise ConflictError("the engine is open already", domain="python")
        options = _raw.cpk_engine_options()
        lib.cpk_engine_options_init(byref(options), _raw.STRUCT_SIZES["cpk_engine_options"])
        options.flags = self._flags
        if not migrate:
            options.flags |= _raw.CPK_ENGINE_NO_MIGRATE
        if not create:
            options.flags |= _raw.CPK_ENGINE_NO_CREATE
        tables = self._set_backends(options, database, storage, analyzer, extractors)
        given = self._set_settings(options, settings or {})
        self._set_callbacks(options, clock, random, log)
        self._hosted = bool(tables) or clock is not None or random is not None or log is not False
        self._pointer = c_void_p()
        try:
            guarded_call(lib.cpk_engine_open, (byref(options), byref(self._pointer)))
            _open_engines[self._pointer.value] = weakref.ref(self)
        except BaseException:
            if not self._pointer:
                for table in tables:
                    table.forget()  # on failure the host keeps ownership of its drivers
            self._give_up()
            raise
        del given

    def _set_backends(self, options: Any, database: Any, storage: Any, analyzer: Any,
                      extractors: Sequence[Extractor]) -> List[Table]:
        tables = []
        if (isinstance(database, os.PathLike) or (isinstance(database, str) and database.startswith("sqlite:")) or
                (database is None and options.flags & _raw.CPK_ENGINE_LOCAL)):
            _share_sqlite()
        for field, scheme, backend in (("database", "sqlite:", database), ("storage", "file:", storage),
                                       ("analyzer", "", analyzer)):
            if isinstance(backend, (Database, Storage, Analyzer)):
                tables.append(table_of(backend))
                setattr(options, f"{field}_driver", pointer(tables[-1].struct))
            elif isinstance(backend, os.PathLike):
                setattr(options, field, scheme.encode() + os.fsencode(backend))
            elif backend is not None:
                setattr(options, field, os.fsencode(backend))
        if extractors:
            made = [table_of(extractor) for extractor in extractors]
            tables += made
            array = (POINTER(_raw.cpk_extractor_driver) * len(made))(*[pointer(table.struct) for table in made])
            options.extractor_drivers = array
            options.extractor_driver_count = len(made)
        return tables

    def _set_settings(self, options: Any, given: Mapping[str, Union[int, str]]) -> Any:
        numbers = {name: value for name, value in given.items() if not isinstance(value, str)}
        texts = {name: value for name, value in given.items() if isinstance(value, str)}
        array = (_raw.cpk_setting * len(numbers))(
            *[_raw.cpk_setting(encode("a setting's name", name), value) for name, value in numbers.items()])
        text_array = (_raw.cpk_text_setting * len(texts))(
            *[_raw.cpk_text_setting(encode("a setting's name", name), encode(name, value)) for name, value in texts.items()])
        options.settings, options.setting_count = array, len(numbers)
        options.text_settings, options.text_setting_count = text_array, len(texts)
        return array, text_array

    def _set_callbacks(self, options: Any, clock: Any, random: Any, log: Union[logging.Logger, bool]) -> None:
        if clock is not None:
            self._keep.append(_clock(clock))
            options.clock = self._keep[-1]
        if random is not None:
            self._keep.append(_random(random))
            options.random = self._keep[-1]
        if log is not False:
            logger = log if isinstance(log, logging.Logger) else logging.getLogger("contextpack")
            self._keep.append(_log(logger))
            options.log = self._keep[-1]
            options.log_level = max((level for level, python in _LEVELS.items() if logger.isEnabledFor(python)),
                                    default=_raw.CPK_LOG_ERROR)

    def _call(self, function: Any, *args: Any, run: Optional[Run] = None) -> None:
        """Calls a function with the engine as its first argument; close() in another thread waits until it returns."""
        check_process(self._generation)
        counted = False  # an interrupt may occur anywhere
        try:
            with self._lock:
                engine = self._borrow()
                self._uses += 1
                counted = True
            if run is not None:
                run.call(function, engine, *args)
            else:
                guarded_call(function, (engine, *args))
        finally:
            closing = None
            if counted:
                with self._lock:
                    self._uses -= 1
                    closing = self._closing if self._uses == 0 else None
                    self._closing = None if self._uses == 0 else self._closing
            if closing is not None:
                inside(lib.cpk_engine_close, closing)
                finish_close()

    def close(self) -> None:
        """Drops the host's reference; the engine is freed with its last session and running call."""
        super().close()

    def _close(self) -> None:
        if self._pointer is not None:
            _open_engines.pop(self._pointer.value, None)
        with self._lock:
            if self._uses > 0:
                self._closing, self._pointer = self._pointer, None
                return
        super()._close()

    # -- Sessions --

    def _open(self, function: Any, *args: Any) -> Session:
        session = Session(self, c_void_p())
        try:
            self._call(function, *args, byref(session._pointer))
        except BaseException:
            session._give_up()
            raise
        return session

    @staticmethod
    def local(database: Union[str, "os.PathLike[str]", Database, None] = None,
              storage: Union[str, "os.PathLike[str]", Storage, None] = None, **options: Any) -> Session:
        """Opens the user's own installation and returns a session of the local user, on the unlimited plan:

            with contextpack.Engine.local() as me:
                print(len(me.packs.list()))

        By default database and storage are those of the command, in $XDG_DATA_HOME/contextpack or
        ~/.local/share/contextpack; both are created if they do not exist. The engine is closed with the session.

        :param options: other arguments of Engine()
        """
        with _LocalEngine(database, storage, **options) as engine:
            return engine.session_of_local_user()

    def session(self, user: Union[User, str]) -> Session:
        """A session of an existing user."""
        return self._open(lib.cpk_session_open_user, id_of(user))

    def session_of_local_user(self) -> Session:
        """A session of the local user, who is created on first use on the unlimited plan: for an installation of one
        person. ConflictError if another account has the local user's e-mail address.
        """
        return self._open(lib.cpk_session_open_local)

    def session_of_token(self, token: str, *, allow: Sequence[str] = ("user",)) -> Session:
        """A session of the principal of a token (JWT), which is verified by the settings auth.*.

        :param allow: accepted tokens: "user" (role authenticated), "service" (role service_role: a session of the
        service); Session.kind tells which it was
        """
        options = _raw.cpk_token_options()
        lib.cpk_token_options_init(byref(options), _raw.STRUCT_SIZES["cpk_token_options"])
        for kind in (allow,) if isinstance(allow, str) else allow:
            if kind not in _TOKEN_KINDS:
                raise ValueError(f"allow knows {', '.join(_TOKEN_KINDS)}, not {kind!r}")
            options.allow |= _TOKEN_KINDS[kind]
        if options.allow == 0:
            raise ValueError("allow names no kind of token")
        return self._open(lib.cpk_session_open_token, encode("the token", token), byref(options))

    def service(self) -> Session:
        """A session of the service, for hosts that have authenticated the caller."""
        return self._open(lib.cpk_session_open_service)

    def admin(self, admin_user_id: str) -> Session:
        """A session of an administrator (a UUID), whose actions are recorded under this id."""
        return self._open(lib.cpk_session_open_admin, id_of(admin_user_id))

    # -- The engine itself --

    def setting(self, name: str) -> int:
        """The value of a setting."""
        value = c_int64()
        self._call(lib.cpk_engine_setting, encode("a setting's name", name), byref(value))
        return value.value

    def migrate(self, *, dry_run: bool = False) -> List[Migration]:
        """Migrates the database to this version's schema; with dry_run only lists what is missing. Lines that begin
        with "undo: " are the SQL statements that revert a change.
        """
        return self._migrations(lib.cpk_engine_migrate_report, bool(dry_run))

    def migration_history(self) -> List[Migration]:
        """The report of migrate() when the database was migrated, by any process: it is stored in the database."""
        return self._migrations(lib.cpk_engine_migration_history)

    def _migrations(self, function: Any, *arguments: Any) -> List[Migration]:
        found: List[Migration] = []
        changes: List[List[str]] = []

        @callback(failed=None)
        def report(_user: Any, number: int, name: Optional[bytes], applied: int) -> None:
            changes.append([])
            found.append(Migration(number, text(name), bool(applied), changes[-1]))

        @callback(failed=None)
        def change(_user: Any, _number: int, line: Optional[bytes]) -> None:
            changes[-1].append(text(line))

        self._call(function, *arguments, _raw.cpk_migration_fn(report), _raw.cpk_migration_change_fn(change), None)
        return found

    def check(self) -> List[Check]:
        """Checks the whole installation: database, storage, balances, rows and blobs. Changes nothing."""
        found: List[Check] = []

        @callback(failed=None)
        def report(_user: Any, outcome: int, subject: Optional[bytes], sentence: Optional[bytes]) -> None:
            found.append(Check(CheckOutcome(outcome), text(subject), text(sentence)))

        self._call(lib.cpk_engine_check, _raw.cpk_check_fn(report), None, None)
        return found

    def statistics(self) -> Statistics:
        """Counts the rows of all users and reads the size of the database."""
        out = _raw.cpk_statistics()
        lib.cpk_statistics_init(byref(out), _raw.STRUCT_SIZES["cpk_statistics"])
        self._call(lib.cpk_engine_statistics, byref(out))
        return Statistics(*[getattr(out, name) for name in Statistics._fields])

    def backup(self, path: Union[str, "os.PathLike[str]"], *,
               storage: Union[str, "os.PathLike[str]", None] = None, replace: bool = False,
               progress: Optional[ProgressFunction] = None, cancel: Optional[Cancel] = None) -> BackupReport:
        """Copies an SQLite database to a file as of one moment, while others write. The copy is checked for damage,
        accessible to its owner only, and appears completely or not at all. With a `storage` ("file:DIR", or the path
        of a folder) all blobs are copied to it, except those that it already has.
        """
        target = b"file:" + os.fsencode(storage) if isinstance(storage, os.PathLike) else storage and os.fsencode(storage)
        report = _raw.cpk_backup_report()
        lib.cpk_backup_report_init(byref(report), _raw.STRUCT_SIZES["cpk_backup_report"])
        run = Run(progress, None, cancel)
        self._call(lib.cpk_engine_backup, os.fsencode(path), target or None, int(replace), run.options, byref(report),
                   run=run)
        return BackupReport(*[getattr(report, name) for name in BackupReport._fields])

    def copy_storage(self, target: str, *, source: Optional[str] = None, verify: bool = False, mirror: bool = False,
                     progress: Optional[ProgressFunction] = None, cancel: Optional[Cancel] = None) -> StorageCopyReport:
        """Copies the blobs of the engine's storage, or of `source`, to the storage `target`, except those that it
        already has; call again to continue a copy that was stopped. `verify` compares every blob's SHA-256 in both;
        `mirror` removes blobs of the target that the source does not have.
        """
        flags = (_raw.CPK_STORAGE_COPY_VERIFY if verify else 0) | (_raw.CPK_STORAGE_COPY_MIRROR if mirror else 0)
        report = _raw.cpk_storage_copy_report()
        lib.cpk_storage_copy_report_init(byref(report), _raw.STRUCT_SIZES["cpk_storage_copy_report"])
        run = Run(progress, None, cancel)
        self._call(lib.cpk_engine_copy_storage, os.fsencode(source) if source else None, os.fsencode(target), flags,
                   run.options, byref(report), run=run)
        return StorageCopyReport(*[getattr(report, name) for name in StorageCopyReport._fields])

    def rotate_keys(self, *, older_than_ms: int = -1, progress: Optional[ProgressFunction] = None,
                    cancel: Optional[Cancel] = None) -> KeyReport:
        """Rotates the keys of an encrypted storage: every data key is wrapped by the first master key. Data keys of
        `older_than_ms` and more are replaced, and the blobs below them encrypted again; -1: none.
        """
        report = _raw.cpk_key_report()
        lib.cpk_key_report_init(byref(report), _raw.STRUCT_SIZES["cpk_key_report"])
        run = Run(progress, None, cancel)
        self._call(lib.cpk_engine_rotate_keys, older_than_ms, run.options, byref(report), run=run)
        return KeyReport(*[getattr(report, name) for name in KeyReport._fields])

    # -- Without a database --

    def inspect(self, data: InputLike, *, name: Optional[str] = None, source_type: Optional[SourceType] = None,
                progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
                cancel: Optional[Cancel] = None, password: Optional[str] = None) -> Inspection:
        """Tells what an input contains, what would be skipped and why, what is missing, and what an import would cost.
        Nothing is stored. `password` opens encrypted documents, here and in the other calls; it is stored nowhere.
        """
        out = c_void_p()
        run = Run(progress, note, cancel, password=password)
        try:
            with GivenInput(data, name, source_type) as given:
                self._call(lib.cpk_inspect, given, run.options, byref(out), run=run)
            return inspection_from_c(out)
        finally:
            lib.cpk_inspection_free(out)

    def extract(self, data: InputLike, message: Optional[Callable[[Message], object]] = None, *,
                name: Optional[str] = None, source_type: Optional[SourceType] = None,
                progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
                cancel: Optional[Cancel] = None, password: Optional[str] = None) -> ExtractReport:
        """Reads an input of any known format and calls `message` for each message; memory is bounded by the largest
        conversation. Without `message` only the report is made.
        """

        @callback(failed=1)
        def take(_user: Any, given: Any) -> int:
            if message is not None:
                message(message_from_c(given.contents))
            return 0

        taker = _raw.cpk_message_fn(take) if message is not None else _raw.cpk_message_fn()
        return self._read(lib.cpk_extract, data, name, source_type, (taker, None),
                          Run(progress, note, cancel, password=password))

    def messages(self, data: InputLike, *, name: Optional[str] = None,
                 source_type: Optional[SourceType] = None, password: Optional[str] = None) -> List[Message]:
        """All messages of an input, in memory."""
        found: List[Message] = []
        self.extract(data, found.append, name=name, source_type=source_type, password=password)
        return found

    def extract_text(self, data: InputLike, output: OutputLike, *, name: Optional[str] = None,
                     source_type: Optional[SourceType] = None, progress: Optional[ProgressFunction] = None,
                     note: Optional[NoteFunction] = None, cancel: Optional[Cancel] = None,
                     password: Optional[str] = None) -> ExtractReport:
        """Writes the normalised text of an input, which chunks are cut from, to a path or a binary file object."""
        with opened(output) as file:
            return self._read(lib.cpk_extract_text, data, name, source_type, (writer(file), None),
                              Run(progress, note, cancel, password=password))

    def text(self, data: InputLike, *, name: Optional[str] = None, source_type: Optional[SourceType] = None,
             password: Optional[str] = None) -> str:
        """Returns the normalised text of an input."""
        pieces: List[bytes] = []
        self._read(lib.cpk_extract_text, data, name, source_type, (collector(pieces), None),
                   Run(None, None, None, password=password))
        return b"".join(pieces).decode("utf-8")

    def chunk(self, data: InputLike, chunk: Callable[[Chunk], object], *, max_tokens: int = 0,
              overlap_tokens: int = 0, encoding: Encoding = Encoding.O200K_BASE, name: Optional[str] = None,
              source_type: Optional[SourceType] = None, progress: Optional[ProgressFunction] = None,
              note: Optional[NoteFunction] = None, cancel: Optional[Cancel] = None,
              password: Optional[str] = None) -> ExtractReport:
        """Cuts the text of an input into chunks at the best boundary that fits, and calls `chunk` for each. 0 means
        the setting chunk.max_tokens or chunk.overlap_tokens; overlap_tokens -1: no overlap.
        """

        @callback(failed=1)
        def take(_user: Any, pointed: Any) -> int:
            given = pointed.contents
            address = c_void_p.from_address(addressof(given) + _CHUNK_TEXT_AT).value
            body = string_at(address, given.length) if address else b""
            chunk(Chunk(given.index, given.offset, given.length, given.tokens, body.decode("utf-8", "replace")))
            return 0

        options = _raw.cpk_chunk_options(_raw.STRUCT_SIZES["cpk_chunk_options"], encoding, max_tokens, overlap_tokens)
        return self._read(lib.cpk_chunk_input, data, name, source_type,
                          (byref(options), _raw.cpk_chunk_fn(take), None), Run(progress, note, cancel, password=password))

    def chunks(self, data: InputLike, *, max_tokens: int = 0, overlap_tokens: int = 0,
               encoding: Encoding = Encoding.O200K_BASE, name: Optional[str] = None,
               source_type: Optional[SourceType] = None, password: Optional[str] = None) -> List[Chunk]:
        """All chunks of an input, in memory."""
        found: List[Chunk] = []
        self.chunk(data, found.append, max_tokens=max_tokens, overlap_tokens=overlap_tokens, encoding=encoding,
                   name=name, source_type=source_type, password=password)
        return found

    def _read(self, function: Any, data: InputLike, name: Optional[str], source_type: Optional[SourceType], args: Any,
              run: Run) -> ExtractReport:
        report = _raw.cpk_extract_report(_raw.STRUCT_SIZES["cpk_extract_report"])
        with GivenInput(data, name, source_type) as given:
            self._call(function, given, *args, run.options, byref(report), run=run)
        return report_from_c(report)


class _LocalEngine(Engine):
    """An engine with the user's own database and storage by default."""

    __slots__ = ()

    _flags = _raw.CPK_ENGINE_LOCAL


_CHUNK_TEXT_AT = _raw.cpk_chunk.text.offset
_CLOCK_US_MIN = 946_684_800_000_000  # the year 2000: detects a clock in seconds or milliseconds
_CLOCK_US_MAX = 253_402_300_799_999_999  # the end of the year 9999


def _clock(clock: Callable[[], Union[int, datetime.datetime]]) -> Any:
    @callback(failed=_raw.CPK_TIME_UNKNOWN)
    def now(_user: Any) -> int:
        time = clock()
        if isinstance(time, datetime.datetime):
            return microseconds_of(time)
        if not isinstance(time, int):
            raise TypeError(f"clock() must return an aware datetime or an integer of microseconds, not {type(time).__name__}")
        return integer("what clock() returns", time, _CLOCK_US_MIN, _CLOCK_US_MAX)

    return _raw.cpk_clock_fn(now)


def _random(random: Callable[[int], bytes]) -> Any:
    @callback(failed=1)
    def fill(_user: Any, address: int, length: int) -> int:
        made = bytes(memoryview(random(length)))
        if len(made) != length:
            raise ValueError(f"random() gave {len(made)} bytes where {length} were wanted")
        memmove(address, made, length)
        return 0

    return _raw.cpk_random_fn(fill)


def _log(logger: logging.Logger) -> Any:
    @callback(failed=None)
    def write(_user: Any, level: int, domain: Optional[bytes], message: Optional[bytes]) -> None:
        logger.getChild(text(domain) or "library").log(_LEVELS.get(level, logging.DEBUG), "%s", text(message))

    return _raw.cpk_log_fn(write)


@atexit.register
def _close_all() -> None:
    """Closes all engines at exit, so that no driver written in Python is called later."""
    for reference in list(_open_engines.values()):
        engine = reference()
        if engine is not None:
            engine.close()
