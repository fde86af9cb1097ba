"""How sensitive values are shown: enough to recognise, too little to misuse.

What is hidden is hidden by place, never by what stands there: two values that differ only in what is hidden look alike.
"""

from __future__ import annotations

import re

HIDDEN, NO_DOOR = "*", "***"
_RESIDENT = re.compile(r"[0-9*]{17}[0-9Xx*]")
_RESIDENT_15 = re.compile(r"[0-9*]{15}")
_DIGITS = re.compile(r"[0-9*]+[Xx]?")
_NUMERALS = "一二三四五六七八九十百千零〇两"
# Where a door begins: the first figure, or a numeral before a word for a part of a building.
_DOOR = re.compile(
    rf"[A-Za-z]?-?\d|[{_NUMERALS}]+(?=[号栋幢座单元室房楼层梯户#])|[A-Za-z甲乙丙丁戊己东南西北左右]+(?=[栋幢座梯])"
)
_SHORT = 7


def mask_id(number: str) -> str:
    """A number of a document, shown without what tells the day of birth: ``440605********1234``.

    Of a resident number the area and the last four signs stay, of an old one of 15 digits the area and the last three. Of
    a number that is all digits and neither, nothing but the first two may stay: where the day stands in it nobody
    knows. Of a passport or permit the first two and the last two signs stay, of short ones nothing.
    """
    if _RESIDENT.fullmatch(number):
        return _keep(number, 6, 4)
    if _RESIDENT_15.fullmatch(number):
        return _keep(number, 6, 3)
    if len(number) < _SHORT:
        return HIDDEN * len(number)
    return _keep(number, 2, 0) if _DIGITS.fullmatch(number) else _keep(number, 2, 2)


def mask_phone(phone: str) -> str:
    """Each of several phones: of a mobile number ``138****8001``, of another the last two digits, of a short one none."""
    return "|".join(_phone(one) for one in phone.split("|"))


def mask_address(address: str) -> str:
    """An address down to its street or estate; from the first number of a house on nothing is shown."""
    door = _DOOR.search(address)
    return address if door is None else address[: door.start()] + NO_DOOR


def _phone(one: str) -> str:
    if len(one) >= 11:
        return _keep(one, 3, 4)
    return HIDDEN * len(one) if len(one) < _SHORT else _keep(one, 0, 2)


def _keep(text: str, first: int, last: int) -> str:
    return text[:first] + HIDDEN * (len(text) - first - last) + text[len(text) - last :]


mask_number = mask_id
