"""A layout somebody explained once is not asked about again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fournets.intake.models import KnownLayout


def remember_layout(
    *, signature: str, sender: str, kind: str, columns: dict[str, str | None], at: datetime
) -> None:
    """Keeps what the columns of the layout ``signature`` mean (column letter -> field) for ``sender``; the newest wins."""
    KnownLayout.objects.update_or_create(
        signature=signature,
        sender=sender,
        defaults={"kind": kind, "columns": columns, "learned_at": at},
    )


def known_layouts(sender: str) -> dict[str, dict[str, Any]]:
    """What is remembered, by signature; the sender's own answer goes before one given for everybody."""
    rows = KnownLayout.objects.filter(sender__in=["", sender]).order_by("sender")
    return {row.signature: {"kind": row.kind, "columns": row.columns} for row in rows}
