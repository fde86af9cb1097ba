"""What pages that change something share: the keys, and a refusal told where the reader was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.language import Refusal, say


def ring() -> KeyRing:
    """The keys of this installation."""
    return load_ring(home() / "keys.toml")


def typed_day(text: str) -> date:
    """The day somebody typed; a `Refusal` where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("day_form", text=text) from None


def act(request: HttpRequest, back: str, done: str, do: Callable[[], object]) -> HttpResponse:
    """Does something, whole or not at all, and goes back to a page that says it was done, or why not."""
    try:
        with transaction.atomic():
            do()
    except Refusal as refusal:
        messages.error(request, refusal.message.text(request.lang))  # type: ignore[attr-defined]
    else:
        messages.success(request, say(done, request.lang))  # type: ignore[attr-defined]
    return redirect(back)
