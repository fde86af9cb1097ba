"""Rows that no rule could place, weighed against everybody who bears the name, as one question: which of them is it?

Whoever is meant is one of the bearers in the register or somebody not in it. Each bearer gets the weight of what both
sides say (`EVIDENCE`), somebody unknown the weight of how many people may be missing; the shares of the sum are the odds.
Clusters are weighed, not rows: all that was gathered about one person speaks at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from fournets.analytics.probable import SMALLEST_TOWN, Guess

COMMONEST_NAME, BUSIEST_PHONE = 60, 8  # with more bearers nothing could be told apart anyway
MISSING = 0.05  # people a list may name who are in no register, for each who is
MISSING_FROM_BARE_LISTS = 0.2  # the same for lists of only names and telephones: they name outsiders too
START = 15  # digits of a resident number that stand in its short and its cut-off forms
LARGEST_HOUSEHOLD = 15
TRUST = 2  # how many people seen the frequency of a name's characters is worth, beside those who bear it
ENOUGH_NAMES = 1_000  # in fewer the frequency of a character says nothing
OF_ITS_OWN_KIND = (
    1e-3  # a name whose characters are so rare together is not made of the usual ones: they say nothing
)
SEEN_ONCE = 0.8  # how far a name seen once overstates how common it is (Good and Turing: 1 - 2 * N2 / N1)


@dataclass(frozen=True, slots=True)
class Level:
    """Where ``condition`` holds of two clusters ``x`` and ``y``, one person is ``weight`` times likelier than two."""

    condition: str
    weight: str


def _known(column: str, *levels: Level) -> str:
    """The weight of the first level that holds; 1 where either side does not say."""
    cases = " ".join(f"WHEN {level.condition} THEN {level.weight}" for level in levels)
    return f"CASE WHEN x.{column} IS NULL OR y.{column} IS NULL THEN 1 {cases} END"


def _some(column: str, like: str) -> str:
    """Whether a value of ``x`` and one of ``y`` are ``like`` each other."""
    return f"len(list_filter(x.{column}, lambda mine: len(list_filter(y.{column}, lambda theirs: {like})) > 0)) > 0"


_SAME_NAME, _SAME_SOUND = "list_has_any(x.names, y.names)", "list_has_any(x.sounds, y.sounds)"
_STRANGER = f"(x.sounds IS NOT NULL AND y.sounds IS NOT NULL AND NOT {_SAME_SOUND})"
_PARTS = " + ".join(f"(x.birth_on[{a}:{b}] = y.birth_on[{a}:{b}])::INT" for a, b in ((1, 4), (6, 7), (9, 10)))
_SHORT = "least(length(x.given), length(y.given))"
_OTHER_ROOM = "x.room <> y.room AND (x.room[1] = '#') = (y.room[1] = '#')"
_NEAR_NUMBER = f"damerau_levenshtein(left(x.given, {_SHORT}), left(y.given, {_SHORT})) <= 2"
# brothers share a character of their names, and twins the birthday: under one roof only a number tells them from a slip
_ONE_ROOF = (
    "(coalesce(x.room IS NOT NULL AND y.room IS NOT NULL AND list_has_any(x.doors, y.doors), false)"
    " OR coalesce(x.household = y.household, false))"
)
_SIBLING = (
    f"({_ONE_ROOF} AND NOT coalesce(least(length(x.given), length(y.given)) >= 10 AND {_NEAR_NUMBER}, false))"
)
_AT_HOME = "coalesce(list_has_any(x.phones, kin.phones), false)"  # a list gives somebody the telephone of those at home
EVIDENCE = {
    "name": (
        f"CASE WHEN x.names IS NULL OR y.names IS NULL THEN 0.5 WHEN {_SAME_NAME} THEN 1 WHEN {_SAME_SOUND} THEN 0.05"
        f" WHEN {_SIBLING} THEN 0 WHEN {_some('names', 'one_character_apart(mine, theirs)')} THEN 0.01 ELSE 0 END"
    ),
    "sex": _known("sex", Level("x.sex = y.sex", "2"), Level("true", "0")),
    "birth": _known(
        "born",
        Level("x.birth_on = y.birth_on", "3000"),
        Level(f"{_PARTS} = 2", "5"),
        Level("(x.birth_on IS NULL OR y.birth_on IS NULL) AND abs(x.born::INT - y.born::INT) <= 1", "15"),
        Level("true", "0"),
    ),
    "number": _known(
        "given",
        Level("length(x.given) < 10 OR length(y.given) < 10", "1"),
        Level(_NEAR_NUMBER, "3000"),
        Level("true", "0"),
    ),
    # relatives share telephones and doors: with another name these count for less
    "phone": f"CASE WHEN y.phones IS NULL AND {_AT_HOME} THEN 300 ELSE "
    + _known(
        "phones",
        Level("list_has_any(x.phones, y.phones)", f"CASE WHEN {_STRANGER} THEN 300 ELSE 3000 END"),
        Level(_some("phones", "damerau_levenshtein(mine, theirs) <= 1"), "1000"),
        Level(_AT_HOME, "300"),
        # whoever has a second number gives the first one sometime: each list that again has only the other says less
        Level("x.bare", "0.15 * power(0.2, x.calls - 1)"),
        Level("true", "0.15"),
    )
    + " END",
    "door": _known(
        "doors",
        Level(_OTHER_ROOM, "0.01"),
        Level("list_has_any(x.doors, y.doors)", f"CASE WHEN {_STRANGER} THEN 1 ELSE 3000 END"),
        Level("true", "0.3"),
    ),
    "home": _known(
        "home",
        Level("x.home <> y.home", "0.1"),
        Level("x.room IS NULL OR y.room IS NULL", "10"),
        Level("true", "1"),
    ),
    "work": _known("works", Level("list_has_any(x.works, y.works)", "300"), Level("true", "0.5")),
    "native": _known("native", Level("share IS NOT NULL", "0.9 / share"), Level("true", "0.05")),
    # lists of only names and telephones are mostly about people who came back
    "away": "CASE WHEN NOT x.bare THEN 1 WHEN y.away THEN 11 WHEN y.listed THEN 1 ELSE 0.3 END",
}
_PROFILE = """
CREATE OR REPLACE TABLE profile AS
WITH spread AS (
    SELECT *, coalesce(sex, born, native, given_number, doors[1], works[1]) IS NULL AS bare FROM node JOIN place USING (n)
)
SELECT cluster, min(n) AS n, bool_or(loose) AS loose, bool_or(person IS NULL) AS fresh,
    bool_and(bare) AS bare, bool_or(bare) AS listed, bool_or(away IS NOT NULL) AS away,
    count(*) FILTER (len(phones) > 0) AS calls,
    max_by(given_number, (length(given_number), given_number)) AS given, min(sex) AS sex,
    coalesce(min(birth_on) FILTER (number IS NOT NULL), min(birth_on)) AS birth_on,
    coalesce(min(born) FILTER (number IS NOT NULL), min(born) FILTER (birth_on IS NOT NULL), min(born)) AS born,
    coalesce(min(native) FILTER (number IS NOT NULL), max_by(native, (length(native), native))) AS native,
    min(home) AS home, min(room) AS room, min(household) AS household,
    list(DISTINCT name) FILTER (name IS NOT NULL) AS names, list(DISTINCT sound) FILTER (sound IS NOT NULL) AS sounds,
    nullif(flatten(list(phones)), []) AS phones, nullif(flatten(list(doors)), []) AS doors,
    nullif(flatten(list(works)), []) AS works
