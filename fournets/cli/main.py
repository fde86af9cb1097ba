"""``fournets``: the commands, in the order in which a town needs them."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator

import typer

from fournets.cli import day, demo, forms, intake, people, places, screening, system, town
from fournets.cli.console import Exit, errors
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
        if any(getattr(one, "sqlstate", None) in OUTDATED for one in _chain(fault)):
            errors.print(say("register_outdated"), style="red", markup=False)
        else:
            _tell(fault)
        sys.exit(Exit.ENVIRONMENT)


def _tell(fault: BaseException) -> None:
    """Where it happened, without the errors' own words: they may quote a cell. ``FOURNETS_DEBUG=1`` shows those too."""
    errors.print(say("fault"), style="red", markup=False)
    if os.environ.get("FOURNETS_DEBUG") == "1":
        traceback.print_exception(fault)
        return
    for one in _chain(fault):
        sys.stderr.writelines(traceback.format_tb(one.__traceback__))
        print(type(one).__qualname__, getattr(one, "sqlstate", None) or "", file=sys.stderr)


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


if __name__ == "__main__":
    run()
