"""Every parser that reads what strangers send, as a function of bytes, and good examples to begin from.

A parser may refuse with a sentence (`Refusal`) or run out of the memory its process is given; anything else it lets through
is a finding.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from fournets.intake.child import _read
from fournets.intake.extract import ExtractOptions, Reader
from fournets.intake.rules.columns import cleaned_field, identities
from fournets.intake.rules.returned import read_returned
from fournets.intake.wire import Request
from fournets.language import Refusal
from fournets.people.rules.identity import address_key, entry_keys, identity
from fournets.people.rules.masking import mask_address, mask_id, mask_phone
from fournets.places.gazetteer import Gazetteer
from fournets.places.rules.atlas import Place
from fournets.places.rules.enterprises import name_key, read_code
from fournets.places.rules.industries import find_industry
from fournets.places.services.divisions import read_divisions
from fournets.places.services.geojson import _features
from fournets.reporting.exports.fragment import lines_of, serials_in
from fournets.reporting.exports.keys import read_code as read_copy_code
from fournets.reporting.forms.blank import read_blank
from fournets.reporting.forms.learn import open_blank
from fournets.reporting.forms.meaning import known
from fournets.workbooks.archives import expand
from fournets.workbooks.mapping import read_mapping
from fournets.workbooks.model import Cell, Sheet
from fournets.workbooks.vocabulary import fields
from tests.engines.workbooks.files import person_rows, xls, xlsx
from tests.engines.workbooks.xlsb import xlsb

ON = date(2020, 2, 10)
MEMORY_MB = 2_000
ROWS = [
    ("姓名", "身份证号码", "联系电话", "现住址", "返回日期"),
    *((*row, "银河社区西路3号2栋501", "2020.2.3") for row in person_rows(6)),
]
HOSTILE = "\u0000\u200b\ufeff\uff0d\u3000①²٣१〃"
TEXTS = (
    "佛山南海丹灶银河社区西路3号2栋501",
    "正月初十",
    "2020年2月30日",
    "4.40682E+17",
    "44060519900101001X",
    "138 0013 8000/86666666",
    "36.5℃",
    "户主之妻",
    "91440605MA4UYCP27D",
    "湖北省武汉市",
    "有限公司(丹灶)",
    "同上",
    "=1+1",
    HOSTILE,
)


@dataclass(frozen=True)
class Parser:
    """One parser: what it does with bytes, and good examples."""

    read: Callable[[bytes], object]
    examples: Callable[[], list[bytes]]
    close: Callable[[], object] = lambda: None


@cache
def folder() -> Path:
    """Where the files lie that a parser is given."""
    return Path(tempfile.mkdtemp(prefix="fournets-fuzz-"))


def file_of(content: bytes, ending: str) -> Path:
    """The bytes as a file."""
    path = folder() / f"名单{ending}"
    path.write_bytes(content)
    return path


def take(path: Path) -> object:
    """What the child of intake does with a file: read, recognised, cleaned."""
    request = Request(str(path), ON, None, False, None, {}, MEMORY_MB, 60)
    return _read(request)


def package(ending: str) -> Parser:
    """A zipped workbook of which one part is replaced: the first byte says which, the rest is the part."""
    good = WRITERS[ending](folder() / f"good{ending}").read_bytes()
    with zipfile.ZipFile(BytesIO(good)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    names = sorted(parts)

    def read(content: bytes) -> object:
        if not content:
            return None
        spoilt = parts | {names[content[0] % len(names)]: content[1:]}
        path = folder() / f"名单{ending}"
        with zipfile.ZipFile(path, "w") as made:
            for name, part in spoilt.items():
                made.writestr(name, part)
        return take(path)

    return Parser(read, lambda: [bytes([at]) + parts[name] for at, name in enumerate(names)])


def ods(path: Path) -> Path:
    """An .ods with the rows."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="名单")
    for row in ROWS:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def zipped(path: Path) -> Path:
    """Workbooks in a .zip."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("银河/名单.xlsx", xlsx(folder() / "in.xlsx", {"名单": ROWS}).read_bytes())
        made.writestr("西城.csv", "姓名,电话\n陈银河,13800130001\n".encode("gb18030"))
    return path


WRITERS: dict[str, Callable[[Path], Path]] = {
    ".xlsx": lambda path: xlsx(path, {"名单2月10日": ROWS, "说明": [("填表说明",)]}, merged=("A1:A2",)),
    ".xlsb": lambda path: xlsb(path, {"名单": ROWS}),
    ".ods": ods,
}


def old_workbook() -> Parser:
    """An .xls, read in a child as intake does it: the library that reads it can ask for more memory than there is.

    That the child was killed for it is an answer; that it broke, or met what it had no sentence for, is a finding.
    """
    reader = Reader()
    options = ExtractOptions(ON, memory_mb=600, seconds=20)

    def read(content: bytes) -> object:
        try:
            return reader.read(file_of(content, ".xls"), options)
        except Refusal as refusal:
            assert refusal.message.code not in ("extract_failed", "extract_broken"), refusal.message.code
            return refusal

    return Parser(read, lambda: [xls(folder() / "whole.xls", ROWS).read_bytes()], reader.close)


def archive(content: bytes) -> object:
    """A .zip of workbooks, unpacked."""
    into = Path(tempfile.mkdtemp(dir=folder()))
    return [path.stat().st_size for path in expand(file_of(content, ".zip"), into)]


def text(content: bytes) -> str:
    """Bytes as text; what is no UTF-8 as other signs. No reader gives half a surrogate pair."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("utf-16-le", "replace")


