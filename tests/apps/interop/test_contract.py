"""What the OpenRosa server says in each case the field's clients know; each row of the table is one of theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.home import home
from fournets.interop.models import FieldForm, KeptAside, Submission, SubmissionFile
from fournets.interop.payload import CONTENT, FILES, unpacked
from fournets.interop.services.forms import close_form
from fournets.organization.models import Token
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, Made
from tests.apps.interop.conftest import FIRST, SECOND, THIRD, Device, filled, message, tree

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def kept() -> list[Submission]:
    with scope(""):
        return list(Submission.objects.order_by("id"))


def aside() -> list[KeptAside]:
    with scope(""):
        return list(KeptAside.objects.filter(form_id_text="household").order_by("id"))


def content_of(row: Submission | KeptAside | SubmissionFile) -> bytes:
    ring = load_ring(home() / "keys.toml")
    return unpacked(ring.unseal(CONTENT, row.content_sealed or b""))


def fine(answer: HttpResponse, status: int = 201) -> None:
    assert answer.status_code == status, answer.content.decode()
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert int(answer["X-OpenRosa-Accept-Content-Length"]) == 50_000_000
    assert answer["Date"].endswith("GMT")
    if answer.content:
        assert CHINESE.search(message(answer)), answer.content.decode()
        assert answer["Content-Type"] == "text/xml; charset=utf-8"


def test_a_new_one_is_received_and_kept_word_for_word(household: FieldForm, device: Device) -> None:
    answer = device.send(filled())
    fine(answer)
    assert 'nature="error"' not in answer.content.decode()
    (row,) = kept()
    assert content_of(row).decode() == filled()
    assert (row.form_id, row.instance_id, row.area_code) == (household.pk, FIRST, AREAS["own"])
    assert (row.sent_by, row.device, row.replaced_by) == ("mei.au", "collect:x", "")


def test_an_identical_repeat_is_received_and_not_counted_twice(household: FieldForm, device: Device) -> None:
    for _ in range(3):
        fine(device.send(filled()))
    assert len(kept()) == 1 and aside() == []


def test_another_content_under_the_same_id_is_a_conflict_and_kept_aside(
    household: FieldForm, device: Device
) -> None:
    fine(device.send(filled()))
    other = filled(address="别处")
    for _ in range(2):
        fine(device.send(other, {"a.jpg": b"photo"}), 409)
    (row,) = aside()
    assert (row.reason, content_of(row).decode()) == ("other_bytes", other)
    ring = load_ring(home() / "keys.toml")
    assert '"a.jpg"' in ring.unseal(FILES, row.files_sealed or b"")
    assert [content_of(one).decode() for one in kept()] == [filled()]
    assert AuditLine.objects.filter(act="field_submission_kept_aside").count() == 1


def test_files_may_come_with_a_repeat_each_once(household: FieldForm, device: Device) -> None:
    fine(device.send(filled(), {"a.jpg": b"one"}))
    fine(device.send(filled(), {"b.jpg": b"two"}))
    fine(device.send(filled(), {"b.jpg": b"two", "empty.jpg": b""}))
    fine(device.send(filled(), {"b.jpg": b"other"}))
    with scope(""):
        found = [(one.name, one.size) for one in SubmissionFile.objects.order_by("id")]
        photo = SubmissionFile.objects.get(name="a.jpg")
    assert found == [("a.jpg", 3), ("b.jpg", 3), ("empty.jpg", 0), ("b.jpg", 5)]
    assert content_of(photo) == b"one" and photo.media_type == "image/jpeg"


def test_a_correction_takes_the_place_of_what_it_corrects(household: FieldForm, device: Device) -> None:
    fine(device.send(filled()))
    correction = filled(instance=SECOND, deprecated=FIRST, address="西路3号")
    fine(device.send(correction))
    fine(device.send(correction))
    assert [(one.instance_id, one.replaced_by) for one in kept()] == [(FIRST, SECOND), (SECOND, "")]
    fine(device.send(filled()))  # the first once more, from a device that never heard it was received
    assert len(kept()) == 2 and aside() == []


def test_a_second_correction_of_the_same_is_a_conflict_and_kept_aside(
    household: FieldForm, device: Device
) -> None:
    fine(device.send(filled()))
    fine(device.send(filled(instance=SECOND, deprecated=FIRST)))
    late = filled(instance=THIRD, deprecated=FIRST, address="又一处")
    fine(device.send(late), 409)
    (row,) = aside()
    assert (row.reason, content_of(row).decode()) == ("edited_before", late)
    assert [(one.instance_id, one.replaced_by) for one in kept()] == [(FIRST, SECOND), (SECOND, "")]


def test_a_correction_of_a_correction(household: FieldForm, device: Device) -> None:
    fine(device.send(filled()))
    fine(device.send(filled(instance=SECOND, deprecated=FIRST)))
    fine(device.send(filled(instance=THIRD, deprecated=SECOND)))
    assert [one.replaced_by for one in kept()] == [SECOND, THIRD, ""]


@pytest.mark.parametrize(
    "words",
    [{"instance": SECOND, "deprecated": FIRST}, {"form": "nothing"}, {"version": "9"}, {"version": ""}],
)
def test_what_is_not_known_is_not_found_and_stays_on_the_device(
    household: FieldForm, device: Device, words: dict[str, str]
) -> None:
    fine(device.send(filled(**words)), 404)
    assert kept() == [] and aside() == []


def test_a_closed_form_takes_no_more_and_what_comes_is_kept_aside(
    household: FieldForm, device: Device
) -> None:
    fine(device.send(filled()))
    close_form(household.pk, area_code=TOWN, actor="group", at=timezone.now())
    fine(device.send(filled()))  # the repeat of one received before
    fine(device.send(filled(instance=SECOND)), 409)
    assert [(one.reason, one.instance_id) for one in aside()] == [("form_closed", SECOND)]
    assert tree(device.get("formList")).findall("*") == []


def test_an_older_version_is_taken_and_the_newer_is_listed(
    household: FieldForm, device: Device, at: Any
) -> None:
    FieldForm.objects.create(
        form_id="household", version="2", title="新表", area_code=TOWN, xform="<x/>", md5="m", workbook=b"", questions=[],
        sent_by="x", sent_at=at,
    )  # fmt: skip
    fine(device.send(filled()))
    fine(device.send(filled(instance=SECOND, version="2")))
    assert [text.text for text in tree(device.get("formList")).iter() if text.tag.endswith("version")] == [
        "2"
    ]


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<data",
        "text",
        '<data id="household" version="2020020501"><a></data>',
        '<!DOCTYPE d [<!ENTITY e "x">]><data id="household" version="2020020501">&e;</data>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1/x"><data id="household" version="2020020501"/>',
        "<data/>",
    ],
)
def test_what_is_no_filled_form_is_refused(household: FieldForm, device: Device, xml: str) -> None:
    fine(device.send(xml), 400)
    assert kept() == []


def test_a_request_without_the_form_or_with_two_is_refused(household: FieldForm, device: Device) -> None:
    fine(device.client.post(device.address("submission"), {"a": "b"}), 400)
    fine(device.client.post(device.address("submission"), {"xml_submission_file": [filled(), filled()]}), 400)
    fine(device.client.post(device.address("submission"), b"--x", content_type="multipart/form-data"), 400)
    assert kept() == []


def test_an_id_longer_than_openrosa_has_it_is_refused(household: FieldForm, device: Device) -> None:
    fine(device.send(filled(instance="uuid:" + "a" * 245)), 400)
    assert kept() == []
    fine(device.send(filled(instance="uuid:" + "a" * 244)))
    assert len(kept()) == 1


def test_one_without_an_id_is_received_once(household: FieldForm, device: Device) -> None:
    for _ in range(2):
        fine(device.send(filled(instance=None)))
    (row,) = kept()
    assert row.instance_id.startswith("uuid:")


@pytest.mark.parametrize("header", [{}, {"HTTP_X_OPENROSA_VERSION": "1.0"}])
def test_the_version_header_may_be_there_or_not(
    household: FieldForm, device: Device, header: dict[str, str]
) -> None:
    fine(device.send(filled(), **header))
    assert len(kept()) == 1


def test_before_sending_a_device_learns_how_much_it_may_send(household: FieldForm, device: Device) -> None:
    for answer in (device.head("submission"), device.get("submission")):
        fine(answer, 204)
        assert answer.content == b""


def test_more_than_that_is_refused_before_it_is_read(household: FieldForm, device: Device) -> None:
    answer = device.client.generic(
        "POST",
        device.address("submission"),
        b"x",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="50000001",
    )
    fine(answer, 413)
    assert kept() == []


def test_what_comes_in_chunks_is_received(household: FieldForm, device: Device) -> None:
    """Of no length told before, as HTTP/1.1 allows."""
    head = '--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="f"\r\nContent-Type: text/xml\r\n\r\n'
    body = f"{head}{filled()}\r\n--x--\r\n".encode()
    answer = device.client.generic(
        "POST",
        device.address("submission"),
        b"",
        "multipart/form-data; boundary=x",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": BytesIO(body), "CONTENT_TYPE": "multipart/form-data; boundary=x"},
    )
    fine(answer)
    assert len(kept()) == 1


def test_an_address_with_signs_no_table_holds_is_answered(household: FieldForm, device: Device) -> None:
    assert device.get("formList?formID=%00").status_code == 200
    fine(device.client.post(device.address("submission?deviceID=a%00b"), {"xml_submission_file": filled()}))
    assert [one.device for one in kept()] == ["ab"]


def test_a_method_nobody_uses_is_refused_with_a_sentence(household: FieldForm, device: Device) -> None:
    answer = device.client.put(device.address("submission"))
    fine(answer, 405)
    assert answer["Allow"] == "GET, HEAD, POST"


# Who may


def test_a_wrong_token_is_refused_and_counted(household: FieldForm, device: Device) -> None:
    wrong = Device(device.token[:-1] + ("a" if device.token[-1] != "a" else "b"))
    fine(wrong.send(filled()), 403)
    assert AuditLine.objects.filter(act="token_refused").count() == 1
    for _ in range(29):
        assert wrong.get("formList").status_code == 403
    assert wrong.get("formList").status_code == 429
    fine(device.send(filled()))


def test_a_token_that_was_taken_back_opens_nothing(household: FieldForm, device: Device) -> None:
    Token.objects.update(withdrawn_at=timezone.now())
    fine(device.send(filled()), 403)
    assert kept() == []


def test_a_program_s_token_opens_nothing_here_nor_a_device_s_the_machine_api(
    household: FieldForm, device: Device, made: dict[str, Made], at: Any
) -> None:
    from fournets.organization.models import Appointment
    from fournets.organization.tokens import make_token

    with scope(""):
        held = Appointment.objects.get(user__login="mei.au")
    program = make_token(held, purpose="x", until=None, actor="t", at=at)[1]
    assert Device(program).get("formList").status_code == 403
    answer = Client().get("/api/me", headers={"Authorization": f"Bearer {device.token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_wrong")
    assert Client().get("/api/me", headers={"Authorization": f"Bearer {program}"}).status_code == 200


def test_a_post_without_the_right_is_refused(household: FieldForm, device_for: Callable[..., Device]) -> None:
    guard = device_for("guard", "gate_guard")
    for answer in (guard.send(filled()), guard.get("formList"), guard.head("submission")):
        fine(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Basic realm=")
    assert kept() == []


def test_without_anything_a_device_is_asked_who_it_is(household: FieldForm) -> None:
    nobody = Device("")
    for answer in (nobody.send(filled()), nobody.get("formList"), nobody.head("submission")):
        fine(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Basic realm=")


def test_no_cookie_opens_anything_here(household: FieldForm, made: dict[str, Made]) -> None:
    from tests.apps.access.cast import member

    nobody = Device("", member("grid_worker"))
    assert nobody.get("formList").status_code == 401


def test_english_is_for_whoever_asks_for_it(household: FieldForm, device: Device) -> None:
    answer = device.send(filled(), HTTP_ACCEPT_LANGUAGE="en")
    assert (message(answer), answer["Content-Language"]) == ("Received.", "en")
    assert device.send(filled())["Content-Language"] == "zh-Hans"
