"""Pushed lists of invented people, taken in and made into calls, for the tests of the phone desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

from fournets.calls.models import Call
from fournets.calls.services import Opened, open_calls
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.services import TakeIn, take_in
from fournets.organization.access import Reader
from fournets.organization.rights import roles
from tests.apps.intake.conftest import AT, TOWN

ON = date(2020, 2, 3)
DUE = AT + timedelta(hours=10)
HEAD = ["序号", "姓名", "手机号码", "居住社区", "来源地"]
NAMES = ("欧阳一", "司徒二", "上官三", "诸葛四")
PHONES = ("13800138001", "13800138002", "13800138003", "13800138004")


def reader(role: str, login: str, area_code: str = TOWN) -> Reader:
    return Reader(1, login, "某人", 1, roles()[role], "", area_code)


DESK, CLERK, SECOND = (
    reader("phone_desk", "desk"),
    reader("task_group", "clerk"),
    reader("phone_desk", "second"),
)


def ring_of() -> KeyRing:
    return load_ring(home() / "keys.toml")


def pushed(folder: Path, name: str, people: list[tuple[str, str]], *, at: datetime = AT) -> int:
    """A list as an upper level sends it, taken in; its number."""
    path = folder / f"{name}.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["省大数据推送核查名单"])
        page.write_row(1, 0, HEAD)
        for at_row, (who, phone) in enumerate(people, 2):
            page.write_row(at_row, 0, [at_row - 1, who, phone, "银河社区", "湖北省武汉市"])
    (file,) = take_in([path], TakeIn(on=ON, at=at, actor="x", area_code=TOWN), ring=ring_of()).files
    assert file.id is not None
    return file.id


def opened(file_id: int | None, purpose: str = "returnee", *, at: datetime = AT) -> Opened:
    return open_calls(CLERK, file_id, purpose, due_at=max(DUE, at + timedelta(hours=10)), on=ON, at=at)


def only() -> Call:
    return Call.objects.get()
