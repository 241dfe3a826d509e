"""Messages, which extractors produce and analyzers receive."""
import datetime
from ctypes import POINTER, addressof, c_void_p, cast, string_at
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple

from . import _raw
from ._enums import OpenEnum
from ._library import lib
from ._snapshot import microseconds_of, time_of

__all__ = ["Attachment", "Kind", "Message", "Role"]


class Role(OpenEnum):
    """The author of a message."""

    UNKNOWN = _raw.CPK_ROLE_UNKNOWN
    USER = _raw.CPK_ROLE_USER
    ASSISTANT = _raw.CPK_ROLE_ASSISTANT
    SYSTEM = _raw.CPK_ROLE_SYSTEM
    TOOL = _raw.CPK_ROLE_TOOL

    def __str__(self) -> str:
        name: bytes = lib.cpk_role_name(self)
        return name.decode("ascii")


class Kind(OpenEnum):
    """The kind of content."""

    TEXT = _raw.CPK_KIND_TEXT
    CODE = _raw.CPK_KIND_CODE
    THINKING = _raw.CPK_KIND_THINKING
    TOOL_CALL = _raw.CPK_KIND_TOOL_CALL
    TOOL_RESULT = _raw.CPK_KIND_TOOL_RESULT
    ATTACHMENT = _raw.CPK_KIND_ATTACHMENT
    QUOTE = _raw.CPK_KIND_QUOTE
    INSTRUCTIONS = _raw.CPK_KIND_INSTRUCTIONS
    MEMORY = _raw.CPK_KIND_MEMORY
    ARTIFACT = _raw.CPK_KIND_ARTIFACT
    TRANSCRIPT = _raw.CPK_KIND_TRANSCRIPT
    DOCUMENT = _raw.CPK_KIND_DOCUMENT
    SUMMARY = _raw.CPK_KIND_SUMMARY
    ERROR = _raw.CPK_KIND_ERROR

    def __str__(self) -> str:
        name: bytes = lib.cpk_kind_name(self)
        return name.decode("ascii")


@dataclass(frozen=True)
class Attachment:
    """A file attached to a message; None if the export does not tell."""

    id: Optional[str] = None
    name: Optional[str] = None
    media_type: Optional[str] = None
    size_bytes: Optional[int] = None


@dataclass(frozen=True)
class Message:
    """One message of one conversation."""

    text: str
    role: Role = Role.USER
    kind: Kind = Kind.TEXT
    #: When it was written, aware; None if unknown.
    time: Optional[datetime.datetime] = None
    #: "chatgpt", "claude", "text", "markdown", ...
    provider: str = ""
    conversation_id: str = ""
    conversation_title: str = ""
    #: Unique in its conversation.
    message_id: str = ""
    parent_id: Optional[str] = None
    model: Optional[str] = None
    attachments: Tuple[Attachment, ...] = ()
    #: Not shown to the user by the provider.
    hidden: bool = False
    #: On the branch that was open; always True if there is one branch.
    active_branch: bool = True


def _text(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode("utf-8", "replace")


def _attachment(given: Any) -> Attachment:
    size = given.size_bytes
    return Attachment(_text(given.id), _text(given.name), _text(given.media_type), size if size >= 0 else None)


_TEXT_FIELDS = ("provider", "conversation_id", "conversation_title", "message_id", "parent_id", "model")
_TEXT_AT = _raw.cpk_message.text.offset


def _address(struct: Any, offset: int) -> Optional[int]:
    return c_void_p.from_address(addressof(struct) + offset).value


def from_c(given: Any) -> Message:
    """A copy of a borrowed cpk_message."""
    address = _address(given, _TEXT_AT)
    body = string_at(address, given.text_length).decode("utf-8", "replace") if address else ""
    count = given.attachment_count
    return Message(
        body, Role(given.role), Kind(given.kind),
        time_of(given.time_us) if given.time_us != _raw.CPK_TIME_UNKNOWN else None,
        _text(given.provider) or "", _text(given.conversation_id) or "", _text(given.conversation_title) or "",
        _text(given.message_id) or "", _text(given.parent_id), _text(given.model),
        tuple(_attachment(given.attachments[i]) for i in range(count)) if count else (),
        bool(given.flags & _raw.CPK_MESSAGE_HIDDEN), bool(given.flags & _raw.CPK_MESSAGE_ACTIVE_BRANCH))


def _bytes(value: Optional[str]) -> Optional[bytes]:
    """Encodes a text for C: NULs become spaces, lone surrogates question marks."""
    return None if value is None else value.encode("utf-8", "replace").replace(b"\0", b" ")


def to_c(message: Message) -> Any:
    """Makes a cpk_message of a Message and keeps alive what it points at."""
    body = message.text.encode("utf-8", "replace").replace(b"\0", b" ")
    made = _raw.cpk_message(struct_size=_raw.STRUCT_SIZES["cpk_message"], role=message.role, kind=message.kind)
    made.flags = ((_raw.CPK_MESSAGE_HIDDEN if message.hidden else 0)
                  | (_raw.CPK_MESSAGE_ACTIVE_BRANCH if message.active_branch else 0))
    made.time_us = _raw.CPK_TIME_UNKNOWN if message.time is None else microseconds_of(message.time)
    for field in _TEXT_FIELDS:
        setattr(made, field, _bytes(getattr(message, field)))
    made.text = body
    made.text_length = len(body)
    if message.attachments:
        array = (_raw.cpk_attachment * len(message.attachments))()
        for place, given in zip(array, message.attachments):
            place.id, place.name, place.media_type = _bytes(given.id), _bytes(given.name), _bytes(given.media_type)
            place.size_bytes = -1 if given.size_bytes is None else given.size_bytes
        made.attachments = cast(array, POINTER(_raw.cpk_attachment))
        made.attachment_count = len(array)
    return made


def list_from_c(first: Any, count: int) -> List[Message]:
    return [from_c(first[i]) for i in range(count)]
