"""A grid worker's phone: the day's visits and what she records, without network, over a closed page, in both languages."""

from __future__ import annotations

from typing import Any

import psycopg
from playwright.sync_api import Browser, Page, expect

from tests.journeys.home import Home
from tests.journeys.pages import (
    PHONE,
    YINHE,
    Person,
    complaints_of,
    hired,
    left,
    opened,
    overflow,
    sign_in_again,
    sign_in_first,
)

NAME = "解小兰"  # came from Wuhan: to be visited
# All that lies in the phone's store, as whoever copies it would read it: bytes as text.
STORED = """async () => {
  const base = await idb.openDB("fournets-field");
  const found = {};
  for (const name of base.objectStoreNames) {
    found[name] = (await base.getAll(name)).map(one => JSON.stringify(one, (_, value) =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder().decode(value) : value));
  }
  base.close();
  return found;
}"""
KEY = """async () => {
  const base = await idb.openDB("fournets-field");
  const [kept] = await base.getAll("keys");
  base.close();
  try { await crypto.subtle.exportKey("raw", kept.key); return "out"; } catch (error) { return error.name; }
}"""


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(home.server()) as link:
        return link.execute(sql).fetchall()


def ready(page: Page, address: str) -> None:
    """The day is here, and the shell is kept."""
    page.goto(f"{address}/field/")
    expect(page.locator("#network")).to_have_text("在线")
    expect(page.locator(".door").first).to_be_visible()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        page.reload()


def signed_out_and_back(page: Page, address: str, person: Person) -> None:
    """Who signs out leaves neither key nor day on the phone; what she recorded is hers again when she comes back."""
    page.goto(f"{address}/account/")
    page.evaluate("document.querySelector('form[action$=\"/logout/\"] button').click()")
    page.wait_for_url("**/account/login/**")
    page.goto(f"{address}/field/")
    expect(page.locator("main")).to_contain_text("Sign in first")
    stored = page.evaluate(STORED)
    assert stored["keys"] == [] and stored["days"] == [] and len(stored["records"]) == 1

    sign_in_again(page, address, person)
    left(page, "/account/login/")
    page.goto(f"{address}/field/#/sent")
    expect(page.locator(".record .state")).to_have_text("received")
    page.click("#leave")
    page.click("#leave-yes")
    page.wait_for_url("**/account/login/**")
    page.goto(f"{address}/field/")
    expect(page.locator("main")).to_contain_text("Sign in first")
    assert (
        page.evaluate(STORED)["keys"] == []
        and page.request.get(f"{address}/field/hello/", max_redirects=0).status == 302
    )


def test_visits_are_made_without_network_and_arrive_once(lived: Home, address: str, browser: Browser) -> None:
    page, person = opened(browser, size=PHONE), hired(lived, "mei.field", "grid_worker", YINHE)
    sign_in_first(page, address, person, factor=False)
    phone, complaints = page.context, complaints_of(page)
    ready(page, address)
    assert complaints == []

    phone.set_offline(True)
    page.reload()
    expect(page.locator("#network")).to_have_text("没有网络,照常登记")
    page.locator(".door", has_text=NAME).click()
    resident = page.locator(".resident", has_text=NAME)
    resident.locator("summary").click()
    expect(resident).to_contain_text("420106********")
    assert overflow(page) <= 0
    page.locator(".save").click()
    expect(page.locator(".errorlist")).to_have_text("请选结果。")
    page.fill("#f-note", "窗户开着")
    page.check("input[value=nobody_home]")
    expect(page.locator(".card .qr")).to_be_visible()
    page.locator(".save").click()
    expect(page.locator("#told")).to_contain_text("已存在手机上")
    page.close()  # killed: all that is left is what lies in the store

    page = phone.new_page()
    page.goto(f"{address}/field/?lang=en#/sent")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".record")).to_contain_text("Nobody home")
    expect(page.locator(".record .state")).to_have_text("to send")
    assert overflow(page) <= 0
    stored = page.evaluate(STORED)
    assert len(stored["records"]) == 1 and NAME not in str(stored) and "窗户" not in str(stored)
    assert page.evaluate(KEY) == "InvalidAccessError"
    assert rows(lived, "SELECT 1 FROM fieldwork_fieldrecord") == []

    # The session is over: a page to sign in is no answer, and everything stays.
    cookies = phone.cookies()
    phone.clear_cookies(name="fournets")
    phone.set_offline(False)
    page.locator("#send").click()
    expect(page.locator("#network")).to_contain_text("Session over")
    expect(page.locator(".record .state")).to_have_text("to send")
    phone.add_cookies(cookies)
    page.locator("#send").click()
    expect(page.locator(".record .state")).to_have_text("received")
    assert rows(lived, "SELECT state, outcome FROM fieldwork_fieldrecord") == [("kept", "nobody_home")]
    visit = "SELECT count(*) FROM screening_visit WHERE file_id IS NULL AND outcome = 'unreached'"
    assert rows(lived, visit) == [(1,)]
    signed_out_and_back(page, address, person)
    phone.close()
