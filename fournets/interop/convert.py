"""The process that reads one XLSForm: limited in memory and time, without keys, without the right to write.

Run as ``python -m fournets.interop.convert``. Reads a `Wanted` and the workbook on stdin, answers a `Made` on stdout
and ends; `fournets.intake.wire` says how messages are framed.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import msgspec

from fournets.intake.child import seal_off, set_limits
from fournets.intake.wire import receive, send

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
ITEMSETS = "itemsets.csv"  # choices a form keeps outside itself
FORM_NAME = "data"  # the root of every instance
CHINESE = re.compile(r"中文|chinese|汉语|普通话|\(zh", re.IGNORECASE)
ENTITY_LISTS = ("household.csv",)  # what this server can hand to devices
ROW = re.compile(r"\[row\s*:\s*(\d+)\]|\brow\s*:?\s*(\d+)", re.IGNORECASE)
SHEET = re.compile(r"['\"]?\b(survey|choices|settings|entities|osm|external_choices)\b['\"]?(?:\s+sheet)?")
NO_WORKBOOK = "Argument 'definition'"  # how pyxform says that it is not even a workbook
OTHER = "field_form_wrong"
# Some mistakes come without a code: told by pyxform's words, to the family a sentence of ours is for.
FAMILIES = {
    "NAMES_001": r"must be unique within",
    "NAMES": r"'name' value|with no name|'name' column",
    "TYPE": r"Unknown question type|no type|'type' column",
    "CHOICES": r"choices sheet|List name not in|choice",
    "SURVEY": r"Unmatched",
    "PYREF": r"Reference variable|no survey element named",
    "LABEL": r"label",
}
GROUPS, REPEAT = ("group", "survey", "loop"), "repeat"
NOT_ASKED = ("note", "start", "end", "deviceid", "username", "audit", "hidden", "trigger")


class Wanted(msgspec.Struct):
    """How a workbook is to be read."""

    memory_mb: int
    seconds: int


class Question(msgspec.Struct):
    """One thing a form asks: its path below the root, its type, its label, its choices by value, and its repeat group."""

    path: list[str]
    type: str
    label: str
    choices: dict[str, str] = {}
    repeat: list[str] = []


class Made(msgspec.Struct):
    """A form made of a workbook; or, with ``wrong``, the reason it is none, its row and its sheet where they are known."""

    form_id: str = ""
    version: str = ""
    title: str = ""
    xform: str = ""
    questions: list[Question] = []
    lists: list[str] = []  # files the form asks devices to have
    warnings: list[str] = []
    wrong: str = ""
    said: str = ""  # pyxform's own words
    row: int | None = None
    sheet: str = ""


def make(workbook: bytes) -> Made:
    """The form in ``workbook`` (.xlsx). Raises whatever pyxform raises.

    Step by step: pyxform's own function for all of it writes a file, which this process may not.
    """
    from pyxform.builder import create_survey_element_from_dict
    from pyxform.utils import has_external_choices
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    warnings: list[str] = []
    book = get_xlsform(xlsform=BytesIO(workbook), file_type=".xlsx")
    tree: dict[str, Any] = workbook_to_json(workbook_dict=book, form_name=FORM_NAME, warnings=warnings)
    xform = create_survey_element_from_dict(tree).xml().toxml()
    language = _chinese(tree)
    others = [ITEMSETS] if has_external_choices(json_struct=tree) else []
    return Made(
        form_id=str(tree.get("id_string", "")),
        version=str(tree.get("version", "")),
        title=str(tree.get("title", "")),
        xform=f"{DECLARATION}{xform}",
        questions=list(_questions(tree, language)),
        lists=sorted({*others, *_lists(tree)}),
        warnings=warnings,
    )


def _chinese(tree: dict[str, Any]) -> str:
    """The form's Chinese among its languages, else the one it opens in."""
    languages = {name for one in _walk(tree) if isinstance(label := one.get("label"), dict) for name in label}
    return next(
        (one for one in sorted(languages) if CHINESE.search(one)), str(tree.get("default_language", ""))
    )


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in node.get("children", ()):
        yield one
        yield from _walk(one)


def _questions(
    node: dict[str, Any], language: str, path: tuple[str, ...] = (), repeat: tuple[str, ...] = ()
) -> Iterator[Question]:
    for one in node.get("children", ()):
        name, kind = str(one.get("name", "")), str(one.get("type", ""))
        here = (*path, name)
        if name == "meta" and not path:
            continue
        if kind == REPEAT:
            yield from _questions(one, language, here, here)
        elif kind in GROUPS or "children" in one:
            yield from _questions(one, language, here, repeat)
        elif kind not in NOT_ASKED and one.get("label"):
            choices = {str(c["name"]): _said(c.get("label"), language) for c in one.get("choices", ())}
            yield Question(list(here), kind, _said(one["label"], language) or name, choices, list(repeat))


def _said(label: Any, language: str) -> str:
    found = label.get(language) or next(iter(label.values()), "") if isinstance(label, dict) else label
    return " ".join(str(found or "").split())


def _lists(tree: dict[str, Any]) -> Iterator[str]:
    for one in _walk(tree):
        source = str(one.get("itemset", ""))
        if "." in source and "${" not in source:
            yield source
        if one.get("type") in ("csv-external", "xml-external"):
            yield f"{one['name']}.{str(one['type'])[:3]}"


def _fault(error: Exception) -> Made:
    """What pyxform says of a workbook, with the row and the sheet it speaks of."""
    from pyxform.errors import PyXFormError, PyXFormReadError

    said = " ".join(str(error).split())
    if not isinstance(error, PyXFormError) or isinstance(error, PyXFormReadError) or NO_WORKBOOK in said:
        return Made(wrong="field_form_unreadable")
    row, sheet = ROW.search(said), SHEET.search(said)
    code = getattr(getattr(error, "code", None), "name", "")
    return Made(
        wrong=code or next((known for known, words in FAMILIES.items() if re.search(words, said)), OTHER),
        said=said,
        row=int(row[1] or row[2]) if row else None,
        sheet=sheet[1] if sheet else "",
    )


def main() -> None:
    """Serves the one request of the parent that started this process."""
    logging.disable()  # what pyxform would say of a workbook stays here
    seal_off()
    wanted = msgspec.json.decode(receive(sys.stdin.buffer), type=Wanted)
    workbook = receive(sys.stdin.buffer)
    import pyxform.xls2xform  # noqa: F401  before the limits, which count from here

    set_limits(memory_mb=wanted.memory_mb, seconds=wanted.seconds)
    try:
        made = make(workbook)
    except MemoryError:
        made = Made(wrong="field_form_memory")
    except Exception as error:  # pyxform raises whatever its own libraries raise
        made = _fault(error)
    send(sys.stdout.buffer, msgspec.json.encode(made))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
