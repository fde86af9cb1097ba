"""How well rows were put together, held against the truth of the invented town."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LinkQuality:
    """Pairs of rows that are one person in truth, as linked, and in both; rows that had an automatic answer."""

    true_pairs: int
    linked_pairs: int
    right_pairs: int
    rows: int
    answered: int

    @property
    def precision(self) -> float:
        """Of the linked pairs, how many are right."""
        return self.right_pairs / self.linked_pairs if self.linked_pairs else 1.0

    @property
    def recall(self) -> float:
        """Of the true pairs, how many were linked."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0


def link_quality(pairs: Iterable[tuple[str, str]]) -> LinkQuality:
    """Quality over (true person, linked person) of each row; an empty linked person stands alone."""
    true: Counter[str] = Counter()
    linked: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    rows = 0
    for person, answer in pairs:
        rows += 1
        true[person] += 1
        if answer:
            linked[answer] += 1
            both[person, answer] += 1
    return LinkQuality(
        _pairs(true.values()), _pairs(linked.values()), _pairs(both.values()), rows, sum(linked.values())
    )


def against_truth(truth: Path, links: Path) -> LinkQuality:
    """Quality of ``links`` (as written by ``fournets people links``) against a town's ``truth.csv``."""
    answers = {_row(line): line["person"] for line in _lines(links)}
    known = ((line["person"], answers.get(_row(line), "")) for line in _lines(truth) if line["person"])
    return link_quality(known)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _row(line: dict[str, str]) -> tuple[str, str, str]:
    return line["file"], line["sheet"], line["row"]


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)
