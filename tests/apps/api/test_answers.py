"""What the operations answer when all is well, and what they say when it is not: a code, a sentence, and no value."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from fournets.api.reads import limits
from fournets.audit.models import AuditLine
from fournets.crypto import load_ring
from fournets.home import home
from fournets.intake.models import SourceFile
from fournets.language import Lang, catalogue
from fournets.organization.models import Task
from fournets.people.models import Person
from fournets.people.services.canary import add_canary
from fournets.places.scope import scope
from tests.apps.access.cast import (
    ADDRESS,
    AREAS,
    AT,
    ID_NUMBER,
    NAMES,
    PHONE,
    TOWN,
    Made,
    account_for,
    appointed,
    member,
)
from tests.apps.access.operations import plant_all, program, sending, token_for, workbook
from tests.apps.access.tables import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> dict[str, Made]:
    return plant_all()


@pytest.fixture
def client(made: dict[str, Made]) -> Client:
    return program("community", login="mei.au")


def test_a_persons_file_says_what_his_page_says(made: dict[str, Made], client: Client) -> None:
    found = client.get("/api/people/POWN").json()
    page = member("community").get("/people/POWN/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    texts = [
        *found["values"].values(),
        *found["employers"],
        *found["facts"][0]["said"].values(),
        found["name"],
    ]
    assert len(texts) > 10
    assert [text for text in texts if text not in page] == []
    assert found["values"]["id_number"] == "440605********1234"
    assert found["state"]["why"] == ["reason"] and found["state"]["sources"] == ["通告"]
    assert found["facts"][0]["source"] == "1:1:3"


def test_a_merged_or_unknown_name_is_not_there(client: Client) -> None:
    for one in ("PNONE", "PPARENT", "PNEIGHBOUR", "0"):
        answer = client.get(f"/api/people/{one}")
        assert (answer.status_code, answer.json()["code"]) == (404, "api_person_unknown")


def test_a_canary_raises_its_alarm(made: dict[str, Made], client: Client) -> None:
    with scope(""):
        add_canary("POWN", ring=load_ring(home() / "keys.toml"), actor="auditor", at=AT)
    client.get("/api/people/POWN")
    assert [one.actor for one in AuditLine.objects.filter(act="canary_touched")] == ["mei.au"]


def test_coverage_counts_an_area_and_lists_those_below(client: Client) -> None:
    found = client.get("/api/coverage").json()
    assert (found["area"], found["whole"]["area"]) == (AREAS["own"], AREAS["own"])
    assert [one["area"] for one in found["below"]] == [AREAS["below"]]
    assert (found["open_tasks"], found["without_cover"]) == (2, 0)
    below = client.get("/api/coverage", {"area": AREAS["below"]}).json()
    assert (below["area"], below["open_tasks"]) == (AREAS["below"], 1)


def test_tasks_come_page_by_page_each_once(made: dict[str, Made], client: Client) -> None:
    with scope(""):
        Task.objects.create(
            area_code=AREAS["own"], person_id=made["own"].person.pk, purpose="call", opened_on=AT.date(),
            due_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    seen: list[int] = []
    asked: dict[str, Any] = {"limit": 2}
    for asks_on in (True, False):
        found = client.get("/api/tasks", asked).json()
        seen += [one["id"] for one in found["tasks"]]
        assert (found["next"] is not None) is asks_on
        asked["after"] = found["next"]
    assert len(seen) == len(set(seen)) == found["open"] == 3
    assert (found["late"], found["without_cover"]) == (2, 1)
    assert {one["person"] for one in found["tasks"]} <= {"POWN", "PBELOW"}


def test_a_days_figures_are_those_of_the_readers_area(client: Client) -> None:
    found = client.get("/api/days/2020-02-03").json()
    assert [one["area"] for one in found["figures"]] == [AREAS["own"], AREAS["below"]]
    assert [
        one["area"] for one in client.get("/api/days/2020-02-03", {"area": AREAS["below"]}).json()["figures"]
    ] == [AREAS["below"]]
    answer = client.get("/api/days/2020-02-04")
    assert (answer.status_code, answer.json()["code"]) == (404, "day_not_closed")


def test_a_workbook_is_taken_in_as_by_the_command(made: dict[str, Made]) -> None:
    client = program("task_group", TOWN, login="zu.zhang")
    tried = client.post(f"/api/intake?dry_run=true&area={AREAS['own']}", {"file": workbook()}).json()
    with scope(""):
        assert not SourceFile.objects.filter(name="名单.xlsx").exists()
    found = client.post(f"/api/intake?area={AREAS['own']}&on=2020-02-03", {"file": workbook()}).json()
    with scope(""):
        kept = SourceFile.objects.get(name="名单.xlsx")
        assert (kept.area_code, str(kept.seen_on)) == (AREAS["own"], "2020-02-03")
        assert Person.objects.filter(name="轩辕来件").count() == 1
    (file,) = found["files"]
    assert (file["file"], file["id"], file["refused"]) == ("名单.xlsx", kept.pk, None)
    assert found["totals"]["rows"] == sum(one["rows"] for one in file["sheets"]) > 0
    assert {**tried["totals"]} == {**found["totals"]}
    lines = AuditLine.objects.filter(act="take_in")
    assert [(one.actor, one.area_code) for one in lines] == [("zu.zhang", AREAS["own"])]
    again = client.post(f"/api/intake?area={AREAS['own']}", {"file": workbook_of(kept)}).json()
    assert again["files"][0]["known"] and again["totals"]["created"] == 0
    assert [one.name for one in home().iterdir() if one.name.startswith(("sent-", "unpacked-"))] == []


def workbook_of(kept: SourceFile) -> SimpleUploadedFile:
    from fournets.intake.services.receive import kept_bytes

    return SimpleUploadedFile("again.xlsx", kept_bytes(kept.sha256, load_ring(home() / "keys.toml")))


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("甲" * 82 + ".xlsx", b"x", 422, "api_file_name"),
        ("big.xlsx", b"x" * (limits()["file_bytes"] + 1), 413, "api_too_large"),
        ("", b"x", 422, "api_wrong"),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(
    made: dict[str, Made], name: str, content: bytes, status: int, code: str
) -> None:
    client = program("task_group", TOWN)
    answer = client.post("/api/intake", {"file": SimpleUploadedFile(name or "x", content)} if name else {})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize("on", ["0", "20200203", "2020-2-3", "yesterday", ""])
def test_a_day_that_is_not_written_as_one_is_not_guessed(made: dict[str, Made], on: str) -> None:
    answer = program("task_group", TOWN).post(f"/api/intake?on={on}", {"file": workbook()})
    assert (answer.status_code, answer.json()["where"]) == (422, ["query.on"])


def test_what_is_no_workbook_is_told_in_the_report(made: dict[str, Made]) -> None:
    client = program("task_group", TOWN)
    answer = client.post("/api/intake", {"file": SimpleUploadedFile("note.xlsx", b"no workbook")})
    assert answer.status_code == 200
    assert answer.json()["files"][0]["refused"] and answer.json()["totals"]["refused"] == 1


# What is said when something is not done.

WRONG = [
    ("/api/tasks?limit=0", 422, "api_wrong", ["query.limit"]),
    ("/api/tasks?limit=100000", 422, "api_wrong", ["query.limit"]),
    ("/api/tasks?after=x", 422, "api_wrong", ["query.after"]),
    (f"/api/tasks?area={ID_NUMBER}00000", 422, "api_wrong", ["query.area"]),
    ("/api/coverage?area=440605123", 404, "api_area_unknown", []),
    ("/api/coverage?area=440605123018999", 404, "api_area_unknown", []),
    ("/api/coverage?area=%00", 422, "api_wrong", ["query.area"]),
    ("/api/coverage?area=440605123018%0A", 422, "api_wrong", ["query.area"]),
    ("/api/days/yesterday", 422, "api_wrong", ["path.on"]),
    ("/api/days/20200203", 422, "api_wrong", ["path.on"]),
    ("/api/days/2020-02-30", 422, "api_wrong", ["path.on"]),
    ("/api/days/0001-01-01", 404, "day_not_closed", []),
    ("/api/people/" + NAMES["own"], 422, "api_wrong", ["path.person"]),
    ("/api/nothing", 404, "api_nothing", []),
]


@pytest.mark.parametrize(("address", "status", "code", "where"), WRONG)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_said_in_the_callers_language_without_repeating_it(
    client: Client, address: str, status: int, code: str, where: list[str], lang: Lang
) -> None:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE=lang)
    found = answer.json()
    assert (answer.status_code, found["code"], found["where"]) == (status, code, where)
    assert found["message"].startswith(catalogue()[code][lang].partition("{")[0])
    assert answer["Content-Type"] == "application/json" and answer["Cache-Control"] == "no-store"
    assert ID_NUMBER not in str(found) and NAMES["own"] not in str(found)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_another_method_is_told_which_there_is(client: Client, method: str) -> None:
    answer = getattr(client, method)("/api/me")
    assert (answer.status_code, answer["Allow"], answer.json()["code"]) == (405, "GET", "api_method")


def test_a_fault_of_ours_says_nothing_of_itself_and_shows_nobody(
    made: dict[str, Made], client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    with scope(""):
        Person.objects.filter(public_id="POWN").update(phone_sealed=b"broken " + PHONE.encode())
    answer = client.get("/api/people/POWN")
    assert answer.status_code == 500
    assert answer.json() == {"code": "page_fault", "message": catalogue()["page_fault"]["en"], "where": []}
    told = answer.content.decode() + capsys.readouterr().err
    assert "Traceback" not in answer.content.decode()
    assert [one for one in (PHONE, ID_NUMBER, ADDRESS, NAMES["own"], "broken") if one in told] == []
    assert not AuditLine.objects.filter(act="person_opened").exists()


def test_a_register_without_its_tables_is_told(client: Client) -> None:
    as_owner("ALTER TABLE organization_task RENAME TO organization_task_gone")
    answer = client.get("/api/tasks")
    assert (answer.status_code, answer.json()["code"]) == (503, "register_not_ready")


def test_a_body_that_cannot_be_read_is_told(made: dict[str, Made]) -> None:
    client = program("task_group", TOWN)
    answer = client.post("/api/intake", b"x", content_type="multipart/form-data; boundary=" + "b" * 300)
    assert (answer.status_code, answer.json()["code"]) == (400, "api_unreadable")


def test_a_length_that_is_no_number_brings_nothing(made: dict[str, Made]) -> None:
    answer = program("task_group", TOWN).post("/api/intake", {"file": workbook()}, CONTENT_LENGTH="many")
    assert (answer.status_code, answer.json()["where"]) == (422, ["file.file"])


def test_no_part_of_a_workbook_lies_outside_the_data_folder() -> None:
    assert Path(settings.FILE_UPLOAD_TEMP_DIR) == home()


def test_nothing_is_loaded_from_elsewhere_and_the_description_needs_a_token(client: Client) -> None:
    assert Client().get("/api/openapi.json").status_code == 401
    text = client.get("/api/openapi.json").content.decode()
    assert "http://" not in text and "https://" not in text
    assert Client().get("/api/docs").status_code == 404


def test_an_answer_keeps_no_rows_open_for_what_follows(client: Client) -> None:
    client.get("/api/people/POWN")
    assert not Person.objects.exists()


def test_a_substitutes_program_stops_with_him(made: dict[str, Made]) -> None:
    held = made["own"].appointment
    other = account_for("lan.xie")
    stand_in = appointed(other, "grid_worker", AREAS["own"], days=1, substitute_for=held)
    client = sending(token_for(other, stand_in))
    assert client.get("/api/coverage").status_code == 200
    with scope(""):
        type(stand_in).objects.filter(pk=stand_in.pk).update(until_at=timezone.now())
    assert client.get("/api/coverage").json()["code"] == "token_no_post"
