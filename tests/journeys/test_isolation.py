"""Somebody isolates, from the order to the certificate: by the keyboard on a desk in Chinese, by the thumb in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Home
from tests.journeys.pages import DESK, PHONE, complaints_of, overflow
from tests.journeys.test_looks import violations

SignedIn = Callable[..., Page]
ANYBODY = "SELECT public_id FROM people_person WHERE household_id IS NOT NULL ORDER BY id LIMIT 1"
OF_ORDERS = (
    "care_link", "care_alarm", "care_need", "care_caring", "isolation_observation", "isolation_entry", "isolation_change",
)  # fmt: skip
LOOKS = [("zh", DESK, "light"), ("en", PHONE, "dark")]


@pytest.fixture
def person(lived: Home) -> Iterator[str]:
    """Somebody of the register all journeys share; what is ordered for him is taken away again."""
    with psycopg.connect(lived.server(), autocommit=True) as link:
        yield str(link.execute(ANYBODY).fetchone()[0])  # type: ignore[index]
        for table in (*OF_ORDERS, "isolation_order"):
            link.execute(f"DELETE FROM {table}")  # noqa: S608


def sound(page: Page) -> None:
    assert violations(page) == [] and overflow(page) <= 0


@pytest.mark.parametrize(("lang", "size", "theme"), LOOKS, ids=["zh desk", "en phone dark"])
def test_from_the_order_to_the_release(
    signed_in: SignedIn, address: str, person: str, lang: str, size: Any, theme: str
) -> None:
    page = signed_in("task_group", lang=lang, size=size, color_scheme=theme)
    said = complaints_of(page)
    page.goto(f"{address}/people/{person}/")
    page.locator(f"a[href='/isolation/new/{person}/']").click()
    page.locator("#basis").select_option("contact")
    page.fill("#on", "2020-02-03")
    page.fill("#last_exposure", "2020-01-30")
    page.locator("button[value=check]").click()
    expect(page.locator("section .big")).to_contain_text("2020-02-13")
    sound(page)
    page.locator("button[value=issue]").click()
    page.wait_for_url("**/isolation/G*/")
    order = page.url.rsplit("/", 2)[1]
    sound(page)
    page.goto(f"{address}/observations/?on=2020-02-03&window=morning")
    page.locator(f"#t-{order}").fill("374")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".round .alarm")).to_contain_text("37.4 ℃")
    sound(page)
    page.locator(f"#t-{order}").fill("36.6")
    page.locator(".keep button").click()
    expect(page.locator(".round li .was")).to_contain_text("36.6 ℃")
    page.goto(f"{address}/isolation/?only=due")
    page.locator("[data-row]").first.click()
    with (
        page.expect_navigation()
    ):  # the slip of the pen raised an alarm: nobody is released before it is decided
        page.locator("form[action$='/alarm/take/'] button").click()
    page.locator("details", has=page.locator("#keep-reason")).locator("summary").click()
    page.fill("#keep-reason", "手误,复测正常")
    with page.expect_navigation():
        page.locator("button[value=keep]").click()
    page.locator("input[name=well]").check()
    page.locator("form[action$='/release/'] button").click()
    expect(page.locator(".story .state.good")).to_be_visible()
    page.context.close()
    assert said == []


def test_another_end_waits_for_somebody_else(signed_in: SignedIn, address: str, person: str) -> None:
    clerk, boss = signed_in("task_group", lang="zh", size=DESK), signed_in("commander", lang="zh", size=DESK)
    clerk.goto(f"{address}/isolation/new/{person}/")
    clerk.locator("#basis").select_option("contact")
    clerk.fill("#on", "2020-02-03")
    clerk.fill("#last_exposure", "2020-01-30")
    clerk.locator("button[value=check]").click()
    clerk.locator("button[value=issue]").click()
    clerk.wait_for_url("**/isolation/G*/")
    clerk.locator("summary", has_text="申请更改期限").click()
    clerk.fill("#until_on", "2020-02-10")
    clerk.fill("#change-reason", "接触日登记有误")
    clerk.locator("form[action$='/change/'] button").click()
    expect(clerk.locator("#asked")).to_be_visible()
    assert clerk.locator("button[value=approve]").count() == 0
    boss.goto(clerk.url)
    boss.locator("button[value=approve]").click()
    expect(boss.locator(".story")).to_contain_text("经两人批准,改为 2020-02-10 起解除")
    for page in (clerk, boss):
        page.context.close()
