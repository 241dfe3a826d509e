"""Databases: sessions that run the library's SQL."""
import abc
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence

from .. import _raw
from .._enums import OpenEnum

__all__ = ["Actor", "ActorKind", "Database", "DatabaseSession", "Dialect", "ValueType"]


class Dialect(OpenEnum):
    """SQL dialects."""

    SQLITE = _raw.CPK_DIALECT_SQLITE
    POSTGRESQL = _raw.CPK_DIALECT_POSTGRESQL


class ActorKind(OpenEnum):
    """Kinds of principals."""

    USER = _raw.CPK_ACTOR_USER
    SERVICE = _raw.CPK_ACTOR_SERVICE
    ADMIN = _raw.CPK_ACTOR_ADMIN
    MIGRATION = _raw.CPK_ACTOR_MIGRATION


class ValueType(OpenEnum):
    """The type of a parameter; NULL has a type too."""

    INT64 = _raw.CPK_VALUE_INT64
    DOUBLE = _raw.CPK_VALUE_DOUBLE
    TEXT = _raw.CPK_VALUE_TEXT
    BLOB = _raw.CPK_VALUE_BLOB


@dataclass(frozen=True)
class Actor:
    """The principal of a session."""

    kind: ActorKind
    #: The user or administrator, a UUID in lower case; None for other kinds.
    user_id: Optional[str] = None


class DatabaseSession(abc.ABC):
    """A connection, used by one thread at a time, but not always the same. One result is open at a time."""

    @abc.abstractmethod
    def begin(self, write: bool) -> object:
        """Starts a transaction; one that writes takes the write lock immediately, if the database has one."""

    @abc.abstractmethod
    def commit(self) -> object:
        """Commits. The transaction is over, also on failure."""

    @abc.abstractmethod
    def rollback(self) -> object:
        """Rolls back."""

    @abc.abstractmethod
    def execute(self, statement_id: int, sql: str, values: Sequence[Any], types: Sequence[ValueType]) -> Iterable[Any]:
        """Runs a statement and returns its rows, sequences of None, int, float, str and bytes.

        Placeholders are $1, $2, ... in any order. Values are None, int, float, str or bytes, according to ValueType. A
        statement_id always stands for the same SQL; 0: do not keep it prepared. The result may be a DB-API cursor: its
        `rowcount` is the number of changed rows, and its `close` is called.
        """

    @abc.abstractmethod
    def close(self) -> object:
        """Rolls back an open transaction and closes the connection."""


class Database(abc.ABC):
    """A database. Different sessions are used from several threads at once."""

    #: The SQL dialect.
    dialect: Dialect = Dialect.SQLITE
    #: The database enforces row-level security.
    row_security: bool = False

    @abc.abstractmethod
    def open_session(self, actor: Actor) -> DatabaseSession:
        """Opens a connection for a principal."""

    def close(self) -> object:
        """Called once, after the last call."""
