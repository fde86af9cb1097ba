"""Rows on their way into the register: their columns, what identifies them, and their blind keys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import pyarrow as pa

from fournets.crypto import KeyRing
from fournets.people.rules.identity import Identity, birth_in, entry_keys, identity
from fournets.places.services import dwellings_for

HOUSEHOLD_FIELDS = ("household_no", "relation", "head_name")
TEXTS = (
    "kind",
    "building_code",
    "door",
    "name",
    "id_number",
    "id_kind",
    "id_certainty",
    "phone",
    "sex",
    "birth_on",
    "address",
    *HOUSEHOLD_FIELDS,
    "values",
    "values_to_seal",
    "changes",
)
COLUMNS = ("file_id", "sheet", "row", "row_key", "seen_on", "area_code", "enterprise_id", *TEXTS)
HEAD = "户主"


@dataclass
class Batch:
    """The rows of one filing, column by column, and what was worked out for each of them."""

    size: int
    columns: dict[str, list[Any]]
    dwellings: list[int | None]
    identities: list[Identity]
    keys: list[list[int]]
    origins: list[int]
    digests: list[int]
    documents: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def birth_on(self, row: int) -> str | None:
        """The day of birth a row tells: its proven number's, else its own; that in a mistyped number may be wrong."""
        return birth_in(self.identities[row].number) or self["birth_on"][row] or None


def read_batch(rows: pa.Table, ring: KeyRing) -> Batch:
    """The batch in ``rows``; a column the table lacks is empty."""
    size = rows.num_rows
    columns: dict[str, list[Any]] = {
        name: _shared(rows[name]) if name in rows.column_names else [None] * size for name in COLUMNS
    }
    columns["seen_on"] = [_day(value) for value in columns["seen_on"]]
    dwellings = dwellings_for(columns["building_code"], columns["door"], ring=ring)
    identities = _identities(columns, dwellings)
    documents = [
        _document(*parts) for parts in zip(columns["values"], *_of(columns, HOUSEHOLD_FIELDS), strict=True)
    ]
    return Batch(
        size,
        columns,
        dwellings,
        identities,
        blind_keys(identities, ring),
        [origin_of(key) for key in columns["row_key"]],
        _digests(columns, documents, ring),
        documents,
    )


def _shared(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; equal texts are one object, for most are written in many rows."""
    if not pa.types.is_string(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    coded = column.combine_chunks().dictionary_encode()
    texts = [*coded.dictionary.to_pylist(), None]
    return [texts[-1 if at is None else at] for at in coded.indices.to_pylist()]


def blind_keys(identities: Sequence[Identity], ring: KeyRing) -> list[list[int]]:
    """The blind keys of each identity, sorted, without doubles."""
    by_purpose: dict[str, list[str]] = {}
    owners: dict[str, list[int]] = {}
    for at, one in enumerate(identities):
        for purpose, text in entry_keys(one):
            by_purpose.setdefault(purpose, []).append(text)
            owners.setdefault(purpose, []).append(at)
    keys: list[set[int]] = [set() for _ in identities]
    for purpose, texts in by_purpose.items():
        for at, key in zip(owners[purpose], ring.index_many(purpose, texts), strict=True):
            if key is not None:
                keys[at].add(key)
    return [sorted(found) for found in keys]


def origin_of(row_key: str) -> int:
    """A number for the row of a file, from ``sha256:sheet:row``."""
    return int.from_bytes(hashlib.sha256(row_key.encode()).digest()[:8], "big", signed=True)


def _identities(columns: dict[str, list[Any]], dwellings: Sequence[int | None]) -> list[Identity]:
    names = (
        "name",
        "id_number",
        "id_certainty",
        "phone",
        "sex",
        "birth_on",
        "area_code",
        "address",
        "enterprise_id",
        "household_no",
        "seen_on",
        "values",
        "values_to_seal",
    )
    return [
        identity(
            name=name,
            id_number=number,
            id_certainty=certainty,
            phone=phone,
            sex=sex,
            birth_on=birth_on,
            area_code=area_code,
            address=address,
            dwelling=dwelling,
            employer=employer,
            household_no=household_no,
            values=_values(clear) | _values(sealed),
            seen_on=seen_on,
        )
        for name, number, certainty, phone, sex, birth_on, area_code, address, employer, household_no, seen_on, clear, sealed, dwelling in zip(
            *_of(columns, names), dwellings, strict=True
        )
    ]


def _values(text: str | None) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return values


def _of(columns: dict[str, list[Any]], names: Sequence[str]) -> list[list[Any]]:
    return [columns[name] for name in names]


def _document(values: str | None, number: str | None, relation: str | None, head: str | None) -> str:
    """The clear values as one JSON object, household fields among them."""
    text = values or "{}"
    more = {
        name: value for name, value in zip(HOUSEHOLD_FIELDS, (number, relation, head), strict=True) if value
    }
    if not more:
        return text
    tail = msgspec.json.encode(more).decode()
    return tail if text == "{}" else f"{text[:-1]},{tail[1:]}"


_CONTENT = (
    "kind",
    "area_code",
    "name",
    "id_number",
    "phone",
    "sex",
    "birth_on",
    "address",
    "enterprise_id",
    "values_to_seal",
)


def _digests(columns: dict[str, list[Any]], documents: Sequence[str], ring: KeyRing) -> list[int]:
    """A keyed digest of what each row says, so that a number cannot be guessed from it."""
    content = zip(*_of(columns, _CONTENT), documents, strict=True)
    texts = ["\x1f".join(["" if part is None else str(part) for part in row]) for row in content]
    return [key or 0 for key in ring.index_many("row", texts)]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
