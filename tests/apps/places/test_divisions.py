"""The area tree: planted from a table, with the areas above it, and planted again without a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from fournets.language import Refusal
from fournets.places import selectors
from fournets.places.models import Area
from fournets.places.services import plant_divisions
from tests.apps.places.danzao import DIVISIONS

pytestmark = pytest.mark.django_db
HEAD = "code,official_name,short_name,kind,aliases\n"


def test_the_town_stands_with_its_28_communities_2_parks_and_all_above() -> None:
    assert plant_divisions(DIVISIONS) == 34
    assert Area.objects.filter(kind__in=["community", "village"]).count() == 28
    assert Area.objects.filter(kind="industrial park").count() == 2
    names = [area.official_name for area in selectors.path("440605123018")]
    assert names == ["广东省", "佛山市", "南海区", "丹灶镇", "银河社区居委会"]
    assert selectors.town().code == "440605123"


def test_planting_again_changes_nothing() -> None:
    plant_divisions(DIVISIONS)
    before = list(Area.objects.values())
    plant_divisions(DIVISIONS)
    assert list(Area.objects.values()) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_each_encoding_a_town_sends(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(HEAD + "440605123212,朗心村委会,朗心,village,塱心|塱心村\n", encoding=encoding)
    plant_divisions(path, town_name="丹灶镇")
    assert Area.objects.get(code="440605123212").aliases == ["塱心", "塱心村"]
    assert selectors.town().official_name == "丹灶镇"


def test_the_civil_affairs_code_stands_beside_the_statistical_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "code,official_name,short_name,kind,civil_code\n440605123,丹灶镇,丹灶,town,440605102\n",
        encoding="utf-8",
    )
    plant_divisions(path)
    plant_divisions(DIVISIONS)
    assert Area.objects.get(code="440605123").civil_code == "440605102"


@pytest.mark.parametrize(
    ("lines", "code", "row"),
    [
        ("44060512301,银河社区,银河,community,\n", "divisions_code", 2),
        ("44060512301X,银河社区,银河,community,\n", "divisions_code", 2),
        ("440605123018,银河社区,银河,community,\n440605123018,东升,东升,community,\n", "divisions_twice", 3),
        ("440605123018,银河社区,银河,planet,\n", "divisions_kind", 2),
        ("440605123018,,银河,community,\n", "divisions_name", 2),
    ],
)
def test_a_wrong_row_is_refused_with_its_number(tmp_path: Path, lines: str, code: str, row: int) -> None:
    path = tmp_path / "table.csv"
    path.write_text(HEAD + lines, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        plant_divisions(path)
    assert refusal.value.message.code == code
    assert str(row) in refusal.value.message.text("en")
    assert not Area.objects.exists()


def test_an_empty_table_a_missing_file_and_missing_columns_are_refused(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty.csv", tmp_path / "other.csv"
    empty.write_text(HEAD)
    other.write_text("a,b\n1,2\n")
    for path, code in (
        (empty, "divisions_empty"),
        (other, "divisions_columns"),
        (tmp_path / "none", "divisions_unreadable"),
    ):
        with pytest.raises(Refusal) as refusal:
            plant_divisions(path)
        assert refusal.value.message.code == code and refusal.value.message.text("zh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("440605123018", "440605123018"),
        ("银河社区", "440605123018"),
        ("银河", "440605123018"),
        ("塱心村", "440605123212"),
        ("朗心", "440605123212"),
        ("下沙漖社区居委会", "440605123021"),
        ("丹灶镇", "440605123"),
        ("丹灶", "440605123"),
        ("丹灶社区", "440605123001"),
        ("火星社区", None),
        ("", None),
        ("999", None),
    ],
)
def test_an_area_is_found_by_code_or_by_any_spelling(town: str, text: str, code: str | None) -> None:
    found = selectors.find_area(text)
    assert (found.code if found else None) == code


def test_children_are_the_next_level_down(town: str) -> None:
    assert len(selectors.children("440605123")) == 30
    assert [area.code for area in selectors.children("440605")] == ["440605123"]
    assert selectors.children("440605123018") == []
    assert selectors.area_name("440605123018").endswith("丹灶镇银河社区居委会")
    assert selectors.official_names(["440605123018", "440605123"]) == {
        "440605123018": "银河社区居委会",
        "440605123": "丹灶镇",
    }
