"""The page of field forms: what is sent, what is wrong with it, and what may be done with what came."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fournets.audit.models import AuditLine
from fournets.interop.limits import limits
from fournets.interop.models import FieldForm
from fournets.jobs.models import Job
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, Made, member
from tests.apps.interop.conftest import EXAMPLES, Device, filled, form_book

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
PAGE = "/field-forms/"


@pytest.fixture
def group(made: dict[str, Made]) -> Client:
    """A browser of the town's task group, in Chinese."""
    client = member("task_group", TOWN)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh"
    return client


def send(client: Client, content: bytes, **words: Any) -> tuple[int, str]:
    answer = client.post(PAGE, {"workbook": SimpleUploadedFile("表.xlsx", content)}, follow=True, **words)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("file", "form_id"),
    [
        ("household", "household"),
        ("returnee", "returnee"),
        ("observation", "observation"),
        ("building", "building_walk"),
    ],
)
def test_the_examples_are_taken_as_they_are(group: Client, file: str, form_id: str) -> None:
    status, page = send(group, (EXAMPLES / f"{file}.xlsx").read_bytes())
    form = FieldForm.objects.get(form_id=form_id)
    assert status == 200 and form.title in page and "在用" in page and "转换程序提示" not in page
    assert form.area_code == TOWN and form.questions
    assert AuditLine.objects.get(act="field_form_added").details == {"form": form.pk, "version": form.version}
    again, _ = send(group, (EXAMPLES / f"{file}.xlsx").read_bytes())
    assert again == 200 and FieldForm.objects.filter(form_id=form_id).count() == 1
    assert "中文" in form.xform and "English" in form.xform


WRONG = {
    "“survey”表第 3 行:名称(name)与同一组里的另一题重复": form_book(("text", "a", "x"), ("text", "a", "x")),
    "“survey”表第 2 行:名称(name)不对": form_book(("text", "a b", "x")),
    "“survey”表第 2 行:引用了 survey 表里没有的题目": form_book(("text", "a", "${nope}")),
    "第 2 行:组、重复组的开始和结束对不上": form_book(("begin group", "g", "x"), ("text", "a", "x")),
    "题型(type)不认识": form_book(("blah", "a", "x")),
    "“choices”表": form_book(("select_one nope", "a", "x")),
    "要用的名单本系统不提供:other.csv": form_book(("select_one_from_file other.csv", "a", "x")),
    "settings 表缺 form_id 或 version": form_book(("text", "a", "x"), version=""),
    "没有要填的题目": form_book(("start", "a", "")),
    "不是可以读的 .xlsx": b"PK not a workbook",
    "这不是可以读的": b"name,type",
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_with_a_form_is_told_where_it_stands(group: Client, said: str) -> None:
    before = FieldForm.objects.count()
    status, page = send(group, WRONG[said])
    assert status == 422 and said in page, page[page.find("errorlist") :][:400]
    assert FieldForm.objects.count() == before


def test_in_english_too(group: Client) -> None:
    _, page = send(group, form_book(("text", "a b", "x")), HTTP_ACCEPT_LANGUAGE="en")
    assert "Sheet &quot;survey&quot;, row 2" in page


def test_nothing_sent_is_told(group: Client) -> None:
    assert group.post(PAGE, {}).status_code == 422


def test_a_workbook_over_the_limit_is_not_read(group: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits()["form"], "bytes", 10)
    assert send(group, form_book(("text", "a", "x")))[0] == 422


def test_another_content_under_the_same_version_is_refused_and_a_new_version_taken(group: Client) -> None:
    send(group, form_book(("text", "a", "x")))
    assert "内容却不同" in send(group, form_book(("text", "a", "y")))[1]
    status, page = send(group, form_book(("text", "a", "y"), version="2"))
    assert status == 200 and "旧版本" in page
    assert [one.version for one in FieldForm.objects.filter(form_id="a").order_by("id")] == ["1", "2"]


def test_another_areas_form_id_is_refused(group: Client, made: dict[str, Made]) -> None:
    send(group, form_book(("text", "a", "x")))
    status, _ = send(member("community"), form_book(("text", "a", "x"), version="2"))
    assert status == 422 and FieldForm.objects.filter(form_id="a").count() == 1


def test_a_form_is_closed_by_whoever_means_it(group: Client, household: FieldForm) -> None:
    group.post(f"{PAGE}{household.pk}/close/")
    household.refresh_from_db()
    assert household.closed_at is None
    page = group.post(f"{PAGE}{household.pk}/close/", {"sure": "yes"}, follow=True).content.decode()
    household.refresh_from_db()
    assert household.closed_at and household.closed_by.startswith("task_group") and "已停用" in page
    assert AuditLine.objects.filter(act="field_form_closed").count() == 1
    assert "已停用" in send(group, form_book(("text", "a", "x"), form_id="household", version="3"))[1]


def test_a_community_sees_the_towns_form_and_cannot_close_it(
    household: FieldForm, made: dict[str, Made]
) -> None:
    clerk = member("community")
    assert household.title in clerk.get(PAGE).content.decode()
    assert f"{PAGE}{household.pk}/close/" not in clerk.get(PAGE).content.decode()
    clerk.post(f"{PAGE}{household.pk}/close/", {"sure": "yes"})
    household.refresh_from_db()
    assert household.closed_at is None


def test_what_came_is_counted_and_taken_in_by_a_click(
    household: FieldForm, device: Device, made: dict[str, Made]
) -> None:
    device.send(filled())
    device.send(filled(address="别处"))
    clerk = member("community")
    page = clerk.get(PAGE, HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "1 份,其中 1 份还没收进" in page and "另存待核对 1 份" in page
    assert "区美兰" not in page
    clerk.post(f"{PAGE}{household.pk}/take/")
    with scope(""):
        job = Job.objects.get(kind="field_take")
    assert (job.subject, job.area_code) == (household.pk, AREAS["own"])
    neighbour = member("community", AREAS["neighbour"]).get(PAGE, HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "0 份,其中 0 份还没收进" in neighbour


def test_the_files_are_given_as_they_were_sent_and_made(group: Client, household: FieldForm) -> None:
    xml = group.get(f"{PAGE}{household.pk}/xml")
    assert xml.content.decode() == household.xform and xml["Content-Type"].startswith("text/xml")
    book = group.get(f"{PAGE}{household.pk}/xlsx")
    assert book.content == (EXAMPLES / "household.xlsx").read_bytes()
    assert group.get(f"{PAGE}{household.pk}/pdf").status_code == 404


def test_a_list_of_many_forms_costs_no_more_statements(group: Client, household: FieldForm, at: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            group.get(PAGE)
        return len(found)

    few = asked()
    for number in range(20):
        FieldForm.objects.create(
            form_id=f"f{number}", version="1", title="表", area_code=TOWN, xform="", md5="", workbook=b"", questions=[],
            sent_by="x", sent_at=at,
        )  # fmt: skip
    assert asked() <= few < MOST_QUERIES + 10
