"""The log of deletions outlives the database: what a register has not seen of it is done again, and no more than that.

The database is taken back to how it was before a deletion; the log, which lies outside, stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.models import SourceFile
from fournets.intake.services import TakeIn, take_in, undo_file
from fournets.keeping.deletions import LOG, lost, unseen
from fournets.keeping.forget import forget_person, leave_forgotten, remember_person
from fournets.keeping.models import Event
from fournets.keeping.replay import Replayed, outdated, replay_deletions
from fournets.keeping.retention import apply_retention, data_classes
from fournets.people.models import Fact, Forgotten, Person, ReviewItem
from fournets.people.services import merge_people
from fournets.screening.models import Assessment, Decision
from tests.apps.intake.conftest import AT, DAY, HEADER, MEI, Workbook
from tests.apps.keeping.lives import (
    BOOK,
    LATER,
    NAME,
    PHONE,
    as_keeper,
    live,
    numbers_of,
    person,
    whole_register,
)

pytestmark = pytest.mark.django_db
WHY = "本人申请,受理号 17"


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own, with fresh keys."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


@pytest.fixture
def filed(ring: KeyRing, town: str, how: TakeIn, workbook: Workbook) -> KeyRing:
    take_in([workbook("银河户册.xlsx", BOOK)], how, ring=ring)
    return ring


@contextmanager
def undone() -> Iterator[None]:
    """What is done to the database inside is not there afterwards: as in a back-up from before, with its originals."""
    kept = home() / "kept"
    shutil.copytree(home() / "files", kept)
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)
    shutil.rmtree(home() / "files")
    kept.rename(home() / "files")


def forget(ring: KeyRing, one: Person | None = None) -> str:
    with as_keeper():
        return forget_person(
            (one or person()).public_id, reason=WHY, on=LATER, at=AT, actor="keeper", ring=ring
        ).person


def remember(public_id: str) -> None:
    with as_keeper():
        remember_person(public_id, reason="确已返镇", at=AT, actor="keeper")


def replay(ring: KeyRing) -> Replayed:
    with as_keeper():
        return replay_deletions(at=AT, actor="keeper", ring=ring)


def event() -> Event:
    return Event.objects.get(closed_at=None)


def test_a_register_that_did_the_deletions_has_nothing_to_do(filed: KeyRing) -> None:
    forget(filed)
    assert (outdated(), event().deletions, lost(event())) == (0, 1, False)
    lines = AuditLine.objects.count()
    assert replay(filed) == Replayed()
    assert AuditLine.objects.count() == lines


def test_whoever_is_back_is_forgotten_again_in_all_tables_with_his_original(filed: KeyRing) -> None:
    live(person(), filed)
    with undone():
        forget(filed)
    assert (NAME in whole_register(filed), outdated()) == (True, 1)
    assert replay(filed) == Replayed(deletions=1, people=1, rows=0, originals=1)
    assert [said for said in (NAME, MEI, PHONE) if said in whole_register(filed)] == []
    assert (outdated(), list((home() / "files").glob("*/*.sealed"))) == (0, [])
    details = AuditLine.objects.get(act="deletions_replayed").details
    assert details == {"deletions": 1, "people": 1, "rows": 0}


def test_nobody_asks_again_whether_something_is_going_on(filed: KeyRing) -> None:
    live(person(), filed)
    with undone():
        forget(filed)
    with as_keeper():
        Decision.objects.update(action="isolate_home", until_on=LATER + timedelta(days=9))
    assert replay(filed).people == 1
    assert Assessment.objects.count() == 0


def test_a_list_that_names_him_waits_in_the_back_up_too(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    with undone():
        forget(filed)
        marks = set(Forgotten.objects.values_list("public_id", "mark", "until_on"))
    replay(filed)
    assert set(Forgotten.objects.values_list("public_id", "mark", "until_on")) == marks
    assert len(marks) > 1
    book = workbook("又.xlsx", [HEADER, [1, NAME, MEI, PHONE, "", ""]])
    assert take_in([book], how, ring=filed).totals()["review"] == 1


def test_who_was_remembered_since_is_not_held_up(filed: KeyRing) -> None:
    with undone():
        remember(forget(filed))
    assert replay(filed).deletions == 2
    assert (Forgotten.objects.count(), Person.objects.filter(name=NAME).count()) == (0, 0)


def test_forgotten_remembered_and_forgotten_again_he_is_held_up(filed: KeyRing) -> None:
    with undone():
        one = forget(filed)
        remember(one)
        log = home() / LOG
        first = log.read_text().splitlines()[0]
        log.write_text(log.read_text() + first.replace(" 1 forget ", " 3 forget ") + "\n")
    replay(filed)
    assert set(Forgotten.objects.values_list("public_id", flat=True)) == {one}


def test_he_is_found_under_another_public_id(filed: KeyRing, how: TakeIn, workbook: Workbook) -> None:
    """The back-up knows him from a file that was taken back since; he came again with another."""
    before = person()
    with undone():
        undo_file(SourceFile.objects.get().pk, actor="cli", at=AT)
        take_in([workbook("别册.xlsx", [HEADER, [1, NAME, MEI, "", "", ""]])], how, ring=filed)
        assert forget(filed) != before.public_id
    assert replay(filed).people == 1
    assert before.pk not in numbers_of("person_id")
    assert sorted(Person.objects.values_list("name", flat=True)) == ["解小兰", "陈志强"]


def test_of_a_file_of_two_people_only_his_rows_go(filed: KeyRing) -> None:
    """The back-up is from a time when two people had been merged by mistake."""
    he, other = person(), person("解小兰")
    with undone():
        forget(filed, he)
    with as_keeper():
        merge_people(other.public_id, he.public_id, reason="误合并", actor="cli", at=AT)
    assert replay(filed).people == 1
    assert list(Fact.objects.filter(person=other).values_list("name", flat=True)) == ["解小兰"]
    assert NAME not in whole_register(filed)


def test_who_was_merged_into_him_goes_though_the_back_up_has_two_files(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    take_in(
        [workbook("别.xlsx", [HEADER, [1, "区阿兰", "", "", "银河社区北路1号1栋101", ""]])], how, ring=filed
    )
    gone = person("区阿兰")
    with undone():
        with as_keeper():
            merge_people(person().public_id, gone.public_id, reason="同一人", actor="cli", at=AT)
        forget(filed, Person.objects.get(pk=person("陈志强").pk - 1))
    assert replay(filed).people == 2
    assert sorted(Person.objects.values_list("name", flat=True)) == ["解小兰", "陈志强"]


def test_a_row_that_was_dropped_is_dropped_again(filed: KeyRing, how: TakeIn, workbook: Workbook) -> None:
    forget(filed)
    take_in([workbook("又.xlsx", [HEADER, [1, NAME, MEI, PHONE, "", ""]])], how, ring=filed)
    with undone(), as_keeper():
        leave_forgotten(ReviewItem.objects.get().pk, at=AT, actor="keeper")
    assert (MEI in whole_register(filed), outdated()) == (True, 1)
    assert replay(filed) == Replayed(deletions=1, rows=1, originals=1)
    assert (MEI in whole_register(filed), ReviewItem.objects.count()) == (False, 0)


def test_periods_are_applied_again_as_of_their_day(filed: KeyRing) -> None:
    days = data_classes()["cells"].days
    assert days is not None
    on = DAY + timedelta(days=days + 1)
    Fact.objects.filter(name=NAME).update(changes_sealed=filed.seal("changes", "[]"))
    Fact.objects.filter(name="解小兰").update(changes_sealed=filed.seal("changes", "[]"), seen_on=on)
    with undone(), as_keeper():
        at = datetime.combine(on, AT.timetz())
        assert apply_retention(on=on, at=at, actor="keeper", ring=filed) == {"files": 1, "cells": 1}
    assert replay(filed) == Replayed(deletions=2, rows=2, originals=1)
    assert list((home() / "files").glob("*/*.sealed")) == []
    assert list(Fact.objects.exclude(changes_sealed=None).values_list("name", flat=True)) == ["解小兰"]


def test_a_class_of_an_earlier_version_is_passed_over(filed: KeyRing) -> None:
    uuid = event().uuid
    (home() / LOG).write_text(f"{AT.isoformat()} {uuid} 1 retention horoscopes 2020-05-01 2020-02-01\n")
    assert replay(filed) == Replayed(deletions=1)
    assert outdated() == 0


def test_an_original_only_the_folder_has_brought_back_is_removed(filed: KeyRing) -> None:
    copy = home() / "copy"
    shutil.copytree(home() / "files", copy)
    forget(filed)
    shutil.copytree(copy, home() / "files", dirs_exist_ok=True)
    assert replay(filed) == Replayed(originals=1)


def test_an_original_that_came_again_and_is_kept_stays(filed: KeyRing) -> None:
    file = SourceFile.objects.get()
    SourceFile.objects.create(
        sha256=file.sha256, name="同一份.xlsx", area_code="440605123008", size=1, received_at=AT, seen_on=DAY,
        state="undone", destroyed_at=AT,
    )  # fmt: skip
    assert replay(filed) == Replayed()
    assert len(list((home() / "files").glob("*/*.sealed"))) == 1


def test_lines_of_another_event_are_none_of_ours(filed: KeyRing) -> None:
    with undone():
        forget(filed)
    log = home() / LOG
    log.write_text(log.read_text().replace(str(event().uuid), "00000000-0000-0000-0000-000000000001"))
    assert (outdated(), replay(filed)) == (0, Replayed())


def test_a_line_cut_off_in_writing_is_no_deletion_and_the_next_one_stands_by_itself(filed: KeyRing) -> None:
    (home() / LOG).write_text(f"{AT.isoformat()} {event().uuid}")
    assert outdated() == 0
    forget(filed)
    event().refresh_from_db()
    Event.objects.update(deletions=0)
    assert [one.what for one in unseen(event())] == ["forget"]


def test_a_log_that_was_lost_is_told(filed: KeyRing) -> None:
    forget(filed)
    (home() / LOG).unlink()
    assert lost(event())
    assert outdated() == 0


def test_where_the_log_cannot_be_written_nothing_is_destroyed(filed: KeyRing) -> None:
    (home() / LOG).mkdir()
    before = whole_register(filed)
    with pytest.raises(OSError, match=LOG), as_keeper(), transaction.atomic():
        forget_person(person().public_id, reason=WHY, on=LATER, at=AT, actor="keeper", ring=filed)
    assert whole_register(filed) == before
    assert len(list((home() / "files").glob("*/*.sealed"))) == 1
