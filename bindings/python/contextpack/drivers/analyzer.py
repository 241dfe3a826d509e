"""Analyzers: a chunk in, what it says about its user out."""
import abc
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generator, Iterable, List, Optional, Union

from ..message import Message, list_from_c
from ._borrowed import Borrowed

__all__ = ["Analysis", "Analyzer", "AnalyzerRequest", "Usage"]


@dataclass(frozen=True)
class Usage:
    """What an analyzer used, for the records."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    #: US dollars.
    cost: Decimal = Decimal(0)


@dataclass(frozen=True)
class Analysis:
    """An answer with what it took."""

    text: Union[str, bytes]
    usage: Usage = field(default_factory=Usage)


class AnalyzerRequest:
    """What an analyzer is asked. Valid during the call."""

    __slots__ = ("_borrowed", "_messages", "max_output_tokens", "system_prompt", "text", "text_tokens")

    def __init__(self, borrowed: Borrowed, text: str) -> None:
        self._borrowed = borrowed
        self._messages: Optional[List[Message]] = None
        #: The chunk as a person would read it.
        self.text = text
        with borrowed as given:
            #: Its exact o200k_base count.
            self.text_tokens: int = given.text_tokens
            #: The library's frame with the pack's own prompt in it.
            self.system_prompt: str = given.system_prompt.decode("utf-8", "replace")
            #: None: no limit.
            self.max_output_tokens: Optional[int] = given.max_output_tokens or None

    @property
    def messages(self) -> List[Message]:
        """The same chunk, message by message; a message cut by a chunk has its part here."""
        if self._messages is None:
            with self._borrowed as given:
                self._messages = list_from_c(given.messages, given.message_count)
        return self._messages

    @property
    def cancelled(self) -> bool:
        """Whether the work is to stop; look at it while waiting, and raise CancelledError."""
        from .._library import lib
        if self._borrowed.is_over:
            return False
        with self._borrowed as given:
            return bool(lib.cpk_cancel_requested(given.cancel))


#: The answer: a findings document (JSON, docs/findings.md) or prose, whole or in pieces. A generator may return Usage.
Answer = Union[str, bytes, Analysis, Iterable[Union[str, bytes]], Generator[Union[str, bytes], None, Usage]]


class Analyzer(abc.ABC):
    """An analyzer. AnalyzerError, NetworkError, TimedOutError, LimitExceededError and InvalidDataError fail the chunk, and
    the work goes on with the next; anything else ends it."""

    @property
    @abc.abstractmethod
    def identity(self) -> str:
        """Names the analyzer with all that changes its answers, "mine/1"; the same in every call."""

    @abc.abstractmethod
    def analyze(self, request: AnalyzerRequest) -> Answer:
        """The answer to a chunk."""

    def close(self) -> object:
        """Called once, after the last call."""
