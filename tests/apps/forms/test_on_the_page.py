"""A blank sent on the page: kept, its columns checked, filled by a worker, looked at masked, handed out once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.jobs.models import Job
from fournets.jobs.services import cancel_job
from fournets.language import Refusal
from fournets.organization.access import opened
from fournets.people.models import Person
from fournets.reporting.exports import forms as handing
from fournets.reporting.exports.forms import take_form
from fournets.reporting.exports.request import approve, refuse
from fournets.reporting.exports.settings import Limits
from fournets.reporting.forms.asked import ask_fill
from fournets.reporting.forms.fill import Order, fill
from fournets.reporting.forms.kept import correct_columns, end_form
from fournets.reporting.forms.learn import learn
from fournets.reporting.forms.pages import (
    filled_line,
    form_line,
    history_of,
    kept_forms,
    read_columns,
    shown_sheets,
)
from fournets.reporting.models import Export, ExportRow, FilledCopy, FilledForm, KeptForm
from tests.apps.forms import blanks
from tests.apps.forms.conftest import GALAXY, GOLDEN, TOWN
from tests.apps.forms.page import AT, ON, asked, cells_of, code, filled, reader, retold, sent, taken, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


@pytest.fixture
def ring() -> KeyRing:
    """The keys the worker opens the register with."""
    return load_ring(home() / "keys.toml")


def test_a_blank_is_kept_sealed_and_read(tmp_path: Path, ring: KeyRing) -> None:
    path = blanks.returnees(tmp_path / "b.xlsx")
    one = sent(path, ring)
    assert (one.name, one.version, one.is_new, one.changes) == ("返乡人员情况登记表", 1, True, None)
    kept = KeptForm.objects.get()
    assert (kept.area_code, kept.department, kept.sent_by) == (TOWN, "卫健办", "clerk")
    assert bytes(kept.blank_sealed) not in path.read_bytes()
    assert base64.b64decode(ring.unseal("blank", kept.blank_sealed)) == path.read_bytes()
    assert kept.unsure == 1  # 手机彩铃
    assert AuditLine.objects.get(act="keep_form").details["version"] == 1


def test_the_next_version_says_what_changed_and_knows_what_was_corrected(
    tmp_path: Path, ring: KeyRing
) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    with opened(reader()):
        assert correct_columns(number, {"手机彩铃": "occupation"}, reader=reader(), ring=ring, at=AT) == 1
    again = sent(retold(tmp_path / "c.xlsx", I4="健康状况"), ring)
    assert (again.number, again.version, again.is_new) == (number, 2, False)
    assert again.changes.added == ["健康状况"] and again.changes.gone == ["体温(℃)"]
    kept = KeptForm.objects.get()
    assert kept.mapping == {"手机彩铃": "occupation"}
    assert kept.unsure == 0
    assert {"occupation"} <= {one["field"] for one in kept.template.columns}


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (lambda path: path.write_bytes(b"PK\x03\x04 no workbook"), "form_damaged"),
        (lambda path: path.write_bytes(b"x" * 5_000_001), "form_too_large"),
        (lambda path: Workbook().save(path), "form_without_table"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_kept(
    tmp_path: Path, ring: KeyRing, make: Callable[[Path], Any], wrong: str
) -> None:
    path = tmp_path / "b.xlsx"
    make(path)
    with pytest.raises(Refusal) as error:
        sent(path, ring)
    assert code(error) == wrong
    assert not KeptForm.objects.exists()


def test_a_blank_that_came_with_people_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    path, book = tmp_path / "b.xlsx", Workbook()
    for row in (
        ["返镇人员登记表"],
        ["序号", "姓名", "身份证号码", "性别", "民族"],
        *([n, f"庚{n}", f"44068219700101003{n}", "男", "汉"] for n in range(3)),
    ):
        book.active.append(row)
    book.save(path)
    with pytest.raises(Refusal) as error:
        sent(path, ring)
    assert code(error) == "form_came_filled"


def test_an_example_in_a_blank_is_shown_masked(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(retold(tmp_path / "b.xlsx", B6="例:庚某", D6="440682197001010033"), ring).number
    with opened(reader()):
        (sheet,) = read_columns(number, ring, "zh")[1]
    assert "440682********0033" in [cell.text for row in sheet.rows for cell in row]


def test_a_form_needs_a_department(tmp_path: Path, ring: KeyRing) -> None:
    for department, wrong in ((" ", "form_department_missing"), ("局" * 61, "form_department_long")):
        with pytest.raises(Refusal) as error:
            sent(blanks.returnees(tmp_path / "b.xlsx"), ring, department=department)
        assert code(error) == wrong


def test_what_was_corrected_is_filled_on_the_page_and_by_the_command(tmp_path: Path, ring: KeyRing) -> None:
    blank = blanks.returnees(tmp_path / "b.xlsx")
    number = sent(blank, ring).number
    with opened(reader()):
        correct_columns(number, {"手机彩铃": "relation", "性别": ""}, reader=reader(), ring=ring, at=AT)
    asked(one := filled(number))
    row = cells_of(taken(one, ring).content)[5]
    assert (row[1], row[2], row[9]) == ("甲某", None, "户主")
    report, _ = fill(blank, Order(GALAXY, ON), tmp_path / "out.xlsx", ring=ring, actor="职员", at=AT)
    assert "手机彩铃" not in report.unknown
    assert load_workbook(tmp_path / "out.xlsx").worksheets[0]["J6"].value == "户主"


def test_a_guess_that_was_looked_at_is_no_guess_any_more(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(retold(tmp_path / "b.xlsx", E4="本人常用联系电话"), ring).number
    with opened(reader()):
        said = read_columns(number, ring, "zh")[2]["返乡登记"][1]
    assert {one.header: one.how for one in said}["本人常用联系电话"] == "guessed"
    assert {one.header: one.how for one in said}["手机彩铃"] == "unknown"
    with opened(reader()):
        correct_columns(
            number,
            {one.header: one.field for one in said if not one.fixed},
            reader=reader(),
            ring=ring,
            at=AT,
        )
        said = read_columns(number, ring, "zh")[2]["返乡登记"][1]
        assert form_line(number).unsure == 0
    assert {one.how for one in said} == {"known", "said", "empty"}


def test_a_field_nobody_knows_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    with opened(reader()), pytest.raises(Refusal) as error:
        correct_columns(number, {"性别": "shoe_size"}, reader=reader(), ring=ring, at=AT)
    assert code(error) == "form_map_field"


def test_a_column_of_a_grid_may_be_said_to_count_something_else(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(blanks.summary(tmp_path / "b.xlsx"), ring).number
    with opened(reader()):
        (columns,) = [columns for _, columns in read_columns(number, ring, "en")[2].values()]
        header = next(one.header for one in columns if one.field.startswith("figure:"))
        correct_columns(number, {header: "figure:isolation"}, reader=reader(), ring=ring, at=AT)
        (columns,) = [columns for _, columns in read_columns(number, ring, "en")[2].values()]
    found = next(one for one in columns if one.header == header)
    assert (found.field, found.words, found.how) == ("figure:isolation", "people in isolation", "said")


def test_a_filled_form_is_looked_at_masked(tmp_path: Path, ring: KeyRing) -> None:
    one = filled(sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number)
    with opened(reader()):
        line, (sheet,) = filled_line(one), shown_sheets(one, ring)
    texts = {cell.place: cell.text for row in sheet.rows for cell in row}
    assert (texts["B6"], texts["D6"], texts["E6"]) == ("甲某", "440682********0011", "138****0001")
    assert (line.state, line.people, line.rows, line.export) == ("filled", 2, 2, "")
    spans = {cell.place: (cell.down, cell.across) for row in sheet.rows for cell in row}
    assert spans["A4"] == (2, 1) and spans["F4"] == (1, 3) and "A5" not in spans
    copy = FilledCopy.objects.get()
    assert sorted(copy.people) == sorted(
        Person.objects.filter(name__in=["甲某", "乙某"]).values_list("pk", flat=True)
    )
    assert not Export.objects.exists()  # looked at is not handed out


def test_what_was_looked_at_is_handed_out_once(tmp_path: Path, ring: KeyRing) -> None:
    one = filled(sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number)
    with pytest.raises(Refusal) as error:
        taken(one, ring)
    assert code(error) == "export_unknown"
    export = asked(one)
    assert (export.state, export.kind, export.count, export.recipient) == ("ready", "form", 2, "壬某 卫健办")
    file = taken(one, ring)
    assert file.name == f"{export.serial}.xlsx"
    assert [row[1] for row in cells_of(file.content)[5:7]] == ["甲某", "乙某"]
    assert load_workbook(BytesIO(file.content)).properties.identifier == export.serial
    assert ExportRow.objects.filter(export__serial=export.serial).count() == 2
    export = Export.objects.get()
    assert (export.state, export.sha256) == ("made", FilledForm.objects.get().sha256)
    with pytest.raises(Refusal) as error:
        taken(one, ring)
    assert code(error) == "export_is_made"
    acts = list(AuditLine.objects.filter(act__endswith="export").order_by("id").values_list("act", flat=True))
    assert acts == ["ask_export", "make_export"]


@pytest.fixture
def nobody_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit a small installation might set: one person."""
    monkeypatch.setattr(handing, "limits", lambda: Limits(1, 24, 20, 60, 200))
    monkeypatch.setattr("fournets.reporting.exports.request.limits", lambda: Limits(1, 24, 20, 60, 200))


