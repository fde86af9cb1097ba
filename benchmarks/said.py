"""What the files say of each true person and enterprise, field by field: the ground on which a form can be filled.

Rows are given to people by the town's truth, not by the register's own matching, so a wrong link shows as a wrong cell.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Said = dict[str, dict[str, set[str]]]  # key of the truth: field: values, canonical

PEOPLE = """
SELECT file.name, sheet.name, fact.row, fact.name, fact.sex, fact.birth_on, fact.values::text, firm.name AS employer,
    fact.id_number_sealed, fact.phone_sealed, fact.address_sealed, fact.values_sealed, cell.official_name
FROM people_fact fact JOIN intake_sourcefile file ON file.id = fact.file_id
JOIN intake_sourcesheet sheet ON sheet.file_id = fact.file_id AND sheet.number = fact.sheet
LEFT JOIN places_enterprise firm ON firm.id = fact.enterprise_id
LEFT JOIN places_area cell ON cell.code = left(fact.area_code, 15) AND length(cell.code) = 15
"""
FIRMS = """
SELECT file.name, sheet.name, fact.row, fact.values::text, fact.contact_phone_sealed, fact.address_sealed
FROM places_enterprisefact fact JOIN intake_sourcefile file ON file.id = fact.file_id
JOIN intake_sourcesheet sheet ON sheet.file_id = fact.file_id AND sheet.number = fact.sheet
"""

# The oldest first, as the register settles where somebody lives.
PLACED = """
SELECT file.name, sheet.name, fact.row, fact.area_code, fact.kind, fact.values::text
FROM people_fact fact JOIN intake_sourcefile file ON file.id = fact.file_id
JOIN intake_sourcesheet sheet ON sheet.file_id = fact.file_id AND sheet.number = fact.sheet
ORDER BY fact.seen_on, fact.id
"""
COMMUNITY = 12  # digits of a community's code
JOURNEY = ("returned_on", "from_place", "left_on")
OUTBREAK = ("42", "3303")  # the areas listed on the day of the town
VIA = ("42",)  # those of them for which the notice counts who only came by there


def open_register() -> None:
    """Connects to the register under FOURNETS_HOME."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fournets.settings")
    import django

    django.setup()
    from fournets.places.scope import set_scope

    set_scope("")


def said_of_people(town: Path) -> Said:
    """Values by field for each person of ``truth.csv``."""
    true = {(row["file"], row["sheet"], row["row"]): row["person"] for row in table(town / "truth.csv")}
    found: Said = defaultdict(lambda: defaultdict(set))
    ring = _ring()
    rows = _rows(PEOPLE)
    opened = [
        ring.unseal_many(name, [row[8 + place] for row in rows])
        for place, name in enumerate(("id_number", "phone", "address", "values"))
    ]
    for row, number, phone, address, hidden in zip(rows, *opened, strict=True):
        if key := true.get((row[0], row[1], str(row[2]))):
            own = {
                "name": row[3],
                "sex": row[4],
                "birth_on": row[5],
                "employer": row[7],
                "cell_name": row[12],
            }
            _add(found[key], [*own.items(), *json.loads(row[6]).items()])
            _add(found[key], [*json.loads(hidden or "{}").items(), ("id_number", number)])
            _add(found[key], [("phone", one) for one in (phone or "").split("|")] + [("address", address)])
    return found


def said_of_enterprises(town: Path) -> Said:
    """Values by field for each enterprise of ``truth_enterprises.csv``."""
    lines = table(town / "truth_enterprises.csv")
    true = {(row["file"], row["sheet"], row["row"]): row["enterprise"] for row in lines}
    found: Said = defaultdict(lambda: defaultdict(set))
    rows = _rows(FIRMS)
    ring = _ring()
    phones = ring.unseal_many("contact_phone", [row[4] for row in rows])
    addresses = ring.unseal_many("address", [row[5] for row in rows])
    for row, phone, address in zip(rows, phones, addresses, strict=True):
        if key := true.get((row[0], row[1], str(row[2]))):
            _add(
                found[key],
                [*json.loads(row[3]).items(), ("contact_phone", phone), ("enterprise_address", address)],
            )
    return found


def figures_of_people(town: Path) -> dict[str, dict[str, int]]:
    """Figures by community, counted over the true people some file names, each where the files say he lives.

    Whom no file names nobody can count. The newest file that names a community decides, a more exact address of the
    same place before a less exact one; a firm's list only by an address of its own.
    """
    true = _true_people(town)
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in _rows(PLACED):
        if key := true.get((row[0], row[1], str(row[2]))):
            rows[key].append((row[3], row[4], json.loads(row[5])))
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for told in rows.values():
        area = _home([area for area, kind, _ in told if _tells_home(area, kind)] or [one[0] for one in told])
        values = {name: value for *_, said in told for name, value in said.items()}
        lives = len(area) > COMMUNITY or any(kind != "staff_roster" for _, kind, _ in told)
        counted = found[area[:COMMUNITY]]
        counted["people"] += lives
        counted["returnees"] += any(values.get(name) for name in JOURNEY)
        counted["outbreak_returnees"] += _was_away(values)
    return found


def _tells_home(area: str, kind: str) -> bool:
    return len(area) > COMMUNITY or (len(area) == COMMUNITY and kind != "staff_roster")


def _home(areas: list[str]) -> str:
    home = areas[0]
    for area in areas[1:]:
        vague = len(area) < COMMUNITY <= len(home)
        home = home if home.startswith(area) or vague else area
    return home


def _was_away(values: dict[str, Any]) -> bool:
    told = (("from_place", OUTBREAK), ("via_place", VIA))
    places = [(code, listed) for name, listed in told for code in (values.get(name) or "").split("|")]
    return values.get("been_to_outbreak_area") == "yes" or any(
        code.startswith(listed) for code, listed in places
    )


def _true_people(town: Path) -> dict[tuple[str, str, str], str]:
    return {(row["file"], row["sheet"], row["row"]): row["person"] for row in table(town / "truth.csv")}


def table(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a truth file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _add(found: dict[str, set[str]], pairs: Iterable[tuple[str, Any]]) -> None:
    for name, value in pairs:
        if value:
            found[name].add(str(value))


def _ring() -> Any:
    from fournets.crypto import load_ring
    from fournets.home import home

    return load_ring(home() / "keys.toml")


def _rows(statement: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
