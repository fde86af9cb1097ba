"""Who is not called, who is called again and when, and what becomes of whoever tells of fever at the telephone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fournets.calls.models import Attempt, Call
from fournets.calls.rules import desk
from fournets.calls.services import next_call, undo_attempt
from fournets.isolation.models import IsolationOrder
from fournets.organization.models import Task
from fournets.people.models import Person
from tests.apps.calls.lists import DESK, NAMES, PHONES, only, opened, pushed, ring_of
from tests.apps.calls.test_calls import ANSWERS, HOUR, end
from tests.apps.intake.conftest import AT
from tests.apps.screening.people import add_people

pytestmark = pytest.mark.django_db
TWO = [(NAMES[0], f"{PHONES[0]} {PHONES[1]}")]


def isolated(person: Person) -> None:
    IsolationOrder.objects.create(
        number=f"G{person.pk}", person_id=person.pk, origin_id=person.pk, area_code=person.area_code, state="home",
        basis="contact", from_on=AT.date(), policy_digest="d", issued_by="x", issued_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(("hour", "again"), [(9, "10:00"), (20, "08:00"), (6, "08:00")])
def test_nobody_is_called_again_at_night_whatever_clock_the_server_keeps(
    town: str, tmp_path: Path, hour: int, again: str
) -> None:
    at = timezone.localtime(AT).replace(hour=hour, minute=0) + timedelta(minutes=30 if hour == 20 else 0)
    opened(pushed(tmp_path, "名单", TWO[:1]), at=AT)
    Call.objects.update(call_at=at - HOUR)
    end("unreachable", at=at.astimezone(UTC))
    end("unreachable", at=at.astimezone(UTC)) if only().held_by else None
    assert f"{timezone.localtime(only().call_at):%H:%M}" == again


def test_a_wrong_number_is_the_end_only_where_it_was_the_last(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", TWO))
    first = end("unreachable")
    assert first.judged.stays
    ended = end("wrong_number")
    assert (ended.judged.ends, ended.judged.outcome) == (False, "unreachable")
    assert not Task.objects.filter(purpose="visit").exists()


def test_who_isolates_is_not_called_whenever_the_order_was_given(town: str, tmp_path: Path) -> None:
    listed = pushed(tmp_path, "名单", list(zip(NAMES, PHONES, strict=True))[:2])
    first, second = Person.objects.order_by("id")
    isolated(first)
    assert opened(listed).opened == 1
    isolated(second)  # since the list became calls
    assert next_call(DESK, ring=ring_of(), at=AT) is None
    assert (only().outcome, only().closed_at) == ("in_isolation", AT)


def test_reached_as_a_returnee_he_is_still_called_as_a_contact(town: str, tmp_path: Path) -> None:
    rows = [(NAMES[0], PHONES[0])]
    opened(pushed(tmp_path, "返镇", rows))
    assert opened(pushed(tmp_path, "密接", rows), "contact").opened == 0
    assert only().purpose == "contact"  # the more urgent of the two
    told = {"contact_history": "否", "temperature": "36.5", "symptoms": "无", "address": "银河社区西路3号"}
    end("reached", answers=told)
    assert opened(pushed(tmp_path, "又一份", rows), "returnee").opened == 1


def test_fever_told_at_the_telephone_hastens_the_visit_that_is_open_and_is_taken_back(
    town: str, tmp_path: Path
) -> None:
    opened(pushed(tmp_path, "名单", TWO))
    person, due_at = Person.objects.get(), AT + 3 * 24 * HOUR
    visit = Task.objects.create(
        area_code=person.area_code, person_id=person.pk, purpose="visit", reason="returned", opened_on=AT.date(),
        due_at=due_at,
    )  # fmt: skip
    ended = end("reached", answers=ANSWERS | {"temperature": "38.6"})
    assert ended.alarm
    visit.refresh_from_db()
    assert (visit.reason, visit.due_at) == ("call_alarm", AT + desk().alarm_within)
    undo_attempt(DESK, ended.attempt, at=AT)
    visit.refresh_from_db()
    assert (visit.reason, visit.due_at) == ("returned", due_at)


def test_who_has_no_number_is_visited_and_his_task_to_call_is_answered(town: str) -> None:
    (person,) = add_people([{}])
    Task.objects.create(
        area_code=person.area_code, person_id=person.pk, purpose="call", opened_on=AT.date(), due_at=AT + HOUR
    )
    assert opened(None, "origin").without_number == 1
    assert Task.objects.get(purpose="call").result == "passed_on"
    assert Task.objects.filter(purpose="visit", closed_at=None).count() == 1


def test_who_asked_for_this_hour_comes_before_a_list_that_is_due_earlier(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", list(zip(NAMES, PHONES, strict=True))[:2]))
    later: datetime = AT + 2 * HOUR
    back = end("call_back", back_at=later).call
    Call.objects.filter(pk=back.pk).update(due_at=AT + 9 * HOUR)
    assert next_call(DESK, ring=ring_of(), at=later) == back
    assert Attempt.objects.filter(call=back).count() == 2
