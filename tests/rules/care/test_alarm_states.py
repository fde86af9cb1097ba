"""Alarms: whatever is done about one, it ends; and it never waits without a limit."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fournets.care.rules.alarms import ALARM_NEXT, CLOSED, KEEP, OVER, RAISED, SEND, TAKE, due_at

ACTS = st.lists(st.sampled_from([TAKE, SEND, KEEP, OVER]), max_size=12)
AT = datetime(2020, 2, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = st.timedeltas(timedelta(), timedelta(days=3))


@given(ACTS)
def test_an_alarm_nobody_took_is_neither_decided_nor_forgotten(acts: list[str]) -> None:
    """Closed is the end; before it somebody has taken it, or the order itself came to its end."""
    state, done = RAISED, []
    for act in acts:
        if act in ALARM_NEXT[state]:
            state = ALARM_NEXT[state][act]
            done.append(act)
    assert state in ALARM_NEXT
    assert not done or done[0] in (TAKE, OVER)
    assert (state == CLOSED) == bool(done and done[-1] in (KEEP, OVER))
    assert (ALARM_NEXT[state] == {}) == (state == CLOSED)


@given(st.sampled_from(["raised", "taken", "transfer"]), LATER, LATER)
def test_every_open_state_has_a_limit_behind_its_beginning(
    state: str, taken: timedelta, decided: timedelta
) -> None:
    raised = AT
    took, chose = raised + taken, raised + taken + decided
    begins = {"raised": raised, "taken": took, "transfer": chose}[state]
    given_ = {"raised": (None, None), "taken": (took, None), "transfer": (took, chose)}[state]
    assert due_at(state, raised, *given_) > begins
    assert due_at("raised", raised, None, None) <= due_at("taken", raised, took, None)
