"""The day's coverage in a real browser: at a desk and on a phone, in Chinese and in English."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import Home

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def address(lived: Home) -> Iterator[str]:
    """Where ``fournets up`` serves the small town; ready when the server says that its worker has started."""
    port = free_port()
    server = lived.popen("up", "--port", str(port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert server.stdout
    said = []
    for line in server.stdout:
        said.append(line)
        if "Started worker" in line:
            break
    assert server.poll() is None, "".join(said)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    server.stdout.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def opened(browser: Browser, address: str, lang: str, size: Any) -> tuple[Page, list[str]]:
    """The page, and what the browser complained about while it loaded."""
    page = browser.new_page(viewport=size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/?lang={lang}")
    return page, complaints


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("lang", "title"), [("zh", "还有谁没有排查到"), ("en", "who has not been reached")])
def test_the_page_fits_and_speaks_the_readers_language(
    browser: Browser, address: str, lang: str, title: str, size: Any
) -> None:
    page, complaints = opened(browser, address, lang, size)
    assert title in page.title()
    assert page.evaluate("document.documentElement.lang").startswith(lang)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert complaints == []
    page.close()


def test_the_page_shows_the_figures_the_command_gives(browser: Browser, address: str, lived: Home) -> None:
    town = lived.ask("cover")["areas"][0]
    page, _ = opened(browser, address, "zh", DESK)
    numbers = page.locator(".figure .number").all_text_contents()
    assert numbers[0] == str(town["households"]["known"] - town["households"]["surveyed"])
    assert numbers[1] == str(town["persons"]["found"]) == "2"
    assert page.locator("tbody tr").count() == 2
    page.close()


def test_the_page_holds_no_person(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "zh", DESK)
    said = page.content()
    assert not [name for name in ("解小兰", "区美兰", "梁小梅") if name in said]
    page.close()


def test_the_keyboard_reaches_the_language_and_the_table(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address, "zh", PHONE)
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert reached == ["skip", "A", "scroll"]
    page.close()


def test_health_answers(address: str) -> None:
    with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:  # noqa: S310
        assert json.load(answer) == {"register": "up"}
