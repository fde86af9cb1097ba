"""Lists looked at before they are taken in: what they would be, corrected by a click, then taken or dropped."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fournets.audit.services import record_read
from fournets.intake.services.columns import columns_of_upload
from fournets.intake.services.looking import correct_looked, drop_looked, looked_upload, take_looked
from fournets.keeping.retention import last_day
from fournets.language import Lang, Refusal, say
from fournets.web.access import needs, reader_of
from fournets.web.acts import act, ring
from fournets.web.columns_words import columns_shown, said_of
from fournets.web.intake import RIGHT
from fournets.web.intake_words import LOOKED


@needs(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def looked_page(request: HttpRequest, number: int) -> HttpResponse:
    """One file that waits: its sheets and columns beside masked values; what is told is remembered."""
    reader, at = reader_of(request), timezone.now()
    if request.method == "POST":
        return _correct(request, number)
    try:
        upload = looked_upload(number)
        found = columns_of_upload(upload, ring())
    except Refusal as refusal:
        raise Http404 from refusal
    except FileNotFoundError:
        return render(request, "web/intake_looked.html", {"upload": upload, "gone": True})
    record_read("list_shown", actor=reader.login, area_code=reader.area_code, at=at, list="file_columns")
    here = reverse("intake_looked", args=[number])
    until = upload.job.ended_at and last_day(LOOKED, upload.job.ended_at)
    context = columns_shown(found, _lang(request)) | {"upload": upload, "action": here, "until": until}
    return render(request, "web/intake_looked.html", context)


def _correct(request: HttpRequest, number: int) -> HttpResponse:
    reader, at = reader_of(request), timezone.now()
    said = said_of(request.POST)
    try:
        return act(
            request,
            reverse("intake"),
            "columns_remembered",
            lambda: correct_looked(number, said, actor=reader.login, at=at, ring=ring()),
        )
    except FileNotFoundError:
        messages.error(request, say("intake_original_gone", _lang(request)))
        return redirect("intake")


@needs(RIGHT)
@require_POST
def decide_page(request: HttpRequest, job: int) -> HttpResponse:
    """All that was sent together and looked at: taken in, or dropped."""
    reader, at = reader_of(request), timezone.now()
    if request.POST.get("what") == "drop":
        return act(
            request,
            reverse("intake"),
            "looked_dropped",
            lambda: drop_looked(job, actor=reader.login, at=at),
        )
    try:
        taken = take_looked(job, actor=reader.login, at=at)
    except Refusal as refusal:
        messages.error(request, refusal.message.text(_lang(request)))
    else:
        messages.success(request, say("intake_sent", _lang(request), count=taken.total))
    return redirect("intake")


def _lang(request: HttpRequest) -> Lang:
    lang: Lang = request.lang  # type: ignore[attr-defined]
    return lang
