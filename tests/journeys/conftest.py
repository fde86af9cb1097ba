"""A small town taken in with the commands its people type; every person is invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, sync_playwright

from fournets.organization.rights import roles
from tests.apps.intake.conftest import LAN, MEI
from tests.journeys.home import Home

DAY = "2020-02-05"
DIVISIONS = """code,official_name,short_name,kind,aliases
440605123,丹灶镇,丹灶,town,
440605123008,联沙社区居委会,联沙,community,
440605123018,银河社区居委会,银河,community,
"""
PHONE, OTHER_PHONE, DOOR = "13800138001", "13900139009", "银河社区西路3号2栋501"
HOUSEHOLDS = [
    ["银河社区居民户册登记表"],
    ["序号", "姓名", "身份证号", "联系电话", "家庭住址", "与户主关系"],
    [1, "区美兰", MEI, PHONE, DOOR, "户主"],
    [2, "解小兰", LAN, OTHER_PHONE, "同上", "女儿"],
]
RETURNEES = [
    ["银河社区近期返镇人员登记表"],
    ["序号", "姓名", "证件号码", "联系方式", "从何地返回", "返镇时间"],
    [1, "解小兰", f" {LAN}", "", "湖北省武汉市", "2月1日"],
]
CELLS = [
    ["银河社区网格划分表"],
    ["网格名称", "网格员", "网格员电话", "楼栋", "户数"],
    ["银河第一网格", "梁小梅", "13700137001", "西路3号2栋", 24],
]


def write_book(path: Path, rows: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def write_blank(path: Path) -> Path:
    """A department's blank form: one row per returnee."""
    book = Workbook()
    page = book.active
    page["A1"] = "返镇人员健康登记表"
    for column, text in enumerate(["序号", "姓名", "身份证号码", "联系电话", "来自何地", "返镇日期"], 1):
        page.cell(2, column, text)
    book.save(path)
    return path


def unused_home(folder: Path) -> Home:
    """A data folder nobody has used yet, which the database's own user can reach; a table of divisions lies in it."""
    for one in (folder, folder.parent):
        one.chmod(0o755)
    (folder / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    return Home(folder)


def new_home(folder: Path) -> Home:
    """A data folder that knows its town."""
    home = unused_home(folder)
    home.run("init", "--divisions", folder / "divisions.csv")
    return home


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The register after one morning, for all journeys together: what one adds, others see."""
    return after_a_morning(tmp_path_factory.mktemp("lived"))


def after_a_morning(folder: Path) -> Home:
    """A register with two lists and the grid taken in, everybody assessed."""
    home = new_home(folder)
    home.server()  # one server for all that follows, instead of one for each command
    inbox = home.folder / "in"
    inbox.mkdir()
    write_book(inbox / "银河户册.xlsx", HOUSEHOLDS)
    write_book(inbox / "银河返镇.xlsx", RETURNEES)
    write_book(inbox / "银河网格.xlsx", CELLS)
    home.run("intake", inbox, "--on", DAY, "--area", "银河", codes=(0, 1))
    home.run("assess", "--on", DAY)
    return home


@pytest.fixture(scope="session")
def address(lived: Home) -> Iterator[str]:
    """Where ``fournets up`` serves the small town."""
    from tests.journeys import pages

    with pages.serving(lived) as served:
        yield served.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from tests.journeys import pages

    if pages.CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=pages.CHROMIUM, args=pages.FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def signed_in(lived: Home, address: str, browser: Browser) -> Callable[..., Page]:
    """A fresh page of somebody with a role, signed in for real once: ``signed_in("commander", lang="en", size=PHONE)``."""
    from tests.journeys import pages

    kept: dict[tuple[str, str], Any] = {}

    def page_of(role: str, area: str = pages.TOWN, **options: Any) -> Page:
        if (role, area) not in kept:
            page = pages.opened(browser)
            person = pages.hired(lived, f"{role}.{area[-4:]}", role, area)
            pages.sign_in_first(page, address, person, factor=roles()[role].second_factor)
            kept[role, area] = page.context.storage_state()
            page.context.close()
        return pages.opened(browser, storage_state=kept[role, area], **options)

    return page_of
