"""Whatever a database administrator does to the audit behind the program's back, the check names it."""
# ruff: noqa: S608 (the statements are the tests' own)

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from fournets.audit.chain import link_waiting
from fournets.audit.keys import chain_key
from fournets.audit.models import AuditLine, ChainLink, WaitingLine
from fournets.audit.rules import FIRST, link_of, microseconds, said
from fournets.audit.verify import verify
from tests.apps.audit.conftest import Tamper, act

SWAP = "UPDATE {0} SET {1} = {1} + 1000 WHERE {1} IN ({2}, {3}); UPDATE {0} SET {1} = {2} + {3} + 1000 - {1} WHERE {1} > 1000"
FAKE = "decode(repeat('ab', 32), 'hex')"
LINE = "INSERT INTO audit_auditline (id, at, actor, act, area_code, details) VALUES ({0}, now(), 'x', 'close_task', '', '[]')"


def places() -> list[int]:
    return list(ChainLink.objects.order_by("position").values_list("position", flat=True))


def words_of(line: AuditLine) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT details::text FROM audit_auditline WHERE id = %s", [line.pk])
        details = cursor.fetchone()[0]
    return said(line.pk, microseconds(line.at), line.actor, line.act, line.area_code, details)


def chained_anew(first: int) -> list[str]:
    """The statements with which somebody who has the key writes the chain anew from a place on."""
    before = FIRST if first == 1 else bytes(ChainLink.objects.get(position=first - 1).hash)
    statements = []
    for link in ChainLink.objects.filter(position__gte=first).order_by("position"):
        before = link_of(chain_key(), before, link.position, words_of(AuditLine.objects.get(pk=link.line_id)))
        statements.append(
            f"UPDATE audit_chainlink SET hash = '\\x{before.hex()}' WHERE position = {link.position}"
        )
    return statements


def test_lines_are_chained_without_gaps_and_the_chain_holds(ten: list[int]) -> None:
    verdict = verify()
    assert places() == list(range(1, 11))
    assert (verdict.fine, verdict.lines, verdict.anchors) == (True, 10, 3)
    assert not WaitingLine.objects.exists()


