"""The country's divisions found in what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.places.rules.regions import find_region, find_regions, known_prefix, region_name, short_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("湖北武汉", "4201"), ("武汉", "4201"), ("武汉市", "4201"), ("湖北省", "42"), ("湖北", "42"), ("鄂", "42"),
        ("鄂A", "42"), ("鄂A12345", "42"), ("粤", "44"), ("湖北省黄冈市麻城", "421181"), ("湖北黄冈麻城市", "421181"),
        ("麻城市", "421181"), ("麻城", "421181"), ("温州", "3303"), ("浙江温州乐清", "330382"), ("恩施", "4228"),
        ("湖北恩施土家族苗族自治州", "4228"), ("仙桃", "429004"), ("天门市", "429006"), ("孝感", "4209"), ("襄樊", "4206"),
        ("内蒙古呼和浩特", "1501"), ("新疆", "65"), ("吉林", "22"), ("吉林市", "2202"), ("海南", "46"), ("重庆万州", "500101"),
        ("北京朝阳", "110105"), ("朝阳", None), ("鼓楼区", None), ("江苏省鼓楼区", "32"), ("南京市鼓楼区", "320106"),
        ("上海市南京东路100号", "31"), ("南京路8号", None), ("佛山南海丹灶", "440605"), ("广东省佛山市南海区", "440605"),
        ("湖北省武汉市江夏区五里界", "420115"), ("香港", "81"), ("澳门", "82"), ("台湾", "71"), ("長沙", None), ("", None),
        (None, None), ("本地", None), ("市辖区", None), ("湖\u3000北 武汉", "4201"),
    ],
)  # fmt: skip
def test_the_longest_sure_division_is_found(text: str | None, code: str | None) -> None:
    assert find_region(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("汉口", "4201"), ("武昌", "420106"), ("汉阳", "420105"), ("湖北汉口", "4201"), ("武汉汉口", "4201"),
        ("汉口火车站", "4201"), ("从武昌站上车", "420106"), ("武汉武昌", "420106"), ("汉阳区", "420105"), ("汉口北", "4201"),
        ("上海市汉口路12号", "31"), ("汉口路12号", None), ("青岛武昌路", "3702"), ("汉阴县", "610921"), ("万县", "500101"),
        ("达县", "511703"), ("沔阳", "429004"), ("蒲圻", "421281"), ("湖北郧县", "420304"), ("鄂西", "42"), ("鄂东北", "42"),
        ("东湖", None), ("南昌东湖", "360102"), ("南昌市东湖区", "360102"), ("Wuhan, Hubei", "4201"), ("wuhan", "4201"), ("HUBEI", "42"),
    ],
)  # fmt: skip
def test_what_people_call_a_place_is_that_place(text: str, code: str | None) -> None:
    assert find_region(text) == code


def test_several_divisions_come_in_their_order_each_once() -> None:
    assert find_regions("武汉、温州") == ["4201", "3303"]
    assert find_regions("从湖北武汉经长沙回佛山") == ["4201", "4301", "4406"]
    assert find_regions("武汉、湖北武汉") == ["4201"]


def test_codes_have_names_also_former_ones() -> None:
    assert region_name("421181") == "湖北省黄冈市麻城市"
    assert region_name("110101") == "北京市东城区"
    assert region_name("440682") == "广东省佛山市南海市"
    assert region_name("999999") is None
    assert known_prefix("440622") and not known_prefix("449999")


@pytest.mark.parametrize(
    ("name", "short"),
    [("湖北省", "湖北"), ("恩施土家族苗族自治州", "恩施"), ("内蒙古自治区", "内蒙古"), ("新疆维吾尔自治区", "新疆"),
     ("鄂温克族自治旗", "鄂温克族自治旗"), ("城区", "城区"), ("香港特别行政区", "香港")],
)  # fmt: skip
def test_a_short_name_is_the_name_without_its_kind(name: str, short: str) -> None:
    assert short_name(name) == short


@given(st.text(max_size=40))
def test_no_text_raises_and_every_code_has_a_name(text: str) -> None:
    assert all(region_name(code) for code in find_regions(text))
