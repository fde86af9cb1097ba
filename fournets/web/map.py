"""A map of areas from the shapes somebody brought: drawn on the server, no tiles, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

WIDTH, TALLEST = 1000, 900
Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area on the map: its outline as an SVG path, and where its name stands."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Map:
    """Areas by code on a sheet of ``width`` by ``height``."""

    width: int
    height: int
    areas: dict[str, Drawn]


def area_map(shapes: Mapping[str, Any]) -> Map | None:
    """The map of GeoJSON surfaces (WGS 84) by area code; None where there is none to draw.

    Drawn in plate carree with the middle's own breadth of a degree: within a town nobody sees the difference.
    """
    rings = {code: found for code, shape in shapes.items() if (found := list(_rings(shape)))}
    if not rings:
        return None
    points = [point for found in rings.values() for ring in found for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / wide, TALLEST / high)

    def placed(ring: Ring) -> list[tuple[int, int]]:
        dots = [(round((x - west) * narrow * scale), round((north - y) * scale)) for x, y in ring]
        return [dot for number, dot in enumerate(dots) if number == 0 or dot != dots[number - 1]]

    areas = {code: _drawn([placed(ring) for ring in found]) for code, found in rings.items()}
    return Map(round(wide * scale), round(high * scale), areas)


def _drawn(rings: list[list[tuple[int, int]]]) -> Drawn:
    path = "".join(f"M{' '.join(f'{x},{y}' for x, y in ring)}Z" for ring in rings if len(ring) > 2)
    x, y = _middle(max(rings, key=_size))
    return Drawn(path, x, y)


def _size(ring: list[tuple[int, int]]) -> float:
    """Twice the surface of a ring."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)))


def _middle(ring: list[tuple[int, int]]) -> tuple[int, int]:
    """The centre of a ring's weight; of one without surface, of its corners."""
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)
    if not twice:
        return round(sum(x for x, _ in ring) / len(ring)), round(sum(y for _, y in ring) / len(ring))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * twice)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * twice)
    return round(x), round(y)


def _rings(shape: Any) -> Iterator[Ring]:
    """The outlines of a surface, holes among them; of anything else, or of a broken one, nothing."""
    try:
        surfaces = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(
            shape["type"], []
        )
        for surface in surfaces:
            for ring in surface:
                yield [(float(point[0]), float(point[1])) for point in ring]
    except (TypeError, KeyError, ValueError, IndexError):
        return
