"""Users and their profiles."""
from ctypes import byref
from typing import Iterator, NamedTuple, Optional, Union

from . import _raw
from ._arguments import optional_bytes, optional_id
from ._library import lib
from ._records import Plan, UserFields
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page
from .cancel import Cancel
from .run import NoteFunction, ProgressFunction, Run

__all__ = ["Plan", "User", "UserDeletion", "Users"]


class User(UserFields):
    """A user's profile."""

    __slots__ = ()


class UserDeletion(NamedTuple):
    """What the deletion of an account removed, and what is kept for accounting."""

    packs: int
    sources: int
    exports: int
    jobs: int
    legacy_packs: int
    blobs: int
    blob_bytes: int
    kept_transactions: int
    kept_payment_attempts: int
    kept_admin_actions: int
    kept_blobs: int


class Users(Resource):
    """Session.users. Creating and listing are for the service and administrators."""

    __slots__ = ()

    def create(self, email: str, *, id: Optional[str] = None, full_name: Optional[str] = None,
               avatar_url: Optional[str] = None, payment_plan: Plan = Plan.CREDITS) -> User:
        """Creates a user with 10 credits; `id` is a UUID, by default a random one."""
        params = _raw.cpk_user_params()
        lib.cpk_user_params_init(byref(params), _raw.STRUCT_SIZES["cpk_user_params"])
        params.payment_plan = payment_plan
        params.id = optional_bytes(id)
        params.email = optional_bytes(email)
        params.full_name = optional_bytes(full_name)
        params.avatar_url = optional_bytes(avatar_url)
        return self._session._get(User, lib.cpk_user_create, byref(params))

    def get(self, user: Union[User, str, None] = None) -> User:
        """Reads a user; by default the session's own."""
        return self._session._get(User, lib.cpk_user_get, optional_id(user))

    def find(self, email: str) -> User:
        """Finds a user by e-mail address, regardless of case."""
        return self._session._get(User, lib.cpk_user_find, optional_bytes(email))

    def update(self, user: Union[User, str, None] = None, *, full_name: Optional[str] = None,
               avatar_url: Optional[str] = None) -> User:
        """Changes the name and picture of a user: None leaves a text unchanged, "" clears it."""
        return self._session._get(User, lib.cpk_user_update, optional_id(user), optional_bytes(full_name),
                                  optional_bytes(avatar_url))

    def set_email(self, user: Union[User, str], email: str) -> User:
        """Changes a user's e-mail address; for the service and administrators."""
        return self._session._get(User, lib.cpk_user_set_email, optional_id(user), optional_bytes(email))

    def set_plan(self, user: Union[User, str], payment_plan: Plan) -> User:
        """Changes a user's payment plan; for the service and administrators."""
        return self._session._get(User, lib.cpk_user_set_plan, optional_id(user), payment_plan)

    def delete(self, user: Union[User, str, None] = None, *, progress: Optional[ProgressFunction] = None,
               note: Optional[NoteFunction] = None, cancel: Optional[Cancel] = None) -> UserDeletion:
        """Deletes an account with all packs and blobs; the ledger is kept. This cannot be undone. The default is the
        session's own user. Notes of NoteKind.KEPT report what is kept, and why.
        """
        deletion = _raw.cpk_user_deletion()
        lib.cpk_user_deletion_init(byref(deletion), _raw.STRUCT_SIZES["cpk_user_deletion"])
        run = Run(progress, note, cancel)
        self._session._work(run, lib.cpk_user_delete_watched, optional_id(user), run.options, byref(deletion))
        return UserDeletion(*[getattr(deletion, name) for name in UserDeletion._fields])

    def list(self, *, limit: int = 100, after: Optional[str] = None) -> Page[User]:
        """A page of all users, newest first."""
        return self._session._page(User, lib.cpk_user_list_get, (), limit, after)

    def all(self, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[User]:
        """All users, newest first, page by page."""
        return self._session._pages(User, lib.cpk_user_list_get, (), page_size)

    def __iter__(self) -> Iterator[User]:
        return self.all()
