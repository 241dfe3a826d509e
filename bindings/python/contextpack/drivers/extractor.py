"""Extractors: turn the bytes of one input format into messages."""
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
    """The bytes of an input as a raw file, which io.BufferedReader and io.TextIOWrapper can wrap. Valid during the
    call.
    """

    def __init__(self, borrowed: Borrowed) -> None:
        super().__init__()
        self._borrowed = borrowed
        with borrowed as given:
            #: The file's name without folders; only a hint.
            self.name: str = text(given.name)
            #: None if unknown.
            self.size_bytes: Optional[int] = given.size_bytes if given.size_bytes >= 0 else None
            #: Of an encrypted document, as the caller gave it; None if none was given.
            self.password: Optional[str] = text(given.password) if given.password else None

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
        """Whether read_at() works; not for streams."""
        with self._borrowed as given:
            return bool(given.read_at)

    def read_at(self, offset: int, size: int) -> bytes:
        """Reads up to `size` bytes at `offset`, without moving read()."""
        if not self.can_read_at:
            raise io.UnsupportedOperation("this input is a stream")
        int64("offset", offset)
        place = (c_char * integer("size", size, 0, sys.maxsize))()
        got = c_size_t()
        with self._borrowed as given:
            call(given.read_at, given.self, offset, place, size, byref(got))
        return place.raw[:got.value]


class Sink:
    """Receives what an extractor finds. Exceptions of its methods must not be caught by extract()."""

    __slots__ = ("_borrowed",)

    def __init__(self, borrowed: Borrowed) -> None:
        self._borrowed = borrowed

    def message(self, message: Message) -> None:
        """Receives the next message. All messages of a conversation come one after another, parents before
        children.
        """
        made = to_c(message)
        with self._borrowed as given:
            call(given.message, given.self, byref(made))

    def note(self, kind: NoteKind, where: str, sentence: str) -> None:
        """Receives a note: the file or conversation, and one sentence that says what happened."""
        int32("kind", kind)
        where_bytes, sentence_bytes = encode("where", where), encode("sentence", sentence)
        with self._borrowed as given:
            call(given.note, given.self, kind, where_bytes, sentence_bytes)

    def progress(self, done_bytes: int) -> None:
        """Receives the number of bytes read so far; raises CancelledError if the call was cancelled."""
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
        """Recognises the format from the first bytes (up to 64 KiB); the name is a hint. Returns the confidence, 0 to
        100.
        """

    @abc.abstractmethod
    def extract(self, reader: Reader, sink: Sink) -> object:
        """Reads the input and passes its messages to the sink."""

    def close(self) -> object:
        """Called once, after the last call."""
