"""The tutorial "the first morning on the pages", walked as it is written; its pictures are taken on the way.

``FOURNETS_PICTURES=1`` puts the pictures where the tutorial shows them; otherwise they are thrown away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.apps.intake.conftest import MEI
from tests.journeys.conftest import DAY, Home, write_book
from tests.journeys.pages import path_of

SignedIn = Callable[..., Page]
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
WIDE = {"width": 1180, "height": 760}
ROWS = [
    ["银河社区返镇登记"],
    ["名字", "身份证", "电话号", "从哪来", "哪天到"],
    ["查文华", "", "13700137107", "湖北黄冈", "2月2日"],
    ["区美兰", MEI, "13800138001", "湖北孝感", "2月1日"],
    ["陈志强", MEI, "13700137110", "湖北孝感", "2月1日"],
]
FIND = "SELECT max(id) FROM intake_sourcefile WHERE name = %s AND state = 'taken'"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = TUTORIAL / "pictures" if os.environ.get("FOURNETS_PICTURES") else tmp_path
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def book(lived: Home, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A list of the morning, taken back afterwards: the register is shared by all journeys."""
    book = write_book(lived.folder / f"银河返镇登记-{request.node.callspec.params['lang']}.xlsx", ROWS)
    yield book
    with psycopg.connect(lived.server()) as link:
        number = link.execute(FIND, [book.name]).fetchone()
        link.execute("DELETE FROM intake_knownlayout")
        link.commit()
    lived.run("intake", "undo", str(number[0]))  # type: ignore[index]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_morning_can_be_walked_as_the_tutorial_says(
    signed_in: SignedIn, address: str, book: Path, pictures: Path, lang: str
) -> None:
    page = signed_in("task_group", lang=lang, size=WIDE)
    text = (TUTORIAL / f"first-morning-pages.{lang}.md").read_text(encoding="utf-8")
    shown: list[str] = []

    def picture(name: str) -> None:
        """What the reader sees now; the tutorial shows it below the page's own title."""
        title = page.locator("main h1").evaluate("one => one.firstChild.textContent.trim()")
        assert title in text, f"the tutorial does not name {title}"
        assert f"pictures/{lang}-{name}.jpg" in text
        shown.append(f"{lang}-{name}.jpg")
        page.screenshot(path=pictures / shown[-1], type="jpeg", quality=72)

    def follow(link: str) -> None:
        """Click a link and be on its page: a click alone returns while the next page is still on its way."""
        with page.expect_navigation():
            page.locator(link).first.click(timeout=60_000)

    page.goto(f"{address}/today/")
    picture("today")
    follow("nav a[href='/intake/']")
    page.fill("input[name=on]", DAY)
    page.set_input_files("#files", book)
    page.click("button[name=look]")
    expect(page.locator("form.decide")).to_be_visible(timeout=60_000)
    picture("looked")
    follow("a[href^='/intake/look/']")
    page.select_option("select[name$='-E']", "returned_on")
    picture("columns")
    follow(".told-columns button")
    expect(page.locator("#sent .state.good")).to_be_visible(timeout=60_000)
    page.click("form.decide button[value=take]")
    follow("#sent a[href^='/intake/']")
    picture("file")
    follow("nav a[href='/review/']")
    picture("review")
    page.fill("[role=search] input[type=search]", "区美兰")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow("a[href^='/people/P']")
    picture("person")
    for name in ("tasks", "coverage", "enterprises", "forms"):
        follow(f"nav a[href='/{name}/']")
        assert path_of(page) == f"/{name}/"
        picture(name)
    assert re.findall(rf"{lang}-[a-z]+\.jpg", text) == shown
    page.context.close()
