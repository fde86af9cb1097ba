"""A temperature however it is typed, and when it is an alarm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fournets.isolation.rules.reading import Reading, Unlikely, read, temperature_of
from fournets.policy import in_force

NONE: frozenset[str] = frozenset()
HERE, ZHONGSHAN = (
    in_force(on=date(2020, 2, 10), area="440605123"),
    in_force(on=date(2020, 2, 10), area="442000"),
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("36.8", "36.8"),
        ("368", "36.8"),
        ("36,8", "36.8"),
        ("36.8℃", "36.8"),
        (" 37 ", "37.0"),
        ("3 7.3°C", "37.3"),
        ("36。8", "36.8"),
    ],
)
def test_it_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert temperature_of(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["33.9", "43.1", "3.68", "abc", "36.85", "3680", "-37"])
def test_a_slip_of_the_hand_is_no_temperature(typed: str) -> None:
    with pytest.raises(Unlikely):
        temperature_of(typed)


def test_nothing_typed_is_nothing_said() -> None:
    assert read("", NONE, HERE) is None
    assert read(" ", frozenset({"unknown"}), HERE) is None


def test_the_comparator_of_the_place_counts() -> None:
    assert read("37.3", NONE, HERE) == Reading(Decimal("37.3"), (), True)
    assert read("37.3", NONE, ZHONGSHAN) == Reading(Decimal("37.3"), (), False)
    assert read("37.4", NONE, ZHONGSHAN) == Reading(Decimal("37.4"), (), True)


def test_a_symptom_is_an_alarm_with_or_without_a_temperature() -> None:
    assert read("36.5", frozenset({"cough"}), HERE) == Reading(Decimal("36.5"), ("cough",), True)
    assert read("", frozenset({"breath", "cough"}), HERE) == Reading(None, ("cough", "breath"), True)
