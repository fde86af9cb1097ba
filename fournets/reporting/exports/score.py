"""How sure it is that a text was copied from an export: evidence that multiplies, with its error known beforehand. Pure.

Under the key, what an export chose says nothing about any text that was not copied from it. So for one mark written in one
of ``ways`` equivalents, ``(1 - c) * ways`` where text and export agree (nothing where they differ), plus ``c``, is one on
average for every export that had no part in the text, whatever the text and whoever wrote it; ``c`` is how often a spelling
is taken to be changed on the way. Products and averages of such numbers keep the average of one, so by Markov's inequality
the chance that an uninvolved export reaches ``n / error`` is at most ``error / n``, and over all ``n`` exports ``error``.
Marks of one kind share the unknown ``c``: the average over several is taken for each kind by itself, so a column that
somebody rewrote costs a little and destroys nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Counts = Mapping[tuple[str, int], "Tally"]  # by kind of mark and number of equivalents


@dataclass(slots=True)
class Tally:
    """How many marks of one kind were seen, and how many are those of the export."""

    same: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """How often a spelling may have been changed on the way, with the weight of each supposition."""

    changed: Sequence[float]
    weight: Sequence[float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one export, as a natural logarithm, and the marks behind it."""

    log: float
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def same(self) -> int:
        return sum(same for same, _ in self.kinds.values())

    @property
    def seen(self) -> int:
        return sum(seen for _, seen in self.kinds.values())


def evidence(counts: Counts, doubt: Doubt) -> Evidence:
    """The evidence of all marks together."""
    by_kind: dict[str, list[tuple[int, Tally]]] = {}
    for (kind, ways), tally in counts.items():
        by_kind.setdefault(kind, []).append((ways, tally))
    kinds = {
        kind: (sum(one.same for _, one in tallies), sum(one.seen for _, one in tallies))
        for kind, tallies in by_kind.items()
    }
    return Evidence(sum(_averaged(tallies, doubt) for tallies in by_kind.values()), kinds)


def threshold(exports: int, error: float) -> float:
    """The logarithm an export must reach among so many to be named."""
    return math.log(max(exports, 1) / error)


def _averaged(tallies: Sequence[tuple[int, Tally]], doubt: Doubt) -> float:
    terms = [
        math.log(weight) + sum(_log(ways, tally, changed) for ways, tally in tallies)
        for changed, weight in zip(doubt.changed, doubt.weight, strict=True)
    ]
    most = max(terms)
    return most + math.log(sum(math.exp(term - most) for term in terms))


def _log(ways: int, tally: Tally, changed: float) -> float:
    return tally.same * math.log((1 - changed) * ways + changed) + (tally.seen - tally.same) * math.log(
        changed
    )
