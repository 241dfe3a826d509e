"""Calls C functions: turns errors into exceptions, passes exceptions of callbacks through C, and handles signals."""
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
    """Counts forks: a handle of another generation belongs to a parent of this process."""

    generation = 0
    forked_in_a_call = False


#: Threads that are inside the library. Locks that they hold, such as SQLite's, would stay locked in a child that is
#: forked meanwhile.
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
    """Raises in a child that was forked while another thread of its parent was inside the library."""
    if _Process.forked_in_a_call:
        raise ForkedError("this process was forked while another thread was inside the library, whose locks stay locked; start processes with the \"spawn\" or \"forkserver\" method, or fork earlier",
                          domain="python")


def current_generation() -> int:
    return _Process.generation


# -- Exceptions passed through C -------------------------------------------------------------------------------------

class _Thread(threading.local):
    """What callbacks of the current call raised in this thread."""

    def __init__(self) -> None:
        self.kept: Optional[BaseException] = None    # stops the call and is raised after it
        self.told: Optional[BaseException] = None    # C has it as an error, which may or may not end the call
        self.told_message = ""
        self.dead: List[Any] = []  # driver tables that a call of this thread has destroyed


thread = _Thread()


def keep(error: BaseException) -> None:
    """Keeps the first exception that has no C error code: the call stops and raises it."""
    if thread.kept is None:
        thread.kept = error


_BUILTIN_CODES = (
    (FileNotFoundError, ErrorCode.NOT_FOUND), (FileExistsError, ErrorCode.ALREADY_EXISTS),
    (PermissionError, ErrorCode.PERMISSION_DENIED), (TimeoutError, ErrorCode.TIMEOUT),
    (ConnectionError, ErrorCode.NETWORK), (MemoryError, ErrorCode.OUT_OF_MEMORY), (OSError, ErrorCode.IO),
)


def tell(error: BaseException, slot: Any, domain: str) -> int:
    """Turns a driver's exception into a C error: returns the status and sets `*slot`. An exception without an error
    code stops the call.
    """
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
    """Encodes a text of a driver's exception, whatever it contains."""
    return text.encode("utf-8", "replace").replace(b"\0", b" ")


def text(value: Optional[bytes]) -> str:
    return "" if value is None else value.decode("utf-8", "replace")


def make_error(pointer: Any, status: int) -> ContextPackError:
    """Makes the exception of a C error and frees the error."""
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
    """Raises the exception of a call that failed or in which a callback raised."""
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
        del kept, told  # break the reference cycle with this frame


def finish_close() -> None:
    """Raises what a driver's close() raised, after a close function, which returns no status; frees the driver's
    table.
    """
    thread.dead.clear()
    if thread.kept is not None:
        finish(_raw.CPK_OK, None)


def inside(function: Any, *args: Any) -> Any:
    """Calls C and counts the thread as inside the library."""
    me = threading.get_ident()
    nested = me in _inside
    _inside[me] = True
    try:
        return function(*args)
    finally:
        if not nested:
            _inside.pop(me, None)


def is_inside() -> bool:
    """Whether this thread is in a callback of a call."""
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
    """Wraps a function as a callback for C: what it raises is kept, and C gets `failed`. The result is checked here,
    because ctypes would only print an error and return garbage. With `failed` None the function returns nothing.
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
    """Wraps a function of a driver, whose last argument is a `cpk_error **` and which returns a status."""

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
    """Saves the exceptions kept so far: a callback may call C itself."""
    kept, thread.kept = thread.kept, None
    return kept


def _leave(kept: Optional[BaseException]) -> None:
    if kept is not None:
        thread.kept = kept


#: Code objects of the frames between C and a callback's own code.
_guarded_code: Set[Any] = set()
_helper_code = {_enter.__code__, _leave.__code__, keep.__code__, tell.__code__}


#: Code that the garbage collector may call anywhere, such as inside a callback: exceptions in it are printed and lost.
_FINALIZERS = ("__del__", "_remove")  # the second belongs to Python's weak sets


def _in_callback(frame: Any) -> bool:
    """Whether a frame belongs to a callback's own code, where an exception is caught before it reaches C."""
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
    """Notices SIGINT while the main thread is inside C, where Python delays its handlers: the interpreter's C handler
    writes the signal's number to a pipe, which a thread of this module reads.
    """

    def __init__(self) -> None:
        self.read_end = self.write_end = -1
        self.replaced = -1
        self.drained = threading.Event()
        self.on_interrupt: Optional[Callable[[], None]] = None

    def forget(self) -> None:
        """Resets the state in a forked child, where the thread does not exist and the pipe belongs to the parent."""
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
        if self.replaced >= 0:  # belongs to an event loop, which handles signals itself
            signal.set_wakeup_fd(self.replaced, warn_on_full_buffer=False)

    def unwatch(self) -> None:
        self.on_interrupt = None
        if self.replaced < 0:
            signal.set_wakeup_fd(-1)

    def drain(self) -> None:
        """Waits until the thread has read all signal numbers; one read late would stop the next call."""
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
    """Prevents SIGINT's handler from running where its exception would be lost between Python and C. During a guarded
    call of the main thread this class installs its own handler: in a callback's own code it calls the host's handler
    immediately (the callback keeps what it raises), elsewhere it records the signal and calls the host's handler after
    the call. `interrupt` asks C to return soon.
    """

    def __init__(self) -> None:
        self.thread: Optional[int] = None  # the guarded main thread
        self.handled = False  # a signal was received
        self.pending: List[Any] = []
        self.previous: Any = None
        self.interrupt: Optional[Callable[[], None]] = None

    def enter(self, interrupt: Optional[Callable[[], None]]) -> bool:
        """Returns False if there is nothing to guard: in another thread, in a nested call, or without a Python
        handler.
        """
        if self.thread is not None or threading.current_thread() is not threading.main_thread():
            return False
        previous = signal.getsignal(signal.SIGINT)
        if not callable(previous) or previous == self._handle:  # the second: a finalizer inside enter() or leave()
            return False
        self.previous, self.interrupt, self.handled = previous, interrupt, False
        # What is pending stays: it belongs to a leave() that the garbage collector has interrupted.
        signal.signal(signal.SIGINT, self._handle)  # until leave(), signals raise exceptions in callbacks only
        self.thread = threading.get_ident()
        if interrupt is not None:
            _watcher.watch(interrupt)
        return True

    def leave(self, finalizer: bool = False) -> None:
        """Restores the host's handler and calls it for a signal received meanwhile; it usually raises
        KeyboardInterrupt. In a finalizer, where exceptions are printed and lost, the signal is sent again later.
        """
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
    """Sends a signal to this process when the main thread has left its finalizers, in which exceptions are printed and
    lost.
    """
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
    """Calls a function that closes a handle, without interruption: an exception in between would leak the open
    handle.
    """
    entered = guard.enter(None)
    try:
        close()
    finally:
        if entered:
            guard.leave(finalizer)


def guarded_call(function: Any, args: Any, interrupt: Optional[Callable[[], None]] = None) -> None:
    """Like call(), for functions with callbacks or that take long and can be stopped by `interrupt`."""
    entered = guard.enter(interrupt)
    try:
        call(function, *args)
    finally:
        if entered:
            guard.leave()
