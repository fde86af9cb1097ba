"""What is sure enough to be written into a form; of the rest the reason why its cell stays empty. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fournets.workbooks.evidence import valid_id

RESIDENT = re.compile(r"\d{11,20}X?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Stands for a value that is on file and not written; ``reason`` is the code of the sentence that says why."""

    reason: str


TOLD_DIFFERENTLY = LeftOut("cell_unsettled")
NUMBER_IN_PART = LeftOut("cell_number_in_part")
WHICH_AREA = LeftOut("cell_which_area")
NUMBER_WRONG = LeftOut("cell_number_wrong")


def sure_number(number: str | None, certainty: str | None) -> str | LeftOut | None:
    """An ID number, unless only a part of it is on file or it is a resident number that fails its check character."""
    if not number or certainty == "verified":
        return number
    if certainty == "partial":
        return NUMBER_IN_PART
    return NUMBER_WRONG if RESIDENT.fullmatch(number) and not valid_id(number) else number


def sure_phone(told: Mapping[int, Sequence[Sequence[str]]]) -> str | LeftOut:
    """The number that most files tell, of equals the newest; `LeftOut` where files contradict each other evenly.

    ``told`` has for each file its rows, and for each row its numbers; the oldest file first. The tabs of one workbook
    repeat each other, so a file counts once. Numbers that stand together in every row do not contradict each other.
    """
    votes = Counter(
        number
        for rows in reversed(list(told.values()))
        for number in dict.fromkeys(one for row in rows for one in row)
    )
    (first, most), *others = votes.most_common()
    rivals = any(count == most for _, count in others)
    together = all(first in row for rows in told.values() for row in rows)
    return TOLD_DIFFERENTLY if rivals and not together else first


def second_phone(numbers: str | None, first: str | LeftOut | None) -> str | None:
    """The other one of somebody's numbers, beside the one a form gets first."""
    told = numbers.split("|") if numbers else []
    written = first.split("|")[0] if isinstance(first, str) else ""
    return next((one for one in told[1:] + told[:1] if one != written), None) if len(told) > 1 else None
