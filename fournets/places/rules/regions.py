"""The country's divisions (GB/T 2260): provinces, cities and counties, found in written text.

Codes are cut to their level: 42, 4201, 420106. The names are data, in ``places/data/regions.csv``.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from fournets.places.rules.texts import squeeze

DATA = Path(__file__).parent.parent / "data" / "regions.csv"
CALLED = DATA.with_name("called.csv")
COUNTRIES = DATA.with_name("countries.csv")
ABROAD = "overseas"  # what lists of outbreak areas call every place outside the country
_LETTERS = (
    "11京 12津 13冀 14晋 15蒙 21辽 22吉 23黑 31沪 32苏 33浙 34皖 35闽 36赣 37鲁 41豫 42鄂 43湘 44粤 45桂 46琼 "
    "50渝 51川 51蜀 52贵 52黔 53云 53滇 54藏 61陕 61秦 62甘 62陇 63青 64宁 65新 71台 81港 82澳"
)
LETTERS = {pair[2]: pair[:2] for pair in re.findall(r"\d\d\w", _LETTERS)}
NOT_A_NAME = {"市辖区", "县", "城区", "郊区", "矿区", "市区", "省直辖县级行政区划", "自治区直辖县级行政区划"}
NOT_SURE_ALONE = {"朝阳"}  # the city in Liaoning, but as often Beijing's or Changchun's district
PEOPLES = (
    "维吾尔|哈萨克|柯尔克孜|乌孜别克|鄂伦春|鄂温克|达斡尔|塔吉克|塔塔尔|俄罗斯|布依|朝鲜|土家|哈尼|傈僳|高山|拉祜|东乡|纳西|景颇"
    "|仫佬|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|德昂|保安|裕固|独龙|赫哲|门巴|珞巴|基诺|蒙古|回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|佤|畲|水|土|羌|怒|京|各"
)
_AUTONOMOUS = re.compile(rf"(?:(?:{PEOPLES})族?)*自治[区州县旗]$")
_SUFFIX = re.compile(r"(?:特别行政区|地区|林区|新区|省|市|区|县|盟|旗)$")
_STREET = re.compile(
    r"[东西南北中一二三四五六七八九十\d]{0,3}(?:路|街|大道|大街|巷|里弄|村|社区|居委|大厦|花园|广场|饭店|酒店)"
)
_PLATE = re.compile(r"([^\W\d_a-z])(?:[A-Z].*)?$", re.S)


class Hit(NamedTuple):
    """A division named in a text, between ``start`` and ``end``."""

    start: int
    end: int
    code: str


def find_region(text: str | None) -> str | None:
    """The longest sure division code ``text`` names first: 湖北武汉 -> 4201, 鄂A -> 42; None when nothing is sure."""
    found = find_regions(text)
    return found[0] if found else None


def find_regions(text: str | None) -> list[str]:
    """Every division ``text`` names, in order, each once: 武汉、温州 -> [4201, 3303]."""
    return list(_find(text)) if text else []


def names_abroad(text: str) -> bool:
    """Whether ``text`` names another country, or says that it is one."""
    return _abroad().search(squeeze(text)) is not None


def region_name(code: str) -> str | None:
    """The full name of a division, from the province down: 421181 -> 湖北省黄冈市麻城市; former codes too."""
    if code == ABROAD:
        return "境外"
    table = _names()
    if code not in table:
        return None
    names = [table.get(code[:size], "") for size in (2, 4, 6) if size <= len(code)]
    return "".join(name for name in names if name == table[code] or name not in NOT_A_NAME)


def known_prefix(code: str) -> bool:
    """Whether ``code`` (2, 4 or 6 digits) has been a division in any year since 1980."""
    return code in _names()


def region_level_name(code: str) -> str | None:
    """The division's own name, without those above it: 421181 -> 麻城市."""
    return _names().get(code)


def short_name(name: str) -> str:
    """A division's name without its kind: 恩施土家族苗族自治州 -> 恩施, 湖北省 -> 湖北, 内蒙古自治区 -> 内蒙古."""
    if name.startswith("内蒙古"):
        return "内蒙古"
    for pattern in (_AUTONOMOUS, _SUFFIX):
        cut = pattern.sub("", name)
        if cut != name:
            return cut if len(cut) > 1 else name
    return name


