"""Reads of the pages of forms: those an area keeps, and what was filled with each and handed to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fournets.crypto import KeyRing
from fournets.language import Lang, Refusal
from fournets.organization.access import Reader
from fournets.places.scope import code_range
from fournets.reporting.exports.forms import copy_of, filled_form
from fournets.reporting.exports.selectors import answered_forms
from fournets.reporting.forms.asked import shown
from fournets.reporting.forms.drawn import Drawn, draw_blank
from fournets.reporting.forms.kept import LIMITS, blank_of, kept_form
from fournets.reporting.forms.learn import learn
from fournets.reporting.forms.said import SaidColumn, columns_said
from fournets.reporting.models import Export, FilledCopy, FilledForm, KeptForm

MOST, HISTORY = 200, 50


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form an area keeps; ``unsure``: how many of its columns somebody should check."""

    number: int
    name: str
    department: str
    area_code: str
    version: int
    kind: str
    columns: int
    unsure: int
    sent_by: str
    sent_at: datetime
    mapping: dict[str, str]
    last: FilledLine | None = None


@dataclass(frozen=True, slots=True)
class FilledLine:
    """A form that was filled: for which area and day, by whom, and what became of it; ``why`` it was refused.

    ``state`` is the filling's (``waiting``, ``filled``, ``failed``), ``export`` the hand-out's, empty while nobody asked.
    """

    number: int
    form: int
    name: str
    version: int
    area_code: str
    on: date
    who: str
    by: str
    at: datetime
    state: str
    serial: str
    rows: int
    report: dict[str, Any]
    export: str = ""
    recipient: str = ""
    purpose: str = ""
    people: int = 0
    made_at: datetime | None = None
    approver: str = ""
    word: str = ""
    has_copy: bool = True


def kept_forms(reader: Reader) -> list[FormLine]:
    """The forms of a reader's area, by name, each with what was filled last."""
    low, high = code_range(reader.area_code)
    forms = KeptForm.objects.filter(area_code__gte=low, area_code__lt=high, ended_at=None)
    found = list(
        forms.select_related("template").defer("blank_sealed").order_by("name", "area_code", "id")[:MOST]
    )
    last = FilledForm.objects.filter(form__in=found, state="filled").order_by("form_id", "-on", "-id")
    lines = {one.form: one for one in _lines(list(last.distinct("form_id").select_related("template")))}
    return [_form(one, lines.get(one.pk)) for one in found]


def form_line(number: int) -> FormLine:
    """A form that is kept; a `Refusal` when there is none of that number."""
    return _form(kept_form(number), None)


def history_of(number: int) -> list[FilledLine]:
    """What was filled with a form, newest first."""
    found = FilledForm.objects.filter(form=number).select_related("template").order_by("-id")
    return _lines(list(found[:HISTORY]))


def handed_since(since: datetime) -> list[FilledLine]:
    """The filled forms of the scope that were handed out or refused since a moment, the last first, so many at most."""
    serials = list(answered_forms(since).values_list("serial", flat=True)[:MOST])
    found = FilledForm.objects.filter(serial__in=serials, form__isnull=False).select_related("template")
    return _lines(list(found.order_by("-id")))


def filled_line(number: int) -> FilledLine:
    """One form that was filled on the page; a `Refusal` when there is none of that number."""
    return _lines([filled_form(number)])[0]


def shown_sheets(number: int, ring: KeyRing) -> list[Drawn]:
    """The sheets of a filled form, masked; none once its file is gone."""
    try:
        return shown(copy_of(filled_form(number)), ring)
    except Refusal:
        return []


def read_columns(
    number: int, ring: KeyRing, lang: Lang
) -> tuple[FormLine, list[Drawn], dict[str, tuple[str, list[SaidColumn]]]]:
    """A form, its blank as it stands, and by sheet its kind and what its columns were taken for."""
    kept = kept_form(number)
    with blank_of(kept, ring) as path:
        form, book = learn(path, given=kept.mapping, limits=LIMITS)
        drawn = draw_blank(path.read_bytes(), form)
    said = columns_said(form, book, kept.mapping, lang)
    kinds = {sheet.blank.sheet: sheet.kind for sheet in form.sheets}
    return _form(kept, None), drawn, {name: (kinds[name], columns) for name, columns in said.items()}


def _form(one: KeptForm, last: FilledLine | None) -> FormLine:
    columns = one.template.columns
    return FormLine(
        number=one.pk,
        name=one.name,
        department=one.department,
        area_code=one.area_code,
        version=one.template.version,
        kind=one.template.kind,
        columns=len(columns),
        unsure=one.unsure,
        sent_by=one.sent_by,
        sent_at=one.sent_at,
        mapping=one.mapping,
        last=last,
    )


def _lines(found: list[FilledForm]) -> list[FilledLine]:
    """With what became of each: two statements, however many."""
    exports = {
        one.serial: one for one in Export.objects.filter(serial__in=[f.serial for f in found if f.serial])
    }
    copies = dict(FilledCopy.objects.filter(filled__in=found).values_list("filled_id", "people__len"))
    return [_line(one, exports.get(one.serial), copies) for one in found]


def _line(one: FilledForm, export: Export | None, copies: dict[int, int | None]) -> FilledLine:
    return FilledLine(
        number=one.pk,
        form=one.form_id or 0,
        name=one.template.name,
        version=one.template.version,
        area_code=one.area_code,
        on=one.on,
        who=one.who,
        by=one.by,
        at=one.at,
        state=one.state,
        serial=one.serial,
        rows=one.report.get("rows", 0),
        report=one.report,
        export=export.state if export else "",
        recipient=export.recipient if export else one.recipient,
        purpose=export.purpose if export else one.purpose,
        people=export.count if export else copies.get(one.pk) or 0,
        made_at=export.made_at if export else None,
        approver=export.approver if export else "",
        word=export.word if export else "",
        has_copy=one.pk in copies,
    )
