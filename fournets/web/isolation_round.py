"""A round: a sheet with everybody in isolation, on which temperatures of one part of the day are typed one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fournets.isolation.rules.reading import limits
from fournets.isolation.rules.said import word_in
from fournets.isolation.rules.windows import Window, counts_for, windows_of
from fournets.isolation.selectors.rounds import PAGE, RoundLine, Seen, round_of, sums_of
from fournets.isolation.services import OBSERVE, Typed, observe
from fournets.language import Lang, Message, Refusal, say
from fournets.places.selectors import area_labels
from fournets.policy import in_force
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.area_chooser import area_of, around
from fournets.web.moments import day_of
from fournets.web.people_record import note_people

TONES = {"due": "todo", "missed": "danger", "seen": "good", "alarm": "danger"}


@needs(OBSERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def round_page(request: HttpRequest) -> HttpResponse:
    """``?area=CODE`` within the reader's own, ``?on=DAY``, ``?window=``, ``?after=`` the order a page ended with."""
    reader, lang = reader_of(request), lang_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    area, code = area_of(request, reader), asked.get("window", "")
    on = min(day_of(asked.get("on", "")) or _day(area, code), timezone.localdate())
    windows = windows_of(in_force(on=on, area=area))
    window = _window(code, windows, on)
    wrong: Mapping[str, Message] = {}
    if request.method == "POST":
        try:
            done = observe(reader, area, window.code, _typed(request.POST), on=on, at=timezone.localtime())
        except Refusal as refusal:
            messages.error(request, refusal.message.text(lang))
            return redirect(_address(area, on, window))
        if not done.wrong:
            told = "round_told_alarms" if done.alarms else "round_told"
            messages.success(request, say(told, lang, noted=done.noted, alarms=done.alarms))
            return redirect(_address(area, on, window, request.POST.get("next", "")))
        wrong = done.wrong
    return render(request, "web/isolation_round.html", _context(request, area, on, windows, window, wrong))


def _context(
    request: HttpRequest,
    area: str,
    on: date,
    windows: list[Window],
    window: Window,
    wrong: Mapping[str, Message],
) -> dict[str, Any]:
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    asked = request.POST if request.method == "POST" else request.GET
    after = asked.get("after", "")[:20]
    found = round_of(area, windows, on=on, now=now, after=after)
    lines = found[:PAGE]
    note_people(request, "isolation", area, [one.person for one in lines])
    labels = area_labels({one.area_code for one in lines})
    return {
        "lines": [_line(one, window, labels, request.POST, wrong, lang) for one in lines],
        "windows": [(one, one.zh if lang == "zh" else one.en) for one in windows],
        "window": window,
        "window_word": window.zh if lang == "zh" else window.en,
        "on": on,
        "today": now.date(),
        "area": area,
        "areas": [(code, name) for code, name, _ in around(request, reader)],
        "sums": sums_of(area, window.code, on=on),
        "symptoms": [(one, word_in(one, lang)) for one in limits().symptoms],
        "after": after,
        "next": lines[-1].number if len(found) > PAGE else "",
        "begun": not after,
        "first": _address(area, on, window),
        "wrong": wrong,
        "lost": [
            (number, one.text(lang))
            for number, one in wrong.items()
            if number not in {line.number for line in lines}
        ],
        "at": now,
    }


def _line(
    one: RoundLine,
    window: Window,
    labels: Mapping[str, str],
    typed: QueryDict,
    wrong: Mapping[str, Message],
    lang: Lang,
) -> dict[str, Any]:
    ticked = set(typed.getlist(f"s-{one.number}"))
    return {
        "order": one,
        "where": labels[one.area_code],
        "place": say(f"isolation_at_{one.state}", lang),
        "typed": typed.get(f"t-{one.number}", ""),
        "ticks": [(code, word_in(code, lang), code in ticked) for code in limits().symptoms],
        "seen": [(code, _told(seen, lang), TONES[seen.state]) for code, seen in one.seen.items()],
        "now": one.seen[window.code].state,
        "wrong": wrong[one.number].text(lang) if one.number in wrong else "",
    }


def _told(seen: Seen, lang: Lang) -> str:
    parts = [f"{seen.temperature} ℃"] if seen.temperature is not None else []
    parts += [word_in(one, lang) for one in seen.symptoms]
    return " ".join(parts) or say(f"round_{seen.state}", lang)


def _typed(sent: QueryDict) -> dict[str, Typed]:
    numbers = [name[2:] for name in sent if name.startswith("t-")][:PAGE]
    return {
        number: Typed(str(sent[f"t-{number}"])[:20], frozenset(map(str, sent.getlist(f"s-{number}"))))
        for number in numbers
    }


def _day(area: str, code: str) -> date:
    """The day of a sheet nobody named a day for: today; in the night, before the first window, still yesterday."""
    now = timezone.localtime()
    return now.date() if code else counts_for(windows_of(in_force(on=now.date(), area=area)), now)[0]


def _window(code: str, windows: list[Window], on: date) -> Window:
    """The window asked for; else the one it is now, or the next that comes; of a day that is over, the last."""
    now = timezone.localtime()
    found = next((one for one in windows if one.code == code), None)
    return found or next((one for one in windows if not one.is_over(on, now)), windows[-1])


def _address(area: str, on: date, window: Window, after: str = "") -> str:
    asked = QueryDict(mutable=True)
    asked.update(
        {"area": area, "on": on.isoformat(), "window": window.code} | ({"after": after} if after else {})
    )
    return f"{reverse('isolation_round')}?{asked.urlencode()}"
