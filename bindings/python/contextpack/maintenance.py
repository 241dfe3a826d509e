"""Maintenance: archives, and blobs that no row refers to."""
import datetime
from ctypes import byref
from typing import Any, Callable, NamedTuple, Optional

from . import _raw
from ._arguments import optional_bytes
from ._call import callback, text, thread
from ._library import lib
from ._resource import Resource
from ._snapshot import time_of
from .cancel import Cancel
from .run import NoteFunction, ProgressFunction, Run

__all__ = ["ArchiveReport", "Maintenance", "Orphan", "SweepReport"]


class ArchiveReport(NamedTuple):
    """The result of archiving or restoring."""

    #: Files written or read.
    files: int
    #: Rows in these files.
    rows: int
    #: Compressed size of these files.
    bytes: int
    #: Files of months that were archived before and have not changed.
    known_files: int
    #: Webhook logs deleted after they were archived.
    deleted_rows: int
    #: Rows that were restored.
    restored_rows: int
    #: Files without a manifest, or that differ from it.
    damaged_files: int


class Orphan(NamedTuple):
    """A blob that no row refers to."""

    key: str
    size_bytes: int
    modified_at: Optional[datetime.datetime]


class SweepReport(NamedTuple):
    """The result of sweep()."""

    #: Blobs in the users' folders.
    blobs: int
    #: Blobs that no row refers to, old enough to be removed.
    orphans: int
    orphan_bytes: int
    #: Removed blobs; 0 in a dry run.
    removed: int
    #: Kept: they may belong to running work.
    young_orphans: int
    #: Users whose blobs could not be read or whose folder is shared; the log says why.
    skipped_users: int
    #: Kept: no row refers to them, and this library did not create them.
    unknown_blobs: int


class Maintenance(Resource):
    """Session.maintenance, for the service and admins. Every call may be interrupted and called again."""

    __slots__ = ()

    def archive(self, *, progress: Optional[ProgressFunction] = None, cancel: Optional[Cancel] = None) -> ArchiveReport:
        """Archives the past months of the ledger and the audit log, and old webhook logs, in the storage."""
        return self._archives(lib.cpk_maintenance_archive, (), Run(progress, None, cancel))

    def restore(self, table: Optional[str] = None, *, dry_run: bool = False,
                progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
                cancel: Optional[Cancel] = None) -> ArchiveReport:
        """Restores archived rows that are missing in the database: of "credit_transactions", "admin_actions" or
        "webhook_logs", or of all. A dry run verifies and counts. Damaged files are reported in notes, and counted.
        """
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
        """Removes old blobs that no row refers to, and calls `orphan` for each; a dry run removes nothing. Notes of
        NoteKind.KEPT report what is kept, and why.
        """

        @callback(failed=None)
        def hand_over(key: Optional[bytes], size_bytes: int, modified_at: int) -> None:
            if orphan is not None:
                orphan(Orphan(text(key), size_bytes, time_of(modified_at)))

        def take(_user: Any, key: Optional[bytes], size_bytes: int, modified_at: int) -> None:
            if thread.kept is None:  # after an exception the call continues until it checks for cancellation
                hand_over(key, size_bytes, modified_at)

        report = _raw.cpk_sweep_report()
        lib.cpk_sweep_report_init(byref(report), _raw.STRUCT_SIZES["cpk_sweep_report"])
        taker = _raw.cpk_sweep_fn(take) if orphan is not None else _raw.cpk_sweep_fn()
        run = Run(progress, note, cancel)
        self._session._work(run, lib.cpk_maintenance_sweep, bool(dry_run), run.options, taker, None, byref(report))
        return SweepReport(*[getattr(report, name) for name in SweepReport._fields])
