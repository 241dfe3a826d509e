"""Storages: named blobs, each visible whole or not at all."""
import abc
import datetime
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Tuple

__all__ = ["BlobInfo", "BlobReader", "BlobWriter", "Storage"]


@dataclass(frozen=True)
class BlobInfo:
    """What is known of a blob without reading it."""

    size_bytes: int
    #: Aware, or None.
    modified: Optional[datetime.datetime] = None


class BlobWriter(abc.ABC):
    """A blob on its way. What has the key stays until the commit."""

    @abc.abstractmethod
    def write(self, data: "memoryview[Any]") -> object:
        """Takes the next bytes. They are the library's own memory and are gone when this returns: copy what stays."""

    @abc.abstractmethod
    def commit(self) -> object:
        """The blob becomes whole, durable and visible; or this raises, and what was there stays. The writer is over."""

    @abc.abstractmethod
    def abort(self) -> object:
        """Nothing has happened. The writer is over."""


class BlobReader(abc.ABC):
    """A blob, or a range of it, being read. A binary file object will do as well."""

    @abc.abstractmethod
    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""

    def close(self) -> object:
        """The reader is over."""


class Storage(abc.ABC):
    """A storage. Keys are 1 to 1,024 bytes of UTF-8, parts joined by "/", no part empty, "." or ".."."""

    @abc.abstractmethod
    def open_writer(self, key: str, size_hint: Optional[int]) -> BlobWriter:
        """Starts a blob; `size_hint` is None when its size is not known."""

    @abc.abstractmethod
    def open_reader(self, key: str, offset: int, length: Optional[int]) -> Any:
        """A BlobReader of `length` bytes from `offset`, to the end for None. NotFoundError for an absent key."""

    @abc.abstractmethod
    def stat(self, key: str) -> BlobInfo:
        """What is known of a blob. NotFoundError (or FileNotFoundError) for an absent key."""

    @abc.abstractmethod
    def remove(self, key: str) -> object:
        """Removes a blob; an absent one is no error."""

    @abc.abstractmethod
    def list(self, prefix: str) -> Iterable[Tuple[str, BlobInfo]]:
        """Every blob whose key starts with the prefix, in byte order of the keys."""

    def close(self) -> object:
        """Called once, after the last call."""
