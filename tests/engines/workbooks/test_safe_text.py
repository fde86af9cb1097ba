"""Nothing written into a cell can run when somebody opens the workbook."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.workbooks.write import safe_text


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-1", "@a", "|a", "%a", "\t=1", "\r=1", "\n=1", "\0=1", "=1", " =1", "＝1"]
)
def test_the_beginnings_of_formulas_are_disarmed(value: str) -> None:
    assert safe_text(value).startswith("'")


@pytest.mark.parametrize("value", ["陈银河", "44060519900101123X", "0757-86123456", "36.5", ""])
def test_ordinary_text_stays_as_it_is(value: str) -> None:
    assert safe_text(value) == value


@given(st.text())
def test_no_text_begins_like_a_formula_and_a_second_time_changes_nothing(value: str) -> None:
    safe = safe_text(value)
    assert not safe.startswith(("=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "\0"))
    assert safe_text(safe) == safe
    assert "\0" not in safe
