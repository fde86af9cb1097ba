"""The day's coverage in a real browser: at a desk and on a phone, in Chinese and in English."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Home
from tests.journeys.pages import DESK, PHONE, YINHE, complaints_of, opened, overflow, path_of

SignedIn = Callable[..., Page]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("lang", "title"), [("zh", "还有谁没有排查到"), ("en", "who has not been reached")])
def test_the_page_fits_and_speaks_the_readers_language(
    signed_in: SignedIn, address: str, lang: str, title: str, size: Any
) -> None:
    page = signed_in("task_group", lang=lang, size=size)
    complaints = complaints_of(page)
    page.goto(f"{address}/coverage/")
    assert title in page.title()
    assert page.evaluate("document.documentElement.lang").startswith(lang)
    assert overflow(page) <= 0
    assert complaints == []
    page.context.close()


def test_the_page_shows_the_figures_the_command_gives(signed_in: SignedIn, address: str, lived: Home) -> None:
    town = lived.ask("cover")["areas"][0]
    page = signed_in("task_group")
    page.goto(f"{address}/coverage/")
    numbers = page.locator(".figure .number").all_text_contents()
    assert numbers[0] == str(town["households"]["known"] - town["households"]["surveyed"])
    assert numbers[1] == str(town["persons"]["found"]) == "2"
    assert page.locator(".scroll tbody tr").count() == 2
    page.context.close()


def test_a_community_sees_its_own_line_alone(signed_in: SignedIn, address: str) -> None:
    page = signed_in("community", YINHE)
    page.goto(f"{address}/coverage/")
    assert page.title().startswith("银河:")
    assert "联沙" not in page.content()
    page.context.close()


def test_nobody_who_is_not_signed_in_sees_it(browser: Browser, address: str) -> None:
    page = opened(browser)
    for path in ("/", "/coverage/"):
        page.goto(f"{address}{path}")
        assert path_of(page) == "/account/login/"
        assert page.locator(".figure").count() == 0
    page.context.close()


def test_the_page_holds_no_person(signed_in: SignedIn, address: str) -> None:
    page = signed_in("task_group")
    page.goto(f"{address}/coverage/")
    said = page.content()
    assert not [name for name in ("解小兰", "梁小梅", "区美兰", "13800138001") if name in _main(page)], said
    page.context.close()


def _main(page: Page) -> str:
    return page.locator("main").inner_html()


def test_the_keyboard_reaches_the_frame_and_the_table(signed_in: SignedIn, address: str) -> None:
    page = signed_in("task_group", size=PHONE)
    page.goto(f"{address}/coverage/")
    reached: list[str] = []
    while "scroll" not in reached and len(reached) < 30:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert reached[0] == "skip"
    stops = [
        next(at for at, one in enumerate(reached) if word in one)
        for word in ("menu", "name", "tile", "scroll")
    ]
    assert stops == sorted(stops)
    page.context.close()


def test_health_answers(address: str) -> None:
    with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:  # noqa: S310
        assert json.load(answer) == {"register": "up"}
