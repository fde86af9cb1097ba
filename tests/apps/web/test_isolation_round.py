"""A round: typed row by row, kept whole or not at all, alarms shown at once, missed ones too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.isolation.models import IsolationOrder, Observation
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, Made, member, plant

ON = date(2020, 2, 10)


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    found = plant()
    with scope(""):
        IsolationOrder.objects.update(until_on=timezone.localdate() + timedelta(days=3))
    return found


def sheet(client: Client, lang: str = "en", area: str = AREAS["own"], **words: str) -> str:
    answer = client.get("/observations/", {"area": area, **words}, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == 200
    return answer.content.decode()


def keep(client: Client, rows: dict[str, object], area: str = AREAS["own"], **words: str) -> str:
    sent = {"on": ON.isoformat(), "window": "morning"} | rows | words
    answer = client.post(f"/observations/?area={area}", sent, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def noted() -> list[tuple[str, str, str, bool]]:
    with scope(""):
        rows = Observation.objects.order_by("id").values_list(
            "order__number", "window", "temperature", "alarm"
        )
        return [(number, window, str(value), alarm) for number, window, value, alarm in rows]


def test_a_whole_page_is_kept_at_once_and_what_is_empty_is_left_out(made: dict[str, Made]) -> None:
    nurse = member("medic")
    page = keep(nurse, {"t-GOWN": "368", "t-GBELOW": ""})
    assert "1 noted." in page and "36.8 ℃" in page
    assert noted() == [("GOWN", "morning", "36.8", False)]
    line = AuditLine.objects.filter(act="isolation_observed").latest("id")
    assert line.details["noted"] == 1 and line.details["alarms"] == []
    page = keep(nurse, {"t-GOWN": "36.4"})  # noted again: the newest is shown
    assert "morning 36.4 ℃" in page and "36.8 ℃" not in page


def test_one_wrong_row_keeps_nothing_and_what_was_typed_stays(made: dict[str, Made]) -> None:
    page = keep(member("medic"), {"t-GOWN": "36.6", "t-GBELOW": "3.68"})
    assert "nothing of this page was kept" in page and "“3.68” is no temperature" in page
    assert 'value="36.6"' in page and 'value="3.68"' in page
    assert noted() == []


def test_fever_and_symptoms_are_shown_at_once_and_hold_up_the_release(made: dict[str, Made]) -> None:
    nurse = member("medic")
    page = keep(nurse, {"t-GOWN": "37.3", "t-GBELOW": "36.5", "s-GBELOW": ["cough"]})
    assert "2 of them with fever or symptoms" in page and "2 with fever or symptoms" in page
    with scope(""):
        IsolationOrder.objects.filter(number="GOWN").update(until_on=ON)
    answer = nurse.post("/isolation/GOWN/release/", {"well": "yes"}, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert "was an alarm" in answer.content.decode() and "37.3 ℃" in answer.content.decode()
    keep(nurse, {"t-GOWN": "36.4"})  # seen again: the newest counts
    answer = nurse.post("/isolation/GOWN/release/", {"well": "yes"}, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert "An alarm is still open" in answer.content.decode()
    nurse.post("/isolation/GOWN/alarm/take/")
    nurse.post("/isolation/GOWN/alarm/decide/", {"do": "keep", "reason": "复测 36.4"})
    nurse.post("/isolation/GOWN/release/", {"well": "yes"})
    with scope(""):
        assert IsolationOrder.objects.get(number="GOWN").state == "released"


def test_who_was_not_seen_in_time_is_missed(made: dict[str, Made]) -> None:
    nurse = member("medic")
    assert sheet(nurse, on=ON.isoformat(), window="morning").count('state danger">morning missed') == 2
    assert 'state danger">evening missed' in sheet(nurse, on=ON.isoformat(), window="evening")
    assert "2 of 2 not seen yet" in sheet(nurse, on=ON.isoformat(), window="morning")
    keep(nurse, {"t-GOWN": "36.8"})
    assert "1 of 2 not seen yet" in sheet(nurse, on=ON.isoformat(), window="morning")
    assert "2 of 2 not seen yet" in sheet(nurse, on=ON.isoformat(), window="evening")


def test_nobody_outside_the_area_is_on_the_sheet_or_noted(made: dict[str, Made]) -> None:
    nurse = member("medic")
    page = sheet(nurse, area=AREAS["neighbour"], on=ON.isoformat())
    assert made["neighbour"].person.name not in page and made["own"].person.name in page
    assert "This isolation is over" in keep(nurse, {"t-GNEIGHBOUR": "36.8"})
    assert noted() == []


@pytest.mark.parametrize("words", [{"on": "2100-01-01"}, {"window": "night"}])
def test_an_unknown_part_of_the_day_is_the_one_it_is_now_and_no_day_to_come(
    made: dict[str, Made], words: dict[str, str]
) -> None:
    keep(member("medic"), {"t-GOWN": "36.8"}, **words)
    with scope(""):
        one = Observation.objects.get()
    assert one.window in ("morning", "evening") and one.on <= timezone.localdate()


def test_in_the_night_the_sheet_is_still_yesterday_evenings(
    made: dict[str, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    night = timezone.localtime().replace(hour=2, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: night)
    nurse, yesterday = member("medic"), timezone.localdate() - timedelta(days=1)
    page = sheet(nurse)
    assert f'name="on" value="{yesterday}"' in page and 'name="window" value="evening"' in page
    assert 'name="window" value="evening"' in sheet(nurse, window="evening")
