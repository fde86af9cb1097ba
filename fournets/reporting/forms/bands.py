"""Figures by sex and age: 返镇人数 其中男, 60岁以上, 0-14岁. Pure.

A figure is written ``BASE/PART/PART@REGION``: ``people/male/60-``. 以上 and 以下 include the number, 不满 and 超过 do not
(民法典第一千二百五十九条). Where a header names no figure of its own, it is part of the one its title or the only one its
columns count; with several to choose from it is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

SEXES = {"男性": "male", "女性": "female", "男": "male", "女": "female"}
_AGE, _YEARS, _WITH = r"(\d{1,3})", r"(?:周?岁)", r"(?:\(?含\)?)?(?:及|或)?"
AGES = (
    (re.compile(rf"{_AGE}{_YEARS}?(?:-|~|至|到|–|—)+{_AGE}{_YEARS}(?:\(?含\)?)?"), 0, 0),
    (re.compile(rf"年?满?{_AGE}{_YEARS}{_WITH}以上"), 0, None),
    (re.compile(rf"(?:超过|大于){_AGE}{_YEARS}"), 1, None),
    (re.compile(rf"{_AGE}{_YEARS}{_WITH}以下"), None, 0),
    (re.compile(rf"(?:不满|未满|小于){_AGE}{_YEARS}"), None, -1),
)
OLDEST = 150
WHOLE = "/"  # 人数 alone: all of those the title is about
OF_WHOM = {
    "resident": "people",
    "migrant": "migrant",
    "returnee": "returnees",
    "outbreak": "outbreak_returnees",
    "isolation": "isolation",
    "isolation_home": "isolation_home",
    "isolation_site": "isolation_site",
    "contact": "contacts",
    "staff": "staff",
    "outbreak+staff": "staff_outbreak",
}


def without_part(text: str) -> tuple[str, str] | None:
    """``text`` without the sex and age it names, and these as ``/male/60-``; None where it names several of a kind."""
    found = [(hit, low, high) for pattern, low, high in AGES for hit in pattern.finditer(text)]
    sexes = re.findall("|".join(SEXES), text)
    if len(found) > 1 or len(sexes) > 1:
        return None
    part = "".join(f"/{SEXES[sex]}" for sex in sexes)
    for hit, low, high in found:
        text = text[: hit.start()] + text[hit.end() :]
        part += f"/{_ages(hit, low, high)}"
    return "".join(text.split(sexes[0])) if sexes else text, part


def _ages(hit: re.Match[str], low: int | None, high: int | None) -> str:
    first = "" if low is None else str(int(hit[1]) + low)
    last = "" if high is None else str(int(hit[hit.lastindex or 1]) + high)
    return f"{first}-{last}"


@cache
def parts_of(figure: str) -> tuple[str, str, tuple[int, int] | None]:
    """A figure's base, the sex it is narrowed to (or empty) and the ages, first and last (or None)."""
    base, *parts = figure.partition("@")[0].split("/")
    sex = next((part for part in parts if part in SEXES.values()), "")
    ages = next((part for part in parts if "-" in part), None)
    if ages is None:
        return base, sex, None
    low, _, high = ages.partition("-")
    return base, sex, (int(low or 0), int(high or OLDEST))


def with_bases(
    found: Sequence[tuple[str, str | None]], who: str, regions: Sequence[str], of_people: Sequence[str]
) -> list[str | None]:
    """The figures of a grid's headers, those that name only a sex or ages (``/male``) given the figure they are part of.

    ``found``: header and figure. ``who``: whom the title is about. 其中 and what follows it
    point to the figure before it.
    """
    whole = [figure for _, figure in found if figure and figure.partition("@")[0] in of_people]
    named = OF_WHOM.get(who, "")
    if regions and named:
        named = f"{named}@{'|'.join(regions)}" if who.startswith("outbreak") and len(regions) == 1 else ""
    bases = {*whole, *([named] if named else [])}
    settled: list[str | None] = []
    before, among = "", False
    for text, figure in found:
        if figure in whole:
            before, among = str(figure), False
        if figure and figure.startswith("/") and figure != WHOLE:
            among = among or "其中" in text
            base = before if among else next(iter(bases)) if len(bases) == 1 else ""
            figure = _narrowed(base, figure) if base else None
        settled.append((named or None) if figure == WHOLE and not whole else figure)
    torn = {WHOLE, *_torn([figure for figure in settled if figure])}
    return [None if figure in torn else figure for figure in settled]


def _narrowed(base: str, part: str) -> str:
    name, at, region = base.partition("@")
    return f"{name}{part}{at}{region}"


def _torn(figures: Sequence[str]) -> set[str]:
    """Ages that meet in one number, 18岁以下 beside 18-59岁: which of the two counts it is not said."""
    torn = set()
    for one in figures:
        for other in figures:
            (base, sex, ages), (base_too, sex_too, others) = parts_of(one), parts_of(other)
            alike = base == base_too and sex == sex_too and one.partition("@")[2] == other.partition("@")[2]
            if alike and ages and others and ages[0] < ages[1] == others[0] < others[1]:
                torn |= {one, other}
    return torn
