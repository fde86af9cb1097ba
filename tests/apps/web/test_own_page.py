"""The own page: what it shows of whom, what can be entered, and how it is handed out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.isolation.models import IsolationOrder, Observation
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, ID_NUMBER, NAMES, PHONE, Made, member, plant


@pytest.fixture
def made(db: None, monkeypatch: pytest.MonkeyPatch) -> Made:
    """It is a quarter to eight in the morning, of whichever day it is."""
    at(monkeypatch, "07:45")
    made = plant()["own"]
    today = timezone.localdate()
    with scope(""):
        IsolationOrder.objects.update(
            issued_at=timezone.now() - timedelta(days=2),
            from_on=today - timedelta(days=2),
            until_on=today + timedelta(days=12),
        )
    return made


def at(monkeypatch: pytest.MonkeyPatch, clock: str) -> None:
    hour, minute = map(int, clock.split(":"))
    moment = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def look(client: Client, path: str, lang: str = "en") -> str:
    return client.get(path, HTTP_ACCEPT_LANGUAGE=lang).content.decode()


def handed_out(clerk: Client, number: str, do: str = "show") -> str:
    page = clerk.post(f"/isolation/{number}/own/do/", {"do": do}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    found = re.search(r"http://testserver(/my/[\w-]+/)", page)
    assert found and "data:image/svg+xml" in page, page
    return found[1]


def test_he_reads_his_days_enters_and_corrects_and_the_round_shows_it(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, person = member("grid_worker"), Client()
    path = handed_out(clerk, made.order.number)
    assert made.order.number not in path
    page = look(person, path)
    assert "day 3 of 14" in page and "Next: today, 16:00–22:00" in page and f"{NAMES['own'][0]}**" in page
    for secret in (NAMES["own"], ID_NUMBER, PHONE, made.person.public_id, made.order.number):
        assert secret not in page
    wrong = person.post(
        path, {"temperature": "3680", "symptom": "cough", "note": "没睡好"}, HTTP_ACCEPT_LANGUAGE="en"
    )
    said = wrong.content.decode()
    assert (
        "is no temperature" in said
        and 'value="3680"' in said
        and 'value="cough" checked' in said
        and "没睡好" in said
    )
    with scope(""):
        assert not Observation.objects.exists()
    sent = person.post(path, {"temperature": "37,9"}, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert (
        "Received" in sent
        and "entered at 07:45" in sent
        and "call 120 at once" in sent
        and "Correct the morning" in sent
    )
    person.post(path, {"temperature": "36.8"})
    page = look(person, path, "zh")
    assert (
        "07:45 已报" in page and "36.8 ℃" in page and "37.9" not in page and "下一次:今天 16:00–22:00" in page
    )
    assert "36.8 ℃" in look(clerk, f"/observations/?area={AREAS['own']}")
    page = look(clerk, f"/isolation/{made.order.number}/", "zh")
    assert (
        '36.8 ℃</span> <span class="help">本人' in page and page.count("漏测") == 1 + 4 and "<circle" in page
    )
    at(monkeypatch, "22:30")
    page = look(person, path)
    assert "missed" in page and "Enter late: evening" in page and "Next: tomorrow, 06:00" in page
    assert "missed" in look(member("medic"), f"/observations/?area={AREAS['own']}&window=evening")
    at(monkeypatch, "05:00")
    page = look(person, path)
    assert "Yesterday" in page and "Enter late: evening" in page and 'name="temperature"' in page


def test_who_was_seen_already_can_still_say_that_he_is_unwell(made: Made) -> None:
    nurse, person = member("medic"), Client()
    path = handed_out(nurse, made.order.number)
    sent = {"on": f"{timezone.localdate()}", "window": "morning", f"t-{made.order.number}": "36.8"}
    nurse.post(f"/observations/?area={AREAS['own']}", sent)
    page = look(person, path, "zh")
    assert "<summary>我现在不舒服</summary>" in page and "请马上拨打 120" not in page
    person.post(path, {"temperature": "38.6"})
    assert "请马上拨打 120" in look(person, path, "zh")
    with scope(""):
        assert list(Observation.objects.order_by("id").values_list("alarm", flat=True)) == [False, True]


def test_wrong_ended_and_lapsed_have_one_answer(made: Made) -> None:
    clerk = member("medic")
    first = handed_out(clerk, made.order.number)
    second = handed_out(clerk, made.order.number, "renew")
    clerk.post(f"/isolation/{made.order.number}/own/do/", {"do": "end"})
    third = handed_out(clerk, made.order.number)
    with scope(""):
        IsolationOrder.objects.filter(pk=made.order.pk).update(state="withdrawn", ended_by="x")
    answers = {
        (answer.status_code, re.sub(r'value="[^"]+"', "", answer.content.decode()))
        for path in (first, second, third, "/my/nothing/", f"/my/{'x' * 300}/")
        for answer in (Client().get(path), Client().post(path, {"temperature": "36.5"}))
    }
    assert len(answers) == 1 and next(iter(answers))[0] == 404
    assert "own/do" not in look(clerk, f"/isolation/{made.order.number}/own/")


def test_the_moment_an_entry_was_made_is_the_servers(made: Made) -> None:
    path = handed_out(member("medic"), made.order.number)
    Client().post(path, {"temperature": "36.5", "at": "2020-01-01", "on": "2020-01-01", "window": "evening"})
    with scope(""):
        one = Observation.objects.get()
    moment: datetime = timezone.localtime(one.at)
    assert (one.on, one.window, f"{moment:%H:%M}") == (timezone.localdate(), "morning", "07:45")
