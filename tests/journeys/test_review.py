"""Rows in doubt decided by keyboard alone, and one taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import DAY, MEI, Home, write_book

SignedIn = Callable[..., Page]
HERE = "#review[aria-busy=false]"
ASKED = "**/decide/"
# What somebody presses while the browser is still at putting the next row on the page.
PRESSED_MEANWHILE = """key => document.addEventListener('htmx:afterSwap', () => document.body.dispatchEvent(
    new KeyboardEvent('keydown', {key, bubbles: true})), {once: true})"""
ROWS = [["姓名", "身份证号", "电话"], *(["陈志强", MEI, f"138001390{n:02d}"] for n in range(4))]
WAITING = "SELECT count(*) FROM people_reviewitem WHERE decided = ''"


def waits(lived: Home) -> int:
    with psycopg.connect(lived.server()) as link:
        return int(link.execute(WAITING).fetchone()[0])  # type: ignore[index]


def shown(page: Page) -> str:
    return page.locator("#review form").last.get_attribute("action") or ""


def press(page: Page, key: str) -> None:
    """A key, and the answer to it on the page, ready for the next."""
    with page.expect_response(lambda answer: "/review/" in answer.url):
        page.keyboard.press(key)
    page.wait_for_selector(HERE)


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


@contextmanager
def held(page: Page) -> Iterator[list[Route]]:
    """A decision on its way that arrives when this is over."""
    on_their_way: list[Route] = []
    page.route(ASKED, lambda one: on_their_way.append(one))
    yield on_their_way
    for one in on_their_way:
        one.continue_()
    page.unroute(ASKED)


@pytest.fixture
def desk(signed_in: SignedIn, address: str, queue: int) -> Iterator[Page]:
    """The queue in somebody's browser."""
    page = signed_in("task_group", lang="en")
    page.goto(f"{address}/review/")
    yield page
    page.context.close()


def test_a_key_before_the_next_row_is_there_is_told_of_and_decides_nothing(
    desk: Page, lived: Home, queue: int
) -> None:
    with held(desk) as decisions:
        desk.keyboard.press("n")
        desk.keyboard.press("n")
        expect(desk.get_by_text("N came before this row was shown")).to_be_visible()
    expect(desk.locator("#review")).to_contain_text("Filed with")
    assert (len(decisions), waits(lived)) == (1, queue - 1)
    desk.wait_for_selector(HERE)
    press(desk, "l")
    expect(desk.locator("#key-early")).to_be_hidden()


def test_a_key_while_the_next_row_is_put_on_the_page_decides_nothing(
    desk: Page, lived: Home, queue: int
) -> None:
    here = desk.url
    desk.evaluate(PRESSED_MEANWHILE, "n")
    desk.keyboard.press("n")
    expect(desk.locator("#key-early")).to_be_visible()
    expect(desk.locator("#review")).to_contain_text("Filed with")
    assert (desk.url, waits(lived)) == (here, queue - 1)


def test_undo_pressed_while_the_decision_is_on_its_way_takes_that_decision_back(
    desk: Page, lived: Home, queue: int
) -> None:
    first = shown(desk)
    with desk.expect_response("**/undo/"), held(desk):
        desk.keyboard.press("n")
        desk.keyboard.press("u")
    expect(desk.locator("#review form").last).to_have_attribute("action", first)
    expect(desk.locator("#key-early")).to_be_hidden()
    assert waits(lived) == queue


def test_a_decision_that_never_arrived_is_told_of_and_can_be_made_again(
    desk: Page, lived: Home, queue: int
) -> None:
    first = shown(desk)
    desk.route(ASKED, lambda route: route.abort())
    desk.keyboard.press("n")
    expect(desk.get_by_text("No answer came, and the row is still here")).to_be_visible()
    assert (shown(desk), waits(lived)) == (first, queue)
    desk.unroute(ASKED)
    press(desk, "n")
    expect(desk.locator("#key-lost")).to_be_hidden()
    assert waits(lived) == queue - 1
