"""Commands: one person forgotten, whoever it is approved for, remembered, and rows that name a forgotten one."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils import timezone

from fournets.cli.console import command, errors, open_register, screen
from fournets.cli.users import _actor, _now
from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import say

if TYPE_CHECKING:
    from fournets.keeping.forget import Forgot

COMMAND = (sys.executable, "-m", "fournets.cli.main", "people", "forget-approved")
log = logging.getLogger(__name__)
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit line, without long numbers.")]


@command
def forget(person: Annotated[str, typer.Argument(help="Public id of the person.")], reason: Reason) -> None:
    """Take a person out of the register for good, on request: every row, and the originals of the files he stood in.

    Not to be undone. Source rows keep their outcome and are counted; frozen figures keep their value. Refused while he has
    an open task, a running override, an isolation or observation. A list that names him again waits for a decision.
    """
    open_register(as_owner=True)
    from fournets.keeping.forget import forget_person

    at, ring = _now(), load_ring(home() / "keys.toml")
    done = forget_person(
        person, reason=reason, on=timezone.localtime(at).date(), at=at, actor=_actor(), ring=ring
    )
    _tell(done)
    screen.print(say("forget_backups"), markup=False)


@command
def forget_approved() -> None:
    """Forget everybody whose forgetting was asked for and approved on the page; a running worker does it by itself.

    Whoever has an open task, a running override, an isolation or observation is left until that is over.
    """
    open_register(as_owner=True)
    from fournets.keeping.forgetting import forget_approved

    at, ring, found = _now(), load_ring(home() / "keys.toml"), False
    for done in forget_approved(on=timezone.localdate(at), at=at, ring=ring):
        found = True
        _tell(done)
    screen.print(say("forget_backups" if found else "forget_approved_none"), markup=False)


def forget_in_time(at: datetime) -> None:
    """Has what is approved done, when something can be: by the command, for a worker has not the owner's rights."""
    from fournets.keeping.forgetting import ready_to_forget
    from fournets.places.scope import scope

    if os.environ.get("DATABASE_APP_URL") and not os.environ.get("DATABASE_URL"):
        return  # the owner's rights are not on this machine
    with scope(""):
        ready = ready_to_forget(timezone.localdate(at))
    if ready and subprocess.run(COMMAND, stdout=subprocess.DEVNULL, check=False).returncode:
        log.warning("what was approved could not be forgotten: %s", len(ready))


@command
def remember(
    person: Annotated[str, typer.Argument(help="Public id under which he was forgotten.")], reason: Reason
) -> None:
    """Take a person off the list of the forgotten: he was forgotten by error, or is really back.

    What was destroyed does not come back; the next list that names him files him anew.
    """
    open_register(as_owner=True)
    from fournets.keeping.forget import remember_person

    remember_person(person, reason=reason, at=_now(), actor=_actor())
    screen.print(say("remember_done", person=person), markup=False)


def _tell(done: Forgot) -> None:
    screen.print(say("forget_done", person=done.person, rows=done.rows, until=done.until_on), markup=False)
    if done.files:
        screen.print(say("forget_originals", files="、".join(done.files)), markup=False)
    if not done.known_again:
        errors.print(say("forget_unmarked"), style="yellow", markup=False)


def drop_row(item: int) -> None:
    """Empties a row in doubt that names somebody forgotten."""
    from fournets.keeping.forget import leave_forgotten

    leave_forgotten(item, at=_now(), actor=_actor())
    screen.print(say("row_dropped", item=item), markup=False)
