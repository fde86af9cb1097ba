"""The pages of senders: sums by community, why rows came back, and nothing of a neighbour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.intake.models import SourceFile, SourceRow, SourceSheet
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, Made, member, plant


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    made = plant()
    for relation in ("own", "neighbour"):
        sheet_of(made[relation], review=2, created=6, unchanged=2)
    return made


def sheet_of(made: Made, *, days_ago: int = 0, state: str = "taken", **counts: int) -> None:
    """A sheet of the file of that area, received some days ago, with these outcomes."""
    with scope(""):
        at = timezone.now() - timedelta(days=days_ago)
        SourceFile.objects.filter(pk=made.file.pk).update(received_at=at, state=state)
        SourceSheet.objects.create(
            file=made.file, area_code=made.area, number=1, name="x", kind="roster", rows=sum(counts.values()), counts=counts
        )  # fmt: skip
        for row in range(counts.get("review", 0)):
            SourceRow.objects.create(
                file=made.file,
                area_code=made.area,
                sheet=1,
                row=row,
                outcome="review",
                reason="several_people",
            )


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == status
    return answer.content.decode()


def test_a_community_sees_how_its_own_lists_came_in(made: dict[str, Made]) -> None:
    said = page(member("community"), "/intake/senders/")
    assert "10 rows: 2 to look at or sent back, 2 the same as before." in said
    assert "own area" in said and "neighbour area" not in said


def test_a_town_sees_every_sender_and_the_worst_first(made: dict[str, Made]) -> None:
    sheet_of(made["below"], rejected=5, created=5)
    said = page(member("task_group", TOWN), "/intake/senders/")
    assert "30 rows" in said and said.count("data-row") == 2  # a cell's lists are its community's
    assert said.index("own area") < said.index("neighbour area")


def test_why_rows_came_back_and_in_which_file(made: dict[str, Made]) -> None:
    said = page(member("community"), f"/intake/senders/{AREAS['own']}/")
    assert "2 of 10 rows to look at or sent back (20" in said
    assert f"/intake/{made['own'].file.pk}/" in said and "<td>2</td>" in said


def test_a_neighbours_page_is_not_there(made: dict[str, Made]) -> None:
    page(member("community"), f"/intake/senders/{AREAS['neighbour']}/", 404)


@pytest.mark.parametrize(("days_ago", "state"), [(10, "taken"), (0, "undone")])
def test_what_is_older_or_taken_back_does_not_count(made: dict[str, Made], days_ago: int, state: str) -> None:
    with scope(""):
        SourceSheet.objects.all().delete()
    sheet_of(made["own"], days_ago=days_ago, state=state, created=3)
    assert "Nothing came in" in page(member("community"), "/intake/senders/?days=7")


def test_a_sheet_counts_for_the_community_it_speaks_of(made: dict[str, Made]) -> None:
    with scope(""):
        SourceSheet.objects.filter(area_code=AREAS["own"]).update(area_code=TOWN, speaks_of=AREAS["own"])
    said = page(member("task_group", TOWN), "/intake/senders/")
    assert "own area" in said and "parent area" not in said
