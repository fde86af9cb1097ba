"""Addresses of other towns that bear names of ours, and ways to write a block and a door."""

from __future__ import annotations

import pytest

from tests.rules.places.test_gazetteer import EAST, GALAXY, TOWN, WEST_ROAD, gazetteer


@pytest.mark.parametrize(
    "text",
    [
        "湖北省武汉市江汉区民族街道银河社区西路3号2栋501",
        "湖北武汉银河社区",
        "湖北省孝感市银河村3组",
        "广州市番禺区沙湾镇银河社区3号",
        "佛山市南海区西樵镇银河社区",
        "南海区里水镇金沙湾花园2栋301",
        "广东省佛山市南海区大沥镇东升社区3号",
        "桂城街道银河社区",
        "佛山市南海区桂城街道",
    ],
)
@pytest.mark.parametrize("within", [None, TOWN])
def test_an_address_in_another_town_is_never_forced_into_ours(text: str, within: str | None) -> None:
    found = gazetteer().locate(text, within)
    assert (found.kind, found.area_code, found.building_code) == ("elsewhere", None, None)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("湖北武汉返回,现住银河社区西路3号2栋501", WEST_ROAD),
        ("从武汉回银河社区西路3号2栋", WEST_ROAD),
        ("户籍湖北，住银河社区西路3号2栋501", WEST_ROAD),
        ("西樵镇人丹灶镇银河社区西路3号2栋", WEST_ROAD),
        ("佛山市南海区银河社区西路3号2栋", WEST_ROAD),
        ("佛山市南海区狮山镇(丹灶镇银河社区)", GALAXY),
        ("广东佛山丹灶东升社区", EAST),
    ],
)
def test_somebody_from_elsewhere_who_lives_here_lives_here(text: str, area: str) -> None:
    assert gazetteer().locate(text).area_code == area


@pytest.mark.parametrize("text", ["银河电子厂", "银河五金有限公司", "东升酒店"])
def test_a_firm_named_like_a_community_is_not_known_to_lie_there(text: str) -> None:
    assert gazetteer().locate(text).area_code is None


@pytest.mark.parametrize(
    "text",
    [
        "银河社区西路3号-2-501",
        "银河社区西路3号2栋五零一",
        "银河社区西路3号2棟五〇一室",
        "银河社區西路3號2棟501",
    ],
)
def test_blocks_and_doors_in_every_spelling(text: str) -> None:
    found = gazetteer().locate(text)
    assert (found.building_code, found.door) == (WEST_ROAD, "501")


def test_a_block_of_an_unknown_house_is_no_door() -> None:
    assert gazetteer().locate("银河社区西路9号-2-501").door == "501"
