"""The tour: a demo's first page, which no other installation has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from fournets.home import home
from fournets.organization.tour import NAME, Guest, write_tour

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> Iterator[None]:
    guests = [
        Guest("shequ", "区美珍", "community", "abcd-efgh"),
        Guest("zhihui", "冼国梁", "commander", "ijkl-mnop"),
    ]
    write_tour(guests, home())
    yield
    (home() / NAME).unlink()


@pytest.mark.usefixtures("demo")
def test_a_demo_opens_on_its_tour_and_leads_to_the_sign_in() -> None:
    client = Client(headers={"accept-language": "en"})
    assert client.get("/").headers["Location"] == "/tour/"
    page = client.get("/tour/").content.decode()
    assert page.index("zhihui") < page.index("shequ") and "abcd-efgh" in page and "second factor" in page
    assert 'value="shequ"' in client.get("/account/login/?login=shequ").content.decode()
    assert (home() / NAME).stat().st_mode & 0o077 == 0


def test_no_other_installation_has_one() -> None:
    client = Client()
    assert client.get("/tour/").status_code == 404
    assert client.get("/").headers["Location"].startswith("/account/login/")
