"""Where a table's header stands: one to five rows, with groups over their parts, titles above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest

from fournets.workbooks.evidence import evidence, text_of, valid_id
from fournets.workbooks.headers import LONGEST, meanings
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.vocabulary import fields, header_key

DEEPEST = 5
MOST_TABLES = 30  # below the first of a sheet
_SEARCHED = 40  # rows from the top in which a header is looked for
_SURE = 0.7
_LABEL = re.compile(r"[::]\s*\S|\d{4}[年.-]")
_DATA = re.compile(r"\d{5,}")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_FIGURE = re.compile(r"\d")
_NUMBERS = {"id", "mobile", "uscc"}
_TELLING = {
    "name",
    "id_number",
    "phone",
    "enterprise_name",
    "uscc",
    "contact_phone",
    "cell_code",
    "building_name",
}


def find_header(sheet: Sheet) -> tuple[int, int] | None:
    """The first and last header row of `sheet`, counted from 0, or None when the table has none."""
    rows = [_texts(row) for row in sheet.rows[:_SEARCHED]]
    counts = [0 if any(map(_is_number, row)) else sum(map(_is_header, row)) for row in rows]
    if not counts or max(counts) < 1:
        return _above_data(rows)
    best = _best(rows, counts)
    if counts[best] == 1 and not _alone_but_header(rows, best):
        return _above_data(rows)
    first, last = _with_parts(sheet, rows, best)
    return _with_groups(sheet, rows, first), _with_numbers(rows, last)


def _best(rows: list[list[str]], counts: list[int]) -> int:
    """The row with most header words; where somebody's numbers stand above it, the best above those: its own table's."""
    best = counts.index(max(counts))
    for number, row in enumerate(rows[:best]):
        above = counts[:number]
        if max(above, default=0) >= 2 and not counts[number] and evidence(row).shares.keys() & _NUMBERS:
            return above.index(max(above))
    return best


def further_headers(sheet: Sheet, header: tuple[int, int] | None) -> list[int]:
    """The rows below `header` at which another table begins, with columns of its own."""
    if header is None:
        return []
    first = {key for row in sheet.rows[header[0] : header[1] + 1] for key in _keyed(row)}
    found = []
    for number in range(header[1] + 1, len(sheet.rows) - 1):
        row = sheet.rows[number]
        if _header_words().isdisjoint(row) or not _only_headers(row):
            continue
        keys = _keyed(row)
        if not keys <= first:
            found.append(number)
            first = keys
            if len(found) == MOST_TABLES:
                break
    return found


def _keyed(row: Sequence[Cell]) -> set[tuple[int, str]]:
    return {(column, header_key(text)) for column, text in enumerate(_texts(row)) if text}


@cache
def _header_words() -> frozenset[str]:
    """The words of which a header of people, enterprises or places has at least one."""
    return frozenset(name for field in _TELLING for name in fields()[field].names)


def _only_headers(row: Sequence[Cell]) -> bool:
    texts = [text for text in _texts(row) if text]
    if len(texts) < 3 or len(set(texts)) < len(texts) or any(map(_DATA.search, texts)):
        return False
    if evidence([text for text in texts if not _is_header(text)]).shares.keys() & {
        "name",
        "sex",
        "date",
        "number",
    }:
        return False
    told = {name for text in texts for name, score in meanings((text,)).items() if score >= _SURE}
    return sum(map(_is_header, texts)) >= 0.8 * len(texts) and len(told & _TELLING) >= 2


def header_paths(sheet: Sheet, header: tuple[int, int] | None, width: int) -> list[tuple[str, ...]]:
    """For every column its header's texts from the group down to its own, without repeats."""
    if header is None:
        return [()] * width
    grid = [_filled_right(sheet, header, number, width) for number in range(header[0], header[1] + 1)]
    return [_path([row[column] for row in grid]) for column in range(width)]


def _texts(row: Sequence[Cell]) -> list[str]:
    return [text_of(cell).strip() if cell is not None else "" for cell in row]


def _is_number(text: str) -> bool:
    """Whether a cell is somebody's document or mobile number: such a row is no header, it is about somebody."""
    return valid_id(text) or _MOBILE.fullmatch(text) is not None


def _is_header(text: str) -> bool:
    if not text or len(text) > LONGEST or _DATA.search(text):
        return False
    return max(meanings((text,)).values(), default=0.0) >= _SURE


def _alone_but_header(rows: list[list[str]], best: int) -> bool:
    """One header word is enough where the table is that narrow, or nothing but short words stands beside it."""
    filled = [text for text in rows[best] if text]
    if len(filled) == 1:
        below = [text for row in rows[best + 1 :] for text in row if text]
        return bool(below) and all(sum(map(bool, row)) <= 2 for row in rows[best + 1 :])
    return all(len(text) <= 20 and not _DATA.search(text) for text in filled)


def _above_data(rows: list[list[str]]) -> tuple[int, int] | None:
    """With no known word in it, a header is the row of words right above the first row with a number of a person."""
    for number, row in enumerate(rows):
        shapes = evidence([text for text in row if text]).shares
        if not shapes.keys() & _NUMBERS:
            continue
        worded = number > 0 and (_only_words(rows[number - 1]) or _unlike(rows[number - 1], row))
        return (number - 1, number - 1) if worded else None
    return _above_figures(rows)


def _unlike(upper: list[str], lower: list[str]) -> bool:
    """Whether `upper` has words without any figure just where `lower` has numbers of people: such words are headers."""
    numbered = [at for at, text in enumerate(lower) if text and evidence([text]).shares.keys() & _NUMBERS]
    above = [upper[at] if at < len(upper) else "" for at in numbered]
    answered = {"无", "没有", "暂无", "不详", "未知", "/", "-", "同上"}
    return bool(above) and all(text and not _FIGURE.search(text) and text not in answered for text in above)


