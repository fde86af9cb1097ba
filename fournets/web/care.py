"""Care: open needs by whose they are and how long they wait; caretaker teams, set up and given to many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.accounts.selectors import names_of
from fournets.care.rules.alarms import settings
from fournets.care.rules.needs import ANSWERS, FEELINGS, kinds
from fournets.care.selectors.needs import (
    PAGE,
    NeedLine,
    NeedTold,
    needs_of_order,
    open_needs_of,
    team_of_order,
    teams_of,
    without_team,
)
from fournets.care.services import (
    ASSIGN,
    CARE,
    answer_need,
    ask_need,
    give_team,
    set_team,
    take_need,
)
from fournets.care.services.teams import LEAST, MOST, ROLES
from fournets.isolation.services import OWN
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.people.rules.masking import mask_phone
from fournets.places.selectors import area_labels, areas_of_levels
from fournets.policy import in_force
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.alarms import SEE
from fournets.web.area_chooser import area_of, around
from fournets.web.people_record import note_people

OFFERED = 200  # people without a team a page offers


@needs(SEE)
@require_safe
def care_page(request: HttpRequest) -> HttpResponse:
    """Open needs of ``?area=CODE``, ``?kind=`` one of `kinds`, ``?mine=1`` those the reader has taken; the one due first first."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    area, kind = area_of(request, reader), request.GET.get("kind", "")
    kind, mine = kind if kind in kinds() else "", request.GET.get("mine") == "1"
    found = open_needs_of(
        area, on=now.date(), kind=kind, owner=reader.login if mine else "", ring=ring(), limit=PAGE + 1
    )
    lines = found[:PAGE]
    note_people(request, "isolation", area, [one.person for one in lines])
    labels, names = area_labels({one.area_code for one in lines}), names_of(one.owner for one in lines)
    context = {
        "lines": [
            {**_line(one, labels, reader, now, lang), "owner": names.get(one.owner, one.owner)}
            for one in lines
        ],
        "late": sum(one.due_at <= now for one in lines),
        "more": len(found) > PAGE,
        "area": area,
        "areas": [(code, name) for code, name, _ in around(request, reader)],
        "kinds": _kinds(lang),
        "kind": kind,
        "mine": mine,
        "feelings": kind == FEELINGS,
        "answers": ANSWERS,
        "may_answer": reader.may(CARE),
        "may_assign": reader.may(ASSIGN),
        "most": settings()["needs"]["words_most"],
        "at": now,
    }
    return render(request, "web/care.html", context)


@needs(CARE)
@require_POST
def take_page(request: HttpRequest, need: int) -> HttpResponse:
    """The reader sees to this need from now on."""
    at = timezone.now()
    return act(request, _back(request), "need_told_taken", lambda: take_need(reader_of(request), need, at=at))


@needs(CARE)
@require_POST
def answer_page(request: HttpRequest, need: int) -> HttpResponse:
    """What came of a need; the person reads it on his own page."""
    answer, words, at = request.POST.get("answer", ""), request.POST.get("words", ""), timezone.now()
    return act(
        request,
        _back(request),
        "need_told_answered",
        lambda: answer_need(reader_of(request), need, answer, words, at=at, ring=ring()),
    )


@needs(CARE)
@require_POST
def ask_page(request: HttpRequest, number: str) -> HttpResponse:
    """Notes what the person of an order needs."""
    kind, words, at = request.POST.get("kind", ""), request.POST.get("words", ""), timezone.now()
    return act(
        request,
        reverse("isolation_order", args=[number]),
        "need_told_asked",
        lambda: ask_need(reader_of(request), number, kind, words, at=at, ring=ring()),
    )


