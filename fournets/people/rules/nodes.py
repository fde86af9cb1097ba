"""The table of nodes the linkage engine reads."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from fournets.analytics.linkage import LISTS, NODES, TEXTS
from fournets.people.rules.identity import Identity


def nodes_of(identities: Sequence[Identity], people: Sequence[int | None]) -> pa.Table:
    """One node an identity, in order; ``people``: whose it is, for those on file."""
    columns = {
        "n": pa.array(range(len(identities)), pa.int64()),
        "person": pa.array(people, pa.int64()),
    }
    for name in LISTS.values():
        columns[name] = pa.array([list(getattr(one, name)) for one in identities], pa.list_(pa.string()))
    texts = {name: pa.array([getattr(one, name) for one in identities], pa.string()) for name in TEXTS}
    return pa.table(columns | texts, schema=NODES)
