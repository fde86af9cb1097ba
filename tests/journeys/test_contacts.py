"""From a case to the answer of the disease control centre, on a desk in Chinese; a site's day, by the thumb in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Home
from tests.journeys.pages import DESK, PHONE, complaints_of, overflow
from tests.journeys.test_looks import violations

SignedIn = Callable[..., Page]
PEOPLE = "SELECT public_id FROM people_person ORDER BY id LIMIT 2"
TRACES = (
    "tracing_answerline", "tracing_answer", "tracing_contact", "tracing_case", "isolation_entry", "isolation_change", "isolation_stay",
    "isolation_order", "sites_arrival", "sites_supplycount", "sites_supply", "sites_rounddone", "sites_roundplan", "isolation_bed",
    "isolation_site",
)  # fmt: skip


@pytest.fixture
def people(lived: Home) -> Iterator[list[str]]:
    """Two people of the register all journeys share; what is noted of them is taken away again."""
    with psycopg.connect(lived.server(), autocommit=True) as link:
        yield [str(row[0]) for row in link.execute(PEOPLE).fetchall()]
        for table in TRACES:
            link.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]  # noqa: S608


def sound(page: Page) -> None:
    page.wait_for_load_state()
    assert violations(page) == [] and overflow(page) <= 0


def test_from_a_case_to_the_answer(
    signed_in: SignedIn, address: str, people: list[str], tmp_path: Path
) -> None:
    page = signed_in("task_group", lang="zh", size=DESK)
    said, (ill, met) = complaints_of(page), people
    page.goto(f"{address}/people/{ill}/")
    page.locator(f"a[href='/contacts/new/{ill}/']").click()
    page.locator("#classification").select_option("confirmed")
    page.locator("button[value=case]").click()
    page.wait_for_url("**/contacts/cases/C*/")
    page.goto(f"{address}/contacts/new/{met}/")
    page.fill("#last_on", "2020-02-03")
    page.locator("button[value=contact]").click()
    page.wait_for_url(re.compile(r"/contacts/\d+/$"))
    page.goto(f"{address}/contacts/")
    expect(page.locator("[data-row]")).to_have_count(1)
    sound(page)
    page.goto(f"{address}/contacts/handover/")
    page.fill("#recipient", "区疾控中心")
    page.fill("#purpose", "密接协查")
    page.locator("form[action='/contacts/handover/'] button").click()
    page.locator("form[data-file]").wait_for()
    sound(page)
    with page.expect_download() as taken:
        page.locator("form[data-file] button").click()
    answer = tmp_path / "answer.xlsx"
    taken.value.save_as(answer)
    book = load_workbook(answer)
    sheet = book.worksheets[0]
    sheet.cell(3, sheet.max_column - 2, "确诊")
    book.save(answer)
    page.goto(f"{address}/contacts/handover/")
    page.set_input_files("#file", answer)
    page.locator("form[action='/contacts/answers/'] button").click()
    page.wait_for_url(re.compile(r"/answers/\d+/$"))
    expect(page.locator("tbody")).to_contain_text("登记为确诊病例、下达住院隔离")
    sound(page)
    page.locator("button[value=do]").click()
    page.wait_for_url("**/contacts/handover/")
    page.goto(f"{address}/contacts/cases/")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.context.close()
    assert said == []


def test_a_day_at_a_site(signed_in: SignedIn, address: str, people: list[str]) -> None:
    page = signed_in("task_group", lang="en", size=PHONE, color_scheme="dark")
    said = complaints_of(page)
    page.goto(f"{address}/beds/")
    page.fill("#name", "银河酒店")
    page.fill("#rooms", "2")
    page.locator("form[action='/beds/'] button").click()
    page.wait_for_url(re.compile(r"/beds/\d+/$"))
    site = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{address}/sites/{site}/")
    page.fill("#people", "5")
    page.fill("#whence", "高铁站")
    page.locator("button[value=arrival]").click()
    expect(page.locator("p.state.danger")).to_contain_text("3 beds are lacking")
    sound(page)
    page.goto(f"{address}/sites/{site}/supplies/")
    page.fill("#name", "口罩")
    page.fill("#unit", "只")
    page.fill("#a_day", "2")
    page.locator("button[value=keep]").click()
    page.locator("input[name^=count-]").fill("40")
    page.keyboard.press("Enter")
    expect(page.locator(".stock")).to_contain_text("40 只")
    sound(page)
    page.goto(f"{address}/sites/{site}/rounds/")
    page.fill("#where", "大堂")
    page.locator("button[value=plan]").click()
    page.locator("summary", has_text="It is done").click()
    page.locator("input[name=signed]").fill("陈志强")
    page.locator("button[value=done]").click()
    expect(page.locator(".stock")).to_contain_text("陈志强")
    sound(page)
    page.goto(f"{address}/sites/{site}/staff/")
    sound(page)
    page.context.close()
    assert said == []
