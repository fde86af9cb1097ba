"""Another sign-in opens an account its owner tied to it, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Home, new_home
from tests.journeys.pages import (
    Person,
    acts_of,
    complaints_of,
    digits,
    hired,
    opened,
    path_of,
    serving,
    sign_in_first,
)
from tests.journeys.provider import CLIENT, SECRET, Provider, providing

BUTTON = "text=用区政务平台登录"
Tied = Callable[..., tuple[Person, Page]]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Home:
    found = new_home(tmp_path_factory.mktemp("openid"))
    found.server()
    entry = f'id = "district"\nname = "区政务平台"\nclient_id = "{CLIENT}"\nsecret = "{SECRET}"\n'
    file = found.folder / "openid.toml"
    file.write_text(f'[[provider]]\n{entry}server_url = "{provider.url}"\n', encoding="utf-8")
    file.chmod(0o600)
    return found


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with serving(home) as served:
        yield served.address


@pytest.fixture(scope="module")
def tied(home: Home, provider: Provider, browser: Browser, address: str) -> Tied:
    """Somebody who tied his identity over there to his account here, from his own page; then signed out."""

    def made(login: str, role: str = "community") -> tuple[Person, Page]:
        person, page = hired(home, login, role), opened(browser)
        sign_in_first(page, address, person, factor=role == "commander")
        provider.who = f"sub-{login}"
        page.goto(f"{address}/account/")
        page.click("text=用其他系统登录")
        page.wait_for_load_state()
        assert "还没有绑定" in page.content()
        page.click("text=绑定区政务平台")
        page.wait_for_url("**/account/3rdparty/")
        assert "已绑定" in page.content()
        with page.expect_navigation():  # the page wipes the phone's store before it signs out
            page.click("header button.link")
        return person, page

    return made


def test_an_account_tied_from_its_own_page_is_opened(tied: Tied, address: str, home: Home) -> None:
    person, page = tied("yinhe")
    assert acts_of(home, person.login)[-2:] == ["other_sign_in_tied", "signed_out"]
    complaints = complaints_of(page)
    page.goto(f"{address}/account/login/")
    page.click(BUTTON)
    page.wait_for_url("**/today/")
    assert complaints == []
    page.context.close()


def test_a_post_with_a_second_factor_still_asks_for_it(tied: Tied, address: str) -> None:
    person, page = tied("zhihui", "commander")
    page.goto(f"{address}/account/login/")
    page.click(BUTTON)
    page.wait_for_url("**/2fa/authenticate/")
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/2fa/authenticate/"
    page.fill("#id_code", digits(person.secret, ahead=1))
    page.click("main button:not(.second):not(.link)")
    assert path_of(page) == "/today/"
    page.context.close()


def test_somebody_unknown_gets_no_account(
    browser: Browser, provider: Provider, address: str, home: Home
) -> None:
    before = home.ask("user", "list")
    provider.who = "sub-stranger"
    page = opened(browser)
    page.goto(f"{address}/account/login/")
    page.click(BUTTON)
    page.wait_for_selector("text=还没有和账号绑定")
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/login/"
    assert home.ask("user", "list") == before
    page.context.close()


def test_a_closed_account_stays_closed(tied: Tied, address: str, home: Home) -> None:
    _, page = tied("closed")
    home.run("user", "close", "closed")
    page.goto(f"{address}/account/login/")
    page.click(BUTTON)
    page.wait_for_selector("text=已停用")
    page.goto(f"{address}/coverage/")
    assert path_of(page) == "/account/login/"
    page.context.close()


def test_who_cancels_over_there_is_led_back(browser: Browser, provider: Provider, address: str) -> None:
    provider.who = None
    page = opened(browser)
    page.goto(f"{address}/account/login/")
    page.click(BUTTON)
    page.wait_for_selector("text=没有登录成")
    page.click("main a.button")
    assert path_of(page) == "/account/login/"
    page.context.close()


def test_an_identity_tied_elsewhere_is_not_tied_again(
    tied: Tied, home: Home, browser: Browser, provider: Provider, address: str
) -> None:
    _, page = tied("first")
    page.context.close()
    person, page = hired(home, "second", "community"), opened(browser)
    sign_in_first(page, address, person, factor=False)
    provider.who = "sub-first"
    page.goto(f"{address}/account/3rdparty/")
    page.click("text=绑定区政务平台")
    page.wait_for_selector("text=已经绑定了别的账号")
    assert "还没有绑定" in page.content()
    page.context.close()
