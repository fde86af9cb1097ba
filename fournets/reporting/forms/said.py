"""What the columns of a form were taken for, in words, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl import Workbook

from fournets.language import Lang, catalogue, say
from fournets.people.words import label
from fournets.places.rules.regions import region_name
from fournets.places.selectors import short_names_of
from fournets.reporting.forms.bands import parts_of
from fournets.reporting.forms.indicators import figure_words
from fournets.reporting.forms.learn import Form, FormSheet
from fournets.reporting.forms.meaning import (
    ENTERPRISE,
    FIGURE,
    HOUSEHOLD,
    PERSON,
    SUMMARY,
    Meaning,
    figure_fields,
    words,
)
from fournets.workbooks.vocabulary import fields, header_key

KNOWN, GUESSED, SAID, UNKNOWN, EMPTY, FORMULA = "known", "guessed", "said", "unknown", "empty", "formula"
OFFERED = {
    PERSON: ("person", "place", "row"),
    HOUSEHOLD: ("place", "household", "person", "row"),
    ENTERPRISE: ("enterprise", "place", "row"),
}
GRID = ("area", "cell", "indicator", "unit", "value")  # columns of a grid that say what its rows are


@dataclass(frozen=True, slots=True)
class SaidColumn:
    """One column: the cell its header stands in, its header, its field, that in words, and how it is known.

    ``fixed``: it stands for one choice, a part of a date or the rows of a grid, and is nothing else.
    """

    cell: str
    column: int
    header: str
    field: str
    words: str
    how: str
    fixed: bool = False


def columns_said(
    form: Form, book: Workbook, mapping: dict[str, str], lang: Lang
) -> dict[str, list[SaidColumn]]:
    """By sheet its columns in words."""
    return {
        sheet.blank.sheet: [_said(one, sheet, book, mapping, lang) for one in sheet.meanings]
        for sheet in form.sheets
    }


def unsure_headers(form: Form, book: Workbook, mapping: dict[str, str]) -> set[str]:
    """The headers that are guesses or not known, and nobody has checked them."""
    return {
        one.head.text
        for sheet in form.sheets
        for one in sheet.meanings
        if _how(one, sheet, book, mapping) in (GUESSED, UNKNOWN)
    }


def choices(kind: str, lang: Lang) -> list[tuple[str, str]]:
    """The fields a column of a form of a kind may be said to mean, in words."""
    if kind == SUMMARY:
        return [(name, field_words(name, lang)) for name in figure_fields()]
    derived = words()["derived"]
    found = [
        name
        for of in OFFERED[kind]
        for name in (
            *(one.name for one in fields().values() if one.of == of),
            *(name for name, row in derived.items() if row["of"] == of),
        )
    ]
    return [(name, field_words(name, lang)) for name in dict.fromkeys(found)]


def field_words(name: str, lang: Lang) -> str:
    """A field, a value worked out for forms, or a figure, in words; what is none of these as it is."""
    if name.startswith(FIGURE):
        return _figure(name.removeprefix(FIGURE), lang)
    if name.startswith("area:"):
        code = name.removeprefix("area:")
        return short_names_of([code]).get(code, code)
    if row := words()["derived"].get(name):
        return str(row[lang])
    if f"form_field_{name}" in catalogue():
        return say(f"form_field_{name}", lang)
    return label(name, lang)


def _said(
    meaning: Meaning, sheet: FormSheet, book: Workbook, mapping: dict[str, str], lang: Lang
) -> SaidColumn:
    grid = meaning.field in GRID or str(meaning.field).startswith("area:")
    return SaidColumn(
        cell=meaning.head.cell,
        column=meaning.head.column,
        header=meaning.head.text,
        field=meaning.field or "",
        words=_words(meaning, lang),
        how=(how := _how(meaning, sheet, book, mapping)),
        fixed=bool(meaning.choice or meaning.part or grid or how == FORMULA),
    )


def _words(meaning: Meaning, lang: Lang) -> str:
    if meaning.field is None:
        return ""
    found = field_words(meaning.field, lang)
    if meaning.region:
        found += " · " + "、".join(region_name(code) or code for code in meaning.region.split("|"))
    return f"{found} = {meaning.head.path[-1]}" if meaning.choice else found


def _how(meaning: Meaning, sheet: FormSheet, book: Workbook, mapping: dict[str, str]) -> str:
    """Whether a column was said to be, is called exactly so, was guessed by a part of its name, or is nothing known."""
    if meaning.head.text in mapping:
        return SAID if mapping[meaning.head.text] else EMPTY
    if meaning.field is None and _is_formula(meaning, sheet, book):
        return FORMULA
    if meaning.field is None:
        return EMPTY if any(one in meaning.head.path[-1] for one in words()["by_hand"]["names"]) else UNKNOWN
    if meaning.field.startswith((FIGURE, "area:")) or meaning.field in GRID or meaning.choice or meaning.part:
        return KNOWN  # read only where every word of the name is understood
    return KNOWN if header_key(meaning.head.path[-1]) in _names(meaning.field) else GUESSED


def _is_formula(meaning: Meaning, sheet: FormSheet, book: Workbook) -> bool:
    """Whether the form itself works a column out."""
    return bool(book[sheet.blank.sheet].cell(sheet.blank.first_row, meaning.head.column).data_type == "f")


def _names(name: str) -> set[str]:
    row = words()["derived"].get(name)
    names = row["names"] if row else (*fields()[name].names, *fields()[name].weak) if name in fields() else ()
    return {header_key(one) for one in names}


def _figure(figure: str, lang: Lang) -> str:
    """居家隔离人数, with the region, sex and ages it is narrowed to."""
    whole, _, region = figure.partition("@")
    name, sex, ages = parts_of(whole)
    more = [region_name(code) or code for code in region.split("|") if code]
    more += [say(f"form_sex_{sex}", lang)] if sex else []
    more += [say("form_ages", lang, low=ages[0], high=ages[1] if ages[1] < 150 else "")] if ages else []
    return " · ".join([figure_words(name, lang), *more])
