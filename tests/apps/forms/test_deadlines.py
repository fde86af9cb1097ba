"""By when forms are due, how each stands on a day, and yesterday's filled again for the same recipients."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.language import Refusal
from fournets.organization.access import opened
from fournets.reporting.exports.forms import ask_form, take_form
from fournets.reporting.forms.asked import ask_fill
from fournets.reporting.forms.deadlines import (
    deadlines_of,
    drop_deadline,
    due_on,
    next_times,
    official_times,
    set_deadline,
)
from fournets.reporting.forms.repeat import repeat_due
from fournets.reporting.models import Export, FilledForm, FormDeadline
from tests.apps.forms import blanks
from tests.apps.forms.conftest import GALAXY, TOWN
from tests.apps.forms.page import code, reader, sent, work

ZONE = ZoneInfo("Asia/Shanghai")
YESTERDAY, TODAY = date(2020, 2, 3), date(2020, 2, 4)  # a Monday and a Tuesday
MORNING, NIGHT = datetime(2020, 2, 4, 7, tzinfo=ZONE), datetime(2020, 2, 4, 23, tzinfo=ZONE)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


@pytest.fixture
def ring() -> KeyRing:
    """The keys the worker opens the register with."""
    return load_ring(home() / "keys.toml")


@pytest.fixture
def number(tmp_path: Path, ring: KeyRing) -> int:
    return int(sent(blanks.returnees(tmp_path / "b.xlsx"), ring).number)


def due_at(
    number: int, when: str = "16:30", days: str = "1234567", recipient: str = "卫健办"
) -> FormDeadline:
    with opened(reader()):
        return set_deadline(
            number, at_time=when, weekdays=list(days), recipient=recipient, reader=reader(), at=MORNING
        )


def stands(now: datetime = MORNING) -> list[tuple[str, str]]:
    with opened(reader()):
        return [(one.recipient, one.stands) for one in due_on(reader(), TODAY, now=now)]


def handed_out(number: int, on: date, ring: KeyRing, recipient: str = "卫健办", area: str = TOWN) -> None:
    by = reader()
    with opened(by):
        one = ask_fill(number, area=area, on=on, reader=by, at=NIGHT)
    work()
    with opened(by):
        ask_form(one.pk, recipient, "日报", reader=by, at=MORNING)
        take_form(one.pk, reader=by, ring=ring, at=MORNING)


def repeated(now: datetime = MORNING) -> list[FilledForm]:
    with opened(reader()):
        found = repeat_due(reader(), TODAY, now=now)
    work()
    return found


def test_a_form_is_due_then_late_then_done(number: int, ring: KeyRing) -> None:
    due_at(number)
    assert stands() == [("卫健办", "due")]
    assert stands(NIGHT) == [("卫健办", "late")]
    handed_out(number, YESTERDAY, ring)
    assert stands(NIGHT) == [("卫健办", "late")]
    handed_out(number, TODAY, ring, recipient="别处")
    assert stands(NIGHT) == [("卫健办", "late")]
    handed_out(number, TODAY, ring)
    assert stands(NIGHT) == [("卫健办", "done")]


def test_only_its_days_of_the_week_count(number: int) -> None:
    due_at(number, days="1")
    due_at(number, days="27", recipient="民政办")
    assert stands() == [("民政办", "due")]


def test_an_official_time_is_the_policys(number: int) -> None:
    due_at(number, when="reporting.cut_off")
    with opened(reader()):
        (one,) = due_on(reader(), TODAY, now=MORNING)
        assert one.at == official_times(TOWN, TODAY)["reporting.cut_off"]
        assert one.rule == "reporting.cut_off"


def test_the_next_time_is_the_first_that_comes(number: int) -> None:
    due_at(number, when="06:00", days="2")
    due_at(number, when="08:00", days="4")
    with opened(reader()):
        coming = next_times(deadlines_of(reader()), area=TOWN, now=MORNING)
    assert coming == {number: (date(2020, 2, 6), time(8))}


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"days": ""}, "deadline_without_day"),
        ({"when": "soon"}, "deadline_time_wrong"),
        ({"when": ""}, "deadline_time_wrong"),
        ({"recipient": " "}, "export_recipient_missing"),
    ],
)
def test_what_is_no_deadline_is_refused(number: int, more: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Refusal) as error:
        due_at(number, **more)
    assert code(error) == wrong
    assert not FormDeadline.objects.exists()


def test_a_deadline_is_taken_away_by_whoever_may_see_it(number: int) -> None:
    one, village = due_at(number), reader("village", "community", GALAXY)
    with opened(village), pytest.raises(Refusal) as error:
        drop_deadline(one.pk, reader=village, at=MORNING)
    assert code(error) == "deadline_unknown"
    with opened(reader()):
        assert drop_deadline(one.pk, reader=reader(), at=MORNING) == number
    assert stands() == []


def test_one_click_fills_what_is_due_as_last_time(number: int, ring: KeyRing) -> None:
    due_at(number)
    due_at(number, days="1", recipient="民政办")
    handed_out(number, YESTERDAY, ring, area=GALAXY)
    (one,) = repeated()
    one.refresh_from_db()
    assert (one.on, one.area_code, one.state, one.recipient) == (TODAY, GALAXY, "filled", "卫健办")
    export = Export.objects.get(serial=one.serial)
    assert (export.recipient, export.state, export.asker, export.on) == ("卫健办", "ready", "clerk", TODAY)
    assert stands() == [("卫健办", "ready")]
    with pytest.raises(Refusal) as error:
        repeated()
    assert code(error) == "nothing_due"


def test_what_is_being_filled_is_not_filled_again(number: int) -> None:
    due_at(number)
    with opened(reader()):
        repeat_due(reader(), TODAY, now=MORNING)
    assert stands() == [("卫健办", "filling")]
    with opened(reader()), pytest.raises(Refusal):
        repeat_due(reader(), TODAY, now=MORNING)


def test_what_is_over_the_limit_waits(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from fournets.reporting.exports import forms
    from fournets.reporting.exports.settings import Limits

    monkeypatch.setattr(forms, "limits", lambda: Limits(1, 24, 20, 60, 200))
    due_at(number)
    repeated()
    assert stands() == [("卫健办", "waiting")]
