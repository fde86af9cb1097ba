"""How sensitive values are shown: enough to recognise, too little to misuse."""

from __future__ import annotations

import re

_SHORT = 7


def mask_number(number: str) -> str:
    """The first three and last two characters of an ID number."""
    return _keep(number, 3, 2)


def mask_phone(phone: str) -> str:
    """Each of several phones with its first three and last two digits."""
    return "|".join(_keep(one, 3, 2) for one in phone.split("|"))


def mask_address(address: str) -> str:
    """An address without its numbers: the street stays, the door does not."""
    return re.sub(
        r"[0-9０-９A-Za-z一二三四五六七八九十]+(?=[号栋幢座单元室房楼层#-])|[0-9０-９]+", "*", address
    )


def _keep(text: str, first: int, last: int) -> str:
    if len(text) < _SHORT:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]
