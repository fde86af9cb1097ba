"""Operations that read: who asks, coverage, a person, tasks, a day's figures."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path as InPath
from ninja import Query
from pydantic import BeforeValidator, Field, StringConstraints

from fournets.api import answers
from fournets.api.access import OWN, api, area_of, holder_in, lang_of, offers, reader_of
from fournets.api.errors import Refused
from fournets.audit.services import record_read
from fournets.crypto import load_ring
from fournets.home import home
from fournets.language import Refusal
from fournets.organization.rights import rights_of
from fournets.organization.selectors import OpenTask, TaskSum, open_tasks_below, task_sums
from fournets.places.selectors import area_labels
from fournets.reporting.figures import Figure, day_figures, definitions
from fournets.reporting.figures.selectors import closed_day
from fournets.screening.selectors import AreaSums, coverage_sums, listed_level
from fournets.screening.services.person import open_person


def _written(text: object) -> date:
    """A day written YYYY-MM-DD, and nothing else: by itself the library takes 20200210 for seconds since 1970."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(text)):
        raise ValueError("a day is written YYYY-MM-DD")
    return date.fromisoformat(str(text))


Day = Annotated[date, BeforeValidator(_written)]
AreaCode = Annotated[str, StringConstraints(pattern="^[0-9]{2,22}$")]
AskedArea = Annotated[
    AreaCode | None,
    Query(None, description="区域代码,默认为本任职的区域 · area code; default: the post's own"),
]
PublicId = Annotated[
    str, StringConstraints(pattern="^[A-Za-z0-9-]{1,40}$"), InPath(description="档案号 · public id")
]
LIMITS = Path(__file__).with_name("limits.toml")


@cache
def limits() -> dict[str, int]:
    """What ``limits.toml`` says of the machine API."""
    return tomllib.loads(LIMITS.read_text(encoding="utf-8"))


@offers("GET", "/me", needs=OWN, answer=answers.Myself, summary="我是谁 · Who am I")
def myself(request: HttpRequest) -> dict[str, Any]:
    """Whom the token acts for, under which post, with which rights, and until when."""
    holder, reader = holder_in(request), reader_of(request)
    return {
        "login": reader.login,
        "name": reader.name,
        "role": reader.role.key,
        "role_name": reader.role.text(lang_of(request)),
        "post": reader.post,
        "area": reader.area_code,
        "area_name": area_labels([reader.area_code])[reader.area_code],
        "rights": sorted(rights_of(reader.role.key)),
        "token": holder.number,
        "purpose": holder.purpose,
        "until": holder.until_at,
    }


@offers("GET", "/openapi.json", needs=OWN, answer=dict[str, Any], include_in_schema=False)
def openapi(request: HttpRequest) -> dict[str, Any]:
    """The description of these operations, for programs that make others."""
    return dict(api.get_openapi_schema())


@offers("GET", "/coverage", needs="coverage.see", answer=answers.Coverage, summary="排查进度 · Coverage")
def coverage(request: HttpRequest, area: AskedArea) -> dict[str, Any]:
    """What is known and surveyed of an area, and of each area listed below it; sums only."""
    found, now = area_of(request, area), timezone.localtime()
    first, *below = coverage_sums(found.code, on=now.date(), down_to=listed_level(found.code))
    tasks = task_sums(found.code, at=now)
    return {
        "as_of": now,
        "area": found.code,
        "whole": _sums(first),
        "below": [_sums(one) for one in below],
        "open_tasks": sum(one.open for one in tasks),
        "without_cover": sum(one.open for one in tasks if not one.worker),
    }


