"""Tasks selected in their list, given to another cover or closed with the same result; and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fournets.language import Refusal, say
from fournets.organization.selection import clear_selection, selected
from fournets.organization.task_acts import (
    CLOSE,
    GIVE,
    RESULTS,
    close_tasks,
    covers_in_force,
    give_tasks,
    undo_task_act,
)
from fournets.organization.task_list import open_numbers
from fournets.places.selectors import area_labels
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.tasks import TASKS


@needs(GIVE)
@require_http_methods(["GET", "HEAD", "POST"])
def give_page(request: HttpRequest) -> HttpResponse:
    """To whom the selected tasks are given; each stays with him until his cover ends."""
    reader, number, at = reader_of(request), request.POST.get("cover", ""), timezone.localtime()
    cover = int(number) if number.isdecimal() and len(number) < 19 else 0
    if request.method == "POST":
        return _do(request, lambda tasks: give_tasks(tasks, cover, reader=reader, on=at.date(), at=at))
    covers = covers_in_force(reader.area_code, on=at.date())
    labels = area_labels({one.area_code for one in covers})
    return _ask(request, "give", {"covers": [(one, labels[one.area_code]) for one in covers]})


@needs(CLOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def close_page(request: HttpRequest) -> HttpResponse:
    """What came of the selected tasks, the same of all."""
    reader, result = reader_of(request), request.POST.get("result", "")
    if request.method == "POST":
        return _do(request, lambda tasks: close_tasks(tasks, result, reader=reader, at=timezone.localtime()))
    return _ask(request, "close", {"results": RESULTS})


@needs("people.see")
@require_POST
def undo_page(request: HttpRequest) -> HttpResponse:
    """Takes back what the reader has just done with many tasks."""
    reader, number = reader_of(request), request.POST.get("number", "")
    try:
        count = undo_task_act(
            int(number) if number.isdecimal() and len(number) < 19 else 0, reader=reader, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
    else:
        messages.success(request, say("tasks_told_undone", lang_of(request), count=f"{count:,}"))
    return redirect("tasks")


def _ask(request: HttpRequest, act: str, more: dict[str, Any]) -> HttpResponse:
    chosen = open_numbers(selected(reader_of(request), TASKS.name))
    return render(request, "web/tasks_act.html", {"act": act, "count": len(chosen), **more})


def _do(request: HttpRequest, act: Callable[[list[int]], Any]) -> HttpResponse:
    reader = reader_of(request)
    try:
        done = act(selected(reader, TASKS.name))
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        return redirect("tasks")
    clear_selection(reader, TASKS.name)
    return redirect(f"{reverse('tasks')}?done={done.pk}")
