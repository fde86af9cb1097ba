"""Field forms: an XLSForm sent, its versions, what came of it, and an end to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.interop.selectors import form_around, form_of, forms_around, sums_of_forms
from fournets.interop.services.aside import asides, decide_aside
from fournets.interop.services.forms import check_and_add_form, close_form
from fournets.interop.services.take import ask_take
from fournets.language import Lang, Refusal, say
from fournets.places.selectors import area_labels
from fournets.web.access import needs, reader_of
from fournets.web.acts import act, ring

MANAGE = "fieldforms.manage"
WARNINGS = 5  # of pyxform's, shown
KINDS = {
    "xml": ("text/xml; charset=utf-8", "xml"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


@needs(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def field_forms_page(request: HttpRequest) -> HttpResponse:
    """The forms of the area with what came of them, and the form to send one with."""
    if request.method != "POST":
        return _page(request)
    lang, sent, reader = _lang(request), request.FILES.get("workbook"), reader_of(request)
    try:
        if sent is None:
            raise Refusal("form_nothing_sent")
        added = check_and_add_form(
            sent.read(), area_code=reader.area_code, actor=reader.login, at=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, wrong=refusal.message.text(lang))
    told = {"form": added.form.title, "version": added.form.version}
    messages.success(request, say("field_told_added", lang, **told))
    if not added.checked:
        messages.info(request, say("field_told_unchecked", lang))
    for one in added.warnings[:WARNINGS]:
        messages.info(request, say("field_told_warning", lang, said=one))
    return redirect("field_forms")


@needs(MANAGE)
@require_POST
def close_page(request: HttpRequest, number: int) -> HttpResponse:
    """Closes a form, once somebody has said that he means it."""
    _or_404(request, number)
    if request.POST.get("sure") != "yes":
        messages.error(request, say("field_close_sure", _lang(request)))
        return redirect("field_forms")
    reader, at = reader_of(request), timezone.now()
    return act(
        request,
        "field_forms",
        "field_told_closed",
        lambda: close_form(number, area_code=reader.area_code, actor=reader.login, at=at),
    )


@needs(MANAGE)
@require_POST
def take_page(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for what devices of the area sent to be made into rows."""
    _or_404(request, number)
    reader, at = reader_of(request), timezone.now()
    return act(
        request,
        "field_forms",
        "field_told_take",
        lambda: ask_take(number, area_code=reader.area_code, actor=reader.login, at=at),
    )


@needs(MANAGE)
@require_safe
def asides_page(request: HttpRequest) -> HttpResponse:
    """What was kept aside in the area: what it answers otherwise than what counts, for somebody to decide."""
    found = asides(ring=ring())
    names = area_labels({one.area_code for one in found})
    lines = [(one, names.get(one.area_code, one.area_code)) for one in found]
    return render(request, "web/field_asides.html", {"lines": lines})


@needs(MANAGE)
@require_POST
def decide_page(request: HttpRequest, number: int) -> HttpResponse:
    """Has one of them count, or leaves it aside for good."""
    count, reader, at = request.POST.get("count") == "yes", reader_of(request), timezone.now()
    return act(
        request,
        "field_asides",
        "field_told_counted" if count else "field_told_left",
        lambda: decide_aside(number, count=count, actor=reader.login, at=at, ring=ring()),
    )


@needs(MANAGE)
@require_safe
def file_page(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """The XForm as devices are given it, or the workbook as it was sent; of a form of one's own area."""
    try:
        form = form_of(number, reader_of(request).area_code)
    except Refusal as refusal:
        raise Http404 from refusal
    if kind not in KINDS:
        raise Http404
    content = form.xform.encode() if kind == "xml" else bytes(form.workbook)
    answer = HttpResponse(content, content_type=KINDS[kind][0])
    answer["Content-Disposition"] = f'attachment; filename="field-form-{number}.{kind}"'
    return answer


def _page(request: HttpRequest, wrong: str = "") -> HttpResponse:
    reader = reader_of(request)
    found = forms_around(reader.area_code)
    sums = sums_of_forms([one.form_id for one in found])
    names = area_labels({one.area_code for one in found})
    context = {
        "forms": [(one, names.get(one.area_code, one.area_code), sums[one.form_id]) for one in found],
        "wrong": wrong,
    }
    return render(request, "web/field_forms.html", context, status=422 if wrong else 200)


def _or_404(request: HttpRequest, number: int) -> None:
    """Nothing is there for whoever the form is not given to."""
    try:
        form_around(number, reader_of(request).area_code)
    except Refusal as refusal:
        raise Http404 from refusal


def _lang(request: HttpRequest) -> Lang:
    lang: Lang = request.lang  # type: ignore[attr-defined]
    return lang
