"""Two fillings of a form compared on the page: masked, on record, of the reader's area alone; a blank against its last version."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.home import home
from fournets.people.models import Person
from fournets.places.scope import scope
from fournets.reporting.models import FilledCopy
from tests.apps.access.cast import AREAS, ID_NUMBER, NAMES, ON, PHONE, Made, blank, plant
from tests.apps.web.test_forms_pages import MOST_QUERIES, clerk, file, newest, text, work

__all__ = ["clerk"]


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


def filled(clerk: Client, made: dict[str, Made], day: str) -> int:
    text(clerk, f"/forms/{made['own'].form.pk}/fill/", on=day)
    work()
    return newest().pk


@pytest.fixture
def pair(clerk: Client, made: dict[str, Made]) -> list[int]:
    """A form filled on two days; between them a telephone changed, somebody moved away and somebody came."""
    found = []
    for day in ("2020-02-02", "2020-02-03"):
        found.append(filled(clerk, made, day))
        with scope(""):
            Person.objects.filter(pk=made["below"].person.pk).update(area_code=AREAS["neighbour"])
            Person.objects.filter(pk=made["own"].person.pk).update(
                phone_sealed=load_ring(home() / "keys.toml").seal("phone", "13800138999")
            )
            Person.objects.get_or_create(
                public_id="PNEW", defaults={"area_code": AREAS["own"], "name": "来某", "seen_on": ON}
            )
    return found


def test_what_came_went_and_changed_stands_masked_and_on_record(
    clerk: Client, made: dict[str, Made], pair: list[int]
) -> None:
    number = made["own"].form.pk
    history = text(clerk, f"/forms/{number}/")
    address = f"/forms/{number}/compare/?of={pair[0]}&of={pair[1]}"
    assert address.replace("&", "&amp;") in history
    page = text(clerk, address)
    assert "<del>138****8001</del>" in page and "<ins>138****8999</ins>" in page
    assert '来某 <span class="state good">came</span>' in page
    assert f'{NAMES["below"]} <span class="state late">went</span>' in page
    assert PHONE not in page and ID_NUMBER not in page and "13800138999" not in page
    line = AuditLine.objects.filter(act="list_shown").latest("id")
    assert line.details == {"list": "compared_forms", "shown": 3}
    assert "来某" not in text(clerk, f"{address}&only=changed")
    # the newest against the day before is what is asked for where nobody says which
    assert "<ins>138****8999</ins>" in text(clerk, f"/forms/{number}/compare/")
    with CaptureQueriesContext(connection) as asked:
        text(clerk, address)
    own = [one["sql"] for one in asked if "fournets" not in one["sql"] and one["sql"].startswith("SELECT")]
    assert len(own) <= MOST_QUERIES + 5, "\n".join(own)


def test_what_is_not_there_to_compare_is_said(clerk: Client, made: dict[str, Made], pair: list[int]) -> None:
    number = made["own"].form.pk
    text(clerk, f"/forms/{number}/compare/?of={made['neighbour'].filled.pk}&of={pair[1]}", status=404)
    text(clerk, f"/forms/{made['neighbour'].form.pk}/compare/", status=404)
    assert "nothing was filled for the same" in text(clerk, f"/forms/{number}/compare/?of={pair[0]}")
    assert "Nothing changed: all" in text(clerk, f"/forms/{number}/compare/?of={pair[1]}&of={filled(clerk, made, '2020-02-04')}")  # fmt: skip
    with scope(""):
        FilledCopy.objects.all().delete()
    assert "There are no two fillings" in text(clerk, f"/forms/{number}/compare/")


def test_a_new_version_of_a_blank_says_what_changed_on_its_page(clerk: Client, made: dict[str, Made]) -> None:
    number, book = made["own"].form.pk, load_workbook(BytesIO(base64.b64decode(blank())))
    text(clerk, "/forms/", department="卫健办", blank=file())
    assert book.active is not None
    book.active["D2"], book.active["E2"] = "手机号码", "体温"
    content = BytesIO()
    book.save(content)
    text(clerk, "/forms/", department="卫健办", blank=file(content.getvalue()))
    for address in (f"/forms/{number}/", f"/forms/{number}/columns/"):
        page = text(clerk, address)
        assert 'class="state good">added</span> 体温' in page
        assert "<del>联系电话</del>" in page and "<ins>手机号码</ins>" in page
