"""The base of engines and sessions: closing, context managers, forks, one thread at a time."""
import signal
import threading
import warnings
from types import TracebackType
from typing import Any, NoReturn, Optional, Type, TypeVar

from ._call import (call, check_process, current_generation, finish_close, guarded_call, guarded_close, inside,
                    is_inside, send_again_after_finalizers)
from .errors import ConflictError, InvalidArgumentError

H = TypeVar("H", bound="Handle")
C = TypeVar("C", bound="ConfinedHandle")


class Uncopyable:
    """An object that owns a C object. It cannot be copied, because a copy would free the C object twice."""

    __slots__ = ()

    def __copy__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} can't be copied: it owns an object of the library")

    def __deepcopy__(self, _memo: Any) -> NoReturn:
        self.__copy__()

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} can't be pickled: it owns an object of the library in this process")


class Handle(Uncopyable):
    """A C handle that is closed once: by close(), at the end of a with block, or, with a warning, when it is collected."""

    __slots__ = ("__weakref__", "_generation", "_hosted", "_pointer")

    _pointer: Any
    _hosted: bool
    _generation: int

    _close_function: Any = None

    def __new__(cls: Type[H], *_args: Any, **_more: Any) -> H:
        """Creates a closed handle, so that one whose __init__ was never called is closed too."""
        made = super().__new__(cls)
        made._pointer = None
        made._hosted = False  # any call may call back into Python
        made._generation = current_generation()
        return made

    def _borrow(self) -> Any:
        check_process(self._generation)
        if self._pointer is None:
            raise InvalidArgumentError(f"the {type(self).__name__.lower()} is closed", domain="python")
        return self._pointer

    @property
    def closed(self) -> bool:
        return self._pointer is None

    def close(self) -> None:
        """Closes the handle. Closing again does nothing. In a forked child the parent's handle is only dropped."""
        if self._generation != current_generation():
            self._pointer = None
        elif self._pointer is not None:
            guarded_close(self._close)

    def _close(self) -> None:
        pointer, self._pointer = self._pointer, None
        if pointer is not None:
            inside(self._close_function, pointer)
            finish_close()

    def _give_up(self) -> None:
        """Cleans up after an open that failed or was interrupted after C set the pointer."""
        pointer, self._pointer = self._pointer, None
        self._close_function(pointer)

    def __enter__(self: H) -> H:
        self._borrow()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<contextpack.{type(self).__name__}{' closed' if self.closed else ''}>"

    def __del__(self) -> None:
        try:
            if self._pointer is not None and self._generation == current_generation():
                guarded_close(self._warn_and_close, finalizer=True)
        except KeyboardInterrupt:  # an exception here would be printed and lost
            send_again_after_finalizers(signal.SIGINT)
            if self._pointer is not None:
                guarded_close(self._warn_and_close, finalizer=True)

    def _warn_and_close(self) -> None:
        try:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=4)
        finally:  # also if warnings are errors
            self._close()


class ConfinedHandle(Handle):
    """A handle for one thread at a time: a call waits for another thread's call, and raises inside a callback of its
    own. The lock is only taken with `with`, so that a KeyboardInterrupt never leaves it locked.
    """

    __slots__ = ("_lock",)

    _lock: Any

    def __new__(cls: Type[C], *_args: Any, **_more: Any) -> C:
        made = super().__new__(cls)
        made._lock = threading.RLock()  # it knows its thread
        return made

    def _refuse_nested(self) -> None:
        check_process(self._generation)
        if self._lock._is_owned() and is_inside():
            raise ConflictError("the session is in use: a callback of a call can't use the call's own session; "
                                "open another one", domain="python")

    def _call(self, function: Any, *args: Any) -> None:
        """Like call(), with the handle as the first argument."""
        self._refuse_nested()
        with self._lock:
            pointer = self._borrow()
            if self._hosted:
                guarded_call(function, (pointer, *args))
            else:
                call(function, pointer, *args)

    def close(self) -> None:
        if self._pointer is not None and self._generation == current_generation():
            self._refuse_nested()
        super().close()

    def _close(self) -> None:
        with self._lock:
            super()._close()
