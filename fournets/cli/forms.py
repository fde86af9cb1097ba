"""Commands of forms: learn a department's blank, fill it from the register."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from fournets.cli.console import Exit, command, errors, open_register, screen, write_json
from fournets.cli.intake import day_of, now
from fournets.cli.screening import area_code
from fournets.language import Refusal, reader_language, say

if TYPE_CHECKING:
    from fournets.reporting.forms.learn import Changes, Form
    from fournets.reporting.forms.report import Report

Blank = Annotated[Path, typer.Argument(help="The department's blank form (.xlsx).", show_default=False)]
JsonOut = Annotated[
    Path | None, typer.Option("--json", help="Write the report to this file (- for the screen).")
]
MapFile = Annotated[
    Path | None, typer.Option("--map", help="TOML file: header = field, for columns that are not recognised.")
]

RANGES_SHOWN = 5

forms_app = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(
        forms_app, name="forms", help="Fill any department's blank form from the register: learn, fill."
    )


@forms_app.command("learn")
@command
def learn_form(blank: Blank, json: JsonOut = None, map_file: MapFile = None) -> None:
    """Show what a blank form asks for, and what changed since its last version."""
    open_register()
    from fournets.reporting.forms.learn import columns_of, learn, remember

    form, _ = learn(blank, given=_mapping(map_file))
    at = now()
    template, changes = remember(form, at=at)
    columns = columns_of(form)
    unknown = [column["header"] for column in columns if column["field"] is None]
    write_json(
        {
            "form": form.name,
            "version": template.version,
            "sheets": [_sheet_json(sheet) for sheet in form.sheets],
            "columns": columns,
            "unknown": unknown,
            "changes": _changes_json(changes),
        },
        json,
    )
    _show(form)
    _say_learned(form, columns)
    _say_version(template.version, changes, is_new=template.learned_at == at)
    raise typer.Exit(Exit.LOOK if unknown else Exit.DONE)


@forms_app.command("fill")
@command
def fill_form(
    blank: Blank,
    area: Annotated[
        str, typer.Option(help="Code or name of the area to fill the form for.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="Where to write the filled form (.xlsx).", show_default=False)],
    on: Annotated[str | None, typer.Option(help="The day (YYYY-MM-DD); today when left out.")] = None,
    json: JsonOut = None,
    who: Annotated[str, typer.Option(help="Whom the form is about; read from its title when left out.")] = "",
    map_file: MapFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT when it exists.")] = False,
) -> None:
    """Fill a blank form for an area and a day, keeping its look."""
    day = _day(on)
    if out.suffix.lower() != ".xlsx":
        raise Refusal("form_out_not_xlsx", file=out.name)
    if out.exists() and not force:
        raise Refusal("form_out_exists", file=out.name)
    open_register()
    from fournets.crypto import load_ring
    from fournets.home import home
    from fournets.reporting.forms.fill import Order, fill

    order = Order(area_code(area), day, who, _mapping(map_file))
    ring = load_ring(home() / "keys.toml")
    report, changes = fill(blank, order, out, ring=ring, actor=getpass.getuser(), at=now())
    write_json({**report.as_json(), "changes": _changes_json(changes)}, json)
    _say_filled(report, out)
    _say_changes(changes)
    raise typer.Exit(Exit.LOOK if report.unknown or report.cells_empty else Exit.DONE)


def _day(text: str | None) -> date:
    return day_of(text)


def _mapping(path: Path | None) -> dict[str, str] | None:
    import tomllib

    if path is None:
        return None
    from fournets.reporting.forms.learn import check_mapping

    try:
        return check_mapping(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("form_map_unusable", file=path.name) from error


def _sheet_json(sheet: Any) -> dict[str, Any]:
    blank = sheet.blank
    table = {"header_rows": list(blank.header), "first_row": blank.first_row, "last_row": blank.last_row}
    return {"sheet": blank.sheet, "title": blank.title, "kind": sheet.kind, "who": sheet.who, **table}


def _changes_json(changes: Changes | None) -> dict[str, Any] | None:
    if changes is None:
        return None
    renamed = [{"from": before, "to": after} for before, after in changes.renamed]
    return {
        "last_version": changes.last_version,
        "added": changes.added,
        "gone": changes.gone,
        "renamed": renamed,
    }


def _show(form: Form) -> None:
    for sheet in form.sheets:
        title = f"{sheet.blank.title} · {say(f'form_kind_{sheet.kind}')}"
        if sheet.kind == "person":
            title += f" · {say('form_about', who=_whom(sheet.who))}"
        heads = [say(f"form_head_{name}") for name in ("cell", "header", "field")]
        table = Table(*heads, title=Text(title))
        for meaning in sheet.meanings:
            table.add_row(meaning.head.cell, Text(meaning.head.text), _field_name(meaning.field))
        screen.print(table)


def _whom(who: str) -> str:
    from fournets.reporting.forms.meaning import audiences

    names = {one.who: getattr(one, reader_language()) for one in audiences().values()}
    return " · ".join(names[part] for part in who.split("+"))


def _field_name(field: str | None) -> str:
    from fournets.workbooks.vocabulary import fields

    known = fields().get(field or "")
    label = getattr(known, reader_language()) if known else ""
    return f"{field} · {label}" if label and label != field else field or "?"


def _say_learned(form: Form, columns: list[dict[str, Any]]) -> None:
    unknown = [column for column in columns if column["field"] is None]
    errors.print(say("form_columns", known=len(columns) - len(unknown), unknown=len(unknown)), markup=False)
    for column in unknown:
        errors.print(say("form_column_unknown", **column), markup=False, style="yellow")
    for sheet in form.sheets:
        blank = sheet.blank
        if blank.filled_rows:
            errors.print(say("form_rows_kept", sheet=blank.sheet, rows=blank.filled_rows), markup=False)
        if blank.next_table:
            errors.print(say("form_more_tables", sheet=blank.sheet, row=blank.next_table), markup=False)
        if sheet.kind == "person" and not sheet.who_named:
            errors.print(say("form_about_everybody", sheet=blank.sheet), markup=False)


def _say_version(version: int, changes: Changes | None, *, is_new: bool) -> None:
    if changes is not None:
        _say_changes(changes)
    else:
        errors.print(say("form_first_version" if is_new else "form_same_version", version=version))


def _say_ranges(ranges: list[dict[str, Any]]) -> None:
    """The figures left empty because they may be another number, the first ones one by one."""
    for one in ranges[:RANGES_SHOWN]:
        why = _why_unsure(one)
        errors.print(say("form_range", **one | {"pairs": why}), markup=False)
    if len(ranges) > RANGES_SHOWN:
        errors.print(say("form_range_more", count=len(ranges) - RANGES_SHOWN), markup=False)


def _why_unsure(one: dict[str, Any]) -> str:
    if one["untold"]:
        return say("form_range_untold", untold=one["untold"])
    pairs = ", ".join("/".join(pair) for pair in one["may_be_one"])
    return say("form_range_pairs", pairs=pairs) if pairs else say("form_range_households")


def _say_filled(report: Report, out: Path) -> None:
    counts = {"rows": report.rows, "filled": report.cells_filled, "empty": report.cells_empty}
    errors.print(say("form_filled", **counts, file=out.name), markup=False)
    if report.cells_empty:
        why = "; ".join(f"{say(code)} {cells:,}" for code, cells in report.why_empty.most_common())
        errors.print(say("form_empty_why", cells=f"{report.cells_empty:,}", why=why), markup=False)
    _say_ranges([one for one in report.ranges if not one["written"]])
    if written := sum(one["written"] for one in report.ranges):
        errors.print(say("form_range_written", count=written), markup=False)
    for notice in report.notices:
        errors.print(
            say(notice["code"], **{k: v for k, v in notice.items() if k not in ("code", "zh", "en")}),
            markup=False,
        )
    if report.unknown:
        errors.print(say("cell_unknown_column") + ": " + ", ".join(report.unknown), markup=False)


def _say_changes(changes: Changes | None) -> None:
    if changes is None:
        return
    renamed = [f"{before} → {after}" for before, after in changes.renamed]
    lists = {"added": changes.added, "gone": changes.gone, "renamed": renamed}
    texts = {name: "、".join(words) or "—" for name, words in lists.items()}
    code = "form_changed" if any(lists.values()) else "form_moved"
    errors.print(say(code, version=changes.last_version, **texts), markup=False)
