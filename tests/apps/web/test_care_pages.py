"""The pages of care: asked for on his own page, seen to, answered, read; teams given to many."""

from __future__ import annotations

import pytest
from django.test import Client

from fournets.care.models import Need
from fournets.isolation.models import IsolationOrder
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, Made, member, plant
from tests.apps.care.test_needs import FIVE
from tests.apps.web.test_own_page import handed_out, look


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        Need.objects.all().delete()
    return made


def ask(client: Client, path: str, **sent: object) -> str:
    answer = client.post(path, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_he_asks_somebody_sees_to_it_and_he_reads_the_answer(made: Made) -> None:
    clerk, person = member("community"), Client()
    path = handed_out(clerk, made.order.number)
    assert "say what it is" in ask(person, path, do="ask", kind="other", words=" ")
    page = ask(person, path, do="ask", kind="feelings", words="晚上睡不着")
    assert "somebody will answer you" in page and "晚上睡不着" in page and "to be taken" in page
    for kind, there in (("", True), ("feelings", True), ("food", False)):
        page = look(clerk, f"/care/?area={AREAS['own']}&kind={kind}")
        assert ("晚上睡不着" in page) == there and (not there or made.person.name in page)
    assert "Who asks for a friendly ear" in page or "Nothing like that is open" in page
    assert '/care/"><span class="number">1<' in look(clerk, "/today/")
    with scope(""):
        need = Need.objects.get()
    ask(clerk, f"/care/{need.pk}/take/")
    assert f"community.{AREAS['own']} sees to it" in look(clerk, "/care/?mine=1")
    assert "say why" in ask(clerk, f"/care/{need.pk}/answer/", answer="not_possible", words="")
    page = ask(
        clerk,
        f"/care/{need.pk}/answer/",
        answer="done",
        words="心理热线今晚给您打电话",
        order=made.order.number,
    )
    assert "Answered; he reads it" in page and "心理热线" in page
    assert "答复:心理热线今晚给您打电话" in look(person, path, "zh")
    assert "Nothing is open" in look(clerk, "/care/")
    ask(clerk, f"/isolation/{made.order.number}/need/", kind="food", words="米")
    assert "food and daily things" in look(clerk, "/care/")


def test_a_team_is_set_up_given_and_seen_by_all_it_concerns(made: Made) -> None:
    clerk = member("community")
    five = {f"name-{role}": name for role, (name, _) in FIVE.items()}
    phones = {f"phone-{role}": phone for role, (_, phone) in FIVE.items()}
    said = ask(clerk, "/care/teams/", area=AREAS["own"], name="一组", **(five | {"name-medic": ""}))
    assert "5 members at least" in said and 'value="一组"' in said and 'value="某0"' in said
    page = ask(clerk, "/care/teams/", area=AREAS["own"], name="一组", **five, **phones)
    assert "looks after 0" in page and "13800000002" not in page and made.person.name in page
    with scope(""):
        numbers = list(
            IsolationOrder.objects.filter(area_code__startswith=AREAS["own"]).values_list("number", flat=True)
        )
    team = page.split('<option value="')[1].split('"')[0]
    page = ask(clerk, "/care/teams/give/", team=team, order=numbers)
    assert f"looks after {len(numbers)}" in page and "Everybody in isolation has a team" in page
    assert made.person.name in look(clerk, "/care/teams/?all=1")
    for where in (f"/isolation/{made.order.number}/", f"/people/{made.person.public_id}/"):
        page = look(clerk, where)
        assert "Caretaker team: 一组" in page and "police officer" in page and "13800000003" not in page
    assert "13800000003" in look(Client(), handed_out(clerk, made.order.number)), "he has to reach them"
