"""Days of the lunar calendar: 正月初十, 农历腊月二十九, 除夕, 年初三."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

NUMERAL = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_DAY = re.compile(
    r"(?:农历|阴历|旧历)?(?:(?P<year>\d{4})年|今年|去年)?(?P<leap>闰)?(?P<month>正|冬|腊|十[一二]?|[一二三四五六七八九]|\d{1,2})月"
    r"(?P<day>初[一二三四五六七八九十]|[廿卅]十?[一二三四五六七八九]?|二?十[一二三四五六七八九]?|三十|\d{1,2})[日号]?"
)
_NEW_YEAR = re.compile(r"(?:大?年|新年|正月)初(?P<day>[一二三四五六七八九十])")
_YEARS_END = re.compile(r"年(?P<day>廿十?[一二三四五六七八九]?)")  # 年廿八: the 28th of the last month
_BARE = re.compile(r"初[一二三四五六七八九十]")  # said of the new year's days while they are near
NEAR = 60
_EVE = re.compile(r"除夕|大?年三十|年卅|大年夜|年三十晚|除夕夜|年卅晚")
_MARKED = re.compile(r"农历|阴历|旧历|[正冬腊闰]|月初|廿|卅|月[二三]?十[一二三四五六七八九]?$|月[廿卅]")


def numeral(text: str) -> int:
    """A Chinese numeral from 1 to 99."""
    tens, mark, ones = text.rpartition("十")
    if not mark:
        return _DIGITS[text]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def is_lunar(text: str) -> bool:
    """Whether ``text`` names a day of the lunar calendar."""
    if (
        _NEW_YEAR.fullmatch(text)
        or _YEARS_END.fullmatch(text)
        or _BARE.fullmatch(text)
        or _EVE.fullmatch(text)
    ):
        return True
    return bool(_DAY.fullmatch(text) and _MARKED.search(text))


def days(text: str, on: date) -> list[date]:
    """The days ``text`` can name in the lunar years around ``on``, or in the year it gives."""
    if _EVE.fullmatch(text):
        return _solar_days([(year, 12, _last_day(year), False) for year in _years(on)])
    if _BARE.fullmatch(text):
        return [day for day in days("正月" + text, on) if abs((on - day).days) <= NEAR]
    years_end = _YEARS_END.fullmatch(text)
    if years_end:
        return _solar_days([(year, 12, _day_number(years_end["day"]), False) for year in _years(on)])
    new_year = _NEW_YEAR.fullmatch(text)
    if new_year:
        return _solar_days([(year, 1, numeral(new_year["day"]), False) for year in _years(on)])
    match = _DAY.fullmatch(text)
    if match is None:
        return []
    years = [int(match["year"])] if match["year"] else _years(on)
    month, day = _month(match["month"]), _day_number(match["day"])
    return _solar_days([(year, month, day, bool(match["leap"])) for year in years])


def _years(on: date) -> list[int]:
    return [on.year - 1, on.year, on.year + 1]


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _MONTHS.get(text) or numeral(text)


def _day_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text[0] in "廿卅":
        rest = text[1:].removeprefix("十")
        return (20 if text[0] == "廿" else 30) + (_DIGITS[rest] if rest else 0)
    return numeral(text.removeprefix("初"))


def _last_day(year: int) -> int:
    with suppress(InvalidLunarDateError, ValueError):
        LunarDate(year, 12, 30)
        return 30
    return 29


def _solar_days(parts: list[tuple[int, int, int, bool]]) -> list[date]:
    found = []
    for year, month, day, leap in parts:
        with suppress(InvalidLunarDateError, ValueError, OverflowError, KeyError, IndexError):
            found.append(LunarDate(year, month, day, int(leap)).to_solar_date())
    return found
