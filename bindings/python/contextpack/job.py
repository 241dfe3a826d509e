"""V1 jobs: one file processed into one V1 pack. New programs use packs and sources."""
from typing import Iterator, Optional, Union

from . import _raw
from ._enums import OpenEnum
from ._library import lib
from ._snapshot import (Page, Snapshot, converted, known_number, moment, money, number, optional_moment,
                        optional_string, parsed, string)
from .cancel import Cancel
from .input import GivenInput, InputLike, SourceType
from .quote import Quote, read_quote
from .run import NoteFunction, ProgressFunction, Run
from .session import PAGE_ITEMS_MAX, Nouns, id_of

__all__ = ["Job", "JobStatus", "Jobs"]


class JobStatus(OpenEnum):
    """The status of a job; 0 is a status that only another program knows."""

    CREATED = _raw.CPK_JOB_CREATED
    PROCESSING = _raw.CPK_JOB_PROCESSING
    READY_FOR_ANALYSIS = _raw.CPK_JOB_READY_FOR_ANALYSIS
    ANALYZING = _raw.CPK_JOB_ANALYZING
    COMPLETED = _raw.CPK_JOB_COMPLETED
    FAILED = _raw.CPK_JOB_FAILED


class Job(Snapshot, noun="cpk_job"):
    """A V1 job."""

    __slots__ = ()

    id = string("id", "The public identifier that every call takes.")
    status = converted("status", JobStatus, "How far it is.")
    status_name = string("status_name", "The status as the schema writes it.")
    file_name = string("file_name", "The file's name.")
    file_size = known_number("file_size", "Bytes.")
    progress = number("progress", "0 to 100; never goes back.")
    error_message = optional_string("error_message", "Why it failed, or None.")
    extracted_count = number("extracted_count", "Messages.")
    total_chunks = number("total_chunks", "Chunks of the text.")
    processed_chunks = number("processed_chunks", "Chunks that are analysed.")
    failed_chunks = parsed("failed_chunks", "The chunks that failed, a list of indexes from 0.")
    input_tokens = number("input_tokens", "What the analyzer read.")
    output_tokens = number("output_tokens", "What the analyzer wrote.")
    cost = money("cost", "US dollars, a Decimal.")
    created_at = moment("created_at", "When it was created.")
    updated_at = moment("updated_at", "When it changed last.")
    completed_at = optional_moment("completed_at", "When it was completed; None until then.")


class Jobs(Nouns):
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
            cancel: Optional[Cancel] = None) -> Job:
        """Processes a job into its V1 pack, continuing earlier runs. Chunks that fail are in failed_chunks. `partial`
        and `max_chunks` are as in sources.run(): the run that finishes the job makes the pack.
        """
        run = Run(progress, note, cancel, partial, max_chunks)
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
