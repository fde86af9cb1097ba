"""The area chooser of the frame: which area a page is of, never wider than the reader's; the address alone holds it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from fournets.organization.access import Reader
from fournets.places.selectors import areas_around

PAGES = (
    "coverage",
    "tasks",
    "field_sheet",
    "people",
    "isolation",
    "isolation_round",
    "alarms",
    "care",
    "contacts",
    "cases",
    "enterprises",
)  # those that take ``?area=``
LEFT_OUT = ("area", "after", "done", "removed", "search")  # words that belong to the page as it was


@dataclass(frozen=True, slots=True)
class Chooser:
    """The areas to choose from (code, name, how deep), the one the page is of, and the other words of its address."""

    areas: list[tuple[str, str, int]]
    chosen: str
    words: list[tuple[str, str]]


def chooser_of(request: HttpRequest, reader: Reader | None) -> Chooser | None:
    """The chooser of a page that takes an area and whose reader has several."""
    match = getattr(request, "resolver_match", None)
    if reader is None or not reader.role.rows or match is None or match.url_name not in PAGES:
        return None
    chosen = area_of(request, reader)
    areas = around(request, reader)
    if len(areas) < 2:
        return None
    words = [(name, str(said)) for name, said in request.GET.items() if name not in LEFT_OUT]
    return Chooser(areas, chosen, words)


def around(request: HttpRequest, reader: Reader) -> list[tuple[str, str, int]]:
    """Where one may go from the area the page is of (code, name, how deep); asked once a request."""
    if not hasattr(request, "areas_around"):
        request.areas_around = areas_around(area_of(request, reader), within=reader.area_code)  # type: ignore[attr-defined]
    found: list[tuple[str, str, int]] = request.areas_around  # type: ignore[attr-defined]
    return found


def area_of(request: HttpRequest, reader: Reader) -> str:
    """The area the address asks for; the reader's own where it asks for none or for what is not his."""
    asked = request.GET.get("area", "")
    return asked if asked.isascii() and asked.isdigit() and reader.covers(asked) else reader.area_code
