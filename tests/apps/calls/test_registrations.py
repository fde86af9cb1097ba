"""Self-registration: a page without an account, the same answer for everybody, a look before anything is taken in."""

from __future__ import annotations

import pytest
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.calls.models import Knock, Poster, Registration
from fournets.calls.rules import desk
from fournets.calls.rules.registration import FIELDS
from fournets.intake.models import SourceRow
from fournets.intake.services.undo import undo_file
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.people.models import Fact, Person
from fournets.places.scope import scope, set_scope
from fournets.workbooks.vocabulary import fields
from tests.apps.access.cast import AREAS, NAMES, PHONE, Made, member, plant
from tests.apps.intake.conftest import AT
from tests.apps.intake.conftest import town as _town  # noqa: F401

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "司马归来", "phone": "139-0013 9000", "address": "银河社区西路3号2栋501", "from_place": "湖北省武汉市",
    "returned_on": "", "agreed": "yes",
}  # fmt: skip


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        Registration.objects.all().delete()
    return made


def given(**other: str) -> dict[str, str]:
    from django.utils import timezone

    return GIVEN | {"returned_on": f"{timezone.localdate()}"} | other


def send(made: Made, client: Client | None = None, **sent: str) -> tuple[int, str]:
    answer = (client or Client()).post(
        f"/register/{made.poster.token}/", given(**sent), HTTP_ACCEPT_LANGUAGE="en", follow=True
    )
    return answer.status_code, answer.content.decode()


def kept() -> int:
    with scope(""):
        return Registration.objects.count()


def plain(page: str) -> str:
    """A page without what differs between any two: the token against forged forms."""
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


def test_known_and_unknown_get_the_same_answer_and_nothing_is_looked_up(made: Made) -> None:
    unknown = send(made)
    known = send(made, name=NAMES["own"], phone=PHONE)
    assert unknown[0] == known[0] == 200 and plain(unknown[1]) == plain(known[1])
    assert "Received, thank you." in known[1] and NAMES["own"] not in known[1] and kept() == 2
    with scope(""):
        sealed = bytes(Registration.objects.latest("id").content_sealed or b"")
        lines = AuditLine.objects.filter(act="registration_received")
        assert (
            NAMES["own"].encode() not in sealed and lines.count() == 2 and PHONE not in str(lines[0].details)
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"name": ""}, "Please fill this in"), ({"phone": "call me"}, "Give a telephone number"),
     ({"returned_on": "2031-01-01"}, "Give the day of arrival"), ({"address": "x" * 61}, "This is too long"),
     ({"from_place": "???"}, "answer in words"), ({"agreed": ""}, "tick that you agree")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_is_still_there(
    made: Made, wrong: dict[str, str], said: str
) -> None:
    status, page = send(made, **wrong)
    assert status == 422 and said in page and 'aria-invalid="true"' in page and kept() == 0
    assert ("司马归来" in page) or "name" in wrong


def test_a_machine_is_told_what_everybody_is_told_and_nothing_is_kept(made: Made) -> None:
    person, machine = send(made), send(made, website="http://spam")
    assert plain(person[1]) == plain(machine[1]) and kept() == 1
    token = made.poster.token
    assert Client().post(f"/register/{token}/", given(name="长" * 9000)).status_code == 413
    assert Client(enforce_csrf_checks=True).post(f"/register/{token}/", given()).status_code == 403
    assert kept() == 1


