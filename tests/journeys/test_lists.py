"""A clerk with a long list and a keyboard: lines selected over two pages and handed out as a workbook; every look of a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DAY, Home, new_home, write_book
from tests.journeys.pages import (
    DESK,
    PHONE,
    acts_of,
    complaints_of,
    hired,
    opened,
    overflow,
    serving,
    sign_in_first,
)
from tests.journeys.test_looks import LOOKS, violations

YINHE = "440605123018"
MANY = 60
SURNAMES, GIVEN = "甲乙丙丁戊己庚辛壬癸", "安平和顺康宁"
NAMES = [f"{one}小{other}" for one in SURNAMES for other in GIVEN]
CELLS = [
    ["银河社区网格划分表"],
    ["网格名称", "网格员", "网格员电话", "楼栋", "户数"],
    ["银河第一网格", "梁小梅", "13700137001", "西路3号2栋", 24],
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Sixty people who came back from elsewhere, in one community."""
    home = new_home(tmp_path_factory.mktemp("lists"))
    home.server()
    rows = [
        [
            at + 1,
            name,
            f"138{at:04}{at * 7919 % 10_000:04}",
            "湖北省武汉市",
            "2月1日",
            f"银河社区西路3号2栋{at // 6 + 1}0{at % 6 + 1}",
        ]
        for at, name in enumerate(NAMES)
    ]
    head = [["银河社区近期返镇人员登记表"], ["序号", "姓名", "联系方式", "从何地返回", "返镇时间", "现住址"]]
    inbox = home.folder / "in"
    inbox.mkdir()
    write_book(inbox / "返镇.xlsx", [*head, *rows])
    write_book(inbox / "网格.xlsx", CELLS)
    home.run("intake", inbox, "--on", DAY, "--area", "银河", codes=(0, 1))
    home.run("assess", "--on", DAY, codes=(0, 1))
    return home


@pytest.fixture(scope="module")
def listed(town: Home) -> Iterator[str]:
    with serving(town) as served:
        yield served.address


@pytest.fixture(scope="module")
def clerk(town: Home, listed: str, browser: Browser) -> Callable[..., Page]:
    """A fresh page of a community's clerk, signed in for real once."""
    page = opened(browser)
    sign_in_first(page, listed, hired(town, "clerk", "community", YINHE), factor=False)
    state = page.context.storage_state()
    page.context.close()
    return lambda **options: opened(browser, storage_state=state, **options)