def _above_figures(rows: list[list[str]]) -> tuple[int, int] | None:
    """Without such numbers either, it is a row of words with a column below that has a figure in every cell."""
    for number, row in enumerate(rows[:-1]):
        if sum(map(bool, row)) < 2:
            continue
        below = zip_longest(*rows[number + 1 :], fillvalue="")
        filled = [[text for text in column if text] for column in below]
        figures = any(len(column) >= 2 and all(map(_FIGURE.search, column)) for column in filled)
        return (number, number) if figures and _only_words(row) else None
    return None


def _only_words(row: list[str]) -> bool:
    words = [text for text in row if text]
    if any(len(text) > 20 or _FIGURE.search(text) for text in words) or len(set(words)) < len(words):
        return False
    return len(words) >= 2 and not evidence(words).shares.keys() & {"name", "sex", "date", "number"}


def _with_parts(sheet: Sheet, rows: list[list[str]], best: int) -> tuple[int, int]:
    """The header from its best row down over the rows that only name parts of it."""
    last = best
    while last + 1 < len(rows) and last - best < DEEPEST - 1:
        spans = any(
            top <= last < bottom and left >= 0 for top, left, bottom, _ in sheet.merged if top >= best
        )
        if not (spans or _names_parts(rows[last], rows[last + 1]) or _below_groups(sheet, rows, last)):
            break
        last += 1
    return best, last


def _below_groups(sheet: Sheet, rows: list[list[str]], above: int) -> bool:
    """Whether the row below `above` has words only beneath cells merged across it, as parts of these groups have."""
    across = [one for one in sheet.merged if one[0] == above == one[2] and one[3] > one[1]]
    filled = [(at, text) for at, text in enumerate(rows[above + 1]) if text]
    return len(filled) >= 2 and all(
        any(left <= at <= right for _, left, _, right in across)
        and len(text) <= LONGEST
        and not _FIGURE.search(text)
        for at, text in filled
    )


def _names_parts(upper: list[str], lower: list[str]) -> bool:
    """Whether `lower` names parts of the groups in `upper`: header words, blank beneath most of the other headers."""
    filled = [text for text in lower if text]
    if not filled or any(len(text) > LONGEST or _DATA.search(text) for text in filled):
        return False
    beneath = sum(1 for above, below in zip(upper, lower, strict=False) if above and below)
    known = sum(map(_is_header, filled))
    return known >= 0.6 * len(filled) and beneath <= 0.5 * sum(map(bool, upper)) and len(filled) > beneath / 2


def _with_groups(sheet: Sheet, rows: list[list[str]], first: int) -> int:
    """The header up over rows of group names, never over titles."""
    while first > 0 and _is_group_row(sheet, rows, first - 1, first):
        first -= 1
    return first


def _is_group_row(sheet: Sheet, rows: list[list[str]], number: int, below: int) -> bool:
    texts = [text for text in rows[number] if text]
    width = sum(map(bool, rows[below]))
    if not texts or any(len(text) > 25 or _LABEL.search(text) or _DATA.search(text) for text in texts):
        return False
    down = [m for m in sheet.merged if m[0] == number and m[2] >= below]
    across = [m for m in sheet.merged if m[0] == number == m[2] and m[3] > m[1]]
    if any(m[3] - m[1] + 1 >= 0.8 * width for m in across if width > 3) and len(texts) == 1:
        return False
    if down and len(texts) >= 2:
        return True
    return len(texts) >= 2 and (bool(across) or _covers(rows[number], rows[below]))


def _covers(upper: list[str], lower: list[str]) -> bool:
    """A row of groups without merged cells: it names fewer columns than the row below, none that has no header there."""
    named = [column for column, text in enumerate(upper) if text]
    return len(named) < sum(map(bool, lower)) and len(set(upper)) > 2 and named[0] <= 3


def _with_numbers(rows: list[list[str]], last: int) -> int:
    """A row that counts the columns (1 2 3 …, 甲 乙 丙 …) belongs to the header."""
    if last + 1 >= len(rows):
        return last
    texts = [re.sub(r"[()()]", "", text) for text in rows[last + 1] if text]
    digits = [int(text) for text in texts if text.isdigit() and len(text) < 3]
    words = [text for text in texts if not text.isdigit()]
    counts = len(digits) >= 3 and digits == list(range(digits[0], digits[0] + len(digits)))
    return last + 1 if counts and digits[0] <= 2 and all(text in "甲乙丙丁戊己" for text in words) else last


def _filled_right(sheet: Sheet, header: tuple[int, int], number: int, width: int) -> list[str]:
    texts = (_texts(sheet.rows[number]) + [""] * width)[:width]
    merged = False
    for top, left, bottom, right in sheet.merged:
        if top <= number <= bottom and top >= header[0] and left < width:
            merged = True
            text = _texts(sheet.rows[top])[left] if left < len(sheet.rows[top]) else ""
            for column in range(left, min(right + 1, width)):
                texts[column] = texts[column] or text
    if merged or sheet.merged or number == header[1]:
        return texts
    return _spread(texts, _texts(sheet.rows[number + 1]))


def _spread(upper: list[str], lower: list[str]) -> list[str]:
    """Group names of a table that lost its merged cells: each holds until the next header or a column without parts."""
    spread, group = list(upper), ""
    for column, text in enumerate(upper):
        beneath = lower[column] if column < len(lower) else ""
        group = text or (group if beneath else "")
        spread[column] = group
    return spread


def _path(texts: Sequence[str]) -> tuple[str, ...]:
    path: list[str] = []
    for text in texts:
        if text and not text.isdigit() and text not in path and text not in "甲乙丙丁戊己":
            path.append(text)
    return tuple(path)
