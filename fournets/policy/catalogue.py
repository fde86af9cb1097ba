"""Reads ``values/*.toml`` and checks them: every value, its dated entries, and the lists of outbreak areas."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fournets.language import Refusal

VALUES = Path(__file__).parent / "values"
UNITS = Path(__file__).parent / "units.toml"
LISTS = "outbreak_areas"
TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "text": (str,),
    "flag": (bool,),
    "table": (dict, list),
}
ENTRY_KEYS = {"value", "from", "until", "scope", "reference", "checked", "applies_to_running", "note"}
LIST_KEYS = {"code", "zh", "en", "from", "until", "scope", "via_counts", "reference", "checked", "note"}
VALUE_KEYS = {"zh", "en", "unit", "type", "choices", "entries"}


class BrokenValues(Refusal):
    """A file of values cannot be used; the sentence names the file, the value and the entry."""

    def __init__(self, file: str, value: str, entry: int | str, zh: str, en: str) -> None:
        super().__init__("broken_values", file=file, value=value, entry=entry, problem_zh=zh, problem_en=en)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a number stands: the document, its number, and the day it was issued."""

    document: str
    number: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated value: in force from ``start`` until before ``until`` wherever the area code begins with ``scope``."""

    value: Any
    start: date
    until: date | None
    scope: str
    reference: Reference
    checked: bool
    applies_to_running: bool = False
    note: str = ""

    def holds(self, on: date, area: str) -> bool:
        """Whether the entry is in force on ``on`` in ``area``."""
        return self.start <= on and (self.until is None or on < self.until) and area.startswith(self.scope)


@dataclass(frozen=True, slots=True)
class Value:
    """One named value and its whole history."""

    name: str
    zh: str
    en: str
    unit: str
    type: str
    choices: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class OutbreakArea:
    """A region on the list of outbreak areas (疫情发生地/重点地区) from ``start`` until before ``until``, for ``scope``."""

    code: str
    zh: str
    en: str
    start: date
    until: date | None
    via_counts: bool
    scope: str
    reference: Reference
    checked: bool
    note: str = ""

    def holds(self, on: date, area: str) -> bool:
        """Whether the region is on the list that counts in ``area`` on ``on``."""
        return self.start <= on and (self.until is None or on < self.until) and area.startswith(self.scope)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything in ``values/``: subjects by file, values by full name, and the outbreak areas."""

    subjects: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Value]
    outbreak_areas: tuple[OutbreakArea, ...]
    units: Mapping[str, Mapping[str, str]]


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with the system, read once."""
    return load(VALUES)


def load(folder: Path) -> Catalogue:
    """Reads and checks every file of ``folder``; raises `BrokenValues` at the first that is wrong."""
    units = tomllib.loads(UNITS.read_text(encoding="utf-8"))
    subjects: dict[str, Mapping[str, str]] = {}
    values: dict[str, Value] = {}
    listed: list[OutbreakArea] = []
    for path in sorted(folder.glob("*.toml")):
        tables = _tables(path)
        subjects[path.stem] = _subject(path.name, tables.pop("subject", None))
        if path.stem == LISTS:
            listed += _listed(path.name, tables)
            continue
        for key, table in tables.items():
            values[f"{path.stem}.{key}"] = _value(path, key, table, units)
    return Catalogue(subjects, values, tuple(listed), units)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BrokenValues(
            path.name, "-", "-", f"不是有效的 TOML:{error}", f"not valid TOML: {error}"
        ) from error


def _subject(file: str, table: Any) -> Mapping[str, str]:
    if not isinstance(table, dict) or not {"zh", "en"} <= table.keys():
        raise BrokenValues(
            file, "subject", "-", "缺少 [subject] 的 zh 和 en", "[subject] with zh and en is missing"
        )
    return {"zh": table["zh"], "en": table["en"]}


def _value(path: Path, key: str, table: Any, units: Mapping[str, Any]) -> Value:
    file = path.name
    _check_keys(file, key, "-", table, VALUE_KEYS, required={"zh", "en", "type", "entries"})
    if table["type"] not in TYPES:
        raise BrokenValues(file, key, "-", "type 不认识", f"type must be one of {', '.join(TYPES)}")
    if table.get("unit", "none") not in units:
        raise BrokenValues(file, key, "-", "unit 不在 units.toml 中", "the unit is not in units.toml")
    choices = tuple(table.get("choices", ()))
    entries = tuple(
        _entry(file, key, number, entry, table["type"], choices)
        for number, entry in enumerate(table["entries"], 1)
    )
    _check_no_two_alike(file, key, entries)
    return Value(
        f"{path.stem}.{key}",
        table["zh"],
        table["en"],
        table.get("unit", "none"),
        table["type"],
        choices,
        entries,
    )


def _entry(file: str, key: str, number: int, table: Any, kind: str, choices: tuple[str, ...]) -> Entry:
    _check_keys(file, key, number, table, ENTRY_KEYS, required={"value", "from", "reference", "checked"})
    value = table["value"]
    if not isinstance(value, TYPES[kind]) or (kind == "number" and isinstance(value, bool)):
        raise BrokenValues(file, key, number, f"值不是 {kind}", f"the value is not of type {kind}")
    if choices and value not in choices:
        raise BrokenValues(file, key, number, "值不在 choices 之内", "the value is not among the choices")
    start, until, scope = _when_and_where(file, key, number, table)
    return Entry(
        value,
        start,
        until,
        scope,
        _reference(file, key, number, table["reference"]),
        table["checked"],
        table.get("applies_to_running", False),
        table.get("note", ""),
    )


def _listed(file: str, tables: dict[str, Any]) -> list[OutbreakArea]:
    found = []
    for number, table in enumerate(tables.get("areas", []), 1):
        needed = {"code", "zh", "en", "from", "via_counts", "reference", "checked"}
        _check_keys(file, "areas", number, table, LIST_KEYS, required=needed)
        start, until, scope = _when_and_where(file, "areas", number, table)
        found.append(
            OutbreakArea(
                table["code"],
                table["zh"],
                table["en"],
                start,
                until,
                table["via_counts"],
                scope,
                _reference(file, "areas", number, table["reference"]),
                table["checked"],
                table.get("note", ""),
            )
        )
    return found


def _when_and_where(
    file: str, key: str, number: int, table: Mapping[str, Any]
) -> tuple[date, date | None, str]:
    start, until, scope = table["from"], table.get("until"), table.get("scope", "")
    if type(start) is not date or (until is not None and type(until) is not date):
        raise BrokenValues(file, key, number, "from、until 须为日期", "from and until must be dates")
    if until is not None and until <= start:
        raise BrokenValues(file, key, number, "until 须晚于 from", "until must be later than from")
    if not isinstance(scope, str) or not (scope == "" or scope.isdecimal()):
        raise BrokenValues(file, key, number, "scope 须为区划代码", "scope must be an area code")
    return start, until, scope


def _reference(file: str, key: str, number: int, table: Any) -> Reference:
    _check_keys(file, key, number, table, {"document", "number", "on"}, required={"document"})
    return Reference(table["document"], table.get("number", ""), table.get("on"))


def _check_keys(
    file: str, key: str, number: int | str, table: Any, allowed: set[str], *, required: set[str]
) -> None:
    if not isinstance(table, dict):
        raise BrokenValues(file, key, number, "这里应是一个表", "a table is expected here")
    if missing := required - table.keys():
        names = ", ".join(sorted(missing))
        raise BrokenValues(file, key, number, f"缺少 {names}", f"{names} missing")
    if unknown := table.keys() - allowed:
        names = ", ".join(sorted(unknown))
        raise BrokenValues(file, key, number, f"不认识 {names}", f"{names} not known")


def _check_no_two_alike(file: str, key: str, entries: tuple[Entry, ...]) -> None:
    seen: set[tuple[str, date]] = set()
    for number, entry in enumerate(entries, 1):
        if (entry.scope, entry.start) in seen:
            zh, en = "同一范围同一天开始的有两条", "a second entry for the same scope and first day"
            raise BrokenValues(file, key, number, zh, en)
        seen.add((entry.scope, entry.start))
