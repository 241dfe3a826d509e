"""Inputs: files, bytes in memory, texts, file objects and links."""
import errno
import io
import mmap
import os
import pathlib
from ctypes import POINTER, Structure, byref, c_int, c_ssize_t, c_void_p, memmove, py_object, pythonapi
from typing import Any, List, Optional, Union

from . import _raw
from ._call import callback
from ._checked import encode, integer
from ._records import SourceType
from ._stream import read_some

__all__ = ["Input", "InputLike", "Link", "SourceType", "Text"]


class Text(str):
    """A text to import; a plain str is a path."""

    __slots__ = ()


class Link(str):
    """The http:// or https:// address of a page or of a shared conversation, which is fetched; a plain str is a path."""

    __slots__ = ()


class Input:
    """Something to import with an explicit name or type.

    `data` is a path (str or os.PathLike), bytes or another buffer (bytearray, memoryview, mmap: read in place, not
    copied), a Text, a Link, or an object with read(size) or readinto(buffer) that gives bytes.
    """

    __slots__ = ("data", "name", "source_type")

    def __init__(self, data: "InputLike", *, name: Optional[str] = None,
                 source_type: Union[SourceType, int, None] = None) -> None:
        self.data: Any = data
        self.name: Optional[str] = name
        self.source_type: Union[SourceType, int, None] = source_type
        if isinstance(data, Input):
            self.data = data.data
            self.name = name if name is not None else data.name
            self.source_type = source_type if source_type is not None else data.source_type

    def __repr__(self) -> str:
        return f"Input({self.data!r}, name={self.name!r}, source_type={self.source_type!r})"


#: An argument of calls that import: a path, a buffer, a Text, a Link, a binary file object or an Input.
InputLike = Union[str, "os.PathLike[str]", bytes, bytearray, "memoryview[Any]", mmap.mmap, Text, Link, Input, Any]


class _Buffer(Structure):
    """CPython's Py_buffer."""

    _fields_ = [("buf", c_void_p), ("obj", py_object), ("len", c_ssize_t), ("itemsize", c_ssize_t),
                ("readonly", c_int), ("ndim", c_int), ("format", c_void_p), ("shape", c_void_p),
                ("strides", c_void_p), ("suboffsets", c_void_p), ("internal", c_void_p)]


_get_buffer = pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = [py_object, POINTER(_Buffer), c_int]
_get_buffer.restype = c_int
_release_buffer = pythonapi.PyBuffer_Release
_release_buffer.argtypes = [POINTER(_Buffer)]
_release_buffer.restype = None


class GivenInput:
    """A cpk_input and the objects that must not change while C reads it. A context manager around the call."""

    def __init__(self, data: InputLike, name: Optional[str] = None,
                 source_type: Union[SourceType, int, None] = None) -> None:
        given = Input(data, name=name, source_type=source_type)
        self.struct = _raw.cpk_input()
        self.struct.struct_size = _raw.STRUCT_SIZES["cpk_input"]
        self._keep: List[Any] = []
        self._buffer: Optional[_Buffer] = None
        if given.name is not None:
            self.struct.name = encode("the input's name", given.name)
        if given.source_type is not None:
            self.struct.source_type = given.source_type
        self._set(given.data)

    def _set(self, data: Any) -> None:
        if isinstance(data, Text):
            self._set_buffer(data.encode("utf-8"))
        elif isinstance(data, Link):
            self.struct.url = encode("a link", str(data))
        elif isinstance(data, (str, os.PathLike)):
            self.struct.path = os.fsencode(data)
        elif callable(getattr(data, "readinto", None)) or callable(getattr(data, "read", None)):
            if isinstance(data, mmap.mmap):
                self._set_buffer(data)
            else:
                self._set_reader(data)
        else:
            self._set_buffer(data)

    def _set_buffer(self, data: Any) -> None:
        """Lets C read the object's memory; until the release a bytearray cannot be resized, nor an mmap closed."""
        self._buffer = _Buffer()
        _get_buffer(data, byref(self._buffer), 0)  # raises TypeError if it is not a buffer
        self.struct.length = self._buffer.len
        self.struct.data = self._buffer.buf or 1  # an empty buffer has no address

    def _set_reader(self, file: Any) -> None:
        readinto = getattr(file, "readinto", None)

        @callback(failed=-1)
        def read(_user: Any, address: int, capacity: int) -> int:
            if readinto is None:
                piece = read_some(file.read(capacity), capacity)
            else:  # the file object may keep the buffer
                room = bytearray(capacity)
                got = readinto(room)
                if got is None:
                    raise BlockingIOError(errno.EAGAIN, "the file is in non-blocking mode and has no bytes now")
                piece = bytes(memoryview(room)[:integer("what readinto() returns", got, 0, capacity)])
            memmove(address, piece, len(piece))
            return len(piece)

        if isinstance(file, io.TextIOBase):
            raise TypeError("the file is open as text: open it in binary mode, \"rb\"")
        self._keep.append(_raw.cpk_read_fn(read))
        self.struct.read = self._keep[-1]
        name = getattr(file, "name", None)
        if self.struct.name is None and isinstance(name, str):
            self.struct.name = pathlib.Path(name).name.encode("utf-8", "replace").replace(b"\0", b" ")

    def __enter__(self) -> Any:
        return byref(self.struct)

    def __exit__(self, *_exception: object) -> None:
        if self._buffer is not None:
            _release_buffer(byref(self._buffer))
            self._buffer = None
