"""Files registers of cells, groups and buildings: codes given, facts stated, known totals derived."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import pyarrow as pa
from django.db import connection
from django.db.backends.utils import CursorWrapper

from fournets import policy
from fournets.database import refresh_statistics
from fournets.places.models import Area, Building, PlaceFact
from fournets.places.rules.codes import WIDTHS
from fournets.places.rules.names import same
from fournets.places.rules.numbering import Numbering, default_name
from fournets.places.services import register_sql as sql

TOTALS = ("dwellings_known", "households_known", "persons_known")
NAMES = (
    ("cell", "cell_name", "cell_code"),
    ("group", "group_name", ""),
    ("building", "building_name", "building_code"),
)
OUTCOMES = {
    "outcome": pa.string(),
    "reason": pa.string(),
    "rule": pa.string(),
    "score": pa.float64(),
    "place_code": pa.string(),
    "cell_code": pa.string(),
    "notice": pa.string(),
}
READ = {
    "area_code",
    "file_id",
    "sheet",
    "row",
    "seen_on",
    *TOTALS,
    *(name for level in NAMES for name in level),
}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says of one place."""

    code: str
    name: str
    values: dict[str, Any]
    row: Row


@dataclass
class Book:
    """The register of cells, groups and buildings as it stands, and what this filing adds."""

    numbering: Numbering = field(default_factory=Numbering)
    current: dict[str, tuple[str, dict[str, int], date | None]] = field(default_factory=dict)
    stated: set[tuple[str, str, str]] = field(default_factory=set)
    said: dict[tuple[int, str], Said] = field(default_factory=dict)
    facts: list[Said] = field(default_factory=list)


def file_places(rows: pa.Table) -> pa.Table:
    """Files the rows of place registers; gives back, row for row: outcome, reason, rule, place_code, cell_code, notice.

    Runs inside the caller's transaction. ``place_code`` is the deepest place a row speaks of. A cell or group a
    sender only names gets the number in its name, else the next free one. A cell of too few or too many
    households is a notice (JSON: code and values), not a rejection.
    """
    given = rows.select([name for name in rows.column_names if name in READ]).to_pylist()
    book = _open_book({row["area_code"][: WIDTHS.community] for row in given})
    results = [_file_row(book, row) for row in given]
    with connection.cursor() as cursor:
        _state(cursor, book.facts)
        refresh_statistics(cursor, len(book.facts), "places_placefact")
        derive_places(cursor, sorted({said.code for said in book.facts}))
        refresh_statistics(cursor, len(book.facts), "places_building")
    return pa.table(
        {name: pa.array([result.get(name) for result in results], kind) for name, kind in OUTCOMES.items()}
    )


def derive_places(cursor: CursorWrapper, codes: Sequence[str]) -> None:
    """Derives names and known totals of the places ``codes`` from their facts; makes those that are missing."""
    names = [default_name(code) if len(code) > WIDTHS.community else "" for code in codes]
    parameters = {"codes": list(codes), "names": names}
    for statement in (sql.CLEAR_AREAS, sql.CLEAR_BUILDINGS, sql.DERIVE_AREAS, sql.DERIVE_BUILDINGS):
        cursor.execute(statement, parameters)


def _open_book(communities: Iterable[str]) -> Book:
    book = Book()
    for low in sorted(communities):
        areas = Area.objects.filter(code__startswith=low).extra(where=["length(code) >= 12"])
        names = ("official_name", "short_name", "aliases", *TOTALS)
        for code, official, short, aliases, *totals in areas.values_list("code", *names):
            _remember(book, code, [official, short, *aliases], totals)
        buildings = Building.objects.filter(code__startswith=low).values_list(
            "code", "name", "aliases", *TOTALS
        )
        for code, name, aliases, *totals in buildings:
            _remember(book, code, [name, *aliases], totals)
        for code, name, values, seen_on in PlaceFact.objects.filter(place_code__startswith=low).values_list(
            "place_code", "name", "values", "seen_on"
        ):
            book.stated.add((code, name, _text(values)))
            official, totals_now, newest = book.current.get(code, (name, {}, None))
            book.current[code] = (official, totals_now, max(newest or seen_on, seen_on))
            if values.get("sender_code"):
                book.numbering.remember_sender(values.get("sender_parent", low), values["sender_code"], code)
    return book


