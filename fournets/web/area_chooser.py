"""The area chooser of the frame: which area a page is of, never wider than the reader's; the address alone holds it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from fournets.organization.access import Reader
from fournets.places.selectors import areas_around

PAGES = ("coverage", "tasks", "people", "enterprises")  # those that take ``?area=``
LEFT_OUT = ("area", "after", "done", "removed", "search")  # words that belong to the page as it was


@dataclass(frozen=True, slots=True)
class Chooser:
    """The areas to choose from (code, name, how deep), the one the page is of, and the other words of its address."""

    areas: list[tuple[str, str, int]]
    chosen: str
    words: list[tuple[str, str]]


def chooser_of(request: HttpRequest, reader: Reader | None) -> Chooser | None:
    """The chooser of a page that takes an area and whose reader has several; one statement."""
    match = getattr(request, "resolver_match", None)
    if reader is None or not reader.role.rows or match is None or match.url_name not in PAGES:
        return None
    chosen = area_of(request, reader)
    areas = areas_around(chosen, within=reader.area_code)
    if len(areas) < 2:
        return None
    words = [(name, str(said)) for name, said in request.GET.items() if name not in LEFT_OUT]
    return Chooser(areas, chosen, words)


def area_of(request: HttpRequest, reader: Reader) -> str:
    """The area the address asks for; the reader's own where it asks for none or for what is not his."""
    asked = request.GET.get("area", "")
    return asked if asked.isascii() and asked.isdigit() and reader.covers(asked) else reader.area_code
