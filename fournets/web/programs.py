"""The page of programs that act for people: whose, what for, until when, last used; one can be ended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fournets.organization.programs import end_program, program, programs
from fournets.web.access import needs, reader_of
from fournets.web.acts import act
from fournets.web.users import found_or_404


@needs("users.manage")
@require_safe
def programs_page(request: HttpRequest) -> HttpResponse:
    """The tokens that hold in the administrator's area, found by what they are for, login or name."""
    search, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    number = int(after[:18]) if after.isdecimal() and after.isascii() else None
    found = programs(reader_of(request), search=search, after=number, at=timezone.now())
    asked = request.GET.copy()
    asked["after"] = str(found.next or "")
    context = {"found": found, "search": search, "after": number, "next": f"?{asked.urlencode()}"}
    return render(request, "web/programs/list.html", context)


@needs("users.manage")
@found_or_404
@require_http_methods(["GET", "POST"])
def end_page(request: HttpRequest, number: int) -> HttpResponse:
    """Ends a token, after a question."""
    reader, at = reader_of(request), timezone.now()
    if request.method == "POST":
        return act(request, "programs", "token_withdrawn", lambda: end_program(reader, number, at=at))
    return render(
        request, "web/programs/ask.html", {"one": program(reader, number, at=at), "back": "programs"}
    )
