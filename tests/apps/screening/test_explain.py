"""What the rules say of one person, why, whether it still stands, and who changed when the rules did."""

from __future__ import annotations

from datetime import date

import pytest
from typer.testing import CliRunner

from fournets.cli.people import people_app
from fournets.people.models import Employment, Fact
from fournets.places.models import Area, Enterprise
from fournets.places.scope import scope
from fournets.screening.models import Decision
from fournets.screening.services import Changed, assess_people, explain
from tests.apps.screening.people import AT, HUBEI, ON, TOWN, add_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture
def everywhere() -> object:
    with scope(""):
        yield


def test_a_persons_assessment_says_what_to_do_until_when_and_by_which_document() -> None:
    (person,) = add_people([HUBEI])
    assert explain(person.public_id) is None
    assess_people(on=ON, actor="职员", at=AT)
    found = explain(person.public_id)
    assert found is not None
    assert (found["class"], found["action"]) == ("returnee", "isolate_home")
    assert (found["from"], found["until"]) == (date(2020, 1, 28), date(2020, 2, 11))
    assert "武汉" in found["reasons"][0]["zh"] and found["reasons"][0]["policy"][0]["document"]
    assert (found["stands"], found["changed"]) == (True, [])


def test_who_changed_is_named_but_not_those_assessed_for_the_first_time() -> None:
    traveller, other = add_people([{"from_place": "3303", "returned_on": "2020-01-27"}, {}])
    assert assess_people(on=date(2020, 1, 28), actor="职员", at=AT).who == ()
    report = assess_people(on=date(2020, 1, 29), actor="职员", at=AT)
    assert report.who == (
        Changed(
            traveller.public_id,
            "none",
            "returnee",
            "from_outbreak_area",
            date(2020, 1, 27),
            date(2020, 2, 10),
        ),
    )
    assert report.who_as_json()[0]["person"] == traveller.public_id
    assert other.public_id not in str(report.as_json())


@pytest.mark.parametrize(("lang", "sentence"), [("zh", "居家隔离"), ("en", "isolation at home")])
def test_a_persons_file_shows_the_assessment_in_the_readers_words(
    monkeypatch: pytest.MonkeyPatch, lang: str, sentence: str
) -> None:
    monkeypatch.setenv("FOURNETS_LANG", lang)
    Area.objects.create(code=TOWN, kind="town", official_name="丹灶镇", short_name="丹灶")
    (person,) = add_people([HUBEI])
    _employ(person)
    assess_people(on=ON, actor="职员", at=AT)
    done = CliRunner().invoke(people_app, ["show", person.public_id])
    assert (done.exit_code, sentence in done.output) == (0, True), done.output


def test_every_action_has_a_word_for_it() -> None:
    from fournets.language import catalogue

    add_people(
        [HUBEI, {}, {"temperature": "38.5"}, {"contact_history": "yes", "last_exposure_on": "2020-01-30"}]
    )
    assess_people(on=ON, actor="职员", at=AT)
    actions = set(Decision.objects.values_list("action", flat=True))
    assert {f"action_{one}" for one in actions} <= set(catalogue())


def _employ(person: object) -> None:
    firm = Enterprise.objects.create(
        public_id="E1", area_code=TOWN + "018", name="某某五金厂", name_key="某某五金"
    )
    fact = Fact.objects.create(
        person=person, area_code=person.area_code, file_id=1, sheet=1, row=1, kind="staff_roster",
        seen_on=ON, digest=1, origin=1,
    )  # fmt: skip
    Employment.objects.create(person=person, enterprise=firm, area_code=person.area_code, fact=fact)
