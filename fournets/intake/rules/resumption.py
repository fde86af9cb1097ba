"""Whether work has begun again, written where its day is asked for: 已复工, 未复工, 2月10日已复工."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fournets.intake.rules.value import narrow
from fournets.workbooks.model import Cell
from fournets.workbooks.packages import column_letters

if TYPE_CHECKING:
    from fournets.intake.rules.body import Body

FIELD, STATE = "resume_on", "resumed"
RULE = "state_in_date"
_WORK = r"(?:复工复产|复工|复产|返工|开工|开业|营业|恢复生产|恢复营业|生产)"
_HOW = r"(?:全面|部分|正式|正常|逐步|提前)?"
_NO = re.compile(rf"(?:尚未|暂未|还未|仍未|未|没有?|暂不|不){_HOW}{_WORK}|已?停(?:工|产|业)(?!至)")
_YES = re.compile(
    rf"(?:已经|已|己)(?P<inside>[^未没不停]*?){_HOW}{_WORK}(?:了|中)?|(?:从未|未|没有?|不)停(?:工|产|业)|一直在?{_WORK}|正常{_WORK}"
)
_PLANNED = re.compile(r"\s*(?:预计|计划|拟定?|暂定|初定|大约|约)")
_AROUND = re.compile(r"预计|计划|拟定?|大约|约|将?于|目前|企业|春节|假期|期间|[\s,,;;。、::()()]")


class Resumption(NamedTuple):
    """What a cell says: whether work has begun (``yes``, ``no``), and what is left of it to be read as a day."""

    state: str
    rest: str


def resumption(cell: Cell) -> Resumption | None:
    """The state a cell of a day of resumption tells; None where it tells none."""
    if not isinstance(cell, str):
        return None
    text = narrow(cell)
    for state, pattern in (("yes", _YES), ("no", _NO)):
        found = pattern.search(text)
        if found:
            inside = found.groupdict().get("inside") or ""
            return Resumption(state, _AROUND.sub("", text[: found.start()] + inside + text[found.end() :]))
    return None


def take_states(body: Body, index: int, cells: list[Cell]) -> list[Cell]:
    """The cells of a column of days without the states told in them; these go to the field of the state."""
    left = list(cells)
    for at, cell in enumerate(cells):
        said = resumption(cell)
        if said:
            left[at] = said.rest or None
            body.states[at] = said.state
            body.journal.changed(at, STATE, column_letters(index + 1), cell, RULE)
        elif isinstance(cell, str) and _PLANNED.match(cell):
            left[at] = re.sub(_WORK, "", _AROUND.sub("", cell)) or cell  # every day of this column is planned
    return left


def file_states(body: Body) -> None:
    """Fills the state of resumption where its own column says nothing; where that says otherwise it is a problem."""
    if not body.states:
        return
    states = list(body.values.get(STATE) or [None] * len(body.rows))
    column = body.columns.setdefault(STATE, body.columns[FIELD])
    for at, state in body.states.items():
        if states[at] not in (None, state):
            body.journal.problem(at, STATE, column, "cell_resumed_differs")
        states[at] = states[at] or state
    body.values[STATE] = states
