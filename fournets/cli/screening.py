"""Commands of screening: assess everybody, see what is covered, see who has what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from fournets.cli.console import Exit, command, open_register, progress, screen, write_json
from fournets.language import Refusal, reader_language, say

SHOWN = 40  # rows on the screen; the JSON has them all
AreaWord = Annotated[str, typer.Argument(help="Code or name of an area; default: the whole register.")]
Json = Annotated[
    Path | None, typer.Option("--json", help="Write the whole answer here as JSON; - is stdout.")
]
Day = Annotated[str | None, typer.Option(help="Day, YYYY-MM-DD; default: today.")]


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.command("assess")(assess)
    app.command("cover")(cover)
    app.command("tasks")(tasks)


@command
def assess(on: Day = None, area: AreaWord = "", json: Json = None) -> None:
    """Assess everybody under the rules of the day, and open the tasks that follow.

    OUT: {"on","area","people","combinations","changed","restated","gone","classes":{class:people},
    "moves":[{"from","to","rule","people"}],"policy":{town:digest},"who":[{"person","from","to","rule","from_on","until_on"}]
    of those assessed before,"tasks":{"opened","without_cover","reassigned","open"}}
    """
    from fournets.cli.intake import day_of, now

    open_register()
    day, at, code = day_of(on), now(), area_code(area)
    answer = _assess(day, code, at)
    write_json(answer, json)
    screen.print(_classes(answer))
    screen.print(_moves(answer["moves"]))
    screen.print(say("assessed", **{**answer, "on": day, **answer["tasks"]}), markup=False)
    raise typer.Exit(Exit.LOOK if answer["tasks"]["without_cover"] else Exit.DONE)


@command
def cover(
    area: AreaWord = "",
    missing: Annotated[
        bool, typer.Option("--missing", help="List what is not covered, one row each.")
    ] = False,
    on: Day = None,
    json: Json = None,
) -> None:
    """Show for each area what is known, what is surveyed, and what is missing.

    OUT: {"on","area","areas":[{"area","name","kind","dwellings":{"known","found"},"households":{"known","known_from",
    "surveyed","unreached","refused","not_started"},"persons":{"known","found","surveyed"},"enterprises":{"known",
    "surveyed","rosters_missing"},"complete","since","responsible"}],"outbreak_enterprises":[{"enterprise","name","area",
    "stated","on_roster","registered","rows":[[file,sheet,row]],"survey":[[file,sheet,row]]}],"missing":[{"kind","id","name","area","state","count","since",
    "responsible"}] or null}
    """
    from fournets.cli.intake import day_of, now

    open_register()
    answer = coverage_answer(day_of(on), area_code(area), with_missing=missing, at=now())
    write_json(answer, json)
    screen.print(_coverage(answer["areas"]))
    if missing:
        screen.print(_missing(answer["missing"]))
    screen.print(_summary(answer), markup=False)


@command
def tasks(area: AreaWord = "", json: Json = None) -> None:
    """Show who has what to do: open tasks by cell, worker and purpose, and which of them nobody covers.

    OUT: {"area","open","late","without_cover","by_worker":[{"area","worker" or null,"purpose","open","late","first_due_at"}],
    "tasks":[{"id","area","worker" or null,"purpose","reason","due_at","person"}]}
    """
    from fournets.cli.intake import now

    open_register()
    answer = tasks_answer(area_code(area), now())
    write_json(answer, json)
    screen.print(_tasks(answer["by_worker"]))
    screen.print(say("tasks_open", **answer), markup=False)


def area_code(text: str) -> str:
    """The code of the area called ``text`` (code or name); empty for the whole register. Raises `Refusal`."""
    if not text:
        return ""
    from fournets.places.selectors import find_area

    if found := find_area(text):
        return str(found.code)
    if text.isdigit():
        from fournets.places.models import Building

        if Building.objects.filter(code=text).exists():
            return text
    raise Refusal("area_unknown", area=text)


def _assess(day: date, code: str, at: datetime) -> dict[str, Any]:
    from fournets.screening.services import assess_people, open_tasks
    from fournets.screening.services.tasks import open_task_count

    with progress(say("assessing"), 2) as advance:
        report = assess_people(on=day, area_code=code, actor="cli", at=at)
        advance(1)
        opened = open_tasks(on=day, area_code=code, actor="cli", at=at)
        advance(1)
    done = {"opened": opened.opened, "without_cover": opened.without_cover, "reassigned": opened.reassigned}
    tasks = {**done, "open": open_task_count(code)}
    return {**report.as_json(), "who": report.who_as_json(), "tasks": tasks}


def coverage_answer(day: date, code: str, *, with_missing: bool, at: datetime) -> dict[str, Any]:
    """The coverage ledger of an area as the command answers it."""
    import getpass

    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.screening.selectors import coverage, missing
    from fournets.screening.services import trace_outbreak_staff

    ring = load_ring(home() / "keys.toml")
    found = trace_outbreak_staff(code, on=day, ring=ring, actor=getpass.getuser(), at=at)
    return {
        "on": day.isoformat(),
        "area": code,
        "areas": [line.as_json() for line in coverage(code, on=day)],
        "outbreak_enterprises": [one.as_json() for one in found],
        "missing": [row.as_json() for row in missing(code, on=day)] if with_missing else None,
    }


def tasks_answer(code: str, at: datetime) -> dict[str, Any]:
    """The open tasks of an area as the command answers them."""
    from fournets.organization.selectors import task_sums

    sums = task_sums(code, at=at)
    return {
        "area": code,
        "open": sum(one.open for one in sums),
        "late": sum(one.late for one in sums),
        "without_cover": sum(one.open for one in sums if not one.worker),
        "by_worker": [
            {
                "area": one.area_code,
                "worker": one.worker or None,
                "purpose": one.purpose,
                "open": one.open,
                "late": one.late,
                "first_due_at": one.first_due_at.astimezone(at.tzinfo).isoformat(),
            }
            for one in sums
        ],
        "tasks": list(_every_task(code, at)),
    }


def _every_task(code: str, at: datetime) -> Sequence[dict[str, Any]]:
    from fournets.organization.selectors import open_tasks_below

    rows: list[dict[str, Any]] = []
    after = ("", 0)
    while page := open_tasks_below(code, after=after, limit=10_000):
        rows += [
            {
                "id": one.id,
                "area": one.area_code,
                "worker": one.worker or None,
                "purpose": one.purpose,
                "reason": one.reason,
                "due_at": one.due_at.astimezone(at.tzinfo).isoformat(),
                "person": one.person,
            }
            for one in page
        ]
        after = (page[-1].area_code, page[-1].id)
    return rows


def _classes(answer: dict[str, Any]) -> Table:
    from fournets.policy import in_force

    rows = in_force(on=date.fromisoformat(answer["on"]), area=next(iter(answer["policy"]), "")).table(
        "screening.classes"
    )
    table = Table(say("col_class"), say("col_people"))
    for row in rows:
        table.add_row(row[reader_language()], str(answer["classes"].get(row["class"], 0)))
    return table


def _moves(moves: Sequence[dict[str, Any]]) -> Table:
    table = Table(say("col_from"), say("col_to"), say("col_rule"), say("col_people"))
    for move in moves[:SHOWN]:
        table.add_row(move["from"] or "-", move["to"], move["rule"], str(move["people"]))
    return table


def _coverage(areas: Sequence[dict[str, Any]]) -> Table:
    heads = (
        "area",
        "households",
        "surveyed",
        "unreached",
        "refused",
        "not_started",
        "enterprises",
        "responsible",
    )
    table = Table(*(say(f"col_{name}") for name in heads))
    for one in _down_to_screen(areas):
        homes, firms = one["households"], one["enterprises"]
        mark = "" if homes["known_from"] == "register" else "*"
        table.add_row(
            one["name"],
            f"{homes['known']}{mark}",
            *(str(homes[name]) for name in heads[2:6]),
            f"{firms['surveyed']}/{firms['known']}",
            one["responsible"] or "-",
        )
    return table


def _down_to_screen(areas: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """As many levels as fit on a screen, at least the first."""
    lengths: Callable[[dict[str, Any]], int] = lambda one: len(one["area"])  # noqa: E731
    for width in sorted({lengths(one) for one in areas}, reverse=True):
        fitting = [one for one in areas if lengths(one) <= width]
        if len(fitting) <= SHOWN:
            return fitting
    return areas[:SHOWN]


def _missing(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(
        *(say(f"col_{name}") for name in ("area", "missing", "id", "state", "since", "responsible"))
    )
    for row in rows[:SHOWN]:
        shown = (row["area"], say(f"missing_{row['kind']}"), row["id"], say(f"visit_{row['state']}"))
        table.add_row(*shown, row["since"] or "-", row["responsible"] or "-")
    return table


def _summary(answer: dict[str, Any]) -> str:
    communities = [one for one in answer["areas"] if len(one["area"]) == 12]
    nothing = {"households": {"surveyed": 0, "known": 0}, "enterprises": {"surveyed": 0, "known": 0}}
    whole = answer["areas"][0] if answer["areas"] else nothing
    homes, firms = whole["households"], whole["enterprises"]
    return say(
        "covered",
        complete=sum(one["complete"] for one in communities),
        communities=len(communities),
        done=homes["surveyed"],
        households=homes["known"],
        surveyed=firms["surveyed"],
        enterprises=firms["known"],
        outbreak=len(answer["outbreak_enterprises"]),
    )


def _tasks(rows: Sequence[dict[str, Any]]) -> Table:
    heads = ("area", "worker", "purpose", "open", "late", "first_due")
    table = Table(*(say(f"col_{name}") for name in heads))
    gaps_first = sorted(rows, key=lambda row: (row["worker"] is not None, -row["open"]))
    for row in gaps_first[:SHOWN]:
        worker, purpose = row["worker"] or say("nobody_covers"), say(f"purpose_{row['purpose']}")
        table.add_row(
            row["area"], worker, purpose, str(row["open"]), str(row["late"]), row["first_due_at"][:16]
        )
    return table
