"""The pages of departments' forms: what they show, what they refuse, and that a file leaves by handing it out alone."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from fournets.audit.models import AuditLine
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.places.scope import scope, set_scope
from fournets.reporting.models import FilledForm, FormDeadline, KeptForm
from tests.apps.access.cast import AREAS, AT, ID_NUMBER, NAMES, PHONE, Made, blank, member, plant

MOST_QUERIES = 15
TODAY = "2020-02-03"


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    client = member("community")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text(client: Client, address: str, status: int = 200, **sent: Any) -> str:
    answer = client.post(address, sent, follow=True) if sent else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def file(content: bytes = b"", name: str = "表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or base64.b64decode(blank()))


def work() -> None:
    """The worker's turn."""
    with scope(""):
        waiting = list(Job.objects.filter(kind="fill_form", state="waiting").values_list("pk", flat=True))
    for number in waiting:
        run_job(number, now=lambda: AT)
    set_scope("0")  # of no area


def newest() -> FilledForm:
    with scope(""):
        return FilledForm.objects.latest("id")


def fill(client: Client, made: dict[str, Made], **more: Any) -> str:
    """Fills the form of the reader's area and gives the address of what was filled."""
    text(client, f"/forms/{made['own'].form.pk}/fill/", on=TODAY, **more)
    work()
    return f"/forms/filled/{newest().pk}/"


def test_without_a_form_the_page_says_what_to_do(clerk: Client) -> None:
    with scope(""):
        KeptForm.objects.update(ended_at=AT)
    assert "No form yet. Send a blank" in text(clerk, "/forms/")


def test_a_blank_leads_to_what_its_columns_mean(clerk: Client) -> None:
    page = text(clerk, "/forms/", department="District command", blank=file())
    assert "is updated (version 2). Check its columns." in page
    assert "Every column is clear" in page
    selected = re.findall(r'<option value="(\w+)" selected', page)
    assert selected == ["sequence", "name", "id_number", "phone"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"department": "x"}, "No file was chosen"),
        ({"department": "", "blank": file()}, "Say which department"),
        ({"department": "x", "blank": file(b"PK broken")}, "cannot be opened"),
        ({"department": "x", "blank": file(b"x", "old.xls")}, "is not an .xlsx file"),
    ],
)
def test_what_cannot_be_kept_is_said(clerk: Client, sent: dict[str, Any], said: str) -> None:
    page = text(clerk, "/forms/", status=422, **sent)
    assert said in page and 'role="alert"' in page


def test_columns_are_corrected_and_remembered(clerk: Client, made: dict[str, Made]) -> None:
    number = made["own"].form.pk
    page = text(
        clerk,
        f"/forms/{number}/columns/",
        header=["序号", "姓名", "身份证号码", "联系电话"],
        field=["sequence", "name", "-", "second_phone"],
    )
    assert "Remembered. It can be filled." in page
    with scope(""):
        assert KeptForm.objects.get(pk=number).mapping == {"身份证号码": "", "联系电话": "second_phone"}
    page = text(clerk, f"/forms/{number}/columns/")
    assert page.count("corrected</span>") == 1 and "stays empty</span>" in page


