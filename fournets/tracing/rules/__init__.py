"""What a case, a contact and an answer about a contact may say; what an answer leads to. Pure."""

from fournets.tracing.rules.answers import (
    ASK_END,
    ASK_WITHDRAWAL,
    HOSPITAL,
    NOTE,
    OPEN_CASE,
    ORDER_HOSPITAL,
    Answered,
    Outcome,
    Standing,
    outcome_of,
)
from fournets.tracing.rules.words import (
    ANSWERED,
    CASE_CLASSES,
    DECISIONS,
    DEGREES,
    EXCLUDED,
    KINDS,
    LABS,
    SOURCES,
)

__all__ = [
    "ANSWERED",
    "ASK_END",
    "ASK_WITHDRAWAL",
    "CASE_CLASSES",
    "DECISIONS",
    "DEGREES",
    "EXCLUDED",
    "HOSPITAL",
    "KINDS",
    "LABS",
    "NOTE",
    "OPEN_CASE",
    "ORDER_HOSPITAL",
    "SOURCES",
    "Answered",
    "Outcome",
    "Standing",
    "outcome_of",
]
