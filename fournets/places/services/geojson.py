"""Communities, cells, groups and buildings from a GeoJSON file, with their shapes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from fournets.language import Refusal
from fournets.places.rules.codes import WIDTHS
from fournets.places.selectors import find_area
from fournets.places.services.registers import TOTALS, derive_places, file_places

TEXTS = ("community", "cell_name", "cell_code", "group_name", "building_name", "building_code", *TOTALS)
BELOW = ("cell_name", "cell_code", "group_name", "building_name", "building_code")
SURFACES = ("Polygon", "MultiPolygon")
UNKEEPABLE = re.compile(
    "\\\\u0000|[\ud800-\udfff]"
)  # signs JSON may name and no database keeps: NUL, half a surrogate pair
SHAPE = (
    "UPDATE places_placefact SET boundary = shape.boundary FROM unnest(%s::int[], %s::text[], %s::jsonb[])"
)
SHAPE += " AS shape (row, code, boundary) WHERE file_id = %s AND places_placefact.row = shape.row"
SHAPE += " AND place_code = shape.code"


def import_geojson(path: Path, *, on: date) -> int:
    """Takes in a FeatureCollection; returns how many places it names. Taken in again it changes nothing.

    Properties of a feature: ``community`` (code or name), alone for the shape of a community itself; for a cell ``cell_name`` and/or ``cell_code``; a group
    adds ``group_name``; a building adds ``building_name`` and/or ``building_code``; known totals
    ``dwellings_known``, ``households_known``, ``persons_known``. The geometry is kept as it is, in WGS 84.
    Raises `Refusal` with the number of the feature that is wrong.
    """
    content = _read(path)
    features = list(_features(content, path.name))
    number = -1 - int.from_bytes(hashlib.sha256(content).digest()[:7], "big")
    rows = [_row(feature, at, on, number) for at, feature in enumerate(features, start=1)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM places_placefact WHERE file_id = %s", [number])
        codes = file_places(pa.Table.from_pylist(rows, schema=_schema()))["place_code"].to_pylist()
        shapes = [json.dumps(feature.get("geometry")) for feature in features]
        cursor.execute(SHAPE, [[row["row"] for row in rows], codes, shapes, number])
        derive_places(cursor, sorted(set(codes)))
    return len(set(codes))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal("geojson_unreadable", file=path.name) from error


def _features(content: bytes, name: str) -> Iterator[dict[str, Any]]:
    try:
        collection = json.loads(content)
        features = collection["features"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refusal("geojson_unreadable", file=name) from error
    if not isinstance(features, list):
        raise Refusal("geojson_unreadable", file=name)
    for at, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise Refusal("geojson_feature", number=at)
        if UNKEEPABLE.search(json.dumps(feature, ensure_ascii=False)):
            raise Refusal("geojson_signs", number=at)
        yield feature


def _row(feature: dict[str, Any], at: int, on: date, file_id: int) -> dict[str, Any]:
    properties = {name: str(feature["properties"].get(name) or "").strip() for name in TEXTS}
    area = find_area(properties["community"] or properties["cell_code"][: WIDTHS.community])
    if area is None or len(area.code) != WIDTHS.community:
        raise Refusal("geojson_community", number=at)
    if not any(properties[name] for name in BELOW) and not _is_surface(feature):
        raise Refusal("geojson_feature", number=at)
    basis = {"file_id": file_id, "sheet": 1, "row": at, "row_key": f"geojson:{file_id}:{at}", "seen_on": on}
    return {**properties, **basis, "area_code": area.code}


def _is_surface(feature: dict[str, Any]) -> bool:
    geometry = feature.get("geometry")
    return isinstance(geometry, dict) and geometry.get("type") in SURFACES


def _schema() -> pa.Schema:
    kinds = {"file_id": pa.int64(), "sheet": pa.int32(), "row": pa.int32(), "seen_on": pa.date32()}
    names = (*TEXTS, "file_id", "sheet", "row", "row_key", "seen_on", "area_code")
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])
