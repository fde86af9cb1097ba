"""Signing in as people do: a first password, a second factor, a passkey, other devices, and mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Home
from tests.journeys.pages import (
    BUTTON,
    Person,
    acts_of,
    change_first_password,
    complaints_of,
    digits,
    hired,
    links_of,
    opened,
    path_of,
    set_up_authenticator,
    sign_in_again,
    sign_in_first,
    type_password,
)

NUMBERS = count(1)
Hired = Callable[..., Person]


@pytest.fixture
def somebody(lived: Home) -> Hired:
    """A new account with a post and a first password."""
    return lambda role="community": hired(lived, f"somebody{next(NUMBERS)}", role)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    one = opened(browser)
    yield one
    one.context.close()


def test_the_first_time_a_password_of_ones_own_comes_before_everything(
    page: Page, address: str, somebody: Hired
) -> None:
    person = somebody()
    type_password(page, address, person)
    assert path_of(page) == "/account/password/change/"
    assert "首次密码" in page.content()
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/password/change/"
    for weak in ("short", "password123456", person.login * 3):
        page.fill("#id_oldpassword", person.password)
        page.fill("#id_password1", weak)
        page.fill("#id_password2", weak)
        page.click(BUTTON)
        page.wait_for_load_state()
        assert page.locator(".wrong .errorlist").count() == 1
    change_first_password(page, person)
    assert path_of(page) == "/today/"
    assert "密码已修改" in page.content()


def test_a_commander_sees_nothing_before_his_second_factor(
    page: Page, address: str, somebody: Hired, lived: Home
) -> None:
    person = somebody("commander")
    complaints = complaints_of(page)
    type_password(page, address, person)
    change_first_password(page, person)
    assert path_of(page) == "/account/2fa/"
    assert "须先设第二重验证" in page.content()
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/2fa/"
    page.click("text=设置手机验证器")
    assert path_of(page) == "/account/2fa/totp/activate/"  # he signed in a moment ago: not asked again
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.fill("#id_code", "000000")
    page.click(BUTTON)
    assert "验证码不对" in page.locator(".errorlist").inner_text()
    person.secret = page.locator("#authenticator_secret").text_content() or ""
    page.fill("#id_code", digits(person.secret))
    page.click(BUTTON)
    page.wait_for_load_state()
    assert page.locator("#recovery_codes code").count() == 10
    page.click("text=已收好")
    assert path_of(page) == "/today/"
    assert complaints == []
    assert acts_of(lived, person.login) == ["signed_in", "password_changed", *["second_factor_added"] * 2]


def test_the_second_step_wants_the_digits_or_a_recovery_code_once(
    browser: Browser, address: str, somebody: Hired
) -> None:
    person = somebody("commander")
    page = opened(browser)
    sign_in_first(page, address, person, factor=True)
    page.context.close()
    for code, in_ in (("123456", False), (person.codes[0], True), (person.codes[0], False)):
        page = opened(browser)
        type_password(page, address, person)
        assert path_of(page) == "/account/2fa/authenticate/"
        page.fill("#id_code", code)
        page.click(BUTTON)
        assert (path_of(page) == "/today/") == in_
        assert ("验证码不对" in page.content()) != in_
        if not in_:
            page.goto(f"{address}/coverage/")
            assert path_of(page) == "/account/2fa/authenticate/"
        page.context.close()
    page = opened(browser)
    sign_in_again(page, address, person)
    assert path_of(page) == "/today/"
    page.context.close()


def with_authenticator(page: Page) -> Any:
    """A device that holds passkeys and says yes to every touch; gives what asks it."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: device.send("WebAuthn.getCredentials", made)["credentials"]


def test_a_passkey_is_added_and_opens_the_account_alone(
    page: Page, address: str, somebody: Hired, lived: Home
) -> None:
    person = somebody("commander")
    complaints = complaints_of(page)
    keys = with_authenticator(page)
    sign_in_first(page, address, person, factor=False)
    page.goto(f"{address}/account/2fa/")
    page.click("text=添加通行密钥")
    page.fill("#id_name", "指挥部电脑")
    page.click("#passkey_add")
    page.wait_for_url("**/recovery-codes/")
    assert len(keys()) == 1
    page.goto(f"{address}/account/2fa/webauthn/")
    assert "指挥部电脑" in page.content() and "可单独登录" in page.content()
    with page.expect_navigation():
        page.click("header button.link")
    page.goto(f"{address}/account/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/today/")
    assert complaints == []
    assert acts_of(lived, person.login).count("signed_in") == 2


def test_a_passkey_that_is_not_given_is_said_on_the_page(page: Page, address: str) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{address}/account/login/")
    assert not page.locator("#passkey_trouble").is_visible()
    page.click("#passkey_login")
    page.wait_for_selector("#passkey_trouble:visible")
    assert "通行密钥没有用成" in page.locator("#passkey_trouble").inner_text()


