"""The official numbers in force on a day, with their sources; and what would change under others."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.language import Lang, Refusal, say
from fournets.language import catalogue as messages
from fournets.organization.access import Reader
from fournets.places.selectors import short_names_of
from fournets.policy import Entry, in_force
from fournets.policy.catalogue import Value, catalogue
from fournets.screening.services.person import class_words
from fournets.screening.services.preview import PREVIEW, Preview, preview, suppose
from fournets.web.access import lang_of, needs, reader_of

SEE = "policy.see"
OWN_WORDS, CODES = ("zh", "en"), ("class", "code", "way")  # of a row of a table


@needs(SEE)
@require_safe
def policy_page(request: HttpRequest) -> HttpResponse:
    """``?on=DAY``: every number that counts in the reader's town on that day, by subject, and what begins after it."""
    return render(request, "web/policy.html", _shown(request, _day(request.GET.get("on", ""))))


@needs(PREVIEW)
@require_POST
def preview_page(request: HttpRequest) -> HttpResponse:
    """The same page with what would change: the rules of another day, or a region more on the list."""
    reader, lang = reader_of(request), lang_of(request)
    word = request.POST.get
    on = _day(word("day", ""))
    context = _shown(request, timezone.localdate()) | {"typed": request.POST, "day": on}
    try:
        what = suppose(word("region", ""), on=on, via_counts=word("via") == "yes")
        found = preview(what, reader, at=timezone.now())
    except Refusal as refusal:
        context["wrong"] = refusal.message.text(lang)
        return render(request, "web/policy.html", context, status=422)
    return render(request, "web/policy.html", context | {"what": what, **_preview(found, reader, lang)})


def _shown(request: HttpRequest, on: date) -> dict[str, Any]:
    reader, lang = reader_of(request), lang_of(request)
    policy = in_force(on=on, area=reader.area_code[:9])
    known = catalogue()
    return {
        "on": on,
        "today": timezone.localdate(),
        "day": timezone.localdate(),
        "subjects": [
            (subject[lang], lines)
            for name, subject in known.subjects.items()
            if (lines := _lines(name, policy.entries, lang))
        ],
        "areas": [(one.zh if lang == "zh" else one.en, one) for one in policy.outbreak_areas],
        "later": _later(on, reader, lang),
        "unchecked": sum(not one.checked for one in policy.entries.values()),
        "may_preview": reader.may(PREVIEW),
        "typed": {},
    }


def _lines(subject: str, entries: Any, lang: Lang) -> list[dict[str, Any]]:
    found = [
        (value, entries.get(name))
        for name, value in catalogue().values.items()
        if name.partition(".")[0] == subject
    ]
    return [_line(value, entry, lang) for value, entry in found if entry]  # fmt: skip


def _line(value: Value, entry: Entry, lang: Lang) -> dict[str, Any]:
    return {
        "name": value.zh if lang == "zh" else value.en,
        "code": value.name,
        "value": words_of(entry.value, lang),
        "unit": catalogue().units[value.unit][lang],
        "entry": entry,
    }


def _later(on: date, reader: Reader, lang: Lang) -> list[dict[str, Any]]:
    """What begins to count in the reader's town after the day, the next first."""
    town = reader.area_code[:9]
    found = [
        (entry.start, _line(value, entry, lang))
        for value in catalogue().values.values()
        for entry in value.entries
        if entry.start > on and town.startswith(entry.scope)
    ]
    return [line for _, line in sorted(found, key=lambda one: (one[0], one[1]["code"]))]


def _preview(found: Preview, reader: Reader, lang: Lang) -> dict[str, Any]:
    words = dict(class_words(reader.area_code, lang, on=timezone.localdate()))
    nobody = say("person_not_assessed_short", lang)
    names = short_names_of(found.communities)
    return {
        "found": found,
        "moves": [
            (words.get(came, came) or nobody, words.get(went, went), people)
            for (came, went), people in sorted(found.moves.items(), key=lambda one: -one[1])
        ],
        "communities": [
            (names.get(code, code), people)
            for code, people in sorted(found.communities.items(), key=lambda one: -one[1])
        ],
    }


def words_of(value: Any, lang: Lang) -> list[str]:
    """A value as people read it, a line for each row of a table."""
    rows = value if isinstance(value, list) else [value]
    return [_row(row, lang) for row in rows] or ["–"]


def _row(row: Any, lang: Lang) -> str:
    """A row begins with its own words, where it has any; its codes are for the rules alone."""
    if not isinstance(row, dict):
        return _word(row, lang)
    said = [
        say("policy_pair", lang, name=say(f"policy_key_{name}", lang), value=_word(one, lang))
        for name, one in row.items()
        if name not in OWN_WORDS and not (lang in row and name in CODES)
    ]
    return " · ".join([row[lang], *said] if lang in row else said)


def _word(value: Any, lang: Lang) -> str:
    if isinstance(value, bool):
        return say("detail_yes" if value else "detail_no", lang)
    if isinstance(value, list):
        return say("policy_join", lang).join(_word(one, lang) for one in value)
    code = f"policy_word_{value}"
    return say(code, lang) if code in messages() else str(value)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
