"""A small part of the reference town, and workbooks as its senders write them. Every person is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.services import TakeIn
from fournets.places.scope import set_scope
from fournets.places.services import plant_divisions

TOWN = "440605123"
DAY = date(2020, 2, 3)
AT = datetime(2020, 2, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
DIVISIONS = """code,official_name,short_name,kind,aliases
440605123008,联沙社区居委会,联沙,community,
440605123018,银河社区居委会,银河,community,
440605123212,朗心村委会,朗心,village,塱心|塱心村
"""

Workbook = Callable[..., Path]


def resident_id(first17: str) -> str:
    """An invented resident ID with its check character."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(first17, weights, strict=True)) % 11
    return first17 + "10X98765432"[rest]


MEI, QIANG, LAN = (
    resident_id(one) for one in ("44060519850214302", "44060519830911401", "42010619900506204")
)
HEADER = ["序号", "姓名", "身份证号", "联系电话", "家庭住址", "与户主关系"]
HOUSEHOLD = [
    [1, "区美兰", MEI, "13800138001", "银河社区西路3号2栋501", "户主"],
    [2, "陈志强", QIANG, "13800138002", "银河社区西路3号2栋501", "配偶"],
    [3, "解小兰", LAN, "13800138003", "联沙社区东街8号301", "户主"],
]


@pytest.fixture
def town(db: None, tmp_path: Path) -> str:
    """Three communities of the reference town, the connection opened to all of it."""
    set_scope("")
    file = tmp_path / "divisions.csv"
    file.write_text(DIVISIONS, encoding="utf-8")
    plant_divisions(file)
    return TOWN


@pytest.fixture
def ring() -> KeyRing:
    return load_ring(home() / "keys.toml")


@pytest.fixture
def how() -> TakeIn:
    return TakeIn(on=DAY, at=AT, actor="梁书记员", area_code=TOWN)


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """Writes a workbook: its name, then one list of rows for each sheet."""

    def write(name: str, *sheets: list[list[object]]) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path)) as book:
            for rows in sheets:
                page = book.add_worksheet()
                for number, row in enumerate(rows):
                    page.write_row(number, 0, row)
        return path

    return write


@pytest.fixture
def register(workbook: Workbook) -> Path:
    """A household register of three people with a title, a header and a total."""
    title = ["银河社区居民户册登记表"]
    return workbook("银河户册.xlsx", [title, HEADER, *HOUSEHOLD, ["合计", "3人"]])
