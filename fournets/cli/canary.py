"""Commands: canaries among the people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from fournets.cli.console import command, open_register, screen, write_json
from fournets.cli.users import _actor, _now
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.language import say

canary_app = typer.Typer(
    help="Invented people nobody has a reason to look at: touching one raises an alarm on the audit page.",
    no_args_is_help=True,
)
Person = Annotated[str, typer.Argument(help="Public id of the person.")]


@canary_app.command("add")
@command
def add(person: Person) -> None:
    """Make an invented person of the register a canary. Neither pages nor the audit tell who is one."""
    open_register()
    from fournets.people.services.canary import add_canary

    add_canary(person, ring=_ring(), actor=_actor(), at=_now())
    screen.print(say("canary_added", person=person), markup=False)


@canary_app.command("list")
@command
def list_command(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")
    ] = None,
) -> None:
    """Every canary. OUT: [{"person","added_at","added_by"}]"""
    open_register()
    from fournets.people.services.canary import canaries

    found = canaries(ring=_ring())
    lines = [{"person": one, "added_at": at.isoformat(), "added_by": by} for one, at, by in found]
    write_json(lines, json)
    table = Table(*(say(f"canary_{name}") for name in ("person", "since", "by")))
    for one in lines:
        table.add_row(one["person"], one["added_at"], one["added_by"])
    screen.print(table if lines else say("canary_none"))


@canary_app.command("remove")
@command
def remove(person: Person) -> None:
    """Make a canary an ordinary person again."""
    open_register()
    from fournets.people.services.canary import remove_canary

    remove_canary(person, ring=_ring(), actor=_actor(), at=_now())
    screen.print(say("canary_removed", person=person), markup=False)


def _ring() -> KeyRing:
    return load_ring(home() / "keys.toml")