def _remember(book: Book, code: str, names: list[str], totals: Sequence[int | None]) -> None:
    if len(code) > WIDTHS.community:
        book.numbering.remember(code, *names)
    known = {name: value for name, value in zip(TOTALS, totals, strict=True) if value is not None}
    book.current[code] = (names[0], known, None)


def _file_row(book: Book, row: Row) -> Row:
    community = row["area_code"][: WIDTHS.community]
    if len(community) < WIDTHS.community:
        return {"outcome": "review", "reason": "no_community"}
    place, cell = community, None
    levels: list[tuple[str, str, str, str]] = []
    for level, name_column, code_column in NAMES:
        name, theirs = _cell(row, name_column), _cell(row, code_column) if code_column else ""
        code = book.numbering.code(place, level, name, theirs)
        if code:
            levels.append((code, name, theirs, place))
            place, cell = code, (code if level == "cell" else cell)
    totals = {name: int(row[name]) for name in TOTALS if _cell(row, name).isdigit()}
    outcome = "matched"
    for code, name, theirs, parent in levels:
        values = {**({"sender_code": theirs, "sender_parent": parent} if theirs else {})}
        outcome = _say(book, Said(code, name, values | (totals if code == place else {}), row))
    if not levels:
        outcome = _say(book, Said(community, "", totals, row))
    notice = _size_notice(row, place, totals)
    return {"outcome": outcome, "rule": "place", "place_code": place, "cell_code": cell, "notice": notice}


def _say(book: Book, said: Said) -> str:
    """Notes what a row says of a place; gives what that did: created, updated, matched or unchanged."""
    name, totals, newest = book.current.get(said.code, ("", {}, None))
    new = {key: value for key, value in said.values.items() if key in TOTALS}
    statement = (said.code, said.name, _text(said.values))
    if said.code not in book.current:
        outcome = "created"
    elif statement in book.stated:
        outcome = "unchanged"
    elif newest is None or said.row["seen_on"] >= newest:
        renamed = bool(said.name) and len(said.code) > WIDTHS.community and same(said.name) != same(name)
        outcome = "updated" if renamed or any(totals.get(key) != new[key] for key in new) else "matched"
    else:
        outcome = "matched"
    if outcome in {"created", "updated"}:
        book.current[said.code] = (said.name or name, totals | new, said.row["seen_on"])
    first = book.said.setdefault((said.row["file_id"], said.code), said) is said
    if first or new or said.name:
        book.stated.add(statement)
        book.facts.append(said)
    return outcome


def _state(cursor: CursorWrapper, facts: Sequence[Said]) -> None:
    cursor.execute(sql.STAGING)
    with cursor.copy(sql.COPY) as copy:
        for said in facts:
            row = said.row
            copy.write_row(
                [
                    said.code,
                    row["file_id"],
                    row["sheet"],
                    row["row"],
                    row["seen_on"],
                    said.name,
                    _text(said.values),
                    None,
                ]
            )
    cursor.execute(sql.STATE)


def _size_notice(row: Row, place: str, totals: dict[str, int]) -> str | None:
    """A cell with too few or too many households, as the policy of the day has it."""
    if len(place) != WIDTHS.cell or "households_known" not in totals:
        return None
    numbers = policy.in_force(on=row["seen_on"], area=place[: WIDTHS.town])
    least, most = (numbers.whole(f"community.cell_households_{end}") for end in ("least", "most"))
    households = totals["households_known"]
    if least <= households <= most:
        return None
    said = {"row": row["row"], "households": households, "least": least, "most": most}
    return json.dumps({"code": "cell_size", **said})


def _cell(row: Row, name: str) -> str:
    return str(row.get(name) or "").strip()


def _text(values: dict[str, Any]) -> str:
    return msgspec.json.encode(values, order="sorted").decode()
