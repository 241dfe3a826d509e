"""Sources: the exports, documents, links and texts inside a pack."""
from ctypes import byref, c_int32
from typing import Iterator, Optional, Tuple, Union

from . import _raw
from ._arguments import id_of
from ._enums import OpenEnum
from ._library import lib
from ._records import SourceFields, SourceStatus
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page
from ._stream import OutputLike, opened, read_all, writer
from .cancel import Cancel
from .input import GivenInput, InputLike, SourceType
from .pack import Pack
from .quote import Quote, read_quote
from .run import NoteFunction, ProgressFunction, Run

__all__ = ["Part", "Source", "SourceStatus", "Sources"]


class Part(OpenEnum):
    """The parts of a source."""

    RAW = _raw.CPK_PART_RAW
    EXTRACTED = _raw.CPK_PART_EXTRACTED
    WITHHELD = _raw.CPK_PART_WITHHELD


class Source(SourceFields):
    """One export, document, link or pasted text inside a pack."""

    __slots__ = ()


class Sources(Resource):
    """Session.sources."""

    __slots__ = ()

    def add(self, pack: Union[Pack, str], data: InputLike, *, name: Optional[str] = None,
            source_type: Optional[SourceType] = None, progress: Optional[ProgressFunction] = None,
            cancel: Optional[Cancel] = None) -> Source:
        """Adds an input to a pack. Adding the same bytes again returns the existing source; see add_new()."""
        return self.add_new(pack, data, name=name, source_type=source_type, progress=progress, cancel=cancel)[0]

    def add_new(self, pack: Union[Pack, str], data: InputLike, *, name: Optional[str] = None,
                source_type: Optional[SourceType] = None, progress: Optional[ProgressFunction] = None,
                cancel: Optional[Cancel] = None) -> Tuple[Source, bool]:
        """Like add(), with True if the source is new."""
        run = Run(progress, None, cancel)
        added = c_int32()
        with GivenInput(data, name, source_type) as given:
            source = self._session._run(Source, run, lib.cpk_source_add, id_of(pack), given, run.options, byref(added))
        return source, bool(added.value)

    def run(self, source: Union[Source, str], *, until: SourceStatus = SourceStatus.COMPLETED, partial: bool = False,
            max_chunks: Optional[int] = None, progress: Optional[ProgressFunction] = None,
            note: Optional[NoteFunction] = None, cancel: Optional[Cancel] = None,
            password: Optional[str] = None) -> Source:
        """Processes a source up to READY_FOR_ANALYSIS or COMPLETED, continuing earlier runs. With `partial`, if the
        balance is too low, as many chunks are analysed as it covers; with `max_chunks` at most that many. The source
        then has the status ANALYZING. `password` opens an encrypted document and is stored nowhere.
        """
        run = Run(progress, note, cancel, partial, max_chunks, password=password)
        return self._session._run(Source, run, lib.cpk_source_run, id_of(source), until, run.options)

    def quote(self, source: Union[Source, str]) -> Quote:
        """The cost of analysing the source, and the balance."""
        return read_quote(self._session, lib.cpk_quote_source, id_of(source))

    def get(self, source: Union[Source, str]) -> Source:
        """Reads a source."""
        return self._session._get(Source, lib.cpk_source_get, id_of(source))

    def delete(self, source: Union[Source, str]) -> None:
        """Deletes a source with its blobs."""
        self._session._call(lib.cpk_source_delete, id_of(source))

    def request_cancel(self, source: Union[Source, str]) -> None:
        """Asks whoever works on the source to stop, in any process. Nothing more is charged for it."""
        self._session._call(lib.cpk_source_request_cancel, id_of(source))

    def read(self, source: Union[Source, str], part: Part = Part.EXTRACTED) -> bytes:
        """Returns one part of a source."""
        return read_all(lambda write: self._session._call(lib.cpk_source_read, id_of(source), part, write, None))

    def write(self, source: Union[Source, str], output: OutputLike, part: Part = Part.EXTRACTED) -> None:
        """Streams one part of a source to a path or a binary file object."""
        with opened(output) as file:
            self._session._call(lib.cpk_source_read, id_of(source), part, writer(file), None)

    def list(self, pack: Union[Pack, str], *, limit: int = 100, after: Optional[str] = None) -> Page[Source]:
        """A page of a pack's sources, newest first."""
        return self._session._page(Source, lib.cpk_source_list_get, (id_of(pack),), limit, after)

    def all(self, pack: Union[Pack, str], *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[Source]:
        """All sources of a pack, newest first, page by page."""
        return self._session._pages(Source, lib.cpk_source_list_get, (id_of(pack),), page_size)
