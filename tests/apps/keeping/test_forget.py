"""One person forgotten while the event runs: nothing of him is left anywhere, and what counted him stays true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.models import SourceFile, SourceRow, SourceSheet
from fournets.intake.selectors import links, waiting_rows
from fournets.intake.services import TakeIn, take_in, undo_file, write_rows_to_mend
from fournets.keeping.deletions import LOG
from fournets.keeping.forget import Forgot, forget_person, leave_forgotten, remember_person
from fournets.language import Refusal
from fournets.organization.models import Task
from fournets.people.models import Fact, Forgotten, Household, Person, ReviewItem
from fournets.people.services import decide_review, merge_people, split_person
from fournets.reporting.figures.day_close import close_day
from fournets.reporting.models import DayFigure
from fournets.screening.models import Decision, Override, Visit
from fournets.screening.selectors import coverage_sums
from fournets.screening.services import assess_people
from tests.apps.intake.conftest import AT, DAY, HEADER, LAN, MEI, Workbook
from tests.apps.keeping.lives import (
    AREA,
    BOOK,
    DOOR,
    LATER,
    NAME,
    PHONE,
    as_keeper,
    later,
    live,
    numbers_of,
    person,
    whole_register,
)

pytestmark = pytest.mark.django_db
WHY = "本人申请,受理号 2020-17"


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own, with fresh keys."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


@pytest.fixture
def book(workbook: Workbook) -> Path:
    return workbook("银河户册.xlsx", BOOK)


@pytest.fixture
def filed(ring: KeyRing, town: str, how: TakeIn, book: Path) -> KeyRing:
    take_in([book], how, ring=ring)
    return ring


def forget(ring: KeyRing, one: Person | None = None, reason: str = WHY) -> Forgot:
    public_id = (one or person()).public_id
    with as_keeper():
        return forget_person(public_id, reason=reason, on=LATER, at=AT, actor="keeper", ring=ring)


def originals() -> list[Path]:
    return list((home() / "files").glob("*/*.sealed"))


def test_nothing_of_him_is_left_in_any_table_nor_in_the_files(filed: KeyRing) -> None:
    one = person()
    live(one, filed)
    close_day(on=DAY, at=AT, actor="cli")
    before = whole_register(filed)
    assert all(said in before for said in (NAME, MEI, PHONE, DOOR, one.public_id, "武汉", "黎阿妹"))
    forget(filed)
    after = whole_register(filed)
    assert [
        said
        for said in (NAME, MEI, PHONE, one.public_id + '"]', "武汉", "已复核", "本人申请")
        if said in after
    ] == []
    assert one.pk not in numbers_of("person_id") | numbers_of("kept_id") | numbers_of("one_id") | numbers_of(
        "head_id"
    )
    assert "陈志强" in after
    assert "黎阿妹" in after, "a row of somebody else in which he was only a candidate stays"
    assert [
        item.candidates == [one.pk] or one.pk in item.candidates for item in ReviewItem.objects.all()
    ] == [False]
    assert originals() == []


def test_his_public_id_stays_in_the_list_of_the_forgotten_alone(filed: KeyRing) -> None:
    one = person()
    live(one, filed)
    forget(filed)
    lines = [line for line in whole_register(filed).splitlines() if one.public_id in line]
    assert lines
    assert all(set(_keys(line)) == {"id", "mark", "public_id", "until_on"} for line in lines)


def test_the_rows_he_stood_in_are_empty_and_still_counted(filed: KeyRing) -> None:
    before = Counter(SourceRow.objects.values_list("outcome", flat=True))
    done = forget(filed)
    assert (done.rows, done.files) == (1, ["银河户册.xlsx"])
    assert Counter(SourceRow.objects.values_list("outcome", flat=True)) == before
    sheet = SourceSheet.objects.get()
    assert sum(sheet.counts.values()) == sheet.rows == SourceRow.objects.count()
    empty = SourceRow.objects.get(reason="forgotten")
    assert (empty.row, empty.person_id, empty.problems, empty.rule) == (3, None, None, "")
    assert [(row, person_) for _, _, row, _, person_, *_ in links() if row == 3] == [(3, "")]


def test_frozen_figures_keep_their_value_and_lose_him(filed: KeyRing) -> None:
    one = person()
    close_day(on=DAY, at=AT, actor="cli")
    enterprises = DayFigure.objects.filter(figure="enterprises")
    with as_keeper():
        enterprises.update(behind=[one.pk])  # the number of an enterprise may be his
    forget(filed)
    town = DayFigure.objects.get(figure="people", area_code=AREA[:9])
    assert (town.value, len(town.behind), one.pk in town.behind) == (3, 2, False)
    assert {tuple(figure.behind) for figure in enterprises.all()} == {(one.pk,)}


def test_coverage_loses_the_person_and_keeps_that_his_household_was_visited(filed: KeyRing) -> None:
    from django.db import connection

    forget(filed)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    (sums,) = [one for one in coverage_sums(AREA, on=LATER) if one.area_code == AREA]
    assert (sums.persons_found, sums.surveyed, sums.known_not_started) == (1, 1, 0)
    assert (
        list(Visit.objects.filter(area_code__startswith=AREA).values_list("person_id", flat=True)).count(None)
        == 1
    )


def test_his_household_stays_for_the_others_without_his_name(filed: KeyRing) -> None:
    forget(filed)
    left = Fact.objects.get(name="陈志强")
    assert ("head_name" in left.values, "head_name" in person("陈志强").values) == (False, False)
    assert left.household is not None
    assert left.household.head is None
    assert Fact.objects.get(name="解小兰").values["head_name"] == "解小兰"


def test_the_last_of_a_household_takes_it_and_its_visits_along(filed: KeyRing) -> None:
    forget(filed, person("解小兰"))
    assert Household.objects.count() == 1
    assert Visit.objects.filter(household_id=None).count() == 0
    assert Visit.objects.count() == 2


def test_decisions_that_apply_to_others_too_stay(filed: KeyRing) -> None:
    assess_people(on=DAY, actor="cli", at=AT)
    before = set(Decision.objects.values_list("key", flat=True))
    forget(filed)
    assert set(Decision.objects.values_list("key", flat=True)) == before


def test_whoever_was_merged_into_him_is_forgotten_with_him(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    take_in(
        [workbook("别册.xlsx", [HEADER, [1, "区阿兰", "", "13800138055", "银河社区北路1号1栋101", "户主"]])],
        how,
        ring=filed,
    )
    gone = person("区阿兰")
    merge_people(person().public_id, gone.public_id, reason="同一人", actor="cli", at=AT)
    forget(filed, person(NAME) if Person.objects.filter(name=NAME).exists() else person("区阿兰"))
    assert "区阿兰" not in whole_register(filed)
    assert gone.pk not in numbers_of("person_id")
    assert gone.public_id in (home() / LOG).read_text()
    assert SourceRow.objects.filter(reason="forgotten").count() == 2
    assert originals() == []


def test_a_row_that_was_split_off_since_is_somebody_elses(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    take_in(
        [workbook("又一册.xlsx", [HEADER, [1, NAME, MEI, "13800138044", "", ""]])], later(how), ring=filed
    )
    file = SourceFile.objects.latest("pk")
    row = SourceRow.objects.get(file=file, person_id=person().pk)
    fresh = split_person(
        person().public_id, files=[(file.pk, row.sheet, row.row)], reason="另一人", actor="cli", at=AT
    )
    first = Person.objects.exclude(pk=fresh.pk).get(name=NAME)
    forget(filed, first)
    row.refresh_from_db()
    assert (row.reason == "forgotten", Person.objects.filter(pk=fresh.pk).exists()) == (False, True)
    assert Fact.objects.get(file_id=file.pk).person == fresh


@pytest.mark.parametrize("act", ["task", "override", "isolation"])
def test_while_something_is_going_on_about_him_he_stays(filed: KeyRing, act: str) -> None:
    one = person()
    live(one, filed)
    if act == "task":
        Task.objects.update(closed_at=None)
    if act == "override":
        Override.objects.update(until_on=LATER.replace(day=28), state="asked", decided_by="")
    if act == "isolation":
        with as_keeper():
            Decision.objects.update(action="isolate_home", until_on=LATER.replace(day=28))
    before = whole_register(filed)
    with pytest.raises(Refusal) as refused:
        forget(filed)
    said = {"task": "open task", "override": "override", "isolation": "isolation"}[act]
    assert refused.value.message.code == "forget_open_act"
    assert said in str(refused.value)
    assert whole_register(filed) == before
    assert not (home() / LOG).exists()


@pytest.mark.parametrize("reason", ["", "  ", "440605198502143021", "好"])
def test_without_a_reason_nobody_is_forgotten(filed: KeyRing, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        forget(filed, reason=reason)
    assert refused.value.message.code == "forget_reason"
    assert Person.objects.count() == 3


def test_the_audit_and_the_log_say_who_did_it_and_nothing_of_him(filed: KeyRing) -> None:
    one = person()
    forget(filed, reason=f"本人申请 {MEI}")
    line = AuditLine.objects.get(act="person_forgotten")
    assert (line.actor, line.details["person"], line.details["rows"], line.details["originals"]) == (
        "keeper",
        one.public_id,
        1,
        1,
    )
    log = (home() / LOG).read_text()
    for said in (NAME, MEI, PHONE):
        assert said not in f"{line.details}{log}"


# What comes again


def again(ring: KeyRing, how: TakeIn, workbook: Workbook, *rows: list[object]) -> dict[str, int]:
    report = take_in(
        [workbook("又一册.xlsx", [["银河社区居民户册登记表"], HEADER, *rows])], later(how), ring=ring
    )
    return report.totals()


@pytest.mark.parametrize(
    "row",
    [
        [1, NAME, MEI, "", "", ""],
        [1, NAME, "", PHONE, "", ""],
        [1, NAME, "", "", DOOR, "户主"],
    ],
    ids=["by his number", "by name and telephone", "by name and door"],
)
def test_a_list_that_names_him_again_waits_for_somebody(
    filed: KeyRing, how: TakeIn, workbook: Workbook, row: list[object]
) -> None:
    forget(filed)
    totals = again(filed, how, workbook, row, [2, "莫小燕", "", "13800138099", DOOR, "其他"])
    assert (totals["review"], totals["created"]) == (1, 1)
    assert ReviewItem.objects.get().reason == "named_forgotten"
    assert not Person.objects.filter(name=NAME).exists()


def test_rows_of_one_list_that_are_his_wait_together(filed: KeyRing, how: TakeIn, workbook: Workbook) -> None:
    forget(filed)
    new_phone = "13800138111"
    totals = again(filed, how, workbook, [1, NAME, MEI, new_phone, "", ""], [2, NAME, "", new_phone, "", ""])
    assert (totals["review"], totals["created"]) == (2, 0)


def test_the_same_workbook_taken_back_and_in_again_does_not_bring_him_back(
    filed: KeyRing, how: TakeIn, book: Path
) -> None:
    forget(filed)
    undo_file(SourceFile.objects.get().pk, actor="cli", at=AT)
    report = take_in([book], how, ring=filed).totals()
    assert (report["review"], report["created"]) == (1, 2)
    assert set(Person.objects.values_list("name", flat=True)) == {"陈志强", "解小兰"}


def test_the_original_of_a_known_file_is_not_kept_again(filed: KeyRing, how: TakeIn, book: Path) -> None:
    forget(filed)
    assert take_in([book], how, ring=filed).totals()["unchanged"] == 3
    assert originals() == []
    with pytest.raises(Refusal) as refused:
        write_rows_to_mend(SourceFile.objects.get().pk, home() / "out.xlsx", ring=filed)
    assert refused.value.message.code == "file_destroyed"


def test_somebody_else_with_his_name_is_filed(filed: KeyRing, how: TakeIn, workbook: Workbook) -> None:
    forget(filed)
    totals = again(filed, how, workbook, [1, NAME, LAN[:6] + "199001011238", "13800138222", "", ""])
    assert totals["review"] == 0


def test_remembered_he_is_filed_as_anybody(filed: KeyRing, how: TakeIn, workbook: Workbook) -> None:
    done = forget(filed)
    again(filed, how, workbook, [1, NAME, MEI, PHONE, "", ""])
    item = ReviewItem.objects.get()
    with pytest.raises(Refusal) as refused:
        decide_review(item.pk, "new", actor="cli", at=AT, ring=filed)
    assert (refused.value.message.code, done.person in str(refused.value)) == ("review_forgotten", True)
    with as_keeper():
        remember_person(done.person, reason="确已返镇", at=AT, actor="keeper")
    back = decide_review(item.pk, "new", actor="cli", at=AT, ring=filed)
    assert (back.name, Forgotten.objects.count()) == (NAME, 0)
    assert AuditLine.objects.get(act="person_remembered").details["person"] == done.person
    assert again(filed, how, workbook, [1, NAME, MEI, PHONE, "", "户主"])["review"] == 0


def test_nobody_is_remembered_who_was_not_forgotten(filed: KeyRing) -> None:
    with pytest.raises(Refusal) as refused, as_keeper():
        remember_person(person().public_id, reason=WHY, at=AT, actor="keeper")
    assert refused.value.message.code == "forgotten_unknown"


def test_a_row_that_names_him_is_dropped_with_the_original_it_came_in(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    forget(filed)
    again(filed, how, workbook, [1, NAME, MEI, PHONE, "", ""])
    assert len(originals()) == 1
    item = ReviewItem.objects.get()
    with as_keeper():
        row = leave_forgotten(item.pk, at=AT, actor="keeper")
    assert (NAME in whole_register(filed), MEI in whole_register(filed)) == (False, False)
    assert originals() == []
    emptied = SourceRow.objects.get(file_id=row[0], sheet=row[1], row=row[2])
    assert (emptied.outcome, emptied.reason) == ("review", "forgotten")
    assert waiting_rows([SourceFile.objects.get(pk=row[0])])[row[0]] == 0


def test_a_row_in_doubt_for_another_reason_is_not_dropped_like_that(filed: KeyRing) -> None:
    live(person(), filed)
    with pytest.raises(Refusal) as refused, as_keeper():
        leave_forgotten(ReviewItem.objects.order_by("pk")[0].pk, at=AT, actor="keeper")
    assert refused.value.message.code == "review_names_nobody_forgotten"
    assert ReviewItem.objects.count() == 2


def test_what_waits_because_it_names_him_is_no_business_of_its_sender(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    forget(filed)
    again(filed, how, workbook, [1, NAME, MEI, PHONE, "", ""])
    file = SourceFile.objects.latest("pk")
    assert waiting_rows([file])[file.pk] == 1
    assert write_rows_to_mend(file.pk, home() / "out.xlsx", ring=filed) == 0


def test_after_its_end_a_mark_holds_nobody_up(filed: KeyRing, how: TakeIn, workbook: Workbook) -> None:
    forget(filed)
    with as_keeper():
        Forgotten.objects.all().delete()
    assert again(filed, how, workbook, [1, NAME, MEI, PHONE, "", ""])["review"] == 0


def test_a_list_of_a_day_after_the_end_holds_nobody_up(
    filed: KeyRing, how: TakeIn, workbook: Workbook
) -> None:
    done = forget(filed)
    book = workbook("明年.xlsx", [HEADER, [1, NAME, MEI, PHONE, "", ""]])
    year = TakeIn(on=done.until_on, at=AT, actor="cli", area_code=how.area_code)
    assert take_in([book], year, ring=filed).totals()["review"] == 0


def _keys(line: str) -> list[str]:
    import json

    return list(json.loads(line))
