"""Commands: the event a register serves, and its end."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from fournets.cli.console import command, open_register, screen, write_json
from fournets.language import say

event_app = typer.Typer(help="The event this register serves, and its end.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(event_app, name="event")


@event_app.command("show")
@command
def show_command() -> None:
    """Since when the event runs, and whether somebody has asked to close it."""
    open_register()
    from django.utils import timezone

    from fournets.keeping.closing import present_event

    event = present_event()
    words = {
        "begun": f"{timezone.localdate(event.begun_at):%Y-%m-%d}",
        "asked": event.asked_by or "–",
        "decided": event.decided_by or "–",
    }
    screen.print(say("event_show", **words), markup=False)


@event_app.command("close")
@command
def close_command(
    certificate: Annotated[
        Path, typer.Option(help="JSON file the certificate is written to.", dir_okay=False)
    ],
) -> None:
    """Shred all personal data of the event, once two people have decided so; figures and the audit stay.

    Not to be undone. CERTIFICATE: {"event","begun_at","closed_at","asked_by","decided_by","shredded":{table: rows},"files",
    "keys":[fingerprint],"figures":{"rows","sha256"},"audit_head_before","sha256"}
    """
    open_register(closed_too=True)
    from django.utils import timezone

    from fournets.keeping.closing import close_event

    done = close_event(actor=getpass.getuser(), at=timezone.now())
    write_json(done, certificate)
    told = {
        "rows": sum(done["shredded"].values()),
        "files": done["files"],
        "keys": len(done["keys"]),
        "figures": done["figures"]["rows"],
        "digest": done["sha256"],
    }
    screen.print(say("event_done", **told), markup=False)
