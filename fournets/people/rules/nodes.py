"""The table of nodes the linkage engine reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from operator import attrgetter

import pyarrow as pa

from fournets.analytics.linkage import LISTS, NODES, TEXTS
from fournets.people.rules.identity import Identity


def nodes_of(identities: Sequence[Identity], people: Sequence[int | None]) -> pa.Table:
    """One node an identity, in order; ``people``: whose it is, for those on file."""
    columns: dict[str, pa.Array] = {
        "n": pa.array(range(len(identities)), pa.int64()),
        "person": pa.array(people, pa.int64()),
    }
    for name in LISTS.values():
        columns[name] = _lists(list(map(attrgetter(name), identities)))
    for name in TEXTS:
        columns[name] = pa.array(list(map(attrgetter(name), identities)), pa.string())
    return pa.table(columns, schema=NODES)


def _lists(values: Sequence[Sequence[str]]) -> pa.Array:
    """Lists as Arrow keeps them: all their texts in one row, and where each list begins."""
    starts = pa.array(accumulate(map(len, values), initial=0), pa.int32())
    return pa.ListArray.from_arrays(starts, pa.array(list(chain.from_iterable(values)), pa.string()))
