"""The pages of isolation: worked out, looked at, ordered, changed by two, released, printed and checked."""

from __future__ import annotations

import re
import zlib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.isolation.models import IsolationOrder
from fournets.isolation.papers import chinese_font
from fournets.people.models import Person
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, Made, member, plant

needs_font = pytest.mark.skipif(chinese_font() is None, reason="no font with Chinese signs on this machine")
DAY = {"basis": "contact", "on": "2020-02-03", "last_exposure": "2020-01-30", "where": "银河酒店 301"}


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        IsolationOrder.objects.filter(person_id=made.person.pk).delete()
    return made


def ask(client: Client, path: str, lang: str = "en", **sent: str) -> str:
    answer = client.post(path, sent, follow=True, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == 200, path
    return answer.content.decode()


def look(client: Client, path: str, lang: str = "en") -> str:
    return client.get(path, HTTP_ACCEPT_LANGUAGE=lang).content.decode()


def given(made: Made) -> IsolationOrder:
    with scope(""):
        return IsolationOrder.objects.get(person_id=made.person.pk)


def test_it_is_worked_out_and_shown_before_it_is_ordered(made: Made) -> None:
    clerk, path = member("community"), f"/isolation/new/{made.person.public_id}/"
    said = ask(clerk, path, do="check", **DAY)
    assert "free from 2020-02-13" in said and "last unprotected exposure on 2020-01-30" in said
    with scope(""):
        assert not IsolationOrder.objects.filter(person_id=made.person.pk).exists()
    said = ask(clerk, path, "zh", do="issue", **DAY)
    order = given(made)
    assert (
        f"已下达,编号 {order.number}" in said
        and "银河酒店" in said
        and "银河酒店 301" not in said
        and "2020-02-13 起解除" in said
    )
    assert f"/isolation/{order.number}/" in look(clerk, f"/people/{made.person.public_id}/")
    assert order.number in look(clerk, "/isolation/")


def test_what_the_file_says_is_not_asked_again(made: Made) -> None:
    with scope(""):
        Person.objects.filter(pk=made.person.pk).update(values={"returned_on": "2020-01-28", "left_on": "x"})
    page = look(member("community"), f"/isolation/new/{made.person.public_id}/")
    assert 'name="arrival" value="2020-01-28"' in page and 'name="left" value=""' in page
    assert '<option value="returnee" selected>' in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"last_exposure": ""}, "No day to count from"),
        ({"on": "soon"}, "soon"),
        ({"on": "2023-02-01"}, "nobody isolates for this any more"),
        ({"basis": "friend"}, "nothing was kept"),
    ],
)
def test_what_cannot_be_ordered_is_said_and_what_was_typed_stays(
    made: Made, sent: dict[str, str], said: str
) -> None:
    page = ask(member("community"), f"/isolation/new/{made.person.public_id}/", do="issue", **(DAY | sent))
    assert said in page and 'value="银河酒店 301"' in page
    with scope(""):
        assert not IsolationOrder.objects.filter(person_id=made.person.pk).exists()


def test_another_end_is_asked_for_by_one_and_decided_by_another(made: Made) -> None:
    medic, boss = member("medic"), member("commander", TOWN)
    ask(medic, f"/isolation/new/{made.person.public_id}/", do="issue", **DAY)
    at = f"/isolation/{given(made).number}/"
    assert "Asked for" in ask(medic, f"{at}change/", until_on="2020-02-10", reason="接触日登记有误")
    assert "override_approve" not in look(medic, at) and 'value="approve"' not in look(medic, at)
    assert "接触日登记有误" in look(boss, at) and 'value="approve"' in look(boss, at)
    ask(boss, f"{at}decide/", decision="approve")
    assert f"{given(made).until_on}" == "2020-02-10"


@needs_font
def test_released_his_certificate_is_printed_and_anybody_may_check_it(made: Made) -> None:
    clerk = member("community")
    ask(clerk, f"/isolation/new/{made.person.public_id}/", do="issue", **DAY)
    at = f"/isolation/{given(made).number}/"
    letter = clerk.get(f"{at}paper/letter/")
    assert letter["Content-Type"] == "application/pdf" and letter.content.startswith(b"%PDF")
    assert clerk.get(f"{at}paper/certificate/").status_code == 409
    assert "tick" in ask(clerk, f"{at}release/")
    ask(clerk, f"{at}release/", well="yes")
    order = given(made)
    assert order.state == "released" and order.certificate == ""  # by the rules of today none is asked for
    with scope(""):
        IsolationOrder.objects.filter(pk=order.pk).update(certificate=f"20200213-{order.number}")
    assert clerk.get(f"{at}paper/certificate/").content.startswith(b"%PDF")
    stranger = Client()
    shown = look(stranger, f"/check/20200213-{order.number}/")
    assert f"released on {timezone.localdate()}" in shown and made.person.name not in shown
    assert "No such number" in look(stranger, "/check/20200213-GNONE/")
    assert AuditLine.objects.filter(act="isolation_paper").count() == 2


def test_what_is_due_is_a_figure_that_opens_its_list(made: Made) -> None:
    clerk, today = member("community"), timezone.localdate()
    ask(clerk, f"/isolation/new/{made.person.public_id}/", do="issue", **DAY)
    with scope(""):
        IsolationOrder.objects.filter(person_id=made.person.pk).update(until_on=today + timedelta(days=2))
    assert made.person.name in look(clerk, "/isolation/?only=soon")
    assert made.person.name not in look(clerk, "/isolation/?only=due")
    assert re.search(
        r'only=soon"><b class="state todo">1</b>', look(clerk, f"/isolation/?area={AREAS['own']}")
    )


@needs_font
def test_the_letter_holds_the_text_it_was_given(made: Made) -> None:
    """Set in a font with its Chinese signs; nothing is left out for want of one."""
    clerk = member("community")
    ask(clerk, f"/isolation/new/{made.person.public_id}/", do="issue", **DAY)
    at = f"/isolation/{given(made).number}/"
    content = clerk.get(f"{at}paper/letter/?lang=zh").content
    streams = [one.strip(b"\r\n") for one in re.findall(rb"stream(.*?)endstream", content, re.S)]
    maps = b"".join(plain for one in streams if b"beginbf" in (plain := unpacked(one)))
    for sign in "隔离医学观察告知书银河酒店":
        assert f"{ord(sign):04X}".encode() in maps.upper(), sign


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
