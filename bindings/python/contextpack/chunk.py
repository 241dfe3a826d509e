"""Chunks: byte ranges of extracted text, cut by token budget."""
from dataclasses import dataclass

__all__ = ["Chunk"]


@dataclass(frozen=True)
class Chunk:
    """One chunk of an input's extracted text."""

    #: From 0.
    index: int
    #: Bytes from the start of the extracted text, and how many.
    offset: int
    length: int
    #: The exact count of just these bytes.
    tokens: int
    text: str
