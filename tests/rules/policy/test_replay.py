"""A decision can be replayed: the digest still stands, or the values that changed are named."""

from __future__ import annotations

from datetime import date

from fournets import policy
from fournets.policy.reader import digest_of_record

DAY, AREA = date(2020, 2, 10), "440605123"
THEN = policy.in_force(on=DAY, area=AREA)


def with_changes(**changes: object) -> dict[str, object]:
    """The record of the day as if these values had been others when the decision was made."""
    return THEN.record() | {name.replace("__", "."): value for name, value in changes.items()}


def test_a_digest_stands_as_long_as_no_number_moves() -> None:
    assert policy.replay(THEN.digest, on=DAY, area=AREA) == policy.Replay(True, ())


def test_a_changed_number_is_named_with_what_it_was_and_is() -> None:
    record = with_changes(fever__threshold=37.5)
    found = policy.replay(digest_of_record(record), on=DAY, area=AREA, record=record)
    assert found == policy.Replay(False, (policy.Change("fever.threshold", 37.5, 37.3),))


def test_a_number_that_is_gone_is_named() -> None:
    record = with_changes(old__rule=3)
    found = policy.replay(digest_of_record(record), on=DAY, area=AREA, record=record)
    assert found.changed == (policy.Change("old.rule", 3, None),)


def test_values_with_new_names_do_not_disturb_old_decisions() -> None:
    record = THEN.record()
    del record["liaison.enterprises_an_officer"]
    found = policy.replay(digest_of_record(record), on=DAY, area=AREA, record=record)
    assert found == policy.Replay(True, ())


def test_a_changed_list_of_outbreak_areas_is_seen() -> None:
    record = with_changes(outbreak_areas__listed=[["42", "2020-01-23", True]])
    found = policy.replay(digest_of_record(record), on=DAY, area=AREA, record=record)
    assert [change.name for change in found.changed] == ["outbreak_areas.listed"]


def test_without_the_record_only_the_digest_speaks() -> None:
    assert policy.replay("0" * 64, on=DAY, area=AREA) == policy.Replay(False, ())


def test_a_record_that_is_not_the_digests_proves_nothing() -> None:
    found = policy.replay("0" * 64, on=DAY, area=AREA, record=THEN.record())
    assert found == policy.Replay(False, ())


def test_a_decision_under_some_subjects_is_replayed_under_those() -> None:
    subjects = ("fever", "isolation", "screening", "outbreak_areas")
    digest = THEN.digest_of(*subjects)
    assert policy.replay(digest, on=DAY, area=AREA, subjects=subjects).stands
    assert not policy.replay(digest, on=date(2022, 7, 1), area=AREA, subjects=subjects).stands
