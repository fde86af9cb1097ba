"""What was kept aside is looked at and decided: it counts in the place of what it contradicts, or is left; once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.interop.models import FieldForm, KeptAside, Submission, SubmissionFile
from fournets.interop.selectors import sums_of_forms
from fournets.interop.services.forms import close_form
from fournets.language import say
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, Made, member
from tests.apps.interop.conftest import FIRST, SECOND, THIRD, Device, filled
from tests.apps.interop.test_contract import aside, content_of, kept

pytestmark = pytest.mark.django_db
PAGE = "/field-forms/aside/"


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    client = member("community")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh"
    return client


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, number: int, count: str) -> str:
    return client.post(f"{PAGE}{number}/", {"count": count}, follow=True).content.decode()


def test_the_page_says_which_questions_are_answered_otherwise_and_no_answer(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    device.send(filled())
    device.send(filled(address="联沙社区东街8号"), {"a.jpg": b"x"})
    page = shown(clerk)
    assert "同一编号,内容不同" in page and "家庭住址" in page and "有照片" in page and "mei.au" in page
    assert "姓名" not in page.partition("<tbody>")[2]
    for answer in ("东街", "西路", "区美兰", "13800138001"):
        assert answer not in page


def test_one_that_counts_takes_the_place_of_the_other(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    device.send(filled())
    other = filled(address="联沙社区东街8号")
    device.send(other, {"a.jpg": b"photo"})
    assert say("field_told_counted", "zh") in decide(clerk, aside()[0].pk, "yes")
    first, second = kept()
    assert (first.replaced_by, second.replaced_by) == (second.instance_id, "")
    assert content_of(second).decode() == other and second.sent_by == "mei.au"
    with scope(""):
        assert content_of(SubmissionFile.objects.get(submission=second)) == b"photo"
    (line,) = AuditLine.objects.filter(act="field_aside_decided")
    assert line.details == {"form": "household", "decision": "counted"}
    assert say("field_aside_unknown", "zh") in decide(clerk, aside()[0].pk, "yes")
    assert len(kept()) == 2


def test_one_that_corrects_what_was_corrected_before_counts_after_the_last(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    device.send(filled())
    device.send(filled(instance=SECOND, deprecated=FIRST))
    device.send(filled(instance=THIRD, deprecated=FIRST, address="又一处"))
    assert "同一份被更正过两次" in shown(clerk)
    decide(clerk, aside()[0].pk, "yes")
    assert [(one.instance_id, one.replaced_by) for one in kept()] == [
        (FIRST, SECOND), (SECOND, THIRD), (THIRD, ""),
    ]  # fmt: skip


def test_one_of_a_closed_form_counts_under_its_own_id(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    close_form(household.pk, area_code=TOWN, actor="x", at=timezone.now())
    device.send(filled())
    assert "没有可比的" in shown(clerk)
    decide(clerk, aside()[0].pk, "yes")
    assert [(one.instance_id, one.replaced_by) for one in kept()] == [(FIRST, "")]


def test_one_that_is_left_changes_nothing_and_waits_no_more(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    device.send(filled())
    device.send(filled(address="别处"))
    with scope(""):
        assert sums_of_forms(["household"])["household"].aside == 1
    decide(clerk, aside()[0].pk, "no")
    with scope(""):
        assert sums_of_forms(["household"])["household"].aside == 0
    (one,) = aside()
    assert (one.decided, one.decided_by[:9]) == ("left", "community") and one.content_sealed
    assert [one.replaced_by for one in kept()] == [""]
    assert device.send(filled(address="别处")).status_code == 409  # known for what it is
    assert len(aside()) == 1


def test_another_areas_is_not_there(household: FieldForm, device: Device, made: dict[str, Made]) -> None:
    device.send(filled())
    device.send(filled(address="别处"))
    neighbour = member("community", AREAS["neighbour"])
    assert household.title not in shown(neighbour)
    decide(neighbour, aside()[0].pk, "yes")
    assert aside()[0].decided == "" and len(kept()) == 1


def test_corrections_that_lead_in_a_circle_are_followed_once(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    device.send(filled())
    device.send(filled(instance=SECOND, deprecated=FIRST))
    with scope(""):
        Submission.objects.filter(instance_id=SECOND).update(replaced_by=FIRST)
    device.send(filled(address="别处"))
    assert "家庭住址" in shown(clerk)


def test_many_cost_no_more_statements_than_one(household: FieldForm, device: Device, clerk: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            shown(clerk)
        return len(found)

    device.send(filled())
    device.send(filled(address="1"))
    few = asked()
    for number in range(2, 12):
        device.send(filled(address=str(number)))
    assert len(aside()) == 11 and asked() <= few


def test_of_one_past_its_period_nothing_can_be_decided(
    household: FieldForm, device: Device, clerk: Client
) -> None:
    device.send(filled())
    device.send(filled(address="别处"))
    with scope(""):
        KeptAside.objects.update(content_sealed=None)
    assert "家庭住址" not in shown(clerk)
    assert say("field_aside_unknown", "zh") in decide(clerk, aside()[0].pk, "yes")
    assert len(kept()) == 1
