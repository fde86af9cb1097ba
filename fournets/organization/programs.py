"""The programs that act for the accounts of an administrator's area: which tokens hold, and an end to one of them.

What opens a door stands nowhere here: of a token only the hash is kept, and tokens are made on the server alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import Token
from fournets.organization.rights import Role, roles
from fournets.organization.staff import PAGE, managed
from fournets.organization.tokens import withdraw_token
from fournets.places.selectors import area_labels


@dataclass(frozen=True, slots=True)
class Program:
    """A token that holds: what it is for, for whom it acts and as what, since when, until when, and when it was last used."""

    number: int
    purpose: str
    user_id: int
    login: str
    name: str
    role: Role
    words: str
    area: str
    made_by: str
    made_at: datetime
    until_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProgramPage:
    """One page of the list, how many there are in all, and the number after which the next page begins."""

    rows: list[Program]
    count: int
    next: int | None


def programs(reader: Reader, *, search: str = "", after: int | None = None, at: datetime) -> ProgramPage:
    """The tokens that hold for accounts of his area, the newest first, found by what they are for, login or name."""
    found = _held(reader, at)
    for word in search.split():
        found = found.filter(
            Q(purpose__icontains=word) | Q(user__login__icontains=word) | Q(user__name__icontains=word)
        )
    older = found.filter(pk__lt=after) if after else found
    rows = list(older.order_by("-pk")[: PAGE + 1])
    return ProgramPage(
        rows=_shown(rows[:PAGE]),
        count=found.count(),
        next=rows[PAGE - 1].pk if len(rows) > PAGE else None,
    )


def program(reader: Reader, number: int, *, at: datetime) -> Program:
    """One of them; a `Refusal`, the same for one that is over, one of another area and none at all."""
    found = _shown(_held(reader, at).filter(pk=number))
    if not found:
        raise Refusal("token_not_yours")
    return found[0]


@transaction.atomic
def end_program(reader: Reader, number: int, *, at: datetime) -> None:
    """Ends a token of his area from the program's next request on."""
    withdraw_token(program(reader, number, at=at).user_id, number, actor=reader.login, at=at)


def _held(reader: Reader, at: datetime) -> QuerySet[Token]:
    """The tokens of accounts he manages that let a program in: neither they, the post nor the account are over."""
    post_holds = Q(appointment__until_at=None) | Q(appointment__until_at__gt=at)
    return Token.objects.filter(
        post_holds,
        appointment__from_at__lte=at,
        user__in=managed(reader),
        user__is_active=True,
        withdrawn_at=None,
        until_at__gt=at,
    ).select_related("user", "appointment")


def _shown(found: Iterable[Token]) -> list[Program]:
    rows = list(found)
    names = area_labels({one.appointment.area_code for one in rows})
    return [
        Program(
            number=one.pk,
            purpose=one.purpose,
            user_id=one.user_id,
            login=one.user.login,
            name=one.user.name,
            role=roles()[one.appointment.role],
            words=one.appointment.post,
            area=names.get(one.appointment.area_code, one.appointment.area_code),
            made_by=one.made_by,
            made_at=one.made_at,
            until_at=one.until_at,
            used_at=one.used_at,
        )
        for one in rows
    ]
