"""What was found in an input."""
from dataclasses import dataclass
from typing import Any

from .input import SourceType

__all__ = ["ExtractReport"]


@dataclass(frozen=True)
class ExtractReport:
    """What Engine.extract(), extract_text() and chunks() found."""

    #: What the input is.
    source_type: SourceType
    #: "chatgpt", "claude", "text", "markdown", ...
    format: str
    conversations: int
    messages: int
    #: Messages and conversations that held nothing usable.
    skipped: int
    #: Places that could not be read; what is whole was kept.
    damaged: int
    #: Files that the export promises and does not hold.
    missing_files: int


def from_c(given: Any) -> ExtractReport:
    return ExtractReport(SourceType(given.source_type), given.format.decode("utf-8"), given.conversations,
                         given.messages, given.skipped, given.damaged, given.missing_files)
