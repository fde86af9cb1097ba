"""Somebody in isolation, by his own page without an account or a script; his fever, until he is at the hospital."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Home
from tests.journeys.pages import DESK, PHONE, complaints_of, opened
from tests.journeys.test_isolation import ANYBODY, sound

SignedIn = Callable[..., Page]
LASTS = "UPDATE isolation_order SET from_on = current_date - 2, until_on = current_date + 12"
CLEARED = (
    "care_link",
    "care_need",
    "care_alarm",
    "isolation_observation",
    "isolation_entry",
    "isolation_order",
)


@pytest.fixture
def person(lived: Home) -> Iterator[str]:
    """Somebody of the register all journeys share; what comes of it is taken away again."""
    with psycopg.connect(lived.server(), autocommit=True) as link:
        yield str(link.execute(ANYBODY).fetchone()[0])  # type: ignore[index]
        for table in CLEARED:
            link.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]  # noqa: S608
        link.execute("DELETE FROM organization_task WHERE purpose = 'transfer'")


def test_from_the_code_on_the_notice_to_the_hospital(
    lived: Home, signed_in: SignedIn, browser: Browser, address: str, person: str
) -> None:
    desk = signed_in("task_group", lang="zh", size=DESK)
    said = complaints_of(desk)
    desk.goto(f"{address}/isolation/new/{person}/")
    desk.locator("#basis").select_option("contact")
    desk.fill("#on", "2020-02-03")
    desk.fill("#last_exposure", "2020-01-30")
    desk.locator("button[value=check]").click()
    desk.locator("button[value=issue]").click()
    desk.wait_for_url("**/isolation/G*/")
    order = desk.url.rsplit("/", 2)[1]
    with psycopg.connect(lived.server(), autocommit=True) as link:  # under the rules of today nobody isolates
        link.execute(LASTS)
    desk.goto(f"{address}/isolation/{order}/own/")
    desk.locator("button[value=show]").click()
    expect(desk.locator("img.code")).to_be_visible()
    sound(desk)
    own = str(desk.locator(".address").text_content())
    his = opened(browser, lang="en", size=PHONE, java_script_enabled=False)
    his.goto(own)
    his.locator("summary").last.click()
    his.locator("#kind").select_option("medicine")
    his.fill("#words", "blood pressure pills")
    with his.expect_navigation():
        his.locator("button[value=ask]").click()
    expect(his.locator(".told")).to_contain_text("somebody will answer you")
    desk.goto(f"{address}/observations/")
    desk.locator(f"#t-{order}").fill("38.2")
    desk.locator(".keep button").click()
    expect(desk.locator(".round .alarm")).to_contain_text("38.2 ℃")
    his.reload()
    expect(his.locator(".own .alarm")).to_contain_text("call 120 at once")
    desk.goto(f"{address}/alarms/")
    sound(desk)
    desk.locator(".alarms button").click()
    expect(desk.locator(".alarms .help").last).to_contain_text("负责:")
    desk.goto(f"{address}/isolation/{order}/")
    sound(desk)
    desk.fill("#hospital", "区人民医院")
    desk.fill("#send-reason", "复测 38.4")
    desk.locator("button[value=send]").click()
    desk.locator("button[value=arrived]").click()
    expect(desk.locator("#alarms-before")).to_be_visible()
    expect(desk.locator(".story .big")).to_contain_text("定点医院")
    desk.goto(f"{address}/care/")
    sound(desk)
    desk.locator(".needs summary").click()
    desk.locator(".needs textarea").fill("今天下午送到")
    desk.locator("button[value=done]").click()
    expect(desk.locator(".empty")).to_be_visible()
    his.reload()
    expect(his.locator("section[aria-labelledby=needs]")).to_contain_text("今天下午送到")
    phone = opened(browser, lang="en", size=PHONE, color_scheme="dark")
    phone.goto(own)
    sound(phone)
    for page in (desk, his, phone):
        page.context.close()
    assert said == []
