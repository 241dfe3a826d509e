"""Python values as the arguments of C functions."""
import json
from typing import Any, Mapping, Optional, Union

from ._checked import encode, optional
from ._snapshot import Snapshot


def id_of(thing: Union[Snapshot, str]) -> bytes:
    """Returns the id of a record; an id is returned unchanged."""
    if isinstance(thing, str):
        return encode("an identifier", thing)
    if isinstance(thing, Snapshot):
        return encode("an identifier", thing.id)  # type: ignore[attr-defined]
    raise TypeError(f"an id or a record is expected, not {type(thing).__name__}")


def optional_id(thing: Union[Snapshot, str, None]) -> Optional[bytes]:
    return None if thing is None else id_of(thing)


def optional_json(value: Optional[Mapping[str, Any]]) -> Optional[bytes]:
    """Encodes a JSON object for C."""
    return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


def optional_bytes(text: Optional[str]) -> Optional[bytes]:
    """Encodes a text for C; it must not contain a NUL."""
    return optional("a text", text)
