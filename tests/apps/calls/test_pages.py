"""The pages of the phone desk: the number in one pair of hands, an outcome by one key, the board, the feedback."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from fournets.audit.models import AuditLine
from fournets.calls.models import Asked, Attempt, Call
from fournets.isolation.models import IsolationOrder
from fournets.organization.models import Task
from fournets.people.models import Person
from fournets.places.scope import scope
from fournets.reporting.exports.settings import limits
from fournets.reporting.models import Export, ExportRow
from tests.apps.access.cast import AREAS, NAMES, PHONE, Made, member, plant

pytestmark = pytest.mark.django_db
MOST = 15
ANSWERS = {"q-from_place": "湖北省武汉市", "q-been_to_outbreak_area": "是", "q-returned_on": "2020-01-28"}


@pytest.fixture
def made(db: None) -> Made:
    """One person of the area is to be called, because of one list."""
    made = plant()["own"]
    with scope(""):
        Call.objects.exclude(person_id=made.person.pk).delete()
        IsolationOrder.objects.filter(person_id=made.person.pk).delete()  # who isolates is not called
        call = Call.objects.get()
        Asked.objects.create(call=call, area_code=call.area_code, file_id=made.file.pk)
    return made


def ask(client: Client, path: str, status: int = 200, **sent: str) -> str:
    answer = client.post(path, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == status, path
    return answer.content.decode()


def look(client: Client, path: str, lang: str = "en") -> str:
    return client.get(path, HTTP_ACCEPT_LANGUAGE=lang).content.decode()


def attempt_on(page: str) -> str:
    found = re.search(r'name="attempt" value="(\d+)"', page[page.index('id="said"') :])
    assert found
    return found[1]


def test_only_who_holds_somebody_sees_his_number_and_it_is_on_record(made: Made) -> None:
    desk, other = member("phone_desk"), member("grid_worker")
    page = look(desk, "/calls/")
    assert "To call now: 1" in page and PHONE not in page
    page = ask(desk, "/calls/next/")
    assert f'href="tel:{PHONE}"' in page and NAMES["own"] in page and "watermark" in page
    assert "on record" not in page and made.file.name in page
    assert "There is nobody to call now" in ask(other, "/calls/next/") and PHONE not in look(other, "/calls/")
    with scope(""):
        line = AuditLine.objects.get(act="call_number_shown")
        assert line.details["person"] == made.person.public_id and PHONE not in str(line.details)
        Call.objects.update(held_until=timezone.now())
    assert PHONE not in look(desk, "/calls/")
    assert member("liaison").get("/calls/").status_code == 403


def test_a_wrong_answer_brings_the_page_back_with_all_that_was_typed(made: Made) -> None:
    desk = member("phone_desk")
    attempt = attempt_on(ask(desk, "/calls/next/"))
    page = ask(desk, "/calls/outcome/", 422, attempt=attempt, outcome="reached", note="晚上再说",
               **(ANSWERS | {"q-temperature": "very"}))  # fmt: skip
    assert "is no temperature" in page and "晚上再说" in page and "湖北省武汉市" in page
    page = ask(desk, "/calls/outcome/", 422, attempt=attempt, outcome="call_back", back_at="yesterday")
    assert "Say when to call back" in page
    with scope(""):
        assert Call.objects.get().closed_at is None and Attempt.objects.count() == 1


def test_an_outcome_ends_the_call_brings_the_next_and_is_taken_back(made: Made) -> None:
    desk = member("phone_desk")
    attempt = attempt_on(ask(desk, "/calls/next/"))
    page = ask(desk, "/calls/outcome/", attempt=attempt, outcome="reached", **ANSWERS)
    assert "Noted: reached." in page and "Take it back" in page and "Everybody was called" in page
    page = ask(desk, "/calls/undo/", attempt=attempt)
    assert "Taken back" in page and f"tel:{PHONE}" in page
    page = ask(desk, "/calls/outcome/", attempt=attempt, outcome="refused", then="end")
    assert "Noted: refused." in page
    assert "no longer in your hands" in ask(desk, "/calls/outcome/", 422, attempt=attempt, outcome="refused")
    with scope(""):
        assert Task.objects.filter(person_id=made.person.pk, purpose="visit").exists()
    board = look(member("commander"), "/call-lists/")
    assert "refused 1" in board and "Make calls of a list" not in board and f"{NAMES['own']}<" not in board


def test_a_list_becomes_calls_on_the_page_and_the_board_says_what_is_left(made: Made) -> None:
    with scope(""):
        Call.objects.all().delete()
    clerk = member("task_group")
    due = f"{timezone.localtime() + timedelta(hours=5):%Y-%m-%dT%H:%M}"
    page = ask(clerk, "/call-lists/open/", list="tasks", purpose="returnee", due_at=due)
    assert "There is nobody to call" in page
    with scope(""):
        Task.objects.filter(person_id=made.person.pk).update(purpose="call")
    page = ask(clerk, "/call-lists/open/", list="tasks", purpose="origin", due_at=due)
    assert "1 people: 1 new calls" in page and "Left: 1" in page
    for wrong in ({"list": "99999"}, {"purpose": "x"}, {"due_at": "soon"}):
        sent = {"list": "tasks", "purpose": "origin", "due_at": due} | wrong
        assert 'class="told error"' in ask(clerk, "/call-lists/open/", **sent)
    assert "No answers wait" in ask(clerk, "/call-lists/take/")
    assert look(clerk, "/call-lists/", "zh").count("还没打完") == 1


def test_the_sender_gets_his_feedback_masked_marked_and_once(made: Made) -> None:
    desk, clerk = member("phone_desk"), member("task_group")
    ask(desk, "/calls/outcome/", attempt=attempt_on(ask(desk, "/calls/next/")), outcome="wrong_number")
    path = f"/call-lists/{made.file.pk}/feedback/"
    ask(clerk, path, recipient="", purpose="x")
    with scope(""):
        assert not Export.objects.filter(kind="calls").exists()
    page = ask(clerk, path, recipient="市指挥部", purpose="反馈推送名单")
    with scope(""):
        export = Export.objects.get(kind="calls")
    assert export.serial in page and export.state == "ready"
    answer = clerk.post(f"/call-lists/feedback/{export.serial}/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer["Content-Disposition"] == f'attachment; filename="{export.serial}.xlsx"'
    cells = [
        [str(one.value or "") for one in row] for row in load_workbook(BytesIO(answer.content)).active.rows
    ]
    text = "\n".join(" ".join(row) for row in cells)
    assert NAMES["own"] in text and "wrong number" in text and "100.0%" in text and PHONE not in text
    assert export.serial in text and "市指挥部" in text
    with scope(""):
        row = ExportRow.objects.get(export=export)
        assert row.person_id == made.person.pk and row.code
    again = clerk.post(f"/call-lists/feedback/{export.serial}/")
    assert again.status_code == 302 and "Content-Disposition" not in again
    assert member("phone_desk", AREAS["neighbour"]).post(path).status_code == 403


def test_feedback_about_many_waits_for_a_second_person(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = member("task_group")
    with scope(""):
        people = Person.objects.bulk_create(
            Person(public_id=f"PMANY{n}", area_code=AREAS["own"], name=f"某{n}", seen_on=made.person.seen_on)
            for n in range(limits().people)
        )
        call = Call.objects.get()
        calls = Call.objects.bulk_create(
            Call(person_id=one.pk, origin_id=one.pk, area_code=one.area_code, purpose="returnee", due_at=call.due_at,
                 call_at=call.call_at, opened_by="x", opened_at=call.opened_at) for one in people
        )  # fmt: skip
        Asked.objects.bulk_create(
            Asked(call=one, area_code=one.area_code, file_id=made.file.pk) for one in calls
        )
    ask(clerk, f"/call-lists/{made.file.pk}/feedback/", recipient="市指挥部", purpose="反馈")
    with scope(""):
        export = Export.objects.get(kind="calls")
    assert export.state == "waiting"
    assert "attachment" not in ask(clerk, f"/call-lists/feedback/{export.serial}/")
    boss = member("commander")
    assert export.serial in look(boss, "/exports/approve/")
    ask(boss, f"/exports/{export.serial}/decide/", decision="approve", word="可以")
    answer = clerk.post(f"/call-lists/feedback/{export.serial}/")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_the_pages_ask_no_more_than_they_may() -> None:
    plant()
    desk, clerk = member("phone_desk"), member("task_group")
    ask(desk, "/calls/next/")
    for client, path in ((desk, "/calls/"), (clerk, "/call-lists/"), (clerk, "/registrations/")):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        told = [one["sql"] for one in asked.captured_queries]
        told = [one for one in told if one.split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")]
        assert len(told) <= MOST, (path, len(told))
