"""What a service does now and then: archives, and blobs that no row names."""
import datetime
from ctypes import byref
from typing import Any, Callable, NamedTuple, Optional

from . import _raw
from ._call import callback, text, thread
from ._library import lib
from ._snapshot import time_of
from .cancel import Cancel
from .run import NoteFunction, ProgressFunction, Run
from .session import Nouns, optional_bytes

__all__ = ["ArchiveReport", "Maintenance", "Orphan", "SweepReport"]


class ArchiveReport(NamedTuple):
    """What archiving or restoring came to."""

    #: Written, or read.
    files: int
    #: In them.
    rows: int
    #: Of them, compressed.
    bytes: int
    #: Of months that were archived before and have not changed.
    known_files: int
    #: Webhook logs that were deleted once they were archived.
    deleted_rows: int
    #: Rows that were put back.
    restored_rows: int
    #: Not what their manifest says, or without it.
    damaged_files: int


class Orphan(NamedTuple):
    """A blob that no row names."""

    key: str
    size_bytes: int
    modified_at: Optional[datetime.datetime]


class SweepReport(NamedTuple):
    """What a sweep saw."""

    #: In the users' folders.
    blobs: int
    #: That no row names, old enough to go.
    orphans: int
    orphan_bytes: int
    #: 0 in a dry run.
    removed: int
    #: Left alone: of work in flight, perhaps.
    young_orphans: int
    #: Users whose blobs could not be looked at, or whose folder is not theirs alone; the log says why.
    skipped_users: int
    #: That no row names and the library does not make: they stay.
    unknown_blobs: int


class Maintenance(Nouns):
    """Session.maintenance, for the service and admins. Every call may be broken off and called again."""

    __slots__ = ()

    def archive(self, *, progress: Optional[ProgressFunction] = None, cancel: Optional[Cancel] = None) -> ArchiveReport:
        """Archives the months that are over of the ledger and the audit log, and old webhook logs, into the storage."""
        return self._archives(lib.cpk_maintenance_archive, (), Run(progress, None, cancel))

    def restore(self, table: Optional[str] = None, *, dry_run: bool = False,
                progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
                cancel: Optional[Cancel] = None) -> ArchiveReport:
        """Puts rows back that archives hold and the database lacks: of "credit_transactions", "admin_actions" or
        "webhook_logs", or of all. A dry run verifies and counts. Damaged files are told in notes, and counted."""
        return self._archives(lib.cpk_maintenance_restore, (optional_bytes(table), bool(dry_run)),
                              Run(progress, note, cancel))

    def _archives(self, function: Any, args: Any, run: Run) -> ArchiveReport:
        report = _raw.cpk_archive_report()
        lib.cpk_archive_report_init(byref(report), _raw.STRUCT_SIZES["cpk_archive_report"])
        self._session._work(run, function, *args, run.options, byref(report))
        return ArchiveReport(*[getattr(report, name) for name in ArchiveReport._fields])

    def sweep(self, *, dry_run: bool = False, orphan: Optional[Callable[[Orphan], object]] = None,
              progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
              cancel: Optional[Cancel] = None) -> SweepReport:
        """Removes blobs that no row names and that are old enough, and hands over each to `orphan`; a dry run removes
        nothing. Notes of NoteKind.KEPT tell what stays, and why."""

        @callback(failed=None)
        def hand_over(key: Optional[bytes], size_bytes: int, modified_at: int) -> None:
            if orphan is not None:
                orphan(Orphan(text(key), size_bytes, time_of(modified_at)))

        def take(_user: Any, key: Optional[bytes], size_bytes: int, modified_at: int) -> None:
            if thread.kept is None:  # after an exception the work goes on until it looks whether to stop
                hand_over(key, size_bytes, modified_at)

        report = _raw.cpk_sweep_report()
        lib.cpk_sweep_report_init(byref(report), _raw.STRUCT_SIZES["cpk_sweep_report"])
        taker = _raw.cpk_sweep_fn(take) if orphan is not None else _raw.cpk_sweep_fn()
        run = Run(progress, note, cancel)
        self._session._work(run, lib.cpk_maintenance_sweep, bool(dry_run), run.options, taker, None, byref(report))
        return SweepReport(*[getattr(report, name) for name in SweepReport._fields])
