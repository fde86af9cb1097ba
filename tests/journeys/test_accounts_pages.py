"""An administrator's morning in a real browser: he makes an account, gives and withdraws a post, and prints nothing secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Home
from tests.journeys.pages import (
    BUTTON,
    DESK,
    PHONE,
    YINHE,
    Person,
    complaints_of,
    hired,
    links_of,
    opened,
    overflow,
    path_of,
    sign_in_first,
    type_password,
)

SignedIn = Callable[..., Page]


def test_an_account_is_made_handed_over_used_and_closed(
    signed_in: SignedIn, browser: Browser, address: str
) -> None:
    page = signed_in("administrator")
    complaints = complaints_of(page)
    page.goto(address)
    assert path_of(page) == "/users/"
    page.click("text=开通账号")
    page.fill("#name", "解小兰")
    page.fill("#login", "xiaolan")
    page.check("input[value=community]")
    page.select_option("#area", label="银河")
    page.click(BUTTON)
    first = Person("xiaolan", page.locator(".secret").inner_text())
    assert first.password not in page.url
    page.click("text=已交给本人")
    assert "村(社区) · 银河" in page.locator("main").inner_text()
    assert first.password not in page.content()

    hers = opened(browser)
    sign_in_first(hers, address, first, factor=False)
    hers.goto(f"{address}/coverage/")
    assert hers.title().startswith("银河")
    page.click("text=停用账号")
    page.click("main button.danger")
    assert "已停用" in page.locator("main").inner_text()
    hers.reload()
    assert path_of(hers) == "/account/login/"
    page.click("text=重新启用")
    type_password(hers, address, first)
    assert path_of(hers) == "/today/"
    page.click("text=撤销任职")
    page.click("main button.danger")
    hers.goto(f"{address}/coverage/")
    assert "没有任何任职" in hers.content()
    assert complaints == []
    for one in (page, hers):
        one.context.close()


def test_he_finds_an_account_with_the_keyboard_and_the_address_can_be_sent(
    signed_in: SignedIn, address: str, lived: Home
) -> None:
    hired(lived, "qiulan", "community", YINHE, name="冼秋兰")
    page = signed_in("administrator")
    page.goto(f"{address}/users/")
    page.focus("#q")
    page.keyboard.type("秋兰")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/?q=*")
    assert page.locator("tbody tr").count() == 1
    sent = signed_in("administrator")
    sent.goto(page.url)
    assert sent.locator("tbody th").inner_text() == "qiulan"
    page.keyboard.press("Tab")  # the field keeps no focus after the answer: begin at the page's first link
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent") == "qiulan":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=重置密码")
    for one in (page, sent):
        one.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_accounts_fits_and_leads_somewhere(
    signed_in: SignedIn, address: str, lang: str, size: Any
) -> None:
    page = signed_in("administrator", lang=lang, size=size)
    complaints = complaints_of(page)
    page.goto(f"{address}/users/")
    account = page.locator("tbody th a", has_text="community").or_(page.locator("tbody th a")).last
    to_see = {"/users/", "/users/new/", account.get_attribute("href") or ""}
    seen: set[str] = set()
    while to_see - seen:
        path = (to_see - seen).pop()
        seen.add(path)
        answer = page.goto(f"{address}{path}")
        assert answer and answer.status == 200, path
        assert overflow(page) <= 0, path
        if path.count("/") > 2 and path != "/users/new/":
            to_see |= {one for one in links_of(page) if one.startswith((path, "/users/posts/"))}
    assert len(seen) >= 6
    assert complaints == []
    page.context.close()


def test_a_page_printed_shows_the_posts_and_no_button(signed_in: SignedIn, address: str) -> None:
    page = signed_in("administrator")
    page.goto(f"{address}/users/")
    page.emulate_media(media="print")
    assert page.locator("main table").is_visible()
    assert not page.locator("header nav").first.is_visible()
    assert not any(one.is_visible() for one in page.locator("main button, main .button").all())
    page.context.close()


def test_without_a_right_the_page_is_neither_linked_nor_shown(signed_in: SignedIn, address: str) -> None:
    page = signed_in("task_group")
    page.goto(address)
    assert "/users/" not in links_of(page)
    answer = page.goto(f"{address}/users/")
    assert answer and answer.status == 403
    assert "没有权限" in page.content()
    page.context.close()
