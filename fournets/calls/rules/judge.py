"""What becomes of a call after an attempt: over, again with the next number at once, or later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fournets.calls.rules.desk import Desk

REACHED, UNREACHABLE, WRONG_NUMBER = "reached", "unreachable", "wrong_number"
CALL_BACK, PUT_BACK, UNREACHED, IN_ISOLATION = "call_back", "put_back", "unreached", "in_isolation"


@dataclass(frozen=True, slots=True)
class Judged:
    """``outcome``: of the call, as it stands now. ``ends``: it is over. ``stays``: the next number, in the same hand.

    ``call_at``: else when he is called again. ``round_over``: every number was tried and nobody answered.
    """

    outcome: str
    ends: bool = False
    stays: bool = False
    call_at: datetime | None = None
    round_over: bool = False


def judge(
    outcome: str, *, rounds: int, most: int, left: int, back_at: datetime | None, at: datetime, desk: Desk
) -> Judged:
    """``rounds``: rounds before this one in which nobody answered, of ``most``; ``left``: numbers not tried in this one."""
    if outcome == PUT_BACK:
        return Judged(outcome, call_at=at)
    if outcome == CALL_BACK:
        return Judged(outcome, call_at=back_at or desk.retry.not_at_night(at + desk.retry.after))
    if outcome in (UNREACHABLE, WRONG_NUMBER) and left:
        return Judged(outcome, stays=True)
    if outcome == UNREACHABLE:
        if rounds + 1 >= most:
            return Judged(UNREACHED, ends=True, round_over=True)
        return Judged(outcome, call_at=desk.retry.not_at_night(at + desk.retry.after), round_over=True)
    return Judged(outcome, ends=True)
