"""Commands: accounts and appointments."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from fournets.cli.console import command, open_register, screen, write_json
from fournets.language import Refusal, say

user_app = typer.Typer(help="Accounts, and the posts people hold.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login of the account.")]
Role = Annotated[str, typer.Option(help="Role of the post, as in docs/reference/access.md.")]
AreaOf = Annotated[str, typer.Option("--area", help="Code or name of the area the post is for.")]
Post = Annotated[str, typer.Option(help="The post in words, as people call it.")]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Last day of the post; without it, until withdrawn."),
]
Json = Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")]


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(user_app, name="user")


@user_app.command("create")
@command
def create_command(
    login: Login,
    name: Annotated[str, typer.Option(help="Whose account it is: one person, never shared.")],
    role: Role,
    area: AreaOf,
    post: Post = "",
    until: Until = None,
    json: Json = None,
) -> None:
    """Make an account with its first post, and print a first password to hand over.

    OUT: {"login","password","appointment": its number}
    """
    open_register()
    from django.db import transaction

    from fournets.accounts.services import create_user
    from fournets.organization.appointments import appoint

    with transaction.atomic():
        user, password = create_user(login, name, actor=_actor(), at=_now())
        given = appoint(user, role, area, post=post, until=_end(until), actor=_actor(), at=_now())
    write_json({"login": user.login, "password": password, "appointment": given.pk}, json)
    screen.print(say("user_made", login=user.login, name=user.name), markup=False)
    screen.print(say("user_password", password=password), markup=False)


@user_app.command("import")
@command
def import_command(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV: login, name, role, area; if wanted post, until.", exists=True, dir_okay=False
        ),
    ],
    json: Json = None,
) -> None:
    """Make the accounts of a table with their posts, all or none, and print the first passwords to hand over.

    OUT: [{"login","name","role","password","appointment"}]
    """
    open_register()
    from fournets.organization.rights import roles
    from fournets.organization.roster import hire_all, read_roster

    made = hire_all(read_roster(table), actor=_actor(), at=_now())
    write_json([asdict(one) for one in made], json)
    lines = Table(*(say(f"user_{name}") for name in ("login", "name", "posts")), say("demo_password"))
    for one in made:
        lines.add_row(one.login, one.name, roles()[one.role].text(), one.password)
    screen.print(lines)


@user_app.command("list")
@command
def list_command(json: Json = None) -> None:
    """Every account with the posts it holds.

    OUT: [{"login","name","active","second_factor","posts":[{"appointment","role","post","area","until"}]}]
    """
    open_register()
    from fournets.accounts.services import users_with_factor
    from fournets.organization.appointments import appointments
    from fournets.organization.rights import roles

    users = users_with_factor()
    held = appointments(list(users), at=_now())
    table = Table(*(say(f"user_{name}") for name in ("login", "name", "posts", "second_factor", "state")))
    lines = []
    for user, factor in users.items():
        posts = [
            {
                "appointment": one.pk,
                "role": one.role,
                "post": one.post,
                "area": one.area_code,
                "until": one.until_at.isoformat() if one.until_at else None,
            }
            for one in held[user.pk]
        ]
        lines.append(
            {
                "login": user.login,
                "name": user.name,
                "active": user.is_active,
                "second_factor": factor,
                "posts": posts,
            }
        )
        words = "\n".join(
            f"{one.pk}  {roles()[one.role].text()} {one.area_code} {one.post}" for one in held[user.pk]
        )
        table.add_row(
            user.login,
            user.name,
            words,
            say("user_yes") if factor else say("user_no"),
            say("user_active") if user.is_active else say("user_inactive"),
        )
    write_json(lines, json)
    screen.print(table if lines else say("user_none"))


@user_app.command("appoint")
@command
def appoint_command(
    login: Login,
    role: Role,
    area: AreaOf,
    post: Post = "",
    until: Until = None,
    instead_of: Annotated[
        int | None, typer.Option(help="Number of the appointment it stands in for.")
    ] = None,
) -> None:
    """Give an account a post, or let it stand in for somebody until a day."""
    open_register()
    from fournets.accounts.services import user_of
    from fournets.organization.appointments import appoint

    given = appoint(
        user_of(login),
        role,
        area,
        post=post,
        until=_end(until),
        stands_in_for=_appointment(instead_of) if instead_of is not None else None,
        actor=_actor(),
        at=_now(),
    )
    screen.print(say("user_appointed", number=given.pk, login=login), markup=False)


@user_app.command("withdraw")
@command
def withdraw_command(
    number: Annotated[int, typer.Argument(help="Number of the appointment, see fournets user list.")],
) -> None:
    """Withdraw a post: its rights are gone at the next request, its substitutes' too."""
    open_register()
    from fournets.organization.appointments import withdraw

    withdraw(_appointment(number), actor=_actor(), at=_now())
    screen.print(say("user_withdrawn", number=number), markup=False)


