"""The phone desk by the keyboard, and a returnee who registers on a phone without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Home
from tests.journeys.pages import DESK, PHONE, complaints_of, overflow
from tests.journeys.test_looks import violations

SignedIn = Callable[..., Page]
CALL = """
INSERT INTO calls_call (person_id, origin_id, area_code, purpose, due_at, call_at, opened_by, opened_at, by_task, rounds,
    held_by, outcome)
SELECT id, id, area_code, 'origin', now() + interval '1 hour', now(), 'x', now(), false, 0, '', '' FROM people_person
WHERE phone_sealed IS NOT NULL ORDER BY id LIMIT 2
"""
MADE = ("wrongnumber", "attempt", "asked", "call", "registration", "poster", "knock")


@pytest.fixture
def calls(lived: Home) -> Iterator[None]:
    """Two people of the register all journeys share are to be called; afterwards nobody is."""
    with psycopg.connect(lived.server(), autocommit=True) as link:
        link.execute(CALL)
        yield
        for table in MADE:
            link.execute(f"DELETE FROM calls_{table}")  # noqa: S608
        link.execute("DELETE FROM organization_task WHERE reason LIKE 'call%'")
        link.execute("DELETE FROM screening_visit WHERE file_id IS NULL")


def sound(page: Page) -> None:
    assert violations(page) == [] and overflow(page) <= 0


def test_a_caller_works_by_keys_and_takes_a_slip_back(calls: None, signed_in: SignedIn, address: str) -> None:
    page = signed_in("phone_desk", lang="zh", size=DESK)
    said = complaints_of(page)
    page.goto(f"{address}/calls/")
    page.keyboard.press("n")
    expect(page.locator("a[href^='tel:']")).to_be_visible()
    first = page.locator("#whom").inner_text()
    sound(page)
    page.locator("input[name='q-been_to_outbreak_area'][value='否']").check()
    page.keyboard.press("Enter")
    expect(page.locator("#q-from_place")).to_be_focused()
    page.keyboard.press("1")  # typed into the field: no outcome
    expect(page.locator("#q-from_place")).to_have_value("1")
    page.fill("#q-from_place", "本镇")
    page.keyboard.press("Escape")
    page.keyboard.press("6")
    expect(page.locator("#told")).to_contain_text("拒绝配合")
    assert page.locator("#whom").inner_text() != first
    page.locator("button[data-key='8']").click()
    expect(page.locator("#told")).to_contain_text("放回")
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/calls/?lang=en")
    sound(page)
    page.context.close()
    assert said == []


def test_a_returnee_registers_without_scripts_and_somebody_looks(
    calls: None, signed_in: SignedIn, address: str
) -> None:
    clerk = signed_in("task_group", lang="zh", size=DESK)
    clerk.goto(f"{address}/registrations/")
    clerk.locator("form[action$='/make/'] button").click()
    page_at = clerk.locator("article.posters a").first.inner_text()
    sound(clerk)
    context = clerk.context.browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")  # type: ignore[union-attr]
    phone = context.new_page()
    phone.goto(page_at)
    for name, text in {
        "name": "归来人",
        "phone": "13900139000",
        "address": "西路3号",
        "from_place": "武汉",
    }.items():
        phone.fill(f"#{name}", text)
    phone.fill("#returned_on", str(phone.locator("#returned_on").get_attribute("max")))
    phone.locator(".register form button").click()
    expect(phone.locator("[role=alert]")).to_contain_text("打勾")
    phone.locator("input[name=agreed]").check()
    phone.locator(".register form button").click()
    expect(phone.locator(".state.good")).to_contain_text("已收到")
    context.close()
    clerk.goto(f"{address}/registrations/")
    expect(clerk.locator("table.list")).to_contain_text("归来人")
    expect(clerk.locator("table.list")).to_contain_text("139****9000")
    sound(clerk)
    clerk.goto(f"{address}/call-lists/")
    sound(clerk)
    clerk.context.close()
