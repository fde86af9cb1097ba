"""Commands: field forms, for ODK Collect and its like."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from fournets.cli.console import command, errors, open_register, screen, write_json
from fournets.cli.intake import now
from fournets.cli.screening import area_code
from fournets.language import Refusal, say

Json = Annotated[Path | None, typer.Option("--json", help="Write the result as JSON; - is stdout.")]
HEADS = ("form", "version", "area", "state", "came")

field_app = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``fournets``."""
    app.add_typer(field_app, name="fieldforms", help="Forms for field devices (XLSForm): add, list.")


@field_app.command("add")
@command
def add_command(
    workbook: Annotated[
        Path, typer.Argument(help="The XLSForm (.xlsx).", exists=True, dir_okay=False, show_default=False)
    ],
    area: Annotated[
        str,
        typer.Option(help="Code or name of the area whose devices are given it.", show_default=False),
    ],
    json: Json = None,
) -> None:
    """Add an XLSForm for the devices of an area and of all below it; a changed form takes a new version.

    OUT: {"form","version","title","number","questions","warnings","checked": whether its expressions were, which takes Java}
    """
    open_register()
    from fournets.interop.services.forms import check_and_add_form

    actor = f"cli:{getpass.getuser()}"
    content = workbook.read_bytes()
    added = check_and_add_form(content, area_code=area_code(area), actor=actor, at=now())
    form, warnings = added.form, added.warnings
    write_json(
        {
            "form": form.form_id,
            "version": form.version,
            "title": form.title,
            "number": form.pk,
            "questions": len(form.questions),
            "warnings": warnings,
            "checked": added.checked,
        },
        json,
    )
    screen.print(say("field_told_added", form=form.title, version=form.version), markup=False)
    if not added.checked:
        errors.print(say("field_told_unchecked"), markup=False, style="yellow")
    for one in warnings:
        errors.print(say("field_told_warning", said=one), markup=False, style="yellow")


@field_app.command("list")
@command
def list_command(
    area: Annotated[str, typer.Option(help="Code or name of an area; the whole register without.")] = "",
    json: Json = None,
) -> None:
    """List the field forms of an area, every version, with how much came of each.

    OUT: [{"form","version","title","area","closed","newest","sent","waiting","aside"}]
    """
    open_register()
    from fournets.interop.selectors import forms_around, sums_of_forms

    found = forms_around(area_code(area) if area else "")
    sums = sums_of_forms([one.form_id for one in found])
    write_json(
        [
            {
                "form": one.form_id,
                "version": one.version,
                "title": one.title,
                "area": one.area_code,
                "closed": one.closed_at is not None,
                "newest": one.newest,
                "sent": sums[one.form_id].sent,
                "waiting": sums[one.form_id].waiting,
                "aside": sums[one.form_id].aside,
            }
            for one in found
        ],
        json,
    )
    table = Table(*(say(f"field_forms_head_{name}") for name in HEADS))
    for one in found:
        state = "closed" if one.closed_at else "open" if one.newest else "older"
        came = sums[one.form_id].sent if one.newest else ""
        table.add_row(one.title, one.version, one.area_code, say(f"field_state_{state}"), str(came))
    screen.print(table)
    if not found:
        errors.print(str(Refusal("field_none")), markup=False)
