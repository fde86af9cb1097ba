"""Coverage by the hour: kept as acts commit, told as it stood at the end of each hour, of the reader's area alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from fournets.places.scope import scope
from fournets.screening.models import CoverageHour, Visit
from fournets.screening.selectors import coverage_hours, coverage_sums, missing_then
from tests.apps.access.tables import as_owner
from tests.apps.screening.people import CELL, LIANSHA, NEXT_CELL, ON, TOWN, YINHE, add_household
from tests.apps.screening.test_coverage_sums import areas, commit

__all__ = ["areas"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def visit(household: int, outcome: str, cell: str = CELL) -> None:
    Visit.objects.create(area_code=cell, household_id=household, outcome=outcome, on=ON)
    commit()


def kept() -> list[tuple[str, int, int, int]]:
    rows = CoverageHour.objects.order_by("area_code")
    return list(rows.values_list("area_code", "households", "done", "unreached"))


def an_hour_passes() -> None:
    """What was kept so far is of an hour before."""
    as_owner("UPDATE screening_coveragehour SET hour = hour - interval '1 hour'")


def test_an_hour_holds_what_acts_have_changed_and_nothing_of_what_was_taken_back(areas: None) -> None:
    one, other = add_household(area_code=CELL), add_household(area_code=NEXT_CELL)
    commit()
    visit(one.pk, "done")
    visit(other.pk, "unreached", NEXT_CELL)
    assert kept() == [(CELL, 1, 1, 0), (NEXT_CELL, 1, 0, 1)]
    an_hour_passes()
    before = kept()
    visit(one.pk, "refused")  # of the same day: it was done all the same
    Visit.objects.filter(household_id=other.pk).delete()
    commit()
    assert sorted(kept()) == sorted([*before, (NEXT_CELL, 0, 0, -1)])
    with scope(LIANSHA):
        assert kept() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        CoverageHour.objects.update(done=7)


def test_how_it_stood_at_each_hour_is_what_is_counted_less_what_came_after(areas: None) -> None:
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(minutes=59)
    households = [add_household(area_code=CELL, number=one).pk for one in range(3)]
    visit(households[0], "done")
    an_hour_passes()
    visit(households[1], "unreached")
    visit(add_household(area_code=NEXT_CELL).pk, "done", NEXT_CELL)
    an_hour_passes()
    visit(households[2], "done")
    whole, *communities = coverage_sums(TOWN, on=timezone.localdate(), down_to="community")

    def stood(since: datetime) -> list[tuple[int, int, int]]:
        found = coverage_hours(whole, since=since, now=now)
        return [(one.surveyed, one.unreached, one.done_more) for one in found]

    since = now.replace(minute=0) - HOUR
    assert stood(since - HOUR) == [(0, 0, 0), (1, 0, 1), (2, 1, 1), (3, 1, 1)]
    assert stood(since) == [(1, 0, 0), (2, 1, 1), (3, 1, 1)]
    then = missing_then(communities, TOWN, since=since)
    assert (then[YINHE], then[LIANSHA]) == (2, 0)  # of three households one was surveyed
