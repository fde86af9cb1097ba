"""Which area each row of a grid is about: communities by their names, grid cells by theirs or within the row's community."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.forms.blank import Blank
from fournets.reporting.forms.cells import put
from fournets.reporting.forms.meaning import Meaning
from fournets.reporting.forms.selectors import area_names
from fournets.reporting.forms.table import make_room
from fournets.workbooks.vocabulary import header_key

SUFFIX = re.compile(r"(社区居委会|村委会|居委会|社区居民委员会|村民委员会|社区|村|镇|街道)$")
COMMUNITY, CELL = 12, 15  # digits of their codes
Names = Mapping[str, Sequence[str]]


def areas_by_name(names: Names) -> dict[str, str]:
    """The code of every area by each of its names; a name that a community shares with its town is the community's."""
    codes = sorted(names, key=lambda code: (len(code) == COMMUNITY, code))
    return {key: code for code in codes for name in names[code] for key in keys(name)}


def keys(name: str) -> set[str]:
    """The ways a name is written in headers and rows: 银河社区居委会, 银河社区, 银河."""
    key = header_key(name)
    return {key, SUFFIX.sub("", key)} - {""}


@dataclass
class GridRows:
    """The rows of a grid: the columns that say which area, and the names inside the area the form is filled for."""

    meanings: Sequence[Meaning]
    names: Names
    area: str
    _cells: dict[str, list[tuple[str, str]]] = field(init=False)
    _areas: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._areas = areas_by_name(self.names)
        self._cells = {}
        for code in self.names:
            if len(code) == CELL:
                for key in self._cell_keys(code):
                    self._cells.setdefault(key, []).append((code[:COMMUNITY], code))

    def _cell_keys(self, code: str) -> set[str]:
        """A cell's names, also without its community's: 第一网格 of 银河第一网格."""
        full = {header_key(name) for name in self.names[code]}
        around = {key for name in self.names.get(code[:COMMUNITY], ()) for key in keys(name)}
        return full | {key.removeprefix(one) for key in full for one in around if key != one}

    def column(self, field_name: str) -> int | None:
        """The first column of a field."""
        return next((one.head.column for one in self.meanings if one.field == field_name), None)

    def named(self, sheet: Worksheet, rows: Sequence[int]) -> Iterator[tuple[int, str | None]]:
        """Each row that names an area, and its code, or None for one that is not in the tree."""
        area, cell = self.column("area"), self.column("cell")
        above = self.area if len(self.area) >= COMMUNITY else ""
        for row in rows:
            community = _text(sheet, row, area)
            above = (self._code(community) or "") if community else above
            if cell is None and community:
                yield row, self._code(community)
            elif cell is not None and (name := _text(sheet, row, cell)):
                yield row, self._cell(name, above, is_named=area is not None or len(self.area) >= COMMUNITY)

    def _code(self, name: str) -> str | None:
        return self._areas.get(header_key(name)) or self._areas.get(SUFFIX.sub("", header_key(name)))

    def _cell(self, name: str, community: str, *, is_named: bool) -> str | None:
        """The one cell of that name, in its community where the row says which."""
        found = self._cells.get(header_key(name), [])
        codes = {code for around, code in found if around == community[:COMMUNITY] or not is_named}
        return codes.pop() if len(codes) == 1 else None

    def write(self, sheet: Worksheet, blank: Blank) -> None:
        """Writes the communities, or the cells, where the grid leaves their names to us."""
        size = COMMUNITY if self.column("cell") is None else CELL
        column = self.column("area" if size == COMMUNITY else "cell")
        rows = range(blank.first_row, blank.last_row + 1)
        if column is None or any(_text(sheet, row, column) for row in rows):
            return
        codes = sorted(code for code in self.names if len(code) == size)
        make_room(sheet, blank, len(codes))
        written = area_names()
        for number, code in enumerate(codes):
            told: dict[str, Any] = {
                "sequence": number + 1,
                "area": written.get(code[:COMMUNITY]),
                "cell": written[code],
            }
            for name, value in told.items():
                if (at := self.column(name)) and _text(sheet, blank.first_row + number, at) == "":
                    put(sheet.cell(blank.first_row + number, at), value)


def _text(sheet: Worksheet, row: int, column: int | None) -> str:
    return "" if column is None else str(sheet.cell(row, column).value or "")