def cells(content: bytes) -> object:
    """One cell under the rule of every field: as text, and as the number and the moment it may be."""
    written = text(content)
    every: list[Cell] = [written]
    with suppress(ValueError):
        every += [float(written), datetime.fromisoformat(written)]
    return (
        [cleaned_field(field, every, on=ON) for field in fields()],
        identities(every, on=ON),
        read_returned(written),
    )


def table(content: bytes) -> object:
    """A sheet of any cells as text in a CSV, recognised and cleaned."""
    return take(file_of(content, ".csv"))


@cache
def gazetteer() -> Gazetteer:
    """A few places of the reference town."""
    town = "440605123"
    return Gazetteer([
        Place(town, ("丹灶镇", "丹灶")), Place(town + "001", ("银河社区居民委员会", "银河")), Place(town + "201", ("朗心村委会", "塱心")),
        Place(town + "001001", ("第一网格",)), Place(town + "001001001", ("金沙湾花园",)), Place(town + "0010010010001", ("西路3号2栋",)),
    ])  # fmt: skip


def address(content: bytes) -> object:
    """An address located, and what is compared and shown of it."""
    written = text(content)
    return gazetteer().locate(written), address_key(written), mask_address(written)


def person(content: bytes) -> object:
    """A name, a number and a telephone as the register compares and shows them."""
    name, number, phone = [*text(content).split(",", 2), "", ""][:3]
    one = identity(name=name, id_number=number, phone=phone)
    return list(entry_keys(one)), mask_id(number), mask_phone(phone)


def enterprise(content: bytes) -> object:
    """A company's name, code and industry."""
    written = text(content)
    return name_key(written), read_code(written), find_industry(written)


def leaked(content: bytes) -> object:
    """A fragment somebody pasted: its lines, its serials, the codes in it."""
    rows: list[list[Cell]] = [list(line.split("\t")) for line in text(content).splitlines()]
    lines = lines_of([Sheet(1, "", rows)])
    return (
        serials_in(lines),
        [read_copy_code(one) for line in lines for one in line.texts],
        [list(line.entries()) for line in lines],
    )


def blank(content: bytes) -> object:
    """A department's blank form, one part of whose package is replaced."""
    path = file_of(content, ".xlsx")
    book, _ = open_blank(path)
    return [read_blank(page, known) for page in book.worksheets]


def spoilt_blank() -> Parser:
    """A blank form, one part of whose package is replaced."""
    parser = package(".xlsx")

    def read(content: bytes) -> object:
        with suppress(Refusal):
            parser.read(content)  # writes the file, and reads it as a list
        return blank((folder() / "名单.xlsx").read_bytes()) if content else None

    return Parser(read, parser.examples)


def words(*examples: str) -> Callable[[], list[bytes]]:
    """Texts as examples."""
    return lambda: [one.encode() for one in examples]


def parsers() -> dict[str, Callable[[], Parser]]:
    """Every parser by its name; made when asked for."""
    return {
        "xlsx": lambda: package(".xlsx"),
        "xlsb": lambda: package(".xlsb"),
        "ods": lambda: package(".ods"),
        "xls": old_workbook,
        "zip": lambda: Parser(archive, lambda: [zipped(folder() / "whole.zip").read_bytes()]),
        "csv": lambda: Parser(table, words("\n".join(",".join(row) for row in ROWS), "\n".join(TEXTS[:-1]))),
        "cells": lambda: Parser(cells, words(*TEXTS)),
        "address": lambda: Parser(address, words(*TEXTS)),
        "person": lambda: Parser(person, words("欧阳建设,44060519900101001X,13800138000", *TEXTS)),
        "enterprise": lambda: Parser(enterprise, words(*TEXTS)),
        "leak": lambda: Parser(leaked, words("陈银河\t440605********0019\t200210-ABCDE", *TEXTS)),
        "form": spoilt_blank,
        "mapping": lambda: Parser(
            lambda content: read_mapping(file_of(content, ".toml")), words('["名单"]\nkind = "staff_roster"\n["名单".columns]\nA = "name"\n')
        ),
        "mapping-json": lambda: Parser(
            lambda content: read_mapping(file_of(content, ".json")), words('{"*": {"columns": {"A": "name", "B": null}}}')
        ),
        "divisions": lambda: Parser(
            lambda content: list(read_divisions(file_of(content, ".csv"))),
            words("code,official_name,short_name,kind,aliases\n440605123001,银河社区居民委员会,银河,community,银河居委\n"),
        ),
        "geojson": lambda: Parser(
            lambda content: list(_features(content, "a.geojson")),
            words('{"features": [{"properties": {"community": "银河"}, "geometry": null}]}'),
        ),
    }  # fmt: skip


def harmless(parser: Parser, content: bytes) -> None:
    """Runs a parser over bytes; a sentence or too little memory is an answer, all else goes through."""
    with suppress(Refusal, MemoryError):
        parser.read(content)
