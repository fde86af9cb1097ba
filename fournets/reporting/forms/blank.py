"""A blank form as it stands on its sheet: title, labels, header, rows to fill, totals, notes. Pure; knows no field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

Known = Callable[[str], bool]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1

DEEPEST_HEADER, LAST_ROW_LOOKED_AT, WIDEST = 5, 400, 256
FEW_EXAMPLES = 2
TOTAL = re.compile(r"^\s*(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|全镇|total)", re.I)
EXAMPLE = re.compile(r"^\s*[((【]?\s*(例|示例|样例|样表|填写示例|举例|如\s*[::])")
KEEP = re.compile(r"勿删|不要删除|请保留")
LABEL_LINE = re.compile(r"^[^\s::]{2,8}([((][^))]*[))])?\s*[::]")  # 填表日期: 年 月 日, 单位:人
ANNEX = re.compile(r"^附\s*[件表]?\s*[\d一二三四五六七八九十]*\s*[::]?")
FAR_BELOW = 60  # rows below a table in which another may begin
COLUMN_NUMBER = re.compile(r"^\s*[((]?\s*(\d{1,2}|[甲乙丙丁戊己])\s*[))]?\s*$")


@dataclass(frozen=True, slots=True)
class Head:
    """One column of the table: its number from 1, the cell its name stands in, and the names from the top down."""

    column: int
    cell: str
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        return " / ".join(self.path)


@dataclass(slots=True)
class Blank:
    """Where things stand on one sheet of a blank form; rows and columns from 1, `last_row` inclusive.

    Without any room for rows, `last_row` is the row above `first_row`.
    """

    sheet: str
    title: str
    heads: list[Head]
    header: tuple[int, int]
    first_row: int
    last_row: int
    examples: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)  # cells above the table that ask for the unit, the day …
    filled_rows: int = 0  # rows that came filled, left as they are
    next_table: int = 0  # the row in which another table of the sheet begins


class Page:
    """A worksheet with its merged cells looked up by place."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.boxes: dict[tuple[int, int], Box] = {}
        for span in sheet.merged_cells.ranges:
            if span.max_row - span.min_row > 2 * LAST_ROW_LOOKED_AT:
                continue
            box = (span.min_row, span.min_col, span.max_row, span.max_col)
            for row in range(span.min_row, span.max_row + 1):
                for column in range(span.min_col, min(span.max_col, WIDEST) + 1):
                    self.boxes[row, column] = box
        self.last_row: int = min(sheet.max_row, LAST_ROW_LOOKED_AT)
        self.last_column: int = min(sheet.max_column, WIDEST)

    def box(self, row: int, column: int) -> Box:
        """The merged range around a cell, or the cell alone."""
        return self.boxes.get((row, column), (row, column, row, column))

    def value(self, row: int, column: int) -> Any:
        """What stands in a cell, or in the merged range it belongs to."""
        top, left, _, _ = self.box(row, column)
        found = self.sheet._cells.get((top, left))
        return None if found is None or isinstance(found, MergedCell) else found.value

    def text(self, row: int, column: int) -> str:
        """The same as one line of text."""
        value = self.value(row, column)
        return "" if value is None else re.sub(r"\s+", " ", str(value)).strip()

    def anchors(self, row: int) -> list[tuple[int, str]]:
        """Column and text of every cell of a row that holds something of its own."""
        found = []
        for column in range(1, self.last_column + 1):
            top, left, _, _ = self.box(row, column)
            text = self.text(row, column)
            if (top, left) == (row, column) and text:
                found.append((column, text))
        return found

    def bordered(self, row: int, columns: list[int]) -> bool:
        """Whether at least half of the cells of a row have a frame."""
        cells = [self.sheet._cells.get((row, column)) for column in columns]
        framed = sum(1 for cell in cells if cell is not None and cell.has_style and _framed(cell.border))
        return framed * 2 >= len(columns)


