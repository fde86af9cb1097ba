"""What people answered becomes rows of a list, taken in as any other: matched, kept, undone like them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone

from fournets.audit.services import record
from fournets.calls.models import TAKE_ANSWERS, Attempt
from fournets.calls.rules import desk, parts_of, scripts
from fournets.calls.selectors.numbers import MARK, PHONE, numbers_of
from fournets.calls.services.opening import MANAGE
from fournets.crypto import KeyRing
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.interop.rows import write_rows
from fournets.jobs.models import OPEN, Job
from fournets.jobs.services import ask_job
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.people.models import Person
from fournets.places.scope import code_range
from fournets.places.selectors import official_names
from fournets.workbooks.vocabulary import fields, written

TITLE = "来返人员电话排查登记"  # in the words of senders, so that it is recognised as what it is
WHO = ("name", "id_number", "phone")
FOUND = ("visit_state", "visited_on", "visited_by")
FIRST_ROW = 3  # after title and headings
ODD = re.compile(r"[^\w一-鿿-]+")


@dataclass(frozen=True, slots=True)
class Taken:
    """A list that was taken in: the file's number in the ledger, and the row of each line."""

    file_id: int
    rows: list[int]


def ask_take_when_due(reader: Reader, *, at: datetime, now: bool = False) -> None:
    """Asks for the answers of the reader's area to be made into rows, once there are enough, the oldest has waited long
    enough, or one of them does not wait (``now``)."""
    waiting = _waiting(reader.area_code)
    oldest = waiting.values_list("ended_at", flat=True).first()
    due = now or (oldest is not None and oldest <= at - desk().take_after)
    if due or waiting[: desk().take_rows].count() >= desk().take_rows:
        _ask(reader, at)


@transaction.atomic
def ask_take(reader: Reader, *, at: datetime) -> None:
    """Asks for it at once; a `Refusal` when the reader may not, or nothing waits."""
    if not reader.may_in(MANAGE, reader.area_code):
        raise Refusal("calls_right")
    if not _waiting(reader.area_code).exists():
        raise Refusal("calls_take_nothing")
    _ask(reader, at)


def _ask(reader: Reader, at: datetime) -> None:
    asked = Job.objects.filter(kind=TAKE_ANSWERS, area_code=reader.area_code, state=OPEN[0])
    if asked.exists():  # it has not begun: what waits by then comes along
        return
    job = ask_job(TAKE_ANSWERS, area_code=reader.area_code, actor=reader.login, at=at)
    record(
        act="call_answers_asked",
        actor=reader.login,
        area_code=reader.area_code,
        at=at,
        details={"job": job.pk},
    )


def take_asked(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of such a job: each list whole or not at all; begun again after it was done, it finds nothing to do."""
    count = 0
    while not run.cancelled() and (
        taken := take_answers(run.area_code, actor=run.actor, at=run.now(), ring=ring)
    ):
        count += taken
    run.advance(1)
    return {"answers": count}


@transaction.atomic
def take_answers(area_code: str, *, actor: str, at: datetime, ring: KeyRing) -> int:
    """Takes in what waits of an area, up to so many rows; how many."""
    found = list(
        _waiting(area_code).select_for_update(of=("self",)).select_related("call")[: desk().take_most]
    )
    if not found:
        return 0
    asked = list(dict.fromkeys(one.field for script in scripts().values() for one in script.questions))
    columns = [*WHO, *(name for name in asked if name not in WHO), *FOUND, "community"]
    people = Person.objects.in_bulk([one.call.person_id for one in found])
    areas = official_names({one.area_code[:12] for one in people.values()})
    rows = [_row(one, people.get(one.call.person_id), areas, ring) for one in found]
    note = f"{found[0].pk}-{found[-1].pk}"
    how = TakeIn(on=timezone.localdate(at), at=at, actor=actor, area_code=area_code)
    taken = take_rows(TITLE, columns, rows, how, note=note, ring=ring)
    for one, row in zip(found, taken.rows, strict=True):
        one.taken_at, one.file_id, one.row = at, taken.file_id, row
    Attempt.objects.bulk_update(found, ["taken_at", "file_id", "row"], batch_size=1000)
    return len(found)


def take_rows(
    title: str,
    columns: Sequence[str],
    rows: Sequence[dict[str, str]],
    how: TakeIn,
    *,
    note: str,
    ring: KeyRing,
) -> Taken:
    """Writes rows (values by field of the vocabulary) as a workbook and takes it in, in the caller's transaction.

    A `Refusal` when intake refuses it.
    """
    with TemporaryDirectory(dir=home(), prefix="calls-") as folder:
        path = Path(folder) / f"{ODD.sub('_', title)}_{how.on:%Y%m%d}.xlsx"
        headings = [fields()[name].zh for name in columns]
        write_rows(path, title, headings, ([row.get(name, "") for name in columns] for row in rows), note)
        (file,) = take_in([path], how, ring=ring).files
    if file.refused or file.id is None:
        raise Refusal("calls_take_refused")
    return Taken(file.id, list(range(FIRST_ROW, FIRST_ROW + len(rows))))


def _row(one: Attempt, person: Person | None, areas: dict[str, str], ring: KeyRing) -> dict[str, str]:
    """Who answered and what; of the numbers only those at which he himself is found."""
    answers: dict[str, str] = json.loads(ring.unseal("answers", one.answers_sealed or b""))
    if person is None:  # the lists that told of him have been taken back since: what he said tells enough
        return answers
    own = parts_of(ring.unseal(PHONE, person.phone_sealed) if person.phone_sealed else "")
    right = {mark for _, mark in numbers_of(person, ring)}
    phone = [text for text in own if ring.index(MARK, text) == one.mark] or [
        text for text in own if ring.index(MARK, text) in right
    ]
    known = {
        "name": person.name,
        "id_number": ring.unseal("id_number", person.id_number_sealed) if person.id_number_sealed else "",
        "phone": phone[0] if phone else "",
        "community": areas.get(person.area_code[:12], ""),
    }
    when: date = timezone.localdate(one.ended_at or one.from_at)
    found = {
        "visit_state": written("visit_state")["done"][0],
        "visited_on": when.isoformat(),
        "visited_by": one.by,
    }
    return known | answers | found


def _waiting(area_code: str) -> Any:
    low, high = code_range(area_code)
    return Attempt.objects.filter(
        answers_sealed__isnull=False, taken_at=None, area_code__gte=low, area_code__lt=high
    ).order_by("id")
