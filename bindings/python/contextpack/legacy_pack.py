"""V1 packs: the documents of V1 jobs."""
from ctypes import byref, c_int32
from typing import Iterator, Optional, Tuple, Union

from ._arguments import id_of
from ._library import lib
from ._records import LegacyPackFields
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page
from ._stream import OutputLike, opened, read_all, writer
from .cancel import Cancel
from .job import Job
from .pack import Pack
from .run import ProgressFunction, Run

__all__ = ["LegacyPack", "LegacyPacks"]


class LegacyPack(LegacyPackFields):
    """A V1 pack: the document of a V1 job."""

    __slots__ = ()


class LegacyPacks(Resource):
    """Session.legacy_packs, of the session's user. Iterating gives all of them, newest first."""

    __slots__ = ()

    def get(self, legacy_pack: Union[LegacyPack, str]) -> LegacyPack:
        """Reads a V1 pack."""
        return self._session._get(LegacyPack, lib.cpk_legacy_pack_get, id_of(legacy_pack))

    def find(self, job: Union[Job, str]) -> LegacyPack:
        """The V1 pack of a job."""
        return self._session._get(LegacyPack, lib.cpk_legacy_pack_find, id_of(job))

    def read(self, legacy_pack: Union[LegacyPack, str]) -> bytes:
        """The document, as bytes in UTF-8."""
        return read_all(
            lambda write: self._session._call(lib.cpk_legacy_pack_read, id_of(legacy_pack), write, None))

    def read_text(self, legacy_pack: Union[LegacyPack, str]) -> str:
        """The document."""
        return self.read(legacy_pack).decode("utf-8")

    def write(self, legacy_pack: Union[LegacyPack, str], output: OutputLike) -> None:
        """Streams the document to a path or a binary file object."""
        with opened(output) as file:
            self._session._call(lib.cpk_legacy_pack_read, id_of(legacy_pack), writer(file), None)

    def delete(self, legacy_pack: Union[LegacyPack, str]) -> None:
        """Deletes a V1 pack with its document; its job and a copy are kept."""
        self._session._call(lib.cpk_legacy_pack_delete, id_of(legacy_pack))

    def copy(self, legacy_pack: Union[LegacyPack, str], *, progress: Optional[ProgressFunction] = None,
             cancel: Optional[Cancel] = None) -> Pack:
        """Copies a V1 pack to a new pack with one pending source; returns the existing copy if there is one. See
        copy_new().
        """
        return self.copy_new(legacy_pack, progress=progress, cancel=cancel)[0]

    def copy_new(self, legacy_pack: Union[LegacyPack, str], *, progress: Optional[ProgressFunction] = None,
                 cancel: Optional[Cancel] = None) -> Tuple[Pack, bool]:
        """Like copy(), with True if the copy is new."""
        run = Run(progress, None, cancel)
        copied = c_int32()
        made = self._session._run(Pack, run, lib.cpk_legacy_pack_copy, id_of(legacy_pack), run.options, byref(copied))
        return made, bool(copied.value)

    def undo_copy(self, legacy_pack: Union[LegacyPack, str]) -> None:
        """Deletes the copy, with everything that was added to it."""
        self._session._call(lib.cpk_legacy_pack_undo_copy, id_of(legacy_pack))

    def list(self, *, limit: int = 100, after: Optional[str] = None) -> Page[LegacyPack]:
        """A page of V1 packs, newest first."""
        return self._session._page(LegacyPack, lib.cpk_legacy_pack_list_get, (), limit, after)

    def all(self, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[LegacyPack]:
        """All V1 packs, newest first, page by page."""
        return self._session._pages(LegacyPack, lib.cpk_legacy_pack_list_get, (), page_size)

    def __iter__(self) -> Iterator[LegacyPack]:
        return self.all()
