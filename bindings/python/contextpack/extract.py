"""Reports of what an input contained."""
from dataclasses import dataclass
from typing import Any

from .input import SourceType

__all__ = ["ExtractReport"]


@dataclass(frozen=True)
class ExtractReport:
    """What Engine.extract(), extract_text() and chunk() found in an input."""

    #: The type of the input.
    source_type: SourceType
    #: "chatgpt", "claude", "text", "markdown", ...
    format: str
    conversations: int
    messages: int
    #: Messages and conversations without usable content.
    skipped: int
    #: Places that could not be parsed; the rest was extracted.
    damaged: int
    #: Files that the export refers to but does not contain.
    missing_files: int
    #: What was not read and why, in words; "" if all was read.
    loss_summary: str
    #: Whether content was lost: damaged, missing, unreadable or over a limit.
    is_partial: bool


def from_c(given: Any) -> ExtractReport:
    return ExtractReport(SourceType(given.source_type), given.format.decode("utf-8"), given.conversations,
                         given.messages, given.skipped, given.damaged, given.missing_files,
                         given.loss_summary.decode("utf-8"), given.is_partial != 0)
