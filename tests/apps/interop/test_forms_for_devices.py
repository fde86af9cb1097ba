"""Which forms a device is given, in which bytes, and the households of its own area and of no other."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from xml.etree.ElementTree import Element

import pytest
from django.http import HttpResponse

from fournets.audit.models import AuditLine
from fournets.interop.limits import limits
from fournets.interop.models import FieldForm
from fournets.interop.selectors import COLUMNS
from fournets.interop.services.forms import add_form
from fournets.people.models import Household, Person
from fournets.places.models import Building, Dwelling
from fournets.places.scope import scope
from tests.apps.access.cast import ADDRESS, AREAS, ID_NUMBER, PHONE, TOWN, Made
from tests.apps.interop.conftest import Device, form_book, tree

pytestmark = pytest.mark.django_db
FORMS, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"


def listed(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200 and answer["X-OpenRosa-Version"] == "1.0"
    root = tree(answer)
    assert root.tag == f"{FORMS}xforms"
    return [{part.tag.removeprefix(FORMS): part.text or "" for part in one} for one in root]


def media(answer: HttpResponse) -> list[Element]:
    root = tree(answer)
    assert root.tag == f"{MANIFEST}manifest"
    return list(root)


def rows(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content.decode()
    return list(csv.DictReader(StringIO(answer.content.decode())))


def households(device: Device) -> list[dict[str, str]]:
    (form,) = listed(device.get("formList?formID=household"))
    (one,) = media(device.get(form["manifestUrl"]))
    return rows(device.get(one.findtext(f"{MANIFEST}downloadUrl") or ""))


def md5(content: bytes) -> str:
    return "md5:" + hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_the_hash_in_the_list_is_of_the_bytes_that_are_given(household: FieldForm, device: Device) -> None:
    (form,) = listed(device.get("formList"))
    assert (form["formID"], form["version"]) == ("household", "2020020501")
    answer = device.get(form["downloadUrl"])
    assert form["hash"] == md5(answer.content) and answer["Content-Type"] == "text/xml; charset=utf-8"
    assert "家庭住址" in answer.content.decode()
    assert form["downloadUrl"].startswith(f"http://testserver/openrosa/{device.token}/")


def test_a_list_may_be_asked_for_one_form_and_by_head(household: FieldForm, device: Device) -> None:
    assert [one["formID"] for one in listed(device.get("formList?formID=household"))] == ["household"]
    assert listed(device.get("formList?formID=nothing")) == []
    assert device.head("formList?formID=household").status_code == 200


def test_a_manifest_is_there_though_it_is_empty(made: dict[str, Made], device: Device, at: datetime) -> None:
    add_form(form_book(("text", "a", "问")), area_code=TOWN, actor="x", at=at)
    (form,) = listed(device.get("formList"))
    assert media(device.get(form["manifestUrl"])) == []


def test_a_device_has_the_forms_of_its_area_and_above_and_of_no_other(
    made: dict[str, Made], device: Device, at: datetime
) -> None:
    for name, area in AREAS.items():
        add_form(form_book(("text", "a", "问"), form_id=name), area_code=area, actor="x", at=at)
    assert [one["formID"] for one in listed(device.get("formList"))] == ["own", "parent"]
    for name in ("neighbour", "below"):
        other = FieldForm.objects.get(form_id=name)
        for rest in (".xml", "/manifest", "/household.csv", "/integrity?id=x"):
            assert device.get(f"forms/{other.pk}{rest}").status_code == 404


def test_the_households_are_those_of_the_devices_own_area(
    household: FieldForm, device_for: Callable[..., Device]
) -> None:
    cell = device_for("cell", "grid_worker", AREAS["below"])
    town = device_for("town", "task_group", TOWN)
    assert [one["name"] for one in households(cell)] == ["HBELOW"]
    assert {one["name"] for one in households(town)} == {"HOWN", "HBELOW", "HPARENT", "HNEIGHBOUR"}


def test_a_household_is_named_by_building_number_and_head_and_nothing_whole_is_told(
    household: FieldForm, device: Device, made: dict[str, Made]
) -> None:
    own, code = made["own"], AREAS["own"] + "001001" + "0001"
    with scope(""):
        building = Building.objects.create(code=code, area_code=code, name="西路3号2栋")
        dwelling = Dwelling.objects.create(area_code=code, building=building, door_sealed=b"x", door_index=1)
        Household.objects.filter(pk=own.household.pk).update(number="12", head=own.person, dwelling=dwelling)
        Person.objects.create(
            public_id="P2",
            area_code=own.area,
            name="女儿",
            seen_on=own.person.seen_on,
            household=own.household,
        )
    (form,) = listed(device.get("formList"))
    (one,) = media(device.get(form["manifestUrl"]))
    answer = device.get(one.findtext(f"{MANIFEST}downloadUrl") or "")
    found = next(row for row in rows(answer) if row["name"] == "HOWN")
    assert tuple(found) == COLUMNS
    assert found["label"] == "西路3号2栋 · 12 · 欧阳本级" and found["members"] == "2"
    for whole in (ID_NUMBER, PHONE, ADDRESS, "1990"):
        assert whole not in answer.content.decode()


def test_the_list_of_entities_has_its_hash_and_is_not_sent_twice(
    household: FieldForm, device: Device
) -> None:
    (form,) = listed(device.get("formList"))
    (one,) = media(device.get(form["manifestUrl"]))
    assert one.get("type") == "entityList" and one.findtext(f"{MANIFEST}filename") == "household.csv"
    address = one.findtext(f"{MANIFEST}downloadUrl") or ""
    answer = device.get(address)
    assert one.findtext(f"{MANIFEST}hash") == md5(answer.content)
    assert AuditLine.objects.get(act="list_shown").details == {"list": "field_households", "shown": 2}
    again = device.get(address, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert AuditLine.objects.filter(act="list_shown").count() == 1


def test_a_device_may_ask_which_households_are_gone(household: FieldForm, device: Device) -> None:
    (form,) = listed(device.get("formList"))
    (one,) = media(device.get(form["manifestUrl"]))
    answer = device.get((one.findtext(f"{MANIFEST}integrityUrl") or "") + "?id=HOWN,HNEIGHBOUR,HNONE")
    said = {entity.get("id"): entity.findtext("deleted") for entity in tree(answer).iter("entity")}
    assert said == {"HOWN": "false", "HNEIGHBOUR": "true", "HNONE": "true"}


def test_an_area_with_too_many_households_is_told_so(
    household: FieldForm, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits()["households"], "most", 1)
    (form,) = listed(device.get("formList"))
    answer = device.get(form["manifestUrl"])
    assert answer.status_code == 400 and "1 户" in answer.content.decode()
