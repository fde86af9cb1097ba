"""Pages of accounts and posts: the list, one account, and what an administrator may do there."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fournets.language import Refusal, say
from fournets.organization import staff, staffing
from fournets.organization.rights import rights, rights_of, roles
from fournets.places.selectors import areas_of_levels
from fournets.web.access import View, lang_of, needs, reader_of, refused
from fournets.web.forms import AccountForm, PostForm, StandInForm, end_of

LEVELS = ("town", "community", "cell")  # where posts are given
page = require_http_methods(["GET", "POST"])


def found_or_404(view: View) -> View:
    """A refusal nobody caught is said on a page: what was asked for is not there, or not his to see or do."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        try:
            return view(request, *args, **words)
        except Refusal as refusal:
            message = refusal.message
            return refused(request, message.code, status=404, title="page_absent_title", **message.values)

    return guarded


@needs("users.manage")
@require_safe
def users_page(request: HttpRequest) -> HttpResponse:
    """Who may sign in here: the accounts of the administrator's area, found by login or name."""
    search, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    reader, at = reader_of(request), timezone.now()
    found = staff.accounts(reader, search=search, after=after, at=at)
    asked = request.GET.copy()
    asked["after"] = found.next or ""
    context = {"found": found, "search": search, "after": after, "next": f"?{asked.urlencode()}"}
    context |= {"first_steps": None if search or after else staff.first_steps(reader, at=at)}
    return render(request, "web/users/list.html", context)


@needs("users.manage")
@found_or_404
@require_safe
def user_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: its posts, what guards it, and the acts on it."""
    found = staff.account(reader_of(request), user_id, at=timezone.now())
    return render(request, "web/users/account.html", {"account": found})


@needs("users.manage")
@page
def new_user(request: HttpRequest) -> HttpResponse:
    """Makes an account with its first post; the answer shows its first password, once."""
    form = AccountForm(
        request.POST or None,
        lang=lang_of(request),
        areas=_areas(request),
        initial={"role": request.GET.get("role")},
    )
    if form.is_valid():
        words = {"login": form.cleaned_data["login"], "name": form.cleaned_data["name"]}
        try:
            number, password = staffing.engage(reader_of(request), **words, **form.given(), at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _password(request, number, password)
    return render(request, "web/users/new.html", {"form": form, "roles": _roles(form)})


@needs("users.manage")
@found_or_404
@page
def give_post(request: HttpRequest, user_id: int) -> HttpResponse:
    """Gives an account one more post."""
    found = staff.account(reader_of(request), user_id, at=timezone.now())
    form = PostForm(request.POST or None, lang=lang_of(request), areas=_areas(request))
    if form.is_valid():
        try:
            staffing.give_post(reader_of(request), user_id, **form.given(), at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(request, user_id, "told_appointed")
    return render(request, "web/users/post.html", {"account": found, "form": form, "roles": _roles(form)})


@needs("users.manage")
@found_or_404
@page
def stand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Lets somebody stand in for the holder of a post until a day."""
    found, post = staff.post_of(reader_of(request), number, at=timezone.now())
    form = StandInForm(request.POST or None, lang=lang_of(request))
    if form.is_valid():
        login, until = form.cleaned_data["login"], end_of(form.cleaned_data["until"])
        try:
            other = staffing.let_stand_in(
                reader_of(request), number, login=login, until=until, at=timezone.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(request, other, "told_appointed")
    return render(request, "web/users/stand_in.html", {"account": found, "post": post, "form": form})


@needs("users.manage")
@found_or_404
@page
def withdraw_post(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraws a post, after a question."""
    found, post = staff.post_of(reader_of(request), number, at=timezone.now())
    if request.method == "POST":
        staffing.withdraw_post(reader_of(request), number, at=timezone.now())
        return _done(request, found.id, "told_withdrawn")
    return _ask(request, "withdraw", found, post=post)


@needs("users.manage")
@found_or_404
@page
def close_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Closes an account, after a question."""
    if request.method == "POST":
        staffing.close_account(reader_of(request), user_id, at=timezone.now())
        return _done(request, user_id, "told_closed")
    return _ask(request, "close", staff.account(reader_of(request), user_id, at=timezone.now()))


@needs("users.manage")
@found_or_404
@require_POST
def open_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Opens a closed account again."""
    staffing.open_account(reader_of(request), user_id, at=timezone.now())
    return _done(request, user_id, "told_opened")


@needs("users.manage")
@found_or_404
@page
def reset_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Hands out a new first password, after a question; the answer shows it once."""
    if request.method == "POST":
        password = staffing.hand_out_password(reader_of(request), user_id, at=timezone.now())
        return _password(request, user_id, password)
    return _ask(request, "reset", staff.account(reader_of(request), user_id, at=timezone.now()))


@needs("users.manage")
@found_or_404
@page
def end_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    """Signs an account out everywhere, after a question."""
    if request.method == "POST":
        staffing.end_all_sessions(reader_of(request), user_id, at=timezone.now())
        return _done(request, user_id, "told_sessions")
    return _ask(request, "sessions", staff.account(reader_of(request), user_id, at=timezone.now()))


def _areas(request: HttpRequest) -> list[tuple[str, str]]:
    return areas_of_levels(reader_of(request).area_code, levels=LEVELS)


def _roles(form: PostForm) -> list[dict[str, Any]]:
    """Each role to choose: its words, what it may do, and whether it is chosen."""
    return [
        {
            "role": one,
            "may": [rights()[key].text(form.lang) for key in rights() if key in rights_of(one.key)],
            "chosen": form["role"].value() == one.key,
        }
        for one in roles().values()
    ]


def _ask(request: HttpRequest, act: str, account: staff.Account, **more: Any) -> HttpResponse:
    """A page that says what an act takes away and asks whether it shall be done."""
    if account.own:
        raise Refusal("account_own")
    words = {
        name: say(f"ask_{act}_{name}", lang_of(request), name=account.name)
        for name in ("title", "text", "do")
    }
    return render(request, "web/users/ask.html", {"account": account, "words": words, **more})


def _done(request: HttpRequest, user_id: int, code: str) -> HttpResponse:
    messages.success(request, say(code, lang_of(request)))
    return redirect("user", user_id=user_id)


def _password(request: HttpRequest, user_id: int, password: str) -> HttpResponse:
    """The one answer that shows a first password; nothing keeps it."""
    found = staff.account(reader_of(request), user_id, at=timezone.now())
    return render(request, "web/users/password.html", {"account": found, "password": password})
