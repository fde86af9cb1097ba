"""How a form wants its values written: its own lists of choices, example rows, headers and cell formats decide. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from fournets.places.rules.regions import region_name
from fournets.reporting.forms.blank import Blank
from fournets.reporting.forms.meaning import Meaning, words
from fournets.workbooks.vocabulary import code_of, fields, header_asides, styles, word_key, written

DATE_PATTERNS = (
    (re.compile(r"^\d{4}-\d{2}-\d{2}$"), "{y}-{m:02}-{d:02}"),
    (re.compile(r"^\d{4}-\d{1,2}-\d{1,2}$"), "{y}-{m}-{d}"),
    (re.compile(r"^\d{4}/\d{2}/\d{2}$"), "{y}/{m:02}/{d:02}"),
    (re.compile(r"^\d{4}/\d{1,2}/\d{1,2}$"), "{y}/{m}/{d}"),
    (re.compile(r"^\d{4}\.\d{2}\.\d{2}$"), "{y}.{m:02}.{d:02}"),
    (re.compile(r"^\d{4}\.\d{1,2}\.\d{1,2}$"), "{y}.{m}.{d}"),
    (re.compile(r"^\d{4}年\d{2}月\d{2}日$"), "{y}年{m:02}月{d:02}日"),
    (re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$"), "{y}年{m}月{d}日"),
    (re.compile(r"^\d{8}$"), "{y}{m:02}{d:02}"),
    (re.compile(r"^\d{1,2}月\d{1,2}[日号]$"), "{m}月{d}日"),
    (re.compile(r"^\d{1,2}\.\d{1,2}$"), "{m}.{d}"),
    (re.compile(r"^\d{1,2}/\d{1,2}$"), "{m}/{d}"),
    (re.compile(r"^\d{1,2}-\d{1,2}$"), "{m}-{d}"),
)
ISO = "{y}-{m:02}-{d:02}"
A_DATE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\b\d{8}\b|\d{1,2}月\d{1,2}[日号]"
)
NOTHING = ("", "/", "-", "—", "——")


@dataclass(frozen=True, slots=True)
class Way:
    """How one column's values are written: word by code, a pattern of dates, the choices the form allows."""

    words: Mapping[str, str] | None = None
    date: str = ISO
    real_date: bool = False
    choices: tuple[str, ...] = ()
    text: bool = False  # numbers as text
    mark: str = ""


class NotAmongChoices(Exception):
    """The register's value is none of the choices the form allows."""


def way_of(sheet: Worksheet, blank: Blank, meaning: Meaning) -> Way:
    """How the values of one column are written on this form."""
    column = meaning.head.column
    choices = choices_of(sheet, column, blank.first_row, blank.last_row)
    examples = _examples(sheet, blank, column)
    cell = sheet._cells.get((blank.first_row, column))
    number_format = str(cell.number_format) if cell is not None else "General"
    if meaning.choice:
        return Way(mark=_mark(choices, examples))
    if meaning.type in ("date", "datetime"):
        pattern = _date_pattern(examples, header_asides(meaning.head.path[-1]))
        pattern = pattern or (None if _is_date_format(number_format) else _form_pattern(sheet, blank))
        return Way(
            date=pattern or ISO, real_date=not pattern and _is_date_format(number_format), choices=choices
        )
    kind = _written_kind(meaning)
    return Way(
        words=_style(kind, choices, examples, meaning.head.path[-1]) if kind else None,
        choices=choices,
        text=number_format == "@",
    )


def choices_of(sheet: Worksheet, column: int, first_row: int, last_row: int) -> tuple[str, ...]:
    """What a list validation over the rows to fill allows in a column; empty when it allows anything."""
    for rule in sheet.data_validations.dataValidation:
        if (
            rule.type == "list"
            and rule.formula1
            and any(
                span.min_col <= column <= span.max_col
                and span.min_row <= last_row
                and span.max_row >= first_row
                for span in rule.sqref.ranges
            )
        ):
            return tuple(_listed(sheet, str(rule.formula1)))
    return ()


