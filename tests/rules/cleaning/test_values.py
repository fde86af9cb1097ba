"""Tables of cells and what they become on 5 February 2020. Every number and name is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from fournets.intake.rules import choices, codes, dates, names, numbers, phones, value
from fournets.intake.rules.ids import check_character, clean_id
from fournets.workbooks.model import Cell

DAY = date(2020, 2, 5)
GOOD = "44060519750307001" + check_character("44060519750307001")
OLD = "440605750307001"


@pytest.mark.parametrize(
    ("cell", "number", "certainty", "problem"),
    [
        (GOOD, GOOD, "verified", ""),
        (f"'{GOOD} ", GOOD, "verified", ""),
        (f"{GOOD[:6]} {GOOD[6:14]}\u00a0{GOOD[14:]}", GOOD, "verified", ""),
        (f"{GOOD[:6]}-{GOOD[6:14]}—{GOOD[14:]}", GOOD, "verified", ""),
        ("".join(chr(ord(c) + 0xFEE0) for c in GOOD), GOOD, "verified", ""),
        (f"身份证:{GOOD}", GOOD, "verified", ""),
        ("11010519491231002x", "11010519491231002X", "verified", ""),
        ("11010519491231002×", "11010519491231002X", "verified", ""),
        ("110105194912310021", "110105194912310021", "unverified", "cell_id_check"),
        ("440605197502300017", "440605197502300017", "unverified", "cell_id_date"),
        ("44060520300307001X", "44060520300307001X", "unverified", "cell_id_future"),
        ("44060518850307001X", "44060518850307001X", "unverified", "cell_id_age"),
        ("4406051975030700", "4406051975030700", "unverified", "cell_id_length"),
        (OLD, GOOD, "unverified", ""),
        (float(OLD), GOOD, "unverified", ""),
        (440605197503071234.0, "440605197503071", "partial", "cell_id_lost"),
        ("440605197503071000", "440605197503071", "partial", "cell_id_lost"),
        ("4.40682E+17", "440682", "partial", "cell_id_lost"),
        ("4.40682197503071E+17", "440682197503071", "partial", "cell_id_lost"),
        ("13800138000", None, None, "cell_id_is_phone"),
        ("没带", None, None, "cell_id_form"),
        (f"{GOOD} 11010519491231002X", None, None, "cell_id_several"),
        ("无", None, None, ""),
        ("", None, None, ""),
        (True, None, None, "cell_id_form"),
    ],
)
def test_a_resident_id_is_as_sure_as_its_digits(
    cell: Cell, number: str | None, certainty: str | None, problem: str
) -> None:
    found = clean_id(cell, on=DAY)
    assert (found.value, found.certainty, found.problem) == (number, certainty, problem)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("E12345678", "passport"),
        ("ea1234567", "passport"),
        ("H12345678", "hk_macau_permit"),
        ("M1234567801", "hk_macau_permit"),
        ("12345678", "taiwan_permit"),
        ("USA123456789012", "foreigner_permanent"),
        ("81000019800101001" + check_character("81000019800101001"), "hmt_residence"),
        (GOOD, "resident_id"),
    ],
)
def test_other_documents_are_known_by_their_form(cell: str, kind: str) -> None:
    assert clean_id(cell, on=DAY).kind == kind


def test_sex_and_birth_day_are_read_from_a_verified_number() -> None:
    found = clean_id(GOOD, on=DAY)
    assert (found.sex, found.birth_on) == ("male", "1975-03-07")


def test_a_number_that_lost_its_end_still_tells_the_birth_day_but_not_the_sex() -> None:
    found = clean_id(440605197503071234.0, on=DAY)
    assert (found.sex, found.birth_on) == (None, "1975-03-07")


Rule = Callable[..., value.Cleaned]


def check(rule: Rule, cell: Cell, expected: str | None, problem: str) -> None:
    found = rule(cell, on=DAY)
    assert (found.value, found.problem) == (expected, problem)


@pytest.mark.parametrize(
    ("cell", "expected", "problem"),
    [
        ("13800138000", "13800138000", ""),
        (1.38e10, "13800000000", ""),
        (13800138000.0, "13800138000", ""),
        ("138 0013 8000", "13800138000", ""),
        ("138-0013-8000", "13800138000", ""),
        ("+86 138 0013 8000", "13800138000", ""),
        ("8613800138000", "13800138000", ""),
        ("１３８００１３８０００", "13800138000", ""),
        ("13800138000/13900139000", "13800138000|13900139000", ""),
        ("13800138000、0757-86123456", "13800138000|0757-86123456", ""),
        ("13800138000 13900139000", "13800138000|13900139000", ""),
        ("13800138000;13800138000", "13800138000", ""),
        ("(0757)86123456转801", "0757-86123456", ""),
        ("075786123456", "0757-86123456", ""),
        ("010-12345678", None, "cell_phone_length"),
        ("86123456", "86123456", "cell_phone_no_area"),
        ("+852 5123 4567", "+85251234567", ""),
        ("妻子13800138000", "13800138000", ""),
        ("1380013800", None, "cell_phone_length"),
        ("13800138000/1390013900", "13800138000", "cell_phone_part"),
        ("1.38E+10", None, "cell_phone_lost"),
        ("没有电话", None, "cell_phone_form"),
        ("无", None, ""),
        ("　", None, ""),
    ],
)
def test_phones(cell: Cell, expected: str | None, problem: str) -> None:
    check(phones.clean_phone, cell, expected, problem)


@pytest.mark.parametrize(
    ("cell", "expected", "problem"),
    [
        ("2020-02-03", "2020-02-03", ""),
        (datetime.fromisoformat("2020-02-03"), "2020-02-03", ""),
        (date(2020, 2, 3), "2020-02-03", ""),
        (43864.0, "2020-02-03", ""),
        (20200203.0, "2020-02-03", ""),
        ("2020.2.3", "2020-02-03", ""),
        ("2020/2/3", "2020-02-03", ""),
        ("20200203", "2020-02-03", ""),
        ("2020年2月3日", "2020-02-03", ""),
        ("２０２０年２月３号", "2020-02-03", ""),
        ("20.2.3", "2020-02-03", ""),
        ("2月3日", "2020-02-03", ""),
        ("2.3", "2020-02-03", ""),
        ("12月30日", "2019-12-30", ""),
        ("二月三日", "2020-02-03", ""),
        ("1月23日晚8点", "2020-01-23", ""),
        ("2020-02-03 14:30", "2020-02-03", ""),
        ("正月初十", "2020-02-03", ""),
        ("农历腊月二十九", "2020-01-23", ""),
        ("除夕", "2020-01-24", ""),
        ("年初三", "2020-01-27", ""),
        ("腊月廿八", "2020-01-22", ""),
        ("2020年2月30日", None, "cell_date_impossible"),
        ("昨天", None, "cell_date_relative"),
        ("1985年3月", None, "cell_date_no_day"),
        ("1985", None, "cell_date_no_day"),
        ("1月20日至1月25日", None, "cell_date_several"),
        (2.1, None, "cell_date_ambiguous"),
        (1.23, "2020-01-23", ""),
        ("很久", None, "cell_date_form"),
        ("无", None, ""),
        (None, None, ""),
    ],
)
def test_days(cell: Cell, expected: str | None, problem: str) -> None:
    check(dates.clean_date, cell, expected, problem)


def test_a_day_to_come_is_the_nearest_one() -> None:
    assert dates.clean_date("2月10日", on=DAY, nearest=True).value == "2020-02-10"
    assert dates.clean_date("2月10日", on=DAY).value == "2019-02-10"


def test_nobody_is_born_tomorrow() -> None:
    assert dates.clean_birth("2020-02-06", on=DAY).problem == "cell_date_future"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020-02-03 14:30", "2020-02-03T14:30"),
        (datetime.fromisoformat("2020-02-03T14:30"), "2020-02-03T14:30"),
        (43864.604166666664, "2020-02-03T14:30"),
        ("2月3日下午2点半", "2020-02-03T14:30"),
        ("2020-02-03", "2020-02-03"),
    ],
)
def test_moments(cell: Cell, expected: str) -> None:
    check(dates.clean_datetime, cell, expected, "")


@pytest.mark.parametrize(
    ("cell", "expected", "problem"),
    [
        ("张三", "张三", ""),
        ("张 三", "张三", ""),
        ("张\u3000三", "张三", ""),
        ("张\u00a0三", "张三", ""),
        ("\u200b张三", "张三", ""),
        ("张三（组长）", "张三", ""),
        ("张三(户主)", "张三", ""),
        ("1、张三", "张三", ""),
        ("张三2", "张三", ""),
        ("张小三先生", "张小三", ""),
        ("买买提·吐尔逊", "买买提·吐尔逊", ""),
        ("阿依古丽•买买提", "阿依古丽•买买提", ""),
        ("Ｊｏｈｎ  Smith", "John Smith", ""),
        ("欧阳娜娜", "欧阳娜娜", ""),
        ("𬭎伟", "𬭎伟", ""),
        ("13800138000", None, "cell_name_form"),
        ("张" * 50, None, "cell_name_long"),
        ("无", None, ""),
    ],
)
def test_names(cell: Cell, expected: str | None, problem: str) -> None:
    check(names.clean_name, cell, expected, problem)


@pytest.mark.parametrize(
    ("rule", "cell", "expected", "problem"),
    [
        (numbers.clean_number, "1,200人", "1200", ""),
        (numbers.clean_number, 1200.0, "1200", ""),
        (numbers.clean_number, "约50", "50", ""),
        (numbers.clean_number, "3.50", "3.5", ""),
        (numbers.clean_number, "3-5", None, "cell_number_several"),
        (numbers.clean_number, "-3", None, "cell_number_negative"),
        (numbers.clean_number, "很多", None, "cell_number_form"),
        (numbers.clean_number, True, None, "cell_number_form"),
        (numbers.clean_age, "35岁", "35", ""),
        (numbers.clean_age, "8个月", "0", ""),
        (numbers.clean_age, "335", None, "cell_age_range"),
        (numbers.clean_temperature, "36.5℃", "36.5", ""),
        (numbers.clean_temperature, "３６．８", "36.8", ""),
        (numbers.clean_temperature, 36.55, "36.55", ""),
        (numbers.clean_temperature, 37.0, "37.0", ""),
        (numbers.clean_temperature, "36.5/37.4", "37.4", ""),
        (numbers.clean_temperature, "正常", None, ""),
        (numbers.clean_temperature, "37.3以下", None, ""),
        (numbers.clean_temperature, "365", None, "cell_temperature_range"),
        (numbers.clean_temperature, "发热", None, "cell_temperature_words"),
        (choices.clean_yes_no, "是", "yes", ""),
        (choices.clean_yes_no, "√", "yes", ""),
        (choices.clean_yes_no, 1.0, "yes", ""),
        (choices.clean_yes_no, True, "yes", ""),
        (choices.clean_yes_no, "ｙ", "yes", ""),
        (choices.clean_yes_no, "去过武汉", "yes", ""),
        (choices.clean_yes_no, "是□ 否☑", "no", ""),
        (choices.clean_yes_no, "无接触史", "no", ""),
        (choices.clean_yes_no, "×", "no", ""),
        (choices.clean_yes_no, 0.0, "no", ""),
        (choices.clean_yes_no, "不详", None, ""),
        (choices.clean_yes_no, "是□ 否□", None, "cell_yes_no"),
        (choices.clean_sex, "男性", "male", ""),
        (choices.clean_sex, "F", "female", ""),
        (choices.clean_sex, 2.0, "female", ""),
        (choices.clean_sex, "阴", None, "cell_sex"),
        (choices.clean_visit_state, "已排查", "done", ""),
        (choices.clean_visit_state, "家里没人,无人应答", "unreached", ""),
        (choices.clean_visit_state, "拒访", "refused", ""),
        (choices.clean_visit_state, "未排查", "not_started", ""),
        (choices.clean_visit_state, "蓝色", None, "cell_visit_state"),
        (choices.clean_relation, "户主本人", "户主", ""),
        (choices.clean_relation, "配 偶", "配 偶", ""),
        (codes.clean_region, "湖北武汉", "4201", ""),
        (codes.clean_region, "武汉、温州", "4201|3303", ""),
        (codes.clean_region, "本地", None, ""),
        (codes.clean_region, "火星", None, "cell_region"),
        (codes.clean_uscc, "91110000600037341L", "91110000600037341L", ""),
        (codes.clean_uscc, "91110000 600037341l", "91110000600037341L", ""),
        (codes.clean_uscc, "911100006000373411", "911100006000373411", "cell_uscc"),
        (codes.clean_uscc, "办理中", None, "cell_uscc_form"),
        (value.clean_text, "西路３号", "西路3号", ""),
        (value.clean_text, 501.0, "501", ""),
        (value.clean_text, "#REF!", None, "cell_formula_error"),
        (value.clean_text, "/", None, ""),
        (value.clean_text, "无", "无", ""),
    ],
)
def test_other_values(rule: Rule, cell: Cell, expected: str | None, problem: str) -> None:
    check(rule, cell, expected, problem)
