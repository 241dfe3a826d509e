"""Extractors: one format's way from bytes to messages."""
import abc
import io
import sys
from ctypes import byref, c_char, c_size_t
from typing import Any, Optional

from .._call import call, text
from .._checked import encode, int32, int64, integer
from ..message import Message, to_c
from ..run import NoteKind
from ._borrowed import Borrowed

__all__ = ["Extractor", "Reader", "Sink"]


class Reader(io.RawIOBase):
    """The bytes of an input, forward from the start: a raw file, to be wrapped in io.BufferedReader and io.TextIOWrapper
    where that is handy. Valid during the call."""

    def __init__(self, borrowed: Borrowed) -> None:
        super().__init__()
        self._borrowed = borrowed
        with borrowed as given:
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
            got = c_size_t()
            with self._borrowed as given:
                place = (c_char * len(flat)).from_buffer(flat)
                try:
                    call(given.read, given.self, place, len(flat), byref(got))
                finally:
                    del place
            return got.value

    @property
    def can_read_at(self) -> bool:
        """Whether read_at() works: a file, not a stream."""
        with self._borrowed as given:
            return bool(given.read_at)

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`, without moving read()."""
        if not self.can_read_at:
            raise io.UnsupportedOperation("this input is a stream")
        int64("offset", offset)
        place = (c_char * integer("size", size, 0, sys.maxsize))()
        got = c_size_t()
        with self._borrowed as given:
            call(given.read_at, given.self, offset, place, size, byref(got))
        return place.raw[:got.value]


class Sink:
    """Where an extractor puts what it finds. What its methods raise must leave extract() unchanged."""

    __slots__ = ("_borrowed",)

    def __init__(self, borrowed: Borrowed) -> None:
        self._borrowed = borrowed

    def message(self, message: Message) -> None:
        """Takes the next message. Messages of one conversation come together, parents before children."""
        made = to_c(message)
        with self._borrowed as given:
            call(given.message, given.self, byref(made))

    def note(self, kind: NoteKind, where: str, sentence: str) -> None:
        """Takes a note: the file or conversation it is about, and a sentence that says what."""
        int32("kind", kind)
        where_bytes, sentence_bytes = encode("where", where), encode("sentence", sentence)
        with self._borrowed as given:
            call(given.note, given.self, kind, where_bytes, sentence_bytes)

    def progress(self, done_bytes: int) -> None:
        """Tells how far the input is read; the place where cancellation is noticed."""
        int64("done_bytes", done_bytes)
        with self._borrowed as given:
            call(given.progress, given.self, done_bytes)


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
