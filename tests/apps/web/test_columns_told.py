"""Columns corrected on a page: before a list is taken in, and after; remembered for the sender either way."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.home import home
from fournets.intake.models import KnownLayout, SourceFile, Upload
from fournets.people.models import Person
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, member
from tests.apps.web.test_intake_page import book, clerk, english, made, send, taken, text, work

__all__ = ["clerk", "made"]

# Nobody knows what 哪天到 means until somebody says so.
STRANGE = [
    ["姓名", "电话", "哪天到"],
    ["查文华", "13700137007", "2月2日"],
    ["区文意", "13700137008", "2月1日"],
]


def looked(client: Client, rows: list[list[str]] = STRANGE, *names: str) -> Upload:
    files = [SimpleUploadedFile(name, book(rows)) for name in names or ("返镇.xlsx",)]
    client.post("/intake/", {"files": files, "on": "2020-02-03", "look": "yes"}, follow=True)
    work()
    with scope(""):
        return Upload.objects.latest("id")


def form_of(page: str) -> dict[str, Any]:
    """What the form of columns would send back untouched."""
    said: dict[str, Any] = {"sheet": re.findall(r'name="sheet" value="([^"]+)"', page)}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        said[name] = chosen[-1] if chosen else ""
    return said


def test_looking_first_takes_nothing_in_until_somebody_decides(clerk: Client) -> None:
    with scope(""):
        before = SourceFile.objects.count(), Person.objects.count()
    upload = looked(clerk, STRANGE, "返镇.xlsx", "第二张.xlsx")
    with scope(""):
        assert (SourceFile.objects.count(), Person.objects.count()) == before
    page = text(clerk, "/intake/")
    assert "nothing has been taken in yet" in page and f"/intake/look/{upload.pk}/" in page
    clerk.post(f"/intake/look/{upload.job_id}/decide/", {"what": "take"})
    work()
    with scope(""):
        assert SourceFile.objects.count() > before[0]
        upload.refresh_from_db()
        assert set(Upload.objects.filter(job=upload.job).values_list("state", flat=True)) == {"done"}


def test_dropped_nothing_of_it_is_kept(clerk: Client) -> None:
    upload = looked(clerk)
    kept = home() / "files" / "waiting" / f"{upload.pk}.sealed"
    assert kept.exists()
    clerk.post(f"/intake/look/{upload.job_id}/decide/", {"what": "drop"})
    assert not kept.exists() and AuditLine.objects.filter(act="drop_looked").exists()
    again = clerk.post(f"/intake/look/{upload.job_id}/decide/", {"what": "take"}, follow=True)
    assert b"no longer wait" in again.content


def test_a_column_told_before_is_remembered_for_all_that_was_sent_with_it(clerk: Client) -> None:
    upload = looked(clerk, STRANGE, "返镇.xlsx", "第二张.xlsx")
    page = text(clerk, f"/intake/look/{upload.pk}/")
    assert "137****7007" in page and "13700137007" not in page
    assert text(clerk, "/intake/").count("columns left out: 1") == 2
    said = form_of(page) | {"field-0-1-C": "returned_on"}
    clerk.post(f"/intake/look/{upload.pk}/", said)
    work()
    page = text(clerk, "/intake/")
    assert page.count("all recognised") == 2 and "in doubt: " not in page
    with scope(""):
        upload.refresh_from_db()
        known = KnownLayout.objects.get()
    assert known.sender == AREAS["own"] and known.columns == {"2": "returned_on"}
    clerk.post(f"/intake/look/{upload.job_id}/decide/", {"what": "take"})
    work()
    assert "new 2" in text(clerk, "/intake/")


def test_a_field_twice_or_nothing_changed_is_refused_with_where(clerk: Client) -> None:
    upload = looked(clerk)
    address = f"/intake/look/{upload.pk}/"
    said = form_of(text(clerk, address))
    twice = said | {"field-0-1-C": "phone"}
    answer = clerk.post(address, twice, follow=True).content.decode()
    assert "columns C and B both say “phone”" in answer
    assert b"Nothing was changed" in clerk.post(address, said, follow=True).content
    assert not KnownLayout.objects.exists()


def test_a_file_in_the_register_is_taken_back_and_in_again_with_the_columns_told(clerk: Client) -> None:
    send(clerk, "返镇.xlsx")
    work()
    first = taken()
    columns = f"/intake/{first.pk}/columns/"
    said = form_of(text(clerk, columns)) | {"field-0-1-C": ""}
    page = clerk.post(columns, said, follow=True).content.decode()
    assert "being taken back and in again" in page and "every 1s" in page
    work()
    again = taken()
    with scope(""):
        first.refresh_from_db()
        fields = [one["field"] for one in again.sourcesheet_set.get().layout["columns"]]
    assert first.state == "undone" and again.state == "taken" and again.pk != first.pk
    assert "phone" not in fields and fields[0] == "name"
    assert f"/intake/{again.pk}/" in text(clerk, f"/intake/{first.pk}/")


def test_a_neighbour_neither_sees_nor_decides(clerk: Client) -> None:
    upload = looked(clerk)
    neighbour = english(member("community", AREAS["neighbour"]))
    assert neighbour.get(f"/intake/look/{upload.pk}/").status_code == 404
    neighbour.post(f"/intake/look/{upload.job_id}/decide/", {"what": "drop"})
    with scope(""):
        upload.refresh_from_db()
    assert upload.state == "looked"