FROM spread GROUP BY cluster
"""
_MEETING = f"""
CREATE OR REPLACE TABLE meeting AS
WITH keyed AS (
    SELECT cluster, 'name' AS kind, unnest(sounds) AS key FROM profile
    UNION ALL SELECT cluster, 'phone', unnest(list_distinct(phones)) FROM profile
    UNION ALL SELECT cluster, 'number', left(given, {START}) FROM profile WHERE length(given) >= {START}
),
rare AS (
    SELECT * FROM keyed QUALIFY count(*) OVER (PARTITION BY kind, key)
        BETWEEN 2 AND CASE kind WHEN 'name' THEN {COMMONEST_NAME} ELSE {BUSIEST_PHONE} END
)
SELECT DISTINCT a.cluster AS one, b.cluster AS other FROM rare AS a JOIN rare AS b USING (kind, key)
JOIN profile AS x ON x.cluster = a.cluster JOIN profile AS y ON y.cluster = b.cluster
WHERE a.cluster <> b.cluster AND x.loose AND (x.fresh OR y.fresh)
"""  # noqa: S608
_SHARE = """
CREATE OR REPLACE TABLE native_share AS
SELECT left(native, size) AS prefix, count(*) / (SELECT count(native) FROM profile) AS share
FROM profile, (VALUES (2), (4), (6)) AS sizes(size) WHERE length(native) >= size GROUP BY 1
"""
# How many people of a register this size bear a name, when its characters are drawn one by one.
_COMMON = f"""
CREATE OR REPLACE TABLE common AS
WITH borne AS (SELECT cluster, names[1] AS name FROM profile WHERE names IS NOT NULL),
size AS (SELECT count(*) AS people FROM borne),
first AS (SELECT left(name, 1) AS part, count(*) / any_value(people) AS share FROM borne, size GROUP BY 1),
long AS (SELECT length(name) AS part, count(*) / any_value(people) AS share FROM borne, size GROUP BY 1),
given AS (SELECT DISTINCT name, unnest(range(2, length(name) + 1)) AS spot, name[spot] AS part FROM borne),
spots AS (SELECT unnest(range(2, length(name) + 1)) AS spot, name[spot] AS part FROM borne),
rest AS (SELECT part, count(*) / sum(count(*)) OVER () AS share FROM spots GROUP BY 1),
drawn AS (SELECT name, product(rest.share) AS share FROM given JOIN rest USING (part) GROUP BY 1)
SELECT cluster, people * first.share * long.share * drawn.share AS expected
FROM borne CROSS JOIN size JOIN first ON first.part = left(name, 1) JOIN long ON long.part = length(name) JOIN drawn USING (name)
WHERE people >= {ENOUGH_NAMES}
"""  # noqa: S608
_KIN = f"""
CREATE OR REPLACE TABLE kin AS
WITH roof AS (
    SELECT cluster, household AS place FROM profile WHERE household IS NOT NULL
    UNION SELECT cluster, room FROM profile WHERE room IS NOT NULL
    UNION SELECT cluster, concat(home, '/', unnest(doors)) FROM profile WHERE home IS NOT NULL
),
shared AS (SELECT * FROM roof QUALIFY count(*) OVER (PARTITION BY place) BETWEEN 2 AND {LARGEST_HOUSEHOLD})
SELECT one.cluster, flatten(list(profile.phones)) AS phones
FROM shared AS one JOIN shared AS other USING (place) JOIN profile ON profile.cluster = other.cluster
WHERE one.cluster <> other.cluster AND profile.phones IS NOT NULL GROUP BY 1
"""  # noqa: S608
_WEIGHED = f"""
CREATE OR REPLACE TABLE weighed AS
SELECT x.n AS one, y.n AS other, x.bare, y.loose AS mutual, coalesce(common.expected, 0) AS expected, {EVIDENCE["name"]} AS name,
    {" * ".join(f"({each})::DOUBLE" for each in EVIDENCE.values())} AS weight
