"""The town's own names as lists write them: what may stand before an address, and what an area is called. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

TOWN, COMMUNITY = 9, 12  # digits of their codes
HEADS = 3  # 佛山市南海区丹灶镇, 南海区丹灶镇, 丹灶镇


class Called(NamedTuple):
    """One area: its code and its names, the one forms use first."""

    code: str
    form: str
    official: str
    short: str


class Head(NamedTuple):
    """What stands before an address down to its town: where it ends, its equivalents, and which of them it is."""

    end: int
    ways: tuple[str, ...]
    way: int | None

    def written(self, way: int) -> str:
        return self.ways[way]


@dataclass(frozen=True)
class Names:
    """The names of a register's areas, ready to be written and found again."""

    alike: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # by each name of a community, all of them
    heads: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        """The equivalent names of the community ``name`` is one of; empty where there is no choice."""
        return self.alike.get(name, ())

    def head(self, text: str) -> Head | None:
        """The divisions an address begins with; None when it names neither the town nor one of its communities first."""
        for pattern, ways in self.heads:
            if found := pattern.match(text):
                written = "".join(part or "" for part in found.groups())
                return Head(found.end(), ways, ways.index(written) if written in ways else None)
        return None


def names_of(areas: Iterable[Called]) -> Names:
    """The names of ``areas``, from the province down to the communities."""
    called = {one.code: one for one in areas}
    often = Counter(name for one in called.values() for name in {one.form, one.official, one.short})
    communities = [one for one in called.values() if len(one.code) == COMMUNITY]
    alike: dict[str, tuple[str, ...]] = {}
    for one in communities:
        own = dict.fromkeys(name for name in (one.form, one.official, one.short) if name and often[name] == 1)
        if len(own) > 1:
            alike |= dict.fromkeys(own, tuple(own))
    heads = (_head(one, called, communities) for one in called.values() if len(one.code) == TOWN)
    return Names(alike, tuple(head for head in heads if len(set(head[1])) == HEADS))


def _head(
    town: Called, called: dict[str, Called], communities: list[Called]
) -> tuple[re.Pattern[str], tuple[str, ...]]:
    province, city, county = (
        called[town.code[:size]].official if town.code[:size] in called else "" for size in (2, 4, 6)
    )
    own = "|".join(re.escape(one.form) for one in communities if one.code.startswith(town.code)) or "(?!)"
    upper = f"(?:{re.escape(province)})?" if province else ""
    upper += "".join(f"({re.escape(name)})?" if name else "()" for name in (city, county))
    below = rf"(?:({re.escape(town.official)})|(?:{re.escape(town.short)})?(?={own}))"
    return re.compile(upper + below), (city + county + town.official, county + town.official, town.official)
