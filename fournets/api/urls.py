"""Addresses of the machine API; where nothing is, that is said in its own way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from fournets.api import intake, reads  # noqa: F401  they add their operations
from fournets.api.access import api
from fournets.api.errors import answer_troubles, not_that_way, nothing_here


def _told(view: Any) -> Callable[..., HttpResponse]:
    """The library's view, with a sentence where it has only a status."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        response = view(request, *args, **words)
        return not_that_way(request, response) if response.status_code == 405 else response

    return answered


answer_troubles(api)
operations, app, namespace = api.urls
for one in operations:
    one.callback = _told(one.callback)
urlpatterns = [
    path("", nothing_here, name="api_nothing"),
    path("", (operations, app, namespace)),
    path("<path:rest>", nothing_here, name="api_nothing_there"),
]
