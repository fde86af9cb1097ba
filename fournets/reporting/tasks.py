"""The jobs of reporting. What they need is loaded when one begins: every command reads this list."""

from __future__ import annotations

from typing import Any

from fournets.jobs.work import Run, works


@works("fill_form")
def fill_form(run: Run) -> dict[str, Any]:
    """Fills a form that was asked for on the page."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.reporting.forms.asked import fill_asked

    return fill_asked(run, load_ring(home() / "keys.toml"))
