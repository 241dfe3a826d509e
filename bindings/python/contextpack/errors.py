"""Exceptions: one for each error code, all subclasses of ContextPackError."""
from typing import Any, Dict, Optional, Tuple, Type

from . import _raw
from ._checked import set_refusal
from ._enums import OpenEnum

__all__ = [
    "AlreadyExistsError", "AnalyzerError", "BusyError", "CancelledError", "ConflictError", "ContextPackError",
    "DatabaseError", "EncryptedError", "ErrorCode", "ForkedError", "InputOutputError", "InsufficientCreditsError",
    "InternalError", "InvalidArgumentError", "InvalidDataError", "LimitExceededError", "NetworkError", "NoContentError",
    "NoSpaceError", "NotFoundError", "OutOfMemoryError", "PermissionDeniedError", "StorageError", "TimedOutError",
    "UnauthenticatedError", "UnsupportedError",
]


class ErrorCode(OpenEnum):
    """Status codes."""

    INVALID_ARGUMENT = _raw.CPK_ERROR_INVALID_ARGUMENT
    OUT_OF_MEMORY = _raw.CPK_ERROR_OUT_OF_MEMORY
    CANCELLED = _raw.CPK_ERROR_CANCELLED
    NOT_FOUND = _raw.CPK_ERROR_NOT_FOUND
    ALREADY_EXISTS = _raw.CPK_ERROR_ALREADY_EXISTS
    PERMISSION_DENIED = _raw.CPK_ERROR_PERMISSION_DENIED
    CONFLICT = _raw.CPK_ERROR_CONFLICT
    BUSY = _raw.CPK_ERROR_BUSY
    LIMIT_EXCEEDED = _raw.CPK_ERROR_LIMIT_EXCEEDED
    UNSUPPORTED = _raw.CPK_ERROR_UNSUPPORTED
    INVALID_DATA = _raw.CPK_ERROR_INVALID_DATA
    NO_CONTENT = _raw.CPK_ERROR_NO_CONTENT
    ENCRYPTED = _raw.CPK_ERROR_ENCRYPTED
    IO = _raw.CPK_ERROR_IO
    NO_SPACE = _raw.CPK_ERROR_NO_SPACE
    DATABASE = _raw.CPK_ERROR_DATABASE
    STORAGE = _raw.CPK_ERROR_STORAGE
    NETWORK = _raw.CPK_ERROR_NETWORK
    ANALYZER = _raw.CPK_ERROR_ANALYZER
    INSUFFICIENT_CREDITS = _raw.CPK_ERROR_INSUFFICIENT_CREDITS
    TIMEOUT = _raw.CPK_ERROR_TIMEOUT
    INTERNAL = _raw.CPK_ERROR_INTERNAL
    UNAUTHENTICATED = _raw.CPK_ERROR_UNAUTHENTICATED


class ContextPackError(Exception):
    """The base of all exceptions of the library. A failing call raises the subclass of its code. Drivers written in
    Python may raise them too: code, domain, native and retryable are passed to the library.
    """

    #: The code of the class; that of an instance is `code`.
    default_code = ErrorCode.INTERNAL

    def __init__(self, message: str = "", *, code: Optional[int] = None, domain: str = "", native: str = "",
                 retryable: bool = False) -> None:
        super().__init__(message)
        self.message = message
        #: The error code.
        self.code: ErrorCode = self.default_code if code is None else ErrorCode(code)
        #: The part of the library that failed: "argument", "database", "storage", ...
        self.domain = domain
        #: The code that a database, a server or the operating system reported: an SQLSTATE, "errno 28", "HTTP 503", or
        #: "".
        self.native = native
        #: Whether the same call may succeed later without a change.
        self.retryable = retryable
        #: Of build(): what came of the inputs all the same, a BuildResult, or None.
        self.result: Any = None

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        more = "".join(f", {name}={value!r}" for name, value in (("domain", self.domain), ("native", self.native)) if value)
        return f"{type(self).__name__}({self.message!r}{more}{', retryable=True' if self.retryable else ''})"

    def __reduce__(self) -> Tuple[Any, ...]:
        return _remake, (type(self), self.message, int(self.code), self.domain, self.native, self.retryable)


def _remake(kind: Type[ContextPackError], message: str, code: int, domain: str, native: str,
            retryable: bool) -> ContextPackError:
    return kind(message, code=code, domain=domain, native=native, retryable=retryable)


