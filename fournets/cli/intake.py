"""Commands of intake: take files in, list them, take one back, say who each row is."""

from __future__ import annotations

import csv
import getpass
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from typer._click import Context
from typer.core import TyperGroup

from fournets.cli.asking import Clerk, at_a_terminal
from fournets.cli.console import STDOUT, Exit, command, open_register, progress, screen, write_json
from fournets.cli.people import people_app
from fournets.language import Refusal, say
from fournets.workbooks.mapping import read_mapping

if TYPE_CHECKING:
    from fournets.intake.services.report import FileReport, IntakeReport, SheetReport

TOWN_TIME = ZoneInfo("Asia/Shanghai")
NOTICES = 5  # of a sheet
LISTED = 30  # files shown on the screen; the JSON has them all


class TakesFiles(TyperGroup):
    """``fournets intake FILE…`` takes files in; the other words are commands of their own."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["take", *args]
        return super().parse_args(ctx, args)


intake_app = typer.Typer(cls=TakesFiles, no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(
        intake_app,
        name="intake",
        short_help="Take workbooks in: fournets intake FILES OR FOLDERS; undo, files, mend.",
        help="Take workbooks in: fournets intake FILES OR FOLDERS [--on DATE] [--area CODE] [--map FILE] [--dry-run]"
        " [--json OUT]; every option: fournets intake take --help.",
    )
    people_app.command("links")(links)


def now() -> datetime:
    """The moment, in the town's time."""
    return datetime.now(TOWN_TIME)


def day_of(text: str | None) -> date:
    """The day an option names (YYYY-MM-DD), or today."""
    if not text:
        return now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("day_unreadable", text=text) from error


