"""``fournets``: the commands, in the order in which a town needs them."""

from __future__ import annotations

import sys

import typer

from fournets.cli import day, demo, forms, intake, people, places, screening, system, town
from fournets.cli.console import Exit, errors
from fournets.faults import chain, told
from fournets.language import say

OUTDATED = frozenset({"42703", "42P01"})  # SQLSTATE: undefined column, undefined table

app = typer.Typer(
    name="fournets",
    help="Fournets 四网: outbreak response and safe work resumption for a town.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (system, places, intake, people, screening, forms, day, town, demo):
    part.register(app)


def run() -> None:
    """The entry point. A fault of ours ends with 3: as 1 it would read "done, with rows to look at"."""
    try:
        app()
    except Exception as fault:
        if any(getattr(one, "sqlstate", None) in OUTDATED for one in chain(fault)):
            errors.print(say("register_outdated"), style="red", markup=False)
        else:
            errors.print(say("fault"), style="red", markup=False)
            sys.stderr.write(told(fault))
        sys.exit(Exit.ENVIRONMENT)


if __name__ == "__main__":
    run()
