"""What the resources of a session (users, packs, sources, ...) have in common."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session

PAGE_ITEMS_MAX = 1000


class Resource:
    """The calls of a session on one kind of resource."""

    __slots__ = ("_session",)

    def __init__(self, session: "Session") -> None:
        self._session = session
