"""Context packs from AI chat exports, documents and texts: the Python layer of libcontextpack.

>>> import contextpack
>>> result = contextpack.build("export.zip", output="out")
"""
from . import _raw
from ._build import BuildResult, BuiltDocument, BuiltInput, InputOutcome, build
from ._library import library_path, library_version
from ._snapshot import Page, Snapshot
from .admin import AdminAction, AdminActions, AdminActionType
from .cancel import Cancel
from .checkout import Checkouts, StripeObject
from .chunk import Chunk
from .engine import BackupReport, Check, CheckOutcome, Engine, KeyReport, Migration, Statistics, StorageCopyReport
from .errors import (AlreadyExistsError, AnalyzerError, BusyError, CancelledError, ConflictError, ContextPackError,
                     DatabaseError, EncryptedError, ErrorCode, ForkedError, InputOutputError, InsufficientCreditsError,
                     InternalError, InvalidArgumentError, InvalidDataError, LimitExceededError, NetworkError,
                     NoContentError, NoSpaceError, NotFoundError, OutOfMemoryError, PermissionDeniedError, StorageError,
                     TimedOutError, UnauthenticatedError, UnsupportedError)
from .export import Export, ExportStatus, ExportType, Exports, Format
from .extract import ExtractReport
from .hold import Hold, Holds, HoldStatus
from .input import Input, InputLike, Link, SourceType, Text
from .job import Job, Jobs, JobStatus
from ._inspect import InspectedProvider, Inspection
from .legacy_pack import LegacyPack, LegacyPacks
from .maintenance import ArchiveReport, Maintenance, Orphan, SweepReport
from .message import Attachment, Kind, Message, Role
from .pack import Pack, PackProgress, Packs
from .package import Package, Packages, Price, Tier
from .payment_attempt import AttemptStatus, PaymentAttempt, PaymentAttempts, PaymentVelocity, VelocityBy
from .quote import Quote
from .redact import RedactReport, Redacted, redact
from .report import ReportFormat, Reports
from .run import Note, NoteKind, Progress, Stage
from .session import Session
from .settings import Setting, TextSetting, settings, text_settings
from .source import Part, Source, SourceStatus, Sources
from .stripe import Payment, ReconcileReport, Stripe, WebhookOutcome, WebhookResult
from .tokens import Encoding, count_tokens, encode_tokens
from .transaction import Balance, Credits, Drift, Overview, Transaction, TransactionType
from .user import Plan, User, UserDeletion, Users
from .work import Work, WorkerReport, WorkItem, WorkState

#: The version of the package; library_version is that of the loaded library.
__version__: str = _raw.CPK_VERSION

__all__ = [
    "AdminAction", "AdminActionType", "AdminActions", "AlreadyExistsError", "AnalyzerError", "ArchiveReport",
    "Attachment", "AttemptStatus", "BackupReport", "Balance", "BuildResult", "BuiltDocument", "BuiltInput", "BusyError", "Cancel", "CancelledError", "Check", "CheckOutcome",
    "Checkouts", "Chunk", "ConflictError", "ContextPackError", "Credits", "DatabaseError", "Drift", "Encoding",
    "EncryptedError", "Engine", "ErrorCode", "Export", "ExportStatus", "ExportType", "Exports", "ExtractReport",
    "ForkedError", "Format", "Hold", "HoldStatus", "Holds", "Input", "InputLike", "InputOutcome", "InputOutputError", "InspectedProvider", "Inspection",
    "InsufficientCreditsError", "InternalError", "InvalidArgumentError", "InvalidDataError", "Job", "JobStatus", "Jobs",
    "KeyReport", "Kind", "LegacyPack", "LegacyPacks", "LimitExceededError", "Link", "Maintenance", "Message", "Migration", "NetworkError",
    "NoContentError", "NoSpaceError", "NotFoundError", "Note", "NoteKind", "Orphan", "OutOfMemoryError", "Overview",
    "Pack", "PackProgress", "Package", "Packages", "Packs", "Page", "Part", "Payment", "PaymentAttempt", "PaymentAttempts",
    "PaymentVelocity", "PermissionDeniedError", "Plan", "Price", "Progress", "Quote", "ReconcileReport", "ReportFormat", "Reports",
    "Role", "Session", "Setting", "Snapshot", "Source", "SourceStatus", "SourceType", "Sources", "Stage", "Statistics", "StorageCopyReport", "StorageError",
    "Stripe", "StripeObject", "SweepReport", "Text", "TextSetting", "Tier", "TimedOutError", "Transaction",
    "TransactionType", "UnauthenticatedError", "UnsupportedError", "User", "UserDeletion", "Users", "VelocityBy",
    "WebhookOutcome", "WebhookResult", "Work", "WorkItem", "WorkState", "WorkerReport", "__version__", "build", "count_tokens", "encode_tokens", "library_path",
    "RedactReport", "Redacted", "redact",
    "library_version", "settings", "text_settings",
]