class InvalidArgumentError(ContextPackError, ValueError):
    """An argument is wrong; the message names it."""

    default_code = ErrorCode.INVALID_ARGUMENT


set_refusal(InvalidArgumentError)


class OutOfMemoryError(ContextPackError, MemoryError):
    """There is no memory."""

    default_code = ErrorCode.OUT_OF_MEMORY


class CancelledError(ContextPackError):
    """A cancel token stopped the call. Committed work is kept."""

    default_code = ErrorCode.CANCELLED


class NotFoundError(ContextPackError, LookupError):
    """There is no such user, pack, source, export, blob or file, or the session may not see it."""

    default_code = ErrorCode.NOT_FOUND


class AlreadyExistsError(ContextPackError):
    """The id, e-mail address or name is in use."""

    default_code = ErrorCode.ALREADY_EXISTS


class PermissionDeniedError(ContextPackError, PermissionError):
    """The session is not allowed to do this, or a file is not readable."""

    default_code = ErrorCode.PERMISSION_DENIED


class ConflictError(ContextPackError):
    """The object's state does not allow this."""

    default_code = ErrorCode.CONFLICT


class BusyError(ContextPackError):
    """Another process or thread is working on the object; retryable."""

    default_code = ErrorCode.BUSY


class LimitExceededError(ContextPackError):
    """A limit was exceeded; the message names the setting."""

    default_code = ErrorCode.LIMIT_EXCEEDED


class UnsupportedError(ContextPackError):
    """This build does not support the format, version or feature."""

    default_code = ErrorCode.UNSUPPORTED


class InvalidDataError(ContextPackError, ValueError):
    """The input is truncated, damaged or not in the expected format."""

    default_code = ErrorCode.INVALID_DATA


class NoContentError(ContextPackError):
    """The input is valid but contains nothing usable."""

    default_code = ErrorCode.NO_CONTENT


class EncryptedError(ContextPackError):
    """The input is encrypted and needs a password."""

    default_code = ErrorCode.ENCRYPTED


class InputOutputError(ContextPackError, OSError):
    """An operating system call failed; the message names the path."""

    default_code = ErrorCode.IO


class NoSpaceError(ContextPackError, OSError):
    """The disk is full or a quota is exhausted."""

    default_code = ErrorCode.NO_SPACE


class DatabaseError(ContextPackError):
    """The database reported an error or cannot be reached."""

    default_code = ErrorCode.DATABASE


class StorageError(ContextPackError):
    """The storage reported an error or cannot be reached."""

    default_code = ErrorCode.STORAGE


class NetworkError(ContextPackError, ConnectionError):
    """A server could not be reached or closed the connection."""

    default_code = ErrorCode.NETWORK


class AnalyzerError(ContextPackError):
    """The analyzer failed or returned an invalid answer."""

    default_code = ErrorCode.ANALYZER


class InsufficientCreditsError(ContextPackError):
    """The credit balance is too low for the work."""

    default_code = ErrorCode.INSUFFICIENT_CREDITS


class TimedOutError(ContextPackError, TimeoutError):
    """A time limit was exceeded; the message names the setting."""

    default_code = ErrorCode.TIMEOUT


class InternalError(ContextPackError):
    """A bug in the library: please report it."""

    default_code = ErrorCode.INTERNAL


class UnauthenticatedError(ContextPackError, PermissionError):
    """A token is invalid, expired or for another audience."""

    default_code = ErrorCode.UNAUTHENTICATED


class ForkedError(ContextPackError, RuntimeError):
    """A handle was opened before this process was forked; open a new engine in the child."""

    default_code = ErrorCode.CONFLICT


_CLASSES: Dict[int, Type[ContextPackError]] = {
    int(kind.default_code): kind
    for kind in (InvalidArgumentError, OutOfMemoryError, CancelledError, NotFoundError, AlreadyExistsError,
                 PermissionDeniedError, ConflictError, BusyError, LimitExceededError, UnsupportedError, InvalidDataError,
                 NoContentError, EncryptedError, InputOutputError, NoSpaceError, DatabaseError, StorageError,
                 NetworkError, AnalyzerError, InsufficientCreditsError, TimedOutError, InternalError, UnauthenticatedError)
}


def class_of(code: int) -> Type[ContextPackError]:
    """The exception class of an error code."""
    return _CLASSES.get(code, ContextPackError)
