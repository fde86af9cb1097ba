"""Written addresses of the reference town, each with the deepest place that is sure."""

from __future__ import annotations

import csv
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.places.gazetteer import Gazetteer
from fournets.places.rules.atlas import Place
from tests.apps.places.danzao import DIVISIONS

TOWN, GALAXY, EAST, LANG = "440605123", "440605123018", "440605123019", "440605123212"
WEST_ROAD, WEST_ROAD_12, GARDEN_2, GARDEN_3 = (
    GALAXY + end for end in ("0010000001", "0010000002", "0010010001", "0010010002")
)
NORTH_8, EAST_WEST_ROAD, FUSHUI_5 = GALAXY + "0020000001", EAST + "0010000001", LANG + "0010010001"


@cache
def gazetteer() -> Gazetteer:
    with DIVISIONS.open(encoding="utf-8") as file:
        divisions = [
            Place(row["code"], (row["official_name"], row["short_name"], *row["aliases"].split("|")))
            for row in csv.DictReader(file)
        ]
    return Gazetteer(
        [
            Place(TOWN, ("丹灶镇", "丹灶")),
            *divisions,
            Place(GALAXY + "001", ("银河第一网格",)),
            Place(GALAXY + "002", ("第二网格",)),
            Place(EAST + "002", ("第二网格",)),
            Place(GALAXY + "001001", ("金沙湾花园",)),
            Place(LANG + "001001", ("伏水经济社",)),
            Place(WEST_ROAD, ("西路3号2栋",)),
            Place(WEST_ROAD_12, ("西路3号12栋",)),
            Place(GARDEN_2, ("2栋",)),
            Place(GARDEN_3, ("金沙湾花园3号楼",)),
            Place(NORTH_8, ("北街8号",)),
            Place(EAST_WEST_ROAD, ("西路3号2栋",)),
            Place(FUSHUI_5, ("祠堂巷5号",)),
        ]
    )


