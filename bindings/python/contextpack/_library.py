"""Finds and loads the C library: the wheel's own copy, else $CONTEXTPACK_LIBRARY, else the system's."""
import ctypes
import ctypes.util
import os
import pathlib
from typing import Iterator, Tuple

from . import _raw
from ._checked import checked

__all__ = ["lib", "library_path", "library_version"]

VARIABLE = "CONTEXTPACK_LIBRARY"
OWN = pathlib.Path(__file__).resolve().parent / "_lib" / "libcontextpack.so.0"


def _candidates() -> Iterator[Tuple[str, str]]:
    """The places of the library, with a name for error messages. The first that exists is used."""
    if OWN.exists():
        yield str(OWN), "the package's own library"
    given = os.environ.get(VARIABLE)
    if given:
        yield given, f"the library that {VARIABLE} names"
    found = ctypes.util.find_library("contextpack")
    yield found or "libcontextpack.so.0", "the system's library"


def _numbers(version: str) -> Tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split("."))


def _load() -> Tuple[ctypes.CDLL, str, str]:
    path, what = next(_candidates())
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"contextpack can't load {what}: {error}. Install a wheel that carries the library, install "
                          f"libcontextpack, or set {VARIABLE} to the path of libcontextpack.so.") from error
    try:
        library.cpk_version.restype = ctypes.c_char_p
        version = library.cpk_version().decode("ascii")
    except AttributeError:
        raise ImportError(f"{path} is not libcontextpack") from None
    wanted = _numbers(_raw.CPK_VERSION)
    if _numbers(version)[0] != wanted[0] or _numbers(version) < wanted:
        raise ImportError(f"contextpack {_raw.CPK_VERSION} needs libcontextpack {_raw.CPK_VERSION} or later of the same "
                          f"major version, but {path} is {version}")
    try:
        for name, (returns, takes) in _raw.PROTOTYPES.items():
            function = getattr(library, name)
            function.restype = returns
            function.argtypes = takes
            if name in _raw.CHECKS:
                setattr(library, name, checked(function, _raw.CHECKS[name]))
    except AttributeError as error:
        raise ImportError(f"{path} says that it is libcontextpack {version}, but lacks a function: {error}") from None
    return library, path, version


#: The loaded library with its prototypes; library_path and library_version say which one was loaded.
lib, library_path, library_version = _load()
