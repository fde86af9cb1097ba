"""A town of two communities, and the people who hold posts there; all invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from fournets.accounts.models import User
from fournets.accounts.services import create_user
from fournets.language import Refusal
from fournets.organization.access import Reader, readers
from fournets.organization.appointments import appoint
from fournets.places.models import Area
from fournets.places.scope import scope

TOWN, YINHE, LIANSHA, CELL = "440605123", "440605123018", "440605123008", "440605123018001"
AREAS = {
    TOWN: ("town", "丹灶"),
    YINHE: ("community", "银河"),
    LIANSHA: ("community", "联沙"),
    CELL: ("cell", "第一网格"),
}
Hire = Callable[..., User]


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with this sentence."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.message.code == code


@pytest.fixture
def at() -> datetime:
    """A minute ago: which posts hold is asked of the database's own clock too, and that stands still in a test."""
    return timezone.now() - timedelta(minutes=1)


@pytest.fixture
def hire(db: None, at: datetime) -> Hire:
    """Makes an account with a post, as the command line does."""
    for code, (kind, name) in AREAS.items():
        Area.objects.get_or_create(
            code=code, defaults={"kind": kind, "official_name": name, "short_name": name}
        )

    def made(login: str, role: str, area: str, *, name: str = "") -> User:
        with scope(""):
            user, _ = create_user(login, name or login, actor="cli:owner", at=at)
            appoint(user, role, area, actor="cli:owner", at=at)
        return user

    return made


@pytest.fixture
def administrator(hire: Hire, at: datetime) -> Callable[[str], Reader]:
    """An administrator of an area, acting."""

    def made(area: str) -> Reader:
        user = hire(f"admin.{area}", "administrator", area)
        return readers(user.pk, at=at)[0]

    return made
