"""Reads of places."""

from __future__ import annotations

from fournets.places.models import Area, Building
from fournets.places.rules.atlas import Place


def named_places() -> list[Place]:
    """Every area and building of the connection's scope with all its names."""
    areas = Area.objects.values_list("code", "official_name", "short_name", "aliases")
    buildings = Building.objects.values_list("code", "name", "aliases")
    return [
        *(Place(code, _distinct(name, short, *aliases)) for code, name, short, aliases in areas),
        *(Place(code, _distinct(name, *aliases)) for code, name, aliases in buildings),
    ]


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
