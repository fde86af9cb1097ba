"""How a site runs beside its beds: zones and arrivals, supplies, rounds with their proof, staff and its training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.audit.services import record
from fournets.isolation.selectors.boards import Board, board_of
from fournets.isolation.services import MANAGE
from fournets.language import Lang, Refusal, say
from fournets.policy import in_force
from fournets.sites import stock
from fournets.sites.rules import JOBS, ROUND_KINDS, TRAININGS, WHO, ZONE_KINDS, with_arrivals
from fournets.sites.selectors.running import as_expected, expected_at, proof_of, rounds_of, staff_of, zones_of
from fournets.sites.services import layout, rounds, staff
from fournets.sites.services.layout import RUN
from fournets.sites.services.staff import NEEDED, STAFF
from fournets.web.access import lang_of, needs, reader_of
from fournets.web.acts import act, ring, typed_day

SEE = "beds.see"
TABS = ("site", "site_supplies", "site_rounds", "site_staff")
Acts = Mapping[str, Callable[[HttpRequest, int], object]]


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def site_page(request: HttpRequest, site: int) -> HttpResponse:
    """Zones floor by floor, who is expected, and the free beds to come. By POST: ``do=zone``, ``arrival``."""

    def shown(board: Board, lang: Lang) -> dict[str, Any]:
        expected, today = expected_at(site), timezone.localdate()
        return {
            "zones": zones_of(site, [floor for floor, _ in board.floors]),
            "kinds": _words("zone", ZONE_KINDS, lang),
            "expected": [(one, one.on < today) for one in expected],
            "ahead": (ahead := with_arrivals(board.ahead, as_expected(expected))),
            "lacking": next(((day, -free) for day, free, _ in ahead if free < 0), None),
            "may_manage": reader_of(request).may_in(MANAGE, board.line.area_code),
        }  # fmt: skip

    return _page(request, site, "site", {"zone": _zone, "arrival": _arrival}, shown)


@needs(RUN)
@require_POST
def arrival_page(request: HttpRequest, number: int) -> HttpResponse:
    """So many of them came (``do=came``), or nobody of them is expected any more."""
    came = _number(request, "came") if request.POST.get("do") == "came" else None
    back = request.POST.get("site", "")
    to = reverse("site", args=[int(back)]) if back.isdecimal() and len(back) < 10 else reverse("beds")
    return act(
        request,
        to,
        "site_told",
        lambda: layout.end_arrival(reader_of(request), number, came=came, at=timezone.now()),
    )


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def supplies_page(request: HttpRequest, site: int) -> HttpResponse:
    """What a site keeps and how long it lasts. By POST: ``do=count``, ``keep``, ``drop``."""

    def shown(board: Board, lang: Lang) -> dict[str, Any]:
        found = stock.on_hand(site, board.line.area_code, on=timezone.localdate())
        items = sorted(found.items, key=lambda one: (not one.low, one.name))
        return {"stock": found, "items": items, "users": _words("who", WHO, lang)}

    return _page(request, site, "site_supplies", {"count": _count, "keep": _keep, "drop": _drop}, shown)


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def rounds_page(request: HttpRequest, site: int) -> HttpResponse:
    """Waste and disinfection, missed ones first. By POST: ``do=done`` with a proof, ``plan``, ``end``."""

    def shown(board: Board, lang: Lang) -> dict[str, Any]:
        found = rounds_of(site, now=timezone.now())
        return {
            "rounds": found,
            "missed": sum(one.late for one in found),
            "kinds": _words("round", ROUND_KINDS, lang),
        }

    return _page(request, site, "site_rounds", {"done": _done, "plan": _plan, "end": _end}, shown)


@needs(SEE)
@require_safe
def proof_page(request: HttpRequest, number: int) -> HttpResponse:
    """The photo or document that proves a round of the reader's area; on record."""
    found = proof_of(number, ring=ring())
    if found is None:
        raise Http404
    content, media, site = found
    details = {"site": site.pk, "number": number}
    record(act="round_proof", actor=reader_of(request).login, area_code=site.area_code, at=timezone.now(), details=details)  # fmt: skip
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'inline; filename="proof-{number}.{media.rsplit("/", 1)[1]}"'
    return answer


