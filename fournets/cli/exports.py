"""Commands: lists of people handed out, and whose copy a leaked one is."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from fournets.cli.console import Exit, command, open_register, screen, write_json
from fournets.cli.intake import day_of, now
from fournets.cli.screening import area_code
from fournets.language import Refusal, reader_language, say

if TYPE_CHECKING:
    from fournets.organization.access import Reader
    from fournets.reporting.exports.lines import Line
    from fournets.reporting.exports.trace import Tracing
    from fournets.reporting.models import Export

export_app = typer.Typer(help="Lists of people for a named recipient.", no_args_is_help=True)

As = Annotated[str, typer.Option("--as", help="The login of the account that acts: its post and area count.")]
Serial = Annotated[str, typer.Argument(help="The serial of the export, see fournets export list.")]
Word = Annotated[str, typer.Option(help="Why; whoever asked reads it.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")]


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(export_app, name="export")
    app.command("trace-leak")(trace_leak)


@export_app.command("ask")
@command
def ask_command(
    area: Annotated[str, typer.Argument(help="Code or name of the area.")],
    recipient: Annotated[str, typer.Option(help="For whom: name and office. Stands on every copy.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    login: As,
    columns: Annotated[str, typer.Option(help="Fields of the vocabulary, with commas.")] = "name,phone",
    who: Annotated[str, typer.Option(help="Whom: resident, returnee, outbreak, ...")] = "resident",
    on: Annotated[str | None, typer.Option(help="The day (YYYY-MM-DD); today when left out.")] = None,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Whole ID numbers and phones.")] = False,
    json: Json = None,
) -> None:
    """Ask for a list of an area's people; a large one waits for a second person.

    OUT: {"serial","state","people"}
    """
    day = day_of(on)
    with _acting(login) as reader:
        from fournets.reporting.exports.request import Wish, ask

        names = [name.strip() for name in columns.split(",") if name.strip()]
        wish = Wish(area_code(area), names, recipient, purpose, day, who, unmasked)
        export = ask(wish, reader=reader, at=now(), actor=_actor(login))
    write_json(_brief(export), json)
    screen.print(say(f"export_told_{export.state}", serial=export.serial), markup=False)


@export_app.command("list")
@command
def list_command(json: Json = None) -> None:
    """Every list that was asked for, and what became of it.

    OUT: [{"serial","state","area","who","columns","unmasked","recipient","purpose","count","asker","asked_at","approver","word","made_at"}]
    """
    open_register()
    from fournets.reporting.exports.lines import lines
    from fournets.reporting.exports.selectors import all_exports

    found = lines(all_exports(), reader_language())
    write_json([asdict(one) for one in found], json)
    screen.print(_table(found) if found else say("exports_none_yet"))


@export_app.command("approve")
@command
def approve_command(serial: Serial, word: Word, login: As, json: Json = None) -> None:
    """Let a large list be made, once. Nobody approves what he asked for.

    OUT: {"serial","state","people"}
    """
    from fournets.reporting.exports.request import approve

    _decide(approve, serial, word, login, json)


@export_app.command("refuse")
@command
def refuse_command(serial: Serial, word: Word, login: As, json: Json = None) -> None:
    """Refuse a large list.

    OUT: {"serial","state","people"}
    """
    from fournets.reporting.exports.request import refuse

    _decide(refuse, serial, word, login, json)


@export_app.command("make")
@command
def make_command(
    serial: Serial,
    out: Annotated[Path, typer.Option(help="Where to write it: .xlsx or .csv.")],
    login: As,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT when it exists.")] = False,
    json: Json = None,
) -> None:
    """Make a list that may be made, once.

    OUT: {"serial","state","people","sha256"}
    """
    if out.exists() and not force:
        raise Refusal("form_out_exists", file=out.name)
    with _acting(login) as reader:
        from fournets.crypto import load_ring
        from fournets.home import home
        from fournets.reporting.exports.make import make

        made = make(
            serial,
            out.suffix.lstrip(".").lower(),
            reader=reader,
            ring=load_ring(home() / "keys.toml"),
            at=now(),
            lang=reader_language(),
            actor=_actor(login),
        )
        _write(out, made.content)
    write_json(_brief(made.export) | {"sha256": made.export.sha256}, json)
    screen.print(say("export_written", serial=serial, count=made.export.count, file=out.name), markup=False)


@command
def trace_leak(
    file: Annotated[Path, typer.Argument(help="What leaked: a workbook, or text saved as .csv or .txt.")],
    json: Json = None,
) -> None:
    """Say whose copy a leaked list is: from a part of its rows, re-ordered, re-saved, pasted or typed again.

    Names a recipient only when chance is ruled out to the stated error over all exports; else it names nobody and shows
    what speaks for whom. The file is read in a limited process of its own.

    OUT: {"lines","people","marks","exports","error","needed": power of ten,"named":[{"serial","recipient","asker","made_on","people",
    "power","same","seen","kinds"}],"others":[the same],"stated":[{"serial","recipient","asker"}]}
    """
    open_register()
    from fournets.audit.services import record
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.extract import read_sheets
    from fournets.reporting.exports.trace import trace

    found = trace(read_sheets(file, properties=True), ring=load_ring(home() / "keys.toml"))
    details = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "lines": found.lines,
        "named": [one.serial for one in found.named],
    }
    record(act="trace_leak", actor=f"cli:{getpass.getuser()}", area_code="", at=now(), details=details)
    write_json(asdict(found), json)
    _tell(found)
    raise typer.Exit(Exit.DONE if found.named else Exit.LOOK)


@contextmanager
def _acting(login: str) -> Iterator[Reader]:
    """The register opened to the area of an account's first post; what a refusal changed before it was said is kept."""
    open_register()
    from fournets.accounts.services import user_of
    from fournets.organization.access import opened, readers

    held = readers(user_of(login).pk, at=now())
    if not held:
        raise Refusal("page_no_post")
    refused: Refusal | None = None
    with opened(held[0]):
        try:
            yield held[0]
        except Refusal as refusal:
            refused = refusal
    if refused is not None:
        raise refused


