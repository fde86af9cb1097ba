"""What the disease control centre answers about contacts: worked out and shown, then done whole through the acts of isolation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.isolation.services import Wish, ask_change, issue, move
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.tracing.models import Answer, AnswerLine, Contact
from fournets.tracing.rules import (
    ASK_END,
    ASK_WITHDRAWAL,
    HOSPITAL,
    NO_CONTACT,
    NOTE,
    OPEN_CASE,
    ORDER_HOSPITAL,
    Answered,
    Standing,
    outcome_of,
)
from fournets.tracing.services.notes import new_case

ANSWER = "contacts.answer"
MOST = 20_000  # rows of an answer
STANDING = """
SELECT contact.id, contact.person_id, coalesce(held.number, ''), contact.decision, contact.lab,
    EXISTS (SELECT FROM tracing_case own WHERE own.person_id = contact.person_id AND own.classification <> 'excluded'),
    coalesce(held.state, ''), held.from_on, held.until_on,
    EXISTS (SELECT FROM isolation_change asked WHERE asked.order_id = held.id AND asked.state = 'asked'),
    coalesce(with_whom.basis, held.basis, ''), EXISTS (SELECT FROM tracing_contact other
        LEFT JOIN tracing_case own ON own.id = other.case_id
        WHERE other.person_id = contact.person_id AND other.id <> ALL(%(gone)s) AND other.id <> contact.id
            AND other.decision <> 'excluded' AND coalesce(own.classification, '') <> 'excluded')
FROM tracing_contact contact LEFT JOIN isolation_order held
    ON held.person_id = contact.person_id AND held.state IN ('home', 'point', 'site', 'hospital')
LEFT JOIN isolation_order with_whom ON with_whom.id = held.with_order_id
WHERE contact.id = ANY(%(contacts)s)
"""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of an answer that was read: its number in the file, the contacts it is about, what it says."""

    row: int
    contacts: Sequence[int]
    said: Answered


@dataclass(frozen=True, slots=True)
class Held:
    """A contact's person, the number of his order in force, and how he stands."""

    person: int
    order: str
    standing: Standing