def test_an_act_that_is_taken_back_leaves_no_line_and_no_gap(ten: list[int]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act(10)
        raise ZeroDivisionError
    act(11)
    assert places() == list(range(1, 12))
    assert verify().fine


@pytest.mark.parametrize(
    ("name", "where", "place", "why"),
    [
        ("edited", ["UPDATE audit_auditline SET actor = 'lan' WHERE id = {4}"], 5, "changed"),
        ("edited in details", ["UPDATE audit_auditline SET details = '{{}}' WHERE id = {4}"], 5, "changed"),
        ("given another area", ["UPDATE audit_auditline SET area_code = '44' WHERE id = {4}"], 5, "changed"),
        ("given another time", ["UPDATE audit_auditline SET at = at + interval '1 us' WHERE id = {4}"], 5, "changed"),
        ("given another hash", [f"UPDATE audit_chainlink SET hash = {FAKE} WHERE position = 5"], 5, "changed"),
        ("deleted", ["DELETE FROM audit_auditline WHERE id = {4}"], 5, "removed"),
        ("deleted with its link", ["DELETE FROM audit_auditline WHERE id = {4}",
                                   "DELETE FROM audit_chainlink WHERE position = 5"], 5, "gone"),
        ("deleted, the rest moved up", ["DELETE FROM audit_auditline WHERE id = {4}",
                                        "DELETE FROM audit_chainlink WHERE position = 5",
                                        "UPDATE audit_chainlink SET position = position + 90 WHERE position > 5",
                                        "UPDATE audit_chainlink SET position = position - 91 WHERE position > 5"], 5, "changed"),
        ("taken out of the chain", ["DELETE FROM audit_chainlink WHERE position = 10"], 0, "astray"),
        ("put in", [LINE.format("{4} + 5000")], 0, "astray"),
        ("put in to wait", [LINE.format("{4} + 5000"),
                            f"INSERT INTO audit_waitingline VALUES ({{4}} + 5000, {FAKE})"], 0, "forged"),
        ("put in at the end", [LINE.format("{4} + 5000"),
                               f"INSERT INTO audit_chainlink VALUES (11, {{4}} + 5000, {FAKE})"], 11, "changed"),
        ("deleted while it waits", [f"INSERT INTO audit_waitingline VALUES ({{4}} + 5000, {FAKE})"], 0, "removed"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_a_line_is_named_that_was(
    ten: list[int], tamper: Tamper, name: str, where: list[str], place: int, why: str
) -> None:
    tamper(*(one.format(*ten) for one in where))
    bad = verify().bad
    assert bad is not None
    assert (bad.position, bad.why) == (place, why)


def test_lines_that_changed_numbers_are_named(ten: list[int], tamper: Tamper) -> None:
    for one, other in ((3, 4), (0, 9)):
        first, second = ten[one], ten[other]
        swap = [
            f"UPDATE audit_auditline SET id = 0 WHERE id = {first}",
            f"UPDATE audit_auditline SET id = {first} WHERE id = {second}",
            f"UPDATE audit_auditline SET id = {second} WHERE id = 0",
        ]
        tamper(*swap)
        bad = verify().bad
        assert bad and (bad.line_id, bad.why) == (first, "changed")
        tamper(*swap)
        assert verify().fine


def test_lines_that_changed_places_are_named(ten: list[int], tamper: Tamper) -> None:
    tamper(
        "UPDATE audit_chainlink SET position = 0 WHERE position = 4",
        "UPDATE audit_chainlink SET position = 4 WHERE position = 7",
        "UPDATE audit_chainlink SET position = 7 WHERE position = 0",
    )
    bad = verify().bad
    assert bad and (bad.position, bad.line_id) == (4, ten[6])


def test_a_line_whose_own_hash_was_worked_out_anew_betrays_the_next(ten: list[int], tamper: Tamper) -> None:
    tamper(f"UPDATE audit_auditline SET actor = 'lan' WHERE id = {ten[4]}")
    tamper(chained_anew(5)[0])
    bad = verify().bad
    assert bad and (bad.position, bad.line_id) == (6, ten[5])


def test_a_chain_written_anew_with_the_key_does_not_fit_the_first_anchor_after_the_change(
    ten: list[int], tamper: Tamper, folder: Path
) -> None:
    tamper(f"UPDATE audit_auditline SET actor = 'lan' WHERE id = {ten[4]}")
    tamper(*chained_anew(5))
    verdict = verify()
    assert verdict.bad is None
    assert verdict.bad_anchor is not None and verdict.bad_anchor.line == 2
    tamper(f"UPDATE audit_auditline SET actor = 'lan' WHERE id = {ten[0]}")
    tamper(*chained_anew(1))
    verdict = verify()
    assert verdict.bad_anchor is not None and verdict.bad_anchor.line == 1


@pytest.mark.parametrize("kept", [0, 1, 7])
def test_a_chain_that_was_cut_does_not_fit_its_anchors(ten: list[int], tamper: Tamper, kept: int) -> None:
    tamper(
        f"DELETE FROM audit_chainlink WHERE position > {kept}",
        f"DELETE FROM audit_auditline WHERE id > {ten[0] + kept - 1}",
    )
    verdict = verify()
    assert verdict.bad is None
    assert verdict.bad_anchor is not None and verdict.bad_anchor.line == {0: 1, 1: 2, 7: 3}[kept]
    act(20)
    assert verify().bad_anchor is not None


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["the application", "the owner", "the owner as a replica"])
@pytest.mark.parametrize(
    ("table", "column"),
    [("audit_auditline", "act"), ("audit_chainlink", "hash"), ("audit_waitingline", "seal")],
)
def test_the_database_refuses_to_change_or_empty_the_audit(table: str, column: str, role: str) -> None:
    changes = ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}", "TRUNCATE {0} CASCADE"]
    act()
    with connection.cursor() as cursor:
        if role != "the application":
            cursor.execute("RESET ROLE")
        if role == "the owner as a replica":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for change in changes:
            refused = pytest.raises(DatabaseError, match=r"never changed|waits until|permission denied")
            with refused, transaction.atomic():
                cursor.execute(change.format(table, column))


def test_a_line_forged_without_the_key_is_never_chained(ten: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LINE.format(ten[9] + 5000))
        cursor.execute(f"INSERT INTO audit_waitingline VALUES ({ten[9] + 5000}, {FAKE})")
    act(10)
    assert link_waiting() == 0
    assert places() == list(range(1, 12))
    bad = verify().bad
    assert bad and (bad.line_id, bad.why) == (ten[9] + 5000, "forged")


@pytest.mark.django_db
def test_a_line_written_again_under_the_seal_of_another_is_forged() -> None:
    line = act()
    with connection.cursor() as cursor:
        for table, number in (("audit_auditline", "id"), ("audit_waitingline", "line_id")):
            cursor.execute(
                f"CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM {table} WHERE {number} = {line}"
            )
            cursor.execute(f"UPDATE again SET {number} = {number} + 1")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM again")
            cursor.execute("DROP TABLE again")
    bad = verify().bad
    assert bad and (bad.line_id, bad.why) == (line + 1, "forged")


def test_another_key_does_not_verify(ten: list[int], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other").mkdir()
    monkeypatch.setenv("FOURNETS_HOME", str(folder / "other"))
    bad = verify().bad
    assert bad and (bad.position, bad.why) == (1, "changed")


def test_a_check_from_a_place_on_sees_what_came_after(ten: list[int], tamper: Tamper) -> None:
    tamper(f"UPDATE audit_auditline SET actor = 'lan' WHERE id IN ({ten[2]}, {ten[8]})")
    assert verify().until == 2
    later = verify(start=4)
    assert later.bad and (later.lines, later.bad.position) == (4, 9)
    assert verify(start=4, most=3).fine
