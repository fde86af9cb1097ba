"""A new sealing key: everything sealed, in every app, is sealed again with it, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction

from fournets.audit.services import record
from fournets.crypto import ALGORITHMS, KeyRing, SealError, save_ring, with_new_key
from fournets.language import Refusal

CHUNK = 5_000
SEALED = "_sealed"


def rotate_keys(ring: KeyRing, path: Path, *, cipher: str, actor: str, at: datetime) -> tuple[KeyRing, int]:
    """Adds a key of ``cipher`` to the ring in ``path`` and seals everything again; returns the ring and the count.

    Each chunk is a transaction of its own and old keys stay in the ring, so the register is readable throughout and
    an interrupted rotation is taken up by the next one.
    """
    if cipher not in ALGORITHMS:
        raise Refusal("cipher_unknown", cipher=cipher)
    fresh = with_new_key(ring, cipher)
    save_ring(fresh, path)
    count = sum(_reseal(table, key, column, fresh) for table, key, column in sealed_columns())
    record(act="rotate_keys", actor=actor, area_code="", at=at, details={"cipher": cipher, "values": count})
    return fresh, count


def sealed_columns() -> Iterator[tuple[str, str, str]]:
    """Table, primary key and name of every sealed column of the register."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.BinaryField) and field.name.endswith(SEALED):
                key = model._meta.pk
                yield model._meta.db_table, key.column if key else "id", field.column


def _reseal(table: str, key: str, column: str, ring: KeyRing) -> int:
    count = 0
    while done := _reseal_chunk(table, key, column, ring):
        count += done
    return count


def _reseal_chunk(table: str, key: str, column: str, ring: KeyRing) -> int:
    find = (
        f'SELECT "{key}", "{column}" FROM {table} WHERE substring("{column}" FROM 2 FOR 2) <> %s'  # noqa: S608
        f' ORDER BY "{key}" LIMIT {CHUNK} FOR UPDATE'
    )
    write = (
        f'UPDATE {table} SET "{column}" = fresh.sealed FROM unnest(%s, %s::bytea[]) AS fresh (number, sealed)'  # noqa: S608
        f' WHERE "{key}" = fresh.number'
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(find, [ring.current.to_bytes(2, "big")])
        rows = cursor.fetchall()
        if rows:
            sealed = [_again(column.removesuffix(SEALED), row[1], ring) for row in rows]
            cursor.execute(write, [[row[0] for row in rows], sealed])
    return len(rows)


def _again(column: str, sealed: bytes | memoryview, ring: KeyRing) -> bytes:
    """Sealed again under the name it was sealed for: the column's, or the last word of it (contact_phone: phone)."""
    for name in (column, column.rpartition("_")[2]):
        try:
            return ring.seal(name, ring.unseal(name, sealed))
        except SealError as error:
            failed = error
    raise failed
