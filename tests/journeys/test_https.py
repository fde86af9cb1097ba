"""Served with a certificate of the town's own authority: sealed on the way, and told so to the browser."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Home, new_home
from tests.journeys.pages import hired, opened, path_of, serving, sign_in_first

# as docs/how-to/https.md says it
RECIPE = """
set -e
openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=Our town" -keyout ca.key -out ca.crt
openssl req -newkey rsa:3072 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\nextendedKeyUsage=serverAuth\\n' > server.ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 397 -extfile server.ext -out server.crt
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = new_home(tmp_path_factory.mktemp("https"))
    found.server()
    return found


@pytest.fixture(scope="module")
def keys(home: Home) -> Path:
    subprocess.run(["sh", "-c", RECIPE], cwd=home.folder, check=True, capture_output=True)
    return home.folder


@pytest.fixture(scope="module")
def address(home: Home, keys: Path) -> Iterator[str]:
    words = ("--certificate", str(keys / "server.crt"), "--key", str(keys / "server.key"))
    with serving(home, *words, scheme="https") as served:
        assert f"{served.address}/" in served.said
        yield served.address


def answer(address: str, keys: Path, path: str) -> http.client.HTTPResponse:
    trusted = ssl.create_default_context(cafile=str(keys / "ca.crt"))
    with closing(http.client.HTTPSConnection(urlsplit(address).netloc, context=trusted, timeout=10)) as link:
        link.request("GET", path)
        found = link.getresponse()
        found.read()
    return found


def test_a_browser_that_trusts_the_towns_authority_is_served(address: str, keys: Path) -> None:
    got = answer(address, keys, "/account/login/")
    assert got.status == 200
    assert got.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    cookies = got.headers.get_all("Set-Cookie") or []
    assert cookies and all("Secure" in one and "HttpOnly" in one for one in cookies)


def test_a_browser_that_does_not_trust_it_stops(address: str) -> None:
    link = http.client.HTTPSConnection(urlsplit(address).netloc, timeout=10)
    with closing(link), pytest.raises(ssl.SSLCertVerificationError):
        link.request("GET", "/")


def test_people_sign_in_over_it(home: Home, browser: Browser, address: str) -> None:
    person = hired(home, "clerk", "community")
    page = opened(browser, ignore_https_errors=True)
    sign_in_first(page, address, person, factor=False)
    page.goto(f"{address}/")
    assert path_of(page) == "/today/"
    page.context.close()


def test_the_deploy_check_finds_nothing(home: Home) -> None:
    environment = {
        **os.environ,
        "FOURNETS_HOME": str(home.folder),
        "FOURNETS_HTTPS": "1",
        "DJANGO_SETTINGS_MODULE": "fournets.settings",
    }
    words = ["-W", "error", "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_key_of_another_certificate_is_told(home: Home, keys: Path) -> None:
    home.run("up", "--certificate", keys / "server.crt", "--key", keys / "ca.key", codes=(2,))
    home.run("up", "--certificate", keys / "server.crt", codes=(2,))
