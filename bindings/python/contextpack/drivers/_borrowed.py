"""Objects that C lends to a driver during one call."""
import threading
from types import TracebackType
from typing import Any, Optional, Type

from ..errors import InvalidArgumentError


class Borrowed:
    """A C struct that is valid until the call returns, shared by the objects that use it. Used as a context manager
    around each use: threads take turns, and the call does not return during a use.
    """

    __slots__ = ("_given", "_lock", "_what")

    def __init__(self, given: Any, what: str) -> None:
        self._given = given
        self._what = what
        self._lock = threading.RLock()

    def __enter__(self) -> Any:
        self._lock.acquire()
        if self._given is None:
            self._lock.release()
            raise InvalidArgumentError(f"{self._what} was used after the call that it was made for", domain="python")
        return self._given

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._lock.release()

    @property
    def is_over(self) -> bool:
        return self._given is None

    def end(self) -> None:
        with self._lock:
            self._given = None
