"""Six blank forms of departments, what each column truly means, and the right answers."""

from __future__ import annotations

import io
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from fournets.town.compose import Layout, cell_text, compose
from fournets.town.firms import firm_values
from fournets.town.mess import person_values
from fournets.town.sheets import Entry, OutSheet
from fournets.town.truth import write_csv
from fournets.town.world import Person, Town
from fournets.town.writers import WHEN
from fournets.workbooks.packages import column_letters

ANSWERED_COMMUNITIES, ANSWERED_FIRMS = 3, 20


@dataclass(frozen=True)
class Blank:
    """A department's form: its layout, its ruled rows, its validation lists, an example row, and whom it asks about."""

    about: str
    rows: int
    layout: Layout
    choices: dict[str, str] = field(default_factory=dict)
    example: dict[str, str] = field(default_factory=dict)


@cache
def blanks() -> list[Blank]:
    """The six forms."""
    table: dict[str, list[dict[str, Any]]] = tomllib.loads(
        (Path(__file__).parent / "blanks.toml").read_text(encoding="utf-8")
    )
    return [Blank(**{**one, "layout": Layout(**one["layout"])}) for one in table["blank"]]


def write_blanks(town: Town, out: Path) -> int:
    """Writes the blank forms, the truth about their columns, and the right answers; gives how many forms."""
    (out / "forms").mkdir(exist_ok=True)
    (out / "truth_forms").mkdir(exist_ok=True)
    columns: list[tuple[str, ...]] = []
    for blank in blanks():
        sheet = _sheet(blank, town)
        (out / "forms" / blank.layout.file).write_bytes(_write(blank, sheet))
        columns += _column_truth(blank)
        _write_answers(blank, town, out / "truth_forms")
    write_csv(out / "truth_forms" / "columns.csv", ("file", "cell", "header", "field"), columns)
    return len(blanks())


def _sheet(blank: Blank, town: Town) -> OutSheet:
    layout = blank.layout
    sheet = compose(random.Random(0), Layout(**{**vars(layout), "foot": []}), layout.name, [], {})
    if blank.example:
        sheet.add(*(blank.example.get(column[0]) for column in layout.columns))
    if blank.about == "summary":
        for order, community in enumerate(town.communities, 1):
            sheet.add(order, community.called)
        sheet.add("合计")
    for _ in range(blank.rows):
        sheet.add()
    for line in layout.foot:
        sheet.add(line)
    return sheet


def _head_rows(blank: Blank) -> tuple[int, int]:
    first = len(blank.layout.titles)
    return first, first + blank.layout.depth - 1


def _write(blank: Blank, sheet: OutSheet) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    workbook.set_properties({"created": WHEN})
    page = workbook.add_worksheet(sheet.name)
    looks = {
        "title": workbook.add_format({"bold": True, "font_size": 16, "align": "center", "font_name": "宋体"}),
        "head": workbook.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        ),
        "cell": workbook.add_format({"border": 1, "text_wrap": True}),
        "plain": workbook.add_format({"font_name": "仿宋"}),
    }
    _fill(page, blank, sheet, looks)
    _rule(page, blank, sheet)
    workbook.close()
    return out.getvalue()


def _look(blank: Blank, sheet: OutSheet, row: int) -> str:
    first, last = _head_rows(blank)
    if row < first:
        return "plain" if row else "title"
    if row <= last:
        return "head"
    return "plain" if row >= len(sheet.rows) - len(blank.layout.foot) else "cell"


def _fill(page: Any, blank: Blank, sheet: OutSheet, looks: dict[str, Any]) -> None:
    width = len(blank.layout.columns)
    for row, cells in enumerate(sheet.rows):
        look = _look(blank, sheet, row)
        for column in range(width if look in ("head", "cell") else 1):
            page.write(row, column, cells[column] if column < len(cells) else None, looks[look])
    for first, left, last, right in sheet.merged:
        page.merge_range(first, left, last, right, sheet.rows[first][left], looks[_look(blank, sheet, first)])
    if blank.about == "summary":
        _sums(page, blank, sheet, looks["cell"])


