"""Dwellings: one door of a building, sealed, found by its blind index."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from fournets.crypto import KeyRing
from fournets.places.rules.addresses import door_key

DOOR = "door"
ADD = """
INSERT INTO places_dwelling (area_code, building_id, door_sealed, door_index)
SELECT wanted.building, wanted.building, wanted.sealed, wanted.door
FROM unnest(%s::text[], %s::bigint[], %s::bytea[]) AS wanted (building, door, sealed)
JOIN places_building ON places_building.code = wanted.building
ON CONFLICT ON CONSTRAINT one_dwelling_a_door DO NOTHING
"""
FIND = """
SELECT wanted.building, wanted.door, found.id
FROM unnest(%s::text[], %s::bigint[]) AS wanted (building, door)
JOIN places_dwelling AS found ON found.building_id = wanted.building AND found.door_index = wanted.door
"""


def dwellings_for(
    building_codes: Sequence[str | None], doors: Sequence[str | None], *, ring: KeyRing
) -> list[int | None]:
    """The dwelling at each door, made where it is unknown; None without a building, a door, or a known building."""
    keys = [door_key(door) if door else None for door in doors]
    indexes = ring.index_many(DOOR, keys)
    asked = [
        (building, index) if building and index is not None else None
        for building, index in zip(building_codes, indexes, strict=True)
    ]
    found = _find({pair for pair in asked if pair})
    missing = {pair: key for pair, key in zip(asked, keys, strict=True) if pair and key and pair not in found}
    if missing:
        _add(missing, ring)
        found |= _find(set(missing))
    return [found.get(pair) if pair else None for pair in asked]


def _find(pairs: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FIND, [[pair[0] for pair in pairs], [pair[1] for pair in pairs]])
        return {(building, door): number for building, door, number in cursor.fetchall()}


def _add(doors: dict[tuple[str, int], str], ring: KeyRing) -> None:
    sealed = ring.seal_many(DOOR, list(doors.values()))
    with connection.cursor() as cursor:
        cursor.execute(ADD, [[pair[0] for pair in doors], [pair[1] for pair in doors], sealed])
