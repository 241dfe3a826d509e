"""Immutable snapshots of rows, and pages of them.

A snapshot is a tuple of what C's getters said, so that it is read at the speed of a tuple, belongs to no handle, thread or
process, and can be pickled. A page is read in one call (cpk_list_head in contextpack/session.h).
"""
import datetime
import functools
import json
import threading
from ctypes import c_char, c_void_p
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import (TYPE_CHECKING, Any, Callable, ClassVar, Dict, Generic, Iterator, List, NoReturn, Optional, Sequence, Tuple,
                    Type, TypeVar, Union, overload)

from . import _raw
from ._call import text
from ._library import lib

if TYPE_CHECKING:
    Row = Tuple[Any, ...]
else:
    Row = tuple

T = TypeVar("T")
S = TypeVar("S", bound="Snapshot")

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
FIRST_TIME = datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)
FIRST_MICROSECONDS = (FIRST_TIME - EPOCH) // datetime.timedelta(microseconds=1)
MICRO = Decimal("0.000001")
HEAD_BYTES = 32
NULL_TEXT = "\udcff"  # the byte 0xFF as decoded by surrogateescape


@functools.lru_cache(maxsize=4096)
def known_time_of(microseconds: int) -> datetime.datetime:
    """An aware time; the earliest one if a row lacks a required time. Cached, because few values repeat often."""
    try:
        return EPOCH + datetime.timedelta(0, 0, microseconds)
    except OverflowError:
        return FIRST_TIME


def time_of(microseconds: int) -> Optional[datetime.datetime]:
    """An aware time, or None for CPK_TIME_UNKNOWN."""
    time = known_time_of(microseconds)
    return time if microseconds >= FIRST_MICROSECONDS else None


def microseconds_of(time: datetime.datetime) -> int:
    """Converts an aware time to the time of the C library."""
    if time.tzinfo is None:
        raise ValueError("a time without a time zone")
    return (time - EPOCH) // datetime.timedelta(microseconds=1)


def micros_of(amount: Union[Decimal, int]) -> int:
    """Converts a Decimal to millionths of a unit, the money of the C library."""
    if not isinstance(amount, (Decimal, int)):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}")
    micros = Fraction(amount) * 1_000_000
    if micros.denominator != 1:
        raise ValueError("an amount of money has more than six decimal places")
    return micros.numerator


class Field(Generic[T]):
    """A read-only attribute of a snapshot, as type checkers see it."""

    if TYPE_CHECKING:
        def __get__(self, instance: Any, owner: Any = None) -> T: ...

        def __set__(self, instance: Any, value: NoReturn) -> None: ...

    def __init__(self, name: str, convert: Optional[Callable[[Any], T]], doc: str) -> None:
        self.name, self.convert, self.__doc__ = name, convert, doc

    def made(self, index: int) -> property:
        """The property for its position in the row. itemgetter reads a plain field in one step of C."""
        get = itemgetter(index)
        convert = self.convert
        if convert is None:
            return property(get, doc=self.__doc__)
        return property(lambda row: convert(row[index]), doc=self.__doc__)


def string(name: str, doc: str) -> Field[str]:
    return Field(name, None, doc)


def optional_string(name: str, doc: str) -> Field[Optional[str]]:
    return Field(name, None, doc)


def number(name: str, doc: str) -> Field[int]:
    return Field(name, None, doc)


def known_number(name: str, doc: str) -> Field[Optional[int]]:
    """A number; None for -1, which means unknown."""
    return Field(name, lambda value: value if value >= 0 else None, doc)


def moment(name: str, doc: str) -> Field[datetime.datetime]:
    return Field(name, known_time_of, doc)


def optional_moment(name: str, doc: str) -> Field[Optional[datetime.datetime]]:
    return Field(name, time_of, doc)


def money(name: str, doc: str) -> Field[Decimal]:
    return Field(name, lambda micros: micros * MICRO, doc)


def parsed(name: str, doc: str) -> Field[Any]:
    """The value of a JSON text, or None."""
    return Field(name, lambda value: None if value is None else json.loads(value), doc)


def converted(name: str, convert: Callable[[Any], T], doc: str) -> Field[T]:
    return Field(name, convert, doc)


