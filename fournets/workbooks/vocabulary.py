"""The words of the register: each field, how senders call it and how its values are written.

Intake reads columns by it, forms fill columns by it; the words themselves are data, in ``vocabulary.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One thing the register can know about a person, an enterprise, a place or a row."""

    name: str
    of: str  # person, enterprise, place, row
    type: str  # text, name, id_number, uscc, phone, date, datetime, yes_no, sex, number, temperature, region, area, address, relation, choice
    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()  # words that, found inside a longer header, mean this field
    never: tuple[str, ...] = ()  # words that forbid this field
    weak: tuple[
        str, ...
    ] = ()  # whole headers that mean this field unless another column says so more clearly
    sealed: bool = False
    unit: str = ""
    derived: str = (
        ""  # how it follows from other fields when not given: age_on_day, birth_from_id, sex_from_id
    )
    written: str = ""  # which table of `written` its values follow

    @property
    def names(self) -> tuple[str, ...]:
        """All the ways it is called, the official one first."""
        return (self.zh, *self.synonyms, self.en)


@cache
def fields() -> dict[str, Field]:
    """Every field of the vocabulary by its name, in the order of the file."""
    return {name: _field(name, table) for name, table in _file()["field"].items()}


@cache
def written(kind: str) -> dict[str, tuple[str, ...]]:
    """How the values of `kind` (yes_no, sex, visit_state, ...) are written: code -> words, the usual one first."""
    return {code: tuple(words) for code, words in _file()["written"][kind].items()}


@cache
def styles(kind: str) -> tuple[dict[str, str], ...]:
    """The consistent ways forms write `kind`: each a dictionary code -> word, such as {"yes": "有", "no": "无"}."""
    return tuple(dict(style) for style in _file()["style"].get(kind, ()))


@cache
def other_people() -> tuple[str, ...]:
    """Words that make a column speak of somebody else than the row's own person."""
    return tuple(_file()["others"])


@cache
def generic() -> frozenset[str]:
    """Headers that, below a group, say little without it."""
    return frozenset(_file()["generic"])


@cache
def region_levels() -> tuple[str, ...]:
    """How the columns are called over which one division of the country is spread."""
    return tuple(_file()["region_levels"])


@cache
def household() -> frozenset[str]:
    """Fields of a person that the whole household shares."""
    return frozenset(_file()["household"])


@cache
def leaving() -> tuple[str, ...]:
    """Words of a table that says when people left here, not when they left where they came from."""
    return tuple(_file()["leaving"])


@cache
def members() -> tuple[str, ...]:
    """Words that, numbered, make a column speak of one of several people beside the row's own: 成员1, 成员2."""
    return tuple(_file()["members"])


@cache
def surnames() -> frozenset[str]:
    """The first characters of Chinese family names."""
    return frozenset(_file()["surnames"])


@cache
def long_surnames() -> frozenset[str]:
    """The Chinese family names of two characters."""
    return frozenset(_file()["long_surnames"])


@cache
def view(subject: str) -> dict[str, str | None]:
    """What fields mean in a table about `subject` where it differs; None: nothing the register keeps there."""
    return {name: other or None for name, other in _file()["view"][subject].items()}


@cache
def kind_words() -> dict[str, tuple[str, ...]]:
    """Words in titles and names of sheets and files that tell what kind of list it is."""
    return {kind: tuple(words) for kind, words in _file()["kind"].items()}


@cache
def _codes(kind: str) -> dict[str, str]:
    return {word_key(word): code for code, words in written(kind).items() for word in (code, *words)}


def code_of(kind: str, text: str) -> str | None:
    """The code that `text` writes (`code_of("yes_no", " √ ")` is "yes"), or None."""
    return _codes(kind).get(word_key(text))


def word_key(text: str) -> str:
    """`text` folded for comparison: full width to half, no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


_ASIDE = re.compile(r"[((\[【〔{<《][^))\]】〕}>》]*[))\]】〕}>》]?")
_NUMBERING = re.compile(r"^(?:[0-9]{1,2}[.、)）．:：]+|[一二三四五六七八九十]{1,2}[.、)）．:：]+|[①-⑳])+")
_NOISE = re.compile(r"[^\w℃/]|_")


@cache
def header_key(text: str) -> str:
    """A header folded for comparison: "*身份证号码\\n(必填)" and "2、身份证 号码:" are the same key."""
    bare = _NUMBERING.sub("", unicodedata.normalize("NFKC", text).strip().lstrip("*★☆※●■◆ "))
    outside = _ASIDE.sub("", bare)
    return _NOISE.sub("", outside if _NOISE.sub("", outside) else bare).lower()


@cache
def header_asides(text: str) -> str:
    """What the brackets of a header say: the unit, the examples, "必填"."""
    return " ".join(_ASIDE.findall(unicodedata.normalize("NFKC", text)))


def _field(name: str, table: dict[str, Any]) -> Field:
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    return Field(**{**table, **lists, "name": name})


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
