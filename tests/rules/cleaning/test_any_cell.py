"""Whatever stands in a cell: no rule raises, and what a rule made stays as it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fournets.intake.rules.fields import READY, ready_for, rule_for
from fournets.intake.rules.ids import check_character, clean_id
from fournets.language import catalogue
from fournets.workbooks.vocabulary import fields

DAY = date(2020, 2, 5)
WORDS = [
    "张三",
    "13800138000",
    "2020",
    "年",
    "月",
    "日",
    "初",
    "十",
    "正",
    "腊",
    "闰",
    "廿",
    "-",
    "/",
    ".",
    "，",
    "、",
    "（",
    "）",
    "(",
    ")",
    "+",
    "86",
    "0757",
    "3",
    "7",
    "36.5",
    "℃",
    "是",
    "否",
    "√",
    "□",
    "无",
    "有",
    "户主",
    "X",
    "x",
    "E+17",
    "4406821975",
    "武汉",
    "\u3000",
    "\xa0",
    "'",
    "卅",
    "农历",
    "发热",
    "以下",
    "一",
    ":",
]
CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.lists(st.sampled_from(WORDS), max_size=8).map("".join),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)


@pytest.mark.parametrize("field", sorted(fields()))
@settings(max_examples=60, deadline=None)
@given(cell=CELLS)
def test_no_cell_raises_and_cleaning_twice_changes_nothing(field: str, cell: object) -> None:
    rule = rule_for(field, on=DAY)
    found = rule(cell)  # type: ignore[arg-type]
    assert not found.problem or found.problem in catalogue()
    assert found.value != ""
    if found.value is not None and not found.problem:
        again = rule(found.value)
        assert (again.value, again.problem) == (found.value, "")


@settings(max_examples=300, deadline=None)
@given(cell=CELLS)
def test_no_id_cell_raises_and_cleaning_twice_changes_nothing(cell: object) -> None:
    found = clean_id(cell, on=DAY)  # type: ignore[arg-type]
    assert not found.problem or found.problem in catalogue()
    if found.value is not None and not found.problem and found.rule != "fifteen_digits":
        again = clean_id(found.value, on=DAY)
        assert (again.value, again.certainty, again.problem) == (found.value, found.certainty, "")


@given(
    st.dates(date(1900, 1, 1), DAY),
    st.integers(1, 999),
    st.integers(0, 17),
    st.integers(0, 9),
)
def test_one_wrong_digit_never_passes_the_check(born: date, order: int, at: int, digit: int) -> None:
    digits = f"440605{born:%Y%m%d}{order:03}"
    number = digits + check_character(digits)
    assert clean_id(number, on=DAY).certainty == "verified"
    wrong = number[:at] + str(digit) + number[at + 1 :]
    assert wrong == number or clean_id(wrong, on=DAY).certainty != "verified"


@pytest.mark.parametrize("field", ["address", "phone", "name"])
@given(text=st.one_of(st.text(max_size=12), st.lists(st.sampled_from(WORDS), max_size=4).map("".join)))
def test_what_looks_clean_at_a_glance_is_what_the_rule_leaves_alone(field: str, text: str) -> None:
    ready = ready_for(field)
    assert ready is not None and READY
    if ready(text):
        assert tuple(rule_for(field, on=DAY)(text)) == (text, "", "")
