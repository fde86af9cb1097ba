"""The columns of a list in words: what each was taken for, what else it may be, and what somebody says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from fournets.intake.services.columns import Said, ShownColumn, ShownSheet
from fournets.language import Lang, say
from fournets.people.words import label
from fournets.workbooks.kinds import NAMED_KINDS
from fournets.workbooks.vocabulary import fields

OF = ("person", "enterprise", "place", "row")
Group = tuple[str, list[tuple[str, str]]]


def columns_shown(found: Sequence[ShownSheet], lang: Lang) -> dict[str, Any]:
    """By sheet its kind and columns, each with the fields it may be told to mean."""
    groups = [(say(f"columns_of_{of}", lang), _of(of, lang)) for of in OF]
    return {
        "sheets": [
            (one, [(column, *_state(column, lang), _choices(column, groups, lang)) for column in one.columns])
            for one in found
        ],
        "kinds": [(kind, say(f"kind_{kind}", lang)) for kind in NAMED_KINDS],
    }


def said_of(posted: QueryDict) -> dict[str, Said]:
    """What somebody said of each sheet, by its key."""
    said: dict[str, Said] = {}
    for key in posted.getlist("sheet"):
        start = f"field-{key}-"
        columns = {name.removeprefix(start): str(posted[name]) for name in posted if name.startswith(start)}
        said[key] = Said(str(posted.get(f"kind-{key}", "")), columns)
    return said


def _state(column: ShownColumn, lang: Lang) -> tuple[str, str]:
    """How sure it is, as state and word."""
    if column.field is None:
        return "late", say("columns_left_out", lang)
    if column.how in ("map", "remembered"):
        return "good", say("columns_told", lang)
    return "good", say(f"columns_by_{'values' if column.how == 'values' else 'header'}", lang)


def _choices(column: ShownColumn, groups: list[Group], lang: Lang) -> list[Group]:
    likely = [(name, label(name, lang)) for name in column.likely]
    return [(say("columns_likely", lang), likely), *groups] if likely else groups


def _of(of: str, lang: Lang) -> list[tuple[str, str]]:
    return [(name, label(name, lang)) for name, one in fields().items() if one.of == of]
