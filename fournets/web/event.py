"""The event the register serves, and its end: asked for by one, approved by another, done on the server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.keeping.closing import ASK, DECIDE, ask_closing, decide_closing, present_event
from fournets.web.access import needs, reader_of
from fournets.web.acts import act


@needs("event.see")
@require_safe
def event_page(request: HttpRequest) -> HttpResponse:
    """Since when the event runs, and what stands of its end."""
    reader, event = reader_of(request), present_event()
    asked = bool(event.asked_by)
    context = {
        "event": event,
        "may_ask": reader.may(ASK) and not asked,
        "may_decide": reader.may(DECIDE)
        and asked
        and not event.decided_by
        and event.asked_by != reader.login,
    }
    return render(request, "web/event.html", context)


@needs(ASK)
@require_POST
def ask_end(request: HttpRequest) -> HttpResponse:
    """Asks for the end of the event."""
    reason, at = request.POST.get("reason", ""), timezone.now()
    return act(
        request, reverse("event"), "event_told_asked", lambda: ask_closing(reader_of(request), reason, at=at)
    )


@needs(DECIDE)
@require_POST
def decide_end(request: HttpRequest) -> HttpResponse:
    """Approves the end of the event somebody else has asked for, or turns it down."""
    approve, at = request.POST.get("decision") == "approve", timezone.now()
    done = "event_told_approved" if approve else "event_told_refused"
    return act(request, reverse("event"), done, lambda: decide_closing(reader_of(request), approve, at=at))
