"""What people say about columns themselves: the file given with ``--map``, and answers remembered from before.

A mapping file is TOML or JSON, one table a sheet; ``"*"`` stands for every sheet not named::

    ["返乡人员"]
    kind = "returnee_list"        # one of the kinds of list; left out: recognised
    header_row = 3                # or [2, 3] for a header of several rows, 0 for none; left out: found
    columns = { B = "id_number", C = "name", F = "" }   # "" : nothing the register keeps

Columns the file does not name are recognised as usual; with ``only = true`` they are left out.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from fournets.language import Refusal
from fournets.workbooks.kinds import KINDS, NAMED_KINDS
from fournets.workbooks.model import Sheet
from fournets.workbooks.packages import column_number
from fournets.workbooks.vocabulary import fields

_WORDS = {"kind", "header_row", "columns", "only"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said about one sheet: kind, header and columns (from 0) with their fields."""

    how: str  # map, remembered
    kind: str | None = None
    header: tuple[int, int] | None = None
    columns: dict[int, str | None] = field(default_factory=dict)
    whole: bool = False  # columns not named are left out


def read_mapping(path: Path) -> dict[str, Any]:
    """The contents of the mapping file at `path`, checked; refuses with what is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        contents = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise Refusal("mapping_missing", file=path.name) from error
    except ValueError as error:
        raise Refusal("mapping_broken", file=path.name, reason=str(error)) from error
    if not isinstance(contents, dict):
        raise Refusal("mapping_no_table", sheet="*")
    for name, table in contents.items():
        _answer(table, name, how="map")
    return dict(contents)


def answer_for(mapping: Mapping[str, Any] | None, sheet: Sheet) -> Answer | None:
    """What the mapping says about `sheet`, by its name or for all."""
    if not mapping:
        return None
    table = mapping.get(sheet.name, mapping.get("*"))
    return None if table is None else _answer(table, sheet.name, how="map")


def remembered(known: Mapping[str, Mapping[str, Any]] | None, signature: str) -> Answer | None:
    """What is remembered of the layout `signature`."""
    table = (known or {}).get(signature)
    return None if table is None else _answer(table, signature, how="remembered")


def _answer(table: Any, name: str, *, how: str) -> Answer:
    if not isinstance(table, Mapping) or not isinstance(table.get("columns", {}), Mapping):
        raise Refusal("mapping_no_table", sheet=name)
    if strange := set(table) - _WORDS:
        raise Refusal("mapping_strange_word", sheet=name, word=min(strange), words=", ".join(sorted(_WORDS)))
    kind = table.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise Refusal("mapping_kind_unknown", sheet=name, kind=kind, kinds=", ".join(NAMED_KINDS))
    columns = {_index(key, name): _field(value, key, name) for key, value in table.get("columns", {}).items()}
    return Answer(how, kind, _header(table.get("header_row"), name), columns, whole=bool(table.get("only")))


def _index(key: str, name: str) -> int:
    """A column's letter, or its number counted from 0."""
    if key.isascii() and key.isdigit():
        return int(key)
    if key.isascii() and key.isalpha() and len(key) <= 3:
        return column_number(key) - 1
    raise Refusal("mapping_column_unknown", sheet=name, column=key)


def _field(value: Any, column: str, name: str) -> str | None:
    if not value:
        return None
    if str(value) not in fields():
        near = get_close_matches(str(value), fields(), n=3, cutoff=0.3)
        raise Refusal(
            "mapping_field_unknown", sheet=name, column=column, field=value, near=", ".join(near) or "-"
        )
    return str(value)


def _header(rows: Any, name: str) -> tuple[int, int] | None:
    if rows is None:
        return None
    pair = rows if isinstance(rows, list) else [rows, rows]
    if len(pair) != 2 or not all(isinstance(row, int) and row >= 0 for row in pair) or pair[0] > pair[1]:
        raise Refusal("mapping_header_wrong", sheet=name, rows=rows)
    return (pair[0] - 1, pair[1] - 1)
