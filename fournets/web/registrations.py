"""Self-registration from the office: pages opened, closed and printed; what was registered looked over before it is taken in."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.audit.services import record, record_read
from fournets.calls.poster import poster_paper
from fournets.calls.rules import desk
from fournets.calls.selectors.registrations import PAGE, posters_in, registrations_in, waiting_registrations
from fournets.calls.services.registrations import DROP, MANAGE, decide, make_poster, withdraw_poster
from fournets.language import Refusal, say
from fournets.places.selectors import area_labels, official_names
from fournets.web.access import lang_of, needs, reader_of, refused
from fournets.web.acts import act, ring


@needs(MANAGE)
@require_safe
def registrations_page(request: HttpRequest) -> HttpResponse:
    """``?after=`` the number a page ended with; ``?only=dropped`` for what was set aside."""
    reader, asked = reader_of(request), request.GET.get("after", "")
    dropped = request.GET.get("only") == "dropped"
    after = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    found = registrations_in(
        reader.area_code, state="dropped" if dropped else "waiting", ring=ring(), after=after, limit=PAGE + 1
    )
    lines, posters = found[:PAGE], posters_in(reader.area_code)
    record_read(
        "list_shown", actor=reader.login, area_code=reader.area_code, at=timezone.now(), list="registrations",
        shown=len(lines),
    )  # fmt: skip
    labels = area_labels({one.area_code for one in lines} | {one.area_code for one in posters})
    most = desk().registrations.waiting_most
    context = {
        "lines": [(one, labels[one.area_code]) for one in lines],
        "next": lines[-1].number if len(found) > PAGE else 0,
        "dropped": dropped,
        "waiting": waiting_registrations(reader.area_code, most=most),
        "posters": [
            (one, labels[one.area_code], request.build_absolute_uri(reverse("register", args=[one.token])))
            for one in posters
        ],
        "own": next(
            (one for one in posters if one.area_code == reader.area_code and not one.withdrawn_at), None
        ),
        "at": timezone.localtime(),
    }
    return render(request, "web/registrations.html", context)


@needs(MANAGE)
@require_POST
def make_page(request: HttpRequest) -> HttpResponse:
    """Opens the page of the reader's area, or gives it a new token."""
    if request.POST.get("renew") == "yes" and request.POST.get("sure") != "yes":
        messages.error(request, say("registrations_sure", lang_of(request)))
        return redirect("registrations")
    return act(
        request,
        "registrations",
        "registrations_told_made",
        lambda: make_poster(reader_of(request), at=timezone.now()),
    )


@needs(MANAGE)
@require_POST
def withdraw_page(request: HttpRequest, number: int) -> HttpResponse:
    """Closes a page, once somebody has said that he means it."""
    if request.POST.get("sure") != "yes":
        messages.error(request, say("registrations_sure", lang_of(request)))
        return redirect("registrations")
    return act(
        request,
        "registrations",
        "registrations_told_withdrawn",
        lambda: withdraw_poster(reader_of(request), number, at=timezone.now()),
    )


@needs(MANAGE)
@require_safe
def poster_page(request: HttpRequest, number: int) -> HttpResponse:
    """The poster of an open page as a PDF; on record."""
    reader = reader_of(request)
    found = next(
        (one for one in posters_in(reader.area_code) if one.pk == number and not one.withdrawn_at), None
    )
    if found is None:
        raise Http404
    address = request.build_absolute_uri(reverse("register", args=[found.token]))
    try:
        made = poster_paper(official_names([found.area_code])[found.area_code], address)
    except Refusal as refusal:
        return refused(request, refusal.message.code, status=409, title="registrations_title")
    details = {"poster": found.pk}
    record(
        act="poster_printed",
        actor=reader.login,
        area_code=found.area_code,
        at=timezone.now(),
        details=details,
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="poster-{found.pk}.pdf"'
    return answer


@needs(MANAGE)
@require_POST
def decide_page(request: HttpRequest) -> HttpResponse:
    """What is ticked is taken in, set aside, or brought back, as the button says."""
    reader, lang, what = reader_of(request), lang_of(request), request.POST.get("do", "")
    numbers = [int(one) for one in request.POST.getlist("chosen")[:PAGE] if one.isdecimal() and len(one) < 19]
    try:
        with transaction.atomic():
            count = decide(reader, numbers, what, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message.text(lang))
    else:
        messages.success(request, say(f"registrations_told_{what}", lang, count=count))
    only = "" if what in ("take", DROP) else "?only=dropped"
    return redirect(reverse("registrations") + only)
