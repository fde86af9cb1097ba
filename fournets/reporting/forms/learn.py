"""Learning a blank: which sheets hold tables, what their columns mean, and what changed since the last version."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from django.db import transaction
from openpyxl import Workbook, load_workbook

from fournets.language import Refusal
from fournets.reporting.forms.blank import Blank, has_card, read_blank
from fournets.reporting.forms.grid import all_areas, with_areas
from fournets.reporting.forms.meaning import (
    PERSON,
    SUMMARY,
    Meaning,
    date_field,
    figure_fields,
    kind_of,
    known,
    read_meanings,
    whom,
    words,
)
from fournets.reporting.forms.parts import settle_shared
from fournets.reporting.models import FormTemplate, KeptForm
from fournets.workbooks.limits import Limits
from fournets.workbooks.packages import check_package
from fournets.workbooks.vocabulary import fields, header_key

ALIKE = 0.5  # of two headers: the share of characters that agree
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=200_000_000, cells=2_000_000)


@dataclass
class FormSheet:
    """One table of a form: where it stands, what its rows are and what its columns mean."""

    blank: Blank
    kind: str
    meanings: list[Meaning]
    who: str = "resident"
    who_named: bool = True  # whether the title says whom the form is about
    per_household: list[int] = field(default_factory=list)  # columns merged over the rows of one household


@dataclass
class Form:
    """A blank form as learned."""

    name: str
    sha256: str
    sheets: list[FormSheet]

    @property
    def kind(self) -> str:
        return "+".join(dict.fromkeys(sheet.kind for sheet in self.sheets))


@dataclass(frozen=True)
class Changes:
    """How a form differs from its last version."""

    last_version: int
    added: list[str]
    gone: list[str]
    renamed: list[tuple[str, str]]


def learn(
    path: Path, *, given: dict[str, str] | None = None, area: str = "", limits: Limits = LIMITS
) -> tuple[Form, Workbook]:
    """The form in a blank workbook; raises `Refusal` when it is none.

    ``given`` says what headers mean; what was corrected before on the form of that name kept for ``area`` is known too.
    """
    book, sha256 = open_blank(path, limits)
    pages = [page for page in book.worksheets if page.sheet_state == "visible"]
    areas = all_areas()
    tables = [(page, *table) for page in pages if (table := _table(page, areas))]
    if not tables:
        card = any(has_card(page, known) for page in pages)
        raise Refusal("form_is_card" if card else "form_without_table", file=path.name)
    name = _name(tables[0][1].title)
    said = {**remembered(name, area), **(given or {})}
    return Form(name, sha256, [_form_sheet(page, blank, kind, said) for page, blank, kind in tables]), book


def remembered(name: str, area: str) -> dict[str, str]:
    """What was corrected on the form of that name kept for an area, or for the nearest area around it."""
    around = [area[:size] for size in range(1, len(area) + 1)]
    kept = KeptForm.objects.filter(name=name, area_code__in=around, ended_at=None).order_by("-area_code")
    found: dict[str, str] = kept.values_list("mapping", flat=True).first() or {}
    return found


def _table(page: Any, areas: Mapping[str, str]) -> tuple[Blank, str] | None:
    def means(text: str) -> bool:
        return known(text) or header_key(text) in areas

    blank = read_blank(page, means)
    kind = kind_of(blank) if blank else "unknown"
    if kind == SUMMARY:
        blank = read_blank(page, means, named_rows=True)
    return (blank, kind) if blank and kind != "unknown" else None


def open_blank(path: Path, limits: Limits = LIMITS) -> tuple[Workbook, str]:
    """A blank workbook opened for filling, and its SHA-256; `Refusal` when it cannot be used."""
    if not path.is_file():
        raise Refusal("form_missing", file=path.name)
    if path.suffix.lower() != ".xlsx":
        raise Refusal("form_not_xlsx", file=path.name)
    content = path.read_bytes()
    try:
        with path.open("rb") as file:
            check_package(file, name=path.name, limits=limits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot keep is told by `lost_parts`
            book = load_workbook(path)
    except Exception as error:  # the reader lets through whatever a broken part makes it stumble over
        raise Refusal("form_damaged", file=path.name) from error
    return book, hashlib.sha256(content).hexdigest()


def check_mapping(table: dict[str, Any], file: str) -> dict[str, str]:
    """A mapping of headers to fields, each known; `Refusal` names the one that is not."""
    for name in table.values():
        if name and name not in fields() and name not in words()["derived"] and name not in figure_fields():
            raise Refusal("form_map_field", file=file, field=name)
    return table


def _form_sheet(page: Any, blank: Blank, kind: str, given: dict[str, str]) -> FormSheet:
    sheet = FormSheet(blank, kind, meanings(blank, kind, given))
    named = whom(f"{blank.title} {blank.sheet}")
    sheet.who, sheet.who_named = named or "resident", bool(named)
    if kind == PERSON:
        columns = {meaning.head.column for meaning in sheet.meanings}
        sheet.per_household = sorted(
            span.min_col
            for span in page.merged_cells.ranges
            if blank.first_row <= span.min_row < span.max_row <= blank.last_row
            and span.min_col == span.max_col
            and span.min_col in columns
        )
        sheet.per_household = list(dict.fromkeys(sheet.per_household))
    return sheet


def meanings(blank: Blank, kind: str, given: dict[str, str] | None = None) -> list[Meaning]:
    """What each column of a blank means, those that share one answer looked at together."""
    found = read_meanings(blank, kind, given)
    if kind == SUMMARY:
        return with_areas(found, all_areas())
    return settle_shared(found, lambda path: date_field(path, kind))


def _name(title: str) -> str:
    """The title without what differs from day to day, so that versions find each other."""
    text = unicodedata.normalize("NFKC", title)
    text = re.sub(
        r"[((][^))]*[))]|[_\s]+|20\d\d年?|\d{1,2}月(\d{1,2}日)?|截[至止]?|年?月?日?$|[vV]\d+(\.\d+)*|第[一二三四五六七八九十\d]+版",
        "",
        text,
    )
    return text or title


def columns_of(form: Form) -> list[dict[str, Any]]:
    """Every column of a form: sheet, cell, header and field, as reports and templates show them."""
    return [
        {"sheet": sheet.blank.sheet, "cell": one.head.cell, "header": one.head.text, "field": one.field}
        for sheet in form.sheets
        for one in sheet.meanings
    ]


@transaction.atomic
def remember(form: Form, *, at: datetime) -> tuple[FormTemplate, Changes | None]:
    """Keeps a form as the newest version of its name, unless it is known; says what changed since the last."""
    last = FormTemplate.objects.filter(name=form.name).order_by("-version").first()
    columns = columns_of(form)
    if last is not None and [c["header"] for c in last.columns] == [c["header"] for c in columns]:
        if last.columns != columns:
            last.columns = columns
            last.save(update_fields=["columns"])
        return last, None
    version = 1 if last is None else last.version + 1
    template = FormTemplate.objects.create(
        name=form.name, version=version, sha256=form.sha256, kind=form.kind, columns=columns, learned_at=at
    )
    return template, None if last is None else compare(last.version, last.columns, columns)


def compare(version: int, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Changes:
    """What was added, gone and renamed: the same field under another header is renamed, and so is a column of which the
    register knows neither name, when the names are alike and stand in the same cell."""
    gone, added = _without(old, new), _without(new, old)
    renamed = []
    for was in list(gone):
        heir = next((one for one in added if _is_heir(was, one)), None)
        if heir is not None:
            renamed.append((was["header"], heir["header"]))
            gone.remove(was)
            added.remove(heir)
    return Changes(version, [one["header"] for one in added], [one["header"] for one in gone], renamed)


def _without(columns: list[dict[str, Any]], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns whose header the others do not have, counted: of a header that stands twice one may be gone."""
    left = Counter(one["header"] for one in others)
    rest = []
    for one in columns:
        if left[one["header"]]:
            left[one["header"]] -= 1
        else:
            rest.append(one)
    return rest


def _is_heir(was: dict[str, Any], now: dict[str, Any]) -> bool:
    if was["field"] or now["field"]:
        return bool(was["field"] == now["field"])
    alike = SequenceMatcher(None, was["header"], now["header"]).ratio() >= ALIKE
    return alike and bool(was["cell"] == now["cell"])
