"""The head of the chain is kept outside the database, once an hour, and no act fails because it cannot be."""
# ruff: noqa: S608 (the statements are the tests' own)

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from fournets.audit.anchors import anchors, path
from fournets.audit.chain import anchor_head
from fournets.audit.models import ChainLink
from fournets.audit.verify import verify
from fournets.cli.anchored import look_at_audit
from tests.apps.audit.conftest import AT, Tamper, act


def looked_at() -> tuple[bool, str]:
    """What the doctor says of the audit, on the owner's own connection."""
    with psycopg.connect(**database_words()) as link:
        return look_at_audit(link)


def database_words() -> dict[str, str]:
    words = connection.get_connection_params()
    return {name: words[name] for name in ("dbname", "user", "host", "port") if words.get(name)}


def test_the_first_act_of_an_hour_leaves_the_head(ten: list[int]) -> None:
    found = anchors()
    assert [one.position for one in found] == [1, 5, 9]
    assert [one.at for one in found] == [f"2020-02-05T{hour}:10:00+0800" for hour in ("09", "10", "11")]
    links = dict(ChainLink.objects.values_list("position", "hash"))
    assert [one.hash for one in found] == [bytes(links[one.position]) for one in found]
    assert path().stat().st_mode & 0o777 == 0o600


def test_another_process_of_the_same_hour_leaves_none(
    ten: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fournets.audit.anchors._done", {})
    act(9)
    assert len(anchors()) == 3


def test_a_check_leaves_the_head_at_once_and_not_twice(ten: list[int]) -> None:
    for _ in range(2):
        anchor_head(AT + timedelta(minutes=140), hourly=False)
    assert [one.position for one in anchors()] == [1, 5, 9, 10]


def test_no_act_fails_where_the_folder_cannot_be_written_and_the_doctor_tells(folder: Path) -> None:
    (folder / "anchors.log").mkdir()
    act(0)
    assert ChainLink.objects.count() == 1
    fine, said = looked_at()
    assert (fine, "cannot be written" in said) == (False, True)
    (folder / "anchors.log").rmdir()
    act(1)
    assert [one.position for one in anchors()] == [2]
    assert looked_at()[0]


@pytest.mark.parametrize(
    "text", ["garbage\n", "2020-02-05T12:00:00+0800 11 zz\n", "2020-02-05T12:00:00+0800 4"]
)
def test_a_line_nobody_can_read_does_not_fit_and_the_next_stands_by_itself(ten: list[int], text: str) -> None:
    with path().open("a") as file:
        file.write(text)
    act(30)
    assert [one.position for one in anchors()] == [1, 5, 9, 0, 11]
    verdict = verify()
    assert verdict.bad_anchor is not None and verdict.bad_anchor.line == 4
    fine, said = looked_at()
    assert (fine, "line 4" in said) == (False, True)


def test_the_doctor_tells_of_a_guard_that_is_off(ten: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for how in (
            "DISABLE",
            "ENABLE",
        ):  # an ordinary trigger is passed by in a session that plays a replica
            cursor.execute(f"ALTER TABLE audit_chainlink {how} TRIGGER audit_links_stay")
            fine, said = looked_at()
            assert (fine, "audit_links_stay" in said) == (False, True)
        cursor.execute("ALTER TABLE audit_chainlink ENABLE ALWAYS TRIGGER audit_links_stay")
    assert looked_at()[0]


def test_the_doctor_tells_of_lines_that_wait_for_long(ten: list[int], tamper: Tamper) -> None:
    tamper(f"INSERT INTO audit_waitingline VALUES ({ten[0]}, '')")
    fine, said = looked_at()
    assert (fine, "1 audit lines have waited" in said) == (False, True)