def read_blank(sheet: Worksheet, known: Known, *, named_rows: bool = False) -> Blank | None:
    """The table of one sheet; ``known`` says whether a header means something. None when there is no table.

    With ``named_rows`` the rows come named, as in a grid of figures: none of them is an example or somebody's list.
    """
    page = Page(sheet)
    core = _core_row(page, known)
    if core is None or is_card(page, core, known):
        return None
    top, bottom = _header(page, core)
    heads = _heads(page, top, bottom)
    blank = Blank(sheet.title, _title(page, top), heads, (top, bottom), bottom + 1, bottom + 1)
    blank.labels = _labels(page, top)
    _read_body(page, blank, named_rows=named_rows)
    blank.next_table = _next_table(page, blank, known)
    return blank


def has_card(sheet: Worksheet, known: Known) -> bool:
    """Whether a sheet is a card about one person: labels with the room for the answer beside them."""
    page = Page(sheet)
    core = _core_row(page, known)
    return core is not None and is_card(page, core, known)


def is_card(page: Page, row: int, known: Known) -> bool:
    """Whether the labels of this row and of the next or last one have empty cells beside them."""
    rows = [near for near in (row - 1, row + 1) if 1 <= near <= page.last_row]
    return _asks_beside(page, row, known) >= 2 and any(_asks_beside(page, near, known) for near in rows)


def _asks_beside(page: Page, row: int, known: Known) -> int:
    """How many labels of a row are followed by a framed empty cell; 0 when one is not."""
    found = page.anchors(row)
    asked = 0
    for column, text in found:
        right = page.box(row, column)[3] + 1
        if not known(text) or page.text(row, right) or not page.bordered(row, [right]):
            return 0
        asked += 1
    return asked


def _next_table(page: Page, blank: Blank, known: Known) -> int:
    """The first row below a table that names columns of another one; 0 when there is none."""
    below = max([blank.last_row, *blank.totals]) + 1
    for row in range(below, min(page.sheet.max_row, below + FAR_BELOW) + 1):
        if sum(known(text) for _, text in page.anchors(row)) > 2:
            return row
    return 0


def _core_row(page: Page, known: Known) -> int | None:
    scores = []
    for row in range(1, min(page.last_row, 30) + 1):
        texts = [text for column, text in page.anchors(row) if not _is_wide(page, row, column)]
        score = sum(known(text) for text in texts)
        if score >= 2 and not _is_example(texts):
            scores.append((score, -row))
    return -max(scores)[1] if scores else None


def _is_wide(page: Page, row: int, column: int) -> bool:
    _, left, _, right = page.box(row, column)
    return right - left + 1 >= max(2, page.last_column - 1)


def _header(page: Page, core: int) -> tuple[int, int]:
    top = bottom = core
    while top > 1 and bottom - top + 1 < DEEPEST_HEADER and _is_header_above(page, top):
        top -= 1
    while bottom - top + 1 < DEEPEST_HEADER and _is_header_below(page, top, bottom):
        bottom += 1
    while _numbers_columns(page, bottom + 1):
        bottom += 1
    return top, bottom


def _is_header_above(page: Page, top: int) -> bool:
    if any(page.box(top, column)[0] < top for column in range(1, page.last_column + 1)):
        return True
    above = page.anchors(top - 1)
    if len(above) < 2 or any(re.search("[::]", text) for _, text in above):
        return False
    return any(not page.text(top, column) for column, _ in above) or any(
        page.box(top - 1, column)[3] > column for column, _ in above
    )


def _is_header_below(page: Page, top: int, bottom: int) -> bool:
    columns = range(1, page.last_column + 1)
    if any(page.box(bottom, column)[0] <= bottom < page.box(bottom, column)[2] for column in columns):
        return True
    groups = [page.box(bottom, column) for column, _ in page.anchors(bottom)]
    below = {column for column, _ in page.anchors(bottom + 1)}
    under = {column for box in groups if box[3] > box[1] for column in range(box[1], box[3] + 1)}
    return bool(below & under) and below <= under


def _numbers_columns(page: Page, row: int) -> bool:
    texts = [text for _, text in page.anchors(row)]
    return len(texts) >= 3 and all(COLUMN_NUMBER.match(text) or text == "栏次" for text in texts)


def _heads(page: Page, top: int, bottom: int) -> list[Head]:
    heads = []
    for column in range(1, page.last_column + 1):
        names: list[str] = []
        cell = ""
        for row in range(top, bottom + 1):
            text = page.text(row, column)
            if text and not COLUMN_NUMBER.match(text) and (not names or names[-1] != text):
                names.append(text)
                box = page.box(row, column)
                cell = page.sheet.cell(box[0], box[1]).coordinate
        if names:
            heads.append(Head(column, cell, tuple(names)))
    return heads


