"""Commands: audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fournets.cli.console import Exit, command, fail, open_register, screen, write_json
from fournets.language import say

audit_app = typer.Typer(help="Who did what: the audit chain.", no_args_is_help=True)


@audit_app.command("verify")
@command
def verify_command(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")
    ] = None,
) -> None:
    """Check that no audit line was changed or removed."""
    open_register()
    from fournets.audit.services import verify

    count, bad = verify()
    write_json({"lines": count, "first_bad": bad}, json)
    if bad is not None:
        fail(say("audit_chain_broken", line=bad), Exit.LOOK)
    screen.print(say("audit_chain_holds", count=count))
