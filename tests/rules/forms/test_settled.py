"""What is sure enough to be written into a form."""

from __future__ import annotations

import pytest

from fournets.reporting.forms.settled import second_phone


@pytest.mark.parametrize(
    ("numbers", "first", "second"),
    [
        ("13800138001|13900139009", "13800138001", "13900139009"),
        ("13800138001|13900139009", "13900139009", "13800138001"),
        ("13800138001", "13800138001", None),
        (None, None, None),
    ],
)
def test_the_second_phone_of_a_form_is_the_one_that_is_not_the_first(
    numbers: str | None, first: str | None, second: str | None
) -> None:
    assert second_phone(numbers, first) == second
