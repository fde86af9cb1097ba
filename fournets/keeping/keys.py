"""A new sealing key: everything sealed, in every table, file and second factor, is sealed again with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from fournets.accounts.services import seal_second_factors_again
from fournets.audit.services import record
from fournets.crypto import ALGORITHMS, KeyRing, load_ring, save_ring, with_new_key, without_old_keys
from fournets.intake.services.receive import seal_files_again
from fournets.language import Refusal

CHUNK, BYTES = (
    5_000,
    50 * 1024**2,
)  # rows of one transaction, and how much they may hold: some are whole files
# Whoever files facts of a person holds him by his key alone and is not kept waiting.
FREE, AWAITED = f"LIMIT {CHUNK} FOR NO KEY UPDATE SKIP LOCKED", "LIMIT 1 FOR NO KEY UPDATE"
LEAST = -(2**63)  # below every number of a row
SEALED = "_sealed"
# A sealed value carries the name it was sealed for: its column's, except here.
OTHER_NAMES = {
    ("organization_cover", "phone_sealed"): "worker_phone",
    ("people_canary", "person_sealed"): "canary",
    ("isolation_order", "where_sealed"): "address",
}
# Of a connection under another role it is not told when it began: it counts as older.
OLDER = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND usename IS NOT NULL AND (backend_start < %s) IS NOT FALSE"""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns, and the name each is sealed for."""

    name: str
    key: str
    columns: tuple[str, ...]
    labels: tuple[str, ...]


def rotate_keys(
    path: Path, *, cipher: str, actor: str, at: datetime, advance: Callable[[int], None] = lambda _: None
) -> tuple[KeyRing, int]:
    """Adds a key of ``cipher`` to the ring in ``path`` and seals everything again; gives the ring and the count of rows.

    Each chunk is a transaction of its own and old keys stay in the ring, so that the register is read and written
    meanwhile and an interrupted rotation is taken up by the next one. ``advance`` is told of every chunk's rows.
    """
    if cipher not in ALGORITHMS:
        raise Refusal("cipher_unknown", cipher=cipher)
    with _alone():
        fresh = with_new_key(load_ring(path), cipher)
        save_ring(fresh, path)
        count = _seal_all_again(fresh, advance)
    record(act="rotate_keys", actor=actor, area_code="", at=at, details={"cipher": cipher, "values": count})
    return fresh, count


def retire_keys(path: Path, *, actor: str, at: datetime) -> int:
    """Destroys every key but the newest in ``path``, once nothing is sealed with them; gives how many.

    A `Refusal` while somebody is connected since before the newest key was made: he may still seal with an older one.
    """
    with _alone():
        ring = load_ring(path)
        _check_nobody_older(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        _seal_all_again(ring, lambda _: None)
        save_ring(without_old_keys(ring), path)
    gone = len(ring.keys) - 1
    record(act="retire_keys", actor=actor, area_code="", at=at, details={"keys": gone})
    return gone


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else changes the ring meanwhile: two at it would lose a key with which values are sealed already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('keys'))")
        if not cursor.fetchone()[0]:
            raise Refusal("keys_busy")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('keys'))")


def _check_nobody_older(made: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OLDER, [made])
        if found := cursor.fetchone()[0]:
            raise Refusal("keys_in_use", count=found)


def sealed_tables() -> Iterator[SealedTable]:
    """Every table of the register with a sealed column."""
    for model in apps.get_models():
        columns = tuple(
            field.column
            for field in model._meta.local_fields
            if isinstance(field, models.BinaryField) and field.name.endswith(SEALED)
        )
        if columns:
            table = model._meta.db_table
            labels = tuple(OTHER_NAMES.get((table, one), one.removesuffix(SEALED)) for one in columns)
            yield SealedTable(table, model._meta.pk.column, columns, labels)


def _seal_all_again(ring: KeyRing, advance: Callable[[int], None]) -> int:
    rows = sum(_seal_again(table, ring, advance) for table in sealed_tables())
    return rows + seal_files_again(ring) + seal_second_factors_again()


def _seal_again(table: SealedTable, ring: KeyRing, advance: Callable[[int], None]) -> int:
    """Seals the values of a table again; how many rows.

    Rows somebody is changing are passed over. Once only such are left one of them is waited for, with no other locked:
    an intake that changes many rows, in an order of its own, never waits for a rotation that waits for it.
    """
    count = 0
    while True:
        last = LEAST
        while rows := _seal_chunk(table, ring, FREE, last):
            last, count = rows[-1] + 1, count + len(rows)
            advance(len(rows))
        if not (rows := _seal_chunk(table, ring, AWAITED, LEAST)):
            return count
        count += len(rows)
        advance(len(rows))


def _seal_chunk(table: SealedTable, ring: KeyRing, which: str, last: int) -> list[int]:
    """Seals some rows from ``last`` on again, in one transaction; their keys in order."""
    columns = ", ".join(f'"{one}"' for one in table.columns)
    size = " + ".join(f'coalesce(octet_length("{one}"), 0)' for one in table.columns)
    older = " OR ".join(f'substring("{one}" FROM 2 FOR 2) <> %(current)s' for one in table.columns)
    find = (
        f'SELECT "{table.key}", {size} FROM {table.name} WHERE "{table.key}" >= %(last)s AND ({older})'  # noqa: S608
        f' ORDER BY "{table.key}" {which}'
    )
    read = f'SELECT "{table.key}", {columns} FROM {table.name} WHERE "{table.key}" = ANY(%s) ORDER BY "{table.key}"'  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('fournets.canary', 'on', true)")  # canaries are sealed as well
        cursor.execute(find, {"current": ring.current.to_bytes(2, "big"), "last": last})
        keys = _first_few(cursor.fetchall())
        if keys:
            cursor.execute(read, [keys])
            cursor.execute(_write(table), _again(table, cursor.fetchall(), ring))
    return keys


def _first_few(rows: Sequence[tuple[int, int]]) -> list[int]:
    """The keys of as many rows as hold `BYTES` together, in their order; of one at least. ``rows``: key and size."""
    together = list(accumulate(size for _, size in rows))
    return [key for at, (key, _) in enumerate(rows) if not at or together[at] <= BYTES]


def _write(table: SealedTable) -> str:
    """The statement that puts sealed values in the place of those before."""
    columns = ", ".join(f'"{one}"' for one in table.columns)
    fresh = ", ".join(f'"{one}" = fresh."{one}"' for one in table.columns)
    given = ", ".join(["%s::bigint[]"] + ["%s::bytea[]"] * len(table.columns))
    return (
        f"UPDATE {table.name} SET {fresh} FROM unnest({given}) AS fresh (number, {columns})"  # noqa: S608
        f' WHERE "{table.key}" = fresh.number'
    )


def _again(table: SealedTable, rows: Sequence[tuple[Any, ...]], ring: KeyRing) -> list[list[Any]]:
    """The keys of the rows, and for each column its values sealed again."""
    values = [[row[0] for row in rows]]
    for at, label in enumerate(table.labels, 1):
        values.append(ring.seal_many(label, ring.unseal_many(label, [row[at] for row in rows])))
    return values
