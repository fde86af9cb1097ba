"""When somebody was last seen, for the list of his sessions: written once a minute, not at every click."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.middleware import UserSessionsMiddleware
from django.http import HttpRequest
from django.utils import timezone

OFTEN = timedelta(minutes=1)
MOST = 10_000  # sessions this process remembers


class Seen(UserSessionsMiddleware):
    """The library's, asked only when a session was not seen lately, or comes from elsewhere or another browser now."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.last: OrderedDict[tuple[str | None, str, str], datetime] = OrderedDict()

    def __call__(self, request: HttpRequest) -> Any:
        now, who = timezone.now(), self._who(request)
        if (last := self.last.get(who)) and now - last < OFTEN:
            return self.get_response(request)
        self.last[who] = now
        self.last.move_to_end(who)
        while len(self.last) > MOST:
            self.last.popitem(last=False)
        return super().__call__(request)

    def _who(self, request: HttpRequest) -> tuple[str | None, str, str]:
        browser = request.META.get("HTTP_USER_AGENT", "")
        return request.session.session_key, get_adapter().get_client_ip(request), browser
