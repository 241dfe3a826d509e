"""Checks arguments for C: texts must not contain NUL characters, and integers must fit. ctypes truncates both
silently. The tables in _raw.py, which are generated from the API description, name the check of each parameter and
field.
"""
from ctypes import Structure
from typing import Any, Callable, Dict, NoReturn, Optional, Tuple

Check = Callable[[str, Any], None]


class _Refusal:
    """The exception of refuse(). It is defined above this module, which calls set_refusal()."""

    kind: Callable[..., Exception] = ValueError


def set_refusal(kind: Callable[..., Exception]) -> None:
    _Refusal.kind = kind


def refuse(message: str) -> NoReturn:
    raise _Refusal.kind(message, domain="python")


def integer(name: str, value: Any, minimum: int, maximum: int) -> int:
    """Checks an integer in a range; rejects float, Decimal and str."""
    if not isinstance(value, int):
        raise TypeError(f"{name} is an integer, not {type(value).__name__}")
    if not minimum <= value <= maximum:
        refuse(f"{name} is out of range: {minimum} to {maximum}")
    return value


def _range(minimum: int, maximum: int) -> Check:
    def check(name: str, value: Any) -> None:
        if type(value) is not int or not minimum <= value <= maximum:  # fast path
            integer(name, value, minimum, maximum)
    return check


int32 = _range(-1 << 31, (1 << 31) - 1)
int64 = _range(-1 << 63, (1 << 63) - 1)
uint32 = _range(0, (1 << 32) - 1)
uint64 = _range(0, (1 << 64) - 1)
size = uint64


def text(name: str, value: Any) -> None:
    """Bytes that C reads up to the first NUL, or None."""
    if value is None:
        return
    if not isinstance(value, bytes):
        raise TypeError(f"{name} is a text, not {type(value).__name__}")
    if b"\0" in value:
        refuse(f"{name} holds a NUL character")


def encode(name: str, value: Any) -> bytes:
    """A str as UTF-8 for C."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is a str, not {type(value).__name__}")
    if "\0" in value:
        refuse(f"{name} holds a NUL character")
    return value.encode("utf-8")


def optional(name: str, value: Optional[str]) -> Optional[bytes]:
    return None if value is None else encode(name, value)


class CheckedStructure(Structure):
    """A C struct that checks the values of its fields."""

    _checks_: Dict[str, Check] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        check = self._checks_.get(name)
        if check is not None:
            check(name, value)
        Structure.__setattr__(self, name, value)


def checked(function: Any, checks: Tuple[Tuple[int, str, Check], ...]) -> Callable[..., Any]:
    """A C function that checks its texts and integers before it is called."""

    def call(*args: Any) -> Any:
        for index, name, check in checks:
            check(name, args[index])
        return function(*args)

    call.restype, call.argtypes = function.restype, function.argtypes  # type: ignore[attr-defined]
    return call
