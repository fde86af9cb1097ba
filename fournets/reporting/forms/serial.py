"""The serial on a filled form, where it changes nothing of its look: the properties and a free part of the print footer."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.worksheet import Worksheet

from fournets.reporting.exports.fragment import SERIAL

PROPERTY = "serial"
SIZE = 8  # points of the serial in the footer


def put_serial(book: Workbook, serial: str) -> None:
    """Writes the serial into the properties of the file and below every page it prints, where the form left room.

    A form that was filled before bears the serial of then; the new one takes its place.
    """
    properties = book.custom_doc_props
    if any(one.name == PROPERTY for one in properties.props):
        del properties[PROPERTY]
    properties.append(StringProperty(name=PROPERTY, value=serial))
    book.properties.identifier = serial
    for page in book.worksheets:
        _below(page, serial)


def _below(page: Worksheet, serial: str) -> None:
    footers = [page.oddFooter]
    if page.HeaderFooter.differentOddEven:
        footers.append(page.evenFooter)
    if page.HeaderFooter.differentFirst:
        footers.append(page.firstFooter)
    for footer in footers:
        parts = (footer.right, footer.left, footer.center)
        free = next((part for part in parts if not part.text or SERIAL.fullmatch(part.text.strip())), None)
        if free is not None:
            free.text, free.size = serial, SIZE
