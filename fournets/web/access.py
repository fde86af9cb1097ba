"""From a request to a reader: which right a page needs, and who it is that asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from fournets.accounts.services import has_second_factor
from fournets.database import keep_connection
from fournets.language import Lang, say
from fournets.organization.access import Reader, opened, readers
from fournets.organization.rights import rights

OWN, ANYBODY = "own", "anybody"  # what a page needs instead of a right
POST = "appointment"  # the session's word for the appointment somebody acts under
View = Callable[..., HttpResponse]


def needs(right: str) -> Callable[[View], View]:
    """A page for readers who have ``right``; an area in its address must be theirs.

    The page runs inside one transaction opened to the reader's area (`opened`), with ``request.reader``. Every page is
    marked with `needs` or `public`: a test fails for one that is not.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
            answer = barred(request)
            if answer is not None:
                return answer
            reader = reader_of(request)
            if not reader.may_in(right, words.get("area") or reader.area_code):
                return refused(request, "right_missing", right=rights()[right].text(request.lang))  # type: ignore[attr-defined]
            with opened(reader):
                answer = view(request, *args, **words)
            keep_connection()
            return answer

        guarded.needs = right  # type: ignore[attr-defined]
        return guarded

    return mark


def public(view: View) -> View:
    """A page anybody may ask for: it shows nothing of the register."""
    view.needs = ANYBODY  # type: ignore[attr-defined]
    return view


def own(view: View) -> View:
    """A page of somebody's own account: whoever is signed in sees his, and the database shows no rows."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **words)

    guarded.needs = OWN  # type: ignore[attr-defined]
    return guarded


def refused(
    request: HttpRequest, code: str, *, status: int = 403, title: str = "page_refused_title", **values: Any
) -> HttpResponse:
    """A page that says why not, and what to do."""
    said = say(code, request.lang, **values)  # type: ignore[attr-defined]
    return render(request, "web/refused.html", {"said": said, "title": title}, status=status)


def lang_of(request: HttpRequest) -> Lang:
    """The reader's language, as the middleware found it."""
    lang: Lang = request.lang  # type: ignore[attr-defined]
    return lang


def reader_of(request: HttpRequest) -> Reader:
    """Who reads a page that `needs` a right."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def set_reader(request: HttpRequest) -> list[Reader]:
    """Finds the appointment somebody acts under: the one he chose, else his first; gives all he has."""
    found = readers(request.user.pk, at=timezone.now()) if request.user.is_authenticated else []
    chosen = request.session.get(POST)
    request.posts = found  # type: ignore[attr-defined]
    request.reader = next(  # type: ignore[attr-defined]
        (one for one in found if one.appointment_id == chosen), found[0] if found else None
    )
    return found


def barred(request: HttpRequest) -> HttpResponse | None:
    """What stands between somebody and any page at all, each condition by itself."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if user.must_change_password:
        return redirect("account_change_password")
    if not set_reader(request):
        return refused(request, "page_no_post")
    if reader_of(request).role.second_factor and not has_second_factor(user.pk):
        return redirect("mfa_index")
    if reader_of(request).role.second_factor and not _used_second_factor(request):
        return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
    return None


def _used_second_factor(request: HttpRequest) -> bool:
    """Whether this very session was opened or confirmed with one: a session from before the account had it was not."""
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, request.user))
