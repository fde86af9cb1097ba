"""What the tests of forms on the page share: somebody with a post, a blank sent, filled by the worker, asked for and taken."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fournets.accounts.models import User
from fournets.accounts.services import create_user
from fournets.crypto import KeyRing
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.language import Refusal
from fournets.organization.access import Reader, opened, readers
from fournets.organization.appointments import appoint
from fournets.places.scope import scope
from fournets.reporting.exports.forms import ask_form, take_form
from fournets.reporting.forms.asked import ask_fill
from fournets.reporting.forms.kept import send_blank
from fournets.reporting.models import Export
from tests.apps.forms import blanks
from tests.apps.forms.conftest import TOWN

ON, AT = date(2020, 2, 3), datetime(2020, 2, 3, 9, tzinfo=UTC)


def reader(login: str = "clerk", role: str = "task_group", area: str = TOWN) -> Reader:
    user = User.objects.filter(login=login).first()
    if user is None:
        user, _ = create_user(login, f"{login}先生", actor="cli:test", at=AT)
        with scope(""):
            appoint(user, role, area, actor="cli:test", at=AT)
    return readers(user.pk, at=AT)[0]


def sent(path: Path, ring: KeyRing, by: Reader | None = None, department: str = "卫健办") -> Any:
    by = by or reader()
    with opened(by), path.open("rb") as file:
        return send_blank(file, department, reader=by, ring=ring, at=AT)


def work() -> None:
    """The worker's turn."""
    with scope(""):
        waiting = list(Job.objects.filter(state="waiting").values_list("pk", flat=True))
    for number in waiting:
        run_job(number, now=lambda: AT)


def filled(number: int, by: Reader | None = None, area: str = TOWN, **more: Any) -> int:
    by = by or reader()
    with opened(by):
        one = ask_fill(number, area=area, on=ON, reader=by, at=AT, **more)
    work()
    return one.pk


def taken(number: int, ring: KeyRing, by: Reader | None = None) -> Any:
    by = by or reader()
    with opened(by):
        return take_form(number, reader=by, ring=ring, at=AT)


def asked(number: int, by: Reader | None = None) -> Export:
    by = by or reader()
    with opened(by):
        return ask_form(number, "壬某 卫健办", "日报", reader=by, at=AT)


def cells_of(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows()]


def code(error: pytest.ExceptionInfo[Refusal]) -> str:
    return error.value.message.code


def retold(path: Path, **headers: str) -> Path:
    """The returnees' blank with other headers in some cells."""
    book = load_workbook(blanks.returnees(path))
    for cell, text in headers.items():
        book.worksheets[0][cell] = text
    book.save(path)
    return path
