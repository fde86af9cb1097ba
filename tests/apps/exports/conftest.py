"""A community of invented people, and the accounts that ask for lists of them and decide."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fournets.accounts.models import User
from fournets.accounts.services import create_user
from fournets.crypto import save_ring
from fournets.home import home
from fournets.organization import rights
from fournets.organization.access import Reader, opened, readers
from fournets.organization.appointments import appoint
from fournets.places.models import Area
from fournets.places.scope import scope
from fournets.reporting.exports import settings
from fournets.reporting.exports.make import Made, make
from fournets.reporting.exports.request import Wish, ask
from fournets.reporting.models import Export
from fournets.workbooks.limits import LIMITS
from fournets.workbooks.model import Sheet
from fournets.workbooks.text import read_csv
from tests.apps.people.rows import RING, file, person_row, resident

TOWN, GALAXY, GOLDEN = "440605123", "440605123018", "440605123019"
AREAS = (
    ("44", "province", "广东省", "广东"),
    ("4406", "city", "佛山市", "佛山"),
    ("440605", "county", "南海区", "南海"),
    (TOWN, "town", "丹灶镇", "丹灶"),
    (GALAXY, "community", "银河社区居委会", "银河"),
    (GOLDEN, "community", "塱心村委会", "塱心"),
)
WithLess = Callable[[str], None]
AT = datetime(2020, 2, 10, 8, 0, tzinfo=UTC)
DAY = date(2020, 2, 10)
COLUMNS = (
    "name",
    "sex",
    "id_number",
    "phone",
    "address",
    "community",
    "relation",
    "returned_on",
    "from_place",
)
SURNAMES, GIVEN = "甲乙丙丁戊己庚辛壬癸", "安平和顺康宁福寿喜乐春夏秋冬梅兰竹菊松柏"


def number(place: int) -> str:
    return resident(f"19{50 + place % 50:02}{1 + place % 12:02}{1 + place % 28:02}", place % 1000)


def phone(place: int) -> str:
    return f"138{place:04}{(place * 7919) % 10_000:04}"


def name(place: int) -> str:
    return SURNAMES[place % 10] + GIVEN[place // 10 % 20] + GIVEN[place // 200 % 20]


def crowd(size: int, area: str = GALAXY, first: int = 0, **more: str) -> None:
    """Files so many people who live in an area; every second one came back from somewhere."""
    community = {GALAXY: "银河社区", GOLDEN: "塱心村"}[area]
    rows = []
    for place in range(first, first + size):
        away = {"returned_on": f"2020-01-{1 + place % 31:02}", "from_place": "420106"} if place % 2 else {}
        rows.append(
            person_row(
                name(place),
                place + 2,
                file_id=1 + first,
                area_code=area,
                id_number=number(place),
                phone=phone(place),
                sex="male" if place % 3 else "female",
                address=f"佛山市南海区丹灶镇{community}西路{place // 8 + 1}号{101 + place % 8}",
                relation=("户主", "儿子", "母亲")[place % 3],
                values=msgspec.json.encode(away | more).decode(),
            )
        )
    file(*rows)


def reader(login: str, role: str, area: str = TOWN) -> Reader:
    """Somebody with a post."""
    user = User.objects.filter(login=login).first()
    if user is None:
        user, _ = create_user(login, f"{login}先生", actor="cli:test", at=AT)
    with scope(""):  # posts are given by whoever is opened to everything
        appoint(user, role, area, actor="cli:test", at=AT)
    return readers(user.pk, at=AT)[0]


@pytest.fixture
def areas(db: None) -> None:
    for code, kind, official, short in AREAS:
        Area.objects.update_or_create(
            code=code, defaults={"kind": kind, "official_name": official, "short_name": short}
        )


@pytest.fixture
def town(areas: None) -> Iterator[None]:
    """Thirty people in one community, five in the other; the scope of the test is the town."""
    with scope(TOWN):
        crowd(30)
        crowd(5, GOLDEN, first=500)
        yield


@pytest.fixture
def clerk(areas: None) -> Reader:
    """A task group's clerk: may make lists of the town."""
    return reader("clerk", "task_group")


@pytest.fixture
def chief(areas: None) -> Reader:
    """The commander: may approve, and make none."""
    return reader("chief", "commander")


@pytest.fixture
def keys() -> Iterator[None]:
    """The data folder has the keys the people of the test were filed with."""
    path = home() / "keys.toml"
    before = path.read_bytes() if path.exists() else None
    save_ring(RING, path)
    yield
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The limit as a small installation might set it: ten people."""
    smaller = tmp_path / "exports.toml"
    smaller.write_text(settings.FILE.read_text().replace("people = 200", "people = 10"))
    monkeypatch.setattr(settings, "FILE", smaller)
    for read in (settings._file, settings.limits):
        read.cache_clear()
    yield
    monkeypatch.undo()
    for read in (settings._file, settings.limits):
        read.cache_clear()


@pytest.fixture
def with_less(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WithLess]:
    """Takes a right from task groups, as a town might in its table."""

    def take(right: str) -> None:
        head, mark, tail = rights.TABLE.read_text().partition(f'[rights."{right}"]')
        table = tmp_path / "rights.toml"
        table.write_text(head + mark + tail.replace('"task_group", ', "", 1))
        monkeypatch.setattr(rights, "TABLE", table)
        forget()

    def forget() -> None:
        for read in (rights.roles, rights.rights, rights.rights_of):
            read.cache_clear()

    yield take
    monkeypatch.undo()
    forget()


def wish(**more: Any) -> Wish:
    basis: dict[str, Any] = {
        "area": GALAXY,
        "columns": COLUMNS,
        "recipient": "壬某 疾控中心",
        "purpose": "复核返镇人员",
        "on": DAY,
    }
    return Wish(**basis | more)


def asked(by: Reader, **more: Any) -> Export:
    with opened(by):
        return ask(wish(**more), reader=by, at=AT)


def made(by: Reader, kind: str = "csv", **more: Any) -> Made:
    export = asked(by, **more)
    with opened(by):
        return make(export.serial, kind, reader=by, ring=RING, at=AT)


def rows_of(one: Made) -> list[list[str]]:
    """The people's rows of a CSV, without its header and its last line."""
    return list(csv.reader(io.StringIO(one.content.decode("utf-8-sig"))))[1:-1]


def leaked(rows: Sequence[Sequence[Any]], separator: str = ",") -> Sheet:
    """Rows as somebody pastes them into a text, read as the register reads any text."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return read_csv(io.BytesIO(text.getvalue().encode()), name="leak.csv", limits=LIMITS)


def written(one: Made, folder: Path) -> Path:
    path = folder / one.name
    path.write_bytes(one.content)
    return path
