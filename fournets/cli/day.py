"""Commands of the day: close it, and see the list behind a figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from fournets.cli.console import command, open_register, screen, write_json
from fournets.language import reader_language, say

day_app = typer.Typer(no_args_is_help=True)
On = Annotated[str, typer.Option("--on", help="The day, YYYY-MM-DD.")]
Json = Annotated[
    Path | None, typer.Option("--json", help="Write the whole answer here as JSON; - is stdout.")
]


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(
        day_app, name="day", help="Close a day: its figures frozen, with the list behind each: close, show."
    )
    day_app.command("close")(close)
    day_app.command("show")(show)


@command
def close(
    on: On,
    again: Annotated[bool, typer.Option("--again", help="Correct a closed day; both closes stay.")] = False,
    json: Json = None,
) -> None:
    """Freeze the figures of a day for the town and each community; zero is a figure too.

    OUT: {"on","at","correction","cut_off","definitions_digest","areas","figures":[{"figure","zh","en","area","value"}]}
    """
    from fournets.cli.intake import day_of, now

    open_register()
    from fournets.reporting.figures import close_day

    day = day_of(on)
    closed = close_day(on=day, at=now(), actor="cli", again=again)
    answer = _answer(day)
    write_json(answer, json)
    screen.print(_town_figures(answer["figures"]))
    values = {"figures": closed.figures, "areas": closed.areas, "correction": closed.day.correction}
    screen.print(say("day_closed", on=on, digest=closed.day.definitions_digest[:12], **values), markup=False)


@command
def show(
    on: On,
    figure: Annotated[str, typer.Option(help="A figure; without it, all figures of the area.")] = "",
    area: Annotated[
        str, typer.Option(help="Code or name of the town or a community; default: the town.")
    ] = "",
    json: Json = None,
) -> None:
    """Show a closed day, or the list behind one of its figures. OUT: as close, or {"on","area","figure","rows":[id]}."""
    from fournets.cli.intake import day_of
    from fournets.cli.screening import area_code

    open_register()
    from fournets.places.selectors import town
    from fournets.reporting.figures import rows_behind

    day = day_of(on)
    if not figure:
        answer = _answer(day)
        write_json(answer, json)
        screen.print(_town_figures(answer["figures"]))
        return
    code = area_code(area) or town().code
    rows = rows_behind(day, code, figure)
    write_json({"on": on, "area": code, "figure": figure, "rows": rows}, json)
    screen.print("\n".join(rows), markup=False)


def _answer(day: date) -> dict[str, Any]:
    from fournets.places.selectors import town
    from fournets.policy import in_force
    from fournets.reporting.figures import day_figures, definitions
    from fournets.reporting.figures.selectors import closed_day

    closed, known = closed_day(day), definitions()
    figures = [one for one in day_figures(day) if one.figure in known]
    return {
        "on": day.isoformat(),
        "at": closed.at.isoformat(),
        "correction": closed.correction,
        "cut_off": in_force(on=day, area=town().code).text("reporting.cut_off"),
        "definitions_digest": closed.definitions_digest,
        "areas": len({one.area_code for one in figures}),
        "figures": [
            {
                "figure": one.figure,
                "zh": known[one.figure].zh,
                "en": known[one.figure].en,
                "area": one.area_code,
                "value": one.value,
            }
            for one in figures
        ],
    }


def _town_figures(figures: list[dict[str, Any]]) -> Table:
    table = Table(say("col_figure"), say("col_value"))
    top = min((len(one["area"]) for one in figures), default=0)
    for one in figures:
        if len(one["area"]) == top:
            table.add_row(one[reader_language()], str(one["value"]))
    return table
