"""Alarms: the list of open ones, what is done about one, and the note that goes with somebody to a hospital."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.accounts.selectors import names_of
from fournets.audit.services import record
from fournets.care.papers import Handover, handover_note
from fournets.care.rules.alarms import due_at
from fournets.care.selectors.alarms import (
    PAGE,
    AlarmLine,
    AlarmTold,
    alarms_of_order,
    lives_with,
    open_alarms_of,
    waited,
    waiting_alarms,
)
from fournets.care.services import arrive, keep_here, send_to_hospital, take_alarm
from fournets.database import counted
from fournets.isolation.rules.said import word_in
from fournets.isolation.rules.windows import windows_of
from fournets.isolation.selectors.boards import bed_of
from fournets.isolation.selectors.orders import Whole, whole_order
from fournets.isolation.selectors.rounds import observations_of
from fournets.isolation.services import OBSERVE, ORDER
from fournets.language import Lang, Refusal, say
from fournets.organization.access import Reader
from fournets.places.selectors import area_labels, towns
from fournets.policy import in_force
from fournets.web.access import lang_of, needs, reader_of, refused
from fournets.web.acts import act, ring
from fournets.web.area_chooser import area_of, around
from fournets.web.people_record import note_people

SEE = "isolation.see"
MOST = 999  # alarms the page counts


@needs(SEE)
@require_safe
def alarms_page(request: HttpRequest) -> HttpResponse:
    """Open alarms of ``?area=CODE`` within the reader's own, the one that has waited longest first."""
    reader, lang, now = reader_of(request), lang_of(request), timezone.localtime()
    area = area_of(request, reader)
    found = open_alarms_of(area, on=now.date(), limit=PAGE)
    untaken, every = counted([waiting_alarms(area, untaken=True), waiting_alarms(area)], MOST)
    note_people(request, "isolation", area, [one.person for one in found])
    labels, names = area_labels({one.area_code for one in found}), names_of(one.owner for one in found)
    context = {
        "lines": [
            {**_line(one, labels, reader, now, lang), "owner": names.get(one.owner, one.owner)}
            for one in found
        ],
        "untaken": untaken,
        "every": every,
        "most": MOST,
        "area": area,
        "areas": [(code, name) for code, name, _ in around(request, reader)],
        "may_take": reader.may(OBSERVE),
        "at": now,
    }
    return render(request, "web/alarms.html", context)


@needs(OBSERVE)
@require_POST
def take_page(request: HttpRequest, number: str) -> HttpResponse:
    """The reader is responsible for this alarm from now on."""
    back = "alarms" if request.POST.get("back") == "list" else _order(number)
    return act(request, back, "alarm_told_taken", lambda: take_alarm(reader_of(request), number, **_when()))


@needs(ORDER)
@require_POST
def decide_page(request: HttpRequest, number: str) -> HttpResponse:
    """``do``: send to a hospital, keep here, or arrived there."""
    reader, given, do = reader_of(request), request.POST, request.POST.get("do", "")
    reason, hospital = given.get("reason", ""), given.get("hospital", "")
    ways: dict[str, Callable[[], object]] = {
        "send": lambda: send_to_hospital(reader, number, hospital, reason, **_when(), ring=ring()),
        "keep": lambda: keep_here(reader, number, reason, **_when(), ring=ring()),
        "arrived": lambda: arrive(reader, number, **_when(), ring=ring()),
    }
    return act(
        request,
        _order(number),
        f"alarm_told_{do}" if do in ways else "alarm_told_keep",
        ways.get(do, _unknown),
    )


