"""Cancel tokens."""
from ctypes import byref, c_void_p
from typing import Any, Optional

from ._call import call, check_process, current_generation
from ._library import lib

__all__ = ["Cancel"]


class Cancel:
    """A flag that stops the long calls it was given to at their next safe point; what was committed stays.

    Any thread may request. A token serves several calls, also at once.
    """

    __slots__ = ("__weakref__", "_asked", "_generation", "_pointer")

    def __init__(self) -> None:
        pointer = c_void_p()
        self._pointer: Any = None
        call(lib.cpk_cancel_create, byref(pointer))
        self._pointer = pointer
        self._asked = False
        self._generation = current_generation()

    def request(self) -> None:
        """Asks every call that holds the token to stop."""
        self._asked = True
        lib.cpk_cancel_request(self._pointer)

    @property
    def requested(self) -> bool:
        return bool(lib.cpk_cancel_requested(self._pointer))

    def reset(self) -> None:
        """Makes a requested token usable again, between calls."""
        self._asked = False
        lib.cpk_cancel_reset(self._pointer)

    def raise_if_requested(self) -> None:
        """Raises CancelledError when the token is requested: for loops of the host's own."""
        from .errors import CancelledError
        if self.requested:
            raise CancelledError("a cancel token asked to stop", domain="cancel")

    def _interrupt(self) -> None:
        """Stops the call that Ctrl-C was pressed in."""
        lib.cpk_cancel_request(self._pointer)

    def _call_is_over(self) -> None:
        """Ctrl-C was that call's alone; a request of the host's stays."""
        if not self._asked:
            lib.cpk_cancel_reset(self._pointer)

    def _borrow(self) -> Any:
        check_process(self._generation)
        return self._pointer

    def __repr__(self) -> str:
        return f"<contextpack.Cancel{' requested' if self.requested else ''}>"

    def __del__(self) -> None:
        pointer, self._pointer = self._pointer, None
        if pointer:
            lib.cpk_cancel_free(pointer)


def pointer_of(cancel: Optional[Cancel]) -> Any:
    return cancel._borrow() if cancel is not None else None
