"""Bytes that C writes: into memory, files and file objects."""
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

#: Where a document can be written: a path, whose file is replaced whole or not at all, or a binary file object.
OutputLike = Union[str, "os.PathLike[str]", IO[bytes], Any]


def collector(pieces: List[bytes]) -> Any:
    """A cpk_write_fn that collects."""

    @callback(failed=1)
    def write(_user: Any, address: int, length: int) -> int:
        pieces.append(string_at(address, length))
        return 0

    return _raw.cpk_write_fn(write)


def write_all(write: Callable[[Any], Any], data: bytes, may_block: bool = False) -> None:
    """Has `write` take all of the data, in as many calls as it needs.

    Raw files may write less than they are given. None means all of it, as a plain function returns None; but it means
    none of it (`may_block`) where the file follows io.RawIOBase, whose non-blocking files say so.
    """
    view = memoryview(data)
    while len(view) > 0:
        written = write(view)
        if written is None and not may_block:
            return
        if written is None:
            raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and takes no more bytes now")
        if integer("what write() returns", written, 0, len(view)) == 0:
            raise OSError(errno.EIO, "write() took none of the bytes that it was given")
        view = view[written:]


def writer(file: Any) -> Any:
    """A cpk_write_fn that hands a copy of C's bytes to file.write(), which may keep it."""
    may_block = isinstance(file, io.RawIOBase)

    @callback(failed=1)
    def write(_user: Any, address: int, length: int) -> int:
        write_all(file.write, string_at(address, length), may_block)
        return 0

    return _raw.cpk_write_fn(write)


def read_some(piece: Any, capacity: int) -> bytes:
    """What a read() gave: at most `capacity` bytes, none at the end."""
    if piece is None:
        raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and has no bytes now")
    if isinstance(piece, str):
        raise TypeError("the file is open as text: open it in binary mode, \"rb\"")
    data = bytes(memoryview(piece))  # an int, which bytes() would take for a length, is not a buffer
    if len(data) > capacity:
        raise ValueError(f"read() gave {len(data)} bytes where {capacity} at most were wanted")
    return data


@contextlib.contextmanager
def opened(output: OutputLike) -> Iterator[Any]:
    """The file to write to. A path's file is there whole and for its owner alone, or as it was before; a link is
    replaced, and a device or a pipe is written to."""
    if not isinstance(output, (str, os.PathLike)):
        if isinstance(output, io.TextIOBase):
            raise TypeError("the file is open as text: open it in binary mode, \"wb\"")
        yield output
        return
    path = pathlib.Path(output)
    if path.exists() and not path.is_file():
        with open(path, "wb") as file:  # a folder is an error
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
    """All that `call` has C write."""
    pieces: List[bytes] = []
    call(collector(pieces))
    return b"".join(pieces)
