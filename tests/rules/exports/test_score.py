"""The evidence against an export that had no part in a text is one on average; so its error is known beforehand."""

from __future__ import annotations

import math
import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.reporting.exports.score import Doubt, Tally, evidence, threshold
from fournets.reporting.exports.settings import doubt, tracing_error

ONE = Doubt((0.1,), (1.0,))


def counted(ways: int, same: int, seen: int, kind: str = "sex") -> dict[tuple[str, int], Tally]:
    return {(kind, ways): Tally(same, seen)}


def test_nothing_seen_is_no_evidence() -> None:
    assert evidence({}, doubt()).log == 0


@pytest.mark.parametrize(("ways", "seen"), [(2, 6), (3, 5), (4, 4)])
def test_evidence_against_the_uninvolved_is_one_on_average(ways: int, seen: int) -> None:
    average = sum(
        math.exp(evidence(counted(ways, sum(drawn), seen), doubt()).log)
        * math.prod(1 / ways if hit else 1 - 1 / ways for hit in drawn)
        for drawn in product((0, 1), repeat=seen)
    )
    assert average == pytest.approx(1)


def test_kinds_of_marks_are_averaged_each_by_itself() -> None:
    both = evidence({**counted(2, 9, 9), **counted(4, 0, 9, "mask")}, doubt()).log
    assert both == pytest.approx(
        evidence(counted(2, 9, 9), doubt()).log + evidence(counted(4, 0, 9, "mask"), doubt()).log
    )


def test_a_rewritten_column_costs_little() -> None:
    lost = -evidence(counted(4, 25, 100, "mask"), doubt()).log
    assert 0 < lost < math.log(1 / doubt().weight[-1]) + 0.01


@given(st.integers(1, 200), st.integers(2, 5))
def test_one_agreement_more_is_more_evidence(seen: int, ways: int) -> None:
    found = [evidence(counted(ways, same, seen), ONE).log for same in range(seen + 1)]
    assert found == sorted(found)
    assert found[0] < 0 < found[-1]


def test_the_threshold_shares_the_error_among_all_exports() -> None:
    assert threshold(1000, 1e-6) == pytest.approx(math.log(1e9))
    assert threshold(0, 1e-6) == threshold(1, 1e-6)


def test_the_weights_are_shares_of_one() -> None:
    assert sum(doubt().weight) == pytest.approx(1)
    assert len(doubt().weight) == len(doubt().changed)
    assert 0 < tracing_error() <= 1e-6


def test_a_thousand_uninvolved_exports_stay_below_the_threshold_however_often_one_looks() -> None:
    draw = random.Random(5)
    most = max(
        evidence(counted(3, sum(draw.random() < 1 / 3 for _ in range(90)), 90), doubt()).log
        for _ in range(20_000)
    )
    assert most < threshold(1000, tracing_error())
