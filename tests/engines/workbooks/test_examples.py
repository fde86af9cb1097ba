"""What is shown of a column holds enough to recognise it and no number whole."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from fournets.workbooks.examples import LONGEST, examples, masked
from fournets.workbooks.model import Cell, Column, Layout, Sheet
from tests.engines.workbooks.files import resident_id


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("440605199001011234", "440605********1234"),
        ("44060519900101123X", "440605********123X"),
        ("４４０６０５１９９００１０１１２３４", "440605********1234"),
        ("440605 19900101 1234", "440605********1234"),
        ("440605900101123", "440605******123"),
        ("44060519900101123", "440**************"),
        ("440605199001", "440*********"),
        ("13800138001", "138****8001"),
        ("138 0013-8001", "138****8001"),
        ("妻13800138001,儿13900139009", "妻138****8001,儿139****9009"),
        ("H12345678", "H123***78"),
        ("85412345", "854***45"),
        ("2020-02-03", "2020-02-03"),
        ("20200203", "20200203"),
        ("3栋501", "3栋501"),
        ("陈银河", "陈银河"),
    ],
)
def test_long_numbers_are_masked_and_the_rest_stays(written: str, shown: str) -> None:
    assert masked(written) == shown


def column(*cells: Cell) -> list[str]:
    layout = Layout("unknown", (0, 0), [Column(0, "代称", None)], "")
    return examples(Sheet(1, "表", [["代称"], *([cell] for cell in cells)]), layout).get("A", [])


def test_three_different_values_are_shown() -> None:
    assert column("好", None, " ", "好", "坏", "中", "外") == ["好", "坏", "中"]


def test_numbers_and_days_look_as_people_write_them() -> None:
    shown = column(13800138001.0, datetime.fromisoformat("2020-02-03"), date(2020, 2, 4))
    assert shown == ["138****8001", "2020-02-03", "2020-02-04"]
    assert column(36.5, datetime.fromisoformat("2020-02-03 09:30")) == ["36.5", "2020-02-03 09:30"]


def test_a_long_text_is_cut_after_it_was_masked() -> None:
    number = resident_id(7)
    shown = column("字" * (LONGEST - 10) + number)[0]
    assert len(shown) == LONGEST
    assert number[6:14] not in shown
    assert shown.endswith("****")


def test_an_empty_column_shows_nothing() -> None:
    assert column(None, "  ") == []
