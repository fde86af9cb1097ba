"""What of a row identifies a person, and in which form it is compared."""

from __future__ import annotations

from datetime import date

import pytest

from fournets.people.rules.identity import door_key, entry_keys, identity


@pytest.mark.parametrize(
    "written",
    [
        "佛山市南海区丹灶镇下滘村伏水二经济社文明街61号501",
        "丹灶下滘村伏水二经济社文明街61号501",
        "伏水二经济社文明街61号501",
        "伏水二经济社 文明街 61号-501",
        "伏水二经济社文明街61号501",
    ],
)
def test_a_door_is_the_same_however_much_stands_before_the_street(written: str) -> None:
    assert door_key(written) == "文明街61号501"


@pytest.mark.parametrize(
    "written",
    [
        "新疆维吾尔自治区喀什地区喀什市11号", "喀什市11号", "湖南省衡阳市衡阳县07号", "佛山市南海区丹灶镇11号", "广州市天河区3栋501",
        "甘肃省临夏回族自治州东乡族自治县24号", "内蒙古自治区通辽市科尔沁左翼中旗8号", "佛山市南海区桂城街道12号", "湖北省武汉市 3-501",
    ],
)  # fmt: skip
def test_a_number_after_a_division_is_no_door(written: str) -> None:
    assert door_key(written) == ""
    assert identity(name="潘俊", values={"registered_address": written}).doors == ()


@pytest.mark.parametrize(
    ("written", "door"),
    [
        ("喀什市解放北路11号", "放北路11号"), ("银河社区3号501", "河社区3号501"), ("新市村11号之一", "新市村11号之一"),
        ("区村12号之2", "区村12号之2"), ("镇南路3号301", "镇南路3号301"), ("丹灶镇市场路11号", "市场路11号"),
        ("丹灶金宁花园2栋501", "宁花园2栋501"), ("县城南街5号二楼", "城南街5号二楼"), ("麻城市乘马岗镇王家湾3组12号", "王家湾3组12号"),
        ("乐安小区7座402", "安小区7座402"), ("衡阳县西渡镇梅花村07号", "梅花村07号"),
    ],
)  # fmt: skip
def test_a_number_after_a_street_village_or_estate_is_a_door(written: str, door: str) -> None:
    assert door_key(written) == door


@pytest.mark.parametrize("written", ["", "佛山市南海区丹灶镇", "下滘村", "1号"])
def test_an_address_without_a_door_is_no_evidence(written: str) -> None:
    assert door_key(written) == ""


@pytest.mark.parametrize(
    ("number", "values", "county"),
    [
        ("430421196707136464", {}, "430421"),
        ("430421", {}, "430421"),
        (None, {"registered_address": "湖南省衡阳市衡阳县07号"}, "430421"),
        (None, {"native_place": "4304"}, "4304"),
        (None, {"native_place": "4304", "registered_address": "湖南省衡阳市衡阳县07号"}, "430421"),
        ("G12345678", {}, ""),
        (None, {}, ""),
    ],
)
def test_the_native_place_is_read_wherever_it_is_written(
    number: str | None, values: dict[str, str], county: str
) -> None:
    assert identity(name="叶悦琪", id_number=number, values=values).native == county


def test_an_employer_is_known_by_number_and_by_name() -> None:
    one = identity(name="邓丽涵", employer=1041, values={"employer": "佛山市南海丹樵铭塑料制品有限公司"})
    other = identity(name="邓丽涵", values={"employer": "佛山市南海丹樵铭塑料制品公司"})
    assert "#1041" in one.works
    assert set(one.works) & set(other.works)


def test_an_age_gives_the_year_of_birth_where_no_day_does() -> None:
    seen = date(2020, 2, 3)
    assert identity(name="潘俊", values={"age": "51"}, seen_on=seen).born == "1969"
    assert identity(name="潘俊", birth_on="1968-05-01", values={"age": "51"}, seen_on=seen).born == "1968"
    assert identity(name="潘俊", values={"age": "五十"}, seen_on=seen).born == ""
    assert identity(name="潘俊", values={"age": "51"}).born == ""


def test_a_home_is_known_only_with_its_cell() -> None:
    at_home = identity(name="潘俊", area_code="440605123018001", address="文明街6号501")
    at_work = identity(name="潘俊", area_code="440605123018", address="文明街6号501")
    assert (at_home.home, at_home.room) == ("440605123018", "440605123018/文明街6号501")
    assert (at_work.home, at_work.room) == ("", "")
    assert at_work.doors == at_home.doors


def test_whoever_came_back_is_away() -> None:
    assert identity(name="潘俊", values={"from_place": "4201"}).away
    assert not identity(name="潘俊", values={"native_place": "4201"}).away


def test_rows_find_their_candidates_by_number_phone_and_sound() -> None:
    one = identity(name="单伟芳", id_number="440682197001011236", phone="13800138000|13900139000")
    assert dict.fromkeys(purpose for purpose, _ in entry_keys(one)) == dict.fromkeys(
        ("person.number", "person.phone", "person.name")
    )
    assert ("person.name", "shan wei fang") in set(entry_keys(one))
    assert set(entry_keys(identity(name="善伟芳"))) <= set(entry_keys(one))
