"""Days and times as people write them, to ISO; lunar days by the calendar; a day without its year by the day of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from fournets.intake.rules import lunar
from fournets.intake.rules.value import EMPTY, NOTHING, Cleaned, narrow, nothing, plain, wrong
from fournets.workbooks.model import Cell

EXCEL_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 2_200, 80_000  # 1906 to 2119; below stand years and bare days
FIRST_TEXT_SERIAL, LAST_TEXT_SERIAL = 36_526, 47_847  # 2000 to 2030
EARLIEST_YEAR, LATEST_YEAR = 1880, 2120

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_YEAR = r"(?P<year>\d{4}|\d\d)"
_TIME = (
    r"(?:[ T]*(?P<half>上午|下午|早上|晚上|中午|凌晨|早|晚|傍晚|夜里|AM|PM)?[ ]*"
    r"(?:(?P<hour>\d{1,2})(?:[:点时](?:(?P<minute>\d{1,2})(?::\d{1,2}(?:\.\d+)?)?分?|(?P<thirty>半))?)(?:\d{1,2}秒)?)?"
    r"[ ]*(?:左右|许|前后|AM|PM|Z|\+\d\d:?\d\d)?)"
)
_FULL = re.compile(
    rf"{_YEAR} ?[-./年] ?(?P<month>\d{{1,2}}) ?[-./月] ?(?P<day>\d{{1,2}}) ?[日号]?{_TIME}", re.ASCII
)
_PACKED = re.compile(rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d){_TIME}", re.ASCII)
_SHORT = re.compile(rf"(?P<month>\d{{1,2}}) ?[-./月] ?(?P<day>\d{{1,2}}) ?[日号]?{_TIME}", re.ASCII)
_NO_DAY = re.compile(r"\d{4} ?(?:[-./年] ?(?:\d{1,2} ?月?份?)?)?", re.ASCII)
_RELATIVE = re.compile(
    r"昨|今天|今日|前天|明天|后天|大前|上周|本周|下周|上个?月|刚刚|最近|当天|当日|年前|年后|春节前|春节后|节前|节后"
)
_RANGE = re.compile(
    r"\d ?[日号]? ?(?:至|到|~|～|——|—) ?\d|[日号] ?- ?\d|(?:\d[./月]\d{1,2}) ?- ?\d{1,2}[./月]\d"
)
_ASIDE = re.compile(r"(?<=[^(\[]{3})[(\[][^()\[\]]*[)\]]?\Z")
_SEPARATED = re.compile(r"(?<=\d)(?<!\d{8})[。,、 ] ?(?=\d{1,2}(?![\d:点时]))")
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_SOLAR = re.compile(
    rf"(?:(?P<year>[〇○零一二三四五六七八九]{{4}})年)?(?P<month>{lunar.NUMERAL})月(?P<day>{lunar.NUMERAL})[日号]"
)


def clean_date(cell: Cell, *, on: date, nearest: bool = False) -> Cleaned:
    """The day a cell names, as ISO; a day without year is the last one up to ``on``, or the ``nearest`` to it."""
    if isinstance(cell, str) and _ISO.fullmatch(cell) and _day(*map(int, cell.split("-"))):
        return Cleaned(cell)
    if isinstance(cell, datetime):
        return _typed(cell.date(), "" if cell.time() == time(0) else "time_dropped")
    if isinstance(cell, date):
        return _typed(cell, "")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_number(cell, on=on)
    return _from_text(cell, on=on, nearest=nearest, with_time=False)


def clean_datetime(cell: Cell, *, on: date, nearest: bool = False) -> Cleaned:
    """The moment a cell names, as ISO with minutes; a bare day stays a day."""
    if isinstance(cell, datetime) and cell.time().replace(second=0, microsecond=0) != time(0):
        found = _typed(cell.date(), "")
        return (
            found._replace(value=cell.replace(tzinfo=None).isoformat(timespec="minutes"))
            if found.value
            else found
        )
    if isinstance(cell, float) and FIRST_SERIAL < cell < LAST_SERIAL and not cell.is_integer():
        moment = datetime.combine(EXCEL_ZERO, time(0)) + timedelta(minutes=round(cell * 1440))
        return Cleaned(moment.isoformat(timespec="minutes"), "excel_serial")
    if isinstance(cell, str):
        return _from_text(cell, on=on, nearest=nearest, with_time=True)
    return clean_date(cell, on=on, nearest=nearest)


def clean_birth(cell: Cell, *, on: date) -> Cleaned:
    """A day of birth: never after ``on``, never more than 130 years before it."""
    found = clean_date(cell, on=on)
    if found.value is None:
        return found
    if found.value > on.isoformat():
        return wrong("cell_date_future")
    return wrong("cell_date_range") if int(found.value[:4]) < on.year - 130 else found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    except ValueError:
        return None


def _typed(day: date, rule: str) -> Cleaned:
    inside = EARLIEST_YEAR <= day.year <= LATEST_YEAR
    return Cleaned(day.isoformat(), rule) if inside else wrong("cell_date_range")


def _from_number(number: float, *, on: date) -> Cleaned:
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return Cleaned((EXCEL_ZERO + timedelta(days=int(number))).isoformat(), "excel_serial")
    text = plain(number)
    if re.fullmatch(r"\d{1,2}\.\d{1,2}", text, re.ASCII):
        return _bare_number(text, on=on)
    return _from_text(text, on=on, nearest=False, with_time=False)


def _bare_number(text: str, *, on: date) -> Cleaned:
    """A number such as 2.1 was typed for 2月1日 or 2月10日: nobody can tell any more; 2.14 can be told."""
    if text.endswith((".1", ".2", ".3")):
        return wrong("cell_date_ambiguous")
    return _from_text(text, on=on, nearest=False, with_time=False)


def _from_text(cell: Cell, *, on: date, nearest: bool, with_time: bool) -> Cleaned:
    written = plain(cell)
    text = narrow(cell).upper()
    if text in NOTHING:
        return nothing() if written.strip() else EMPTY
    text = _plainly(text)
    serial = _serial(text)
    if serial:
        return Cleaned(serial.isoformat(), "excel_serial")
    choose = _nearest if nearest else _latest
    for pattern, read in _READERS:
        match = pattern.fullmatch(text)
        if match:
            return _result(read(match, on, choose), match, written, with_time=with_time)
    return _by_words(text, on=on, choose=choose)


def _plainly(text: str) -> str:
    """A day without what is added in brackets, its separators plain: 2020。2。3(已到) is 2020.2.3."""
    text = _ASIDE.sub("", text).strip(" .。,、;")
    return _SEPARATED.sub(".", text).replace("元月", "1月")


def _serial(text: str) -> date | None:
    """The day of a serial number that stands as text, from 2000 on; earlier ones could as well be 2020 and a day."""
    number = int(text) if len(text) == 5 and text.isdecimal() and text.isascii() else 0
    return EXCEL_ZERO + timedelta(days=number) if FIRST_TEXT_SERIAL <= number <= LAST_TEXT_SERIAL else None


Choose = Callable[[list[date], date], date | None]


def _read_full(match: re.Match[str], on: date, choose: Choose) -> date | None:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year <= on.year % 100 + 1 else 1900
    return _day(year, int(match["month"]), int(match["day"]))


def _read_short(match: re.Match[str], on: date, choose: Choose) -> date | None:
    days = (_day(on.year + shift, int(match["month"]), int(match["day"])) for shift in (-4, -3, -2, -1, 0, 1))
    return choose([day for day in days if day], on)


def _latest(days: list[date], on: date) -> date | None:
    return max((day for day in days if day <= on), default=None)


def _nearest(days: list[date], on: date) -> date | None:
    return min(days, key=lambda day: abs((day - on).days), default=None)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date, Choose], date | None]], ...] = (
    (_FULL, _read_full),
    (_PACKED, _read_full),
    (_SHORT, _read_short),
)


def _result(day: date | None, match: re.Match[str], written: str, *, with_time: bool) -> Cleaned:
    if day is None:
        return wrong("cell_date_impossible")
    moment = _moment(match) if with_time else None
    value = f"{day.isoformat()}T{moment}" if moment else day.isoformat()
    if value == written:
        return Cleaned(value)
    return Cleaned(value, "date_written" if match["hour"] is None or moment else "time_dropped")


def _moment(match: re.Match[str]) -> str | None:
    if match["hour"] is None:
        return None
    hour, minute = int(match["hour"]), 30 if match["thirty"] else int(match["minute"] or 0)
    if match["half"] in ("下午", "晚上", "晚", "傍晚", "夜里", "PM") and hour < 12:
        hour += 12
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _by_words(text: str, *, on: date, choose: Choose) -> Cleaned:
    text = text.replace(" ", "")
    solar = _HAN_SOLAR.fullmatch(text)
    if solar:
        month, day = lunar.numeral(solar["month"]), lunar.numeral(solar["day"])
        written = solar["year"]
        years = [int(written.translate(_HAN_DIGITS))] if written else [on.year - 1, on.year, on.year + 1]
        days = [found for year in years if (found := _day(year, month, day))]
        chosen = choose(days, on)
        return Cleaned(chosen.isoformat(), "date_written") if chosen else wrong("cell_date_impossible")
    if lunar.is_lunar(text):
        chosen = choose(lunar.days(text, on), on)
        return Cleaned(chosen.isoformat(), "lunar_calendar") if chosen else wrong("cell_date_impossible")
    return wrong(_problem(text))


def _problem(text: str) -> str:
    if _NO_DAY.fullmatch(text):
        return "cell_date_no_day"
    if _RELATIVE.search(text):
        return "cell_date_relative"
    return "cell_date_several" if _RANGE.search(text) else "cell_date_form"
