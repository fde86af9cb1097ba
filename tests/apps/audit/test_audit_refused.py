"""The database shows no line of the audit but to who audits its area, and to the chain; by default none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from fournets.audit.adopt import adopted
from fournets.audit.chain import link_waiting
from fournets.audit.models import AuditLine, WaitingLine
from fournets.audit.selectors import Sight, Wish, lines
from fournets.audit.verify import last_checked, record_check, verify
from fournets.database import AUDIT_HIGH, AUDIT_LOW, CHAIN, within
from fournets.organization.access import Reader, opened, readers
from fournets.organization.rights import roles
from fournets.places.models import Area
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN, account_for, appointed
from tests.apps.audit.conftest import AT, act

WHERE = {"town": TOWN, "own": AREAS["own"], "cell": AREAS["below"], "neighbour": AREAS["neighbour"], "none": "", "county": "440605"}  # fmt: skip
AUDITS = ("auditor", "data_protection_officer")


def plant() -> None:
    """A town, and a line of each area; the connection is as every one of the application is: nothing was asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, '', false)", [CHAIN])
    Area.objects.create(code=TOWN, kind="town", official_name="丹灶镇", short_name="丹灶")
    for name, area in WHERE.items():
        act(actor=name, area_code=area)


@pytest.fixture
def planted(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path))
    plant()


def reader(role: str, area: str) -> Reader:
    user = account_for(f"{role}.{area}")
    appointed(user, role, area)
    return readers(user.pk, at=timezone.now())[0]


def seen() -> set[str]:
    """Whose lines the database shows, however it is asked."""
    found = set(AuditLine.objects.values_list("actor", flat=True))
    assert AuditLine.objects.count() == len(found)
    return found


@pytest.mark.parametrize("role", AUDITS)
@pytest.mark.parametrize(
    ("area", "shown"),
    [
        (AREAS["own"], {"own", "cell"}),
        (AREAS["below"], {"cell"}),
        (TOWN, {"town", "own", "cell", "neighbour", "none"}),
        ("440605", set(WHERE)),
    ],
)
def test_who_audits_is_shown_his_area_and_who_has_the_town_lines_of_none(
    planted: None, role: str, area: str, shown: set[str]
) -> None:
    with opened(reader(role, area)):
        assert seen() == shown
        everything, _ = lines(Sight("", True), Wish())  # a page that forgot to ask for his area
        assert {one.actor for one in everything} == shown
    assert seen() == set()


@pytest.mark.parametrize("role", [key for key in roles() if key not in AUDITS])
def test_others_are_shown_no_line_even_of_their_own_area(planted: None, role: str) -> None:
    with opened(reader(role, TOWN)):
        assert seen() == set()


def test_no_scope_of_the_register_opens_the_audit(planted: None) -> None:
    with scope(""):
        assert seen() == set()


def test_an_auditor_keeps_nothing_of_the_chain_that_was_opened_around_him(planted: None) -> None:
    with within({CHAIN: "on"}), opened(reader("auditor", AREAS["own"])):
        assert seen() == {"own", "cell"}


def test_lines_are_added_and_chained_and_checked_by_who_is_shown_none(folder: Path) -> None:
    plant()
    with opened(reader("community", AREAS["own"])):
        act(actor="clerk")
    assert not WaitingLine.objects.exists()
    verdict = verify()
    assert (verdict.fine, verdict.lines) == (True, len(WHERE) + 1)
    record_check(verdict, actor="cli:root", at=AT)
    checked = last_checked()
    assert checked and checked.until == verdict.lines
    assert (seen(), link_waiting()) == (set(), 0)


def test_what_was_found_of_an_old_chain_is_still_told(planted: None) -> None:
    act(act="chain_adopted")
    assert adopted() == {"task": 0}


def test_a_line_is_changed_or_deleted_by_nobody_who_is_shown_it(planted: None) -> None:
    with opened(reader("auditor", TOWN)), connection.cursor() as cursor:
        for statement in ("UPDATE audit_auditline SET actor = 'x'", "DELETE FROM audit_auditline"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_a_range_that_holds_everything_has_no_line_without_an_area(planted: None) -> None:
    with within({AUDIT_LOW: "0", AUDIT_HIGH: ":"}):
        assert seen() == set(WHERE) - {"none"}
