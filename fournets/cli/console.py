"""What every command shares: exit codes, clear errors, progress, JSON out, and a connection to the register."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from fournets.faults import DatabaseUnreachable
from fournets.home import home
from fournets.language import Refusal, say

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # a disk nothing can be written to
STDOUT = "-"  # the file name that means standard output
SEALED = """SELECT EXISTS (SELECT FROM intake_sourcefile) OR EXISTS (SELECT FROM audit_chainlink)
    OR EXISTS (SELECT FROM audit_waitingline) OR EXISTS (SELECT FROM people_person
    WHERE coalesce(id_number_sealed, phone_sealed, address_sealed, values_sealed) IS NOT NULL)"""
P = ParamSpec("P")
R = TypeVar("R")

errors = Console(stderr=True, soft_wrap=True, highlight=False)
screen = Console(soft_wrap=True, highlight=False)


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    LOOK = 1
    UNUSABLE = 2
    ENVIRONMENT = 3


def fail(sentence: str, code: Exit = Exit.UNUSABLE) -> NoReturn:
    """Says what is wrong on stderr and ends the command."""
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(code)


def command(act: Callable[P, R]) -> Callable[P, R]:
    """Wraps a command: a `Refusal` becomes its sentence and exit code 2; with ``--json -`` stdout holds the JSON alone.

    Where the JSON cannot be written is said before anything is done.
    """

    @wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        screen.quiet = str(kwargs.get("json")) == STDOUT
        try:
            _check_writable(kwargs.get("json") or kwargs.get("json_out"))
            return act(*args, **kwargs)
        except Refusal as refusal:
            fail(str(refusal))
        except DatabaseUnreachable as trouble:
            fail(say("database_unreachable", reason=str(trouble)), Exit.ENVIRONMENT)
        except OSError as trouble:
            fail(_not_written(trouble, kwargs), Exit.ENVIRONMENT if trouble.errno in FULL else Exit.UNUSABLE)
        finally:
            screen.quiet = False

    return guarded


def _check_writable(out: Any) -> None:
    if isinstance(out, Path) and str(out) != STDOUT and (out.is_dir() or not out.parent.is_dir()):
        raise Refusal("out_unwritable", file=out)


def _not_written(trouble: OSError, asked: dict[str, Any]) -> str:
    """The sentence for a file the reader named that cannot be written; another fault goes on its way."""
    if trouble.errno in FULL:
        return say("disk_full")
    outs = [
        one for name, one in asked.items() if name in ("json", "out", "json_out") and isinstance(one, Path)
    ]
    named = Path(str(trouble.filename or ""))
    out = next((one for one in outs if named == one or one.parent in (named, named.parent)), None)
    if out is None:
        raise trouble
    return say("out_unwritable", file=out)


def open_register(
    area_code: str = "",
    *,
    closed_too: bool = False,
    outdated_too: bool = False,
    as_owner: bool = False,
    empty_too: bool = False,
) -> None:
    """Connects to the register with the application's role, opened to ``area_code`` (default: all of it).

    The back-up of an event that was closed is not opened, but to be shredded again (``closed_too``); nor is one that holds
    what was destroyed since, but for that to be done again (``outdated_too``). ``as_owner``: with the owner's rights; the
    application's role cannot take out frozen figures, decisions, and what stands of lists that were handed out.
    ``empty_too``: also where no town has been named yet.
    """
    import os

    import django
    from django.db import OperationalError, ProgrammingError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fournets.settings")
    try:
        django.setup()
        if as_owner:
            _become_owner()
        from fournets.places.models import Area
        from fournets.places.scope import set_scope

        set_scope(area_code)
        ready = Area.objects.exists() or empty_too
    except (OperationalError, ProgrammingError):
        ready = False
    if not ready:
        fail(say("register_not_ready"), Exit.ENVIRONMENT)
    if not closed_too and _closed_before():
        fail(say("event_closed_before"), Exit.ENVIRONMENT)
    if not (closed_too or outdated_too) and (count := _outdated()):
        fail(say("deletions_unseen", count=count), Exit.ENVIRONMENT)
    if not (home() / "keys.toml").exists() and _holds_sealed():
        fail(say("keys_lost"), Exit.ENVIRONMENT)


def _become_owner() -> None:
    from django.db import connection

    from fournets import database

    connection.close()
    connection.settings_dict.update(database.as_django(database.owner_url()))


def _closed_before() -> bool:
    """Whether this is a register, brought back from a back-up, whose event was closed since."""
    from fournets.keeping.closing import present_event, was_closed

    return was_closed(str(present_event().uuid))


def _outdated() -> int:
    """How many deletions this register, brought back from a back-up, has not seen."""
    from fournets.keeping.replay import outdated

    return outdated()


def _holds_sealed() -> bool:
    """Whether a key has sealed anything in the register: then a fresh one must not be made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SEALED)
        return bool(cursor.fetchone()[0])


class Steps:
    """Moves a progress bar on by so many steps when called."""

    def __init__(self, bar: Progress, label: str, total: int | None) -> None:
        self._bar, self._task = bar, bar.add_task(label, total=total)

    def __call__(self, steps: int) -> None:
        self._bar.advance(self._task, steps)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """No bar is drawn meanwhile, so that a question can stand on the screen."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Steps]:
    """A progress bar on stderr, only in a terminal; yields what moves it on and pauses it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, disable=not sys.stderr.isatty()) as bar:
        yield Steps(bar, label, total)


def write_json(value: Any, out: Path | None) -> None:
    """Writes ``value`` as JSON to ``out``; ``-`` is stdout; nothing when no file was asked for."""
    if out is None:
        return
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    if str(out) == STDOUT:
        sys.stdout.write(text.decode() + "\n")
    else:
        out.write_bytes(text + b"\n")
