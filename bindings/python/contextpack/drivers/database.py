"""Databases: sessions that run the library's SQL."""
import abc
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence

from .. import _raw
from .._enums import OpenEnum

__all__ = ["Actor", "ActorKind", "Database", "DatabaseSession", "Dialect", "ValueType"]


class Dialect(OpenEnum):
    """The SQL that a database speaks."""

    SQLITE = _raw.CPK_DIALECT_SQLITE
    POSTGRESQL = _raw.CPK_DIALECT_POSTGRESQL


class ActorKind(OpenEnum):
    """On whose behalf a database session acts."""

    USER = _raw.CPK_ACTOR_USER
    SERVICE = _raw.CPK_ACTOR_SERVICE
    ADMIN = _raw.CPK_ACTOR_ADMIN
    MIGRATION = _raw.CPK_ACTOR_MIGRATION


class ValueType(OpenEnum):
    """The type of a parameter; a null has one, too."""

    INT64 = _raw.CPK_VALUE_INT64
    DOUBLE = _raw.CPK_VALUE_DOUBLE
    TEXT = _raw.CPK_VALUE_TEXT
    BLOB = _raw.CPK_VALUE_BLOB


@dataclass(frozen=True)
class Actor:
    """On whose behalf a session acts."""

    kind: ActorKind
    #: The user or the admin, a UUID in lower case; None for the others.
    user_id: Optional[str] = None


class DatabaseSession(abc.ABC):
    """One connection, used by one thread at a time (not always the same). One result at a time is open."""

    @abc.abstractmethod
    def begin(self, write: bool) -> object:
        """Starts a transaction; one that writes takes the write lock at once where the engine has one."""

    @abc.abstractmethod
    def commit(self) -> object:
        """Commits. The transaction is over either way."""

    @abc.abstractmethod
    def rollback(self) -> object:
        """Rolls back."""

    @abc.abstractmethod
    def execute(self, statement_id: int, sql: str, values: Sequence[Any], types: Sequence[ValueType]) -> Iterable[Any]:
        """Runs a statement and gives its rows, sequences of None, int, float, str and bytes.

        Placeholders are $1, $2, ... in any order. Values are None, int, float, str or bytes, of the ValueTypes. The same
        statement_id is always the same SQL; 0: do not keep it prepared. A DB-API cursor is a fine result: its `rowcount`
        says how many rows a change changed, and its `close` is called.
        """

    @abc.abstractmethod
    def close(self) -> object:
        """Rolls back what is open and closes the connection."""


class Database(abc.ABC):
    """A database. Different sessions are used from several threads at once."""

    #: The SQL that it speaks.
    dialect: Dialect = Dialect.SQLITE
    #: Row-level security is enforced by the database itself.
    row_security: bool = False

    @abc.abstractmethod
    def open_session(self, actor: Actor) -> DatabaseSession:
        """A connection that acts on somebody's behalf."""

    def close(self) -> object:
        """Called once, after the last call."""
