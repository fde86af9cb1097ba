"""Filling a blank form from the register: one act, one audit line, one file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from openpyxl import Workbook

from fournets.audit.services import record
from fournets.crypto import KeyRing
from fournets.language import Refusal
from fournets.places.models import Area
from fournets.places.scope import scope
from fournets.policy import in_force
from fournets.reporting.exports.handing import hand_out_form
from fournets.reporting.exports.request import new_serial
from fournets.reporting.forms import selectors
from fournets.reporting.forms.fresh import FreshRows, insert_fresh
from fournets.reporting.forms.grid import fill_grid
from fournets.reporting.forms.labels import fill_labels
from fournets.reporting.forms.learn import Changes, Form, FormSheet, learn, remember
from fournets.reporting.forms.meaning import (
    COUNTS_PEOPLE,
    ENTERPRISE,
    PERSON,
    SUMMARY,
    audiences,
    region_named,
)
from fournets.reporting.forms.report import Report
from fournets.reporting.forms.serial import put_serial
from fournets.reporting.forms.table import fill_table
from fournets.reporting.forms.values import FilledRows, answers_for, opened_fields
from fournets.reporting.forms.whose import area_named
from fournets.reporting.models import FilledForm


@dataclass(frozen=True)
class Order:
    """What to fill a form with: the area and day, and optionally whom it is about."""

    area: str
    on: date
    who: str = ""
    given: dict[str, str] | None = None


def fill(
    blank: Path, order: Order, out: Path, *, ring: KeyRing, actor: str, at: datetime
) -> tuple[Report, Changes | None]:
    """Fills ``blank`` for an area and day into ``out``, all or nothing, and writes the audit line.

    The file holds real ID numbers, because the department needs them; which sealed fields were opened, for how many
    rows and into which file (SHA-256) is on record. Raises `Refusal` when the blank, the area or the audience is unusable.
    """
    form, book = learn(blank, given=order.given, area=order.area)
    check_who(order.who)
    with transaction.atomic(), scope(order.area):
        report, fresh = fill_sheets(form, book, order, ring)
        template, changes = remember(form, at=at)
        if report.people:
            report.export = new_serial(at)
            put_serial(book, report.export)
        sha256 = save_atomically(book, out, fresh)
        if report.people:
            _hand_out(form, order, report, sha256, actor=f"cli:{actor}", at=at, ring=ring)
        FilledForm.objects.create(
            template=template,
            area_code=order.area,
            on=order.on,
            sha256=sha256,
            report=report.as_json(),
            at=at,
            serial=report.export,
        )
        details = {
            "form": form.name,
            "version": template.version,
            "sha256": sha256,
            "rows": report.rows,
            "on": str(order.on),
            "export": report.export,
        }
        record(
            act="fill_form",
            actor=actor,
            area_code=order.area,
            at=at,
            details={**details, "opened": opened_of(form)},
        )
    return report, changes


def check_who(who: str) -> None:
    """A `Refusal` for a selection of people nobody knows."""
    if not set(who.split("+") if who else ()) <= set(selectors.WHO):
        raise Refusal("form_who_unknown", who=who, known=", ".join(sorted(selectors.WHO)))


def _unit(code: str) -> str:
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise Refusal("form_area_unknown", area=code)
    return str(area.official_name)


def fill_sheets(form: Form, book: Workbook, order: Order, ring: KeyRing) -> tuple[Report, list[FreshRows]]:
    """Writes every sheet of a form into its book; the rows there was no room for are in what comes back."""
    areas = in_force(on=order.on, area=order.area).outbreak_areas
    via = [one.code for one in areas if one.via_counts]
    values = selectors.bindings(order.area, order.on, [one.code for one in areas], via)
    report = Report(area=order.area, on=order.on, unit=_unit(order.area))
    fresh: list[FreshRows] = []
    names = selectors.short_names()
    for sheet in form.sheets:
        page, who = book[sheet.blank.sheet], order.who or sheet.who
        _tell(sheet, who, order, report)
        area = _area_of(sheet, order.area, names, among_others=len(form.sheets) > 1)
        if area is None:
            report.notice("form_sheet_elsewhere", sheet=page.title, area=order.area)
            continue
        own = values if area == order.area else {**values, **selectors.inside(area)}
        unit = _unit(area)
        report.labels += [
            f"{page.title}!{cell}" for cell in fill_labels(page, sheet.blank, unit=unit, on=order.on)
        ]
        if sheet.kind == SUMMARY:
            fill_grid(page, sheet, own, report)
        else:
            rows = _rows(sheet, who, own, ring)
            fresh.append(fill_table(page, sheet, rows, report))
            report.people += rows.people
        report.add_kind(sheet.kind, who if sheet.kind == PERSON else "")
    return report, fresh


def _area_of(sheet: FormSheet, area: str, names: Any, *, among_others: bool) -> str | None:
    """The area a sheet is filled for: the one it names inside the area asked for; None when it names another."""
    if sheet.kind == SUMMARY:
        return area
    named = area_named(sheet.blank.title, sheet.blank.sheet, names, among_others=among_others)
    if named is None or area.startswith(named):
        return area
    return named if named.startswith(area) else None


def _tell(sheet: FormSheet, who: str, order: Order, report: Report) -> None:
    """What the reader should know of a sheet beside its cells."""
    if sheet.kind == PERSON and not sheet.who_named and not order.who:
        report.notice("form_about_everybody", sheet=sheet.blank.sheet)
    if sheet.blank.next_table:
        report.notice("form_more_tables", sheet=sheet.blank.sheet, row=sheet.blank.next_table)


def _hand_out(
    form: Form, order: Order, report: Report, sha256: str, *, actor: str, at: datetime, ring: KeyRing
) -> None:
    """A form with people in it is an export: whose rows it holds is on record, so that a leak of it can be traced."""
    columns = dict.fromkeys(one.field for sheet in form.sheets for one in sheet.meanings if one.field)
    hand_out_form(
        report.export,
        report.people,
        form=form.name,
        area=order.area,
        on=order.on,
        who=order.who,
        columns=list(columns),
        sha256=sha256,
        actor=actor,
        at=at,
        ring=ring,
    )


def _rows(sheet: FormSheet, who: str, values: dict[str, Any], ring: KeyRing) -> FilledRows:
    asked = {name for one in sheet.meanings if one.field for name in (one.field, one.key) if name}
    values = selectors.narrowed(values, _region_of(sheet, who, values["low"]))
    if sheet.kind == ENTERPRISE:
        rows = selectors.enterprise_rows(values)
    elif sheet.kind == PERSON:
        rows = selectors.people_rows(who, values)
    else:
        rows = selectors.household_rows(who, values)
    return FilledRows(sheet.kind, rows, answers_for(sheet.kind, asked, values, ring))


def _region_of(sheet: FormSheet, who: str, area: str) -> str:
    """The region a form is about instead of all listed areas: by its title or by the column that counts people."""
    if sheet.kind == PERSON:
        return region_named(sheet.blank.title, area) if "outbreak" in who.split("+") else ""
    return next((one.region for one in sheet.meanings if one.region and one.field in COUNTS_PEOPLE), "")


def opened_of(form: Form) -> list[str]:
    """The sealed fields a form makes known."""
    asked = {
        (sheet.kind, meaning.field) for sheet in form.sheets for meaning in sheet.meanings if meaning.field
    }
    return sorted({name for kind, field in asked for name in opened_fields({field}, kind)})


def save_atomically(book: Workbook, out: Path, fresh: Sequence[FreshRows] = ()) -> str:
    """Saves a workbook and its new rows beside ``out`` and moves it there whole, readable by its owner alone; gives its
    SHA-256."""
    saved, whole = _part_beside(out), _part_beside(out)
    try:
        book.save(saved)
        insert_fresh(saved, whole, fresh)
        with whole.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.replace(out)
    finally:
        saved.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
    return digest


def _part_beside(out: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=out.parent, suffix=".part")
    os.close(handle)
    return Path(name)


def audience_names() -> dict[str, str]:
    """Whom person forms can be about, for help texts: selection and its Chinese name."""
    return {audience.who: audience.zh for audience in audiences().values()}
