"""Enumerations that accept unknown values of a newer library."""
import enum
from typing import Type, TypeVar

from ._checked import encode
from ._library import lib

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


E = TypeVar("E", bound="ExportTypeNames")


class ExportTypeNames(OpenEnum):
    """What ExportType has beside its members."""

    @classmethod
    def from_name(cls: Type[E], name: str) -> E:
        """The type of "compact", "standard" or "complete"."""
        value = lib.cpk_export_type_from_name(encode("an export type", name))
        if value == 0:
            raise ValueError(f"no export type is called {name!r}: it is compact, standard or complete")
        return cls(value)
