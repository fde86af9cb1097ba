"""Commands: how long things are kept, and deletions done again in a back-up."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from fournets.cli.console import command, open_register, progress, screen, write_json
from fournets.cli.users import _actor, _now
from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import reader_language, say

retention_app = typer.Typer(help="How long which data is kept, and its end.", no_args_is_help=True)
On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it is asked for; default: today.")
]


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(retention_app, name="retention")


@retention_app.command("due")
@command
def due_command(
    on: On = None,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")
    ] = None,
) -> None:
    """Every class of data: how long it is kept, counted from what, and how many rows are due on a day.

    OUT: [{"class","days": null until the event is closed,"before": first day that is still kept,"due": rows}]
    """
    open_register()
    from fournets.keeping.retention import due

    found, lang = due(_day(on)), reader_language()
    write_json(
        [
            {"class": one.of.name, "days": one.of.days, "before": one.before, "due": one.count}
            for one in found
        ],
        json,
    )
    table = Table(*(say(f"retention_{name}") for name in ("class", "days", "counted", "due")))
    for one in found:
        kept = say("retention_event") if one.of.days is None else say("retention_for_days", days=one.of.days)
        table.add_row(one.of.text(lang), kept, one.of.day[lang], str(one.count) if one.before else "–")
    screen.print(table)


@retention_app.command("apply")
@command
def apply_command(on: On = None) -> None:
    """Destroy what is due on a day, class by class, in batches. Interrupted, it is run again. Not to be undone."""
    open_register(as_owner=True)
    from fournets.keeping.retention import apply_retention, data_classes

    with progress(say("retention_progress")) as steps:
        gone = apply_retention(
            on=_day(on), at=_now(), actor=_actor(), ring=load_ring(home() / "keys.toml"), advance=steps
        )
    for name, count in gone.items():
        screen.print(say("retention_applied", class_=data_classes()[name].text(), count=count), markup=False)
    if not gone:
        screen.print(say("retention_nothing"))


@retention_app.command("replay")
@command
def replay_command() -> None:
    """In a register brought back from a back-up, do again what was destroyed since, by forgotten.log of the data folder."""
    open_register(outdated_too=True, as_owner=True)
    from fournets.keeping.replay import replay_deletions

    done = replay_deletions(at=_now(), actor=_actor(), ring=load_ring(home() / "keys.toml"))
    told = {
        "deletions": done.deletions,
        "people": done.people,
        "rows": done.rows,
        "originals": done.originals,
    }
    screen.print(say("replay_done", **told) if any(told.values()) else say("replay_none"))


def _day(on: datetime | None) -> date:
    from django.utils import timezone

    return on.date() if on else timezone.localdate()
