"""Rows in doubt decided by keyboard alone, and one taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import DAY, MEI, Home, write_book

SignedIn = Callable[..., Page]
ROWS = [["姓名", "身份证号", "电话"], *(["陈志强", MEI, f"138001390{n:02d}"] for n in range(4))]
WAITING = "SELECT count(*) FROM people_reviewitem WHERE decided = ''"


def waits(lived: Home) -> int:
    with psycopg.connect(lived.server()) as link:
        return int(link.execute(WAITING).fetchone()[0])  # type: ignore[index]


def shown(page: Page) -> str:
    return page.locator("#review form").last.get_attribute("action") or ""


def press(page: Page, key: str) -> None:
    """A key, and the answer to it on the page."""
    with page.expect_response(lambda answer: "/review/" in answer.url):
        page.keyboard.press(key)
    page.wait_for_selector(".htmx-request", state="detached")


@pytest.fixture
def queue(lived: Home) -> Iterator[int]:
    """A list of doubts in the register the journeys share, and how many wait then; taken back afterwards."""
    book = write_book(lived.folder / "下发待核名单.xlsx", ROWS)
    lived.run("intake", book, "--on", DAY, "--area", "银河", codes=(0, 1))
    yield waits(lived)
    with psycopg.connect(lived.server()) as link:
        number = link.execute("SELECT max(id) FROM intake_sourcefile WHERE name = %s", [book.name]).fetchone()
    lived.run("intake", "undo", str(number[0]))  # type: ignore[index]


def test_a_queue_is_worked_with_keys(signed_in: SignedIn, lived: Home, address: str, queue: int) -> None:
    before = queue
    assert before >= 3
    page = signed_in("task_group", lang="en")
    page.goto(f"{address}/review/")
    first = shown(page)
    press(page, "l")
    assert shown(page) != first and waits(lived) == before
    press(page, "n")
    assert waits(lived) == before - 1 and "Filed with 陈志强" in page.locator("#review").inner_text()
    press(page, "u")
    assert waits(lived) == before
    press(page, "1")
    assert waits(lived) == before - 1 and "Filed with 区美兰" in page.locator("#review").inner_text()
    page.context.close()
