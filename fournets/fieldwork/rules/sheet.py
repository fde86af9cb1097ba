"""A printed sheet: its number, the codes of its rows, what is typed back of a row, and the record that makes.

A number and a code end in a sign worked out from the rest (weights modulo a prime), so that one wrong sign, or two that
changed places, make none that stands; a row's code is worked out with the number, so that of another sheet is refused.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime; without 0 1 I L O, which a hand makes alike
NUMBER = 6  # signs of a number, the last one worked out
ROWS = 99  # a row's place is two figures
KEYS = {"1": "reached", "2": "nobody_home", "3": "refused", "4": "moved"}
NAMESPACE = UUID(
    "5f0c6c8e-5d55-4f5e-9a3b-6a2f1f4d7c10"
)  # under which ids of records come from a number and a row
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed of a row: how the visit ended, the highest temperature at the door, a remark."""

    outcome: str
    temperature: Decimal | None = None
    note: str = ""


def sheet_number(drawn: Sequence[int]) -> str:
    """A number from five drawn figures below 31."""
    body = "".join(SIGNS[one] for one in drawn)
    return body + SIGNS[_sum(body)]


def stands(number: str) -> bool:
    """Whether a sheet may have this number."""
    return len(number) == NUMBER and set(number) <= set(SIGNS) and number[-1] == SIGNS[_sum(number[:-1])]


def row_code(number: str, place: int) -> str:
    """The code of a row of a sheet, from 1: two figures and a sign."""
    return f"{place:02}{SIGNS[_sum(f'{number}{place:02}')]}"


def place_of(number: str, code: str) -> int | None:
    """The place of the row a code names; None where it is no code of this sheet."""
    figures = code[:-1]
    if len(figures) != 2 or not (figures.isascii() and figures.isdecimal()) or figures == "00":
        return None
    return int(figures) if row_code(number, int(figures)) == code else None


def split(typed: str) -> tuple[str, str]:
    """A number and, where it follows, a row's code, however they were typed: ``k7f3qx-07h``, full width, with spaces."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKC", typed).upper() if one.isascii() and one.isalnum()
    )
    return bare[:NUMBER], bare[NUMBER:]


def record_id(number: str, place: int) -> UUID:
    """The id of a row's record: whoever types it, and however often, it is the same."""
    return uuid5(NAMESPACE, f"{number}-{place:02}")


def moment_of(day: date, printed_at: datetime) -> datetime:
    """When a visit of a day was made, as far as a sheet says: noon, and never before it was printed."""
    noon = datetime.combine(day, NOON, printed_at.tzinfo)
    return max(noon, printed_at)


def as_sent(line: Line, head: Mapping[str, object], *, record: UUID, tasks: Sequence[int]) -> bytes:
    """The row as a phone would send it. ``head``: what all rows share: account, area, moment, who visited."""
    said = {"id": str(record), **head, "outcome": line.outcome, "tasks": list(tasks)}
    if line.temperature is not None:
        said["temperature"] = str(line.temperature)
    if line.note:
        said["note"] = line.note
    return json.dumps(said, ensure_ascii=False).encode()


def _sum(text: str) -> int:
    """Weighted by place: one other sign, or two changed places, always give another sum."""
    values = (SIGNS.find(one) if one in SIGNS else 29 + int(one) for one in text)
    return sum(place * value for place, value in enumerate(values, 2)) % len(SIGNS)
