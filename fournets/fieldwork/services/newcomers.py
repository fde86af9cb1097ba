"""The act that files people met for the first time: one workbook, taken in as any list is, so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from fournets.accounts.selectors import names_of
from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.fieldwork.limits import limits
from fournets.fieldwork.models import NEWCOMER, FieldRecord
from fournets.fieldwork.rules.record import Newcomer, Record
from fournets.fieldwork.services.receive import CONTENT
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.interop.rows import write_rows
from fournets.jobs.work import Run
from fournets.language import Refusal
from fournets.places.scope import code_range

TITLE = "上门走访新登记人员"
HEADINGS = (
    "姓名", "身份证号码", "联系电话", "现住址", "与户主关系", "来源地", "来(返)镇日期", "走访情况", "走访时间", "走访人员", "备注",
)  # fmt: skip
DONE = "已走访"
FIRST_ROW = 3  # after title and headings


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of one record, and where they stand in the workbook."""

    record: FieldRecord
    rows: list[list[str]]
    first: int

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.rows) - 1


def take_asked(run: Run, ring: KeyRing) -> dict[str, Any]:
    """The work of such a job: whole or not at all; begun again after it was done, it finds nothing to do."""
    count = 0
    while not run.cancelled() and (taken := take_newcomers(run, ring)):
        count += taken
    run.advance(1)
    return {"records": count}


@transaction.atomic
def take_newcomers(run: Run, ring: KeyRing) -> int:
    """Takes in whoever was met for the first time in the job's area, up to a limit; how many records.

    A `Refusal`, with nothing changed, when intake refuses the workbook.
    """
    low, high = code_range(run.area_code)
    waiting = FieldRecord.objects.filter(
        outcome=NEWCOMER, counts=True, taken_at=None, content_sealed__isnull=False, area_code__gte=low, area_code__lt=high
    )  # fmt: skip
    found = list(waiting.select_for_update().order_by("id")[: limits()["take"]["records"]])
    if not found:
        return 0
    lines = _lines(found, ring)
    day = timezone.localdate(max(one.happened_at for one in found))
    how = TakeIn(on=day, at=run.now(), actor=run.actor, area_code=run.area_code)
    with TemporaryDirectory(dir=home(), prefix="field-") as folder:
        path = Path(folder) / f"{TITLE}_{day:%Y%m%d}.xlsx"
        note = f"{found[0].pk}-{found[-1].pk}"
        write_rows(path, TITLE, HEADINGS, (row for one in lines for row in one.rows), note)
        (file,) = take_in([path], how, ring=ring).files
    if file.refused or file.id is None:
        raise Refusal("fieldwork_take_refused")
    for line in lines:
        line.record.taken_at, line.record.file_id = how.at, file.id
        line.record.first_row, line.record.last_row = line.first, line.last
    fields = ["taken_at", "file_id", "first_row", "last_row"]
    FieldRecord.objects.bulk_update([line.record for line in lines], fields, batch_size=1_000)
    details = {"records": len(found), "file": file.id}
    record(act="field_newcomers_taken", actor=run.actor, area_code=run.area_code, at=how.at, details=details)
    return len(found)


def _lines(found: Sequence[FieldRecord], ring: KeyRing) -> list[Lines]:
    names = names_of([one.sent_by for one in found])
    lines: list[Lines] = []
    first = FIRST_ROW
    for one in found:
        said = msgspec.json.decode(ring.unseal(CONTENT, one.content_sealed or b""), type=Record)
        by, on = names.get(one.sent_by, one.sent_by), timezone.localdate(one.happened_at).isoformat()
        lines.append(Lines(one, [_row(who, said, on, by) for who in said.newcomers], first))
        first = lines[-1].last + 1
    return lines


def _row(who: Newcomer, said: Record, on: str, by: str) -> list[str]:
    told = (who.name, who.id_number, who.phone, said.address, who.relation, who.from_place, who.returned_on)
    return [" ".join(one.split()) for one in (*told, DONE, on, by, said.note)]
