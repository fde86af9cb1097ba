"""Which row is about whom: rows and facts on file become nodes, rules join them, the rest is judged by its odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from fournets.analytics.linkage import Clusters, open_nodes
from fournets.analytics.settle import Thresholds, link_nodes
from fournets.people.models import Apart, Person
from fournets.people.rules.matching import RULES
from fournets.people.rules.nodes import TOLD, nodes_told, told_by
from fournets.people.services.batch import Batch
from fournets.people.services.candidates import OnFile


@dataclass
class Matches:
    """For each row: the person on file, or the row that begins a new person, or the doubt that stops it.

    ``person``: number of a person on file. ``begins``: the first row about the same new person.
    ``merges``: people on file who turned out to be one, as (kept, gone, rule).
    """

    person: list[int | None]
    begins: list[int]
    rule: list[str]
    score: list[float | None]
    doubts: dict[int, tuple[str, list[int]]] = field(default_factory=dict)
    merges: list[tuple[int, int, str]] = field(default_factory=list)


def match(batch: Batch, on_file: Sequence[OnFile], *, thresholds: Thresholds) -> Matches:
    """Matches rows with each other and with the facts ``on_file``."""
    size = batch.size
    people = [None] * size + [one.person for one in on_file]
    told = pa.table(told_by([one.identity for one in on_file]), schema=pa.schema(TOLD))
    nodes = nodes_told(pa.concat_tables([batch.ready.select(told.column_names), told]), people)
    filed = {one.origin: size + at for at, one in enumerate(on_file)}
    before = [(at, filed[origin]) for at, origin in enumerate(batch.origins) if origin in filed]
    known = Person.objects.count()
    with open_nodes(nodes) as link:  # left open, the engine would keep what it took until the act is over
        linked = link_nodes(link, RULES, thresholds=thresholds, apart=_apart(), before=before, people=known)
    matches = _settle(linked.clusters, size)
    for row, (reason, others, odds) in linked.doubts.items():
        if row < size:
            matches.doubts[row] = (reason, others)
            matches.score[row] = odds
    _doubt_shared_numbers(batch, on_file, matches, linked.clusters)
    return matches


def _settle(clusters: Clusters, size: int) -> Matches:
    people: dict[int, list[int]] = {}
    for node in range(size, len(clusters.person)):
        person = clusters.person[node]
        found = people.setdefault(clusters.find(node), [])
        if person is not None and person not in found:
            found.append(person)
    begins = [clusters.find(row) for row in range(size)]
    person_of = [min(people[root]) if root in people else None for root in begins]
    rules = clusters.rule[:size]
    told: dict[int, str] = {}  # the first rule that reached each cluster
    for root, rule in zip(begins, rules, strict=True):
        if rule:
            told.setdefault(root, rule)
    merges = [
        (min(found), gone, told.get(root, "")) for root, found in people.items() for gone in sorted(found)[1:]
    ]
    return Matches(person_of, begins, rules, clusters.score[:size], merges=merges)


def _doubt_shared_numbers(
    batch: Batch, on_file: Sequence[OnFile], matches: Matches, clusters: Clusters
) -> None:
    """A proven number belongs to one person: whoever comes second with it under another name is in doubt."""
    size = batch.size
    owner: dict[str, int] = {}
    for at, filed in enumerate(on_file):
        if filed.identity.number:
            owner.setdefault(filed.identity.number, size + at)
    for row, number in enumerate(batch.ready["number"].to_pylist()):
        if not number:
            continue
        first = owner.setdefault(number, row)
        if clusters.find(first) != clusters.find(row):
            matches.doubts[row] = ("number_of_another", [first])


def _apart() -> dict[int, set[int]]:
    apart: dict[int, set[int]] = {}
    for one, other in Apart.objects.values_list("one_id", "other_id"):
        apart.setdefault(one, set()).add(other)
        apart.setdefault(other, set()).add(one)
    return apart
