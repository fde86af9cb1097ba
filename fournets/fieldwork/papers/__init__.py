"""The sheet of visits on paper: rows with codes and boxes, in the order of a walk, to be ticked at the doors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from fournets.fieldwork.models import FieldSheet
from fournets.fieldwork.rules.sheet import KEYS
from fournets.fieldwork.selectors.sheets import SheetRow
from fournets.isolation.papers import chinese_font, code_of
from fournets.language import Lang, Refusal, say

TEMPLATE = Path(__file__).with_name("sheet.typ")
HEADS = ("code", "door", "head", "people")


@dataclass(frozen=True, slots=True)
class Issued:
    """Who printed it (name, login) and when, and what the area is called."""

    name: str
    login: str
    area: str
    at: datetime


def sheets_paper(
    sheets: Sequence[FieldSheet],
    rows: Mapping[str, Sequence[SheetRow]],
    addresses: Mapping[str, str],
    issued: Issued,
    *,
    lang: Lang,
) -> bytes:
    """The sheets as a PDF; ``addresses``: of the page each is typed back on, by number. A `Refusal` without a Chinese font."""
    font = chinese_font()
    if font is None:
        raise Refusal("paper_no_font")
    given = {
        "font": font,
        **words_of(issued, lang),
        "sheets": [
            sheet_words(one, rows[one.number], lang) | {"qr": code_of(addresses[one.number])}
            for one in sheets
        ],
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"given": json.dumps(given, ensure_ascii=False)}
    )
    return made


def words_of(issued: Issued, lang: Lang) -> dict[str, Any]:
    """What stands on every sheet, with who printed it over the whole of it."""
    at = f"{timezone.localtime(issued.at):%Y-%m-%d %H:%M}"
    return {
        "lang": lang,
        "mark": f"{issued.name} · {issued.login} · {at}",
        "title": say("sheet_paper_title", lang, area=issued.area),
        "scan": say("sheet_paper_scan", lang),
        "how": say("sheet_paper_how", lang),
        "back": say("sheet_paper_back", lang),
        "printed": say("sheet_paper_printed", lang, name=issued.name, at=at),
        "day": say("sheet_paper_day", lang),
        "sign": say("sheet_paper_sign", lang),
        "page": say("sheet_paper_page", lang),
        "heads": [say(f"sheet_paper_{one}", lang) for one in HEADS],
        "boxes": [f"{key}\n{say(f'sheet_out_{one}', lang)}" for key, one in KEYS.items()],
        "ends": [say("sheet_temperature_word", lang), say("sheet_note_word", lang)],
    }


def sheet_words(sheet: FieldSheet, rows: Sequence[SheetRow], lang: Lang) -> dict[str, Any]:
    """What stands on one sheet: rows of one floor of one building under one line."""
    return {
        "number": sheet.number,
        "for": say("sheet_paper_for", lang, worker=sheet.worker, rows=len(rows)),
        "groups": [
            {"name": name, "rows": [_line(row, lang) for row in of_group]}
            for name, of_group in _groups(rows, lang)
        ],
    }


def _groups(rows: Sequence[SheetRow], lang: Lang) -> list[tuple[str, list[SheetRow]]]:
    """Rows of one floor of one building under one line, in their order."""
    found: list[tuple[str, list[SheetRow]]] = []
    for row in rows:
        name = place_name(row, lang)
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].append(row)
    return found


def place_name(row: SheetRow, lang: Lang) -> str:
    """The building and floor of a row in words."""
    building = row.building or say("sheet_no_building", lang)
    where = f"{row.area} · {building}" if row.area else building
    return where if row.floor is None else say("sheet_floor", lang, building=where, floor=row.floor)


def _line(row: SheetRow, lang: Lang) -> list[str]:
    head = say("sheet_head", lang, surname=row.surname) if row.surname else say("sheet_gone", lang)
    return [row.code, row.door or row.address, head, str(row.people)]