@needs(ASSIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def teams_page(request: HttpRequest) -> HttpResponse:
    """The teams of the reader's area and who has none; by POST a team is set up, or its members changed."""
    reader, lang, today, wrong = reader_of(request), lang_of(request), timezone.localdate(), ""
    rules, given = in_force(on=today, area=reader.area_code), request.POST
    roles = list(rules.table(ROLES))
    if request.method == "POST":
        members = {role: (given.get(f"name-{role}", ""), given.get(f"phone-{role}", "")) for role in roles}
        area, name, at = given.get("area", ""), given.get("name", ""), timezone.now()
        try:
            set_team(reader, area, name, members, on=today, at=at, ring=ring())
        except Refusal as refusal:
            wrong = refusal.message.text(lang)
        else:
            return redirect("care_teams")
    teams, every = teams_of(reader.area_code, ring=ring()), request.GET.get("all") == "1"
    waiting = without_team(reader.area_code, limit=OFFERED + 1, others=every)
    labels = area_labels({one.team.area_code for one in teams} | {row[2] for row in waiting})
    context = {
        "teams": [(one, labels[one.team.area_code], _members(one.members, lang)) for one in teams],
        "waiting": [
            (number, name, labels[area], say(f"isolation_at_{state}", lang))
            for number, name, area, state in waiting[:OFFERED]
        ],
        "more": len(waiting) > OFFERED,
        "every": every,
        "roles": [
            (
                role,
                say(f"policy_word_{role}", lang),
                given.get(f"name-{role}", ""),
                given.get(f"phone-{role}", ""),
            )
            for role in roles
        ],
        "areas": areas_of_levels(reader.area_code, levels=("town", "community", "cell")),
        "typed": given,
        "wrong": wrong,
        "least": int(rules.number(LEAST)),
        "most": int(rules.number(MOST)),
    }
    return render(request, "web/care_teams.html", context)


@needs(ASSIGN)
@require_POST
def give_page(request: HttpRequest) -> HttpResponse:
    """Gives a team to the people ticked."""
    team, numbers = request.POST.get("team", ""), [str(one) for one in request.POST.getlist("order")]
    return act(
        request,
        reverse("care_teams"),
        "team_told_given",
        lambda: give_team(
            reader_of(request),
            int(team) if team.isdecimal() and len(team) < 19 else 0,
            numbers,
            on=timezone.localdate(),
            at=timezone.now(),
        ),
    )


def care_shown(order: Any, reader: Reader, lang: Lang) -> dict[str, Any]:
    """What the page of an order shows: who looks after him, and what he needed."""
    team = team_of_order(order.pk, ring=ring())
    return {
        "team": team and (team.team.name, _members(team.members, lang)),
        "needs": [needed(one, lang) for one in needs_of_order(order.pk, ring=ring())],
        "need_kinds": _kinds(lang),
        "may_care": reader.may(CARE),
        "need_most": settings()["needs"]["words_most"],
    }


def needed(one: NeedTold, lang: Lang) -> dict[str, Any]:
    """A need of one order in words."""
    need = one.need
    done = need.state == "answered"
    late = not done and need.due_at <= timezone.now()
    return {
        "need": need,
        "kind": say(f"need_{need.kind}", lang),
        "words": one.words,
        "answer": one.answer,
        "by": by_words(need.asked_by, lang),
        "state": say(f"need_answer_{need.answer}" if done else f"need_state_{need.state}", lang),
        "tone": "good" if done else "late" if late else "todo",
    }


def by_words(login: str, lang: Lang) -> str:
    """Who told something: a login, or the person himself."""
    return say("own_by", lang) if login == OWN else login


def _kinds(lang: Lang) -> list[tuple[str, str]]:
    return [(code, say(f"need_{code}", lang)) for code in kinds()]


def _members(members: list[tuple[str, str, str]], lang: Lang) -> list[tuple[str, str, str]]:
    return [(say(f"policy_word_{role}", lang), name, mask_phone(phone) if phone else "") for role, name, phone in members]  # fmt: skip


def _line(one: NeedLine, labels: dict[str, str], reader: Reader, now: datetime, lang: Lang) -> dict[str, Any]:
    late = one.due_at <= now
    hours = int((now - one.asked_at).total_seconds() // 3600)
    return {
        "need": one,
        "kind": say(f"need_{one.kind}", lang),
        "where": labels[one.area_code],
        "by": by_words(one.asked_by, lang),
        "age": say("need_hours", lang, hours=hours),
        "late": late,
        "tone": "late" if late else "todo",
        "mine": one.owner == reader.login,
    }


def _back(request: HttpRequest) -> str:
    number = request.POST.get("order", "")
    if number.isascii() and number.isalnum() and len(number) <= 20:
        return reverse("isolation_order", args=[number])
    return reverse("care")
