"""The end of an event is asked for by one post and decided by another; what is not so is refused with its reason."""

from __future__ import annotations

import pytest
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.keeping.closing import ask_closing, close_event, decide_closing, present_event
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.rights import roles

pytestmark = pytest.mark.django_db
AT = timezone.now()
WHY = "响应级别已终止"


def reader(role: str, login: str) -> Reader:
    return Reader(1, login, "某人", 1, roles()[role], "", "440605123")


OFFICER, COMMANDER = reader("data_protection_officer", "protector"), reader("commander", "boss")


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.message.code


def test_one_asks_and_another_approves() -> None:
    asked = ask_closing(OFFICER, f" {WHY} ", at=AT)
    assert (asked.asked_by, asked.asked_at, asked.reason) == ("protector", AT, WHY)
    decide_closing(COMMANDER, True, at=AT)
    event = present_event()
    assert (event.decided_by, event.decided_at, event.closed_at) == ("boss", AT, None)
    acts = AuditLine.objects.order_by("id").values_list("act", "actor", "details")
    about = {"event": str(event.uuid)}
    assert list(acts) == [("event_close_asked", "protector", about), ("event_close_approved", "boss", about)]


def test_turned_down_it_can_be_asked_for_again() -> None:
    ask_closing(OFFICER, WHY, at=AT)
    event = decide_closing(COMMANDER, False, at=AT)
    assert (event.asked_by, event.asked_at, event.reason, event.decided_by) == ("", None, "", "")
    assert AuditLine.objects.latest("id").act == "event_close_refused"
    assert ask_closing(OFFICER, WHY, at=AT).asked_by == "protector"


@pytest.mark.parametrize("role", ["commander", "task_group", "administrator"])
def test_only_who_has_the_right_asks(role: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask_closing(reader(role, "x"), WHY, at=AT)
    assert code_of(refused) == "event_right"


@pytest.mark.parametrize("role", ["data_protection_officer", "task_group", "administrator"])
def test_only_who_has_the_right_decides(role: str) -> None:
    ask_closing(OFFICER, WHY, at=AT)
    with pytest.raises(Refusal) as refused:
        decide_closing(reader(role, "x"), True, at=AT)
    assert code_of(refused) == "event_right"


def test_it_is_asked_for_once_and_with_a_reason() -> None:
    with pytest.raises(Refusal) as refused:
        ask_closing(OFFICER, "  ", at=AT)
    assert code_of(refused) == "event_reason"
    ask_closing(OFFICER, WHY, at=AT)
    with pytest.raises(Refusal) as refused:
        ask_closing(OFFICER, WHY, at=AT)
    assert code_of(refused) == "event_asked_already"


def test_nobody_decides_what_he_asked_for() -> None:
    ask_closing(reader("data_protection_officer", "boss"), WHY, at=AT)
    with pytest.raises(Refusal) as refused:
        decide_closing(COMMANDER, True, at=AT)
    assert code_of(refused) == "event_two_people"


def test_what_nobody_asked_for_or_is_decided_is_not_decided() -> None:
    with pytest.raises(Refusal) as refused:
        decide_closing(COMMANDER, True, at=AT)
    assert code_of(refused) == "event_not_asked"
    ask_closing(OFFICER, WHY, at=AT)
    decide_closing(COMMANDER, True, at=AT)
    with pytest.raises(Refusal) as refused:
        decide_closing(reader("commander", "other"), False, at=AT)
    assert code_of(refused) == "event_not_asked"


def test_only_asked_for_it_is_not_closed() -> None:
    ask_closing(OFFICER, WHY, at=AT)
    with pytest.raises(Refusal) as refused:
        close_event(actor="cli", at=AT)
    assert code_of(refused) == "event_not_decided"
