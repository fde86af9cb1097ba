"""The link to an own page: opens one order, while it is in force and nobody has ended the link; and what is entered by it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from fournets.audit.models import AuditLine
from fournets.care.models import Alarm, Link
from fournets.care.selectors.own import own_day
from fournets.care.services import end_link, link_for, opened_by, renew_link
from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.services import OWN, Typed, observe, observe_self
from fournets.language import Refusal
from fournets.places.scope import set_scope
from tests.apps.isolation.test_beds import people_to_place
from tests.apps.isolation.test_orders import MEDIC, ON, RING, reader
from tests.apps.screening.people import AT, TOWN, YINHE

MORNING = AT.replace(hour=7, minute=45)
EVENING = AT.replace(hour=17)


@pytest.fixture
def order(db: None, _application_role: None) -> IsolationOrder:
    set_scope(TOWN)
    return IsolationOrder.objects.get(number=people_to_place(1)[0])


def opens(secret: str) -> int | None:
    """What a secret opens for somebody the database shows nothing."""
    set_scope("9")
    with opened_by(secret) as found:
        if found is not None:
            assert IsolationOrder.objects.filter(pk=found).exists()
    assert not IsolationOrder.objects.exists(), "the rows of the area stay open behind it"
    set_scope(TOWN)
    return found


def refused(order: IsolationOrder, typed: Typed, at: datetime) -> str:
    with pytest.raises(Refusal) as one:
        observe_self(order.pk, typed, "", at=at, ring=RING)
    return one.value.message.code


def test_a_link_opens_its_order_until_it_is_renewed_ended_or_the_order_is_over(order: IsolationOrder) -> None:
    first = link_for(MEDIC, order.number, at=AT, ring=RING)
    assert link_for(MEDIC, order.number, at=AT, ring=RING) == first and opens(first) == order.pk
    second = renew_link(MEDIC, order.number, at=AT, ring=RING)
    assert (opens(first), opens(second)) == (None, order.pk)
    end_link(MEDIC, order.number, at=AT)
    assert opens(second) is None
    third = link_for(MEDIC, order.number, at=AT, ring=RING)
    assert third not in (first, second) and opens(third) == order.pk
    IsolationOrder.objects.update(state="withdrawn", ended_by="x")
    assert opens(third) is None
    acts = AuditLine.objects.filter(act__startswith="own_link").order_by("id").values_list("act", flat=True)
    made, shown, ended = "own_link_made", "own_link_shown", "own_link_ended"
    assert list(acts) == [made, shown, made, ended, made]


def test_nothing_that_is_no_link_opens_anything_and_none_is_kept_in_plain(order: IsolationOrder) -> None:
    secret = link_for(MEDIC, order.number, at=AT, ring=RING)
    for wrong in ("", secret[:-1], secret + "x", secret.swapcase(), "密", "x" * 5000, order.number):
        assert opens(wrong) is None
    kept = Link.objects.get()
    assert secret.encode() not in bytes(kept.digest) + bytes(kept.secret_sealed)


def test_who_may_not_note_temperatures_makes_no_link(order: IsolationOrder) -> None:
    for other in (reader("commander", "boss"), reader("medic", "far", YINHE[:-1] + "9")):
        with pytest.raises(Refusal):
            link_for(other, order.number, at=AT, ring=RING)
    assert not Link.objects.exists()


def test_what_he_enters_is_kept_as_his_and_corrected_by_entering_it_again(order: IsolationOrder) -> None:
    observe_self(order.pk, Typed("37.9"), "  昨晚  没睡好 ", at=MORNING, ring=RING)
    observe_self(order.pk, Typed("36.9"), "", at=MORNING + timedelta(minutes=2), ring=RING)
    first, second = Observation.objects.order_by("id")
    assert (first.by, first.alarm, RING.unseal("note", bytes(first.note_sealed))) == (
        OWN,
        True,
        "昨晚 没睡好",
    )
    assert (second.window, second.alarm, second.on) == ("morning", False, ON)
    day = own_day(order.pk, now=MORNING + timedelta(hours=5))
    assert [(one.window.code, one.state, str(one.temperature)) for one in day.windows] == [
        ("morning", "said", "36.9"),
        ("evening", "ahead", "None"),
    ]
    assert (day.sign, f"{day.coming[1].begins:%H:%M}", day.may) == ("某", "16:00", True)
    assert [one.state for one in own_day(order.pk, now=EVENING).windows] == ["said", "open"]
    assert own_day(order.pk, now=MORNING + timedelta(days=1)).windows[0].state == "open"


def test_what_somebody_saw_is_not_written_over(order: IsolationOrder) -> None:
    observe(MEDIC, TOWN, "morning", {order.number: Typed("38.0")}, on=ON, at=MORNING)
    assert refused(order, Typed("36.5"), MORNING) == "own_seen"
    assert not own_day(order.pk, now=MORNING).may
    assert observe_self(order.pk, Typed("36.5"), "", at=EVENING, ring=RING).alarm is False


def test_fever_since_somebody_saw_him_is_taken_and_stays_whatever_he_enters_then(
    order: IsolationOrder,
) -> None:
    observe(MEDIC, TOWN, "evening", {order.number: Typed("36.8")}, on=ON, at=EVENING)
    late = EVENING.replace(hour=21)
    assert refused(order, Typed("36.9"), late) == "own_seen"
    assert observe_self(order.pk, Typed("38.6"), "", at=late, ring=RING).alarm
    assert refused(order, Typed("36.5"), late + timedelta(minutes=5)) == "own_seen"
    for minute in range(11):
        observe_self(
            order.pk, Typed("", frozenset({"breath"})), "", at=late + timedelta(minutes=minute), ring=RING
        )
    assert refused(order, Typed("38.6"), late + timedelta(minutes=12)) == "own_too_often"
    assert Alarm.objects.get().state == "raised" and own_day(order.pk, now=late).alarm
    assert own_day(order.pk, now=MORNING + timedelta(days=1)).alarm, "still open the next day"


def test_before_the_first_window_of_the_morning_it_is_still_yesterdays_last(order: IsolationOrder) -> None:
    night = MORNING.replace(hour=2) + timedelta(days=1)
    observe_self(order.pk, Typed("38.6"), "", at=night, ring=RING)
    one = Observation.objects.get()
    assert (one.on, one.window, one.at) == (ON, "evening", night) and Alarm.objects.exists()
    day = own_day(order.pk, now=night)
    assert (day.on, day.current.window.code, day.current.state, day.may) == (ON, "evening", "said", True)
    first = MORNING.replace(hour=2)  # the night his isolation begins: nothing was due the evening before
    observe_self(order.pk, Typed("36.6"), "", at=first, ring=RING)
    assert Observation.objects.filter(on=ON, window="morning").count() == 1


def test_nothing_is_noted_out_of_time_out_of_reason_or_too_often(order: IsolationOrder) -> None:
    assert refused(order, Typed("36.5"), MORNING - timedelta(days=1)) == "own_not_now"
    assert refused(order, Typed(), MORNING) == "own_nothing"
    assert refused(order, Typed("99"), MORNING) == "isolation_temperature"
    assert not Observation.objects.exists()
    for minute in range(12):
        observe_self(order.pk, Typed("36.5"), "", at=MORNING + timedelta(minutes=minute), ring=RING)
    assert refused(order, Typed("36.5"), MORNING + timedelta(minutes=12)) == "own_too_often"
    observe_self(order.pk, Typed("36.5"), "", at=MORNING + timedelta(minutes=61), ring=RING)
    IsolationOrder.objects.update(state="withdrawn", ended_by="x")
    assert refused(order, Typed("36.5"), EVENING) == "isolation_over"
