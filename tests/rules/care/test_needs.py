"""Every kind of need has somebody of the caretaker team, a time and words; and what is told later is due later."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fournets.care.rules.needs import ANSWERS, NEED_STATES, due_by, kinds
from fournets.language import catalogue
from fournets.policy import in_force

BEGIN = datetime(2020, 1, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
KIND = st.sampled_from(sorted(kinds()))
MOMENT = st.integers(0, 1000 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))


@given(KIND, MOMENT, MOMENT)
def test_what_is_told_later_is_due_later(kind: str, one: datetime, other: datetime) -> None:
    assert due_by(kind, one) > one
    assert (one <= other) == (due_by(kind, one) <= due_by(kind, other))


def test_every_kind_is_for_a_role_of_the_policy_and_has_words() -> None:
    roles = set(in_force(on=date(2020, 2, 3), area="440605123").table("community.caretakers"))
    assert {one.role for one in kinds().values()} <= roles
    words = {f"need_{one}" for one in kinds()} | {f"policy_word_{one}" for one in roles}
    words |= {f"need_answer_{one}" for one in ANSWERS} | {f"need_state_{one}" for one in NEED_STATES[:2]}
    assert words <= catalogue().keys()
