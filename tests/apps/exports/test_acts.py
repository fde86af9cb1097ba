"""Who may ask for a list, who decides, and that it is made once; each with its line in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from fournets.audit.models import AuditLine
from fournets.audit.verify import verify
from fournets.language import Refusal
from fournets.organization.access import Reader, opened
from fournets.organization.rights import roles
from fournets.places.scope import scope
from fournets.reporting.exports.make import make
from fournets.reporting.exports.request import approve, digest_of, over_the_limit, refuse
from fournets.reporting.exports.selectors import decided_exports, exports_to_decide, own_exports
from fournets.reporting.exports.settings import limits
from fournets.reporting.models import Export, ExportRow
from tests.apps.exports.conftest import (
    AT,
    COLUMNS,
    DAY,
    GALAXY,
    GOLDEN,
    TOWN,
    WithLess,
    asked,
    crowd,
    made,
    number,
    reader,
    rows_of,
)
from tests.apps.people.rows import RING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
LATER = AT + timedelta(hours=1)


@contextmanager
def refusal(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.message.code == code


def test_the_limit_is_two_hundred_people() -> None:
    assert limits().people == 200


def test_a_small_list_is_made_at_once_and_only_once(clerk: Reader) -> None:
    one = made(clerk)
    assert one.export.state == "made"
    assert one.export.count == 30
    assert len(rows_of(one)) == 30
    with opened(clerk), refusal("export_is_made"):
        make(one.export.serial, "csv", reader=clerk, ring=RING, at=LATER)
    assert ExportRow.objects.filter(export=one.export).count() == 30


def test_a_large_list_waits_for_a_second_person(clerk: Reader, chief: Reader, few: None) -> None:
    export = asked(clerk)
    assert export.state == "waiting"
    with opened(clerk), refusal("export_is_waiting"):
        make(export.serial, "csv", reader=clerk, ring=RING, at=LATER)
    with opened(chief):
        assert [one.serial for one in exports_to_decide(chief)] == [export.serial]
        approve(export.serial, "同意,限当日使用", reader=chief, at=LATER)
        assert [one.serial for one in decided_exports(chief)] == [export.serial]
        assert exports_to_decide(chief) == []
    with opened(clerk):
        assert make(export.serial, "xlsx", reader=clerk, ring=RING, at=LATER).export.state == "made"
        assert [one.state for one in own_exports(clerk)] == ["made"]


def test_a_refused_list_is_never_made(clerk: Reader, chief: Reader, few: None) -> None:
    export = asked(clerk)
    with opened(chief):
        refuse(export.serial, "用途不明", reader=chief, at=LATER)
        with refusal("export_is_refused"):
            approve(export.serial, "改主意了", reader=chief, at=LATER)
    with opened(clerk), refusal("export_is_refused"):
        make(export.serial, "csv", reader=clerk, ring=RING, at=LATER)


def test_several_small_lists_add_up_within_a_day(clerk: Reader, few: None) -> None:
    crowd(8, GALAXY, first=600, residence_type="migrant")
    assert asked(clerk, who="migrant").state == "ready"
    assert made(clerk, area=GOLDEN).export.state == "made"
    assert asked(clerk, area=GOLDEN).state == "ready"  # the same five people again are no more people
    assert asked(clerk, who="migrant").state == "waiting"
    assert asked(reader("other", "task_group"), who="migrant").state == "ready"


def test_lists_asked_for_together_are_counted_when_they_are_made(clerk: Reader, few: None) -> None:
    first, second = asked(clerk, area=GOLDEN), asked(clerk, area=GOLDEN)
    assert (first.state, second.state) == ("ready", "ready")
    crowd(4, GOLDEN, first=701)
    with opened(clerk):
        make(first.serial, "csv", reader=clerk, ring=RING, at=AT)
    crowd(4, GOLDEN, first=801)
    with opened(clerk), refusal("export_grown"):
        make(second.serial, "csv", reader=clerk, ring=RING, at=AT)
    second.refresh_from_db()
    assert second.state == "waiting"


def test_what_was_handed_out_the_day_before_no_longer_counts(clerk: Reader, few: None) -> None:
    crowd(8, GALAXY, first=600, residence_type="migrant")
    made(clerk, area=GOLDEN)
    more = Export(area_code=GALAXY, who="migrant", on=DAY, asker="clerk")
    with opened(clerk):
        assert over_the_limit(more, at=AT + timedelta(hours=23))
        assert not over_the_limit(more, at=AT + timedelta(hours=25))


def test_what_a_second_person_approved_does_not_count(clerk: Reader, chief: Reader, few: None) -> None:
    export = asked(clerk)
    with opened(chief):
        approve(export.serial, "同意", reader=chief, at=LATER)
    with opened(clerk):
        make(export.serial, "csv", reader=clerk, ring=RING, at=LATER)
    assert asked(clerk, area=GOLDEN).state == "ready"


def test_an_approved_list_may_not_have_grown(clerk: Reader, chief: Reader, few: None) -> None:
    export = asked(clerk)
    with opened(chief):
        approve(export.serial, "同意", reader=chief, at=LATER)
    crowd(1, first=400)
    with opened(clerk), refusal("export_outgrown"):
        make(export.serial, "csv", reader=clerk, ring=RING, at=LATER)
    export.refresh_from_db()
    assert export.state == "approved"


def test_nobody_decides_on_his_own_list(clerk: Reader, few: None) -> None:
    export = asked(clerk)
    also_chief = replace(clerk, role=roles()["commander"])
    with opened(also_chief):
        assert exports_to_decide(also_chief) == []
        for decide in (approve, refuse):
            with refusal("export_own"):
                decide(export.serial, "同意", reader=also_chief, at=LATER)
    with pytest.raises(IntegrityError, match="nobody_approves_his_own_export"), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(approver="clerk")


def test_a_decision_has_a_word(clerk: Reader, chief: Reader, few: None) -> None:
    export = asked(clerk)
    with opened(chief):
        for word in ("", "  \n\t "):
            with refusal("export_word_missing"):
                approve(export.serial, word, reader=chief, at=LATER)


def test_whoever_may_make_lists_may_not_approve_any(clerk: Reader, few: None) -> None:
    export = asked(clerk)
    other = reader("other", "task_group")
    with opened(other), refusal("export_right_missing"):
        approve(export.serial, "同意", reader=other, at=LATER)


def test_the_commander_makes_no_lists(chief: Reader) -> None:
    with refusal("export_not_yours_to_make"):
        asked(chief)


def test_a_list_of_another_community_is_refused() -> None:
    neighbour = reader("neighbour", "community", GOLDEN)
    with refusal("export_not_yours_to_make"):
        asked(neighbour, area=GALAXY)
    with refusal("export_not_yours_to_make"):
        asked(neighbour, area=TOWN)
    assert asked(neighbour, area=GOLDEN).count == 5


def test_the_neighbours_request_is_out_of_sight(clerk: Reader) -> None:
    export = asked(clerk)
    neighbour = reader("neighbour", "community", GOLDEN)
    with opened(neighbour), refusal("export_unknown"):
        make(export.serial, "csv", reader=neighbour, ring=RING, at=LATER)


def test_only_the_asker_makes_his_list(clerk: Reader) -> None:
    export = asked(clerk)
    other = reader("other", "task_group")
    with opened(other), refusal("export_not_yours"):
        make(export.serial, "csv", reader=other, ring=RING, at=LATER)


def test_numbers_are_shown_whole_only_to_whoever_may_unmask(clerk: Reader, with_less: WithLess) -> None:
    one = made(clerk, unmasked=True)
    assert number(0) in one.content.decode()
    assert number(0) not in made(clerk).content.decode()
    with_less("people.unmask")
    with refusal("export_right_missing"):
        asked(clerk, unmasked=True)


def test_days_of_birth_need_the_right_to_see_them(clerk: Reader, with_less: WithLess) -> None:
    assert asked(clerk, columns=("name", "birth_on")).state == "ready"
    with_less("people.birth")
    with refusal("export_right_missing"):
        asked(clerk, columns=("name", "birth_on"))


def test_a_right_withdrawn_meanwhile_is_gone_when_the_list_is_made(
    clerk: Reader, with_less: WithLess
) -> None:
    export = asked(clerk, unmasked=True)
    with_less("people.unmask")
    with opened(clerk), refusal("export_right_missing"):
        make(export.serial, "csv", reader=clerk, ring=RING, at=LATER)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": " "}, "export_recipient_missing"),
        ({"recipient": "壬" * 61}, "export_recipient_long"),
        ({"purpose": "\x00"}, "export_purpose_missing"),
        ({"purpose": "复" * 201}, "export_purpose_long"),
        ({"columns": ()}, "export_columns"),
        ({"columns": ("name", "name")}, "export_columns"),
        ({"columns": ("name", "values_sealed")}, "export_columns"),
        ({"columns": (*COLUMNS, "job", "employer", "cell_name", "age")}, "export_columns_many"),
        ({"who": "everybody"}, "form_who_unknown"),
        ({"who": "contact"}, "export_nobody"),
    ],
)
def test_a_request_that_says_too_little_or_too_much_is_refused(
    clerk: Reader, change: dict[str, Any], code: str
) -> None:
    with refusal(code):
        asked(clerk, **change)
    assert Export.objects.count() == 0


def test_every_act_has_its_line_without_a_name_in_it(clerk: Reader, chief: Reader, few: None) -> None:
    export = asked(clerk)
    with opened(chief):
        approve(export.serial, "同意某某的申请", reader=chief, at=LATER)
    with opened(clerk):
        file = make(export.serial, "csv", reader=clerk, ring=RING, at=LATER)
    lines = list(AuditLine.objects.filter(act__contains="export").order_by("id"))
    assert [(line.act, line.actor) for line in lines] == [
        ("ask_export", "clerk"),
        ("approve_export", "chief"),
        ("make_export", "clerk"),
    ]
    assert {line.details["serial"] for line in lines} == {export.serial}
    assert lines[0].details["request"] == digest_of(export)
    assert lines[2].details["sha256"] == file.export.sha256
    said = str([line.details for line in lines])
    assert not [word for word in ("壬某", "疾控", "复核", "同意", "甲") if word in said]
    assert verify().bad is None


def test_the_database_shows_exports_and_their_rows_only_to_their_area(clerk: Reader) -> None:
    made(clerk)
    with scope(GOLDEN):
        assert Export.objects.count() == ExportRow.objects.count() == 0
    with scope(TOWN):
        assert ExportRow.objects.count() == 30


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM reporting_export",
        "DELETE FROM reporting_exportrow",
        "UPDATE reporting_exportrow SET code = 1",
    ],
)
def test_what_was_handed_out_stays_on_record(clerk: Reader, statement: str) -> None:
    made(clerk)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement)