@pytest.mark.parametrize("limit", ["per_address_hour", "per_page_hour", "waiting_most"])
def test_too_much_is_told_to_come_later(made: Made, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    limits = desk().registrations
    assert send(made)[0] == 200
    few = {name: getattr(limits, name) for name in limits.__slots__} | {limit: 1}
    monkeypatch.setattr("fournets.calls.services.registrations.desk", lambda: Few(type(limits)(**few)))
    status, page = send(made)
    assert status == 429 and "Try again in an hour" in page and "司马归来" in page and kept() == 1
    assert send(made, website="x")[0] == 200
    with scope(""):
        assert Knock.objects.count() == 1 and not any(
            "127.0.0.1" in str(one.mark) for one in Knock.objects.all()
        )


class Few:
    """The settings with a smaller limit."""

    def __init__(self, registrations: object) -> None:
        self.registrations = registrations


def test_a_page_is_renewed_and_withdrawn_and_its_old_address_says_nothing(made: Made) -> None:
    clerk, old = member("community"), made.poster.token
    page = clerk.post(
        "/registrations/make/", {"renew": "yes"}, follow=True, HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()
    assert "Tick first" in page and Client().get(f"/register/{old}/").status_code == 200
    clerk.post("/registrations/make/", {"renew": "yes", "sure": "yes"})
    fresh = Poster.objects.get(area_code=AREAS["own"], withdrawn_at=None)
    closed, never = Client().get(f"/register/{old}/"), Client().get("/register/none/")
    assert closed.status_code == never.status_code == 404
    assert closed.content.decode().replace(old, "none") == never.content.decode()
    assert Client().post(f"/register/{old}/", given()).status_code == 404
    paper = clerk.get(f"/registrations/{fresh.pk}/poster/")
    assert paper.content[:5] == b"%PDF-" and paper["Content-Type"] == "application/pdf"
    clerk.post(f"/registrations/{fresh.pk}/withdraw/", {"sure": "yes"})
    assert Client().get(f"/register/{fresh.token}/").status_code == 404
    assert clerk.get(f"/registrations/{fresh.pk}/poster/").status_code == 404
    assert member("grid_worker").get("/registrations/").status_code == 403


def test_what_was_looked_at_comes_in_as_a_list_and_goes_as_one(_town: str) -> None:  # noqa: F811
    set_scope("")
    poster = Poster.objects.create(area_code="440605123018", token="t", made_by="x", made_at=AT)
    for name in ("司马归来", "司马同行", "乱写"):
        assert Client().post(f"/register/{poster.token}/", given(name=name)).status_code == 302
    clerk = member("community")
    page = clerk.get("/registrations/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Waiting for a look: 3" in page and "139****9000" in page and "501" not in page
    with scope(""):
        numbers = list(Registration.objects.order_by("id").values_list("pk", flat=True))
    decide = "/registrations/decide/"
    for sent in ({"do": "drop", "chosen": numbers[2:]}, {"do": "back", "chosen": numbers[2:]},
                 {"do": "drop", "chosen": numbers[2:]}, {"do": "take", "chosen": numbers[:2]}):  # fmt: skip
        clerk.post(decide, sent)
    told = clerk.post(decide, {"do": "take", "chosen": numbers}, follow=True, HTTP_ACCEPT_LANGUAGE="en")
    assert "decided on already" in told.content.decode()
    run_job(Job.objects.get(kind="registrations").pk, now=lambda: AT)
    set_scope("")
    assert Job.objects.get(kind="registrations").state == "done"
    assert list(Registration.objects.order_by("id").values_list("state", flat=True)) == [
        "taken",
        "taken",
        "dropped",
    ]
    taken = Registration.objects.earliest("id")
    row, fact = (
        SourceRow.objects.get(file_id=taken.file_id, row=taken.row),
        Fact.objects.get(file_id=taken.file_id, row=taken.row),
    )
    assert (
        row.outcome == "created" and fact.name == "司马归来" and fact.values["from_place"].startswith("4201")
    )
    assert fact.values["returned_on"] and Person.objects.get(pk=fact.person_id).area_code.startswith(
        "440605123018"
    )
    undo_file(taken.file_id or 0, actor="x", at=AT)
    assert not Person.objects.filter(name="司马归来").exists()


def test_every_field_is_one_intake_knows_and_no_more_is_asked_than_is_needed() -> None:
    assert {one.field for one in FIELDS} <= set(fields()) and "id_number" not in {one.field for one in FIELDS}