@needs(ORDER)
@require_safe
def handover_page(request: HttpRequest, number: str) -> HttpResponse:
    """The handover note of an order as a PDF, in the reader's language; on record."""
    found, reader, lang = whole_order(number, ring=ring()), reader_of(request), lang_of(request)
    if found is None:
        raise Http404
    order, address = found.order, request.build_absolute_uri(_order(number))
    note, windows = (
        _note(found, reader, lang),
        windows_of(in_force(on=timezone.localdate(), area=order.area_code)),
    )
    try:
        made = handover_note(order, note, observations_of(order.pk), windows, address=address, lang=lang)
    except Refusal as refusal:
        return refused(
            request, refusal.message.code, status=409, title="isolation_title", **refusal.message.values
        )
    note_people(request, "isolation", order.area_code, [found.person.public_id])
    details = {"order": number, "kind": "handover"}
    record(
        act="isolation_paper",
        actor=reader.login,
        area_code=order.area_code,
        at=timezone.now(),
        details=details,
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="handover-{order.number}.pdf"'
    return answer


def alarms_shown(found: Whole, reader: Reader, now: datetime, lang: Lang) -> dict[str, Any]:
    """What the page of an order shows of its alarms: the open one with what the reader may do about it, and those closed."""
    told = alarms_of_order(found.order.pk, ring=ring())
    first = told[0] if told and told[0].alarm.state != "closed" else None
    owner = first.alarm.owner if first else ""
    return {
        "alarm": first,
        "alarm_waits": _waits(first, now, lang) if first else None,
        "alarm_owner": names_of([owner]).get(owner, owner) if owner else "",
        "alarm_mine": bool(first and first.alarm.owner == reader.login),
        "may_take_alarm": reader.may(OBSERVE),
        "closed_alarms": [one for one in told if one.alarm.state == "closed"],
    }


def _waits(one: AlarmTold, now: datetime, lang: Lang) -> tuple[str, str]:
    alarm = one.alarm
    due = due_at(alarm.state, alarm.raised_at, alarm.taken_at, alarm.decided_at)
    return _age(alarm.raised_at, now, lang), "danger" if now >= due or alarm.state == "raised" else "todo"


def _line(
    one: AlarmLine, labels: dict[str, str], reader: Reader, now: datetime, lang: Lang
) -> dict[str, Any]:
    late = now >= one.due_at
    said = [f"{one.temperature} ℃"] if one.temperature is not None else []
    return {
        "alarm": one,
        "told": " ".join([*said, *(word_in(each, lang) for each in one.symptoms)]),
        "where": f"{one.responsible} {one.bed}" if one.bed else labels[one.area_code],
        "place": say(f"isolation_at_{one.place}", lang),
        "age": _age(one.raised_at, now, lang),
        "late": late,
        "tone": "danger" if one.state == "raised" or late else "todo",
        "mine": one.owner == reader.login,
    }


def _age(since: datetime, now: datetime, lang: Lang) -> str:
    minutes = waited(since, now)
    if minutes < 120:
        return say("alarm_minutes", lang, minutes=minutes)
    return say("alarm_hours", lang, hours=minutes // 60)


def _note(found: Whole, reader: Reader, lang: Lang) -> Handover:
    """Who he is as far as the reader may see it: the day of birth has a right of its own, number and telephone stay on file."""
    person, order = found.person, found.order
    bed, town = bed_of(order.pk), next(iter(towns()), None)
    born = f"{person.birth_on}" if person.birth_on and reader.may("people.birth") else ""
    told = alarms_of_order(order.pk, ring=ring())
    decided = next((one for one in told if one.hospital), None)
    return Handover(
        name=person.name,
        who=[one for one in (_sex(person.sex, lang), born, person.public_id) if one],
        where=f"{bed[1]} {bed[2]}" if bed else found.where,
        along=lives_with(person),
        hospital=decided.hospital if decided else "",
        reason=decided.reason if decided else "",
        issuer=town.official_name if town else "",
        at=timezone.localtime(),
    )


def _sex(sex: str, lang: Lang) -> str:
    return say(f"form_sex_{sex}", lang) if sex in ("male", "female") else ""


def _order(number: str) -> str:
    return reverse("isolation_order", args=[number])


def _when() -> dict[str, Any]:
    on: date = timezone.localdate()
    return {"on": on, "at": timezone.now()}


def _unknown() -> None:
    raise Refusal("isolation_unknown")
