"""What a grid worker's phone asks for: who she is and her key, the day's visits; and what it sends, answered record by record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
import segno
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fournets.fieldwork.limits import limits
from fournets.fieldwork.rules.record import Moment, likely
from fournets.fieldwork.services.day import day_of
from fournets.fieldwork.services.keys import phone_key
from fournets.fieldwork.services.receive import (
    REFUSED,
    VISITS,
    Answer,
    Read,
    Sending,
    read_all,
    receive_records,
)
from fournets.language import Lang, say
from fournets.organization.access import Reader, opened, readers
from fournets.places.scope import scope
from fournets.places.selectors import area_labels
from fournets.web.access import barred, lang_of, needs, own, reader_of, set_reader
from fournets.web.acts import ring
from fournets.web.templatetags.watermark import drawn

NO_POST = "no_post"


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """What a phone sends at once: its clock, what it calls itself, and records, each read by itself."""

    sent_at: Moment
    records: list[msgspec.Raw]
    device: Annotated[str, msgspec.Meta(max_length=80)] = ""


@own
@require_safe
def hello_page(request: HttpRequest) -> JsonResponse:
    """Whose session this is, his key, and the token to send with; asked before anything is shown or sent."""
    if _unfinished(request):
        return _told("fieldwork_sign_in", 403, lang_of(request))
    found, now = set_reader(request), timezone.now()
    reader = _worker(found, reader_of(request) if found else None)
    user: Any = request.user
    area = reader.area_code if reader else ""
    card = request.build_absolute_uri(f"{reverse('visited')}?at={area}")
    return JsonResponse(
        {
            "account": user.pk,
            "name": user.name,
            "key": phone_key(user.pk, at=now, ring=ring()),
            "csrf": get_token(request),
            "server_at": now.isoformat(),
            "hours": limits()["phone"]["hours"],
            "batch": limits()["send"]["records"],
            "may": reader is not None,
            "area": area,
            "area_name": area_labels({area}).get(area, area) if area else "",
            "card": segno.make(card, error="m").svg_data_uri(scale=4, border=2) if area else "",
            "mark": drawn(f"{user.name} · {user.login} · {timezone.localtime(now):%Y-%m-%d %H:%M}"),
        }
    )


@needs(VISITS)
@require_safe
def day_page(request: HttpRequest) -> JsonResponse:
    """The open visits of the reader's area, in the order of a walk."""
    reader, now = reader_of(request), timezone.now()
    day = day_of(reader, lang=lang_of(request), ring=ring(), at=now)
    return JsonResponse({**asdict(day), "account": request.user.pk, "at": now.isoformat()})


@own
@require_POST
def records_page(request: HttpRequest) -> JsonResponse:
    """Takes records in. What is answered as kept or aside has been committed; whatever else happens, the phone keeps it."""
    lang = lang_of(request)
    if _unfinished(request):
        return _told("fieldwork_sign_in", 403, lang)
    posts = set_reader(request)
    if len(request.body) > limits()["send"]["bytes"]:
        return _told("fieldwork_too_much", 413, lang)
    try:
        sent = msgspec.json.decode(request.body, type=Sent)
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError):
        return _told("fieldwork_unreadable", 400, lang)
    if not likely(sent.sent_at):
        return _told("fieldwork_unreadable", 400, lang)
    if len(sent.records) > limits()["send"]["records"]:
        return _told("fieldwork_too_much", 413, lang)
    user: Any = request.user
    sending = Sending(user.pk, user.login, sent.device, sent.sent_at, timezone.now())
    answers = _received([bytes(one) for one in sent.records], sending, posts)
    return JsonResponse({"answers": [_answered(one, lang) for one in answers]})


def _received(sent: Sequence[bytes], sending: Sending, posts: Sequence[Reader]) -> list[Answer]:
    """The answers in the order of what was sent; the records of each area under the post they were recorded under."""
    found = read_all(sent)
    answers: dict[int, Answer] = {at: one for at, one in enumerate(found) if isinstance(one, Answer)}
    by_area: dict[str, list[tuple[int, Read]]] = {}
    for at, one in enumerate(found):
        if isinstance(one, Read):
            by_area.setdefault(one.said.area, []).append((at, one))
    for area, mine in by_area.items():
        told = _of_area(area, [one for _, one in mine], sending, posts)
        answers |= {at: answer for (at, _), answer in zip(mine, told, strict=True)}
    return [answers[at] for at in range(len(found))]


def _of_area(area: str, found: Sequence[Read], sending: Sending, posts: Sequence[Reader]) -> list[Answer]:
    reader = next((one for one in posts if one.may_in(VISITS, area)), None)
    if reader:
        with opened(reader):
            return receive_records(found, sending, reader=reader, area_code=area, ring=ring())
    # The post is gone: whoever held it when the visit was made may still leave what was found there, to be decided on.
    at = min(one.said.device_at for one in found) + (sending.received_at - sending.sent_at)
    held = any(one.may_in(VISITS, area) for one in readers(sending.user_id, at=min(at, sending.received_at)))
    kept_in = area if held else next((one.area_code for one in posts if one.role.rows), "")
    if not kept_in:
        return [Answer(str(one.said.id), REFUSED, NO_POST) for one in found]
    with scope(kept_in):
        return receive_records(found, sending, reader=None, area_code=kept_in, ring=ring())


def _answered(one: Answer, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.record_id,
        "state": one.state,
        "reason": one.reason,
        "said": say(f"fieldwork_why_{one.reason}", lang) if one.reason else "",
        "received_at": one.received_at.isoformat() if one.received_at else None,
    }


def _unfinished(request: HttpRequest) -> bool:
    """Whether a password is still to be changed, or a second factor to be shown: until then nothing is handed out or taken."""
    return request.user.must_change_password or bool(barred(request) and getattr(request, "posts", []))  # type: ignore[union-attr]


def _worker(found: Sequence[Reader], chosen: Reader | None) -> Reader | None:
    """The post somebody visits people under: the one he chose, else the first that lets him."""
    mine = [one for one in found if one.may(VISITS)]
    return chosen if chosen in mine else next(iter(mine), None)


def _told(code: str, status: int, lang: Lang) -> JsonResponse:
    return JsonResponse({"said": say(code, lang)}, status=status)
