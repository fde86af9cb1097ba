"""The open tasks of an area as a list: whose, about whom, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fournets.audit.services import record_read
from fournets.language import Lang, say
from fournets.organization.access import Reader
from fournets.organization.selectors import ONLY
from fournets.organization.task_acts import CLOSE, GIVE, task_act
from fournets.organization.task_list import CLOSED, HAPPENED, PURPOSES, SORTS, TaskLine, Tasks, tasks_of
from fournets.people.services.canary import touched
from fournets.places.selectors import area_labels, areas_of_levels
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import ring
from fournets.web.errors import trouble
from fournets.web.lists import Cell, Column, Line, Listing, chosen_of, shown
from fournets.web.moments import moment_of

PAGE = 100  # tasks a page shows
LEVELS = ("town", "community", "cell")
OLDER = (1, 2, 3, 7, 14)  # days a task may have been open
TASKS = Listing(
    name="tasks",
    route="tasks",
    columns=(
        Column("name", "tasks_who", kept=True),
        Column("purpose", "tasks_what"),
        Column("due_at", "tasks_due", sort="due"),
        Column("worker", "tasks_worker"),
        Column("area", "tasks_where", sort="area"),
        Column("opened_on", "tasks_opened"),
    ),
    usual=("purpose", "due_at", "worker", "area"),
    filters=("area", "only", "purpose", "older", *HAPPENED),
    sorts=tuple(SORTS),
)


@needs("people.see")
@require_safe
def tasks_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` within the reader's own, ``?only=late|uncovered``, ``?purpose=``, ``?older=DAYS``, ``?after=TASK``."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    wish, after = wish_of(request.GET, reader, now), request.GET.get("after", "0")
    if wish is None or not after.isdecimal() or len(after) > 18:
        return trouble(request, "page_unknown", 404)
    found = tasks_of(wish, after=int(after), limit=PAGE + 1)
    tasks = found[:PAGE]
    record_read(
        "list_shown", actor=reader.login, area_code=wish.area_code, at=now, list="tasks", shown=len(tasks)
    )
    touched([one.person for one in tasks], how="opened", ring=ring(), actor=reader.login, at=now)
    chosen, areas = chosen_of(request, TASKS), areas_of_levels(reader.area_code, levels=LEVELS)
    labels = dict(areas)
    labels |= area_labels({one.area_code for one in tasks} - labels.keys())
    state = shown(
        request,
        TASKS,
        _lines(tasks, chosen, labels, now, lang),
        chips=_chips(wish, reader, labels, request.GET.get("older", ""), lang),
        at=now,
        sort=wish.sort,
        after=str(tasks[-1].number) if len(found) > PAGE else "",
        acts=acts_of(reader),
        chosen=None if wish.happened == CLOSED else len(chosen),  # nothing is left to do with those
    )
    context = {
        **state,
        "wish": wish,
        "areas": areas,
        "purposes": PURPOSES,
        "narrowings": [one for one in ONLY if one],
        "older": OLDER,
        "older_asked": request.GET.get("older", ""),
        "sorts": SORTS,
        "done": _done(request, reader),
        "since_asked": request.GET.get(wish.happened, "") if wish.happened else "",
    }
    return render(request, "web/tasks.html", context)


def acts_of(reader: Reader) -> list[tuple[str, str]]:
    """What a reader may do with tasks he has selected: act, and its word."""
    acts = ((GIVE, "give", "tasks_give"), (CLOSE, "close", "tasks_close"))
    return [(act, word) for right, act, word in acts if reader.may(right)]


def wish_of(typed: QueryDict, reader: Reader, now: datetime) -> Tasks | None:
    """The sentence in the address; None where it asks for what is not the reader's or no list."""
    area, only, purpose = (
        typed.get("area") or reader.area_code,
        typed.get("only", ""),
        typed.get("purpose", ""),
    )
    older, sort = typed.get("older", ""), typed.get("sort", "area")
    known = only in ONLY and purpose in ("", *PURPOSES) and sort in SORTS and older in ("", *map(str, OLDER))
    if not known or not reader.covers(area):
        return None
    before = now.date() - timedelta(days=int(older)) if older else None
    happened = next((kind for kind in HAPPENED if typed.get(kind)), "")
    since = moment_of(typed.get(happened, "")) if happened else None
    if happened and not since:
        return None
    return Tasks(
        area, now, only=only, purpose=purpose, opened_before=before, sort=sort, happened=happened, since=since
    )


def _lines(
    tasks: Sequence[TaskLine], chosen: set[int], labels: dict[str, str], now: datetime, lang: Lang
) -> list[Line]:
    return [
        Line(str(one.number), reverse("person", args=[one.person]), _cells(one, labels, now, lang), one.number in chosen)
        for one in tasks
    ]  # fmt: skip


def _cells(one: TaskLine, labels: dict[str, str], now: datetime, lang: Lang) -> dict[str, Cell]:
    late = one.due_at < now
    due = Cell(
        say("tasks_is_late" if late else "tasks_is_open", lang),
        "late" if late else "todo",
        f"{timezone.localtime(one.due_at):%m-%d %H:%M}",
    )
    if one.closed_at:
        due = Cell(say("tasks_is_closed", lang), "good", f"{timezone.localtime(one.closed_at):%m-%d %H:%M}")
    worker = Cell(one.worker, note=say("tasks_given", lang) if one.given else "")
    return {
        "name": Cell(one.name),
        "purpose": Cell(say(f"purpose_{one.purpose}", lang)),
        "due_at": due,
        "worker": worker if one.worker else Cell(say("tasks_nobody", lang), "danger"),
        "area": Cell(labels[one.area_code]),
        "opened_on": Cell(f"{one.opened_on:%Y-%m-%d}"),
    }


def _chips(
    wish: Tasks, reader: Reader, areas: dict[str, str], older: str, lang: Lang
) -> list[tuple[str, str]]:
    """What the list is narrowed to, a sentence a part."""
    said = {
        "area": wish.area_code != reader.area_code
        and say("people_chip_area", lang, area=areas.get(wish.area_code, wish.area_code)),
        "purpose": wish.purpose and say(f"tasks_chip_{wish.purpose}", lang),
        "only": wish.only and say(f"tasks_{wish.only}", lang),
        "older": older and say("tasks_chip_older", lang, days=older),
    }
    if wish.since:
        said[wish.happened] = say(
            f"tasks_chip_{wish.happened}", lang, at=f"{timezone.localtime(wish.since):%m-%d %H:%M}"
        )
    return [(word, text) for word, text in said.items() if text]


def _done(request: HttpRequest, reader: Reader) -> Any:
    """What the reader has just done with many tasks, while it can be undone."""
    number = request.GET.get("done", "")
    return task_act(int(number), reader) if number.isdecimal() and len(number) < 19 else None
