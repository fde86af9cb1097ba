"""A person's file as a story: who he is and how he stands, in sentences; what is next and whose it is; what happened, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone

from fournets.language import Lang, say
from fournets.organization.selectors import PersonTask, person_tasks
from fournets.people.models import Person
from fournets.people.words import text_of
from fournets.screening.models import Visit
from fournets.screening.selectors.people import age_on
from fournets.screening.services.people import tone_of
from fournets.screening.services.person import Said, class_words


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: ``kind`` is ``fact``, ``visit`` or ``decision``; ``by`` is who or which row says so."""

    on: date
    kind: str
    what: str
    by: str
    said: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A current value in words, and the row it comes from, where one says just that."""

    label: str
    text: str
    source: str
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class Story:
    """What a person's page says."""

    who: str
    state: str
    tone: str
    tasks: list[tuple[PersonTask, bool]]  # and whether it is late
    days: list[tuple[date, list[Event]]]
    values: list[Value]


def story_of(shown: dict[str, Any], *, lang: Lang, at: datetime) -> Story:
    """The story of a file as `open_person` gives it."""
    person, state = shown["who"], shown["state"]
    events = [*_facts(shown), *_visits(person, lang), *_decisions(shown, lang, at)]
    events.sort(key=lambda one: one.on, reverse=True)
    return Story(
        who=_who(person, shown["values"], lang, at),
        state=_state(state, lang),
        tone=tone_of(state["action"]) if state else "todo",
        tasks=[(one, one.due_at < at) for one in person_tasks(person.pk)],
        days=[(day, list(of_day)) for day, of_day in groupby(events, lambda one: one.on)],
        values=[_value(one, shown["facts"]) for one in shown["values"]],
    )


def _who(person: Person, values: Sequence[Said], lang: Lang, at: datetime) -> str:
    age = age_on(person.birth_on, timezone.localdate(at)) or person.values.get("age", "")
    parts = [
        person.name,
        text_of("sex", person.sex, lang),
        say("story_age", lang, age=age) if age else "",
        next((one.text for one in values if one.name == "area_code"), ""),
    ]
    comma, stop = (",", "。") if lang == "zh" else (", ", ".")
    return comma.join(filter(None, parts)) + stop


def _state(state: dict[str, Any] | None, lang: Lang) -> str:
    """How he stands and until when, in one sentence."""
    if state is None:
        return say("person_not_assessed", lang)
    code = "story_state" if state["until"] else "story_state_open" if state["from"] else "story_state_plain"
    words = {"word": state["word"], "act": state["act"], "start": state["from"], "end": state["until"]}
    return say(code, lang, **words)


def _facts(shown: dict[str, Any]) -> Iterator[Event]:
    for one in shown["facts"]:
        yield Event(one["seen_on"], "fact", one["kind"], f"{one['source']} · {one['rule']}", one["said"])


def _visits(person: Person, lang: Lang) -> Iterator[Event]:
    """Those to him and those to his household."""
    his = Q(person_id=person.pk)
    if person.household_id:
        his |= Q(household_id=person.household_id)
    for one in Visit.objects.filter(his).order_by("id"):
        yield Event(one.on, "visit", say(f"visit_{one.outcome}", lang), one.by)


def _decisions(shown: dict[str, Any], lang: Lang, at: datetime) -> Iterator[Event]:
    words = dict(class_words(shown["who"].area_code, lang, on=timezone.localdate(at)))
    for one in shown["given"]:
        found = one.decision
        what = f"{words.get(found.risk_class, found.risk_class)} · {say(f'action_{found.action}', lang)}"
        yield Event(one.assessed_on, "decision", what, "; ".join(reason[lang] for reason in found.reasons))


def _value(said: Said, facts: Sequence[dict[str, Any]]) -> Value:
    """The last row that says just this counts as its source; a value put together from several has none."""
    telling = [
        one for one in facts if any(each.name == said.name and each.text == said.text for each in one["said"])
    ]
    last = telling[-1] if telling else None
    return Value(said.label, said.text, last["source"] if last else "", last["seen_on"] if last else None)
