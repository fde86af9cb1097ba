"""How an address is written below the community: building, unit, door; numbers in words, dashes, any width."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from fournets.places.rules.names import same
from fournets.places.rules.texts import squeeze

_DIGITS = {
    "〇": 0,
    "零": 0,
    **{sign: value for value, sign in enumerate("一二三四五六七八九", start=1)},
    "两": 2,
}
_WORDED = re.compile(
    r"第?([一二三四五六七八九十百零〇两]{1,4})(?=号|栋|座|单元|组|队|层|楼|网格|区|期|巷|房|室)"
)
_ORDINAL = re.compile(r"第(?=\d)")
_BLOCK = re.compile(r"([0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,2})(?:号?楼栋|号楼|栋楼|号栋|座|栋)")
_DASHED = re.compile(
    r"(?<![\dA-Z-])([0-9]{1,3}|[A-Z][0-9]{0,2})-(?:([0-9]{1,2})-)?(?=[0-9]{1,4}[A-Z]?(?:号?房|室)?(?![\d-])|$)"
)
_DOOR = re.compile(r"(?<=[栋幢座元梯层楼号#＃－—–-])\s*([0-9０-９]{1,4}[A-Za-zＡ-Ｚ]?)\s*(?:号?房|室)?\s*$")
_INSIDE = re.compile(
    r"(?:([0-9A-Z]{1,2})(?:单元|梯))?(?:[0-9]{1,2}[层楼])?-?([0-9]{1,4}[A-Z]?)(?![0-9])(?!-[0-9])(?:号?房|室|(?=$|[^号栋\w])|(?![号栋单梯A-Z0-9年月日人户岁]))"
)
_BLOCK_AND_DOOR = re.compile(r"(?<=号)-([0-9]{1,2})-(?=[0-9]{2,4}(?![\d-]))")
_WORDED_DOOR = re.compile(r"(?<=[栋座元楼层号])([一二三四五六七八九〇零]{3,4})(?=(?:号?房|室)?$)")
_UNIT = re.compile(r"([0-9A-Z]{1,2})(?:单元|梯)")
_BUILDING = re.compile(r".*栋|.*[0-9]号(?![房楼])")


class Door(NamedTuple):
    """What stands after a building: its door (with the unit) and the text after it."""

    door: str | None
    rest: str


def prepare(text: str) -> str:
    """An address in one spelling: half width, no blanks, digits for number words, ``栋`` for every kind of block."""
    text = same(text)
    if "-" in text:
        text = _DASHED.sub(_undash, _BLOCK_AND_DOOR.sub(r"\1栋", text))
    text = _WORDED_DOOR.sub(lambda found: str(_number(found[1])), text)
    text = _WORDED.sub(lambda found: str(_number(found[1])), text)
    return _BLOCK.sub(r"\1栋", _ORDINAL.sub("", text))


def split_door(text: str) -> tuple[str, str | None]:
    """An address as written up to its door, and the door: ``银河社区2栋 501室`` -> ``银河社区2栋``, ``501``.

    Comes before `prepare`, so that the part neighbours share is prepared once for all of them.
    """
    found = _DOOR.search(text)
    if not found:
        return text, None
    door = found[1]
    return text[: found.start()], door if door.isdecimal() and door.isascii() else squeeze(door)


@lru_cache(maxsize=1 << 16)
def building_key(name: str) -> str:
    """The spelling by which buildings are compared: 第二座, 2号楼, 2幢 -> 2栋."""
    key = prepare(name)
    return key + "栋" if key.isdigit() or (len(key) == 1 and "A" <= key <= "Z") else key


@lru_cache(maxsize=1 << 16)
def door_key(door: str) -> str:
    """The spelling by which doors are compared: ``3单元 501 室`` -> ``3-501``."""
    text = prepare(door).removesuffix("室").removesuffix("房").removesuffix("号")
    return _UNIT.sub(r"\1-", text).replace("--", "-")


def building_guesses(text: str) -> list[str]:
    """How the register may call the building ``text`` begins with: ``3号501`` -> 3号, 3栋; empty for none."""
    found = _BUILDING.match(text)
    if not found:
        return []
    name = found[0]
    return [name] if name.endswith("栋") else [name, name[:-1] + "栋"]


def read_inside(text: str) -> Door:
    """The door that ``text``, what follows a building, begins with."""
    text = text.lstrip("-,.;:、。()")
    found = _INSIDE.match(text)
    if found:
        return Door(f"{found[1]}-{found[2]}" if found[1] else found[2], text[found.end() :])
    unit = _UNIT.match(text)
    return Door(unit[1] + "-", text[unit.end() :]) if unit else Door(None, text)


def _undash(found: re.Match[str]) -> str:
    return f"{found[1]}栋{found[2]}单元" if found[2] else f"{found[1]}栋"


def _number(words: str) -> int:
    if "十" not in words and "百" not in words:
        return int("".join(str(_DIGITS[sign]) for sign in words))
    hundreds, _, rest = words.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return (
        (_DIGITS.get(hundreds[-1:], 1) * 100 if "百" in words else 0)
        + (_DIGITS.get(tens[-1:], 1) * 10 if ten else 0)
        + _DIGITS.get(ones[-1:], 0)
    )
