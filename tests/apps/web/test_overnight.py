"""What changed overnight: since the last close of a day or the evening before; each figure opens a list of as many."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.intake.models import SourceFile
from fournets.organization.models import Task
from fournets.places.models import Building
from fournets.places.scope import scope
from fournets.reporting.models import DayClose, Export, FilledForm
from fournets.screening.models import Assessment
from tests.apps.access.cast import AREAS, NAMES, Made, member, plant
from tests.apps.screening.test_coverage_sums import commit

Changes = dict[str, tuple[str, str]]


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def night(made: dict[str, Made]) -> datetime:
    """One of everything in the reader's area last night, and as much two days ago; the evening is yesterday's at eight."""
    now = timezone.localtime()
    evening = now.replace(hour=20, minute=0, second=0, microsecond=0) - timedelta(days=1)
    own, below, late = made["own"], made["below"], evening + timedelta(hours=1)
    with scope(""):
        Task.objects.filter(pk=own.task.pk).update(due_at=late)
        Task.objects.filter(pk=below.task.pk).update(closed_at=late, result="done")
        Assessment.objects.update(was="contact", at=evening - timedelta(days=1))
        Assessment.objects.filter(person_id=own.person.pk).update(at=late)
        SourceFile.objects.filter(pk=own.file.pk).update(received_at=late)
        words = {"kind": "form", "state": "made", "sha256": "x"}
        Export.objects.filter(pk=own.export.pk).update(made_at=late, **words)
        FilledForm.objects.filter(pk=own.filled.pk).update(serial=own.export.serial)
        code = AREAS["below"] + "0010001"
        Building.objects.create(code=code, area_code=code, name="西路3号2栋", households_known=4)
    commit()
    return evening


def text(client: Client, address: str) -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def changes(client: Client) -> Changes:
    """By its words, each figure and the address it opens."""
    part = text(client, "/today/").split('id="overnight"')[1].split("</section>")[0]
    found = re.findall(r'href="([^"]+)"><span class="number">([^<]+)</span>\s*<span[^>]*>([^<]+)<', part)
    return {words: (count, unescape(address)) for address, count, words in found}


def named(page: str) -> set[str]:
    return {relation for relation, name in NAMES.items() if f">{name}<" in page}


def test_each_figure_opens_a_list_of_what_it_counts(night: datetime, made: dict[str, Made]) -> None:
    clerk = member("community")
    found = changes(clerk)
    assert {words: count for words, (count, _) in found.items()} == {
        "files taken in": "1",
        "people of another class": "1",
        "tasks opened": "1",
        "tasks that fell late": "1",
        "tasks closed": "1",
        "cells that fell behind": "1",
        "forms handed out": "1",
        "forms sent back": "0",
    }
    opens = {words: text(clerk, address) for words, (_, address) in found.items()}
    files = opens["files taken in"].split('id="files-list"')[1]
    assert files.count(".xlsx</a>") == 1 and made["own"].file.name in files
    assert named(opens["people of another class"]) == {"own"}
    assert named(opens["tasks that fell late"]) == named(opens["tasks opened"]) == {"own"}
    assert named(opens["tasks closed"]) == {"below"}
    assert found["cells that fell behind"][1] == f"/coverage/?area={AREAS['below']}"
    handed = opens["forms handed out"].split('id="handed"')[1].split("</section>")[0]
    assert handed.count(f"/forms/filled/{made['own'].filled.pk}/") == handed.count("/forms/filled/") == 1
    assert "export_all" not in opens["people of another class"]


def test_it_looks_back_to_the_close_of_yesterday_and_asks_little(night: datetime) -> None:
    clerk = member("community")
    DayClose.objects.create(on=night.date(), at=night + timedelta(hours=2), definitions_digest="x")
    found = changes(clerk)
    assert found["tasks that fell late"][0] == found["files taken in"][0] == "0"
    assert "since the day was closed" in text(clerk, "/today/")
    with CaptureQueriesContext(connection) as asked:
        text(clerk, "/today/")
    own = [
        one["sql"]
        for one in asked
        if not re.search(r"set_config|SAVEPOINT|session|axes_|accounts_user|mfa_|current_setting", one["sql"])
    ]
    assert len(own) <= 15, "\n".join(own)
