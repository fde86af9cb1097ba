"""What devices sent becomes rows of an ordinary list: filed, in the ledger, and taken back as any other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.models import SourceFile, SourceRow
from fournets.intake.services.receive import kept_copy
from fournets.intake.services.undo import undo_file
from fournets.interop.models import FieldForm, Submission
from fournets.interop.payload import read_filled
from fournets.interop.services.forms import add_form
from fournets.interop.services.submissions import Sender, receive_submission
from fournets.interop.services.take import ask_take, take_submissions
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.language import Refusal
from fournets.people.models import Person
from fournets.places.scope import set_scope
from fournets.workbooks.read import read_workbook
from tests.apps.intake.conftest import MEI, QIANG, town
from tests.apps.interop.conftest import EXAMPLES, FIRST, SECOND, THIRD, form_book

__all__ = ["town"]  # a fixture
pytestmark = pytest.mark.django_db
YINHE = "440605123018"
PERSON = "<person><name>{}</name><id_number>{}</id_number><phone>{}</phone><relation>{}</relation><away>{}</away>{}</person>"
DATA = '<data xmlns:orx="http://openrosa.org/xforms" id="household" version="2020020501"><address>{}</address><head_name>区美兰</head_name>{}<note>{}</note><meta>{}</meta></data>'


def home_of(address: str, *people: str, instance: str = FIRST, corrects: str = "", note: str = "") -> str:
    meta = f"<orx:instanceID>{instance}</orx:instanceID>"
    if corrects:
        meta += f"<orx:deprecatedID>{corrects}</orx:deprecatedID>"
    return DATA.format(address, "".join(people), note, meta)


MEI_HERE = PERSON.format("区美兰", MEI, "13800138001", "head", "no", "")
QIANG_HERE = PERSON.format(
    "陈志强",
    QIANG,
    "13800138002",
    "spouse",
    "yes",
    "<from_place>湖北省武汉市</from_place><arrived_on>2020-02-01</arrived_on>",
)
DOOR = "银河社区西路3号2栋501"


@pytest.fixture
def ring() -> KeyRing:
    return load_ring(home() / "keys.toml")


@pytest.fixture
def form(town: str) -> FieldForm:
    set_scope("")
    workbook = (EXAMPLES / "household.xlsx").read_bytes()
    return add_form(workbook, area_code=town, actor="group", at=timezone.now())[0]


def send(xml: str, ring: KeyRing, area: str = YINHE) -> str:
    filled = read_filled(xml.encode())
    return receive_submission(filled, [], sender=Sender("mei.au", area), at=timezone.now(), ring=ring)


def take(form: FieldForm, ring: KeyRing, area: str = YINHE) -> int:
    return take_submissions(form, area_code=area, actor="clerk", at=timezone.now(), ring=ring)


def cells(file: SourceFile, ring: KeyRing) -> list[list[str]]:
    with kept_copy(file.sha256, file.name, ring) as path:
        (sheet,) = read_workbook(Path(path))
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.rows]


def test_each_person_becomes_a_row_with_what_was_asked_once(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE, QIANG_HERE, note="狗"), ring)
    assert take(form, ring) == 1
    (file,) = SourceFile.objects.filter(state="taken")
    title, head, *rows = cells(file, ring)
    assert title[0] == form.title and "门牌照片(可不拍)" not in head
    found = [dict(zip(head, row, strict=False)) for row in rows]
    assert [(one["姓名"], one["家庭住址"], one["与户主关系"], one["备注"]) for one in found] == [
        ("区美兰", DOOR, "户主", "狗"),
        ("陈志强", DOOR, "配偶", "狗"),
    ]
    assert found[1]["从何地返回"] == "湖北省武汉市" and found[0]["从何地返回"] == ""


def test_the_rows_are_filed_as_those_of_any_list(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE, QIANG_HERE), ring)
    take(form, ring)
    people = Person.objects.order_by("id")
    assert [(one.name, one.area_code[:12]) for one in people] == [("区美兰", YINHE), ("陈志强", YINHE)]
    assert ring.unseal("id_number", people[0].id_number_sealed) == MEI
    assert people[0].household_id == people[1].household_id is not None
    sent = Submission.objects.get()
    rows = SourceRow.objects.filter(file_id=sent.file_id, outcome="created")
    assert sorted(rows.values_list("row", flat=True)) == [sent.first_row, sent.last_row] == [3, 4]


def test_what_was_taken_in_is_not_taken_again_and_the_rest_is(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE), ring)
    assert (take(form, ring), take(form, ring)) == (1, 0)
    send(home_of(DOOR, MEI_HERE, instance=SECOND), ring)  # the same said once more is another list
    assert take(form, ring) == 1
    assert SourceFile.objects.filter(state="taken").count() == 2 and Person.objects.count() == 1


def test_of_a_corrected_one_the_correction_alone_becomes_rows(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE, QIANG_HERE), ring)
    send(home_of(DOOR, MEI_HERE, instance=SECOND, corrects=FIRST), ring)
    assert take(form, ring) == 2
    assert [one.name for one in Person.objects.all()] == ["区美兰"]
    assert not Submission.objects.filter(taken_at=None).exists()


def test_taking_the_file_back_takes_back_all_it_brought(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE, QIANG_HERE), ring)
    take(form, ring)
    (file,) = SourceFile.objects.filter(state="taken")
    undo_file(file.pk, actor="clerk", at=timezone.now())
    assert not Person.objects.exists()


def test_another_areas_submissions_are_left_to_it(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE), ring, area="440605123008")
    assert take(form, ring) == 0
    assert take(form, ring, area="440605123") == 1


def test_a_job_does_it_once_however_often_it_is_begun(form: FieldForm, ring: KeyRing) -> None:
    send(home_of(DOOR, MEI_HERE), ring)
    at = timezone.now()
    job = ask_take(form.pk, area_code=YINHE, actor="clerk", at=at)
    with pytest.raises(Refusal) as refused:
        ask_take(form.pk, area_code=YINHE, actor="clerk", at=at)
    assert refused.value.message.code == "field_take_asked"
    run_job(job.pk, now=timezone.now)
    Job.objects.filter(pk=job.pk).update(state="waiting")
    run_job(job.pk, now=timezone.now)
    assert Job.objects.get(pk=job.pk).state == "done" and Person.objects.count() == 1
    with pytest.raises(Refusal) as nothing:
        ask_take(form.pk, area_code=YINHE, actor="clerk", at=at)
    assert nothing.value.message.code == "field_take_nothing"


def test_two_questions_of_one_label_stand_in_two_columns_and_choices_in_words(
    town: str, ring: KeyRing
) -> None:
    set_scope("")
    at: datetime = timezone.now()
    rows = (("text", "a", "说明"), ("text", "b", "说明"), ("select_multiple s", "c", "症状"))
    choices = (("s", "x", "咳嗽"), ("s", "y", "乏力"))
    form, _ = add_form(form_book(*rows, choices=choices), area_code=town, actor="x", at=at)
    meta = f"<meta><instanceID>{THIRD}</instanceID></meta>"
    send(f'<data id="a" version="1"><a>=1+1</a><b>二</b><c>x y</c>{meta}</data>', ring)
    take(form, ring)
    (file,) = SourceFile.objects.filter(state="taken")
    assert cells(file, ring)[1:] == [["说明", "说明(2)", "症状"], ["=1+1", "二", "咳嗽、乏力"]]