def test_another_device_is_seen_and_signed_out(browser: Browser, address: str, somebody: Hired) -> None:
    person = somebody()
    here, there = opened(browser), opened(browser)
    sign_in_first(here, address, person, factor=False)
    type_password(there, address, person)
    assert path_of(there) == "/today/"
    here.goto(f"{address}/account/sessions/")
    assert here.locator("main li").count() == 2
    assert "Chrome · Linux" in here.locator("main li").first.inner_text()
    here.click(BUTTON)
    here.wait_for_load_state()
    assert here.locator("main li").count() == 1
    there.goto(f"{address}/coverage/")
    assert path_of(there) == "/account/login/"
    here.goto(f"{address}/coverage/")
    assert path_of(here) == "/coverage/"
    for one in (here, there):
        one.context.close()


def test_after_signing_out_the_way_back_shows_nothing(page: Page, address: str, somebody: Hired) -> None:
    person = somebody()
    sign_in_first(page, address, person, factor=False)
    page.goto(f"{address}/coverage/")
    assert page.locator(".figure").count() > 0
    with page.expect_navigation():
        page.click("header button.link")
    page.wait_for_load_state()
    assert "已退出" in page.content()
    page.go_back()
    assert path_of(page) == "/account/login/"
    assert page.locator(".figure").count() == 0


def test_five_wrong_passwords_lock_the_account_and_the_page_says_so(
    browser: Browser, address: str, somebody: Hired, lived: Home
) -> None:
    person, other = somebody(), somebody()
    page = opened(browser)
    for _ in range(4):
        type_password(page, address, Person(person.login, "not the password"))
        assert "登录名或密码不对" in page.content()
    type_password(page, address, Person(person.login, "not the password"))
    assert "暂时锁定" in page.content() and "15" in page.content()
    for typed in (person.login, person.login.upper(), f" {person.login}"):
        type_password(page, address, Person(typed, person.password))
        assert re.search("暂时锁定|过 15 分钟再试", page.content())
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/login/"
    type_password(page, address, other)
    assert path_of(page) == "/account/password/change/"
    assert "locked_out" in acts_of(lived, person.login)
    page.context.close()


def test_a_login_nobody_has_is_answered_like_a_wrong_password(page: Page, address: str) -> None:
    type_password(page, address, Person("nobody.at.all", "not the password"))
    assert "登录名或密码不对" in page.content()


def test_the_other_language_keeps_the_page_and_where_it_leads(
    page: Page, address: str, somebody: Hired
) -> None:
    person = somebody()
    page.goto(f"{address}/account/login/?next=/account/")
    page.click("text=English")
    assert path_of(page) == "/account/login/"
    assert page.locator("h1").inner_text() == "Sign in"
    page.fill("#id_login", person.login)
    page.fill("#id_password", person.password)
    page.click(BUTTON)
    assert path_of(page) == "/account/"
    assert "My posts" in page.content()


def test_a_closed_account_is_out_at_its_next_click_and_told_so_at_the_door(
    page: Page, address: str, somebody: Hired, lived: Home
) -> None:
    person = somebody()
    sign_in_first(page, address, person, factor=False)
    lived.run("user", "close", person.login)
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/login/"
    type_password(page, address, person)
    assert "已停用" in page.content()
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/login/"


ACCOUNT_PAGES = (
    "/account/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessions/",
    "/account/reauthenticate/",
    "/account/2fa/reauthenticate/",
    "/account/logout/",
    "/account/3rdparty/",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_of_an_account_leads_nowhere_or_speaks_another_language(
    signed_in: Callable[..., Page], address: str, lang: str
) -> None:
    page = signed_in("commander", lang=lang)
    complaints, seen = complaints_of(page), set()
    for path in ACCOUNT_PAGES:
        answer = page.goto(f"{address}{path}?lang={lang}")
        assert answer and answer.status == 200, path
        said = page.locator("main").inner_text()
        if lang == "en":
            assert not re.search(r"[\u4e00-\u9fff]", re.sub("区美兰|丹灶", "", said)), (path, said)
        else:
            words = re.findall(r"[A-Za-z]{3,}", re.sub(r"[\w.-]*commander[\w.-]*", "", said))
            assert set(words) <= BRANDS, (path, words)
        seen |= links_of(page)
    for path in seen - {"/account/2fa/recovery-codes/download/"}:
        answer = page.request.get(f"{address}{path}")
        assert answer.status == 200, path
        assert answer.headers["cache-control"] == "no-store"
    assert complaints == []
    page.context.close()


BRANDS = {"PIN", "Chrome", "Linux", "FreeOTP", "Microsoft", "Google", "Authenticator"}


@pytest.mark.parametrize("path", ["signup", "email", "password/reset", "password/set", "confirm-email"])
def test_the_librarys_other_pages_are_not_there(page: Page, address: str, path: str) -> None:
    answer = page.goto(f"{address}/account/{path}/")
    assert answer and answer.status == 404
    assert "这个网址没有网页" in page.content()


def test_the_authenticator_is_taken_off_only_after_a_question(
    page: Page, address: str, somebody: Hired
) -> None:
    person = somebody("commander")
    sign_in_first(page, address, person, factor=False)
    set_up_authenticator(page, address, person)
    page.goto(f"{address}/account/2fa/")
    page.click("text=停用手机验证器")
    page.wait_for_load_state()
    assert "须有第二重验证" in page.content()
    page.click("main button.danger")
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/2fa/"
