"""Every spelling an export chooses among says the same as the others, and can be read back however it was re-typed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.crypto import new_ring
from fournets.intake.rules.fields import rule_for
from fournets.places.gazetteer import Gazetteer
from fournets.places.rules.atlas import Place
from fournets.places.rules.regions import find_region, region_name
from fournets.reporting.exports.keys import PLACES, MarkKey, blocks_of, read_code, way_of, written_code
from fournets.reporting.exports.marks import Hand, Mark, plain, read_day, read_marks, read_mask, table
from fournets.reporting.exports.names import Called, names_of

DAY = date(2020, 2, 5)
NAMES = names_of(
    [
        Called("44", "广东省", "广东省", "广东"),
        Called("4406", "佛山市", "佛山市", "佛山"),
        Called("440605", "南海区", "南海区", "南海"),
        Called("440605123", "丹灶镇", "丹灶镇", "丹灶"),
        Called("440605123001", "丹灶社区", "丹灶社区居委会", "丹灶"),
        Called("440605123018", "银河社区", "银河社区居委会", "银河"),
        Called("440605123019", "塱心村", "塱心村委会", "塱心"),
    ]
)
GAZETTEER = Gazetteer(
    [
        Place("440605123", ("丹灶镇", "丹灶")),
        Place("440605123001", ("丹灶社区居委会", "丹灶社区", "丹灶")),
        Place("440605123018", ("银河社区居委会", "银河社区", "银河")),
        Place("4406051230180010010001", ("西路3号",)),
        Place("4406051230180010010002", ("荷花花园1栋",)),
    ]
)
ADDRESSES = (
    "佛山市南海区丹灶镇银河社区西路3号501",
    "广东省佛山市南海区丹灶镇银河社区荷花花园1栋703",
    "丹灶银河社区荷花花园1栋703室",
    "银河社区西路3号",
    "丹灶镇荷花花园1幢1202房",
)
WORDS = [(field, word) for field in ("sex", "residence_type") for word in table()[field].values()]


def hands() -> list[Hand]:
    """Every combination of choices that matters, many times over."""
    copy = MarkKey(new_ring()).copy("200210-AAAAA")
    return [Hand(copy.choices(person), NAMES) for person in range(200)]


@pytest.mark.parametrize(("field", "words"), WORDS, ids=[words[0] for _, words in WORDS])
def test_words_of_a_group_are_one_value_to_the_register(field: str, words: list[str]) -> None:
    read = {rule_for(field, on=DAY)(word).value for word in words}
    assert len(words) == 2
    assert len(read) == 1
    assert None not in read


def test_a_relation_is_written_as_the_national_list_has_it_or_in_full() -> None:
    """The register keeps a relation as it is written (GB/T 4761 has 子, 父, 母); no word stands for two relations."""
    words = [word for group in table()["relation"].values() for word in group]
    assert len(words) == len(set(words))
    assert {hand.relation("儿子") for hand in hands()} == {"儿子", "子"}
    assert {hand.relation("女儿") for hand in hands()} == {"女儿"}  # 女 is a sex as well


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_stays_the_same_place_and_door(address: str) -> None:
    written = {hand.address(address) for hand in hands()}
    assert len(written) > 1
    places = {(found.building_code, found.door) for found in map(GAZETTEER.locate, written)}
    assert places == {(GAZETTEER.locate(address).building_code, GAZETTEER.locate(address).door)}
    assert {"".join(sign for sign in one if sign.isdigit()) for one in written} == {
        "".join(sign for sign in address if sign.isdigit())
    }


@pytest.mark.parametrize(
    "address", ["西路3号", "湖北省武汉市武昌区中山路5号", "南海区西路3号", "工厂宿舍B座101号", ""]
)
def test_an_address_that_names_no_place_of_the_town_first_keeps_its_beginning(address: str) -> None:
    assert {hand.address(address) for hand in hands()} == {address}


@given(st.dates())
def test_a_day_is_never_another_day(day: date) -> None:
    for hand in hands()[:8]:
        assert read_day(hand.day(day)) == day


@given(st.dates(date(1950, 1, 1), date(2020, 2, 4)))
def test_intake_reads_every_writing_of_a_day_alike(day: date) -> None:
    written = {hand.day(day) for hand in hands()[:12]}
    assert {rule_for("birth_on", on=DAY)(one).value for one in written} == {day.isoformat()}


def test_a_masked_number_shows_what_it_showed_and_nothing_more() -> None:
    written = {hand.mask("440*************12") for hand in hands()}
    assert written == {f"440{'*' * stars}12" for stars in (4, 5, 6, 7)}
    assert {read_mask(one) for one in written} == {("440", "12")}
    assert hands()[0].mask("******") == "******"


@pytest.mark.parametrize("code", ["42", "4201", "420106", "4228", "110101", "1501", "3303"])
def test_a_division_is_the_same_one_with_and_without_its_kind(code: str) -> None:
    written = {hand.region(code) for hand in hands()}
    assert region_name(code) in written
    assert {find_region(one) for one in written} == {code}


def test_a_community_is_called_by_its_own_names_only_where_they_mean_nothing_else() -> None:
    assert {hand.area("银河社区") for hand in hands()} == {"银河社区", "银河社区居委会", "银河"}
    assert {hand.area("丹灶社区") for hand in hands()} == {"丹灶社区", "丹灶社区居委会"}  # 丹灶 is the town
    assert {hand.area("别处社区") for hand in hands()} == {"别处社区"}


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def cells(hand: Hand) -> list[str]:
    return [
        hand.address(ADDRESSES[0]),
        hand.address(ADDRESSES[1]),
        hand.day(date(1980, 3, 4)),
        hand.mask("138******12"),
        hand.word("sex", "female") or "",
        hand.relation("儿子"),
        hand.word("residence_type", "migrant") or "",
        hand.area("塱心村"),
        hand.region("4201") or "",
    ]


def test_marks_are_read_back_as_they_were_chosen() -> None:
    for hand in hands():
        marks = read_marks([plain(cell) for cell in cells(hand)], NAMES)
        assert {mark.kind for mark in marks} == {
            "head", "door", "block", "day", "mask", "sex", "relation", "residence_type", "area", "region",
        }  # fmt: skip
        assert [one for one in marks if one.way != way_of(hand.choices, one.place, one.ways)] == []


def test_marks_survive_another_width_and_blanks() -> None:
    for hand in hands()[:20]:
        retyped = [full_width(cell[:2] + " " + cell[2:]) for cell in cells(hand)]
        assert read_marks([plain(cell) for cell in retyped], NAMES) == read_marks(cells(hand), NAMES)


def test_a_place_counts_once_a_row() -> None:
    assert read_marks(["男", "女性"], NAMES) == [Mark("sex", 0, 2, 0)]


def test_a_division_whose_short_name_means_another_is_written_in_full() -> None:
    assert find_region("北京县昌平") != "110221"
    assert {hand.region("110221") for hand in hands()} == {"北京市昌平县"}


@pytest.mark.parametrize("ways", [2, 3, 4])
def test_every_equivalent_is_as_likely_as_the_others(ways: int) -> None:
    pairs = (bytes([first, second]) for first in range(256) for second in range(256))
    counted = Counter(way_of(pair, 0, ways) for pair in pairs)
    assert max(counted.values()) - min(counted.values()) <= 1


@given(st.lists(st.text(max_size=12), max_size=6))
def test_no_text_breaks_the_reader(texts: list[str]) -> None:
    for mark in read_marks([plain(text) for text in texts], NAMES):
        assert 0 <= mark.way < mark.ways
        assert 0 <= mark.place < PLACES


@given(st.integers(0, (1 << 40) - 1))
def test_a_row_code_is_read_however_it_is_typed(code: int) -> None:
    text = written_code(code)
    assert read_code(text) == code
    assert read_code(text.lower().replace("-", "").replace("1", "l").replace("0", "o")) == code
    assert read_code(unicodedata.normalize("NFKC", full_width(text))) == code


@pytest.mark.parametrize("text", ["", "陈某", "7KQ3-M2P", "7KQ3-M2PDD", "7KQ3-M2PU", "13800138001"])
def test_other_texts_are_no_code(text: str) -> None:
    assert read_code(text) is None


def test_choices_depend_on_the_installation_the_export_and_the_person() -> None:
    one, other = MarkKey(new_ring()), MarkKey(new_ring())
    seen = {
        one.copy("A").choices(1),
        one.copy("A").choices(2),
        one.copy("B").choices(1),
        other.copy("A").choices(1),
        one.copy("A").choices(-1),
    }
    assert len(seen) == 5
    assert one.copy("A").choices(1) == one.copy("A").choices(1)
    both = one.copy("A").draw(blocks_of([1, 2]))
    assert both == one.copy("A").choices(1) + one.copy("A").choices(2)
    assert len({one.code("A", person) for person in range(5000)}) == 5000
