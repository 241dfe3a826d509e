"""Exports: the documents made from a pack, in Markdown and JSON."""
from ctypes import byref, c_int32
from typing import Iterator, Optional, Tuple, Union

from . import _raw
from ._arguments import id_of
from ._enums import OpenEnum
from ._library import lib
from ._records import ExportFields, ExportStatus, ExportType
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page
from ._stream import OutputLike, opened, read_all, writer
from .cancel import Cancel
from .pack import Pack
from .run import ProgressFunction, Run

__all__ = ["Export", "ExportStatus", "ExportType", "Exports", "Format"]


class Format(OpenEnum):
    """Formats of a document."""

    MARKDOWN = _raw.CPK_FORMAT_MARKDOWN
    JSON = _raw.CPK_FORMAT_JSON


class Export(ExportFields):
    """A document made from a pack."""

    __slots__ = ()


class Exports(Resource):
    """Session.exports."""

    __slots__ = ()

    def create(self, pack: Union[Pack, str], type: Union[ExportType, str] = ExportType.STANDARD, *,
               max_tokens: Optional[int] = None, progress: Optional[ProgressFunction] = None,
               cancel: Optional[Cancel] = None) -> Export:
        """Makes a document of the pack; returns the existing one if nothing changed. See create_new()."""
        return self.create_new(pack, type, max_tokens=max_tokens, progress=progress, cancel=cancel)[0]

    def create_new(self, pack: Union[Pack, str], type: Union[ExportType, str] = ExportType.STANDARD, *,
                   max_tokens: Optional[int] = None, progress: Optional[ProgressFunction] = None,
                   cancel: Optional[Cancel] = None) -> Tuple[Export, bool]:
        """Like create(), with True if the document is new. `max_tokens` is the budget of a compact or standard document,
        instead of the setting's."""
        kind = ExportType.from_name(type) if isinstance(type, str) else type
        run = Run(progress, None, cancel, max_tokens=max_tokens)
        made = c_int32()
        document = self._session._run(Export, run, lib.cpk_export_create, id_of(pack), kind, run.options, byref(made))
        return document, bool(made.value)

    def get(self, export: Union[Export, str]) -> Export:
        """Reads an export."""
        return self._session._get(Export, lib.cpk_export_get, id_of(export))

    def read(self, export: Union[Export, str], format: Format = Format.MARKDOWN) -> bytes:
        """A ready export's document, as bytes in UTF-8."""
        return read_all(
            lambda write: self._session._call(lib.cpk_export_read, id_of(export), format, write, None))

    def read_text(self, export: Union[Export, str], format: Format = Format.MARKDOWN) -> str:
        """A ready export's document."""
        return self.read(export, format).decode("utf-8")

    def write(self, export: Union[Export, str], output: OutputLike, format: Format = Format.MARKDOWN) -> None:
        """Streams a ready export's document to a path or a binary file object."""
        with opened(output) as file:
            self._session._call(lib.cpk_export_read, id_of(export), format, writer(file), None)

    def delete(self, export: Union[Export, str]) -> None:
        """Deletes an export with its blobs."""
        self._session._call(lib.cpk_export_delete, id_of(export))

    def list(self, pack: Union[Pack, str], *, limit: int = 100, after: Optional[str] = None) -> Page[Export]:
        """A page of a pack's exports, newest first."""
        return self._session._page(Export, lib.cpk_export_list_get, (id_of(pack),), limit, after)

    def all(self, pack: Union[Pack, str], *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[Export]:
        """All exports of a pack, newest first, page by page."""
        return self._session._pages(Export, lib.cpk_export_list_get, (id_of(pack),), page_size)
