"""Periods by class of data: what is due goes, batch by batch; what is still needed stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt, AccessAttemptExpiration
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fournets.accounts.models import User
from fournets.audit.models import AuditLine
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.intake.models import SourceFile, SourceRow
from fournets.intake.services import TakeIn, take_in
from fournets.keeping import retention
from fournets.keeping.closing import tables
from fournets.keeping.deletions import LOG
from fournets.keeping.due import PARTS
from fournets.keeping.retention import apply_retention, data_classes, due
from fournets.language import Refusal
from fournets.organization.models import Cover, Task, Unmasking
from fournets.people.models import Fact, Forgotten, Person, ReviewItem
from fournets.reporting.figures.day_close import close_day
from fournets.reporting.models import DayFigure, Export, ExportRow, FilledCopy, FilledForm
from fournets.screening.models import Assessment, Decision, Override, Visit
from tests.apps.intake.conftest import AT, DAY, Workbook
from tests.apps.keeping.lives import BOOK, NAME, as_keeper, live, person, whole_register

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """A data folder of its own, with fresh keys."""
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    return load_ring(home() / "keys.toml")


@pytest.fixture
def filed(ring: KeyRing, town: str, how: TakeIn, workbook: Workbook) -> KeyRing:
    """Three people of one list; of the first there is a row in every table. The list says " 13800138001" once."""
    rows = [*BOOK[:4], [3, "解小兰", BOOK[4][2], "138 0013 8003", *BOOK[4][4:]], BOOK[5]]
    take_in([workbook("银河户册.xlsx", rows)], how, ring=ring)
    live(person(), ring)
    close_day(on=DAY, at=AT, actor="cli")
    return ring


def period(name: str) -> int:
    days = data_classes()[name].days
    assert days is not None
    return days


def counts(on: date) -> dict[str, int]:
    with as_keeper():
        return {one.of.name: one.count for one in due(on)}


def apply(ring: KeyRing, on: date) -> dict[str, int]:
    at = datetime.combine(on, AT.timetz())
    with as_keeper():
        return apply_retention(on=on, at=at, actor="keeper", ring=ring)


def days_after(name: str, day: date = DAY) -> tuple[date, date]:
    """The last day a thing of that day is kept, and the first on which it is due."""
    return day + timedelta(days=period(name)), day + timedelta(days=period(name) + 1)


def test_every_table_of_personal_data_belongs_to_a_class() -> None:
    personal = {*tables()["shred"], *tables()["blank"]}
    assert {table for one in data_classes().values() for table in one.tables} == personal


def test_what_is_destroyed_is_of_the_tables_its_class_names() -> None:
    assert set(PARTS) == {name for name, one in data_classes().items() if one.days is not None}
    others = {"cover": {"organization_task"}}  # a task stays, and no longer says who had the cell
    for name, parts in PARTS.items():
        assert {part.table for part in parts} <= {*data_classes()[name].tables, *others.get(name, ())}


def test_every_class_says_what_for_and_whose_number_it_is() -> None:
    for one in data_classes().values():
        assert all([one.zh, one.en, *one.day.values(), *one.reason.values()])
        assert set(one.day) == set(one.reason) == {"zh", "en"}
        assert one.source == "our own, not official"


def test_an_original_is_not_kept_longer_than_the_people_in_it() -> None:
    assert period("files") <= period("people")


def test_an_original_goes_after_its_period_and_the_facts_stay(filed: KeyRing) -> None:
    kept, over = days_after("files")
    ReviewItem.objects.all().delete()
    assert (counts(kept)["files"], counts(over)["files"]) == (0, 1)
    facts = list(Fact.objects.values("name", "values", "phone_sealed"))
    assert apply(filed, over)["files"] == 1
    assert list((home() / "files").glob("*/*.sealed")) == []
    assert list(Fact.objects.values("name", "values", "phone_sealed")) == facts
    assert SourceRow.objects.filter(person_id=None, outcome="created").count() == 0


def test_an_original_stays_while_a_row_of_it_is_in_doubt(filed: KeyRing) -> None:
    ReviewItem.objects.update(file_id=SourceFile.objects.get().pk)
    assert counts(days_after("files")[1])["files"] == 0
    ReviewItem.objects.update(decided="P1")
    assert counts(days_after("files")[1])["files"] == 1


def test_what_cells_said_goes_and_current_values_stay(filed: KeyRing) -> None:
    kept, over = days_after("cells")
    ReviewItem.objects.update(decided="P1", decided_at=AT)
    assert Fact.objects.exclude(changes_sealed=None).count() > 0
    assert counts(kept)["cells"] == 0
    people = list(Person.objects.order_by("pk").values())
    assert apply(filed, over)["cells"] > 2
    assert Fact.objects.exclude(changes_sealed=None).count() == 0
    assert set(ReviewItem.objects.values_list("row_sealed", flat=True)) == {None}
    assert list(Person.objects.order_by("pk").values()) == people


def test_a_row_in_doubt_keeps_what_it_says(filed: KeyRing) -> None:
    apply(filed, days_after("cells")[1])
    assert ReviewItem.objects.filter(row_sealed=None).count() == 0


def test_visits_say_no_longer_who_and_coverage_stays(filed: KeyRing) -> None:
    kept, over = days_after("visits")
    before = Visit.objects.exclude(household_id=None).count()
    assert counts(kept)["visits"] == 1  # the one ten days before
    assert apply(filed, over)["visits"] == before + 1
    assert list(Visit.objects.values_list("person_id", "by", "row", "outcome").distinct()) == [
        (None, "", None, "done")
    ]
    assert Visit.objects.count() == before


def test_a_closed_task_goes_and_an_open_one_stays(filed: KeyRing) -> None:
    over = days_after("tasks")[1]
    (task,) = Task.objects.all()
    Task.objects.create(
        area_code=task.area_code, person_id=task.person_id + 1, purpose="call", opened_on=DAY, due_at=AT
    )
    assert counts(over)["tasks"] == 1
    apply(filed, over)
    assert list(Task.objects.values_list("purpose", flat=True)) == ["call"]


def test_a_task_done_in_a_time_that_still_runs_stays_or_it_would_be_opened_again(filed: KeyRing) -> None:
    with as_keeper():
        Decision.objects.update(action="ask")
    assert counts(days_after("tasks")[1])["tasks"] == 0


def test_a_superseded_assessment_goes_with_a_decision_nobody_has(filed: KeyRing) -> None:
    Assessment.objects.update(superseded_on=DAY)
    kept, over = days_after("decisions")
    assert counts(kept)["decisions"] == 0
    apply(filed, over)
    assert (Assessment.objects.count(), Decision.objects.count()) == (0, 0)


def test_a_decision_in_force_stays(filed: KeyRing) -> None:
    over = days_after("decisions")[1]
    Person.objects.update(seen_on=over)
    assert "decisions" not in apply(filed, over)
    assert (Assessment.objects.count(), Decision.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "day", "left"),
    [
        ("overrides", DAY, lambda: Override.objects.count()),
        ("exports", DAY, lambda: ExportRow.objects.count() + Export.objects.count()),
        ("form_files", DAY, lambda: FilledCopy.objects.count()),
        ("forms", DAY, lambda: FilledForm.objects.count()),
        ("behind", DAY, lambda: DayFigure.objects.exclude(behind=[]).count()),
    ],
)  # fmt: skip
def test_after_its_period_it_goes(filed: KeyRing, name: str, day: date, left) -> None:  # type: ignore[no-untyped-def]
    kept, over = days_after(name, day)
    assert counts(kept)[name] == 0
    assert left() > 0
    apply(filed, over)
    assert left() == 0


def test_figures_stay_when_the_lists_behind_them_go(filed: KeyRing) -> None:
    before = list(DayFigure.objects.order_by("pk").values_list("figure", "value"))
    apply(filed, days_after("behind")[1])
    assert list(DayFigure.objects.order_by("pk").values_list("figure", "value")) == before


def test_a_list_that_waits_to_be_handed_out_stays(filed: KeyRing) -> None:
    Export.objects.update(state="waiting", made_at=None, sha256="")
    assert counts(days_after("exports")[1])["exports"] == 0


def test_sessions_attempts_and_looks_go(filed: KeyRing) -> None:
    user = User.objects.create(login="liang", name="梁", created_at=AT)
    Unmasking.objects.create(user=user, at=AT)
    Session.objects.create(session_key="s", session_data="", expire_date=AT)
    attempt = AccessAttempt.objects.create(
        username="liang", failures_since_start=1, get_data="", post_data=""
    )
    AccessAttempt.objects.update(attempt_time=AT)
    AccessAttemptExpiration.objects.create(access_attempt=attempt, expires_at=AT)
    gone = apply(filed, days_after("sign_ins")[1])
    assert (gone["sign_ins"], gone["unmaskings"]) == (3, 1)
    assert User.objects.count() == 1


def test_cover_that_ended_goes_with_the_absences_and_tasks_stay(filed: KeyRing) -> None:
    Cover.objects.update(until_on=DAY)
    Task.objects.update(closed_at=None)
    kept, over = days_after("cover")
    assert counts(over)["cover"] == 0, "an open task still says whose it is"
    Task.objects.update(closed_at=datetime.combine(kept, AT.timetz()))
    assert counts(kept)["cover"] == 0
    apply(filed, over)
    assert (Cover.objects.count(), Task.objects.get().cover) == (0, None)


def test_people_without_any_reason_left_go_with_all_there_is_of_them(filed: KeyRing) -> None:
    ReviewItem.objects.all().delete()
    kept, over = days_after("people")
    assert counts(kept)["people"] == 0
    assert apply(filed, over)["people"] == 3
    assert (Person.objects.count(), Fact.objects.count()) == (0, 0)
    assert NAME not in whole_register(filed)
    assert Forgotten.objects.count() == 0, "whoever comes again is filed again"


@pytest.mark.parametrize("reason", ["visit", "task", "override", "assessment", "doubt", "isolation"])
def test_somebody_stays_while_there_is_a_reason(filed: KeyRing, reason: str) -> None:
    one, over = person(), days_after("people")[1]
    ReviewItem.objects.exclude(pk=ReviewItem.objects.earliest("pk").pk).delete()
    if reason == "doubt":
        ReviewItem.objects.update(candidates=[one.pk])
    else:
        ReviewItem.objects.all().delete()
    late = over - timedelta(days=9)
    if reason == "visit":
        Visit.objects.filter(person_id=one.pk).update(on=late)
    if reason == "task":
        Task.objects.update(closed_at=datetime.combine(late, AT.timetz()))
    if reason == "override":
        Override.objects.update(until_on=late)
    with as_keeper():
        if reason == "assessment":
            Decision.objects.update(until_on=late)
        if reason == "isolation":
            Decision.objects.update(action="isolate_home", until_on=over + timedelta(days=1))
    assert counts(over)["people"] == 2
    apply(filed, over)
    assert list(Person.objects.values_list("pk", flat=True)) == [one.pk]


def test_marks_of_the_forgotten_end(filed: KeyRing) -> None:
    Forgotten.objects.create(public_id="P1", mark=1, until_on=DAY)
    assert counts(DAY - timedelta(days=1))["forgotten"] == 0
    assert apply(filed, DAY)["forgotten"] == 1


def test_in_batches_with_one_line_a_class_in_audit_and_log(
    filed: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    ReviewItem.objects.all().delete()
    over = days_after("people")[1]
    gone = apply(filed, over)
    lines = AuditLine.objects.filter(act="retention_applied").order_by("id").values_list("details", flat=True)
    assert {line["class"]: line["rows"] for line in lines} == gone
    assert len(lines) == len(gone)
    assert [line.split()[4] for line in (home() / LOG).read_text().splitlines()] == list(gone)
    assert (Person.objects.count(), gone["people"]) == (0, 3)


def test_interrupted_it_is_taken_up_where_it_stopped(filed: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    over = days_after("behind")[1]
    first = counts(over)["behind"]

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), as_keeper():
        apply_retention(on=over, at=datetime.combine(over, AT.timetz()), actor="k", ring=filed, advance=stop)
    assert sum(counts(over).values()) > 0
    apply(filed, over)
    assert sum(counts(over).values()) == 0
    assert first > 0


def test_what_is_due_on_a_day_to_come_can_be_seen_and_not_destroyed(filed: KeyRing) -> None:
    over = days_after("files")[1]
    ReviewItem.objects.all().delete()
    assert counts(over)["files"] == 1
    with pytest.raises(Refusal) as refused, as_keeper():
        apply_retention(on=over, at=AT, actor="keeper", ring=filed)
    assert refused.value.message.code == "retention_to_come"
    assert len(list((home() / "files").glob("*/*.sealed"))) == 1


def test_nothing_due_leaves_no_trace(filed: KeyRing) -> None:
    lines = AuditLine.objects.count()
    assert apply(filed, DAY) == {}
    assert (AuditLine.objects.count(), (home() / LOG).exists()) == (lines, False)


def test_looking_costs_one_statement_a_table_however_many_rows_there_are(filed: KeyRing) -> None:
    with as_keeper(), CaptureQueriesContext(connection) as asked:
        due(DAY)
    assert len(asked) == sum(map(len, PARTS.values()))
