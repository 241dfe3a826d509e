"""The C tables of drivers written in Python, kept alive as long as C uses them."""
import itertools
import threading
from ctypes import POINTER, addressof, c_char_p, c_void_p, cast, memmove, string_at
from decimal import Decimal
from typing import Any, Dict, List, Union

from .. import _raw
from .._call import callback, driver_slot, text, thread
from .._checked import encode, integer, int64
from .._snapshot import microseconds_of
from .._stream import read_some, write_all
from ..errors import CancelledError
from ._borrowed import Borrowed
from .analyzer import Analysis, Analyzer, AnalyzerRequest, Usage
from .database import Actor, ActorKind, Database, ValueType
from .extractor import Extractor, Reader, Sink
from .storage import BlobInfo, Storage

Driver = Union[Analyzer, Database, Extractor, Storage]

#: Tables that C may call.
_alive: Dict[int, "Table"] = {}


class Table:
    """A driver's C table, and the Python objects of the handles that it returned to C."""

    def __init__(self, driver: Any, struct: Any, abi_version: int, domain: str) -> None:
        self.driver = driver
        self.struct = struct
        self._kinds = dict(struct._fields_)
        self._numbers = itertools.count(1)
        self._objects: Dict[int, Any] = {}
        self._lock = threading.Lock()
        self.domain = domain
        struct.abi_version = abi_version
        struct.struct_size = _raw.STRUCT_SIZES[type(struct).__name__]
        self.set("destroy", callback(failed=None)(self._destroy))
        _alive[id(self)] = self

    def set(self, slot: str, function: Any) -> None:
        setattr(self.struct, slot, self._kinds[slot](function))

    def status(self, slot: str, function: Any) -> None:
        """Wraps a function that returns a status: what it raises becomes its error."""
        self.set(slot, driver_slot(self.domain)(function))

    def put(self, made: Any) -> int:
        with self._lock:
            number = next(self._numbers)
        self._objects[number] = made
        return number

    def get(self, number: int) -> Any:
        return self._objects[number]

    def pop(self, number: int) -> Any:
        return self._objects.pop(number, None)

    def _destroy(self, _self: Any) -> None:
        self.forget()
        self.driver.close()

    def forget(self) -> None:
        """Called when C no longer uses the table. Its `destroy` is still running, so the thread that closed the engine
        frees it.
        """
        _alive.pop(id(self), None)
        thread.dead.append(self)


def table_of(driver: Driver) -> Table:
    if isinstance(driver, Storage):
        return _storage(driver)
    if isinstance(driver, Database):
        return _database(driver)
    if isinstance(driver, Analyzer):
        return _analyzer(driver)
    if isinstance(driver, Extractor):
        return _extractor(driver)
    raise TypeError(f"{driver!r} is not a driver")


def _key(key: bytes) -> str:
    return key.decode("utf-8")


# -- Storage ----------------------------------------------------------------------------------------------------------

def _fill_info(info: Any, found: BlobInfo) -> None:
    """Fills a cpk_blob_info, whose first version already had both fields."""
    info.size_bytes = found.size_bytes
    info.modified_us = _raw.CPK_TIME_UNKNOWN if found.modified is None else microseconds_of(found.modified)


def _storage(driver: Storage) -> Table:
    table = Table(driver, _raw.cpk_storage_driver(), _raw.CPK_STORAGE_ABI, "storage")
    _storage_writing(table, driver)
    _storage_reading(table, driver)

    def stat(_self: Any, key: bytes, info: Any, _error: Any) -> None:
        _fill_info(info.contents, driver.stat(_key(key)))

    def remove(_self: Any, key: bytes, _error: Any) -> None:
        driver.remove(_key(key))

    def list_keys(_self: Any, prefix: bytes, each: Any, user: Any, _error: Any) -> None:
        info = _raw.cpk_blob_info(_raw.STRUCT_SIZES["cpk_blob_info"])
        for key, found in driver.list(_key(prefix)):
            _fill_info(info, found)
            if each(user, encode("a blob's key", key), info):
                return

    table.status("stat", stat)
    table.status("remove", remove)
    table.status("list", list_keys)
    return table


def _storage_writing(table: Table, driver: Storage) -> None:
    def write_open(_self: Any, key: bytes, size_hint: int, writer: Any, _error: Any) -> None:
        writer[0] = table.put(driver.open_writer(_key(key), size_hint if size_hint >= 0 else None))

    def write_data(_self: Any, writer: int, data: int, length: int, _error: Any) -> None:
        write_all(table.get(writer).write, string_at(data, length) if length else b"")

    def write_close(_self: Any, writer: int, commit: int, _error: Any) -> None:
        blob = table.pop(writer)
        if commit:
            blob.commit()
        else:
            blob.abort()

    table.status("write_open", write_open)
    table.status("write_data", write_data)
    table.status("write_close", write_close)