ADDRESSES = [
    ("佛山南海丹灶银河社区西路3号2栋501", WEST_ROAD, "501"),
    ("佛山市南海区丹灶镇银河社区西路3号2栋501", WEST_ROAD, "501"),
    ("广东省佛山市南海区丹灶镇银河社区西路3号2栋501室", WEST_ROAD, "501"),
    ("广东佛山南海丹灶银河社区居委会西路3号2栋501房", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2栋501", WEST_ROAD, "501"),
    ("丹灶银河西路3号2栋501", WEST_ROAD, "501"),
    ("银河社区西路3号2栋501", WEST_ROAD, "501"),
    ("银河西路3号2栋501", WEST_ROAD, "501"),
    ("银河村西路3号2栋501", WEST_ROAD, "501"),
    ("银河居委会西路3号2栋501", WEST_ROAD, "501"),
    ("银河社区居民委员会西路3号2栋501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2幢501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2座501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2号楼501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路三号二栋501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路３号２栋５０１", WEST_ROAD, "501"),
    ("丹灶镇 银河社区 西路3号 2栋 501", WEST_ROAD, "501"),
    ("丹灶镇\u3000银河社区\u00a0西路3号2栋501 ", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2栋3单元501", WEST_ROAD, "3-501"),
    ("丹灶镇银河社区西路3号2栋三单元501室", WEST_ROAD, "3-501"),
    ("丹灶镇银河社区西路3号2-501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2-3-501", WEST_ROAD, "3-501"),
    ("丹灶镇银河社区西路3号2－501", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号2栋501A", WEST_ROAD, "501A"),
    ("丹灶镇银河社区西路3号2栋", WEST_ROAD, None),
    ("丹灶镇银河社区西路3号2栋501(租)", WEST_ROAD, "501"),
    ("现住址:丹灶镇银河社区西路3号2栋501", WEST_ROAD, "501"),
    ("现居住于佛山市南海区丹灶镇银河社区西路3号2栋501。", WEST_ROAD, "501"),
    ("丹灶镇银河社区西路3号12栋501", WEST_ROAD_12, "501"),
    ("丹灶镇银河社区西路3号十二栋1203", WEST_ROAD_12, "1203"),
    ("丹灶镇银河社区第一网格西路3号12栋501", WEST_ROAD_12, "501"),
    ("丹灶镇银河社区金沙湾花园2栋501", GARDEN_2, "501"),
    ("丹灶镇银河社区金沙湾花园二座501", GARDEN_2, "501"),
    ("丹灶镇金沙湾花园2栋501", GARDEN_2, "501"),
    ("金沙湾花园2栋501", GARDEN_2, "501"),
    ("金沙湾花园2-501", GARDEN_2, "501"),
    ("金沙湾花园2-1-501", GARDEN_2, "1-501"),
    ("金沙湾花园3号楼502", GARDEN_3, "502"),
    ("金沙湾花园3栋502", GARDEN_3, "502"),
    ("金沙湾花园三座502", GARDEN_3, "502"),
    ("丹灶镇银河社区北街8号", NORTH_8, None),
    ("丹灶镇银河社区北街8号301", NORTH_8, "301"),
    ("丹灶镇银河社区北街八号301房", NORTH_8, "301"),
    ("东升社区西路3号2栋501", EAST_WEST_ROAD, "501"),
    ("丹灶东升西路3号2栋501", EAST_WEST_ROAD, "501"),
    ("丹灶镇朗心村伏水经济社祠堂巷5号", FUSHUI_5, None),
    ("丹灶镇塱心村伏水经济社祠堂巷5号201", FUSHUI_5, "201"),
    ("银河社区金沙湾花园2栋佛山市南海区丹灶镇银河社区金沙湾花园2栋501", GARDEN_2, "501"),
    ("丹灶镇银河社区", GALAXY, None),
    ("丹灶银河", GALAXY, None),
    ("银河", GALAXY, None),
    ("银河社区", GALAXY, None),
    ("丹灶镇银河社区西路", GALAXY, None),
    ("丹灶镇银河社区西路99号", GALAXY, None),
    ("丹灶镇银河社区西路3号99栋501", GALAXY, "501"),
    ("银河第一网格", GALAXY + "001", None),
    ("银河社区第一网格", GALAXY + "001", None),
    ("银河社区第二网格", GALAXY + "002", None),
    ("银河社区2网格", GALAXY + "002", None),
    ("东升社区第二网格", EAST + "002", None),
    ("金沙湾花园", GALAXY + "001001", None),
    ("银河社区金沙湾花园99栋501", GALAXY + "001001", "501"),
    ("朗心村", LANG, None),
    ("塱心", LANG, None),
    ("塱心村委会", LANG, None),
    ("朗心社区", LANG, None),
    ("下沙滘社区", "440605123021", None),
    ("下沙漖", "440605123021", None),
    ("下沙窖村", "440605123021", None),
    ("沙滘", "440605123026", None),
    ("沙漖社区", "440605123026", None),
    ("下滘村", "440605123224", None),
    ("下漖", "440605123224", None),
    ("丹灶社区", "440605123001", None),
    ("南沙社区", "440605123005", None),
    ("丹灶南沙", "440605123005", None),
    ("丹灶镇建设社区", "440605123024", None),
    ("荷村社区", "440605123044", None),
    ("五金产业基地社区", "440605123402", None),
    ("丹灶镇", TOWN, None),
    ("佛山市南海区丹灶", TOWN, None),
    ("丹灶镇西路3号2栋501", TOWN, "501"),
    ("丹灶镇建设路", TOWN, None),
    ("丹灶镇第二网格", TOWN, None),
    ("银河社区、东升社区", TOWN, None),
    ("西路3号2栋501", None, "501"),
    ("第二网格", None, None),
    ("建设大道", None, None),
    ("湖北省武汉市江夏区某路1号", None, None),
    ("广州南沙", None, None),
    ("南沙区某街", None, None),
    ("不详", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "area", "door"), ADDRESSES)
def test_an_address_leads_to_the_deepest_place_it_is_sure_of(
    text: str, area: str | None, door: str | None
) -> None:
    found = gazetteer().locate(text)
    assert (found.area_code, found.door) == (area, door)
    assert found.building_code == (area if area and len(area) == 22 else None)
    assert 0 <= found.certainty <= 1 and bool(area) == (found.certainty > 0 and found.kind != "elsewhere")


def test_there_are_at_least_80_addresses() -> None:
    assert len({text for text, _, _ in ADDRESSES}) >= 80


@pytest.mark.parametrize(
    ("text", "within", "area", "kind"),
    [
        ("西路3号2栋501", GALAXY, WEST_ROAD, "building"),
        ("西路3号2栋501", EAST, EAST_WEST_ROAD, "building"),
        ("第二网格", EAST, EAST + "002", "cell"),
        ("2栋501", GALAXY + "001001", GARDEN_2, "building"),
        ("不详", GALAXY, GALAXY, "context"),
        ("", GALAXY, GALAXY, "context"),
        ("东升社区", GALAXY, EAST, "community"),
        ("武汉市", GALAXY, None, "elsewhere"),
    ],
)
def test_the_area_of_the_list_decides_between_equal_names(
    text: str, within: str, area: str | None, kind: str
) -> None:
    found = gazetteer().locate(text, within)
    assert (found.area_code, found.kind) == (area, kind)


def test_a_place_elsewhere_is_said_to_be_elsewhere() -> None:
    assert gazetteer().locate("湖北省武汉市江夏区某路1号").kind == "elsewhere"
    assert gazetteer().locate("广州南沙").kind == "elsewhere"


def test_a_name_with_its_kind_is_surer_than_a_bare_one() -> None:
    locate = gazetteer().locate
    assert locate("银河社区").certainty > locate("银河").certainty > locate("不详", GALAXY).certainty


def test_what_is_not_understood_comes_back_as_the_rest() -> None:
    assert gazetteer().locate("丹灶镇银河社区西路99号").rest == "西路99号"


def test_many_are_located_as_one_by_one() -> None:
    texts = [text for text, _, _ in ADDRESSES]
    located = gazetteer()
    assert located.locate_many(texts) == [located.locate(text) for text in texts]
    withins = [GALAXY] * len(texts)
    assert located.locate_many(texts, withins) == located.locate_many(texts, GALAXY)


SURE = [text for text, area, _ in ADDRESSES if area and len(area) >= 12 and "社区" in text[:12]]
BEFORE = st.lists(st.sampled_from([" ", "\u3000", "现住:", "地址:", "(", "★", "\t"]), max_size=3).map("".join)
AFTER = st.lists(st.sampled_from([" ", "\u3000", "(租)", "。", ",暂住", "\n", ";"]), max_size=3).map("".join)


@given(BEFORE, st.sampled_from(SURE), AFTER)
def test_noise_around_never_changes_a_sure_answer(before: str, text: str, after: str) -> None:
    quiet, loud = gazetteer().locate(text), gazetteer().locate(before + text + after)
    assert (loud.area_code, loud.door) == (quiet.area_code, quiet.door)


@given(
    st.text(
        alphabet=st.sampled_from("丹灶银河社区西路东升南沙滘三3号2栋-501室单元十百第网格 ＃#A(,\u3000湖北"),
        max_size=40,
    )
)
def test_no_text_raises_and_every_building_stands_in_its_area(text: str) -> None:
    found = gazetteer().locate(text)
    assert found.building_code is None or found.area_code == found.building_code
    assert 0 <= found.certainty <= 1


@given(st.text(max_size=60))
def test_any_text_at_all_is_answered(text: str) -> None:
    gazetteer().locate(text, GALAXY)
