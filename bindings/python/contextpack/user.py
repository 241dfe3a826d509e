"""Users and their profiles."""
from ctypes import byref
from typing import Iterator, Optional, Union

from . import _raw
from ._enums import OpenEnum
from ._library import lib
from ._snapshot import Page, Snapshot, converted, moment, number, optional_string, string
from .session import PAGE_ITEMS_MAX, Nouns, optional_bytes, optional_id

__all__ = ["Plan", "User", "Users"]


class Plan(OpenEnum):
    """How analysis is paid for."""

    CREDITS = _raw.CPK_PLAN_CREDITS
    UNLIMITED = _raw.CPK_PLAN_UNLIMITED


class User(Snapshot, noun="cpk_user"):
    """A user's profile."""

    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    email = string("email", "The address, unique without regard to case.")
    full_name = optional_string("full_name", "The name, or None.")
    avatar_url = optional_string("avatar_url", "A picture's address, or None.")
    storage_directory = string("storage_directory", "The prefix of the user's blobs.")
    payment_plan = converted("payment_plan", Plan, "How analysis is paid for.")
    credits_balance = number("credits_balance", "Credits that are free to use.")
    chunks_analyzed = number("chunks_analyzed", "Chunks analysed in the user's lifetime.")
    created_at = moment("created_at", "When the user was created.")
    updated_at = moment("updated_at", "When the profile changed last.")


class Users(Nouns):
    """Session.users: creating and listing is for the service and admins."""

    __slots__ = ()

    def create(self, email: str, *, id: Optional[str] = None, full_name: Optional[str] = None,
               avatar_url: Optional[str] = None, payment_plan: Plan = Plan.CREDITS) -> User:
        """A new user with 10 credits; `id` is a UUID that the host knows the user by, a random one by default."""
        params = _raw.cpk_user_params()
        lib.cpk_user_params_init(byref(params), _raw.STRUCT_SIZES["cpk_user_params"])
        params.payment_plan = payment_plan
        params.id = optional_bytes(id)
        params.email = optional_bytes(email)
        params.full_name = optional_bytes(full_name)
        params.avatar_url = optional_bytes(avatar_url)
        return self._session._get(User, lib.cpk_user_create, byref(params))

    def get(self, user: Union[User, str, None] = None) -> User:
        """A user by id; without one the session's own."""
        return self._session._get(User, lib.cpk_user_get, optional_id(user))

    def find(self, email: str) -> User:
        """A user by e-mail, without regard to case."""
        return self._session._get(User, lib.cpk_user_find, optional_bytes(email))

    def update(self, user: Union[User, str, None] = None, *, full_name: Optional[str] = None,
               avatar_url: Optional[str] = None) -> User:
        """Changes what a user may change: None leaves a field, "" empties it."""
        return self._session._get(User, lib.cpk_user_update, optional_id(user), optional_bytes(full_name),
                                  optional_bytes(avatar_url))

    def list(self, *, limit: int = 100, after: Optional[str] = None) -> Page[User]:
        """A page of all users, newest first."""
        return self._session._page(User, lib.cpk_user_list_get, (), limit, after)

    def all(self, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[User]:
        """All users, newest first, page by page."""
        return self._session._pages(User, lib.cpk_user_list_get, (), page_size)

    def __iter__(self) -> Iterator[User]:
        return self.all()
