"""A household of three invented people and all that may be on file of the first of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection

from fournets.crypto import KeyRing, SealError
from fournets.database import APP_ROLE
from fournets.intake.services import TakeIn
from fournets.keeping.keys import sealed_tables
from fournets.keeping.models import Forgetting
from fournets.organization.models import Cover, Task
from fournets.people.models import Person, ReviewItem
from fournets.people.services.canary import add_canary
from fournets.people.services.merge import keep_apart
from fournets.reporting.models import Export, ExportRow, FilledCopy, FilledForm, FormTemplate, KeptForm
from fournets.screening.models import Assessment, Decision, Override, Visit
from fournets.tracing.models import Case, Contact
from tests.apps.intake.conftest import AT, DAY, HEADER, LAN, MEI, QIANG

AREA = "440605123018"
NAME, PHONE = "区美兰", "13800138001"
DOOR, OTHER_DOOR = "银河社区西路3号2栋501", "联沙社区东街8号301"
BOOK = [
    ["银河社区居民户册登记表"],
    [*HEADER, "户主姓名"],
    [1, NAME, MEI, PHONE, DOOR, "户主", NAME],
    [2, "陈志强", QIANG, "13800138002", DOOR, "配偶", NAME],
    [3, "解小兰", LAN, "13800138003", OTHER_DOOR, "户主", "解小兰"],
    ["合计", "3人"],
]
LATER = DAY + timedelta(days=3)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^(audit|django)_' ORDER BY 1"


@contextmanager
def as_keeper() -> Iterator[None]:
    """With the owner's rights, as the commands that destroy have them."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; DISCARD TEMP")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DISCARD TEMP; SET ROLE {APP_ROLE}")  # those of an act of the other role's


def later(how: TakeIn, days: int = 3) -> TakeIn:
    """The same sender some days later."""
    return TakeIn(on=how.on + timedelta(days=days), at=how.at, actor=how.actor, area_code=how.area_code)


def person(name: str = NAME) -> Person:
    return Person.objects.get(name=name)


def live(one: Person, ring: KeyRing) -> None:
    """Puts a row about ``one`` into every table that has rows of people beside those a list brings; all of it is over."""
    other = Person.objects.exclude(pk=one.pk).order_by("pk")[0]
    past = DAY - timedelta(days=10)
    cover = Cover.objects.create(area_code=AREA, worker="梁小梅", from_on=past)
    Task.objects.create(
        area_code=one.area_code,
        person_id=one.pk,
        purpose="visit",
        cover=cover,
        opened_on=past,
        due_at=AT,
        closed_at=AT,
    )
    decision = Decision.objects.create(
        facts={"from_place": "武汉"}, on=past, town_code=AREA[:9], policy_digest="x", risk_class="done", action="none", key="k1"
    )  # fmt: skip
    Assessment.objects.create(
        person_id=one.pk, area_code=one.area_code, decision=decision, assessed_on=past, since_on=past
    )
    Override.objects.create(
        person_id=one.pk, area_code=one.area_code, risk_class="none", reason_sealed=ring.seal("reason", f"{NAME}已复核"),
        from_on=past, until_on=DAY, state="refused", asked_by="medic", asked_at=AT, decided_by="boss",
    )  # fmt: skip
    Forgetting.objects.create(
        person_id=one.pk, area_code=one.area_code, reason_sealed=ring.seal("reason", f"{NAME}本人申请"), state="refused",
        asked_by="protector", asked_at=AT, decided_by="boss", decided_at=AT,
    )  # fmt: skip
    export = Export.objects.create(
        serial="S1", area_code=AREA, on=DAY, columns=["name"], recipient="卫健局", purpose="核对", count=1, state="made",
        asker="liang", asked_at=AT, made_at=AT, sha256="x",
    )  # fmt: skip
    ExportRow.objects.create(export=export, person_id=one.pk, area_code=one.area_code, code=7)
    template = FormTemplate.objects.create(
        name="表", version=1, sha256="x", kind="x", columns=[], learned_at=AT
    )
    kept = KeptForm.objects.create(
        template=template, area_code=AREA, name="表", department="卫健办", sha256="x", sent_by="liang", sent_at=AT,
        blank_sealed=ring.seal("blank", "x"),
    )  # fmt: skip
    filled = FilledForm.objects.create(
        form=kept, template=template, area_code=AREA, on=DAY, sha256="x", at=AT,
        report={"figures_in_doubt": [{"may_be_one": [[one.public_id, other.public_id]]}]},
    )  # fmt: skip
    FilledCopy.objects.create(
        filled=filled, area_code=AREA, people=[other.pk, one.pk], at=AT, content_sealed=ring.seal("content", NAME),
        shown_sealed=ring.seal("shown", NAME),
    )  # fmt: skip
    _traced(one, other, past, ring)
    keep_apart(one.pk, other.pk, one.area_code, "不是一人")
    add_canary(one.public_id, ring=ring, actor="cli", at=AT)
    Visit.objects.create(area_code=one.area_code, person_id=one.pk, outcome="done", on=past, by="梁小梅")
    ReviewItem.objects.create(
        area_code=one.area_code, file_id=1, sheet=9, row=9, reason="likely_same", candidates=[one.pk, other.pk],
        row_sealed=ring.seal("row", _row(NAME)), origin=1,
    )  # fmt: skip
    ReviewItem.objects.create(
        area_code=one.area_code, file_id=1, sheet=9, row=10, reason="likely_same", candidates=[one.pk, other.pk],
        row_sealed=ring.seal("row", _row("黎阿妹")), origin=2,
    )  # fmt: skip


