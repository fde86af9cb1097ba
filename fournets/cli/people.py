"""Commands: people."""

from __future__ import annotations

import typer

people_app = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(people_app, name="people")
