"""Beds: a site is opened, somebody is given a bed, moves to another, leaves; a bed is cleaned, closed, opened again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from fournets.audit.services import record
from fournets.isolation.models import Bed, IsolationOrder, Site, Stay
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.rules.beds import BED_NEXT, BY_HAND, FREE, GIVE, LEAVE, OCCUPIED, takes
from fournets.isolation.selectors.boards import bed_held
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.models import Area

MANAGE, ASSIGN = "beds.manage", "beds.assign"
MOST_BEDS = 5000  # of one opening: more is a slip of the hand
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Rooms:
    """Rooms to open: on these floors so many each, with so many beds; ``reserve``: kept back."""

    first_floor: int
    last_floor: int
    rooms: int
    beds: int
    reserve: bool = False

    @property
    def count(self) -> int:
        """How many beds they are."""
        return (self.last_floor - self.first_floor + 1) * self.rooms * self.beds


@transaction.atomic
def open_site(reader: Reader, area_code: str, name: str, kind: str, rooms: Rooms, *, at: datetime) -> Site:
    """Opens a site or an observation point with rooms; or, where the area has one of that name, adds rooms to it.

    Room 203 is the third of the second floor. A `Refusal` when a number is none, or a room is there already.
    """
    if not reader.may_in(MANAGE, area_code):
        raise Refusal("beds_right")
    name = " ".join(name.split())[:LONGEST]
    sound = 0 < rooms.first_floor <= rooms.last_floor < 100 and 0 < rooms.rooms < 100 and 0 < rooms.beds < 20
    if not name or kind not in ("site", "point") or not sound or rooms.count > MOST_BEDS:
        raise Refusal("beds_rooms", most=MOST_BEDS)
    site, _ = Site.objects.get_or_create(
        area_code=area_code, name=name, defaults={"kind": kind, "opened_by": reader.login, "opened_at": at}
    )
    try:
        with transaction.atomic():
            Bed.objects.bulk_create(
                Bed(
                    site=site,
                    area_code=area_code,
                    floor=floor,
                    room=f"{floor}{room:02d}",
                    label=str(bed),
                    reserve=rooms.reserve,
                )
                for floor in range(rooms.first_floor, rooms.last_floor + 1)
                for room in range(1, rooms.rooms + 1)
                for bed in range(1, rooms.beds + 1)
            )
    except IntegrityError:
        raise Refusal("beds_there") from None
    _record("site_opened", reader, site, at, beds=rooms.count, reserve=rooms.reserve)
    return site


@transaction.atomic
def give_reserve(reader: Reader, site_id: int, *, at: datetime) -> int:
    """Opens the rooms a site has kept back; gives how many beds they are."""
    site = _site(reader, MANAGE, site_id)
    count = Bed.objects.filter(site=site, reserve=True).update(reserve=False)
    if count:
        _record("reserve_opened", reader, site, at, beds=count)
    return count


@transaction.atomic
def open_to(reader: Reader, site_id: int, areas: Sequence[str], *, at: datetime) -> Site:
    """From now on a site takes people of these areas beside its own, and of no others; who lies there stays.

    Only for whoever may manage beds in all of them: a `Refusal` otherwise.
    """
    site = _site(reader, MANAGE, site_id)
    wanted = sorted({one for one in areas if one and not one.startswith(site.area_code)})
    known = set(Area.objects.filter(code__in=wanted).values_list("code", flat=True))
    if not all(one in known and reader.may_in(MANAGE, one) for one in wanted):
        raise Refusal("beds_right")
    site.open_to = wanted
    site.save(update_fields=["open_to"])
    _record("site_open_to", reader, site, at, areas=wanted)
    return site


@transaction.atomic
def admit(reader: Reader, number: str, site_id: int, *, at: datetime, bed_id: int | None = None) -> Stay:
    """Gives the person of an order a bed of a site: the one asked for, or the first free one.

    Whoever has a bed already leaves it in the same moment. However many are admitted at once, no bed is given twice; a
    `Refusal` says that the site is full, the bed is not free, or the order is over.
    """
    site = _site(reader, ASSIGN, site_id)
    order = IsolationOrder.objects.select_for_update().filter(number=number, state__in=IN_FORCE).first()
    if order is None:
        raise Refusal("isolation_over")
    if order.state != site.kind:
        raise Refusal("beds_place")
    if not takes(site.area_code, site.open_to, order.area_code):
        raise Refusal("beds_not_open", site=site.name)
    bed = _take(site, bed_id)
    _leave(reader, order, at)
    try:
        with transaction.atomic():
            stay = Stay.objects.create(
                bed=bed, order=order, area_code=bed.area_code, from_at=at, given_by=reader.login
            )
    except IntegrityError:
        raise Refusal("beds_taken") from None
    Bed.objects.filter(pk=bed.pk).update(state=BED_NEXT[FREE][GIVE])
    _record("bed_given", reader, site, at, order=order.number, bed=bed.pk)
    return stay


@transaction.atomic
def leave(reader: Reader, number: str, *, at: datetime) -> None:
    """The person of an order leaves his bed, which is to be disinfected; a `Refusal` where he has none the reader sees."""
    order = IsolationOrder.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise Refusal("isolation_number")
    if not reader.may(ASSIGN):
        raise Refusal("beds_right")
    if not _leave(reader, order, at):
        raise Refusal("beds_no_bed")


@transaction.atomic
def set_bed(reader: Reader, bed_id: int, act: str, *, at: datetime) -> Bed:
    """Cleans, closes or opens a bed; a `Refusal` where its state does not allow it."""
    bed = Bed.objects.select_for_update().filter(pk=bed_id).select_related("site").first()
    if bed is None:
        raise Refusal("beds_unknown")
    site = _site(reader, ASSIGN, bed.site_id)
    if act not in BY_HAND or act not in BED_NEXT[bed.state]:
        raise Refusal("beds_act")
    bed.state = BED_NEXT[bed.state][act]
    bed.save(update_fields=["state"])
    _record("bed_set", reader, site, at, bed=bed.pk, state=bed.state)
    return bed


@contextmanager
def bed_noted(order: IsolationOrder, reader: Reader, at: datetime) -> Iterator[None]:
    """An act by which an order may leave its place: the bed the database frees with it is on record, whoever sees that bed."""
    held = bed_held(order.pk)
    yield
    if held and bed_held(order.pk) is None:
        details = {"site": held.site, "order": order.number, "bed": held.bed}
        record(act="bed_left", actor=reader.login, area_code=held.area_code, at=at, details=details)


def _take(site: Site, bed_id: int | None) -> Bed:
    """A free bed, held: passing over those others are about to take; where only such are left, waiting for them."""
    beds: QuerySet[Bed] = Bed.objects.filter(site=site, state=FREE, reserve=False)
    if bed_id is not None:
        found = beds.select_for_update().filter(pk=bed_id).first()
        if found is None:
            raise Refusal("beds_taken")
        return found
    ordered = beds.order_by("floor", "room", "label")
    found = ordered.select_for_update(skip_locked=True).first() or ordered.select_for_update().first()
    if found is None:
        raise Refusal("beds_full", site=site.name)
    return found


def _leave(reader: Reader, order: IsolationOrder, at: datetime) -> bool:
    stay = Stay.objects.filter(order=order, until_at=None).select_related("bed__site").first()
    if stay is None:
        return False
    stay.until_at, stay.ended_by = at, reader.login
    stay.save(update_fields=["until_at", "ended_by"])
    Bed.objects.filter(pk=stay.bed_id).update(state=BED_NEXT[OCCUPIED][LEAVE])
    _record("bed_left", reader, stay.bed.site, at, order=order.number, bed=stay.bed_id)
    return True


def _site(reader: Reader, right: str, site_id: int) -> Site:
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise Refusal("beds_unknown")
    if not reader.may_in(right, site.area_code):
        raise Refusal("beds_right")
    return site


def _record(act: str, reader: Reader, site: Site, at: datetime, **details: object) -> None:
    record(act=act, actor=reader.login, area_code=site.area_code, at=at, details={"site": site.pk, **details})
