"""One person's page: who, in what state and until when, why, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.audit.services import record_read
from fournets.crypto import KeyRing
from fournets.language import Lang, Refusal, catalogue, say
from fournets.organization.access import Reader
from fournets.organization.unmask import FIELDS, unmask
from fournets.people.selectors import person_file
from fournets.people.services.canary import touched
from fournets.people.words import label, text_of
from fournets.policy import in_force
from fournets.screening.selectors.overrides import overrides_of
from fournets.screening.services import explain
from fournets.screening.services.overrides import ASK
from fournets.web.access import needs, reader_of
from fournets.web.acts import ring

NOT_SHOWN = {"person", "name", "facts", "values", "household", "merged", "employers"}
ONCE = {"employer"}  # among the values as a sender wrote it; the register's own word stands below
BIRTH = "birth_on"


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
    reader, lang, keys = reader_of(request), request.lang, ring()  # type: ignore[attr-defined]
    try:
        found = person_file(person, ring=keys)
    except Refusal:
        raise Http404 from None
    if opened is None:
        _put_on_record(found, reader, keys)
    state = explain(found["person"])
    context = {
        "found": found,
        "opened": opened,
        "values": list(_values(found, reader, lang)),
        "facts": [_fact(one, reader, lang) for one in found["facts"]],
        "state": state and _state(state, found["area_code"], lang),
        "overrides": overrides_of(found["person"], ring=keys),
        "may_ask": reader.may(ASK),
        "fields": [(name, label(name, lang)) for name in FIELDS if found.get(name)],
        "may_unmask": reader.may("people.unmask"),
        "today": timezone.localdate(),
        "classes": class_words(found["area_code"], lang),
    }
    return render(request, "web/person.html", context)


def _put_on_record(found: dict[str, Any], reader: Reader, keys: KeyRing) -> None:
    """Whoever opens a file is on record; a canary raises its alarm."""
    who, at = found["person"], timezone.now()
    record_read("person_opened", actor=reader.login, area_code=found["area_code"], at=at, person=who)
    touched([who], how="opened", ring=keys, actor=reader.login, at=at)


def _values(found: dict[str, Any], reader: Reader, lang: Lang) -> Iterator[tuple[str, str]]:
    """The current values in words, without those the reader's post does not show."""
    plain = {name: value for name, value in found.items() if name not in NOT_SHOWN}
    for name, value in (plain | found["values"]).items():
        if name in ONCE and found["employers"]:
            continue
        if name == BIRTH and not reader.may("people.birth"):
            continue
        if shown := text_of(name, value, lang):
            yield label(name, lang), shown


def _fact(fact: dict[str, Any], reader: Reader, lang: Lang) -> dict[str, Any]:
    said = {name: fact[name] for name in ("name", "id_number", "phone", "address") if fact.get(name)}
    said |= {
        name: value for name, value in fact["values"].items() if name != BIRTH or reader.may("people.birth")
    }
    rule = f"rule_{fact['rule']}"
    return {
        "source": f"{fact['file_id']}:{fact['sheet']}:{fact['row']}",
        "seen_on": fact["seen_on"],
        "kind": say(f"kind_{fact['kind']}", lang),
        "rule": say(rule, lang) if rule in catalogue() else fact["rule"],
        "said": [(label(name, lang), text_of(name, value, lang)) for name, value in said.items()],
    }


def _state(state: dict[str, Any], area_code: str, lang: Lang) -> dict[str, Any]:
    words = dict(class_words(area_code, lang))
    return {
        **state,
        "word": words.get(state["class"], state["class"]),
        "act": say(f"action_{state['action']}", lang),
        "why": [reason[lang] for reason in state["reasons"]],
        "sources": sorted({one["document"] for reason in state["reasons"] for one in reason["policy"]}),
    }


def class_words(area_code: str, lang: Lang) -> list[tuple[str, str]]:
    """The risk classes of today's policy with their words, the gravest first."""
    rows = in_force(on=timezone.localdate(), area=area_code).table("screening.classes")
    return [(row["class"], row[lang]) for row in rows]