def tab_to(page: Page, test: str) -> None:
    """Tab until what has the focus is the one looked for."""
    for _ in range(200):
        if page.evaluate(f"(one => {test})(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"nothing by Tab: {test}")


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look: only where FOURNETS_PICTURES names a folder."""
    if folder := os.environ.get("FOURNETS_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_by_keys_alone_selected_over_two_pages_and_taken_away(
    clerk: Callable[..., Page], listed: str, town: Home
) -> None:
    page = clerk(lang="zh", size=DESK)
    said, asked = complaints_of(page), []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{listed}/people/?sort=name")
    names = []
    for keys in ("jx", "jjx"):
        for key in keys:
            page.keyboard.press(key)
        names.append(focused(page))
    page.keyboard.press("n")  # at once: what was ticked last goes along
    page.wait_for_url("**after=*")
    expect(page.locator("#chosen")).to_contain_text("已选 2 项")
    page.keyboard.press("j")
    page.keyboard.press("x")
    names.append(focused(page))
    expect(page.locator("#chosen")).to_contain_text("已选 3 项")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exports/?from=selected*")
    expect(page.locator("form .told")).to_contain_text("选中的 3 人")
    tab_to(page, "one.id === 'recipient'")
    page.keyboard.type("区疾控中心 何医生")
    page.keyboard.press("Tab")
    page.keyboard.type("复核返镇人员")
    tab_to(page, "one.tagName === 'BUTTON' && one.form.querySelector('#recipient')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "one.value === 'xlsx'")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    sheet = load_workbook(BytesIO(Path(taken.value.path()).read_bytes())).worksheets[0]
    held = {cell for row in sheet.iter_rows(values_only=True) for cell in row if cell in NAMES}
    assert held == set(names) and len(held) == 3
    page.context.close()
    assert said == [] and not [one for one in asked if "selected" in one and "P" in urlsplit(one).query]
    assert {"ask_export", "make_export"} <= set(acts_of(town, "clerk"))


def test_tasks_ticked_by_keys_are_closed_and_brought_back(
    clerk: Callable[..., Page], listed: str, town: Home
) -> None:
    page = clerk(lang="en", size=DESK)
    page.goto(f"{listed}/tasks/?sort=due")
    before = page.locator("[data-row]").count()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#chosen")).to_contain_text("Selected: 2")
    page.keyboard.press("b")
    tab_to(page, "one.value === 'close'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/close/*")
    tab_to(page, "one.name === 'result'")
    page.keyboard.press("Space")
    tab_to(page, "one.tagName === 'BUTTON' && one.form.querySelector('[name=result]')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/?done=*")
    with psycopg.connect(town.server()) as link:
        assert link.execute("SELECT count(*) FROM organization_task WHERE result = 'done'").fetchone() == (2,)
    tab_to(page, "one.form && one.form.querySelector('[name=number]')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("as before: 2")
    page.goto(f"{listed}/tasks/?sort=due")
    assert page.locator("[data-row]").count() == before
    page.context.close()


@pytest.mark.parametrize(
    ("lang", "size", "theme"), LOOKS, ids=["zh desk", "en desk dark", "zh phone dark", "en phone"]
)
def test_no_list_breaks_a_rule_or_its_width(
    clerk: Callable[..., Page], listed: str, lang: str, size: Any, theme: str
) -> None:
    page = clerk(lang=lang, size=size, color_scheme=theme)
    said, wrong = complaints_of(page), []
    page.goto(f"{listed}/tasks/")
    if not page.locator("nav.views").count():
        page.locator("summary").nth(1).click()
        page.locator("#view-name").fill("时限近的 · first due")
        page.keyboard.press("Enter")
        page.wait_for_selector("nav.views")  # going on before the form has led on would call it off
    for name, path in {
        "people": "/people/?class=not_assessed",
        "people-all": "/people/?sort=-name&columns=state,phone,from_place,returned_on,residence_type,employer,area",
        "tasks": "/tasks/?only=uncovered&older=1",
        "tasks-all": "/tasks/",
        "give": "/tasks/give/",
        "close": "/tasks/close/",
        "missing": f"/coverage/missing/?area={YINHE}",
        "exports": "/exports/?from=selected",
    }.items():
        page.goto(f"{listed}{path}")
        if name.endswith("all"):
            page.locator("[name=chosen]").nth(1).check()
            expect(page.locator("#chosen.some")).to_be_visible()
            for one in page.locator(".tools summary").all():
                one.click()
        found = violations(page)
        if found or overflow(page) > 0:
            wrong.append((name, found, overflow(page)))
        picture(page, f"{name}-{lang}-{size['width']}")
    page.context.close()
    assert wrong == [] and said == []


def test_on_paper_there_is_the_list_its_filter_and_its_hour_alone(
    clerk: Callable[..., Page], listed: str
) -> None:
    page = clerk(lang="zh", size=DESK)
    page.goto(f"{listed}/tasks/?purpose=visit")
    page.emulate_media(media="print")
    for hidden in ("#chosen", ".tools", ".wish", "[name=chosen] >> nth=0", ".chip a"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in (".as-of", ".chip", "table.list"):
        expect(page.locator(shown).first).to_be_visible()
    page.context.close()


def test_on_a_phone_the_list_scrolls_in_its_own_box_and_the_first_column_stays(
    clerk: Callable[..., Page], listed: str
) -> None:
    page = clerk(lang="zh", size=PHONE)
    page.goto(f"{listed}/people/")
    box = page.locator(".scroll")
    first, last = page.locator("tbody th").first, page.locator("tbody tr:first-child td:last-child")
    before, gone = first.bounding_box(), last.bounding_box()
    box.evaluate("one => { one.scrollLeft = 200; }")
    assert first.bounding_box() == before and last.bounding_box() != gone
    assert overflow(page) <= 0
    page.context.close()


def test_without_a_script_ticks_are_kept_by_the_buttons(clerk: Callable[..., Page], listed: str) -> None:
    page = clerk(lang="en", size=DESK, java_script_enabled=False)
    page.goto(f"{listed}/people/?sort=-name")
    page.get_by_role("button", name="Select this page").click()
    expect(page.locator("#chosen")).to_contain_text("Selected: 5")
    page.locator("summary").first.click()
    page.locator(".tools [value=employer]").check()
    page.get_by_role("button", name="Use these columns").click()
    page.wait_for_url("**columns=*")
    expect(page.get_by_role("columnheader", name="Employer")).to_be_visible()
    page.get_by_role("button", name="Select nothing").click()
    expect(page.locator("#chosen")).to_contain_text("Nothing is selected")
    page.context.close()


def test_what_takes_longer_than_a_second_says_that_it_is_at_work(
    clerk: Callable[..., Page], listed: str
) -> None:
    page, held = clerk(lang="zh", size=PHONE), []
    page.goto(f"{listed}/tasks/")
    page.route(
        "**/lists/columns/", lambda route: held.append(route)
    )  # the answer waits until something is said
    page.evaluate(
        "new MutationObserver(() => console.info(working.textContent)).observe(working, {childList: true})"
    )
    expect(page.locator("#working")).to_be_hidden()
    page.locator("summary", has_text="列").first.click()
    with page.expect_console_message() as told:
        page.locator(".tools form button").first.click(no_wait_after=True)
    assert told.value.text == "正在处理,请稍候…"
    held[0].continue_()
    page.wait_for_url("**columns=*")
    expect(page.locator("#working")).to_be_hidden()
    page.context.close()
