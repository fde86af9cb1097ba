"""The audit page in a real browser, from sign-in with a second factor: at a desk and on a phone, in two languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.conftest import Home
from tests.journeys.pages import CHROMIUM, DESK, PHONE, hired, sign_in_first

TOWN = "440605123"
PICTURES = os.environ.get("FOURNETS_PICTURES")  # a folder to look at them in
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def auditor(lived: Home, address: str, browser: Browser) -> Iterator[BrowserContext]:
    """An auditor, signed in; somebody on the server has opened a canary before."""
    person = lived.ask("assess", "--on", "2020-02-06") and _person(lived)
    lived.run("people", "canary", "add", person)
    lived.run("people", "show", person)
    who = hired(lived, "aud", "auditor", TOWN, name="何审计")
    context = browser.new_context(viewport=DESK)
    sign_in_first(context.new_page(), address, who, factor=True)
    yield context
    context.close()


def _person(home: Home) -> str:
    """The public id of somebody in the register."""
    out = home.folder / "links.csv"
    home.run("people", "links", "--out", out)
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    return next(line.split(",")[4] for line in lines[1:] if line.split(",")[4])


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("lang", "title"), [("zh", "谁做了什么"), ("en", "who did what")])
def test_the_page_fits_and_speaks_the_readers_language(
    auditor: BrowserContext,
    address: str,
    lang: str,
    title: str,
    size: Any,
    colours: Any,
) -> None:
    page = auditor.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=colours)
    page.goto(f"{address}/audit/?lang={lang}")
    _keep(page, f"audit-{lang}-{size['width']}-{colours}.png")
    assert title in page.title()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("section.alarm li").count() == 1
    assert page.locator("table.lines tbody tr").count() > 5
    assert complaints == []
    page.close()


def test_the_sentence_filters_and_the_address_keeps_it(auditor: BrowserContext, address: str) -> None:
    page = auditor.new_page()
    page.goto(f"{address}/audit/?lang=en")
    page.select_option("select[name=act]", "take_in")
    page.click("form.sentence button")
    words = page.locator("table.lines tbody td:nth-child(3) strong").all_text_contents()
    assert set(words) == {"took in files"}
    assert "act=take_in" in page.url
    page.goto(f"{address}/audit/?act=fill_form")
    assert page.locator(".empty").count() == 1
    _keep(page, "audit-empty.png")
    page.goto(f"{address}/audit/?from=2020-02-09&until=2020-02-05")
    assert page.locator("[role=alert]").count() == 1
    _keep(page, "audit-error.png")
    page.close()


def test_a_check_and_an_answer_go_on_record(auditor: BrowserContext, address: str) -> None:
    page = auditor.new_page()
    page.goto(f"{address}/audit/?lang=en")
    page.click("section.chain button")
    assert "whole chain is in order" in page.locator(".told").inner_text()
    assert "何审计 (aud)" in page.locator("section.chain").inner_text()
    page.select_option("section.alarm select", "explained")
    page.click("section.alarm li button")
    page.wait_for_load_state()
    assert page.locator("section.alarm").count() == 0
    assert "answered an alarm" in page.locator("table.lines tbody").inner_text()
    _keep(page, "audit-answered.png")
    page.emulate_media(media="print")
    assert not page.locator("form.sentence").is_visible()
    _keep(page, "audit-print.png")
    page.close()


def _keep(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / name), full_page=True)