def _listed(sheet: Worksheet, formula: str) -> Iterable[str]:
    if formula.startswith('"'):
        return [word.strip() for word in formula.strip('"').split(",") if word.strip()]
    reference = formula.lstrip("=")
    name = sheet.parent.defined_names.get(reference)
    page, mark, cells = (str(name.attr_text) if name is not None else reference).rpartition("!")
    page = page.strip("'").replace("''", "'")
    if mark and page not in sheet.parent.sheetnames:
        return []
    return _column_of(sheet.parent[page] if mark else sheet, cells)


def _column_of(sheet: Worksheet, cells: str) -> list[str]:
    try:
        left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    except ValueError:
        return []
    rows = sheet.iter_rows(
        min_row=top,
        max_row=min(bottom or sheet.max_row, sheet.max_row),
        min_col=left,
        max_col=right,
        values_only=True,
    )
    return [str(value).strip() for row in rows for value in row if value not in (None, "")]


def _examples(sheet: Worksheet, blank: Blank, column: int) -> list[Any]:
    cells = [sheet._cells.get((row, column)) for row in blank.examples]
    return [
        cell.value for cell in cells if cell is not None and getattr(cell, "value", None) not in (None, "")
    ]


def _date_pattern(examples: list[Any], asides: str) -> str | None:
    texts = [str(value).strip() for value in examples if not isinstance(value, date | datetime)]
    texts += A_DATE.findall(asides)
    for text in texts:
        for shape, pattern in DATE_PATTERNS:
            if shape.match(text):
                return pattern
    return None


def _form_pattern(sheet: Worksheet, blank: Blank) -> str | None:
    """How the examples of the form's other columns write a whole date."""
    shown = [value for head in blank.heads for value in _examples(sheet, blank, head.column)]
    pattern = _date_pattern([value for value in shown if len(str(value).strip()) >= 8], "")
    return pattern if pattern and "{y}" in pattern else None


def _is_date_format(number_format: str) -> bool:
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format).lower()
    return "y" in plain or "d" in plain or ("m" in plain and number_format != "General")


def _written_kind(meaning: Meaning) -> str:
    field = fields().get(meaning.field or "")
    if field is not None and field.written and field.written != "date":
        return field.written
    return meaning.type if meaning.type in ("sex", "yes_no") else ""


def _style(kind: str, choices: tuple[str, ...], examples: list[Any], header: str) -> dict[str, str] | None:
    """Word by code: from the list of choices, from what the header explains, else the usual style an example shows."""
    if choices:
        found = {code: choice for choice in reversed(choices) if (code := _code_in(kind, choice))}
        return found or None
    explained = _explained(kind, header)
    if explained:
        return explained
    first = _usual(kind)
    for example in examples:
        text = str(example).strip()
        for style in styles(kind):
            if word_key(text) in {word_key(word) for word in style.values() if word}:
                return dict(style)
        if code := code_of(kind, text):
            return {**first, code: text}
    question = re.search(r"有无|是否有|有没有", header) if kind == "yes_no" else None
    return {"yes": "有", "no": "无"} if question and "有无" in header else first


def _code_in(kind: str, choice: str) -> str | None:
    """The code of a choice such as 男, 1-男, 1.男 or A、是."""
    parts = re.split(r"[-.、::\s]+", choice, maxsplit=1)
    return code_of(kind, parts[1]) if len(parts) == 2 and code_of(kind, parts[1]) else code_of(kind, choice)


def _explained(kind: str, header: str) -> dict[str, str] | None:
    """What a header says of codes, as in 性别(1男2女) or 是否返镇(1.是 2.否); or of marks, as in (√)."""
    asides = header_asides(header)
    found = {}
    for number, word in re.findall(r"(\d)\s*[-.、::=]?\s*([一-鿿]{1,4})", asides):
        if code := code_of(kind, word):
            found[code] = number
    if len(found) >= 2:
        return found
    options = [word for word in re.split(r"[/、,,;;\s()()或填]+", asides) if word]
    coded = {code: word for word in reversed(options) if (code := code_of(kind, word))}
    if len(coded) >= 2:
        return coded
    return {"yes": "√", "no": ""} if kind == "yes_no" and re.search("[√✓]", asides) else None