FROM meeting JOIN profile AS x ON x.cluster = meeting.one JOIN profile AS y ON y.cluster = meeting.other
LEFT JOIN kin ON kin.cluster = meeting.other
LEFT JOIN common ON common.cluster = meeting.one
LEFT JOIN native_share ON prefix = left(x.native, least(length(x.native), length(y.native)))
    AND prefix = left(y.native, least(length(x.native), length(y.native)))
"""  # noqa: S608
_ODDS = f"""
WITH fitting AS (
    SELECT * EXCLUDE weight, CASE WHEN name = 0.01 AND max(name) OVER (PARTITION BY one) = 1 THEN weight / 1000
        ELSE weight END AS weight -- where somebody bears the very name, nobody was misspelt
    FROM weighed
),
odds AS (
    SELECT one, other, mutual, weight / (sum(weight) OVER (PARTITION BY one)
        + CASE WHEN bare THEN greatest($missing, {MISSING_FROM_BARE_LISTS}) ELSE $missing END
        * CASE WHEN expected < {OF_ITS_OWN_KIND} THEN seen - {SEEN_ONCE} ELSE ({TRUST} + seen) / ({TRUST} / expected + 1) END) AS odds
    FROM (SELECT *, greatest(1, sum(name) FILTER (name >= 0.05) OVER (PARTITION BY one)) AS seen FROM fitting)
),
agreed AS (
    SELECT one, other, CASE WHEN there.mutual THEN least(there.odds, coalesce(back.odds, 0)) ELSE there.odds END AS odds
    FROM odds AS there LEFT JOIN (SELECT other AS one, one AS other, odds FROM odds) AS back USING (one, other)
)
SELECT one, other, round(odds, 6) AS odds FROM agreed WHERE round(odds, 6) >= $least ORDER BY 3 DESC, 1, 2
"""  # noqa: S608


def bearers(
    link: duckdb.DuckDBPyConnection,
    clusters: Sequence[int],
    loose: Sequence[bool],
    *,
    least: float,
    people: int,
) -> list[Guess]:
    """For each loose cluster the bearers it may be with odds of at least ``least``, the best first.

    ``clusters``, ``loose``: as for `fournets.analytics.probable.guesses`; ``people``: how many the register knows.
    Two loose clusters must choose each other.
    """
    worker = link.cursor()
    worker.register("place", pa.table({"n": range(len(clusters)), "cluster": clusters, "loose": list(loose)}))
    for step in (_PROFILE, _MEETING, _SHARE, _COMMON, _KIN, _WEIGHED):
        worker.execute(step)
    worker.unregister("place")
    missing = max(MISSING, (SMALLEST_TOWN - people) / max(1, people))
    found = worker.execute(_ODDS, {"missing": missing, "least": least}).fetchall()
    return [Guess(*row) for row in found]
