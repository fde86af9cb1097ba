"""From rows of the register to canonical values by field: sealed ones opened, days and ages worked out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from fournets.crypto import KeyRing
from fournets.reporting.forms import selectors
from fournets.reporting.forms.meaning import ENTERPRISE, HOUSEHOLD, PERSON
from fournets.reporting.forms.settled import WHICH_AREA, LeftOut, second_phone, sure_number, sure_phone

Row = dict[str, Any]
SEALED = {
    "id_number": "id_number",
    "phone": "phone",
    "address": "address",
    "contact_phone": "contact_phone",
    "enterprise_address": "address",
    "values": "values",
}
PLACES = {
    "province": 2,
    "city": 4,
    "county": 6,
    "town": 9,
    "community": 12,
    "cell_name": 15,
    "group_name": 18,
}
NEEDS = {
    "registered_address": "values",
    "second_phone": "phone",
    "age": "id_number",
    "birth_on": "id_number",
    "sex": "id_number",
}
HEAD = {"head_id_number": "id_number", "head_phone": "phone"}
BEEN_TO = "been_to_outbreak_area"
PLACE_WORDS = {"isolate_home": "居家隔离", "isolate_point": "观察点隔离", "isolate_site": "集中隔离"}
AT_HOME = ("居家", "家中", "在家", "自家")
COVERED = {"worker_name", "worker_phone", "substitute_name", "covered_by"}


CHUNK = 2000  # rows opened at once


@dataclass
class Answers:
    """What one form is filled from: the fields asked for, the day, the opened key ring, the places' names."""

    asked: set[str]
    on: date
    ring: KeyRing
    places: dict[str, str] = field(default_factory=dict)
    buildings: dict[str, str] = field(default_factory=dict)
    covers: dict[str, list[Row]] = field(default_factory=dict)
    phones: dict[int, str | LeftOut] = field(default_factory=dict)

    @property
    def of_regions(self) -> list[str]:
        """The answers asked for one region: been_to_outbreak_area@42."""
        return [name for name in self.asked if name.startswith(BEEN_TO + "@")]

    def wants(self, *names: str) -> bool:
        """Whether any of the fields is asked for."""
        return bool(self.asked & set(names))


def answers_for(kind: str, asked: Iterable[str], values: Row, ring: KeyRing) -> Answers:
    """Reads what every row shares: names of places, who covers what, and whose telephone is told in several ways."""
    answers = Answers(set(asked), values["on"], ring, selectors.area_names())
    if answers.wants("building_name"):
        answers.buildings = selectors.building_names()
    if answers.wants(*COVERED):
        for row in selectors.cover_rows(values):
            answers.covers.setdefault(row["area_code"], []).append(row)
    if kind == PERSON and answers.wants("phone", "second_phone"):
        answers.phones = _settled_phones(selectors.phones_told(values), ring)
    return answers


class FilledRows:
    """The canonical values of each row by field, made as they are read; what is not on file is absent."""

    def __init__(self, kind: str, rows: selectors.RawRows, answers: Answers) -> None:
        self._kind, self._rows, self._answers = kind, rows, answers
        self.people: list[int] = []  # whose rows were read

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        act = {PERSON: _person, HOUSEHOLD: _household, ENTERPRISE: _enterprise}[self._kind]
        answers, wanted = self._answers, {*self._answers.asked, "household"}
        rows = iter(self._rows)
        while some := list(islice(rows, CHUNK)):
            _open(some, answers, self._kind)
            self._note(some)
            for row in some:
                found = _places(row, answers)
                found.update(act(row, answers))
                yield {name: value for name in wanted if (value := found.get(name)) not in (None, "")}

    def _note(self, rows: Sequence[Row]) -> None:
        """Whose rows these are: a household's are its head's, and its members' where the form names them."""
        for row in rows:
            if row.get("person_id") is not None:
                self.people.append(row["person_id"])
            if self._kind == HOUSEHOLD and self._answers.wants("member_names"):
                self.people += row["member_ids"]


