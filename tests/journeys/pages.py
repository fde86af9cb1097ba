"""The pages in a real browser: a server, a browser, and people who sign in for real."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import shutil
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
from playwright.sync_api import Browser, Page

from tests.journeys.home import Home

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
TOWN, YINHE = "440605123", "440605123018"
OWN = "seven quiet ferries cross"  # what everybody here chooses for himself
STEP, DIGITS = 30, 6  # of an authenticator
PATIENCE = 30  # seconds for a server to answer
BUTTON = "main button:not(.second):not(.link)"

# The least contrast of any text on the page with what is painted behind it, by the formula of WCAG 2.
CONTRAST = """() => {
  const parts = text => text.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = one => { for (; one; one = one.parentElement) {
    const c = parts(getComputedStyle(one).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const texts = [...document.querySelectorAll('body *')].filter(one => [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  return Math.min(...texts.map(one => {
    const [a, b] = [light(parts(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    return (a + .05) / (b + .05); }));
}"""


@dataclass
class Person:
    """Somebody with an account: what he types, and the secret of his authenticator, if he has one."""

    login: str
    password: str
    secret: str = ""
    codes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Served:
    """``fournets up``: where it answers, what it said until it did, and its process."""

    address: str
    said: str
    process: int


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(address: str) -> bool:
    """Whether the register's health is answered there."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    try:
        with urlopen(f"{address}/health", timeout=PATIENCE, context=trusting) as answer:  # noqa: S310
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


@contextmanager
def serving(home: Home, *words: str, scheme: str = "http") -> Iterator[Served]:
    """Serves the register of ``home``; ready when it answers."""
    port = free_port()
    address = f"{scheme}://localhost:{port}"
    server = home.popen("up", "--port", str(port), *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert server.stdout
    said = []
    for line in server.stdout:
        said.append(line)
        if "Started worker" in line:
            break
    while not answers(address):  # it says so a moment before it does
        assert server.poll() is None, "".join(said)
    try:
        yield Served(address, "".join(said), server.pid)
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def hired(home: Home, login: str, role: str, area: str = TOWN, name: str = "区美兰") -> Person:
    """An account made on the command line, with its first password."""
    made = home.ask("user", "create", login, "--name", name, "--role", role, "--area", area)
    return Person(login, made["password"])


def digits(secret: str, *, ahead: int = 0) -> str:
    """What an authenticator with this secret shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // STEP + ahead)
    sum_ = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = sum_[-1] & 15
    number = struct.unpack(">I", sum_[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def opened(browser: Browser, lang: str = "zh", size: Any = None, **options: Any) -> Page:
    """A page of a browser nobody has used yet."""
    locale = "zh-CN" if lang == "zh" else "en-GB"
    return browser.new_context(viewport=size or DESK, locale=locale, **options).new_page()


def type_password(page: Page, address: str, person: Person) -> None:
    """Login and password on the page of sign-in."""
    page.goto(f"{address}/account/login/")
    page.fill("#id_login", person.login)
    page.fill("#id_password", person.password)
    page.click(BUTTON)


def left(page: Page, path: str) -> None:
    """Waits until a form has led on from the page it stood on: going elsewhere before would call it off."""
    page.wait_for_url(lambda address: urlsplit(address).path != path)


def change_first_password(page: Page, person: Person) -> None:
    """From a password handed over to one's own."""
    page.fill("#id_oldpassword", person.password)
    page.fill("#id_password1", OWN)
    page.fill("#id_password2", OWN)
    page.click(BUTTON)
    left(page, "/account/password/change/")
    person.password = OWN


def set_up_authenticator(page: Page, address: str, person: Person) -> None:
    """An authenticator scans the code; the recovery codes are kept."""
    page.goto(f"{address}/account/2fa/totp/activate/")
    person.secret = page.locator("#authenticator_secret").text_content() or ""
    page.fill("#id_code", digits(person.secret))
    page.click(BUTTON)
    left(page, "/account/2fa/totp/activate/")
    person.codes = page.locator("#recovery_codes code").all_text_contents()


def sign_in_first(page: Page, address: str, person: Person, *, factor: bool) -> None:
    """The first time: a password of his own, and the second factor where his post needs one."""
    type_password(page, address, person)
    left(page, "/account/login/")
    page.goto(f"{address}/account/password/change/")
    change_first_password(page, person)
    if factor:
        set_up_authenticator(page, address, person)


def sign_in_again(page: Page, address: str, person: Person) -> None:
    """Password, then the authenticator's digits; those just used are not taken twice, so the next ones are typed."""
    type_password(page, address, person)
    if person.secret:
        page.fill("#id_code", digits(person.secret, ahead=1))
        page.click(BUTTON)


def complaints_of(page: Page) -> list[str]:
    """What the browser will have complained about on this page."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def overflow(page: Page) -> int:
    """By how much the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def links_of(page: Page) -> set[str]:
    """Every address of this server the page leads to, without what stands after a question mark."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    host = urlsplit(page.url).netloc
    return {urlsplit(one).path for one in found if urlsplit(one).netloc == host}


def acts_of(home: Home, login: str) -> list[str]:
    """What the audit holds of somebody's acts, in order."""
    with psycopg.connect(home.server()) as link:
        rows = link.execute("SELECT act FROM audit_auditline WHERE actor = %s ORDER BY id", [login])
        return [row[0] for row in rows]


def first_address(said: str) -> str:
    """The one-time address ``fournets up`` printed."""
    found = re.search(r"https?://\S+/start/\S+", said)
    assert found, said
    return found.group()
