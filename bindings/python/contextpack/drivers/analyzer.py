"""Analyzers: turn a chunk of text into findings about its user."""
import abc
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generator, Iterable, List, Optional, Union

from .. import _raw
from .._enums import OpenEnum
from .._library import lib
from ..message import Message, list_from_c
from ._borrowed import Borrowed

__all__ = ["Analysis", "Analyzer", "AnalyzerRequest", "AnswerOutcome", "Usage"]


class AnswerOutcome(OpenEnum):
    """How an answer ended; anything but COMPLETE fails the chunk, but LENGTH and CONTEXT_OVERFLOW first cut it in parts."""

    COMPLETE = _raw.CPK_ANSWER_COMPLETE
    LENGTH = _raw.CPK_ANSWER_LENGTH
    REFUSED = _raw.CPK_ANSWER_REFUSED
    FILTERED = _raw.CPK_ANSWER_FILTERED
    CONTEXT_OVERFLOW = _raw.CPK_ANSWER_CONTEXT_OVERFLOW
    UNAUTHENTICATED = _raw.CPK_ANSWER_UNAUTHENTICATED
    QUOTA_EXHAUSTED = _raw.CPK_ANSWER_QUOTA_EXHAUSTED
    RATE_LIMITED = _raw.CPK_ANSWER_RATE_LIMITED
    OVERLOADED = _raw.CPK_ANSWER_OVERLOADED
    UNREADABLE = _raw.CPK_ANSWER_UNREADABLE


@dataclass(frozen=True)
class Usage:
    """What the analysis of a chunk used, for statistics."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    #: US dollars.
    cost: Decimal = Decimal(0)
    #: Those of output_tokens that are hidden reasoning.
    reasoning_output_tokens: int = 0
    outcome: AnswerOutcome = AnswerOutcome.COMPLETE
    #: Requests sent to a server, with retries.
    request_count: int = 0


@dataclass(frozen=True)
class Analysis:
    """An answer with its usage."""

    text: Union[str, bytes]
    usage: Usage = field(default_factory=Usage)


def _decoded(text: Optional[bytes]) -> Optional[str]:
    return None if text is None else text.decode("utf-8")


class AnalyzerRequest:
    """A chunk to analyse. Valid during the call."""

    __slots__ = ("_borrowed", "_messages", "max_output_tokens", "response_name", "response_schema", "system_prompt",
                 "text", "text_tokens")

    def __init__(self, borrowed: Borrowed, text: str) -> None:
        self._borrowed = borrowed
        self._messages: Optional[List[Message]] = None
        #: The text of the chunk; with is_model the messages to send, numbered, between boundaries.
        self.text = text
        with borrowed as given:
            #: Exact o200k_base tokens of the text.
            self.text_tokens: int = given.text_tokens
            #: The library's prompt, then the pack's custom prompt.
            self.system_prompt: str = given.system_prompt.decode("utf-8", "replace")
            #: None: no limit.
            self.max_output_tokens: Optional[int] = given.max_output_tokens or None
            #: The JSON schema of the answer, as JSON, and its name; None: none, as for every analyzer without is_model.
            self.response_schema: Optional[str] = _decoded(given.response_schema)
            self.response_name: Optional[str] = _decoded(given.response_name)

    @property
    def messages(self) -> List[Message]:
        """The same chunk as messages; of a message at its border, only the part in the chunk."""
        if self._messages is None:
            with self._borrowed as given:
                self._messages = list_from_c(given.messages, given.message_count)
        return self._messages

    @property
    def cancelled(self) -> bool:
        """Whether the call was cancelled; check it while waiting, and raise CancelledError."""
        if self._borrowed.is_over:
            return False
        with self._borrowed as given:
            return bool(lib.cpk_cancel_requested(given.cancel))


#: The answer: a findings document (JSON, docs/findings.md) or prose, whole or in pieces. A generator may return Usage.
Answer = Union[str, bytes, Analysis, Iterable[Union[str, bytes]], Generator[Union[str, bytes], None, Usage]]


class Analyzer(abc.ABC):
    """An analyzer. AnalyzerError, NetworkError, TimedOutError, LimitExceededError and InvalidDataError fail the chunk,
    and the next one is analysed; any other exception ends the run.
    """

    #: It follows the system prompt and the response schema, as a language model does: its answers are checked against the
    #: chunk, and a chunk that does not fit (CONTEXT_OVERFLOW, LENGTH, LimitExceededError) is asked in parts.
    is_model: bool = False
    #: What it is given leaves this machine.
    is_remote: bool = False

    @property
    @abc.abstractmethod
    def identity(self) -> str:
        """Names the analyzer and everything that changes its answers: "mine/1". The same in every call."""

    @abc.abstractmethod
    def analyze(self, request: AnalyzerRequest) -> Answer:
        """Returns the answer to a chunk."""

    def close(self) -> object:
        """Called once, after the last call."""