def region_hits(text: str) -> list[Hit]:
    """The divisions named in ``text`` (already squeezed), each as deep as it is sure, in order."""
    current, hits = "", []
    for start, end, codes in _named(text):
        name = text[start:end]
        whole = name == text and _called().get(name, (name, False))[0] != ""
        code = _resolve(codes, current, whole=whole, full=_is_sure(name))
        if code:
            hits.append(Hit(start, end, code))
            current = code
    return hits


@lru_cache(maxsize=1 << 16)
def _find(text: str) -> tuple[str, ...]:
    text = squeeze(text)
    plate = _PLATE.match(text)
    if plate and plate[1] in LETTERS:
        return (LETTERS[plate[1]],)
    found: list[str] = []
    for hit in region_hits(text):
        if found and hit.code.startswith(found[-1]):
            found[-1] = hit.code
        elif not any(code.startswith(hit.code) for code in found):
            found.append(hit.code)
    return tuple(found)


def _named(text: str) -> Iterable[tuple[int, int, tuple[str, ...]]]:
    machine, names, codes = _machine()
    for index, start, end in machine.find_matches_as_indexes(text):
        if names[index] in _full() or not _STREET.match(text, end):
            yield start, end, codes[index]


def _resolve(codes: tuple[str, ...], current: str, *, whole: bool, full: bool) -> str:
    """The sure code among ``codes`` after ``current``; empty when nothing is sure."""
    below = [code for code in codes if current and code.startswith(current)]
    if below:
        return _sure([code for code in below if len(code) > len(current)] or below)
    if not full:  # a bare county name is a common word: only alone, or below its city, is it a place
        bare = [code for code in codes if len(code) < 6]
        codes = tuple(bare) or (codes if whole else ())
    top = min((len(code) for code in codes), default=0)
    return _sure([code for code in codes if len(code) == top])


def _sure(codes: list[str]) -> str:
    for size in (6, 4, 2):
        if len({code[:size] for code in codes}) == 1:
            return codes[0][:size]
    return ""


@cache
def _names() -> dict[str, str]:
    """Every code with its present name, or the last one it had."""
    table: dict[str, str] = {}
    for row in _rows():
        if not row["until"] or row["code"] not in table:
            table[row["code"]] = row["name"]
    for row in _rows():
        if not row["until"]:
            table[row["code"]] = row["name"]
    return table


@cache
def _abroad() -> re.Pattern[str]:
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(line for line in file if not line.startswith("#"))]
    return re.compile(rf"(?:{'|'.join(names)})(?!族|路|街|城|村|花园|小区|广场)")


@cache
def _machine() -> tuple[AhoCorasick, list[str], list[tuple[str, ...]]]:
    found = _spellings(former=False)
    for name, codes in _spellings(former=True).items():
        if len(name) > 1 and name not in found:
            found[name] = {code for code in codes if len(code) == 4}
    for name in NOT_SURE_ALONE:
        found[name] = {code for code in found[name] if len(code) == 6}
    found.update((name, {code}) for name, (code, _) in _called().items() if code)
    names = sorted(name for name in found if len(name) > 1 and found[name])
    machine = AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)
    return machine, names, [tuple(sorted(found[name])) for name in names]


def _spellings(*, former: bool) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows():
        if bool(row["until"]) == former:
            for name in {row["name"], short_name(row["name"])} - NOT_A_NAME:
                found[name].add(row["code"])
    return found


@cache
def _called() -> dict[str, tuple[str, bool]]:
    """Other names in use: the division (empty: never sure) and whether they are sure inside longer text."""
    with CALLED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["name"]: (row["code"], row["sure"] == "yes") for row in rows}


def _is_sure(name: str) -> bool:
    return name in _full() or _called().get(name, ("", False))[1]


@cache
def _full() -> frozenset[str]:
    """The names written with their kind; a bare 海南 is not one although 海南 may be short for several."""
    return frozenset(row["name"] for row in _rows())


@cache
def _rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
