"""Registers of cells, groups and buildings: codes, known totals, dwellings, GeoJSON, undo."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.places import selectors
from fournets.places.gazetteer import Gazetteer
from fournets.places.models import Area, Building, Dwelling
from fournets.places.scope import scope
from fournets.places.services import dwellings_for, file_places, import_geojson, withdraw_file
from tests.apps.places.conftest import rows

pytestmark = pytest.mark.django_db
GALAXY = "440605123018"
CELLS = [
    {
        "cell_code": f"{GALAXY}W001",
        "cell_name": "银河第一网格",
        "households_known": "400",
        "persons_known": "1200",
    },
    {"cell_name": "银河第三网格", "households_known": "900"},
    {"cell_name": "桥头网格"},
]
HOUSES = [
    {"cell_code": f"{GALAXY}W001", "group_name": "金沙湾花园", "building_name": "金沙湾花园1栋", "building_code": f"{GALAXY}W001B001", "dwellings_known": "20"},
    {"cell_code": f"{GALAXY}W001", "group_name": "金沙湾花园", "building_name": "金沙湾花园2栋", "building_code": f"{GALAXY}W001B002", "dwellings_known": "22"},
    {"cell_name": "桥头网格", "group_name": "伏水经济社", "building_name": "西路3号"},
]  # fmt: skip


def snapshot() -> list[Any]:
    return [list(Area.objects.values()), list(Building.objects.order_by("code").values())]


def test_cells_groups_and_buildings_get_codes_below_their_community(town: str) -> None:
    cells = file_places(rows(*CELLS))
    assert cells["place_code"].to_pylist() == [f"{GALAXY}001", f"{GALAXY}003", f"{GALAXY}004"]
    houses = file_places(rows(*HOUSES, file_id=2))
    assert houses["place_code"].to_pylist() == [
        f"{GALAXY}0010010001",
        f"{GALAXY}0010010002",
        f"{GALAXY}0040010001",
    ]
    assert houses["cell_code"].to_pylist() == [f"{GALAXY}001", f"{GALAXY}001", f"{GALAXY}004"]
    assert houses["outcome"].to_pylist() == ["created"] * 3
    assert Area.objects.get(code=f"{GALAXY}001").official_name == "银河第一网格"
    assert Area.objects.get(code=f"{GALAXY}001001").kind == "group"


def test_buildings_before_cells_come_to_the_same_places(town: str) -> None:
    file_places(rows(*HOUSES[:2], file_id=2))
    file_places(rows(*CELLS[:1]))
    assert Area.objects.get(code=f"{GALAXY}001").official_name == "银河第一网格"
    assert Building.objects.count() == 2


def test_a_cell_outside_the_size_of_the_day_is_noticed_not_rejected(town: str) -> None:
    filed = file_places(rows(*CELLS))
    notices = filed["notice"].to_pylist()
    assert notices[0] is None and filed["outcome"].to_pylist() == ["created"] * 3
    noticed = json.loads(notices[1])
    assert (noticed["code"], noticed["row"], noticed["households"]) == ("cell_size", 3, 900)
    assert [area.code for area in selectors.cells_of_wrong_size(town, least=300, most=500)] == [
        f"{GALAXY}003"
    ]


def test_filing_again_changes_nothing_and_says_so(town: str) -> None:
    file_places(rows(*CELLS, *HOUSES))
    before = snapshot()
    again = file_places(rows(*CELLS, *HOUSES, file_id=2))
    assert set(again["outcome"].to_pylist()) == {"unchanged"}
    assert snapshot() == before


def test_a_newer_total_supersedes_and_undo_brings_the_older_back(town: str) -> None:
    file_places(rows(*CELLS))
    before = snapshot()
    newer = rows(CELLS[0] | {"households_known": "410"}, *HOUSES, file_id=2, seen_on=date(2020, 2, 9))
    assert file_places(newer)["outcome"].to_pylist()[0] == "updated"
    assert Area.objects.get(code=f"{GALAXY}001").households_known == 410
    withdraw_file(2)
    assert snapshot() == before
    withdraw_file(1)
    assert not Area.objects.filter(kind__in=["cell", "group"]).exists()


def test_a_row_without_a_community_goes_to_review(town: str) -> None:
    filed = file_places(rows({"cell_name": "第一网格", "area_code": town}))
    assert filed["outcome"].to_pylist() == ["review"]
    assert filed["reason"].to_pylist() == ["no_community"]


def test_known_totals_add_up_buildings_else_take_the_cells_word(town: str) -> None:
    file_places(rows(*CELLS))
    file_places(rows(*HOUSES, file_id=2))
    galaxy = next(one for one in selectors.known_totals(town, level="community") if one.area_code == GALAXY)
    assert (galaxy.buildings, galaxy.dwellings, galaxy.households) == (3, 42, 1300)
    cells = selectors.known_totals(GALAXY, level="cell")
    assert [one.households for one in cells] == [400, 900, 0]


def test_a_dwelling_is_one_door_of_a_known_building_and_its_door_is_sealed(town: str, ring: KeyRing) -> None:
    file_places(rows(*HOUSES))
    building = f"{GALAXY}0010010001"
    found = dwellings_for(
        [building, building, building, None, building, "4406051230189999999999"],
        ["501", "501室", "3单元501", "501", None, "501"],
        ring=ring,
    )
    assert found[0] == found[1] is not None
    assert found[2] not in {None, found[0]} and found[3:] == [None, None, None]
    assert dwellings_for([building], ["５０１"], ring=ring) == [found[0]]
    one = Dwelling.objects.get(id=found[0])
    assert b"501" not in bytes(one.door_sealed) and ring.unseal("door", one.door_sealed) == "501"
    with scope("440605123019"):
        assert not Dwelling.objects.exists()
    withdraw_file(1)
    assert not Dwelling.objects.exists() and not Building.objects.exists()


def test_an_address_is_found_in_the_register_just_filed(town: str) -> None:
    file_places(rows(*CELLS, *HOUSES))
    found = Gazetteer.load().locate("佛山市南海区丹灶镇银河社区金沙湾花园2栋501")
    assert (found.building_code, found.door, found.kind) == (f"{GALAXY}0010010002", "501", "building")
    found = Gazetteer.load().locate("佛山市南海区丹灶镇银河社区伏水经济社西路3号201")
    assert (found.building_code, found.door) == (f"{GALAXY}0040010001", "201")


def feature(**properties: Any) -> dict[str, Any]:
    square = [[[112.9, 23.0], [112.91, 23.0], [112.91, 23.01], [112.9, 23.0]]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": square},
    }


def collection(path: Path, *features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_geojson_brings_cells_and_buildings_with_their_shapes_once(town: str, tmp_path: Path) -> None:
    path = collection(
        tmp_path / "cells.geojson",
        feature(community="银河社区", cell_name="银河第一网格", households_known=350),
        feature(community=GALAXY, cell_name="银河第一网格", group_name="翠湖苑", building_name="1栋"),
        feature(community="银河"),
    )
    assert import_geojson(path, on=date(2020, 2, 5)) == 3
    before = snapshot()
    assert Area.objects.get(code=f"{GALAXY}001").boundary["type"] == "Polygon"
    assert Building.objects.get().boundary["type"] == "Polygon"
    community = Area.objects.get(code=GALAXY)
    assert (community.boundary["type"], community.short_name) == ("Polygon", "银河")
    assert import_geojson(path, on=date(2020, 2, 5)) == 3
    assert snapshot() == before


@pytest.mark.parametrize(
    ("features", "code"),
    [
        ([feature(community="火星社区", cell_name="第一网格")], "geojson_community"),
        (
            [feature(community="银河社区") | {"geometry": {"type": "Point", "coordinates": [1, 2]}}],
            "geojson_feature",
        ),
        (["nothing"], "geojson_feature"),
    ],
)
def test_a_wrong_feature_is_refused_by_its_number(
    town: str, tmp_path: Path, features: list[Any], code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        import_geojson(collection(tmp_path / "cells.geojson", *features), on=date(2020, 2, 5))
    assert refusal.value.message.code == code and "1" in refusal.value.message.text("en")


def test_a_file_that_is_no_geojson_is_refused(town: str, tmp_path: Path) -> None:
    path = tmp_path / "cells.geojson"
    path.write_text("not json")
    for wrong in (path, tmp_path / "missing.geojson"):
        with pytest.raises(Refusal, match="is not a GeoJSON"):
            import_geojson(wrong, on=date(2020, 2, 5))
