"""How a site runs: its zones floor by floor, who is expected, its rounds, its staff."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from fournets.crypto import KeyRing
from fournets.isolation.models import Site
from fournets.people.rules.masking import mask_phone
from fournets.sites.models import Arrival, RoundDone, Zone
from fournets.sites.rules import ON_TIME, ZONE_KINDS, Expected, state_of

ROUNDS = """
SELECT plan.id, plan.kind, plan."where", plan.hours, plan.begun_at, done.id, done.at, done.by, done.signed, done.proof,
    done.file_sealed IS NOT NULL
FROM sites_roundplan plan LEFT JOIN LATERAL (SELECT id, at, by, signed, proof, file_sealed FROM sites_rounddone
    WHERE plan_id = plan.id ORDER BY at DESC LIMIT 1) done ON true
WHERE plan.site_id = %s AND plan.ended_at IS NULL ORDER BY plan.kind, plan."where"
"""
STAFF = """
SELECT worker.id, worker.name, worker.phone_sealed, here.id, here.job, here.from_on, here.site_id IS NOT NULL AND here.site_id <> %(site)s,
    coalesce((SELECT json_object_agg(kind, until) FROM (SELECT kind, max(until_on) AS until FROM sites_training
        WHERE worker_id = worker.id GROUP BY kind) AS each), '{}')
FROM sites_worker worker LEFT JOIN sites_assignment here ON here.worker_id = worker.id AND here.until_on IS NULL
WHERE worker.area_code = %(area)s ORDER BY (here.site_id = %(site)s) DESC NULLS LAST, worker.name, worker.id LIMIT %(most)s
"""
BESIDE = """
SELECT floor, kind, what, NULL::date, NULL::int FROM sites_zone WHERE site_id = %(site)s
UNION ALL SELECT NULL, NULL, NULL, "on", people FROM sites_arrival WHERE site_id = %(site)s AND ended_at IS NULL
"""
MISSED = """
SELECT plan.site_id, count(*) FROM sites_roundplan plan WHERE plan.ended_at IS NULL AND plan.site_id = ANY(%(sites)s)
    AND coalesce((SELECT max(at) FROM sites_rounddone WHERE plan_id = plan.id), plan.begun_at) + plan.hours * interval '1 hour' < %(now)s
GROUP BY 1
"""
MOST = 500  # staff a page shows


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round: how it stands, by when it is due, and the last time with its proof."""

    number: int
    kind: str
    where: str
    hours: int
    state: str
    due: datetime
    done: int | None
    done_at: datetime | None
    by: str
    signed: str
    has_file: bool

    @property
    def late(self) -> bool:
        """Whether it was missed."""
        return self.state != ON_TIME


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody who works at the sites of an area: where, what he was trained in, and what of it does not count on a day.

    ``assigned``: the number of his assignment here; ``elsewhere``: he is at another site.
    """

    number: int
    name: str
    phone: str
    assigned: int | None
    job: str
    from_on: date | None
    elsewhere: bool
    trained: list[tuple[str, date, bool]]
    lacking: list[str]


def zones_of(site: int, floors: Sequence[int]) -> list[tuple[int, dict[str, str]]]:
    """What lies in each zone of each floor that has beds or a zone, the highest first."""
    found: dict[int, dict[str, str]] = {floor: {} for floor in floors}
    for one in Zone.objects.filter(site_id=site):
        found.setdefault(one.floor, {})[one.kind] = one.what
    return [(floor, {kind: found[floor].get(kind, "") for kind in ZONE_KINDS}) for floor in sorted(found, reverse=True)]  # fmt: skip


def expected_at(site: int) -> list[Arrival]:
    """Who is expected at a site, by day."""
    return list(Arrival.objects.filter(site_id=site, ended_at=None).order_by("on", "id")[:100])


def beside_beds(site: int) -> tuple[dict[int, list[tuple[str, str]]], list[Expected]]:
    """What a board shows beside the beds, in one statement: the zones of each floor, and who is expected."""
    zones, expected = dict[int, dict[str, str]](), []
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, {"site": site})
        for floor, kind, what, day, people in cursor.fetchall():
            if day is not None:
                expected.append(Expected(day, people))
            else:
                zones.setdefault(floor, {})[kind] = what
    return {
        floor: [(kind, of[kind]) for kind in ZONE_KINDS if kind in of] for floor, of in zones.items()
    }, expected


def as_expected(arrivals: Sequence[Arrival]) -> list[Expected]:
    """Arrivals for the forecast."""
    return [Expected(one.on, one.people) for one in arrivals]


def rounds_of(site: int, *, now: datetime) -> list[RoundLine]:
    """The rounds of a site, those that were missed first."""
    with connection.cursor() as cursor:
        cursor.execute(ROUNDS, [site])
        rows = cursor.fetchall()
    found = []
    for number, kind, where, hours, begun, done, at, by, signed, _, has_file in rows:
        state, due = state_of(begun, at, hours, now)
        found.append(RoundLine(number, kind, where, hours, state, due, done, at, by or "", signed or "", bool(has_file)))  # fmt: skip
    return sorted(found, key=lambda one: (not one.late, one.due))


def missed_at(sites: Sequence[int], *, now: datetime) -> dict[int, int]:
    """How many rounds of each site were missed; those with none are absent."""
    with connection.cursor() as cursor:
        cursor.execute(MISSED, {"sites": list(sites), "now": now})
        return dict(cursor.fetchall())


def proof_of(number: int, *, ring: KeyRing) -> tuple[bytes, str, Site] | None:
    """The file that proves a round, its kind, and the site; None where the scope has none of that number."""
    done = RoundDone.objects.filter(pk=number).select_related("plan__site").first()
    if done is None or done.file_sealed is None:
        return None
    return base64.b64decode(ring.unseal("file", done.file_sealed)), done.media, done.plan.site


def staff_of(site: Site, needed: Sequence[str], *, on: date, ring: KeyRing) -> list[StaffLine]:
    """Who works at a site, then who else may; phones are masked."""
    with connection.cursor() as cursor:
        cursor.execute(STAFF, {"site": site.pk, "area": site.area_code, "most": MOST})
        rows = cursor.fetchall()
    phones = ring.unseal_many("phone", [row[2] for row in rows])
    found = []
    for (number, name, _, assigned, job, from_on, elsewhere, told), phone in zip(rows, phones, strict=True):
        until = {kind: date.fromisoformat(day) for kind, day in told.items()}
        trained = [(kind, day, day > on) for kind, day in sorted(until.items())]
        lacking = [kind for kind in needed if kind not in until or until[kind] <= on]
        shown = mask_phone(phone) if phone else ""
        here = None if elsewhere else assigned
        found.append(
            StaffLine(number, name, shown, here, job or "", from_on, bool(elsewhere), trained, lacking)
        )
    return found