def _traced(one: Person, other: Person, past: date, ring: KeyRing) -> None:
    """He was thought to be a case, and both were its contacts."""
    ill = Case.objects.create(
        number="C1", person_id=one.pk, origin_id=one.pk, area_code=one.area_code, classification="excluded", reported_on=past,
        noted_by="x", noted_at=AT,
    )  # fmt: skip
    for who in (one, other):
        Contact.objects.create(
            case=ill, person_id=who.pk, origin_id=who.pk, area_code=who.area_code, degree="close", kind="meal", last_on=past,
            place_sealed=ring.seal("place", f"{NAME}家"), source="survey", noted_by="x", noted_at=AT,
        )  # fmt: skip


def _row(name: str) -> str:
    from fournets.people.services.batch import COLUMNS

    row = dict.fromkeys(COLUMNS) | {
        "file_id": 1, "sheet": 9, "row": 9, "row_key": "x:9:9", "seen_on": DAY.isoformat(), "area_code": AREA,
        "kind": "pushed_list", "name": name, "phone": "13800138009", "values": "{}",
    }  # fmt: skip
    return json.dumps(row, ensure_ascii=False)


def whole_register(ring: KeyRing) -> str:
    """Every value of every table but the audit, what is sealed opened."""
    with as_keeper():
        return "\n".join([*_clear(), *_opened(ring)])


def numbers_of(column: str) -> set[int]:
    """Every number that stands in a column of that name, in any table."""
    found: set[int] = set()
    with as_keeper(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = %s",
            [column],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
            found |= {row[0] for row in cursor.fetchall()}
    return found


def _clear() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT to_jsonb(one)::text FROM {table} AS one")  # noqa: S608
            yield from (row[0] for row in cursor.fetchall())


def _opened(ring: KeyRing) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in sealed_tables():
            cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")  # noqa: S608
            for row in cursor.fetchall():
                yield from _texts(ring, table.labels, row)


def _texts(ring: KeyRing, labels: tuple[str, ...], row: tuple[Any, ...]) -> Iterator[str]:
    for label, value in zip(labels, row, strict=True):
        if value is None:
            continue
        try:
            yield ring.unseal(label, value)
        except SealError:
            yield "sealed otherwise"


def days_after(days: int, day: date = DAY) -> date:
    return day + timedelta(days=days)
