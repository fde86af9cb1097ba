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


@works("look")
def look_at_files(run: Run) -> dict[str, Any]:
    """Says what was sent would be taken for."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.services.looking import look_at_uploads

    return look_at_uploads(run, load_ring(home() / "keys.toml"))


@works("again")
def take_again(run: Run) -> dict[str, Any]:
    """Takes a file back and in again, with its columns told."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.services.page import again_asked

    return again_asked(run, load_ring(home() / "keys.toml"))