def _usual(kind: str) -> dict[str, str]:
    known = styles(kind)
    return dict(known[0]) if known else {code: names[0] for code, names in written(kind).items()}


def _mark(choices: tuple[str, ...], examples: list[Any]) -> str:
    marks = words()["mark"]["yes"]
    shown = [str(value).strip() for value in [*choices, *examples]]
    return next((text for text in shown if text in marks), str(marks[0]))


def write(value: Any, meaning: Meaning, way: Way) -> Any:
    """A value of the register as this form writes it; `NotAmongChoices` when the form does not allow it.

    Takes canonical values (ISO dates, codes, plain texts). An empty text is a value: the form marks it by leaving it out.
    """
    if meaning.choice:
        return way.mark if _is_choice(str(value), meaning) else ""
    if meaning.part:
        return _part(value, meaning)
    if meaning.type in ("date", "datetime"):
        return _as_date(value, way)
    if way.words is not None and (code := _code(value, meaning)) is not None:
        if code not in way.words:
            raise NotAmongChoices(meaning.field)
        return way.words[code]
    text = _plain(value, meaning, way)
    return _chosen(text, meaning, way.choices) if way.choices else text


def _is_choice(text: str, meaning: Meaning) -> bool:
    """Whether a value is the one a mark column stands for, as its code or in words of its own."""
    names = words()["choice"].get(meaning.field or "", {}).get(meaning.choice, ())
    return text == meaning.choice or any(word_key(name) in word_key(text) for name in names)


def _part(value: Any, meaning: Meaning) -> Any:
    """The year, month or day of a date, or one digit of a number."""
    if meaning.type == "date":
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return {"y": day.year, "m": day.month, "d": day.day}[meaning.part]
    return str(value).split("|")[0][int(meaning.part) : int(meaning.part) + 1]


def _code(value: Any, meaning: Meaning) -> str | None:
    kind = _written_kind(meaning)
    text = str(value)
    return (text if text in written(kind) else code_of(kind, text)) if kind in _kinds() else None


def _kinds() -> set[str]:
    return {field.written for field in fields().values() if field.written} | {"sex", "yes_no"}


def _as_date(value: Any, way: Way) -> Any:
    day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    if way.real_date:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 a cell's date has no zone
    return way.date.format(y=day.year, m=day.month, d=day.day)


def _plain(value: Any, meaning: Meaning, way: Way) -> Any:
    text = str(value)
    if meaning.type == "region":
        return "、".join(region_name(code) or code for code in text.split("|"))
    if meaning.type == "phone":
        return text.split("|")[0]
    if meaning.type in ("number", "temperature") and not way.text:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


def _chosen(value: Any, meaning: Meaning, choices: tuple[str, ...]) -> str:
    """The one choice that says what the register says."""
    text = str(value)
    for choice in choices:
        if word_key(choice) == word_key(text):
            return choice
    same = words()["choice"].get(meaning.field or "", {})
    group = next(
        (names for names in same.values() if any(word_key(name) in word_key(text) for name in names)), ()
    )
    found = [choice for choice in choices if word_key(choice) in {word_key(name) for name in group}]
    if not found:
        found = [choice for choice in choices if len(choice) > 1 and _contains(text, choice)]
    if len(found) != 1:
        raise NotAmongChoices(meaning.field)
    return found[0]


def _contains(text: str, choice: str) -> bool:
    one, other = word_key(text), word_key(choice)
    return one in other or other in one


def place_of(column: int, row: int) -> str:
    """A cell's address as people read it."""
    return f"{get_column_letter(column)}{row}"
