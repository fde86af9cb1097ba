"""What a workbook says of itself beside its cells: its properties, and what it prints above and below each page."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.packages import DAMAGE

NAME = "properties"
_PROPERTIES = re.compile(r"docProps/(?:core|custom|app)\.xml")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXT = re.compile(rb">([^<>]+)<")
_PRINTED = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]*)<")
_TAIL = 20_000  # bytes at the end of a sheet in which its headers and footers stand
_MOST = 200


def properties_sheet(path: Path) -> Sheet:
    """The texts of the properties, one a row; a file that is no package has none."""
    texts: list[bytes] = []
    try:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if _PROPERTIES.fullmatch(name):
                    texts += _TEXT.findall(package.read(name))
                elif _SHEETS.fullmatch(name):
                    texts += _PRINTED.findall(package.read(name)[-_TAIL:])
    except DAMAGE:
        texts = []
    rows: list[list[Cell]] = [[html.unescape(text.decode("utf-8", "replace"))] for text in texts[:_MOST]]
    return Sheet(number=0, name=NAME, rows=rows, hidden=True)
