"""How the coverage page looks: every column in sight, readable by day, by night and on paper; and what it says in trouble."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.pages import CONTRAST, DESK, PHONE, YINHE, opened, overflow

SignedIn = Callable[..., Page]
WHITE, LEAST = "rgb(255, 255, 255)", 4.5
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_at_a_desk_every_column_is_in_sight(signed_in: SignedIn, address: str, lang: str) -> None:
    page = signed_in("task_group", lang=lang, size=DESK)
    page.goto(f"{address}/coverage/")
    right = page.evaluate(
        "[...document.querySelectorAll('.scroll thead th')].at(-1).getBoundingClientRect().right"
    )
    assert right <= page.evaluate("document.querySelector('.scroll').getBoundingClientRect().right")
    page.context.close()


def test_on_a_phone_the_lines_of_the_rows_move_with_the_first_column(
    signed_in: SignedIn, address: str
) -> None:
    page = signed_in("task_group", lang="en", size=PHONE)
    page.goto(f"{address}/coverage/")
    page.evaluate("document.querySelector('.scroll').scrollLeft = 200")
    first = page.locator(".scroll tbody tr:first-child th")
    style = "one => { const s = getComputedStyle(one); return [s.position, s.borderCollapse, s.borderBottomWidth] }"
    assert first.evaluate(style) == ["sticky", "separate", "1px"]
    page.context.close()


def test_a_community_opens_with_its_cells_and_keeps_its_place_in_another_language(
    signed_in: SignedIn, address: str
) -> None:
    page = signed_in("task_group", lang="zh")
    page.goto(f"{address}/coverage/")
    page.locator(".scroll tbody").get_by_role("link", name="银河").click()
    assert page.locator("h1").text_content() == "银河:还有谁没有排查到?"
    assert page.locator(".scroll tbody th").all_text_contents() == ["银河第一网格"]
    page.get_by_role("link", name="English").click()
    assert f"area={YINHE}" in page.url
    assert page.locator(".scroll thead th").first.text_content() == "grid cell"
    page.context.close()


@pytest.mark.parametrize("area", ["440605123008", "440605123", "99", "银河", "x" * 50])
def test_an_area_that_is_not_the_readers_is_not_there(signed_in: SignedIn, address: str, area: str) -> None:
    page = signed_in("community", YINHE, lang="en")
    answer = page.goto(f"{address}/coverage/?area={area}")
    assert answer and answer.status == 404
    assert "no community or town with the code" in page.locator("main").inner_text()
    assert page.locator(".figure").count() == 0
    page.context.close()


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/coverage/", "/account/", "/nowhere"])
def test_every_word_can_be_read_by_day_and_by_night(
    signed_in: SignedIn, address: str, size: Any, scheme: str, path: str
) -> None:
    page = signed_in("task_group", lang="en", size=size, color_scheme=scheme)
    page.goto(address + path)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(246, 247, 249)") == (scheme == "light")
    assert page.evaluate(CONTRAST) >= LEAST
    assert overflow(page) <= 0
    page.context.close()


def test_on_paper_the_page_is_white_and_whole_with_nothing_to_click(
    signed_in: SignedIn, address: str
) -> None:
    page = signed_in("task_group", lang="en", size={"width": 1032, "height": 700}, color_scheme="dark")
    page.goto(f"{address}/coverage/")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == WHITE
    assert page.evaluate(CONTRAST) >= LEAST
    assert not page.get_by_role("link", name="中文").is_visible()
    assert page.locator(".figure .number").first.is_visible()
    page.context.close()


@pytest.mark.parametrize(("lang", "said"), [("zh", "这个网址没有网页"), ("en", "no page at this address")])
def test_an_address_with_nothing_says_so_in_the_readers_language(
    browser: Browser, address: str, lang: str, said: str
) -> None:
    page = opened(browser, lang=lang)
    answer = page.goto(f"{address}/nowhere")
    assert answer and answer.status == 404
    assert said in page.locator("main").inner_text()
    assert "Content-Security-Policy".lower() in answer.headers
    page.context.close()
