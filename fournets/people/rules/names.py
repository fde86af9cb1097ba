"""Names as they are compared: one spelling for a name, and how it sounds."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from pypinyin import Style, pinyin

_NOISE = re.compile(r"[\s·•・‧∙．.\-'’_]+")
_COMPOUND = 2


@lru_cache(maxsize=500_000)
def name_key(name: str) -> str:
    """``name`` in the one spelling used to compare: NFKC, no spaces or dots, Latin letters upper case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name)).upper()


@lru_cache(maxsize=500_000)
def sound(name: str) -> str:
    """How a name key sounds, without tones: ``欧阳单`` is ``ouyang dan``, ``单伟`` is ``shan wei``."""
    surname = _surname(name)
    given = name[len(surname) :]
    readings = surname_readings()
    first = readings.get(surname) or " ".join(map(syllable, surname))
    return " ".join([first, *map(syllable, given)]).strip()


def _surname(name: str) -> str:
    if len(name) > _COMPOUND and name[:_COMPOUND] in surname_readings():
        return name[:_COMPOUND]
    return name[:1]


@cache
def syllable(character: str) -> str:
    """How one character usually sounds, without its tone; any other sign stays as it is."""
    return str(pinyin(character, style=Style.NORMAL, errors="default")[0][0])


@cache
def surname_readings() -> dict[str, str]:
    """Surnames whose reading differs from the character's usual one."""
    table: dict[str, str] = tomllib.loads(Path(__file__).with_name("surnames.toml").read_text())["readings"]
    return table
