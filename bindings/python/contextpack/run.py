"""Progress, notes and cancellation of long calls."""
from ctypes import byref
from typing import Any, Callable, List, NamedTuple, Optional

from . import _raw
from ._call import callback, current_generation, guarded_call, text, thread
from ._checked import encode, integer
from ._enums import OpenEnum
from .cancel import Cancel

__all__ = ["Note", "NoteKind", "Progress", "Stage"]


class Stage(OpenEnum):
    """Stages of a long call."""

    STORE = _raw.CPK_STAGE_STORE
    EXTRACT = _raw.CPK_STAGE_EXTRACT
    CHUNK = _raw.CPK_STAGE_CHUNK
    ANALYZE = _raw.CPK_STAGE_ANALYZE
    EXPORT = _raw.CPK_STAGE_EXPORT


class Progress(NamedTuple):
    """The progress of a long call in bytes (store, extract, chunk), chunks (analyze) or documents (export)."""

    stage: Stage
    done: int
    total: Optional[int]


class NoteKind(OpenEnum):
    """Kinds of notes."""

    SKIPPED_MESSAGE = _raw.CPK_NOTE_SKIPPED_MESSAGE
    SKIPPED_CONVERSATION = _raw.CPK_NOTE_SKIPPED_CONVERSATION
    DAMAGED = _raw.CPK_NOTE_DAMAGED
    MISSING_FILE = _raw.CPK_NOTE_MISSING_FILE
    SKIPPED_FILE = _raw.CPK_NOTE_SKIPPED_FILE
    REPAIRED = _raw.CPK_NOTE_REPAIRED
    OVER_LIMIT = _raw.CPK_NOTE_OVER_LIMIT
    KEPT = _raw.CPK_NOTE_KEPT
    UNREADABLE_CONVERSATION = _raw.CPK_NOTE_UNREADABLE_CONVERSATION
    UNREADABLE_FILE = _raw.CPK_NOTE_UNREADABLE_FILE
    UNKNOWN_FILE = _raw.CPK_NOTE_UNKNOWN_FILE
    UNKNOWN_SPEAKERS = _raw.CPK_NOTE_UNKNOWN_SPEAKERS
    UNREAD_PAGES = _raw.CPK_NOTE_UNREAD_PAGES
    NOT_READ = _raw.CPK_NOTE_NOT_READ
    WORK = _raw.CPK_NOTE_WORK
    REDACTED = _raw.CPK_NOTE_REDACTED


class Note(NamedTuple):
    """A note about something that was skipped, damaged, missing or left: its kind, the place, and one sentence."""

    kind: NoteKind
    where: str
    text: str


#: A progress callback. It stops the call by raising an exception, which is passed on, or by requesting the cancel
#: token.
ProgressFunction = Callable[[Progress], object]
NoteFunction = Callable[[Note], object]


#: Tokens of calls without a token of the host, kept for reuse: a signal during a finalizer would be lost.
_spare_tokens: List[Cancel] = []
SPARE_TOKENS_MAX = 8


def _spare_token() -> Cancel:
    try:
        token = _spare_tokens.pop()
    except IndexError:
        return Cancel()
    return token if token._generation == current_generation() else Cancel()


class Run:
    """A cpk_run_options for one call, and the call itself."""

    def __init__(self, progress: Optional[ProgressFunction], note: Optional[NoteFunction], cancel: Optional[Cancel],
                 partial: bool = False, max_chunks: Optional[int] = None, max_tokens: Optional[int] = None,
                 password: Optional[str] = None) -> None:
        if cancel is not None and not isinstance(cancel, Cancel):
            raise TypeError(f"cancel is a Cancel, not {type(cancel).__name__}")
        self._own_cancel = cancel is None
        self._cancel = cancel if cancel is not None else _spare_token()
        self._notes = note
        self._keep: List[Any] = []
        self._options = _raw.cpk_run_options()
        self._options.struct_size = _raw.STRUCT_SIZES["cpk_run_options"]
        self._options.cancel = self._cancel._borrow()
        self._options.flags = _raw.CPK_RUN_PARTIAL if partial else 0
        if max_chunks is not None:
            self._options.max_chunks = integer("max_chunks", max_chunks, 1, (1 << 63) - 1)
        if max_tokens is not None:
            self._options.max_tokens = integer("max_tokens", max_tokens, 1, (1 << 63) - 1)
        if password is not None:
            self._options.password = encode("password", password)
        self._set_progress(progress)
        if note is not None:
            self._set_note(note)

    def _set_progress(self, progress: Optional[ProgressFunction]) -> None:
        """Sets a progress callback even if the host gave none: it notices signals, and stops the call for a kept
        exception.
        """

        @callback(failed=1)
        def watch(_user: Any, stage: int, done: int, total: int) -> int:
            if progress is not None:
                progress(Progress(Stage(stage), done, total if total >= 0 else None))
            return 0

        def stop_or_watch(user: Any, stage: int, done: int, total: int) -> int:
            if thread.kept is not None:
                return 1
            return watch(user, stage, done, total) if progress is not None else 0

        self._keep.append(_raw.cpk_progress_fn(stop_or_watch))
        self._options.progress = self._keep[-1]

    def _set_note(self, note: NoteFunction) -> None:
        @callback(failed=None)
        def take(_user: Any, kind: int, where: Optional[bytes], sentence: Optional[bytes]) -> None:
            if thread.kept is None:
                note(Note(NoteKind(kind), text(where), text(sentence)))

        self._keep.append(_raw.cpk_note_fn(take))
        self._options.note = self._keep[-1]

    @property
    def options(self) -> Any:
        return byref(self._options)

    @property
    def cancel(self) -> Any:
        """The cancel token, for calls that take no other options."""
        return self._options.cancel

    def call(self, function: Any, *args: Any) -> None:
        """Like call(), stopped by Ctrl-C."""
        try:
            guarded_call(function, args, self._cancel._interrupt)
        finally:
            self._cancel._call_is_over()
            if self._own_cancel and len(_spare_tokens) < SPARE_TOKENS_MAX:
                _spare_tokens.append(self._cancel)
