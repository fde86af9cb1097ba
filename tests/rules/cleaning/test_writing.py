"""How people write days, answers, temperatures, names and numbers when nobody checks them."""

from __future__ import annotations

from datetime import date

import pytest

from fournets.intake.rules.choices import clean_sex, clean_yes_no
from fournets.intake.rules.codes import clean_region
from fournets.intake.rules.dates import clean_date
from fournets.intake.rules.ids import clean_id
from fournets.intake.rules.names import clean_name
from fournets.intake.rules.numbers import clean_temperature

ON = date(2020, 2, 10)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("43864", "2020-02-03"),
        ("2020.02.03.", "2020-02-03"),
        ("2020，2，3", "2020-02-03"),
        ("2020。2。3", "2020-02-03"),
        ("2020 2 3", "2020-02-03"),
        ("2020/2/3 14:00", "2020-02-03"),
        ("2020/02/03（已到）", "2020-02-03"),
        ("二〇二〇年二月三日", "2020-02-03"),
        ("二零一九年十二月三十一日", "2019-12-31"),
        ("元月23日", "2020-01-23"),
        ("正月初八（2月1日）", "2020-02-01"),
        ("初八", "2020-02-01"),
        ("年廿八", "2020-01-22"),
        ("20203", None),
        ("2020年2月30日", None),
    ],
)
def test_days(text: str, day: str | None) -> None:
    assert clean_date(text, on=ON).value == day


def test_a_bare_new_years_day_means_nothing_in_summer() -> None:
    assert clean_date("初八", on=date(2020, 6, 1)).problem == "cell_date_impossible"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("□是 √否", "no"),
        ("□是☑否", "no"),
        ("☑是□否", "yes"),
        ("是√ 否□", "yes"),
        ("是□ 否√", "no"),
        ("有□无☑", "no"),
        ("○是 ●否", "no"),
        ("(√)是 ( )否", "yes"),
        ("是( ) 否(√)", "no"),
        ("√", "yes"),
        ("否√", "no"),
    ],
)
def test_ticks_belong_to_the_option_they_stand_at(text: str, answer: str) -> None:
    assert clean_yes_no(text, on=ON).value == answer


@pytest.mark.parametrize("text", ["是/否", "是否", "有无", "有/无", "□是 □否", "√是 √否", "是□ 否□"])
def test_a_question_nobody_answered_is_a_problem(text: str) -> None:
    assert clean_yes_no(text, on=ON) == (None, "left_out", "cell_yes_no")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("36度5", "36.5"),
        ("36℃5", "36.5"),
        ("３６度８", "36.8"),
        ("36点5", "36.5"),
        ("37度", "37.0"),
        ("38度5(复测37.1)", "38.5"),
    ],
)
def test_temperatures_as_they_are_spoken(text: str, value: str) -> None:
    assert clean_temperature(text, on=ON).value == value


@pytest.mark.parametrize(
    "text",
    [
        "陈大文、李小花",
        "陈大文/李小花",
        "陈大文 李小花",
        "陈大文\n李小花",
        "陈大文(户主)，李小花(妻)",
        "陈大文;李小花;陈小文",
    ],
)
def test_several_names_in_one_cell_are_no_name(text: str) -> None:
    assert clean_name(text, on=ON) == (None, "left_out", "cell_name_several")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("欧阳 娜娜", "欧阳娜娜"),
        ("陈  文", "陈文"),
        ("李小 明", "李小明"),
        ("陈大文、", "陈大文"),
        ("陈大文（小名李四）", "陈大文"),
        ("Smith, John", "Smith, John"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("陈大文*", "陈大文"),
        ("ALEXX", "ALEXX"),
    ],
)
def test_one_name_however_it_is_spaced(text: str, name: str) -> None:
    assert clean_name(text, on=ON).value == name


@pytest.mark.parametrize("text", ["陈**", "陈*", "*文", "陈xx", "陈＊＊"])
def test_a_masked_name_is_no_name(text: str) -> None:
    assert clean_name(text, on=ON).problem == "cell_name_masked"


@pytest.mark.parametrize(
    ("text", "value", "kind", "problem"),
    [
        ("440682********1234", "440682", "resident_id", "cell_id_masked"),
        ("440682**********123X", "440682", "resident_id", "cell_id_masked"),
        ("4****************4", None, None, "cell_id_masked"),
        ("4,40682E+17", "440682", "resident_id", "cell_id_lost"),
        ("L441234567", "L441234567", "household_book", ""),
        ("E12345678", "E12345678", "passport", ""),
    ],
)
def test_numbers_of_documents(text: str, value: str | None, kind: str | None, problem: str) -> None:
    found = clean_id(text, on=ON)
    assert (found.value, found.kind, found.problem) == (value, kind, problem)


@pytest.mark.parametrize(("text", "sex"), [("男孩", "male"), ("女婴", "female"), ("男/女", None)])
def test_children_have_a_sex_too(text: str, sex: str | None) -> None:
    assert clean_sex(text, on=ON).value == sex


@pytest.mark.parametrize("text", ["电话", "身份证号", "返乡时间", "健康状况", "住址："])
def test_a_forms_own_word_is_nobodys_name(text: str) -> None:
    assert clean_name(text, on=ON).problem == "cell_name_form"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("韩国首尔", "overseas"),
        ("境外", "overseas"),
        ("老挝/武汉", "4201|overseas"),
        ("吉林延边朝鲜族自治州", "2224"),
        ("overseas", "overseas"),
        ("一直未离开武汉", "4201"),
    ],
)
def test_places_abroad_are_what_the_lists_of_outbreak_areas_call_them(text: str, codes: str) -> None:
    assert clean_region(text, on=ON).value == codes


@pytest.mark.parametrize("text", ["未外出", "没有外出", "一直未离开丹灶"])
def test_to_have_stayed_is_no_place_and_no_mistake(text: str) -> None:
    assert clean_region(text, on=ON) == (None, "here", "")


@pytest.mark.parametrize("text", ["440605", "011234"])
def test_the_six_digits_of_an_area_are_no_number_of_a_document(text: str) -> None:
    assert clean_id(text, on=ON)[:1] == (None,)