@offers(
    "GET", "/people/{person}", needs="people.see", answer=answers.Person, summary="人员档案 · A person's file"
)
def person(request: HttpRequest, person: PublicId) -> dict[str, Any]:
    """One person's file as his page shows it, numbers masked. Whoever asks is on record."""
    ring, now = load_ring(home() / "keys.toml"), timezone.now()
    try:
        shown = open_person(person, reader_of(request), lang=lang_of(request), ring=ring, at=now)
    except Refusal:
        raise Refused(404, "api_person_unknown") from None
    found, state = shown["found"], shown["state"]
    return {
        "person": found["person"],
        "name": found["name"],
        "values": {one.name: one.text for one in shown["values"]},
        "employers": found["employers"],
        "household": (found["household"] or {"members": []})["members"],
        "state": state and _state(state),
        "facts": [one | {"said": {each.name: each.text for each in one["said"]}} for one in shown["facts"]],
    }


@offers("GET", "/tasks", needs="people.see", answer=answers.Tasks, summary="任务 · Open tasks")
def tasks(
    request: HttpRequest,
    area: AskedArea,
    after: Annotated[
        Annotated[str, StringConstraints(pattern="^[0-9]{2,22}:[0-9]{1,18}$")] | None,
        Query(None, description="上一页的 next · the next of the page before"),
    ],
    limit: Annotated[int, Field(ge=1, le=limits()["tasks_a_page"]), Query(limits()["tasks_a_page"])],
) -> dict[str, Any]:
    """The open tasks of an area in the order of their areas, with the sums by worker. The list is on record."""
    code, now = area_of(request, area).code, timezone.localtime()
    start, _, number = (after or ":0").partition(":")
    page = open_tasks_below(code, after=(start, int(number)), limit=limit)
    record_read(
        "list_shown", actor=reader_of(request).login, area_code=code, at=now, list="tasks", shown=len(page)
    )
    sums = task_sums(code, at=now)
    last = page[-1] if len(page) == limit else None
    return {
        "area": code,
        "open": sum(one.open for one in sums),
        "late": sum(one.late for one in sums),
        "without_cover": sum(one.open for one in sums if not one.worker),
        "by_worker": [_task_sum(one) for one in sums],
        "tasks": [_task(one) for one in page],
        "next": last and f"{last.area_code}:{last.id}",
    }


@offers("GET", "/days/{on}", needs="coverage.see", answer=answers.Day, summary="日报数 · A day's figures")
def day(request: HttpRequest, on: Day, area: AskedArea) -> dict[str, Any]:
    """The frozen figures of a closed day, of an area and of those in it."""
    code, known, lang = area_of(request, area).code, definitions(), lang_of(request)
    closed = closed_day(on)
    figures = [one for one in day_figures(on) if one.figure in known and one.area_code.startswith(code)]

    def line(one: Figure) -> dict[str, Any]:
        name = known[one.figure].zh if lang == "zh" else known[one.figure].en
        return {"figure": one.figure, "name": name, "area": one.area_code, "value": one.value}

    return {
        "on": on,
        "at": closed.at,
        "correction": closed.correction,
        "definitions_digest": closed.definitions_digest,
        "figures": [line(one) for one in figures],
    }


def _sums(one: AreaSums) -> dict[str, Any]:
    same = ("name", "kind", "households", "households_from", "surveyed", "unreached", "refused", "not_started",
            "enterprises", "enterprises_surveyed", "complete")  # fmt: skip
    return {name: getattr(one, name) for name in same} | {
        "area": one.area_code,
        "persons": one.persons_found,
    }


def _state(found: dict[str, Any]) -> dict[str, Any]:
    renamed = {"risk_class": found["class"], "from_on": found["from"], "until_on": found["until"]}
    same = ("word", "action", "act", "assessed_on", "stands", "why", "sources")
    return renamed | {name: found[name] for name in same}


def _task(one: OpenTask) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("id", "purpose", "reason", "due_at", "person")}
    return same | {"area": one.area_code, "worker": one.worker or None}


def _task_sum(one: TaskSum) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("purpose", "open", "late", "first_due_at")}
    return same | {"area": one.area_code, "worker": one.worker or None}
