"""What is done to a list itself: its columns chosen, views saved, renamed, removed and brought back, lines selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fournets.language import Refusal, say
from fournets.organization.access import Reader
from fournets.organization.saved_views import (
    keep_columns,
    limits,
    remove_view,
    rename_view,
    restore_view,
    save_view,
)
from fournets.organization.selection import clear_selection, select, selected
from fournets.organization.task_list import open_numbers, task_numbers
from fournets.screening.selectors.people import numbers_named, numbers_of
from fournets.web import missing, people_list, tasks
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.lists import Listing

LISTS = {one.name: one for one in (people_list.PEOPLE, tasks.TASKS, missing.MISSING)}


class Selecting(NamedTuple):
    """How lines of a list are selected: numbers by the keys on the page, and of all that match its address."""

    listing: Listing
    named: Callable[[list[str]], list[int]]
    matching: Callable[[QueryDict, Reader, int], list[int]]
    acts: Callable[[Reader], Sequence[tuple[str, str]]]


def _tasks_named(keys: list[str]) -> list[int]:
    return open_numbers([int(key) for key in keys if key.isdecimal() and len(key) < 19])


def _people_matching(typed: QueryDict, reader: Reader, limit: int) -> list[int]:
    return numbers_of(people_list.wish_of(typed, reader), limit=limit)


def _tasks_matching(typed: QueryDict, reader: Reader, limit: int) -> list[int]:
    wish = tasks.wish_of(typed, reader, timezone.localtime())
    return task_numbers(wish, limit=limit) if wish else []


SELECTING = {
    "people": Selecting(people_list.PEOPLE, numbers_named, _people_matching, people_list.acts_of),
    "tasks": Selecting(tasks.TASKS, _tasks_named, _tasks_matching, tasks.acts_of),
}
ACTS = {"export": "exports", "give": "tasks_give", "close": "tasks_close"}  # what follows, by route


@needs("coverage.see")
@require_POST
def columns_page(request: HttpRequest) -> HttpResponse:
    """Keeps the columns somebody ticked, and shows the list with them."""
    listing = _listing(request)
    chosen = listing.chosen(",".join(request.POST.getlist("columns")))
    columns = ",".join(one.key for one in chosen)
    keep_columns(reader_of(request), listing.name, columns, at=timezone.now())
    typed = QueryDict(request.POST.get("query", ""), mutable=True)
    typed["columns"] = columns
    return redirect(listing.address(typed.urlencode(), *listing.also))


@needs("coverage.see")
@require_POST
def views_page(request: HttpRequest) -> HttpResponse:
    """A view saved under a name, renamed, removed or brought back, as the button says."""
    listing, told, do = _listing(request), request.POST.get("do", ""), request.POST.get
    reader, at, number = reader_of(request), timezone.now(), _number(request.POST.get("view", ""))
    here = listing.address(do("query", ""))
    try:
        with transaction.atomic():
            if told == "rename":
                rename_view(reader, number, do("name", ""), at=at)
            elif told == "remove":
                remove_view(reader, number, at=at)
                return redirect(f"{here}{'&' if '?' in here else '?'}removed={number}")
            elif told == "restore":
                restore_view(reader, number, at=at)
            else:
                told, query = "save", here.partition("?")[2]
                save_view(reader, listing.name, do("name", ""), query, shared=do("shared") == "yes", at=at)
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
    else:
        messages.success(request, say(f"view_told_{told}", lang_of(request)))
    return redirect(here)


@needs("people.see")
@require_POST
def select_page(request: HttpRequest) -> HttpResponse:
    """What is ticked on a page of a list is selected, what is not no longer; then goes where the button says.

    The whole state of the page is sent, so that nothing is lost whichever request comes first. A script asks for the bar.
    """
    how = SELECTING.get(request.POST.get("list", ""), SELECTING["people"])
    then = request.POST.getlist("then")[-1:] or [""]
    try:
        _select(request, how, then[0])
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang_of(request)))
        then = [""]
    if request.htmx:  # type: ignore[attr-defined]
        return _bar(request, how)
    if then[0] in ACTS and then[0] in dict(how.acts(reader_of(request))):
        columns = how.listing.query(QueryDict(request.POST.get("back", ""))).get("columns", "")
        return redirect(f"{reverse(ACTS[then[0]])}?from=selected&columns={columns}")
    back = then[0] if then[0].startswith("?") else request.POST.get("back", "")
    return redirect(how.listing.address(back, *how.listing.also))


def _select(request: HttpRequest, how: Selecting, then: str) -> None:
    reader, name, at = reader_of(request), how.listing.name, timezone.now()
    if then == "clear":
        clear_selection(reader, name)
        return
    shown = request.POST.get("shown", "").split()
    ticked = set(shown) if then == "page" else set(request.POST.getlist("chosen")) & set(shown)
    drop = how.named([key for key in shown if key not in ticked])
    select(reader, name, add=how.named(sorted(ticked)), drop=drop, at=at)
    if then == "all":
        most = limits().selected_most
        every = how.matching(QueryDict(request.POST.get("back", "")), reader, most + 1)
        select(reader, name, add=every, at=at)


def _bar(request: HttpRequest, how: Selecting) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "selected": len(selected(reader, how.listing.name)),
        "acts": how.acts(reader),
        "most": limits().selected_most,
        "told": [str(one) for one in messages.get_messages(request)],
    }
    return render(request, "web/list_bar.html", context)


def _listing(request: HttpRequest) -> Listing:
    return LISTS.get(request.POST.get("list", ""), people_list.PEOPLE)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
