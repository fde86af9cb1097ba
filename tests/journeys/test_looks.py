"""Every page by the rules of axe (WCAG 2.2 A and AA), in both languages, light and dark, at the desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import DESK, PHONE, complaints_of, links_of, overflow, path_of

AXE = Path(__file__).parents[1].joinpath("vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(found =>
    found.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]))"""
ROLES = ("task_group", "commander", "data_protection_officer", "administrator", "auditor")
LOOKS = [("zh", DESK, "light"), ("en", DESK, "dark"), ("zh", PHONE, "dark"), ("en", PHONE, "light")]
SignedIn = Callable[..., Page]


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE)
    found: list[Any] = page.evaluate(RUN, RULES)
    return found


def pages_of(page: Page) -> set[str]:
    """The pages the frame of somebody's post leads to, and his own account."""
    return {one for one in links_of(page) if not one.startswith(("/static/", "/account/logout"))}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("lang", "size", "theme"), LOOKS, ids=["zh desk", "en desk dark", "zh phone dark", "en phone"]
)
def test_no_page_breaks_a_rule_or_its_width(
    signed_in: SignedIn, address: str, role: str, lang: str, size: Any, theme: str
) -> None:
    page = signed_in(role, lang=lang, size=size, color_scheme=theme)
    said = complaints_of(page)
    page.goto(f"{address}/")
    wrong = []
    for path in sorted(pages_of(page)):
        page.goto(f"{address}{path}")
        found = violations(page)
        if found or overflow(page) > 0:
            wrong.append((path_of(page), found, overflow(page)))
    page.context.close()
    assert wrong == []
    assert said == []
