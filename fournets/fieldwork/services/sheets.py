"""Acts of printed sheets: one is printed, on record as a list that left the house; one is typed back, as a phone's records."""

from __future__ import annotations

import secrets
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from fournets.audit.services import record, record_read
from fournets.crypto import KeyRing
from fournets.fieldwork.limits import limits
from fournets.fieldwork.models import KEPT, FieldSheet
from fournets.fieldwork.rules.sheet import (
    KEYS,
    NUMBER,
    SIGNS,
    Line,
    as_sent,
    moment_of,
    place_of,
    record_id,
    row_code,
    sheet_number,
)
from fournets.fieldwork.selectors.sheets import SheetRow, rows_of
from fournets.fieldwork.selectors.stops import Stop, stops
from fournets.fieldwork.services.receive import (
    REFUSED,
    VISITS,
    Answer,
    Read,
    Sending,
    read_all,
    receive_records,
)
from fournets.isolation.rules.reading import Unlikely, temperature_of
from fournets.isolation.rules.reading import limits as reading_limits
from fournets.language import Message, Refusal
from fournets.organization.access import Reader
from fournets.people.services.canary import touched
from fournets.policy import in_force, is_fever

LIST = "field_sheet"
NAME_MOST = 60
NOTE_MOST = 500


@dataclass(frozen=True, slots=True)
class Printed:
    """Sheets just made, their rows by number, and whether more visits are open than are printed at once."""

    sheets: list[FieldSheet]
    rows: Mapping[str, list[SheetRow]]
    more: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed of a row, sign for sign: a key 1-4, a temperature, a remark."""

    key: str
    temperature: str = ""
    note: str = ""

    @property
    def empty(self) -> bool:
        """Whether the row was passed over."""
        return not (self.key.strip() or self.temperature.strip() or self.note.strip())


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of typing: rows that count now, were known before, are kept aside (code and why), have a fever; wrong ones."""

    noted: int = 0
    again: int = 0
    aside: tuple[tuple[str, str], ...] = ()
    fevers: tuple[str, ...] = ()
    wrong: tuple[tuple[str, Message], ...] = ()


