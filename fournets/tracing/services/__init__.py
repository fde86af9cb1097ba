"""Acts of tracing: note cases and contacts, one or a whole list; take in what the disease control centre answers."""

from fournets.tracing.services.answers import ANSWER, AnswerRow, do_answer, drop_answer, look_at_answer
from fournets.tracing.services.notes import (
    NOTE,
    Seen,
    change_case,
    drop_contact,
    note_case,
    note_contact,
    note_list,
    set_lab,
)

__all__ = [
    "ANSWER",
    "NOTE",
    "AnswerRow",
    "Seen",
    "change_case",
    "do_answer",
    "drop_answer",
    "drop_contact",
    "look_at_answer",
    "note_case",
    "note_contact",
    "note_list",
    "set_lab",
]
