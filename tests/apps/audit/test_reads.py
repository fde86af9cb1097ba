"""A read of people is on record by kind and number, never by what was typed or seen."""

from __future__ import annotations

import pytest

from fournets.audit.models import AuditLine
from fournets.audit.services import record_read
from tests.apps.audit.conftest import AT

WHO = {"actor": "mei", "area_code": "440605123018", "at": AT}


@pytest.mark.django_db
def test_a_read_is_on_record() -> None:
    record_read("people_searched", **WHO, term="phone", found=1)
    line = AuditLine.objects.get()
    assert (line.act, line.actor, line.details) == ("people_searched", "mei", {"term": "phone", "found": 1})


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("people_searched", {"term": "13800138001", "found": 1}),
        ("people_searched", {"text": "区美兰"}),
        ("person_opened", {"person": "PABC", "name": "区美兰"}),
        ("looked", {}),
    ],
)
def test_what_was_typed_or_seen_is_refused(kind: str, details: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"does not say|not what was searched"):
        record_read(kind, **WHO, **details)


@pytest.mark.django_db
def test_a_reason_is_kept_short_and_without_numbers() -> None:
    record_read("field_unmasked", **WHO, person="PABC", field="phone", reason="回拨13800138001" + "号" * 300)
    reason = AuditLine.objects.get().details["reason"]
    assert (reason[:4], "138" in reason, len(reason)) == ("回拨…号", False, 200)
