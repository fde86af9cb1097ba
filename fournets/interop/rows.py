"""From filled forms to rows: one for each person of a repeat group, with what was asked once repeated in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from fournets.interop.payload import local

MEDIA = ("photo", "image", "audio", "video", "file", "signature", "annotate", "draw")
SEVERAL = "、"
Path_ = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the workbook: the question's path, its heading, its choices' words by value, and its repeat group."""

    path: Path_
    heading: str
    words: dict[str, str]
    several: bool
    repeat: Path_


def columns_of(questions: Sequence[dict[str, Any]]) -> list[Column]:
    """The columns for a form's questions, in its order; none for photos. A heading that would stand twice is numbered."""
    met: dict[str, int] = {}
    found = []
    for one in questions:
        if one["type"] in MEDIA:
            continue
        label = one["label"]
        met[label] = met.get(label, 0) + 1
        heading = label if met[label] == 1 else f"{label}({met[label]})"
        several = one["type"].startswith(("select all", "select_multiple", "rank"))
        found.append(Column(tuple(one["path"]), heading, one["choices"], several, tuple(one["repeat"])))
    return found


def rows_of(instance: Element, columns: Sequence[Column]) -> list[list[str]]:
    """The rows of one filled form: one for each instance of each repeat group; one alone where nothing is repeated."""
    once = [_value(instance, one.path, one) if not one.repeat else "" for one in columns]
    rows: list[list[str]] = []
    for repeat in dict.fromkeys(one.repeat for one in columns if one.repeat):
        for node in _nodes(instance, repeat):
            row = [
                _value(node, one.path[len(repeat) :], one) if one.repeat == repeat else told
                for one, told in zip(columns, once, strict=True)
            ]
            rows.append(row)
    return rows or [once]


def write_rows(path: Path, title: str, headings: Sequence[str], rows: Iterable[list[str]], note: str) -> None:
    """Writes the workbook: title, headings, rows. ``note`` stands in its properties, so that no two are alike."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "comments": note})
        page = book.add_worksheet()
        page.write_string(0, 0, title)
        for number, heading in enumerate(headings):
            page.write_string(1, number, heading)
        for line, row in enumerate(rows, 2):
            for number, text in enumerate(row):
                if text:
                    page.write_string(line, number, text)


def _nodes(node: Element, path: Path_) -> Iterator[Element]:
    """Every node at a path; those kept by a form as a template of a repeat are none."""
    if not path:
        yield node
        return
    for child in node:
        if local(child.tag) == path[0] and not any(local(name) == "template" for name in child.attrib):
            yield from _nodes(child, path[1:])


def _value(node: Element, path: Path_, column: Column) -> str:
    found = next(_nodes(node, path), None)
    text = " ".join((found.text or "").split()) if found is not None else ""
    if column.several:
        return SEVERAL.join(column.words.get(one, one) for one in text.split())
    return column.words.get(text, text)
