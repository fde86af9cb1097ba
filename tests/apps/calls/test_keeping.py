"""Calls and registrations end with their period, go with whoever is forgotten, and are sealed again with a new key."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fournets.calls.models import Asked, Attempt, Call, Poster, Registration, WrongNumber
from fournets.calls.services import Said, end_attempt, next_call
from fournets.keeping.erase import erase_people
from fournets.keeping.keys import sealed_tables
from fournets.keeping.retention import apply_retention, data_classes
from fournets.people.models import Person
from fournets.places.scope import set_scope
from tests.apps.calls.lists import DESK, NAMES, PHONES, opened, pushed, ring_of
from tests.apps.intake.conftest import AT, TOWN
from tests.apps.keeping.lives import as_keeper, whole_register

pytestmark = pytest.mark.django_db
NOTE = "家里有两位老人"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own: what is destroyed is noted there, and later commands would miss it."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))


@pytest.fixture
def called(town: str, tmp_path: Path) -> Person:
    """Somebody of two on a list whose number was wrong, and what was noted of him."""
    opened(pushed(tmp_path, "名单", list(zip(NAMES, PHONES, strict=True))[:2]))
    call = next_call(DESK, ring=ring_of(), at=AT)
    assert call is not None
    attempt = Attempt.objects.get(call=call)
    end_attempt(DESK, Said(attempt.pk, "wrong_number", note=NOTE), ring=ring_of(), at=AT)
    return Person.objects.get(pk=call.person_id)


def apply(at: datetime, what: str) -> int:
    with as_keeper():
        done = apply_retention(on=timezone.localdate(at), at=at, actor="keeper", ring=ring_of())
    set_scope("")
    return done.get(what, 0)


def test_a_call_that_is_over_ends_with_its_period_and_an_open_one_does_not(called: Person) -> None:
    from fournets.organization.models import Task

    days = timedelta(days=data_classes()["calls"].days or 0)
    assert apply(AT + days + timedelta(days=1), "calls") == 0  # somebody is still to visit him
    Task.objects.all().delete()
    assert apply(AT + days, "calls") == 0
    assert apply(AT + days + timedelta(days=1), "calls") == 4
    assert Call.objects.get().closed_at is None and Asked.objects.count() == 1
    assert not Attempt.objects.exists() and not WrongNumber.objects.exists()


def test_with_whoever_is_forgotten_go_his_calls_and_what_was_noted(called: Person) -> None:
    with as_keeper():
        erase_people([called.pk], ring=ring_of())
    assert NOTE not in whole_register(ring_of())
    set_scope("")
    assert Call.objects.count() == 1 and not WrongNumber.objects.exists()


def test_what_was_registered_goes_two_weeks_after_somebody_looked(town: str) -> None:
    days = timedelta(days=data_classes()["registrations"].days or 0)
    poster = Poster.objects.create(area_code=TOWN, token="t", made_by="x", made_at=AT)
    for state, at in (("dropped", AT), ("taken", AT), ("waiting", None)):
        Registration.objects.create(
            poster=poster, area_code=TOWN, content_sealed=b"x", received_at=AT, state=state, decided_at=at
        )
    assert apply(AT + days + timedelta(days=1), "registrations") == 2
    left = Registration.objects.order_by("id").values_list("state", "content_sealed")
    assert [(state, sealed is None) for state, sealed in left] == [("taken", True), ("waiting", False)]


def test_what_is_sealed_is_found_when_keys_change(db: None) -> None:
    tables = {one.name: one.labels for one in sealed_tables()}
    assert set(tables["calls_attempt"]) == {"answers", "note"} and tables["calls_registration"] == (
        "content",
    )
