"""Rows made ready for the register: what identifies each, its blind keys, and its line of the facts with all that is sealed.

A row is made ready by itself, so other hands can do it (`fournets.hands`): nothing here asks the register.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa

from fournets.crypto import KeyRing
from fournets.people.rules.identity import Identity, birth_in, entry_keys, identity
from fournets.people.rules.nodes import TOLD, told_by

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
DWELLING = "dwelling_id"
_OTHER = {
    "file_id": pa.int64(),
    "sheet": pa.int64(),
    "row": pa.int64(),
    "seen_on": pa.date32(),
    "enterprise_id": pa.int64(),
}
ROWS = pa.schema([(name, _OTHER.get(name, pa.string())) for name in COLUMNS])
# What is known of a row before anybody knows whom it is about; in this order its line has them.
FACT = (
    "n",
    "area_code",
    "file_id",
    "sheet",
    "row",
    "kind",
    "seen_on",
    "name",
    "sex",
    "birth_on",
    "values",
    "id_number_sealed",
    "id_certainty",
    "phone_sealed",
    "address_sealed",
    "values_sealed",
    "changes_sealed",
    "dwelling_id",
    "enterprise_id",
    "keys",
    "origin",
    "digest",
)
SEALED = {
    "id_number": "id_number",
    "phone": "phone",
    "address": "address",
    "values": "values_to_seal",
    "changes": "changes",
}
READY = pa.schema(
    [
        *TOLD,
        ("keys", pa.list_(pa.int64())),
        ("origin", pa.int64()),
        ("digest", pa.int64()),
        ("document", pa.string()),
        ("birth", pa.string()),
    ]
)
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
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"
Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a batch (`ROWS` and their dwelling): the number of the first, and the keys they are sealed with."""

    ring: KeyRing
    first: int
    rows: pa.Table

    def __reduce__(self) -> tuple[Any, ...]:
        """As bytes of these rows alone: left to itself the table would take all rows of the batch along."""
        return _arrived, (self.ring, self.first, _stream(self.rows))


def make_ready(part: Part) -> tuple[pa.Table, bytes]:
    """`READY`, row for row, and the lines of the facts (`FACT`) as COPY reads them."""
    ring = part.ring
    columns: Columns = {name: part.rows[name].to_pylist() for name in (*COLUMNS, DWELLING)}
    told = [_identity(*row) for row in zip(*_of(columns, _IDENTITY), strict=True)]
    keys = blind_keys(told, ring)
    documents = [
        _document(*parts) for parts in zip(*_of(columns, ("values", *HOUSEHOLD_FIELDS)), strict=True)
    ]
    worked_out: Columns = {
        "keys": keys,
        "origin": [origin_of(key) for key in columns["row_key"]],
        "digest": _digests(columns, documents, ring),
        "document": documents,
        "birth": [
            birth_in(one.number) or own or None for one, own in zip(told, columns["birth_on"], strict=True)
        ],
    }
    ready = pa.table(told_by(told) | worked_out, schema=READY)
    sexes = [one.sex for one in told]
    return ready, _lines(part.first, columns, worked_out, sexes, ring).encode()


def origin_of(row_key: str) -> int:
    """A number for the row of a file, from ``sha256:sheet:row``."""
    return int.from_bytes(hashlib.sha256(row_key.encode()).digest()[:8], "big", signed=True)


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


_IDENTITY = (
    "name",
    "id_number",
    "id_certainty",
    "phone",
    "sex",
    "birth_on",
    "area_code",
    "address",
    "dwelling_id",
    "enterprise_id",
    "household_no",
    "seen_on",
    "values",
    "values_to_seal",
)


def _identity(
    name: str | None,
    number: str | None,
    certainty: str | None,
    phone: str | None,
    sex: str | None,
    birth_on: str | None,
    area_code: str,
    address: str | None,
    dwelling: int | None,
    employer: int | None,
    household_no: str | None,
    seen_on: Any,
    clear: str | None,
    sealed: str | None,
) -> Identity:
    return identity(
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


def _values(text: str | None) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return values


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


def _digests(columns: Columns, documents: Sequence[str], ring: KeyRing) -> list[int]:
    """A keyed digest of what each row says, so that a number cannot be guessed from it."""
    content = zip(*_of(columns, _CONTENT), documents, strict=True)
    texts = ["\x1f".join(["" if part is None else str(part) for part in row]) for row in content]
    return [key or 0 for key in ring.index_many("row", texts)]


def _lines(first: int, columns: Columns, worked_out: Columns, sexes: Sequence[str], ring: KeyRing) -> str:
    size = len(sexes)
    ready: dict[str, Iterable[Any]] = {
        "n": range(first, first + size),
        "sex": _texts(sexes),
        "birth_on": worked_out["birth"],
        "values": _texts(worked_out["document"]),
        "keys": [f"{{{','.join(map(str, keys))}}}" for keys in worked_out["keys"]],
        "origin": worked_out["origin"],
        "digest": worked_out["digest"],
    }
    ready |= {name: _texts(columns[name]) for name in ("area_code", "kind", "name", "id_certainty")}
    for label, source in SEALED.items():
        ready[f"{label}_sealed"] = [
            None if one is None else "\\\\x" + one.hex() for one in ring.seal_many(label, columns[source])
        ]
    in_order = [ready.get(name) or columns[name] for name in FACT]
    return "".join(
        [
            "\t".join([_NULL if value is None else str(value) for value in row]) + "\n"
            for row in zip(*in_order, strict=True)
        ]
    )


def _texts(values: Iterable[str | None]) -> list[str]:
    """Texts as COPY wants them; what is not known is empty."""
    return [value.translate(_ESCAPED) if _is_odd(value) else value for value in (one or "" for one in values)]


def _is_odd(text: str) -> bool:
    return "\\" in text or "\t" in text or "\n" in text or "\r" in text


def _of(columns: Columns, names: Sequence[str]) -> list[list[Any]]:
    return [columns[name] for name in names]


def _stream(rows: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue()


def _arrived(ring: KeyRing, first: int, stream: pa.Buffer) -> Part:
    return Part(ring, first, pa.ipc.open_stream(stream).read_all())
