"""Exact token counts in the encodings of OpenAI's models."""
from ctypes import byref, c_int64, c_size_t, c_uint32
from typing import List, Union

from . import _raw
from ._call import call
from ._checked import encode
from ._enums import OpenEnum
from ._library import lib

__all__ = ["Encoding", "count_tokens", "encode_tokens"]


class Encoding(OpenEnum):
    """The byte-pair encodings of OpenAI's models."""

    O200K_BASE = _raw.CPK_ENCODING_O200K_BASE
    CL100K_BASE = _raw.CPK_ENCODING_CL100K_BASE

    @classmethod
    def from_name(cls, name: str) -> "Encoding":
        """The encoding of "o200k_base" or "cl100k_base"."""
        value = lib.cpk_encoding_from_name(encode("an encoding", name))
        if value == 0:
            raise ValueError(f"no encoding is called {name!r}: it is o200k_base or cl100k_base")
        return cls(value)

    def __str__(self) -> str:
        name = lib.cpk_encoding_name(self)
        return name.decode("ascii") if name is not None else super().__str__()


def _bytes_of(text: Union[str, bytes]) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(memoryview(text))


def count_tokens(text: Union[str, bytes], encoding: Encoding = Encoding.O200K_BASE) -> int:
    """The number of tokens of a text. Special tokens such as "<|endoftext|>" are counted as ordinary text."""
    data = _bytes_of(text)
    count = c_int64()
    call(lib.cpk_tokens_count, encoding, data, len(data), byref(count))
    return count.value


def encode_tokens(text: Union[str, bytes], encoding: Encoding = Encoding.O200K_BASE) -> List[int]:
    """The ids of the tokens of a text."""
    data = _bytes_of(text)
    count = c_size_t()
    room = 3 * len(data)
    ids = (c_uint32 * room)()
    call(lib.cpk_tokens_encode, encoding, data, len(data), ids, room, byref(count))
    return ids[:count.value]
