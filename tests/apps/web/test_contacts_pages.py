"""The pages of contacts: noted from a file, listed and summed, handed over, answered; in both languages."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from fournets.audit.models import AuditLine
from fournets.people.models import Fact, Person
from fournets.places.scope import scope
from fournets.tracing.models import Answer, Case, Contact
from tests.apps.access.cast import AREAS, AT, NAMES, ON, TOWN, Made, member, plant

SEEN = {"degree": "close", "kind": "meal", "last_on": "2020-01-30", "place": "银河饭店", "source": "survey"}


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        Contact.objects.all().delete(), Case.objects.all().delete(), Answer.objects.all().delete()
    return made


@pytest.fixture
def other(made: Made) -> Person:
    """Somebody else of the community."""
    with scope(""):
        return Person.objects.create(public_id="POTHER", area_code=AREAS["own"], name="赫连次子", seen_on=ON)


def look(client: Client, path: str, lang: str = "en", status: int = 200) -> str:
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == status, path
    return answer.content.decode()


def ask(client: Client, path: str, lang: str = "en", status: int = 200, **sent: str) -> str:
    answer = client.post(path, sent, follow=True, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == status, path
    return answer.content.decode()


def noted(client: Client, made: Made, other: Person) -> tuple[str, int]:
    """The number of a case and of its contact, noted on the page."""
    new = f"/contacts/new/{made.person.public_id}/"
    ask(client, new, do="case", classification="confirmed", reported_on="2020-02-03", lab="positive")
    with scope(""):
        number = Case.objects.get().number
    ask(client, f"/contacts/new/{other.public_id}/", do="contact", case=number, **SEEN)
    with scope(""):
        return number, Contact.objects.get().pk


def test_noted_from_a_file_listed_summed_tested_and_taken_back(made: Made, other: Person) -> None:
    clerk = member("community")
    assert "No contacts yet" in look(clerk, "/contacts/") and "No cases yet" in look(
        clerk, "/contacts/cases/"
    )
    assert f"/contacts/new/{other.public_id}/" in look(clerk, f"/people/{other.public_id}/")
    number, contact = noted(clerk, made, other)
    page = look(clerk, "/contacts/", "zh")
    assert "赫连次子" in page and "未下达隔离" in page and number in page and "同餐、聚会 <b>1</b>" in page
    assert "赫连次子" in look(clerk, f"/contacts/cases/{number}/") and "1 contacts" in look(
        clerk, f"/contacts/cases/{number}/"
    )
    assert "银河饭店" in look(clerk, f"/contacts/{contact}/")
    assert number in look(clerk, f"/contacts/new/{other.public_id}/")
    assert "positive" in ask(clerk, f"/contacts/{contact}/lab/", lab="positive", tested_on="2020-02-03")
    assert "赫连次子" in look(clerk, "/contacts/?only=positive") and "No contact matches" in look(
        clerk, "/contacts/?only=over"
    )
    assert "taken back" in ask(clerk, f"/contacts/{contact}/drop/", sure="yes")
    look(clerk, f"/contacts/{contact}/", status=404)  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"last_on": "soon"}, "soon"),
        ({"last_on": "2020-01-30", "first_on": "2020-02-01"}, "first day of contact cannot come after"),
        ({"last_on": "2999-01-30"}, "2999-01-30 has not come yet"),
        ({"case": "CNONE"}, "no case of that number"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    made: Made, other: Person, sent: dict[str, str], said: str
) -> None:
    clerk = member("community")
    number, _ = noted(clerk, made, other)
    given = SEEN | {"case": number, "place": "河边茶楼"} | sent
    page = ask(clerk, f"/contacts/new/{other.public_id}/", status=422, do="contact", **given)
    assert said in page and 'value="河边茶楼"' in page


def test_a_list_that_was_taken_in_is_noted_at_once(made: Made, other: Person) -> None:
    clerk = member("community")
    number, contact = noted(clerk, made, other)
    ask(clerk, f"/contacts/{contact}/drop/", sure="yes")
    with scope(""):
        Fact.objects.create(
            person=other, area_code=other.area_code, file_id=made.file.pk, sheet=1, row=2, seen_on=ON, origin=1, digest=1
        )  # fmt: skip
    page = look(clerk, f"/contacts/cases/{number}/")
    assert f'<option value="{made.file.pk}"' in page
    assert "1 people were noted" in ask(
        clerk, f"/contacts/cases/{number}/", do="list", file=str(made.file.pk), **SEEN
    )
    again = ask(clerk, f"/contacts/cases/{number}/", status=422, do="list", file=str(made.file.pk), **SEEN)
    assert "Nobody on this list is new" in again
    assert "Changed" in ask(clerk, f"/contacts/cases/{number}/", do="change", classification="excluded", lab="negative")  # fmt: skip


def test_handed_over_answered_looked_at_and_done(made: Made, other: Person) -> None:
    group = member("task_group")
    noted(group, made, other)
    assert "Nothing was handed over yet" in look(group, "/contacts/handover/")
    wish = {"area": AREAS["own"], "recipient": "区疾控中心", "purpose": "密接协查"}
    assert 'role="alert"' in ask(group, "/contacts/handover/", status=422, **(wish | {"recipient": " "}))
    ask(group, "/contacts/handover/", **wish)
    page = look(group, "/contacts/handover/", "zh")
    serial = page.split('action="/contacts/handover/')[1].split("/make/")[0]
    answer = group.post(f"/contacts/handover/{serial}/make/", {"kind": "xlsx"})
    assert answer["Content-Disposition"] == f'attachment; filename="{serial}-xlsx.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    sheet, out = book.worksheets[0], BytesIO()
    sheet.cell(3, sheet.max_column - 2, "确诊")
    book.save(out)
    sent = SimpleUploadedFile("答复.xlsx", out.getvalue())
    page = group.post(
        "/contacts/answers/", {"file": sent}, follow=True, HTTP_ACCEPT_LANGUAGE="zh"
    ).content.decode()
    assert "赫连次子" in page and "登记为确诊病例、下达住院隔离" in page and "1 人有变化" in page
    with scope(""):
        number = Answer.objects.get().pk
        assert Case.objects.count() == 1
    assert f"/contacts/answers/{number}/" in look(group, "/contacts/handover/")
    assert "1 people changed" in ask(group, f"/contacts/answers/{number}/do/", do="do")
    assert "done before" not in look(group, f"/contacts/answers/{number}/")
    with scope(""):
        assert Case.objects.count() == 2 and AuditLine.objects.filter(act="answer_done").count() == 1
    assert "done or dropped already" in ask(group, f"/contacts/answers/{number}/do/", status=409, do="do")  # fmt: skip


def test_a_file_that_is_no_answer_says_what_is_missing(made: Made) -> None:
    group = member("task_group")
    sent = SimpleUploadedFile("a.csv", "姓名,结果\n某,确诊\n".encode())
    answer = group.post("/contacts/answers/", {"file": sent}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 422 and "Row code" in answer.content.decode()
    assert "Choose a file" in ask(group, "/contacts/answers/", status=422)
    assert "/contacts/answers/" not in look(member("community"), "/contacts/handover/")


def test_the_pages_of_another_area_show_nobody(made: Made, other: Person) -> None:
    clerk = member("community")
    number, contact = noted(clerk, made, other)
    far = member("community", AREAS["neighbour"])
    for path in (f"/contacts/cases/{number}/", f"/contacts/{contact}/"):
        look(far, path, status=404)
    assert NAMES["own"] not in look(far, "/contacts/") and "赫连次子" not in look(far, "/contacts/cases/")
    assert "赫连次子" in look(member("commander", TOWN), "/contacts/")
    assert AT.year == 2020
