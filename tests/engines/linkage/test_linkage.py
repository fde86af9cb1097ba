"""The linkage of whole tables: equal to the rules for two rows, blind to order, and never two proven numbers."""

from __future__ import annotations

import random
from itertools import combinations

import duckdb
import pytest

from fournets.analytics.linkage import join_by_rules, open_nodes
from fournets.analytics.settle import Thresholds, link_nodes
from fournets.people.rules.identity import Identity, identity
from fournets.people.rules.matching import RULES, rule_joining
from fournets.people.rules.nodes import nodes_of

COUNTIES = ("440605", "430421", "421181", "450421")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def crowd(people: int, seed: int) -> list[Identity]:
    """Some rows of each of a crowd of invented people, badly written."""
    dice = random.Random(seed)
    return [row for _ in range(people) for row in _rows(dice)]


def _rows(dice: random.Random) -> list[Identity]:
    name = dice.choice("陈李黄梁何") + dice.choice("伟志家丽秀") + dice.choice("强明英华芳")
    birth = f"{dice.randint(1940, 2010)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
    county = dice.choice(COUNTIES)
    body = f"{county}{birth}{dice.randrange(1000):03d}"
    number = body + "10X98765432"[sum(int(digit) * by for digit, by in zip(body, WEIGHTS, strict=True)) % 11]
    phone, door = f"138{dice.randrange(300):08d}", dice.randrange(1, 300)
    return [_row(dice, name, number, phone, door, county) for _ in range(dice.randint(1, 4))]


def _row(dice: random.Random, name: str, number: str, phone: str, door: int, county: str) -> Identity:
    given = dice.choice((number, number, number[:15], number[:6], number[:8] + "9" + number[9:], None))
    return identity(
        name=dice.choice((name, name, name, name[:2] + "辉", "")),
        id_number=given,
        id_certainty="verified" if given == number else "partial",
        phone=dice.choice((phone, phone, f"139{dice.randrange(10**8):08d}", None)),
        sex=dice.choice(("", "male", "female")) if given != number else "",
        birth_on=dice.choice((f"{number[6:10]}-{number[10:12]}-{number[12:14]}", None)),
        area_code=dice.choice(("440605123018", "440605123018001", "440605123019001")),
        address=dice.choice((f"文明街{door}号", None)),
        household_no=dice.choice((str(door), None)),
        values=dice.choice(({"native_place": county[:4]}, {"employer": f"大成{door % 9}厂"}, {})),
    )


@pytest.mark.parametrize("seed", range(3))
def test_two_rows_are_joined_as_the_rules_for_two_rows_say(seed: int) -> None:
    rows = crowd(5, seed)
    unlike = []
    for one, other in combinations(rows, 2):
        with open_nodes(nodes_of([one, other], [None, None])) as link:
            clusters = join_by_rules(link, RULES).clusters
        rule = rule_joining(one, other)
        if clusters.rule[0] != (rule.name if rule else ""):
            unlike.append((one, other, clusters.rule[0], rule))
    assert unlike == []


@pytest.mark.parametrize("seed", range(3))
def test_two_proven_numbers_never_end_in_one_cluster(seed: int) -> None:
    rows = crowd(1500, seed)
    with open_nodes(nodes_of(rows, [None] * len(rows))) as link:
        clusters = link_nodes(
            link, RULES, thresholds=Thresholds(same=0.3, unsure=0.1), people=60_000
        ).clusters
    numbers: dict[int, set[str]] = {}
    for node, row in enumerate(rows):
        numbers.setdefault(clusters.find(node), set()).update({row.number} - {""})
    assert max(map(len, numbers.values())) == 1
    assert sum(not each for each in numbers.values()) < len(numbers)


@pytest.mark.parametrize("slips", ["3", "33"])
def test_whole_numbers_a_slip_apart_are_joined_as_the_rules_for_two_rows_say(slips: str) -> None:
    number = "440682197001011236"
    slipped = number[:7] + slips + number[7 + len(slips) :]
    one = identity(name="陈伟强", id_number=number, id_certainty="verified")
    other = identity(name="陈伟强", id_number=slipped, id_certainty="unverified", birth_on="1971-02-01")
    rule = rule_joining(one, other)
    with open_nodes(nodes_of([one, other], [None, None])) as link:
        assert join_by_rules(link, RULES).clusters.rule[0] == (rule.name if rule else "")


def test_people_declared_apart_stay_apart() -> None:
    rows = [identity(name="陈伟强", phone="13800138000") for _ in range(2)]
    nodes = nodes_of(rows, [1, 2])
    assert join_by_rules(open_nodes(nodes), RULES).clusters.rule[0] == "same_name_and_phone"
    kept = join_by_rules(open_nodes(nodes), RULES, apart={1: {2}, 2: {1}}).clusters
    assert kept.find(0) != kept.find(1)


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [row for row in crowd(3000, 7) if row.name]
    order = random.Random(1).sample(range(len(rows)), len(rows))
    assert _groups(rows, range(len(rows))) == _groups(rows, order)


def _groups(rows: list[Identity], order: range | list[int]) -> set[frozenset[int]]:
    nodes = nodes_of([rows[at] for at in order], [None] * len(rows))
    with open_nodes(nodes) as link:
        clusters = link_nodes(link, RULES, thresholds=Thresholds(), people=60_000).clusters
    found: dict[int, set[int]] = {}
    for node, at in enumerate(order):
        found.setdefault(clusters.find(node), set()).add(at)
    return {frozenset(group) for group in found.values()}


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("张丹", "张杰", True), ("张丹", "李丹", False), ("张丹丹", "张杰华", False), ("张丹", "张丹", False)],
)
def test_names_are_compared_by_characters_not_bytes(one: str, other: str, apart: bool) -> None:
    link: duckdb.DuckDBPyConnection = open_nodes(nodes_of([], []))
    assert link.execute("SELECT one_character_apart(?, ?)", [one, other]).fetchone() == (apart,)