@user_app.command("token")
@command
def token_command(
    login: Login,
    purpose: Annotated[str, typer.Option("--for", help="Which program it is for, in a few words.")],
    appointment: Annotated[
        int | None, typer.Option(help="Number of the post it acts under; without it, the only one there is.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the token; without it, as late as it may be."),
    ] = None,
    device: Annotated[
        bool,
        typer.Option("--device", help="For a field device (ODK Collect): opens /openrosa/ and nothing else."),
    ] = False,
    json: Json = None,
) -> None:
    """Make a token with which a program, or a field device, acts for an account under one of its posts; printed this once.

    OUT: {"login","appointment","token","number"}
    """
    open_register()
    from fournets.organization.tokens import DEVICE, PREFIX, make_token

    held, prefix = _only_post(login, appointment), DEVICE if device else PREFIX
    number, token = make_token(
        held, purpose=purpose, until=_end(until), actor=_actor(), at=_now(), prefix=prefix
    )
    write_json({"login": held.user.login, "appointment": held.pk, "token": token, "number": number}, json)
    code = "user_token_device" if device else "user_token"
    screen.print(say(code, token=token, login=held.user.login), markup=False)


@user_app.command("close")
@command
def close_command(login: Login) -> None:
    """Close an account: its sessions and tokens end at once."""
    _set_active(login, False)
    screen.print(say("user_closed", login=login), markup=False)


@user_app.command("open")
@command
def open_command(login: Login) -> None:
    """Open a closed account again."""
    _set_active(login, True)
    screen.print(say("user_opened", login=login), markup=False)


@user_app.command("reset")
@command
def reset_command(login: Login) -> None:
    """Hand out a new first password; second factors are taken off, sessions and tokens end."""
    open_register()
    from fournets.accounts.services import reset_password, user_of
    from fournets.organization.tokens import withdraw_tokens

    withdraw_tokens(user_of(login), actor=_actor(), at=_now())
    password = reset_password(user_of(login), actor=_actor(), at=_now())
    screen.print(say("user_password", password=password), markup=False)


def _set_active(login: str, active: bool) -> None:
    open_register()
    from fournets.accounts.services import set_active, user_of
    from fournets.organization.tokens import withdraw_tokens

    set_active(user_of(login), active, actor=_actor(), at=_now())
    if not active:
        withdraw_tokens(user_of(login), actor=_actor(), at=_now())


def _only_post(login: str, number: int | None):  # type: ignore[no-untyped-def]
    """The post of that number if the account holds it; without a number, the one it holds."""
    from fournets.accounts.services import user_of
    from fournets.organization.appointments import appointments

    user = user_of(login)
    held = [one for one in appointments([user], at=_now())[user.pk] if number in (None, one.pk)]
    if len(held) != 1:
        raise Refusal("token_which_post", login=user.login)
    return held[0]


def _appointment(number: int):  # type: ignore[no-untyped-def]
    from fournets.organization.models import Appointment

    found = Appointment.objects.in_force(_now()).filter(pk=number).select_related("user").first()
    if found is None:
        raise Refusal("appointment_unknown", number=number)
    return found


def _end(last_day: datetime | None) -> datetime | None:
    """The moment after the last day, in the town's time."""
    from django.utils import timezone

    return timezone.make_aware(last_day) + timedelta(days=1) if last_day else None


def _actor() -> str:
    """Whoever is signed in on the server: no account of the register has such a name."""
    return f"cli:{getpass.getuser()}"


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
