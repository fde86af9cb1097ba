"""The table of nodes the linkage engine reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import pyarrow as pa

from fournets.analytics.linkage import LISTS, NODES, TEXTS
from fournets.people.rules.identity import COLUMNS, Identity

TOLD = [NODES.field(name) for name in (*LISTS.values(), *TEXTS)] + [
    pa.field(name, pa.string()) for name in COLUMNS if name not in {*LISTS.values(), *TEXTS}
]


def nodes_of(identities: Sequence[Identity], people: Sequence[int | None]) -> pa.Table:
    """One node an identity, in order; ``people``: whose it is, for those on file."""
    return nodes_told(pa.table(told_by(identities), schema=pa.schema(TOLD)), people)


def nodes_told(told: pa.Table, people: Sequence[int | None]) -> pa.Table:
    """One node a row of what is ``told`` (at least `TOLD`), in order; ``people``: whose it is, for those on file."""
    columns = {name: told[name] for name in (*LISTS.values(), *TEXTS)}
    numbers = {"n": pa.array(range(told.num_rows), pa.int64()), "person": pa.array(people, pa.int64())}
    return pa.table(numbers | columns, schema=NODES)


def told_by(identities: Sequence[Identity]) -> dict[str, pa.Array]:
    """What identities tell, column by column (`TOLD`)."""
    columns: dict[str, pa.Array] = {}
    for one in TOLD:
        values = list(map(attrgetter(one.name), identities))
        columns[one.name] = pa.array(values, pa.string()) if one.type == pa.string() else _lists(values)
    return columns


def identities_told(told: pa.Table) -> list[Identity]:
    """The identities again whose columns are in ``told`` (at least `TOLD`)."""
    columns: dict[str, list[Any]] = {name: told[name].to_pylist() for name in COLUMNS}
    for name in LISTS.values():
        columns[name] = list(map(tuple, columns[name]))
    return [Identity(*row) for row in zip(*columns.values(), strict=True)]


def _lists(values: Sequence[Sequence[str]]) -> pa.Array:
    """Lists as Arrow keeps them: all their texts in one row, and where each list begins."""
    starts = pa.array(accumulate(map(len, values), initial=0), pa.int32())
    return pa.ListArray.from_arrays(starts, pa.array(list(chain.from_iterable(values)), pa.string()))
