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
MISSING_FROM_BARE_LISTS = (
    0.15  # the same for lists of only names and telephones, until they are enough to tell
)
START = 15  # digits of a resident number that stand in its short and its cut-off forms
LARGEST_HOUSEHOLD = 15
TRUST = 2  # how many people seen the frequency of a name's characters is worth, beside those who bear it
HALF = 6  # characters of a telephone
MOBILE = 11  # digits of a mobile number; shorter or longer ones stand on a desk and are everybody's
ENOUGH_LISTED = 200  # people known by their telephone; from so many on the lists speak for themselves
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
_SLIP = "damerau_levenshtein(mine, theirs) <= 1"
_ALIKE = _some("names", "one_character_apart(mine, theirs)")
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
# brothers may share the telephone at home, but whom a firm lists gave it his own: with one of three characters wrong it is he
_OWN_PHONE = (
    "((x.works IS NOT NULL OR y.works IS NOT NULL) AND length(x.names[1]) > 2"
    f" AND {_some('phones', f'mine = theirs AND length(mine) = {MOBILE}')})"
)
_AT_HOME = "kin.one IS NOT NULL"  # a list gives somebody the telephone of those at home
EVIDENCE = {
    "name": (
        f"CASE WHEN x.names IS NULL OR y.names IS NULL THEN 0.5 WHEN {_SAME_NAME} THEN 1 WHEN {_SAME_SOUND} THEN 0.05"
        f" WHEN {_SIBLING} AND NOT {_OWN_PHONE} THEN 0 WHEN {_ALIKE} THEN 0.01 ELSE 0 END"
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
        Level(f"{_NEAR_NUMBER} AND x.birth_on = y.birth_on", "30"),  # the birthday is in it and was counted
        Level(_NEAR_NUMBER, "3000"),
        Level("true", "0"),
    ),
    # relatives share telephones and doors: with another name these count for less
    "phone": f"CASE WHEN y.phones IS NULL AND {_AT_HOME} THEN 300 ELSE "
    + _known(
        "phones",
        Level(
            "list_has_any(x.phones, y.phones)",
            f"CASE WHEN {_STRANGER} AND NOT {_ALIKE} THEN 300 ELSE 3000 END",
        ),
        Level(_some("phones", _SLIP), "1000"),
        Level(_AT_HOME, "300"),
        # whoever has a second number gives the first one sometime: each list that again has only the other says less
        Level("here.bare", "0.05 * power(0.2, x.calls - 1)"),
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
    "work": _known("works", Level("list_has_any(x.works, y.works)", "300"), Level("true", "0.1")),
    "native": _known("native", Level("share IS NOT NULL", "0.9 / share"), Level("true", "0.05")),
    # lists of only names and telephones are mostly about people who came back
    "away": "CASE WHEN NOT here.bare THEN 1 WHEN there.away THEN listing.away WHEN there.listed THEN 2 ELSE listing.home END",
}
_PLACED = """
CREATE OR REPLACE TABLE state AS
SELECT cluster, bool_or(loose) AS loose, bool_or(person IS NULL) AS fresh, bool_and(bare) AS bare, bool_or(bare) AS listed,
    bool_or(away IS NOT NULL) AS away FROM (
    SELECT cluster, loose, person, away,
        coalesce(sex, born, native, given_number, doors[1], works[1]) IS NULL AS bare FROM node JOIN place USING (n)
) GROUP BY cluster
"""
# A key only leads to whom a loose cluster may be; a digit slipped leaves one half of a telephone that nobody else has.
_MET = f"""
CREATE TABLE meeting AS
WITH placed AS (SELECT node.*, cluster, loose FROM node JOIN place USING (n)),
calls AS (SELECT DISTINCT cluster, loose, unnest(phones) AS phone FROM placed),
alone AS (SELECT phone FROM calls GROUP BY phone HAVING count(*) = 1 AND bool_or(loose)),
keyed AS (
    SELECT cluster, loose, 'name' AS kind, sound AS key, NULL AS phone FROM placed WHERE sound IS NOT NULL
    UNION ALL SELECT cluster, loose, 'phone', phone, NULL FROM calls
    UNION ALL SELECT cluster, loose, 'number', left(given_number, {START}), NULL FROM placed WHERE length(given_number) >= {START}
    UNION ALL SELECT cluster, loose AND alone.phone IS NOT NULL, 'start', left(phone, {HALF}), phone FROM calls LEFT JOIN alone USING (phone)
    UNION ALL SELECT cluster, loose AND alone.phone IS NOT NULL, 'end', phone[{HALF} + 1:], phone FROM calls LEFT JOIN alone USING (phone)
),
wanted AS (SELECT DISTINCT kind, key FROM keyed WHERE loose),
found AS (SELECT DISTINCT * FROM keyed SEMI JOIN wanted USING (kind, key)),
rare AS (
    SELECT * FROM found QUALIFY count(*) OVER (PARTITION BY kind, key)
        BETWEEN 2 AND CASE kind WHEN 'phone' THEN {BUSIEST_PHONE} WHEN 'number' THEN {BUSIEST_PHONE} ELSE {COMMONEST_NAME} END
)
SELECT a.cluster AS one, b.cluster AS other, bool_or(kind = 'phone') AS called, bool_and(kind IN ('start', 'end')) AS slipped
FROM rare AS a JOIN rare AS b USING (kind, key)
JOIN state AS x ON x.cluster = a.cluster JOIN state AS y ON y.cluster = b.cluster
WHERE a.cluster <> b.cluster AND a.loose AND (x.fresh OR y.fresh)
    AND (kind NOT IN ('start', 'end') OR damerau_levenshtein(a.phone, b.phone) <= 1)
GROUP BY 1, 2
"""  # noqa: S608
# After a round only those are asked again who may be somebody that has changed, or whom such a one may be.
_AGAIN = """
CREATE OR REPLACE TABLE meeting AS
WITH moved AS (
    SELECT p.cluster AS one, q.cluster AS other, bool_or(called) AS called, bool_and(slipped) AS slipped,
        bool_or(p.cluster <> one OR q.cluster <> other OR p.cluster IN (FROM changed) OR q.cluster IN (FROM changed)) AS stirred
    FROM meeting JOIN place AS p ON p.n = one JOIN place AS q ON q.n = other
    WHERE p.cluster <> q.cluster AND p.loose GROUP BY 1, 2
),
stirred AS (SELECT DISTINCT one FROM moved WHERE stirred),
asked AS (SELECT one FROM stirred UNION SELECT other FROM moved SEMI JOIN stirred USING (one))
SELECT one, other, called, slipped FROM moved SEMI JOIN asked USING (one)
"""
_PROFILE = """
CREATE OR REPLACE TABLE profile AS
WITH met AS (SELECT one AS cluster FROM meeting UNION SELECT other FROM meeting),
spread AS (
    SELECT node.*, cluster, coalesce(sex, born, native, given_number, doors[1], works[1]) IS NULL AS bare
    FROM node JOIN place USING (n) SEMI JOIN met USING (cluster)
)
SELECT cluster, min(n) AS n, count(*) FILTER (len(phones) > 0) AS calls,
    max_by(given_number, (length(given_number), given_number)) AS given, min(sex) AS sex,
    coalesce(min(birth_on) FILTER (number IS NOT NULL), min(birth_on)) AS birth_on,
    coalesce(min(born) FILTER (number IS NOT NULL), min(born) FILTER (birth_on IS NOT NULL), min(born)) AS born,
    coalesce(min(native) FILTER (number IS NOT NULL), max_by(native, (length(native), native))) AS native,
    min(home) AS home, min(room) AS room, min(household) AS household,
    list_sort(list(DISTINCT name) FILTER (name IS NOT NULL)) AS names, list(DISTINCT sound) FILTER (sound IS NOT NULL) AS sounds,
    list_distinct(nullif(flatten(list(phones)), [])) AS phones, list_distinct(nullif(flatten(list(doors)), [])) AS doors,
    list_distinct(nullif(flatten(list(works)), [])) AS works
FROM spread GROUP BY cluster
"""
# What the lists say of themselves: of those they named with a telephone we know, how many had come back; and how many
# names nobody bears, which is how many people are in no register, but for those whose name somebody bears by chance.
_LISTING = f"""
CREATE TABLE listing AS
WITH named AS (SELECT DISTINCT cluster, name FROM node JOIN place USING (n) WHERE name IS NOT NULL),
borne AS (SELECT name, count(*) FILTER (NOT bare) AS bearers FROM named JOIN state USING (cluster) GROUP BY 1),
people AS (
    SELECT count(*) AS size, count(*) FILTER (away) AS away, count(*) FILTER (listed) AS listed,
        count(*) FILTER (listed AND away) AS heard FROM state WHERE NOT bare
),
shared AS (
    SELECT avg((bearers > 1)::INT) FILTER (NOT bare) AS share,
        count(DISTINCT cluster) FILTER (bare AND bearers = 0) AS strangers
    FROM named JOIN state USING (cluster) JOIN borne USING (name)
),
estimate AS (
    SELECT listed, (heard + 1) / (listed + 2) AS went, (away + 1) / (size + 2) AS gone,
        strangers / greatest(0.02, 1 - share) AS missing FROM people, shared
)
SELECT CASE WHEN listed < {ENOUGH_LISTED} THEN 6 ELSE went / gone END AS away,
    CASE WHEN listed < {ENOUGH_LISTED} THEN 0.5 ELSE (1 - went) / (1 - gone) END AS home,
    CASE WHEN listed < {ENOUGH_LISTED} THEN {MISSING_FROM_BARE_LISTS} ELSE missing / listed END AS missing
FROM estimate
"""  # noqa: S608
_SHARE = """
CREATE TABLE native_share AS
WITH person AS (SELECT native FROM node JOIN place USING (n) WHERE n = cluster AND native IS NOT NULL)
SELECT left(native, size) AS prefix, count(*) / (SELECT count(*) FROM person) AS share
FROM person, (VALUES (2), (4), (6)) AS sizes(size) WHERE length(native) >= size GROUP BY 1
"""
# How many people of a register this size bear a name, when its characters are drawn one by one.
_COMMON = f"""
CREATE TABLE common AS
WITH borne AS (SELECT name FROM node JOIN place USING (n) WHERE n = cluster AND name IS NOT NULL),
asked AS (SELECT DISTINCT name FROM node JOIN place USING (n) WHERE loose AND name IS NOT NULL),
size AS (SELECT count(*) AS people FROM borne),
first AS (SELECT left(name, 1) AS part, count(*) / any_value(people) AS share FROM borne, size GROUP BY 1),
long AS (SELECT length(name) AS part, count(*) / any_value(people) AS share FROM borne, size GROUP BY 1),
spots AS (SELECT unnest(range(2, length(name) + 1)) AS spot, name[spot] AS part FROM borne),
rest AS (SELECT part, count(*) / sum(count(*)) OVER () AS share FROM spots GROUP BY 1),
given AS (SELECT name, unnest(range(2, length(name) + 1)) AS spot, name[spot] AS part FROM asked),
drawn AS (SELECT name, product(coalesce(rest.share, 0)) AS share FROM given LEFT JOIN rest USING (part) GROUP BY 1)
SELECT name, people * coalesce(first.share, 0) * coalesce(long.share, 0) * drawn.share AS expected
FROM drawn CROSS JOIN size LEFT JOIN first ON first.part = left(name, 1) LEFT JOIN long ON long.part = length(name)
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
SELECT DISTINCT meeting.one, meeting.other
FROM meeting JOIN meeting AS holder USING (one) JOIN shared AS theirs ON theirs.cluster = holder.other
JOIN shared AS mine ON mine.place = theirs.place AND mine.cluster = meeting.other
WHERE holder.called AND holder.other <> meeting.other
"""  # noqa: S608
_WEIGHED = f"""
CREATE OR REPLACE TABLE weighed AS
SELECT x.n AS one, y.n AS other, here.bare, CASE WHEN here.bare THEN listing.missing ELSE 0 END AS absent, there.loose AS mutual,
    coalesce(common.expected, 0) AS expected, {EVIDENCE["name"]} AS name,
    {" * ".join(f"({each})::DOUBLE" for each in EVIDENCE.values())} AS weight
FROM meeting JOIN profile AS x ON x.cluster = meeting.one JOIN profile AS y ON y.cluster = meeting.other
JOIN state AS here ON here.cluster = meeting.one JOIN state AS there ON there.cluster = meeting.other
LEFT JOIN kin ON kin.one = meeting.one AND kin.other = meeting.other
LEFT JOIN common ON common.name = x.names[1] CROSS JOIN listing
LEFT JOIN native_share ON prefix = left(x.native, least(length(x.native), length(y.native)))
    AND prefix = left(y.native, least(length(x.native), length(y.native)))
WHERE NOT slipped OR x.names IS NULL OR y.names IS NULL OR {_SAME_SOUND} OR {_ALIKE}
"""  # noqa: S608
_ODDS = f"""
WITH fitting AS (
    SELECT * EXCLUDE weight, CASE WHEN name = 0.01 AND max(name) OVER (PARTITION BY one) = 1
        THEN weight * least(1, greatest(0.001, expected)) ELSE weight END AS weight -- a rare name somebody bears was no slip
    FROM weighed
),
odds AS (
    SELECT one, other, mutual, weight / (sum(weight) OVER (PARTITION BY one)
        + greatest($missing, absent)
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
    changed: Sequence[int] | None = None,
) -> list[Guess]:
    """For each loose cluster the bearers it may be with odds of at least ``least``, the best first.

    ``clusters``, ``loose``: as for `fournets.analytics.probable.guesses`; ``people``: how many the register knows.
    Two loose clusters must choose each other. ``changed``: nodes joined since this was asked last; only whom that may
    concern is weighed again.
    """
    worker = link.cursor()
    worker.register("place", pa.table({"n": range(len(clusters)), "cluster": clusters, "loose": list(loose)}))
    worker.execute(_PLACED)
    if changed is None:
        steps: tuple[str, ...] = (_LISTING, _SHARE, _COMMON, _MET)
    else:
        worker.register("changed", pa.table({"n": pa.array(changed, pa.int64())}))
        steps = (_AGAIN,)
    for step in (*steps, _PROFILE, _KIN, _WEIGHED):
        worker.execute(step)
    missing = max(MISSING, (SMALLEST_TOWN - people) / max(1, people))
    found = worker.execute(_ODDS, {"missing": missing, "least": least}).fetchall()
    return [Guess(*row) for row in found]
