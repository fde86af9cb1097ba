"""Requests as people read them: the area by its name, columns and people in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fournets.language import Lang, say
from fournets.organization.access import Reader
from fournets.places.models import Area
from fournets.places.scope import code_range
from fournets.reporting.exports.names import COMMUNITY, TOWN
from fournets.reporting.exports.narrow import Narrow, narrow_of
from fournets.reporting.exports.selectors import handed_lately
from fournets.reporting.exports.settings import limits, offered, rights_of_columns
from fournets.reporting.forms.meaning import audiences
from fournets.reporting.forms.said import field_words
from fournets.reporting.forms.selectors import area_names
from fournets.reporting.models import Export
from fournets.screening.selectors.people import NOT_ASSESSED
from fournets.screening.services.person import class_words

CELL = 15


@dataclass(frozen=True, slots=True)
class Line:
    """One request in words."""

    serial: str
    state: str
    area: str
    who: str
    columns: str
    unmasked: bool
    recipient: str
    purpose: str
    count: int
    asker: str
    asked_at: datetime
    approver: str
    word: str
    made_at: datetime | None

    @property
    def may_be_made(self) -> bool:
        return self.state in ("ready", "approved")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a request may choose among, for one reader: areas, people and columns with their words."""

    areas: list[tuple[str, str]]
    people: list[tuple[str, str]]
    columns: list[tuple[str, str]]
    handed: int
    limit: int


def lines(exports: Sequence[Export], lang: Lang) -> list[Line]:
    """Requests in words."""
    places, people = area_names(), people_words(lang)
    return [
        Line(
            serial=one.serial,
            state=one.state,
            area=places.get(one.area_code, one.area_code),
            who=_who(one, people, lang),
            columns=("、" if lang == "zh" else ", ").join(field_words(name, lang) for name in one.columns),
            unmasked=one.unmasked,
            recipient=one.recipient,
            purpose=one.purpose,
            count=one.count,
            asker=one.asker,
            asked_at=one.asked_at,
            approver=one.approver,
            word=one.word,
            made_at=one.made_at,
        )
        for one in exports
    ]


def _who(one: Export, people: dict[str, str], lang: Lang) -> str:
    """Whom a list is about, and what narrows it."""
    said = [people.get(part, part) for part in one.who.split("+")]
    return " · ".join([*said, *narrow_words(narrow_of(one), one.area_code, lang, on=one.on)])


def narrow_words(narrow: Narrow, area: str, lang: Lang, *, on: date) -> list[str]:
    """What narrows a list, a sentence a part."""
    classes = dict(class_words(area, lang, on=on)) if narrow.risk_class else {}
    classes |= {NOT_ASSESSED: say("person_not_assessed_short", lang)}
    chosen = "" if narrow.chosen is None else say("export_chosen", lang, count=f"{len(narrow.chosen):,}")
    since = narrow.seen_since and say("export_since", lang, day=narrow.seen_since.isoformat())
    said = (
        chosen,
        narrow.risk_class and classes.get(narrow.risk_class, narrow.risk_class),
        since,
        narrow.no_phone and say("export_no_phone", lang),
        narrow.enterprise and say("export_enterprise", lang, enterprise=narrow.enterprise),
    )
    return [one for one in said if one]


def choices(reader: Reader, lang: Lang, *, at: datetime) -> Choices:
    """What a reader may ask for: his area and those right below it, the people, and the columns he has the right for."""
    deepest = COMMUNITY if len(reader.area_code) <= TOWN else CELL
    low, high = code_range(reader.area_code)
    codes = Area.objects.filter(code__gte=low, code__lt=high).values_list("code", flat=True)
    places = area_names()
    needed = rights_of_columns()
    return Choices(
        areas=[(code, places[code]) for code in codes if len(code) <= deepest],
        people=list(people_words(lang).items()),
        columns=[
            (name, field_words(name, lang))
            for name in offered()
            if name not in needed or reader.may(needed[name])
        ],
        handed=handed_lately(reader.login, at=at),
        limit=limits().people,
    )


def people_words(lang: Lang) -> dict[str, str]:
    """Whom lists and forms can be about, in words."""
    found = {one.who: getattr(one, lang) for one in audiences().values()}
    return {"resident": found.pop("resident"), **found}
