"""What an input contains, before anything is stored."""
from typing import Any, NamedTuple, Tuple

from ._call import text
from ._library import lib
from ._records import InspectionFields
from ._snapshot import Field, read
from .run import Note, NoteKind

__all__ = ["InspectedProvider", "Inspection"]


class InspectedProvider(NamedTuple):
    """What an input contains of one provider."""

    #: "chatgpt", "grok" ...
    name: str
    conversations: int
    messages: int


class Inspection(InspectionFields, more=("providers", "notes")):
    """What an input contains and what importing it would cost."""

    __slots__ = ()

    providers: Field[Tuple[InspectedProvider, ...]] = Field("providers", None, "The providers that were recognised.")
    notes: Field[Tuple[Note, ...]] = Field(
        "notes", None, "What would be skipped or repaired, or is missing, and why; at most 1,000 notes.")


def _provider(found: Any, index: int) -> InspectedProvider:
    return InspectedProvider(text(lib.cpk_inspection_provider_name(found, index)),
                             lib.cpk_inspection_provider_conversations(found, index),
                             lib.cpk_inspection_provider_messages(found, index))


def _note(found: Any, index: int) -> Note:
    return Note(NoteKind(lib.cpk_inspection_note_kind(found, index)), text(lib.cpk_inspection_note_place(found, index)),
                text(lib.cpk_inspection_note_text(found, index)))


def from_c(found: Any) -> Inspection:
    return read(Inspection, found,
                tuple(_provider(found, index) for index in range(lib.cpk_inspection_provider_count(found))),
                tuple(_note(found, index) for index in range(lib.cpk_inspection_note_count(found))))
