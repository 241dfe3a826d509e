"""Storages: named blobs, each visible completely or not at all."""
import abc
import datetime
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Tuple

__all__ = ["BlobInfo", "BlobReader", "BlobWriter", "Storage"]


@dataclass(frozen=True)
class BlobInfo:
    """The size and time of a blob."""

    size_bytes: int
    #: Aware, or None.
    modified: Optional[datetime.datetime] = None


class BlobWriter(abc.ABC):
    """A blob being written. An existing blob of that key remains until the commit."""

    @abc.abstractmethod
    def write(self, data: "memoryview[Any]") -> object:
        """Writes the next bytes. They are memory of the library, valid until this returns: copy what is kept."""

    @abc.abstractmethod
    def commit(self) -> object:
        """Makes the blob complete, durable and visible; on failure the existing blob remains. Ends the writer."""

    @abc.abstractmethod
    def abort(self) -> object:
        """Discards what was written. Ends the writer."""


class BlobReader(abc.ABC):
    """A blob, or a range of it, being read. May be a binary file object."""

    @abc.abstractmethod
    def read(self, size: int) -> bytes:
        """Reads the next bytes, at most `size`; none at the end."""

    def close(self) -> object:
        """Ends the reader."""


class Storage(abc.ABC):
    """A storage. Keys are 1 to 1,024 bytes of UTF-8, parts joined by "/", no part empty, "." or ".."."""

    @abc.abstractmethod
    def open_writer(self, key: str, size_hint: Optional[int]) -> BlobWriter:
        """Starts writing a blob; `size_hint` is its size in bytes, or None."""

    @abc.abstractmethod
    def open_reader(self, key: str, offset: int, length: Optional[int]) -> Any:
        """Opens a BlobReader of `length` bytes from `offset`; None: to the end. NotFoundError if there is no such
        key.
        """

    @abc.abstractmethod
    def stat(self, key: str) -> BlobInfo:
        """Reads the size and time of a blob. NotFoundError (or FileNotFoundError) if there is no such key."""

    @abc.abstractmethod
    def remove(self, key: str) -> object:
        """Removes a blob; a missing one is not an error."""

    @abc.abstractmethod
    def list(self, prefix: str) -> Iterable[Tuple[str, BlobInfo]]:
        """Lists the blobs whose keys start with the prefix, in byte order."""

    def close(self) -> object:
        """Called once, after the last call."""
