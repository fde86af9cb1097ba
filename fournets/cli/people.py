"""Commands: people."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from fournets.cli.audit import audit_app
from fournets.cli.canary import canary_app
from fournets.cli.console import command, open_register, screen, write_json
from fournets.cli.forgetting import drop_row, forget, forget_approved, remember
from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.language import Refusal, say

people_app = typer.Typer(help="One person, one file: look, merge, split, review.", no_args_is_help=True)
Json = Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit line.")]


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    people_app.add_typer(canary_app, name="canary")
    people_app.command("forget")(forget)
    people_app.command("forget-approved")(forget_approved)
    people_app.command("remember")(remember)
    app.add_typer(people_app, name="people")
    app.add_typer(audit_app, name="audit")


@people_app.command("show")
@command
def show(person: str, json: Json = None) -> None:
    """Show one person's file: current values (masked), every fact with its file, sheet and row, and what the rules say.

    The decision is given again meanwhile: "stands" says whether the rules of its day still lead to it.
    """
    open_register()
    from fournets.audit.services import record_read
    from fournets.people.selectors import person_file
    from fournets.people.services.canary import touched
    from fournets.screening.services import explain

    found = person_file(person, ring=_ring())
    actor, at, opened = f"cli:{_actor()}", _now(), found["person"]
    record_read("person_opened", actor=actor, area_code=found["area_code"], at=at, person=opened)
    touched([opened], how="opened", ring=_ring(), actor=actor, at=at)
    assessment = explain(found["person"])
    write_json({**found, "assessment": assessment}, json)
    from fournets.cli.person_view import assessment_table, facts_table, file_table

    screen.print(file_table(found), facts_table(found["facts"]))
    if assessment is not None:
        screen.print(assessment_table(assessment))


@people_app.command("merge")
@command
def merge(kept: str, gone: str, reason: Reason) -> None:
    """Make one file of two: all facts of GONE go over to KEPT."""
    open_register()
    from fournets.people.services import merge_people

    done = merge_people(kept, gone, reason=reason, actor=_actor(), at=_now())
    screen.print(say("people_merged", kept=done.kept.public_id, gone=done.gone_public_id))


@people_app.command("apart")
@command
def apart(one: str, other: str, reason: Reason) -> None:
    """Say that ONE and OTHER are two people: no rule joins them, and forms count them as two without a question."""
    open_register()
    from fournets.people.services import declare_apart

    declare_apart(one, other, reason=reason, actor=_actor(), at=_now())
    screen.print(say("people_apart", one=one, other=other))


@people_app.command("unmerge")
@command
def unmerge(person: str) -> None:
    """Undo a merge: PERSON, who was merged into another, gets their own file back."""
    open_register()
    from fournets.people.services import undo_merge

    undo_merge(person, actor=_actor(), at=_now())
    screen.print(say("people_unmerged", person=person))


@people_app.command("split")
@command
def split(
    person: str,
    rows: Annotated[
        list[str], typer.Argument(help="Rows to take out, written FILE:SHEET:ROW as `show` prints them.")
    ],
    reason: Reason,
) -> None:
    """Take rows out of a person's file into a file of their own."""
    open_register()
    from fournets.people.services import split_person

    fresh = split_person(
        person, files=[_row(text) for text in rows], reason=reason, actor=_actor(), at=_now()
    )
    screen.print(say("people_split", new=fresh.public_id))


@people_app.command("review")
@command
def review(
    item: Annotated[
        int | None, typer.Argument(help="The item to decide; without it the queue is listed.")
    ] = None,
    decision: Annotated[
        str | None, typer.Argument(help="The person the row is about, or: new, or: forgotten")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many to list.")] = 20,
    json: Json = None,
) -> None:
    """List the rows in doubt beside the files they may belong to, or decide one: review ITEM PERSON|new.

    A row that names somebody forgotten is dropped by: review ITEM forgotten.
    """
    open_register(as_owner=decision == "forgotten")
    if item is not None and decision is not None:
        _decide(item, decision)
        return
    from fournets.people.selectors import review_queue

    queue = review_queue(ring=_ring(), limit=limit, item=item)
    write_json(queue, json)
    from fournets.cli.person_view import doubt_table

    screen.print(*map(doubt_table, queue) if queue else (say("review_empty"),))


@people_app.command("index")
@command
def index() -> None:
    """Make the tokens by which changed people are found; intake does so at its end, this takes up what it left."""
    open_register()
    from fournets.people.services import index_people

    screen.print(say("people_indexed", count=index_people(ring=_ring())))


def _decide(item: int, decision: str) -> None:
    if decision == "forgotten":
        drop_row(item)
        return
    from fournets.people.services import decide_review

    person = decide_review(item, decision, actor=_actor(), at=_now(), ring=_ring())
    screen.print(say("review_decided", item=item, person=person.public_id))


def _row(text: str) -> tuple[int, int, int]:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        raise Refusal("row_not_written_so", text=text)
    return int(parts[0]), int(parts[1]), int(parts[2])


def _ring_path() -> Path:
    return home() / "keys.toml"


def _ring() -> KeyRing:
    return load_ring(_ring_path())


def _actor() -> str:
    return getpass.getuser()


def _now() -> datetime:
    return timezone.now()
