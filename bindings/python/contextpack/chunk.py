"""Chunks: byte ranges of extracted text with a limited number of tokens."""
from dataclasses import dataclass

__all__ = ["Chunk"]


@dataclass(frozen=True)
class Chunk:
    """One chunk of an input's extracted text."""

    #: From 0.
    index: int
    #: Offset in the extracted text and length, in bytes.
    offset: int
    length: int
    #: Exact number of tokens of these bytes.
    tokens: int
    text: str
