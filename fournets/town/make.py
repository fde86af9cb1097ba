"""Makes the invented town's folder: workbooks under ``in``, blank forms under ``forms``, and the truth beside them."""

from __future__ import annotations

import json
import multiprocessing
import random
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from fournets.language import Refusal
from fournets.town.blanks import write_blanks
from fournets.town.firms import firm_jobs
from fournets.town.founding import found_town
from fournets.town.lists import list_jobs
from fournets.town.plan import Job, Plan, draw_plan
from fournets.town.registers import register_jobs
from fournets.town.truth import Truth, write_csv
from fournets.town.world import DIVISIONS, Household, Person, Town
from fournets.town.writers import write_book, write_zip

Shared = tuple[Town, Plan, list[Job], Path]
_shared: list[Shared] = []

SMALL = 10_000
"""People below whom starting further processes takes longer than it saves."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    people: int
    households: int
    cells: int
    buildings: int
    enterprises: int
    enterprises_with_outbreak_staff: int
    returnees: int
    returnees_tied: int
    files: int
    rows: int
    forms: int


def make_town(
    count: int,
    seed: int,
    out: Path,
    *,
    divisions: Path = DIVISIONS,
    force: bool = False,
    workers: int | None = None,
    step: Callable[[int, int], None] = lambda done, of: None,
) -> Made:
    """Makes a town of ``count`` people in ``out``; the same seed makes the same files; a `Refusal` when ``out`` is in use.

    ``workers``: processes that write (by default two, or one for a small town).
    """
    _clear(out, force=force)
    town, plan, jobs, _ = _found(count, seed, divisions, out)
    if (workers or (1 if count < SMALL else 2)) == 1:
        truth = _gather(map(_make, range(len(jobs))), len(jobs), step)
    else:
        # New interpreters, not forks: a fork of a process whose libraries run threads of their own may die in any of their locks.
        spawn = multiprocessing.get_context("spawn")
        founding = (count, seed, divisions, out)
        with ProcessPoolExecutor(workers, spawn, initializer=_found, initargs=founding) as pool:
            truth = _gather(pool.map(_make, range(len(jobs))), len(jobs), step)
    truth.write(out)
    forms = write_blanks(town, out)
    _write_people(town, plan, out)
    shutil.copyfile(divisions, out / "divisions.csv")
    made = _sum_up(
        town,
        len(jobs),
        sum(len(lines) for lines in truth.lines.values()) - len(truth.lines["truth_columns.csv"]),
        forms,
    )
    (out / "truth_summary.json").write_text(json.dumps({"seed": seed, **asdict(made)}, indent=2) + "\n")
    return made


def _clear(out: Path, *, force: bool) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if not force or not out.is_dir():
            raise Refusal("town_folder_in_use", folder=str(out))
        _remove_last_town(out)
    for name in ("places", "registers", "enterprises", "rosters", "lists", "visits"):
        (out / "in" / name).mkdir(parents=True, exist_ok=True)


def _remove_last_town(out: Path) -> None:
    """Only what a town is made of is removed; anything else in the folder stays."""
    for name in ("in", "forms", "truth_forms"):
        shutil.rmtree(out / name, ignore_errors=True)
    for path in out.glob("truth*"):
        path.unlink()


def _found(count: int, seed: int, divisions: Path, out: Path) -> Shared:
    """The town of a seed and what is to be written of it; each process founds it anew, which the seed makes the same."""
    town = found_town(count, seed, divisions)
    plan = draw_plan(town)
    jobs = [*register_jobs(town), *firm_jobs(town, plan), *list_jobs(town)]
    _shared[:] = [(town, plan, jobs, out)]
    return _shared[0]


def _gather(parts: Iterable[Truth], count: int, step: Callable[[int, int], None]) -> Truth:
    truth = Truth()
    for done, part in enumerate(parts, 1):
        truth.take(part)
        step(done, count)
    return truth


def _make(number: int) -> Truth:
    ((town, plan, jobs, out),) = _shared
    job = jobs[number]
    books = job.make(town, plan, random.Random(f"{town.seed}:{job.path}"))
    data = write_zip(books) if job.path.endswith(".zip") else write_book(books[0])
    (out / "in" / job.path).write_bytes(data)
    truth = Truth()
    for book in books:
        truth.add(book)
    return truth


PEOPLE_HEAD = (
    "person", "name", "id_number", "phone", "birth_on", "community", "building", "door", "employer", "tied", "returned_on",
    "in_register",
)  # fmt: skip
FIRMS_HEAD = ("enterprise", "name", "uscc", "community", "headcount", "outbreak_headcount")


def _write_people(town: Town, plan: Plan, out: Path) -> None:
    lines = (_person_line(one, one.household, plan) for one in town.people if one.household)
    write_csv(out / "truth_people.csv", PEOPLE_HEAD, lines)
    firms = (
        (one.key, one.name, one.uscc, one.community.code, len(one.staff), one.tied_staff)
        for one in town.enterprises
    )
    write_csv(out / "truth_firms.csv", FIRMS_HEAD, firms)


def _person_line(one: Person, home: Household, plan: Plan) -> tuple[object, ...]:
    return (
        one.key, one.name, one.id_number, one.phone, one.birth_on, home.community.code, home.building.code, home.door,
        one.employer.key if one.employer else "", int(one.tied), one.trip.returned_on if one.trip else "",
        int(home.number not in plan.left_out),
    )  # fmt: skip


def _sum_up(town: Town, files: int, rows: int, forms: int) -> Made:
    cells = [cell for community in town.communities for cell in community.cells]
    return Made(
        people=len(town.people),
        households=sum(len(community.households) for community in town.communities),
        cells=len(cells),
        buildings=sum(len(group.buildings) for cell in cells for group in cell.groups),
        enterprises=len(town.enterprises),
        enterprises_with_outbreak_staff=sum(one.tied_staff > 0 for one in town.enterprises),
        returnees=sum(one.trip is not None for one in town.people),
        returnees_tied=sum(one.trip is not None and one.tied for one in town.people),
        files=files,
        rows=rows,
        forms=forms,
    )
