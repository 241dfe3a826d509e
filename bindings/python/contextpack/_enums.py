"""Enumerations that accept unknown values of a newer library."""
import enum
from typing import Type, TypeVar

T = TypeVar("T", bound="OpenEnum")


class OpenEnum(enum.IntEnum):
    """An IntEnum in which a number without a name is a member named UNKNOWN_<number>."""

    @classmethod
    def _missing_(cls: Type[T], value: object) -> "T":
        if not isinstance(value, int):
            raise ValueError(f"{value!r} is not a valid {cls.__name__}")
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __str__(self) -> str:
        return self.name.lower()
