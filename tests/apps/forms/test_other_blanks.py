"""Blanks as other departments lay them out come back right, or say what stays empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.people.models import Person
from fournets.reporting.forms.fill import Order, fill
from fournets.reporting.forms.report import Report
from tests.apps.forms import other_blanks as blanks
from tests.apps.forms.conftest import GALAXY, TOWN

ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
Filler = Callable[..., tuple[Workbook, Report]]


@pytest.fixture
def filled(tmp_path: Path, ring: KeyRing) -> Filler:
    def act(make: Callable[[Path], Path], area: str = TOWN) -> tuple[Workbook, Report]:
        blank, out = make(tmp_path / "blank.xlsx"), tmp_path / "filled.xlsx"
        report, _ = fill(blank, Order(area, ON), out, ring=ring, actor="职员", at=AT)
        return load_workbook(out), report

    return act


def rows(book: Workbook, first: int, last: int, sheet: str | None = None) -> list[list[object]]:
    page = book[sheet] if sheet else book.worksheets[0]
    return [[cell.value for cell in page[number]] for number in range(first, last + 1)]


def codes(report: Report) -> set[str]:
    return {notice["code"] for notice in report.notices}


def test_a_date_in_three_columns_and_a_control_among_marks(filled: Filler) -> None:
    Person.objects.filter(public_id="P1").update(values={"isolation_place": "居家隔离", **_values("P1")})
    book, _ = filled(blanks.key_people)
    assert rows(book, 5, 6) == [
        [1, "甲某", 2020, 1, 25, None, None, "√", None, None],
        [2, "乙某", 2020, 1, 26, "√", None, None, None, None],
    ]


def test_the_look_of_an_example_goes_with_it(filled: Filler) -> None:
    book, _ = filled(blanks.key_people)
    assert (
        book.worksheets[0]["B5"].font.color is None or book.worksheets[0]["B5"].font.color.rgb != "00FF0000"
    )


def test_a_box_holds_one_digit_and_a_wide_column_is_one_column(filled: Filler) -> None:
    book, report = filled(blanks.boxes)
    line = rows(book, 5, 5)[0]
    assert "".join(str(one) for one in line[2:20]) == "440682198002030011"
    assert line[20:] == ["13800000001", None]
    assert [one.meaning.field for one in report.columns] == ["sequence", "name", *["id_number"] * 18, "phone"]


def test_each_sheet_lists_the_people_of_the_community_it_names(filled: Filler) -> None:
    book, _ = filled(blanks.by_community)
    assert [line[1] for line in rows(book, 4, 5, "银河")] == ["甲某", "乙某"]
    assert [line[1] for line in rows(book, 4, 5, "2")] == [None, None]
    assert [line[1] for line in rows(book, 4, 5, "丹灶")] == ["甲某", "乙某"]
    assert rows(book, 2, 2, "银河")[0][0] == "填报单位:银河社区居委会"


def test_a_sheet_of_another_community_stays_blank(filled: Filler) -> None:
    book, report = filled(blanks.by_community, area=GALAXY)
    assert rows(book, 4, 4, "2") == [[None] * 4]
    assert rows(book, 4, 4, "银河")[0][1] == "甲某"
    assert "form_sheet_elsewhere" in codes(report)


def test_a_card_about_one_person_is_refused_in_a_sentence(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(Refusal) as refusal:
        fill(
            blanks.card(tmp_path / "c.xlsx"),
            Order(TOWN, ON),
            tmp_path / "o.xlsx",
            ring=ring,
            actor="职员",
            at=AT,
        )
    assert refusal.value.message.code == "form_is_card"


def test_a_list_of_indicators_keeps_its_rows_and_leaves_what_it_cannot_read(filled: Filler) -> None:
    book, report = filled(blanks.daily_list)
    assert [line[3] for line in rows(book, 3, 6)] == [2, 1, None, 1]
    assert report.why_empty == {"cell_unknown_column": 1}
    assert report.unknown == []


def test_communities_across_are_areas_and_zero_is_no_guess(filled: Filler) -> None:
    book, report = filled(blanks.across)
    assert rows(book, 3, 4) == [["总人口(人)", 2, 1, None], ["户籍人口(人)", None, None, None]]
    assert [one.meaning.field for one in report.columns][1:] == [f"area:{GALAXY}", "area:440605123020", None]
    assert report.why_empty["cell_nothing_on_file"] == 2
    Person.objects.filter(public_id="P1").update(values={"residence_type": "migrant"})
    assert rows(filled(blanks.across)[0], 4, 4) == [["户籍人口(人)", 0, None, None]]


def test_a_header_of_a_person_is_the_firms_on_a_form_of_firms(filled: Filler) -> None:
    book, report = filled(blanks.checked_firms)
    assert rows(book, 5, 5) == [["某某五金厂", "91440605MA4W0000XX", "√", None, 45, None]]
    assert report.unknown == ["隔离场所(间)"]


def test_a_title_of_staff_from_a_region_lists_those_and_answers_for_the_day(filled: Filler) -> None:
    book, report = filled(blanks.staff)
    assert rows(book, 5, 5) == [["某某五金厂", "甲某", "是", 36.5, None, None, None]]
    assert rows(book, 6, 6) == [[None] * 7]
    assert report.kinds == [{"kind": "person", "who": "outbreak+staff"}]
    assert report.why_empty["cell_which_area"] == 1
    assert report.unknown == ["第1天体温 / 上午", "第1天体温 / 下午"]


def test_what_the_title_does_not_say_and_what_was_not_filled_is_told(filled: Filler) -> None:
    book, report = filled(blanks.two_tables)
    assert codes(report) == {"form_about_everybody", "form_more_tables"}
    assert book.worksheets[0].max_row > 8


def test_a_column_of_one_region_counts_that_region_alone(filled: Filler) -> None:
    book, report = filled(blanks.regions_of_households)
    assert rows(book, 3, 3) == [["甲某", 2, 1, None, None]]
    assert report.unknown == ["湖北返回人数", "有无发热"]


def _values(public_id: str) -> dict[str, object]:
    return dict(Person.objects.get(public_id=public_id).values)
