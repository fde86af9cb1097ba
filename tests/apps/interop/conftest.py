"""Field forms of the reference town and devices that fill them; every person is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from fournets.interop.models import FieldForm
from fournets.interop.services.forms import add_form
from fournets.organization.tokens import DEVICE, make_token
from tests.apps.access.cast import AREAS, TOWN, Made, account_for, appointed, plant

EXAMPLES = Path(__file__).parents[3] / "examples" / "field"
ANSWER = "{http://openrosa.org/http/response}"
INSTANCE = (
    '<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}"><address>{address}</address>'
    "<people>2</people><person><name>区美兰</name><phone>13800138001</phone><relation>head</relation><away>no</away></person>"
    "<person><name>陈志强</name><relation>spouse</relation><away>no</away></person>"
    "<meta>{meta}</meta></data>"
)
FIRST, SECOND, THIRD = (f"uuid:00000000-0000-4000-8000-00000000000{one}" for one in (1, 2, 3))


@dataclass
class Device:
    """A device with a token in its addresses, as a QR code gives it; errors are answers, not exceptions."""

    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def address(self, rest: str) -> str:
        return f"/openrosa/{self.token}/{rest}" if self.token else f"/openrosa/{rest}"

    def get(self, rest: str, **words: Any) -> HttpResponse:
        address = rest if rest.startswith("http") else self.address(rest)
        return self.client.get(address, **words)

    def head(self, rest: str) -> HttpResponse:
        return self.client.head(self.address(rest))

    def send(self, xml: str | bytes, files: dict[str, bytes] | None = None, **words: Any) -> HttpResponse:
        content = xml.encode() if isinstance(xml, str) else xml
        parts: dict[str, Any] = {
            "xml_submission_file": SimpleUploadedFile("submission.xml", content, "text/xml")
        }
        for name, one in (files or {}).items():
            parts[name] = SimpleUploadedFile(name, one, "image/jpeg")
        return self.client.post(self.address("submission?deviceID=collect:x"), parts, **words)


def filled(
    *,
    instance: str | None = FIRST,
    deprecated: str = "",
    form: str = "household",
    version: str = "2020020501",
    address: str = "银河社区西路3号2栋501",
) -> str:
    """A filled household form, as a device writes it."""
    meta = f"<orx:instanceID>{instance}</orx:instanceID>" if instance else ""
    if deprecated:
        meta += f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>"
    return INSTANCE.format(form=form, version=version, meta=meta, address=address)


def tree(answer: HttpResponse) -> Element:
    found: Element = fromstring(answer.content)
    return found


def message(answer: HttpResponse) -> str:
    """The sentence of an answer in OpenRosa's XML."""
    root = tree(answer)
    assert root.tag == f"{ANSWER}OpenRosaResponse"
    return root.findtext(f"{ANSWER}message") or ""


def form_book(
    *rows: tuple[str, ...],
    form_id: str = "a",
    version: str = "1",
    choices: Any = (),
    heads: tuple[str, ...] = ("type", "name", "label"),
) -> bytes:
    """A workbook with a form of such questions."""
    book = Workbook()
    sheets = {
        "survey": [heads, *rows],
        "choices": choices and [("list_name", "name", "label"), *choices],
        "settings": [("form_title", "form_id", "version"), ("表", form_id, version)],
    }
    book.remove(book.active)
    for name, lines in sheets.items():
        if lines:
            page = book.create_sheet(name)
            for line in lines:
                page.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    """Rows of every area, the forms among them closed: devices are given those a test adds."""
    planted = plant()
    FieldForm.objects.update(closed_at=timezone.now(), closed_by="x")
    return planted


@pytest.fixture
def household(made: dict[str, Made], at: datetime) -> FieldForm:
    """The town's household form."""
    workbook = (EXAMPLES / "household.xlsx").read_bytes()
    return add_form(workbook, area_code=TOWN, actor="group", at=at)[0]


@pytest.fixture
def device_for(made: dict[str, Made], at: datetime) -> Callable[..., Device]:
    """A device of a new account with a post; by default a grid worker's."""

    def hired(login: str = "mei.au", role: str = "grid_worker", area: str = AREAS["own"]) -> Device:
        held = appointed(account_for(login, factor=True), role, area)
        return Device(make_token(held, purpose="手机", until=None, actor="t", at=at, prefix=DEVICE)[1])

    return hired


@pytest.fixture
def device(device_for: Callable[..., Device]) -> Device:
    return device_for()
