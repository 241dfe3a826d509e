"""Packs: named sets of sources, and the documents made from them."""
from ctypes import byref, c_int32, c_void_p
from typing import Any, Iterator, NamedTuple, Optional, Tuple, Union

from . import _raw
from ._arguments import id_of, optional_bytes
from ._library import lib
from ._records import PackFields
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page, free_if_made, take
from .quote import Quote, read_quote

__all__ = ["Pack", "PackProgress", "Packs"]


class Pack(PackFields):
    """A context pack: a named set of sources."""

    __slots__ = ()


class PackProgress(NamedTuple):
    """The progress of a pack's sources."""

    sources: int
    completed_sources: int
    failed_sources: int
    analysis_tokens: int


class Packs(Resource):
    """Session.packs, of the session's user. Iterating gives all of them, most recently changed first."""

    __slots__ = ()

    @staticmethod
    def _params(name: Optional[str], description: Optional[str], custom_system_prompt: Optional[str]) -> Any:
        params = _raw.cpk_pack_params()
        lib.cpk_pack_params_init(byref(params), _raw.STRUCT_SIZES["cpk_pack_params"])
        params.name = optional_bytes(name)
        params.description = optional_bytes(description)
        params.custom_system_prompt = optional_bytes(custom_system_prompt)
        return byref(params)

    def create(self, name: Optional[str] = None, *, description: Optional[str] = None,
               custom_system_prompt: Optional[str] = None) -> Pack:
        """Creates an empty pack; the default name is "Untitled pack"."""
        params = self._params(name, description, custom_system_prompt)
        return self._session._get(Pack, lib.cpk_pack_create, params)

    def ensure(self, name: str, *, description: Optional[str] = None,
               custom_system_prompt: Optional[str] = None) -> Tuple[Pack, bool]:
        """Returns the pack of that name and False, or a new one and True."""
        created, out = c_int32(), c_void_p()
        try:
            self._session._call(lib.cpk_pack_ensure, self._params(name, description, custom_system_prompt),
                                byref(created), byref(out))
        except BaseException:
            free_if_made(Pack, out)
            raise
        return take(Pack, out), bool(created.value)

    def get(self, pack: Union[Pack, str]) -> Pack:
        """Reads a pack."""
        return self._session._get(Pack, lib.cpk_pack_get, id_of(pack))

    def find(self, name: str) -> Pack:
        """Finds the pack of a name, the newest if there are several."""
        return self._session._get(Pack, lib.cpk_pack_find, optional_bytes(name))

    def update(self, pack: Union[Pack, str], *, name: Optional[str] = None, description: Optional[str] = None,
               custom_system_prompt: Optional[str] = None) -> Pack:
        """Changes name, description or prompt: None leaves a text unchanged, "" clears the description or prompt."""
        params = self._params(name, description, custom_system_prompt)
        return self._session._get(Pack, lib.cpk_pack_update, id_of(pack), params)

    def delete(self, pack: Union[Pack, str]) -> None:
        """Deletes a pack with its sources, exports and blobs."""
        self._session._call(lib.cpk_pack_delete, id_of(pack))

    def quote(self, pack: Union[Pack, str]) -> Quote:
        """The cost of analysing all of the pack's sources, and the balance."""
        return read_quote(self._session, lib.cpk_quote_pack, id_of(pack))

    def progress(self, pack: Union[Pack, str]) -> PackProgress:
        """The progress of the pack's sources."""
        progress = _raw.cpk_pack_progress(_raw.STRUCT_SIZES["cpk_pack_progress"])
        self._session._call(lib.cpk_pack_get_progress, id_of(pack), byref(progress))
        return PackProgress(progress.sources, progress.completed_sources, progress.failed_sources,
                            progress.analysis_tokens)

    def list(self, *, limit: int = 100, after: Optional[str] = None) -> Page[Pack]:
        """A page of packs, most recently changed first."""
        return self._session._page(Pack, lib.cpk_pack_list_get, (), limit, after)

    def all(self, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[Pack]:
        """All packs, most recently changed first, page by page."""
        return self._session._pages(Pack, lib.cpk_pack_list_get, (), page_size)

    def __iter__(self) -> Iterator[Pack]:
        return self.all()