class Snapshot(Row):
    """One row as it was when it was read. Equal when all that is known of the row is equal."""

    __slots__ = ()

    #: The C noun, "cpk_pack", the names of all its getters in the order of the row, and what is shown by repr.
    _noun: ClassVar[str]
    _names: ClassVar[Tuple[str, ...]]
    _attributes: ClassVar[Tuple[str, ...]]

    def __init_subclass__(cls, noun: Optional[str] = None, more: Tuple[str, ...] = ()) -> None:
        """A class of _records.py has a noun, and one class made of it adds methods. `more` names what stands in a row
        beside what C's getters say."""
        if noun is not None:
            getters = _raw.SNAPSHOTS[noun]
            cls._noun = noun
            cls._names = tuple([name for name, _, is_text in getters if is_text]
                               + [name for name, _, is_text in getters if not is_text])
            cls._attributes = ()
        cls._names += more
        attributes = list(cls._attributes)
        for name, field in list(vars(cls).items()):
            if isinstance(field, Field):
                setattr(cls, name, field.made(cls._names.index(field.name)))
                if name not in attributes:
                    attributes.append(name)
        cls._attributes = tuple(attributes)

    def as_dict(self) -> Dict[str, Any]:
        """All attributes by name."""
        return {name: getattr(self, name) for name in self._attributes}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return tuple.__hash__(self)

    def __lt__(self, other: object) -> bool:
        return NotImplemented

    __le__ = __gt__ = __ge__ = __lt__

    def __iter__(self) -> Iterator[Any]:
        raise TypeError(f"a {type(self).__name__} is not iterable: read its attributes or as_dict()")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._attributes)})"

    def __reduce__(self) -> Tuple[Any, ...]:
        return _remake, (type(self), self[:])


def _remake(kind: Type[S], row: Tuple[Any, ...]) -> S:
    return tuple.__new__(kind, row)


@functools.lru_cache(maxsize=None)
def _getters(kind: Type[Snapshot]) -> Tuple[List[Any], List[Any], Any]:
    known = _raw.SNAPSHOTS[kind._noun]
    return ([getattr(lib, getter) for _, getter, is_text in known if is_text],
            [getattr(lib, getter) for _, getter, is_text in known if not is_text],
            getattr(lib, f"{kind._noun}_free"))


def _text_or_none(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode("utf-8")


def read(kind: Type[S], pointer: Any, *more: Any) -> S:
    """The snapshot of one of C's, which stays C's."""
    texts, numbers, _ = _getters(kind)
    row = [_text_or_none(get(pointer)) for get in texts]
    return tuple.__new__(kind, [*row, *[get(pointer) for get in numbers], *more])


def take(kind: Type[S], pointer: c_void_p) -> S:
    """Copies the record in an out parameter and frees the C record."""
    try:
        return read(kind, pointer)
    finally:
        _getters(kind)[2](pointer)


def free_if_made(kind: Type[S], pointer: c_void_p) -> None:
    """Frees the record that a failed call may have returned."""
    if pointer:
        _getters(kind)[2](pointer)


class Page(Sequence[S]):
    """One page of a list: a sequence of snapshots. `next` goes into the `after` of the next call; None on the last."""

    __slots__ = ("_items", "next")

    def __init__(self, items: List[S], next_page: Optional[str]) -> None:
        self._items = items
        self.next = next_page

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> S: ...

    @overload
    def __getitem__(self, index: slice) -> List[S]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[S, List[S]]:
        return self._items[index]

    def __iter__(self) -> Iterator[S]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"Page({self._items!r}, next={self.next!r})"


def _rows(kind: Type[S], block: "memoryview[Any]") -> List[S]:
    """The snapshots in a block of cpk_list_head's layout."""
    head = block[:HEAD_BYTES].cast("q").tolist()
    count, number_count, text_count, size = head
    if count == 0:
        return []
    texts_at = HEAD_BYTES + 8 * count * number_count
    numbers = block[HEAD_BYTES:texts_at].cast("q").tolist()
    words: List[Optional[str]] = list(str(block[texts_at:size], "utf-8", "surrogateescape").split("\0"))
    known = _raw.SNAPSHOTS[kind._noun]
    known_texts = sum(is_text for _, _, is_text in known)
    columns: List[List[Any]] = []
    for i in range(known_texts):
        column = words[i:count * text_count:text_count]
        if NULL_TEXT in column:
            column = [None if word == NULL_TEXT else word for word in column]
        columns.append(column)
    columns += [numbers[i::number_count] for i in range(len(known) - known_texts)]
    return list(map(functools.partial(tuple.__new__, kind), zip(*columns)))


class _Room(threading.local):
    """A buffer for pages, reused for the next page."""

    def __init__(self) -> None:
        self.buffer: Any = (c_char * 4096)()


_room = _Room()
KEPT_BYTES_MAX = 1 << 20


def take_page(kind: Type[S], pointer: c_void_p) -> Page[S]:
    """Copies the page in an out parameter and frees the C list."""
    noun = kind._noun
    try:
        following = getattr(lib, f"{noun}_list_next")(pointer)
        copy = getattr(lib, f"{noun}_list_copy")
        buffer = _room.buffer
        size = copy(pointer, buffer, len(buffer))
        if size > len(buffer):
            buffer = (c_char * size)()
            copy(pointer, buffer, size)
            if size <= KEPT_BYTES_MAX:
                _room.buffer = buffer
        return Page(_rows(kind, memoryview(buffer).cast("B")), text(following) if following is not None else None)
    finally:
        getattr(lib, f"{noun}_list_free")(pointer)
