"""Commands: the keys that seal numbers, phones and addresses."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from fournets.cli.console import command, open_register, progress, screen
from fournets.crypto import ALGORITHMS, load_ring
from fournets.home import home
from fournets.language import say

keys_app = typer.Typer(help="The keys that seal sensitive fields.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(keys_app, name="keys")


@keys_app.command("list")
@command
def list_command() -> None:
    """Which keys this installation has, by number; never the keys themselves."""
    open_register()
    ring = load_ring(home() / "keys.toml")
    names = {number: name for name, number in ALGORITHMS.items()}
    for key in ring.keys.values():
        now = say("keys_now") if key.number == ring.current else ""
        screen.print(
            say("keys_line", number=key.number, algorithm=names[key.algorithm], now=now), markup=False
        )


@keys_app.command("rotate")
@command
def rotate_command(
    cipher: Annotated[str, typer.Option(help="AES-GCM or SM4-GCM.")] = "AES-GCM",
) -> None:
    """Seal everything again with a new key; the register is read and written meanwhile."""
    open_register()
    from django.utils import timezone

    from fournets.keeping.keys import rotate_keys

    path = home() / "keys.toml"
    with progress(say("keys_progress")) as steps:
        _, count = rotate_keys(path, cipher=cipher, actor=getpass.getuser(), at=timezone.now(), advance=steps)
    screen.print(say("keys_rotated", count=count, cipher=cipher))


@keys_app.command("retire")
@command
def retire_command() -> None:
    """Destroy every key but the newest, when nothing is sealed with them any more."""
    open_register()
    from django.utils import timezone

    from fournets.keeping.keys import retire_keys

    path = home() / "keys.toml"
    gone = retire_keys(path, actor=getpass.getuser(), at=timezone.now())
    screen.print(say("keys_retired", count=gone))
