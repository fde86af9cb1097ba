"""The review queue: one row in doubt beside the people it may be about, decided by keyboard."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.audit.services import record_read
from fournets.language import Lang, Refusal, catalogue, say
from fournets.organization.access import Reader
from fournets.people.selectors import Doubt, doubt, has_doubt, waiting_doubts
from fournets.people.services import decide_review, undo_review
from fournets.people.services.canary import touched
from fournets.people.services.review import NEW
from fournets.people.words import label, text_of
from fournets.places.selectors import area_labels, town
from fournets.web.access import needs, reader_of
from fournets.web.acts import ring

MOST = 1000  # rows that wait are counted so far
RIGHT = "people.review"
HIDDEN = {"birth_on": "people.birth"}  # fields some posts do not see


@needs(RIGHT)
@require_safe
def review_page(request: HttpRequest) -> HttpResponse:
    """The next row in doubt of the reader's area; ``?after=ITEM`` leaves those up to it for later."""
    after = request.GET.get("after", "")
    return _answer(request, after=int(after) if after.isdecimal() else 0)


@needs(RIGHT)
@require_POST
def decide_page(request: HttpRequest, item: int) -> HttpResponse:
    """Files the row with the person chosen, or as a new one, and shows the next."""
    if not has_doubt(item):
        raise Http404
    reader, chosen = reader_of(request), request.POST.get("person", "")
    if chosen == NEW and _unseen(doubt(ring=ring(), item=item), reader):
        return _answer(request, after=item - 1, wrong=Refusal("review_unseen"))
    try:
        person = decide_review(item, chosen, actor=reader.login, at=timezone.now(), ring=ring())
    except Refusal as refusal:
        return _answer(request, after=item - 1, wrong=refusal)
    return _answer(request, after=item, done=(item, person.name))


@needs(RIGHT)
@require_POST
def undo_page(request: HttpRequest, item: int) -> HttpResponse:
    """Takes a decision back and shows its row again."""
    if not has_doubt(item):
        raise Http404
    try:
        undo_review(item, actor=reader_of(request).login, at=timezone.now())
    except Refusal as refusal:
        return _answer(request, after=item, wrong=refusal)
    return _answer(request, after=item - 1)


def _unseen(found: Doubt | None, reader: Reader) -> int:
    """People a row may be about whom the reader cannot see: whoever has the whole town sees them all."""
    return found.unseen if found and found.unseen and not reader.covers(town().code) else 0


def _answer(
    request: HttpRequest, *, after: int, done: tuple[int, str] | None = None, wrong: Refusal | None = None
) -> HttpResponse:
    """The page, or for a keystroke only what changes of it."""
    lang: Lang = request.lang  # type: ignore[attr-defined]
    found = doubt(ring=ring(), after=after) or (doubt(ring=ring()) if after else None)
    if found:
        _put_on_record(found, request)
    context = {
        "found": found and _words(found, request, lang),
        "waiting": waiting_doubts(MOST + 1),
        "most": MOST,
        "done": done,
        "wrong": wrong and wrong.message.text(lang),
    }
    page = "web/review_item.html" if request.htmx else "web/review.html"  # type: ignore[attr-defined]
    return render(request, page, context)


def _put_on_record(found: Doubt, request: HttpRequest) -> None:
    reader, at = reader_of(request), timezone.now()
    people = [person for person, _ in found.people]
    record_read(
        "list_shown", actor=reader.login, area_code=found.area_code, at=at, list="review", shown=len(people)
    )
    touched(people, how="opened", ring=ring(), actor=reader.login, at=at)


def _words(found: Doubt, request: HttpRequest, lang: Lang) -> dict[str, Any]:
    reader, why = reader_of(request), f"row_{found.reason}"
    areas = _areas(found)

    def text(name: str, value: Any) -> str:
        return areas[value] if name == "area_code" and value else text_of(name, value, lang)

    return {
        "item": found.item,
        "source": ":".join(map(str, found.source)),
        "why": say(why, lang) if why in catalogue() else found.reason,
        "people": found.people,
        "unseen": _unseen(found, reader),
        "lines": [
            (
                label(name, lang),
                text(name, said),
                [(text(name, held), how) for held, how in others],
            )
            for name, said, others in found.lines
            if reader.may(HIDDEN.get(name, RIGHT))
        ],
    }


def _areas(found: Doubt) -> dict[str, str]:
    """What the areas of the row and of the people are called, all in one statement."""
    lines = [
        (said, *(held for held, _ in others)) for name, said, others in found.lines if name == "area_code"
    ]
    return area_labels({code for line in lines for code in line if code})
