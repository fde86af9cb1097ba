"""The phone desk: lists become calls, one a person; each in one hand at a time; what follows from what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from fournets.audit.models import AuditLine
from fournets.calls.models import Asked, Attempt, Call, WrongNumber
from fournets.calls.rules import desk, scripts
from fournets.calls.selectors.board import callers_of, lists_of, lists_to_open
from fournets.calls.selectors.desk import in_hand, last_attempt, waiting_in
from fournets.calls.services import Said, end_attempt, next_call, show_number, undo_attempt
from fournets.calls.services.outcome import Ended
from fournets.intake.models import SourceRow
from fournets.intake.services.undo import undo_file
from fournets.jobs.models import Job
from fournets.jobs.services import run_job
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import Task
from fournets.people.models import Fact, Household, Person
from fournets.people.services import merge_people, undo_merge
from fournets.places.scope import scope, set_scope
from fournets.screening.models import Visit
from fournets.screening.services import assess_people, open_tasks
from fournets.workbooks.vocabulary import fields
from tests.apps.calls.lists import CLERK, DESK, NAMES, PHONES, SECOND, only, opened, pushed, reader, ring_of
from tests.apps.intake.conftest import AT, TOWN
from tests.apps.screening.people import add_people

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ANSWERS = {
    "from_place": "湖北省武汉市", "been_to_outbreak_area": "是", "returned_on": "2020-01-28", "left_on": "2020-01-27",
    "temperature": "36.8", "symptoms": "无",
}  # fmt: skip


@pytest.fixture
def listed(town: str, tmp_path: Path) -> int:
    return pushed(tmp_path, "核查名单", list(zip(NAMES, PHONES, strict=True))[:2])


def end(outcome: str, *, by: Reader = DESK, at: datetime = AT, **more: object) -> Ended:
    """Claims the next person for somebody and says what came of it."""
    call = next_call(by, ring=ring_of(), at=at)
    assert call is not None
    attempt = Attempt.objects.get(call=call, ended_at=None)
    return end_attempt(by, Said(attempt.pk, outcome, **more), ring=ring_of(), at=at)  # type: ignore[arg-type]


def code(refused: pytest.ExceptionInfo[Refusal]) -> str:
    for lang in ("zh", "en"):
        assert refused.value.message.text(lang)  # type: ignore[arg-type]
    return refused.value.message.code


def test_one_person_is_one_call_whichever_lists_name_him(listed: int, tmp_path: Path) -> None:
    assert (opened(listed).opened, opened(listed).opened) == (2, 0)  # asked for twice, made once
    other = pushed(tmp_path, "市公安推送", [(NAMES[0], PHONES[0]), (NAMES[2], PHONES[2])])
    assert [name for _, name, _ in lists_to_open(TOWN)] == ["市公安推送.xlsx"]
    again = opened(other)
    assert (again.people, again.opened, again.known) == (2, 1, 1)
    assert Call.objects.count() == 3 and Asked.objects.count() == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        first = Call.objects.earliest("id")
        first.pk = None
        first.save(force_insert=True)
    assert AuditLine.objects.filter(act="calls_opened").count() == 3


def test_who_was_reached_lately_is_not_called_again_and_the_next_list_gets_the_answer(
    listed: int, tmp_path: Path
) -> None:
    opened(listed)
    end("reached", answers=ANSWERS)
    reached = Person.objects.get(pk=Call.objects.get(outcome="reached").person_id).name
    later = AT + desk().retry.reached - HOUR
    other = pushed(tmp_path, "又一份", [(reached, PHONES[NAMES.index(reached)])], at=later)
    assert (opened(other, at=later).opened, opened(other, at=later).known) == (0, 1)
    line = next(one for one in lists_of(TOWN) if one.file_id == other)
    assert (line.asked, line.left, line.ended) == (1, 0, {"reached": 1})
    assert opened(other, at=later + 2 * HOUR).opened == 1  # by now it is long ago


@pytest.mark.parametrize(
    ("purpose", "hours", "said"), [("singing", 10, "calls_purpose"), ("returnee", -1, "calls_due_passed")]
)
def test_what_makes_no_sense_makes_no_calls(listed: int, purpose: str, hours: int, said: str) -> None:
    from fournets.calls.services import open_calls

    wanted = [(CLERK, listed, purpose, hours, said), (DESK, listed, "returnee", 1, "calls_right"),
              (CLERK, 0, "returnee", 1, "calls_list"), (CLERK, None, "returnee", 1, "calls_nobody")]  # fmt: skip
    for who, file_id, what, in_hours, why in wanted:
        with pytest.raises(Refusal) as refused:
            open_calls(who, file_id, what, due_at=AT + in_hours * HOUR, on=AT.date(), at=AT)
        assert code(refused) == why
    assert not Call.objects.exists()


def test_a_person_is_in_one_hand_and_falls_out_of_it_by_himself(listed: int) -> None:
    opened(listed)
    mine = next_call(DESK, ring=ring_of(), at=AT)
    other = next_call(SECOND, ring=ring_of(), at=AT)
    assert mine and other and mine.pk != other.pk
    assert next_call(DESK, ring=ring_of(), at=AT + HOUR / 60) == mine  # a second click gives nobody else
    assert next_call(reader("phone_desk", "third"), ring=ring_of(), at=AT) is None
    late = AT + desk().claim
    taken = next_call(reader("phone_desk", "third"), ring=ring_of(), at=late)
    assert taken and taken.pk == mine.pk and taken.held_by == "third"
    with pytest.raises(Refusal) as refused:
        first = Attempt.objects.get(by="desk")
        end_attempt(DESK, Said(first.pk, "refused"), ring=ring_of(), at=late)
    assert code(refused) == "calls_lapsed"
    assert sorted(Attempt.objects.values_list("by", "outcome")) == [
        ("desk", "lapsed"),
        ("second", ""),
        ("third", ""),
    ]
    shown = AuditLine.objects.filter(act="call_number_shown")
    assert [one.actor for one in shown.order_by("id")] == ["desk", "second", "third"]
    assert not any(phone in str(one.details) for one in shown for phone in PHONES)
    with scope(
        TOWN
    ):  # a talk that took longer than its time counts, as long as nobody else was given the person
        long_talk = Attempt.objects.get(by="second")
        assert (
            end_attempt(SECOND, Said(long_talk.pk, "put_back"), ring=ring_of(), at=late + HOUR).call.held_by
            == ""
        )
    held = in_hand(taken, ring_of())
    assert held and held.number.text in PHONES and held.lists == ["核查名单.xlsx"]
    assert waiting_in(TOWN, at=late).held == 1 and waiting_in(TOWN, at=late).left == 2


def test_an_account_is_not_given_more_than_so_many_an_hour(
    listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(listed)
    rows = [Attempt(call=Call.objects.earliest("id"), area_code=TOWN, by="desk", mark=1, from_at=AT, ended_at=AT,
                    outcome="put_back") for _ in range(desk().per_hour)]  # fmt: skip
    Attempt.objects.bulk_create(rows)
    with pytest.raises(Refusal) as refused:
        next_call(DESK, ring=ring_of(), at=AT + HOUR / 2)
    assert code(refused) == "calls_limit"
    assert next_call(DESK, ring=ring_of(), at=AT + 2 * HOUR)


def test_what_was_answered_becomes_a_row_of_an_ordinary_list(listed: int) -> None:
    opened(listed)
    ended = end("reached", answers=ANSWERS, note="家里有老人")
    assert ended.judged.ends and not ended.alarm
    assert not Job.objects.filter(kind="call_answers").exists()  # one answer alone waits for others
    end("put_back", at=AT + desk().take_after)
    assert Job.objects.filter(kind="call_answers").count() == 1  # but not for long
    Job.objects.all().delete()
    attempt = Attempt.objects.get(outcome="reached")
    assert attempt.answers_sealed and b"36.8" not in bytes(attempt.answers_sealed)
    from fournets.calls.services.take import ask_take

    ask_take(CLERK, at=AT)
    before = Person.objects.count()
    run_job(Job.objects.get(kind="call_answers").pk, now=lambda: AT)
    assert Job.objects.get(kind="call_answers").state == "done"
    set_scope(TOWN)
    attempt.refresh_from_db()
    row = SourceRow.objects.get(file_id=attempt.file_id, row=attempt.row)
    person = Person.objects.get(pk=ended.call.person_id)
    assert (row.person_id, row.outcome, Person.objects.count()) == (person.pk, "updated", before)
    fact = Fact.objects.get(file_id=attempt.file_id)
    assert fact.values["returned_on"] == "2020-01-28" and fact.values["from_place"].startswith("4201")
    assert fact.values["been_to_outbreak_area"] == "yes" or fact.values["been_to_outbreak_area"] is True
    assert Visit.objects.filter(person_id=person.pk, outcome="done", file_id=attempt.file_id).count() == 1
    with pytest.raises(Refusal) as late:
        undo_attempt(DESK, attempt.pk, at=AT)
    assert code(late) == "calls_undo"
    undo_file(attempt.file_id, actor="x", at=AT)  # type: ignore[arg-type]
    assert not Visit.objects.exists() and Person.objects.count() == before


def test_every_question_of_a_script_has_a_field_intake_knows() -> None:
    asked = {one.field for script in scripts().values() for one in script.questions}
    assert {one for one in asked if one not in fields() or fields()[one].of != "person"} == set()


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [("returned_on", "2020-02-30", "date"), ("returned_on", "2020-02-04", "future"), ("temperature", "high", "number"),
     ("temperature", "98", "number"), ("from_place", "", "missing"), ("been_to_outbreak_area", "maybe", "choice"),
     ("address", "长" * 200, "long")],
)  # fmt: skip
def test_an_answer_that_is_none_is_named_and_nothing_is_kept(
    listed: int, field: str, text: str, why: str
) -> None:
    opened(listed)
    with pytest.raises(Refusal) as refused:
        end("reached", answers=ANSWERS | {field: text})
    assert code(refused) == f"calls_answer_{why}" and refused.value.field == field  # type: ignore[attr-defined]
    assert not Call.objects.exclude(closed_at=None).exists()


@pytest.mark.parametrize("answers", [{"temperature": "38.2"}, {"symptoms": "咳嗽、乏力"}])
def test_whoever_has_fever_or_a_symptom_is_visited_and_his_answers_do_not_wait(
    listed: int, answers: dict[str, str]
) -> None:
    opened(listed)
    ended = end("reached", answers=ANSWERS | answers)
    assert ended.alarm and Task.objects.get().reason == "call_alarm"
    assert Job.objects.filter(kind="call_answers").count() == 1


def test_numbers_are_tried_from_his_own_to_those_of_his_household(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", [(NAMES[0], "13800138001 13800138009"), (NAMES[1], PHONES[1])]))
    household = Household.objects.create(public_id="H1", area_code=TOWN)
    Person.objects.update(household=household)
    call = next_call(DESK, ring=ring_of(), at=AT)
    assert call is not None
    seen = []
    for _ in range(3):
        held = in_hand(Call.objects.get(pk=call.pk), ring_of())
        assert held is not None
        seen.append((held.number.text, held.number.whose))
        last = end("unreachable")
    assert [whose for _, whose in seen] == ["own", "own", "household"]
    assert len({text for text, _ in seen}) == 3 and last.judged.call_at == AT + HOUR
    assert (last.call.rounds, last.call.held_by, last.call.closed_at) == (1, "", None)
    assert AuditLine.objects.filter(act="call_number_shown").count() == 3


def test_the_next_number_can_be_asked_for_without_an_outcome(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", [(NAMES[0], "13800138001 13800138009")]))
    next_call(DESK, ring=ring_of(), at=AT)
    assert show_number(DESK, ring=ring_of(), at=AT).text != in_hand
    with pytest.raises(Refusal) as refused:
        show_number(DESK, ring=ring_of(), at=AT)
    assert code(refused) == "calls_no_other_number"
    with pytest.raises(Refusal) as nobody:
        show_number(SECOND, ring=ring_of(), at=AT)
    assert code(nobody) == "calls_lapsed"


def test_nobody_answers_so_often_and_somebody_goes_there(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", [(NAMES[0], PHONES[0])]))
    at = AT
    for expected in ("unreachable", "unreachable", "unreached"):
        assert only().closed_at is None
        assert end("unreachable", at=at).call.outcome == expected
        assert next_call(SECOND, ring=ring_of(), at=at + HOUR / 2) is None  # not before its hour
        at += HOUR
    task = Task.objects.get()
    assert (task.purpose, task.reason, task.closed_at) == ("visit", "call_unreached", None)
    assert Visit.objects.get().outcome == "unreached"


def test_in_the_evening_the_next_try_is_in_the_morning(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", [(NAMES[0], PHONES[0])]))
    late = AT.replace(hour=20, minute=30)
    ended = end("unreachable", at=late)
    assert ended.call.call_at == late.replace(day=4, hour=8, minute=0)


def test_a_wrong_number_is_marked_for_him_and_the_next_one_comes(town: str, tmp_path: Path) -> None:
    opened(pushed(tmp_path, "名单", [(NAMES[0], "13800138001 13800138009")]))
    first = end("wrong_number")
    assert first.judged.stays and first.number and WrongNumber.objects.count() == 1
    second = end("wrong_number")
    assert second.judged.ends and only().outcome == "wrong_number"
    assert Task.objects.get().reason == "call_wrong_number"
    (line,) = lists_of(TOWN)
    assert (line.wrong, line.error_rate) == (1, 1.0)
    opened(line.file_id, at=AT + 90 * 24 * HOUR)  # no number is left that is right: passed by, and visited
    assert next_call(DESK, ring=ring_of(), at=AT + 91 * 24 * HOUR) is None
    assert Call.objects.filter(closed_at=None).count() == 0


@pytest.mark.parametrize(
    ("outcome", "result", "passed", "visit"),
    [("not_in_town", "moved_away", 0, "done"), ("in_isolation", "done", 0, "done"), ("refused", "passed_on", 1, "refused")],
)  # fmt: skip
def test_the_task_to_call_is_closed_or_passed_on(
    town: str, outcome: str, result: str, passed: int, visit: str
) -> None:
    (person,) = add_people([{}])
    Person.objects.update(phone_sealed=ring_of().seal("phone", PHONES[0]))
    Task.objects.create(
        area_code=person.area_code,
        person_id=person.pk,
        purpose="call",
        opened_on=AT.date(),
        due_at=AT + 3 * HOUR,
    )
    assert opened(None, "origin").opened == 1 and only().due_at == AT + 3 * HOUR
    ended = end(outcome)
    task = Task.objects.get(purpose="call")
    assert (task.result, task.closed_at) == (result, AT)
    assess_people(on=AT.date(), area_code=TOWN, actor="x", at=AT)
    open_tasks(on=AT.date(), area_code=TOWN, actor="x", at=AT)  # the rules ask for no visit; the desk does
    assert Task.objects.filter(purpose="visit", closed_at=None).count() == passed
    assert Visit.objects.get().outcome == visit
    undo_attempt(DESK, ended.attempt, at=AT + HOUR / 60)
    task.refresh_from_db()
    assert (task.result, task.closed_at, only().held_by, only().outcome) == ("", None, "desk", "")
    assert not Visit.objects.exists() and not Task.objects.filter(purpose="visit", closed_at=None).exists()
    assert end("reached", answers={"been_to_outbreak_area": "否"}).judged.ends


def test_an_outcome_is_taken_back_with_the_number_it_marked_and_not_by_another(
    town: str, tmp_path: Path
) -> None:
    opened(pushed(tmp_path, "名单", [(NAMES[0], "13800138001 13800138009")]))
    ended = end("wrong_number")
    assert last_attempt("desk", since=AT - HOUR) == (ended.attempt, "wrong_number", NAMES[0])
    with pytest.raises(Refusal):
        undo_attempt(SECOND, ended.attempt, at=AT)
    undo_attempt(DESK, ended.attempt, at=AT)
    assert not WrongNumber.objects.exists() and Attempt.objects.count() == 1
    held = in_hand(only(), ring_of())
    assert held and held.attempt == ended.attempt


def test_call_back_waits_for_its_moment(listed: int) -> None:
    opened(listed)
    for back in (None, AT, AT + desk().retry.back + HOUR):
        with pytest.raises(Refusal) as refused:
            end("call_back", back_at=back)
        assert code(refused) == "calls_back"
    ended = end("call_back", back_at=AT + 5 * HOUR)
    assert ended.call.call_at == AT + 5 * HOUR and ended.call.held_by == ""
    end("put_back")
    assert waiting_in(TOWN, at=AT).now == 1 and waiting_in(TOWN, at=AT).next_at == AT + 5 * HOUR
    (line,) = callers_of(TOWN, since=AT - HOUR)
    assert (line.login, line.ended, line.reached) == ("desk", 1, 0)  # put back is no call


def test_a_list_that_is_taken_back_takes_its_calls_along(listed: int, tmp_path: Path) -> None:
    other = pushed(tmp_path, "另一份", [(NAMES[0], PHONES[0])])
    opened(listed), opened(other)
    undo_file(listed, actor="x", at=AT)
    assert sorted(Call.objects.values_list("outcome", flat=True)) == ["", "withdrawn"]
    assert next_call(DESK, ring=ring_of(), at=AT) and next_call(SECOND, ring=ring_of(), at=AT) is None


def test_calls_of_two_files_made_one_become_one_and_come_apart_again(listed: int, tmp_path: Path) -> None:
    other = pushed(tmp_path, "另一份", [(NAMES[3], PHONES[3])])
    opened(listed), opened(other)
    kept, gone = Person.objects.get(name=NAMES[0]), Person.objects.get(name=NAMES[3])
    merge_people(kept.public_id, gone.public_id, reason="x", actor="x", at=AT)
    assert set(Call.objects.filter(person_id=kept.pk).values_list("outcome", flat=True)) == {"", "joined"}
    assert Asked.objects.filter(call__person_id=kept.pk, call__closed_at=None).count() == 2
    undo_merge(gone.public_id, actor="x", at=AT)
    assert Call.objects.get(person_id=gone.pk).outcome == "joined"


def test_another_area_neither_sees_nor_calls(listed: int) -> None:
    opened(listed)
    far = reader("phone_desk", "far", "440605100")
    with scope("440605100"):
        assert next_call(far, ring=ring_of(), at=AT) is None
        assert lists_of("440605100") == [] and waiting_in("440605", at=AT).left == 0
    with pytest.raises(Refusal) as refused:
        next_call(reader("liaison", "x"), ring=ring_of(), at=AT)
    assert code(refused) == "calls_right"
