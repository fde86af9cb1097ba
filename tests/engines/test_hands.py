"""Other processes do the same work as this one: in order, all of it, with its troubles, and they end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from operator import neg
from pathlib import Path

import pytest

from fournets.hands import MOST, WORTH_IT, HandLost, Hands
from tests.engines.extract.test_extract import number

PARTS = list(range(3 * WORTH_IT))


def whose(_: int) -> int:
    return os.getpid()


def environment(name: str) -> str | None:
    return os.environ.get(name)


def ended(part: int) -> int:
    if part == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return part


@pytest.fixture
def hands() -> Iterator[Hands]:
    with Hands(cores=2) as hands:
        yield hands


def test_all_parts_are_done_in_order(hands: Hands) -> None:
    assert list(hands.share(neg, PARTS)) == list(map(neg, PARTS))
    assert list(hands.share(number, PARTS)) == list(map(number, PARTS))  # the same hands again


def test_many_parts_are_done_elsewhere_and_few_of_them_here(hands: Hands) -> None:
    assert set(hands.share(whose, PARTS[: WORTH_IT - 1])) == {os.getpid()}
    there = set(hands.share(whose, PARTS))
    assert os.getpid() not in there and 1 <= len(there) <= MOST


def test_a_single_core_does_all_itself() -> None:
    with Hands(cores=1) as hands:
        assert set(hands.share(whose, PARTS)) == {os.getpid()}


def test_a_hand_knows_nothing_of_this_process(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURNETS_HOME", "/somewhere")
    assert set(hands.share(environment, ["FOURNETS_HOME", "DATABASE_URL"] * WORTH_IT)) == {None}


def test_what_goes_wrong_there_is_raised_here(hands: Hands) -> None:
    with pytest.raises(TypeError):
        list(hands.share(neg, [*PARTS, "no number"]))
    assert list(hands.share(neg, PARTS)) == list(map(neg, PARTS))  # and the hand goes on


def test_a_hand_that_dies_is_noticed(hands: Hands) -> None:
    with pytest.raises(HandLost):
        list(hands.share(ended, PARTS))


def test_a_hand_ends_when_nobody_can_ask_it_any_more() -> None:
    hand = subprocess.Popen([sys.executable, "-m", "fournets.hands"], stdin=subprocess.PIPE, cwd=Path.cwd())
    hand.communicate()
    assert hand.returncode == 0
