"""Cancel tokens."""
import signal
from ctypes import byref, c_void_p
from typing import Any, Optional

from ._call import call, check_process, current_generation, send_again_after_finalizers
from ._handle import Uncopyable
from ._library import lib
from .errors import CancelledError, InvalidArgumentError

__all__ = ["Cancel"]


class Cancel(Uncopyable):
    """A flag that stops the long calls it was given to at their next safe point; committed work is kept. Any thread
    may use it, and several calls may share it.
    """

    __slots__ = ("__weakref__", "_asked", "_generation", "_pointer")

    _pointer: Any
    _asked: bool
    _generation: int

    def __new__(cls) -> "Cancel":
        made = super().__new__(cls)
        made._pointer = c_void_p()
        made._asked = False
        made._generation = current_generation()
        return made

    def __init__(self) -> None:
        if not self._pointer:
            call(lib.cpk_cancel_create, byref(self._pointer))

    def _made(self) -> Any:
        if not self._pointer:
            raise InvalidArgumentError("the cancel token is not initialised: __init__ was not called", domain="python")
        return self._pointer

    def request(self) -> None:
        """Asks every call that the token was given to to stop."""
        pointer = self._made()
        self._asked = True
        lib.cpk_cancel_request(pointer)

    @property
    def requested(self) -> bool:
        return bool(lib.cpk_cancel_requested(self._made()))

    def reset(self) -> None:
        """Clears the request, so that the token can be used for another call."""
        pointer = self._made()
        self._asked = False
        lib.cpk_cancel_reset(pointer)

    def raise_if_requested(self) -> None:
        """Raises CancelledError if the token is requested, for loops of the host."""
        if self.requested:
            raise CancelledError("a cancel token asked to stop", domain="cancel")

    def _interrupt(self) -> None:
        """Stops the current call after Ctrl-C."""
        lib.cpk_cancel_request(self._pointer)

    def _call_is_over(self) -> None:
        """Clears the request of Ctrl-C after the call; keeps a request of the host."""
        if not self._asked:
            lib.cpk_cancel_reset(self._pointer)

    def _borrow(self) -> Any:
        check_process(self._generation)
        return self._made()

    def __repr__(self) -> str:
        return f"<contextpack.Cancel{' requested' if self._pointer and self.requested else ''}>"

    def __del__(self) -> None:
        try:
            pointer, self._pointer = self._pointer, c_void_p()
            lib.cpk_cancel_free(pointer)
        except KeyboardInterrupt:  # an exception here would be printed and lost
            send_again_after_finalizers(signal.SIGINT)


def pointer_of(cancel: Optional[Cancel]) -> Any:
    return cancel._borrow() if cancel is not None else None
