"""A person's file as a reader's post shows it: in words, numbers masked; whoever opens one is on record.

The page and the machine API both ask here, so that neither shows what the other would not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from fournets.audit.services import record_read
from fournets.crypto import KeyRing
from fournets.language import Lang, catalogue, say
from fournets.organization.access import Reader
from fournets.people.selectors import file_of, whole_person
from fournets.people.services.canary import touched
from fournets.people.words import label, text_of
from fournets.places.selectors import official_names
from fournets.policy import in_force
from fournets.screening.models import Assessment
from fournets.screening.services.replay import explained

NOT_SHOWN = {"person", "name", "facts", "values", "household", "merged", "employers"}
ONCE = {"employer"}  # among the values as a sender wrote it; the register's own word stands below
BIRTH = "birth_on"


class Said(NamedTuple):
    """One field of a file: its name in code, its label and its value in the reader's words."""

    name: str
    label: str
    text: str


def open_person(
    public_id: str, reader: Reader, *, lang: Lang, ring: KeyRing, at: datetime, once: bool = False
) -> dict[str, Any]:
    """The file of the person with this public id: ``found``, ``values``, ``facts``, ``state`` (None: not assessed).

    And what the file was made of: ``who``, the `whole_person`, and ``given``, every assessment there ever was.

    Whoever opens a file is on record, and a canary raises its alarm; ``once`` for a page that has recorded more already.
    A `Refusal` when nobody in the reader's area has that id.
    """
    who = whole_person(public_id)
    found = file_of(who, ring=ring)
    if not once:
        _put_on_record(found, reader, ring, at)
    given = list(Assessment.objects.select_related("decision").filter(person_id=who.pk).order_by("id"))
    state = next((explained(one) for one in given if one.superseded_on is None), None)
    return {
        "who": who,
        "given": given,
        "found": found,
        "values": list(_values(found, reader, lang)),
        "facts": [_fact(one, reader, lang) for one in found["facts"]],
        "state": state
        and _state(state, class_words(found["area_code"], lang, on=timezone.localdate(at)), lang),
    }


def class_words(area_code: str, lang: Lang, *, on: date) -> list[tuple[str, str]]:
    """The risk classes of a day's policy with their words, the gravest first."""
    rows = in_force(on=on, area=area_code).table("screening.classes")
    return [(row["class"], row[lang]) for row in rows]


def _put_on_record(found: dict[str, Any], reader: Reader, ring: KeyRing, at: datetime) -> None:
    who = found["person"]
    record_read("person_opened", actor=reader.login, area_code=found["area_code"], at=at, person=who)
    touched([who], how="opened", ring=ring, actor=reader.login, at=at)


def _values(found: dict[str, Any], reader: Reader, lang: Lang) -> Iterator[Said]:
    """The current values in words, without those the reader's post does not show."""
    plain = {name: value for name, value in found.items() if name not in NOT_SHOWN}
    areas = official_names([found["area_code"]])
    for name, value in (plain | found["values"]).items():
        if name in ONCE and found["employers"]:
            continue
        if name == BIRTH and not reader.may("people.birth"):
            continue
        if shown := text_of(name, value, lang, areas=areas):
            yield Said(name, label(name, lang), shown)


def _fact(fact: dict[str, Any], reader: Reader, lang: Lang) -> dict[str, Any]:
    said = {name: fact[name] for name in ("name", "id_number", "phone", "address") if fact.get(name)}
    said |= {
        name: value for name, value in fact["values"].items() if name != BIRTH or reader.may("people.birth")
    }
    rule = f"rule_{fact['rule']}"
    return {
        "source": f"{fact['file_id']}:{fact['sheet']}:{fact['row']}",
        "seen_on": fact["seen_on"],
        "kind": say(f"kind_{fact['kind']}", lang),
        "rule": say(rule, lang) if rule in catalogue() else fact["rule"],
        "said": [Said(name, label(name, lang), text_of(name, value, lang)) for name, value in said.items()],
    }


def _state(state: dict[str, Any], words: list[tuple[str, str]], lang: Lang) -> dict[str, Any]:
    return {
        **state,
        "word": dict(words).get(state["class"], state["class"]),
        "act": say(f"action_{state['action']}", lang),
        "why": [reason[lang] for reason in state["reasons"]],
        "sources": sorted({one["document"] for reason in state["reasons"] for one in reason["policy"]}),
    }
