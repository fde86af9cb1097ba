"""Every operation of the machine API, how it is asked about what stands in an area, and programs of every role.

To add an operation: a line in `ASKS`. Without it the matrix fails; so it does for a field without a line in
``fournets/api/fields.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from ninja import Schema
from openpyxl import Workbook

from fournets.accounts.models import User
from fournets.api import urls
from fournets.api.access import OPERATIONS, Operation
from fournets.crypto import load_ring
from fournets.home import home
from fournets.organization.models import Appointment
from fournets.organization.tokens import make_token
from fournets.people.models import Employment, Fact
from fournets.places.scope import scope
from fournets.reporting.figures import definitions
from fournets.reporting.models import DayClose, DayFigure
from fournets.screening.models import Assessment, Decision
from tests.apps.access.cast import (
    ADDRESS,
    AREAS,
    ID_NUMBER,
    ON,
    PHONE,
    TOWN,
    Made,
    account_for,
    appointed,
    plant,
)

assert urls.operations  # loaded: only then do the operations stand in their list

# operation by name -> what is sent with it to ask about what stands in an area
ASKS: dict[str, Callable[[Made], dict[str, Any]]] = {
    "myself": lambda made: {},
    "openapi": lambda made: {},
    "coverage": lambda made: {"query": {"area": made.area}},
    "person": lambda made: {"path": {"person": made.person.public_id}},
    "tasks": lambda made: {"query": {"area": made.area, "limit": "1"}},
    "day": lambda made: {"path": {"on": ON.isoformat()}, "query": {"area": made.area}},
    "intake": lambda made: {
        "query": {"area": made.area, "dry_run": "true", "on": ON.isoformat()},
        "data": {"file": workbook()},
    },
}
NO_AREA = {"myself", "openapi"}  # answer the same whatever area is meant
WHOLE_TOWN = {"intake"}  # need, beside the right, a post for the whole town


def workbook() -> SimpleUploadedFile:
    """A list of one invented person, and a sheet nobody can read."""
    book, stream = Workbook(), BytesIO()
    page = book.active
    page.append(["序号", "姓名", "身份证号", "联系电话", "家庭住址"])
    page.append([1, "轩辕来件", ID_NUMBER, PHONE, ADDRESS])
    other = book.create_sheet("其他")
    other.append(["甲", "乙", "丙"])
    other.append(["1", "2", "3"])
    book.save(stream)
    return SimpleUploadedFile("名单.xlsx", stream.getvalue())


def plant_all() -> dict[str, Made]:
    """The rows of `plant`, and for each area what else an answer may hold."""
    made = plant()
    with scope(""):
        day = DayClose.objects.create(on=ON, at=datetime(2020, 2, 3, 17, tzinfo=ZoneInfo("Asia/Shanghai")),
                                      definitions_digest="d")  # fmt: skip
        decision = Decision.objects.create(
            key="k2", facts={}, on=ON, town_code=TOWN, policy_digest="d", risk_class="none", action="none",
            reasons=[{"rule": "x", "zh": "理由", "en": "reason", "policy": [{"document": "通告"}]}],
        )  # fmt: skip
        Assessment.objects.update(decision=decision)
        for one in made.values():
            _more(one, day)
    return made


def _more(made: Made, day: DayClose) -> None:
    fact = Fact.objects.create(
        person=made.person, area_code=made.area, file_id=1, sheet=1, row=3, kind="household_register", seen_on=ON,
        name=made.person.name, values={"birth_on": "1990-01-01", "relation": "head"}, origin=made.person.pk, digest=1,
        phone_sealed=load_ring(home() / "keys.toml").seal("phone", PHONE),
    )  # fmt: skip
    Employment.objects.create(person=made.person, enterprise=made.enterprise, area_code=made.area, fact=fact)
    DayFigure.objects.create(day=day, area_code=made.area, figure=next(iter(definitions())), value=1)


def program(role: str, area: str = AREAS["own"], *, login: str = "", **more: Any) -> Client:
    """A program that acts for somebody who holds a post and has done all its role asks."""
    user = account_for(login or f"{role}.{area}.program", factor=True)
    return sending(token_for(user, appointed(user, role, area, **more)))


def token_for(user: User, held: Appointment, *, until: datetime | None = None) -> str:
    """A token of somebody for one of his posts."""
    _, token = make_token(held, purpose="test", until=until, actor="test", at=timezone.now())
    return token


def sending(token: str, *, lang: str = "en") -> Client:
    """A program that sends a token and takes sentences in a language."""
    return Client(
        raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_ACCEPT_LANGUAGE=lang
    )


def ask(client: Client, operation: Operation, made: Made) -> HttpResponse:
    """The answer of an operation that is asked about what stands in an area."""
    asks = ASKS[operation.name](made)
    address = "/api" + operation.path.format(**asks.get("path", {}))
    query = "&".join(f"{name}={value}" for name, value in asks.get("query", {}).items())
    if operation.method == "GET":
        return client.get(f"{address}?{query}")
    return getattr(client, operation.method.lower())(f"{address}?{query}", asks.get("data", {}))


def named(name: str) -> Operation:
    """The operation of a name."""
    return next(one for one in OPERATIONS if one.name == name)


def paths(answer: Any, before: str = "") -> Iterator[str]:
    """The path of every field of an answer."""
    if isinstance(answer, list):
        for one in answer:
            yield from paths(one, before)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            path = f"{before}.{name}".removeprefix(".")
            yield path
            yield from paths(value, path)


def described(shape: Any, before: str = "") -> Iterator[str]:
    """The path of every field the shape of an answer names; ``*`` where it leaves the names open."""
    if get_origin(shape) is dict:
        yield f"{before}.*".removeprefix(".")
    for inner in get_args(shape):
        if get_origin(shape) is not dict:
            yield from described(inner, before)
    if isinstance(shape, type) and issubclass(shape, Schema):
        for name, field in shape.model_fields.items():
            path = f"{before}.{name}".removeprefix(".")
            yield path
            yield from described(field.annotation, path)
