"""Files what surveys say of enterprises: staged, matched, stated and derived, one statement a step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.backends.utils import CursorWrapper

from fournets.crypto import KeyRing
from fournets.database import refresh_statistics
from fournets.places.models import Area
from fournets.places.rules.codes import WIDTHS
from fournets.places.rules.enterprises import Code, home_names, is_sole_trader, name_key, read_code
from fournets.places.rules.industries import find_industry
from fournets.places.services import enterprise_sql as sql

PHONE, ADDRESS, CHANGES = "contact_phone", "address", "changes"
OWN = ("enterprise_name", "uscc", "industry", "contact_name", "headcount", "resume_on")
OUTCOMES = {
    "outcome": pa.string(),
    "reason": pa.string(),
    "rule": pa.string(),
    "score": pa.float64(),
    "enterprise_id": pa.int64(),
    "public_id": pa.string(),
}
Row = dict[str, Any]


def file_enterprises(rows: pa.Table, *, ring: KeyRing) -> pa.Table:
    """Files survey rows; gives back, row for row: outcome, reason, rule, score, enterprise_id, public_id.

    Runs inside the caller's transaction. One enterprise is found by its verified code, else by a variant of its
    name, first in the row's community. ``review``: two enterprises fit, and none is touched.
    """
    if not rows.num_rows:
        return pa.table({name: pa.array([], kind) for name, kind in OUTCOMES.items()})
    given = rows.to_pylist()
    home = _home()
    staged = [_stage(number, row, home) for number, row in enumerate(given)]
    _seal(staged, given, ring)
    with connection.cursor() as cursor:
        _copy(cursor, staged)
        _resolve(cursor, loosely=False)
        cursor.execute("ANALYZE staged_enterprise")
        refresh_statistics(cursor, len(staged), "places_enterprise")
        cursor.execute(sql.REMEMBER_BEFORE)
        cursor.execute(sql.SAME_AS_BEFORE)
        cursor.execute(sql.STATE)
        refresh_statistics(cursor, len(staged), "places_enterprisefact")
        derive(cursor, sql.TOUCHED)
        cursor.execute(sql.JUDGE)
        cursor.execute(sql.RESULT)
        result = cursor.fetchall()
    return pa.table(
        {
            name: pa.array(values, kind)
            for (name, kind), values in zip(OUTCOMES.items(), zip(*result, strict=True), strict=True)
        }
    )


def enterprises_for(
    names: Sequence[str | None],
    usccs: Sequence[str | None],
    area_codes: Sequence[str],
    *,
    ring: KeyRing,
) -> list[int | None]:
    """The enterprise of each (name, code), made by name alone where it is unknown; None where two would fit.

    ``area_codes`` decide between equal names; they are where the row is filed, not where the enterprise stands.
    """
    home = _home()
    wanted = dict.fromkeys(zip(names, usccs, area_codes, strict=True))
    triples = [one for one in wanted if one[0] or one[1]]
    if not triples:
        return [None] * len(names)
    staged = [
        _stage(
            number,
            {"enterprise_name": name, "uscc": code, "area_code": area, "seen_on": date.min, "row": number},
            home,
        )
        for number, (name, code, area) in enumerate(triples)
    ]
    _identify(staged, [f"named:{one['uscc'] or one['name_key']}" for one in staged], ring)
    with connection.cursor() as cursor:
        _copy(cursor, staged)
        _resolve(cursor, loosely=True)
        cursor.execute("SELECT enterprise_id FROM staged_enterprise ORDER BY ord")
        found = dict(zip(triples, (row[0] for row in cursor.fetchall()), strict=True))
    return [found.get(one) for one in zip(names, usccs, area_codes, strict=True)]


def derive(cursor: CursorWrapper, touched: str, parameters: Sequence[Any] = ()) -> None:
    """Derives the current values of the enterprises the query ``touched`` names from their facts."""
    cursor.execute(sql.DERIVE.replace("{touched}", touched), list(parameters))


def _home() -> tuple[str, ...]:
    areas = Area.objects.extra(where=["length(code) <= %s"], params=[WIDTHS.town])
    return home_names(areas.values_list("official_name", flat=True))


def _stage(number: int, row: Row, home: tuple[str, ...]) -> Row:
    name = (row.get("enterprise_name") or "").strip()
    code = read_code(row.get("uscc"))
    values = json.loads(row.get("values") or "{}")
    values |= {field: row[field] for field in OWN if row.get(field)}
    if code:
        values["uscc"] = code.value
    industry = find_industry(row.get("industry"), name)
    return {
        "ord": number,
        "file_id": row.get("file_id") or 0,
        "sheet": row.get("sheet") or 0,
        "row": row["row"],
        "seen_on": row["seen_on"],
        "area_code": row["area_code"],
        "name": name,
        "name_key": name_key(name, home),
        "uscc": _verified(code, "uscc"),
        "organization": _verified(code, "organization"),
        "sole_trader": is_sole_trader(name, code),
        "industry_section": industry.section,
        "industry_division": industry.division,
        "values": json.dumps(values, ensure_ascii=False, sort_keys=True),
    }


def _verified(code: Code | None, kind: str) -> str | None:
    return code.value if code and code.kind == kind else None


def _seal(staged: list[Row], given: list[Row], ring: KeyRing) -> None:
    """Seals what is sensitive, and gives each row its digest and the public id it would found."""
    phones = [row.get("contact_phone") for row in given]
    addresses = [row.get("enterprise_address") or None for row in given]
    hidden = zip(
        ring.seal_many(PHONE, phones),
        ring.seal_many(ADDRESS, addresses),
        ring.index_many("enterprise address", addresses),
        ring.seal_many(CHANGES, [row.get("changes") for row in given]),
        strict=True,
    )
    names = ("contact_phone_sealed", "address_sealed", "address_index", "changes_sealed")
    for one, values in zip(staged, hidden, strict=True):
        one |= dict(zip(names, values, strict=True))
    content = [
        f"{one['area_code']}\x1f{one['values']}\x1f{phone or ''}\x1f{address or ''}"
        for one, phone, address in zip(staged, phones, addresses, strict=True)
    ]
    for one, digest in zip(staged, ring.index_many("enterprise row", content), strict=True):
        one["digest"] = digest
    _identify(staged, [str(row["row_key"]) for row in given], ring)


def _identify(staged: list[Row], origins: Sequence[str], ring: KeyRing) -> None:
    for one, number in zip(staged, ring.index_many("enterprise", origins), strict=True):
        one["public_id"] = f"E{(number or 0) & (1 << 64) - 1:016X}"


def _copy(cursor: CursorWrapper, staged: list[Row]) -> None:
    cursor.execute(sql.STAGING)
    with cursor.copy(sql.COPY) as copy:
        for row in staged:
            copy.write_row([row.get(name) for name in sql.COLUMNS])
    cursor.execute("ANALYZE staged_enterprise")


def _resolve(cursor: CursorWrapper, *, loosely: bool) -> None:
    """Gives every staged row its enterprise: by code, by name, or a new one; or a reason for review."""
    cursor.execute(sql.BY_CODE)
    cursor.execute(sql.BY_ORGANIZATION)
    cursor.execute(sql.BY_NAME, {"coded": True, "loosely": loosely})
    cursor.execute(sql.ONE_CODE_EACH)
    cursor.execute(sql.FOUND_BY_CODE)
    cursor.execute(sql.BY_CODE)
    cursor.execute(sql.BY_NAME, {"coded": False, "loosely": loosely})
    cursor.execute(sql.FOUND_BY_NAME, {"loosely": loosely})
    cursor.execute(sql.JOIN_FOUNDED, {"loosely": loosely})
