"""Tracing the number of staff from the outbreak area an enterprise states to rows of its rosters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing, SealError
from fournets.screening.selectors.enterprises import (
    OutbreakEnterprise,
    Place,
    outbreak_enterprises,
    registered_staff,
)


@transaction.atomic
def trace_outbreak_staff(
    area_code: str = "", *, on: date, ring: KeyRing, actor: str, at: datetime
) -> list[OutbreakEnterprise]:
    """The enterprises of `outbreak_enterprises`; where a survey states more than the lists show, also the roster rows of
    staff registered in an outbreak area. Most rosters ask for an ID number and not where somebody comes from.

    Opening the ID numbers is on record. Without the keys the enterprises come untraced. No enterprise is counted for a
    registered place alone: its survey must state such staff.
    """
    found = outbreak_enterprises(area_code, on=on)
    short = [one.id for one in found if one.stated > one.on_roster]
    if not short:
        return found
    try:
        staff = registered_staff(short, on=on, ring=ring)
    except SealError:
        return found
    details = {
        "on": on.isoformat(),
        "enterprises": len(short),
        "opened": ["id_number", "registered_address"],
        "rows": sum(map(len, staff.values())),
    }
    record(act="trace_outbreak_staff", actor=actor, area_code=area_code, at=at, details=details)
    return [_traced(one, staff.get(one.id, [])) for one in found]


def _traced(one: OutbreakEnterprise, staff: list[tuple[int, Place]]) -> OutbreakEnterprise:
    more = [(person, row) for person, row in staff if row not in one.rows]
    people = len({person for person, _ in more})
    return replace(one, registered=people, rows=tuple(sorted({*one.rows, *(row for _, row in more)})))
