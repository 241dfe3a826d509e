"""V1 jobs: one file processed into one V1 pack. New programs use packs and sources."""
from typing import Iterator, Optional, Union

from ._arguments import id_of
from ._library import lib
from ._records import JobFields, JobStatus
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page
from .cancel import Cancel
from .input import GivenInput, InputLike, SourceType
from .quote import Quote, read_quote
from .run import NoteFunction, ProgressFunction, Run

__all__ = ["Job", "JobStatus", "Jobs"]


class Job(JobFields):
    """A V1 job."""

    __slots__ = ()


class Jobs(Resource):
    """Session.jobs, of the session's user. Iterating gives all of them, newest first."""

    __slots__ = ()

    def create(self, data: InputLike, *, name: Optional[str] = None, source_type: Optional[SourceType] = None,
               progress: Optional[ProgressFunction] = None, cancel: Optional[Cancel] = None) -> Job:
        """Stores an input as a new job. The same bytes again make another job."""
        run = Run(progress, None, cancel)
        with GivenInput(data, name, source_type) as given:
            return self._session._run(Job, run, lib.cpk_job_create, given, run.options)

    def run(self, job: Union[Job, str], *, partial: bool = False, max_chunks: Optional[int] = None,
            progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
            cancel: Optional[Cancel] = None, password: Optional[str] = None) -> Job:
        """Processes a job into its V1 pack, continuing earlier runs. Chunks that fail are in failed_chunks. `partial`,
        `max_chunks` and `password` are as in sources.run(): the run that finishes the job makes the pack.
        """
        run = Run(progress, note, cancel, partial, max_chunks, password=password)
        return self._session._run(Job, run, lib.cpk_job_run, id_of(job), run.options)

    def quote(self, job: Union[Job, str]) -> Quote:
        """The cost of finishing the job, and the balance."""
        return read_quote(self._session, lib.cpk_quote_job, id_of(job))

    def get(self, job: Union[Job, str]) -> Job:
        """Reads a job."""
        return self._session._get(Job, lib.cpk_job_get, id_of(job))

    def delete(self, job: Union[Job, str]) -> None:
        """Deletes a job with its V1 pack and its blobs."""
        self._session._call(lib.cpk_job_delete, id_of(job))

    def list(self, *, limit: int = 100, after: Optional[str] = None) -> Page[Job]:
        """A page of jobs, newest first."""
        return self._session._page(Job, lib.cpk_job_list_get, (), limit, after)

    def all(self, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[Job]:
        """All jobs, newest first, page by page."""
        return self._session._pages(Job, lib.cpk_job_list_get, (), page_size)

    def __iter__(self) -> Iterator[Job]:
        return self.all()
