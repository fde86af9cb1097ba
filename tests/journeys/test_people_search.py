"""Somebody found from any page by what is known of him, by keys alone, in both languages, at the desk and on a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import MEI, PHONE, Home
from tests.journeys.pages import DESK, complaints_of, overflow, path_of
from tests.journeys.pages import PHONE as HANDY
from tests.journeys.test_looks import violations

SignedIn = Callable[..., Page]
NAME = "区美兰"
LOOKS = [("zh", DESK), ("en", DESK), ("zh", HANDY), ("en", HANDY)]


def type_search(page: Page, text: str) -> None:
    """Ctrl K from wherever the reader is, the text, Enter."""
    page.wait_for_load_state()
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    with page.expect_navigation(url="**/people/?search=*"):
        page.keyboard.press("Enter")


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look: only where FOURNETS_PICTURES names a folder."""
    if folder := os.environ.get("FOURNETS_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("lang", "size"), LOOKS, ids=["zh desk", "en desk", "zh phone", "en phone"])
def test_a_name_initials_an_end_and_an_address_find_her(
    signed_in: SignedIn, lived: Home, address: str, lang: str, size: Any
) -> None:
    page = signed_in("task_group", lang=lang, size=size)
    said = complaints_of(page)
    page.goto(f"{address}/coverage/")
    for text in (NAME, "oml", MEI[-4:], PHONE[-4:], "西路3号", f"美兰 {PHONE[-4:]}"):
        type_search(page, text)
        assert NAME in page.locator("[data-row]").all_text_contents(), text
        assert violations(page) == [] and overflow(page) <= 0
        assert MEI not in page.content() and PHONE not in page.content()
    picture(page, f"found-{lang}-{size['width']}")
    type_search(page, "诸葛无此人")
    assert page.locator(".empty li").count() == 4 and violations(page) == [] and overflow(page) <= 0
    picture(page, f"none-{lang}-{size['width']}")
    page.goto(f"{address}/people/")
    assert page.locator("[data-row]").count() >= 2
    picture(page, f"list-{lang}-{size['width']}")
    page.get_by_role("link", name="解小兰").first.click()
    page.wait_for_url("**/people/P*/")
    assert page.locator(".timeline time").count() >= 1 and page.locator(".source").count() >= 2
    assert violations(page) == [] and overflow(page) <= 0
    picture(page, f"person-{lang}-{size['width']}")
    page.context.close()
    assert said == []


def test_by_keys_alone_to_her_page_and_back(signed_in: SignedIn, address: str) -> None:
    page = signed_in("task_group", lang="zh")
    page.goto(f"{address}/people/")
    names = page.locator("[data-row]").all_text_contents()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == names[1]
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/P*/")
    type_search(page, "8001")
    answer = page.url
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/P*/")
    page.go_back()
    assert page.url == answer and page.locator("[data-row]").count() >= 1
    page.context.close()


def test_what_was_typed_is_in_no_address_and_not_in_the_audit(
    signed_in: SignedIn, lived: Home, address: str
) -> None:
    page = signed_in("task_group", lang="en")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{address}/coverage/")
    type_search(page, "meilan OML")
    assert path_of(page) == "/people/" and urlsplit(page.url).query.startswith("search=")
    page.context.close()
    assert not [one for one in asked if "meilan" in one.lower() or "oml" in one.lower()]
    with psycopg.connect(lived.server()) as link:
        kept = link.execute(
            "SELECT details::text FROM audit_auditline WHERE act = 'people_searched'"
        ).fetchall()
    assert kept and all(set(text) <= set('{}": ,_0123456789abcdefghijklmnopqrstuvwxyz') for (text,) in kept)
