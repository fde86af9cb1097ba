"""The pages of alarms: seen on the first page and in the news, taken, decided, the note printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.care.models import Alarm
from fournets.isolation.models import IsolationOrder
from fournets.places.scope import scope
from fournets.web import alarms as pages
from tests.apps.access.cast import Made, member, plant
from tests.apps.web.test_isolation_pages import needs_font, unpacked


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        IsolationOrder.objects.exclude(pk=made.order.pk).delete()
        IsolationOrder.objects.update(state="site", until_on=timezone.localdate() + timedelta(days=9))
    return made


def ask(client: Client, path: str, **sent: str) -> str:
    answer = client.post(path, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, path
    return answer.content.decode()


def look(client: Client, path: str, lang: str = "en") -> str:
    return client.get(path, HTTP_ACCEPT_LANGUAGE=lang).content.decode()


def test_fever_is_seen_at_once_taken_decided_and_closed(made: Made) -> None:
    medic, boss, path = member("medic"), member("commander"), f"/isolation/{made.order.number}/"
    assert "No alarm is open" in look(medic, "/alarms/")
    ask(
        medic,
        "/observations/",
        on=f"{timezone.localdate()}",
        window="morning",
        **{f"t-{made.order.number}": "38.2"},
    )
    page = look(medic, "/alarms/")
    assert made.person.name in page and "38.2 ℃" in page and "nobody has taken it for 0 min" in page
    assert "1 nobody has taken" in page and "for 欧阳本级的网格员 to take" in page
    assert "发热报警未了结" in look(medic, "/today/", "zh") and '/alarms/"><span class="number">1<' in look(
        boss, "/today/"
    )
    assert f"Order {made.order.number}: fever or a symptom" in look(medic, "/news/")
    assert "alarms nobody has taken" in look(medic, "/news/digest/")
    assert "alarm/take" not in look(boss, path) and "Take it" in look(medic, path)
    ask(medic, f"{path}alarm/take/", back="list")
    User.objects.filter(login__startswith="medic").update(name="李医生")
    assert "owner: 李医生" in look(boss, "/alarms/") and "owner: 李医生" in look(boss, path)
    assert "fever or a symptom" not in look(medic, "/news/")
    ask(medic, f"{path}alarm/decide/", do="send", hospital="区人民医院", reason="复测 38.4")
    page = look(medic, path)
    assert "to 区人民医院: 复测 38.4" in page and "bring to hospital" in look(
        medic, "/tasks/?purpose=transfer"
    )
    assert "He is at the hospital" in page
    page = ask(medic, f"{path}alarm/decide/", do="arrived")
    assert "his bed is to be disinfected" in page and "moved to hospital" in page and "Alarms before" in page
    assert '/alarms/"><span class="number">0<' in look(boss, "/today/")
    with scope(""):
        assert Alarm.objects.get().outcome == "transferred"


def test_the_fever_stays_on_the_list_when_he_is_well_again_and_all_are_counted(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    medic, sent = member("medic"), {"on": f"{timezone.localdate()}", "window": "morning"}
    ask(medic, "/observations/", **sent, **{f"t-{made.order.number}": "38.5"})
    ask(medic, "/observations/", **sent, **{f"t-{made.order.number}": "36.8"})
    page = look(medic, "/alarms/", "zh")
    assert 'state danger">38.5 ℃' in page and "最近一次 36.8 ℃" in page and "只列出" not in page
    with scope(""):
        other = IsolationOrder.objects.get()
        other.pk, other.number, other.state, other.ended_by = None, "GBEFORE", "withdrawn", "x"
        other.save()
        Alarm.objects.create(order=other, area_code=other.area_code, raised_at=timezone.now())
    monkeypatch.setattr(pages, "PAGE", 1)
    page = look(medic, "/alarms/", "zh")
    assert "2 个未了结" in page and "只列出等得最久的 1 个" in page


@needs_font
def test_the_handover_note_says_how_he_has_been_and_printing_it_is_on_record(made: Made) -> None:
    medic = member("medic")
    ask(
        medic,
        "/observations/",
        on=f"{timezone.localdate()}",
        window="morning",
        **{f"t-{made.order.number}": "38.2"},
    )
    answer = medic.get(f"/isolation/{made.order.number}/handover/?lang=zh")
    assert (
        answer["Content-Type"] == "application/pdf" and made.person.name not in answer["Content-Disposition"]
    )
    streams = answer.content.split(b"stream")
    maps = b"".join(unpacked(one.strip(b"\r\n")) for one in streams).upper()
    for sign in "转诊交接单体温与症状":
        assert f"{ord(sign):04X}".encode() in maps, sign
    assert AuditLine.objects.filter(act="isolation_paper").count() == 1
    assert medic.get("/isolation/GNONE/handover/").status_code == 404
