"""Which rows are the same person: rules over whole sets in DuckDB, then one pass of joining under guard.

A node is a row to be filed or a row already on file (``person`` says whose). The rules come from the caller, so
that one list of rules serves this engine and the reference for two rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import duckdb
import pyarrow as pa

TEXTS = (
    "name",
    "sound",
    "number",
    "given_number",
    "number_start",
    "sex",
    "birth_on",
    "community",
    "native",
    "home",
    "room",
    "away",
    "born",
    "household",
)
LISTS = {"phone": "phones", "door": "doors", "work": "works"}
NODES = pa.schema(
    [("n", pa.int64()), ("person", pa.int64())]
    + [(name, pa.list_(pa.string())) for name in LISTS.values()]
    + [(name, pa.string()) for name in TEXTS]
)
_LARGEST_MIXED_GROUP = 300


class Rule(Protocol):
    """What the engine needs to know of a rule; see `fournets.people.rules.matching.Rule`."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def proof(self) -> bool: ...
    @property
    def lenient(self) -> bool: ...
    @property
    def settled(self) -> bool: ...


@dataclass
class Clusters:
    """Nodes joined so far. Two proven numbers, or two people declared apart, never end in one cluster."""

    number: list[str | None]
    person: list[int | None]
    apart: dict[int, set[int]] = field(default_factory=dict)
    parent: list[int] = field(init=False)
    rule: list[str] = field(init=False)
    score: list[float | None] = field(init=False)
    _people: dict[int, set[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        size = len(self.number)
        self.number, self.parent = list(self.number), list(range(size))
        self.rule, self.score = [""] * size, [None] * size
        first: dict[int, int] = {}
        for node, person in enumerate(self.person):
            if person is not None:
                self._hook(first.setdefault(person, node), node)
        if self.apart:
            self._people = {self.find(node): {person} for person, node in first.items()}

    def find(self, node: int) -> int:
        """The node that stands for the cluster of ``node``."""
        parent = self.parent
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    def join(self, one: int, other: int, rule: str, score: float = 1.0) -> bool:
        """Joins two clusters unless forbidden; remembers for each node the first rule that reached it."""
        first, second = self.find(one), self.find(other)
        if first != second and self._forbidden(first, second):
            return False
        for node in (one, other):
            if not self.rule[node]:
                self.rule[node], self.score[node] = rule, score
        self._hook(first, second)
        return True

    def _forbidden(self, one: int, other: int) -> bool:
        if self.number[one] and self.number[other] and self.number[one] != self.number[other]:
            return True
        if not self.apart:
            return False
        others = self._people.get(other, set())
        return any(self.apart.get(person, set()) & others for person in self._people.get(one, ()))

    def _hook(self, one: int, other: int) -> None:
        first, second = self.find(one), self.find(other)
        low, high = min(first, second), max(first, second)
        if low == high:
            return
        self.parent[high] = low
        self.number[low] = self.number[low] or self.number[high]
        if self.apart:
            self._people[low] = self._people.get(low, set()) | self._people.pop(high, set())


@dataclass(frozen=True)
class Linkage:
    """The clusters, and the nodes a rule could give to several people, with those nodes."""

    clusters: Clusters
    ambiguous: dict[int, list[int]]


def open_nodes(nodes: pa.Table) -> duckdb.DuckDBPyConnection:
    """A private in-memory DuckDB with the table ``node``; empty text is null."""
    link = duckdb.connect(config={"threads": 2})
    link.register("given", nodes)
    texts = ", ".join(f"nullif({name}, '') AS {name}" for name in TEXTS)
    link.execute(
        f"CREATE TABLE node AS SELECT n, person, {', '.join(LISTS.values())}, {texts},"  # noqa: S608  # nosec B608
        " CASE WHEN length(given_number) >= 8 THEN given_number END AS number_written,"
        " CASE WHEN length(given_number) > 15 THEN given_number[:10] END AS number_head,"
        " CASE WHEN length(given_number) > 15 THEN given_number[-8:] END AS number_tail FROM given"
    )
    link.unregister("given")
    link.execute(_ONE_CHARACTER)
    return link


def join_by_rules(
    link: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    *,
    apart: dict[int, set[int]] | None = None,
    before: Iterable[tuple[int, int]] = (),
) -> Linkage:
    """Joins the nodes of ``link`` by ``rules``, the strongest first; the pairs of ``before`` are one row filed again."""
    columns = link.sql("SELECT number, person FROM node ORDER BY n").to_arrow_table()
    clusters = Clusters(columns["number"].to_pylist(), columns["person"].to_pylist(), apart or {})
    for one, other in before:
        clusters.join(one, other, "same_row")
    doubts: dict[int, list[int]] = {}
    for rule in rules:
        for one, other in _edges(link, rule):
            clusters.join(one, other, rule.name)
        for node, others in _doubts(link):
            if not clusters.rule[node]:
                doubts.setdefault(node, others)
    joined = {node: others for node, others in doubts.items() if not clusters.rule[node]}
    return Linkage(clusters, joined)


def _edges(link: duckdb.DuckDBPyConnection, rule: Rule) -> Iterable[tuple[int, int]]:
    """Pairs joined by ``rule``: a star where a group is of one mind, else every pair that nothing forbids."""
    _group(link, rule)
    guard = _PROOF if rule.proof else _GUARD + _birth(rule.lenient) + _room(rule.settled)
    link.execute(_PAIRS.format(largest=_LARGEST_MIXED_GROUP, guard=guard))
    link.execute(_DOUBTFUL)
    found = link.sql(_EDGES).to_arrow_table()
    return zip(found["a"].to_pylist(), found["b"].to_pylist(), strict=True)


def _group(link: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    parts = ", ".join(f"unnest({LISTS[part]}) AS {part}" if part in LISTS else part for part in rule.key)
    known = " AND ".join(f"{part} IS NOT NULL" for part in rule.key)
    names = ", ".join(rule.key)
    agreed: tuple[str, ...] = ("sound",) if rule.proof else ("given_number", "sex", "birth_on")
    agreed += ("room",) if rule.settled else ()
    compared = ", ".join(f"node.{name}" for name in _COMPARED)
    link.execute(
        f"CREATE OR REPLACE TEMP TABLE keyed AS WITH part AS (SELECT n, {parts} FROM node),"  # noqa: S608  # nosec B608
        f" marked AS (SELECT n, hash({names}) AS mark, {names} FROM part WHERE {known}),"
        " busy AS (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1)"  # most keys are one row's alone
        f" SELECT {' || chr(31) || '.join(f'marked.{part}' for part in rule.key)} AS key, {compared}"
        " FROM marked SEMI JOIN busy USING (mark) JOIN node USING (n)"
    )
    link.execute(
        "CREATE OR REPLACE TEMP TABLE grouped AS SELECT key, min(n) AS hub, count(*) AS size,"  # noqa: S608  # nosec B608
        f" {' AND '.join(map(_one_value, agreed))} AS agreed FROM keyed GROUP BY key HAVING count(*) > 1"
    )


def _one_value(column: str) -> str:
    return f"coalesce(min({column}) = max({column}), true)"


def _birth(lenient: bool) -> str:
    slip = f" OR {_ONE_SLIP} OR {_NEARLY_SAME_NUMBER}" if lenient else ""
    return f" AND (x.birth_on IS NULL OR y.birth_on IS NULL OR x.birth_on = y.birth_on{slip})"


def _room(settled: bool) -> str:
    if not settled:
        return ""
    return (
        " AND (x.room IS NULL OR y.room IS NULL OR x.room = y.room OR (x.room[1] = '#') <> (y.room[1] = '#'))"
    )


def _doubts(link: duckdb.DuckDBPyConnection) -> list[tuple[int, list[int]]]:
    rows = link.execute("SELECT n, others FROM doubtful WHERE many ORDER BY n").fetchall()
    return [(n, others) for n, others in rows]


# DuckDB's own distances count bytes, of which a Chinese character has three
_ONE_CHARACTER = (
    "CREATE MACRO one_character_apart(one, other) AS left(one, 1) = left(other, 1) AND length(one) = length(other)"
    " AND len(list_filter(range(1, length(one) + 1), lambda spot: one[spot] <> other[spot])) = 1"
)
_COMPARED = ("n", "number", "given_number", "name", "sound", "sex", "birth_on", "room")
_ONE_SLIP = (
    "((x.birth_on[1:4] = y.birth_on[1:4])::INT + (x.birth_on[6:7] = y.birth_on[6:7])::INT"
    " + (x.birth_on[9:10] = y.birth_on[9:10])::INT = 2 OR (x.birth_on[1:4] = y.birth_on[1:4]"
    " AND x.birth_on[6:7] = y.birth_on[9:10] AND x.birth_on[9:10] = y.birth_on[6:7]))"
)
_NEARLY_SAME_NUMBER = (
    "coalesce(least(length(x.given_number), length(y.given_number)) >= 15"
    " AND damerau_levenshtein(x.given_number, y.given_number) <= 1, false)"
)
_SHORTER = "least(length(x.given_number), length(y.given_number))"
_GUARD = (
    "(x.sex IS NULL OR y.sex IS NULL OR x.sex = y.sex) AND CASE"
    " WHEN x.number IS NOT NULL AND y.number IS NOT NULL THEN x.number = y.number"
    " WHEN x.given_number IS NULL OR y.given_number IS NULL OR x.given_number = y.given_number THEN true"
    f" ELSE damerau_levenshtein(left(x.given_number, {_SHORTER}), left(y.given_number, {_SHORTER})) <= 2 END"
)
_PROOF = (
    "(x.name IS NULL OR y.name IS NULL OR x.sound = y.sound"
    " OR len(list_intersect(string_split(x.name[2:], ''), string_split(y.name[2:], ''))) > 0"
    " OR (left(x.name, 1) = left(y.name, 1) AND length(x.name) = 2 AND length(y.name) = 2))"
)
_PAIRS = (
    "CREATE OR REPLACE TEMP TABLE pair AS SELECT x.n AS a, y.n AS b, x.number AS a_number, y.number AS b_number"
    " FROM (SELECT k.* FROM keyed k JOIN grouped g USING (key) WHERE NOT g.agreed AND g.size <= {largest}) x"
    " JOIN keyed y USING (key) WHERE x.n < y.n AND {guard}"
)
_DOUBTFUL = (
    "CREATE OR REPLACE TEMP TABLE doubtful AS SELECT n, count(DISTINCT number) > 1 AS many,"
    " list(DISTINCT other ORDER BY other) AS others FROM (SELECT a AS n, b AS other, b_number AS number FROM pair"
    " WHERE a_number IS NULL AND b_number IS NOT NULL"
    " UNION ALL SELECT b, a, a_number FROM pair WHERE b_number IS NULL AND a_number IS NOT NULL) GROUP BY n"
)
_EDGES = (
    "SELECT DISTINCT a, b FROM (SELECT g.hub AS a, k.n AS b FROM keyed k JOIN grouped g USING (key)"
    " WHERE g.agreed AND k.n <> g.hub UNION ALL SELECT a, b FROM pair WHERE NOT"
    " ((a_number IS NULL AND b_number IS NOT NULL AND a IN (SELECT n FROM doubtful WHERE many))"
    " OR (b_number IS NULL AND a_number IS NOT NULL AND b IN (SELECT n FROM doubtful WHERE many))))"
    " ORDER BY a, b"
)
