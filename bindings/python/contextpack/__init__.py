"""Context packs from AI chat exports, documents and texts: the Python layer of libcontextpack.

>>> import contextpack
>>> with contextpack.Engine("sqlite:packs.db", "file:blobs") as engine, engine.service() as service:
...     user = service.users.create("me@example.com")
"""
from . import _raw
from ._library import library_path, library_version
from ._snapshot import Page, Snapshot
from .cancel import Cancel
from .chunk import Chunk
from .engine import Check, CheckOutcome, Engine, Migration
from .errors import (AlreadyExistsError, AnalyzerError, BusyError, CancelledError, ConflictError, ContextPackError,
                     DatabaseError, EncryptedError, ErrorCode, ForkedError, InputOutputError, InsufficientCreditsError,
                     InternalError, InvalidArgumentError, InvalidDataError, LimitExceededError, NetworkError,
                     NoContentError, NoSpaceError, NotFoundError, OutOfMemoryError, PermissionDeniedError, StorageError,
                     TimedOutError, UnauthenticatedError, UnsupportedError)
from .export import Export, ExportStatus, ExportType, Exports, Format
from .extract import ExtractReport
from .input import Input, InputLike, SourceType, Text
from .message import Attachment, Kind, Message, Role
from .pack import Pack, PackProgress, Packs
from .run import Note, NoteKind, Progress, Stage
from .session import Session
from .settings import Setting, TextSetting, settings, text_settings
from .source import Part, Source, SourceStatus, Sources
from .tokens import Encoding, count_tokens, encode_tokens
from .transaction import Balance, Credits, Transaction, TransactionType
from .user import Plan, User, UserDeletion, Users

#: The package's version; library_version is the loaded library's.
__version__: str = _raw.CPK_VERSION

__all__ = [
    "AlreadyExistsError", "AnalyzerError", "Attachment", "Balance", "BusyError", "Cancel", "CancelledError", "Check",
    "CheckOutcome", "Chunk", "ConflictError", "ContextPackError", "Credits", "DatabaseError", "Encoding",
    "EncryptedError", "Engine", "ErrorCode", "Export", "ExportStatus", "ExportType", "Exports", "ExtractReport",
    "ForkedError", "Format", "Input", "InputLike", "InputOutputError", "InsufficientCreditsError", "InternalError",
    "InvalidArgumentError", "InvalidDataError", "Kind", "LimitExceededError", "Message", "Migration", "NetworkError",
    "NoContentError", "NoSpaceError", "NotFoundError", "Note", "NoteKind", "OutOfMemoryError", "Pack", "PackProgress",
    "Packs", "Page", "Part", "PermissionDeniedError", "Plan", "Progress", "Role", "Session", "Setting", "Snapshot",
    "Source", "SourceStatus", "SourceType", "Sources", "Stage", "StorageError", "Text", "TextSetting", "TimedOutError",
    "Transaction", "TransactionType", "UnauthenticatedError", "UnsupportedError", "User", "UserDeletion", "Users", "__version__", "count_tokens",
    "encode_tokens", "library_path", "library_version", "settings", "text_settings",
]
