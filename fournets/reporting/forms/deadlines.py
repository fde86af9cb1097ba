"""By when forms are due: deadlines set and taken away, and how each stands on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.places.scope import code_range
from fournets.policy import in_force
from fournets.reporting.exports.request import checked_words
from fournets.reporting.forms.kept import kept_form
from fournets.reporting.models import Export, FilledForm, FormDeadline

OFFICIAL = ("reporting.evening_order_due", "reporting.cut_off")  # times of day the policy knows
WEEK = (1, 2, 3, 4, 5, 6, 7)
DONE, WAITING, READY, FILLING, LATE, DUE = "done", "waiting", "ready", "filling", "late", "due"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline on a day: of which form, with whom, at what time, and how it stands; ``filled`` is what there is for it."""

    number: int
    form: int
    name: str
    area_code: str
    recipient: str
    at: time
    rule: str
    stands: str
    filled: int | None = None


@transaction.atomic
def set_deadline(
    number: int,
    *,
    at_time: str,
    weekdays: Sequence[str],
    recipient: str,
    reader: Reader,
    at: datetime,
) -> FormDeadline:
    """Sets by when a form is due: ``at_time`` is 16:30, or the name of one of the policy's times.

    A `Refusal` for a time that is none, no day at all, or nobody to send it to.
    """
    kept = kept_form(number)
    recipient, _ = checked_words(recipient, kept.name[:1])
    days = sorted({int(day) for day in weekdays if day in map(str, WEEK)})
    if not days:
        raise Refusal("deadline_without_day")
    rule = at_time if at_time in OFFICIAL else ""
    one = FormDeadline.objects.create(
        form=kept,
        area_code=kept.area_code,
        at=None if rule else _time(at_time),
        rule=rule,
        weekdays=days,
        recipient=recipient,
        set_by=reader.login,
        set_at=at,
    )
    details = {"number": kept.pk, "form": kept.name, "time": at_time, "weekdays": days}
    record(act="set_deadline", actor=reader.login, area_code=kept.area_code, at=at, details=details)
    return one


@transaction.atomic
def drop_deadline(number: int, *, reader: Reader, at: datetime) -> int:
    """Takes a deadline away; gives the number of its form. A `Refusal` when there is none of that number."""
    one = FormDeadline.objects.select_related("form").filter(pk=number).first()
    if one is None:
        raise Refusal("deadline_unknown")
    details = {"number": one.form_id, "form": one.form.name}
    record(act="drop_deadline", actor=reader.login, area_code=one.area_code, at=at, details=details)
    one.delete()
    return one.form_id


def deadlines_of(reader: Reader) -> list[FormDeadline]:
    """Every deadline of the forms of a reader's area."""
    low, high = code_range(reader.area_code)
    found = FormDeadline.objects.filter(area_code__gte=low, area_code__lt=high, form__ended_at=None)
    return list(found.select_related("form").order_by("id"))


def deadlines_of_form(number: int) -> list[FormDeadline]:
    """The deadlines of one form."""
    return list(FormDeadline.objects.filter(form=number).order_by("id"))


def due_on(
    reader: Reader, on: date, *, now: datetime, among: Sequence[FormDeadline] | None = None
) -> list[Due]:
    """What is due on a day, the earliest first: a form that was handed to whom it is for is done."""
    return due_between(reader, on, on, now=now, among=among).get(on, [])


def due_between(
    reader: Reader, first: date, last: date, *, now: datetime, among: Sequence[FormDeadline] | None = None
) -> dict[date, list[Due]]:
    """What is due on each day of a span, both ends included, read at once; on no day before its deadline was set."""
    deadlines = deadlines_of(reader) if among is None else among
    span = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    wanted = {on: due for on in span if (due := [one for one in deadlines if _holds(one, on, now)])}
    forms = {one.form_id for due in wanted.values() for one in due}
    rows, exports = _filled_between(forms, first, last)
    return {
        on: _due(due, on, [row[1:] for row in rows if row[0] == on], exports, reader.area_code, now)
        for on, due in wanted.items()
    }


def _holds(one: FormDeadline, on: date, now: datetime) -> bool:
    return on.isoweekday() in one.weekdays and one.set_at.astimezone(now.tzinfo).date() <= on


def _filled_between(
    forms: set[int], first: date, last: date
) -> tuple[list[tuple[date, int, int, str, str, str]], dict[str, Export]]:
    """What was filled with forms for the days of a span, and what was asked of it, by serial."""
    if not forms:
        return [], {}
    filled = FilledForm.objects.filter(form__in=forms, on__gte=first, on__lte=last).order_by("id")
    rows = [
        (on, number, form or 0, serial, state, recipient)
        for on, number, form, serial, state, recipient in filled.values_list(
            "on", "id", "form_id", "serial", "state", "recipient"
        )
    ]
    exports = Export.objects.filter(serial__in=[row[3] for row in rows if row[3]])
    return rows, {one.serial: one for one in exports}


def _due(
    deadlines: Sequence[FormDeadline],
    on: date,
    rows: Sequence[tuple[int, int, str, str, str]],
    exports: dict[str, Export],
    area: str,
    now: datetime,
) -> list[Due]:
    times = official_times(area, on) if any(one.rule for one in deadlines) else {}
    found = []
    for one in deadlines:
        at = one.at or times[one.rule]
        stands, number = _stands(one, rows, exports)
        if stands == DUE and now >= datetime.combine(on, at, now.tzinfo):
            stands = LATE
        found.append(
            Due(
                one.pk, one.form_id, one.form.name, one.area_code, one.recipient, at, one.rule, stands, number
            )
        )
    return sorted(found, key=lambda due: (due.at, due.number))


def official_times(area: str, on: date) -> dict[str, time]:
    """The times of day of the policy in force."""
    policy = in_force(on=on, area=area)
    return {name: time.fromisoformat(policy.text(name)) for name in OFFICIAL}


def next_times(
    deadlines: Sequence[FormDeadline], *, area: str, now: datetime
) -> dict[int, tuple[date, time]]:
    """When each form is due next, by its number, within a week."""
    times = official_times(area, now.date())
    found: dict[int, tuple[date, time]] = {}
    for one in deadlines:
        at = one.at or times[one.rule]
        for ahead in range(8):
            day = now.date() + timedelta(days=ahead)
            if day.isoweekday() in one.weekdays and datetime.combine(day, at, now.tzinfo) > now:
                found[one.form_id] = min(found.get(one.form_id, (day, at)), (day, at))
                break
    return found


def _stands(
    one: FormDeadline,
    rows: Sequence[tuple[int, int, str, str, str]],
    exports: dict[str, Export],
) -> tuple[str, int | None]:
    """How far the form of a deadline is; of several fillings the one that is farthest."""
    best: tuple[int, str, int | None] = (0, DUE, None)
    for number, form, serial, state, recipient in rows:
        if form != one.form_id:
            continue
        export = exports.get(serial)
        if (export.recipient if export else recipient) not in ("", one.recipient):
            continue
        if export is None:
            rank, stands = (1, FILLING if state == "waiting" else DUE)
        elif export.state == "made":
            rank, stands = (4, DONE)
        elif export.state in ("ready", "approved"):
            rank, stands = (3, READY)
        else:
            rank, stands = (2, WAITING) if export.state == "waiting" else (0, DUE)
        if state != "failed" and rank > best[0]:
            best = rank, stands, number
    return best[1], best[2]


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise Refusal("deadline_time_wrong") from error
