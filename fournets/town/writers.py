"""Writes workbooks as .xlsx, .xls, .ods and .csv, the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

from fournets.town.sheets import Cell, OutBook, OutSheet

WHEN = datetime(2020, 2, 10, 8, 0, tzinfo=UTC)
WHEN_ZIPPED = (2020, 2, 10, 8, 0, 0)


def write_book(book: OutBook) -> bytes:
    """The file's bytes, in the format its name says."""
    return {"xlsx": _xlsx, "xls": _xls, "ods": _ods, "csv": _csv}[Path(book.name).suffix[1:]](book)


def _xlsx(book: OutBook) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties({"created": WHEN})
    day = workbook.add_format({"num_format": "yyyy/m/d"})
    for sheet in book.sheets:
        page = workbook.add_worksheet(sheet.name)
        for row in sheet.hidden_rows:
            page.set_row(row, None, None, {"hidden": True})
        for place, cells in enumerate(sheet.rows):
            _xlsx_row(page, place, cells, day)
        for first, left, last, right in sheet.merged:
            # xlsxwriter writes blanks over a merged range, which is slow by the hundred thousand: only the range is noted.
            page.merge.append([first, left, last, right])
        if sheet.hidden:
            page.hide()
    workbook.close()
    return out.getvalue()


def _xlsx_row(page: xlsxwriter.worksheet.Worksheet, place: int, cells: list[Cell], day: object) -> None:
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, str):
            page.write_string(place, column, cell)
        elif isinstance(cell, date):
            page.write_datetime(place, column, cell, day)
        else:
            page.write_number(place, column, cell)


def _xls(book: OutBook) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    plain = xlwt.XFStyle()
    for sheet in book.sheets:
        page = workbook.add_sheet(sheet.name)
        page.merged_ranges.extend((first, last, left, right) for first, left, last, right in sheet.merged)
        for place, cells in enumerate(sheet.rows):
            row = page.row(place)
            for column, cell in enumerate(cells):
                if cell is not None:
                    row.write(column, cell, day if isinstance(cell, date) else plain)
            if place in sheet.hidden_rows:
                row.hidden = True
        page.visibility = int(sheet.hidden)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _csv(book: OutBook) -> bytes:
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\r\n")
    (sheet,) = book.sheets
    for cells in sheet.rows:
        write.writerow(["" if cell is None else _number_text(cell) for cell in cells])
    return out.getvalue().encode(book.encoding)


def _number_text(cell: Cell) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def _ods(book: OutBook) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        _put(pack, "mimetype", kind.encode(), zipfile.ZIP_STORED)
        _put(pack, "content.xml", _content(book).encode())
        entries = "".join(
            f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
            for path, media in (("/", kind), ("content.xml", "text/xml"))
        )
        space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        _put(
            pack,
            "META-INF/manifest.xml",
            f"<manifest:manifest {space}>{entries}</manifest:manifest>".encode(),
        )
    return out.getvalue()


def _put(pack: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, WHEN_ZIPPED)
    info.compress_type = method
    pack.writestr(info, data)


def _content(book: OutBook) -> str:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    hide = (
        '<office:automatic-styles><style:style style:name="shut" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    tables = "".join(_table(sheet) for sheet in book.sheets)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">{hide}'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )


def _table(sheet: OutSheet) -> str:
    spans = {(first, left): (last - first + 1, right - left + 1) for first, left, last, right in sheet.merged}
    covered = {
        (row, column)
        for first, left, last, right in sheet.merged
        for row in range(first, last + 1)
        for column in range(left, right + 1)
        if (row, column) != (first, left)
    }
    rows = []
    for place, cells in enumerate(sheet.rows):
        shut = ' table:visibility="collapse"' if place in sheet.hidden_rows else ""
        body = "".join(
            _ods_cell(cell, spans.get((place, at)), (place, at) in covered) for at, cell in enumerate(cells)
        )
        rows.append(f"<table:table-row{shut}>{body or '<table:table-cell/>'}</table:table-row>")
    style = ' table:style-name="shut"' if sheet.hidden else ""
    return f'<table:table table:name="{escape(sheet.name)}"{style}>{"".join(rows)}</table:table>'


def _ods_cell(cell: Cell, span: tuple[int, int] | None, covered: bool) -> str:
    if covered:
        return "<table:covered-table-cell/>"
    size = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    if cell is None:
        return f"<table:table-cell{size}/>"
    text = f"<text:p>{escape(_number_text(cell))}</text:p>"
    if isinstance(cell, str):
        kind = 'office:value-type="string"'
    elif isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    else:
        kind = f'office:value-type="float" office:value="{_number_text(cell)}"'
    return f"<table:table-cell {kind}{size}>{text}</table:table-cell>"


def write_zip(books: list[OutBook]) -> bytes:
    """Several workbooks in one .zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for book in books:
            _put(pack, book.name, write_book(book))
    return out.getvalue()
