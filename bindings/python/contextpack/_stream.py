"""Bytes that C writes: into memory, files and file objects."""
import contextlib
import io
import os
import pathlib
import tempfile
from ctypes import c_char, string_at
from typing import IO, Any, Callable, Iterator, List, Union

from . import _raw
from ._call import callback

#: Where a document can be written: a path, whose file is replaced whole or not at all, or a binary file object.
OutputLike = Union[str, "os.PathLike[str]", IO[bytes], Any]


def collector(pieces: List[bytes]) -> Any:
    """A cpk_write_fn that collects."""

    @callback(failed=1)
    def write(_user: Any, address: int, length: int) -> int:
        pieces.append(string_at(address, length))
        return 0

    return _raw.cpk_write_fn(write)


def writer(file: Any) -> Any:
    """A cpk_write_fn that hands C's own memory to file.write()."""

    @callback(failed=1)
    def write(_user: Any, address: int, length: int) -> int:
        with memoryview((c_char * length).from_address(address)) as chars, chars.cast("B") as view:
            done = 0
            while done < length:
                written = file.write(view[done:] if done else view)
                done = length if written is None else done + written  # raw files may write less than they are given
        return 0

    return _raw.cpk_write_fn(write)


@contextlib.contextmanager
def opened(output: OutputLike) -> Iterator[Any]:
    """The file to write to. A path's file is there whole, or as it was before."""
    if not isinstance(output, (str, os.PathLike)):
        if isinstance(output, io.TextIOBase):
            raise TypeError("the file is open as text: open it in binary mode, \"wb\"")
        yield output
        return
    path = pathlib.Path(output)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            yield file
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def read_all(call: Callable[[Any], None]) -> bytes:
    """All that `call` has C write."""
    pieces: List[bytes] = []
    call(collector(pieces))
    return b"".join(pieces)
