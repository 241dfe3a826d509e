"""How C is called: errors become exceptions, exceptions of callbacks survive the way through C, signals are heard."""
import errno
import os
import signal
import sys
import threading
import time
from ctypes import byref, c_void_p
from typing import Any, Callable, Dict, List, Optional, Set, TypeVar

from . import _raw
from ._checked import int64
from ._library import lib
from .errors import ContextPackError, ErrorCode, ForkedError, class_of

F = TypeVar("F", bound=Callable[..., Any])


# -- Forks ------------------------------------------------------------------------------------------------------------

class _Process:
    """Counts forks: a handle that was made in another generation belongs to a parent of this process."""

    generation = 0
    forked_in_a_call = False


#: Threads that are inside the library. SQLite and others guard their state with locks that a child which is forked
#: meanwhile would find locked for ever.
_inside: Dict[int, bool] = {}


def _forking() -> None:
    _Process.forked_in_a_call = _Process.forked_in_a_call or bool(_inside.keys() - {threading.get_ident()})


def _forked_in_parent() -> None:
    _Process.forked_in_a_call = False


def _forked() -> None:
    _inside.clear()
    _Process.generation += 1
    _watcher.forget()
    guard.thread = None


def check_process(generation: int) -> None:
    if generation != _Process.generation:
        raise ForkedError("this handle was opened before the process was forked; open a new engine in the child",
                          domain="python")


def check_new_engine() -> None:
    """A child that was forked while another thread of its parent was inside the library can't use it any more."""
    if _Process.forked_in_a_call:
        raise ForkedError("this process was forked while another thread was inside the library, whose locks stayed "
                          "locked; start processes with the \"spawn\" or \"forkserver\" method, or fork earlier",
                          domain="python")


def current_generation() -> int:
    return _Process.generation


# -- Exceptions on their way through C --------------------------------------------------------------------------------

class _Thread(threading.local):
    """What callbacks of the call at hand have raised in this thread."""

    def __init__(self) -> None:
        self.kept: Optional[BaseException] = None    # stops the call and is raised when it is over
        self.told: Optional[BaseException] = None    # C knows it as an error, which may or may not end the call
        self.told_message = ""
        self.dead: List[Any] = []  # driver tables that a call of this thread has destroyed


thread = _Thread()


def keep(error: BaseException) -> None:
    """The first exception that a callback can't tell C about: the call stops and raises it."""
    if thread.kept is None:
        thread.kept = error


_BUILTIN_CODES = (
    (FileNotFoundError, ErrorCode.NOT_FOUND), (FileExistsError, ErrorCode.ALREADY_EXISTS),
    (PermissionError, ErrorCode.PERMISSION_DENIED), (TimeoutError, ErrorCode.TIMEOUT),
    (ConnectionError, ErrorCode.NETWORK), (MemoryError, ErrorCode.OUT_OF_MEMORY), (OSError, ErrorCode.IO),
)


def tell(error: BaseException, slot: Any, domain: str) -> int:
    """Gives a driver's exception to C: the status, and `*slot` is set. One that no error code fits ends the work."""
    code = ErrorCode.CANCELLED
    native, retryable = type(error).__name__, False
    if isinstance(error, ContextPackError):
        code, native, retryable = error.code, error.native, error.retryable
        domain = error.domain or domain
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        code = ErrorCode.NO_SPACE
    else:
        code = next((found for kind, found in _BUILTIN_CODES if isinstance(error, kind)), code)
    message = str(error) or type(error).__name__
    if code == ErrorCode.CANCELLED and not isinstance(error, ContextPackError):
        keep(error)
    else:
        thread.told, thread.told_message = error, message
    if slot:
        slot[0] = lib.cpk_error_new(code, _for_c(domain), _for_c(message), _for_c(native), bool(retryable))
    return int(code)


def _for_c(text: str) -> bytes:
    """A text of a driver's exception, whatever it holds."""
    return text.encode("utf-8", "replace").replace(b"\0", b" ")


def text(value: Optional[bytes]) -> str:
    return "" if value is None else value.decode("utf-8", "replace")


def make_error(pointer: Any, status: int) -> ContextPackError:
    """The exception of a C error, which is freed."""
    if not pointer:
        return class_of(status)(f"the call failed ({text(lib.cpk_status_name(status))})", code=status)
    try:
        return class_of(lib.cpk_error_code(pointer))(
            text(lib.cpk_error_message(pointer)), code=lib.cpk_error_code(pointer),
            domain=text(lib.cpk_error_domain(pointer)), native=text(lib.cpk_error_native(pointer)),
            retryable=bool(lib.cpk_error_retryable(pointer)))
    finally:
        lib.cpk_error_free(pointer)