def _storage_reading(table: Table, driver: Storage) -> None:
    def read_open(_self: Any, key: bytes, offset: int, length: int, reader: Any, _error: Any) -> None:
        reader[0] = table.put(driver.open_reader(_key(key), offset, length if length >= 0 else None))

    def read_data(_self: Any, reader: int, buffer: int, capacity: int, got: Any, _error: Any) -> None:
        """Fills the whole buffer with repeated reads, because C takes a short read as the end."""
        done = 0
        while done < capacity:
            piece = read_some(table.get(reader).read(capacity - done), capacity - done)
            if not piece:
                break
            memmove(buffer + done, piece, len(piece))
            done += len(piece)
        got[0] = done

    @callback(failed=None)
    def read_close(_self: Any, reader: int) -> None:
        close = getattr(table.pop(reader), "close", None)
        if close is not None:
            close()

    table.status("read_open", read_open)
    table.status("read_data", read_data)
    table.set("read_close", read_close)


# -- Database ---------------------------------------------------------------------------------------------------------

class _Cursor:
    """The rows of a statement, and the current row for C."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        self.iterator = iter(rows)
        self.columns: Any = None
        self.keep: List[Any] = []

    def next(self) -> int:
        """Reads the next row and returns its number of columns; 0 at the end."""
        row = next(self.iterator, None)
        if row is None:
            return 0
        if self.columns is None or len(self.columns) != len(row):
            self.columns = (_raw.cpk_value * len(row))()
        self.keep = [_fill_value(self.columns[i], value) for i, value in enumerate(row)]
        return len(row)

    def close(self) -> None:
        close = getattr(self.rows, "close", None)
        if close is not None:
            close()


def _fill_value(place: Any, value: Any) -> Any:
    """Writes one column and returns the object that it points at, to keep it alive."""
    place.is_null = 0
    if value is None:
        place.type, place.is_null = _raw.CPK_VALUE_TEXT, 1
        return None
    if isinstance(value, int):
        place.type, place.int64_value = _raw.CPK_VALUE_INT64, value
        return None
    if isinstance(value, float):
        place.type, place.double_value = _raw.CPK_VALUE_DOUBLE, value
        return None
    if isinstance(value, str):
        place.type, data = _raw.CPK_VALUE_TEXT, value.encode("utf-8")
    else:
        place.type, data = _raw.CPK_VALUE_BLOB, bytes(memoryview(value))
    place.bytes = cast(c_char_p(data), c_void_p)
    place.length = len(data)
    return data


def _value(given: Any) -> Any:
    if given.is_null:
        return None
    if given.type == _raw.CPK_VALUE_INT64:
        return given.int64_value
    if given.type == _raw.CPK_VALUE_DOUBLE:
        return given.double_value
    data = string_at(given.bytes, given.length) if given.length else b""
    return data.decode("utf-8") if given.type == _raw.CPK_VALUE_TEXT else data


def _database(driver: Database) -> Table:
    table = Table(driver, _raw.cpk_database_driver(), _raw.CPK_DATABASE_ABI, "database")
    table.struct.dialect = driver.dialect
    table.struct.capabilities = _raw.CPK_DATABASE_CAN_ROW_SECURITY if driver.row_security else 0

    def session_open(_self: Any, actor: Any, session: Any, _error: Any) -> None:
        given = actor.contents
        who = Actor(ActorKind(given.kind), text(given.user_id) if given.user_id is not None else None)
        session[0] = table.put(driver.open_session(who))

    @callback(failed=None)
    def session_close(_self: Any, session: int) -> None:
        opened = table.pop(session)
        if opened is not None:
            opened.close()

    def begin(_self: Any, session: int, mode: int, _error: Any) -> None:
        table.get(session).begin(mode == _raw.CPK_TRANSACTION_WRITE)

    def commit(_self: Any, session: int, _error: Any) -> None:
        table.get(session).commit()

    def rollback(_self: Any, session: int, _error: Any) -> None:
        table.get(session).rollback()

    table.status("session_open", session_open)
    table.set("session_close", session_close)
    table.status("begin", begin)
    table.status("commit", commit)
    table.status("rollback", rollback)
    _database_cursors(table)
    return table


def _database_cursors(table: Table) -> None:
    def execute(_self: Any, session: int, statement_id: int, sql: bytes, values: Any, count: int, cursor: Any,
                _error: Any) -> None:
        given = [values[i] for i in range(count)]
        rows = table.get(session).execute(statement_id, sql.decode("utf-8"), [_value(value) for value in given],
                                          [ValueType(value.type) for value in given])
        cursor[0] = table.put(_Cursor(rows))

    def cursor_next(_self: Any, cursor: int, columns: Any, count: Any, _error: Any) -> None:
        opened = table.get(cursor)
        count[0] = opened.next()
        columns[0] = cast(opened.columns, POINTER(_raw.cpk_value)) if count[0] else POINTER(_raw.cpk_value)()

    @callback(failed=None)
    def cursor_close(_self: Any, cursor: int) -> None:
        opened = table.pop(cursor)
        if opened is not None:
            opened.close()

    @callback(failed=0)
    def cursor_changes(_self: Any, cursor: int) -> int:
        changed = getattr(table.get(cursor).rows, "rowcount", 0)
        int64("rowcount", changed)
        return max(0, changed)  # -1: not known

    table.status("exec", execute)
    table.status("cursor_next", cursor_next)
    table.set("cursor_close", cursor_close)
    table.set("cursor_changes", cursor_changes)


# -- Analyzer ---------------------------------------------------------------------------------------------------------

_TEXT_AT = _raw.cpk_analyzer_request.text.offset


def _write(write: Any, user: Any, piece: Union[str, bytes]) -> None:
    data = piece.encode("utf-8") if isinstance(piece, str) else bytes(memoryview(piece))
    if data and write(user, cast(c_char_p(data), c_void_p), len(data)):
        raise CancelledError("the library asked the analyzer to stop", domain="analyzer")


def _write_answer(answer: Any, write: Any, user: Any) -> Usage:
    if isinstance(answer, Analysis):
        _write(write, user, answer.text)
        return answer.usage
    if isinstance(answer, (str, bytes)):
        _write(write, user, answer)
        return Usage()
    pieces = iter(answer)
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            if end.value is not None and not isinstance(end.value, Usage):
                raise TypeError(f"a generator must return Usage, not {type(end.value).__name__}") from None
            return end.value if end.value is not None else Usage()
        _write(write, user, piece)


def _cost_micros(cost: Any) -> int:
    """Converts to micro-dollars, rounded, because prices per token have more decimal places."""
    if isinstance(cost, bool) or not isinstance(cost, (Decimal, int)):
        raise TypeError(f"the cost of an analysis is a Decimal, not {type(cost).__name__}")
    if not Decimal(cost).is_finite():
        raise ValueError(f"the cost of an analysis is {cost}")
    return int((Decimal(cost) * 1_000_000).to_integral_value())


def _analyzer(driver: Analyzer) -> Table:
    table = Table(driver, _raw.cpk_analyzer_driver(), _raw.CPK_ANALYZER_ABI, "analyzer")
    name = c_char_p(encode("the analyzer's identity", driver.identity))
    table.struct.capabilities = ((_raw.CPK_ANALYZER_IS_MODEL if driver.is_model else 0)
                                 | (_raw.CPK_ANALYZER_IS_REMOTE if driver.is_remote else 0))

    @callback(failed=0)
    def identity(_self: Any) -> int:
        return cast(name, c_void_p).value or 0

    def analyze(_self: Any, pointed: Any, write: Any, user: Any, usage: Any, _error: Any) -> None:
        given = pointed.contents
        address = c_void_p.from_address(addressof(given) + _TEXT_AT).value
        borrowed = Borrowed(given, "the request")
        body = string_at(address, given.text_length).decode("utf-8") if address else ""
        try:
            used = _write_answer(driver.analyze(AnalyzerRequest(borrowed, body)), write, user)
        finally:
            borrowed.end()
        place = usage.contents
        place.input_tokens, place.output_tokens = used.input_tokens, used.output_tokens
        place.cached_input_tokens = used.cached_input_tokens
        place.cost_micros = _cost_micros(used.cost)
        place.reasoning_output_tokens = used.reasoning_output_tokens
        place.outcome, place.request_count = int(used.outcome), used.request_count

    table.set("identity", identity)
    table.status("analyze", analyze)
    return table


# -- Extractor --------------------------------------------------------------------------------------------------------

def _extractor(driver: Extractor) -> Table:
    table = Table(driver, _raw.cpk_extractor_driver(), _raw.CPK_EXTRACTOR_ABI, "extract")
    own_name = c_char_p(encode("the extractor's name", driver.name))

    @callback(failed=0)
    def name(_self: Any) -> int:
        return cast(own_name, c_void_p).value or 0

    @callback(failed=0)
    def sniff(_self: Any, head: int, length: int, file_name: bytes) -> int:
        sure = driver.sniff(string_at(head, length) if length else b"", text(file_name))
        return integer("what sniff() returns", sure, 0, 100)

    def extract(_self: Any, reader: Any, sink: Any, _error: Any) -> None:
        given, taken = Borrowed(reader.contents, "the reader"), Borrowed(sink.contents, "the sink")
        try:
            driver.extract(Reader(given), Sink(taken))
        finally:
            given.end()
            taken.end()

    table.set("name", name)
    table.set("sniff", sniff)
    table.status("extract", extract)
    return table
