"""Rows on their way into the register: their columns, what identifies them, and their blind keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from fournets.crypto import KeyRing
from fournets.hands import Hands
from fournets.people.prepare import COLUMNS, DWELLING, READY, ROWS, Part, make_ready
from fournets.people.rules.identity import Identity
from fournets.people.rules.nodes import identities_told
from fournets.places.services import dwellings_for

SHARE = 5_000  # rows one hand makes ready at a time
HEAD = "户主"
__all__ = ["COLUMNS", "HEAD", "Batch", "read_batch"]


@dataclass
class Batch:
    """The rows of one filing, and what was worked out for each of them; a column becomes a list when it is asked for."""

    rows: pa.Table
    ready: pa.Table
    _lists: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> list[Any]:
        """A column of the rows, as a list."""
        if name not in self._lists:
            self._lists[name] = _shared(self.rows[name])
        return self._lists[name]

    @property
    def dwellings(self) -> list[int | None]:
        return self[DWELLING]

    @property
    def origins(self) -> list[int]:
        return self._made_ready("origin")

    @property
    def digests(self) -> list[int]:
        return self._made_ready("digest")

    @property
    def identities(self) -> list[Identity]:
        """The identity of each row: for few rows, or to look at all of them once."""
        return identities_told(self.ready)

    def keys(self) -> set[int]:
        """The blind keys of all rows."""
        return set(self.ready["keys"].combine_chunks().flatten().to_pylist())

    def row(self, number: int) -> dict[str, Any]:
        """One row with all its columns."""
        found: dict[str, Any] = self.rows.slice(number, 1).to_pylist()[0]
        return found

    def told(self, numbers: Sequence[int], *names: str) -> list[list[Any]]:
        """Some columns of some rows, each a list; a name is one of the rows' own, or with ``ready.`` before it of what was
        worked out."""
        at = pa.array(numbers, pa.int64())
        tables = {True: self.ready, False: self.rows}
        columns = [tables[name.startswith("ready.")][name.removeprefix("ready.")] for name in names]
        return [_shared(column.take(at)) for column in columns]

    def forget(self) -> None:
        """Lets go of the lists made so far."""
        self._lists.clear()

    def _made_ready(self, name: str) -> list[int]:
        if name not in self._lists:
            self._lists[name] = self.ready[name].to_pylist()
        return self._lists[name]


def read_batch(rows: pa.Table, ring: KeyRing) -> Batch:
    """The batch in ``rows``; a column the table lacks is empty."""
    return ready_batch(with_dwellings(rows, ring), ring, lambda _: None)


def with_dwellings(rows: pa.Table, ring: KeyRing) -> pa.Table:
    """``rows`` with all columns of `ROWS`, and the dwelling of each, made where it is unknown."""
    size = rows.num_rows
    whole = {
        one.name: rows[one.name].cast(one.type) if one.name in rows.column_names else pa.nulls(size, one.type)
        for one in ROWS
    }
    doors = (whole[name].to_pylist() for name in ("building_code", "door"))
    return pa.table(whole | {DWELLING: pa.array(dwellings_for(*doors, ring=ring), pa.int64())})


def ready_batch(rows: pa.Table, ring: KeyRing, stage: Callable[[bytes], object]) -> Batch:
    """The batch in ``rows``, which have their dwellings; ``stage`` is given the lines of the facts, share by share."""
    parts = [Part(ring, at, rows.slice(at, SHARE)) for at in range(0, rows.num_rows, SHARE)]
    ready: list[pa.Table] = []
    with Hands() as hands:
        for told, lines in hands.share(make_ready, parts):
            ready.append(told)
            stage(lines)
    return Batch(rows, pa.concat_tables([READY.empty_table(), *ready]))


def _shared(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; equal texts are one object, for most are written in many rows."""
    if not pa.types.is_string(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    coded = column.combine_chunks().dictionary_encode()
    texts = [*coded.dictionary.to_pylist(), None]
    return [texts[-1 if at is None else at] for at in coded.indices.to_pylist()]
