"""The values a case and a contact may have; their words stand in ``messages.toml`` as ``tracing_GROUP_VALUE``."""

from __future__ import annotations

SUSPECT, CONFIRMED, ASYMPTOMATIC, EXCLUDED = CASE_CLASSES = (
    "suspect",
    "confirmed",
    "asymptomatic",
    "excluded",
)
DEGREES = ("close", "secondary")
KINDS = ("household", "meal", "work", "transport", "care", "other")
SOURCES = ("survey", "list", "notice")
LABS = ("none", "pending", "negative", "positive")
# What the disease control centre has decided on a contact; open: nothing yet.
OPEN, CONTINUE, TO_CASE, NO_CONTACT, RELEASE = DECISIONS = (
    "open",
    "continue",
    "confirmed",
    "excluded",
    "release",
)
ANSWERED = DECISIONS[1:]
