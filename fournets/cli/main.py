"""``fournets``: the commands, in the order in which a town needs them."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from fournets.cli import (
    day,
    demo,
    event,
    exports,
    fieldforms,
    forms,
    intake,
    keys,
    people,
    places,
    retention,
    screening,
    system,
    town,
    users,
)
from fournets.cli.console import Exit, errors
from fournets.faults import chain, told
from fournets.home import HomeUnusable
from fournets.language import say

# SQLSTATE: undefined column, undefined table, right missing.
INSTALLATION = {"42703": "register_outdated", "42P01": "register_outdated", "42501": "register_rights"}

app = typer.Typer(
    name="fournets",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (
    system, users, keys, places, intake, people, screening, forms, fieldforms, exports, day, retention, event, town, demo,
):  # fmt: skip
    part.register(app)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"fournets {version('fournets')}")
        raise typer.Exit


@app.callback()
def start(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Fournets 四网: outbreak response and safe work resumption for a town."""


def run() -> None:
    """The entry point. A fault of ours ends with 3: as 1 it would read "done, with rows to look at"."""
    try:
        app()
    except Exception as fault:
        sentence = next((found for one in chain(fault) if (found := _sentence(one))), None)
        errors.print(sentence or say("fault"), style="red", markup=False)
        if sentence is None:
            sys.stderr.write(told(fault))
        sys.exit(Exit.ENVIRONMENT)


def _sentence(fault: BaseException) -> str | None:
    """What is wrong with the installation, where that is what the fault says."""
    from fournets.crypto import SealError

    if isinstance(fault, HomeUnusable):
        return say("home_unusable", folder=str(fault))
    if isinstance(fault, SealError):
        return say("keys_other")
    code = INSTALLATION.get(getattr(fault, "sqlstate", None) or "")
    return say(code) if code else None


if __name__ == "__main__":
    run()
