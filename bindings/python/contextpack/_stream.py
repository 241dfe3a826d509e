"""Receives bytes from C: into memory, files and file objects."""
import contextlib
import errno
import io
import os
import pathlib
import tempfile
from ctypes import string_at
from typing import IO, Any, Callable, Iterator, List, Union

from . import _raw
from ._call import callback
from ._checked import integer

#: A target of output: a path, whose file is replaced completely or not at all, or a binary file object.
OutputLike = Union[str, "os.PathLike[str]", IO[bytes], Any]


def collector(pieces: List[bytes]) -> Any:
    """A cpk_write_fn that collects the bytes."""

    @callback(failed=1)
    def write(_user: Any, address: int, length: int) -> int:
        pieces.append(string_at(address, length))
        return 0

    return _raw.cpk_write_fn(write)


def write_all(write: Callable[[Any], Any], data: bytes, may_block: bool = False) -> None:
    """Writes all data, in as many calls as needed: raw files may write less than requested. A result of None means
    that all was written, as plain functions return None; for files that follow io.RawIOBase (`may_block`) it means
    that nothing was written.
    """
    view = memoryview(data)
    while len(view) > 0:
        written = write(view)
        if written is None and not may_block:
            return
        if written is None:
            raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and takes no more bytes now")
        if integer("what write() returns", written, 0, len(view)) == 0:
            raise OSError(errno.EIO, "write() wrote none of the bytes")
        view = view[written:]


def writer(file: Any) -> Any:
    """A cpk_write_fn that passes a copy of the bytes to file.write(), which may keep it."""
    may_block = isinstance(file, io.RawIOBase)

    @callback(failed=1)
    def write(_user: Any, address: int, length: int) -> int:
        write_all(file.write, string_at(address, length), may_block)
        return 0

    return _raw.cpk_write_fn(write)


def read_some(piece: Any, capacity: int) -> bytes:
    """Checks the result of a read(): at most `capacity` bytes, none at the end."""
    if piece is None:
        raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and has no bytes now")
    if isinstance(piece, str):
        raise TypeError("the file is open as text: open it in binary mode, \"rb\"")
    data = bytes(memoryview(piece))  # reject an int, which bytes() would take as a length
    if len(data) > capacity:
        raise ValueError(f"read() gave {len(data)} bytes where {capacity} at most were wanted")
    return data


@contextlib.contextmanager
def opened(output: OutputLike) -> Iterator[Any]:
    """Opens the target. The file of a path is replaced completely, accessible to its owner only, or left unchanged; a
    link is replaced, and a device or pipe is written to.
    """
    if not isinstance(output, (str, os.PathLike)):
        if isinstance(output, io.TextIOBase):
            raise TypeError("the file is open as text: open it in binary mode, \"wb\"")
        yield output
        return
    path = pathlib.Path(output)
    if path.exists() and not path.is_file():
        with open(path, "wb") as file:  # fails for a folder
            yield file
        return
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            yield file
        os.chmod(name, 0o600)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def read_all(call: Callable[[Any], None]) -> bytes:
    """Returns everything that `call` writes."""
    pieces: List[bytes] = []
    call(collector(pieces))
    return b"".join(pieces)
