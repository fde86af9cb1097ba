"""The jobs of intake. What they need is loaded when one begins: every command reads this list."""

from __future__ import annotations

from typing import Any

from fournets.jobs.work import Run, works


@works("intake")
def take_files(run: Run) -> dict[str, Any]:
    """Takes in what was sent on the page."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.services.uploads import take_uploads

    return take_uploads(run, load_ring(home() / "keys.toml"))


@works("undo")
def take_back(run: Run) -> dict[str, Any]:
    """Takes a file back."""
    from fournets.intake.services.page import undo_asked

    return undo_asked(run)
