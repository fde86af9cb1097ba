"""Industry classes (GB/T 4754): from a code, a name, or the words of a trade to section and division."""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from fournets.places.rules.texts import squeeze

DATA = Path(__file__).parent.parent / "data" / "industries.csv"


class Industry(NamedTuple):
    """A class of industry: its section (letter) and division (two digits); empty where not known."""

    section: str
    division: str


UNKNOWN = Industry("", "")


@lru_cache(maxsize=1 << 16)
def find_industry(written: str | None, name: str | None = None) -> Industry:
    """The class a trade is ``written`` as (a code, a class name, keywords); where that says nothing, by ``name``."""
    for text in (written, name):
        found = _find(squeeze(text)) if text else UNKNOWN
        if found.section:
            return found
    return UNKNOWN


def industry_name(code: str) -> str | None:
    """The name of a section (``C``) or a division (``33``)."""
    return next((row["name"] for row in _rows() if row["code"] == code), None)


def _find(text: str) -> Industry:
    coded = _by_code(text)
    if coded.section:
        return coded
    machine, meanings = _machine()
    found = [
        (end, end - start, meanings[index]) for index, start, end in machine.find_matches_as_indexes(text)
    ]
    narrow = [hit for hit in found if hit[2].division]
    # what a firm does stands at the end of its name: 五金贸易 trades, 贸易五金厂 works metal
    return max(narrow or found, default=(0, 0, UNKNOWN))[2]


def _by_code(text: str) -> Industry:
    section, digits = text[:1], text.lstrip("ABCDEFGHIJKLMNOPQRST")[:4]
    if digits[:2].isdigit() and len(text) - len(text.lstrip("ABCDEFGHIJKLMNOPQRST")) <= 1:
        return _divisions().get(digits[:2], UNKNOWN)
    if section in _sections() and len(text) == 1:
        return Industry(section, "")
    return UNKNOWN


@cache
def _machine() -> tuple[AhoCorasick, list[Industry]]:
    words: dict[str, Industry] = {}
    for row in _rows():
        meaning = _divisions().get(row["code"]) or Industry(row["code"], "")
        for word in (row["name"], row["name"].removesuffix("业"), *row["keywords"].split("|")):
            if len(word) > 1 or word == "厂":
                words.setdefault(word, meaning)
        if meaning.division:
            words.update({word: meaning for word in row["keywords"].split("|") if len(word) > 1})
    texts = sorted(words)
    return AhoCorasick(texts, matchkind=MatchKind.LeftmostLongest), [words[text] for text in texts]


@cache
def _divisions() -> dict[str, Industry]:
    section, found = "", {}
    for row in _rows():
        if row["code"].isalpha():
            section = row["code"]
        else:
            found[row["code"]] = Industry(section, row["code"])
    return found


@cache
def _sections() -> frozenset[str]:
    return frozenset(row["code"] for row in _rows() if row["code"].isalpha())


@cache
def _rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
