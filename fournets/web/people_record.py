"""A page that names people: who looked at it is on record, and a canary among them raises its alarm."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone

from fournets.audit.services import record_read
from fournets.people.services.canary import touched
from fournets.web.access import reader_of
from fournets.web.acts import ring


def note_people(request: HttpRequest, listing: str, area_code: str, people: Sequence[str]) -> None:
    """Puts on record that the reader was shown these people (public ids) in a list of an area."""
    reader, at = reader_of(request), timezone.now()
    record_read("list_shown", actor=reader.login, area_code=area_code, at=at, list=listing, shown=len(people))
    touched(people, how="opened", ring=ring(), actor=reader.login, at=at)
