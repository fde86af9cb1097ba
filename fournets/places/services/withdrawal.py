"""Takes a file back: what it said is gone, what only it knew is gone, the rest is derived again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from fournets.places.models import Area, Building, Dwelling, Enterprise, EnterpriseFact
from fournets.places.rules.codes import WIDTHS
from fournets.places.services.enterprises import derive
from fournets.places.services.registers import derive_places

RESET = """
UPDATE places_enterprise AS known SET values = '{}', surveyed_on = NULL, headcount = NULL, resume_on = NULL,
    contact_phone_sealed = NULL, address_sealed = NULL, address_index = NULL
WHERE id = ANY(%s) AND NOT EXISTS (SELECT 1 FROM places_enterprisefact AS fact WHERE fact.enterprise_id = known.id)
"""
FORGET_CODE = """
UPDATE places_enterprise AS known SET uscc = NULL
WHERE id = ANY(%s) AND EXISTS (SELECT 1 FROM places_enterprisefact AS fact WHERE fact.enterprise_id = known.id)
"""
NO_FACT = "NOT EXISTS (SELECT 1 FROM places_enterprisefact AS fact WHERE fact.enterprise_id = gone.id)"
NOT_STATED = """
code = ANY(%s) AND length(code) = %s
AND NOT EXISTS (SELECT 1 FROM places_placefact AS fact WHERE fact.place_code = gone.code)
"""
NOTHING_BELOW = """
NOT EXISTS (SELECT 1 FROM places_area AS below WHERE below.code > gone.code AND below.code < gone.code || ':')
AND NOT EXISTS (SELECT 1 FROM places_building AS below WHERE below.code > gone.code AND below.code < gone.code || ':')
"""


def withdraw_file(file_id: int) -> None:
    """Takes back what the file ``file_id`` said of places and enterprises, inside the caller's transaction.

    Enterprises, buildings, cells and dwellings nobody else speaks of and nothing refers to are gone.
    """
    with connection.cursor() as cursor:
        _withdraw_enterprises(cursor, file_id)
        cursor.execute("DELETE FROM places_placefact WHERE file_id = %s RETURNING place_code", [file_id])
        places = sorted({row[0] for row in cursor.fetchall()})
        _delete(cursor, Dwelling, _nothing_refers(Dwelling))
        derive_places(cursor, places)
        _drop_places(cursor, places)


def _withdraw_enterprises(cursor: CursorWrapper, file_id: int) -> None:
    cursor.execute("DELETE FROM places_enterprisefact WHERE file_id = %s RETURNING enterprise_id", [file_id])
    touched = sorted({row[0] for row in cursor.fetchall()})
    _delete(cursor, Enterprise, f"{NO_FACT} AND {_nothing_refers(Enterprise, EnterpriseFact)}")
    cursor.execute(RESET, [touched])
    cursor.execute(FORGET_CODE, [touched])
    derive(cursor, "SELECT unnest(%s::bigint[])", [touched])


def _drop_places(cursor: CursorWrapper, places: list[str]) -> None:
    """Deletes, from the building up, those of ``places`` that no row states and nothing stands on."""
    unused = _nothing_refers(Building)
    _delete(cursor, Building, f"{NOT_STATED} AND {unused}", [places, WIDTHS.building])
    for width in (WIDTHS.group, WIDTHS.cell):
        _delete(cursor, Area, f"{NOT_STATED} AND {NOTHING_BELOW}", [places, width])


def _delete(
    cursor: CursorWrapper, model: type[Model], condition: str, parameters: Sequence[Any] = ()
) -> None:
    cursor.execute(
        f"DELETE FROM {model._meta.db_table} AS gone WHERE {condition}",  # noqa: S608  (only our own constants and table names)  # nosec B608
        list(parameters),
    )


def _nothing_refers(model: type[Model], *but: type[Model]) -> str:
    """The condition that no row of any table, also of apps above this one, refers to ``gone``."""
    conditions = ["true"]
    for relation in model._meta.related_objects:
        other: Any = relation.related_model
        if other not in but:
            to = f"other.{relation.field.column} = gone.{'code' if model is Building else 'id'}"
            conditions.append(f"NOT EXISTS (SELECT 1 FROM {other._meta.db_table} AS other WHERE {to})")  # noqa: S608
    return " AND ".join(conditions)
