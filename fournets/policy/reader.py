"""The numbers in force on a day in a place: found, frozen, and fingerprinted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from fournets.language import Refusal
from fournets.policy.catalogue import Catalogue, Entry, OutbreakArea, Value, catalogue

COUNTRY = "全国 (country)"
LISTED = "outbreak_areas.listed"


class MissingNumber(Refusal):
    """No entry of ``name`` is in force on that day in that place; the sentence names all three."""

    def __init__(self, name: str, on: date, area: str) -> None:
        self.name, self.on, self.area = name, on, area
        super().__init__("missing_number", name=name, on=on.isoformat(), area=area or COUNTRY)


class WrongKind(Refusal):
    """A value was asked for as something it is not, such as a text as a number."""

    def __init__(self, name: str, kind: str, wanted: str) -> None:
        super().__init__("wrong_kind_of_value", name=name, kind=kind, wanted=wanted)


@dataclass(frozen=True, eq=False)
class Policy:
    """What counts on ``on`` in ``area``. Equal numbers give an equal ``digest``, whatever the place is called.

    ``supposed``: regions only supposed to be on the list, to see what would change; no decision that is kept rests on them.
    """

    on: date
    area: str
    digest: str
    outbreak_areas: tuple[OutbreakArea, ...]
    entries: Mapping[str, Entry] = field(repr=False)
    supposed: tuple[OutbreakArea, ...] = ()

    def entry(self, name: str) -> Entry:
        """The entry in force, with its dates and source; raises `MissingNumber`."""
        found = self.entries.get(name)
        if found is None:
            raise MissingNumber(name, self.on, self.area)
        return found

    def number(self, name: str) -> float:
        """The number ``name``, in the unit its file names."""
        return float(self._of_type(name, "number", (int, float)))

    def whole(self, name: str) -> int:
        """The whole number ``name``: days, persons, times."""
        return int(self._of_type(name, "whole number", (int,)))

    def text(self, name: str) -> str:
        """The text ``name``: a code, a comparator, a time of day."""
        return str(self._of_type(name, "text", (str,)))

    def flag(self, name: str) -> bool:
        """The yes or no ``name``."""
        value = self.entry(name).value
        if not isinstance(value, bool):
            raise WrongKind(name, type(value).__name__, "flag")
        return value

    def table(self, name: str) -> Any:
        """The list or table ``name``, a copy that may be kept."""
        return json.loads(_canonical(self._of_type(name, "table", (dict, list))))

    def record(self, *subjects: str) -> dict[str, Any]:
        """Every value in force by name (of ``subjects``, or all): what to keep so that a decision can be replayed."""
        return _record(self.entries, self.outbreak_areas, subjects)

    def digest_of(self, *subjects: str) -> str:
        """The digest of some subjects only, such as ``digest_of("fever", "isolation")``."""
        return digest_of_record(self.record(*subjects))

    def _of_type(self, name: str, wanted: str, types: tuple[type, ...]) -> Any:
        value = self.entry(name).value
        if not isinstance(value, types) or isinstance(value, bool):
            raise WrongKind(name, type(value).__name__, wanted)
        return value


@lru_cache(maxsize=8192)
def in_force(*, on: date, area: str = "") -> Policy:
    """The policy on ``on`` in ``area`` (an area code of any length; empty: the country).

    Of several entries in force the one with the more specific scope wins, then the one that began last.
    """
    entries, listed, digest = _in_force(on, _scopes_over(area))
    return Policy(on, area, digest, listed, entries)


def outbreak_areas(*, on: date, area: str = "") -> tuple[OutbreakArea, ...]:
    """The regions on the list of outbreak areas that counts in ``area`` on ``on``."""
    return in_force(on=on, area=area).outbreak_areas


def outbreak_areas_for(*, anchor_on: date, on: date, area: str = "") -> tuple[OutbreakArea, ...]:
    """The regions listed today or listed on the day somebody left them; a lifted listing frees nobody early."""
    today = outbreak_areas(on=on, area=area)
    return today + tuple(one for one in outbreak_areas(on=anchor_on, area=area) if one not in today)


def value_for(name: str, *, anchor_on: date, on: date, area: str = "") -> Entry:
    """The entry that counts on ``on`` for something that began on ``anchor_on`` (ADR 0003).

    It is the one in force on the anchor day, unless a later one says that it applies to what is already running.
    Where there was none yet, the first one since reaches back.
    """
    value = catalogue().values.get(name)
    chosen = _winner(value, anchor_on, area)
    for entry in _began_between(value, anchor_on, on, area):
        if chosen is None or entry.applies_to_running:
            chosen = entry
    if chosen is None:
        raise MissingNumber(name, on, area)
    return chosen


def digest_of_record(record: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form of a record: names in order, no spaces, dates as ISO text."""
    return hashlib.sha256(_canonical(record).encode()).hexdigest()


def _winner(value: Value | None, on: date, area: str) -> Entry | None:
    holding = [entry for entry in value.entries if entry.holds(on, area)] if value else []
    return max(holding, key=lambda entry: (len(entry.scope), entry.start), default=None)


def _began_between(value: Value | None, after: date, until: date, area: str) -> list[Entry]:
    """The entries that began since and counted in ``area`` from their first day, in the order of their days."""
    later = [entry for entry in value.entries if after < entry.start <= until] if value else []
    counting = [entry for entry in later if _winner(value, entry.start, area) is entry]
    return sorted(counting, key=lambda entry: entry.start)


def _scopes_over(area: str) -> str:
    """The longest scope any entry has over ``area``: places without rules of their own share one answer."""
    return max((scope for scope in _scopes(catalogue()) if area.startswith(scope)), key=len, default="")


@lru_cache(maxsize=4)
def _scopes(known: Catalogue) -> frozenset[str]:
    of_values = {entry.scope for value in known.values.values() for entry in value.entries}
    return frozenset(of_values | {one.scope for one in known.outbreak_areas})


@lru_cache(maxsize=8192)
def _in_force(on: date, area: str) -> tuple[Mapping[str, Entry], tuple[OutbreakArea, ...], str]:
    known = catalogue()
    entries = {name: _winner(value, on, area) for name, value in known.values.items()}
    found = MappingProxyType({name: entry for name, entry in entries.items() if entry})
    listed = _listed(known.outbreak_areas, on, area)
    return found, listed, digest_of_record(_record(found, listed, ()))


def _listed(areas: tuple[OutbreakArea, ...], on: date, area: str) -> tuple[OutbreakArea, ...]:
    holding = [one for one in areas if one.holds(on, area)]
    winners = {one.code: one for one in sorted(holding, key=lambda one: (len(one.scope), one.start))}
    return tuple(winners.values())


def _record(
    entries: Mapping[str, Entry], listed: tuple[OutbreakArea, ...], subjects: tuple[str, ...]
) -> dict[str, Any]:
    areas = sorted([one.code, one.start.isoformat(), one.via_counts] for one in listed)
    record = {name: entry.value for name, entry in entries.items()} | {LISTED: areas}
    kept = {name: value for name, value in record.items() if not subjects or name.split(".")[0] in subjects}
    return dict(json.loads(_canonical(kept)))


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
