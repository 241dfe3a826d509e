"""What engines and sessions have in common: closing, context managers, forks, one thread at a time."""
import threading
import warnings
from types import TracebackType
from typing import Any, Optional, Type, TypeVar

from ._call import call, check_process, current_generation, finish_close, guarded_call, inside
from .errors import ConflictError, InvalidArgumentError

H = TypeVar("H", bound="Handle")


class Handle:
    """A C handle that is closed once: by close(), at the end of a with block, or, with a warning, when it is collected."""

    __slots__ = ("__weakref__", "_generation", "_hosted", "_pointer")

    _close_function: Any = None

    def __init__(self) -> None:
        self._pointer: Any = None
        self._hosted = False  # Python may be called back in any call
        self._generation = current_generation()

    def _borrow(self) -> Any:
        check_process(self._generation)
        if self._pointer is None:
            raise InvalidArgumentError(f"the {type(self).__name__.lower()} is closed", domain="python")
        return self._pointer

    @property
    def closed(self) -> bool:
        return self._pointer is None

    def close(self) -> None:
        """Lets go of it. Closing again does nothing. In a forked child the parent's handle is only forgotten."""
        pointer, self._pointer = self._pointer, None
        if pointer is not None and self._generation == current_generation():
            inside(self._close_function, pointer)
            finish_close()

    def __enter__(self: H) -> H:
        self._borrow()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<contextpack.{type(self).__name__}{' closed' if self.closed else ''}>"

    def __del__(self) -> None:
        if getattr(self, "_pointer", None) is not None:
            if self._generation == current_generation():
                warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)
            self.close()


class ConfinedHandle(Handle):
    """A handle for one thread at a time: a call waits for another thread's, and refuses to start inside itself."""

    __slots__ = ("_lock", "_owner")

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._owner: Optional[int] = None

    def _acquire(self) -> Any:
        check_process(self._generation)
        me = threading.get_ident()
        if not self._lock.acquire(False):
            if self._owner == me:
                raise ConflictError("the session is in use: a callback of a call can't use the call's own session; "
                                    "open another one", domain="python")
            self._lock.acquire()
        self._owner = me
        return self._pointer

    def _release(self) -> None:
        self._owner = None
        self._lock.release()

    def _call(self, function: Any, *args: Any) -> None:
        """call() with the handle as the first argument."""
        self._acquire()
        try:
            pointer = self._borrow()
            if self._hosted:
                guarded_call(function, (pointer, *args))
            else:
                call(function, pointer, *args)
        finally:
            self._release()

    def close(self) -> None:
        if self._pointer is not None and self._generation == current_generation():
            self._acquire()
            try:
                super().close()
            finally:
                self._release()
        self._pointer = None
