"""Commands: places."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from fournets.cli.console import Exit, command, open_register, screen, write_json

places = typer.Typer(
    help="The area tree: shapes of cells and buildings in, addresses found.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(places, name="places")


@places.command("import")
@command
def import_file(
    file: Annotated[Path, typer.Argument(help="A GeoJSON FeatureCollection of cells and buildings.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it stands for.")] = None,
) -> None:
    """Take in cells, groups and buildings with their shapes from GEOJSON."""
    open_register()
    from fournets.places.services import import_geojson

    screen.print(import_geojson(file, on=(on or datetime.now().astimezone()).date()))


@places.command()
@command
def locate(
    text: Annotated[str, typer.Argument(help="An address as somebody wrote it.")],
    within: Annotated[
        str | None, typer.Option(help="The area code that decides between equal names.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the answer here; - is the screen.")] = None,
) -> None:
    """Show the deepest place an address is sure of."""
    open_register()
    from fournets.places.gazetteer import Gazetteer
    from fournets.places.selectors import area_name

    found = Gazetteer.load().locate(text, within)
    write_json(found._asdict(), json)
    name = area_name(found.area_code) if found.area_code else "-"
    screen.print(
        found.area_code or "-", name, found.door or "", f"{found.certainty:.2f}", found.kind, markup=False
    )
    if not found.area_code:
        raise typer.Exit(Exit.LOOK)
