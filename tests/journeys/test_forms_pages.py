"""A department's blank in a real browser: sent, checked, filled, looked at, handed out; the workbook is read back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.apps.intake.conftest import LAN
from tests.journeys.conftest import DAY, OTHER_PHONE, write_blank
from tests.journeys.pages import DESK, PHONE, YINHE, complaints_of, overflow
from tests.journeys.test_looks import violations

SignedIn = Callable[..., Page]
SHOTS = os.environ.get("FOURNETS_SHOTS")  # a folder to look at the pages in
WORDS = {"zh": ("已填,未交付", "已交付"), "en": ("filled, not handed out", "handed out")}


def seen(page: Page, name: str) -> None:
    """Looks at the page by the rules, and keeps a picture of it for whoever asked for pictures."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert (violations(page), overflow(page) > 0) == ([], False), name


@pytest.mark.parametrize(
    ("lang", "size", "theme"),
    [("zh", DESK, "light"), ("en", PHONE, "dark")],
)
def test_from_a_blank_to_a_workbook_that_was_handed_out(
    signed_in: SignedIn, address: str, tmp_path: Path, lang: str, size: Any, theme: str
) -> None:
    filled, handed_out = WORDS[lang]
    page = signed_in("community", area=YINHE, lang=lang, size=size, color_scheme=theme)
    said, name = complaints_of(page), f"{lang}-{size['width']}"
    page.goto(f"{address}/forms/")
    seen(page, f"forms-{name}")
    page.fill("#department", "区卫健局")
    page.set_input_files("#blank", write_blank(tmp_path / "空表.xlsx"))
    page.locator("form[enctype] button").click()
    expect(page.locator("table.mapping select").nth(3)).to_have_value("phone")
    seen(page, f"form-columns-{name}")
    page.locator("table.mapping select").nth(0).select_option("sequence")
    page.locator("form:has(table.mapping) button").click()
    seen(page, f"form-{name}")
    page.fill("#on", DAY)
    page.locator("form[action$='/fill/'] button").click()
    expect(page.locator("#state")).to_contain_text(filled, timeout=60_000)
    row = page.locator(".drawn tr", has_text="解小兰")
    expect(row).to_contain_text(f"{LAN[:6]}********{LAN[-4:]}")
    expect(row).not_to_contain_text(LAN)
    seen(page, f"form-filled-{name}")
    page.locator("form[action$='/hand-out/'] button").click()
    expect(page.locator("form[action$='/take/'] button")).to_be_visible()
    seen(page, f"form-ready-{name}")
    with page.expect_download() as given:
        page.locator("form[action$='/take/'] button").click()
    page.reload()
    expect(page.locator("#state")).to_contain_text(handed_out)
    file = given.value
    serial = file.suggested_filename.removesuffix(".xlsx")
    file.save_as(tmp_path / "out.xlsx")
    book = load_workbook(tmp_path / "out.xlsx")
    cells = [cell.value for cell in book.worksheets[0][3]]
    assert cells == [1, "解小兰", LAN, OTHER_PHONE, "湖北省武汉市", "2020-02-01"]
    assert book.properties.identifier == serial
    page.goto(f"{address}/forms/")
    page.locator("table.forms tbody a").first.click()
    expect(page.locator("table.history")).to_contain_text(serial)
    seen(page, f"form-history-{name}")
    page.context.close()
    assert said == []
