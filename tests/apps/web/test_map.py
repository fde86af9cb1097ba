"""The map of coverage: drawn of the shapes somebody brought, and only those of his own area are taken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.places.models import Area
from fournets.web.map import area_map
from tests.apps.access.cast import AREAS, TOWN, member, plant


def square(x: float, y: float, side: float = 0.01) -> list[list[list[float]]]:
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def file_of(*places: tuple[str, float]) -> SimpleUploadedFile:
    features = [
        {
            "type": "Feature",
            "properties": {"community": code, "households_known": 40},
            "geometry": {"type": "Polygon", "coordinates": square(x, 23.0)},
        }
        for code, x in places
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return SimpleUploadedFile("shapes.geojson", text.encode())


@pytest.fixture
def clerk(db: None) -> Client:
    plant()
    client = member("task_group", TOWN)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_areas_stand_beside_each_other_as_they_lie_north_up() -> None:
    west, north = {"type": "Polygon", "coordinates": square(113.0, 0.0)}, square(113.01, 0.01)
    drawn = area_map({"a": west, "b": {"type": "MultiPolygon", "coordinates": [north]}})
    assert drawn and drawn.width == drawn.height == 900
    assert (drawn.areas["a"].x, drawn.areas["a"].y) == (225, 675)
    assert (drawn.areas["b"].x, drawn.areas["b"].y) == (675, 225)
    assert drawn.areas["a"].path.startswith("M0,900 450,900 450,450 0,450")


@pytest.mark.parametrize(
    "shape", [None, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[["x"]]]}]
)
def test_what_is_no_surface_is_not_drawn(shape: Any) -> None:
    assert area_map({"a": shape}) is None


def test_shapes_sent_are_drawn_instead_of_tiles(clerk: Client) -> None:
    sent = {"shapes": file_of((AREAS["own"], 113.0), (AREAS["neighbour"], 113.01))}
    clerk.post("/coverage/shapes/", sent)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # coverage counts now
    page = clerk.get("/coverage/").content.decode()
    assert "The shapes are in" in page and page.count("<path class=") == 2
    assert 'class="tiles"' not in page and "own area" in page
    assert AuditLine.objects.get(act="shapes_sent").details == {"places": 2}


def test_nothing_is_taken_of_a_file_with_a_shape_elsewhere(clerk: Client) -> None:
    own = member("community")
    own.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    sent = {"shapes": file_of((AREAS["own"], 113.0), (AREAS["neighbour"], 113.01))}
    page = own.post("/coverage/shapes/", sent, follow=True).content.decode()
    assert "Feature 2 lies outside your area" in page
    assert not Area.objects.filter(boundary__isnull=False).exists()
    assert "No file was chosen" in clerk.post("/coverage/shapes/", {}, follow=True).content.decode()
