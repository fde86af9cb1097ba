"""When two rows are the same person: the deterministic rules, from the strongest to the weakest.

This is the reference, for two rows at a time; `fournets.analytics.linkage` does the same for millions,
and a test compares both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

from fournets.people.rules.identity import START, Identity

FARTHEST_TYPING_ERROR = 2
SHORTEST_WRITTEN = 8
LISTS = {"phone": "phones", "door": "doors", "work": "works"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows that agree in ``key`` are the same person unless something speaks against it.

    ``proof``: the key outweighs sex and birth. ``lenient``: a day of birth one slip away does not forbid, nor any other
    beside two whole numbers one slip apart: the day stands in them, too.
    ``settled``: rows that know different homes are different people.
    """

    name: str
    key: tuple[str, ...]
    proof: bool = False
    lenient: bool = False
    settled: bool = False


RULES = (
    Rule("same_number", ("number",), proof=True),
    Rule("same_number_start_and_name", ("number_start", "name"), lenient=True),
    Rule("same_name_and_written_number", ("number_written", "name"), lenient=True),
    Rule("same_name_and_phone", ("name", "phone"), lenient=True),
    Rule("same_name_and_number_head", ("name", "number_head"), lenient=True),
    Rule("same_name_and_number_tail", ("name", "number_tail"), lenient=True),
    Rule("same_sound_phone_and_birth", ("sound", "phone", "birth_on")),
    Rule("same_name_and_door", ("name", "door"), lenient=True, settled=True),
    Rule("same_name_and_household", ("name", "household"), lenient=True),
    Rule("same_name_birth_and_employer", ("name", "birth_on", "work")),
    Rule("same_name_birth_and_community", ("name", "birth_on", "community")),
)


def rule_joining(one: Identity, other: Identity) -> Rule | None:
    """The strongest rule that makes ``one`` and ``other`` the same person, or ``None``."""
    return next(
        (rule for rule in RULES if _agree(rule, one, other) and not _forbidden(rule, one, other)), None
    )


def _agree(rule: Rule, one: Identity, other: Identity) -> bool:
    return bool(set(_keys(rule, one)) & set(_keys(rule, other)))


def _keys(rule: Rule, one: Identity) -> list[tuple[str, ...]]:
    parts = [_part(name, one) for name in rule.key]
    return [combination for combination in product(*parts) if all(combination)]


def _part(name: str, one: Identity) -> tuple[str, ...]:
    if name in LISTS:
        found: tuple[str, ...] = getattr(one, LISTS[name])
        return found
    if name == "number_written":
        return (one.given_number,) if len(one.given_number) >= SHORTEST_WRITTEN else ()
    if name == "number_head":
        return (one.given_number[:10],) if len(one.given_number) > START else ()
    if name == "number_tail":
        return (one.given_number[-8:],) if len(one.given_number) > START else ()
    return (getattr(one, name),)


def _forbidden(rule: Rule, one: Identity, other: Identity) -> bool:
    if rule.proof:
        return not akin(one, other)
    return (
        numbers_differ(one, other)
        or _differ(one.sex, other.sex)
        or (
            births_differ(one.birth_on, other.birth_on, lenient=rule.lenient)
            and not (rule.lenient and numbers_nearly_same(one, other))
        )
        or (rule.settled and rooms_differ(one.room, other.room))
    )


def akin(one: Identity, other: Identity) -> bool:
    """Whether two names can be one person's: the same sound, a shared given character, or a missing name."""
    if not one.name or not other.name or one.sound == other.sound:
        return True
    if set(one.name[1:]) & set(other.name[1:]):
        return True
    return one.name[0] == other.name[0] and len(one.name) == len(other.name) == 2


def numbers_differ(one: Identity, other: Identity) -> bool:
    """Whether the numbers forbid a join: two proven ones that differ, or ones farther apart than a slip."""
    if one.number and other.number:
        return one.number != other.number
    size = min(len(one.given_number), len(other.given_number))
    if not size:
        return False
    return distance(one.given_number[:size], other.given_number[:size]) > FARTHEST_TYPING_ERROR


def numbers_nearly_same(one: Identity, other: Identity) -> bool:
    """Whether two whole numbers are at most one slip apart."""
    whole = min(len(one.given_number), len(other.given_number)) >= START
    return whole and distance(one.given_number, other.given_number) <= 1


def rooms_differ(one: str, other: str) -> bool:
    """Whether two homes differ; one given by its number and one in words cannot be compared."""
    return _differ(one, other) and one.startswith("#") == other.startswith("#")


def births_differ(one: str, other: str, *, lenient: bool) -> bool:
    """Whether two days of birth (ISO) forbid a join; ``lenient`` forgives one wrong part or day and month swapped."""
    if not one or not other or one == other:
        return False
    return not (lenient and one_slip(one, other))


def one_slip(one: str, other: str) -> bool:
    """Whether two ISO days differ in one of year, month and day only, or in the order of month and day."""
    first, second = date.fromisoformat(one), date.fromisoformat(other)
    same = [first.year == second.year, first.month == second.month, first.day == second.day]
    swapped = first.year == second.year and (first.month, first.day) == (second.day, second.month)
    return sum(same) == 2 or swapped


def distance(one: str, other: str) -> int:
    """Edits between two texts: a character changed, left out, put in, or two neighbours swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)