def test_a_large_form_waits_for_a_second_person(tmp_path: Path, ring: KeyRing, nobody_alone: None) -> None:
    one = filled(sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number)
    export, chief = asked(one), reader("chief", "commander")
    assert export.state == "waiting"
    with pytest.raises(Refusal) as error:
        taken(one, ring)
    assert code(error) == "export_is_waiting"
    with opened(chief):
        approve(export.serial, "核对无误", reader=chief, at=AT)
    assert taken(one, ring).content.startswith(b"PK")


def test_a_refused_form_is_not_given(tmp_path: Path, ring: KeyRing, nobody_alone: None) -> None:
    one = filled(sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number)
    export, chief = asked(one), reader("chief", "commander")
    with opened(chief):
        refuse(export.serial, "不需要", reader=chief, at=AT)
    for act in (lambda: taken(one, ring), lambda: asked(one)):
        with pytest.raises(Refusal) as error:
            act()
        assert code(error) in ("export_is_refused", "form_asked_already")


def test_what_was_handed_out_meanwhile_counts(
    tmp_path: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    everybody = sent(blanks.households(tmp_path / "h.xlsx"), ring).number
    asked(first := filled(number))
    asked(second := filled(everybody))
    taken(first, ring)
    monkeypatch.setattr(handing, "limits", lambda: Limits(2, 24, 20, 60, 200))
    with opened(reader()), pytest.raises(Refusal) as error:
        take_form(second, reader=reader(), ring=ring, at=AT)
    assert code(error) == "export_grown"


def test_a_grid_of_sums_is_handed_out_by_the_same_act(
    tmp_path: Path, ring: KeyRing, nobody_alone: None
) -> None:
    one = filled(sent(blanks.summary(tmp_path / "b.xlsx"), ring).number)
    export = asked(one)
    assert (export.state, export.count) == ("ready", 0)
    taken(one, ring)
    assert not ExportRow.objects.exists()


def test_nobody_hands_out_what_another_filled(tmp_path: Path, ring: KeyRing) -> None:
    one = filled(sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number)
    with pytest.raises(Refusal) as error:
        asked(one, reader("other"))
    assert code(error) == "form_of_another"
    asked(one)
    with pytest.raises(Refusal) as error:
        taken(one, ring, reader("other"))
    assert code(error) == "export_not_yours"


def test_a_form_is_filled_for_no_area_but_ones_own(tmp_path: Path, ring: KeyRing) -> None:
    by = reader("village", "community", GALAXY)
    number = sent(blanks.households(tmp_path / "b.xlsx"), ring, by).number
    for area in (TOWN, GOLDEN):
        with opened(by), pytest.raises(Refusal) as error:
            ask_fill(number, area=area, on=ON, reader=by, at=AT)
        assert code(error) == "form_area_elsewhere"
    one = filled(number, by, GALAXY)
    asked(one, by)
    names = {row[2] for row in cells_of(taken(one, ring, by).content)}
    assert "甲某" in names and "=HYPERLINK(丙)" not in names


def test_a_day_to_come_cannot_be_filled(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    with opened(reader()), pytest.raises(Refusal) as error:
        ask_fill(number, area=TOWN, on=date(2020, 2, 4), reader=reader(), at=AT)
    assert code(error) == "form_day_to_come"


def test_a_job_that_was_called_off_fills_nothing(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    with opened(reader()):
        ask_fill(number, area=TOWN, on=ON, reader=reader(), at=AT)
        cancel_job(Job.objects.latest("id").pk, actor="clerk", at=AT)
    work()
    assert FilledForm.objects.get().state == "failed"
    assert Job.objects.latest("id").state == "cancelled"
    assert not FilledCopy.objects.exists()


def test_a_newer_filling_replaces_the_file_of_one_nobody_asked_for(tmp_path: Path, ring: KeyRing) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    first = filled(number)
    asked(second := filled(number))
    third = filled(number)
    assert set(FilledCopy.objects.values_list("pk", flat=True)) == {second, third}
    with opened(reader()):
        history = history_of(number)
    assert [(one.number, one.export, one.has_copy) for one in history] == [
        (third, "", True),
        (second, "ready", True),
        (first, "", False),
    ]


def test_a_form_that_is_not_filled_any_more_is_gone_and_its_record_stays(
    tmp_path: Path, ring: KeyRing
) -> None:
    number = sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number
    filled(number)
    with opened(reader()):
        end_form(number, reader=reader(), at=AT)
        assert kept_forms(reader()) == []
        with pytest.raises(Refusal):
            form_line(number)
    assert FilledForm.objects.exists()
    again = sent(blanks.returnees(tmp_path / "b.xlsx"), ring)
    assert again.is_new and again.number != number


def test_the_wider_areas_corrections_hold_where_none_are_nearer(tmp_path: Path, ring: KeyRing) -> None:
    blank = blanks.returnees(tmp_path / "b.xlsx")
    number = sent(blank, ring).number
    with opened(reader()):
        correct_columns(number, {"手机彩铃": "relation"}, reader=reader(), ring=ring, at=AT)
    fields = {
        area: [one.field for one in learn(blank, area=area)[0].sheets[0].meanings][-1]
        for area in ("", TOWN, GALAXY)
    }
    assert fields == {"": None, TOWN: "relation", GALAXY: "relation"}
