"""One person's page: who, in what state and until when, why, and where each value comes from."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.care.selectors.needs import orders_with_teams
from fournets.crypto import KeyRing
from fournets.isolation.services import ORDER
from fournets.keeping.forgetting import ASK as FORGET
from fournets.keeping.selectors import ForgettingLine, forgetting_of
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.unmask import FIELDS, unmask
from fournets.people.services.canary import touched
from fournets.people.words import label
from fournets.screening.selectors.overrides import overrides_of
from fournets.screening.services.overrides import ASK
from fournets.screening.services.person import class_words, open_person
from fournets.screening.services.story import story_of
from fournets.tracing.services import NOTE as NOTE_CONTACT
from fournets.web.access import needs, reader_of
from fournets.web.acts import ring
from fournets.web.forgettings import SEE as SEE_FORGETTINGS
from fournets.web.forgettings import held_words

SEE, ISOLATION = "overrides.see", "isolation.see"


@needs("people.see")
@require_safe
def person_page(request: HttpRequest, person: str) -> HttpResponse:
    """The file of one person in the reader's area; of anybody else it says that there is no such page."""
    return _page(request, person, opened=None)


@needs("people.unmask")
@require_POST
def unmask_page(request: HttpRequest, person: str) -> HttpResponse:
    """The same page with one value whole, once: for a reason, on record."""
    reader, field, keys = reader_of(request), request.POST.get("field", ""), ring()
    try:
        value = unmask(
            reader, person, field, reason=request.POST.get("reason", ""), ring=keys, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message.text(request.lang))  # type: ignore[attr-defined]
        return redirect("person", person)
    touched([person], how="unmasked", ring=keys, actor=reader.login, at=timezone.now())
    return _page(request, person, opened=(label(field, request.lang), value))  # type: ignore[attr-defined]


def _page(request: HttpRequest, person: str, *, opened: tuple[str, str] | None) -> HttpResponse:
    reader, lang, keys, now = reader_of(request), request.lang, ring(), timezone.now()  # type: ignore[attr-defined]
    try:
        shown = open_person(person, reader, lang=lang, ring=keys, at=now, once=opened is not None)
    except Refusal:
        raise Http404 from None
    found = shown["found"]
    waits = _forgetting(reader, found["person"], timezone.localdate(now), keys)
    context = {
        **shown,
        "opened": opened,
        "story": story_of(shown, lang=lang, at=now),
        "overrides": overrides_of(shown["who"], ring=keys) if reader.may(SEE) else [],
        "may_ask": reader.may(ASK),
        "orders": orders_with_teams(shown["who"].pk) if reader.may(ISOLATION) else [],
        "may_isolate": reader.may(ORDER),
        "may_trace": reader.may(NOTE_CONTACT),
        "forgetting": waits,
        "held": held_words(waits, lang) if waits else "",
        "may_forget": reader.may(FORGET),
        "fields": [(name, label(name, lang)) for name in FIELDS if found.get(name)],
        "may_unmask": reader.may("people.unmask"),
        "today": timezone.localdate(),
        "classes": class_words(found["area_code"], lang, on=timezone.localdate()),
    }
    return render(request, "web/person.html", context)


def _forgetting(reader: Reader, person: str, today: date, keys: KeyRing) -> ForgettingLine | None:
    return forgetting_of(person, on=today, ring=keys) if reader.may(SEE_FORGETTINGS) else None
