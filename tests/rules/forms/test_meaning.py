"""What columns mean, whom a form is about, and how its values are written."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl import Workbook

from fournets.reporting.forms.blank import Blank, Head
from fournets.reporting.forms.indicators import indicator_of
from fournets.reporting.forms.labels import filled_label
from fournets.reporting.forms.learn import meanings
from fournets.reporting.forms.meaning import (
    ENTERPRISE,
    HOUSEHOLD,
    PERSON,
    SUMMARY,
    Meaning,
    field_of,
    field_of_path,
    type_of,
    whom,
)
from fournets.reporting.forms.meaning import read_meanings as meanings_of_grid
from fournets.reporting.forms.ways import NotAmongChoices, Way, way_of, write


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("公民身份号码(必填)", PERSON, "id_number"),
        ("联系电话", PERSON, "phone"),
        ("联系电话", ENTERPRISE, "contact_phone"),
        ("其中疫区员工数(人)", ENTERPRISE, "outbreak_headcount"),
        ("家庭人口数", HOUSEHOLD, "members"),
        ("户主身份证号", HOUSEHOLD, "head_id_number"),
        ("已隔离天数", PERSON, "isolation_days"),
        ("手机彩铃", PERSON, None),
        ("登记人数", PERSON, None),
        ("责任医生签名", PERSON, None),
        ("宠物", PERSON, None),
        ("疫苗接种率", PERSON, None),
    ],
)
def test_a_header_means_what_the_kind_of_form_makes_of_it(header: str, kind: str, field: str | None) -> None:
    assert field_of(header, kind) == field


def test_a_group_above_says_whose_the_column_is() -> None:
    assert field_of_path(("户主信息", "姓名"), PERSON) == "head_name"
    assert field_of_path(("联系人", "姓名"), ENTERPRISE) == "contact_name"
    assert field_of_path(("隔离情况", "开始日期"), PERSON) == "isolation_from"


def test_a_field_asked_for_twice_is_asked_about() -> None:
    heads = [Head(1, "A1", ("姓名",)), Head(2, "B1", ("名字",))]
    blank = Blank("表", "人员表", heads, (1, 1), 2, 2)
    assert [one.field for one in meanings(blank, PERSON)] == ["name", None]


def test_a_sum_is_of_whom_the_title_names_only_where_rows_are_places() -> None:
    def read(*headers: str) -> list[str | None]:
        heads = [Head(at, f"{at}1", (text,)) for at, text in enumerate(headers, 1)]
        return [
            one.field for one in meanings_of_grid(Blank("表", "返镇人员统计表", heads, (1, 1), 2, 2), SUMMARY)
        ]

    assert read("社区", "人数") == ["area", "figure:returnees"]
    assert read("网格", "人数") == ["cell", "figure:returnees"]
    assert read("类别", "人数")[1] == "value"
    assert read("指标", "人数") == ["indicator", "value"]


def test_a_map_decides() -> None:
    blank = Blank("表", "人员表", [Head(1, "A1", ("怪名",))], (1, 1), 2, 2)
    assert meanings(blank, PERSON, {"怪名": "employer"})[0].field == "employer"


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("返乡人员登记表", "returnee"),
        ("湖北返乡人员登记表", "outbreak"),
        ("居家隔离人员健康监测表", "isolation_home"),
        ("集中隔离点人员台账", "isolation_site"),
        ("隔离观察人员名册", "isolation"),
        ("湖北籍员工明细表", "outbreak+staff"),
        ("务工人员返岗信息表", "returnee+staff"),
        ("Register of Returnees", "returnee"),
        ("复工企业员工花名册", "staff"),
        ("流动人口信息采集表", "migrant"),
        ("密切接触者名单", "contact"),
        ("居民信息表", "resident"),
        ("Liste", ""),
    ],
)
def test_the_title_says_whom_a_form_is_about(title: str, who: str) -> None:
    assert whom(title) == who


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("总户数", "households"),
        ("已排查户数", "households_visited"),
        ("湖北返回人数", "outbreak_returnees@42"),
        ("其中湖北(温州)返镇人数", "outbreak_returnees@42|3303"),
        ("温州返回人数", "outbreak_returnees@3303"),
        ("重点地区来镇人数", "outbreak_returnees"),
        ("人数", "people"),
        ("志愿者人数", None),
        ("外出人数", None),
        ("省外返回人数", None),
        ("劝返人数", None),
        ("低保户数", None),
        ("规上企业数", None),
        ("请假员工数", None),
        ("未隔离人数", None),
        ("居家隔离户数", None),
        ("次密接人数", None),
        ("今日排查人数", None),
        ("湖北籍人数", None),
        ("未排查户数", "households_unvisited"),
        ("居家隔离人数", "isolation_home"),
        ("集中医学观察人数", "isolation_site"),
        ("有疫区员工企业数", "enterprises_outbreak"),
        ("企业总数", "enterprises"),
        ("人口数", "people"),
        ("确诊人数", None),
        ("口罩发放数", None),
        ("女性人数", "/female"),
        ("其中:男", "/male"),
        ("0～14周岁", "/0-14"),
        ("60周岁(含)以上人口数", "people/60-"),
        ("60岁及以上女返镇人数", "returnees/female/60-"),
        ("湖北返回人数其中18岁以下", "outbreak_returnees/-18@42"),
        ("不满18周岁人数", "/-17"),
        ("超过80岁", "/81-"),
        ("妇女人数", None),
        ("子女数", None),
        ("男女比例", None),
        ("老年人数", None),
        ("60岁以上老人", None),
        ("企业数男", None),
        ("60岁以上户数", None),
    ],
)
def test_an_indicator_is_a_figure_or_nothing(text: str, figure: str | None) -> None:
    assert indicator_of(text) == figure


def _way(
    header: str, field: str, examples: list[object], number_format: str = "General"
) -> tuple[Meaning, Way]:
    sheet = Workbook().active
    sheet["A1"] = header
    for row, value in enumerate(examples, 2):
        sheet.cell(row, 1, value)
    sheet["A2"].number_format = number_format
    blank = Blank("Sheet", "", [], (1, 1), 2, 9, examples=list(range(2, 2 + len(examples))))
    meaning = Meaning(Head(1, "A1", (header,)), field, type_of(field))
    return meaning, way_of(sheet, blank, meaning)


@pytest.mark.parametrize(
    ("example", "written"),
    [
        ("2020-01-05", "2020-02-03"),
        ("2020/1/5", "2020/2/3"),
        ("2020.1.5", "2020.2.3"),
        ("2020年1月5日", "2020年2月3日"),
        ("20200105", "20200203"),
        ("1月5日", "2月3日"),
        ("1.5", "2.3"),
    ],
)
def test_a_date_is_written_as_the_example_is(example: str, written: str) -> None:
    meaning, way = _way("返镇日期", "returned_on", [example])
    assert write("2020-02-03", meaning, way) == written == write(date(2020, 2, 3), meaning, way)


def test_a_date_format_of_the_cell_gets_a_real_date() -> None:
    meaning, way = _way("返镇日期", "returned_on", [], 'yyyy"年"m"月"d"日"')
    assert write("2020-02-03", meaning, way) == datetime(2020, 2, 3)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("header", "field", "examples", "value", "written"),
    [
        ("性别", "sex", [], "female", "女"),
        ("性别(1男2女)", "sex", [], "female", "2"),
        ("性别", "sex", ["女性"], "male", "男性"),
        ("是否到过湖北(1是2否)", "been_to_outbreak_area", [], "no", "2"),
        ("是否到过湖北(打√)", "been_to_outbreak_area", [], "yes", "√"),
        ("有无接触史", "contact_history", [], "no", "无"),
        ("是否接触病例", "contact_history", ["×"], "no", "×"),
        ("来源地", "from_place", [], "420106|4201", "湖北省武汉市武昌区、湖北省武汉市"),
        ("联系电话", "phone", [], "13800000001|0757-86123456", "13800000001"),
        ("年龄", "age", [], 40, 40),
        ("体温", "temperature", [], "36.5", 36.5),
    ],
)
def test_a_value_is_written_the_form_s_way(
    header: str, field: str, examples: list[object], value: object, written: object
) -> None:
    meaning, way = _way(header, field, examples)
    assert write(value, meaning, way) == written


def test_a_value_that_is_no_choice_is_left_out() -> None:
    meaning = Meaning(Head(1, "A1", ("民族",)), "ethnicity", "text")
    with pytest.raises(NotAmongChoices):
        write("苗族", meaning, Way(choices=("汉族", "壮族")))


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("填报单位:", "填报单位:银河社区"),
        ("填报日期:    年  月  日", "填报日期:2020年2月3日"),
        ("截至  月  日", "截至2月3日"),
        ("填表人:            联系电话:", "填表人:            联系电话:"),
        ("____社区登记表", "银河社区登记表"),
    ],
)
def test_labels_are_answered_and_signatures_left(text: str, filled: str) -> None:
    assert filled_label(text, unit="银河社区", on=date(2020, 2, 3)) == filled
