"""Reads of exports: one's own, those that wait, and the people a request is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.models import Area
from fournets.policy import in_force
from fournets.reporting.exports.names import COMMUNITY, Called, Names, names_of
from fournets.reporting.exports.narrow import Narrow
from fournets.reporting.exports.settings import limits
from fournets.reporting.forms import selectors as people
from fournets.reporting.models import Export, FilledForm

SELECTED = f"SELECT person.id FROM people_person person {people.DECIDED} WHERE {people.INSIDE} AND WHO"  # noqa: S608
COUNTED = "SELECT count(*) FROM (SELECTED) AS selected"
# With whom the asker was handed on his own word before: the same people twice are no more people.
TOGETHER = """
SELECT count(*) FROM (SELECTED UNION
    SELECT row.person_id FROM reporting_exportrow row JOIN reporting_export export ON export.id = row.export_id
    WHERE export.asker = %(asker)s AND export.approver = '' AND export.made_at > %(since)s) AS together
"""
# The same for a form, whose people are known already.
FORM_TOGETHER = """
SELECT count(*) FROM (SELECT unnest(%(people)s::bigint[]) UNION
    SELECT row.person_id FROM reporting_exportrow row JOIN reporting_export export ON export.id = row.export_id
    WHERE export.asker = %(asker)s AND export.approver = '' AND export.made_at > %(since)s) AS together
"""
HANDED = """
SELECT count(DISTINCT row.person_id) FROM reporting_exportrow row JOIN reporting_export export ON export.id = row.export_id
WHERE export.asker = %(asker)s AND export.approver = '' AND export.made_at > %(since)s
"""
EVERYBODY = Narrow()
SHOWN = 50  # requests on one page


def own_exports(reader: Reader, *, kind: str = "list") -> list[Export]:
    """What a reader asked for in his area of a kind of export, newest first."""
    return list(Export.objects.filter(asker=reader.login, kind=kind).order_by("-id")[:SHOWN])


def exports_to_decide(reader: Reader) -> list[Export]:
    """What waits in a reader's area for somebody else's word, oldest first."""
    return list(Export.objects.filter(state="waiting").exclude(asker=reader.login).order_by("id")[:SHOWN])


def exports_answered(login: str, *, since: datetime) -> list[Export]:
    """What an account asked for that somebody else has decided on since a moment, newest first."""
    answered = Export.objects.filter(
        asker=login, state__in=("approved", "refused", "made"), decided_at__gt=since
    )
    return list(answered.order_by("-decided_at")[:SHOWN])


def forms_since(since: datetime, *, most: int) -> tuple[int, int]:
    """How many filled forms of the scope were handed out and how many refused since a moment, as far as ``most``."""
    states = list(answered_forms(since).values_list("state", flat=True)[: 2 * most])
    return min(states.count("made"), most), min(states.count("refused"), most)


def answered_forms(since: datetime) -> QuerySet[Export]:
    """The forms filled on the page, of the scope, that were handed out or refused since a moment."""
    made = Q(state="made", made_at__gte=since)
    return _of_page().filter(made | Q(state="refused", decided_at__gte=since)).order_by("-id")


def _of_page() -> QuerySet[Export]:
    filled = FilledForm.objects.filter(serial=OuterRef("serial"), form__isnull=False)
    return Export.objects.filter(Exists(filled), kind="form")


def decided_exports(reader: Reader) -> list[Export]:
    """What a reader decided on, newest first."""
    return list(Export.objects.filter(approver=reader.login).order_by("-decided_at")[:SHOWN])


def all_exports() -> list[Export]:
    """Every request of the scope, newest first, departments' forms among them."""
    return list(Export.objects.order_by("-id"))


def export_of(serial: str, *, lock: bool = False) -> Export:
    """The export of a serial; a `Refusal` when the scope holds none."""
    found = Export.objects.select_for_update() if lock else Export.objects.all()
    export = found.filter(serial=serial.strip().upper()).first()
    if export is None:
        raise Refusal("export_unknown", serial=serial)
    return export


def count_people(area: str, who: str, on: date, narrow: Narrow = EVERYBODY) -> int:
    """How many people of a selection live in an area."""
    return _count(COUNTED, who, bindings(area, on), narrow)


def count_with_handed(
    area: str, who: str, on: date, narrow: Narrow = EVERYBODY, *, asker: str, at: datetime
) -> int:
    """How many people an account would have been handed on its own word in the hours before ``at``, these included."""
    since = at - timedelta(hours=limits().hours)
    return _count(TOGETHER, who, {**bindings(area, on), "asker": asker, "since": since}, narrow)


def count_these_with_handed(people: Sequence[int], *, asker: str, at: datetime) -> int:
    """The same for people who stand in a form that is filled."""
    values: dict[str, Any] = {
        "people": list(people),
        "asker": asker,
        "since": at - timedelta(hours=limits().hours),
    }
    with connection.cursor() as cursor:
        cursor.execute(FORM_TOGETHER, values)
        return int(cursor.fetchone()[0])


def handed_lately(asker: str, *, at: datetime) -> int:
    """How many people an account was handed on its own word in the hours before ``at``."""
    with connection.cursor() as cursor:
        cursor.execute(HANDED, {"asker": asker, "since": at - timedelta(hours=limits().hours)})
        return int(cursor.fetchone()[0])


def bindings(area: str, on: date) -> dict[str, Any]:
    """The values the statements about people are run with."""
    areas = in_force(on=on, area=area).outbreak_areas
    return people.bindings(
        area, on, [one.code for one in areas], [one.code for one in areas if one.via_counts]
    )


def town_names() -> Names:
    """The names of the areas down to the communities."""
    rows = Area.objects.filter(Q(code__regex=rf"^\d{{2,{COMMUNITY}}}$")).values_list(
        "code", "official_name", "short_name", "kind"
    )
    forms = people.area_names()
    return names_of(Called(code, forms[code], official, short) for code, official, short, _ in rows)


def _count(statement: str, who: str, values: dict[str, Any], narrow: Narrow) -> int:
    selected = SELECTED.replace("WHO", f"{people.selection(who)} AND {narrow.condition()}")
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("SELECTED", selected), values | narrow.values())
        return int(cursor.fetchone()[0])
