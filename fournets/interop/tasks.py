"""The jobs of field forms. What they need is loaded when one begins: every command reads this list."""

from __future__ import annotations

from typing import Any

from fournets.interop.models import TAKE
from fournets.jobs.work import Run, works


@works(TAKE)
def take_field_forms(run: Run) -> dict[str, Any]:
    """Makes rows of what devices sent."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.interop.services.take import take_asked

    return take_asked(run, load_ring(home() / "keys.toml"))
