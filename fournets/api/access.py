"""From a token to a reader: every operation names the right it needs, and runs with the rows of the reader's area alone.

A session of the pages opens nothing here, so that no other site can make a browser send for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI
from ninja.security import HttpBearer

from fournets.accounts.adapter import client_address
from fournets.api.errors import TROUBLES, Refused
from fournets.api.fields import narrowed
from fournets.language import Lang
from fournets.organization.access import Reader, opened
from fournets.organization.rights import rights
from fournets.organization.tokens import Holder, holder_of
from fournets.places.selectors import find_area

OWN = "own"  # what an operation needs instead of a right: it shows nothing but who asks
View = Callable[..., Any]
api = NinjaAPI(title="Fournets 四网", version="1", urls_namespace="api", openapi_url=None, docs_url=None)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its name, how it is asked for, what it needs, and the shape of its answer."""

    name: str
    method: str
    path: str
    needs: str
    answer: Any


OPERATIONS: list[Operation] = []


class Token(HttpBearer):
    """Lets pass whoever sends a token (``Authorization: Bearer …``) of a post that has the right."""

    def __init__(self, needs: str, most_bytes: int | None = None) -> None:
        super().__init__()
        self.needs, self.most_bytes = needs, most_bytes

    def authenticate(self, request: HttpRequest, token: str) -> Holder:
        """The holder; what is sent along is not looked at before."""
        holder = holder_of(token.strip(), address=client_address(request), at=timezone.now())
        if self.needs != OWN and not holder.reader.may(self.needs):
            raise Refused(403, "right_missing", right=rights()[self.needs].text(lang_of(request)))
        if self.most_bytes is not None and _length(request) > self.most_bytes:
            raise Refused(413, "api_too_large", most=self.most_bytes // 1_000_000)
        return holder


def _length(request: HttpRequest) -> int:
    """How many bytes are sent along; Django reads no more than is said here, and none where it is no number."""
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isdecimal() else 0


def offers(
    method: str, path: str, *, needs: str, answer: Any, most_bytes: int | None = None, **more: Any
) -> Callable[[View], View]:
    """An operation for readers whose post has the right ``needs``: the only way to add one.

    It runs inside one transaction opened to the reader's area, and of what it gives only the fields of ``fields.toml``
    leave that the reader may see.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **words: Any) -> Any:
            with opened(reader_of(request)):
                found = view(request, *args, **words)
            return narrowed(view.__name__, found, reader_of(request))

        OPERATIONS.append(Operation(view.__name__, method, path, needs, answer))
        guarded.__signature__ = signature(view, eval_str=True)  # type: ignore[attr-defined]  # read by the library
        add = api.api_operation(
            [method],
            path,
            auth=Token(needs, most_bytes),
            response={200: answer, **TROUBLES},
            operation_id=view.__name__,
            url_name=view.__name__,
            exclude_unset=True,
            **more,
        )
        return add(guarded)

    return mark


def reader_of(request: HttpRequest) -> Reader:
    """Who asks."""
    return holder_in(request).reader


def holder_in(request: HttpRequest) -> Holder:
    """The token that was sent, and whom it acts for."""
    holder: Holder = request.auth  # type: ignore[attr-defined]
    return holder


def lang_of(request: HttpRequest) -> Lang:
    """The language of the sentences in an answer."""
    lang: Lang = request.lang  # type: ignore[attr-defined]
    return lang


def area_of(request: HttpRequest, code: str | None) -> Any:
    """The area that is asked for, else the reader's own; one outside his is not there."""
    reader = reader_of(request)
    wanted = code or reader.area_code
    found = find_area(wanted) if reader.covers(wanted) else None
    if found is None:
        raise Refused(404, "api_area_unknown")
    return found
