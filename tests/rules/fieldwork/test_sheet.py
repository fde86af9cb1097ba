"""The codes of a printed sheet: whatever a hand mistypes is refused, and what is typed makes always the same record."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fournets.fieldwork.rules.record import read_record
from fournets.fieldwork.rules.sheet import (
    ROWS,
    SIGNS,
    Line,
    as_sent,
    moment_of,
    place_of,
    record_id,
    row_code,
    sheet_number,
    split,
    stands,
)

HERE = ZoneInfo("Asia/Shanghai")
numbers = st.integers(0, 31**5 - 1).map(lambda drawn: sheet_number([drawn // 31**at % 31 for at in range(5)]))
places = st.integers(1, ROWS)


@given(numbers, st.integers(0, 5), st.sampled_from(SIGNS))
def test_a_number_with_one_other_sign_or_two_that_changed_places_stands_for_nothing(
    number: str, at: int, sign: str
) -> None:
    assert stands(number) and not stands(number[:-1]) and not stands(number + "2")
    assert stands(number[:at] + sign + number[at + 1 :]) == (sign == number[at])
    turned = number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
    assert stands(turned) == (turned == number)


@given(numbers, places, st.integers(0, 2), st.sampled_from("0123456789" + SIGNS[8:]))
def test_a_row_is_known_by_its_own_code_alone(number: str, place: int, at: int, sign: str) -> None:
    code = row_code(number, place)
    assert place_of(number, code) == place
    mistyped = code[:at] + sign + code[at + 1 :]
    assert mistyped == code or place_of(number, mistyped) is None
    turned = code[1] + code[0] + code[2]
    assert turned == code or place_of(number, turned) is None


@given(numbers, places, st.integers(0, 5), st.sampled_from(SIGNS))
def test_nor_by_a_code_of_a_sheet_that_differs_by_a_sign(number: str, place: int, at: int, sign: str) -> None:
    other = number[:at] + sign + number[at + 1 :]
    assert other == number or place_of(other, row_code(number, place)) is None


@given(st.text(max_size=6))
def test_no_text_is_more_than_refused(text: str) -> None:
    number = sheet_number([0, 1, 2, 3, 4])
    found = place_of(number, text)
    assert found is None or row_code(number, found) == text
    assert isinstance(stands(text), bool)


def test_a_number_is_read_however_it_is_typed() -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in "K7F3QX07H")
    for typed in ("k7f3qx-07h", "K7F3QX 07H", wide, "K7F3QX-07H", "k7f3qx07h"):
        assert split(typed) == ("K7F3QX", "07H")
    assert split(" k7f3qx ") == ("K7F3QX", "") and split("名单") == ("", "")


def test_a_row_typed_again_is_the_same_record_word_for_word() -> None:
    printed = datetime(2020, 2, 3, 8, tzinfo=HERE)
    head = {
        "account": 7,
        "area": "440605101001",
        "device_at": moment_of(date(2020, 2, 4), printed).isoformat(),
        "visited_by": "关秀英",
    }
    line = Line("reached", Decimal("36.8"), "门口有消毒水")
    one, two = (as_sent(line, head, record=record_id("K7F3QX", 7), tasks=[3, 4]) for _ in range(2))
    said, digest = read_record(one)
    assert (said, digest) == read_record(two)
    assert (said.tasks, said.temperature, said.visited_by) == ((3, 4), "36.8", "关秀英")
    assert record_id("K7F3QX", 7) != record_id("K7F3QX", 8) != record_id("K7F3QY", 8)


def test_a_visit_of_a_day_was_at_noon_and_never_before_the_sheet_was_printed() -> None:
    morning, evening = (datetime(2020, 2, 3, hour, tzinfo=HERE) for hour in (8, 18))
    assert moment_of(date(2020, 2, 3), morning) == datetime(2020, 2, 3, 12, tzinfo=HERE)
    assert moment_of(date(2020, 2, 3), evening) == evening
    assert moment_of(date(2020, 2, 4), evening) == datetime(2020, 2, 4, 12, tzinfo=HERE)
