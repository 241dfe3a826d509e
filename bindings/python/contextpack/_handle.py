"""What engines and sessions have in common: closing, context managers, forks, one thread at a time."""
import threading
import warnings
from types import TracebackType
from typing import Any, Optional, Type, TypeVar

from ._call import call, check_process, current_generation, finish_close, guarded_call, inside, is_inside
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
    """A handle for one thread at a time: a call waits for another thread's, and refuses to start inside itself.

    Its lock is taken by `with` and nothing else: an interrupt (KeyboardInterrupt) that comes between any two steps of
    Python's then never leaves it taken.
    """

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        super().__init__()
        self._lock: Any = threading.RLock()  # it knows its thread

    def _refuse_nested(self) -> None:
        check_process(self._generation)
        if self._lock._is_owned() and is_inside():
            raise ConflictError("the session is in use: a callback of a call can't use the call's own session; "
                                "open another one", domain="python")

    def _call(self, function: Any, *args: Any) -> None:
        """call() with the handle as the first argument."""
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
            with self._lock:
                super().close()
        self._pointer = None
