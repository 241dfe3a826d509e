"""Work for workers: sources that were submitted, and the workers that run them."""
from ctypes import byref, c_int32, c_int64, c_void_p
from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Union

from . import _raw
from ._arguments import id_of
from ._call import callback, thread
from ._checked import integer
from ._library import lib
from ._records import WorkFields, WorkState
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page, take_page
from ._stream import read_all
from .cancel import Cancel
from .run import NoteFunction, ProgressFunction, Run
from .source import Source, SourceStatus

__all__ = ["Work", "WorkItem", "WorkState", "WorkerReport"]

CONCURRENCY_MAX = 256
CLAIM_MAX = 1000


class WorkItem(WorkFields):
    """A source that was submitted to workers. There is none any more when its work is done."""

    __slots__ = ()


class WorkerReport(NamedTuple):
    """What a worker did since it started."""

    #: Claims of work.
    claimed: int
    #: Work that was done.
    done: int
    #: Attempts that failed and are repeated later.
    failed: int
    #: Work whose last attempt failed.
    dead: int
    #: Waits for credits, a suspension, another process or a newer version.
    deferred: int
    #: Stopped by Sources.request_cancel().
    cancelled: int
    #: Given back when the worker was stopped.
    released: int
    #: Work of dead workers that was made ready again.
    rescued: int
    #: Running now.
    running: int
    #: Chunks analysed.
    chunks: int
    #: Tokens that the analyzer read.
    input_tokens: int
    #: Tokens that the analyzer wrote.
    output_tokens: int
    #: Millionths of a US dollar.
    cost_micros: int
    #: Microseconds of running work, summed over all of it.
    busy_us: int


def _report_of(report: Any) -> WorkerReport:
    return WorkerReport(*[getattr(report, name) for name in WorkerReport._fields])


class Work(Resource):
    """Session.work. Users submit; the service and admins claim and run."""

    __slots__ = ()

    def submit(self, source: Union[Source, str], *, until: SourceStatus = SourceStatus.COMPLETED,
               priority: int = 0) -> WorkItem:
        """Submits a source to the workers, one of which runs it as Sources.run() does. Work of a higher priority comes
        before other work of the same user. Submitting again makes work that waits, is dead or was cancelled ready.
        """
        options = _raw.cpk_work_options()
        lib.cpk_work_options_init(byref(options), _raw.STRUCT_SIZES["cpk_work_options"])
        options.until = until
        options.priority = integer("priority", priority, -(1 << 63), (1 << 63) - 1)
        return self._session._get(WorkItem, lib.cpk_work_submit, id_of(source), byref(options))

    def get(self, source: Union[Source, WorkItem, str]) -> WorkItem:
        """Reads the work of a source; NotFoundError when it is done or was never submitted."""
        return self._session._get(WorkItem, lib.cpk_work_get, id_of(source))

    def list(self, state: Optional[WorkState] = None, *, limit: int = 100, after: Optional[str] = None) -> Page[WorkItem]:
        """A page of the work that is not done, oldest first: the user's, or with the service that of all users."""
        return self._session._page(WorkItem, lib.cpk_work_list_get, (int(state or 0),), limit, after)

    def all(self, state: Optional[WorkState] = None, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[WorkItem]:
        """All work that is not done, oldest first, page by page."""
        return self._session._pages(WorkItem, lib.cpk_work_list_get, (int(state or 0),), page_size)

    def unfinished(self, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[WorkItem]:
        """The same as all()."""
        return self.all(page_size=page_size)

    def redrive(self, source: Union[Source, WorkItem, str, None] = None) -> int:
        """Makes dead work ready again, of one source or all; returns how much."""
        count = c_int64()
        self._session._call(lib.cpk_work_redrive, None if source is None else id_of(source), byref(count))
        return count.value

    def claim(self, limit: int = 1) -> List[WorkItem]:
        """Claims ready work, users in turn, for run() or release() before its lease ends."""
        out = c_void_p()
        try:
            self._session._call(lib.cpk_work_claim, integer("limit", limit, 1, CLAIM_MAX), byref(out))
        except BaseException:
            if out:
                lib.cpk_work_list_free(out)
            raise
        return [*take_page(WorkItem, out)]

    def run(self, work: WorkItem, *, progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
            cancel: Optional[Cancel] = None) -> Optional[WorkState]:
        """Runs claimed work in the name of its user, and ends the claim. Returns where the work is then; None: done."""
        state = c_int32()
        run = Run(progress, note, cancel)
        self._session._work(run, lib.cpk_work_run, id_of(work), work.claim_number, run.options, byref(state))
        return WorkState(state.value) if state.value else None

    def release(self, work: WorkItem) -> None:
        """Gives claimed work back; the attempt does not count."""
        self._session._call(lib.cpk_work_release, id_of(work), work.claim_number)

    def run_worker(self, *, concurrency: int = 1, until_empty: bool = False,
                   watch: Optional[Callable[[WorkerReport], object]] = None, note: Optional[NoteFunction] = None,
                   cancel: Optional[Cancel] = None) -> WorkerReport:
        """Runs a worker until `cancel` is requested, or with `until_empty` until there is no more work. `watch` receives
        its counters about once a second; notes of NoteKind.WORK tell each change of state.
        """
        options = _raw.cpk_worker_options()
        lib.cpk_worker_options_init(byref(options), _raw.STRUCT_SIZES["cpk_worker_options"])
        options.concurrency = integer("concurrency", concurrency, 1, CONCURRENCY_MAX)
        options.flags = _raw.CPK_WORKER_UNTIL_EMPTY if until_empty else 0

        @callback(failed=None)
        def hand_over(report: Any) -> None:
            if watch is not None:
                watch(_report_of(report.contents))

        def take(_user: Any, report: Any) -> None:
            if thread.kept is None:  # after an exception the worker continues until it checks for cancellation
                hand_over(report)

        taker = _raw.cpk_worker_watch_fn(take) if watch is not None else _raw.cpk_worker_watch_fn()
        options.watch = taker
        run = Run(None, note, cancel)
        report = _raw.cpk_worker_report()
        lib.cpk_worker_report_init(byref(report), _raw.STRUCT_SIZES["cpk_worker_report"])
        self._session._work(run, lib.cpk_worker_run, byref(options), run.options, byref(report))
        return _report_of(report)

    def metrics(self) -> str:
        """The queue's metrics in Prometheus' text format."""
        return read_all(lambda write: self._session._call(lib.cpk_work_metrics, None, write, None)).decode("utf-8")
