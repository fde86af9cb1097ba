"""The jobs of field work. What they need is loaded when one begins: every command reads this list."""

from __future__ import annotations

from typing import Any

from fournets.fieldwork.models import TAKE
from fournets.jobs.work import Run, works


@works(TAKE)
def take_newcomers(run: Run) -> dict[str, Any]:
    """Files people met for the first time."""
    from fournets.crypto import load_ring
    from fournets.fieldwork.services.newcomers import take_asked
    from fournets.home import home

    return take_asked(run, load_ring(home() / "keys.toml"))