def _title(page: Page, top: int) -> str:
    lines = [text for row in range(1, top) for _, text in page.anchors(row)]
    lines = [rest for text in lines if (rest := ANNEX.sub("", text))]
    titles = [text for text in lines if not LABEL_LINE.match(text) and not re.search(r"[::]\s*[_\s]*$", text)]
    return max(titles[:2], key=_looks_like_title, default=page.sheet.title)


def _looks_like_title(text: str) -> tuple[bool, int]:
    return bool(re.search(r"[表册单账]|统计|汇总|名单", text)), -len(text)


def _labels(page: Page, top: int) -> list[str]:
    return [
        page.sheet.cell(row, column).coordinate
        for row in range(1, top)
        for column, text in page.anchors(row)
        if re.search(r"[::]|年\s*月\s*日|_{2,}|月\s+日", text)
    ]


def _read_body(page: Page, blank: Blank, *, named_rows: bool) -> None:
    columns = [head.column for head in blank.heads]
    row = blank.first_row
    while _is_total(page, row, columns):
        blank.totals.append(row)
        row += 1
    blank.first_row = row
    row = blank.first_row if named_rows else _skip_filled(page, blank, columns)
    page.last_row = min(page.sheet.max_row, blank.first_row + LAST_ROW_LOOKED_AT)
    framed = page.bordered(row, columns)
    while row <= page.last_row and not _is_footer(page, row, columns):
        if framed and not page.bordered(row, columns):
            break
        row += 1
    taken = row == blank.first_row and bool(
        _inside(page, row, columns)
    )  # a total or a note, and no room above it
    blank.last_row = row - 1 if taken else max(row - 1, blank.first_row)
    if row > page.last_row:
        blank.last_row = _unseen_rows(page, blank.last_row, columns)
    blank.totals += [r for r in range(row, page.last_row + 1) if _is_total(page, r, columns)]


def _unseen_rows(page: Page, row: int, columns: list[int]) -> int:
    while row < page.sheet.max_row and page.bordered(row + 1, columns):
        row += 1
    return row


def _skip_filled(page: Page, blank: Blank, columns: list[int]) -> int:
    """Passes over example rows; more than a few filled rows are somebody's list and stay."""
    row, marked, filled = blank.first_row, [], []
    while row <= page.sheet.max_row and (texts := [text for _, text in _inside(page, row, columns)]):
        if _is_example(texts):
            marked.append(row)
        elif _is_filled(page, row, columns):
            filled.append(row)
        else:
            break
        row += 1
    if len(filled) > FEW_EXAMPLES:
        blank.filled_rows = len(filled)
        blank.first_row = row
        blank.examples = filled[:FEW_EXAMPLES]
        return row
    blank.examples = marked + filled
    if any(KEEP.search(text) for r in marked for _, text in _inside(page, r, columns)):
        blank.first_row = row
    return row


def _inside(page: Page, row: int, columns: list[int]) -> list[tuple[int, str]]:
    wanted = set(columns)
    return [(column, text) for column, text in page.anchors(row) if column in wanted]


def _is_example(texts: list[str]) -> bool:
    return any(EXAMPLE.match(text) for text in texts[:2])


def _is_filled(page: Page, row: int, columns: list[int]) -> bool:
    texts = [text for _, text in _inside(page, row, columns) if not text.startswith("=")]
    return len(texts) >= max(3, len(columns) // 3) and not any(TOTAL.match(text) for text in texts)


def _is_total(page: Page, row: int, columns: list[int]) -> bool:
    return any(TOTAL.match(text) for _, text in _inside(page, row, columns)[:2])


def _is_footer(page: Page, row: int, columns: list[int]) -> bool:
    if _is_total(page, row, columns):
        return True
    anchors = page.anchors(row)
    if any(page.box(row, column)[3] - column >= max(2, len(columns) // 2) for column, _ in anchors):
        return True
    return any(
        re.match(r"^\s*(注|备注|说明|填表|填报|审核|负责人|制表|单位负责)", text) for _, text in anchors[:2]
    )


def _framed(border: Any) -> bool:
    return any(
        side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)
    )
