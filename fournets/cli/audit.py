"""Commands: audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fournets.cli.console import Exit, command, fail, open_register, screen, write_json
from fournets.home import home
from fournets.language import say

NOTE = "audit.head"  # the newest line at the last check, kept apart from the database

audit_app = typer.Typer(help="Who did what: the audit chain.", no_args_is_help=True)


@audit_app.command("verify")
@command
def verify_command(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")
    ] = None,
) -> None:
    """Check that no audit line was changed or removed.

    The newest line is noted in audit.head of the data folder, so that the next check tells when the end was cut off.

    OUT: {"lines","first_bad": line or null,"cut_off": true or false,"head": hash of the newest line or null}
    """
    open_register()
    from fournets.audit.services import has_line, last_line, verify

    count, bad = verify()
    seen, head = _noted(), last_line()
    cut_off = seen is not None and not has_line(seen)
    said = {"lines": count, "first_bad": bad, "cut_off": cut_off, "head": head.hex() if head else None}
    write_json(said, json)
    if bad is not None:
        fail(say("audit_chain_broken", line=bad), Exit.LOOK)
    if cut_off:
        fail(say("audit_chain_cut", count=count), Exit.LOOK)
    _note(head)
    screen.print(say("audit_chain_holds", count=count))


def _noted() -> bytes | None:
    path = home() / NOTE
    return bytes.fromhex(path.read_text().strip()) if path.exists() else None


def _note(head: bytes | None) -> None:
    if head is not None:
        (home() / NOTE).write_text(head.hex() + "\n")