def _settled_phones(told: Sequence[tuple[int, int, bytes]], ring: KeyRing) -> dict[int, str | LeftOut]:
    """The number most files tell of each person, or why none is sure."""
    texts = ring.unseal_many("phone", [sealed for _, _, sealed in told])
    people: dict[int, dict[int, list[list[str]]]] = {}
    for (person, file, _), text in zip(told, texts, strict=True):
        people.setdefault(person, {}).setdefault(file, []).append((text or "").split("|"))
    return {person: sure_phone(files) for person, files in people.items()}


def opened_fields(asked: set[str], kind: str) -> list[str]:
    """The sealed fields that have to be opened for the fields asked for."""
    wanted = {NEEDS.get(name, HEAD.get(name, name)) for name in asked}
    if kind == HOUSEHOLD:
        wanted |= {"phone"} & asked
    return sorted(wanted & set(SEALED))


def _open(rows: Sequence[Row], answers: Answers, kind: str) -> None:
    for name in opened_fields(answers.asked, kind):
        column = f"{name}_sealed"
        if rows and column in rows[0]:
            opened = answers.ring.unseal_many(SEALED[name], [row[column] for row in rows])
            for row, text in zip(rows, opened, strict=True):
                row["hidden" if name == "values" else name] = text
    if answers.wants("door") and rows and "door_sealed" in rows[0]:
        for row, text in zip(
            rows, answers.ring.unseal_many("door", [row["door_sealed"] for row in rows]), strict=True
        ):
            row["door"] = text


def _person(row: Row, answers: Answers) -> Row:
    values = {**row["values"], **_hidden(row)}
    for name in (
        "id_number",
        "phone",
        "address",
        "door",
        "name",
        "employer",
        "employer_uscc",
        "visit_state",
        "visited_by",
    ):
        values[name] = row.get(name) or values.get(name)
    values["id_number"] = sure_number(values["id_number"], row["id_certainty"])
    values["phone"] = answers.phones.get(row["id"], values["phone"])
    values["second_phone"] = second_phone(row.get("phone"), values["phone"])
    values["head_name"] = row["head_name"] or values.get("head_name")
    values["household_no"] = values.get("household_no") or row["household_no"]
    values["relation"] = values.get("relation") or ("户主" if row["is_head"] else None)
    values["visited_on"] = row["visited_on"] or values.get("visited_on")
    _born(values, row)
    values["age"] = _age(values["birth_on"], answers.on) or values.get("age")
    if str(row["action"]).startswith("isolate"):
        _as_decided(values, row)
    values["isolation_days"] = _days(values.get("isolation_from"), answers.on)
    values |= _isolation(values, answers.on)
    values |= {key: _been_to(values, key) for key in answers.of_regions}
    values["risk_class"] = row["risk_class"]
    values["household"], values["person_id"] = row["household_id"], row["person_id"]
    return values


