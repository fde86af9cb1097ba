"""What a phone sends is taken once, repeated without harm, or kept aside; never dropped, and told record by record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.fieldwork.limits import limits
from fournets.organization.models import Appointment
from fournets.people.models import Person
from fournets.places.scope import scope
from fournets.screening.models import Visit
from tests.apps.access.cast import AREAS, Made, account_for, appointed, plant, signed_in
from tests.apps.fieldwork.conftest import Phone, kept, states, task_of, visits


def test_a_visit_is_kept_closes_its_task_and_is_known_when_it_comes_again(
    made: dict[str, Made], phone: Phone
) -> None:
    own = made["own"]
    one = phone.record(tasks=[own.task.pk], note="门口有消毒水")
    first = phone.send(one)
    assert states(first) == [("kept", "")] and first[0]["id"] == one["id"]
    assert (
        phone.send(dict(reversed(one.items()))) == first
    )  # the same answer, whatever the order of its names
    assert phone.send(one, one) == first * 2
    assert len(kept()) == 1 and visits() == [(own.person.pk, "done")]
    task = task_of(own)
    assert task.result == "done" and task.closed_at
    with scope(""):
        assert Visit.objects.get().by == "mei"
        assert "消毒" not in bytes(kept()[0].content_sealed or b"").decode(errors="replace")
    (line,) = AuditLine.objects.filter(act="field_records_received")
    assert line.details == {"records": 1, "kept": 1}


@pytest.mark.parametrize("outcome", ["nobody_home", "refused"])
def test_an_attempt_counts_and_leaves_the_task_open(
    made: dict[str, Made], phone: Phone, outcome: str
) -> None:
    own = made["own"]
    phone.send(*[phone.record(outcome, tasks=[own.task.pk]) for _ in range(2)])
    assert [word for _, word in visits()] == [{"nobody_home": "unreached"}.get(outcome, outcome)] * 2
    assert task_of(own).closed_at is None


def test_the_same_id_with_other_words_is_kept_aside_and_answered_alike_for_ever(
    made: dict[str, Made], phone: Phone
) -> None:
    one = phone.record(tasks=[made["own"].task.pk])
    other = one | {"outcome": "moved", "moved_to": "湖南"}
    assert states(phone.send(one, other)) == [("kept", ""), ("aside", "other_body")]
    again = phone.send(other, one)
    assert states(again) == [("aside", "other_body"), ("kept", "")] and "other words" in again[0]["said"]
    assert [record.counts for record in kept()] == [True, False]
    assert task_of(made["own"]).result == "done" and len(visits()) == 1


def test_a_right_withdrawn_meanwhile_keeps_aside_what_was_recorded_before(
    made: dict[str, Made], phone: Phone
) -> None:
    one, two = (phone.record(tasks=[made["own"].task.pk]) for _ in range(2))
    phone.send(one)
    with scope(""):
        Appointment.objects.filter(user=phone.user).update(until_at=timezone.now())
    assert states(phone.send(one, two)) == [
        ("kept", ""),
        ("aside", "no_right"),
    ]  # the first is answered as it was
    assert [(record.area_code, record.counts) for record in kept()] == [
        (AREAS["own"], True),
        (AREAS["own"], False),
    ]
    # Another post meanwhile, elsewhere: what belongs to the first place is decided on there.
    appointed(phone.user, "grid_worker", AREAS["neighbour"])
    assert states(phone.send(phone.record(tasks=[made["own"].task.pk]))) == [("aside", "no_right")]
    assert kept()[-1].area_code == AREAS["own"] and len(visits()) == 1


def test_whoever_never_held_a_post_leaves_nothing_and_is_told(made: dict[str, Made]) -> None:
    user = account_for("stranger")
    phone = Phone(user, signed_in(user))
    assert states(phone.send(phone.record(tasks=[made["own"].task.pk]))) == [("refused", "no_post")]
    appointed(user, "grid_worker", AREAS["neighbour"])
    assert states(phone.send(phone.record(tasks=[made["own"].task.pk]))) == [("aside", "no_right")]
    assert [record.area_code for record in kept()] == [AREAS["neighbour"]]


def test_under_another_account_it_is_kept_aside(
    made: dict[str, Made], phone: Phone, phone_of: Callable[..., Phone]
) -> None:
    one = phone.record(tasks=[made["own"].task.pk])
    assert states(phone_of("lan").send(one)) == [("aside", "other_account")]
    assert states(phone.send(one)) == [("kept", "")]  # her own is not held up by it
    assert len(visits()) == 1


def test_somebody_not_of_her_area_is_kept_aside(made: dict[str, Made], phone: Phone) -> None:
    there, gone = made["neighbour"], made["own"]
    assert (
        states(
            phone.send(
                phone.record(tasks=[there.task.pk]),
                phone.record(people=[there.person.public_id]),
                phone.record(tasks=[gone.task.pk, 999_999]),
            )
        )
        == [("aside", "not_there")] * 3
    )
    assert visits() == [] and task_of(there).closed_at is None and task_of(gone).closed_at is None


def test_a_person_without_a_task_is_visited_too(made: dict[str, Made], phone: Phone) -> None:
    with scope(""):
        other = Person.objects.create(
            public_id="PNEXT", area_code=AREAS["own"], name="柳无事", seen_on="2020-02-03"
        )
    own = made["own"]
    phone.send(phone.record(tasks=[own.task.pk], people=[other.public_id, own.person.public_id]))
    assert visits() == sorted([(own.person.pk, "done"), (other.pk, "done")])


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "vanished"}, {"tasks": []}, {"tasks": ["x"]}, {"tasks": [2**63]}, {"note": "x" * 1001}, {"note": "a\0b"},
        {"device_at": "2020-02-05T09:00"}, {"device_at": "0001-01-01T00:00+14:00"}, {"device_at": "9999-12-31T23:00-14:00"}, {"area": "x"}, {"extra": 1}, {"place": {"lat": 91, "lng": 0, "accuracy": 1}},
        {"outcome": "newcomer", "tasks": [], "address": "西路"}, {"outcome": "newcomer", "newcomers": [{"name": "区"}], "address": " "},
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_and_takes_none_of_the_others_along(
    made: dict[str, Made], phone: Phone, wrong: dict[str, object]
) -> None:
    good = [phone.record(tasks=[made["own"].task.pk]) for _ in range(2)]
    bad = phone.record(tasks=[made["own"].task.pk]) | wrong
    answers = phone.send(good[0], bad, good[1])
    assert states(answers) == [("kept", ""), ("refused", "unreadable"), ("kept", "")]
    assert answers[1]["id"] == bad["id"] and "still on the phone" in answers[1]["said"]
    assert len(kept()) == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"sent_at": "9999-12-31T23:00-14:00", "records": []}',
        '{"records": []}',
        '{"sent_at": "2020-02-05T09:00+08:00", "records": 1}',
    ],
)
def test_what_is_no_sending_is_answered_in_json_without_an_id(phone: Phone, content: str) -> None:
    answer = phone.post(content)
    assert answer.status_code == 400 and list(json.loads(answer.content)) == ["said"]


def test_too_much_at_once_is_refused_whole(phone: Phone) -> None:
    many = [phone.record(people=["P"]) for _ in range(limits()["send"]["records"] + 1)]
    assert phone.post({"sent_at": phone.now().isoformat(), "records": many}).status_code == 413
    assert (
        phone.post({"sent_at": phone.now().isoformat(), "records": [], "device": "x" * 1_000_001}).status_code
        == 413
    )
    assert kept() == []


def test_nobody_signed_in_is_sent_to_sign_in_and_no_answer_names_a_record(phone: Phone) -> None:
    one = phone.record(people=["P"])
    phone.client.logout()
    answer = phone.post({"sent_at": phone.now().isoformat(), "records": [one]})
    assert answer.status_code == 302 and one["id"] not in answer.content.decode()
    user = account_for("first.time", must_change_password=True)
    appointed(user, "grid_worker", AREAS["own"])
    fresh = Phone(user, signed_in(user))
    assert (
        fresh.post({"sent_at": fresh.now().isoformat(), "records": [fresh.record(people=["P"])]}).status_code
        == 403
    )
    assert kept() == []


@pytest.mark.parametrize("hours", [-48, -1, 0, 48])
def test_a_wrong_clock_is_worked_out_and_kept(made: dict[str, Made], phone: Phone, hours: int) -> None:
    phone.ahead = timedelta(hours=hours)
    before = timezone.now()
    phone.send(phone.record(tasks=[made["own"].task.pk]))
    (one,) = kept()
    assert one.offset == pytest.approx(-hours * 3600, abs=60)
    assert abs(one.happened_at - (before - timedelta(hours=1))) < timedelta(minutes=1)
    assert abs(one.device_at - one.sent_at) == pytest.approx(timedelta(hours=1), abs=timedelta(minutes=1))
    with scope(""):
        assert Visit.objects.get().on == timezone.localdate(one.happened_at)


def test_nothing_happens_after_it_was_received(made: dict[str, Made], phone: Phone) -> None:
    late = phone.record(tasks=[made["own"].task.pk]) | {"device_at": "2100-01-01T00:00:00+08:00"}
    phone.send(late)
    assert kept()[0].happened_at == kept()[0].received_at


@pytest.mark.django_db(transaction=True)
def test_the_same_at_once_from_two_tabs_counts_once() -> None:
    made = plant()
    user = account_for("mei")
    appointed(user, "grid_worker", AREAS["own"])
    phone, told, start = Phone(user, signed_in(user)), [], Barrier(4)
    records = [phone.record(tasks=[made["own"].task.pk]) | {"id": str(uuid4())} for _ in range(5)]

    def tab() -> None:
        start.wait()
        told.append(phone.send(*records))
        connection.close()

    tabs = [Thread(target=tab) for _ in range(4)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert [states(one) for one in told] == [[("kept", "")] * 5] * 4
    assert len(kept()) == 5 and len(visits()) == 5
