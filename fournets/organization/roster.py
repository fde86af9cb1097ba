"""Many accounts at once: a table of who works here, made into accounts with posts, all of them or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from fournets.accounts.services import create_user
from fournets.language import Refusal
from fournets.organization.appointments import appoint
from fournets.organization.rights import roles
from fournets.workbooks.text import decoded

COLUMNS = ("login", "name", "role", "area")
CALLED = {
    "登录名": "login",
    "姓名": "name",
    "角色": "role",
    "区域": "area",
    "职务": "post",
    "最后一天": "until",
}


@dataclass(frozen=True, slots=True)
class Hire:
    """One line of the table: who, which post, where, and until when (None: until withdrawn)."""

    row: int
    login: str
    name: str
    role: str
    area: str
    post: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Hired:
    """An account that was made: its first password is shown once, to be handed over."""

    login: str
    name: str
    role: str
    password: str
    appointment: int


def read_roster(path: Path) -> list[Hire]:
    """The lines of a CSV in UTF-8 or GB18030; a `Refusal` names the row that is wrong.

    Columns, in English or Chinese: login, name, role (its key or its word), area (code or name), and if wanted post, until.
    """
    with path.open("rb") as file:
        rows = csv.DictReader(io.StringIO(decoded(file, name=path.name), newline=""))
    rows.fieldnames = [CALLED.get(name.strip(), name.strip()) for name in rows.fieldnames or ()]
    if missing := [name for name in COLUMNS if name not in rows.fieldnames]:
        raise Refusal("roster_columns", file=path.name, columns=", ".join(missing))
    found = [_hire(row, rows.line_num) for row in rows if any(row.values())]
    if not found:
        raise Refusal("roster_empty", file=path.name)
    return found


@transaction.atomic
def hire_all(hires: Sequence[Hire], *, actor: str, at: datetime) -> list[Hired]:
    """Makes every account with its post, or none; a `Refusal` names the row and says why."""
    return [_hired(one, actor, at) for one in hires]


def _hired(one: Hire, actor: str, at: datetime) -> Hired:
    until = timezone.make_aware(datetime.combine(one.until, datetime.min.time())) if one.until else None
    try:
        user, password = create_user(one.login, one.name, actor=actor, at=at)
        given = appoint(
            user,
            one.role,
            one.area,
            post=one.post,
            until=until + timedelta(days=1) if until else None,
            actor=actor,
            at=at,
        )
    except Refusal as why:
        said = why.message
        raise Refusal("roster_row", row=one.row, why_zh=said.text("zh"), why_en=said.text("en")) from why
    return Hired(user.login, user.name, one.role, password, given.pk)


def _hire(row: dict[str, str | None], number: int) -> Hire:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    until = cells.get("until", "")
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise Refusal("roster_day", row=number, day=until) from error
    role = next(
        (key for key, one in roles().items() if cells["role"] in (key, one.zh, one.en)), cells["role"]
    )
    return Hire(number, cells["login"], cells["name"], role, cells["area"], cells.get("post", ""), last)