@intake_app.command("take")
@command
def take(
    paths: Annotated[list[Path], typer.Argument(help="Workbooks, CSV files, archives, or folders of these.")],
    on: Annotated[
        str | None, typer.Option(help="The day the files speak of, YYYY-MM-DD; default today.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="Code or name of the sender's area; default the town.")
    ] = None,
    map: Annotated[
        Path | None, typer.Option(help="What the columns mean, when they cannot be recognised.")
    ] = None,
    password: Annotated[bool, typer.Option(help="Ask for the password of protected workbooks.")] = False,
    skip_hidden: Annotated[bool, typer.Option(help="Leave hidden rows and sheets out.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would happen, change nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the report as JSON; - is stdout.")] = None,
) -> None:
    """Take files in: every row ends in exactly one outcome."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise Refusal("nothing_to_read", path=missing[0])
    mapping = read_mapping(map) if map else None
    open_register()
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.services import TakeIn, take_in

    asks = map is None and not dry_run and str(json) != STDOUT and at_a_terminal()
    how = TakeIn(
        on=day_of(on),
        at=now(),
        actor=getpass.getuser(),
        area_code=area_code(area),
        mapping=mapping,
        skip_hidden=skip_hidden,
        password=getpass.getpass(say("ask_password")) if password else None,
        dry_run=dry_run,
    )
    with progress(say("reading_files")) as steps:
        how = replace(how, ask=Clerk(quiet=steps.paused) if asks else None)
        report = take_in(paths, how, ring=load_ring(home() / "keys.toml"), advance=steps)
    show_report(report)
    write_json(report.as_json(), json)
    _index(dry_run)
    raise typer.Exit(_exit_code(report))


def _index(dry_run: bool) -> None:
    """Whoever is new can be searched for when the command ends; the report is out before."""
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.people.services import index_people

    if not dry_run:
        with progress(say("indexing_people")):
            index_people(ring=load_ring(home() / "keys.toml"))


@intake_app.command("undo")
@command
def undo(
    number: Annotated[
        int, typer.Argument(metavar="ID", help="The file's number, from: fournets intake files")
    ],
) -> None:
    """Take a file back: what only it knew is gone, the rest stands as before."""
    open_register()
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.services import undo_file

    load_ring(home() / "keys.toml")
    file = undo_file(number, actor=getpass.getuser(), at=now())
    screen.print(say("file_undone", file=file.name), markup=False)


@intake_app.command("files")
@command
def files(
    json: Annotated[Path | None, typer.Option(help="Write the list as JSON; - is stdout.")] = None,
) -> None:
    """List the files that came in, newest first."""
    open_register()
    from fournets.intake.selectors import files_received, waiting_rows

    found = files_received()
    waiting = waiting_rows(found)
    table = Table(*(say(f"head_{name}") for name in ("number", "file", "day", "state", "rows", "waiting")))
    for file in found:
        rows = sum(sheet.rows for sheet in file.sourcesheet_set.all())
        table.add_row(
            str(file.id),
            file.name,
            str(file.seen_on),
            say(f"state_{file.state}"),
            str(rows),
            str(waiting[file.id]),
        )
    screen.print(table if found else say("no_files"))
    write_json(
        [
            {
                "id": one.id,
                "file": one.name,
                "sha256": one.sha256,
                "state": one.state,
                "waiting": waiting[one.id],
            }
            for one in found
        ],
        json,
    )


@intake_app.command("mend")
@command
def mend(
    number: Annotated[
        int, typer.Argument(metavar="ID", help="The file's number, from: fournets intake files")
    ],
    out: Annotated[Path, typer.Option(help="The workbook to write, ready to go back to the sender.")],
) -> None:
    """Write the rows to look at as a workbook for their sender: cells to mend coloured, with the reason."""
    if out.suffix.lower() != ".xlsx":
        raise Refusal("mend_needs_xlsx", path=out.name)
    open_register()
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.intake.services import write_rows_to_mend

    rows = write_rows_to_mend(number, out, ring=load_ring(home() / "keys.toml"))
    screen.print(say("rows_to_mend", rows=rows, path=out), markup=False)


@command
def links(
    out: Annotated[Path, typer.Option(help="CSV to write: file, sheet, row, outcome, person, rule, score.")],
) -> None:
    """Write who every row is: file, sheet, row, outcome, person, rule, score."""
    open_register()
    from fournets.intake.selectors import links as all_links

    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "sheet", "row", "outcome", "person", "rule", "score"])
        writer.writerows(all_links())


def area_code(text: str | None) -> str:
    """The code of the area named by code or name; without one, the town at the top of the tree."""
    from fournets.places.selectors import find_area, town

    if not text:
        return town().code
    found = find_area(text)
    if found is None:
        raise Refusal("area_unknown", area=text)
    return found.code


def show_report(report: IntakeReport) -> None:
    """What came of it: files to look at, then the sums."""
    looked_at = [file for file in report.files if file.refused or len(report.files) <= LISTED]
    for file in looked_at[:LISTED]:
        _show_file(file)
    totals = report.totals()
    screen.print(say("intake_totals", **totals), markup=False)
    if totals["review"] or totals["rejected"]:
        screen.print(say("intake_next"), markup=False)


def _show_file(file: FileReport) -> None:
    if file.refused:
        screen.print(say("file_refused", file=file.file, reason=file.refused), markup=False, style="red")
        return
    screen.print(
        say("file_known" if file.known else "file_done", file=file.file, id=file.id or "-"), markup=False
    )
    if file.mended:
        screen.print("  " + say("rows_mended", rows=file.mended), markup=False)
    for sheet in file.sheets:
        values = {"sheet": sheet.sheet, "kind": say(f"kind_{sheet.kind}"), "rows": sheet.rows, **sheet.counts}
        screen.print("  " + say("sheet_done", **values), markup=False)
        _show_notices(sheet.notices)
        _show_questions(sheet)
        if sheet.kind == "unknown" and sheet.counts["review"]:
            screen.print("  " + say("sheet_waits", sheet=sheet.sheet), markup=False, style="yellow")


def _show_questions(sheet: SheetReport) -> None:
    """The columns of a known list that nobody was sure of, and that were therefore left out."""
    asked = [f"{one['column']}“{one['header']}”" for one in sheet.questions if "column" in one]
    if asked and sheet.kind != "unknown":
        columns = "、".join(asked[:NOTICES]) + (" …" if len(asked) > NOTICES else "")
        screen.print("    " + say("columns_in_doubt", columns=columns), markup=False, style="yellow")


def _show_notices(notices: list[dict[str, Any]]) -> None:
    """What was noticed about a sheet; the JSON has all of it."""
    for notice in notices[:NOTICES]:
        values = {name: value for name, value in notice.items() if name != "code"}
        screen.print("    " + say(notice["code"], **values), markup=False, style="yellow")
    if len(notices) > NOTICES:
        screen.print("    " + say("more_notices", count=len(notices) - NOTICES), markup=False, style="yellow")


def _exit_code(report: IntakeReport) -> Exit:
    totals = report.totals()
    if totals["refused"] == totals["files"]:
        return Exit.UNUSABLE
    look = totals["refused"] or totals["review"] or totals["rejected"] or totals["problems"]
    return Exit.LOOK if look else Exit.DONE