def finish(status: int, pointer: Any) -> None:
    """Ends a call that failed, or in which a callback raised: raises what is to be raised."""
    kept, told, told_message = thread.kept, thread.told, thread.told_message
    thread.kept = thread.told = None
    try:
        if kept is not None:
            lib.cpk_error_free(pointer)
            raise kept
        if status == _raw.CPK_OK:
            return
        error = make_error(pointer, status)
        if told is None:
            raise error
        if told_message in error.message:
            raise told
        raise error from told
    finally:
        del kept, told  # they refer to this frame


def finish_close() -> None:
    """After a close, which has no status: what a driver's close() raised is raised, and its table is freed."""
    thread.dead.clear()
    if thread.kept is not None:
        finish(_raw.CPK_OK, None)


def inside(function: Any, *args: Any) -> Any:
    """Calls C, and lets fork() know."""
    me = threading.get_ident()
    nested = me in _inside
    _inside[me] = True
    try:
        return function(*args)
    finally:
        if not nested:
            _inside.pop(me, None)


def is_inside() -> bool:
    """Whether this thread is inside a call, which has called back."""
    return threading.get_ident() in _inside


def call(function: Any, *args: Any) -> None:
    """Calls a function whose last argument is a `cpk_error **`."""
    error = c_void_p()
    status = inside(function, *args, byref(error))
    if status or thread.kept is not None:
        finish(status, error)
    elif thread.told is not None:
        thread.told = None


def callback(failed: Any) -> Callable[[F], F]:
    """Makes a function safe to be called by C: what it raises is kept, and C gets `failed`.

    The result is checked here: ctypes converts it outside of any guard, where a wrong one is printed and C reads
    garbage. With `failed` None the function returns nothing to C.
    """

    def wrap(function: F) -> F:
        def guarded(*args: Any) -> Any:
            outer = _enter()
            try:
                result = function(*args)
                if failed is None:
                    return None
                int64("a callback's result", result)
                return result
            except BaseException as error:
                outer = outer or error
                return failed
            finally:
                _leave(outer)
        _guarded_code.add(guarded.__code__)
        return guarded  # type: ignore[return-value]
    return wrap


def driver_slot(domain: str) -> Callable[[F], F]:
    """The same for a slot of a driver, whose last argument is a `cpk_error **` and whose result is a status."""

    def wrap(function: F) -> F:
        def guarded(*args: Any) -> int:
            outer = _enter()
            status = _raw.CPK_OK
            failure: Optional[BaseException] = None
            try:
                function(*args)
            except BaseException as error:
                failure = error
            _leave(outer)
            if failure is not None:
                status = tell(failure, args[-1], domain)
                del failure
            return status
        _guarded_code.add(guarded.__code__)
        return guarded  # type: ignore[return-value]
    return wrap


def _enter() -> Optional[BaseException]:
    """A callback may call C itself: what was raised before it is not that call's."""
    kept, thread.kept = thread.kept, None
    return kept


def _leave(kept: Optional[BaseException]) -> None:
    if kept is not None:
        thread.kept = kept


#: The code of what stands between C and a callback's own code, and of what it calls itself.
_guarded_code: Set[Any] = set()
_helper_code = {_enter.__code__, _leave.__code__, keep.__code__, tell.__code__}


#: What the collector calls wherever it runs, such as inside a callback: an exception in it is printed and lost.
_FINALIZERS = ("__del__", "_remove")  # the second is of Python's weak sets, such as that of its threads


def _in_callback(frame: Any) -> bool:
    """Whether a frame belongs to a callback's own code, where an exception is caught on its way to C."""
    below = None
    while frame is not None:
        if frame.f_code in _guarded_code:
            return below is not None and below.f_code not in _helper_code
        if frame.f_code.co_name in _FINALIZERS:
            return False
        below, frame = frame, frame.f_back
    return False


# -- Ctrl-C -----------------------------------------------------------------------------------------------------------

DRAIN_SECONDS_MAX = 5


