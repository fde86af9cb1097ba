"""A day is closed once; every figure has its list; zero is a figure; a correction stands beside what it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from fournets.language import Refusal
from fournets.places.models import Area
from fournets.places.scope import scope, set_scope
from fournets.reporting.figures import ClosedDay, close_day, day_figures, definitions, rows_behind
from fournets.reporting.models import DayClose, DayFigure
from fournets.screening.models import Override
from fournets.screening.services import assess_people, open_tasks
from tests.apps.screening.people import AT, CELL, HUBEI, LIANSHA, ON, TOWN, YINHE, add_household, add_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(db: None, _application_role: None) -> Iterator[None]:
    set_scope(TOWN)
    areas = [(TOWN, "town"), (YINHE, "community"), (LIANSHA, "community"), (CELL, "cell")]
    Area.objects.bulk_create(
        [Area(code=c, kind=k, official_name=c[-3:], short_name=c[-3:]) for c, k in areas]
    )
    yield


def close(again: bool = False) -> ClosedDay:
    assess_people(on=ON, actor="closer", at=AT)
    open_tasks(on=ON, actor="closer", at=AT)
    return close_day(on=ON, at=AT, actor="closer", again=again)


def value(figure: str, area_code: str = TOWN) -> int:
    return next(one.value for one in day_figures(ON) if (one.figure, one.area_code) == (figure, area_code))


def test_the_figures_of_the_town_and_each_community_are_frozen_with_their_lists() -> None:
    person, *_ = add_people([HUBEI, {}])
    closed = close()
    assert (closed.areas, closed.figures) == (3, len(definitions()))
    assert (value("returnees"), value("returnees", YINHE), value("people")) == (1, 1, 2)
    assert rows_behind(ON, TOWN, "returnees") == [person.public_id]
    assert (value("returnees_new"), value("tasks_open"), value("tasks_without_cover")) == (1, 2, 2)


def test_the_day_lists_whom_two_people_have_put_under_another_class() -> None:
    person, other = add_people([HUBEI, {}])
    row = {
        "area_code": CELL,
        "risk_class": "none",
        "reason_sealed": b"sealed",
        "from_on": ON,
        "until_on": ON + timedelta(days=3),
        "asked_by": "medic",
        "asked_at": AT,
    }
    Override.objects.create(person_id=person.pk, state="approved", decided_by="boss", decided_at=AT, **row)
    Override.objects.create(person_id=other.pk, **row)
    close()
    assert rows_behind(ON, YINHE, "overrides_in_force") == [person.public_id]
    assert rows_behind(ON, YINHE, "overrides_asked") == [other.public_id]
    assert value("returnees") == 0


def test_zero_is_reported_as_zero() -> None:
    close()
    assert {one.value for one in day_figures(ON)} == {0}
    assert len(day_figures(ON)) == 3 * len(definitions())


def test_a_closed_day_cannot_be_closed_again() -> None:
    close()
    with pytest.raises(Refusal, match="is closed already"):
        close()


def test_what_changes_afterwards_does_not_change_the_day() -> None:
    add_household(3)
    close()
    add_people([{}] * 5, first=900)
    assert (value("people"), value("households")) == (3, 1)


def test_a_correction_stands_beside_what_was_closed() -> None:
    close()
    add_people([{}])
    assert close(again=True).day.correction == 1
    assert value("people") == 1
    assert list(DayClose.objects.order_by("correction").values_list("correction", flat=True)) == [0, 1]
    first = DayFigure.objects.get(day__correction=0, figure="people", area_code=TOWN)
    assert first.value == 0


def test_a_frozen_figure_cannot_be_changed() -> None:
    close()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        DayFigure.objects.update(value=9)


def test_every_value_equals_the_length_of_its_list() -> None:
    add_people([HUBEI, {"native_place": "42"}, {"temperature": "38.5"}])
    close()
    for figure in DayFigure.objects.all():
        assert figure.value == len(figure.behind)


def test_a_community_sees_its_own_figures_only() -> None:
    close()
    with scope(LIANSHA):
        assert {one.area_code for one in day_figures(ON)} == {LIANSHA}


def test_an_open_day_and_an_unknown_figure_are_refused_with_a_sentence() -> None:
    with pytest.raises(Refusal, match="is not closed"):
        day_figures(ON + timedelta(days=1))
    close()
    with pytest.raises(Refusal, match="no figure"):
        rows_behind(ON, TOWN, "nonsense")
