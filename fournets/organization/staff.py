"""Reads of accounts and posts for an administrator: those of his area, and no others.

He manages the accounts whose posts all lie in his area. The database keeps it too: inside `opened` it shows and
changes no other account (migration 0005).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Func, Q, QuerySet, Value

from fournets.accounts.models import User
from fournets.accounts.services import with_factor
from fournets.language import Refusal
from fournets.organization.access import Reader
from fournets.organization.models import Appointment
from fournets.organization.rights import Role, rights, roles
from fournets.places.scope import code_range
from fournets.places.selectors import area_labels, children

PAGE, PAST = 40, 20  # accounts on one page; ended posts shown of one account
RIGHT = "users.manage"


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody holds or held; ``instead_of`` names whom it stands in for."""

    number: int
    role: Role
    words: str
    area: str
    from_at: datetime
    until_at: datetime | None
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its administrator sees it."""

    id: int
    login: str
    name: str
    active: bool
    factor: bool
    last_login: datetime | None
    created_at: datetime
    created_by: str
    posts: list[Post]
    past: list[Post]
    own: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of the list, how many there are in all, and the login after which the next page begins."""

    rows: list[Account]
    count: int
    next: str | None


def accounts(reader: Reader, *, search: str = "", after: str = "", at: datetime) -> AccountPage:
    """The accounts of his area by login, found by login or name; `PAGE` of them after the login ``after``."""
    found = managed(reader)
    for word in search.split():
        found = found.filter(Q(login__icontains=word) | Q(name__icontains=word))
    rows = list(found.filter(login__gt=after).order_by("login")[: PAGE + 1])
    shown = rows[:PAGE]
    return AccountPage(
        rows=_shown(reader, shown, at=at),
        count=found.count(),
        next=shown[-1].login if len(rows) > PAGE else None,
    )


def account(reader: Reader, user_id: int, *, at: datetime) -> Account:
    """One account of his area; a `Refusal`, the same for one elsewhere and for none at all."""
    return _shown(reader, [managed_user(reader, user_id)], at=at, past=PAST)[0]


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What is done of the first steps: the town and how many areas it has; nobody may take workbooks in yet."""

    town: str
    areas: int


def first_steps(reader: Reader, *, at: datetime) -> FirstSteps | None:
    """How far a fresh register is; None once somebody in his area may take workbooks in."""
    low, high = code_range(reader.area_code)
    takers = Appointment.objects.in_force(at).filter(role__in=rights()["intake.take"].roles)
    if takers.filter(area_code__gte=low, area_code__lt=high).exists():
        return None
    return FirstSteps(area_labels({reader.area_code})[reader.area_code], len(children(reader.area_code)))


def post_of(reader: Reader, number: int, *, at: datetime) -> tuple[Account, Post]:
    """A post that holds, with its account; a `Refusal` when it is none of his area."""
    one = managed_post(reader, number, at=at)
    found = account(reader, one.user_id, at=at)
    return found, next(post for post in found.posts if post.number == number)


def managed(reader: Reader) -> QuerySet[User]:
    """The accounts he manages: his own, for he sees it, and those whose posts all lie in his area."""
    if not reader.may(RIGHT):
        return User.objects.none()
    low, high = code_range(reader.area_code)
    inside = Func("id", Value(low), Value(high), function="account_in_area", output_field=BooleanField())
    return User.objects.alias(inside=inside).filter(Q(inside=True) | Q(pk=reader.user_id))


def managed_user(reader: Reader, user_id: int) -> User:
    """The account, if he manages it; a `Refusal` otherwise."""
    user = managed(reader).filter(pk=user_id).first()
    if user is None:
        raise Refusal("account_not_yours")
    return user


def managed_post(reader: Reader, number: int, *, at: datetime) -> Appointment:
    """The post of that number, if it holds and he manages both it and its account; a `Refusal` otherwise."""
    one = Appointment.objects.in_force(at).filter(pk=number).select_related("user").first()
    if one is None or not reader.may_in(RIGHT, one.area_code):
        raise Refusal("appointment_unknown", number=number)
    managed_user(reader, one.user_id)
    return one


def _shown(reader: Reader, users: list[User], *, at: datetime, past: int = 0) -> list[Account]:
    ids = [user.pk for user in users]
    given = Appointment.objects.filter(user__in=ids).select_related("substitute_for__user")
    held = list(given.in_force(at).order_by("id"))
    ended = list(given.filter(until_at__lte=at).order_by("-until_at", "-id")[:past])
    names = area_labels({one.area_code for one in [*held, *ended]})
    guarded = with_factor(*users) if users else set()
    return [
        Account(
            id=user.pk,
            login=user.login,
            name=user.name,
            active=user.is_active,
            factor=user.pk in guarded,
            last_login=user.last_login,
            created_at=user.created_at,
            created_by=user.created_by,
            posts=_posts(held, user, names),
            past=_posts(ended, user, names),
            own=user.pk == reader.user_id,
        )
        for user in users
    ]


def _posts(given: Iterable[Appointment], user: User, names: dict[str, str]) -> list[Post]:
    return [
        Post(
            number=one.pk,
            role=roles()[one.role],
            words=one.post,
            area=names.get(one.area_code, one.area_code),
            from_at=one.from_at,
            until_at=one.until_at,
            instead_of=one.substitute_for.user.name if one.substitute_for else "",
        )
        for one in given
        if one.user_id == user.pk
    ]
