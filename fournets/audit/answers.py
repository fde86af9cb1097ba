"""Alarms are answered by whoever audits, in one of a few words: free text could hold somebody's data."""

from __future__ import annotations

from datetime import datetime

from fournets.audit.selectors import Sight, open_alarm
from fournets.audit.services import record
from fournets.language import Refusal

ANSWERS = ("expected", "explained", "reported")


def answer_alarm(number: int, answer: str, *, sight: Sight, actor: str, at: datetime) -> None:
    """Answers the alarm on the line ``number``; a `Refusal` when it is not open or the alarm is about whoever answers."""
    alarm = open_alarm(number, sight)
    if alarm is None or answer not in ANSWERS:
        raise Refusal("alarm_not_open", line=number)
    if alarm.actor == actor:
        raise Refusal("alarm_own")
    details = {"line": number, "answer": answer}
    record(act="canary_answered", actor=actor, area_code=alarm.area_code, at=at, details=details)