@transaction.atomic
def print_sheets(reader: Reader, area_code: str, worker: str, *, at: datetime, ring: KeyRing) -> Printed:
    """Makes sheets of an area's open visits in the order of a walk; each a list that left the house.

    A `Refusal` where nothing is open, for a reader who may not, or without the name of whoever goes.
    """
    if not reader.may_in(VISITS, area_code):
        raise Refusal("sheet_right")
    name = " ".join(worker.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise Refusal("sheet_worker", most=NAME_MOST)
    found, more = stops(area_code, most=limits()["phone"]["visits"], ring=ring)
    if not found:
        raise Refusal("sheet_none")
    size = limits()["sheet"]["rows"]
    sheets = FieldSheet.objects.bulk_create(
        FieldSheet(
            number=sheet_number([secrets.randbelow(len(SIGNS)) for _ in range(NUMBER - 1)]),
            area_code=area_code,
            rows=[_row(one) for one in found[begin : begin + size]],
            worker=name,
            account=reader.user_id,
            printed_by=reader.login,
            printed_at=at,
        )
        for begin in range(0, len(found), size)
    )
    rows = rows_of(sheets, ring)
    for one in sheets:
        people = [person for row in rows[one.number] for person in row.persons]
        record_read(
            "list_exported",
            actor=reader.login,
            area_code=area_code,
            at=at,
            list=LIST,
            rows=len(one.rows),
            serial=one.number,
        )
        touched(people, how="exported", ring=ring, actor=reader.login, at=at)
    return Printed(sheets, rows, more)


@transaction.atomic
def type_sheet(
    sheet: FieldSheet,
    rows: Mapping[str, Given],
    *,
    on: date,
    worker: str,
    reader: Reader,
    at: datetime,
    ring: KeyRing,
) -> Typed:
    """Takes in what was typed of rows, by their codes; nothing where one of them is wrong: `Typed.wrong` says which and why.

    Whoever types, the records are those of whoever printed the sheet: typed again they are known, another answer for a
    row is kept aside. A `Refusal` for a reader who may not, a day before it was printed or to come, or without a name.
    """
    name = " ".join(worker.split())
    if not reader.may_in(VISITS, sheet.area_code):
        raise Refusal("sheet_right")
    if not timezone.localdate(sheet.printed_at) <= on <= timezone.localdate(at):
        raise Refusal("sheet_day", first=timezone.localdate(sheet.printed_at), last=timezone.localdate(at))
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise Refusal("sheet_worker", most=NAME_MOST)
    lines, wrong = _lines(sheet, rows)
    if wrong:
        return Typed(wrong=tuple(wrong))
    moment = moment_of(on, timezone.localtime(sheet.printed_at))
    head = {
        "account": sheet.account,
        "area": sheet.area_code,
        "device_at": moment.isoformat(),
        "visited_by": name,
    }
    sent = {
        place: as_sent(
            line, head, record=record_id(sheet.number, place), tasks=sheet.rows[place - 1]["tasks"]
        )
        for place, line in lines.items()
    }
    sending = Sending(sheet.account, sheet.printed_by, sheet.number, at, at, typed_by=reader.login)
    found = [one for one in read_all(list(sent.values())) if isinstance(one, Read)]
    if len(found) != len(sent):
        raise Refusal("sheet_not_kept")
    answers = receive_records(found, sending, reader=reader, area_code=sheet.area_code, ring=ring)
    if any(one.state == REFUSED for one in answers):
        raise Refusal("sheet_not_kept")  # nothing of it, then
    done = _told(sheet, lines, dict(zip(sent, answers, strict=True)), on, at)
    counts = Counter(noted=done.noted, again=done.again, aside=len(done.aside), fevers=len(done.fevers))
    details = {"sheet": sheet.number, "on": on.isoformat(), **counts}
    record(act="field_sheet_typed", actor=reader.login, area_code=sheet.area_code, at=at, details=details)
    return done


def _row(stop: Stop) -> dict[str, object]:
    """A stop as a row: who of it is to be visited, without a name."""
    return {"people": len(stop.people), "tasks": [one.number for one in stop.people.values() if one]}


def _lines(sheet: FieldSheet, rows: Mapping[str, Given]) -> tuple[dict[int, Line], list[tuple[str, Message]]]:
    lines: dict[int, Line] = {}
    wrong: list[tuple[str, Message]] = []
    for code, given in rows.items():
        place = place_of(sheet.number, code)
        if given.empty:
            continue
        try:
            if place is None or place > len(sheet.rows):
                raise Refusal("sheet_row", row=code, number=sheet.number)
            lines[place] = _line(code, given)
        except Refusal as refusal:
            wrong.append((code, refusal.message))
    if not lines and not wrong:
        raise Refusal("sheet_empty")
    return lines, wrong


def _line(code: str, given: Given) -> Line:
    key = unicodedata.normalize("NFKC", given.key).strip()
    note = " ".join(given.note.split())
    if key not in KEYS:
        raise Refusal("sheet_key", row=code)
    if len(note) > NOTE_MOST or not note.isprintable():
        raise Refusal("sheet_note", row=code, most=NOTE_MOST)
    try:
        return Line(KEYS[key], temperature_of(given.temperature), note)
    except Unlikely:
        most = reading_limits()
        raise Refusal("sheet_temperature", row=code, least=most.least, most=most.most) from None


def _told(
    sheet: FieldSheet, lines: Mapping[int, Line], answers: Mapping[int, Answer], on: date, at: datetime
) -> Typed:
    rules = in_force(on=on, area=sheet.area_code)
    codes = {place: row_code(sheet.number, place) for place in lines}
    fresh = {place: one for place, one in answers.items() if one.received_at == at}
    return Typed(
        noted=sum(one.state == KEPT for one in fresh.values()),
        again=len(answers) - len(fresh),
        aside=tuple((codes[place], one.reason) for place, one in fresh.items() if one.state != KEPT),
        fevers=tuple(
            codes[place]
            for place, line in lines.items()
            if line.temperature is not None and is_fever(line.temperature, rules)
        ),
    )
