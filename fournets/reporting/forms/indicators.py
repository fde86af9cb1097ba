"""Which figure an indicator of a summary grid asks for. Pure.

An indicator is understood only when every word of its name is: 志愿者人数 counts somebody else than 人数, and a number
written under a name that was half read is worse than none.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fournets.language import Lang
from fournets.places.rules.regions import find_regions, region_hits
from fournets.places.rules.texts import squeeze
from fournets.reporting.forms.bands import without_part

UNITS = re.compile(r"[((](?:人|户|家|个|名|人次|间)[))]")
OUTBREAK = "疫情发生地"  # what stands for a region named in an indicator


class Indicator(NamedTuple):
    """One figure: its groups of words, all to be met; words that may stand beside them; words that forbid it."""

    figure: str
    words: tuple[tuple[str, ...], ...]
    also: tuple[str, ...]
    never: tuple[str, ...]

    def meets(self, text: str) -> bool:
        """Whether ``text`` has a word of every group."""
        return all(any(word in text for word in group) for group in self.words)

    def explains(self, text: str) -> bool:
        """Whether nothing of ``text`` is left unread."""
        known = {word for group in self.words for word in group} | {*self.also, *_file()["neutral"]}
        for word in sorted(known, key=len, reverse=True):
            text = text.replace(word, " ")
        return not re.sub(r"[\W_]", "", text)


@cache
def indicators() -> tuple[Indicator, ...]:
    """The indicators in the order in which a name is held against them."""
    return tuple(
        Indicator(
            figure,
            tuple(map(tuple, row["words"])),
            tuple(row.get("also", ())),
            tuple(row.get("never", ())),
        )
        for figure, row in _file()["figure"].items()
    )


def figure_words(figure: str, lang: Lang) -> str:
    """A figure in words; one the table does not know as it is."""
    row = _file()["figure"].get(figure)
    return str(row[lang]) if row else figure


def smallest_share_told() -> int:
    """A doubt that moves a figure by one in so many, or more, keeps it off the form."""
    return int(_file()["smallest_share_told"])


def unknown_share_told() -> int:
    """A figure of whose people one in so many, or more, cannot be told to be in it or not stays off the form."""
    return int(_file()["unknown_share_told"])


def of_people() -> tuple[str, ...]:
    """The figures that count people one by one."""
    return tuple(_file()["of_people"])


@cache
def indicator_of(text: str) -> str | None:
    """The figure an indicator's name asks for, with the regions it names: ``outbreak_returnees@3303``; or None.

    With a sex or ages ``people/male/60-``; without more than these ``/male``, part of a figure named elsewhere.
    """
    plain, regions = without_regions(_plain(text))
    split = without_part(plain)
    if split is None:
        return None
    rest, part = split
    if part and not regions and _is_neutral(rest):
        return part
    for one in indicators():
        if one.meets(rest) and not any(word in rest for word in one.never) and one.explains(rest):
            found = f"{one.figure}{part}"
            return None if part and one.figure not in of_people() else _of_regions(found, regions)
    return None


def _of_regions(figure: str, regions: tuple[str, ...]) -> str:
    return f"{figure}@{'|'.join(regions)}" if regions else figure


def _is_neutral(text: str) -> bool:
    return Indicator("", (), (), ()).explains(text)


@cache
def is_like_indicator(text: str) -> bool:
    """Whether a header speaks of something counted, known to the register or not: it helps to find the header."""
    plain, _ = without_regions(_plain(text))
    split = without_part(plain)
    ages = bool(split and "-" in split[1])
    return (
        ages or any(one.meets(plain) for one in indicators()) or bool(re.search(r"[人户家]数$|人次$", plain))
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s()()]", "", UNITS.sub("", unicodedata.normalize("NFKC", text)))


def without_regions(text: str, instead: str = OUTBREAK) -> tuple[str, tuple[str, ...]]:
    """A region named is read as an outbreak area of its own: 温州返回人数 asks for the returnees from there."""
    text = squeeze(text)
    regions = tuple(find_regions(text))
    for hit in sorted(region_hits(text), reverse=True):
        text = text[: hit.start] + instead + text[hit.end :]
    return text, regions


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("indicators.toml").read_text(encoding="utf-8"))
