"""The jobs of the phone desk. What they need is loaded when one begins: every command reads this list."""

from __future__ import annotations

from typing import Any

from fournets.calls.models import TAKE_ANSWERS, TAKE_REGISTRATIONS
from fournets.jobs.work import Run, works


@works(TAKE_ANSWERS)
def take_call_answers(run: Run) -> dict[str, Any]:
    """Makes rows of what people answered."""
    from fournets.calls.services.take import take_asked
    from fournets.crypto import load_ring
    from fournets.home import home

    return take_asked(run, load_ring(home() / "keys.toml"))


@works(TAKE_REGISTRATIONS)
def take_self_registrations(run: Run) -> dict[str, Any]:
    """Makes rows of what returnees registered."""
    from fournets.calls.services.registrations import take_asked
    from fournets.crypto import load_ring
    from fournets.home import home

    return take_asked(run, load_ring(home() / "keys.toml"))