def _sums(page: Any, blank: Blank, sheet: OutSheet, look: Any) -> None:
    top = _head_rows(blank)[1] + 1
    total = len(sheet.rows) - 1 - len(blank.layout.foot)
    for column in range(2, len(blank.layout.columns) - 1):
        letter = column_letters(column + 1)
        page.write_formula(total, column, f"=SUM({letter}{top + 1}:{letter}{total})", look)
    last = len(blank.layout.columns) - 1
    for row in range(top, total + 1):
        page.write_formula(row, last, f'=IF(C{row + 1}=0,"",D{row + 1}/C{row + 1})', look)


def _rule(page: Any, blank: Blank, sheet: OutSheet) -> None:
    first = _head_rows(blank)[1] + 1
    last = len(sheet.rows) - 1 - len(blank.layout.foot)
    for place, column in enumerate(blank.layout.columns):
        page.set_column(
            place, place, 20 if column[0] in ("id_number", "address", "enterprise_name", "uscc") else 11
        )
        if column[0] in blank.choices:
            page.data_validation(
                first, place, last, place, {"validate": "list", "source": blank.choices[column[0]].split(",")}
            )
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(*_head_rows(blank))
    page.freeze_panes(first, 0)


def _column_truth(blank: Blank) -> Iterator[tuple[str, ...]]:
    first, _ = _head_rows(blank)
    figure = "figure:" if blank.about == "summary" else ""
    for place, column in enumerate(blank.layout.columns):
        cell = f"{column_letters(place + 1)}{first + len(column) - 1}"
        name = column[0] if column[0] in ("", "sequence", "community") else figure + column[0]
        yield blank.layout.file, cell, column[-1], name


def _write_answers(blank: Blank, town: Town, folder: Path) -> None:
    if blank.about == "summary":
        head, lines = _summary(town)
    else:
        layout = blank.layout
        asked = [
            (column_letters(place + 1), column[0])
            for place, column in enumerate(layout.columns)
            if column[0] not in ("", "sequence")
        ]
        head = ("key", "number", *(f"{letter}:{name}" for letter, name in asked))
        lines = [
            (entry.key, entry.values["number"], *(cell_text(layout, name, entry) for _, name in asked))
            for entry in _asked(blank, town)
        ]
    write_csv(folder / f"{Path(blank.layout.file).stem}.csv", head, lines)


def _asked(blank: Blank, town: Town) -> Iterator[Entry]:
    if blank.about == "enterprise":
        for firm in town.enterprises:
            yield Entry(firm.key, {**firm_values(firm), "number": firm.uscc})
        return
    for person in _people(blank.about, town):
        yield Entry(person.key, {**person_values(person), "number": person.id_number})


def _people(about: str, town: Town) -> Iterator[Person]:
    if about == "returnee":
        yield from (one for one in town.people if one.trip)
    elif about == "staff":
        for firm in sorted(town.enterprises, key=lambda one: (-len(one.staff), one.key))[:ANSWERED_FIRMS]:
            yield from firm.staff
    else:
        homes = [home for one in town.communities[:ANSWERED_COMMUNITIES] for home in one.households]
        yield from (one for home in homes for one in home.people if about == "household" or one.migrant)


def _summary(town: Town) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    head = (
        "key",
        "number",
        "people",
        "returnees",
        "outbreak_returnees",
        "households",
        "enterprises",
        "enterprises_outbreak",
    )
    lines = []
    for community in town.communities:
        homes, firms = community.households, community.enterprises
        people = [one for home in homes for one in home.people]
        back = [one for one in people if one.trip]
        lines.append((community.code, community.called, len(people), len(back), sum(one.tied for one in back), len(homes),
                      len(firms), sum(one.tied_staff > 0 for one in firms)))  # fmt: skip
    return head, lines
