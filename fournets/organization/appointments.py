"""Acts on appointments: given, withdrawn. A right that is withdrawn is gone at the next request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from fournets.accounts.models import User
from fournets.audit.services import record
from fournets.language import Refusal
from fournets.organization.models import Appointment
from fournets.organization.rights import roles
from fournets.places.selectors import find_area

# What the database refuses, and the sentence that says so.
ONLY_POST = {
    "an_administrator_holds_no_other_post": "administrator_only_post",
    "an_auditor_holds_no_other_post": "auditor_only_post",
}


def appoint(
    user: User,
    role: str,
    area: str,
    *,
    actor: str,
    at: datetime,
    post: str = "",
    until: datetime | None = None,
    stands_in_for: Appointment | None = None,
) -> Appointment:
    """Gives somebody a post: ``role`` in ``area`` (a code or a name), from now until ``until``.

    A `Refusal` when the role or the area is unknown, when somebody would appoint himself, when a substitute would stay
    for ever or elsewhere, or when an administrator or an auditor would hold another post.
    """
    if role not in roles():
        raise Refusal("role_unknown", role=role, roles=", ".join(roles()))
    found = find_area(area)
    if found is None:
        raise Refusal("area_unknown", area=area)
    if user.login == actor:
        raise Refusal("appoints_himself")
    if stands_in_for and until is None:
        raise Refusal("substitute_ends")
    if stands_in_for and not found.code.startswith(stands_in_for.area_code):
        raise Refusal("substitute_elsewhere")
    if until is not None and until <= at:
        raise Refusal("appointment_over", until=f"{until:%Y-%m-%d}")
    one = Appointment(
        user=user,
        role=role,
        post=post.strip(),
        area_code=found.code,
        from_at=at,
        until_at=until,
        substitute_for=stands_in_for,
        given_by=actor,
    )
    try:
        with transaction.atomic():
            one.save(force_insert=True)
            _record("appointed", one, actor, at)
    except IntegrityError as trouble:
        said = next((code for name, code in ONLY_POST.items() if name in str(trouble)), None)
        if said is None:
            raise
        raise Refusal(said, login=user.login) from None
    return one


@transaction.atomic
def withdraw(one: Appointment, *, actor: str, at: datetime) -> None:
    """Ends an appointment, and those that stand in for it, now."""
    for each in [one, *Appointment.objects.filter(substitute_for=one).in_force(at)]:
        each.until_at = max(at, each.from_at)
        each.save(update_fields=["until_at"])
        _record("withdrawn", each, actor, at)


def appointments(users: Sequence[User], *, at: datetime) -> dict[int, list[Appointment]]:
    """The appointments of ``users`` that hold at a moment, by account."""
    found: dict[int, list[Appointment]] = {user.pk: [] for user in users}
    for one in Appointment.objects.filter(user__in=users).in_force(at).order_by("id"):
        found[one.user_id].append(one)
    return found


def _record(act: str, one: Appointment, actor: str, at: datetime) -> None:
    details = {"appointment": one.pk, "login": one.user.login, "role": one.role}
    if one.until_at:
        details["until"] = one.until_at.isoformat()
    record(act=act, actor=actor, area_code=one.area_code, at=at, details=details)