@needs(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_page(request: HttpRequest, site: int) -> HttpResponse:
    """Who works at a site and what they were trained in. By POST: ``do=add``, ``train``, ``assign``, ``leave``."""

    def shown(board: Board, lang: Lang) -> dict[str, Any]:
        today, area = timezone.localdate(), board.line.area_code
        needed = list(in_force(on=today, area=area).table(NEEDED))
        found = layout.site_of(reader_of(request), SEE, site)
        return {
            "staff": [
                (one, [(say(f"site_training_{kind}", lang), day, counts) for kind, day, counts in one.trained],
                 _joined("training", one.lacking, lang))
                for one in staff_of(found, needed, on=today, ring=ring())
            ],
            "needed": _joined("training", needed, lang),
            "trainings": _words("training", TRAININGS, lang),
            "jobs": _words("job", JOBS, lang),
            "may_staff": reader_of(request).may_in(STAFF, area),
        }  # fmt: skip

    acts = {"add": _add, "train": _train, "assign": _assign, "leave": _leave}
    return _page(request, site, "site_staff", acts, shown)


def _page(
    request: HttpRequest, site: int, name: str, acts: Acts, shown: Callable[[Board, Lang], dict[str, Any]]
) -> HttpResponse:
    """A page of a site; what is sent to it is done, or said to be wrong on the same page, with what was typed."""
    reader, lang, today, wrong = reader_of(request), lang_of(request), timezone.localdate(), ""
    if request.method == "POST":
        try:
            does = acts.get(request.POST.get("do", ""))
            if does is None:
                raise Refusal("site_unknown")
            does(request, site)
        except Refusal as refusal:
            wrong = refusal.message.text(lang)
        else:
            messages.success(request, say("site_told", lang))
            return redirect(name, site)
    board = board_of(site, on=today)
    if board is None:
        raise Http404
    context = {
        **shown(board, lang),
        "line": board.line,
        "tabs": [(reverse(tab, args=[site]), _tab(tab), tab == name) for tab in TABS],
        "may_run": reader.may_in(RUN, board.line.area_code),
        "typed": request.POST if wrong else {},
        "wrong": wrong,
        "today": today,
        "at": timezone.localtime(),
    }
    return render(request, f"web/{name}.html", context, status=422 if wrong else 200)


def _tab(name: str) -> str:
    return {"site": "site_tab_zones"}.get(name, name.replace("site_", "site_tab_"))


def _words(group: str, values: tuple[str, ...], lang: Lang) -> list[tuple[str, str]]:
    return [(one, say(f"site_{group}_{one}", lang)) for one in values]


def _joined(group: str, values: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(say(f"site_{group}_{one}", lang) for one in values)


def _number(request: HttpRequest, name: str) -> int:
    """A number somebody typed or chose; -1 for anything else, which no act takes."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _zone(request: HttpRequest, site: int) -> None:
    given = request.POST
    floor, kind, what = _number(request, "floor"), given.get("kind", ""), given.get("what", "")
    layout.set_zone(reader_of(request), site, floor, kind, what, at=timezone.now())


def _arrival(request: HttpRequest, site: int) -> None:
    given, today = request.POST, timezone.localdate()
    day, people = typed_day(given.get("on", "")), _number(request, "people")
    whence = given.get("whence", "")
    layout.expect(reader_of(request), site, day, people, whence, on=today, at=timezone.now())


def _count(request: HttpRequest, site: int) -> None:
    given = {name.removeprefix("count-"): str(text) for name, text in request.POST.items() if name.startswith("count-")}  # fmt: skip
    counted = {int(number): text for number, text in given.items() if number.isdecimal() and len(number) < 10}
    stock.count(reader_of(request), site, counted, at=timezone.now())


def _keep(request: HttpRequest, site: int) -> None:
    name, unit, who, a_day = (request.POST.get(one, "") for one in ("name", "unit", "who", "a_day"))
    stock.keep(reader_of(request), site, name, unit, who, a_day, at=timezone.now())


def _drop(request: HttpRequest, site: int) -> None:
    stock.drop(reader_of(request), _number(request, "item"), at=timezone.now())


def _plan(request: HttpRequest, site: int) -> None:
    kind, where, hours = (
        request.POST.get("kind", ""),
        request.POST.get("where", ""),
        _number(request, "hours"),
    )
    rounds.plan_round(reader_of(request), site, kind, where, hours, at=timezone.now())


def _done(request: HttpRequest, site: int) -> None:
    signed, file = request.POST.get("signed", ""), request.FILES.get("file")
    rounds.do_round(
        reader_of(request),
        _number(request, "round"),
        signed=signed,
        file=file,
        at=timezone.now(),
        ring=ring(),
    )


def _end(request: HttpRequest, site: int) -> None:
    rounds.end_round(reader_of(request), _number(request, "round"), at=timezone.now())


def _add(request: HttpRequest, site: int) -> None:
    name, phone = request.POST.get("name", ""), request.POST.get("phone", "")
    staff.add_worker(reader_of(request), site, name, phone, at=timezone.now(), ring=ring())


def _train(request: HttpRequest, site: int) -> None:
    given, today = request.POST, timezone.localdate()
    trained, until = typed_day(given.get("trained_on", "")), typed_day(given.get("until_on", ""))
    worker, kind = _number(request, "worker"), given.get("kind", "")
    staff.train(reader_of(request), worker, kind, trained, until, on=today, at=timezone.now())


def _assign(request: HttpRequest, site: int) -> None:
    worker, job = _number(request, "worker"), request.POST.get("job", "")
    staff.assign(reader_of(request), site, worker, job, on=timezone.localdate(), at=timezone.now())


def _leave(request: HttpRequest, site: int) -> None:
    number = _number(request, "assignment")
    staff.unassign(reader_of(request), number, on=timezone.localdate(), at=timezone.now())