class _Watcher:
    """Hears SIGINT while the main thread is inside C, where Python's own handlers have to wait: the interpreter's
    C handler writes the signal's number to a pipe, and a thread of ours reads it."""

    def __init__(self) -> None:
        self.read_end = self.write_end = -1
        self.replaced = -1
        self.drained = threading.Event()
        self.on_interrupt: Optional[Callable[[], None]] = None

    def forget(self) -> None:
        """In a forked child: the thread is gone, and the pipe is the parent's."""
        if self.write_end >= 0:
            os.close(self.write_end)
            os.close(self.read_end)
        self.write_end = -1
        self.drained = threading.Event()
        self.on_interrupt = None

    def watch(self, on_interrupt: Callable[[], None]) -> None:
        if self.write_end < 0:
            self.read_end, self.write_end = os.pipe()
            os.set_blocking(self.write_end, False)
            threading.Thread(target=self._read, args=(self.read_end,), name="contextpack-signals", daemon=True).start()
        self.on_interrupt = on_interrupt
        self.replaced = signal.set_wakeup_fd(self.write_end, warn_on_full_buffer=False)
        if self.replaced >= 0:  # an event loop's own: it must hear of signals, and does
            signal.set_wakeup_fd(self.replaced, warn_on_full_buffer=False)

    def unwatch(self) -> None:
        self.on_interrupt = None
        if self.replaced < 0:
            signal.set_wakeup_fd(-1)

    def drain(self) -> None:
        """Waits until the thread has read all numbers: one that is read late would stop the next call."""
        self.drained.clear()
        os.write(self.write_end, b"\0")
        self.drained.wait(DRAIN_SECONDS_MAX)

    def _read(self, read_end: int) -> None:
        while True:
            try:
                numbers = os.read(read_end, 16)
            except OSError:
                return
            hear = self.on_interrupt
            if signal.SIGINT in numbers and hear is not None:
                hear()
            if 0 in numbers:
                self.drained.set()


_watcher = _Watcher()
os.register_at_fork(before=_forking, after_in_parent=_forked_in_parent, after_in_child=_forked)


class Guard:
    """Keeps SIGINT's handler out of the places where an exception would be lost between Python and C.

    While the main thread is in a guarded call, the handler is ours: in a callback's own code it calls the host's
    handler at once (what that raises is kept by the callback), elsewhere it remembers the signal, and the host's
    handler is called when C is done. `interrupt` makes C come back soon.
    """

    def __init__(self) -> None:
        self.thread: Optional[int] = None  # the main thread while it is guarded
        self.handled = False  # a signal came
        self.pending: List[Any] = []
        self.previous: Any = None
        self.interrupt: Optional[Callable[[], None]] = None

    def enter(self, interrupt: Optional[Callable[[], None]]) -> bool:
        """False when there is nothing to guard: another thread, a nested call, a handler that is not Python's."""
        if self.thread is not None or threading.current_thread() is not threading.main_thread():
            return False
        previous = signal.getsignal(signal.SIGINT)
        if not callable(previous):
            return False
        self.previous, self.interrupt, self.handled = previous, interrupt, False
        self.pending.clear()
        signal.signal(signal.SIGINT, self._handle)  # from here to leave() no signal raises anything outside callbacks
        self.thread = threading.get_ident()
        if interrupt is not None:
            _watcher.watch(interrupt)
        return True

    def leave(self, finalizer: bool = False) -> None:
        """The host's handler is back, and is called for what came meanwhile: it usually raises KeyboardInterrupt.
        What a finalizer raises is printed and lost: there the signal is sent once more when the finalizer is over."""
        if self.interrupt is not None:
            _watcher.unwatch()
            if self.handled:
                _watcher.drain()
        self.interrupt, self.thread, previous = None, None, self.previous
        signal.signal(signal.SIGINT, previous)
        if self.pending:
            number, frame = self.pending.pop()
            self.pending.clear()
            if finalizer:
                send_again_after_finalizers(number)
            else:
                previous(number, frame)

    def _handle(self, number: int, frame: Any) -> None:
        self.handled = True
        if self.interrupt is not None:
            self.interrupt()
        if _in_callback(frame):
            self.previous(number, frame)
        else:
            self.pending.append((number, frame))


RESEND_SECONDS = 0.005


def send_again_after_finalizers(number: int) -> None:
    """Sends a signal to this process as soon as the main thread has left its finalizers: what is raised in them is
    printed and lost."""
    threading.Thread(target=_send_again, args=(number,), name="contextpack-signal", daemon=True).start()


def _send_again(number: int) -> None:
    main = threading.main_thread().ident
    while True:
        time.sleep(RESEND_SECONDS)
        frame = sys._current_frames().get(main if main is not None else 0)
        while frame is not None and frame.f_code.co_name not in _FINALIZERS:
            frame = frame.f_back
        if frame is None:
            os.kill(os.getpid(), number)
            return


guard = Guard()


def guarded_close(close: Callable[[], None], finalizer: bool = False) -> None:
    """Calls a function that closes a handle, whole: an interrupt in the middle would lose the handle, open."""
    entered = guard.enter(None)
    try:
        close()
    finally:
        if entered:
            guard.leave(finalizer)


def guarded_call(function: Any, args: Any, interrupt: Optional[Callable[[], None]] = None) -> None:
    """call() for one in which Python is called back, or which takes long and can be stopped by `interrupt`."""
    entered = guard.enter(interrupt)
    try:
        call(function, *args)
    finally:
        if entered:
            guard.leave()
