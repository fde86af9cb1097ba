"""What identifies an enterprise: its code, and the key under which variants of its name are one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from stdnum.cn import uscc as check

from fournets.places.rules.names import bare_town
from fournets.places.rules.regions import short_name
from fournets.places.rules.texts import squeeze

_NOT_CODE = re.compile(r"[^0-9A-Z]")
_CONFUSED = str.maketrans("IOZS", "1025")  # letters the code never uses, typed for the digits they look like
_BRACKETS = re.compile(r"[()\[\]{}<>〔〕【】《》「」“”\"'‘’,.;:、。·\-_/&*]")
_NOTE = re.compile(r"[(\[〔【](?:个体工商户|个体户?|个人独资|普通合伙|有限合伙|筹|总公司|集团)[)\]〕】]")
_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|责任公司|总公司|公司|有限合伙|普通合伙|个人独资)$"
)
_PART = re.compile(r"(?<=厂)部$|(?<=店)铺$")
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRADES = re.compile(r"(?:店|行|部|铺|馆|档|摊|室|坊|士多|超市|商场|餐厅|饭堂|酒家|农庄|理发|个体\w*)$")


class Code(NamedTuple):
    """A code as cleaned, and what it is: ``uscc``, ``registration`` (15 digits), ``organization`` (9), ``unverified``."""

    value: str
    kind: str


@lru_cache(maxsize=1 << 16)
def read_code(text: str | None) -> Code | None:
    """The code in ``text``; None when it holds none. ``unverified``: a check digit or the length is wrong."""
    code = _NOT_CODE.sub("", squeeze(text)) if text else ""
    if not code:
        return None
    if len(code) == 18:
        mended = code if check.is_valid(code) else code.translate(_CONFUSED)
        return Code(mended, "uscc") if check.is_valid(mended) else Code(code, "unverified")
    if len(code) == 15 and code.isdigit():
        return Code(code, "registration" if _registration_ok(code) else "unverified")
    if len(code) == 9:
        return Code(code, "organization" if _organization_ok(code) else "unverified")
    return Code(code, "unverified")


def is_sole_trader(name: str, code: Code | None) -> bool:
    """A sole trader: the code begins with 92, or, without a code, the name is a shop's and not a company's."""
    if code and code.kind == "uscc":
        return code.value.startswith("92")
    text = squeeze(name)
    return "个体" in text or ("公司" not in text and bool(_TRADES.search(text)))


@lru_cache(maxsize=1 << 17)
def name_key(name: str | None, home: tuple[str, ...] = ()) -> str:
    """The key of a name: widths, blanks, brackets, 有限公司/公司, 厂/厂部 and a prefix of ``home`` do not count."""
    text = _BRACKETS.sub("", _NOTE.sub("", squeeze(name))) if name else ""
    return _without_home(_PART.sub("", _FORM.sub("", text)), home)


def home_names(names: Iterable[str]) -> tuple[str, ...]:
    """What may stand before a name without saying anything: 广东省, 佛山市, 南海, 丹灶镇 ... longest first."""
    words = {word for name in names for word in (name, short_name(name), bare_town(name)) if len(word) > 1}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _without_home(text: str, home: tuple[str, ...]) -> str:
    stripped = True
    while stripped:
        stripped = False
        for word in home:
            if text.startswith(word) and len(text) - len(word) >= 2:
                text, stripped = text[len(word) :], True
                break
    return text


def _registration_ok(code: str) -> bool:
    """ISO 7064 MOD 11,10 over the 15 digits of the old registration number (GS 15)."""
    rest = 10
    for sign in code[:-1]:
        rest = ((rest + int(sign)) % 10 or 10) * 2 % 11
    return (rest + int(code[-1])) % 10 == 1


def _organization_ok(code: str) -> bool:
    """MOD 11 with weights over the nine signs of the old organization code (GB 11714)."""
    total = sum(
        _SIGNS.index(sign) * weight for sign, weight in zip(code, _ORGANIZATION_WEIGHTS, strict=False)
    )
    return code[8] == "0123456789X0"[(11 - total % 11)]
