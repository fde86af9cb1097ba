"""The pages of intake: what is sent, what is refused, what a reader of another area does not see."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from fournets.audit.models import AuditLine
from fournets.intake.limits import MOST_BYTES
from fournets.intake.models import SourceFile, Upload
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.people.models import Person
from fournets.places.scope import scope, set_scope
from tests.apps.access.cast import AREAS, AT, TOWN, Made, member, plant

ROWS = [["姓名", "身份证号", "电话"], ["查文华", "", "13700137007"], ["张三、李四、王五", "", ""]]


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    return english(member("community"))


def english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def book(rows: list[list[str]] = ROWS) -> bytes:
    kept = BytesIO()
    with xlsxwriter.Workbook(kept) as one:
        page = one.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return kept.getvalue()


def send(client: Client, *names: str, **more: Any) -> Any:
    files = [SimpleUploadedFile(name, book()) for name in names]
    return client.post("/intake/", {"files": files, "on": "2020-02-03", **more}, follow=True)


def work() -> None:
    """The worker's turn."""
    with scope(""):
        waiting = list(
            Job.objects.filter(state="waiting").exclude(actor__contains="级").values_list("pk", flat=True)
        )
    for number in waiting:
        run_job(number, now=lambda: AT)
    set_scope("0")  # of no area


def taken() -> SourceFile:
    with scope(""):
        return SourceFile.objects.filter(name="返镇.xlsx").latest("id")


def text(client: Client, address: str, status: int = 200, **head: str) -> str:
    answer = client.get(address, **head)
    assert answer.status_code == status
    return answer.content.decode()


def test_what_is_sent_waits_and_the_page_asks_until_it_is_done(clerk: Client) -> None:
    page = send(clerk, "返镇.xlsx").content.decode()
    assert "Files kept, sealed: 1" in page and 'hx-trigger="every 1s"' in page and "waiting" in page
    work()
    with scope(""):
        Job.objects.filter(state="waiting").update(state="done")
    part = text(clerk, "/intake/sent/", HTTP_HX_REQUEST="true")
    assert "every 1s" not in part and "<html" not in part and 'hx-swap-oob="true"' in part
    assert "new 1" in part and "rejected 1" in part


def test_the_audit_has_the_sender_and_no_name_of_a_file(clerk: Client) -> None:
    send(clerk, "张三的名单.xlsx")
    line = AuditLine.objects.get(act="send_files")
    assert (line.actor, line.area_code) == (f"community.{AREAS['own']}", AREAS["own"])
    assert set(line.details) == {"files", "job"}


def test_nothing_chosen_and_another_area_are_refused_with_a_sentence(clerk: Client) -> None:
    empty = clerk.post("/intake/", {})
    assert empty.status_code == 422 and b"No file was chosen" in empty.content
    other = send(clerk, "返镇.xlsx", area=AREAS["neighbour"])
    assert other.status_code == 422 and b"your own area only" in other.content
    assert send(clerk, "返镇.xlsx", on="yesterday").status_code == 422
    with scope(""):
        assert not Upload.objects.exclude(state="looked").exists()


def test_more_than_is_taken_is_refused_before_it_is_read(clerk: Client) -> None:
    answer = clerk.generic("POST", "/intake/", b"x", CONTENT_LENGTH=str(MOST_BYTES * 2))
    assert answer.status_code == 413 and b"At most 100 MB" in answer.content


def test_the_page_of_a_file_says_what_became_of_it_and_hands_rows_back(clerk: Client) -> None:
    send(clerk, "返镇.xlsx")
    work()
    number = taken().pk
    page = text(clerk, f"/intake/{number}/")
    assert "Rows in doubt or to be mended: 1" in page and "Take this file back" in page
    columns = text(clerk, f"/intake/{number}/columns/")
    assert "137****7007" in columns and "13700137007" not in columns
    answer = clerk.post(f"/intake/{number}/mend/")
    assert answer["Content-Disposition"] == f'attachment; filename="mend-{number}.xlsx"'
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet and sheet["A2"].value == "张三、李四、王五"
    acts = {(one.act, one.details["list"]) for one in AuditLine.objects.filter(details__has_key="list")}
    assert {("list_shown", "file_columns"), ("list_exported", "rows_to_mend")} <= acts


def test_a_file_is_taken_back_only_by_who_says_he_means_it(clerk: Client) -> None:
    send(clerk, "返镇.xlsx")
    work()
    number = taken().pk
    asked = clerk.post(f"/intake/{number}/undo/", follow=True).content.decode()
    assert "first tick" in asked and taken().state == "taken"
    asked = clerk.post(f"/intake/{number}/undo/", {"sure": "yes"}, follow=True).content.decode()
    assert "being taken back" in asked and "every 1s" in asked
    work()
    part = clerk.get(f"/intake/{number}/", HTTP_HX_REQUEST="true")
    assert part["HX-Refresh"] == "true" and taken().state == "undone"
    with scope(""):
        assert not Person.objects.filter(name="查文华").exists()


def test_a_neighbour_sees_neither_the_file_nor_the_job(clerk: Client) -> None:
    send(clerk, "返镇.xlsx")
    work()
    number = taken().pk
    neighbour = english(member("community", AREAS["neighbour"]))
    for address in (f"/intake/{number}/", f"/intake/{number}/columns/"):
        text(neighbour, address, 404)
    assert "返镇.xlsx" not in text(neighbour, "/intake/")
    assert f"community.{AREAS['own']}" not in text(neighbour, "/jobs/")
    assert "返镇.xlsx" in text(english(member("task_group", TOWN)), "/intake/")


def test_files_are_paged_without_being_counted(clerk: Client, made: dict[str, Made]) -> None:
    with scope(""):
        SourceFile.objects.bulk_create(
            SourceFile(
                sha256=f"{n:0>64}", name=f"{n:03d}.xlsx", area_code=AREAS["own"], size=1, received_at=AT, seen_on=AT.date(), state="taken"
            )
            for n in range(45)
        )  # fmt: skip
        middle = SourceFile.objects.get(name="005.xlsx").pk
    first = text(clerk, "/intake/")
    assert "044.xlsx" in first and "004.xlsx" not in first and f"?before={middle}" in first
    second = text(clerk, f"/intake/?before={middle}")
    assert "004.xlsx" in second and "005.xlsx" not in second
    assert "044.xlsx" in text(clerk, "/intake/?before=x")


def test_a_job_is_called_off_on_its_page(clerk: Client) -> None:
    send(clerk, "返镇.xlsx")
    with scope(""):
        number = Job.objects.latest("id").pk
    page = clerk.post(f"/jobs/{number}/cancel/", follow=True).content.decode()
    assert "ends after the file in hand" in page and "every 1s" in page
    work()
    assert "called off" in text(clerk, "/jobs/", HTTP_HX_REQUEST="true")
    assert "called off, not taken" in text(clerk, "/intake/")
    assert "called off" not in text(clerk, f"/jobs/?before={number}", HTTP_HX_REQUEST="true")


def test_an_original_that_is_gone_is_told(clerk: Client, made: dict[str, Made]) -> None:
    number = made["own"].file.pk
    assert "not in the data folder" in text(clerk, f"/intake/{number}/columns/")
    assert b"not in the data folder" in clerk.post(f"/intake/{number}/mend/", follow=True).content
