"""The stock of a site: the one door to it. Counted by hand here; the ledger of the stores will stand behind the same functions.

Whoever asks knows `Item`, `on_hand`, `keep`, `count` and `drop`, and neither tables nor where numbers come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import connection, transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.policy import in_force
from fournets.sites.models import Supply, SupplyCount
from fournets.sites.rules import WHO, days_of_cover
from fournets.sites.services.layout import RUN, site_of, words

LEAST = "supplies.site_days_of_cover"
MOST_ITEMS, MOST_COUNT, MOST_A_DAY = 200, Decimal(9_999_999), Decimal(9_999)
ITEMS = """
SELECT supply.id, supply.name, supply.unit, supply.who, supply.a_day, counted.count, counted.at, counted.by
FROM sites_supply supply LEFT JOIN LATERAL (SELECT count, at, by FROM sites_supplycount
    WHERE supply_id = supply.id ORDER BY id DESC LIMIT 1) counted ON true
WHERE supply.site_id = %s ORDER BY supply.name
"""
PEOPLE = """
SELECT (SELECT count(*) FROM isolation_bed WHERE site_id = %(site)s AND state = 'occupied'),
    (SELECT count(*) FROM sites_assignment WHERE site_id = %(site)s AND from_on <= %(on)s AND (until_on IS NULL OR until_on > %(on)s))
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a site keeps: what of it there was at the last count, and for how many full days that lasts from today; None:
    never counted, or nobody uses it today. ``low``: fewer days than the rules ask for."""

    number: int
    name: str
    unit: str
    who: str
    a_day: Decimal
    count: Decimal | None
    at: datetime | None
    by: str | None
    days: int | None
    low: bool

    @property
    def used(self) -> str:
        """How much of it one needs a day, without zeros nobody wrote."""
        return f"{self.a_day.normalize():f}"


@dataclass(frozen=True, slots=True)
class Stock:
    """All a site keeps, for how many residents and staff, and how many days it has to last by the rules."""

    items: list[Item]
    residents: int
    staff: int
    least: int


def on_hand(site: int, area_code: str, *, on: date) -> Stock:
    """What a site keeps, and how long it lasts for those who are there on a day."""
    least = int(in_force(on=on, area=area_code).number(LEAST))
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"site": site, "on": on})
        residents, staff = cursor.fetchone()
        cursor.execute(ITEMS, [site])
        rows = cursor.fetchall()
    items = []
    for number, name, unit, who, a_day, count, at, by in rows:
        days = None if count is None else days_of_cover(count, a_day, who, residents=residents, staff=staff)
        left = None if days is None else max(0, int(days) - max(0, (on - timezone.localdate(at)).days))
        low = count is None or (left is not None and left < least)
        items.append(Item(number, name, unit, who, a_day, count, at, by, left, low))
    return Stock(items, residents, staff, least)


@transaction.atomic
def keep(reader: Reader, site: int, name: str, unit: str, who: str, a_day: str, *, at: datetime) -> None:
    """A site keeps a thing from now on; of one it keeps already, how much is used is changed."""
    found = site_of(reader, RUN, site)
    name, unit = words(name), words(unit)
    used = _number(a_day)
    if not name or not unit or who not in WHO or not 0 < used <= MOST_A_DAY:
        raise Refusal("site_supply_wrong", most=f"{MOST_A_DAY:,}")
    if Supply.objects.filter(site=found).exclude(name=name).count() >= MOST_ITEMS:
        raise Refusal("site_supply_many", most=MOST_ITEMS)
    said = {"unit": unit, "who": who, "a_day": used}
    Supply.objects.update_or_create(
        site=found, name=name, defaults=said, create_defaults={**said, "area_code": found.area_code}
    )
    details = {"site": found.pk, "item": name}
    record(act="supply_kept", actor=reader.login, area_code=found.area_code, at=at, details=details)


@transaction.atomic
def count(reader: Reader, site: int, counted: dict[int, str], *, at: datetime) -> int:
    """Notes what somebody counted, by the item's number; what is empty was not counted. Gives how many were.

    A `Refusal`, and nothing is noted, where one is no number or no item of the site; it names the item.
    """
    found = site_of(reader, RUN, site)
    items = {one.pk: one for one in Supply.objects.filter(site=found)}
    given = {number: text.strip() for number, text in counted.items() if text.strip()}
    if not given or not given.keys() <= items.keys():
        raise Refusal("site_count_nothing")
    rows = []
    for number, text in given.items():
        try:
            amount = _number(text)
        except Refusal:
            raise Refusal("site_count_wrong", item=items[number].name, text=text[:20]) from None
        if not 0 <= amount <= MOST_COUNT:
            raise Refusal("site_count_wrong", item=items[number].name, text=text[:20])
        rows.append(
            SupplyCount(supply=items[number], area_code=found.area_code, count=amount, by=reader.login, at=at)
        )
    SupplyCount.objects.bulk_create(rows)
    details = {"site": found.pk, "items": len(rows)}
    record(act="supplies_counted", actor=reader.login, area_code=found.area_code, at=at, details=details)
    return len(rows)


@transaction.atomic
def drop(reader: Reader, number: int, *, at: datetime) -> None:
    """A site does not keep a thing any more."""
    supply = Supply.objects.filter(pk=number).first()
    if supply is None:
        raise Refusal("site_unknown")
    found = site_of(reader, RUN, supply.site_id)
    supply.delete()
    details = {"site": found.pk, "item": supply.name}
    record(act="supply_dropped", actor=reader.login, area_code=found.area_code, at=at, details=details)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise Refusal("site_supply_wrong", most=f"{MOST_A_DAY:,}") from None
    exponent = found.as_tuple().exponent
    if not found.is_finite() or not isinstance(exponent, int) or exponent < -2:
        raise Refusal("site_supply_wrong", most=f"{MOST_A_DAY:,}")
    return found
