"""Rules first, odds for the rest: the whole of the linkage, in the order in which it is trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from fournets.analytics.bearers import bearers
from fournets.analytics.linkage import Clusters, Rule, join_by_rules
from fournets.analytics.probable import Guess, guesses

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From ``same`` on two rows are one person; from ``unsure`` on somebody has to look."""

    same: float = 0.9
    unsure: float = 0.6


@dataclass
class Linked:
    """The clusters, and the nodes in doubt with the nodes they may belong to, the reason and the odds."""

    clusters: Clusters
    doubts: dict[int, tuple[str, list[int], float | None]] = field(default_factory=dict)


def link_nodes(
    link: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    *,
    thresholds: Thresholds,
    apart: dict[int, set[int]] | None = None,
    before: Iterable[tuple[int, int]] = (),
    people: int = 0,
) -> Linked:
    """Joins the nodes of ``link``; those on file (with a person) are never in doubt. ``people``: how many are on file."""
    ruled = join_by_rules(link, rules, apart=apart, before=before)
    linked = Linked(ruled.clusters)
    known = max(people, len(set(ruled.clusters.number) - {None}))
    roots, loose = _places(ruled.clusters)
    _join_likely(
        linked, roots, guesses(link, roots, loose, least=thresholds.unsure, people=known), thresholds
    )
    changed: list[int] | None = None
    for _ in range(ROUNDS):
        changed = _join_bearers(link, linked, thresholds, known, changed)
        if not changed:
            break
    for node, others in ruled.ambiguous.items():
        if ruled.clusters.person[node] is None and not ruled.clusters.rule[node]:
            linked.doubts[node] = ("several_people", others, None)
    linked.doubts = {
        node: doubt for node, doubt in linked.doubts.items() if not linked.clusters.rule[node]
    }  # what a later round knew for sure is in doubt no more
    return linked


def _places(clusters: Clusters) -> tuple[list[int], list[bool]]:
    """Of each node: its cluster, and whether that lacks a proven number."""
    roots = [clusters.find(node) for node in range(len(clusters.number))]
    return roots, [clusters.number[root] is None for root in roots]


def _join_bearers(
    link: duckdb.DuckDBPyConnection,
    linked: Linked,
    thresholds: Thresholds,
    known: int,
    changed: list[int] | None,
) -> list[int]:
    """Joins loose clusters with whom they most likely are; the clusters that grew and may tell more."""
    roots, loose = _places(linked.clusters)
    found = bearers(link, roots, loose, least=thresholds.unsure, people=known, changed=changed)
    grown = []
    for guess in found:
        if guess.odds < thresholds.same or linked.clusters.find(guess.one) == linked.clusters.find(
            guess.other
        ):
            continue
        if linked.clusters.join(guess.one, guess.other, "likely_bearer", guess.odds):
            grown.append(guess.one)
    _doubt(linked, roots, [guess for guess in found if guess.odds < thresholds.same])
    return sorted({linked.clusters.find(node) for node in grown})


def _join_likely(
    linked: Linked, roots: Sequence[int], found: Sequence[Guess], thresholds: Thresholds
) -> None:
    """Joins from the likeliest pair down; a cluster drawn to two that exclude each other is left in doubt."""
    rivals: dict[int, list[Guess]] = {}
    for guess in found:
        for root in {roots[guess.one], roots[guess.other]}:
            rivals.setdefault(root, []).append(guess)
    torn = {root for root, drawn in rivals.items() if _torn(root, drawn, roots, linked.clusters, thresholds)}
    left = []
    for guess in found:
        ends = {roots[guess.one], roots[guess.other]}
        if guess.odds < thresholds.same or ends & torn:
            left.append(guess)
        else:
            linked.clusters.join(guess.one, guess.other, "likely_same", guess.odds)
    _doubt(linked, roots, left)


def _torn(
    root: int, drawn: Sequence[Guess], roots: Sequence[int], clusters: Clusters, thresholds: Thresholds
) -> bool:
    """Whether a cluster without a number is drawn to two different numbers."""
    if clusters.number[root] is not None or drawn[0].odds < thresholds.same:
        return False
    ends = {roots[guess.other] if roots[guess.one] == root else roots[guess.one] for guess in drawn}
    return len({clusters.number[end] for end in ends} - {None}) > 1


def _doubt(linked: Linked, roots: Sequence[int], left: Iterable[Guess]) -> None:
    """Rows of a loose, new cluster that nothing joined but something may: in doubt."""
    clusters = linked.clusters
    filed = {clusters.find(node) for node, person in enumerate(clusters.person) if person is not None}
    for guess in left:
        for node, other in ((guess.one, guess.other), (guess.other, guess.one)):
            root = clusters.find(node)
            if root == clusters.find(other) or clusters.number[root] or root in filed or clusters.rule[node]:
                continue
            reason, others, odds = linked.doubts.get(node, ("likely_same", [], guess.odds))
            if other not in others:
                others.append(other)
            linked.doubts[node] = (reason, others, odds)
            break
