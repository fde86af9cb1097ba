"""Commands: town."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fournets.cli.console import Exit, command, fail, progress, screen, write_json

LEAST = 30  # of fewer people there are no households of every size, no rosters, no lists


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    town = typer.Typer(help="An invented town, to try everything out on.", no_args_is_help=True)
    town.command("make")(make)
    app.add_typer(town, name="town")


@command
def make(
    people: Annotated[int, typer.Option(help="How many people live in it.")],
    out: Annotated[Path, typer.Option(help="An empty folder to make it in.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same town.")] = 1,
    divisions: Annotated[Path | None, typer.Option(help="Other divisions than the reference town's.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the town made there before.")] = False,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Also write what was made, as JSON.")
    ] = None,
) -> None:
    """Makes the workbooks of an invented town as its senders would send them, and the truth about them."""
    from fournets.language import say
    from fournets.town.make import make_town
    from fournets.town.world import DIVISIONS

    if people < LEAST:
        fail(say("town_too_small", least=LEAST), Exit.UNUSABLE)
    start = time.monotonic()
    with progress("files") as advance:
        made = make_town(
            people, seed, out, divisions=divisions or DIVISIONS, force=force, step=lambda done, of: advance(1)
        )
    values = asdict(made)
    screen.print(say("town_made", seed=seed, **values), markup=False)
    seconds = f"{time.monotonic() - start:.1f}"
    screen.print(say("town_files", folder=out, seconds=seconds, **values), markup=False)
    write_json({"seed": seed, **values}, json_out)
