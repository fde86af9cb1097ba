"""What lies where in a site, and who is expected."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from fournets.audit.services import record
from fournets.isolation.models import Site
from fournets.isolation.services import MANAGE
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.sites.models import Arrival, Zone
from fournets.sites.rules import ZONE_KINDS

RUN = "sites.run"  # who runs a site from day to day
LONGEST = 100
MOST_PEOPLE, FURTHEST = 9999, 60  # people of one arrival; days ahead


@transaction.atomic
def set_zone(reader: Reader, site: int, floor: int, kind: str, what: str, *, at: datetime) -> None:
    """Says what lies in a zone of a floor; nothing: the floor has no such zone."""
    found = site_of(reader, MANAGE, site)
    what = words(what)
    if kind not in ZONE_KINDS or not -9 <= floor <= 99:
        raise Refusal("site_unknown")
    if what:
        said = {"what": what, "area_code": found.area_code, "noted_by": reader.login, "noted_at": at}
        Zone.objects.update_or_create(site=found, floor=floor, kind=kind, defaults=said)
    else:
        Zone.objects.filter(site=found, floor=floor, kind=kind).delete()
    details = {"site": found.pk, "floor": floor, "kind": kind}
    record(act="zone_set", actor=reader.login, area_code=found.area_code, at=at, details=details)


@transaction.atomic
def expect(
    reader: Reader, site: int, day: date, people: int, whence: str, *, on: date, at: datetime
) -> Arrival:
    """Notes that so many people are expected on a day, today or later; a `Refusal` for what cannot be."""
    found = site_of(reader, RUN, site)
    whence = words(whence)
    if not on <= day <= on + timedelta(days=FURTHEST):
        raise Refusal("site_arrival_day", days=FURTHEST)
    if not 0 < people <= MOST_PEOPLE or not whence:
        raise Refusal("site_arrival_people", most=MOST_PEOPLE)
    arrival = Arrival.objects.create(
        site=found, area_code=found.area_code, on=day, people=people, whence=whence, noted_by=reader.login, noted_at=at
    )  # fmt: skip
    details = {"site": found.pk, "people": people, "on": day.isoformat()}
    record(act="arrival_expected", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return arrival


@transaction.atomic
def end_arrival(reader: Reader, number: int, *, came: int | None = None, at: datetime) -> None:
    """So many of them came, and only the others are expected still; without a number: nobody of them is any more."""
    arrival = Arrival.objects.select_for_update().filter(pk=number, ended_at=None).first()
    if arrival is None:
        raise Refusal("site_arrival_over")
    found = site_of(reader, RUN, arrival.site_id)
    if came is not None and not 0 < came <= arrival.people:
        raise Refusal("site_arrival_came", most=arrival.people)
    if came is not None and came < arrival.people:
        arrival.people -= came
        arrival.save(update_fields=["people"])
        details = {"site": found.pk, "people": came, "left": arrival.people}
        record(act="arrival_came", actor=reader.login, area_code=found.area_code, at=at, details=details)
        return
    arrival.ended_by, arrival.ended_at = reader.login, at
    arrival.save(update_fields=["ended_by", "ended_at"])
    details = {"site": found.pk, "people": arrival.people}
    record(act="arrival_ended", actor=reader.login, area_code=found.area_code, at=at, details=details)


def site_of(reader: Reader, right: str, number: int) -> Site:
    """The site of a number, for whoever has a right in its area; a `Refusal` otherwise."""
    found = Site.objects.filter(pk=number).first()
    if found is None:
        raise Refusal("beds_unknown")
    if not reader.may_in(right, found.area_code):
        raise Refusal("beds_right")
    return found


def words(text: str) -> str:
    """A text as it is kept; a `Refusal` where it is too long."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise Refusal("site_long", most=LONGEST)
    return text
