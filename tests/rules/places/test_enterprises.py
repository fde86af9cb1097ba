"""Codes and names of enterprises: what identifies one, and what is only a way to write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.places.rules.enterprises import Code, home_names, is_sole_trader, name_key, read_code
from fournets.places.rules.industries import find_industry, industry_name

HOME = home_names(["广东省", "佛山市", "南海区", "丹灶镇"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91110000600037341L", Code("91110000600037341L", "uscc")),
        ("９１１１００００６０００３７３４１Ｌ", Code("91110000600037341L", "uscc")),
        (" 91110000 600037341 l ", Code("91110000600037341L", "uscc")),
        ("9I11OOOO600037341L", Code("91110000600037341L", "uscc")),
        ("914403001922038216", Code("914403001922038216", "uscc")),
        ("91110000600037341A", Code("91110000600037341A", "unverified")),
        ("60003734-1", Code("600037341", "organization")),
        ("60003734-X", Code("60003734X", "unverified")),
        ("123", Code("123", "unverified")),
        ("无", None),
        ("", None),
        (None, None),
    ],
)
def test_a_code_is_cleaned_and_checked(text: str | None, code: Code | None) -> None:
    assert read_code(text) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华兴五金有限公司", "华兴五金公司"),
        ("华兴五金有限公司", "佛山市南海区华兴五金有限公司"),
        ("华兴五金有限公司", "佛山市华兴五金有限公司"),
        ("华兴五金有限公司", "佛山南海丹灶华兴五金有限公司"),
        ("华兴五金有限公司", "广东省佛山市南海区丹灶镇华兴五金有限公司"),
        ("华兴五金有限公司", "华兴五金有限责任公司"),
        ("华兴五金有限公司", "华兴五金股份有限公司"),
        ("华兴五金有限公司", " 华兴 五金有限公司"),
        ("华兴五金有限公司", "佛山市(南海)华兴五金有限公司"),
        ("佛山（南海）华兴五金有限公司", "佛山(南海)华兴五金有限公司"),
        ("华兴五金厂", "华兴五金厂部"),
        ("华兴五金厂", "佛山市南海区丹灶华兴五金厂"),
        ("华兴五金厂", "华兴五金厂(个体工商户)"),
        ("ＡＢＣ电子有限公司", "abc电子有限公司"),
        ("华兴·五金有限公司", "华兴五金有限公司"),
    ],
)
def test_two_ways_to_write_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one, HOME) == name_key(other, HOME)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华兴五金有限公司", "华兴五金厂"),
        ("华兴五金有限公司", "华兴塑料有限公司"),
        ("华兴五金有限公司", "武汉市华兴五金有限公司"),
        ("银河便民商店", "东升便民商店"),
        ("丹灶一厂", "丹灶二厂"),
    ],
)
def test_two_enterprises_have_two_keys(one: str, other: str) -> None:
    assert name_key(one, HOME) != name_key(other, HOME)


@pytest.mark.parametrize(
    ("name", "code", "sole"),
    [
        ("便民商店", None, True),
        ("华兴五金有限公司", None, False),
        ("华兴五金有限公司", "92440605MA4XXXXX0A", False),
        ("某某美食店", None, True),
        ("华兴五金厂", None, False),
    ],
)
def test_a_sole_trader_is_known_by_code_or_by_name(name: str, code: str | None, sole: bool) -> None:
    assert is_sole_trader(name, read_code(code)) is sole


@pytest.mark.parametrize(
    ("written", "name", "industry"),
    [
        ("五金制品", None, ("C", "33")), ("C33", None, ("C", "33")), ("3311", None, ("C", "33")), ("制造业", None, ("C", "")),
        ("餐饮业", None, ("H", "62")), ("零售", None, ("F", "52")), (None, "华兴五金厂", ("C", "33")), (None, "好味美食店", ("H", "62")),
        (None, "便民商店", ("F", "52")), (None, "顺达物流有限公司", ("G", "59")), (None, "华兴五金贸易有限公司", ("F", "51")),
        (None, "启明幼儿园", ("P", "83")), ("不详", "不详", ("", "")), (None, None, ("", "")), ("C", None, ("C", "")),
        (None, "兴达铝材厂", ("C", "32")), ("汽车零部件制造", None, ("C", "36")), (None, "阿强汽修", ("O", "81")),
    ],
)  # fmt: skip
def test_a_trade_has_its_class(written: str | None, name: str | None, industry: tuple[str, str]) -> None:
    assert tuple(find_industry(written, name)) == industry


def test_all_20_sections_and_97_divisions_are_there() -> None:
    assert all(industry_name(letter) for letter in "ABCDEFGHIJKLMNOPQRST")
    assert all(industry_name(f"{number:02d}") for number in range(1, 98))
    assert industry_name("98") is None


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    read_code(text)
    find_industry(text, text)
    assert name_key(text, HOME) == name_key(text + " ", HOME)