def _born(values: Row, row: Row) -> None:
    """Sex and day of birth as filed, else as the ID number says them."""
    number = values["id_number"] if isinstance(values["id_number"], str) else ""
    values["sex"], values["birth_on"] = row["sex"], row["birth_on"]
    if len(number) == 18 and number[:17].isdigit():
        values["sex"] = values["sex"] or ("male" if int(number[16]) % 2 else "female")
        values["birth_on"] = values["birth_on"] or _day(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")


def _household(row: Row, answers: Answers) -> Row:
    values = {**row["values"], **_hidden(row)}
    head = {"name": row["head_name"], "head_name": row["head_name"] or values.get("head_name")}
    opened = {name: row.get(name) for name in ("id_number", "phone", "address", "door")}
    counted = {name: row[name] for name in ("members", "member_names", "returnees", "outbreak_members")}
    opened["id_number"] = sure_number(opened["id_number"], row["id_certainty"])
    heads = {"head_id_number": opened["id_number"], "head_phone": row.get("phone")}
    number = {"household_no": values.get("household_no") or row["household_no"]}
    found = {**values, **head, **opened, **counted, **heads, **number}
    return found | _of_one_region(found, answers)


def _enterprise(row: Row, answers: Answers) -> Row:
    values = dict(row["values"])
    for name in ("enterprise_name", "uscc", "headcount", "resume_on", "contact_phone", "enterprise_address"):
        values[name] = row.get(name) if row.get(name) is not None else values.get(name)
    if values.get("outbreak_headcount") is None:  # the firm's own answer counts before what its rosters show
        values["outbreak_headcount"] = row["outbreak"]
    return values | _of_one_region(values, answers)


def _of_one_region(values: Row, answers: Answers) -> Row:
    """Counts of people from one region: the statement was kept to it, see `fill`."""
    return {name: values.get(name.partition("@")[0]) for name in answers.asked if "@" in name}


def _hidden(row: Row) -> Row:
    return json.loads(row["hidden"]) if row.get("hidden") else {}


def _places(row: Row, answers: Answers) -> Row:
    code = row["area_code"]
    found: Row = {name: answers.places.get(code[:size]) for name, size in PLACES.items() if len(code) >= size}
    found["cell_code"] = code[:15] if len(code) >= 15 else None
    found["building_name"] = answers.buildings.get(code)
    cover = next(
        (answers.covers[code[:size]] for size in (22, 18, 15, 12) if code[:size] in answers.covers), []
    )
    if cover:
        found["worker_name"] = found["covered_by"] = cover[0]["worker"]
        if answers.wants("worker_phone") and cover[0]["phone_sealed"]:
            found["worker_phone"] = answers.ring.unseal("worker_phone", cover[0]["phone_sealed"])
        found["substitute_name"] = cover[1]["worker"] if len(cover) > 1 else None
    return found


def _age(birth_on: Any, on: date) -> int | None:
    born = birth_on if isinstance(birth_on, date) else _day(birth_on)
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _as_decided(values: Row, row: Row) -> None:
    """Where and from when until when the rules isolate somebody, as far as no list says it."""
    if not values.get("isolation_from"):
        values["isolation_from"], values["isolation_until"] = row["from_on"], row["until_on"]
    elif not values.get("isolation_until") and _day(values["isolation_from"]) == row["from_on"]:
        values["isolation_until"] = row["until_on"]
    values["isolation_place"] = values.get("isolation_place") or PLACE_WORDS[row["action"]]


def _isolation(values: Row, on: date) -> Row:
    """Whether somebody is in isolation on the day, where, and whether it is over; absent where it never began."""
    start, end = _day(values.get("isolation_from")), _day(values.get("isolation_until"))
    begun = start is not None and start <= on
    over = begun and end is not None and end <= on
    home = any(word in str(values.get("isolation_place") or AT_HOME[0]) for word in AT_HOME)
    now = begun and not over
    asked = {"isolated": now, "isolated_home": now and home, "isolated_site": now and not home}
    said = {name: "yes" if yes else "no" for name, yes in asked.items()}
    return {**said, "isolation_over": ("yes" if over else "no") if begun else None}


def _been_to(values: Row, key: str) -> str | LeftOut | None:
    """Whether somebody was in one region: by the places on file; a plain yes does not say in which area he was."""
    regions = tuple(key.partition("@")[2].split("|"))
    told = "|".join(str(values.get(name) or "") for name in ("from_place", "via_place"))
    places = [code for code in told.split("|") if code]
    said = values.get(BEEN_TO)
    if any(code.startswith(regions) for code in places):
        return "yes"
    return WHICH_AREA if places and said == "yes" else said


def _days(start: Any, on: date) -> int | None:
    """Full days since the day isolation began; none before it begins."""
    day = start if isinstance(start, date) else _day(start)
    return None if day is None or day > on else (on - day).days


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
