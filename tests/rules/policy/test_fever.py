"""Fever: 37.3 is 37.3, and the comparator decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets import policy

DANZAO = policy.in_force(on=date(2020, 2, 10), area="440605123")
ZHONGSHAN = policy.in_force(on=date(2020, 2, 10), area="4420")


@pytest.mark.parametrize(
    ("temperature", "danzao", "zhongshan"),
    [("37.2", False, False), ("37.3", True, False), ("37.30", True, False), ("37.31", True, True)],
)
def test_the_threshold_itself_is_where_the_rules_part(
    temperature: str, danzao: bool, zhongshan: bool
) -> None:
    assert policy.is_fever(temperature, DANZAO) is danzao
    assert policy.is_fever(Decimal(temperature), ZHONGSHAN) is zhongshan


@given(st.decimals(Decimal("35"), Decimal("42"), places=1))
def test_the_two_rules_differ_in_nothing_but_the_threshold_itself(temperature: Decimal) -> None:
    differ = policy.is_fever(temperature, DANZAO) != policy.is_fever(temperature, ZHONGSHAN)
    assert differ == (temperature == Decimal("37.3"))
