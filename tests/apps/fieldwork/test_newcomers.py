"""People met for the first time become rows of a file, once; all of it goes by its period, with the person, and with the keys."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fournets.crypto import KeyRing, load_ring
from fournets.fieldwork.models import TAKE, FieldRecord, FieldVisited
from fournets.fieldwork.services.keys import phone_key
from fournets.fieldwork.services.receive import CONTENT
from fournets.home import home
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.keeping.erase import erase_people
from fournets.keeping.keys import sealed_tables
from fournets.keeping.retention import apply_retention, data_classes
from fournets.people.models import Person
from fournets.places.scope import scope, set_scope
from fournets.screening.models import Visit
from tests.apps.access.cast import AREAS, Made
from tests.apps.fieldwork.conftest import Phone, kept, states
from tests.apps.intake.conftest import LAN, MEI
from tests.apps.keeping.lives import as_keeper, whole_register

NEW = [
    {"name": "区美兰", "id_number": MEI, "phone": "13800138001", "relation": "户主"},
    {"name": "解小兰", "id_number": LAN, "from_place": "湖北省武汉市", "returned_on": "2020-02-01"},
]
DOOR = "银河社区西路3号2栋501"


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own: what is destroyed is noted there."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


def work() -> int:
    """Does every job that was asked for; how many."""
    with scope(""):
        asked = list(Job.objects.filter(kind=TAKE, state="waiting").values_list("id", flat=True))
    for number in asked:
        run_job(number, now=timezone.now)
    return len(asked)


def test_a_new_household_is_filed_with_its_visit_and_only_once(made: dict[str, Made], phone: Phone) -> None:
    one = phone.record("newcomer", address=DOOR, newcomers=NEW, note="租客")
    assert states(phone.send(one, one)) == [("kept", "")] * 2
    assert work() == 1
    set_scope("")
    people = {one.name: one for one in Person.objects.filter(name__in=["区美兰", "解小兰"])}
    assert len(people) == 2 and people["解小兰"].values["from_place"] == "4201"
    assert {one.area_code[:12] for one in people.values()} == {AREAS["own"]}
    assert set(
        Visit.objects.filter(person_id__in=[one.pk for one in people.values()]).values_list("outcome", "by")
    ) == {("done", "mei")}
    (record,) = kept()
    assert record.file_id and (record.first_row, record.last_row) == (3, 4)
    assert Job.objects.get(kind=TAKE).state == "done"
    assert states(phone.send(one)) == [("kept", "")] and work() == 0
    assert Person.objects.filter(name="区美兰").count() == 1


def test_past_its_period_the_words_go_a_repeat_is_known_and_who_waits_stays(
    made: dict[str, Made], phone: Phone, ring: KeyRing
) -> None:
    visit, new = (
        phone.record(tasks=[made["own"].task.pk], note="说明"),
        phone.record("newcomer", address=DOOR, newcomers=NEW),
    )
    phone.send(visit, visit | {"note": "别的"}, new)
    days = data_classes()["phones"].days or 0

    def apply(after: int) -> None:
        at = timezone.now() + timedelta(days=after)
        with as_keeper():
            apply_retention(on=timezone.localdate(at), at=at, actor="keeper", ring=ring)
        set_scope("")

    apply(days)
    assert all(one.content_sealed for one in kept())
    apply(days + 1)
    assert [one.content_sealed is None for one in kept()] == [True, True, False]
    phone.client.force_login(phone.user)  # sessions went by their period too
    assert states(phone.send(visit)) == [("kept", "")]
    work()
    set_scope("")
    assert Person.objects.filter(name="区美兰").exists()


def test_with_whoever_is_forgotten_goes_what_phones_said_of_him(
    made: dict[str, Made], phone: Phone, ring: KeyRing
) -> None:
    one = phone.record(tasks=[made["own"].task.pk], note="秘密的话")
    phone.send(one, one | {"note": "另一句秘密的话"}, phone.record("newcomer", address=DOOR, newcomers=NEW))
    work()
    set_scope("")
    new = Person.objects.get(name="区美兰").pk
    with as_keeper():
        erase_people([made["own"].person.pk, new], ring=ring)
        assert "秘密的话" not in whole_register(ring)
    set_scope("")
    assert [one.content_sealed for one in kept()] == [None] * 3 and not FieldVisited.objects.filter(
        person_id=made["own"].person.pk
    ).exists()


def test_what_is_sealed_is_found_when_keys_change(made: dict[str, Made], phone: Phone, ring: KeyRing) -> None:
    phone.send(phone.record(tasks=[made["own"].task.pk]))
    key = phone_key(phone.user.pk, at=timezone.now(), ring=ring)
    tables = {one.name: (one.columns, one.labels) for one in sealed_tables()}
    assert tables["fieldwork_fieldrecord"] == (("content_sealed",), (CONTENT,))
    assert tables["fieldwork_phonekey"] == (("key_sealed",), ("key",))
    assert phone_key(phone.user.pk, at=timezone.now(), ring=ring) == key
    set_scope("")
    assert FieldRecord.objects.filter(content_sealed__isnull=False).exists()
