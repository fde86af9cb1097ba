"""What follows from a call: pure, no clock, no register."""

from fournets.calls.rules.desk import Desk, Outcome, Retry, desk
from fournets.calls.rules.judge import (
    CALL_BACK,
    IN_ISOLATION,
    PUT_BACK,
    REACHED,
    UNREACHABLE,
    UNREACHED,
    WRONG_NUMBER,
    Judged,
    judge,
)
from fournets.calls.rules.numbers import Number, best_first, parts_of
from fournets.calls.rules.scripts import Question, Script, WrongAnswer, answered, scripts

__all__ = [
    "CALL_BACK",
    "IN_ISOLATION",
    "PUT_BACK",
    "REACHED",
    "UNREACHABLE",
    "UNREACHED",
    "WRONG_NUMBER",
    "Desk",
    "Judged",
    "Number",
    "Outcome",
    "Question",
    "Retry",
    "Script",
    "WrongAnswer",
    "answered",
    "best_first",
    "desk",
    "judge",
    "parts_of",
    "scripts",
]