def _decide(act: Any, serial: str, word: str, login: str, json: Path | None) -> None:
    with _acting(login) as reader:
        export = act(serial, word, reader=reader, at=now(), actor=_actor(login))
    write_json(_brief(export), json)
    screen.print(say(f"export_told_{export.state}", serial=export.serial), markup=False)


def _brief(export: Export) -> dict[str, Any]:
    return {"serial": export.serial, "state": export.state, "people": export.count}


def _write(out: Path, content: bytes) -> None:
    out.touch(mode=0o600)
    out.chmod(0o600)
    out.write_bytes(content)


def _actor(login: str) -> str:
    """Whoever is signed in on the server, and for whom he acts."""
    return f"cli:{getpass.getuser()} {login}"


def _table(found: list[Line]) -> Table:
    heads = ("serial", "state", "list", "recipient", "asker", "approver")
    table = Table(*(say(f"export_head_{name}") for name in heads))
    for one in found:
        about = f"{one.area} · {one.who} · {one.count}\n{one.columns}"
        word = f"{one.approver}: {one.word}" if one.approver else ""
        cells = (
            one.serial,
            say(f"export_state_{one.state}"),
            about,
            f"{one.recipient}\n{one.purpose}",
            one.asker,
            word,
        )
        table.add_row(*map(Text, cells))
    return table


def _tell(found: Tracing) -> None:
    counts = {"lines": found.lines, "people": found.people, "marks": found.marks, "exports": found.exports}
    screen.print(say("trace_read", **counts), markup=False)
    for one in found.named:
        screen.print(
            say("trace_named", recipient=one.recipient, serial=one.serial, asker=one.asker, day=one.made_on),
            markup=False,
            style="bold",
        )
    if not found.named:
        screen.print(say("trace_nobody"), markup=False, style="bold")
    for line in found.stated:
        screen.print(say("trace_stated", **line), markup=False)
    screen.print(say("trace_error", error=f"{found.error:g}", needed=f"{found.needed:.1f}"), markup=False)
    if found.named or found.others:
        screen.print(_evidence(found))


def _evidence(found: Tracing) -> Table:
    heads = ("serial", "recipient", "people", "marks", "power")
    table = Table(*(say(f"trace_head_{name}") for name in heads))
    for one in (*found.named, *found.others):
        marks = f"{one.same}/{one.seen}" if one.kind != "form" else say("trace_no_marks")
        power = f"{one.power:+.1f}" if one.kind != "form" else "–"
        table.add_row(*map(Text, (one.serial, one.recipient, str(one.people), marks, power)))
    return table