def test_filling_is_followed_and_shown_masked(clerk: Client, made: dict[str, Made]) -> None:
    page = text(clerk, f"/forms/{made['own'].form.pk}/fill/", on=TODAY, area=AREAS["own"])
    assert 'hx-trigger="every 1s"' in page and "being filled" in page
    work()
    address = f"/forms/filled/{newest().pk}/"
    assert clerk.get(address, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    page = text(clerk, address)
    assert NAMES["own"] in page and NAMES["below"] in page and NAMES["neighbour"] not in page
    assert PHONE not in page and ID_NUMBER not in page and "138****8001" in page
    assert "2 rows;" in page
    line = AuditLine.objects.filter(act="list_shown").latest("id")
    assert (line.details["list"], line.details["shown"]) == ("filled_form", 2)


def test_an_area_of_others_is_refused(clerk: Client, made: dict[str, Made]) -> None:
    page = text(clerk, f"/forms/{made['own'].form.pk}/fill/", on=TODAY, area=AREAS["neighbour"])
    assert "not within your post" in page
    page = text(clerk, f"/forms/{made['own'].form.pk}/fill/", on="yesterday")
    assert "Write the day as 2020-02-05" in page


def test_a_file_is_handed_out_by_name_of_its_recipient_and_given_once(
    clerk: Client, made: dict[str, Made]
) -> None:
    address = fill(clerk, made)
    assert "There is no export" in text(clerk, f"{address}take/", x="1")
    assert "Say for whom the list is" in text(clerk, f"{address}hand-out/", recipient="", purpose="x")
    page = text(clerk, f"{address}hand-out/", recipient="Ms Ren, health office", purpose="daily")
    serial = newest().serial
    assert f"{serial} may be taken." in page and "Ms Ren, health office" in page
    answer = clerk.post(f"{address}take/")
    assert answer["Content-Disposition"] == f'attachment; filename="{serial}.xlsx"'
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert sorted(row[1] for row in rows[2:]) == sorted([NAMES["own"], NAMES["below"]])
    assert {row[3] for row in rows[2:]} == {PHONE}
    page = text(clerk, f"/forms/{made['own'].form.pk}/")
    assert serial in page and "handed out</span>" in page
    assert "was made once" in text(clerk, f"{address}take/", x="1")


def test_whoever_did_not_fill_it_does_not_hand_it_out(clerk: Client, made: dict[str, Made]) -> None:
    page = text(clerk, f"/forms/filled/{made['own'].filled.pk}/")
    assert "who filled it, hands it out" in page and "/hand-out/" not in page


def test_a_form_is_ended_by_somebody_who_means_it(clerk: Client, made: dict[str, Made]) -> None:
    address = f"/forms/{made['own'].form.pk}/"
    assert "Tick first" in text(clerk, f"{address}end/", x="1")
    assert "not filled any more" in text(clerk, f"{address}end/", sure="yes")
    assert clerk.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/forms/", "/forms/{form}/", "/forms/{form}/columns/", "/forms/filled/{filled}/"]
)
def test_a_page_asks_few_questions(clerk: Client, made: dict[str, Made], address: str) -> None:
    one = address.format(form=made["own"].form.pk, filled=made["own"].filled.pk)
    text(clerk, one)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        text(clerk, one)
    own = [
        one["sql"]
        for one in asked
        if not re.search(r"set_config|SAVEPOINT|session|axes_|accounts_user\" WHERE", one["sql"])
    ]
    assert len(own) <= MOST_QUERIES, "\n".join(own)


def test_a_deadline_set_on_the_page_is_due_today_and_filled_by_one_click(
    clerk: Client, made: dict[str, Made]
) -> None:
    with scope(""):
        FormDeadline.objects.all().delete()
    address = f"/forms/{made['own'].form.pk}/"
    assert "Choose at least one day" in text(
        clerk, f"{address}deadline/", rule="reporting.cut_off", recipient="x"
    )
    page = text(
        clerk,
        f"{address}deadline/",
        rule="",
        time="23:59",
        weekdays=list("1234567"),
        recipient="Health office",
    )
    assert "The deadline is set." in page and "23:59" in page
    assert 'class="number">1</span>' in text(clerk, "/today/").split("forms due today")[0].rsplit("<li", 1)[1]
    assert 'Health office</span> <span class="state todo">due</span>' in text(clerk, "/forms/")
    page = text(clerk, "/forms/repeat/", x="1")
    assert "Forms being filled: 1." in page and 'hx-trigger="every 2s"' in page
    work()
    assert "may be taken</span>" in text(clerk, "/forms/")
    assert "Nothing is due today." in text(clerk, "/forms/repeat/", x="1")
    with scope(""):
        number = FormDeadline.objects.get().pk
    assert "taken away" in text(clerk, f"{address}deadline/{number}/drop/", x="1")