def standings(contacts: Iterable[int], gone: Iterable[int] = ()) -> dict[int, Held]:
    """How contacts stand, by their number; as if those of ``gone`` were excluded already."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"contacts": list(contacts), "gone": list(gone)})
        return {
            number: Held(person, order, Standing(*stands))
            for number, person, order, *stands in cursor.fetchall()
        }


@transaction.atomic
def look_at_answer(
    reader: Reader,
    rows: Sequence[AnswerRow],
    problems: Sequence[Mapping[str, Any]],
    *,
    sha256: str,
    at: datetime,
) -> Answer:
    """Keeps what an answer says, with the acts it leads to; nothing else is changed. ``problems``: rows left out, and why.

    Two rows about one contact are a problem of the second; so is what cannot be (`outcome_of`).
    """
    _check_right(reader)
    if len(rows) + len(problems) > MOST:
        raise Refusal("cdc_long", most=MOST)
    known = standings([one for row in rows for one in row.contacts])
    areas = dict(Contact.objects.filter(pk__in=known).values_list("pk", "area_code"))
    wrong, taken = [dict(one) for one in problems], dict[int, AnswerRow]()
    for row in rows:
        for number in row.contacts:
            why = outcome_of(known[number].standing, row.said).wrong
            if number in taken or why:
                wrong.append({"row": row.row, "code": f"cdc_wrong_{why or 'twice'}"})
                continue
            taken[number] = row
    known = standings(taken, _gone((number, row.said.decision) for number, row in taken.items()))
    lines = [
        AnswerLine(
            contact_id=number, area_code=areas[number], row=row.row, decision=row.said.decision,
            free_on=row.said.free_on, lab=row.said.lab, acts=list(outcome_of(known[number].standing, row.said).acts),
        )
        for number, row in taken.items()
    ]  # fmt: skip
    if not lines and not wrong:
        raise Refusal("cdc_nothing")
    answer = Answer.objects.create(
        area_code=reader.area_code, sha256=sha256, rows=len(rows) + len(problems), sent_by=reader.login, sent_at=at,
        problems=sorted(wrong, key=lambda one: int(one["row"])),
    )  # fmt: skip
    for line in lines:
        line.answer = answer
    AnswerLine.objects.bulk_create(lines)
    _record("answer_looked", reader, answer, at, rows=answer.rows, problems=len(wrong))
    return answer


@transaction.atomic
def do_answer(reader: Reader, number: int, *, on: date, at: datetime, ring: KeyRing) -> int:
    """Does what was shown of an answer, all of it or nothing; gives how many contacts it changed.

    A `Refusal` when something has changed since it was shown, so that other acts would follow; when an act of isolation
    refuses, with the row.
    """
    _check_right(reader)
    answer = _looked(number)
    lines = list(AnswerLine.objects.filter(answer=answer).order_by("row"))
    known = standings(
        [one.contact_id for one in lines], _gone((one.contact_id, one.decision) for one in lines)
    )
    people = Person.objects.in_bulk([one.person for one in known.values()])
    moved: set[int] = set()  # whose isolation this answer has changed: he may be a contact of two
    changed = 0
    for line in lines:
        held = known[line.contact_id]
        said = Answered(line.decision, line.free_on, line.lab)
        if list(outcome_of(held.standing, said).acts) != line.acts:
            raise Refusal("cdc_changed", row=line.row)
        try:
            _do(reader, line, held, people[held.person], moved, on, at, ring)
        except Refusal as refusal:
            raise Refusal("cdc_row", row=line.row, why=str(refusal.message.text("zh")), said=refusal.message.text("en")) from refusal  # fmt: skip
        changed += bool(line.acts)
    answer.state, answer.done_by, answer.done_at = "done", reader.login, at
    answer.save(update_fields=["state", "done_by", "done_at"])
    _record("answer_done", reader, answer, at, changed=changed)
    return changed


@transaction.atomic
def drop_answer(reader: Reader, number: int, *, at: datetime) -> None:
    """Leaves an answer that was looked at undone."""
    _check_right(reader)
    answer = _looked(number)
    answer.state, answer.done_by, answer.done_at = "dropped", reader.login, at
    answer.save(update_fields=["state", "done_by", "done_at"])
    _record("answer_dropped", reader, answer, at)


def _do(
    reader: Reader, line: AnswerLine, held: Held, person: Person, moved: set[int], on: date, at: datetime, ring: KeyRing
) -> None:  # fmt: skip
    reason = f"疾控中心答复第 {line.row} 行 CDC answer, row {line.row}"
    first = held.person not in moved  # of two contacts of one person, isolation is changed once
    for act in line.acts:
        if act == NOTE:
            _note(line, on)
        elif not first:
            continue
        elif act == OPEN_CASE:
            new_case(reader, person, on=on, at=at)
        elif act == HOSPITAL:
            move(reader, held.order, "hospital", reason, where="", on=on, at=at, ring=ring)
        elif act == ORDER_HOSPITAL:
            issue(reader, person.public_id, Wish("case", place="hospital"), on=on, at=at, ring=ring)
        elif act in (ASK_WITHDRAWAL, ASK_END):
            until = line.free_on if act == ASK_END else None
            ask_change(reader, held.order, until, reason, on=on, at=at, ring=ring)
    if set(line.acts) - {NOTE}:
        moved.add(held.person)


def _gone(said: Iterable[tuple[int, str]]) -> list[int]:
    """The contacts an answer excludes."""
    return [number for number, decision in said if decision == NO_CONTACT]


def _note(line: AnswerLine, on: date) -> None:
    said = {"decision": line.decision, "decided_on": on}
    if line.lab:
        said |= {"lab": line.lab, "lab_on": None if line.lab == "none" else on}
    Contact.objects.filter(pk=line.contact_id).update(**said)


def _looked(number: int) -> Answer:
    found = Answer.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise Refusal("cdc_unknown")
    if found.state != "looked":
        raise Refusal("cdc_over")
    return found


def _check_right(reader: Reader) -> None:
    if not reader.may(ANSWER):
        raise Refusal("tracing_right")


def _record(act: str, reader: Reader, answer: Answer, at: datetime, **details: object) -> None:
    said = {"number": answer.pk, **details}
    record(act=act, actor=reader.login, area_code=answer.area_code, at=at, details=said)
