"""Files in: every row has one outcome, nothing is lost, nothing is half done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection

from fournets.crypto import KeyRing
from fournets.intake.models import KnownLayout, SourceFile, SourceRow, SourceSheet
from fournets.intake.selectors import links
from fournets.intake.services import TakeIn, take_in, undo_file
from fournets.people.models import Fact, Person
from tests.apps.intake.conftest import AT, HEADER, HOUSEHOLD, LAN, MEI, QIANG, Workbook

pytestmark = pytest.mark.usefixtures("town")
STATE = """
SELECT f.name, r.sheet, r.row, r.outcome, p.public_id, p.name, p.area_code
FROM intake_sourcerow r JOIN intake_sourcefile f ON f.id = r.file_id AND f.state = 'taken'
LEFT JOIN people_person p ON p.id = r.person_id ORDER BY 1, 2, 3
"""


def state() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return cursor.fetchall()


def test_every_row_of_a_register_has_one_outcome(register: Path, how: TakeIn, ring: KeyRing) -> None:
    totals = take_in([register], how, ring=ring).totals()
    assert totals["rows"] == 6
    assert totals["created"] == 3
    assert totals["not_data"] == 3
    assert (
        sum(
            totals[name]
            for name in ("created", "matched", "updated", "unchanged", "review", "rejected", "not_data")
        )
        == 6
    )


def test_each_person_is_in_the_area_of_the_address(register: Path, how: TakeIn, ring: KeyRing) -> None:
    take_in([register], how, ring=ring)
    areas = dict(Person.objects.values_list("name", "area_code"))
    assert areas["区美兰"].startswith("440605123018")
    assert areas["解小兰"].startswith("440605123008")


def test_the_same_file_again_changes_nothing(register: Path, how: TakeIn, ring: KeyRing) -> None:
    take_in([register], how, ring=ring)
    before = state()
    again = take_in([register], how, ring=ring).totals()
    assert again["unchanged"] == 3
    assert again["created"] == again["updated"] == 0
    assert state() == before


def test_another_list_with_the_same_person_makes_no_second_file(
    register: Path, workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    pushed = workbook("下发.xlsx", [["姓名", "电话"], ["区美兰", "13800138001"]])
    take_in([register, pushed], how, ring=ring)
    assert Person.objects.filter(name="区美兰").count() == 1
    people = {row[4] for row in links() if row[0] == "下发.xlsx" and row[4]}
    assert people == {Person.objects.get(name="区美兰").public_id}


def test_a_file_taken_back_leaves_the_register_as_it_was(
    register: Path, workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    take_in([register], how, ring=ring)
    before = state(), sorted(Person.objects.values_list("public_id", "name", "values"))
    more = workbook(
        "返乡.xlsx",
        [HEADER, [1, "区美兰", MEI, "13900139009", "", ""], [2, "查文华", "", "13700137007", "银河社区", ""]],
    )
    take_in([more], how, ring=ring)
    assert Person.objects.count() == 4
    undo_file(SourceFile.objects.get(name="返乡.xlsx").id, actor="梁书记员", at=AT)
    assert (state(), sorted(Person.objects.values_list("public_id", "name", "values"))) == before
    assert take_in([more], how, ring=ring).totals()["created"] == 1


def test_a_dry_run_says_the_same_and_changes_nothing(register: Path, how: TakeIn, ring: KeyRing) -> None:
    said = take_in([register], replace(how, dry_run=True), ring=ring).totals()
    assert not Person.objects.exists()
    assert not SourceFile.objects.exists()
    assert take_in([register], how, ring=ring).totals() == said


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence_and_the_others_are_taken(
    register: Path, tmp_path: Path, how: TakeIn, ring: KeyRing
) -> None:
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    report = take_in([broken, register], how, ring=ring)
    assert [file.refused is not None for file in report.files] == [True, False]
    assert "坏的.xlsx" in (report.files[0].refused or "")
    assert report.totals()["created"] == 3
    assert SourceFile.objects.get(name="坏的.xlsx").state == "refused"


class Killed(Exception):
    """Stands for the power going off."""


def test_broken_off_in_the_middle_and_run_again_gives_the_same_end(
    register: Path, workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    how = replace(how, batch_rows=1)
    pushed = workbook("下发.xlsx", [["姓名", "电话"], ["区美兰", "13800138001"], ["仇万里", "13600136006"]])
    third = workbook("再发.xlsx", [["姓名", "电话"], ["仇万里", "13600136006"]])
    done: list[int] = []

    def killed_at_the_third(steps: int) -> None:
        done.append(steps)
        if len(done) == 3:
            raise Killed

    with pytest.raises(Killed):
        take_in([register, pushed, third], how, ring=ring, advance=killed_at_the_third)
    assert 0 < SourceFile.objects.count() < 3
    take_in([register, pushed, third], how, ring=ring)
    ended = state()
    for file in SourceFile.objects.order_by("-id"):
        undo_file(file.id, actor="梁书记员", at=AT)
    assert not Person.objects.exists()
    take_in([register, pushed, third], how, ring=ring)
    assert state() == ended


def test_hidden_nothing_every_fact_names_its_row(register: Path, how: TakeIn, ring: KeyRing) -> None:
    take_in([register], how, ring=ring)
    rows = set(SourceRow.objects.filter(outcome="created").values_list("file_id", "sheet", "row"))
    assert set(Fact.objects.values_list("file_id", "sheet", "row")) == rows
    assert len(rows) == len(HOUSEHOLD)


def test_a_layout_nobody_explained_waits_and_one_map_explains_it_for_good(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    strange = [["代称", "标记", "备用"], ["区美兰", "x7", "q"], ["陈志强", "x8", "q"]]
    first = take_in([workbook("怪表.xlsx", strange)], how, ring=ring)
    assert first.files[0].sheets[0].kind == "unknown"
    assert first.totals()["review"] == 3
    assert set(SourceRow.objects.values_list("reason", flat=True)) == {"unknown_kind"}
    mapping = {"*": {"kind": "pushed_list", "header_row": 1, "columns": {"A": "name"}}}
    changed = [*strange[:2], ["查文华", "x9", "q"]]
    second = take_in([workbook("怪表2.xlsx", changed)], replace(how, mapping=mapping), ring=ring)
    assert second.files[0].sheets[0].kind == "pushed_list"
    third = take_in([workbook("怪表3.xlsx", [*strange[:2], ["仇万里", "x1", "q"]])], how, ring=ring)
    assert third.files[0].sheets[0].kind == "pushed_list"
    assert KnownLayout.objects.count() == 1


def test_an_older_sheet_is_taken_too_and_the_newer_one_counts(
    tmp_path: Path, how: TakeIn, ring: KeyRing
) -> None:
    path = tmp_path / "银河社区动态表.xlsx"
    moved = [*HOUSEHOLD[0][:3], "13900139001", *HOUSEHOLD[0][4:]]
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("2-3更新", [moved, HOUSEHOLD[1]]), ("2-1", [HOUSEHOLD[0], HOUSEHOLD[2]])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([HEADER, *rows]):
                sheet.write_row(number, 0, row)
    report = take_in([path], how, ring=ring)
    assert report.totals()["not_data"] == 2
    people = {person.name: person for person in Person.objects.all()}
    assert set(people) == {"区美兰", "陈志强", "解小兰"}
    assert ring.unseal("phone", people["区美兰"].phone_sealed) == "13900139001"
    older = SourceFile.objects.get().sourcesheet_set.get(name="2-1")
    notice = next(one for one in older.notices if one["code"] == "superseded_sheet")
    assert (notice["newer"], notice["gone"], notice["added"]) == ("2-3更新", 1, 1)


def test_a_cell_of_too_many_households_is_told_with_its_sheet_and_row(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    head = ["序号", "社区", "网格编码", "网格名称", "网格员", "联系电话", "户数"]
    code = "440605123018W00"
    cells = [
        [1, "银河社区", f"{code}1", "银河第一网格", "庞睿", "13800138004", 400],
        [2, "银河社区", f"{code}2", "银河第二网格", "仇宁", "13800138005", 900],
    ]
    file = workbook("网格底册.xlsx", [["丹灶镇网格底册"], head, *cells])
    report = take_in([file], how, ring=ring)
    noticed = {"code": "cell_size", "row": 4, "households": 900, "least": 300, "most": 500}
    assert report.files[0].sheets[0].notices == [{"sheet": "Sheet1", **noticed}]
    assert SourceSheet.objects.get().notices == [{"sheet": "Sheet1", **noticed}]
    assert report.totals()["problems"] == 0


def test_building_and_door_in_columns_of_their_own_are_an_address_and_a_home(
    workbook: Workbook, how: TakeIn, ring: KeyRing
) -> None:
    head = ["序", "户主姓名", "成员姓名", "居民身份证号码", "本人手机号", "楼栋", "房号", "所属经济社"]
    people = [
        [1, "区美兰", "区美兰", MEI, "13800138001", "西路3号", None, "伏水经济社"],
        [2, "区美兰", "陈志强", QIANG, "13800138002", "西路3号", None, "伏水经济社"],
        [3, "解小兰", "解小兰", LAN, "13800138003", "金沙湾花园1栋", "301", "金沙湾花园"],
    ]
    take_in([workbook("人口.xlsx", [["银河社区常住人口排查表"], head, *people])], how, ring=ring)
    homes = dict(Person.objects.values_list("name", "household_id"))
    assert homes["区美兰"] == homes["陈志强"] != homes["解小兰"]
    addresses = {one.name: ring.unseal("address", one.address_sealed or b"") for one in Person.objects.all()}
    assert addresses["陈志强"] == "伏水经济社西路3号"
    assert addresses["解小兰"] == "金沙湾花园1栋301"


def test_a_sheet_says_which_community_it_speaks_of(workbook: Workbook, how: TakeIn, ring: KeyRing) -> None:
    titled = workbook("银河社区常住人口排查.xlsx", [HEADER, HOUSEHOLD[0]])
    plain = workbook("其他.xlsx", [HEADER, HOUSEHOLD[1]])
    take_in([titled, plain], how, ring=ring)
    said = dict(SourceSheet.objects.values_list("file__name", "speaks_of"))
    assert said == {"银河社区常住人口排查.xlsx": "440605123018", "其他.xlsx": how.area_code}
