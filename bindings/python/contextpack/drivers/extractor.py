"""Extractors: one format's way from bytes to messages."""
import abc
import io
from ctypes import byref, c_char, c_size_t
from typing import Any, Optional

from .._call import call, text
from ..message import Message, to_c
from ..run import NoteKind

__all__ = ["Extractor", "Reader", "Sink"]


class Reader(io.RawIOBase):
    """The bytes of an input, forward from the start: a raw file, to be wrapped in io.BufferedReader and io.TextIOWrapper
    where that is handy. Valid during the call."""

    def __init__(self, given: Any) -> None:
        super().__init__()
        self._given = given
        #: The file's name without folders; it proves nothing.
        self.name: str = text(given.name)
        #: None when it is not known.
        self.size_bytes: Optional[int] = given.size_bytes if given.size_bytes >= 0 else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with memoryview(buffer) as view, view.cast("B") as flat:
            if len(flat) == 0:
                return 0
            place = (c_char * len(flat)).from_buffer(flat)
            got = c_size_t()
            try:
                call(self._given.read, self._given.self, place, len(flat), byref(got))
            finally:
                del place
            return got.value

    @property
    def can_read_at(self) -> bool:
        """Whether read_at() works: a file, not a stream."""
        return bool(self._given.read_at)

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`, without moving read()."""
        if not self.can_read_at:
            raise io.UnsupportedOperation("this input is a stream")
        place = (c_char * size)()
        got = c_size_t()
        call(self._given.read_at, self._given.self, offset, place, size, byref(got))
        return place.raw[:got.value]


class Sink:
    """Where an extractor puts what it finds. What its methods raise must leave extract() unchanged."""

    __slots__ = ("_given",)

    def __init__(self, given: Any) -> None:
        self._given = given

    def message(self, message: Message) -> None:
        """Takes the next message. Messages of one conversation come together, parents before children."""
        call(self._given.message, self._given.self, byref(to_c(message)))

    def note(self, kind: NoteKind, where: str, sentence: str) -> None:
        """Takes a note: the file or conversation it is about, and a sentence that says what."""
        call(self._given.note, self._given.self, int(kind), where.encode("utf-8"), sentence.encode("utf-8"))

    def progress(self, done_bytes: int) -> None:
        """Tells how far the input is read; the place where cancellation is noticed."""
        call(self._given.progress, self._given.self, done_bytes)


class Extractor(abc.ABC):
    """An extractor. It keeps no state between calls."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The format's name, [a-z0-9-]+, always the same."""

    @abc.abstractmethod
    def sniff(self, head: bytes, name: str) -> int:
        """How sure it is, 0 (no) to 100, from the first bytes (up to 64 KiB) and the name, which proves nothing."""

    @abc.abstractmethod
    def extract(self, reader: Reader, sink: Sink) -> object:
        """Reads the input and gives its messages to the sink."""

    def close(self) -> object:
        """Called once, after the last call."""
