"""Tokens follow the people: made for whoever changed, gone with whoever goes; a search finds by them and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fournets.people.models import Person, SearchToken, ToSearch
from fournets.people.rules.tokens import NAME, person_tokens, search_terms
from fournets.people.search import find_people
from fournets.people.services import index_people, merge_people, undo_merge, withdraw_file
from fournets.people.services.derive import derive_people
from fournets.places.scope import scope, set_scope
from tests.apps.people.rows import COMMUNITY, RING, file, person_row, resident

AT = datetime(2020, 2, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
NEXT = "440605123008"
MEI, LAN = resident(sequence=123), resident("19850203", sequence=248)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(db: None, _application_role: None) -> Iterator[None]:
    set_scope("")
    yield


@pytest.fixture
def two() -> None:
    """区美兰 at 西路3号2栋501, and 解小兰 in the next community."""
    file(
        person_row("区美兰", file_id=1, id_number=MEI, phone="13800138001", address="银河社区西路3号2栋501"),
        person_row(
            "解小兰", file_id=2, id_number=LAN, phone="13900139009|85600001|0757-85600002", area_code=NEXT
        ),
    )
    index_people(ring=RING)


def found(text: str, area: str = "") -> list[str]:
    numbers = find_people(text, area_code=area, ring=RING)
    names = dict(Person.objects.values_list("id", "name"))
    return [names[one] for one in numbers]


@pytest.mark.parametrize(
    "text",
    ["区美兰", "美兰", "区美", "oumeilan", "Ou Mei Lan", "oml", "qumeilan", "8001", "13800138001", "138 0013 8001",
     MEI, MEI.lower(), MEI[-4:], "西路3号", "银河社区西路3号", "2栋501", "2-501", "西路3号2栋501", "美兰 8001", "2栋501 oml", " 美兰  西路３号 "],
)  # fmt: skip
def test_somebody_is_found_by_each_of_his_values(two: None, text: str) -> None:
    assert found(text) == ["区美兰"]


@pytest.mark.parametrize(
    "text", ["小美", "xml", "8002", "西路4号", "3栋501", "美兰 9009", "区", "501", "'; --", "%", ""]
)
def test_nobody_is_found_by_what_nobody_has(two: None, text: str) -> None:
    assert found(text) == []


def test_of_several_phones_each_finds_and_short_ends_do_not(two: None) -> None:
    assert found("9009") == found("85600001") == found("075785600002") == found("0757-85600002") == ["解小兰"]
    assert found("0001") == []


def test_a_public_id_finds_whoever_bears_it(two: None) -> None:
    assert found(Person.objects.get(name="区美兰").public_id.lower()) == ["区美兰"]


def test_whole_names_come_before_parts_of_names() -> None:
    file(
        *(
            person_row(name, row=at, id_number=resident(sequence=at))
            for at, name in enumerate(("王小伟", "小伟", "李小伟"), 2)
        )
    )
    index_people(ring=RING)
    assert found("小伟")[0] == "小伟" and sorted(found("小伟")) == ["小伟", "李小伟", "王小伟"]


def test_an_area_narrows_and_the_database_shows_no_other(two: None) -> None:
    assert found("9009", COMMUNITY) == [] and found("9009", NEXT) == ["解小兰"]
    assert found("8001", NEXT) == [] and found("8001", COMMUNITY) == ["区美兰"]
    with scope(COMMUNITY):
        assert find_people("9009", area_code="", ring=RING) == []
        assert set(SearchToken.objects.values_list("area_code", flat=True)) == {COMMUNITY}


def test_a_value_that_changed_finds_by_the_new_one_alone(two: None) -> None:
    file(person_row("区美兰", file_id=3, id_number=MEI, phone="13700137007"))
    assert found("7007") == []  # waits
    assert index_people(ring=RING) == 1
    assert found("7007") == ["区美兰"] and found("8001") == []


def test_who_did_not_change_does_not_wait(two: None) -> None:
    derive_people(Person.objects.values_list("id", flat=True))
    assert not ToSearch.objects.exists()


def test_who_is_merged_is_found_by_what_both_had_and_comes_back(two: None) -> None:
    one, other = Person.objects.order_by("id").values_list("public_id", flat=True)
    merge_people(one, other, reason="test", actor="test", at=AT)
    gone = Person.objects.get().pk
    assert set(SearchToken.objects.values_list("person_id", flat=True)) == {gone}
    index_people(ring=RING)
    undo_merge(other, actor="test", at=AT)
    index_people(ring=RING)
    assert found("美兰") == ["区美兰"] and found("小兰") == ["解小兰"]


def test_who_is_withdrawn_leaves_no_token(two: None) -> None:
    gone = Person.objects.get(name="区美兰").pk
    withdraw_file(1)
    index_people(ring=RING)
    assert not SearchToken.objects.filter(person_id=gone).exists() and SearchToken.objects.exists()


def test_what_waits_is_taken_in_parts_and_by_as_many_queries_for_many() -> None:
    file(*(person_row(f"某{at}", row=at, id_number=resident(sequence=at)) for at in range(2, 42)))
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert index_people(10, ring=RING) == 10
    with CaptureQueriesContext(connection) as many:
        assert index_people(100, ring=RING) == 30
    assert len(few) == len(many) and not ToSearch.objects.exists()


def test_no_token_holds_a_value(two: None) -> None:
    tokens = set(SearchToken.objects.values_list("token", flat=True))
    assert RING.index("search.phone", "13800138001") in tokens
    assert RING.index("person.phone", "13800138001") not in tokens  # another purpose leads nowhere


def test_a_name_with_a_rare_character_is_found_by_it() -> None:
    (term,) = search_terms("李〇明")[0]
    assert (NAME, "李〇明") in person_tokens(name="李〇明")
    assert any(way <= person_tokens(name="李〇明") for way in map(set, term.ways))
